// SPDX-License-Identifier: GPL-2.0
/*
 * Data out of order, and what is told of it: module/tcp/logic/receiver_order.c and
 * receiver_sack.c. Known cases, random pieces against a map of bytes, and a whole stream
 * that arrives cut, twice and in disorder.
 */
#include "tcp_rx.h"

#define MAP	4000

/* What the ranges should be, byte by byte, and whether links and counts agree with that. */
static void check_ranges(const struct rx *x, const u8 *map, u32 size)
{
	const struct tcp_piece *p, *prev = NULL, *first = NULL;
	u32 n = 0, at = 0, next, i;

	for (p = x->r.first; p; prev = p, p = p->next) {
		u32 start = p->seq - x->base, end = p->end - x->base;

		CHECK(p->prev == prev);
		CHECK(start >= at && start < end && end <= size);
		if (!prev || prev->end != p->seq) {
			n++;
			first = p;
			CHECK(!prev || prev->far->far == prev);
		}
		if (!p->next || p->next->seq != p->end) {
			CHECK(first->far == p);
			CHECK(p->far == first);
		}
		next = end <= size ? end : size;
		for (i = at; i < start && i < size; i++)
			CHECK(!map[i]);
		for (; i < next; i++)
			CHECK(map[i]);
		at = next;
	}
	for (i = at; i < size; i++)
		CHECK(!map[i]);
	CHECK(x->r.last == prev);
	CHECK_EQ(x->r.n_ranges, n);
}

/* The blocks: D-SACK aside, ranges as they are, none twice, as many as there can be. */
static void check_sack(struct rx *x, u8 max)
{
	bool dsack = x->r.has_dsack;
	struct tcp_block b[TCP_SACK_MAX] = {};
	u8 i, j, n = tcp_receiver_sack(&x->r, b, max);
	u32 most = x->r.n_ranges + dsack;

	CHECK_EQ(n, most < max ? most : max);
	CHECK(!x->r.has_dsack);
	for (i = dsack; i < n; i++) {
		const struct tcp_piece *p = x->r.first;

		while (p && p->seq != b[i].start)
			p = p->far->next;
		CHECK(p && p->far->end == b[i].end);
		for (j = dsack; j < i; j++)
			CHECK(b[j].start != b[i].start);
	}
}

static bool has_block(const struct rx *x, const struct tcp_block *b, u32 start, u32 end)
{
	return b->start == x->base + start && b->end == x->base + end;
}

static void tcp_receiver_insert__sorts(void)
{
	struct rx x;
	u32 i;

	FOR_EACH_IRS(&x) {
		u8 map[MAP] = {};
		static const u32 at[] = { 300, 100, 500, 200, 900, 800 };

		for (i = 0; i < 6; i++) {
			CHECK(rx_piece(&x, at[i], at[i] + 50));
			memset(map + at[i], 1, 50);
			check_ranges(&x, map, MAP);
			CHECK_EQ(x.r.n_ranges, i + 1);
		}
	}
}

/* Pieces that touch are one range, whichever comes first. */
static void tcp_receiver_insert__joins(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_piece(&x, 100, 200);
		rx_piece(&x, 200, 300);
		CHECK_EQ(x.r.n_ranges, 1);
		rx_piece(&x, 50, 100);
		CHECK_EQ(x.r.n_ranges, 1);
		rx_piece(&x, 400, 500);
		rx_piece(&x, 500, 510);
		CHECK_EQ(x.r.n_ranges, 2);
		rx_piece(&x, 300, 400);
		CHECK_EQ(x.r.n_ranges, 1);
		CHECK(x.r.first->far == x.r.last && x.r.last->far == x.r.first);
	}
}

