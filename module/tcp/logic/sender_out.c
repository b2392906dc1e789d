// SPDX-License-Identifier: GPL-2.0
/*
 * What is to be sent next. Calls nothing of the kernel.
 */
#include "sender_internal.h"

#define OUT_ENTRIES	64	/* looked at for one packet */

/* What cwnd leaves. With nothing in flight a segment may always leave. */
static u32 out_room(const struct tcp_sender *s)
{
	u32 pipe = sender_pipe(s);
	u32 room = s->cc.cwnd > pipe ? s->cc.cwnd - pipe : 0;

	return !pipe && room < s->mss ? s->mss : room;
}

/* As many full segments of @avail bytes as @limit and @room take; or all of them. */
static u32 out_cut(const struct tcp_sender *s, u32 avail, u32 limit, u32 room)
{
	u32 len = avail < limit ? avail : limit;

	if (len > room)
		return room - room % s->mss;
	if (len < avail && len > s->mss)
		len -= len % s->mss;
	return len;
}

static u32 out_max(const struct tcp_sender *s, const struct tcp_stock *stock)
{
	return stock->max > s->mss ? stock->max : s->mss;
}

static u32 out_unsent(const struct tcp_sender *s, const struct tcp_stock *stock)
{
	return seq_before(s->nxt, stock->end) ? stock->end - s->nxt : 0;
}

/* The FIN is still to be sent, once the data is. */
static bool out_fin_unsent(const struct tcp_sender *s, const struct tcp_stock *stock)
{
	return stock->fin && !seq_after(s->nxt, stock->end);
}

static bool out_push(const struct tcp_stock *stock, const struct tcp_tx *tx)
{
	return tx->len && tx->seq + tx->len == stock->end && (stock->push || stock->fin);
}

/*
 * What may be sent again at @seq: as much as the window takes. If the peer has shrunk it,
 * its first segment is still sent (MUST-35).
 */
static u32 out_repair_window(const struct tcp_sender *s, u32 seq)
{
	u32 offset = seq - s->una;

	if (s->wnd > offset)
		return s->wnd - offset;
	return offset ? 0 : s->mss;
}

/*
 * The lost data from an entry on: what was sent in little pieces is sent again in one.
 * Return: how many bytes, of as many entries as are looked at; *@fin: the FIN is behind.
 */
static u32 out_lost(const struct tcp_sent *e, u32 max, bool *fin)
{
	u32 data = 0, n;

	*fin = false;
	for (n = 0; e && n < OUT_ENTRIES && data < max && sender_to_repair(e->flags); n++) {
		*fin = e->flags & TCP_SENT_FIN;
		data += sender_len(e) - *fin;
		e = e->next;
	}
	return data;
}

static bool out_repair(struct tcp_sender *s, const struct tcp_stock *stock, struct tcp_tx *tx)
{
	const struct tcp_sent *e = sender_first_lost(s);
	u32 data, room = out_room(s), max = out_max(s, stock), usable;
	bool fin;

	usable = out_repair_window(s, e->seq);
	if (!usable)
		return false;
	max = usable < max ? usable : max;
	data = out_lost(e, max, &fin);
	tx->seq = e->seq;
	tx->len = out_cut(s, data, max, room);
	tx->retrans = true;
	if (!room || (data && !tx->len)) {
		s->cwnd_full = true;
		return false;
	}
	if (fin && tx->len == data && (usable > data || !data))
		tx->flags |= TCP_FIN;
	if (out_push(stock, tx))
		tx->flags |= TCP_PSH;
	return data || tx->flags & TCP_FIN;
}

/*
 * Whether less than a segment may be sent: @len bytes, the last of @unsent or all that
 * the window takes. RFC 9293 3.8.6.2.1 against silly windows; 3.7.4 (Nagle) in Minshall's
 * variant: one small segment in flight, not one of any size, holds the next back.
 */
static bool out_small(const struct tcp_sender *s, const struct tcp_stock *stock, u32 len,
		      u32 unsent)
{
	if (s->override_due)
		return true;
	if (len < unsent)
		return len >= s->max_wnd / 2;
	if (stock->fin)
		return true;
	if (s->conf.cork || !stock->push)
		return false;
	return s->conf.nodelay || !s->first || !seq_after(s->small, s->una);
}

static bool out_new(struct tcp_sender *s, const struct tcp_stock *stock, u64 now,
		    struct tcp_tx *tx)
{
	u32 unsent = out_unsent(s, stock), usable = sender_usable(s), room, limit, part;
	bool fin = out_fin_unsent(s, stock);

