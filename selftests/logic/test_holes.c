// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/ip/logic/holes.c: known cases, all permutations of small
 * datagrams, large ones in random order at every MTU, and random fragments against
 * a model that keeps one byte of state for each byte of the datagram.
 */
#include <stdlib.h>

#include "ip/logic/holes.h"
#include "ktap.h"

#define PAYLOAD_MAX	65515

struct fragment {
	struct holes_piece piece;
	u32 offset;
	u32 len;
	bool more;
};

static u32 add(struct holes *h, struct fragment *f)
{
	return holes_add(h, &f->piece, f->offset, f->len, f->more, 20);
}

static enum holes_verdict add_new(struct holes *h, u32 offset, u32 len, bool more)
{
	struct fragment *f = calloc(1, sizeof(*f));
	enum holes_verdict verdict;

	f->offset = offset;
	f->len = len;
	f->more = more;
	verdict = add(h, f);
	if (verdict != HOLES_NEW)
		free(f);
	return verdict;
}

static void empty(struct holes *h)
{
	struct holes_piece *p;
	u32 before = 0;

	while ((p = holes_take(h))) {
		CHECK(p->start >= before);
		before = p->end;
		free((char *)p - offsetof(struct fragment, piece));
	}
	memset(h, 0, sizeof(*h));
}

static void holes_check__limits(void)
{
	CHECK_EQ(holes_check(0, 0, true, 20), HOLES_BAD);
	CHECK_EQ(holes_check(8, 0, false, 20), HOLES_BAD);
	CHECK_EQ(holes_check(0, 7, true, 20), HOLES_BAD);
	CHECK_EQ(holes_check(0, 7, false, 20), HOLES_NEW);
	CHECK_EQ(holes_check(4, 8, true, 20), HOLES_BAD);
	CHECK_EQ(holes_check(65512, 3, false, 20), HOLES_NEW);
	CHECK_EQ(holes_check(65512, 4, false, 20), HOLES_BAD);
	CHECK_EQ(holes_check(65528, 1, false, 20), HOLES_BAD);
	CHECK_EQ(holes_check(65472, 3, false, 60), HOLES_NEW);
	CHECK_EQ(holes_check(65472, 4, false, 60), HOLES_BAD);
	CHECK_EQ(holes_check(0xfffffff8, 16, false, 20), HOLES_BAD);
	CHECK_EQ(holes_check(8, 0xfffffff8, false, 20), HOLES_BAD);
}

static void holes_add__duplicate(void)
{
	struct holes h = {};

	CHECK_EQ(add_new(&h, 8, 8, true), HOLES_NEW);
	CHECK_EQ(add_new(&h, 8, 8, true), HOLES_DUPLICATE);
	CHECK_EQ(add_new(&h, 16, 5, false), HOLES_NEW);
	CHECK_EQ(add_new(&h, 16, 5, false), HOLES_DUPLICATE);
	CHECK(!holes_complete(&h));
	CHECK_EQ(add_new(&h, 0, 8, true), HOLES_NEW);
	CHECK(holes_complete(&h));
	CHECK_EQ(h.total, 21);
	CHECK_EQ(h.pieces, 3);
	empty(&h);
}

static void holes_add__overlap(void)
{
	struct holes h = {};

	CHECK_EQ(add_new(&h, 16, 16, true), HOLES_NEW);
	CHECK_EQ(add_new(&h, 8, 16, true), HOLES_OVERLAP);
	CHECK_EQ(add_new(&h, 24, 16, true), HOLES_OVERLAP);
	CHECK_EQ(add_new(&h, 16, 8, true), HOLES_OVERLAP);
	CHECK_EQ(add_new(&h, 24, 8, true), HOLES_OVERLAP);
	CHECK_EQ(add_new(&h, 0, 64, true), HOLES_OVERLAP);
	CHECK_EQ(add_new(&h, 16, 24, false), HOLES_OVERLAP);
	CHECK_EQ(add_new(&h, 8, 8, true), HOLES_NEW);
	CHECK_EQ(add_new(&h, 8, 24, true), HOLES_OVERLAP);	/* what two pieces hold */
	CHECK_EQ(h.pieces, 2);
	empty(&h);
}

