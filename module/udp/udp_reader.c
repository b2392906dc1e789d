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

#include "../compat/compat.h"
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

static void udp_reader_deliver(struct udp_reader *s, struct sk_buff *skb)
{
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

/*
 * As many datagrams as a sender may put into one packet. One that says that it is more has
 * been forged, and would become up to 65507 at once.
 */
static bool udp_reader_few(const struct sk_buff *skb)
{
	return skb->len - UDP_HLEN <= skb_shinfo(skb)->gso_size * UDP_MAX_SEGMENTS;
}

/* Datagrams in one packet, for a socket that wants each by itself. */
static void udp_reader_cut(struct udp_reader *s, struct sk_buff *skb)
{
	struct gonet_cb cb = *GONET_CB(skb);
	struct sk_buff *segments, *one, *next;

	if (!udp_reader_few(skb)) {
		udp_reader_drop(s, skb, GONET_DROP_UDP_SEGMENT);
		return;
	}
	__skb_push(skb, -skb_network_offset(skb));
	segments = __skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM, false);
	if (IS_ERR_OR_NULL(segments)) {
		udp_reader_drop(s, skb, GONET_DROP_UDP_SEGMENT);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, one, next) {
		skb_mark_not_on_list(one);
		__skb_pull(one, skb_transport_offset(one));
		*GONET_CB(one) = cb;	/* cutting has used its end */
		udp_reader_deliver(s, one);
	}
}

/* UDP_GRO takes datagrams together, but as one piece of memory each. */
static bool udp_reader_apart(const struct udp_reader *s, const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	return skb_is_gso(skb) && type & SKB_GSO_UDP_L4 &&
	       (type & SKB_GSO_FRAGLIST || !gonet_sock_opt(s->gs, GONET_SOCK_GRO));
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
	if (unlikely(udp_reader_apart(s, skb)))
		udp_reader_cut(s, skb);
	else
		udp_reader_deliver(s, skb);
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
		[UDP_READER_ERROR] = GONET_ERROR_PORT(udp_reader_error),
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
