// SPDX-License-Identifier: GPL-2.0
/*
 * A ping reader: one process for each ping socket that has an identifier. It queues
 * the echo replies for recvmsg(), and tells the socket of errors about its requests.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <net/sock.h>

#include <gonet/stack.h>

#include "ping_sock.h"

/**
 * struct ping_reader - the reader's state
 * @stack: whose it is
 * @gs: the socket, of which it holds a reference
 */
struct ping_reader {
	struct gonet_stack *stack;
	struct gonet_sock *gs;
};

static void ping_reader_step(struct csp_proc *proc, void *msg)
{
	struct ping_reader *s = csp_state(proc);
	struct sk_buff *skb = msg;

	switch (gonet_sock_deliver(s->gs, skb, sizeof(struct icmphdr))) {
	case 0:
		return;
	case -EPERM:
		gonet_drop(s->stack, skb, GONET_DROP_SOCK_FILTER);
		return;
	default:
		gonet_drop(s->stack, skb, GONET_DROP_SOCK_RCVBUF);
	}
}

static void ping_reader_error(struct csp_proc *proc, void *msg)
{
	struct ping_reader *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));

	gonet_sock_icmp(s->gs, &proc->in[PING_READER_ERROR], skb, 0, inner->ihl * 4);
}

static int ping_reader_init(struct csp_proc *proc, void *arg)
{
	struct ping_reader *s = csp_state(proc);

	s->gs = arg;
	s->stack = s->gs->stack;
	sock_hold(&s->gs->inet.sk);
	return 0;
}

static void ping_reader_exit(struct csp_proc *proc)
{
	struct ping_reader *s = csp_state(proc);

	sock_put(&s->gs->inet.sk);
}

static const struct csp_kind ping_reader_kind = {
	.name = "ping_reader",
	.state_size = sizeof(struct ping_reader),
	.n_inputs = 2,
	.inputs = {
		[PING_READER_IN] = GONET_SKB_PORT("in", ping_reader_step),
		[PING_READER_ERROR] = GONET_ERROR_PORT(ping_reader_error),
	},
	.init = ping_reader_init,
	.exit = ping_reader_exit,
};

/**
 * ping_reader_start() - start the reader of a ping socket
 * @gs: the socket, kept by the caller until then
 * @id: its identifier, for the name
 *
 * Context: the ping dealer's step.
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *ping_reader_start(struct gonet_sock *gs, u16 id)
{
	return csp_proc_start(&gs->stack->group, &ping_reader_kind, gs, GFP_ATOMIC,
			      "ping_reader/%u", id);
}
