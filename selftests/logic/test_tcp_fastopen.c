// SPDX-License-Identifier: GPL-2.0
/* Fast Open: module/tcp/logic/fastopen.c. */
#include "tcp/logic/fastopen.h"

#include "ktap.h"

#define HASH	0x8877665544332211ULL

static const struct tcp_options none;
static const struct tcp_options asks = { .present = TCP_HAS_COOKIE };
static const struct tcp_options has = { .present = TCP_HAS_COOKIE, .cookie_len = 8 };

static void tcp_fo_syn__each(void)
{
	static const struct {
		struct tcp_fo_server v;
		const struct tcp_options *o;
		u32 len;
		enum tcp_fo_verdict verdict;
	} c[] = {
		/* not of this host, or not of this listener */
		{ { 1, false, 5, 0 }, &has, 10, TCP_FO_ORDINARY },
		{ { 3, false, 0, 0 }, &has, 10, TCP_FO_ORDINARY },
		/* nothing of it */
		{ { 3, false, 5, 0 }, &none, 0, TCP_FO_ORDINARY },
		{ { 3, false, 5, 0 }, &none, 10, TCP_FO_ORDINARY },
		/* as many as there may be, and one less */
		{ { 3, false, 5, 5 }, &has, 10, TCP_FO_FULL },
		{ { 3, false, 5, 6 }, &asks, 0, TCP_FO_FULL },
		{ { 3, false, 5, 4 }, &has, 10, TCP_FO_CHECK },
		{ { 2, false, 5, 0 }, &has, 0, TCP_FO_CHECK },
		{ { 2, false, 5, 0 }, &asks, 0, TCP_FO_GIVE },
		{ { 2, false, 5, 0 }, &asks, 10, TCP_FO_GIVE },
		/* where no cookie is needed */
		{ { 0x202, false, 5, 0 }, &none, 10, TCP_FO_ACCEPT },
		{ { 0x202, false, 5, 0 }, &none, 0, TCP_FO_ORDINARY },
		{ { 0x202, false, 5, 5 }, &none, 10, TCP_FO_FULL },
		{ { 2, true, 5, 0 }, &none, 10, TCP_FO_ACCEPT },
		{ { 2, true, 5, 0 }, &has, 0, TCP_FO_ACCEPT },
		{ { 0x200, true, 5, 0 }, &none, 10, TCP_FO_ORDINARY },
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		CHECK_EQ(tcp_fo_syn(&c[i].v, c[i].o, c[i].len), c[i].verdict);
}

static void tcp_fo_cookie_is__of_ours(void)
{
	struct tcp_options o = {}, other;
	int i;

	tcp_fo_cookie_put(HASH, &o);
	CHECK(o.present == TCP_HAS_COOKIE && o.cookie_len == 8);
	for (i = 0; i < 8; i++)
		CHECK_EQ(o.cookie[i], 0x11 * (i + 1));
	CHECK(tcp_fo_cookie_is(HASH, &o));
	CHECK(!tcp_fo_cookie_is(HASH + 1, &o));
	for (i = 0; i < 64; i++) {
		other = o;
		other.cookie[i / 8] ^= (u8)(1 << i % 8);
		CHECK(!tcp_fo_cookie_is(HASH, &other));
	}
}

/* Neither a part of one, nor one with something behind it, nor none. */
static void tcp_fo_cookie_is__of_another_length(void)
{
	struct tcp_options o = {};

	tcp_fo_cookie_put(HASH, &o);
	for (o.cookie_len = 0; o.cookie_len <= TCP_COOKIE_MAX; o.cookie_len += 2)
		CHECK_EQ(tcp_fo_cookie_is(HASH, &o), o.cookie_len == 8);
	o.cookie_len = 8;
	o.present = 0;
	CHECK(!tcp_fo_cookie_is(HASH, &o));
}

/* All options together leave room for what is said to fit. */
static void tcp_fo_room__bounds(void)
{
	CHECK_EQ(tcp_fo_room(1460, 1460), 1420);
	CHECK_EQ(tcp_fo_room(1460, 9000), 1420);
	CHECK_EQ(tcp_fo_room(9000, 1460), 1420);
	CHECK_EQ(tcp_fo_room(1460, 0), 496);
	CHECK_EQ(tcp_fo_room(40, 1460), 0);
	CHECK_EQ(tcp_fo_room(1460, 1), 0);
	CHECK_EQ(tcp_fo_room(41, 1460), 1);
}

static void tcp_fo_answer__each(void)
{
	static const struct {
		struct tcp_fo_try t;
		u32 ack;
		const struct tcp_options *o;
		struct tcp_fo_outcome out;
	} c[] = {
		/* all of the data, some of it, none of it */
		{ { 100, true, 50, false }, 151, &none, { 50, false, false, 0 } },
		{ { 100, true, 50, false }, 131, &has, { 30, true, false, 0 } },
		{ { 100, true, 50, false }, 101, &none, { 0, false, false, 2 } },
		{ { 100, true, 50, false }, 101, &has, { 0, true, false, 2 } },
		/* over the end of the sequence space */
		{ { 0xfffffff0, true, 50, false }, 35, &none, { 50, false, false, 0 } },
		/* only what was sent again has arrived; or the first, too, late */
		{ { 100, true, 50, true }, 101, &none, { 0, false, true, 3 } },
		{ { 100, true, 50, true }, 101, &has, { 0, true, false, 3 } },
		{ { 100, true, 50, true }, 151, &none, { 50, false, false, 0 } },
		/* without data: a cookie, or none */
		{ { 100, true, 0, false }, 101, &has, { 0, true, false, 1 } },
		{ { 100, true, 0, false }, 101, &none, { 0, false, false, 1 } },
		{ { 100, true, 0, false }, 101, &asks, { 0, false, false, 1 } },
		{ { 100, true, 0, true }, 101, &none, { 0, false, false, 1 } },
		/* nobody asked for it */
		{ { 100, false, 50, false }, 151, &has, { 50, false, false, 0 } },
		{ { 100, false, 0, false }, 101, &has, { 0, false, false, 0 } },
		/* what was never sent is not acknowledged */
		{ { 100, true, 50, false }, 152, &none, { 0, false, false, 2 } },
		{ { 100, true, 50, false }, 100, &none, { 0, false, false, 2 } },
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct tcp_fo_outcome out = tcp_fo_answer(&c[i].t, c[i].ack, c[i].o);

		CHECK_EQ(out.acked, c[i].out.acked);
		CHECK_EQ(out.learn, c[i].out.learn);
		CHECK_EQ(out.lost, c[i].out.lost);
		CHECK_EQ(out.fail, c[i].out.fail);
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_fo_syn__each),
	KTAP_CASE(tcp_fo_cookie_is__of_ours),
	KTAP_CASE(tcp_fo_cookie_is__of_another_length),
	KTAP_CASE(tcp_fo_room__bounds),
	KTAP_CASE(tcp_fo_answer__each),
};

KTAP_MAIN(cases)
