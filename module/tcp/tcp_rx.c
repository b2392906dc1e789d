// SPDX-License-Identifier: GPL-2.0
/*
 * The TCP dealer: finds the connection that a segment belongs to, by its four-tuple, and
 * gives it to the receive half; or to the listener of its port; or answers with a RST
 * (RFC 9293 3.10.7.1). It alone owns the ports.
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "tcp.h"

static struct gonet_tcp *tcp_rx_state(struct csp_proc *proc)
{
	return *(struct gonet_tcp **)csp_state(proc);
}

static void tcp_rx_drop(struct gonet_tcp *tcp, struct sk_buff *skb, enum gonet_drop reason)
{
	gonet_count(tcp->stack, TcpInErrs);
	gonet_drop(tcp->stack, skb, reason);
}

/* Nobody's: verified first, since its ports may be wrong. */
static void tcp_rx_unwanted(struct gonet_tcp *tcp, struct sk_buff *skb)
{
	struct tcp_seg seg;

	if (!tcp_segment_take(tcp->stack, skb, &seg))
		return;
	tcp_reply_reset(tcp->stack, skb, &seg);
	gonet_drop(tcp->stack, skb, GONET_DROP_TCP_NO_PORT);
}

/* To the process of what has the segment's key. Under RCU. Return: false if nothing has. */
static bool tcp_rx_known(struct gonet_tcp *tcp, const struct tcp_tuple *key, struct sk_buff *skb)
{
	struct tcp_entry *e = tcp_table_find(tcp, key);
	struct csp_proc *to;

	if (!e)
		return false;
	switch (e->kind) {
	case TCP_ENTRY_CONN:
		to = rcu_dereference(container_of(e, struct gonet_stream, entry)->gs.reader);
		if (!to)
			return false;
		csp_send(&to->in[TCP_RECV_IN], skb);
		return true;
	case TCP_ENTRY_TIME_WAIT:
		csp_send(&tcp->stack->tcp_tw->in[TCP_TW_IN], skb);
		return true;
	default:
		tcp_listen_pass(tcp->stack, e, TCP_LISTEN_IN, skb);
		return true;
	}
}

/* @skb: its header is there and linear. */
static void tcp_rx_deal(struct csp_proc *proc, struct sk_buff *skb)
{
	struct gonet_tcp *tcp = tcp_rx_state(proc);
	struct tcp_tuple key = tcp_segment_key(skb);
	struct tcp_bound *listener;
	bool known;

	rcu_read_lock();
	known = tcp_rx_known(tcp, &key, skb);
	rcu_read_unlock();
	if (known)
		return;
	listener = tcp_ports_listener(tcp, &key, GONET_CB(skb)->iif);
	if (listener)
		csp_out_send(&listener->listen, skb);
	else
		tcp_rx_unwanted(tcp, skb);
}

static void tcp_rx_step(struct csp_proc *proc, void *msg)
{
	struct gonet_tcp *tcp = tcp_rx_state(proc);
	struct sk_buff *skb = msg;
	unsigned int hlen;

	if (unlikely(GONET_CB(skb)->addr_type != RTN_LOCAL)) {
		gonet_drop(tcp->stack, skb, GONET_DROP_TCP_GROUP);	/* MUST-57 */
		return;
	}
	gonet_count(tcp->stack, TcpInSegs);
	if (!pskb_may_pull(skb, sizeof(struct tcphdr)))
		goto too_short;
	hlen = ((const struct tcphdr *)skb->data)->doff * 4;
	if (hlen < sizeof(struct tcphdr) || !pskb_may_pull(skb, hlen))
		goto too_short;
	skb_reset_transport_header(skb);
	TCP_CB(skb)->iss = 0;
	tcp_rx_deal(proc, skb);
	return;

too_short:
	tcp_rx_drop(tcp, skb, GONET_DROP_TCP_SHORT);
}