/* Every way in which a piece can lie on [100, 200) and [300, 400). */
static void tcp_receiver_insert__overlaps(void)
{
	static const struct {
		u32 seq, end;
		bool kept;
		u32 head, tail, n_gone, ranges;
	} c[] = {
		{ 100, 200, false, 100, 0, 0, 2 },	/* the same */
		{ 120, 180, false, 60, 0, 0, 2 },	/* within */
		{ 150, 200, false, 50, 0, 0, 2 },
		{ 150, 250, true, 50, 0, 0, 2 },
		{ 100, 250, true, 100, 0, 0, 2 },
		{ 50, 150, true, 0, 50, 0, 2 },
		{ 50, 200, true, 0, 100, 0, 2 },
		{ 50, 250, true, 0, 0, 1, 2 },		/* around */
		{ 50, 300, true, 0, 0, 1, 1 },
		{ 150, 350, true, 50, 50, 0, 1 },	/* between */
		{ 200, 300, true, 0, 0, 0, 1 },
		{ 100, 400, true, 100, 100, 0, 1 },
		{ 50, 450, true, 0, 0, 2, 1 },
		{ 50, 400, true, 0, 100, 1, 1 },
		{ 150, 450, true, 50, 0, 1, 1 },
		{ 10, 20, true, 0, 0, 0, 3 },
		{ 500, 600, true, 0, 0, 0, 3 },
	};
	struct tcp_piece p, *gone;
	struct rx x;
	u32 head, tail, i, n;

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		FOR_EACH_IRS(&x) {
			u8 map[MAP] = {};

			memset(map + 100, 1, 100);
			memset(map + 300, 1, 100);
			memset(map + c[i].seq, 1, c[i].end - c[i].seq);
			rx_piece(&x, 100, 200);
			rx_piece(&x, 300, 400);
			memset(&p, 0, sizeof(p));
			p.seq = x.base + c[i].seq;
			p.end = x.base + c[i].end;
			CHECK_EQ(tcp_receiver_insert(&x.r, &p, &gone, &head, &tail), c[i].kept);
			CHECK_EQ(head, c[i].head);
			CHECK_EQ(tail, c[i].tail);
			if (c[i].kept) {
				CHECK_EQ(p.seq, x.base + c[i].seq + head);
				CHECK_EQ(p.end, x.base + c[i].end - tail);
			}
			for (n = 0; gone; n++) {
				struct tcp_piece *next = gone->next;

				free(gone);
				gone = next;
			}
			CHECK_EQ(n, c[i].n_gone);
			CHECK_EQ(x.r.n_ranges, c[i].ranges);
			check_ranges(&x, map, MAP);
			while (x.r.last) {
				struct tcp_piece *last = tcp_receiver_renege(&x.r);

				if (last != &p)
					free(last);
			}
		}
}

/* A range of several pieces goes as a whole, or stays as a whole. */
static void tcp_receiver_insert__around_many(void)
{
	struct tcp_piece p = {}, *gone, *next;
	u32 head, tail, i, n = 0;
	struct rx x;

	rx_init(&x, 0xffffff00);
	for (i = 100; i < 200; i += 10)
		rx_piece(&x, i, i + 10);
	for (i = 300; i < 400; i += 20)
		rx_piece(&x, i, i + 20);
	p.seq = x.base + 50;
	p.end = x.base + 350;
	CHECK(tcp_receiver_insert(&x.r, &p, &gone, &head, &tail));
	CHECK_EQ(tail, 50);
	for (; gone; gone = next) {
		next = gone->next;
		free(gone);
		n++;
	}
	CHECK_EQ(n, 10);
	CHECK_EQ(x.r.n_ranges, 1);
	CHECK(x.r.first == &p);
	while (x.r.last != &p)
		free(tcp_receiver_renege(&x.r));
	CHECK(tcp_receiver_renege(&x.r) == &p);
	CHECK(!tcp_receiver_renege(&x.r));
	CHECK_EQ(x.r.n_ranges, 0);
}

/* A bound on what a peer can make us search: what is no new range is still kept. */
static void tcp_receiver_insert__too_many_ranges(void)
{
	struct rx x;
	u32 i;

	rx_init(&x, 0x7fffff00);
	for (i = 1; i <= TCP_RANGES_MAX; i++)
		CHECK(rx_piece(&x, 10 * i, 10 * i + 5));
	CHECK_EQ(x.r.n_ranges, TCP_RANGES_MAX);
	CHECK(!rx_piece(&x, 10 * i, 10 * i + 5));
	CHECK(!rx_piece(&x, 16, 19));
	CHECK_EQ(x.r.n_ranges, TCP_RANGES_MAX);
	CHECK(rx_piece(&x, 15, 18));			/* behind one */
	CHECK(rx_piece(&x, 28, 30));			/* before one */
	CHECK(rx_piece(&x, 48, 57));			/* around one */
	CHECK_EQ(x.r.n_ranges, TCP_RANGES_MAX);
	CHECK(rx_piece(&x, 18, 20));			/* between two */
	CHECK(rx_piece(&x, 10 * i, 10 * i + 5));
	CHECK_EQ(x.r.n_ranges, TCP_RANGES_MAX);
	rx_free(&x);
}

