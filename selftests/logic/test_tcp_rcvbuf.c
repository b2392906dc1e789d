// SPDX-License-Identifier: GPL-2.0
/* How the receive buffer grows: module/tcp/logic/rcvbuf.c. */
#include "tcp/logic/rcvbuf.h"

#include "ktap.h"

#define MSS	1000
#define BUFFER	65536
#define MAX	4000000
#define MS	1000

static void tcp_rcvbuf_init__begins(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, 30000, MSS, 7, 9);
	CHECK_EQ(b.buffer, BUFFER);
	CHECK_EQ(b.limit, 30000);
	CHECK_EQ(b.space, 10 * MSS);
	CHECK_EQ(b.copied, 7);
	CHECK_EQ(b.copied_us, 9);
	CHECK_EQ(b.rtt_us, 0);
	tcp_rcvbuf_init(&b, 5000, 30000, MSS, 0, 0);
	CHECK_EQ(b.limit, 5000);
	CHECK_EQ(b.space, 5000);
}

/* A round trip ends when what was offered at its beginning has arrived. */
static void tcp_rcvbuf_rtt_window__measures(void)
{
	static const u32 at[] = { 0, 0x7ffff000, 0xffffff00 };
	struct tcp_rcvbuf b;
	u32 i;

	for (i = 0; i < 3; i++) {
		tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0, 0);
		tcp_rcvbuf_rtt_window(&b, at[i], 10000, 5 * MS);
		CHECK_EQ(b.rtt_us, 0);
		tcp_rcvbuf_rtt_window(&b, at[i] + 9999, 10000, 20 * MS);
		CHECK_EQ(b.rtt_us, 0);
		tcp_rcvbuf_rtt_window(&b, at[i] + 10000, 10000, 25 * MS);
		CHECK_EQ(b.rtt_us, 20 * MS);
		tcp_rcvbuf_rtt_window(&b, at[i] + 20000, 10000, 125 * MS);
		CHECK_EQ(b.rtt_us, 20 * MS);		/* a pause makes none longer */
		tcp_rcvbuf_rtt_window(&b, at[i] + 30000, 10000, 130 * MS);
		CHECK_EQ(b.rtt_us, 5 * MS);
		tcp_rcvbuf_rtt_window(&b, at[i] + 40000, 10000, 130 * MS);
		CHECK_EQ(b.rtt_us, 1);			/* none is 0, which would be no sample */
	}
}

static void tcp_rcvbuf_rtt_ts__measures(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0, 0);
	tcp_rcvbuf_rtt_ts(&b, 100, 40 * MS, true);
	CHECK_EQ(b.rtt_us, 40 * MS);
	tcp_rcvbuf_rtt_ts(&b, 100, 10 * MS, true);
	CHECK_EQ(b.rtt_us, 40 * MS);			/* the same again */
	tcp_rcvbuf_rtt_ts(&b, 101, 80 * MS, true);
	CHECK_EQ(b.rtt_us, 45 * MS);
	tcp_rcvbuf_rtt_ts(&b, 102, 80 * MS, false);
	CHECK_EQ(b.rtt_us, 45 * MS);			/* the program held the peer up */
	tcp_rcvbuf_rtt_ts(&b, 103, 30 * MS, false);
	CHECK_EQ(b.rtt_us, 30 * MS);
}

static void tcp_rcvbuf_copied__once_in_a_round_trip(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0, 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 500000, 0, MSS, 1000 * MS, MAX), 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 500000, 10 * MS, MSS, 10 * MS - 1, MAX), 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 15000, 10 * MS, MSS, 10 * MS, MAX), 76000);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 5000000, 10 * MS, MSS, 20 * MS - 1, MAX), 0);
	/* Its own is better than the send half's. */
	tcp_rcvbuf_rtt_ts(&b, 1, 50 * MS, true);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 5000000, 10 * MS, MSS, 60 * MS - 1, MAX), 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 5000000, 10 * MS, MSS, 60 * MS, MAX), MAX);
}

/* Twice what was read, and four times the growth in proportion; room for a gap. */
static void tcp_rcvbuf_copied__how_much(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0xfffffff0, 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 0xfffffff0 + 20000, 10 * MS, MSS, 10 * MS, MAX),
		 40000 + 80000 * 10000ULL / 10000 + 16 * MSS);
	CHECK_EQ(b.space, 20000);
	/* As much as before, and less: it does not shrink. */
	CHECK_EQ(tcp_rcvbuf_copied(&b, 0xfffffff0 + 40000, 10 * MS, MSS, 20 * MS, MAX), 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 0xfffffff0 + 45000, 10 * MS, MSS, 30 * MS, MAX), 0);
	CHECK_EQ(b.space, 20000);
	/* A little more, for which there is room already. */
	CHECK_EQ(tcp_rcvbuf_copied(&b, 0xfffffff0 + 65001, 10 * MS, MSS, 40 * MS, MAX), 0);
	CHECK_EQ(b.space, 20001);
}

