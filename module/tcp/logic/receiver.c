// SPDX-License-Identifier: GPL-2.0
/* The receive sequence space: what is new and what is reached. Calls nothing of the kernel. */
#include "receiver_internal.h"

/**
 * tcp_receiver_init() - begin after the peer's SYN
 * @r: the receive space
 * @irs: the SYN's sequence number
 * @wnd: the window that our SYN or ACK advertises, in bytes
 * @wscale: by how much our windows are shifted from then on
 * @ts_ok: timestamps are in use
 * @sack_ok: SACK is in use
 * @tsval: the SYN's timestamp, if @ts_ok
 * @now_us: the time
 */
void tcp_receiver_init(struct tcp_receiver *r, u32 irs, u32 wnd, u8 wscale, bool ts_ok,
		       bool sack_ok, u32 tsval, u64 now_us)
{
	memset(r, 0, sizeof(*r));
	r->irs = irs;
	r->nxt = irs + 1;
	r->sent_nxt = r->nxt;
	r->asked = r->nxt;
	r->edge = r->nxt + wnd;
	r->wscale = wscale < TCP_WSCALE_MAX ? wscale : TCP_WSCALE_MAX;
	r->ts_ok = ts_ok;
	r->sack_ok = sack_ok;
	r->ts_recent = tsval;
	r->ts_stamp_us = now_us;
	r->mss = TCP_MSS_ASSUMED;
	r->ato_us = TCP_ATO_MIN_US;
	tcp_receiver_quicken(r);
}

/**
 * tcp_receiver_urgent() - whether a segment announces urgent data that is new
 * @r: the receive space
 * @s: the segment, accepted, its payload not yet taken
 *
 * The urgent pointer says where the byte behind the urgent data is (RFC 6093 3.1); one of
 * 0 is taken for 1, as the data cannot end before the segment begins.
 *
 * Return: true if so; @r->urgent is then where it ends.
 */
bool tcp_receiver_urgent(struct tcp_receiver *r, const struct tcp_seg *s)
{
	u32 behind = tcp_seg_start(s) + (s->f.urgent ? s->f.urgent : 1);

	if (!(s->f.flags & TCP_URG) || r->finished || seq_before_eq(behind, r->nxt) ||
	    (r->urg && seq_before_eq(behind, r->urgent)))
		return false;
	r->urgent = behind;
	r->urg = true;
	return true;
}

/*
 * A FIN counts if it comes behind everything that is there, and at most at the right edge: it
 * needs no memory, and senders do not ask whether it fits. The first that comes is the one.
 */
static void receiver_fit_fin(struct tcp_receiver *r, const struct tcp_seg *s)
{
	u32 fin = tcp_seg_fin(s);

	if (r->fin_known || seq_before(fin, r->nxt) || seq_after(fin, seq_max(r->edge, r->nxt)) ||
	    (r->last && seq_before(fin, r->last->end)))
		return;
	r->fin = fin;
	r->fin_known = true;
}

/* Behind the last byte that may be taken: there is nothing behind the FIN. */
static u32 receiver_limit(const struct tcp_receiver *r)
{
	u32 limit = seq_max(r->edge, r->nxt);

	return r->fin_known ? seq_min(r->fin, limit) : limit;
}

/**
 * tcp_receiver_fit() - what of a segment's payload is new and within the window
 * @r: the receive space
 * @s: the segment, accepted
 *
 * RFC 9293 3.10.7.4, seventh step, and the trimming that its first step asks for. Notes a
 * FIN, and a D-SACK for what is there already.
 *
 * Return: what to keep.
 */
struct tcp_fit tcp_receiver_fit(struct tcp_receiver *r, const struct tcp_seg *s)
{
	u32 start = tcp_seg_start(s), end = tcp_seg_fin(s), limit;
	struct tcp_fit fit = {};

	if (s->f.flags & TCP_FIN)
		receiver_fit_fin(r, s);
	limit = receiver_limit(r);
	if (s->len && seq_before(start, r->nxt)) {
		fit.head = seq_min(end, r->nxt) - start;
		tcp_receiver_twice(r, start, start + fit.head);
		if (fit.head == s->len)
			tcp_receiver_quicken(r);
		start += fit.head;
	}
	if (seq_before(start, seq_min(end, limit)))
		fit.len = seq_min(end, limit) - start;
	fit.in_order = fit.len && start == r->nxt;
	return fit;
}

/**
 * tcp_receiver_advance() - bytes at RCV.NXT have been taken
 * @r: the receive space
 * @len: how many
 * @now_us: the time
 *
 * Pieces that are reached by this are to be asked for by tcp_receiver_pull().
 */
void tcp_receiver_advance(struct tcp_receiver *r, u32 len, u64 now_us)
{
	r->nxt += len;
	r->last_data_us = now_us;
}

/**
 * tcp_receiver_finish() - whether the FIN has been reached
 * @r: the receive space
 *
 * Return: true once, and RCV.NXT is then behind it (RFC 9293 3.10.7.4, eighth step).
 */
bool tcp_receiver_finish(struct tcp_receiver *r)
{
	if (!r->fin_known || r->finished || r->nxt != r->fin)
		return false;
	r->nxt++;
	r->finished = true;
	r->ack_now = true;
	return true;
}
