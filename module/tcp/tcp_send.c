// SPDX-License-Identifier: GPL-2.0
/*
 * The send half of a connection: it owns the send sequence space, what has been written and
 * is not acknowledged, the timers, and the connection's state (RFC 9293 3.3.2).
 *
 * System calls give it payload and say what they want; the receive half tells it of what
 * arrives; whatever came together is answered together, when all of it has been looked at.
 */
#include <linux/slab.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcp_fast.h"
#include "tcp_recv.h"
#include "tcp_send.h"
#include "trace.h"

struct kmem_cache *tcp_sent_cache;

/**
 * tcp_send_event() - something happens to the connection
 * @s: the send half
 * @ev: what
 */
void tcp_send_event(struct tcp_send *s, enum tcp_event ev)
{
	enum tcp_st st = tcp_state_next(s->st, ev);
	struct sock *sk = &s->gt->gs.inet.sk;
	bool was, is;

	if (st == s->st)
		return;
	was = s->st == TCP_ST_ESTABLISHED || s->st == TCP_ST_CLOSE_WAIT;
	is = st == TCP_ST_ESTABLISHED || st == TCP_ST_CLOSE_WAIT;
	if (was && !is)
		gonet_count_n(s->stack, TcpCurrEstab, -1);
	if (was && st == TCP_ST_CLOSED)
		gonet_count(s->stack, TcpEstabResets);
	trace_gonet_tcp_state(s->gt, &s->gt->entry.key, s->st, st);
	s->st = st;
	/* A program sees a connection that is remembered elsewhere as closed. */
	if (st == TCP_ST_TIME_WAIT)
		st = TCP_ST_CLOSED;
	smp_store_release(&sk->sk_state, (unsigned char)st);	/* after what it stands for */
	if (st == TCP_ST_CLOSED)
		sk->sk_state_change(sk);
}

/**
 * tcp_send_grow() - the send buffer must hold what the path can take
 * @s: the send half
 *
 * As natively, twice the congestion window, and at first twice ten segments; with what
 * packets cost beside their payload. Unless the program has chosen its size, or the stack
 * can spare no memory.
 */
void tcp_send_grow(struct tcp_send *s)
{
	struct sock *sk = &s->gt->gs.inet.sk;
	u64 wanted = 2ULL * max(s->s.cc.cwnd, 10 * s->s.mss);

	if (sk->sk_userlocks & SOCK_SNDBUF_LOCK)
		return;
	wanted = min_t(u64, wanted + wanted / 4, max(READ_ONCE(s->stack->conf.tcp_wmem[2]), 0));
	if (wanted > READ_ONCE(sk->sk_sndbuf) && tcp_mem_may_grow(s->stack))
		WRITE_ONCE(sk->sk_sndbuf, (int)wanted);
}

/**
 * tcp_send_publish() - let others see where the send space is
 * @s: the send half
 */
void tcp_send_publish(struct tcp_send *s)
{
	struct gonet_stream *gt = s->gt;
	u32 first = s->s.iss + 1;
	u32 una = seq_min(s->s.una, s->end), nxt = seq_min(s->s.nxt, s->end);

	WRITE_ONCE(gt->pub.una, tcp_fast_pending(s) ? s->s.iss : s->s.una);
	WRITE_ONCE(gt->pub.nxt, tcp_fast_reach(s));
	WRITE_ONCE(gt->pub.max_wnd, s->s.max_wnd);
	WRITE_ONCE(gt->pub.srtt_us, s->s.rtt.srtt_us);
	WRITE_ONCE(gt->mss, s->s.mss);
	WRITE_ONCE(gt->acked, seq_after(una, first) ? una - first : 0);
	WRITE_ONCE(gt->sent, seq_after(nxt, first) ? nxt - first : 0);
}

static void tcp_send_data(struct csp_proc *proc, void *msg)
{
	struct tcp_send *s = csp_state(proc);
	struct sk_buff *skb = msg;
	bool urgent = GONET_TCP_DATA(skb)->urgent;

	/* A FIN may be wanted already: what was written before is here before it is sent. */
	if (s->over) {
		kfree_skb(skb);
		return;
	}
	tcp_queue_add(s, skb);
	if (urgent) {
		s->urg = true;
		s->urg_end = s->end;
	}
}

static void tcp_send_data_lost(void *msg, enum csp_lost why)
{
	kfree_skb(msg);
}

/* The program sends no more (RFC 9293 3.10.4). */
static void tcp_send_finish(struct tcp_send *s)
{
	s->fin_wanted = true;
	tcp_send_event(s, TCP_EV_CLOSE);
}

