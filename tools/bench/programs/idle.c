// SPDX-License-Identifier: GPL-2.0
/*
 * idle - N sockets that do nothing, so that what they take can be looked at: bound UDP
 * sockets, or TCP connections to the server. Prints "held" when all are there, and ends
 * with its standard input.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

#define N_MAX	60000

static void open_udp(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET };
	int fd = net_socket(SOCK_DGRAM);

	if (fd < 0 || net_bind(fd, (struct sockaddr *)&name, sizeof(name)))
		err(1, "a socket");
}

/**
 * do_idle() - the command "idle"
 * @argc: the number of words
 * @argv: they: idle udp|tcp N
 *
 * Return: the exit status.
 */
int do_idle(int argc, char **argv)
{
	unsigned int n = argc == 3 ? atoi(argv[2]) : 0, i;

	if (!n || n > N_MAX)
		return 2;
	for (i = 0; i < n; i++) {
		if (!strcmp(argv[1], "udp"))
			open_udp();
		else
			connect_to(SERVICE_SINK + i % SINKS);
	}
	puts("held");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
