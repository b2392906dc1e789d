// SPDX-License-Identifier: GPL-2.0
/*
 * What of the scoreboard is in flight, by the time at which it was last sent: RACK looks
 * at the oldest (RFC 8985 6.2, step 5). Calls nothing of the kernel.
 */
#include "sender_internal.h"

/**
 * sender_time_add() - an entry is sent now
 * @s: the send half
 * @e: the entry, not in the list
 */
void sender_time_add(struct tcp_sender *s, struct tcp_sent *e)
{
	e->newer = NULL;
	e->older = s->newest;
	if (s->newest)
		s->newest->newer = e;
	else
		s->oldest = e;
	s->newest = e;
}

/**
 * sender_time_after() - puts an entry in its place
 * @s: the send half
 * @e: the entry, not in the list
 * @older: behind which, or NULL for the first
 */
void sender_time_after(struct tcp_sender *s, struct tcp_sent *e, struct tcp_sent *older)
{
	e->older = older;
	e->newer = older ? older->newer : s->oldest;
	if (e->newer)
		e->newer->older = e;
	else
		s->newest = e;
	if (older)
		older->newer = e;
	else
		s->oldest = e;
}

/**
 * sender_time_del() - an entry is no more in flight
 * @s: the send half
 * @e: the entry
 */
void sender_time_del(struct tcp_sender *s, struct tcp_sent *e)
{
	if (e->older)
		e->older->newer = e->newer;
	else
		s->oldest = e->newer;
	if (e->newer)
		e->newer->older = e->older;
	else
		s->newest = e->older;
}

/* Behind which entry in flight one that was sent at @us belongs, looked for from @at on. */
static struct tcp_sent *sender_time_place(struct tcp_sender *s, struct tcp_sent *at, u64 us)
{
	struct tcp_sent *newer;

	if (!at)
		at = s->newest;
	while (at && at->sent_us > us)
		at = at->older;
	while ((newer = at ? at->newer : s->oldest) && newer->sent_us <= us)
		at = newer;
	return at;
}

/**
 * sender_unmark_lost() - what was given up for lost is in flight after all
 * @s: the send half
 *
 * What was sent once was sent in the order of sequence numbers, and what was sent again
 * mostly too. So the place of each is near to that of the one before of its kind.
 */
void sender_unmark_lost(struct tcp_sender *s)
{
	struct tcp_sent *e, *at[2] = { NULL, NULL };

	for (e = s->first; e; e = e->next) {
		unsigned int again = !!(e->flags & TCP_SENT_EVER_RETRANS);

		if (!sender_to_repair(e->flags))
			continue;
		s->lost -= sender_len(e);
		e->flags &= ~TCP_SENT_LOST;
		sender_time_after(s, e, sender_time_place(s, at[again], e->sent_us));
		at[again] = e;
	}
	s->lost_hint = NULL;
}
