// SPDX-License-Identifier: GPL-2.0
/*
 * Inside libc, name lookup calls socket() directly: no symbol stands between that
 * a preloaded library could define. So the function itself is made to jump here, in
 * this process's copy of the page alone, as live patching does it; and only if it is
 * byte by byte the plain system call that is expected. Otherwise name lookup uses
 * native sockets, and everything else works all the same.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "preload.h"

#ifdef __x86_64__

static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };

/* mov $SYS_socket,%eax; syscall; cmp $-4095,%rax; jae error */
static const uint8_t expected[] = {
	0xb8, 0x29, 0x00, 0x00, 0x00, 0x0f, 0x05, 0x48, 0x3d, 0x01, 0xf0, 0xff, 0xff, 0x73,
};

/* jmp *0(%rip), which the address follows */
static const uint8_t jump[] = { 0xff, 0x25, 0x00, 0x00, 0x00, 0x00 };

_Static_assert(sizeof(jump) + sizeof(uintptr_t) <= sizeof(expected), "the jump has no room");

/* Through the file, since no page then is writable and executable at any time. */
static bool write_by_file(uintptr_t at, const void *bytes, size_t len)
{
	int fd = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = pwrite(fd, bytes, len, at) == (ssize_t)len;
	close(fd);
	return done;
}

/*
 * Where only a debugger may write so (PROC_MEM_FORCE_PTRACE, Debian's 7.2). The pages
 * stay executable meanwhile, since what runs here may be in them.
 */
static bool write_in_place(uintptr_t at, const void *bytes, size_t len)
{
	uintptr_t page = sysconf(_SC_PAGESIZE), first = at & ~(page - 1);
	size_t size = at + len - first;

	if (mprotect((void *)first, size, PROT_READ | PROT_WRITE | PROT_EXEC))
		return false;
	memcpy((void *)at, bytes, len);
	mprotect((void *)first, size, PROT_READ | PROT_EXEC);
	return true;
}

static bool write_text(uintptr_t at, const void *bytes, size_t len)
{
	return write_by_file(at, bytes, len) || write_in_place(at, bytes, len);
}

/*
 * Makes libc's socket() jump to @to. Called while there is one thread. @to must not
 * itself call socket(). Return: whether it was done.
 */
bool libc_text_redirect(int (*to)(int domain, int type, int protocol))
{
	const uint8_t *text = dlsym(RTLD_NEXT, "socket");
	uint8_t bytes[sizeof(jump) + sizeof(to)];

	if (!text)
		return false;
	if (!memcmp(text, endbr64, sizeof(endbr64)))
		text += sizeof(endbr64);
	if (memcmp(text, expected, sizeof(expected)))
		return false;
	memcpy(bytes, jump, sizeof(jump));
	memcpy(bytes + sizeof(jump), &to, sizeof(to));
	return write_text((uintptr_t)text, bytes, sizeof(bytes));
}

#else

bool libc_text_redirect(int (*to)(int domain, int type, int protocol))
{
	(void)to;
	return false;
}

#endif
