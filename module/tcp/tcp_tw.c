// SPDX-License-Identifier: GPL-2.0
/*
 * The keeper of connections that are over (RFC 9293 3.6.1, MUST-13): of each there is a small
 * record for 2 MSL, which answers what is still under way. No socket, no process of its own.
 * As long as it is there, so is the port (tcp_port.c): a record goes to the dealer at the end.
 */
#include <linux/slab.h>

#include "tcp.h"

#define TCP_TW_TIME	(60 * HZ)	/* 2 MSL, as natively */

/**
 * struct tcp_keeper - its state
 * @stack: whose it is
 * @tws: &tcp_tw.node, in the order in which they go
 * @gone: the same of those in the table no more, which the dealer has not taken yet
 * @timer: of the first
 */
struct tcp_keeper {
	struct gonet_stack *stack;
	struct list_head tws;
	struct list_head gone;
	struct csp_timer timer;
};

/* To the dealer, which must have them: what there is no room for, a little later. */
static void tcp_tw_tell(struct tcp_keeper *s)
{
	struct tcp_tw *tw, *next;

	list_for_each_entry_safe(tw, next, &s->gone, node) {
		list_del(&tw->node);
		if (csp_try_send(&s->stack->tcp_rx->in[TCP_RX_WAITED], tw)) {
			list_add(&tw->node, &s->gone);
			csp_timer_arm(&s->timer, 1);
			return;
		}
	}
}

static void tcp_tw_drop(struct tcp_keeper *s, struct tcp_tw *tw)
{
	struct gonet_tcp *tcp = s->stack->tcp;

	tcp_table_del(tcp, &tw->entry);
	list_move_tail(&tw->node, &s->gone);
	WRITE_ONCE(tcp->n_tw, tcp->n_tw - 1);
	tcp_tw_tell(s);
}

static void tcp_tw_arm(struct tcp_keeper *s)
{
	struct tcp_tw *tw = list_first_entry_or_null(&s->tws, struct tcp_tw, node);

	if (tw)
		csp_timer_arm(&s->timer, time_after(tw->expires, jiffies) ?
					 tw->expires - jiffies : 0);
}

static void tcp_tw_new(struct csp_proc *proc, void *msg)
{
	struct tcp_keeper *s = csp_state(proc);
	struct gonet_tcp *tcp = s->stack->tcp;
	struct tcp_tw *tw = msg;
	bool first = list_empty(&s->tws);

	gonet_count(s->stack, TcpExtTW);
	tw->expires = jiffies + TCP_TW_TIME;
	list_add_tail(&tw->node, &s->tws);
	tw->kept = true;
	WRITE_ONCE(tcp->n_tw, tcp->n_tw + 1);
	while (tcp->n_tw > max(READ_ONCE(s->stack->conf.tcp_max_tw_buckets), 1)) {
		gonet_count(s->stack, TcpExtTCPTimeWaitOverflow);
		tcp_tw_drop(s, list_first_entry(&s->tws, struct tcp_tw, node));
	}
	if (first)
		tcp_tw_arm(s);
}

static void tcp_tw_answer(struct tcp_keeper *s, struct tcp_tw *tw)
{
	struct tcp_reply reply = {
		.key = tw->entry.key,
		.seq = tw->wait.snd_nxt,
		.ack = tw->wait.rcv_nxt,
		.window = tw->window,
		.flags = TCP_ACK,
		.tos = tw->tos,
		.ttl = tw->ttl,
	};

	if (tw->wait.ts_ok) {
		reply.o.present = TCP_HAS_TS;
		reply.o.tsval = tcp_ts(tcp_now()) + tw->ts_offset;
		reply.o.tsecr = tw->wait.ts_recent;
	}
	tcp_reply_send(s->stack, &reply);
}

/* Under RCU. Return: what the keeper has in the table with this key, or NULL. */
static struct tcp_tw *tcp_tw_find(struct tcp_keeper *s, const struct tcp_tuple *key, bool *other)
{
	struct tcp_entry *e = tcp_table_find(s->stack->tcp, key);
	struct tcp_tw *tw;

	*other = !e || e->kind != TCP_ENTRY_TIME_WAIT;
	if (*other)
		return NULL;
	tw = container_of(e, struct tcp_tw, entry);
	/* It is there a moment before it has come here, and may be lost on the way. */
	return tw->kept ? tw : NULL;
}

/* Return: true if the record has gone, and the segment is to be dealt again. */
static bool tcp_tw_segment(struct tcp_keeper *s, struct tcp_tw *tw, const struct tcp_seg *seg,
			   struct sk_buff *skb)
{
	struct tcp_mini_act act = {};

