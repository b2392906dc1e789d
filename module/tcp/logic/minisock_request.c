// SPDX-License-Identifier: GPL-2.0
/*
 * What a segment means to a request of a listener (RFC 9293 3.10.7.4 for SYN-RECEIVED, RFC
 * 5961). Calls nothing of the kernel.
 *
 * As Linux does, the ACK is looked at before the sequence number: what acknowledges something
 * that was not sent is of no handshake of ours, wherever it is.
 */
#include "minisock.h"
#include "receiver_internal.h"

/*
 * The timestamp is not older than TS.Recent, and that of an ACK echoes one of our SYN-ACKs, or
 * nothing. RST are not subject to this (RFC 7323 5.2).
 */
static bool request_ts_ok(const struct tcp_mini_request *q, const struct tcp_seg *s, u64 now_us)
{
	if (!q->ts_ok || !(s->o.present & TCP_HAS_TS) || s->f.flags & TCP_RST)
		return true;
	if (s->f.flags & TCP_ACK && s->o.tsecr &&
	    !seq_within(q->ts_first, s->o.tsecr, q->ts_last))
		return false;
	return tcp_paws_ok(q->ts_recent, q->ts_stamp_us, s->o.tsval, 0, now_us);
}

/* First step; what begins at the edge may only be empty. */
static bool request_seq_ok(const struct tcp_mini_request *q, const struct tcp_seg *s)
{
	u32 nxt = q->irs + 1, edge = nxt + q->wnd, seq = s->f.seq, end = tcp_seg_end(s);

	if (seq == nxt || (seq == edge && end == edge))
		return true;
	return seq_after(end, nxt) && seq_before(seq, edge);
}

/* Second step, after RFC 5961 3.2; the connection returns to LISTEN. */
static enum tcp_mini_verdict request_rst(const struct tcp_mini_request *q, const struct tcp_seg *s)
{
	return s->f.seq == q->irs + 1 ? TCP_MINI_END : TCP_MINI_CHALLENGE;
}

/**
 * tcp_mini_request_check() - what a segment means to a request
 * @q: the request
 * @s: the segment
 * @now_us: the time
 *
 * A SYN within the window, but not the one that the request is of, would return it to
 * LISTEN by RFC 9293's fourth step. It is challenged instead, as RFC 5961 4.2 has it for
 * the states after this: with a connection that it has forgotten the peer answers by a RST.
 *
 * Return: a verdict, never TCP_MINI_REUSE.
 */
enum tcp_mini_verdict tcp_mini_request_check(struct tcp_mini_request *q, const struct tcp_seg *s,
					     u64 now_us)
{
	u8 flags = s->f.flags & (TCP_SYN | TCP_RST | TCP_ACK);
	bool ts_ok = request_ts_ok(q, s, now_us);

	if (flags == TCP_SYN && s->f.seq == q->irs && ts_ok)
		return TCP_MINI_RESEND;
	if ((flags & (TCP_ACK | TCP_RST)) == TCP_ACK && s->f.ack != q->iss + 1)
		return TCP_MINI_RESET;
	if (!ts_ok || !request_seq_ok(q, s))
		return flags & TCP_RST ? TCP_MINI_DROP : TCP_MINI_ACK;
	if (flags & TCP_RST)
		return request_rst(q, s);
	if (flags & TCP_SYN && s->f.seq != q->irs)
		return TCP_MINI_CHALLENGE;
	if (!(flags & TCP_ACK))
		return TCP_MINI_DROP;
	if (q->ts_ok && s->o.present & TCP_HAS_TS && seq_before_eq(s->f.seq, q->irs + 1)) {
		q->ts_recent = s->o.tsval;
		q->ts_stamp_us = now_us;
	}
	return TCP_MINI_ESTABLISH;
}