/* A SYN whose place in the table is free now. */
static void tcp_rx_again(struct csp_proc *proc, void *msg)
{
	tcp_rx_deal(proc, msg);
}

/* To the process that an ICMP error concerns. Under RCU. Return: false if there is none. */
static bool tcp_rx_concerned(struct gonet_tcp *tcp, struct tcp_entry *e, struct sk_buff *skb)
{
	struct csp_proc *send;

	switch (e->kind) {
	case TCP_ENTRY_CONN:
		send = rcu_dereference(container_of(e, struct gonet_stream, entry)->send);
		if (!send)
			return false;
		csp_send(&send->in[TCP_SEND_ERROR], skb);
		return true;
	case TCP_ENTRY_REQUEST:
		tcp_listen_pass(tcp->stack, e, TCP_LISTEN_ERROR, skb);
		return true;
	default:
		return false;
	}
}

/* MUST-54: an ICMP error goes to the connection that it is about. */
static void tcp_rx_error(struct csp_proc *proc, void *msg)
{
	struct gonet_tcp *tcp = tcp_rx_state(proc);
	struct sk_buff *skb = msg;
	const struct tcp_tuple key = tcp_error_key(skb);
	struct tcp_entry *e;
	bool known;

	rcu_read_lock();
	e = tcp_table_find(tcp, &key);
	known = e && tcp_rx_concerned(tcp, e, skb);
	rcu_read_unlock();
	if (known)
		return;
	if (!e)
		gonet_count(tcp->stack, IcmpInErrors);
	gonet_drop(tcp->stack, skb, GONET_DROP_TCP_NO_PORT);
}

static int tcp_rx_serve(struct csp_proc *proc, struct gonet_bind_request *req)
{
	struct gonet_tcp *tcp = tcp_rx_state(proc);
	struct gonet_stream *gt = container_of(req->gs, struct gonet_stream, gs);

	switch (req->op) {
	case GONET_BIND:
		return tcp_ports_bind(tcp, req);
	case GONET_UNBIND:
		tcp_ports_leave(proc, tcp, gt);
		return 0;
	case GONET_CONNECT:
		return tcp_ports_connect(tcp, req);
	case GONET_LISTEN:
		return tcp_ports_listen(proc, tcp, gt);
	case GONET_UNLISTEN:
		tcp_ports_unlisten(proc, gt);
		return 0;
	case GONET_REBIND:
		return tcp_ports_rebind(tcp, req);
	}
	return -EINVAL;
}

static void tcp_rx_request(struct csp_proc *proc, void *msg)
{
	struct gonet_bind_request *req = msg;

	csp_reply(&req->call, tcp_rx_serve(proc, req));
}

static void tcp_rx_note(struct csp_proc *proc, void *msg)
{
	struct gonet_tcp *tcp = tcp_rx_state(proc);
	struct tcp_note *note = msg;

	if (!note->add) {
		tcp_ports_leave(proc, tcp, note->gt);
	} else if (note->late) {
		kfree(note->bound);
	} else if (tcp_ports_inherit(tcp, note->gt, note->bound)) {
		kfree(note->bound);
		gonet_tcp_poke(note->gt, GONET_TCP_ABORT);
	}
	sock_put(&note->gt->gs.inet.sk);
}

/* Nobody finds the record any more, so its port is free. */
static void tcp_rx_waited(struct csp_proc *proc, void *msg)
{
	struct tcp_tw *tw = msg;

	tcp_ports_waited(tcp_rx_state(proc), tw->bound);
	kfree_rcu(tw, rcu);
}

/* The stack goes, and with it the ports. */
static void tcp_rx_waited_lost(void *msg, enum csp_lost why)
{
	struct tcp_tw *tw = msg;

	kfree_rcu(tw, rcu);
}

static void tcp_rx_peer(struct csp_proc *proc, void *msg)
{
	tcp_fast_learnt(tcp_rx_state(proc), msg);
}

