// SPDX-License-Identifier: GPL-2.0
/*
 * Both halves of TCP's logic at both ends of a path that loses, reorders and duplicates: data
 * and FIN of both arrive, whatever the windows and the speed of the programs, and no more ACKs
 * are sent than should be.
 */
#include "tcp/logic/receiver.h"

#include "ktap.h"
#include "tcp_check.h"

#define MSS		1448
#define WSCALE		7
#define UNDER_WAY	8192
#define DELAY_US	10000
#define HOUR_US		3600000000ULL
#define NEVER		(~0ULL)

struct packet {
	u64 at;
	u64 number;
	int to;
	struct tcp_seg s;
};

/* One end; @other's data is read every @read_us, all of it. */
struct end {
	struct tcp_sender s;
	struct tcp_receiver r;
	u32 iss;
	u32 total;
	u32 buffer;
	u64 read_us;

	u32 delivered;
	u32 read;
	u64 read_at;
	bool ack_now;
	u64 ack_at;
	bool fin_acked;
	u32 acks;	/* without data */
	u32 segments;	/* with data, arrived */
};

struct pair {
	struct end e[2];
	u32 loss;	/* of 1000, each way */
	u32 reorder;
	u32 duplicate;
	u64 now;
	u32 n;
	u64 numbers;
	struct packet under_way[UNDER_WAY];
};

static u32 end_room(const struct end *e)
{
	u32 unread = e->delivered - e->read;

	return unread < e->buffer ? e->buffer - unread : 0;
}

static void pair_post(struct pair *p, int to, const struct tcp_seg *s)
{
	u64 at = p->now + DELAY_US;

	if (ktap_random(1000) < p->loss)
		return;
	if (ktap_random(1000) < p->reorder)
		at += ktap_random(5000);
	MUST(p->n < UNDER_WAY);
	p->under_way[p->n++] = (struct packet){ at, p->numbers++, to, *s };
}

/* A segment of @e: what it acknowledges goes with it. */
static void end_send(struct pair *p, struct end *e, u32 seq, u32 len, u8 flags)
{
	struct tcp_seg s = { .len = len };

	s.f.seq = seq;
	s.f.flags = flags | TCP_ACK;
	s.f.ack = e->r.nxt;
	s.f.window = (u16)(tcp_receiver_window(&e->r, end_room(e), e->buffer) >> WSCALE);
	s.o.present = TCP_HAS_TS;
	s.o.tsval = (u32)(p->now / 1000);
	s.o.tsecr = e->r.ts_recent;
	if (!len)
		s.o.n_sack = tcp_receiver_sack(&e->r, s.o.sack, 3);
	tcp_receiver_acked(&e->r, e->r.nxt);
	e->ack_now = false;
	e->ack_at = NEVER;
	pair_post(p, e == &p->e[0], &s);
	if (ktap_random(1000) < p->duplicate)
		pair_post(p, e == &p->e[0], &s);
}

static void end_transmit(struct pair *p, struct end *e, const struct tcp_tx *tx)
{
	u32 at = 0;

	if (tx->probe) {
		end_send(p, e, e->s.una - 1, 0, 0);
		return;
	}
	do {
		u32 len = tx->len - at < MSS ? tx->len - at : MSS;
		bool last = at + len == tx->len;

		end_send(p, e, tx->seq + at, len, last ? tx->flags & (TCP_FIN | TCP_PSH) : 0);
		at += len;
	} while (at < tx->len);
	if (tx->len && !tx->retrans)
		tcp_receiver_replied(&e->r, p->now);
}

static struct tcp_stock end_stock(const struct end *e)
{
	return (struct tcp_stock){ .end = e->iss + 1 + e->total, .fin = true, .push = true,
				   .max = 10 * MSS };
}

/* All that may be sent; an ACK of its own if nothing went that it could go with. */
static void end_flush(struct pair *p, struct end *e)
{
	struct tcp_stock stock = end_stock(e);
	struct tcp_tx tx;

	for (;;) {
		check_give(&e->s);
		if (!tcp_sender_next(&e->s, &stock, p->now, &tx))
			break;
		check_tx(&e->s, &stock, &tx);
		end_transmit(p, e, &tx);
		tcp_sender_sent(&e->s, &tx, p->now);
	}
	tcp_sender_flushed(&e->s, &stock, p->now);
	check_sender(&e->s);
	if (e->ack_now) {
		e->acks++;
		end_send(p, e, e->s.nxt, 0, 0);
	}
}