static void holes_add__conflict(void)
{
	struct holes h = {};

	CHECK_EQ(add_new(&h, 16, 8, true), HOLES_NEW);
	CHECK_EQ(add_new(&h, 8, 4, false), HOLES_CONFLICT);	/* ends before data */
	CHECK_EQ(add_new(&h, 16, 8, false), HOLES_CONFLICT);	/* there, as not the last */
	CHECK_EQ(add_new(&h, 24, 8, false), HOLES_NEW);
	CHECK_EQ(add_new(&h, 32, 8, true), HOLES_CONFLICT);	/* beyond the end */
	CHECK_EQ(add_new(&h, 32, 8, false), HOLES_CONFLICT);	/* another end */
	CHECK_EQ(add_new(&h, 24, 4, false), HOLES_CONFLICT);
	CHECK_EQ(add_new(&h, 24, 8, true), HOLES_CONFLICT);	/* there, as the last */
	CHECK_EQ(h.pieces, 2);
	empty(&h);
}

/* Fragments of @size bytes make a datagram of @total bytes; the caller's to free. */
static struct fragment *cut(u32 total, u32 size, u32 *n)
{
	struct fragment *f;
	u32 i;

	*n = (total + size - 1) / size;
	f = calloc(*n, sizeof(*f));
	for (i = 0; i < *n; i++) {
		f[i].offset = i * size;
		f[i].more = i + 1 < *n;
		f[i].len = f[i].more ? size : total - i * size;
	}
	return f;
}

/* Adds fragments in the order given, complete with the last, and right in order. */
static void expect_whole(struct fragment *f, const u32 *order, u32 n, u32 total)
{
	struct holes h = {};
	struct holes_piece *p;
	u32 i, at = 0;

	for (i = 0; i < n; i++) {
		CHECK(!holes_complete(&h));
		CHECK_EQ(add(&h, &f[order[i]]), HOLES_NEW);
	}
	CHECK(holes_complete(&h));
	CHECK_EQ(h.total, total);
	CHECK_EQ(h.pieces, n);
	while ((p = holes_take(&h))) {
		CHECK_EQ(p->start, at);
		at = p->end;
	}
	CHECK_EQ(at, total);
}

/* Heap's algorithm. */
static void permute(struct fragment *f, u32 *order, u32 k, u32 n, u32 total)
{
	u32 i, j, t;

	if (k == 1) {
		expect_whole(f, order, n, total);
		return;
	}
	for (i = 0; i < k; i++) {
		permute(f, order, k - 1, n, total);
		j = k % 2 ? 0 : i;
		t = order[j];
		order[j] = order[k - 1];
		order[k - 1] = t;
	}
}

static void holes_add__all_permutations(void)
{
	u32 n, i, made, order[8];

	for (n = 1; n <= 8; n++) {
		struct fragment *f = cut(n * 8 - 3, 8, &made);

		CHECK_EQ(made, n);
		for (i = 0; i < n; i++)
			order[i] = i;
		permute(f, order, n, n, n * 8 - 3);
		free(f);
	}
}

static void shuffle(u32 *order, u32 n)
{
	u32 i, j, t;

	for (i = n; i > 1; i--) {
		j = ktap_random(i);
		t = order[i - 1];
		order[i - 1] = order[j];
		order[j] = t;
	}
}

/* In order, in reverse, every second first, and at random. */
static void orders(u32 total, u32 size)
{
	struct fragment *f;
	u32 n, i, *order;

	f = cut(total, size, &n);
	order = calloc(n, sizeof(*order));
	for (i = 0; i < n; i++)
		order[i] = i;
	expect_whole(f, order, n, total);
	for (i = 0; i < n; i++)
		order[i] = n - 1 - i;
	expect_whole(f, order, n, total);
	for (i = 0; i < n; i++)
		order[i] = 2 * i < n ? 2 * i : 2 * (i - (n + 1) / 2) + 1;
	expect_whole(f, order, n, total);
	shuffle(order, n);
	expect_whole(f, order, n, total);
	free(order);
	free(f);
}

