// SPDX-License-Identifier: GPL-2.0
/* The server of load.c: all services, in one thread. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

#define BACKLOG		4096
#define UDP_BUFFER	(4 << 20)

/**
 * struct peer - a socket of the server
 * @service: what is done at it
 * @listens: it is no connection yet
 * @check: what came
 */
struct peer {
	enum service service;
	bool listens;
	struct check check;
};

static struct pollfd *fds;
static struct peer *peers;
static unsigned int n_fds, room;
static unsigned long counted;
static char block[BLOCK];

static void add(int fd, struct peer peer)
{
	if (n_fds == room) {
		room = room ? 2 * room : 256;
		fds = realloc(fds, room * sizeof(*fds));
		peers = realloc(peers, room * sizeof(*peers));
		if (!fds || !peers)
			errx(1, "no memory");
	}
	peers[n_fds] = peer;
	fds[n_fds++] = (struct pollfd) {
		.fd = fd,
		.events = peer.service == SERVICE_SOURCE && !peer.listens ? POLLOUT : POLLIN,
	};
}

static void end(unsigned int i)
{
	net_close(fds[i].fd);
	n_fds--;
	fds[i] = fds[n_fds];
	peers[i] = peers[n_fds];
}

static bool is_udp(enum service service)
{
	return service == SERVICE_UDP_ECHO || service == SERVICE_UDP_COUNT;
}

void server_open(void)
{
	unsigned int service;

	for (service = 0; service < SERVICES; service++) {
		bool udp = is_udp(service);
		struct sockaddr_in name = service_at(service);
		int fd = net_socket(udp ? SOCK_DGRAM : SOCK_STREAM), one = 1;
		int buffer = UDP_BUFFER;

		if (fd < 0)
			err(1, "socket");
		net_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (udp)
			net_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
		if (net_bind(fd, (struct sockaddr *)&name, sizeof(name)))
			err(1, "bind to port %u", PORT_BASE + service);
		if (!udp && net_listen(fd, BACKLOG))
			err(1, "listen");
		net_fcntl(fd, F_SETFL, O_NONBLOCK);
		add(fd, (struct peer) { .service = service, .listens = !udp });
	}
}

static void accept_all(unsigned int i)
{
	enum service service = peers[i].service;
	int fd, one = 1;

	while ((fd = net_accept(fds[i].fd, NULL, NULL)) >= 0) {
		if (service == SERVICE_ECHO)
			net_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		add(fd, (struct peer) { .service = service });
	}
}

/* Return: the connection goes on. */
static bool take(unsigned int i)
{
	struct peer *peer = &peers[i];
	ssize_t n = net_recv(fds[i].fd, block, BLOCK, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!n) {
		if (peer->check.wrong)
			net_send(fds[i].fd, "!", 1, 0);
		return false;
	}
	if (peer->service == SERVICE_TAKE)
		check_bytes(&peer->check, (uint8_t *)block, n);
	else if (peer->service == SERVICE_ECHO)
		return net_send(fds[i].fd, block, n, 0) == n;
	return true;
}

static bool give(unsigned int i)
{
	if (fds[i].revents & (POLLERR | POLLHUP))
		return false;
	return net_send(fds[i].fd, block, BLOCK, MSG_DONTWAIT) >= 0 || errno == EAGAIN;
}

/* As many as wait, but for a while, so that others have their turn. */
static void datagrams(unsigned int i)
{
	unsigned int n;

	for (n = 0; n < 256; n++) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t got = net_recvfrom(fds[i].fd, block, BLOCK, MSG_DONTWAIT,
					   (struct sockaddr *)&from, &len);

		if (got < 0)
			return;
		if (peers[i].service == SERVICE_UDP_COUNT) {
			if (got != 1) {
				counted++;
				continue;
			}
			got = sizeof(counted);
			memcpy(block, &counted, sizeof(counted));
			counted = 0;
		}
		net_sendto(fds[i].fd, block, got, 0, (struct sockaddr *)&from, len);
	}
}

static void serve(unsigned int i)
{
	if (peers[i].listens)
		accept_all(i);
	else if (is_udp(peers[i].service))
		datagrams(i);
	else if (!(peers[i].service == SERVICE_SOURCE ? give(i) : take(i)))
		end(i);
}

void *server_run(void *unused)
{
	unsigned int i;

	(void)unused;
	for (;;) {
		if (net_poll(fds, n_fds, -1) < 0 && errno != EINTR)
			err(1, "poll");
		/* from the last, since the last takes the place of one that ends */
		for (i = n_fds; i-- > 0;)
			if (fds[i].revents)
				serve(i);
	}
	return NULL;
}
