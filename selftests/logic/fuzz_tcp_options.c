// SPDX-License-Identifier: GPL-2.0
/*
 * TCP options both ways, with a reader and a writer of this file's own: what
 * tcp_options_build() writes is what was to be written, in a form that RFC 9293 allows; and
 * tcp_options_parse() finds what was written here, in any order, between options that
 * nobody knows and lengths that are wrong.
 */
#include "fuzz_input.h"
#include "tcp/logic/segment.h"

enum kind { END, NOP, MSS, WSCALE, SACK_OK, SACK, TS = 8, COOKIE = 34, UNKNOWN = 200 };

static bool equal(const struct tcp_options *a, const struct tcp_options *b)
{
	return a->present == b->present &&
	       (!(a->present & TCP_HAS_MSS) || a->mss == b->mss) &&
	       (!(a->present & TCP_HAS_WSCALE) || a->wscale == b->wscale) &&
	       (!(a->present & TCP_HAS_TS) || (a->tsval == b->tsval && a->tsecr == b->tsecr)) &&
	       (!(a->present & TCP_HAS_COOKIE) || (a->cookie_len == b->cookie_len &&
		!memcmp(a->cookie, b->cookie, a->cookie_len))) &&
	       a->n_sack == b->n_sack &&
	       !memcmp(a->sack, b->sack, a->n_sack * sizeof(a->sack[0]));
}

/* Options that a segment may have: of a SYN, or of another. */
static struct tcp_options some_options(struct fuzz_input *in, bool syn)
{
	static const u8 cookie_lens[] = { 0, 4, 6, 8, 10, 12, 14, 16 };
	u8 how = fuzz_byte(in), more = fuzz_byte(in), i;
	struct tcp_options o = {
		.present = how & (syn ? 0x1f : TCP_HAS_TS),
		.mss = fuzz_word(in) | 1,
		.wscale = more % (TCP_WSCALE_MAX + 1),
		.tsval = fuzz_long(in),
		.tsecr = fuzz_long(in),
		.n_sack = syn ? 0 : (how >> 5) % (TCP_SACK_MAX + 1),
		.cookie_len = cookie_lens[more >> 5],
	};

	for (i = 0; i < o.n_sack; i++)
		o.sack[i] = (struct tcp_block){ fuzz_long(in), fuzz_long(in) };
	for (i = 0; i < o.cookie_len; i++)
		o.cookie[i] = fuzz_byte(in);
	return o;
}

/* One option at @p, whose length must be that of its kind. */
static void read_one(const u8 *p, struct tcp_options *o)
{
	u8 i;

	switch (p[0]) {
	case MSS:
		EXPECT(p[1] == 4 && !(o->present & TCP_HAS_MSS));
		o->present |= TCP_HAS_MSS;
		o->mss = pure_get16(p + 2);
		break;
	case WSCALE:
		EXPECT(p[1] == 3 && !(o->present & TCP_HAS_WSCALE));
		o->present |= TCP_HAS_WSCALE;
		o->wscale = p[2];
		break;
	case SACK_OK:
		EXPECT(p[1] == 2 && !(o->present & TCP_HAS_SACK_OK));
		o->present |= TCP_HAS_SACK_OK;
		break;
	case SACK:
		EXPECT(p[1] % 8 == 2 && p[1] > 2 && p[1] <= 34 && !o->n_sack);
		o->n_sack = p[1] / 8;
		for (i = 0; i < o->n_sack; i++)
			o->sack[i] = (struct tcp_block){ pure_get32(p + 2 + 8 * i),
							 pure_get32(p + 6 + 8 * i) };
		break;
	case TS:
		EXPECT(p[1] == 10 && !(o->present & TCP_HAS_TS));
		o->present |= TCP_HAS_TS;
		o->tsval = pure_get32(p + 2);
		o->tsecr = pure_get32(p + 6);
		break;
	case COOKIE:
		EXPECT(p[1] >= 2 && p[1] <= 2 + TCP_COOKIE_MAX && !(o->present & TCP_HAS_COOKIE));
		o->present |= TCP_HAS_COOKIE;
		o->cookie_len = p[1] - 2;
		memcpy(o->cookie, p + 2, o->cookie_len);
		break;
	default:
		EXPECT(!"an option that is known");
	}
}

static struct tcp_options read_all(const u8 *p, size_t len)
{
	struct tcp_options o = {};
	size_t at = 0;

	while (at < len) {
		if (p[at] == NOP) {
			at++;
			continue;
		}
		EXPECT(len - at >= 2 && p[at + 1] >= 2 && p[at + 1] <= len - at);
		read_one(p + at, &o);
		at += p[at + 1];
	}
	return o;
}

/* Written, and read here and there: all of it, but SACK blocks for which there is no room. */
static void build(struct fuzz_input *in, bool syn)
{
	struct tcp_options o = some_options(in, syn), mine, theirs;
	size_t len = tcp_options_len(&o);
	u8 *p;

	EXPECT(len <= TCP_OPTIONS_MAX && len % 4 == 0);
	p = malloc(len ? len : 1);
	EXPECT(tcp_options_build(p, &o) == len);
	mine = read_all(p, len);
	tcp_options_parse(p, len, syn, &theirs);
	free(p);
	EXPECT(equal(&mine, &theirs));
	EXPECT(mine.n_sack <= o.n_sack);
	if (mine.n_sack < o.n_sack)
		EXPECT(len + 8 + (mine.n_sack ? 0 : 4) > TCP_OPTIONS_MAX);
	o.n_sack = mine.n_sack;
	EXPECT(equal(&mine, &o));
}

