// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection ends: by itself, by a RST, by a failure, or as a record in TIME-WAIT.
 * The send half then takes it out of the table, has the receive half end, and ends when the
 * dealer knows that its port is free again.
 */
#include <linux/slab.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcp_fast.h"

/* Whatever is still to be told; nothing can be sent or received any more. */
static void tcp_send_over(struct csp_proc *proc, int err)
{
	struct tcp_send *s = csp_state(proc);
	struct gonet_stream *gt = s->gt;
	struct sock *sk = &gt->gs.inet.sk;

	s->over = true;
	csp_timer_cancel(&s->timer);
	csp_timer_cancel(&s->ack_timer);
	csp_timer_cancel(&s->life_timer);
	if (gt->listed) {
		tcp_table_del(s->stack->tcp, &gt->entry);
		gt->listed = false;
	}
	tcp_queue_purge(s);
	tcp_fast_end(s, false);
	if (err)
		WRITE_ONCE(sk->sk_err, err);
	gonet_tcp_shut(sk, SHUTDOWN_MASK);
	tcp_send_event(s, TCP_EV_ABORT);
	if (err && !sock_flag(sk, SOCK_DEAD))
		sk_error_report(sk);
	csp_proc_close(rcu_dereference_protected(gt->gs.reader, true));
	tcp_send_try_exit(proc);
}

/**
 * tcp_send_try_exit() - end, if nothing has to be told any more
 * @proc: the send half of a connection that is over
 *
 * While a program has the socket, its port stays bound: it may be connected again. The
 * last news, that nobody needs the port, must arrive: if there is no room, once more a
 * little later.
 */
void tcp_send_try_exit(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);
	struct gonet_stream *gt = s->gt;

	if (s->orphan && !gt->leave.gt) {
		gt->leave = (struct tcp_note) { .gt = gt };
		sock_hold(&gt->gs.inet.sk);
		if (csp_try_send(&s->stack->tcp_rx->in[TCP_RX_NOTE], &gt->leave)) {
			gt->leave.gt = NULL;
			sock_put(&gt->gs.inet.sk);
			csp_timer_arm(&s->life_timer, 1);
			return;
		}
	}
	if (s->orphan)
		gonet_stream_ended(gt);
	csp_proc_exit(proc);
}

/**
 * tcp_send_fail() - the connection ends here, and the peer is not told
 * @proc: the send half
 * @err: errno for the program, or 0
 */
void tcp_send_fail(struct csp_proc *proc, int err)
{
	struct tcp_send *s = csp_state(proc);

	if (s->over)
		return;
	if (s->st == TCP_ST_SYN_SENT || s->st == TCP_ST_SYN_RECV)
		gonet_count(s->stack, TcpAttemptFails);
	tcp_send_over(proc, err);
}

/**
 * tcp_send_abort() - the connection ends here, and the peer is told by a RST
 * @proc: the send half
 * @err: errno for the program, or 0
 */
void tcp_send_abort(struct csp_proc *proc, int err)
{
	struct tcp_send *s = csp_state(proc);

	if (s->over)
		return;
	if (s->peer_synced && tcp_output_empty(s, TCP_RST, s->s.nxt))
		gonet_count(s->stack, TcpExtTCPAbortFailed);
	tcp_send_fail(proc, err);
}

/**
 * tcp_send_starve() - end a connection that no program has, if it takes memory that is lacking
 * @proc: the send half
 *
 * Return: true if it has been reset.
 */
bool tcp_send_starve(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);

	if (!s->orphan || sk_wmem_alloc_get(&s->gt->gs.inet.sk) <= SOCK_MIN_SNDBUF ||
	    !tcp_mem_full(s->stack))
		return false;
	gonet_count(s->stack, TcpExtTCPAbortOnMemory);
	tcp_send_abort(proc, ETIMEDOUT);
	return true;
}

/**
 * tcp_send_time_wait() - the connection is over, and is remembered (RFC 9293 3.6.1)
 * @proc: the send half, whose FIN and whose peer's FIN are acknowledged
 *
 * A record takes its place in the table. Without memory for it there is none, as natively.
 */
void tcp_send_time_wait(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);
	struct gonet_stream *gt = s->gt;
	struct tcp_tw *tw = kzalloc(sizeof(*tw), GFP_ATOMIC | __GFP_NOWARN);
	u32 wnd = seq_after(s->edge, s->rcv_nxt) ? s->edge - s->rcv_nxt : 0;

	if (tw) {
		tw->entry.key = gt->entry.key;
		tw->entry.kind = TCP_ENTRY_TIME_WAIT;
		tw->tcp = s->stack->tcp;
		tw->wait = (struct tcp_mini_wait) {
			.rcv_nxt = s->rcv_nxt,
			.snd_nxt = s->s.nxt,
			.ts_ok = s->s.ts_ok,
			.ts_recent = s->ts_recent,
			.ts_stamp_us = tcp_now(),
		};
		tw->last_ack = jiffies - TCP_ACK_EVERY;
		tw->window = min(wnd >> s->rcv_wscale, 65535U);
		tw->ts_offset = gt->pub.ts_offset;
		tw->tos = s->flow.tos;
		tw->ttl = s->flow.ttl;
		if (gt->listed && !tcp_table_replace(s->stack->tcp, &gt->entry, &tw->entry)) {
			gt->listed = false;
			csp_send(&s->stack->tcp_tw->in[TCP_TW_NEW], tw);
		} else {
			kfree(tw);
		}
	} else {
		gonet_count(s->stack, TcpExtTCPTimeWaitOverflow);
	}
	/* Only now: what the peer answers to it finds the record. */
	if (s->ack_now)
		tcp_output_empty(s, 0, s->s.nxt);
	tcp_send_over(proc, 0);
}
