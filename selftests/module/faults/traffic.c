// SPDX-License-Identifier: GPL-2.0
/*
 * Traffic while anything may fail anywhere: datagrams, whole and in fragments, and a
 * connection. Datagrams may be lost, but what comes is whole; calls may say that there
 * is no memory; of a connection all data comes, and in order.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "faults.h"

#define BYTES	200000	/* of a connection, each way */
#define PIECE	30000
#define SMALL	100
#define LARGE	5000	/* in fragments, few enough for all of them to come now and then */
#define RETRY	200	/* ms for a datagram to come */

static bool lack(void)
{
	return errno == ENOMEM || errno == ENOBUFS || errno == EAGAIN;
}

static int tried(int ret, const char *what)
{
	if (ret < 0 && !lack())
		err(1, "%s", what);
	return ret;
}

/* Until it succeeds. */
#define UNTIL(call, what) ({						\
	int ret_;							\
									\
	do {								\
		ret_ = tried(call, what);				\
	} while (ret_ < 0 && !usleep(10000));				\
	ret_;								\
})

/* Return: whether what @from sent came to @to. */
static bool one_way(struct walk *w, int from, int to, const struct sockaddr_in *name, size_t len)
{
	struct pollfd poll_to = { .fd = to, .events = POLLIN };
	struct sockaddr_in source;

	if (tried(put_datagram(w, from, name, len, 0), "send") < 0)
		return false;
	while (poll(&poll_to, 1, RETRY) > 0) {
		if (take_datagram(w, to, &source))
			return true;
	}
	return false;
}

/* A socket at a port of @host, whose name is put to @name. */
static int bound(int family, int type, const char *host, struct sockaddr_in *name)
{
	int fd = UNTIL(socket(family, type, 0), "socket");
	socklen_t len = sizeof(*name);

	*name = address(host);
	UNTIL(bind(fd, (void *)name, sizeof(*name)), "bind");
	must(getsockname(fd, (void *)name, &len), "getsockname");
	return fd;
}

static void datagrams(struct walk *w)
{
	const size_t sizes[] = { SMALL, LARGE };
	struct sockaddr_in far, own;
	size_t i;

	w->b = bound(w->family, SOCK_DGRAM, w->host, &far);
	w->a = bound(AF_GONET, SOCK_DGRAM, "10.0.0.2", &own);
	for (i = 0; i < 2; i++) {
		while (!one_way(w, w->a, w->b, &far, sizes[i]))
			;
		while (!one_way(w, w->b, w->a, &own, sizes[i]))
			;
	}
	close(w->a);
	close(w->b);
}

/* Writes what there is room for, reads what there is. */
static void pump(struct flow *flow, int from, int to)
{
	if (flow->sent < BYTES)
		tried(send_stream(flow, from, PIECE, MSG_DONTWAIT), "send");
	if (!tried(read_stream(flow, to, PIECE, MSG_DONTWAIT), "receive"))
		errx(1, "the end after %llu bytes", (unsigned long long)flow->read);
}

static void connection(struct walk *w, bool opens)
{
	struct sockaddr_in name;
	int near, far;

	if (opens)
		w->listener = bound(w->family, SOCK_STREAM, w->host, &name);
	else
		w->listener = bound(AF_GONET, SOCK_STREAM, "10.0.0.2", &name);
	UNTIL(listen(w->listener, 4), "listen");
	near = UNTIL(socket(opens ? AF_GONET : w->family, SOCK_STREAM, 0), "socket");
	UNTIL(connect(near, (void *)&name, sizeof(name)), "connect");
	far = UNTIL(accept(w->listener, NULL, NULL), "accept");
	w->out = (struct flow) { 0 };
	w->in = (struct flow) { 0 };
	while (w->out.read < BYTES || w->in.read < BYTES) {
		struct pollfd fds[] = {
			{ .fd = near, .events = POLLIN }, { .fd = far, .events = POLLIN },
		};

		pump(&w->out, near, far);
		pump(&w->in, far, near);
		poll(fds, 2, 10);
	}
	close(near);
	close(far);
	close(w->listener);
}

void traffic(unsigned int seconds)
{
	const time_t end = time(NULL) + seconds;
	unsigned int rounds = 0;
	bool own;

	do {
		for (own = false; ; own = true) {
			struct walk w = {
				.family = own ? AF_GONET : AF_INET,
				.host = own ? "10.0.0.2" : "10.0.0.1",
			};

			datagrams(&w);
			connection(&w, true);
			connection(&w, false);
			if (own)
				break;
		}
		rounds++;
	} while (time(NULL) < end);
	printf("%u rounds\n", rounds);
}
