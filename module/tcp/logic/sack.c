// SPDX-License-Identifier: GPL-2.0
/*
 * What an ACK says has arrived: up to its acknowledgment number, and by its SACK blocks
 * (RFC 2018, RFC 2883). Calls nothing of the kernel.
 */
#include "sender_internal.h"

/* An entry, or its part up to @end, turns out to have arrived. */
static void sack_delivered(struct tcp_sender *s, const struct tcp_sent *e, u32 end,
			   struct sender_news *n)
{
	u32 len = end - e->seq;

	if (e->flags & TCP_SENT_SYN)
		len--;
	if (e->flags & TCP_SENT_FIN && end == e->end)
		len--;
	n->delivered += len;
	s->delivered += len;
	s->delivered_us = n->now;
	sender_rate_delivered(e, n);
	if (!(e->flags & TCP_SENT_EVER_RETRANS) && seq_before_eq(end, s->high))
		n->original = true;
	sender_rack_delivered(s, e, end, n);
}

/* RFC 6298 3 (Karn): only what was sent once can be timed. */
static void sack_timed(const struct tcp_sent *e, struct sender_news *n)
{
	if (e->flags & TCP_SENT_EVER_RETRANS) {
		n->retrans_acked = true;
		return;
	}
	if (e->flags & TCP_SENT_SACKED)
		return;
	if (!n->first_us || e->sent_us < n->first_us)
		n->first_us = e->sent_us;
	if (e->sent_us > n->last_us)
		n->last_us = e->sent_us;
}

/**
 * sender_cumulative() - SND.UNA goes on
 * @s: the send half
 * @ack: the acknowledgment number, behind SND.UNA and not behind SND.NXT
 * @n: the news
 */
void sender_cumulative(struct tcp_sender *s, u32 ack, struct sender_news *n)
{
	struct tcp_sent *e;

	n->advanced = true;
	while ((e = s->first) && seq_before(e->seq, ack)) {
		u32 end = seq_min(e->end, ack);

		sack_timed(e, n);
		if (!(e->flags & TCP_SENT_SACKED))
			sack_delivered(s, e, end, n);
		n->syn |= e->flags & TCP_SENT_SYN;
		n->fin |= e->flags & TCP_SENT_FIN && end == e->end;
		if (end == e->end)
			sender_drop_first(s);
		else
			sender_trim(s, e, end);
	}
	s->bytes_acked += ack - s->una;
	s->una = ack;
	if (n->retrans_acked && !s->sack_ok)
		n->original = false;
}

static void sack_entry(struct tcp_sender *s, struct tcp_sent *e, struct sender_news *n)
{
	n->sacked += sender_len(e);
	if (!(e->flags & TCP_SENT_EVER_RETRANS) && e->sent_us > n->sacked_us)
		n->sacked_us = e->sent_us;
	sack_delivered(s, e, e->end, n);
	sender_set_flags(s, e, (e->flags & ~(TCP_SENT_LOST | TCP_SENT_RETRANS)) |
			 TCP_SENT_SACKED);
}

static struct tcp_sent *sack_split(struct tcp_sender *s, struct tcp_sent *e, u32 seq)
{
	return s->n_sent < TCP_SENT_MAX ? sender_split(s, e, seq) : NULL;
}

/*
 * The entries of a block, the first and the last split where it begins and ends: as long
 * as there are not too many, since a peer may tell of single bytes.
 */
static void sack_block(struct tcp_sender *s, const struct tcp_block *b, struct sender_news *n)
{
	struct tcp_sent *e = sender_find(s, b->start);

	if (e && seq_before(e->seq, b->start) && !(e->flags & TCP_SENT_SACKED))
		e = sack_split(s, e, b->start);
	while (e && seq_before(e->seq, b->end)) {
		if (!(e->flags & TCP_SENT_SACKED)) {
			if (seq_after(e->end, b->end) && !sack_split(s, e, b->end))
				return;
			sack_entry(s, e, n);
			e = sender_merge_sacked(s, e);
		}
		e = e->next;
	}
}

/*
 * RFC 2883 4: the first block is a D-SACK if it lies below the acknowledgment number or
 * within the second block. One that is older than any window is none.
 */
static bool sack_is_duplicate(const struct tcp_sender *s, const struct tcp_ack *a)
{
	const struct tcp_block *b = &a->sack[0], *c = &a->sack[1];

	if (!seq_before(b->start, b->end) || seq_after(b->end, s->nxt))
		return false;
	if (seq_before(b->start, a->ack))
		return seq_before_eq(b->end, a->ack) && a->ack - b->start <= s->max_wnd;
	return a->n_sack > 1 && seq_before_eq(c->start, b->start) && seq_before_eq(b->end, c->end);
}

/* What arrived twice shows which retransmissions were needless (RFC 3708). */
static void sack_duplicate(struct tcp_sender *s, const struct tcp_block *b,
			   struct sender_news *n)
{
	u32 len = b->end - b->start;

	n->dsack = true;
	n->dsack_end = b->end;
	s->dsacks++;
	sender_happened(s, seq_before(b->start, s->una) ? TCP_HAPPENED_DSACK_OLD :
							  TCP_HAPPENED_DSACK_AHEAD);
	if (s->undo_able && seq_after(b->end, s->undo_marker))
		s->undo_retrans -= len < s->undo_retrans ? len : s->undo_retrans;
}

/**
 * sender_sack() - works on the SACK blocks of an ACK
 * @s: the send half, SND.UNA already moved
 * @a: the ACK
 * @n: the news
 *
 * A block that does not lie between SND.UNA and SND.NXT says nothing (RFC 2018 5).
 */
void sender_sack(struct tcp_sender *s, const struct tcp_ack *a, struct sender_news *n)
{
	u8 i, blocks = a->n_sack < TCP_SACK_MAX ? a->n_sack : TCP_SACK_MAX;

	if (!s->sack_ok || !s->synced || !blocks)
		return;
	if (sack_is_duplicate(s, a))
		sack_duplicate(s, &a->sack[0], n);
	for (i = 0; i < blocks; i++) {
		const struct tcp_block *b = &a->sack[i];

		if (seq_after(b->start, s->una) && seq_before(b->start, b->end) &&
		    seq_before_eq(b->end, s->nxt) && s->nxt - b->start <= s->nxt - s->una)
			sack_block(s, b, n);
	}
}