static void holes_add__any_size_any_mtu(void)
{
	static const u32 mtus[] = { 28, 68, 296, 576, 1006, 1280, 1492, 1500, 4352, 9000, 65535 };
	u32 i, j;

	for (i = 0; i < sizeof(mtus) / sizeof(mtus[0]); i++) {
		u32 size = (mtus[i] - 20) / 8 * 8;

		orders(PAYLOAD_MAX, size);
		for (j = 0; j < 20; j++)
			orders(1 + ktap_random(PAYLOAD_MAX), size);
		for (j = 0; j < 40; j++)	/* around the edges of the fragments */
			orders(size * (1 + j / 8) + j % 8 > PAYLOAD_MAX ?
			       PAYLOAD_MAX - j : size * (1 + j / 8) + j % 8, size);
	}
}

/* The model: what each byte belongs to, and where the end is. */
static u8 model[65536];
static u32 model_total, model_highest, model_got;

static enum holes_verdict model_add(u32 offset, u32 len, bool more, u8 number)
{
	u32 end = offset + len, i, used = 0;
	bool same;

	if (!len || offset % 8 || (more && len % 8) || end + 20 > 65535)
		return HOLES_BAD;
	if (more ? model_total && end > model_total :
		   model_total ? end != model_total : end < model_highest)
		return HOLES_CONFLICT;
	for (i = offset; i < end; i++)
		used += model[i] != 0;
	if (used) {
		same = used == len && (!offset || model[offset - 1] != model[offset]) &&
		       model[end] != model[end - 1];
		for (i = offset; i < end; i++)
			same &= model[i] == model[offset];
		if (!same)
			return HOLES_OVERLAP;
		return more == (end == model_total) ? HOLES_CONFLICT : HOLES_DUPLICATE;
	}
	memset(model + offset, number, len);
	model_got += len;
	if (end > model_highest)
		model_highest = end;
	if (!more)
		model_total = end;
	return HOLES_NEW;
}

static void holes_add__like_model(void)
{
	u32 round, i, seen[HOLES_CONFLICT + 1] = {}, whole = 0;

	for (round = 0; round < 3000; round++) {
		u32 blocks = 2 + ktap_random(round % 8 ? 30 : 8000), most = 1 + ktap_random(4);
		struct holes h = {};

		memset(model, 0, sizeof(model));
		model_total = 0;
		model_highest = 0;
		model_got = 0;
		for (i = 1; i < 256; i++) {
			u32 offset = ktap_random(blocks) * 8 + (ktap_random(50) ? 0 : 4);
			u32 len = (1 + ktap_random(most)) * 8 -
				  (ktap_random(20) ? 0 : ktap_random(9));
			bool more = offset + len < blocks * 8 || !ktap_random(4);
			enum holes_verdict want = model_add(offset, len, more, (u8)i);

			CHECK_EQ(add_new(&h, offset, len, more), want);
			seen[want]++;
			CHECK_EQ(h.got, model_got);
			CHECK_EQ(h.total, model_total);
			CHECK_EQ(holes_complete(&h), model_total && model_got == model_total);
			whole += holes_complete(&h);
			if (holes_complete(&h))
				break;
		}
		empty(&h);
	}
	for (i = 0; i <= HOLES_CONFLICT; i++)
		CHECK(seen[i] > 1000);
	CHECK(whole > 20);
}

/* The worst order that is known for such a tree stays cheap: no list is walked. */
static void holes_add__adversary(void)
{
	struct holes h = {};
	u32 i, j;

	for (i = 0; i < 4095; i++)
		CHECK_EQ(add_new(&h, i * 16, 8, true), HOLES_NEW);
	for (j = 0; j < 20; j++)
		for (i = 0; i < 4095; i++)
			CHECK_EQ(add_new(&h, (i * 1663 % 4095) * 16, 8, true), HOLES_DUPLICATE);
	for (i = 0; i < 4095; i++)
		CHECK_EQ(add_new(&h, ((i & 1 ? i / 2 : 4094 - i / 2)) * 16 + 8, 8,
				 true), i & 1 || i ? HOLES_NEW : HOLES_BAD);
	empty(&h);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(holes_check__limits),
	KTAP_CASE(holes_add__duplicate),
	KTAP_CASE(holes_add__overlap),
	KTAP_CASE(holes_add__conflict),
	KTAP_CASE(holes_add__all_permutations),
	KTAP_CASE(holes_add__any_size_any_mtu),
	KTAP_CASE(holes_add__like_model),
	KTAP_CASE(holes_add__adversary),
};

KTAP_MAIN(cases)
