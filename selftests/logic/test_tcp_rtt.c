// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/rtt.c (RFC 6298). */
#include "ktap.h"
#include "tcp/logic/rtt.h"

#define MIN_US	200000
#define MAX_US	120000000

static struct tcp_rtt begun(void)
{
	struct tcp_rtt r;

	tcp_rtt_init(&r, MIN_US, MAX_US);
	return r;
}

static void tcp_rtt_init__first_rto(void)
{
	struct tcp_rtt r = begun();

	CHECK_EQ(r.rto_us, 1000000);
	CHECK_EQ(r.srtt_us, 0);
	tcp_rtt_init(&r, 2000000, MAX_US);
	CHECK_EQ(r.rto_us, 2000000);
	tcp_rtt_init(&r, 1000, 500000);
	CHECK_EQ(r.rto_us, 500000);
}

/* RFC 6298 2.2: SRTT is R, RTTVAR R/2. */
static void tcp_rtt_sample__first(void)
{
	struct tcp_rtt r = begun();

	tcp_rtt_sample(&r, 100000, MIN_US, MAX_US, 1);
	CHECK_EQ(r.srtt_us, 100000);
	CHECK_EQ(r.rttvar_us, 50000);
	CHECK_EQ(r.rto_us, 300000);
	CHECK_EQ(r.latest_us, 100000);
	CHECK_EQ(r.min_us, 100000);
}

/* RFC 6298 2.3: by a quarter and an eighth. */
static void tcp_rtt_sample__next(void)
{
	struct tcp_rtt r = begun();

	tcp_rtt_sample(&r, 800000, MIN_US, MAX_US, 1);
	tcp_rtt_sample(&r, 1600000, MIN_US, MAX_US, 2);
	CHECK_EQ(r.rttvar_us, 500000);
	CHECK_EQ(r.srtt_us, 900000);
	CHECK_EQ(r.rto_us, 2900000);
	tcp_rtt_sample(&r, 100000, MIN_US, MAX_US, 3);
	CHECK_EQ(r.rttvar_us, 575000);
	CHECK_EQ(r.srtt_us, 800000);
}

/* However steady: never less above the round trip than the least RTO. */
static void tcp_rtt_sample__steady(void)
{
	struct tcp_rtt r = begun();
	int i;

	for (i = 0; i < 1000; i++)
		tcp_rtt_sample(&r, 40000, MIN_US, MAX_US, (u64)i);
	CHECK_EQ(r.srtt_us, 40000);
	CHECK(r.rttvar_us <= 4);
	CHECK_EQ(r.rto_us, 240000);
}

static void tcp_rtt_sample__limits(void)
{
	struct tcp_rtt r = begun();
	int i;

	tcp_rtt_sample(&r, 0, MIN_US, MAX_US, 1);
	CHECK_EQ(r.srtt_us, 1);
	CHECK_EQ(r.min_us, 1);
	for (i = 0; i < 100; i++)
		tcp_rtt_sample(&r, 0xffffffff, MIN_US, MAX_US, 2);
	CHECK_EQ(r.rto_us, MAX_US);
	for (i = 0; i < 1000; i++)
		tcp_rtt_sample(&r, 1, MIN_US, MAX_US, 3);
	CHECK(r.srtt_us >= 1);
	CHECK(r.rto_us >= MIN_US);
}

static void tcp_rtt_least__of_a_while(void)
{
	struct tcp_rtt r = begun();

	tcp_rtt_sample(&r, 50000, MIN_US, MAX_US, 1000);
	tcp_rtt_sample(&r, 90000, MIN_US, MAX_US, 2000);
	CHECK_EQ(r.min_us, 50000);
	tcp_rtt_least(&r, 40000, 3000);
	CHECK_EQ(r.min_us, 40000);
	tcp_rtt_least(&r, 60000, 3000 + TCP_MIN_RTT_WINDOW_US - 1);
	CHECK_EQ(r.min_us, 40000);
	tcp_rtt_least(&r, 60000, 3000 + TCP_MIN_RTT_WINDOW_US);
	CHECK_EQ(r.min_us, 60000);
	tcp_rtt_least(&r, 0, 3000 + TCP_MIN_RTT_WINDOW_US);
	CHECK_EQ(r.min_us, 1);
}

/* RFC 6298 5.5 */
static void tcp_rtt_backoff__doubles(void)
{
	struct tcp_rtt r = begun();

	CHECK_EQ(tcp_rtt_backoff(&r, 0, MAX_US), 1000000);
	CHECK_EQ(tcp_rtt_backoff(&r, 1, MAX_US), 2000000);
	CHECK_EQ(tcp_rtt_backoff(&r, 6, MAX_US), 64000000);
	CHECK_EQ(tcp_rtt_backoff(&r, 7, MAX_US), MAX_US);
	CHECK_EQ(tcp_rtt_backoff(&r, 255, MAX_US), MAX_US);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_rtt_init__first_rto),
	KTAP_CASE(tcp_rtt_sample__first),
	KTAP_CASE(tcp_rtt_sample__next),
	KTAP_CASE(tcp_rtt_sample__steady),
	KTAP_CASE(tcp_rtt_sample__limits),
	KTAP_CASE(tcp_rtt_least__of_a_while),
	KTAP_CASE(tcp_rtt_backoff__doubles),
};

KTAP_MAIN(cases)
