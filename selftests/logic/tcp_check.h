/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of TCP's send half: memory for its entries, each a block of its own so that
 * the sanitizer sees who uses it too long, and what must hold after every call.
 */
#ifndef _SELFTESTS_LOGIC_TCP_CHECK_H
#define _SELFTESTS_LOGIC_TCP_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "tcp/logic/sender.h"

#define MUST(what)								\
	do {									\
		if (!(what)) {							\
			fprintf(stderr, "# %s:%d: %s\n", __FILE__, __LINE__, #what);	\
			abort();						\
		}								\
	} while (0)

/* What is due before each call of the send half. */
static inline void check_give(struct tcp_sender *s)
{
	struct tcp_sent *e;

	while (s->n_spare < TCP_SPARE_NEEDED)
		tcp_sender_give(s, malloc(sizeof(*e)));
	while ((e = tcp_sender_take(s, false)))
		free(e);
}

static inline void check_end(struct tcp_sender *s)
{
	struct tcp_sent *e;

	while ((e = tcp_sender_take(s, true)))
		free(e);
	MUST(!s->first && !s->last && !s->oldest && !s->newest && !s->n_sent && !s->n_spare);
	MUST(!s->sacked && !s->lost && !s->retrans);
}

static inline bool check_in_flight(const struct tcp_sent *e)
{
	return !(e->flags & TCP_SENT_SACKED) &&
	       (!(e->flags & TCP_SENT_LOST) || e->flags & TCP_SENT_RETRANS);
}

/* The scoreboard is contiguous, its sums are right and its hints are before what they are for. */
static inline u32 check_scoreboard(const struct tcp_sender *s)
{
	u32 at = s->una, sacked = 0, lost = 0, retrans = 0, n = 0, flying = 0;
	const struct tcp_sent *e, *prev = NULL;
	u32 hints = 0, i;
	bool hinted = !s->lost_hint && !s->lost;

	for (e = s->first; e; prev = e, e = e->next, n++) {
		u32 len = e->end - e->seq;

		MUST(e->prev == prev && e->seq == at && len && len < 1U << 31);
		MUST(!(e->flags & TCP_SENT_SACKED) ||
		     !(e->flags & (TCP_SENT_LOST | TCP_SENT_RETRANS)));
		MUST(!(e->flags & TCP_SENT_RETRANS) || e->flags & TCP_SENT_EVER_RETRANS);
		sacked += e->flags & TCP_SENT_SACKED ? len : 0;
		retrans += e->flags & TCP_SENT_RETRANS ? len : 0;
		for (i = 0; i < TCP_SACK_MAX; i++)
			hints += e == s->hints[i];
		hinted |= e == s->lost_hint;
		if ((e->flags & (TCP_SENT_LOST | TCP_SENT_RETRANS)) == TCP_SENT_LOST) {
			lost += len;
			MUST(hinted);
		}
		flying += check_in_flight(e);
		at = e->end;
	}
	MUST(s->last == prev && at == s->nxt && n == s->n_sent);
	MUST(sacked == s->sacked && lost == s->lost && retrans == s->retrans);
	for (i = 0; i < TCP_SACK_MAX; i++)
		hints += !s->hints[i];
	MUST(hints == TCP_SACK_MAX);
	MUST(hinted || !s->lost_hint);
	return flying;
}

/* What is in flight, and nothing else, is in the list by time, in order. */
static inline void check_times(const struct tcp_sender *s, u32 flying)
{
	const struct tcp_sent *e, *older = NULL;

	for (e = s->oldest; e; older = e, e = e->newer, flying--) {
		MUST(flying && e->older == older && check_in_flight(e));
		MUST(!older || older->sent_us <= e->sent_us);
	}
	MUST(s->newest == older && !flying);
}

static inline void check_sender(const struct tcp_sender *s)
{
	MUST(s->nxt - s->una < 1U << 31);
	check_times(s, check_scoreboard(s));
	MUST((u64)s->sacked + s->lost <= s->nxt - s->una);
	MUST(s->cc.cwnd >= s->mss && s->mss == s->cc.mss && s->cc.cwnd <= 1U << 30);
	MUST(s->cc.ssthresh >= 2 * s->mss);
	MUST(s->una == s->nxt || (s->due != TCP_DUE_NONE && s->due != TCP_DUE_PROBE_WINDOW));
	MUST(s->due == TCP_DUE_NONE || s->due_us);
	MUST(s->phase != TCP_PHASE_OPEN || (!s->sacked && !s->dupacks));
	MUST(s->phase < TCP_PHASE_CWR || s->high - s->una <= s->nxt - s->una);
	MUST(!s->tlp || !s->tlp_due);
	MUST(s->rtt.rto_us >= s->conf.rto_min_us && s->rtt.rto_us <= s->conf.rto_max_us);
}

/*
 * Bytes in flight, as RFC 6675's pipe counts them; without SACK each duplicate ACK stands for
 * a segment that has arrived, and lets one of limited transmit leave (RFC 3042).
 */
static inline u32 check_pipe(const struct tcp_sender *s)
{
	u32 pipe = s->nxt - s->una - s->sacked - s->lost;
	u64 arrived = (u64)s->dupacks * s->mss;

	return arrived < pipe ? pipe - (u32)arrived : 0;
}

/*
 * No more than cwnd, which PRR and a timeout keep near to what is in flight; but whatever that
 * says, a tail loss probe of one segment may leave (RFC 8985 7.3).
 */
static inline void check_tx_cwnd(const struct tcp_sender *s, const struct tcp_tx *tx)
{
	u64 flight = (u64)check_pipe(s) + tx->len;

	MUST(s->tlp_due ? tx->len <= s->mss : flight <= s->cc.cwnd);
}

/*
 * What is lost comes before what is new, and the first of it first (RFC 6675 4, NextSeg). But
 * F-RTO and a tail loss probe ask for new data, and the probe else for the last segment, which
 * is in flight.
 */
static inline void check_tx_order(const struct tcp_sender *s, const struct tcp_tx *tx, u32 end)
{
	const struct tcp_sent *e = s->first;

	if (!tx->retrans) {
		MUST(s->tlp_due || s->frto == 2 || !s->lost);
		return;
	}
	MUST(!seq_before(tx->seq, s->una));
	for (; e && !seq_after(e->end, tx->seq); e = e->next)
		MUST(s->tlp_due || e->flags & (TCP_SENT_SACKED | TCP_SENT_RETRANS) ||
		     !(e->flags & TCP_SENT_LOST));
	MUST(e && (!s->tlp_due || end == s->nxt));
	for (; e && seq_before(e->seq, end); e = e->next) {
		MUST(!(e->flags & TCP_SENT_SACKED));
		MUST(check_in_flight(e) == s->tlp_due);
	}
}

/* What is to be sent: in the windows, in the stock, in order, and no more than may be at a time. */
static inline void check_tx(const struct tcp_sender *s, const struct tcp_stock *stock,
			    const struct tcp_tx *tx)
{
	u32 max = stock->max > s->mss ? stock->max : s->mss;
	u32 end = tx->seq + tx->len + !!(tx->flags & TCP_FIN);

	if (tx->flags & TCP_SYN) {
		MUST(tx->seq == s->iss && !tx->len);
		return;
	}
	if (tx->probe) {
		MUST(tx->seq == s->una - 1 && !tx->len && !s->wnd && !s->first);
		return;
	}
	MUST(s->synced && tx->len <= max && end != tx->seq);
	MUST(tx->retrans ? end - s->una <= s->nxt - s->una : tx->seq == s->nxt);
	MUST(!tx->len || (int)(tx->seq + tx->len - stock->end) <= 0);
	if (end - s->una > s->wnd)
		MUST(tx->retrans && tx->seq == s->una && tx->len <= s->mss);
	check_tx_cwnd(s, tx);
	check_tx_order(s, tx, end);
	if (tx->flags & TCP_FIN)
		MUST(stock->fin && tx->seq + tx->len == stock->end);
}

#endif /* _SELFTESTS_LOGIC_TCP_CHECK_H */
