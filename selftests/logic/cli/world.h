/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before the command's own sources: what they would ask of the machine they ask of
 * world.c, so that a run takes no time, touches no file and is the same wherever it is.
 */
#ifndef _SELFTESTS_LOGIC_CLI_WORLD_H
#define _SELFTESTS_LOGIC_CLI_WORLD_H

#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int gonet_main(int argc, char **argv);

extern jmp_buf world_exit;
extern int world_exit_status;

void world_begin(const char *batch, size_t size);
int world_ppoll(const struct pollfd *fds, const struct timespec *timeout);
int world_clock(struct timespec *now);
int world_sigaction(int number, const struct sigaction *action);
int world_getaddrinfo(const char *name, const struct addrinfo *hints, struct addrinfo **found);
FILE *world_fopen(void);

#ifdef WORLD
#define main			gonet_main
#define ppoll(fds, n, time, mask)	world_ppoll(fds, time)
#define clock_gettime(which, now)	world_clock(now)
#define sigaction(number, action, old)	world_sigaction(number, action)
#define getaddrinfo(name, service, hints, found)	world_getaddrinfo(name, hints, found)
#define freeaddrinfo(found)	free(found)
#define getservbyname(name, protocol)	((void)(name), (struct servent *)NULL)
#define getservbyport(port, protocol)	((void)(port), (struct servent *)NULL)
#define opendir(path)		((DIR *)NULL)
#define open(path, flags)	((void)(path), 3)
#define close(fd)		((void)(fd))
#define setns(fd, type)		((fd) - 3)
#define fopen(path, mode)	world_fopen()
#define exit(status)		(world_exit_status = (status), longjmp(world_exit, 1))
#endif

#endif /* _SELFTESTS_LOGIC_CLI_WORLD_H */
