// SPDX-License-Identifier: GPL-2.0
/*
 * What is to be kept in mind of what was sent. Calls nothing of the kernel.
 */
#include "sender_internal.h"

/* Sequence numbers that a packet takes. */
static u32 sent_space(const struct tcp_tx *tx)
{
	return tx->len + !!(tx->flags & TCP_SYN) + !!(tx->flags & TCP_FIN);
}

static void sent_new(struct tcp_sender *s, const struct tcp_tx *tx, u64 now)
{
	u32 end = tx->seq + sent_space(tx);
	u8 flags = 0;
	struct tcp_sent *e;

	if (!s->first) {
		s->rto_from_us = now;
		s->stalled_us = now;
		s->delivered_us = now;
		if (s->due == TCP_DUE_PROBE_WINDOW)
			s->due = TCP_DUE_NONE;
	}
	if (tx->flags & TCP_SYN)
		flags |= TCP_SENT_SYN;
	if (tx->flags & TCP_FIN)
		flags |= TCP_SENT_FIN;
	e = sender_append(s, tx->seq, end, flags, now);
	if (!e)
		return;
	sender_rate_sent(s, e);
	s->nxt = end;
	s->syn_due = false;
	s->probe_due = false;
	s->pto_from_us = now;
	if (tx->whole)
		sender_mtu_probe_sent(s, tx->seq, tx->len);
	else if (tx->len % s->mss)
		s->small = end;
	if (tx->flags & TCP_CWR) {
		s->cwr_pending = false;
		s->cwr_out = true;
		s->cwr_end = end;
	}
}

/* The first entry of what was sent again, and those behind it. */
static void sent_entries_again(struct tcp_sender *s, u32 seq, u32 end, u64 now)
{
	struct tcp_sent *e = s->lost_hint;

	if (!e || e->seq != seq)
		e = sender_find(s, seq);
	if (e && seq_before(e->seq, seq))
		e = sender_split(s, e, seq);
	for (; e && seq_before(e->seq, end); e = e->next) {
		if (seq_after(e->end, end) && !sender_split(s, e, end))
			return;
		sender_mark_retrans(s, e, now);
		sender_rate_sent(s, e);
	}
}

static void sent_again(struct tcp_sender *s, const struct tcp_tx *tx, u64 now)
{
	u32 end = tx->seq + sent_space(tx);

	sent_entries_again(s, tx->seq, end, now);
	sender_mtu_probe_void(s);
	s->bytes_retrans += tx->len;
	s->segs_retrans += tx->len ? (tx->len + s->mss - 1) / s->mss : 1;
	/* RFC 6298 5: not again before one RTO has passed. */
	if (tx->seq == s->una)
		s->rto_from_us = now;
	if (s->phase >= TCP_PHASE_RECOVERY) {
		s->undo_retrans += end - tx->seq;
		if (!s->retrans_stamp)
			s->retrans_stamp = now;
	}
}

/**
 * tcp_sender_sent() - what tcp_sender_next() has said is sent
 * @s: the send half
 * @tx: what it has said
 * @now: the time
 */
void tcp_sender_sent(struct tcp_sender *s, const struct tcp_tx *tx, u64 now)
{
	if (tx->probe) {
		s->probe_due = false;
		return;
	}
	s->last_sent_us = now;
	if (tx->retrans)
		sent_again(s, tx, now);
	else
		sent_new(s, tx, now);
	s->override_due = false;
	s->bytes_sent += tx->len;
	if (s->phase == TCP_PHASE_CWR || s->phase == TCP_PHASE_RECOVERY)
		s->prr_out += tx->len;
	if (s->tlp_due) {
		s->tlp_due = false;
		s->tlp = true;
		s->tlp_end = s->nxt;
		s->tlp_retrans = tx->retrans;
	}
	sender_arm(s);
}
