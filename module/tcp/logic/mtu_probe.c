// SPDX-License-Identifier: GPL-2.0
/*
 * Segments of a size that the path takes, found out by sending some (RFC 4821), for paths
 * that lose what is too large and do not say so. Between @low, which is used, and @high,
 * which is known to be too much or more than can be, lies what is not known. Calls nothing
 * of the kernel.
 */
#include "sender_internal.h"

#define PROBE_CLOSE	8	/* bytes between both that are not worth a probe */
#define PROBE_CWND	11	/* segments that cwnd must take, as natively */

static u32 probe_clamp(u32 mss, u32 least, u32 most)
{
	if (mss < least)
		mss = least;
	return mss < most ? mss : most;
}

static void probe_begin(struct tcp_mtu_probe *p, const struct tcp_sender_conf *conf)
{
	p->on = true;
	p->low = probe_clamp(conf->mtu_base, conf->mtu_floor, p->path);
	p->high = p->path;
}

/**
 * tcp_sender_path() - what the path is said to take
 * @s: the send half
 * @mss: bytes of payload of the largest segment, options deducted
 *
 * What is to be used of it tcp_sender_path_takes() says.
 */
void tcp_sender_path(struct tcp_sender *s, u32 mss)
{
	struct tcp_mtu_probe *p = &s->mtu;

	p->path = mss;
	if (!p->on && s->conf.mtu_probing == TCP_MTU_PROBING_ALWAYS) {
		probe_begin(p, &s->conf);
	} else if (p->on) {
		p->high = p->high < mss ? p->high : mss;
		p->low = p->low < mss ? p->low : mss;
	}
}

/**
 * tcp_sender_path_takes() - what the path is known to take, or believed to
 * @s: the send half
 *
 * Return: bytes of payload.
 */
u32 tcp_sender_path_takes(const struct tcp_sender *s)
{
	return s->mtu.on ? s->mtu.low : s->mtu.path;
}

/**
 * tcp_sender_path_doubt() - nobody answers, perhaps since what is sent is too large
 * @s: the send half
 * @now: the time
 *
 * RFC 4821 7.7: at first what every path should take, and ever less after that.
 *
 * Return: true if less is to be used from now on.
 */
bool tcp_sender_path_doubt(struct tcp_sender *s, u64 now)
{
	struct tcp_mtu_probe *p = &s->mtu;
	u32 low = p->low;

	if (s->conf.mtu_probing == TCP_MTU_PROBING_OFF || !s->synced)
		return false;
	if (!p->on) {
		probe_begin(p, &s->conf);
		low = p->path;
	} else {
		p->low = probe_clamp(p->low / 2, s->conf.mtu_floor, p->low);
	}
	p->size = 0;
	p->pause_us = now;
	return p->low < low;
}

/* What to try next: RFC 4821 7.3 leaves it open; halfway, as natively. Return: 0 for nothing. */
static u32 probe_size(struct tcp_sender *s, u64 now)
{
	struct tcp_mtu_probe *p = &s->mtu;

	if (p->high - p->low < PROBE_CLOSE) {
		/* RFC 4821 7.2: the path may have become another. */
		if (now - p->pause_us < s->conf.mtu_interval_us)
			return 0;
		p->pause_us = now;
		p->high = p->path;
		if (p->high - p->low < PROBE_CLOSE)
			return 0;
	}
	return p->low + (p->high - p->low + 1) / 2;
}

/**
 * sender_mtu_probe_next() - whether a larger segment is to be tried now
 * @s: the send half
 * @unsent: bytes that are still to be sent for the first time
 * @room: what cwnd leaves
 * @now: the time
 *
 * RFC 4821 7.4: only when nothing is missing, and with enough to send behind it that its
 * loss shows at once; and with SACK, which shows that nothing else is lost.
 *
 * Return: its bytes, or 0.
 */
u32 sender_mtu_probe_next(struct tcp_sender *s, u32 unsent, u32 room, u64 now)
{
	struct tcp_mtu_probe *p = &s->mtu;
	u32 size, all;

	if (!p->on || p->size || !s->sack_ok || s->mss != p->low || s->phase != TCP_PHASE_OPEN ||
	    s->sacked || s->lost || s->cc.cwnd < PROBE_CWND * s->mss)
		return 0;
	size = probe_size(s, now);
	all = size + (TCP_DUPTHRESH + 1) * s->mss;
	return size && unsent >= all && sender_usable(s) >= all && room >= size ? size : 0;
}

/**
 * sender_mtu_probe_sent() - it is on its way
 * @s: the send half
 * @seq: where it begins
 * @len: its bytes
 */
void sender_mtu_probe_sent(struct tcp_sender *s, u32 seq, u32 len)
{
	s->mtu.size = len;
	s->mtu.seq = seq;
}

/**
 * sender_mtu_probe_void() - what becomes of it will tell nothing any more
 * @s: the send half, which sends something again
 */
void sender_mtu_probe_void(struct tcp_sender *s)
{
	s->mtu.size = 0;
}

/**
 * sender_mtu_probe_acked() - SND.UNA went on
 * @s: the send half
 * @now: the time
 */
void sender_mtu_probe_acked(struct tcp_sender *s, u64 now)
{
	struct tcp_mtu_probe *p = &s->mtu;

	if (!p->size || seq_before(s->una, p->seq + p->size))
		return;
	p->low = p->size < p->path ? p->size : p->path;
	if (p->high < p->low)
		p->high = p->low;
	p->size = 0;
	p->pause_us = now;
	sender_happened(s, TCP_HAPPENED_MTU_PROBE_ARRIVED);
}

/**
 * sender_mtu_probe_lost() - whether the loss is that of the probe
 * @s: the send half
 * @n: the news, in which something is newly lost
 * @now: the time
 *
 * RFC 4821 7.6.2, 7.6.3: the loss of a probe alone is no congestion; with others it tells
 * nothing.
 *
 * Return: true if it is, and of nothing else.
 */
bool sender_mtu_probe_lost(struct tcp_sender *s, const struct sender_news *n, u64 now)
{
	struct tcp_mtu_probe *p = &s->mtu;
	bool alone = p->size && s->una == p->seq && s->first->flags & TCP_SENT_LOST &&
		     n->lost == p->size;

	if (alone) {
		p->high = p->size - 1 > p->low ? p->size - 1 : p->low;
		p->pause_us = now;
		sender_happened(s, TCP_HAPPENED_MTU_PROBE_LOST);
	}
	p->size = 0;
	return alone;
}
