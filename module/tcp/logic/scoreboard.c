// SPDX-License-Identifier: GPL-2.0
/*
 * The scoreboard: what was sent and is not acknowledged, by sequence number. Calls nothing
 * of the kernel.
 *
 * The entries cover SND.UNA to SND.NXT without a gap. Those next to each other that are
 * selectively acknowledged are one, so that an ACK whose blocks grow costs the same
 * however large they are.
 */
#include "sender_internal.h"

/**
 * tcp_sender_give() - memory for an entry
 * @s: the send half
 * @spare: the memory; the send half's until tcp_sender_take()
 */
void tcp_sender_give(struct tcp_sender *s, struct tcp_sent *spare)
{
	spare->next = s->spare;
	s->spare = spare;
	s->n_spare++;
}

static struct tcp_sent *sender_get(struct tcp_sender *s)
{
	struct tcp_sent *e = s->spare;

	if (!e)
		return NULL;
	s->spare = e->next;
	s->n_spare--;
	return e;
}

static void sender_count(struct tcp_sender *s, const struct tcp_sent *e)
{
	if (e->flags & TCP_SENT_SACKED)
		s->sacked += sender_len(e);
	if (e->flags & TCP_SENT_RETRANS)
		s->retrans += sender_len(e);
	if (sender_to_repair(e->flags))
		s->lost += sender_len(e);
}

static void sender_uncount(struct tcp_sender *s, const struct tcp_sent *e)
{
	if (e->flags & TCP_SENT_SACKED)
		s->sacked -= sender_len(e);
	if (e->flags & TCP_SENT_RETRANS)
		s->retrans -= sender_len(e);
	if (sender_to_repair(e->flags))
		s->lost -= sender_len(e);
}

/**
 * sender_set_flags() - the state of an entry changes
 * @s: the send half
 * @e: the entry
 * @flags: its new flags; what comes to be in flight was sent last of all
 */
void sender_set_flags(struct tcp_sender *s, struct tcp_sent *e, u8 flags)
{
	bool was = sender_in_flight(e->flags);

	sender_uncount(s, e);
	e->flags = flags;
	sender_count(s, e);
	if (was && !sender_in_flight(flags))
		sender_time_del(s, e);
	else if (!was && sender_in_flight(flags))
		sender_time_add(s, e);
}

/**
 * sender_append() - something is sent for the first time
 * @s: the send half, with memory
 * @seq: SND.NXT, its first sequence number
 * @end: behind its last
 * @flags: TCP_SENT_SYN, TCP_SENT_FIN
 * @now: the time
 *
 * Return: its entry, or NULL without memory.
 */
struct tcp_sent *sender_append(struct tcp_sender *s, u32 seq, u32 end, u8 flags, u64 now)
{
	struct tcp_sent *e = sender_get(s);

	if (!e)
		return NULL;
	memset(e, 0, sizeof(*e));
	e->seq = seq;
	e->end = end;
	e->flags = flags;
	e->sent_us = now;
	e->prev = s->last;
	if (s->last)
		s->last->next = e;
	else
		s->first = e;
	s->last = e;
	s->n_sent++;
	sender_time_add(s, e);
	return e;
}

/**
 * sender_split() - makes two entries of one
 * @s: the send half
 * @e: the entry; keeps what is before @seq
 * @seq: within it
 *
 * Return: the entry behind it, or NULL without memory: then @e is as it was.
 */
struct tcp_sent *sender_split(struct tcp_sender *s, struct tcp_sent *e, u32 seq)
{
	struct tcp_sent *rest = sender_get(s);

	if (!rest)
		return NULL;
	*rest = *e;
	rest->seq = seq;
	rest->flags &= ~TCP_SENT_SYN;
	e->end = seq;
	e->flags &= ~TCP_SENT_FIN;
	rest->prev = e;
	if (e->next)
		e->next->prev = rest;
	else
		s->last = rest;
	e->next = rest;
	if (sender_in_flight(e->flags))
		sender_time_after(s, rest, e);
	s->n_sent++;
	return rest;
}

/* Takes an entry out of the scoreboard; what it counted for is no more counted. */
static void sender_remove(struct tcp_sender *s, struct tcp_sent *e)
{
	unsigned int i;

	sender_uncount(s, e);
	if (sender_in_flight(e->flags))
		sender_time_del(s, e);
	for (i = 0; i < TCP_SACK_MAX; i++)
		if (s->hints[i] == e)
			s->hints[i] = e->next;
	if (s->lost_hint == e)
		s->lost_hint = e->next;
	if (e->prev)
		e->prev->next = e->next;
	else
		s->first = e->next;
	if (e->next)
		e->next->prev = e->prev;
	else
		s->last = e->prev;
	s->n_sent--;
	tcp_sender_give(s, e);
}

/**
 * sender_drop_first() - the first entry is acknowledged
 * @s: the send half
 */
void sender_drop_first(struct tcp_sender *s)
{
	sender_remove(s, s->first);
}

/**
 * sender_trim() - the first part of an entry is acknowledged
 * @s: the send half
 * @e: the entry
 * @seq: within it, its new beginning
 */
void sender_trim(struct tcp_sender *s, struct tcp_sent *e, u32 seq)
{
	sender_uncount(s, e);
	e->seq = seq;
	e->flags &= ~TCP_SENT_SYN;
	sender_count(s, e);
}