static void end_heard(struct pair *p, struct end *e, const struct tcp_seg *s)
{
	u32 ms = (u32)(p->now / 1000) - s->o.tsecr;
	struct tcp_ack a = {
		.seq = s->f.seq, .ack = s->f.ack, .wnd = (u32)s->f.window << WSCALE,
		.data = s->len || s->f.flags & TCP_FIN, .has_ts = true, .tsecr = s->o.tsecr,
		.rtt_us = ms ? ms * 1000 : 1, .n_sack = s->o.n_sack,
	};
	struct tcp_acked acked;

	memcpy(a.sack, s->o.sack, sizeof(a.sack));
	check_give(&e->s);
	tcp_sender_ack(&e->s, &a, p->now, &acked);
	e->fin_acked |= acked.fin;
}

/* A piece out of order; the bytes are but numbers here. */
static void end_keep(struct end *e, u32 seq, u32 len)
{
	struct tcp_piece *piece = calloc(1, sizeof(*piece)), *gone, *next;
	u32 head, tail;

	piece->seq = seq;
	piece->end = seq + len;
	if (!tcp_receiver_insert(&e->r, piece, &gone, &head, &tail))
		free(piece);
	for (; gone; gone = next) {
		next = gone->next;
		free(gone);
	}
}

static u32 end_text(struct pair *p, struct end *e, const struct tcp_seg *s, bool *out_of_order)
{
	struct tcp_fit fit = tcp_receiver_fit(&e->r, s);
	struct tcp_piece *piece;
	u32 taken = 0, skip;

	*out_of_order = fit.len && !fit.in_order;
	if (*out_of_order)
		end_keep(e, s->f.seq + fit.head, fit.len);
	if (!fit.in_order)
		return 0;
	tcp_receiver_advance(&e->r, fit.len, p->now);
	taken = fit.len;
	while ((piece = tcp_receiver_pull(&e->r, &skip))) {
		taken += piece->end - piece->seq - skip;
		tcp_receiver_advance(&e->r, piece->end - piece->seq - skip, p->now);
		free(piece);
	}
	return taken;
}

static void end_arrived(struct pair *p, struct end *e, const struct tcp_seg *s)
{
	struct tcp_peer_view v = { e->s.una, e->s.nxt, e->s.max_wnd };
	bool out_of_order;
	u32 taken;

	if (tcp_receiver_check(&e->r, s, &v, p->now) != TCP_V_ACCEPT) {
		e->ack_now = true;
		return;
	}
	e->segments += !!s->len;
	end_heard(p, e, s);
	taken = end_text(p, e, s, &out_of_order);
	e->delivered += taken;
	MUST(e->delivered - e->read <= e->buffer);
	tcp_receiver_finish(&e->r);
	switch (tcp_receiver_ack_when(&e->r, s, taken, out_of_order, p->now)) {
	case TCP_ACK_NOW:
		e->ack_now = true;
		break;
	case TCP_ACK_LATER:
		if (e->ack_at == NEVER)
			e->ack_at = p->now + e->r.ato_us;
		break;
	case TCP_ACK_NONE:
		break;
	}
}

static u64 end_due(const struct end *e)
{
	u64 due = e->s.due != TCP_DUE_NONE ? e->s.due_us : NEVER;

	if (e->ack_at < due)
		due = e->ack_at;
	return e->read != e->delivered && e->read_at < due ? e->read_at : due;
}

static void end_timers(struct pair *p, struct end *e)
{
	if (e->ack_at <= p->now) {
		tcp_receiver_waited(&e->r);
		e->ack_now = true;
	}
	if (e->read != e->delivered && e->read_at <= p->now) {
		e->read = e->delivered;
		e->read_at = p->now + e->read_us;
		e->ack_now |= tcp_receiver_window_opened(&e->r, end_room(e), e->buffer);
	}
	check_give(&e->s);
	if (e->s.due != TCP_DUE_NONE && e->s.due_us <= p->now)
		MUST(tcp_sender_expire(&e->s, p->now) != TCP_EXPIRED_DEAD);
}

/* Takes out what arrives first, if that is not after @due. */
static bool pair_next(struct pair *p, u64 due, struct packet *first)
{
	u32 i, best = 0;

	for (i = 1; i < p->n; i++)
		if (p->under_way[i].at < p->under_way[best].at ||
		    (p->under_way[i].at == p->under_way[best].at &&
		     p->under_way[i].number < p->under_way[best].number))
			best = i;
	if (!p->n || p->under_way[best].at > due)
		return false;
	*first = p->under_way[best];
	p->under_way[best] = p->under_way[--p->n];
	return true;
}

static void pair_step(struct pair *p)
{
	u64 a = end_due(&p->e[0]), b = end_due(&p->e[1]), due = a < b ? a : b;
	struct packet first;
	struct end *e;

	if (pair_next(p, due, &first)) {
		p->now = first.at > p->now ? first.at : p->now;
		e = &p->e[first.to];
		end_arrived(p, e, &first.s);
	} else {
		MUST(due != NEVER);
		p->now = due > p->now ? due : p->now;
		e = &p->e[b < a];
		end_timers(p, e);
	}
	end_flush(p, e);
}

