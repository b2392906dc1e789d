// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program, gives it sockets of the GoNet stack where it asks for
 * IPv4 sockets. The family takes and returns Internet addresses, so that nothing
 * else of the program's calls has to change, but for SO_DOMAIN and SO_PROTOCOL, and for
 * what the kernel answers without asking the family.
 *
 * There is no table of file descriptors: they are passed between processes,
 * duplicated and inherited, and the kernel knows what each is.
 */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "preload.h"

#define PUBLIC	__attribute__((visibility("default")))

static long (*libc_syscall)(long number, ...);
static bool verbose, datagrams;

/* Other libraries may call in here before the constructor has run. */
static void find_libc(void)
{
	if (!__atomic_load_n(&libc_syscall, __ATOMIC_ACQUIRE))
		__atomic_store_n(&libc_syscall, dlsym(RTLD_NEXT, "syscall"), __ATOMIC_RELEASE);
}

/* In one write, and without stdio, whose state is the program's. */
static void tell(int domain, int type, int protocol, int fd)
{
	int error = errno;
	char line[128];
	int len;

	len = snprintf(line, sizeof(line), "gonet-run[%d]: socket(%s, %#x, %d) = %d%s%s\n",
		       (int)getpid(), domain == AF_INET ? "AF_INET" : "AF_INET6", type, protocol,
		       fd, fd < 0 ? " " : " of GoNet", fd < 0 ? strerrorname_np(error) : "");
	if (write(STDERR_FILENO, line, len) < 0)
		len = 0; /* nobody to tell */
	errno = error;
}

/* SOCK_PACKET is the way in which packet sockets were once opened. */
static bool is_native(int type)
{
	type &= ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
	return type == SOCK_PACKET || (datagrams && type == SOCK_STREAM);
}

static int open_socket(int domain, int type, int protocol)
{
	int fd;

	find_libc();
	switch (domain) {
	case AF_INET:
		if (is_native(type))
			return libc_syscall(SYS_socket, domain, type, protocol);
		fd = libc_syscall(SYS_socket, AF_GONET, type, protocol);
		break;
	case AF_INET6:
		/* what a kernel without IPv6 says, so that programs try IPv4 */
		errno = EAFNOSUPPORT;
		fd = -1;
		break;
	default:
		return libc_syscall(SYS_socket, domain, type, protocol);
	}
	if (verbose)
		tell(domain, type, protocol, fd);
	return fd;
}

static int core_option(int fd, int name)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return libc_syscall(SYS_getsockopt, fd, SOL_SOCKET, name, &value, &len) ? -1 : value;
}

static bool is_gonet(int fd)
{
	return core_option(fd, SO_DOMAIN) == AF_GONET;
}

/* What the program would hear of an AF_INET socket: the kernel must not know a stream as TCP. */
static int translate(int fd, int name, int value)
{
	if (name == SO_DOMAIN)
		return value == AF_GONET ? AF_INET : value;
	if (!value && is_gonet(fd) && core_option(fd, SO_TYPE) == SOCK_STREAM)
		return IPPROTO_TCP;
	return value;
}

static int get_option(int fd, int level, int name, void *value, socklen_t *len)
{
	int result, number = 0, error = errno;

	find_libc();
	result = libc_syscall(SYS_getsockopt, fd, level, name, value, len);
	if (result || level != SOL_SOCKET || (name != SO_DOMAIN && name != SO_PROTOCOL) ||
	    *len > sizeof(number))
		return result;
	/* the kernel cuts it to what the caller has room for */
	memcpy(&number, value, *len);
	number = translate(fd, name, number);
	memcpy(value, &number, *len);
	errno = error;
	return result;
}

static int set_option(int fd, int level, int name, const void *value, socklen_t len)
{
	int result;

	find_libc();
	result = libc_syscall(SYS_setsockopt, fd, level, name, value, len);
	if (result && errno == EOPNOTSUPP && level == SOL_SOCKET && name == SO_REUSEPORT &&
	    is_gonet(fd))
		result = libc_syscall(SYS_setsockopt, fd, SOL_GONET, GONET_REUSEPORT, value, len);
	return result;
}

static int control(int fd, unsigned long request, void *arg)
{
	find_libc();
	if (request == SIOCGIFCONF && is_gonet(fd))
		request = SIOCGONETIFCONF;
	return libc_syscall(SYS_ioctl, fd, request, arg);
}

PUBLIC int socket(int domain, int type, int protocol)
{
	return open_socket(domain, type, protocol);
}

PUBLIC int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	return get_option(fd, level, name, value, len);
}

PUBLIC int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	return set_option(fd, level, name, value, len);
}

PUBLIC int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	return control(fd, request, arg);
}

/* Takes as many arguments as a system call can have, as libc's own does. */
PUBLIC long syscall(long number, ...)
{
	long a[6];
	va_list args;
	int i;

	va_start(args, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);

	switch (number) {
	case SYS_socket:
		return open_socket(a[0], a[1], a[2]);
	case SYS_getsockopt:
		return get_option(a[0], a[1], a[2], (void *)a[3], (socklen_t *)a[4]);
	case SYS_setsockopt:
		return set_option(a[0], a[1], a[2], (void *)a[3], a[4]);
	case SYS_ioctl:
		return control(a[0], a[1], (void *)a[2]);
	}
	find_libc();
	return libc_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static bool is_variable(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(entry, name, len) && entry[len] == '=';
}

/* Runs before libc is set up, which has no environment yet; so it takes what it is given. */
__attribute__((constructor)) static void start(int argc, char **argv, char **environment)
{
	static const char note[] =
		"gonet-run: libc's own sockets, those of name lookup, stay with the native stack\n";

	(void)argc;
	(void)argv;
	find_libc();
	for (; *environment; environment++) {
		verbose |= is_variable(*environment, GONET_RUN_VERBOSE);
		datagrams |= is_variable(*environment, GONET_RUN_DATAGRAMS);
	}
	if (libc_text_redirect(open_socket) || !verbose)
		return;
	if (write(STDERR_FILENO, note, sizeof(note) - 1) < 0)
		return;
}
