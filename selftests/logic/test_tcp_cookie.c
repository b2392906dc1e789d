// SPDX-License-Identifier: GPL-2.0
/* SYN cookies: module/tcp/logic/cookie.c. */
#include "tcp/logic/cookie.h"

#include "ktap.h"

/* A hash that serves a test: mixes well, and is the same in every run. */
static u32 hash(const void *ctx, u32 salt)
{
	unsigned long long h = *(const u32 *)ctx * 0x9e3779b97f4a7c15ULL + salt;

	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ULL;
	h = (h ^ h >> 27) * 0x94d049bb133111ebULL;
	return (u32)(h ^ h >> 31);
}

static const u32 numbers[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x12345678 };

#define N	(sizeof(numbers) / sizeof(numbers[0]))

/* For connection @who, which begins at @irs. */
static struct tcp_cookie_flow flow(const u32 *who, u32 irs)
{
	return (struct tcp_cookie_flow){ .hash = hash, .ctx = who, .irs = irs };
}

static void tcp_cookie_check__of_ours(void)
{
	size_t who, irs, minute;

	for (who = 0; who < N; who++)
		for (irs = 0; irs < N; irs++)
			for (minute = 0; minute < N; minute++) {
				struct tcp_cookie_flow f = flow(&numbers[who], numbers[irs]);
				u32 m = numbers[minute], cookie;
				u16 mss = 1460;

				cookie = tcp_cookie_make(&f, m, &mss);
				CHECK_EQ(tcp_cookie_check(&f, m, cookie), 1460);
				CHECK_EQ(tcp_cookie_check(&f, m + 1, cookie), 1460);
				CHECK_EQ(tcp_cookie_check(&f, m + 2, cookie), 0);
				CHECK_EQ(tcp_cookie_check(&f, m - 1, cookie), 0);
				CHECK_EQ(tcp_cookie_check(&f, m + 128, cookie), 0);
			}
}

/* What is kept is never more than what was said, but for what is too small to be used. */
static void tcp_cookie_make__rounds_down(void)
{
	static const struct {
		u16 said, kept;
	} c[] = {
		{ 1, 48 }, { 48, 48 }, { 255, 48 }, { 256, 256 }, { 535, 256 }, { 536, 536 },
		{ 1299, 536 }, { 1300, 1300 }, { 1399, 1300 }, { 1400, 1400 }, { 1440, 1440 },
		{ 1452, 1440 }, { 1460, 1460 }, { 8959, 1460 }, { 8960, 8960 }, { 65535, 8960 },
	};
	struct tcp_cookie_flow f = flow(&numbers[5], 99);
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		u16 mss = c[i].said;
		u32 cookie = tcp_cookie_make(&f, 7, &mss);

		CHECK_EQ(mss, c[i].kept);
		CHECK_EQ(tcp_cookie_check(&f, 7, cookie), mss);
	}
}

/* Of another connection, or with another sequence number of the peer. */
static void tcp_cookie_check__of_others(void)
{
	struct tcp_cookie_flow f = flow(&numbers[0], 1000), g = flow(&numbers[1], 1000);
	u16 mss = 1460;
	u32 cookie = tcp_cookie_make(&f, 7, &mss), i;

	CHECK_EQ(tcp_cookie_check(&g, 7, cookie), 0);
	for (i = 1; i < 100; i++) {
		g = flow(&numbers[0], 1000 + i * 7919);
		CHECK_EQ(tcp_cookie_check(&g, 7, cookie), 0);
	}
}

/* Of numbers at random one in 2^28 is good: of a million hardly one. */
static void tcp_cookie_check__made_up(void)
{
	struct tcp_cookie_flow f = flow(&numbers[3], 1000);
	unsigned int i, good = 0;

	for (i = 0; i < 1000000; i++) {
		u32 cookie = ktap_random(0x10000) << 16 | ktap_random(0x10000);

		good += !!tcp_cookie_check(&f, 7, cookie);
	}
	CHECK(good <= 2);
}

/* The next minute's is another, and not the last one's with the count changed. */
static void tcp_cookie_make__changes(void)
{
	struct tcp_cookie_flow f = flow(&numbers[2], 1000);
	u16 mss = 1460;
	u32 a = tcp_cookie_make(&f, 7, &mss), b = tcp_cookie_make(&f, 8, &mss);

	CHECK(((a ^ b) & 0xffffff) != 0);
	CHECK_EQ(tcp_cookie_check(&f, 8, a + (1 << 24)), 0);
}

static void tcp_cookie_tsval__round_trip(void)
{
	unsigned int bits, i;
	size_t n;

	for (bits = 0; bits < 64; bits++)
		for (n = 0; n < N; n++)
			for (i = 0; i < 130; i++) {
				struct tcp_cookie_options o = {
					.has_wscale = (bits & 15) != 15,
					.wscale = bits & 15, .sack_ok = bits & 16,
					.ecn_ok = bits & 32,
				}, back;
				u32 now = numbers[n] + i, ts = tcp_cookie_tsval(now, &o);

				CHECK(now - ts < 64);
				back = tcp_cookie_tsecr(ts);
				CHECK_EQ(back.has_wscale, o.has_wscale);
				CHECK_EQ(back.wscale, o.has_wscale ? o.wscale : 0);
				CHECK_EQ(back.sack_ok, o.sack_ok);
				CHECK_EQ(back.ecn_ok, o.ecn_ok);
			}
}

/* A scale that cannot be is not kept. */
static void tcp_cookie_tsval__no_such_scale(void)
{
	struct tcp_cookie_options o = { .has_wscale = true, .wscale = 200 };

	CHECK(!tcp_cookie_tsecr(tcp_cookie_tsval(5000, &o)).has_wscale);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_cookie_check__of_ours),
	KTAP_CASE(tcp_cookie_make__rounds_down),
	KTAP_CASE(tcp_cookie_check__of_others),
	KTAP_CASE(tcp_cookie_check__made_up),
	KTAP_CASE(tcp_cookie_make__changes),
	KTAP_CASE(tcp_cookie_tsval__round_trip),
	KTAP_CASE(tcp_cookie_tsval__no_such_scale),
};

KTAP_MAIN(cases)
