// SPDX-License-Identifier: GPL-2.0
/* A stack's beginning, pings, and raw packets. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "faults.h"

#define PROTOCOL	253	/* for experiments (RFC 3692) */
#define SMALL		100
#define LARGE		20000
#define ID		0x4711
#define MANY		65	/* sockets, for one of which the list of all needs memory */

/* The first socket of a namespace starts its stack. */
static void begin_namespace(struct walk *w)
{
	must(unshare(CLONE_NEWNET), "unshare");
	w->host = "127.0.0.1";
	w->family = AF_GONET;
}

static int call_stack(struct walk *w)
{
	w->a = socket(AF_GONET, SOCK_DGRAM, 0);
	return w->a;
}

static void works_stack(struct walk *w)
{
	w->b = open_socket(AF_GONET, SOCK_DGRAM, 0);
	bind_to(w->b, w->host);
	exchange(w, SMALL);
	exchange(w, LARGE);
}

static int call_many(int type, int protocol)
{
	int fds[MANY], n, i, error = 0;

	for (n = 0; n < MANY; n++) {
		fds[n] = socket(AF_GONET, type, protocol);
		if (fds[n] < 0) {
			error = errno;
			break;
		}
	}
	for (i = 0; i < n; i++)
		close(fds[i]);
	errno = error;
	return error ? -1 : 0;
}

static int call_many_dgram(struct walk *w)
{
	(void)w;
	return call_many(SOCK_DGRAM, 0);
}

static int call_many_ping(struct walk *w)
{
	(void)w;
	return call_many(SOCK_DGRAM, IPPROTO_ICMP);
}

static int call_many_raw(struct walk *w)
{
	(void)w;
	return call_many(SOCK_RAW, PROTOCOL);
}

static int call_many_stream(struct walk *w)
{
	(void)w;
	return call_many(SOCK_STREAM, 0);
}

static void works_many(struct walk *w)
{
	w->a = open_socket(AF_GONET, SOCK_DGRAM, 0);
	w->b = open_socket(AF_GONET, SOCK_DGRAM, 0);
	bind_to(w->b, "10.0.0.2");
	exchange(w, SMALL);
}

static void begin_ping(struct walk *w)
{
	w->a = open_socket(AF_GONET, SOCK_DGRAM, IPPROTO_ICMP);
	w->name = address(w->host);
}

static int call_ping_socket(struct walk *w)
{
	w->name = address(w->host);
	w->a = socket(AF_GONET, SOCK_DGRAM, IPPROTO_ICMP);
	return w->a;
}

static int call_ping_bind(struct walk *w)
{
	struct sockaddr_in name = address("10.0.0.2");

	name.sin_port = htons(ID);
	return bind(w->a, (void *)&name, sizeof(name));
}

/* An echo request, numbered as a datagram is. */
static int echo(struct walk *w, int fd, size_t len)
{
	char packet[sizeof(struct icmphdr) + LARGE] = { 0 };
	struct icmphdr *icmp = (void *)packet;

	icmp->type = ICMP_ECHO;
	icmp->un.echo.sequence = htons(++w->number);
	memset(icmp + 1, (unsigned char)w->number, len);
	return sendto(fd, packet, sizeof(*icmp) + len, 0, (void *)&w->name, sizeof(w->name));
}

static void works_ping(struct walk *w)
{
	char packet[sizeof(struct icmphdr) + LARGE];
	const struct icmphdr *icmp = (void *)packet;
	const size_t sizes[] = { SMALL, LARGE };
	size_t i, at;
	int n;

	for (i = 0; i < 2; i++) {
		must(echo(w, w->a, sizes[i]), "ping");
		do {
			n = must(recv(w->a, packet, sizeof(packet), 0), "answer");
		} while (ntohs(icmp->un.echo.sequence) != w->number);
		if (icmp->type != ICMP_ECHOREPLY || n != (int)(sizeof(*icmp) + sizes[i]))
			must(-(errno = EBADMSG), "answer");
		for (at = sizeof(*icmp); at < (size_t)n; at++) {
			if ((unsigned char)packet[at] != (unsigned char)w->number)
				must(-(errno = EBADMSG), "answer");
		}
	}
}