static void tcp_receiver_pull__in_order(void)
{
	struct tcp_piece *p;
	struct rx x;
	u32 skip;

	FOR_EACH_IRS(&x) {
		rx_piece(&x, 100, 200);
		rx_piece(&x, 200, 300);
		rx_piece(&x, 400, 500);
		CHECK(!tcp_receiver_pull(&x.r, &skip));
		tcp_receiver_advance(&x.r, 99, x.now);
		CHECK(!tcp_receiver_pull(&x.r, &skip));
		tcp_receiver_advance(&x.r, 1, x.now);
		p = tcp_receiver_pull(&x.r, &skip);
		CHECK(p && p->seq == x.base + 100 && skip == 0);
		CHECK_EQ(x.r.n_ranges, 2);
		free(p);
		CHECK(!tcp_receiver_pull(&x.r, &skip));
		tcp_receiver_advance(&x.r, 150, x.now);
		p = tcp_receiver_pull(&x.r, &skip);
		CHECK(p && skip == 50);
		CHECK_EQ(x.r.n_ranges, 1);
		free(p);
		tcp_receiver_advance(&x.r, 1000, x.now);
		p = tcp_receiver_pull(&x.r, &skip);
		CHECK(p && skip == 100);		/* all of it is there already */
		free(p);
		CHECK(!x.r.first && !x.r.last && !x.r.n_ranges);
	}
}

/* RFC 2018 4: the block with the segment that has just come is first. */
static void tcp_receiver_sack__latest_first(void)
{
	struct tcp_block b[TCP_SACK_MAX];
	struct rx x;

	FOR_EACH_IRS(&x) {
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 0);
		rx_piece(&x, 100, 200);
		rx_piece(&x, 500, 600);
		rx_piece(&x, 300, 400);
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 3);
		CHECK(has_block(&x, b, 300, 400));
		CHECK(has_block(&x, b + 1, 500, 600));
		CHECK(has_block(&x, b + 2, 100, 200));
		rx_piece(&x, 200, 250);			/* makes the first longer */
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 2), 2);
		CHECK(has_block(&x, b, 100, 250));
		CHECK(has_block(&x, b + 1, 300, 400));
		rx_piece(&x, 450, 500);			/* at the front of another */
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 3);
		CHECK(has_block(&x, b, 450, 600));
		rx_piece(&x, 250, 300);			/* makes one of two */
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 2);
		CHECK(has_block(&x, b, 100, 400));
		CHECK(has_block(&x, b + 1, 450, 600));
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 0), 0);
	}
}

/* When ranges of which was told are one, there is room for those of which was not. */
static void tcp_receiver_sack__fills_up(void)
{
	struct tcp_block b[TCP_SACK_MAX];
	struct rx x;
	u32 i;

	FOR_EACH_IRS(&x) {
		for (i = 1; i <= 7; i++)
			rx_piece(&x, 100 * i, 100 * i + 50);
		rx_piece(&x, 550, 600);
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 4);
		CHECK(has_block(&x, b, 500, 650));
		CHECK(has_block(&x, b + 1, 700, 750));
		CHECK(has_block(&x, b + 2, 400, 450));
		CHECK(has_block(&x, b + 3, 100, 150));
	}
}

/* RFC 2883 4: first what came twice, then the range that it is in; told once. */
static void tcp_receiver_sack__dsack(void)
{
	struct tcp_block b[TCP_SACK_MAX];
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_piece(&x, 500, 600);
		rx_piece(&x, 100, 200);
		tcp_receiver_sack(&x.r, b, 4);
		CHECK(!rx_piece(&x, 510, 520));
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 3), 3);
		CHECK(has_block(&x, b, 510, 520));
		CHECK(has_block(&x, b + 1, 500, 600));
		CHECK(has_block(&x, b + 2, 100, 200));
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 3), 2);
		/* One tells of one stretch, and of what touches it. */
		rx_piece(&x, 150, 210);
		rx_piece(&x, 550, 610);
		rx_piece(&x, 190, 220);
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 3), 3);
		CHECK(has_block(&x, b, 150, 210));
		CHECK(has_block(&x, b + 1, 100, 220));
	}
}

/* What touches on either side makes it longer. */
static void tcp_receiver_sack__dsack_grows(void)
{
	struct tcp_block b[TCP_SACK_MAX];
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_piece(&x, 100, 200);
		rx_piece(&x, 140, 160);
		rx_piece(&x, 120, 140);
		rx_piece(&x, 160, 170);
		rx_piece(&x, 180, 190);
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 1), 1);
		CHECK(has_block(&x, b, 120, 170));
	}
}

