// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/rate.c and limit.c: how fast, and what keeps it from more. */
#include "tcp_rig.h"

#define INITIAL	(10 * RIG_MSS)	/* the initial window */

static u64 limited(const struct rig *r, enum tcp_limit limit)
{
	return tcp_sender_limited(&r->s, limit, r->now);
}

RIG_CASE(rate__measured)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 10000);
	rig_answer(&r, 10000);
	CHECK_EQ(r.s.rate_bytes, 10000);
	CHECK_EQ(r.s.rate_interval_us, RIG_RTT_US);
	rig_end(&r);
}

/* A window of data every round trip, all of it given in time. */
RIG_CASE(rate__of_the_path)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 100 * RIG_MSS);
	rig_answer(&r, INITIAL);
	rig_send(&r);
	CHECK_EQ(r.s.rate_bytes, INITIAL);
	CHECK_EQ(r.s.rate_interval_us, RIG_RTT_US);
	CHECK(!r.s.rate_app_limited);
	rig_answer(&r, 3 * INITIAL);
	CHECK_EQ(r.s.rate_bytes, 2 * INITIAL);
	CHECK(!r.s.rate_app_limited);
	rig_end(&r);
}

/* One that the program kept low counts when it is higher than the last, and no longer. */
RIG_CASE(rate__of_the_program)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 1000);
	rig_answer(&r, 1000);
	CHECK(!r.s.rate_app_limited);	/* nobody had been waited for when it was sent */
	CHECK_EQ(r.s.rate_bytes, 1000);
	rig_write(&r, 2000);
	rig_answer(&r, 3000);
	CHECK(r.s.rate_app_limited);
	CHECK_EQ(r.s.rate_bytes, 2000);
	rig_write(&r, 500);
	rig_answer(&r, 3500);
	CHECK_EQ(r.s.rate_bytes, 2000);
	/* What is sent behind what was little still tells nothing. */
	rig_write(&r, 500);
	rig_write(&r, 200 * RIG_MSS);
	rig_answer(&r, 4000);
	rig_send(&r);
	CHECK_EQ(r.s.rate_bytes, 2000);
	rig_answer(&r, 4000 + INITIAL);
	rig_send(&r);
	rig_answer(&r, r.s.nxt - r.base);
	CHECK(!r.s.rate_app_limited);
	CHECK(r.s.rate_bytes > INITIAL);
	rig_end(&r);
}

RIG_CASE(limit__idle_and_path)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	rig_send(&r);
	r.now += 5000000;
	for (i = 0; i < TCP_LIMITS; i++)
		CHECK(i == TCP_LIMIT_IDLE || !limited(&r, i));
	rig_write(&r, 1000);
	r.now += RIG_RTT_US;
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), RIG_RTT_US);
	rig_ack(&r, 1000);
	rig_send(&r);
	r.now += 5000000;
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), RIG_RTT_US);
	/* Held back by congestion control. */
	rig_write(&r, 100 * RIG_MSS);
	r.now += RIG_RTT_US;
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), 2 * RIG_RTT_US);
	CHECK_EQ(limited(&r, TCP_LIMIT_WINDOW), 0);
	rig_end(&r);
}

RIG_CASE(limit__window)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_window(&r, 2 * RIG_MSS + 100);
	rig_write(&r, 5 * RIG_MSS);
	r.now += 700000;
	CHECK_EQ(limited(&r, TCP_LIMIT_WINDOW), 700000);
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), 0);
	r.wnd = 100 * RIG_MSS;
	rig_ack(&r, 2 * RIG_MSS);
	rig_send(&r);
	r.now += RIG_RTT_US;
	CHECK_EQ(limited(&r, TCP_LIMIT_WINDOW), 700000);
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), RIG_RTT_US);
	rig_end(&r);
}

RIG_CASE(limit__buffer)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.stock.full = true;
	rig_write(&r, 2 * RIG_MSS);
	r.now += RIG_RTT_US;
	CHECK_EQ(limited(&r, TCP_LIMIT_BUFFER), RIG_RTT_US);
	r.stock.full = false;
	rig_ack(&r, 2 * RIG_MSS);
	rig_send(&r);
	r.now += RIG_RTT_US;
	CHECK_EQ(limited(&r, TCP_LIMIT_BUFFER), RIG_RTT_US);
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), 0);
	rig_end(&r);
}

/* The SYN is nothing that the program gave. */
RIG_CASE(limit__handshake)
{
	struct rig r;

	rig_syn(&r, iss);
	r.now += 3000000;
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), 0);
	rig_write(&r, 10);
	r.now += 1000000;
	CHECK_EQ(limited(&r, TCP_LIMIT_PATH), 1000000);
	CHECK_EQ(limited(&r, TCP_LIMIT_WINDOW), 0);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(rate__measured),
	KTAP_CASE(rate__of_the_path),
	KTAP_CASE(rate__of_the_program),
	KTAP_CASE(limit__idle_and_path),
	KTAP_CASE(limit__window),
	KTAP_CASE(limit__buffer),
	KTAP_CASE(limit__handshake),
};

KTAP_MAIN(cases)
