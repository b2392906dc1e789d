// SPDX-License-Identifier: GPL-2.0
/*
 * flood - as many datagrams as go from N sockets to one of the server's, which counts
 * them: what is sent, what comes, what is lost.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "load.h"

#define N_MAX		64
#define BYTES_MAX	65507
#define ASKS		50

static int bytes;
static double deadline;
static unsigned long sent;

static void *one(void *arg)
{
	static const char data[BYTES_MAX];
	int fd = connect_to(SERVICE_UDP_COUNT);
	unsigned long mine = 0;

	(void)arg;
	while (now_s() < deadline)
		mine += net_send(fd, data, bytes, 0) == bytes;
	net_close(fd);
	__atomic_add_fetch(&sent, mine, __ATOMIC_RELAXED);
	return NULL;
}

/* What the server has counted since it was asked last. What asks may be lost too. */
static unsigned long ask(int fd)
{
	unsigned long number;
	unsigned int i;

	for (i = 0; i < ASKS; i++) {
		net_send(fd, "?", 1, 0);
		if (net_recv(fd, &number, sizeof(number), 0) == sizeof(number))
			return number;
	}
	errx(1, "the server does not answer");
}

/* Until all that is under way has been counted: an answer says that nothing came. */
static unsigned long counted(int fd)
{
	struct timespec nap = { .tv_nsec = 50000000 };
	unsigned long sum = 0, more;

	do {
		nanosleep(&nap, NULL);
		more = ask(fd);
		sum += more;
	} while (more);
	return sum;
}

/**
 * do_flood() - the command "flood"
 * @argc: the number of words
 * @argv: they: flood N BYTES SECONDS
 *
 * Return: the exit status.
 */
int do_flood(int argc, char **argv)
{
	unsigned int n = argc == 4 ? atoi(argv[1]) : 0;
	double seconds = argc == 4 ? atof(argv[3]) : 0, start, elapsed;
	struct timeval patience = { .tv_usec = 200000 };
	unsigned long received;
	int fd;

	bytes = argc == 4 ? atoi(argv[2]) : 0;
	if (!n || n > N_MAX || bytes < 2 || bytes > BYTES_MAX || seconds <= 0)
		return 2;
	fd = connect_to(SERVICE_UDP_COUNT);
	net_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	counted(fd);
	start = now_s();
	deadline = start + seconds;
	threads_run(n, one);
	elapsed = now_s() - start;
	received = counted(fd);
	printf("sent_per_s %.0f\nper_s %.0f\nmbit_s %.2f\nlost_percent %.3f\n", sent / elapsed,
	       received / elapsed, received * 8.0 * bytes / 1e6 / elapsed,
	       sent > received ? 100.0 * (sent - received) / sent : 0.0);
	return 0;
}
