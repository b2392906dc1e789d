// SPDX-License-Identifier: GPL-2.0
/*
 * A UDP reader: one process for each bound socket. It verifies datagrams, has the
 * socket's filter look at them, and queues them for recvmsg() as far as the socket's
 * buffer allows; and it turns ICMP errors into the socket's (RFC 1122 4.1.3.3).
 */
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/sock.h>
#include <net/tcp_states.h>

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

/* When it came, if somebody wants to know; whatever the sender's side wrote there goes. */
static void udp_reader_stamp(const struct sock *sk, struct sk_buff *skb)
{
	if (sock_flag(sk, SOCK_TIMESTAMP) || sock_flag(sk, SOCK_RCVTSTAMP) ||
	    sock_flag(sk, SOCK_TIMESTAMPING_RX_SOFTWARE))
		__net_timestamp(skb);
	else
		skb->tstamp = 0;
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
	udp_reader_stamp(sk, skb);
	/* A filter may cut the payload short, but the header stays. */
	if (sk_filter_trim_cap(sk, skb, UDP_HLEN)) {
		atomic_inc(&sk->sk_drops);
		udp_reader_drop(s, skb, GONET_DROP_UDP_FILTER);
		return;
	}
	/* Counts what it refuses in sk_drops. */
	if (__sock_queue_rcv_skb(sk, skb)) {
		gonet_count(s->stack, UdpRcvbufErrors);
		udp_reader_drop(s, skb, GONET_DROP_UDP_RCVBUF);
	}
}

/**
 * struct udp_icmp - what an ICMP error means to a socket
 * @err: errno, positive
 * @hard: it ends what the socket is about, and a connected one hears of it unasked
 * @info: the next hop's MTU, for -EMSGSIZE
 */
struct udp_icmp {
	int err;
	bool hard;
	u32 info;
};

/* RFC 1122 4.1.3.3 and udp(7). Return: false when it is not for sockets. */
static bool udp_reader_meaning(const struct sock *sk, const struct icmphdr *icmph,
			       struct udp_icmp *m)
{
	switch (icmph->type) {
	case ICMP_TIME_EXCEEDED:
		m->err = EHOSTUNREACH;
		return true;
	case ICMP_PARAMETERPROB:
		m->err = EPROTO;
		m->hard = true;
		return true;
	case ICMP_DEST_UNREACH:
		break;
	default:
		return false;
	}
	if (icmph->code > NR_ICMP_UNREACH)
		return false;
	if (icmph->code == ICMP_FRAG_NEEDED) {
		if (READ_ONCE(inet_sk(sk)->pmtudisc) == IP_PMTUDISC_DONT)
			return false;
		m->err = EMSGSIZE;
		m->hard = true;
		m->info = ntohs(icmph->un.frag.mtu);
		return true;
	}
	m->err = icmp_err_convert[icmph->code].errno;
	m->hard = icmp_err_convert[icmph->code].fatal;
	return true;
}

static void udp_reader_error(struct csp_proc *proc, void *msg)
{
	struct udp_reader *s = csp_state(proc);
	struct sock *sk = &s->gs->inet.sk;
	struct sk_buff *skb = msg;
	const struct icmphdr *icmph = (const void *)skb->data;
	const struct iphdr *inner = (const void *)(icmph + 1);
	const struct udphdr *uh = (const void *)inner + inner->ihl * 4;
	struct udp_icmp m = {};

	if (!udp_reader_meaning(sk, icmph, &m)) {
		consume_skb(skb);
		return;
	}
	if (gonet_sock_opt(s->gs, GONET_SOCK_RECVERR)) {
		gonet_sock_icmp_error(s->gs, skb, m.err, m.info, uh->dest,
				      inner->ihl * 4 + sizeof(*uh));
	} else {
		consume_skb(skb);
		if (!m.hard || READ_ONCE(sk->sk_state) != TCP_ESTABLISHED)
			return;
	}
	WRITE_ONCE(sk->sk_err, m.err);
	sk_error_report(sk);
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