/* Data in order that reaches into pieces, and pieces that it covers. */
static void tcp_receiver_sack__dsack_of_pieces(void)
{
	struct tcp_block b[TCP_SACK_MAX];
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_piece(&x, 100, 200);
		rx_piece(&x, 200, 300);
		rx_piece(&x, 400, 500);
		tcp_receiver_sack(&x.r, b, 4);
		CHECK_EQ(rx_take(&x, 0, 250, TCP_ACK), TCP_ACK_NOW);
		CHECK_EQ(x.r.nxt, x.base + 300);
		CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 2);
		CHECK(has_block(&x, b, 100, 250));
		CHECK(has_block(&x, b + 1, 400, 500));
	}
}

static void tcp_receiver_sack__not_agreed_upon(void)
{
	struct tcp_block b[TCP_SACK_MAX];
	struct rx x;

	rx_init(&x, 0);
	x.r.sack_ok = false;
	rx_piece(&x, 100, 200);
	rx_piece(&x, 100, 200);
	rx_fit(&x, -10, 10, TCP_ACK);
	CHECK_EQ(tcp_receiver_sack(&x.r, b, 4), 0);
	CHECK(!x.r.has_dsack);
	rx_free(&x);
}

static void random_piece(struct rx *x, u8 *map)
{
	u32 len = 1 + ktap_random(ktap_random(8) ? 60 : 700);
	u32 seq = 1 + ktap_random(MAP - 1 - len);
	bool full = x->r.n_ranges == TCP_RANGES_MAX;
	u32 i, new = 0;

	for (i = seq; i < seq + len; i++)
		new += !map[i];
	if (rx_piece(x, seq, seq + len)) {
		CHECK(new);
		memset(map + seq, 1, len);
	} else {
		CHECK(!new || full);
	}
}

/* Random pieces, now and then the last taken out; the rest taken in, in the end. */
static void tcp_receiver_insert__against_a_map(void)
{
	u32 round, i, at;
	struct rx x;

	for (round = 0; round < 200; round++) {
		u8 map[MAP] = {};

		rx_init(&x, rx_irs[round % (sizeof(rx_irs) / sizeof(rx_irs[0]))]);
		for (i = ktap_random(120); i; i--) {
			struct tcp_piece *p;

			random_piece(&x, map);
			if (!ktap_random(10)) {
				p = tcp_receiver_renege(&x.r);
				memset(map + (p->seq - x.base), 0, p->end - p->seq);
				free(p);
			}
			check_ranges(&x, map, MAP);
			check_sack(&x, (u8)(1 + ktap_random(4)));
		}
		for (at = 0; at < MAP; at = x.r.nxt - x.base) {
			tcp_receiver_advance(&x.r, 1 + ktap_random(50), x.now);
			rx_pull(&x);
			CHECK(!x.r.first || seq_after(x.r.first->seq, x.r.nxt));
			memset(map, 0, x.r.nxt - x.base < MAP ? x.r.nxt - x.base : MAP);
			check_ranges(&x, map, MAP);
		}
		CHECK(!x.r.first);
	}
}

#define STREAM	300000

/* A piece with its bytes, and what has been delivered so far. */
struct held {
	struct tcp_piece piece;
	u8 *data;
};

struct stream {
	struct rx x;
	u8 sent[STREAM];
	u8 got[STREAM];
	u32 n;
	u32 delivered;
	u32 read;	/* by the program: what is behind it takes room */
	u32 edge;	/* the highest right edge so far */
};

static void deliver(struct stream *st, const u8 *data, u32 len)
{
	CHECK(st->delivered + len <= st->n);
	if (st->delivered + len > st->n)
		return;
	memcpy(st->got + st->delivered, data, len);
	st->delivered += len;
	tcp_receiver_advance(&st->x.r, len, st->x.now);
}

static void keep(struct stream *st, u32 seq, const u8 *data, u32 len)
{
	struct held *h = calloc(1, sizeof(*h));
	struct tcp_piece *gone, *next;
	u32 head, tail;

	h->piece.seq = seq;
	h->piece.end = seq + len;
	if (!tcp_receiver_insert(&st->x.r, &h->piece, &gone, &head, &tail)) {
		free(h);
		return;
	}
	h->data = malloc(len - head - tail);
	memcpy(h->data, data + head, len - head - tail);
	for (; gone; gone = next) {
		next = gone->next;
		free(((struct held *)gone)->data);
		free(gone);
	}
}

