// SPDX-License-Identifier: GPL-2.0
/* gonet-run: runs a program whose IPv4 sockets are those of the GoNet stack. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "preload.h"
#include "program.h"

#define NETNS_RUN_DIR	"/run/netns"
#define LIBRARY		"libgonet-preload.so"

/* Exit statuses, as env(1) and others that run a command have them. */
#define FAILED		125
#define NOT_RUN		126
#define NOT_FOUND	127

static const char usage[] =
	"Usage: gonet-run [ -d ] [ -v ] [ -n NETNS ] COMMAND [ ARGUMENT... ]\n"
	"Runs COMMAND with IPv4 sockets of the GoNet stack.\n"
	"  -d        but stream sockets (TCP) of the native one\n"
	"  -n NETNS  in another network namespace: a name in /run/netns, or a path\n"
	"  -v        tell of every socket\n";

_Noreturn static void die(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("gonet-run: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(status);
}

static void enter_netns(const char *name)
{
	char path[PROGRAM_PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s%s%s", strchr(name, '/') ? "" : NETNS_RUN_DIR,
		 strchr(name, '/') ? "" : "/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(FAILED, "network namespace %s: %s", name, strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		die(FAILED, "cannot enter network namespace %s: %s", name, strerror(errno));
	close(fd);
}

/* A family that cannot be had would make every socket() of the program fail. */
static void check_family(void)
{
	int fd = socket(AF_GONET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 && errno == EAFNOSUPPORT)
		die(FAILED, "the kernel has no AF_GONET sockets: is the module gonet loaded?");
	if (fd < 0)
		die(FAILED, "cannot open an AF_GONET socket: %s", strerror(errno));
	close(fd);
}

/*
 * The library is where this program is, as it was built, or else where the two are
 * installed. Return: its path, which stays valid.
 */
static const char *find_library(void)
{
	static const char * const places[] = { "", "../lib/gonet/" };
	static char found[PATH_MAX];
	char own[PROGRAM_PATH_MAX], path[PROGRAM_PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	size_t i;

	if (len < 0)
		die(FAILED, "/proc/self/exe: %s", strerror(errno));
	own[len] = '\0';
	len = strrchr(own, '/') - own + 1;
	for (i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, sizeof(path), "%.*s%s" LIBRARY, (int)len, own, places[i]);
		if (!access(path, R_OK) && realpath(path, found))
			break;
	}
	if (i == sizeof(places) / sizeof(*places))
		die(FAILED, "%s: %s", path, strerror(errno));
	/* the dynamic linker has no way to quote them */
	if (strpbrk(found, ": "))
		die(FAILED, "%s: a folder with a colon or a space cannot be in LD_PRELOAD", found);
	return found;
}

/* Whether the list, separated by colons or spaces, has the library. */
static bool is_listed(const char *list, const char *library)
{
	size_t len = strlen(library), word;

	for (; *list; list += word) {
		list += strspn(list, ": ");
		word = strcspn(list, ": ");
		if (word == len && !strncmp(list, library, len))
			return true;
	}
	return false;
}

/* Adds the library after those that are there already. */
static void preload(const char *library)
{
	const char *old = getenv("LD_PRELOAD");
	char *list;

	if (old && is_listed(old, library))
		return;
	if (asprintf(&list, "%s%s%s", old ? old : "", old && *old ? ":" : "", library) < 0 ||
	    setenv("LD_PRELOAD", list, 1))
		die(FAILED, "%s", strerror(ENOMEM));
	free(list);
}

static void warn_obstacle(const char *path)
{
	static const char * const reasons[] = {
		[OBSTACLE_STATIC] =
			"is linked statically and loads no library; use a dynamically linked one",
		[OBSTACLE_FOREIGN] =
			"is for another kind of machine than gonet-run; use one for the same",
		[OBSTACLE_SETID] =
			"is setuid or setgid, for which preloading is ignored; run it as the user and group that it belongs to, or a copy without the bit",
		[OBSTACLE_CAPS] =
			"has file capabilities, for which preloading is ignored; run it as root, or a copy of it",
		[OBSTACLE_GO] =
			"is a Go program and makes its system calls itself; it would have to open AF_GONET",
	};
	char culprit[PROGRAM_PATH_MAX];
	enum obstacle found = program_obstacle(path, culprit);

	if (found == OBSTACLE_NONE)
		return;
	fprintf(stderr, "gonet-run: warning: %s %s\n", culprit, reasons[found]);
	fputs("gonet-run: warning: its sockets are those of the native stack\n", stderr);
}

/* Tells the library. */
static void set(const char *variable)
{
	if (setenv(variable, "1", 1))
		die(FAILED, "%s", strerror(ENOMEM));
}

int main(int argc, char **argv)
{
	char path[PROGRAM_PATH_MAX];
	const char *library;
	int opt, error;

	while ((opt = getopt(argc, argv, "+dn:vh")) != -1) {
		switch (opt) {
		case 'd':
			set(GONET_RUN_DATAGRAMS);
			break;
		case 'n':
			enter_netns(optarg);
			break;
		case 'v':
			set(GONET_RUN_VERBOSE);
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return FAILED;
		}
	}
	argv += optind;
	if (!*argv) {
		fputs(usage, stderr);
		return FAILED;
	}
	library = find_library();
	check_family();
	if (program_find(*argv, path))
		warn_obstacle(path);
	preload(library);
	execvp(*argv, argv);
	error = errno;
	die(error == ENOENT ? NOT_FOUND : NOT_RUN, "%s: %s", *argv, strerror(error));
}
