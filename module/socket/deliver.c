// SPDX-License-Identifier: GPL-2.0
/*
 * What the readers of the transports give to their sockets: packets for recvmsg(), and
 * ICMP errors (RFC 1122 4.1.3.3), which become the socket's.
 */
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/route.h>

#include "socket.h"

/**
 * gonet_sock_stamp() - note on a packet when it came, if its socket wants to know
 * @sk: the socket
 * @skb: the packet; whatever the sender's side wrote there goes
 *
 * Context: any.
 */
void gonet_sock_stamp(const struct sock *sk, struct sk_buff *skb)
{
	if (sock_flag(sk, SOCK_TIMESTAMP) || sock_flag(sk, SOCK_RCVTSTAMP) ||
	    sock_flag(sk, SOCK_TIMESTAMPING_RX_SOFTWARE))
		__net_timestamp(skb);
	else
		skb->tstamp = 0;
}

/**
 * gonet_sock_deliver() - queue a packet for recvmsg()
 * @gs: the socket
 * @skb: the packet, from where the filter is to see it on; given away when queued
 * @keep: bytes of it that the filter cannot cut off, linear, at least the header that
 *	the program does not see
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; -EPERM when the socket's filter does not want it, -ENOMEM or -ENOBUFS
 * when its buffer is full. Both are counted in the socket's drops, and @skb stays the
 * caller's.
 */
int gonet_sock_deliver(struct gonet_sock *gs, struct sk_buff *skb, unsigned int keep)
{
	struct sock *sk = &gs->inet.sk;

	gonet_sock_stamp(sk, skb);
	if (sk_filter_trim_cap(sk, skb, keep)) {
		atomic_inc(&sk->sk_drops);
		return -EPERM;
	}
	__skb_pull(skb, gs->kind->hlen);
	/* Counts what it refuses itself. */
	return __sock_queue_rcv_skb(sk, skb);
}

/**
 * struct deliver_icmp - what an ICMP error means to a socket
 * @err: errno, positive
 * @hard: it ends what the socket is about, and a connected one hears of it unasked
 * @info: the next hop's MTU, for -EMSGSIZE
 */
struct deliver_icmp {
	int err;
	bool hard;
	u32 info;
};

/* RFC 1122 4.1.3.3 and udp(7). Return: false when it is not for sockets. */
static bool deliver_meaning(const struct gonet_sock *gs, const struct icmphdr *icmph,
			    struct deliver_icmp *m)
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
		bool dont = READ_ONCE(gs->inet.pmtudisc) == IP_PMTUDISC_DONT;

		m->err = EMSGSIZE;
		m->hard = !dont;
		if (!READ_ONCE(gs->stack->conf.ip_no_pmtu_disc))
			m->info = ntohs(icmph->un.frag.mtu);
		return !dont || gs->kind == &gonet_raw_kind;
	}
	m->err = icmp_err_convert[icmph->code].errno;
	m->hard = icmp_err_convert[icmph->code].fatal;
	return true;
}

/* ip(7): on the queue that MSG_ERRQUEUE reads. */
static void deliver_error(struct gonet_sock *gs, struct sk_buff *skb,
			  const struct deliver_icmp *m, __be16 port, unsigned int skip)
{
	struct sock_exterr_skb *serr = SKB_EXT_ERR(skb);
	u32 iif = GONET_CB(skb)->iif;
	const struct icmphdr *icmph = (const void *)skb->data;
	const struct iphdr *inner = (const void *)(icmph + 1);
	struct sock_extended_err ee = {
		.ee_errno = m->err,
		.ee_origin = SO_EE_ORIGIN_ICMP,
		.ee_type = icmph->type,
		.ee_code = icmph->code,
		.ee_info = m->info,
	};

	memset(serr, 0, sizeof(*serr));
	serr->header.h4.iif = iif;
	serr->ee = ee;
	serr->addr_offset = (const u8 *)&inner->daddr - skb_network_header(skb);
	serr->port = port;
	if (!pskb_pull(skb, sizeof(*icmph) + skip) ||
	    sock_queue_err_skb(&gs->inet.sk, skb))
		kfree_skb(skb);
}

/**
 * gonet_sock_queue_icmp() - let MSG_ERRQUEUE tell of an ICMP error, and nothing else
 * @gs: the socket
 * @skb: the error, as for gonet_sock_icmp(); given away
 * @err: what it means, errno, positive
 * @port: to which port the quoted packet was sent
 * @skip: bytes of the quoted packet that are not returned as data
 *
 * Context: any but hard interrupt.
 */
void gonet_sock_queue_icmp(struct gonet_sock *gs, struct sk_buff *skb, int err, __be16 port,
			   unsigned int skip)
{
	const struct deliver_icmp m = { .err = err };

	deliver_error(gs, skb, &m, port, skip);
}

/*
 * A message about the path's MTU has that noted first, so that who hears of it finds
 * the MTU that it says. Return: true if @skb has been taken and comes to @again.
 */
static bool deliver_noting(struct gonet_sock *gs, struct csp_chan *again, struct sk_buff *skb)
{
	const struct icmphdr *icmph = (const void *)skb->data;
	const struct iphdr *inner = (const void *)(icmph + 1);
	u8 pmtudisc = READ_ONCE(gs->inet.pmtudisc);
	struct gonet_exception said;
	bool believed;

	if (icmph->type != ICMP_DEST_UNREACH || icmph->code != ICMP_FRAG_NEEDED ||
	    GONET_CB(skb)->flags & GONET_CB_NOTED)
		return false;
	/* Who takes no notice of the path's MTU does not change it for others. */
	if (pmtudisc == IP_PMTUDISC_INTERFACE || pmtudisc == IP_PMTUDISC_OMIT)
		return false;
	rcu_read_lock();
	believed = gonet_pmtu_believed(gs->stack, inner, ntohs(icmph->un.frag.mtu),
				       gonet_sock_oif(gs), &said);
	rcu_read_unlock();
	if (believed)
		gonet_route_exception(gs->stack, &said, again, skb);
	return believed;
}

/**
 * gonet_sock_icmp() - make an ICMP error the socket's
 * @gs: the socket
 * @again: the input of its reader by which the error came
 * @skb: the error, data at its ICMP header, the quoted packet behind that: its IP
 *	header and 8 bytes are linear; given away
 * @port: to which port the quoted packet was sent, or 0
 * @skip: bytes of the quoted packet that are not returned as data
 *
 * Context: any but hard interrupt.
 */
void gonet_sock_icmp(struct gonet_sock *gs, struct csp_chan *again, struct sk_buff *skb,
		     __be16 port, unsigned int skip)
{
	struct sock *sk = &gs->inet.sk;
	struct deliver_icmp m = {};

	if (deliver_noting(gs, again, skb))
		return;
	if (!deliver_meaning(gs, (const void *)skb->data, &m)) {
		consume_skb(skb);
		return;
	}
	if (gonet_sock_opt(gs, GONET_SOCK_RECVERR)) {
		/* First, since who reads the queue has read the pending error. */
		WRITE_ONCE(sk->sk_err, m.err);
		deliver_error(gs, skb, &m, port, skip);
	} else {
		consume_skb(skb);
		if (!m.hard || READ_ONCE(sk->sk_state) != TCP_ESTABLISHED)
			return;
		WRITE_ONCE(sk->sk_err, m.err);
	}
	sk_error_report(sk);
}
