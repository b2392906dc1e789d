/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of TCP: what becomes of connections, what is sent again, resets, and the send
 * half at every ACK. Fields that the kernel's own events of sockets and TCP have are named
 * as theirs; @socket is the number in the names of a connection's processes.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM gonet

#if !defined(_GONET_TCP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _GONET_TCP_TRACE_H

#include <linux/tracepoint.h>
#include <net/tcp_states.h>

#include <gonet/stack.h>

#include "tcp_send.h"

#define GONET_TCP_STATES(X)	\
	X(TCP_ESTABLISHED)	\
	X(TCP_SYN_SENT)		\
	X(TCP_SYN_RECV)		\
	X(TCP_FIN_WAIT1)	\
	X(TCP_FIN_WAIT2)	\
	X(TCP_TIME_WAIT)	\
	X(TCP_CLOSE)		\
	X(TCP_CLOSE_WAIT)	\
	X(TCP_LAST_ACK)		\
	X(TCP_LISTEN)		\
	X(TCP_CLOSING)

#define X(name) TRACE_DEFINE_ENUM(name);
GONET_TCP_STATES(X)
#undef X

/* Of a segment that belongs to no connection it is 0. */
#define GONET_TCP_STATE_SYMBOL(name)	{ name, #name },
#define gonet_tcp_show_state(state)	\
	__print_symbolic(state, GONET_TCP_STATES(GONET_TCP_STATE_SYMBOL) { 0, "UNKNOWN" })

#define GONET_TCP_PHASE_SYMBOLS			\
	{ 0, "Open" }, { 1, "Disorder" }, { 2, "CWR" }, { 3, "Recovery" }, { 4, "Loss" }

/* Between whom; in all of the events. */
#define GONET_TCP_ENDS_FIELDS			\
	__field(unsigned int, netns)		\
	__field(unsigned long, socket)		\
	__field(__u16, sport)			\
	__field(__u16, dport)			\
	__array(__u8, saddr, 4)			\
	__array(__u8, daddr, 4)

#define GONET_TCP_ENDS_ASSIGN(stack, number, key) do {		\
	__entry->netns = (stack)->net->ns.inum;			\
	__entry->socket = number;				\
	__entry->sport = ntohs((key)->lport);			\
	__entry->dport = ntohs((key)->rport);			\
	memcpy(__entry->saddr, &(key)->laddr, 4);		\
	memcpy(__entry->daddr, &(key)->raddr, 4);		\
} while (0)

#define GONET_TCP_ENDS_FORMAT	\
	"netns=%u socket=%lu sport=%hu dport=%hu saddr=%pI4 daddr=%pI4 "
#define GONET_TCP_ENDS						\
	__entry->netns, __entry->socket, __entry->sport, __entry->dport,	\
	__entry->saddr, __entry->daddr

TRACE_EVENT(gonet_tcp_state,
	TP_PROTO(const struct gonet_stream *gt, const struct tcp_tuple *key, int oldstate,
		 int newstate),
	TP_ARGS(gt, key, oldstate, newstate),
	TP_STRUCT__entry(
		GONET_TCP_ENDS_FIELDS
		__field(const void *, skaddr)
		__field(int, oldstate)
		__field(int, newstate)
	),
	TP_fast_assign(
		GONET_TCP_ENDS_ASSIGN(gt->gs.stack, gt->gs.number, key);
		__entry->skaddr = gt;
		__entry->oldstate = oldstate;
		__entry->newstate = newstate;
	),
	TP_printk(GONET_TCP_ENDS_FORMAT "oldstate=%s newstate=%s",
		  GONET_TCP_ENDS, gonet_tcp_show_state(__entry->oldstate),
		  gonet_tcp_show_state(__entry->newstate))
);

/* @err: why it did not leave this host, or 0. */
TRACE_EVENT(gonet_tcp_retransmit,
	TP_PROTO(const struct tcp_send *s, const struct tcp_tx *tx, int err),
	TP_ARGS(s, tx, err),
	TP_STRUCT__entry(
		GONET_TCP_ENDS_FIELDS
		__field(const void *, skaddr)
		__field(int, state)
		__field(u32, seq)
		__field(u32, len)
		__field(u32, snd_una)
		__field(u32, snd_nxt)
		__field(int, ca_state)
		__field(u8, timeouts)
		__field(int, err)
	),
	TP_fast_assign(
		GONET_TCP_ENDS_ASSIGN(s->stack, s->gt->gs.number, &s->gt->entry.key);
		__entry->skaddr = s->gt;
		__entry->state = s->st;
		__entry->seq = tx->seq;
		__entry->len = tx->len;
		__entry->snd_una = s->s.una;
		__entry->snd_nxt = s->s.nxt;
		__entry->ca_state = s->s.phase;
		__entry->timeouts = s->s.timeouts;
		__entry->err = err;
	),
	TP_printk(GONET_TCP_ENDS_FORMAT
		  "state=%s seq=%#x len=%u snd_una=%#x snd_nxt=%#x ca_state=%s timeouts=%u err=%d",
		  GONET_TCP_ENDS, gonet_tcp_show_state(__entry->state), __entry->seq,
		  __entry->len, __entry->snd_una, __entry->snd_nxt,
		  __print_symbolic(__entry->ca_state, GONET_TCP_PHASE_SYMBOLS),
		  __entry->timeouts, __entry->err)
);

