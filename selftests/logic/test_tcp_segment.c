// SPDX-License-Identifier: GPL-2.0
/* TCP's header and options: module/tcp/logic/header.c, options.c. */
#include <stdlib.h>

#include "tcp/logic/segment.h"

#include "ktap.h"

/* Parses a copy of exactly @len bytes, so that the sanitizer sees its end. */
static struct tcp_options parse(const void *p, size_t len, bool syn)
{
	u8 *copy = malloc(len ? len : 1);
	struct tcp_options o;

	memcpy(copy, p, len);
	tcp_options_parse(copy, len, syn, &o);
	free(copy);
	return o;
}

#define PARSE(syn, ...)									\
	parse((const u8 []){ __VA_ARGS__ }, sizeof((const u8 []){ __VA_ARGS__ }), syn)

/* Whether @o is written as these bytes, and no more. */
static bool builds(const struct tcp_options *o, const u8 *expect, size_t len)
{
	u8 *p = malloc(len);
	bool same;

	if (tcp_options_len(o) != len) {
		printf("# %zu bytes, not %zu\n", tcp_options_len(o), len);
		free(p);
		return false;
	}
	same = tcp_options_build(p, o) == len && !memcmp(p, expect, len);
	free(p);
	return same;
}

#define BUILDS(o, ...)									\
	builds(o, (const u8 []){ __VA_ARGS__ }, sizeof((const u8 []){ __VA_ARGS__ }))

static void tcp_header_parse__decodes(void)
{
	const u8 p[] = { 0x12, 0x34, 0xfe, 0xdc, 0x81, 2, 3, 4, 0xf5, 6, 7, 8, 0x5f, 0xa5,
			 0xff, 0xfe, 9, 9, 0x80, 0x01 };
	struct tcp_fields f;

	CHECK(tcp_header_parse(p, 20, 20, &f));
	CHECK_EQ(f.sport, 0x1234);
	CHECK_EQ(f.dport, 0xfedc);
	CHECK_EQ(f.seq, 0x81020304);
	CHECK_EQ(f.ack, 0xf5060708);
	CHECK_EQ(f.hlen, 20);
	CHECK_EQ(f.flags, TCP_CWR | TCP_URG | TCP_FIN | TCP_RST);
	CHECK_EQ(f.window, 0xfffe);
	CHECK_EQ(f.urgent, 0x8001);
}

static void tcp_header_parse__not_whole(void)
{
	struct tcp_fields f;
	size_t linear;

	for (linear = 0; linear < TCP_HLEN; linear++) {
		u8 *p = calloc(1, linear ? linear : 1);

		CHECK(!tcp_header_parse(p, linear, 100, &f));
		CHECK(!tcp_header_parse(p, 100, linear, &f));
		free(p);
	}
}

static void tcp_header_parse__length_edges(void)
{
	u8 p[TCP_HLEN] = {};
	struct tcp_fields f;
	unsigned int words, len;

	for (words = 0; words < 16; words++) {
		p[12] = (u8)(words << 4);
		for (len = TCP_HLEN; len <= 80; len++)
			CHECK_EQ(tcp_header_parse(p, TCP_HLEN, len, &f),
				 words >= 5 && words * 4 <= len);
	}
}

static void tcp_header_build__round_trip(void)
{
	struct tcp_fields f = { .sport = 1, .dport = 65535, .seq = 0xfedcba98, .ack = 0x80000001,
				.window = 0x1234, .urgent = 0x4321, .flags = 0xff }, back;
	u8 p[TCP_HLEN], again[TCP_HLEN];

	for (f.hlen = TCP_HLEN; f.hlen <= TCP_HLEN_MAX; f.hlen += 4) {
		memset(p, 0xee, sizeof(p));
		tcp_header_build(p, &f);
		CHECK(tcp_header_parse(p, TCP_HLEN, TCP_HLEN_MAX, &back));
		CHECK_EQ(back.sport, f.sport);
		CHECK_EQ(back.dport, f.dport);
		CHECK_EQ(back.seq, f.seq);
		CHECK_EQ(back.ack, f.ack);
		CHECK_EQ(back.hlen, f.hlen);
		CHECK_EQ(back.flags, f.flags);
		CHECK_EQ(back.window, f.window);
		CHECK_EQ(back.urgent, f.urgent);
		tcp_header_build(again, &back);
		CHECK(!memcmp(p, again, sizeof(p)));
		CHECK_EQ(p[16] | p[17] | (p[12] & 0xf), 0);
	}
}

static void tcp_options_parse__none(void)
{
	struct tcp_options o = parse("", 0, true);

	CHECK_EQ(o.present, 0);
	CHECK_EQ(o.n_sack, 0);
}

static void tcp_options_parse__of_a_syn(void)
{
	struct tcp_options o = PARSE(true, 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8,
				     1, 3, 3, 7, 34, 6, 9, 8, 7, 6, 0, 0);

	CHECK_EQ(o.present, TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_TS | TCP_HAS_WSCALE |
			    TCP_HAS_COOKIE);
	CHECK_EQ(o.mss, 1460);
	CHECK_EQ(o.tsval, 0x01020304);
	CHECK_EQ(o.tsecr, 0x05060708);
	CHECK_EQ(o.wscale, 7);
	CHECK_EQ(o.cookie_len, 4);
	CHECK(!memcmp(o.cookie, "\x09\x08\x07\x06", 4));
}

