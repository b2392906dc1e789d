// SPDX-License-Identifier: GPL-2.0
/*
 * The UDP dealer (RFC 768, RFC 1122 4.1): it alone owns the ports. Sockets ask it to
 * be bound; each gets a reader, a process of its own, and datagrams are dealt to
 * those. So do ICMP errors about what a socket has sent.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ip.h>

#include <gonet/icmp.h>
#include <gonet/igmp.h>

#include "logic/udp_header.h"
#include "udp.h"

static struct gonet_udp *udp_rx_state(struct csp_proc *proc)
{
	return *(struct gonet_udp **)csp_state(proc);
}

static void udp_rx_drop(struct gonet_udp *udp, struct sk_buff *skb, enum gonet_drop reason)
{
	gonet_count(udp->stack, UdpInErrors);
	gonet_drop(udp->stack, skb, reason);
}

/* RFC 1122 4.1.3.1. What nobody wants is verified first: its ports may be wrong. */
static void udp_rx_unwanted(struct gonet_udp *udp, struct sk_buff *skb)
{
	if (skb_checksum_validate_zero_check(skb, IPPROTO_UDP, udp_hdr(skb)->check,
					     inet_compute_pseudo)) {
		gonet_count(udp->stack, UdpInCsumErrors);
		udp_rx_drop(udp, skb, GONET_DROP_UDP_CSUM);
		return;
	}
	gonet_count(udp->stack, UdpNoPorts);
	gonet_icmp_send_error(udp->stack, skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
	gonet_drop(udp->stack, skb, GONET_DROP_UDP_NO_PORT);
}

/* A copy for each but the last found, who gets the packet itself. */
struct udp_rx_spread {
	struct gonet_udp *udp;
	struct sk_buff *skb;
	struct udp_bound *last;
};

static void udp_rx_spread_one(struct udp_bound *b, void *arg)
{
	struct udp_rx_spread *spread = arg;
	const struct gonet_cb *cb = GONET_CB(spread->skb);
	struct udp_bound *to = spread->last;
	struct sk_buff *copy;

	if (cb->addr_type == RTN_MULTICAST &&
	    !gonet_sock_hears(b->gs, cb->iif, cb->daddr, cb->saddr))
		return;
	spread->last = b;
	if (!to)
		return;
	copy = skb_clone(spread->skb, GFP_ATOMIC);
	if (copy) {
		csp_out_send(&to->in, copy);
		return;
	}
	atomic_inc(&to->gs->inet.sk.sk_drops);
	gonet_count(spread->udp->stack, UdpInErrors);
	gonet_count(spread->udp->stack, UdpRcvbufErrors);
}

/*
 * To everybody bound to the port, and of a multicast group a member; if that is nobody,
 * nobody is told (RFC 1122 3.2.2).
 */
static void udp_rx_group(struct gonet_udp *udp, struct sk_buff *skb,
			 const struct gonet_sock_key *packet)
{
	struct udp_rx_spread spread = { .udp = udp, .skb = skb };

	rcu_read_lock();
	udp_ports_each(udp, packet, udp_rx_spread_one, &spread);
	rcu_read_unlock();
	if (spread.last)
		csp_out_send(&spread.last->in, skb);
	else
		gonet_drop(udp->stack, skb, GONET_DROP_UDP_NO_PORT);
}

static void udp_rx_step(struct csp_proc *proc, void *msg)
{
	struct gonet_udp *udp = udp_rx_state(proc);
	struct sk_buff *skb = msg;
	struct gonet_sock_key packet;
	struct udp_fields f;
	struct udp_bound *b;

	if (!pskb_may_pull(skb, UDP_HLEN) ||
	    !udp_header_check(skb->data, skb_headlen(skb), skb->len, &f)) {
		udp_rx_drop(udp, skb, GONET_DROP_UDP_SHORT);
		return;
	}
	if (pskb_trim_rcsum(skb, f.len)) {
		udp_rx_drop(udp, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	packet = (struct gonet_sock_key) {
		.laddr = GONET_CB(skb)->daddr,
		.raddr = GONET_CB(skb)->saddr,
		.lport = htons(f.dport),
		.rport = htons(f.sport),
		.oif = GONET_CB(skb)->iif,
	};
	if (GONET_CB(skb)->addr_type != RTN_LOCAL) {
		udp_rx_group(udp, skb, &packet);
		return;
	}
	b = udp_ports_find(udp, &packet);
	if (b)
		csp_out_send(&b->in, skb);
	else
		udp_rx_unwanted(udp, skb);
}

/* RFC 1122 4.1.3.3: an ICMP error goes to the socket that sent what it is about. */
static void udp_rx_error(struct csp_proc *proc, void *msg)
{
	struct gonet_udp *udp = udp_rx_state(proc);
	struct sk_buff *skb = msg;
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));
	const struct udphdr *uh = (const void *)inner + inner->ihl * 4;
	struct gonet_sock_key packet = {
		.laddr = inner->saddr,
		.raddr = inner->daddr,
		.lport = uh->source,
		.rport = uh->dest,
		.oif = GONET_CB(skb)->iif,
	};
	struct udp_bound *b = udp_ports_find(udp, &packet);

	if (b) {
		csp_out_send(&b->error, skb);
		return;
	}
	gonet_count(udp->stack, IcmpInErrors);
	gonet_drop(udp->stack, skb, GONET_DROP_UDP_NO_PORT);
}

static int udp_rx_bind(struct csp_proc *proc, struct gonet_bind_request *req)
{
	struct gonet_udp *udp = udp_rx_state(proc);
	struct gonet_sock *gs = req->gs;
	struct csp_proc *reader;
	struct udp_bound *b;
	int err = 0;

	if (!req->key.lport)
		err = udp_ports_choose(udp, req);
	else if (udp_ports_taken(udp, gs, req->uid, &req->key))
		err = -EADDRINUSE;
	if (err)
		return err;
	b = kzalloc(sizeof(*b), GFP_ATOMIC);
	if (!b)
		return -ENOMEM;
	b->gs = gs;
	b->uid = req->uid;
	err = udp_ports_add(udp, b, &req->key);
	if (err)
		goto err_free;
	reader = udp_reader_start(gs, ntohs(req->key.lport));
	if (IS_ERR(reader)) {
		err = PTR_ERR(reader);
		goto err_del;
	}
	csp_out_open(&b->in, proc, reader, UDP_READER_IN);
	csp_out_open(&b->error, proc, reader, UDP_READER_ERROR);
	gs->bound = b;
	rcu_assign_pointer(gs->reader, reader);
	return 0;

err_del:
	udp_ports_del(udp, b);
err_free:
	kfree(b);
	return err;
}

static int udp_rx_unbind(struct csp_proc *proc, struct udp_bound *b)
{
	udp_ports_del(udp_rx_state(proc), b);
	csp_out_close(&b->in, proc);
	csp_out_close(&b->error, proc);
	b->gs->bound = NULL;
	kfree(b);
	return 0;
}

static int udp_rx_serve(struct csp_proc *proc, struct gonet_bind_request *req)
{
	switch (req->op) {
	case GONET_BIND:
		return udp_rx_bind(proc, req);
	case GONET_REBIND:
		return udp_ports_move(udp_rx_state(proc), req->gs->bound, &req->key);
	case GONET_UNBIND:
		return udp_rx_unbind(proc, req->gs->bound);
	default:
		return -EINVAL;
	}
}

static void udp_rx_request(struct csp_proc *proc, void *msg)
{
	struct gonet_bind_request *req = msg;

	csp_reply(&req->call, udp_rx_serve(proc, req));
}

static int udp_rx_init(struct csp_proc *proc, void *arg)
{
	struct gonet_udp **udp = csp_state(proc);

	*udp = arg;
	return 0;
}

static const struct csp_kind udp_rx_kind = {
	.name = "udp_rx",
	.state_size = sizeof(struct gonet_udp *),
	.n_inputs = GONET_TRANSPORT_INPUTS,
	.inputs = {
		[GONET_TRANSPORT_IN] = GONET_SKB_PORT("in", udp_rx_step),
		[GONET_TRANSPORT_ERROR] = {
			.name = "error",
			.depth = 1024,
			.full = CSP_DROP,
			.step = udp_rx_error,
			.lost = gonet_skb_lost,
		},
		[GONET_TRANSPORT_REQUEST] = GONET_BIND_PORT(udp_rx_request),
	},
	.init = udp_rx_init,
};

/**
 * gonet_udp_init() - give a stack its table of UDP ports
 * @stack: the stack
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_udp_init(struct gonet_stack *stack)
{
	struct gonet_udp *udp = kzalloc(sizeof(*udp), GFP_KERNEL);
	int err;

	if (!udp)
		return -ENOMEM;
	udp->stack = stack;
	err = udp_ports_init(udp);
	if (err) {
		kfree(udp);
		return err;
	}
	stack->udp = udp;
	return 0;
}

/**
 * gonet_udp_destroy() - free it
 * @stack: the stack, all of whose processes have ended, and which no socket uses
 *
 * Context: process; may sleep.
 */
void gonet_udp_destroy(struct gonet_stack *stack)
{
	udp_ports_destroy(stack->udp);
	kfree(stack->udp);
	stack->udp = NULL;
}

/**
 * gonet_udp_start() - start the UDP dealer
 * @stack: the stack, which has its table of ports
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_udp_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &udp_rx_kind, stack->udp, GFP_KERNEL, "udp_rx");
}