/* @number: the listener's. */
TRACE_EVENT(gonet_tcp_retransmit_synack,
	TP_PROTO(const struct gonet_stack *stack, unsigned long number,
		 const struct tcp_tuple *key, u8 timeouts),
	TP_ARGS(stack, number, key, timeouts),
	TP_STRUCT__entry(
		GONET_TCP_ENDS_FIELDS
		__field(u8, timeouts)
	),
	TP_fast_assign(
		GONET_TCP_ENDS_ASSIGN(stack, number, key);
		__entry->timeouts = timeouts;
	),
	TP_printk(GONET_TCP_ENDS_FORMAT "timeouts=%u", GONET_TCP_ENDS, __entry->timeouts)
);

/* @number, @state: of the connection that sends it, or 0. */
TRACE_EVENT(gonet_tcp_send_reset,
	TP_PROTO(const struct gonet_stack *stack, unsigned long number,
		 const struct tcp_tuple *key, int state, u32 seq),
	TP_ARGS(stack, number, key, state, seq),
	TP_STRUCT__entry(
		GONET_TCP_ENDS_FIELDS
		__field(int, state)
		__field(u32, seq)
	),
	TP_fast_assign(
		GONET_TCP_ENDS_ASSIGN(stack, number, key);
		__entry->state = state;
		__entry->seq = seq;
	),
	TP_printk(GONET_TCP_ENDS_FORMAT "state=%s seq=%#x",
		  GONET_TCP_ENDS, gonet_tcp_show_state(__entry->state), __entry->seq)
);

/* One that is valid, and ends the connection. */
TRACE_EVENT(gonet_tcp_receive_reset,
	TP_PROTO(const struct tcp_send *s),
	TP_ARGS(s),
	TP_STRUCT__entry(
		GONET_TCP_ENDS_FIELDS
		__field(const void *, skaddr)
		__field(int, state)
	),
	TP_fast_assign(
		GONET_TCP_ENDS_ASSIGN(s->stack, s->gt->gs.number, &s->gt->entry.key);
		__entry->skaddr = s->gt;
		__entry->state = s->st;
	),
	TP_printk(GONET_TCP_ENDS_FORMAT "state=%s",
		  GONET_TCP_ENDS, gonet_tcp_show_state(__entry->state))
);

/* At every ACK of a connection, as that has left it; windows in segments where ss has them so. */
TRACE_EVENT(gonet_tcp_probe,
	TP_PROTO(const struct tcp_send *s),
	TP_ARGS(s),
	TP_STRUCT__entry(
		GONET_TCP_ENDS_FIELDS
		__field(const void *, skaddr)
		__field(u32, snd_nxt)
		__field(u32, snd_una)
		__field(u32, snd_cwnd)
		__field(u32, ssthresh)
		__field(u32, snd_wnd)
		__field(u32, srtt)
		__field(u32, rcv_wnd)
		__field(u32, mss)
		__field(u32, pipe)
		__field(int, ca_state)
	),
	TP_fast_assign(
		GONET_TCP_ENDS_ASSIGN(s->stack, s->gt->gs.number, &s->gt->entry.key);
		__entry->skaddr = s->gt;
		__entry->snd_nxt = s->s.nxt;
		__entry->snd_una = s->s.una;
		__entry->snd_cwnd = tcp_info_cwnd(s);
		__entry->ssthresh = tcp_info_ssthresh(s);
		__entry->snd_wnd = s->s.wnd;
		__entry->srtt = s->s.rtt.srtt_us;
		__entry->rcv_wnd = s->edge - s->rcv_nxt;
		__entry->mss = s->s.mss;
		__entry->pipe = tcp_sender_pipe(&s->s);
		__entry->ca_state = s->s.phase;
	),
	TP_printk(GONET_TCP_ENDS_FORMAT
		  "snd_nxt=%#x snd_una=%#x snd_cwnd=%u ssthresh=%u snd_wnd=%u srtt=%u rcv_wnd=%u mss=%u pipe=%u ca_state=%s",
		  GONET_TCP_ENDS, __entry->snd_nxt, __entry->snd_una, __entry->snd_cwnd,
		  __entry->ssthresh, __entry->snd_wnd, __entry->srtt, __entry->rcv_wnd,
		  __entry->mss, __entry->pipe,
		  __print_symbolic(__entry->ca_state, GONET_TCP_PHASE_SYMBOLS))
);

#endif /* _GONET_TCP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