/* What belongs to the handshake is not heard elsewhere, nor SACK blocks in it. */
static void tcp_options_parse__in_their_place_only(void)
{
	struct tcp_options o = PARSE(false, 2, 4, 5, 0xb4, 4, 2, 3, 3, 7, 34, 2);

	CHECK_EQ(o.present, 0);
	o = PARSE(true, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2);
	CHECK_EQ(o.present | o.n_sack, 0);
}

static void tcp_options_parse__timestamp_everywhere(void)
{
	CHECK_EQ(PARSE(false, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2).tsecr, 2);
	CHECK_EQ(PARSE(true, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2).tsval, 1);
}

static void tcp_options_parse__sack_blocks(void)
{
	u8 p[34] = { 5 };
	unsigned int n, i;

	for (n = 1; n <= TCP_SACK_MAX; n++) {
		struct tcp_options o;

		p[1] = (u8)(2 + 8 * n);
		for (i = 0; i < n; i++) {
			pure_put32(p + 2 + 8 * i, 0xfffffff0 + i);
			pure_put32(p + 6 + 8 * i, i);
		}
		o = parse(p, p[1], false);
		CHECK_EQ(o.n_sack, n);
		for (i = 0; i < n; i++) {
			CHECK_EQ(o.sack[i].start, 0xfffffff0 + i);
			CHECK_EQ(o.sack[i].end, i);
		}
	}
}

/* MUST-7: what came before a length that cannot be counts, what comes after does not. */
static void tcp_options_parse__bad_length_ends(void)
{
	static const u8 bad[] = { 0, 1, 7, 40, 255 };
	size_t i;

	for (i = 0; i < sizeof(bad); i++) {
		struct tcp_options o = PARSE(true, 2, 4, 5, 0xb4, 99, bad[i], 3, 3, 7);

		CHECK_EQ(o.present, TCP_HAS_MSS);
	}
	CHECK_EQ(PARSE(true, 2, 4, 5, 0xb4, 99).present, TCP_HAS_MSS);
	CHECK_EQ(PARSE(true, 2).present, 0);
	CHECK_EQ(PARSE(true, 2, 4, 5).present, 0);
	CHECK_EQ(PARSE(false, 8, 10, 0, 0, 0, 1, 0, 0, 0).present, 0);
}

static void tcp_options_parse__end_ends(void)
{
	CHECK_EQ(PARSE(true, 0, 2, 4, 5, 0xb4).present, 0);
	CHECK_EQ(PARSE(true, 1, 1, 2, 4, 5, 0xb4, 0, 3, 3, 7).present, TCP_HAS_MSS);
}

static void tcp_options_parse__unknown_is_skipped(void)
{
	CHECK_EQ(PARSE(true, 99, 2, 200, 5, 0, 0, 0, 2, 4, 2, 0).mss, 512);
}

/* A length that the kind does not have: skipped as if it were unknown. */
static void tcp_options_parse__other_length_is_skipped(void)
{
	CHECK_EQ(PARSE(true, 2, 3, 5, 3, 4, 1, 1, 4, 3, 0, 3, 3, 2).present, TCP_HAS_WSCALE);
	CHECK_EQ(PARSE(true, 8, 9, 0, 0, 0, 0, 0, 0, 0, 4, 2).present, TCP_HAS_SACK_OK);
	CHECK_EQ(PARSE(false, 5, 2, 5, 9, 0, 0, 0, 0, 0, 0, 0).n_sack, 0);
	CHECK_EQ(parse("\5\52", 2, false).n_sack, 0);
}

static void tcp_options_parse__five_blocks(void)
{
	u8 p[42] = { 5, 42 };

	CHECK_EQ(parse(p, sizeof(p), false).n_sack, 0);
}

static void tcp_options_parse__limits(void)
{
	CHECK_EQ(PARSE(true, 2, 4, 0, 0).present, 0);
	CHECK_EQ(PARSE(true, 2, 4, 0, 1).mss, 1);
	CHECK_EQ(PARSE(true, 2, 4, 255, 255).mss, 65535);
	CHECK_EQ(PARSE(true, 3, 3, 14).wscale, 14);
	CHECK_EQ(PARSE(true, 3, 3, 15).wscale, 14);
	CHECK_EQ(PARSE(true, 3, 3, 255).wscale, 14);
	CHECK_EQ(PARSE(true, 3, 3, 0).present, TCP_HAS_WSCALE);
}

static void tcp_options_parse__last_counts(void)
{
	CHECK_EQ(PARSE(true, 2, 4, 2, 0, 2, 4, 4, 0).mss, 1024);
}

