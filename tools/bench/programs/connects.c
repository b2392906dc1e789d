// SPDX-License-Identifier: GPL-2.0
/*
 * connects - how many connections are opened and closed a second, by N clients which do
 * nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "load.h"

#define N_MAX	1000

static double deadline;
static unsigned long opened, failed;

static void *client(void *arg)
{
	unsigned int i = (uintptr_t)arg;
	unsigned long mine = 0, bad = 0;
	char answer;

	for (; now_s() < deadline; i++) {
		struct sockaddr_in to = service_at(SERVICE_SINK + i % SINKS);
		int fd = net_socket(SOCK_STREAM);

		if (fd < 0 || net_connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
		    net_shutdown(fd, SHUT_WR) || net_recv(fd, &answer, 1, 0))
			bad++;
		else
			mine++;
		if (fd >= 0)
			net_close(fd);
	}
	__atomic_add_fetch(&opened, mine, __ATOMIC_RELAXED);
	__atomic_add_fetch(&failed, bad, __ATOMIC_RELAXED);
	return NULL;
}

/**
 * do_connects() - the command "connects"
 * @argc: the number of words
 * @argv: they: connects N SECONDS
 *
 * Return: the exit status.
 */
int do_connects(int argc, char **argv)
{
	unsigned int n = argc == 3 ? atoi(argv[1]) : 0;
	double seconds = argc == 3 ? atof(argv[2]) : 0, start;

	if (!n || n > N_MAX || seconds <= 0)
		return 2;
	start = now_s();
	deadline = start + seconds;
	threads_run(n, client);
	printf("per_s %.1f\nfailed %lu\n", opened / (now_s() - start), failed);
	return 0;
}