/* What a system call wants; see enum gonet_tcp_poke. */
static void tcp_send_poke(struct csp_proc *proc, void *msg)
{
	struct tcp_send *s = csp_state(proc);
	struct gonet_stream *gt = s->gt;
	unsigned long wanted;

	atomic_set(&gt->poked, 0);
	wanted = xchg(&gt->wanted, 0);	/* a full barrier: what is wanted after it pokes again */
	if (s->over)
		return;
	if (wanted & BIT(GONET_TCP_ABORT)) {
		tcp_send_abort(proc, 0);
		return;
	}
	if (wanted & BIT(GONET_TCP_SHUTDOWN))
		tcp_send_finish(s);
	if (wanted & BIT(GONET_TCP_KEEPALIVE))
		tcp_send_arm_life(s);
	if (wanted & BIT(GONET_TCP_ACK) && s->ack_later)
		s->ack_now = true;
}

static void tcp_send_poke_lost(void *msg, enum csp_lost why)
{
	struct gonet_stream *gt = msg;

	atomic_set(&gt->poked, 0);
}

static int tcp_send_connect(struct tcp_send *s, const struct tcp_call *call)
{
	struct gonet_stream *gt = s->gt;
	struct tcp_sender_conf conf = {};
	u64 now = tcp_now();
	u32 iss = tcp_isn(s->stack->tcp, &gt->entry.key, call->least);

	s->flow = *call->flow;
	tcp_send_conf(s, &conf);
	WRITE_ONCE(gt->pub.ts_offset, tcp_ts_offset(s->stack->tcp, &gt->entry.key));
	WRITE_ONCE(gt->pub.iss, iss);
	tcp_sender_init(&s->s, &conf, iss, now);
	s->s.mss = tcp_output_mss(s, 0);
	s->head = iss + 1;
	s->end = iss + 1;
	if (!tcp_fast_begin(s, call))
		tcp_sender_syn(&s->s, now);
	tcp_send_event(s, TCP_EV_CONNECT);
	gonet_count(s->stack, TcpActiveOpens);
	return 0;
}

/* Nobody has the socket any more (RFC 9293 3.10.4). */
static int tcp_send_close(struct csp_proc *proc, bool abort)
{
	struct tcp_send *s = csp_state(proc);

	s->orphan = true;
	if (tcp_send_starve(proc))
		return 0;
	if (abort || s->st == TCP_ST_SYN_SENT) {
		tcp_send_abort(proc, 0);
		return 0;
	}
	tcp_send_finish(s);
	tcp_send_arm_life(s);
	return 0;
}

static int tcp_send_serve(struct csp_proc *proc, struct tcp_call *call)
{
	struct tcp_send *s = csp_state(proc);

	if (call->op != TCP_CALL_INFO && s->over)
		return -EPIPE;
	switch (call->op) {
	case TCP_CALL_CONNECT:
		return tcp_send_connect(s, call);
	case TCP_CALL_DATA:
		return tcp_fast_data(s, call->data, tcp_now());
	case TCP_CALL_INFO:
		tcp_info_fill(s, call->info);
		return 0;
	case TCP_CALL_CLOSE:
		return tcp_send_close(proc, false);
	case TCP_CALL_ABORT:
		return tcp_send_close(proc, true);
	}
	return -EINVAL;
}

static void tcp_send_call(struct csp_proc *proc, void *msg)
{
	struct tcp_call *call = msg;

	csp_reply(&call->call, tcp_send_serve(proc, call));
}

static void tcp_send_call_lost(void *msg, enum csp_lost why)
{
	struct tcp_call *call = msg;

	csp_call_lost(&call->call, why);
}

/**
 * struct tcp_send_arg - argument of tcp_send_init()
 * @gt: the connection
 * @open: what the handshake agreed upon, or NULL if it is yet to come
 */
struct tcp_send_arg {
	struct gonet_stream *gt;
	const struct tcp_open *open;
};

/* A child of a listener begins established, or, by Fast Open, as if it were. */
static int tcp_send_begin(struct tcp_send *s, const struct tcp_open *open)
{
	struct gonet_stream *gt = s->gt;
	struct tcp_sender_conf conf = {};
	u64 now = tcp_now();
	int err;

	s->flow = (struct gonet_flow) {
		.saddr = gt->entry.key.laddr,
		.daddr = gt->entry.key.raddr,
		.sport = gt->entry.key.lport,
		.dport = gt->entry.key.rport,
		.flags = GONET_CB_DF_IF_FITS,
	};
	s->st = TCP_ST_ESTABLISHED;
	s->delivered = 1;	/* the SYN */
	s->peer_synced = true;
	s->peer_mss = open->mss;
	s->wscale_ok = open->wscale_ok;
	s->rcv_wscale = open->wscale_ok ? open->rcv_wscale : 0;
	s->rcv_nxt = open->irs + 1;
	s->edge = s->rcv_nxt + open->rcv_wnd;
	s->ts_recent = open->ts_recent;
	s->head = open->iss + 1;
	s->end = open->iss + 1;
	WRITE_ONCE(gt->pub.ts_offset, tcp_ts_offset(s->stack->tcp, &gt->entry.key));
	WRITE_ONCE(gt->pub.iss, open->iss);
	WRITE_ONCE(gt->pub.ack_sent, s->rcv_nxt);
	tcp_send_conf(s, &conf);
	tcp_sender_init(&s->s, &conf, open->iss, now);
	s->s.ts_ok = open->ts_ok;
	tcp_sender_synced(&s->s, tcp_output_mss(s, open->wnd), open->wnd, open->irs, open->sack_ok,
			  open->ts_ok, open->ecn_ok, open->rtt_us, open->retransmitted, now);
	tcp_send_grow(s);
	err = open->fast ? tcp_fast_child(s, open, now) : 0;
	tcp_send_publish(s);
	return err;
}

