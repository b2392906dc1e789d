/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's way to have the N-th thing fail that a thread does and that can
 * (Documentation/fault-injection): which things count, the filters in debugfs say.
 */
#ifndef SELFTESTS_PROGRAMS_FAIL_NTH_H
#define SELFTESTS_PROGRAMS_FAIL_NTH_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/**
 * nth_open() - begin to use it
 * @pid: whose thing is to fail; 0 for the calling thread
 *
 * Return: a descriptor for the others; where the kernel has none of this the program ends.
 */
static inline int nth_open(pid_t pid)
{
	char path[64] = "/proc/thread-self/fail-nth";
	int fd;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

/**
 * nth_arm() - let something fail
 * @fd: of nth_open()
 * @n: how many things from now, from 1; 0 for none any more
 */
static inline void nth_arm(int fd, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	/* reading this number can be what fails, but then nothing else will */
	if (pwrite(fd, text, len, 0) != len && (errno != EFAULT || pwrite(fd, text, len, 0) != len))
		err(2, "fail-nth");
}

/**
 * nth_fired() - whether it has failed
 * @fd: of nth_open(); of another process also when that has ended and is not reaped
 */
static inline bool nth_fired(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) > 0)
		return !atoi(text);
	if (errno != EFAULT)
		err(2, "fail-nth");
	return false;	/* it is this very copy that has failed */
}

#endif /* SELFTESTS_PROGRAMS_FAIL_NTH_H */
