// SPDX-License-Identifier: GPL-2.0
/*
 * What a host wants of a group: merged from its sockets' filters, and said in
 * reports. Calls nothing of the kernel.
 */
#include "igmp_state.h"

/**
 * igmp_filter_passes() - whether a filter lets a source's packets pass
 * @f: the filter
 * @source: the source
 *
 * Return: true if it does.
 */
bool igmp_filter_passes(const struct igmp_filter *f, __be32 source)
{
	u32 i;

	for (i = 0; i < f->n; i++)
		if (f->addr[i] == source)
			return !f->exclude;
	return f->exclude;
}

/* The place of @addr, or the one where it would be. */
static u32 igmp_source_place(const struct igmp_state *st, __be32 addr)
{
	u32 low = 0, high = st->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (memcmp(&st->source[mid].addr, &addr, 4) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct igmp_source *igmp_source_find(const struct igmp_state *st, __be32 addr)
{
	u32 place = igmp_source_place(st, addr);

	return place < st->n && st->source[place].addr == addr ? &st->source[place] : NULL;
}

static struct igmp_source *igmp_source_get(struct igmp_state *st, __be32 addr)
{
	u32 place = igmp_source_place(st, addr);
	struct igmp_source *s = &st->source[place];

	if (place < st->n && s->addr == addr)
		return s;
	memmove(s + 1, s, (st->n - place) * sizeof(*s));
	memset(s, 0, sizeof(*s));
	s->addr = addr;
	st->n++;
	return s;
}

static void igmp_state_count(struct igmp_state *st, const struct igmp_filter *f, int by)
{
	struct igmp_source *s;
	u32 i;

	if (!f)
		return;
	if (f->exclude)
		st->n_ex += (u32)by;
	else
		st->n_in += (u32)by;
	for (i = 0; i < f->n; i++) {
		s = igmp_source_get(st, f->addr[i]);
		if (f->exclude)
			s->ex += (u32)by;
		else
			s->in += (u32)by;
	}
}

/* Forgets sources that nobody names and of which nothing is to be said. */
static void igmp_state_prune(struct igmp_state *st)
{
	u32 i, n = 0;

	for (i = 0; i < st->n; i++)
		if (st->source[i].in || st->source[i].ex || st->source[i].left)
			st->source[n++] = st->source[i];
	st->n = n;
}

/* RFC 3376 3.2: the list of the merged filter. */
static bool igmp_source_listed(const struct igmp_state *st, const struct igmp_source *s)
{
	if (st->n_ex)
		return s->ex == st->n_ex && !s->in;
	return s->in;
}

/**
 * igmp_state_change() - a socket wants something else
 * @st: the group; its memory has room for as many sources more as are in @is
 * @was: what it wanted, or NULL for nothing
 * @is: what it wants now, or NULL
 * @times: how often to say the change
 *
 * RFC 3376 5.1: a change of the mode is said with the whole list, a change of the list
 * alone with what changed in it.
 *
 * Return: true when there is something to be said.
 */
bool igmp_state_change(struct igmp_state *st, const struct igmp_filter *was,
		       const struct igmp_filter *is, u8 times)
{
	bool mode, listed, changed = false;
	struct igmp_source *s;
	u32 i;

	igmp_state_count(st, is, 1);
	igmp_state_count(st, was, -1);
	mode = st->exclude != (st->n_ex != 0);
	st->exclude = st->n_ex;
	if (mode)
		st->left = times;
	for (i = 0; i < st->n; i++) {
		s = &st->source[i];
		listed = igmp_source_listed(st, s);
		if (mode) {
			s->left = 0;
		} else if (listed != s->listed) {
			s->left = times;
			changed = true;
		}
		s->listed = listed;
	}
	igmp_state_prune(st);
	return times && (mode || changed);
}

/**
 * igmp_state_announce() - routers that know nothing are to be told all, or none anything
 * @st: the group
 * @times: how often; 0 withdraws what was to be said
 */
void igmp_state_announce(struct igmp_state *st, u8 times)
{
	u32 i;

	st->left = st->exclude ? times : 0;
	for (i = 0; i < st->n; i++)
		st->source[i].left = !st->exclude && st->source[i].listed ? times : 0;
	igmp_state_prune(st);
}

/**
 * igmp_state_pending() - whether something is still to be said
 * @st: the group
 *
 * Return: true if there is.
 */
bool igmp_state_pending(const struct igmp_state *st)
{
	u32 i;

	if (st->left)
		return true;
	for (i = 0; i < st->n; i++)
		if (st->source[i].left)
			return true;
	return false;
}

/**
 * igmp_state_wants() - whether some socket may want a source's packets
 * @st: the group
 * @source: the source
 *
 * Return: true if the merged filter lets them pass.
 */
bool igmp_state_wants(const struct igmp_state *st, __be32 source)
{
	const struct igmp_source *s = igmp_source_find(st, source);

	return (s && s->listed) != st->exclude;
}

/**
 * igmp_state_list() - the list of the merged filter
 * @st: the group
 * @addr: where to put it, or NULL to count
 *
 * Return: how many there are.
 */
u32 igmp_state_list(const struct igmp_state *st, __be32 *addr)
{
	u32 i, n = 0;

	for (i = 0; i < st->n; i++) {
		if (!st->source[i].listed)
			continue;
		if (addr)
			addr[n] = st->source[i].addr;
		n++;
	}
	return n;
}

static void igmp_say_list(const struct igmp_state *st, enum igmp_record type, __be32 group,
			  struct igmp_writer *w)
{
	u32 i;

	if (!igmp_write_record(w, type, group))
		return;
	for (i = 0; i < st->n; i++)
		if (st->source[i].listed && !igmp_write_source(w, st->source[i].addr))
			return;
}

/**
 * igmp_state_say() - the record of a group's state (RFC 3376 4.2.12)
 * @st: the group
 * @group: its address
 * @w: where to
 *
 * Of a group of which nothing is wanted nothing is said.
 */
void igmp_state_say(const struct igmp_state *st, __be32 group, struct igmp_writer *w)
{
	if (st->exclude || igmp_state_list(st, NULL))
		igmp_say_list(st, st->exclude ? IGMP_IS_EX : IGMP_IS_IN, group, w);
}

/**
 * igmp_state_say_of() - the answer to who asks about certain sources (RFC 3376 5.2)
 * @st: the group
 * @group: its address
 * @asked: the sources
 * @n: how many
 * @w: where to
 */
void igmp_state_say_of(const struct igmp_state *st, __be32 group, const __be32 *asked, u32 n,
		       struct igmp_writer *w)
{
	bool begun = false;
	u32 i;

	for (i = 0; i < n; i++) {
		if (!igmp_state_wants(st, asked[i]))
			continue;
		if (!begun && !igmp_write_record(w, IGMP_IS_IN, group))
			return;
		begun = true;
		if (!igmp_write_source(w, asked[i]))
			return;
	}
}

/* Of the sources whose change is to be said those that are wanted, or those that are not. */
static void igmp_say_changed(const struct igmp_state *st, bool wanted, __be32 group,
			     struct igmp_writer *w)
{
	enum igmp_record type = wanted ? IGMP_ALLOW : IGMP_BLOCK;
	bool begun = false;
	u32 i;

	for (i = 0; i < st->n; i++) {
		const struct igmp_source *s = &st->source[i];
		bool listed = wanted != st->exclude;

		if (!s->left || s->listed != listed)
			continue;
		if (!begun && !igmp_write_record(w, type, group))
			return;
		begun = true;
		if (!igmp_write_source(w, s->addr))
			return;
	}
}

/**
 * igmp_state_say_change() - the records of what changed, once more (RFC 3376 5.1)
 * @st: the group
 * @group: its address
 * @w: where to
 */
void igmp_state_say_change(struct igmp_state *st, __be32 group, struct igmp_writer *w)
{
	u32 i;

	if (st->left) {
		igmp_say_list(st, st->exclude ? IGMP_TO_EX : IGMP_TO_IN, group, w);
		st->left--;
	} else {
		igmp_say_changed(st, true, group, w);
		igmp_say_changed(st, false, group, w);
	}
	for (i = 0; i < st->n; i++)
		if (st->source[i].left)
			st->source[i].left--;
	igmp_state_prune(st);
}
