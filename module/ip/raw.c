// SPDX-License-Identifier: GPL-2.0
/*
 * The raw dealer: it alone knows which raw sockets there are, and deals each of them
 * a copy of the packets of its protocol, and of the ICMP errors about those. Each has
 * a reader, a process of its own.
 *
 * Who has packets looks at &gonet_stack.raw_protocols first, so that they are copied
 * only when there is a socket that may want them.
 */
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/slab.h>
#include <net/ip.h>

#include <gonet/icmp.h>
#include <gonet/igmp.h>

#include "ip.h"
#include "raw.h"

/**
 * struct raw_bound - a raw socket
 * @node: in &raw.bound
 * @gs: the socket, which asks to be taken out before it goes
 * @key: addresses and interface that packets must have; 0 for any
 * @in: packets, to its reader
 * @error: ICMP errors, to its reader
 */
struct raw_bound {
	struct hlist_node node;
	struct gonet_sock *gs;
	struct gonet_sock_key key;
	struct csp_out in;
	struct csp_out error;
};

/**
 * struct raw - the dealer's state
 * @stack: whose it is
 * @bound: &raw_bound.node, by protocol
 */
struct raw {
	struct gonet_stack *stack;
	struct hlist_head bound[256];
};

/* Under RCU. */
static bool raw_wants(const struct raw_bound *b, const struct gonet_sock_key *packet)
{
	const struct gonet_sock_key *key = &b->key;

	if (ipv4_is_multicast(packet->laddr) &&
	    !gonet_sock_hears(b->gs, packet->oif, packet->laddr, packet->raddr))
		return false;
	return (!key->laddr || key->laddr == packet->laddr) &&
	       (!key->raddr || key->raddr == packet->raddr) &&
	       (!key->oif || key->oif == packet->oif);
}

static void raw_copy(struct raw_bound *b, struct csp_out *out, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy)
		csp_out_send(out, copy);
	else
		atomic_inc(&b->gs->inet.sk.sk_drops);
}

/* A copy for each that wants it but the last, who gets @skb. Return: false for nobody. */
static bool raw_deal(struct raw *s, struct sk_buff *skb, u8 protocol,
		     const struct gonet_sock_key *packet, bool error)
{
	struct raw_bound *b, *last = NULL;

	rcu_read_lock();
	hlist_for_each_entry(b, &s->bound[protocol], node) {
		if (!raw_wants(b, packet))
			continue;
		if (last)
			raw_copy(last, error ? &last->error : &last->in, skb);
		last = b;
	}
	rcu_read_unlock();
	if (last)
		csp_out_send(error ? &last->error : &last->in, skb);
	return last;
}

static void raw_in(struct csp_proc *proc, void *msg)
{
	struct raw *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct gonet_cb *cb = GONET_CB(skb);
	bool only = cb->flags & GONET_CB_RAW_ONLY;
	struct gonet_sock_key packet = {
		.laddr = cb->daddr,
		.raddr = cb->saddr,
		.oif = cb->iif,
	};

	if (raw_deal(s, skb, cb->protocol, &packet, false)) {
		if (only)
			gonet_count(s->stack, IpInDelivers);
	} else if (only) {
		gonet_ipv4_unwanted(s->stack, skb);
	} else {
		consume_skb(skb);
	}
}

static void raw_error(struct csp_proc *proc, void *msg)
{
	struct sk_buff *skb = msg;
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));
	struct gonet_sock_key packet = {
		.laddr = inner->saddr,
		.raddr = inner->daddr,
		.oif = GONET_CB(skb)->iif,
	};

	if (!raw_deal(csp_state(proc), skb, inner->protocol, &packet, true))
		consume_skb(skb);
}

static int raw_bind(struct csp_proc *proc, const struct gonet_bind_request *req)
{
	u8 protocol = ntohs(req->key.lport);
	struct raw *s = csp_state(proc);
	struct csp_proc *reader;
	struct raw_bound *b;

	b = kzalloc(sizeof(*b), GFP_ATOMIC);
	if (!b)
		return -ENOMEM;
	reader = raw_reader_start(req->gs, protocol);
	if (IS_ERR(reader)) {
		kfree(b);
		return PTR_ERR(reader);
	}
	b->gs = req->gs;
	b->key = req->key;
	csp_out_open(&b->in, proc, reader, RAW_READER_IN);
	csp_out_open(&b->error, proc, reader, RAW_READER_ERROR);
	hlist_add_head(&b->node, &s->bound[protocol]);
	set_bit(protocol, s->stack->raw_protocols);
	req->gs->bound = b;
	rcu_assign_pointer(req->gs->reader, reader);
	return 0;
}

static int raw_unbind(struct csp_proc *proc, struct raw_bound *b)
{
	u8 protocol = ntohs(b->key.lport);
	struct raw *s = csp_state(proc);

	hlist_del(&b->node);
	if (hlist_empty(&s->bound[protocol]))
		clear_bit(protocol, s->stack->raw_protocols);
	csp_out_close(&b->in, proc);
	csp_out_close(&b->error, proc);
	b->gs->bound = NULL;
	kfree(b);
	return 0;
}

static int raw_serve(struct csp_proc *proc, const struct gonet_bind_request *req)
{
	struct raw_bound *b = req->gs->bound;

	switch (req->op) {
	case GONET_BIND:
		return raw_bind(proc, req);
	case GONET_REBIND:
		b->key = req->key;
		return 0;
	case GONET_UNBIND:
		return raw_unbind(proc, b);
	default:
		return -EINVAL;
	}
}

static void raw_request(struct csp_proc *proc, void *msg)
{
	struct gonet_bind_request *req = msg;

	csp_reply(&req->call, raw_serve(proc, req));
}

static int raw_init(struct csp_proc *proc, void *arg)
{
	struct raw *s = csp_state(proc);

	s->stack = arg;
	return 0;
}

static const struct csp_kind raw_kind = {
	.name = "raw",
	.state_size = sizeof(struct raw),
	.n_inputs = GONET_TRANSPORT_INPUTS,
	.inputs = {
		[GONET_TRANSPORT_IN] = GONET_SKB_PORT("in", raw_in),
		[GONET_TRANSPORT_ERROR] = {
			.name = "error",
			.depth = 1024,
			.full = CSP_DROP,
			.step = raw_error,
			.lost = gonet_skb_lost,
		},
		[GONET_TRANSPORT_REQUEST] = GONET_BIND_PORT(raw_request),
	},
	.init = raw_init,
};

/**
 * gonet_raw_start() - start the raw dealer
 * @stack: the stack
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_raw_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &raw_kind, stack, GFP_KERNEL, "raw");
}
