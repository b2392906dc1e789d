// SPDX-License-Identifier: GPL-2.0
/*
 * crowd - many sockets receive at once, from senders on every CPU.
 *
 *	crowd SOCKETS ROUNDS inside|outside
 *
 * SOCKETS threads each wait in recv() on a GoNet socket of its own. On every CPU one
 * thread sends, from inside of the stack or from the native one at 10.0.0.1; in each
 * round every sender sends one datagram to each socket, a few hundred at a time, and
 * waits for all to have come, so no buffer overflows. Each datagram says who sent it
 * and in which round: each must come exactly once. The last round closes the sockets
 * while datagrams come.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "bound.h"

#define STACK		"10.0.0.2"
#define NATIVE		"10.0.0.1"
#define CPUS_MAX	64
#define AT_ONCE		256	/* datagrams of a sender under way, most */
#define PATIENCE	60	/* seconds */

struct datagram {
	unsigned int sender;
	unsigned int round;
};

struct receiver {
	pthread_t thread;
	int fd;
	struct sockaddr_in name;
	unsigned int next[CPUS_MAX];	/* the round that each sender is to be in */
};

static struct receiver *receivers;
static unsigned int n_receivers, n_senders, rounds;
static int sender_family;
static atomic_ulong received[CPUS_MAX];
static atomic_uint wrong;
static atomic_bool closing;

static void check(struct receiver *r, const struct datagram *d)
{
	if (d->sender >= n_senders || d->round != r->next[d->sender]++)
		wrong++;
	else
		received[d->sender]++;
}

static void *receive(void *arg)
{
	struct receiver *r = arg;
	struct datagram d;
	ssize_t len;

	for (;;) {
		len = recv(r->fd, &d, sizeof(d), 0);
		if (closing)
			return NULL;
		if (len == sizeof(d))
			check(r, &d);
		else
			wrong++;
	}
}

static void await(unsigned int sender, unsigned long count)
{
	struct timespec pause = { .tv_nsec = 200000 };
	time_t end = time(NULL) + PATIENCE;

	while (received[sender] < count) {
		if (time(NULL) > end)
			errx(1, "sender %u: %lu of %lu came", sender, received[sender], count);
		nanosleep(&pause, NULL);
	}
}

static void *send_all(void *arg)
{
	struct datagram d = { .sender = (unsigned long)arg };
	unsigned long sent = 0;
	struct sockaddr_in name;
	unsigned int i;
	cpu_set_t cpus;
	int fd;

	CPU_ZERO(&cpus);
	CPU_SET(d.sender, &cpus);
	pthread_setaffinity_np(pthread_self(), sizeof(cpus), &cpus);
	fd = open_bound(sender_family, sender_family == AF_INET ? NATIVE : STACK, &name);
	for (; d.round < rounds; d.round++) {
		for (i = 0; i < n_receivers; i++) {
			if (sent >= AT_ONCE)
				await(d.sender, sent - AT_ONCE + 1);
			if (sendto(fd, &d, sizeof(d), 0, (void *)&receivers[i].name,
				   sizeof(receivers[i].name)) != sizeof(d))
				err(1, "sendto");
			sent++;
		}
	}
	await(d.sender, sent);
	close(fd);
	return NULL;
}

/* Sends on while the sockets go; nobody looks where that ends. */
static void *send_on(void *arg)
{
	struct datagram d = { .sender = n_senders };
	struct sockaddr_in name;
	unsigned int i;
	int fd;

	(void)arg;
	fd = open_bound(sender_family, sender_family == AF_INET ? NATIVE : STACK, &name);
	while (!closing)
		sched_yield();
	for (i = 0; i < 4 * n_receivers; i++)
		sendto(fd, &d, sizeof(d), MSG_DONTWAIT, (void *)&receivers[i % n_receivers].name,
		       sizeof(name));
	close(fd);
	return NULL;
}

static void start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	if (pthread_create(thread, &attr, run, arg))
		errx(1, "no thread");
	pthread_attr_destroy(&attr);
}

int main(int argc, char **argv)
{
	struct rlimit files = { 65536, 65536 };
	pthread_t senders[CPUS_MAX], last;
	unsigned long i;

	if (argc != 4)
		errx(2, "usage: crowd SOCKETS ROUNDS inside|outside");
	n_receivers = atoi(argv[1]);
	rounds = atoi(argv[2]);
	sender_family = strcmp(argv[3], "inside") ? AF_INET : AF_GONET;
	n_senders = sysconf(_SC_NPROCESSORS_ONLN);
	if (!n_receivers || n_senders > CPUS_MAX)
		errx(2, "too few sockets, or too many CPUs");
	setrlimit(RLIMIT_NOFILE, &files);
	receivers = calloc(n_receivers, sizeof(*receivers));
	if (!receivers)
		errx(1, "no memory");

	for (i = 0; i < n_receivers; i++) {
		receivers[i].fd = open_bound(AF_GONET, STACK, &receivers[i].name);
		start(&receivers[i].thread, receive, &receivers[i]);
	}
	for (i = 0; i < n_senders; i++)
		start(&senders[i], send_all, (void *)i);
	for (i = 0; i < n_senders; i++)
		pthread_join(senders[i], NULL);

	start(&last, send_on, NULL);
	closing = true;
	for (i = 0; i < n_receivers; i++) {
		shutdown(receivers[i].fd, SHUT_RDWR);
		close(receivers[i].fd);
	}
	for (i = 0; i < n_receivers; i++)
		pthread_join(receivers[i].thread, NULL);
	pthread_join(last, NULL);

	for (i = 0; i < n_senders; i++)
		printf("sender %lu: %lu of %lu\n", i, received[i],
		       (unsigned long)n_receivers * rounds);
	if (wrong)
		errx(1, "%u were wrong", wrong);
	return 0;
}