static void tcp_rx_peer_lost(void *msg, enum csp_lost why)
{
	kfree(msg);
}

/* The stack goes, and with it the ports; no socket has one then. */
static void tcp_rx_note_lost(void *msg, enum csp_lost why)
{
	struct tcp_note *note = msg;

	kfree(note->bound);
	sock_put(&note->gt->gs.inet.sk);
}

static int tcp_rx_init(struct csp_proc *proc, void *arg)
{
	struct gonet_tcp **tcp = csp_state(proc);

	*tcp = arg;
	return 0;
}

static const struct csp_kind tcp_rx_kind = {
	.name = "tcp_rx",
	.state_size = sizeof(struct gonet_tcp *),
	.n_inputs = TCP_RX_INPUTS,
	.inputs = {
		[GONET_TRANSPORT_IN] = GONET_SKB_PORT("in", tcp_rx_step),
		[GONET_TRANSPORT_ERROR] = {
			.name = "error",
			.depth = 1024,
			.full = CSP_DROP,
			.step = tcp_rx_error,
			.lost = gonet_skb_lost,
		},
		[GONET_TRANSPORT_REQUEST] = GONET_BIND_PORT(tcp_rx_request),
		[TCP_RX_NOTE] = {
			.name = "note",
			.depth = 1 << 20,
			.full = CSP_DROP,
			.step = tcp_rx_note,
			.lost = tcp_rx_note_lost,
		},
		[TCP_RX_WAITED] = {
			.name = "waited",
			.depth = 1 << 20,
			.full = CSP_DROP,
			.step = tcp_rx_waited,
			.lost = tcp_rx_waited_lost,
		},
		[TCP_RX_PEER] = {
			.name = "peer",
			.depth = 256,
			.full = CSP_DROP,
			.step = tcp_rx_peer,
			.lost = tcp_rx_peer_lost,
		},
		[TCP_RX_AGAIN] = GONET_SKB_PORT("again", tcp_rx_again),
	},
	.init = tcp_rx_init,
};

/**
 * gonet_tcp_init() - give a stack its tables of connections and ports
 * @stack: the stack
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_tcp_init(struct gonet_stack *stack)
{
	struct gonet_tcp *tcp = kzalloc(sizeof(*tcp), GFP_KERNEL);
	int err;

	if (!tcp)
		return -ENOMEM;
	tcp->stack = stack;
	xa_init(&tcp->ports);
	tcp->seed = get_random_u32();
	get_random_bytes(&tcp->isn_key, sizeof(tcp->isn_key));
	get_random_bytes(&tcp->cookie_key, sizeof(tcp->cookie_key));
	tcp->fast_keys.n = 1;
	get_random_bytes(&tcp->fast_keys.key[0], sizeof(tcp->fast_keys.key[0]));
	stack->tcp = tcp;
	err = tcp_mem_init(stack);
	if (err)
		goto err_free;
	err = tcp_table_init(tcp);
	if (err)
		goto err_mem;
	return 0;

err_mem:
	tcp_mem_destroy(stack);
err_free:
	stack->tcp = NULL;
	kfree(tcp);
	return err;
}

/**
 * gonet_tcp_destroy() - free them
 * @stack: the stack, all of whose processes have ended, and which no socket uses
 *
 * Context: process; may sleep.
 */
void gonet_tcp_destroy(struct gonet_stack *stack)
{
	struct gonet_tcp *tcp = stack->tcp;

	tcp_ports_destroy(tcp);
	tcp_fast_forget(tcp);
	tcp_table_destroy(tcp);
	tcp_mem_destroy(stack);
	kfree(tcp);
	stack->tcp = NULL;
}

/**
 * gonet_tcp_start() - start the TCP dealer
 * @stack: the stack, which has its tables
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_tcp_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &tcp_rx_kind, stack->tcp, GFP_KERNEL, "tcp_rx");
}