/* With short round trips it grows in proportion to them, and need not be large. */
static void tcp_rcvbuf_copied__near(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0, 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 100000, 100, MSS, 100, MAX), 220000 + 16 * MSS);
}

static void tcp_rcvbuf_copied__limits(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0, 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 0x7fffffff, 1000000, MSS, 1000000, BUFFER), 0);
	tcp_rcvbuf_init(&b, BUFFER, 0, MSS, 0, 0);
	CHECK_EQ(b.space, 0);
	CHECK_EQ(tcp_rcvbuf_copied(&b, 0xffffffff, 1000000, 0xffffffff, 1000000, 0xffffffff),
		 0xffffffff);
	CHECK_EQ(b.space, 1 << 30);
}

/* A program that reads whatever comes, at a rate that doubles: the window is never full. */
static void tcp_rcvbuf_copied__keeps_ahead(void)
{
	u32 copied = 0, rate = 10 * MSS, round;
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, BUFFER, MSS, 0, 0);
	for (round = 1; round < 10; round++) {
		copied += rate;
		tcp_rcvbuf_copied(&b, copied, 20 * MS, MSS, round * 20ULL * MS, 100 * MAX);
		CHECK(b.buffer >= 2 * rate);
		rate *= 2;
	}
}

/* Good segments: two more of them with each, up to the buffer. */
static void tcp_rcvbuf_arrived__grows(void)
{
	struct tcp_rcvbuf b;

	tcp_rcvbuf_init(&b, BUFFER, 30000, MSS, 0, 0);
	tcp_rcvbuf_arrived(&b, MSS, 2 * MSS, MSS, MAX);
	CHECK_EQ(b.limit, 30000 + 2 * MSS);
	tcp_rcvbuf_arrived(&b, 5 * MSS, 5 * MSS, MSS, MAX);
	CHECK_EQ(b.limit, 42000);
	tcp_rcvbuf_arrived(&b, 127, 200, MSS, MAX);
	CHECK_EQ(b.limit, 42000);
	tcp_rcvbuf_arrived(&b, 128, 200, MSS, MAX);
	CHECK_EQ(b.limit, 44000);
	tcp_rcvbuf_arrived(&b, 64000, 64000, MSS, MAX);
	CHECK_EQ(b.limit, BUFFER);
	tcp_rcvbuf_arrived(&b, 64000, 64000, MSS, MAX);
	CHECK_EQ(b.limit, BUFFER);
}

/* Segments that take ten times their payload: no more is offered than memory could hold. */
static void tcp_rcvbuf_arrived__costly(void)
{
	struct tcp_rcvbuf b;
	u32 i;

	tcp_rcvbuf_init(&b, 1000000, 30000, MSS, 0, 0);
	for (i = 0; i < 1000; i++)
		tcp_rcvbuf_arrived(&b, 200, 2000, MSS, 1000000);
	CHECK_EQ(b.limit, 100000);
	tcp_rcvbuf_arrived(&b, 200, 4000, MSS, 1000000);
	CHECK_EQ(b.limit, 100000);
	tcp_rcvbuf_squeeze(&b, MSS);
	CHECK_EQ(b.limit, 2 * MSS);
	tcp_rcvbuf_squeeze(&b, 2 * MSS);
	CHECK_EQ(b.limit, 2 * MSS);
	tcp_rcvbuf_arrived(&b, 200, 4000, MSS, 1000000);
	CHECK_EQ(b.limit, 4 * MSS);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_rcvbuf_init__begins),
	KTAP_CASE(tcp_rcvbuf_rtt_window__measures),
	KTAP_CASE(tcp_rcvbuf_rtt_ts__measures),
	KTAP_CASE(tcp_rcvbuf_copied__once_in_a_round_trip),
	KTAP_CASE(tcp_rcvbuf_copied__how_much),
	KTAP_CASE(tcp_rcvbuf_copied__near),
	KTAP_CASE(tcp_rcvbuf_copied__limits),
	KTAP_CASE(tcp_rcvbuf_copied__keeps_ahead),
	KTAP_CASE(tcp_rcvbuf_arrived__grows),
	KTAP_CASE(tcp_rcvbuf_arrived__costly),
};

KTAP_MAIN(cases)
