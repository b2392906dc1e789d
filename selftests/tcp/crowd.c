// SPDX-License-Identifier: GPL-2.0
/*
 * crowd - many connections to a server that sends back what it receives.
 *
 *	crowd gonet|native ADDRESS PORT server
 *	crowd gonet|native ADDRESS PORT short CLIENTS BYTES CONNECTIONS
 *	crowd gonet|native ADDRESS PORT rate SECOND BYTES CONNECTIONS
 *	crowd gonet|native ADDRESS PORT hold CLIENTS BYTES ROUNDS
 *
 * With "short", CLIENTS at a time each open a connection, send BYTES, receive them back
 * and close, until there have been so many CONNECTIONS. With "rate" they do so SECOND
 * times a second, unless as many are open. With "hold" CLIENTS connections are opened;
 * when all are open, each sends and receives so much in each of ROUNDS, and then all stay
 * open until the standard input ends; "held" is printed before that. Each connection's
 * bytes differ from another's and are compared. A connection that fails, or nothing for a
 * minute, ends the program with status 1.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "crowd.h"

#define OPENING_MAX	500	/* connections being opened at a time, for "hold" */
#define PATIENCE_MS	60000

/**
 * struct client - a connection
 * @fd: the socket, or -1
 * @number: tells its bytes from others'
 * @open: it is connected
 * @sent: bytes of this round
 * @got: bytes of this round
 */
struct client {
	int fd;
	unsigned int number;
	bool open;
	unsigned int sent;
	unsigned int got;
};

static struct sockaddr_in peer;
static int family, epoll;
static unsigned int bytes, n_opened, n_connected, n_finished;

static unsigned char byte_at(unsigned int number, unsigned int at)
{
	return number * 37 + at + (at >> 8) * 3;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void watch(struct client *c, int op)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	if (!c->open || c->sent < bytes)
		event.events |= EPOLLOUT;
	if (epoll_ctl(epoll, op, c->fd, &event))
		err(1, "epoll_ctl");
}

static void client_open(struct client *c)
{
	*c = (struct client) { .number = n_opened++ };
	c->fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		err(1, "socket");
	if (connect(c->fd, (void *)&peer, sizeof(peer)) && errno != EINPROGRESS)
		err(1, "connect of connection %u", c->number);
	watch(c, EPOLL_CTL_ADD);
}

static void client_connected(struct client *c)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) || error)
		errx(1, "connection %u: %s", c->number, strerror(error));
	c->open = true;
	n_connected++;
}

static void client_send(struct client *c)
{
	unsigned char block[65536];
	unsigned int i, n = bytes - c->sent;
	ssize_t len;

	if (n > sizeof(block))
		n = sizeof(block);
	for (i = 0; i < n; i++)
		block[i] = byte_at(c->number, c->sent + i);
	len = send(c->fd, block, n, MSG_NOSIGNAL);
	if (len < 0 && errno != EAGAIN)
		err(1, "send of connection %u after %u bytes", c->number, c->sent);
	if (len > 0)
		c->sent += len;
}

/* Return: whether the round is over. */
static bool client_receive(struct client *c)
{
	unsigned char block[65536];
	ssize_t len, i;

	len = recv(c->fd, block, sizeof(block), 0);
	if (len < 0 && errno == EAGAIN)
		return false;
	if (len <= 0)
		errx(1, "connection %u ended after %u of %u bytes: %s", c->number, c->got, bytes,
		     len ? strerror(errno) : "the peer closed it");
	for (i = 0; i < len; i++, c->got++) {
		if (c->got >= bytes || block[i] != byte_at(c->number, c->got))
			errx(1, "connection %u: byte %u is wrong", c->number, c->got);
	}
	return c->got == bytes;
}

static void client_ready(struct client *c, unsigned int events, bool (*over)(struct client *c))
{
	bool wanted = !c->open || c->sent < bytes;

	if (!c->open)
		client_connected(c);
	if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR) && c->sent < bytes)
		client_send(c);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && client_receive(c)) {
		n_finished++;
		if (over(c))
			return;
	}
	if (wanted && c->sent == bytes)
		watch(c, EPOLL_CTL_MOD);
}