	if ((!unsent && !fin) || !usable || s->n_sent >= TCP_SENT_MAX)
		return false;
	if (!s->first)
		sender_restart(s, now);
	room = out_room(s);
	limit = usable < out_max(s, stock) ? usable : out_max(s, stock);
	tx->seq = s->nxt;
	tx->len = out_cut(s, unsent, limit, room);
	if (!room || (unsent && room < s->mss && !tx->len)) {
		s->cwnd_full = true;
		return false;
	}
	part = sender_mtu_probe_next(s, unsent, room, now);
	if (part && part <= out_max(s, stock)) {
		tx->len = part;
		tx->whole = true;
	}
	part = tx->whole ? 0 : tx->len % s->mss;
	if (part && !out_small(s, stock, part, unsent - (tx->len - part)))
		tx->len -= part;
	if (fin && tx->len == unsent && usable > unsent)
		tx->flags |= TCP_FIN;
	if (out_push(stock, tx))
		tx->flags |= TCP_PSH;
	if (s->cwr_pending && tx->len)
		tx->flags |= TCP_CWR;
	return tx->len || tx->flags & TCP_FIN;
}

/* RFC 8985 7.3: a segment of new data, whatever cwnd says, or else the last one again. */
static bool out_tail(struct tcp_sender *s, const struct tcp_stock *stock, struct tcp_tx *tx)
{
	u32 unsent = out_unsent(s, stock), usable = sender_usable(s), data;
	const struct tcp_sent *e = s->last;
	bool fin;

	if (usable && (unsent || out_fin_unsent(s, stock))) {
		tx->seq = s->nxt;
		tx->len = unsent < s->mss ? unsent : s->mss;
		if (tx->len > usable)
			tx->len = usable;
		fin = out_fin_unsent(s, stock) && tx->len == unsent && usable > unsent;
	} else {
		if (!e || !sender_in_flight(e->flags) || e->end - s->una > s->wnd)
			return false;
		fin = e->flags & TCP_SENT_FIN;
		data = sender_len(e) - fin;
		tx->len = data < s->mss ? data : s->mss;
		tx->seq = e->end - fin - tx->len;
		tx->retrans = true;
	}
	if (fin)
		tx->flags |= TCP_FIN;
	if (out_push(stock, tx))
		tx->flags |= TCP_PSH;
	return true;
}

/* RFC 5682 2.1, step 2: two segments of new data tell whether the timeout was spurious. */
static bool out_frto(struct tcp_sender *s, const struct tcp_stock *stock, u64 now,
		     struct tcp_tx *tx)
{
	if (s->nxt - s->high >= 2 * s->mss)
		return false;
	if (out_new(s, stock, now, tx)) {
		if (tx->len > s->mss) {
			tx->len = s->mss;
			tx->flags &= TCP_CWR;
		}
		return true;
	}
	if (s->nxt == s->high)
		s->frto = 0;
	return false;
}

static bool out_choose(struct tcp_sender *s, const struct tcp_stock *stock, u64 now,
		       struct tcp_tx *tx)
{
	if (s->frto == 2) {
		if (out_frto(s, stock, now, tx))
			return true;
		if (s->frto)
			return false;
		memset(tx, 0, sizeof(*tx));
	}
	return s->lost ? out_repair(s, stock, tx) : out_new(s, stock, now, tx);
}

/**
 * tcp_sender_next() - what to send next
 * @s: the send half
 * @stock: what there is to send
 * @now: the time
 * @tx: what to send
 *
 * Return: true if something may be sent.
 */
bool tcp_sender_next(struct tcp_sender *s, const struct tcp_stock *stock, u64 now,
		     struct tcp_tx *tx)
{
	memset(tx, 0, sizeof(*tx));
	s->cwnd_full = false;
	if (s->conf.cc != s->cc.ops)
		sender_start_cc(s, s->conf.cc, now);
	if (s->n_spare < 2)
		return false;
	if (s->syn_due || (!s->synced && s->lost)) {
		tx->seq = s->iss;
		tx->flags = TCP_SYN;
		tx->retrans = !s->syn_due;
		return true;
	}
	if (!s->synced)
		return false;
	if (s->probe_due && !s->first && !sender_usable(s)) {
		tx->seq = s->una - 1;
		tx->probe = true;
		return true;
	}
	if (s->tlp_due) {
		if (out_tail(s, stock, tx))
			return true;
		s->tlp_due = false;
		memset(tx, 0, sizeof(*tx));
	}
	return out_choose(s, stock, now, tx);
}
