/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of TCP's send half: what must hold of what it does one after the other, where
 * tcp_check.h looks at one moment. A watch is told of each call, before and after it.
 */
#ifndef _SELFTESTS_LOGIC_TCP_WATCH_H
#define _SELFTESTS_LOGIC_TCP_WATCH_H

#include "tcp_check.h"

/**
 * struct watch - what is kept in mind of a send half
 * @edge: the highest right edge that any ACK has told of
 * @since: from when the RTO counts at the latest
 * @tail: when a tail loss probe was due last
 * @timed_out: it has expired, and nothing that lets more out has come since
 * @room: bytes that may leave until then
 * @phase: before the call
 * @cwnd: then
 * @una: then
 * @delivered: then
 * @prr_out: before what is sent
 * @due: what expires
 */
struct watch {
	u32 edge;
	u64 since;
	u64 tail;
	bool timed_out;
	u32 room;

	enum tcp_phase phase;
	u32 cwnd;
	u32 una;
	u64 delivered;
	u32 prr_out;
	enum tcp_due due;
};

/* RFC 6298 2, 5.5 */
static inline u32 watch_rto(const struct tcp_sender *s)
{
	u64 us = (u64)s->rtt.rto_us << (s->backoff < 31 ? s->backoff : 31);

	return us < s->conf.rto_max_us ? (u32)us : s->conf.rto_max_us;
}

static inline bool watch_reducing(enum tcp_phase phase)
{
	return phase == TCP_PHASE_CWR || phase == TCP_PHASE_RECOVERY;
}

/* Before a call. */
static inline void watch_before(struct watch *w, struct tcp_sender *s)
{
	w->phase = s->phase;
	w->cwnd = s->cc.cwnd;
	w->una = s->una;
	w->delivered = s->delivered;
	s->happened = 0;
}

/* Something else than an ACK has what was lost sent again, as another segment size does. */
static inline void watch_anew(struct watch *w, u64 now)
{
	w->since = now;
	w->timed_out = false;
}

/* The handshake is done. */
static inline void watch_begin(struct watch *w, const struct tcp_sender *s, u64 now)
{
	w->edge = s->una + s->wnd;
	watch_anew(w, now);
}

/* RFC 6298 5.1: while anything is out the timer runs, and no longer than the RTO. */
static inline void watch_timer(const struct watch *w, const struct tcp_sender *s)
{
	MUST(s->una == s->nxt || s->due_us <= w->since + watch_rto(s));
}

/*
 * What is to be sent. New data stays within what the peer has ever had room for; after a
 * timeout one segment leaves until the peer answers (RFC 5681 3.1).
 */
static inline void watch_tx(struct watch *w, const struct tcp_sender *s, const struct tcp_tx *tx)
{
	w->prr_out = s->prr_out;
	if (!s->synced || tx->probe)
		return;
	MUST(tx->retrans || !seq_after(tx->seq + tx->len + !!(tx->flags & TCP_FIN), w->edge));
	if (!w->timed_out)
		return;
	MUST(tx->len <= w->room);
	w->room -= tx->len;
}

/*
 * It was sent. More behind what is out does not put off the timer (RFC 6298 5.1); and RFC 6937
 * counts it.
 */
static inline void watch_sent(struct watch *w, const struct tcp_sender *s,
			      const struct tcp_tx *tx, u64 now)
{
	if (tx->retrans || tx->seq == s->una)
		w->since = now;
	MUST(!watch_reducing(s->phase) || s->prr_out - w->prr_out == tx->len);
}

/*
 * RFC 6937 3: what leaves for an ACK is in proportion to what has arrived while too much is in
 * flight, and no more than has arrived after that, nor more than ssthresh; and a segment in
 * any case.
 */
static inline void watch_prr(const struct tcp_sender *s, u64 delivered)
{
	u32 pipe = check_pipe(s), room = s->cc.cwnd > pipe ? s->cc.cwnd - pipe : 0;
	u64 owed = s->prr_delivered > s->prr_out ? s->prr_delivered - s->prr_out : 0;
	u64 share = ((u64)s->prr_delivered * s->cc.ssthresh + s->prior_flight - 1) /
		    s->prior_flight;

	if (room <= s->mss)
		return;
	if (pipe > s->cc.ssthresh)
		MUST(s->prr_out + (u64)room <= share);
	else
		MUST(room <= (delivered > owed ? delivered : owed) + s->mss &&
		     s->cc.cwnd <= s->cc.ssthresh);
}

/* Whether a reduction was taken back, with all that came of it. */
static inline bool watch_undone(const struct tcp_sender *s)
{
	return s->happened & (1U << TCP_HAPPENED_FULL_UNDO | 1U << TCP_HAPPENED_PARTIAL_UNDO |
			      1U << TCP_HAPPENED_DSACK_UNDO | 1U << TCP_HAPPENED_LOSS_UNDO);
}

/*
 * Outside of a reduction cwnd grows by no more than has arrived, in slow start and out of it, or
 * by the segment that became due with it (RFC 5681 3.1); it may be two after a loss.
 */
static inline void watch_growth(const struct watch *w, const struct tcp_sender *s, u64 delivered)
{
	u32 from = w->cwnd > 2 * s->mss ? w->cwnd : 2 * s->mss;

	MUST(s->cc.cwnd <= from + (delivered > s->mss ? delivered : s->mss));
	MUST(s->cc.cwnd <= from || delivered);
}

/* After an ACK. Of an old one SACK blocks count, but not its window. */
static inline void watch_ack(struct watch *w, const struct tcp_sender *s,
			     const struct tcp_ack *a, u64 now)
{
	u64 delivered = s->delivered - w->delivered;
	bool heard = a->ack - w->una <= s->nxt - w->una;

	if (heard && seq_after(a->ack + a->wnd, w->edge))
		w->edge = a->ack + a->wnd;
	if (heard || delivered)
		w->timed_out = false;
	if (s->una != w->una)
		w->since = now;
	if (!s->synced)
		return;
	if (watch_reducing(s->phase) && (delivered || !watch_reducing(w->phase)))
		watch_prr(s, delivered);
	if (!watch_reducing(s->phase) && !watch_reducing(w->phase) && !watch_undone(s))
		watch_growth(w, s, delivered);
	watch_timer(w, s);
}

/*
 * Before the timer expires. RFC 6298 5: no segment is sent again before one RTO has passed
 * since it was sent last; RFC 8985 7.3: nor since a tail loss probe was due.
 */
static inline void watch_expire(struct watch *w, struct tcp_sender *s, u64 now)
{
	watch_before(w, s);
	w->due = now >= s->due_us ? s->due : TCP_DUE_NONE;
	if (w->due != TCP_DUE_RTO || !s->first || s->conf.user_timeout_us)
		return;
	MUST(w->tail + watch_rto(s) <= now);
	MUST(s->first->flags & TCP_SENT_SACKED || s->first->sent_us + watch_rto(s) <= now);
}

/* And after that. */
static inline void watch_expired(struct watch *w, const struct tcp_sender *s,
				 enum tcp_expired what, u64 now)
{
	w->since = now;
	if (w->due == TCP_DUE_PROBE_TAIL)
		w->tail = now;
	if (w->due == TCP_DUE_RTO && what != TCP_EXPIRED_DEAD) {
		w->timed_out = true;
		w->room = s->mss;
	}
	watch_timer(w, s);
}

#endif /* _SELFTESTS_LOGIC_TCP_WATCH_H */
