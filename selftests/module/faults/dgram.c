// SPDX-License-Identifier: GPL-2.0
/* Datagrams: every call of a socket's life, and what comes from the peer. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/gonet.h>
#include <net/if.h>

#include "faults.h"

#define SMALL	100
#define LARGE	20000	/* several fragments */

static void begin_peer(struct walk *w)
{
	w->b = open_socket(w->family, SOCK_DGRAM, 0);
	w->name = bind_to(w->b, w->host);
}

static void begin_socket(struct walk *w)
{
	begin_peer(w);
	w->a = open_socket(AF_GONET, SOCK_DGRAM, 0);
}

static void begin_bound(struct walk *w)
{
	begin_socket(w);
	w->name = bind_to(w->a, "10.0.0.2");
}

static void begin_connected(struct walk *w)
{
	begin_socket(w);
	must(call_connect(w), "connect");
}

static int call_socket(struct walk *w)
{
	w->a = socket(AF_GONET, SOCK_DGRAM, 0);
	return w->a;
}

static int call_send(struct walk *w)
{
	return put_datagram(w, w->a, &w->name, SMALL, 0);
}

static int call_send_large(struct walk *w)
{
	return put_datagram(w, w->a, &w->name, LARGE, 0);
}

static void cork(struct walk *w, int on)
{
	must(setsockopt(w->a, IPPROTO_UDP, UDP_CORK, &on, sizeof(on)), "UDP_CORK");
}

static void begin_corked(struct walk *w)
{
	begin_connected(w);
	cork(w, 1);
}

/* One that waits to be put together. */
static int call_part(struct walk *w)
{
	return put_datagram(w, w->a, NULL, LARGE, 0);
}

static void begin_uncork(struct walk *w)
{
	begin_corked(w);
	must(call_part(w), "send");
}

static int call_uncork(struct walk *w)
{
	int off = 0;

	return setsockopt(w->a, IPPROTO_UDP, UDP_CORK, &off, sizeof(off));
}

/* The peer sends: all the way up to the socket is in its call, where processes are handed off. */
static int call_incoming(struct walk *w)
{
	return put_datagram(w, w->b, &w->name, SMALL, 0);
}

static int call_incoming_large(struct walk *w)
{
	return put_datagram(w, w->b, &w->name, LARGE, 0);
}

static void begin_waiting(struct walk *w)
{
	int one = 1;

	begin_bound(w);
	must(setsockopt(w->a, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof(one)), "SO_TIMESTAMP");
	must(setsockopt(w->a, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)), "IP_PKTINFO");
	send_datagram(w, w->b, &w->name, SMALL);
	send_datagram(w, w->b, &w->name, LARGE);
}

/* As natively, what could not be copied is gone; the other one is there. */
static int call_receive(struct walk *w)
{
	char control[256];
	char payload[SMALL];
	struct iovec part = { payload, sizeof(payload) };
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	return recvmsg(w->a, &msg, 0);
}

static int call_close(struct walk *w)
{
	int ret = close(w->a);

	w->a = -1;
	return ret;
}

static int membership(struct walk *w, int option, const char *group)
{
	struct ip_mreqn m = { 0 };

	inet_pton(AF_INET, group, &m.imr_multiaddr);
	inet_pton(AF_INET, "10.0.0.2", &m.imr_address);
	return setsockopt(w->a, IPPROTO_IP, option, &m, sizeof(m));
}

static void begin_close(struct walk *w)
{
	begin_bound(w);
	must(membership(w, IP_ADD_MEMBERSHIP, "239.1.2.3"), "join");
	send_datagram(w, w->b, &w->name, SMALL);
}

static void works(struct walk *w)
{
	exchange(w, SMALL);
	exchange(w, LARGE);
}

/* Its port is free. */
static void works_closed(struct walk *w)
{
	int tries = 50;

	w->a = open_socket(AF_GONET, SOCK_DGRAM, 0);
	while (bind(w->a, (void *)&w->name, sizeof(w->name))) {
		if (errno != EADDRINUSE || !tries--)
			must(-1, "bind after close");
		usleep(100000);	/* closing without memory is tried again, on no clock of ours */
	}
	exchange(w, SMALL);
}

static void works_corked(struct walk *w)
{
	cork(w, 0);
	works(w);
}