/* Steps whatever is ready; @over says of a connection whose round is over that it is gone. */
static void wait_some(bool (*over)(struct client *c), int milliseconds)
{
	struct epoll_event events[256];
	int i, n;

	n = epoll_wait(epoll, events, 256, milliseconds);
	if (n < 0 && errno != EINTR)
		err(1, "epoll_wait");
	if (!n && milliseconds == PATIENCE_MS)
		errx(1, "nothing comes: %u opened, %u connected, %u finished", n_opened,
		     n_connected, n_finished);
	for (i = 0; i < n; i++)
		client_ready(events[i].data.ptr, events[i].events, over);
}

static bool over_close(struct client *c)
{
	close(c->fd);
	c->fd = -1;
	return true;
}

static bool over_stay(struct client *c)
{
	(void)c;
	return false;
}

static struct client *clients_new(unsigned int n)
{
	struct client *all = calloc(n, sizeof(*all));
	unsigned int i;

	if (!all)
		errx(1, "no memory");
	for (i = 0; i < n; i++)
		all[i].fd = -1;
	return all;
}

static void run_short(unsigned int width, unsigned int connections)
{
	struct client *all = clients_new(width);
	double start = now(), took;
	unsigned int i;

	while (n_finished < connections) {
		for (i = 0; i < width && n_opened < connections; i++) {
			if (all[i].fd < 0)
				client_open(&all[i]);
		}
		wait_some(over_close, PATIENCE_MS);
	}
	took = now() - start;
	printf("%u connections, %.1f Mbit/s\n", connections,
	       bytes / 125000.0 * connections / took);
}

/* When all that is too slow it takes longer: more and more open at a time would be a flood. */
static void run_rate(unsigned int second, unsigned int connections)
{
	struct client *all = clients_new(connections);
	double start = now(), last = start, took;
	unsigned int before = 0;

	while (n_finished < connections) {
		while (n_opened < connections && n_opened < (now() - start) * second &&
		       n_opened - n_finished < second)
			client_open(&all[n_opened]);
		wait_some(over_close, n_opened < connections ? 1 : PATIENCE_MS);
		if (n_finished != before)
			last = now();
		before = n_finished;
		if (now() - last > PATIENCE_MS / 1000)
			errx(1, "nothing comes: %u opened, %u finished", n_opened, n_finished);
	}
	took = now() - start;
	printf("%u connections, %.0f a second\n", connections, connections / took);
}

static void run_hold(unsigned int width, unsigned int rounds)
{
	struct client *all = clients_new(width);
	double start = now();
	unsigned int round, i, block = bytes;
	char c;

	bytes = 0;
	while (n_connected < width) {
		while (n_opened < width && n_opened - n_connected < OPENING_MAX)
			client_open(&all[n_opened]);
		wait_some(over_stay, PATIENCE_MS);
	}
	printf("opened in %.1f s\n", now() - start);
	bytes = block;
	for (round = 0; round < rounds; round++) {
		n_finished = 0;
		for (i = 0; i < width; i++) {
			all[i].sent = 0;
			all[i].got = 0;
			watch(&all[i], EPOLL_CTL_MOD);
		}
		while (n_finished < width)
			wait_some(over_stay, PATIENCE_MS);
	}
	printf("held %u after %.1f s\n", width, now() - start);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	for (i = 0; i < width; i++)
		close(all[i].fd);
}

static unsigned int parse(const char *word)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*end || !n || n > 10000000)
		errx(2, "%s is not a number that will do", word);
	return n;
}

int main(int argc, char **argv)
{
	struct rlimit files = { 65536, 65536 };

	if (argc < 5)
		errx(2, "usage: see the head of crowd.c");
	family = strcmp(argv[1], "gonet") ? AF_INET : AF_GONET;
	peer.sin_family = AF_INET;
	peer.sin_port = htons(parse(argv[3]));
	if (inet_pton(AF_INET, argv[2], &peer.sin_addr) != 1)
		errx(2, "%s is no address", argv[2]);
	setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN);
	if (argc == 5 && !strcmp(argv[4], "server"))
		crowd_serve(family, &peer);
	if (argc != 8)
		errx(2, "usage: see the head of crowd.c");
	epoll = epoll_create1(0);
	bytes = parse(argv[6]);
	if (!strcmp(argv[4], "short"))
		run_short(parse(argv[5]), parse(argv[7]));
	else if (!strcmp(argv[4], "rate"))
		run_rate(parse(argv[5]), parse(argv[7]));
	else if (!strcmp(argv[4], "hold"))
		run_hold(parse(argv[5]), parse(argv[7]));
	else
		errx(2, "%s is unknown", argv[4]);
	return 0;
}
