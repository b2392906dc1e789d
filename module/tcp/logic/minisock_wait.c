// SPDX-License-Identifier: GPL-2.0
/*
 * What a segment means in TIME-WAIT (RFC 9293 3.10.7.4, RFC 1122 4.2.2.13, RFC 1337, RFC
 * 6191). Calls nothing of the kernel.
 */
#include "minisock.h"
#include "receiver_internal.h"

#define RST_AGE_US	60000000ULL	/* a RST may echo a timestamp of long ago */
#define ISS_STEP	(65535U + 2)	/* beyond what the peer may still take for old data */

static bool wait_has_ts(const struct tcp_mini_wait *w, const struct tcp_seg *s)
{
	return w->ts_ok && s->o.present & TCP_HAS_TS;
}

static bool wait_ts_ok(const struct tcp_mini_wait *w, const struct tcp_seg *s, u64 now_us)
{
	if (!wait_has_ts(w, s) ||
	    tcp_paws_ok(w->ts_recent, w->ts_stamp_us, s->o.tsval, 0, now_us))
		return true;
	return s->f.flags & TCP_RST && now_us - w->ts_stamp_us >= RST_AGE_US;
}

/*
 * MAY-2, RFC 6191: a SYN that cannot be an old one, by its sequence number or its timestamp.
 */
static bool wait_reusable(const struct tcp_mini_wait *w, const struct tcp_seg *s)
{
	if ((s->f.flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_SYN)
		return false;
	return seq_after(s->f.seq, w->rcv_nxt) ||
	       (wait_has_ts(w, s) && (int)(w->ts_recent - s->o.tsval) < 0);
}

/* What comes just where it should can only be an ACK, or a RST (RFC 1337 2). */
static enum tcp_mini_verdict wait_at_nxt(struct tcp_mini_wait *w, const struct tcp_seg *s,
					 bool rfc1337, u64 now_us, struct tcp_mini_act *act)
{
	if (s->f.flags & TCP_RST)
		return rfc1337 ? TCP_MINI_DROP : TCP_MINI_END;
	act->restart = true;
	if (wait_has_ts(w, s)) {
		w->ts_recent = s->o.tsval;
		w->ts_stamp_us = now_us;
	}
	return TCP_MINI_DROP;
}

/**
 * tcp_mini_wait_check() - what a segment means in TIME-WAIT
 * @w: the record
 * @s: the segment
 * @rfc1337: a RST does not end it
 * @now_us: the time
 * @act: set to what else it does
 *
 * What is not in place is acknowledged, the peer's FIN above all, whose ACK may have been
 * lost: then the peer is alive, and 2 MSL begin anew. A SYN does not do that: it may be a new
 * connection's, whose number is before the old one's by chance.
 *
 * Return: TCP_MINI_DROP, TCP_MINI_ACK, TCP_MINI_END or TCP_MINI_REUSE.
 */
enum tcp_mini_verdict tcp_mini_wait_check(struct tcp_mini_wait *w, const struct tcp_seg *s,
					  bool rfc1337, u64 now_us, struct tcp_mini_act *act)
{
	bool ts_ok = wait_ts_ok(w, s, now_us);

	memset(act, 0, sizeof(*act));
	if (ts_ok && s->f.seq == w->rcv_nxt &&
	    (tcp_seg_end(s) == s->f.seq || s->f.flags & TCP_RST))
		return wait_at_nxt(w, s, rfc1337, now_us, act);
	if (ts_ok && wait_reusable(w, s)) {
		act->iss = w->snd_nxt + ISS_STEP;
		return TCP_MINI_REUSE;
	}
	if (s->f.flags & TCP_RST)
		return TCP_MINI_DROP;
	act->restart = !ts_ok || s->f.flags & TCP_ACK;
	return TCP_MINI_ACK;
}

/**
 * tcp_mini_wait_yields() - whether a connection of ours may take the place of one in TIME-WAIT
 * @w: the record
 * @least_us: for how long the peer must have said nothing, so that its clock has gone on
 * @now_us: the time
 * @iss: set to what the new one's initial sequence number must not be before
 *
 * RFC 7323 5 and appendix B.2: where there are timestamps, both ends tell old segments from new
 * ones; and a peer that still waits takes the new SYN for what it is (RFC 6191 2).
 *
 * Return: true if it may.
 */
bool tcp_mini_wait_yields(const struct tcp_mini_wait *w, u64 least_us, u64 now_us, u32 *iss)
{
	*iss = w->snd_nxt + ISS_STEP;
	return w->ts_ok && now_us - w->ts_stamp_us >= least_us;
}