/* @o as a sequence of bytes. */
struct writer {
	u8 p[512];
	size_t len;
};

static void put(struct writer *w, u8 byte)
{
	EXPECT(w->len < sizeof(w->p));
	w->p[w->len++] = byte;
}

static void put16(struct writer *w, u16 n)
{
	put(w, (u8)(n >> 8));
	put(w, (u8)n);
}

static void put32(struct writer *w, u32 n)
{
	put16(w, (u16)(n >> 16));
	put16(w, (u16)n);
}

static void put_kind(struct writer *w, u8 which, size_t len)
{
	put(w, which);
	put(w, (u8)len);
}

static void put_option(struct writer *w, const struct tcp_options *o, u8 bit)
{
	u8 i;

	switch (bit) {
	case TCP_HAS_MSS:
		put_kind(w, MSS, 4);
		put16(w, o->mss);
		break;
	case TCP_HAS_WSCALE:
		put_kind(w, WSCALE, 3);
		put(w, o->wscale);
		break;
	case TCP_HAS_SACK_OK:
		put_kind(w, SACK_OK, 2);
		break;
	case TCP_HAS_TS:
		put_kind(w, TS, 10);
		put32(w, o->tsval);
		put32(w, o->tsecr);
		break;
	case TCP_HAS_COOKIE:
		put_kind(w, COOKIE, 2 + o->cookie_len);
		for (i = 0; i < o->cookie_len; i++)
			put(w, o->cookie[i]);
		break;
	}
}

static void put_sack(struct writer *w, const struct tcp_options *o)
{
	u8 i;

	put_kind(w, SACK, 2 + 8 * o->n_sack);
	for (i = 0; i < o->n_sack; i++) {
		put32(w, o->sack[i].start);
		put32(w, o->sack[i].end);
	}
}

/* What is to be skipped: padding, an unknown option, or a known one of a wrong length. */
static void put_noise(struct writer *w, struct fuzz_input *in)
{
	static const struct {
		u8 kind;
		u8 len;
	} wrong[] = {
		{ MSS, 2 }, { MSS, 5 }, { WSCALE, 4 }, { SACK_OK, 3 }, { SACK, 9 }, { SACK, 42 },
		{ TS, 9 }, { TS, 12 }, { COOKIE, 3 }, { COOKIE, 4 }, { COOKIE, 20 }, { COOKIE, 9 },
	};
	u8 how = fuzz_byte(in), len = 2 + how / 16, kind = UNKNOWN + how % 8;

	if (how % 4 == 0) {
		put(w, NOP);
		return;
	}
	if (how % 4 == 1) {
		kind = wrong[how / 16 % 12].kind;
		len = wrong[how / 16 % 12].len;
	}
	put_kind(w, kind, len);
	for (len -= 2; len; len--)
		put(w, fuzz_byte(in));
}

/* Ways in which options end: with the header, or with what is no option any more. */
static void put_end(struct writer *w, struct fuzz_input *in)
{
	u8 how = fuzz_byte(in), n;

	switch (how % 4) {
	case 0:
		return;
	case 1:
		put(w, END);
		break;
	case 2:
		put_kind(w, UNKNOWN, how / 4 % 2);
		break;
	case 3:
		/* One that would end behind the header, if only by a byte. */
		n = how / 4 % 8;
		put_kind(w, how & 0x80 ? TS : UNKNOWN, how & 0x80 ? 10 : 3 + n);
		for (; n; n--)
			put(w, fuzz_byte(in));
		return;
	}
	/* None of that counts. */
	for (n = how / 8; n; n--)
		put(w, fuzz_byte(in));
}

static void parse(struct fuzz_input *in, bool syn)
{
	struct tcp_options o = some_options(in, syn), back;
	struct writer w = {};
	u8 first = fuzz_byte(in) % 5, i, *p;

	/* Of another segment than it may be in; it is not to count. */
	if (fuzz_byte(in) & 1)
		put_option(&w, &o, syn ? 0 : TCP_HAS_MSS);
	for (i = 0; i < 5; i++) {
		u8 bit = (u8)(1 << (first + i) % 5);

		put_noise(&w, in);
		if (o.present & bit)
			put_option(&w, &o, bit);
	}
	if (o.n_sack)
		put_sack(&w, &o);
	put_noise(&w, in);
	put_end(&w, in);
	p = malloc(w.len);
	memcpy(p, w.p, w.len);
	tcp_options_parse(p, w.len, syn, &back);
	free(p);
	EXPECT(equal(&o, &back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	while (in.left) {
		u8 how = fuzz_byte(&in);

		if (how & 1)
			build(&in, how & 2);
		else
			parse(&in, how & 2);
	}
	return 0;
}