static int call_ping(struct walk *w)
{
	return echo(w, w->a, SMALL);
}

static int call_ping_large(struct walk *w)
{
	return echo(w, w->a, LARGE);
}

static void begin_answer(struct walk *w)
{
	begin_ping(w);
	must(echo(w, w->a, SMALL), "ping");
	must(echo(w, w->a, SMALL), "ping");
}

static int call_answer(struct walk *w)
{
	char packet[sizeof(struct icmphdr) + SMALL];

	return recv(w->a, packet, sizeof(packet), 0);
}

/* The native stack pings this one, which answers in the sender's call. */
static void begin_pinged(struct walk *w)
{
	w->a = open_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	w->name = address("10.0.0.2");
}

static void begin_raw_peer(struct walk *w)
{
	w->b = open_socket(w->family, SOCK_RAW, PROTOCOL);
	w->name = bind_to(w->b, w->host);
	w->name.sin_port = 0;
}

static void begin_raw(struct walk *w)
{
	begin_raw_peer(w);
	w->a = open_socket(AF_GONET, SOCK_RAW, PROTOCOL);
}

static int call_raw_socket(struct walk *w)
{
	w->a = socket(AF_GONET, SOCK_RAW, PROTOCOL);
	return w->a;
}

static int send_raw(struct walk *w, int fd, const struct sockaddr_in *to, size_t len)
{
	unsigned char packet[LARGE];

	memset(packet, ++w->number, len);
	return sendto(fd, packet, len, 0, (const void *)to, sizeof(*to));
}

static void receive_raw(struct walk *w, int fd, size_t len)
{
	unsigned char packet[sizeof(struct iphdr) + LARGE];
	size_t i;
	int n;

	do {
		n = must(recv(fd, packet, sizeof(packet), 0), "receive");
		for (i = sizeof(struct iphdr); i < (size_t)n; i++) {
			if (packet[i] != packet[n - 1])
				must(-(errno = EBADMSG), "receive");
		}
	} while (packet[n - 1] != (unsigned char)w->number);
	if (n != (int)(sizeof(struct iphdr) + len))
		must(-(errno = EBADMSG), "receive");
}

static int call_raw_send(struct walk *w)
{
	return send_raw(w, w->a, &w->name, SMALL);
}

static int call_raw_send_large(struct walk *w)
{
	return send_raw(w, w->a, &w->name, LARGE);
}

static void works_raw(struct walk *w)
{
	const struct sockaddr_in own = address("10.0.0.2");

	must(send_raw(w, w->a, &w->name, LARGE), "send");
	receive_raw(w, w->b, LARGE);
	must(send_raw(w, w->b, &own, LARGE), "send");
	receive_raw(w, w->a, LARGE);
}

const struct fault_case other_cases[] = {
	{ "stack", BOTH, true, begin_namespace, call_stack, works_stack },
	{ "many_dgram", MODULE, true, NULL, call_many_dgram, works_many },
	{ "many_ping", MODULE, true, NULL, call_many_ping, works_many },
	{ "many_raw", MODULE, true, NULL, call_many_raw, works_many },
	{ "many_stream", MODULE, true, NULL, call_many_stream, works_many },
	{ "ping_socket", BOTH, false, NULL, call_ping_socket, works_ping },
	{ "ping_bind", MODULE, false, begin_ping, call_ping_bind, works_ping },
	{ "ping_send", MODULE, false, begin_ping, call_ping, works_ping },
	{ "ping_send_large", MODULE, false, begin_ping, call_ping_large, works_ping },
	{ "ping_receive", MODULE, false, begin_answer, call_answer, works_ping },
	{ "ping_answered", MODULE, true, begin_pinged, call_ping, works_ping },
	{ "ping_answered_large", MODULE, true, begin_pinged, call_ping_large, works_ping },
	{ "raw_socket", BOTH, false, begin_raw_peer, call_raw_socket, works_raw },
	{ "raw_send", MODULE, false, begin_raw, call_raw_send, works_raw },
	{ "raw_send_large", MODULE, false, begin_raw, call_raw_send_large, works_raw },
	{ 0 }
};