/**
 * tcp_sender_take() - memory back to the caller
 * @s: the send half
 * @all: all of it, that of the scoreboard included: at the end; else what is more than
 *	is soon needed again, which is next to nothing when all is acknowledged
 *
 * Return: an entry's memory, or NULL.
 */
struct tcp_sent *tcp_sender_take(struct tcp_sender *s, bool all)
{
	if (all && !s->spare && s->first)
		sender_remove(s, s->first);
	if (all || s->n_spare > (s->first ? 2 * TCP_SPARE_NEEDED : TCP_SPARE_LEAST))
		return sender_get(s);
	return NULL;
}

static u32 sender_distance(const struct tcp_sent *e, u32 seq)
{
	return seq_before(seq, e->seq) ? e->seq - seq : seq - e->seq;
}

/* The hint nearest to @seq, or another one if an end is nearer; *@e: where to begin. */
static unsigned int sender_nearest(struct tcp_sender *s, u32 seq, struct tcp_sent **e)
{
	unsigned int i, best = TCP_SACK_MAX;

	*e = sender_distance(s->last, seq) < sender_distance(s->first, seq) ? s->last : s->first;
	for (i = 0; i < TCP_SACK_MAX; i++) {
		if (s->hints[i] && sender_distance(s->hints[i], seq) < sender_distance(*e, seq)) {
			*e = s->hints[i];
			best = i;
		}
	}
	if (best == TCP_SACK_MAX)
		best = s->next_hint++ % TCP_SACK_MAX;
	return best;
}

/**
 * sender_find() - the entry that holds a sequence number
 * @s: the send half, something in it
 * @seq: within SND.UNA and SND.NXT
 *
 * The blocks of an ACK are mostly those of the ACK before, or near to them. So each hint
 * stays with one of them.
 *
 * Return: it.
 */
struct tcp_sent *sender_find(struct tcp_sender *s, u32 seq)
{
	struct tcp_sent *e;
	unsigned int i;

	if (!s->first)
		return NULL;
	i = sender_nearest(s, seq, &e);
	while (e && seq_before(seq, e->seq))
		e = e->prev;
	while (e && seq_after_eq(seq, e->end))
		e = e->next;
	s->hints[i] = e;
	return e;
}

/**
 * sender_merge_sacked() - makes an entry that is selectively acknowledged one with its
 * neighbours that are
 * @s: the send half
 * @e: the entry
 *
 * Return: the one entry.
 */
struct tcp_sent *sender_merge_sacked(struct tcp_sender *s, struct tcp_sent *e)
{
	struct tcp_sent *gone;

	if (e->prev && e->prev->flags & TCP_SENT_SACKED)
		e = e->prev;
	while (e->next && e->next->flags & TCP_SENT_SACKED) {
		u8 flags = e->flags | e->next->flags;
		u32 end = e->next->end;

		gone = e->next;
		sender_remove(s, gone);
		sender_uncount(s, e);
		e->end = end;
		e->flags = flags;
		sender_count(s, e);
	}
	return e;
}

/**
 * sender_mark_lost() - gives an entry up for lost
 * @s: the send half
 * @e: the entry, not selectively acknowledged
 */
void sender_mark_lost(struct tcp_sender *s, struct tcp_sent *e)
{
	if (e->flags & TCP_SENT_RETRANS)
		sender_happened(s, TCP_HAPPENED_LOST_AGAIN);
	sender_set_flags(s, e, (e->flags & ~TCP_SENT_RETRANS) | TCP_SENT_LOST);
	if (!s->lost_hint || seq_before(e->seq, s->lost_hint->seq))
		s->lost_hint = e;
}

/**
 * sender_mark_retrans() - an entry was sent again
 * @s: the send half
 * @e: the entry
 * @now: the time
 */
void sender_mark_retrans(struct tcp_sender *s, struct tcp_sent *e, u64 now)
{
	if (sender_in_flight(e->flags)) {
		sender_time_del(s, e);
		sender_time_add(s, e);
	}
	sender_set_flags(s, e, e->flags | TCP_SENT_RETRANS | TCP_SENT_EVER_RETRANS);
	e->sent_us = now;
}

/**
 * sender_forget_sacks() - the receiver has thrown away what it had (RFC 2018 8)
 * @s: the send half
 *
 * All that was selectively acknowledged is lost.
 */
void sender_forget_sacks(struct tcp_sender *s)
{
	struct tcp_sent *e;

	for (e = s->first; e; e = e->next) {
		if (!(e->flags & TCP_SENT_SACKED))
			continue;
		sender_set_flags(s, e, (e->flags & ~TCP_SENT_SACKED) | TCP_SENT_LOST);
		if (!s->lost_hint || seq_before(e->seq, s->lost_hint->seq))
			s->lost_hint = e;
	}
}

/**
 * sender_first_lost() - what is to be sent again first
 * @s: the send half
 *
 * Return: the entry, or NULL.
 */
struct tcp_sent *sender_first_lost(struct tcp_sender *s)
{
	struct tcp_sent *e = s->lost_hint;

	if (!s->lost)
		return NULL;
	while (e && !sender_to_repair(e->flags))
		e = e->next;
	s->lost_hint = e;
	return e;
}