static int tcp_send_init(struct csp_proc *proc, void *arg)
{
	const struct tcp_send_arg *a = arg;
	struct tcp_send *s = csp_state(proc);
	int err;

	s->gt = a->gt;
	s->stack = a->gt->gs.stack;
	s->st = TCP_ST_CLOSED;
	s->heard_us = tcp_now();
	__skb_queue_head_init(&s->queue);
	csp_timer_init(&s->timer, proc, TCP_SEND_TIMER);
	csp_timer_init(&s->ack_timer, proc, TCP_SEND_TIMER);
	csp_timer_init(&s->life_timer, proc, TCP_SEND_TIMER);
	err = a->open ? tcp_send_begin(s, a->open) : 0;
	if (err)
		return err;
	sock_hold(&s->gt->gs.inet.sk);
	return 0;
}

static void tcp_send_exit(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);
	struct tcp_sent *spare;

	tcp_queue_purge(s);
	tcp_fast_end(s, false);
	while ((spare = tcp_sender_take(&s->s, true)))
		kmem_cache_free(tcp_sent_cache, spare);
	sock_put(&s->gt->gs.inet.sk);
}

struct csp_kind tcp_send_kind = {
	.name = "tcp_send",
	.state_size = sizeof(struct tcp_send),
	.n_inputs = TCP_SEND_INPUTS,
	.inputs = {
		[TCP_SEND_NEWS] = {
			.name = "news",
			.depth = TCP_NEWS_DEPTH,
			.full = CSP_DROP,
			.step = tcp_send_news,
			.lost = tcp_news_lost,
		},
		[TCP_SEND_DATA] = {
			.name = "data",
			.depth = TCP_DATA_DEPTH,
			.full = CSP_DROP,
			.step = tcp_send_data,
			.lost = tcp_send_data_lost,
		},
		[TCP_SEND_POKE] = {
			.name = "poke",
			.depth = 1,
			.full = CSP_DROP,
			.step = tcp_send_poke,
			.lost = tcp_send_poke_lost,
		},
		[TCP_SEND_CALL] = {
			.name = "call",
			.depth = 64,
			.full = CSP_DROP,
			.step = tcp_send_call,
			.lost = tcp_send_call_lost,
		},
		[TCP_SEND_TIMER] = CSP_TIMER_PORT(tcp_send_timer),
		[TCP_SEND_ERROR] = GONET_ERROR_PORT(tcp_send_error),
	},
	.init = tcp_send_init,
	.batch_end = tcp_output,
	.exit = tcp_send_exit,
};

/**
 * tcp_send_start() - start the send half of a connection
 * @gt: the connection
 * @open: what the handshake agreed upon, or NULL if it is yet to come
 * @gfp: GFP_KERNEL, or GFP_ATOMIC from a step
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *tcp_send_start(struct gonet_stream *gt, const struct tcp_open *open, gfp_t gfp)
{
	struct tcp_send_arg arg = { .gt = gt, .open = open };

	return csp_proc_start(&gt->gs.stack->group, &tcp_send_kind, &arg, gfp, "tcp_send/%lu",
			      gt->gs.number);
}

/**
 * gonet_tcp_send() - give payload to a connection
 * @gt: the connection
 * @skb: the payload, charged to the socket; given away on success only
 *
 * Context: process, under lock_sock().
 *
 * Return: 0; -ENOBUFS when there is no room, -EPIPE when the connection has ended.
 */
int gonet_tcp_send(struct gonet_stream *gt, struct sk_buff *skb)
{
	struct csp_proc *send;
	int err = -EPIPE;

	rcu_read_lock();
	send = rcu_dereference(gt->send);
	if (send)
		err = csp_try_send(&send->in[TCP_SEND_DATA], skb);
	rcu_read_unlock();
	return err;
}

/**
 * gonet_tcp_poke() - tell a connection what is wanted of it
 * @gt: the connection
 * @what: what
 *
 * Context: any but hard interrupt.
 */
void gonet_tcp_poke(struct gonet_stream *gt, enum gonet_tcp_poke what)
{
	struct csp_proc *send;

	set_bit(what, &gt->wanted);
	if (atomic_xchg(&gt->poked, 1))
		return;
	rcu_read_lock();
	send = rcu_dereference(gt->send);
	if (send)
		csp_send(&send->in[TCP_SEND_POKE], gt);
	else
		atomic_set(&gt->poked, 0);
	rcu_read_unlock();
}
