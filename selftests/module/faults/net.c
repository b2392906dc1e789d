// SPDX-License-Identifier: GPL-2.0
/* Sockets, and data of which every byte says where it belongs. Nothing here may fail. */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "faults.h"

#define LARGEST	65536

static unsigned char data[LARGEST];

int must(int ret, const char *what)
{
	if (ret < 0)
		err(1, "%s, while nothing fails", what);
	return ret;
}

void limit_waiting(int fd)
{
	const struct timeval limit = { .tv_sec = LIMIT };

	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), "SO_RCVTIMEO");
	must(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)), "SO_SNDTIMEO");
}

int open_socket(int family, int type, int protocol)
{
	int fd = must(socket(family, type, protocol), "socket");

	limit_waiting(fd);
	return fd;
}

struct sockaddr_in address(const char *host)
{
	struct sockaddr_in name = { .sin_family = AF_INET };

	inet_pton(AF_INET, host, &name.sin_addr);
	return name;
}

struct sockaddr_in bind_to(int fd, const char *host)
{
	struct sockaddr_in name = address(host);
	socklen_t len = sizeof(name);

	must(bind(fd, (void *)&name, sizeof(name)), "bind");
	must(getsockname(fd, (void *)&name, &len), "getsockname");
	return name;
}

int call_bind(struct walk *w)
{
	struct sockaddr_in name = address("10.0.0.2");

	return bind(w->a, (void *)&name, sizeof(name));
}

int call_connect(struct walk *w)
{
	return connect(w->a, (void *)&w->name, sizeof(w->name));
}

static unsigned char pattern(uint64_t at)
{
	return at * 7 + (at >> 8) * 13 + (at >> 16);
}

/* A datagram is its number, its length, and bytes that follow from both. */
static void fill_datagram(uint32_t number, uint32_t len)
{
	uint32_t i;

	memcpy(data, &number, 4);
	memcpy(data + 4, &len, 4);
	for (i = 8; i < len; i++)
		data[i] = pattern(number + i);
}

int put_datagram(struct walk *w, int fd, const struct sockaddr_in *to, size_t len, int flags)
{
	fill_datagram(++w->number, len);
	return sendto(fd, data, len, flags, (const void *)to, to ? sizeof(*to) : 0);
}

void send_datagram(struct walk *w, int fd, const struct sockaddr_in *to, size_t len)
{
	must(put_datagram(w, fd, to, len, 0), "send");
}

/*
 * Return: whether it is the last that was sent; those before may have been lost, or come,
 * but whole.
 */
bool take_datagram(struct walk *w, int fd, struct sockaddr_in *from)
{
	socklen_t size = sizeof(*from);
	uint32_t number, len, i;
	int n = recvfrom(fd, data, sizeof(data), 0, (void *)from, &size);

	must(n, "receive");
	if (n < 8)
		errx(1, "a datagram of %d bytes, which nobody sent", n);
	memcpy(&number, data, 4);
	memcpy(&len, data + 4, 4);
	if (len != (uint32_t)n || number > w->number)
		errx(1, "datagram %u of %u bytes has %d", number, len, n);
	for (i = 8; i < len; i++) {
		if (data[i] != pattern(number + i))
			errx(1, "datagram %u: byte %u is wrong", number, i);
	}
	return number == w->number;
}

void receive_datagram(struct walk *w, int fd, struct sockaddr_in *from)
{
	while (!take_datagram(w, fd, from))
		;
}

/* A datagram each way between @a and @b, which is bound. */
void exchange(struct walk *w, size_t len)
{
	struct sockaddr_in name, from;
	socklen_t size = sizeof(name);

	must(getsockname(w->b, (void *)&name, &size), "getsockname");
	send_datagram(w, w->a, &name, len);
	receive_datagram(w, w->b, &from);
	send_datagram(w, w->b, &from, len);
	receive_datagram(w, w->a, &from);
}

int send_stream(struct flow *flow, int fd, size_t len, int flags)
{
	size_t i;
	int n;

	for (i = 0; i < len; i++)
		data[i] = pattern(flow->sent + i);
	n = send(fd, data, len, flags);
	if (n > 0)
		flow->sent += n;
	return n;
}

int read_stream(struct flow *flow, int fd, size_t len, int flags)
{
	int i, n;

	memset(data, 0x55, len);
	n = recv(fd, data, len, flags);
	for (i = 0; i < n; i++) {
		if (data[i] != pattern(flow->read + i))
			errx(1, "byte %llu of the stream is wrong",
			     (unsigned long long)flow->read + i);
	}
	if (n > 0 && !(flags & MSG_PEEK))
		flow->read += n;
	return n;
}

/* All that was taken comes, and no more. */
void finish_flow(struct flow *flow, int to)
{
	while (flow->read < flow->sent) {
		if (!must(read_stream(flow, to, LARGEST, 0), "receive"))
			errx(1, "%llu bytes of %llu came", (unsigned long long)flow->read,
			     (unsigned long long)flow->sent);
	}
	if (flow->read != flow->sent)
		errx(1, "more came than was sent");
}

/* @len bytes each way, and what had been sent before. */
void transfer(struct walk *w, size_t len)
{
	must(send_stream(&w->out, w->a, len, 0), "send");
	finish_flow(&w->out, w->b);
	must(send_stream(&w->in, w->b, len, 0), "send");
	finish_flow(&w->in, w->a);
}