static void tcp_options_parse__cookie_lengths(void)
{
	u8 p[40] = { 34 };
	unsigned int n;

	for (n = 0; n <= 38; n++) {
		struct tcp_options o;
		bool good = !n || (n >= 4 && n <= 16 && n % 2 == 0);

		p[1] = (u8)(2 + n);
		o = parse(p, p[1], true);
		CHECK_EQ(o.present, good ? TCP_HAS_COOKIE : 0);
		CHECK_EQ(o.cookie_len, good ? n : 0);
	}
}

static void tcp_options_build__as_linux(void)
{
	struct tcp_options o = { .present = TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_TS |
					    TCP_HAS_WSCALE, .mss = 1460, .wscale = 7,
				 .tsval = 0x01020304, .tsecr = 0x05060708 };

	CHECK(BUILDS(&o, 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7));
	o.present &= (u8)~TCP_HAS_SACK_OK;
	CHECK(BUILDS(&o, 2, 4, 5, 0xb4, 1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7));
	o.present = TCP_HAS_MSS | TCP_HAS_SACK_OK | TCP_HAS_WSCALE;
	CHECK(BUILDS(&o, 2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7));
	o.present = TCP_HAS_COOKIE;
	CHECK(BUILDS(&o, 34, 2, 1, 1));
	o.cookie_len = 4;
	memcpy(o.cookie, "abcd", 4);
	CHECK(BUILDS(&o, 34, 6, 'a', 'b', 'c', 'd', 1, 1));
	o.present = 0;
	CHECK_EQ(tcp_options_len(&o), 0);
}

static void tcp_options_build__sack(void)
{
	struct tcp_options o = { .n_sack = 1, .sack = { { 0xfffffffe, 2 } } };

	CHECK(BUILDS(&o, 1, 1, 5, 10, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 2));
}

/* Those that do not fit are left out from the last: three beside timestamps, four alone. */
static void tcp_options_build__what_fits(void)
{
	struct tcp_options o = { .n_sack = TCP_SACK_MAX };
	u8 p[TCP_OPTIONS_MAX];

	CHECK_EQ(tcp_options_len(&o), 36);
	o.present = TCP_HAS_TS;
	CHECK_EQ(tcp_options_len(&o), 40);
	CHECK_EQ(tcp_options_build(p, &o), 40);
	CHECK_EQ(parse(p, 40, false).n_sack, 3);
	o.n_sack = 200;
	o.present = 0;
	CHECK_EQ(tcp_options_len(&o), 36);
	o.present = 0xff;
	o.cookie_len = 255;
	CHECK_EQ(tcp_options_len(&o), 40);
	CHECK_EQ(tcp_options_build(p, &o), 40);
}

/* Every set of options and number of blocks: read again, the same. */
static void tcp_options_build__round_trip(void)
{
	unsigned int present, n, cookie;

	for (present = 0; present < 0x20; present++) {
		for (n = 0; n <= TCP_SACK_MAX; n++) {
			for (cookie = 0; cookie <= 16; cookie += cookie ? 2 : 4) {
				struct tcp_options o = { .present = (u8)present, .mss = 1400,
							 .wscale = 3, .tsval = 1, .tsecr = 2,
							 .n_sack = (u8)n,
							 .cookie_len = (u8)cookie };
				size_t len = tcp_options_len(&o);
				struct tcp_options syn, other;
				u8 *p = malloc(len ? len : 1);

				CHECK(len <= TCP_OPTIONS_MAX && len % 4 == 0);
				CHECK_EQ(tcp_options_build(p, &o), len);
				syn = parse(p, len, true);
				other = parse(p, len, false);
				CHECK_EQ(syn.present, present);
				CHECK_EQ(syn.mss, present & TCP_HAS_MSS ? 1400 : 0);
				CHECK_EQ(syn.cookie_len, present & TCP_HAS_COOKIE ? cookie : 0);
				CHECK(other.n_sack <= n);
				free(p);
			}
		}
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_header_parse__decodes),
	KTAP_CASE(tcp_header_parse__not_whole),
	KTAP_CASE(tcp_header_parse__length_edges),
	KTAP_CASE(tcp_header_build__round_trip),
	KTAP_CASE(tcp_options_parse__none),
	KTAP_CASE(tcp_options_parse__of_a_syn),
	KTAP_CASE(tcp_options_parse__in_their_place_only),
	KTAP_CASE(tcp_options_parse__timestamp_everywhere),
	KTAP_CASE(tcp_options_parse__sack_blocks),
	KTAP_CASE(tcp_options_parse__bad_length_ends),
	KTAP_CASE(tcp_options_parse__end_ends),
	KTAP_CASE(tcp_options_parse__unknown_is_skipped),
	KTAP_CASE(tcp_options_parse__other_length_is_skipped),
	KTAP_CASE(tcp_options_parse__five_blocks),
	KTAP_CASE(tcp_options_parse__limits),
	KTAP_CASE(tcp_options_parse__last_counts),
	KTAP_CASE(tcp_options_parse__cookie_lengths),
	KTAP_CASE(tcp_options_build__as_linux),
	KTAP_CASE(tcp_options_build__sack),
	KTAP_CASE(tcp_options_build__what_fits),
	KTAP_CASE(tcp_options_build__round_trip),
};

KTAP_MAIN(cases)
