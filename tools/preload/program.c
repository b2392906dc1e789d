// SPDX-License-Identifier: GPL-2.0
/* Looks at a program before it is run: will the dynamic linker preload a library? */
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "program.h"

#define INTERPRETERS_MAX	5	/* scripts run by scripts: the kernel's limit */
#define SEGMENTS_MAX		1024
#define NOTES_MAX		65536	/* bytes */

static bool executable(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/*
 * Writes to @path (PROGRAM_PATH_MAX bytes) which file execvp() would run as @name.
 * Return: whether there is one.
 */
bool program_find(const char *name, char *path)
{
	const char *dir = getenv("PATH"), *end;

	if (strchr(name, '/')) {
		snprintf(path, PROGRAM_PATH_MAX, "%s", name);
		return executable(path);
	}
	if (!dir)
		dir = "/bin:/usr/bin";
	for (;; dir = end + 1) {
		end = strchrnul(dir, ':');
		snprintf(path, PROGRAM_PATH_MAX, "%.*s%s%s", (int)(end - dir), dir,
			 end > dir ? "/" : "", name);
		if (executable(path))
			return true;
		if (!*end)
			return false;
	}
}

/*
 * Whether the kernel would tell the dynamic linker to be careful: it then ignores a
 * library that is not in a system folder. The same conditions as the kernel's.
 */
static enum obstacle rights_obstacle(const char *path)
{
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) || statvfs(path, &fs))
		return OBSTACLE_NONE;
	if ((fs.f_flag & ST_NOSUID) || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return OBSTACLE_NONE;
	if ((st.st_mode & S_ISUID) && st.st_uid != getuid())
		return OBSTACLE_SETID;
	if ((st.st_mode & S_ISGID) && (st.st_mode & 0010) && st.st_gid != getgid())
		return OBSTACLE_SETID;
	/* for root they change nothing */
	if (getuid() && getxattr(path, "security.capability", NULL, 0) > 0)
		return OBSTACLE_CAPS;
	return OBSTACLE_NONE;
}

/* Whether one of the notes in @len bytes is the mark of a Go linker. */
static bool go_note(const char *notes, size_t len)
{
	Elf64_Nhdr note;
	size_t at = 0, size;

	while (len - at >= sizeof(note)) {
		memcpy(&note, notes + at, sizeof(note));
		at += sizeof(note);
		size = (((size_t)note.n_namesz + 3) & ~3UL) + (((size_t)note.n_descsz + 3) & ~3UL);
		if (size > len - at)
			return false;
		if (note.n_namesz == 4 && !memcmp(notes + at, "Go\0", 4))
			return true;
		at += size;
	}
	return false;
}

static bool has_go_note(int fd, const Elf64_Phdr *segment)
{
	static char notes[NOTES_MAX];
	ssize_t len = segment->p_filesz < NOTES_MAX ? segment->p_filesz : NOTES_MAX;

	return pread(fd, notes, len, segment->p_offset) == len && go_note(notes, len);
}

/* Looks at the segments: a program that has no interpreter is linked statically. */
static enum obstacle elf_obstacle(int fd, const Elf64_Ehdr *header)
{
	enum obstacle found = OBSTACLE_STATIC;
	Elf64_Ehdr own;
	Elf64_Phdr segment;
	bool go = false;
	int i, self;

	self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (self >= 0) {
		if (pread(self, &own, sizeof(own), 0) == sizeof(own) &&
		    (own.e_ident[EI_CLASS] != header->e_ident[EI_CLASS] ||
		     own.e_machine != header->e_machine))
			found = OBSTACLE_FOREIGN;
		close(self);
	}
	if (found == OBSTACLE_FOREIGN)
		return found;
	for (i = 0; i < header->e_phnum && i < SEGMENTS_MAX; i++) {
		if (pread(fd, &segment, sizeof(segment), header->e_phoff + i * sizeof(segment)) !=
		    sizeof(segment))
			break;
		if (segment.p_type == PT_INTERP)
			found = OBSTACLE_NONE;
		else if (segment.p_type == PT_NOTE)
			go |= has_go_note(fd, &segment);
	}
	return go ? OBSTACLE_GO : found;
}

/* Writes to @path the interpreter that the first line of a script names. */
static bool script_interpreter(const char *head, char *path)
{
	size_t len;

	if (strncmp(head, "#!", 2))
		return false;
	head += 2;
	head += strspn(head, " \t");
	len = strcspn(head, " \t\r\n");
	if (!len)
		return false;
	snprintf(path, PROGRAM_PATH_MAX, "%.*s", (int)len, head);
	return true;
}

/*
 * Why the program @path, or what interprets it, would not load the library, and in
 * @culprit (PROGRAM_PATH_MAX bytes) which file it is. What cannot be read is taken
 * to be without obstacle: execve() then has the last word.
 */
enum obstacle program_obstacle(const char *path, char *culprit)
{
	union {
		Elf64_Ehdr header;
		char text[PATH_MAX];
	} head;
	enum obstacle found = OBSTACLE_NONE;
	int fd, depth;
	ssize_t len;

	snprintf(culprit, PROGRAM_PATH_MAX, "%s", path);
	for (depth = 0; depth < INTERPRETERS_MAX; depth++) {
		fd = open(culprit, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return rights_obstacle(culprit);
		len = read(fd, head.text, sizeof(head.text) - 1);
		if (len >= (ssize_t)sizeof(head.header) &&
		    !memcmp(head.header.e_ident, ELFMAG, SELFMAG)) {
			found = rights_obstacle(culprit);
			if (found == OBSTACLE_NONE)
				found = elf_obstacle(fd, &head.header);
			close(fd);
			return found;
		}
		close(fd);
		head.text[len > 0 ? len : 0] = '\0';
		if (!script_interpreter(head.text, culprit))
			break;
	}
	return OBSTACLE_NONE;
}
