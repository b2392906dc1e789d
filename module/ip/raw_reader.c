// SPDX-License-Identifier: GPL-2.0
/*
 * A raw reader: one process for each raw socket. It queues the packets that the
 * socket's filters let pass for recvmsg(), the IP header with them.
 */
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <net/ip.h>
#include <net/sock.h>

#include "raw.h"

/**
 * struct raw_reader - the reader's state
 * @stack: whose it is
 * @gs: the socket, of which it holds a reference
 */
struct raw_reader {
	struct gonet_stack *stack;
	struct gonet_sock *gs;
};

/* raw(7): ICMP_FILTER; of the types from 32 on it says nothing. */
static bool raw_reader_filtered(const struct gonet_sock *gs, const struct sk_buff *skb)
{
	u32 unwanted = READ_ONCE(gs->icmp_filter);
	u8 type;

	if (GONET_CB(skb)->protocol != IPPROTO_ICMP || !unwanted)
		return false;
	if (skb_copy_bits(skb, ip_hdrlen(skb), &type, sizeof(type)))
		return true;
	return type < 32 && unwanted & BIT(type);
}

static void raw_reader_step(struct csp_proc *proc, void *msg)
{
	struct raw_reader *s = csp_state(proc);
	struct sk_buff *skb = msg;

	if (raw_reader_filtered(s->gs, skb)) {
		consume_skb(skb);
		return;
	}
	switch (gonet_sock_deliver(s->gs, skb, ip_hdrlen(skb))) {
	case 0:
		return;
	case -EPERM:
		gonet_drop(s->stack, skb, GONET_DROP_SOCK_FILTER);
		return;
	default:
		gonet_drop(s->stack, skb, GONET_DROP_SOCK_RCVBUF);
	}
}

/* raw(7): what a program has written itself it gets back whole. */
static void raw_reader_error(struct csp_proc *proc, void *msg)
{
	struct raw_reader *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));

	gonet_sock_icmp(s->gs, &proc->in[RAW_READER_ERROR], skb, 0,
			gonet_sock_opt(s->gs, GONET_SOCK_HDRINCL) ? 0 : inner->ihl * 4);
}

static int raw_reader_init(struct csp_proc *proc, void *arg)
{
	struct raw_reader *s = csp_state(proc);

	s->gs = arg;
	s->stack = s->gs->stack;
	sock_hold(&s->gs->inet.sk);
	return 0;
}

static void raw_reader_exit(struct csp_proc *proc)
{
	struct raw_reader *s = csp_state(proc);

	sock_put(&s->gs->inet.sk);
}

static const struct csp_kind raw_reader_kind = {
	.name = "raw_reader",
	.state_size = sizeof(struct raw_reader),
	.n_inputs = 2,
	.inputs = {
		[RAW_READER_IN] = GONET_SKB_PORT("in", raw_reader_step),
		[RAW_READER_ERROR] = GONET_ERROR_PORT(raw_reader_error),
	},
	.init = raw_reader_init,
	.exit = raw_reader_exit,
};

/**
 * raw_reader_start() - start the reader of a raw socket
 * @gs: the socket, kept by the caller until then
 * @protocol: its protocol, for the name
 *
 * Context: the raw dealer's step.
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *raw_reader_start(struct gonet_sock *gs, u8 protocol)
{
	return csp_proc_start(&gs->stack->group, &raw_reader_kind, gs, GFP_ATOMIC,
			      "raw_reader/%u", protocol);
}
