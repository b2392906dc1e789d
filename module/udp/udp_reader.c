// SPDX-License-Identifier: GPL-2.0
/*
 * A UDP reader: one process for each bound socket. It verifies datagrams, has the
 * socket's filter look at them, and queues them for recvmsg() as far as the socket's
 * buffer allows; and it turns ICMP errors into the socket's (RFC 1122 4.1.3.3).
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/sock.h>

#include "logic/udp_header.h"
#include "udp.h"

/**
 * struct udp_reader - the reader's state
 * @stack: whose it is
 * @gs: the socket, of which it holds a reference
 */
struct udp_reader {
	struct gonet_stack *stack;
	struct gonet_sock *gs;
};

static void udp_reader_drop(struct udp_reader *s, struct sk_buff *skb, enum gonet_drop reason)
{
	gonet_count(s->stack, UdpInErrors);
	gonet_drop(s->stack, skb, reason);
}

static void udp_reader_step(struct csp_proc *proc, void *msg)
{
	struct udp_reader *s = csp_state(proc);
	struct sock *sk = &s->gs->inet.sk;
	struct sk_buff *skb = msg;

	if (skb_checksum_validate_zero_check(skb, IPPROTO_UDP, udp_hdr(skb)->check,
					     inet_compute_pseudo)) {
		gonet_count(s->stack, UdpInCsumErrors);
		atomic_inc(&sk->sk_drops);
		udp_reader_drop(s, skb, GONET_DROP_UDP_CSUM);
		return;
	}
	/* A filter may cut the payload short, but the header stays. */
	switch (gonet_sock_deliver(s->gs, skb, UDP_HLEN)) {
	case 0:
		return;
	case -EPERM:
		udp_reader_drop(s, skb, GONET_DROP_SOCK_FILTER);
		return;
	default:
		gonet_count(s->stack, UdpRcvbufErrors);
		udp_reader_drop(s, skb, GONET_DROP_SOCK_RCVBUF);
	}
}

static void udp_reader_error(struct csp_proc *proc, void *msg)
{
	struct udp_reader *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));
	unsigned int hlen = inner->ihl * 4;
	const struct udphdr *uh = (const void *)inner + hlen;

	gonet_sock_icmp(s->gs, &proc->in[UDP_READER_ERROR], skb, uh->dest, hlen + sizeof(*uh));
}

static int udp_reader_init(struct csp_proc *proc, void *arg)
{
	struct udp_reader *s = csp_state(proc);

	s->gs = arg;
	s->stack = s->gs->stack;
	sock_hold(&s->gs->inet.sk);
	return 0;
}

static void udp_reader_exit(struct csp_proc *proc)
{
	struct udp_reader *s = csp_state(proc);

	sock_put(&s->gs->inet.sk);
}

static const struct csp_kind udp_reader_kind = {
	.name = "udp_reader",
	.state_size = sizeof(struct udp_reader),
	.n_inputs = 2,
	.inputs = {
		[UDP_READER_IN] = GONET_SKB_PORT("in", udp_reader_step),
		[UDP_READER_ERROR] = {
			.name = "error",
			.depth = 64,
			.full = CSP_DROP,
			.step = udp_reader_error,
			.lost = gonet_skb_lost,
		},
	},
	.init = udp_reader_init,
	.exit = udp_reader_exit,
};

/**
 * udp_reader_start() - start the reader of a socket
 * @gs: the socket, kept by the caller until then
 * @port: its port, for the name
 *
 * Context: the UDP dealer's step.
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *udp_reader_start(struct gonet_sock *gs, u16 port)
{
	return csp_proc_start(&gs->stack->group, &udp_reader_kind, gs, GFP_ATOMIC,
			      "udp_reader/%u", port);
}