static void end_begin(struct pair *p, struct end *e, u32 irs)
{
	static const struct tcp_sender_conf conf = {
		.cc = &tcp_cubic, .rto_min_us = 200000, .rto_max_us = 120000000, .retries = 15,
	};
	u32 wnd = e->buffer < 65535 ? e->buffer : 65535;

	tcp_receiver_init(&e->r, irs, wnd, WSCALE, true, true, 1, p->now);
	tcp_sender_init(&e->s, &conf, e->iss, p->now);
	tcp_sender_synced(&e->s, MSS, wnd, irs, true, true, false, 2 * DELAY_US, false, p->now);
	e->ack_at = NEVER;
	e->read_at = p->now;
}

static bool end_done(const struct end *e)
{
	return e->fin_acked && e->r.finished;
}

/* Until both know that both have everything. */
static void pair_run(struct pair *p)
{
	int i;

	p->now = 1000000000;
	for (i = 0; i < 2; i++)
		end_begin(p, &p->e[i], p->e[!i].iss);
	for (i = 0; i < 2; i++)
		end_flush(p, &p->e[i]);
	while ((!end_done(&p->e[0]) || !end_done(&p->e[1])) && p->now < 1000000000 + HOUR_US)
		pair_step(p);
	for (i = 0; i < 2; i++) {
		CHECK(end_done(&p->e[i]));
		CHECK_EQ(p->e[i].delivered, p->e[!i].total);
		CHECK_EQ(p->e[i].r.nxt, p->e[!i].iss + 1 + p->e[!i].total + 1);
		CHECK(!p->e[i].r.first);
		check_end(&p->e[i].s);
	}
}

static const u32 isses[] = { 0, 0x7fffc000, 0xffffc000 };

#define N_ISSES	3

/* One to send @a bytes and the other @b, on a clean path. */
static struct pair *pair(u32 iss, u32 a, u32 b)
{
	static struct pair p;

	memset(&p, 0, sizeof(p));
	p.e[0] = (struct end){ .iss = iss, .total = a, .buffer = 200000, .read_us = 100 };
	p.e[1] = (struct end){ .iss = iss + 12345, .total = b, .buffer = 200000, .read_us = 100 };
	return &p;
}

/* One way: an ACK for every second segment, and 16 more at the beginning. */
static void tcp_pair__one_way(void)
{
	u32 i;

	for (i = 0; i < N_ISSES; i++) {
		struct pair *p = pair(isses[i], 2000000, 0);

		pair_run(p);
		CHECK_EQ(p->e[0].s.bytes_retrans, 0);
		CHECK(p->e[1].acks >= p->e[1].segments / 2);
		CHECK(p->e[1].acks <= p->e[1].segments / 2 + TCP_QUICK_MAX + 4);
	}
}

static void tcp_pair__both_ways(void)
{
	u32 i;

	for (i = 0; i < N_ISSES; i++) {
		struct pair *p = pair(isses[i], 500000, 700000);

		pair_run(p);
		CHECK_EQ(p->e[0].s.bytes_retrans + p->e[1].s.bytes_retrans, 0);
		CHECK(p->e[1].acks < p->e[1].segments);
	}
}

static void tcp_pair__bad_path(void)
{
	u32 i, bad;

	for (i = 0; i < N_ISSES; i++)
		for (bad = 0; bad < 8; bad++) {
			struct pair *p = pair(isses[i], 300000, bad & 1 ? 200000 : 0);

			p->loss = bad & 2 ? 50 : 5;
			p->reorder = bad & 4 ? 200 : 10;
			p->duplicate = 20;
			pair_run(p);
		}
}

/* Programs that read seldom, from small buffers: the window closes again and again. */
static void tcp_pair__slow_readers(void)
{
	static const u32 buffers[] = { 500, 3000, 20000 };
	u32 i, j, loss;

	for (i = 0; i < N_ISSES; i++)
		for (j = 0; j < 3; j++)
			for (loss = 0; loss <= 20; loss += 20) {
				struct pair *p = pair(isses[i], 50000, 20000);

				p->e[0].buffer = buffers[j];
				p->e[1].buffer = buffers[j];
				p->e[0].read_us = 30000;
				p->e[1].read_us = 170000;
				p->loss = loss;
				pair_run(p);
			}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_pair__one_way),
	KTAP_CASE(tcp_pair__both_ways),
	KTAP_CASE(tcp_pair__bad_path),
	KTAP_CASE(tcp_pair__slow_readers),
};

KTAP_MAIN(cases)
