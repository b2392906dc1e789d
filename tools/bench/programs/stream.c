// SPDX-License-Identifier: GPL-2.0
/*
 * stream - as much as goes over N connections at a time, to the server or from it. What
 * is sent counts until the server has seen the end of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

#define N_MAX	1000

static bool to_server;
static double deadline;
static unsigned long long total;

static void *one(void *arg)
{
	int fd = connect_to(to_server ? SERVICE_SINK + (uintptr_t)arg % SINKS : SERVICE_SOURCE);
	unsigned long long mine = 0;
	char *data = calloc(1, BLOCK);
	ssize_t n;

	while (data && now_s() < deadline) {
		n = to_server ? net_send(fd, data, BLOCK, 0) : net_recv(fd, data, BLOCK, 0);
		if (n <= 0)
			break;
		mine += n;
	}
	if (to_server && !net_shutdown(fd, SHUT_WR) && data)
		net_recv(fd, data, 1, 0);
	net_close(fd);
	free(data);
	__atomic_add_fetch(&total, mine, __ATOMIC_RELAXED);
	return NULL;
}

/**
 * do_stream() - the command "stream"
 * @argc: the number of words
 * @argv: they: stream to|from N SECONDS
 *
 * Return: the exit status.
 */
int do_stream(int argc, char **argv)
{
	unsigned int n = argc == 4 ? atoi(argv[2]) : 0;
	double seconds = argc == 4 ? atof(argv[3]) : 0, start, elapsed;

	if (!n || n > N_MAX || seconds <= 0)
		return 2;
	to_server = !strcmp(argv[1], "to");
	start = now_s();
	deadline = start + seconds;
	threads_run(n, one);
	elapsed = now_s() - start;
	printf("mbit_s %.2f\nbytes %llu\n", total * 8 / 1e6 / elapsed, total);
	return 0;
}