	switch (tcp_mini_wait_check(&tw->wait, seg, READ_ONCE(s->stack->conf.tcp_rfc1337),
				    tcp_now(), &act)) {
	case TCP_MINI_REUSE:
		TCP_CB(skb)->iss = act.iss ?: 1;
		tcp_tw_drop(s, tw);
		return true;
	case TCP_MINI_END:
		tcp_tw_drop(s, tw);
		return false;
	case TCP_MINI_ACK:
		/* A FIN that comes again is always answered; other things, so that no two ends
		 * answer each other for ever, now and then.
		 */
		if (!act.restart && time_before(jiffies, tw->last_ack + TCP_ACK_EVERY)) {
			gonet_count(s->stack, TcpExtTCPACKSkippedTimeWait);
			break;
		}
		tw->last_ack = jiffies;
		tcp_tw_answer(s, tw);
		break;
	case TCP_MINI_CHALLENGE:
		if (tcp_challenge_may(s->stack->tcp))
			tcp_tw_answer(s, tw);
		break;
	default:
		break;
	}
	if (act.restart) {
		tw->expires = jiffies + TCP_TW_TIME;
		list_move_tail(&tw->node, &s->tws);
	}
	return false;
}

static void tcp_tw_step(struct csp_proc *proc, void *msg)
{
	struct tcp_keeper *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct tcp_tuple key;
	struct tcp_seg seg;
	struct tcp_tw *tw;
	bool again;

	if (!tcp_segment_take(s->stack, skb, &seg))
		return;
	key = tcp_segment_key(skb);
	rcu_read_lock();
	tw = tcp_tw_find(s, &key, &again);
	if (tw)
		again = tcp_tw_segment(s, tw, &seg, skb);
	rcu_read_unlock();
	/* Back to the dealer, which finds who listens. */
	if (again)
		csp_send(&s->stack->tcp_rx->in[TCP_RX_AGAIN], skb);
	else
		consume_skb(skb);
}

static int tcp_tw_make_way(struct tcp_keeper *s, struct tcp_tw_call *call)
{
	struct tcp_tw *tw;
	bool other;
	int err = 0;

	rcu_read_lock();
	tw = tcp_tw_find(s, &call->key, &other);
	if (tw && tcp_mini_wait_yields(&tw->wait, call->least_us, tcp_now(), &call->iss)) {
		call->iss = call->iss ?: 1;
		gonet_count(s->stack, TcpExtTWRecycled);
		tcp_tw_drop(s, tw);
	} else {
		err = -EADDRNOTAVAIL;
	}
	rcu_read_unlock();
	return err;
}

/* connect() wants the place of a connection that is over. */
static void tcp_tw_yield(struct csp_proc *proc, void *msg)
{
	struct tcp_tw_call *call = msg;

	csp_reply(&call->call, tcp_tw_make_way(csp_state(proc), call));
}

static void tcp_tw_yield_lost(void *msg, enum csp_lost why)
{
	struct tcp_tw_call *call = msg;

	csp_call_lost(&call->call, why);
}

static void tcp_tw_timer(struct csp_proc *proc, void *msg)
{
	struct tcp_keeper *s = csp_state(proc);
	struct tcp_tw *tw, *next;

	if (!csp_timer_fired(msg))
		return;
	list_for_each_entry_safe(tw, next, &s->tws, node) {
		if (time_after(tw->expires, jiffies))
			break;
		tcp_tw_drop(s, tw);
	}
	tcp_tw_arm(s);
	tcp_tw_tell(s);
}

/* The stack goes, or the queue is full: the record is in the table, but nobody keeps it. */
static void tcp_tw_lost(void *msg, enum csp_lost why)
{
	struct tcp_tw *tw = msg;

	tcp_table_del(tw->tcp, &tw->entry);
	csp_send(&tw->tcp->stack->tcp_rx->in[TCP_RX_WAITED], tw);
}

static int tcp_tw_init(struct csp_proc *proc, void *arg)
{
	struct tcp_keeper *s = csp_state(proc);

	s->stack = arg;
	INIT_LIST_HEAD(&s->tws);
	INIT_LIST_HEAD(&s->gone);
	csp_timer_init(&s->timer, proc, TCP_TW_TIMER);
	return 0;
}

static void tcp_tw_exit(struct csp_proc *proc)
{
	struct tcp_keeper *s = csp_state(proc);
	struct tcp_tw *tw, *next;

	list_for_each_entry_safe(tw, next, &s->tws, node) {
		tcp_table_del(s->stack->tcp, &tw->entry);
		kfree_rcu(tw, rcu);
	}
	list_for_each_entry_safe(tw, next, &s->gone, node)
		kfree_rcu(tw, rcu);
}

static const struct csp_kind tcp_tw_kind = {
	.name = "tcp_tw",
	.state_size = sizeof(struct tcp_keeper),
	.n_inputs = TCP_TW_INPUTS,
	.inputs = {
		[TCP_TW_NEW] = {
			.name = "new",
			.depth = 65536,
			.full = CSP_DROP,
			.step = tcp_tw_new,
			.lost = tcp_tw_lost,
		},
		[TCP_TW_IN] = GONET_SKB_PORT("in", tcp_tw_step),
		[TCP_TW_YIELD] = {
			.name = "yield",
			.depth = 256,
			.full = CSP_DROP,
			.step = tcp_tw_yield,
			.lost = tcp_tw_yield_lost,
		},
		[TCP_TW_TIMER] = CSP_TIMER_PORT(tcp_tw_timer),
	},
	.init = tcp_tw_init,
	.exit = tcp_tw_exit,
};

/**
 * gonet_tcp_tw_start() - start the keeper of connections that are over
 * @stack: the stack, which has its tables
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_tcp_tw_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &tcp_tw_kind, stack, GFP_KERNEL, "tcp_tw");
}
