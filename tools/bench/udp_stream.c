// SPDX-License-Identifier: GPL-2.0
/*
 * udp_stream - as many datagrams as go: what is sent, what comes, what is lost.
 *
 *	udp_stream FROM TO SIZE SOCKETS SECONDS
 *
 * FROM and TO are three words each: inet or gonet, a namespace, and an address in it.
 * Sockets of the one send to sockets of the other, each to one of its own, SIZE bytes
 * at a time, for SECONDS. Prints on one line: datagrams sent and received a second,
 * Mbit/s received, and the share that was lost.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <linux/gonet.h>

#include "bound.h"

#define SOCKETS_MAX	64
#define SIZE_MAX_UDP	65507
#define BUFFER		(4 << 20)

struct end {
	int family;
	const char *netns;
	const char *address;
};

struct stream {
	pthread_t sender, receiver;
	int from, to;
	unsigned long sent, received;
};

static struct end source, sink;
static struct stream streams[SOCKETS_MAX];
static size_t size;
static atomic_bool over;

static struct end end_of(char **argv)
{
	return (struct end) {
		.family = strcmp(argv[0], "gonet") ? AF_INET : AF_GONET,
		.netns = argv[1],
		.address = argv[2],
	};
}

static int open_end(const struct end *end, struct sockaddr_in *name)
{
	struct timeval patience = { .tv_usec = 300000 };
	int buffer = BUFFER, fd, netns;
	char path[256];

	snprintf(path, sizeof(path), "/run/netns/%s", end->netns);
	netns = open(path, O_RDONLY | O_CLOEXEC);
	if (netns < 0 || setns(netns, CLONE_NEWNET))
		err(1, "%s", path);
	fd = open_bound(end->family, end->address, name);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static void *send_all(void *arg)
{
	static const char data[SIZE_MAX_UDP];
	struct stream *s = arg;

	while (!over)
		s->sent += send(s->from, data, size, 0) == (ssize_t)size;
	return NULL;
}

/* Until nothing has come for a while after the end. */
static void *receive_all(void *arg)
{
	struct stream *s = arg;
	bool last = false;
	char *data = malloc(SIZE_MAX_UDP);

	while (data) {
		if (recv(s->to, data, SIZE_MAX_UDP, 0) >= 0) {
			s->received++;
			continue;
		}
		if (last)
			break;
		last = over;
	}
	free(data);
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned long sent = 0, received = 0;
	struct sockaddr_in from, to;
	unsigned int n, seconds, i;

	if (argc != 10)
		errx(2, "usage: udp_stream FROM TO SIZE SOCKETS SECONDS");
	source = end_of(argv + 1);
	sink = end_of(argv + 4);
	size = strtoul(argv[7], NULL, 10);
	n = strtoul(argv[8], NULL, 10);
	seconds = strtoul(argv[9], NULL, 10);
	if (size > SIZE_MAX_UDP || !n || n > SOCKETS_MAX || !seconds)
		errx(2, "too large or too few");

	for (i = 0; i < n; i++) {
		streams[i].to = open_end(&sink, &to);
		streams[i].from = open_end(&source, &from);
		if (connect(streams[i].from, (void *)&to, sizeof(to)))
			err(1, "connect");
	}
	for (i = 0; i < n; i++) {
		if (pthread_create(&streams[i].receiver, NULL, receive_all, &streams[i]) ||
		    pthread_create(&streams[i].sender, NULL, send_all, &streams[i]))
			errx(1, "no thread");
	}
	nanosleep(&(struct timespec) { .tv_sec = seconds }, NULL);
	over = true;
	for (i = 0; i < n; i++) {
		pthread_join(streams[i].sender, NULL);
		pthread_join(streams[i].receiver, NULL);
		sent += streams[i].sent;
		received += streams[i].received;
	}
	printf("%lu %lu %.1f %.1f%%\n", sent / seconds, received / seconds,
	       received * size * 8.0 / seconds / 1e6,
	       sent ? 100.0 * (sent - received) / sent : 0.0);
	return 0;
}
