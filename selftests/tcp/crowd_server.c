// SPDX-License-Identifier: GPL-2.0
/* The server of crowd.c, in one thread. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crowd.h"

#define BLOCK	65536

/**
 * struct echo - a connection
 * @fd: the socket
 * @waiting: what its peer has no room for yet, or NULL
 * @len: bytes of that
 */
struct echo {
	int fd;
	char *waiting;
	size_t len;
};

static int epoll;

static void watch(struct echo *e, int op)
{
	struct epoll_event event = {
		.events = e->waiting ? EPOLLOUT : EPOLLIN,
		.data.ptr = e,
	};

	if (epoll_ctl(epoll, op, e->fd, &event))
		err(1, "epoll_ctl");
}

static void end(struct echo *e)
{
	close(e->fd);
	free(e->waiting);
	free(e);
}

/* Sends what there is and keeps the rest. Peers may go at any time. */
static void put(struct echo *e, const char *data, size_t size)
{
	ssize_t len = send(e->fd, data, size, MSG_NOSIGNAL);
	bool waited = e->waiting;
	char *rest = NULL;

	if (len < 0 && errno != EAGAIN) {
		end(e);
		return;
	}
	if (len < 0)
		len = 0;
	size -= len;
	if (size) {
		rest = malloc(size);
		if (!rest)
			errx(1, "no memory");
		memcpy(rest, data + len, size);
	}
	free(e->waiting);
	e->waiting = rest;
	e->len = size;
	if (waited != !!rest)
		watch(e, EPOLL_CTL_MOD);
}

static void step(struct echo *e)
{
	static char block[BLOCK];
	ssize_t len;

	if (e->waiting) {
		put(e, e->waiting, e->len);
		return;
	}
	len = recv(e->fd, block, sizeof(block), 0);
	if (len > 0)
		put(e, block, len);
	else if (!len || errno != EAGAIN)
		end(e);
}

static void take(int listener)
{
	struct echo *e;
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		e = calloc(1, sizeof(*e));
		if (!e)
			errx(1, "no memory");
		e->fd = fd;
		watch(e, EPOLL_CTL_ADD);
	}
	if (errno != EAGAIN && errno != ECONNABORTED)
		err(1, "accept4");
}

void crowd_serve(int family, const struct sockaddr_in *name)
{
	int listener = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, i, n;
	struct epoll_event event = { .events = EPOLLIN }, events[256];

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (listener < 0 || bind(listener, (const void *)name, sizeof(*name)) ||
	    listen(listener, 4096))
		err(1, "cannot listen");
	epoll = epoll_create1(0);
	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event))
		err(1, "epoll");
	for (;;) {
		n = epoll_wait(epoll, events, 256, -1);
		if (n < 0 && errno != EINTR)
			err(1, "epoll_wait");
		for (i = 0; i < n; i++) {
			if (events[i].data.ptr)
				step(events[i].data.ptr);
			else
				take(listener);
		}
	}
}
