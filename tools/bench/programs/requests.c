// SPDX-License-Identifier: GPL-2.0
/*
 * requests - one request after another, each answered by the same bytes: how long they
 * take.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "load.h"

#define TIMES_MAX	2000000
#define WARM_UP		50
#define BYTES_MAX	65507

static char out[BYTES_MAX], in[BYTES_MAX];

/* Return: it was answered. */
static bool request(int fd, bool udp, int bytes)
{
	int got = 0;
	ssize_t n;

	if (net_send(fd, out, bytes, 0) != bytes)
		return false;
	do {
		n = net_recv(fd, in + got, bytes - got, 0);
		if (n <= 0)
			return false;
		got += n;
	} while (!udp && got < bytes);
	return got == bytes;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(double *times, size_t n, unsigned int lost, double elapsed)
{
	static const struct {
		const char *name;
		double share;
	} percentiles[] = {
		{ "median_us", 0.5 }, { "p90_us", 0.9 }, { "p99_us", 0.99 }, { "p999_us", 0.999 },
	};
	double sum = 0;
	size_t i;

	qsort(times, n, sizeof(*times), compare);
	for (i = 0; i < n; i++)
		sum += times[i];
	for (i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		printf("%s %.2f\n", percentiles[i].name,
		       1e6 * times[(size_t)(n * percentiles[i].share)]);
	printf("mean_us %.2f\nper_s %.1f\nrequests %zu\nlost %u\n", 1e6 * sum / n, n / elapsed, n,
	       lost);
}

/**
 * do_requests() - the command "requests"
 * @argc: the number of words
 * @argv: they: requests tcp|udp BYTES SECONDS
 *
 * Return: the exit status.
 */
int do_requests(int argc, char **argv)
{
	struct timeval patience = { .tv_sec = 1 };
	double *times, begin, sent, now;
	unsigned int lost = 0, i;
	double seconds;
	size_t n = 0;
	int bytes, fd;
	bool udp;

	if (argc != 4)
		return 2;
	udp = !strcmp(argv[1], "udp");
	bytes = atoi(argv[2]);
	seconds = atof(argv[3]);
	times = malloc(TIMES_MAX * sizeof(*times));
	if (bytes <= 0 || bytes > BYTES_MAX || seconds <= 0 || !times)
		return 2;
	memset(out, 'x', bytes);
	fd = connect_to(udp ? SERVICE_UDP_ECHO : SERVICE_ECHO);
	net_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (i = 0; i < WARM_UP; i++)
		request(fd, udp, bytes);
	begin = now_s();
	for (now = begin; now < begin + seconds && n < TIMES_MAX;) {
		sent = now;
		if (request(fd, udp, bytes)) {
			now = now_s();
			times[n++] = now - sent;
			continue;
		}
		if (!udp)
			err(1, "the connection is gone");
		lost++;
		now = now_s();
	}
	if (!n)
		errx(1, "no answer");
	print(times, n, lost, now - begin);
	return 0;
}
