// SPDX-License-Identifier: GPL-2.0
/*
 * Loss recovery with a peer that does not tell what has arrived out of order (RFC 5681
 * 3.2, RFC 6582): each duplicate ACK stands for a segment that has. Calls nothing of the
 * kernel.
 */
#include "sender_internal.h"

/**
 * sender_pipe() - bytes in flight, as congestion control counts them
 * @s: the send half
 *
 * Return: bytes.
 */
u32 sender_pipe(const struct tcp_sender *s)
{
	u32 pipe = tcp_sender_pipe(s);
	u64 arrived = (u64)s->dupacks * s->mss;

	return arrived < pipe ? pipe - (u32)arrived : 0;
}

/* However many ACKs a peer sends, one segment at least is missing. */
static void reno_limit(struct tcp_sender *s)
{
	u32 missing = s->lost > s->mss ? s->lost : s->mss;
	u32 flight = tcp_sender_flight(s);
	u32 most = flight > missing ? (flight - missing + s->mss - 1) / s->mss : 0;

	if (s->dupacks > most)
		s->dupacks = most;
}

/**
 * sender_reno_duplicate() - a duplicate ACK came
 * @s: the send half
 * @n: the news
 */
void sender_reno_duplicate(struct tcp_sender *s, struct sender_news *n)
{
	u32 before = s->dupacks;

	s->dupacks++;
	reno_limit(s);
	if (s->dupacks <= before)
		return;
	n->delivered += s->mss;
	s->delivered += s->mss;
	s->delivered_us = n->now;
}

/**
 * sender_reno_advanced() - an ACK covers data of which part was counted by duplicates
 * @s: the send half
 * @n: the news
 *
 * RFC 6937 2: what duplicate ACKs have announced is not delivered a second time. One
 * segment of what is acknowledged was the missing one.
 */
void sender_reno_advanced(struct tcp_sender *s, struct sender_news *n)
{
	u32 segments = (n->delivered + s->mss - 1) / s->mss, known;

	known = segments ? segments - 1 : 0;
	if (known > s->dupacks)
		known = s->dupacks;
	s->dupacks -= known;
	s->delivered -= known * s->mss;
	n->delivered -= known * s->mss;
	reno_limit(s);
}

/* RFC 5681 3.2, RFC 6582 3.2: what seems to be missing is the first segment. */
static void reno_first_lost(struct tcp_sender *s, struct sender_news *n)
{
	struct tcp_sent *e = s->first;

	if (!e || e->flags & (TCP_SENT_LOST | TCP_SENT_RETRANS))
		return;
	if (sender_len(e) > s->mss && !sender_split(s, e, e->seq + s->mss))
		return;
	n->lost += sender_len(e);
	sender_mark_lost(s, e);
}

/**
 * sender_reno_detect() - gives up the first segment when that is due
 * @s: the send half
 * @n: the news
 *
 * With the third duplicate ACK, and in recovery with each ACK that does not cover all
 * that was sent before.
 */
void sender_reno_detect(struct tcp_sender *s, struct sender_news *n)
{
	if (s->phase == TCP_PHASE_RECOVERY) {
		if (n->advanced)
			reno_first_lost(s, n);
	} else if (s->phase < TCP_PHASE_RECOVERY && s->dupacks >= TCP_DUPTHRESH && !s->hold) {
		reno_first_lost(s, n);
	}
}
