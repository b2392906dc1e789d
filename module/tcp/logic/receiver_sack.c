// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of data out of order, and of data that came twice: SACK (RFC 2018 4) and
 * D-SACK (RFC 2883). Calls nothing of the kernel.
 */
#include "receiver_internal.h"

/*
 * One D-SACK tells of one stretch (RFC 2883 4): what touches it makes it longer, and what does
 * not is left to be found out otherwise.
 */
void tcp_receiver_twice(struct tcp_receiver *r, u32 start, u32 end)
{
	struct tcp_block *d = &r->dsack;

	if (!r->sack_ok || start == end)
		return;
	if (!r->has_dsack) {
		d->start = start;
		d->end = end;
		r->has_dsack = true;
	} else if (seq_before_eq(start, d->end) && seq_before_eq(d->start, end)) {
		d->start = seq_min(d->start, start);
		d->end = seq_max(d->end, end);
	}
}

/* The latest change comes first (RFC 2018 4). */
void tcp_receiver_changed(struct tcp_receiver *r, u32 start)
{
	u8 i = 0;

	while (i < r->n_recent && r->recent[i] != start)
		i++;
	if (i == r->n_recent) {
		if (r->n_recent < TCP_SACK_MAX)
			r->n_recent++;
		else
			i--;
	}
	for (; i; i--)
		r->recent[i] = r->recent[i - 1];
	r->recent[0] = start;
}

/* Ranges by their first pieces, as many as are told of, the latest change first. */
struct sack_ranges {
	const struct tcp_piece *range[TCP_SACK_MAX];
	u8 n;
};

/* Those that have changed; some may have been joined with others or reached since then. */
static void sack_recent(const struct tcp_receiver *r, struct sack_ranges *told)
{
	const struct tcp_piece *found[TCP_SACK_MAX] = {}, *p;
	u8 i;

	for (p = r->first; p; p = p->far->next)
		for (i = 0; i < r->n_recent; i++)
			if (r->recent[i] == p->seq)
				found[i] = p;
	for (i = 0; i < r->n_recent; i++)
		if (found[i])
			told->range[told->n++] = found[i];
}

static bool sack_told(const struct sack_ranges *told, const struct tcp_piece *p)
{
	u8 i;

	for (i = 0; i < told->n; i++)
		if (told->range[i] == p)
			return true;
	return false;
}

/* As many as fit are told of (RFC 2018 4): when few have changed, others from the first on. */
static void sack_fill(struct tcp_receiver *r, struct sack_ranges *told)
{
	const struct tcp_piece *p;
	u8 i;

	for (p = r->first; p && told->n < TCP_SACK_MAX; p = p->far->next)
		if (!sack_told(told, p))
			told->range[told->n++] = p;
	for (i = 0; i < told->n; i++)
		r->recent[i] = told->range[i]->seq;
	r->n_recent = told->n;
}

/**
 * tcp_receiver_sack() - the SACK blocks of the next ACK
 * @r: the receive space
 * @blocks: set to the blocks
 * @max: how many there may be
 *
 * A D-SACK comes first, and is told once.
 *
 * Return: how many there are.
 */
u8 tcp_receiver_sack(struct tcp_receiver *r, struct tcp_block *blocks, u8 max)
{
	struct sack_ranges told = {};
	u8 i, n = 0;

	if (!r->sack_ok || !max)
		return 0;
	if (r->has_dsack) {
		blocks[n++] = r->dsack;
		r->has_dsack = false;
	}
	sack_recent(r, &told);
	sack_fill(r, &told);
	for (i = 0; i < told.n && n < max; i++) {
		blocks[n].start = told.range[i]->seq;
		blocks[n++].end = told.range[i]->far->end;
	}
	return n;
}
