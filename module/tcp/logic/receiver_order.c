// SPDX-License-Identifier: GPL-2.0
/*
 * Data out of order: a list of pieces by sequence number, in which those that touch are
 * one range. Calls nothing of the kernel.
 *
 * What is there stays, and a piece is cut where it overlaps that; only when it lies wholly
 * around a range it replaces that, as it cannot be kept on both sides of it.
 */
#include "receiver_internal.h"

/* The last range that begins at @seq or before, by its first piece, or NULL. */
static struct tcp_piece *order_find(const struct tcp_receiver *r, u32 seq)
{
	struct tcp_piece *last = r->last;

	while (last && seq_after(last->far->seq, seq))
		last = last->far->prev;
	return last ? last->far : NULL;
}

static void order_link(struct tcp_receiver *r, struct tcp_piece *p, struct tcp_piece *before,
		       struct tcp_piece *after)
{
	p->prev = before;
	p->next = after;
	if (before)
		before->next = p;
	else
		r->first = p;
	if (after)
		after->prev = p;
	else
		r->last = p;
}

/* Takes a whole range out, from @first on, and adds its pieces to *@gone. */
static void order_drop_range(struct tcp_receiver *r, struct tcp_piece *first,
			     struct tcp_piece **gone)
{
	struct tcp_piece *last = first->far, *before = first->prev, *after = last->next;

	if (before)
		before->next = after;
	else
		r->first = after;
	if (after)
		after->prev = before;
	else
		r->last = before;
	last->next = *gone;
	*gone = first;
	r->n_ranges--;
	tcp_receiver_twice(r, first->seq, last->end);
}

/* Makes one range of two that touch; @last ends the one, @first begins the other. */
static void order_join(struct tcp_receiver *r, struct tcp_piece *last, struct tcp_piece *first)
{
	struct tcp_piece *begin = last->far, *end = first->far;

	begin->far = end;
	end->far = begin;
	r->n_ranges--;
}

/* Cuts off the front of @p what the range before it, that begins with @first, has of it. */
static u32 order_cut_head(struct tcp_receiver *r, struct tcp_piece *p,
			  const struct tcp_piece *first)
{
	u32 cut, end;

	if (!first || seq_before_eq(first->far->end, p->seq))
		return 0;
	end = seq_min(first->far->end, p->end);
	cut = end - p->seq;
	tcp_receiver_twice(r, p->seq, end);
	p->seq = end;
	return cut;
}

/*
 * Ranges from @first on, which begin behind where @p does: those that it reaches beyond are
 * replaced, and at the next it is cut.
 */
static u32 order_cut_tail(struct tcp_receiver *r, struct tcp_piece *p, struct tcp_piece *first,
			  struct tcp_piece **gone)
{
	u32 cut;

	while (first && seq_before(first->far->end, p->end)) {
		struct tcp_piece *next = first->far->next;

		order_drop_range(r, first, gone);
		first = next;
	}
	if (!first || seq_before_eq(p->end, first->seq))
		return 0;
	cut = p->end - first->seq;
	tcp_receiver_twice(r, first->seq, p->end);
	p->end = first->seq;
	return cut;
}

/* Whether @p would be a range of its own and there are as many as there may be. */
static bool order_full(const struct tcp_receiver *r, const struct tcp_piece *p,
		       const struct tcp_piece *before, const struct tcp_piece *after)
{
	return r->n_ranges >= TCP_RANGES_MAX && !(before && before->far->end == p->seq) &&
	       !(after && seq_before_eq(after->seq, p->end));
}

/**
 * tcp_receiver_insert() - keep a piece out of order
 * @r: the receive space
 * @p: the piece, with @p->seq and @p->end after tcp_receiver_fit()
 * @gone: set to the pieces that it replaces, linked by &tcp_piece.next: the caller's again
 * @head: set to how many of its bytes in front are not kept
 * @tail: set to how many of its last bytes are not kept
 *
 * Notes a D-SACK for what is there already, and what the next SACK begins with.
 *
 * Return: false, and @p is not kept, when there is nothing new in it, or when there would
 * be more than TCP_RANGES_MAX ranges.
 */
bool tcp_receiver_insert(struct tcp_receiver *r, struct tcp_piece *p, struct tcp_piece **gone,
			 u32 *head, u32 *tail)
{
	struct tcp_piece *first = order_find(r, p->seq), *after;

	*gone = NULL;
	*tail = 0;
	*head = order_cut_head(r, p, first);
	after = first ? first->far->next : r->first;
	if (p->seq == p->end) {
		if (first)
			tcp_receiver_changed(r, first->seq);
		return false;
	}
	if (order_full(r, p, first, after))
		return false;

	*tail = order_cut_tail(r, p, after, gone);
	after = first ? first->far->next : r->first;
	p->far = p;
	order_link(r, p, first ? first->far : NULL, after);
	r->n_ranges++;
	if (p->prev && p->prev->end == p->seq)
		order_join(r, p->prev, p);
	else
		first = p;
	if (after && p->end == after->seq)
		order_join(r, p, after);
	tcp_receiver_changed(r, first->seq);
	return true;
}

/**
 * tcp_receiver_pull() - take out the first piece, if RCV.NXT has reached it
 * @r: the receive space
 * @skip: set to how many of its bytes are there already; it may be all of them
 *
 * The caller advances by the rest, and asks again. Notes a D-SACK for what is skipped.
 *
 * Return: the piece, the caller's again; NULL if there is none that far.
 */
struct tcp_piece *tcp_receiver_pull(struct tcp_receiver *r, u32 *skip)
{
	struct tcp_piece *p = r->first;

	if (!p || seq_after(p->seq, r->nxt))
		return NULL;
	*skip = seq_min(p->end, r->nxt) - p->seq;
	tcp_receiver_twice(r, p->seq, p->seq + *skip);
	r->first = p->next;
	if (p->next)
		p->next->prev = NULL;
	else
		r->last = NULL;
	if (p->far != p) {
		p->next->far = p->far;
		p->far->far = p->next;
	} else {
		r->n_ranges--;
	}
	r->ack_now = true;
	return p;
}

/**
 * tcp_receiver_renege() - take out the last piece, to make room
 * @r: the receive space
 *
 * The peer may have been told of it by SACK; it keeps what is not acknowledged (RFC 2018 8).
 *
 * Return: the piece, the caller's again; NULL if there is none.
 */
struct tcp_piece *tcp_receiver_renege(struct tcp_receiver *r)
{
	struct tcp_piece *p = r->last;

	if (!p)
		return NULL;
	r->last = p->prev;
	if (p->prev)
		p->prev->next = NULL;
	else
		r->first = NULL;
	if (p->far != p) {
		p->prev->far = p->far;
		p->far->far = p->prev;
	} else {
		r->n_ranges--;
	}
	return p;
}