static void arrive(struct stream *st, u32 at, u32 len)
{
	u8 flags = TCP_ACK | (at + len == st->n ? TCP_FIN : 0);
	struct tcp_seg s = rx_seg(&st->x, (int)at, len, flags);
	struct tcp_piece *p;
	struct tcp_fit fit;
	u32 skip;

	if (rx_check(&st->x, &s) != TCP_V_ACCEPT)
		return;
	fit = tcp_receiver_fit(&st->x.r, &s);
	CHECK(fit.head + fit.len <= len);
	if (fit.in_order)
		deliver(st, st->sent + at + fit.head, fit.len);
	else if (fit.len)
		keep(st, s.f.seq + fit.head, st->sent + at + fit.head, fit.len);
	while ((p = tcp_receiver_pull(&st->x.r, &skip))) {
		struct held *h = (struct held *)p;

		deliver(st, h->data + skip, p->end - p->seq - skip);
		free(h->data);
		free(h);
	}
	if (tcp_receiver_finish(&st->x.r))
		CHECK_EQ(st->delivered, st->n);
}

/* The program reads some, and an ACK may tell of the window. */
static void answer(struct stream *st)
{
	u32 unread, room;

	st->read += ktap_random(st->delivered - st->read + 1);
	unread = st->delivered - st->read;
	room = unread < RX_WINDOW ? RX_WINDOW - unread : 0;
	tcp_receiver_window(&st->x.r, room, RX_WINDOW);
	CHECK(!seq_before(st->x.r.edge, st->edge));
	st->edge = st->x.r.edge;
	rx_acked(&st->x);
	check_sack(&st->x, 3);
}

static void stream_run(struct stream *st, u32 irs, u32 n)
{
	u32 i;

	rx_init(&st->x, irs);
	st->n = n;
	st->delivered = 0;
	st->read = 0;
	st->edge = st->x.r.edge;
	for (i = 0; i < n; i++)
		st->sent[i] = (u8)ktap_random(256);
	memset(st->got, 0, n);
	while (!st->x.r.finished) {
		u32 back = ktap_random(3000), ahead = ktap_random(RX_WINDOW + 2000);
		u32 at = st->delivered > back ? st->delivered - back : 0, len;

		if (ktap_random(3))
			at = st->delivered + ahead / (1 + ktap_random(8));
		if (at > n)
			at = n;
		len = ktap_random(ktap_random(10) ? 1460 : 9000);
		if (len > n - at)
			len = n - at;
		st->x.now += ktap_random(50000);
		arrive(st, at, len);
		if (!ktap_random(3))
			answer(st);
		CHECK_EQ(st->x.r.nxt, st->x.base + st->delivered + st->x.r.finished);
	}
	CHECK_EQ(st->delivered, n);
	CHECK(!memcmp(st->sent, st->got, n));
	CHECK(!st->x.r.first);
}

static void tcp_receiver__stream_in_disorder(void)
{
	static struct stream st;
	size_t i;

	for (i = 0; i < sizeof(rx_irs) / sizeof(rx_irs[0]); i++)
		stream_run(&st, rx_irs[i], STREAM / (i ? 4 : 1));
	for (i = 0; i < 30; i++)
		stream_run(&st, 0xffffffff - ktap_random(2000), 1 + ktap_random(4000));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_receiver_insert__sorts),
	KTAP_CASE(tcp_receiver_insert__joins),
	KTAP_CASE(tcp_receiver_insert__overlaps),
	KTAP_CASE(tcp_receiver_insert__around_many),
	KTAP_CASE(tcp_receiver_insert__too_many_ranges),
	KTAP_CASE(tcp_receiver_pull__in_order),
	KTAP_CASE(tcp_receiver_sack__latest_first),
	KTAP_CASE(tcp_receiver_sack__fills_up),
	KTAP_CASE(tcp_receiver_sack__dsack),
	KTAP_CASE(tcp_receiver_sack__dsack_grows),
	KTAP_CASE(tcp_receiver_sack__dsack_of_pieces),
	KTAP_CASE(tcp_receiver_sack__not_agreed_upon),
	KTAP_CASE(tcp_receiver_insert__against_a_map),
	KTAP_CASE(tcp_receiver__stream_in_disorder),
};

KTAP_MAIN(cases)