static int call_join(struct walk *w)
{
	return membership(w, IP_ADD_MEMBERSHIP, "239.1.2.4");
}

static int call_join_source(struct walk *w)
{
	struct ip_mreq_source source = { 0 };

	inet_pton(AF_INET, "239.1.2.5", &source.imr_multiaddr);
	inet_pton(AF_INET, "10.0.0.2", &source.imr_interface);
	inet_pton(AF_INET, "10.0.0.9", &source.imr_sourceaddr);
	return setsockopt(w->a, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &source, sizeof(source));
}

static void begin_joined(struct walk *w)
{
	begin_socket(w);
	must(call_join(w), "join");
}

static int call_leave(struct walk *w)
{
	return membership(w, IP_DROP_MEMBERSHIP, "239.1.2.4");
}

static int call_filter(struct walk *w)
{
	char room[sizeof(struct ip_msfilter) + 2 * sizeof(struct in_addr)] = { 0 };
	struct ip_msfilter *filter = (void *)room;

	inet_pton(AF_INET, "239.1.2.4", &filter->imsf_multiaddr);
	inet_pton(AF_INET, "10.0.0.2", &filter->imsf_interface);
	filter->imsf_fmode = MCAST_INCLUDE;
	filter->imsf_numsrc = 2;
	inet_pton(AF_INET, "10.0.0.7", &filter->imsf_slist[0]);
	inet_pton(AF_INET, "10.0.0.8", &filter->imsf_slist[1]);
	return setsockopt(w->a, IPPROTO_IP, IP_MSFILTER, filter, IP_MSFILTER_SIZE(2));
}

static void works_filter(struct walk *w)
{
	char room[sizeof(struct ip_msfilter) + 4 * sizeof(struct in_addr)] = { 0 };
	struct ip_msfilter *filter = (void *)room;
	socklen_t len = sizeof(room);

	inet_pton(AF_INET, "239.1.2.4", &filter->imsf_multiaddr);
	inet_pton(AF_INET, "10.0.0.2", &filter->imsf_interface);
	filter->imsf_numsrc = 3;
	must(getsockopt(w->a, IPPROTO_IP, IP_MSFILTER, filter, &len), "IP_MSFILTER");
	if (filter->imsf_fmode != MCAST_INCLUDE || filter->imsf_numsrc != 2)
		must(-(errno = EBADMSG), "the filter");
	works(w);
}

static int call_getsockopt(struct walk *w)
{
	int value;
	socklen_t len = sizeof(value);

	return getsockopt(w->a, IPPROTO_IP, IP_TTL, &value, &len);
}

static int call_ifconf(struct walk *w)
{
	struct ifreq list[16];
	struct ifconf conf = { .ifc_len = sizeof(list), .ifc_req = list };

	return ioctl(w->a, SIOCGONETIFCONF, &conf);
}

const struct fault_case dgram_cases[] = {
	{ "dgram_socket", BOTH, false, begin_peer, call_socket, works },
	{ "dgram_bind", MODULE, false, begin_socket, call_bind, works },
	{ "dgram_connect", MODULE, false, begin_socket, call_connect, works },
	{ "dgram_send", MODULE, false, begin_socket, call_send, works },
	{ "dgram_send_large", MODULE, false, begin_socket, call_send_large, works },
	{ "dgram_part", MODULE, false, begin_corked, call_part, works_corked },
	{ "dgram_uncork", MODULE, false, begin_uncork, call_uncork, works },
	{ "dgram_incoming", MODULE, false, begin_bound, call_incoming, works },
	{ "dgram_incoming_large", MODULE, false, begin_bound, call_incoming_large, works },
	{ "dgram_receive", MODULE, false, begin_waiting, call_receive, works },
	{ "dgram_close", MODULE, false, begin_close, call_close, works_closed },
	{ "dgram_join", MODULE, true, begin_socket, call_join, works },
	{ "dgram_join_source", MODULE, true, begin_socket, call_join_source, works },
	{ "dgram_leave", MODULE, true, begin_joined, call_leave, works },
	{ "dgram_filter", MODULE, true, begin_joined, call_filter, works_filter },
	{ "dgram_getsockopt", MODULE, true, begin_socket, call_getsockopt, works },
	{ "dgram_ifconf", MODULE, true, begin_socket, call_ifconf, works },
	{ 0 }
};
