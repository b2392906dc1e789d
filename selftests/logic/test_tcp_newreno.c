// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/newreno.c (RFC 5681) and cc.c. */
#include "ktap.h"
#include "tcp/logic/cc.h"

#define MSS	1000

static struct tcp_cc begun(u32 cwnd, u32 ssthresh)
{
	struct tcp_cc cc = { .ops = &tcp_newreno, .mss = MSS };

	cc.cwnd = cwnd;
	cc.ssthresh = ssthresh;
	cc.ops->init(&cc, 1);
	return cc;
}

static void tcp_cc_find__by_name(void)
{
	CHECK(tcp_cc_find("cubic") == &tcp_cubic);
	CHECK(tcp_cc_find("reno") == &tcp_newreno);
	CHECK(!tcp_cc_find("bbr"));
	CHECK(!tcp_cc_find(""));
}

static void tcp_cc_nth__all(void)
{
	CHECK(tcp_cc_nth(0) == &tcp_cubic);
	CHECK(tcp_cc_nth(1) == &tcp_newreno);
	CHECK(!tcp_cc_nth(2));
	CHECK(!tcp_cc_nth(1000));
}

/* RFC 6928 2 */
static void tcp_cc_initial_window__sizes(void)
{
	CHECK_EQ(tcp_cc_initial_window(536), 5360);
	CHECK_EQ(tcp_cc_initial_window(1448), 14480);
	CHECK_EQ(tcp_cc_initial_window(1460), 14600);
	CHECK_EQ(tcp_cc_initial_window(1461), 14600);
	CHECK_EQ(tcp_cc_initial_window(7300), 14600);
	CHECK_EQ(tcp_cc_initial_window(8960), 17920);
	CHECK_EQ(tcp_cc_initial_window(65483), 130966);
}

static void acked__slow_start(void)
{
	struct tcp_cc cc = begun(10000, TCP_SSTHRESH_NONE);

	cc.ops->acked(&cc, 1000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 11000);
	cc.ops->acked(&cc, 4000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 15000);
}

/* RFC 5681 3.1: a segment for each window. */
static void acked__avoidance(void)
{
	struct tcp_cc cc = begun(10000, 10000);
	u32 i;

	for (i = 0; i < 9; i++)
		cc.ops->acked(&cc, 1000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 10000);
	cc.ops->acked(&cc, 1000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 11000);
	cc.ops->acked(&cc, 11000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 12000);
}

/* One ACK that goes beyond the threshold. */
static void acked__from_slow_start(void)
{
	struct tcp_cc cc = begun(9000, 10000);

	cc.ops->acked(&cc, 11000, 0, 9000, 2);
	CHECK_EQ(cc.cwnd, 11000);
}

static void acked__bounded(void)
{
	struct tcp_cc cc = begun(10000, TCP_SSTHRESH_NONE);
	u32 i;

	for (i = 0; i < 10; i++)
		cc.ops->acked(&cc, 0x3fffffff, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 1 << 30);
}

/* RFC 5681 3.1, equation 4: half of what was in flight, at least two segments. */
static void reduce__half(void)
{
	struct tcp_cc cc = begun(20000, TCP_SSTHRESH_NONE);

	cc.ops->reduce(&cc, 20000, 2);
	CHECK_EQ(cc.ssthresh, 10000);
	CHECK_EQ(cc.cwnd, 20000);
	cc.ops->reduce(&cc, 8000, 2);
	CHECK_EQ(cc.ssthresh, 4000);
	cc.ops->timeout(&cc, 3000, 2);
	CHECK_EQ(cc.ssthresh, 2000);
	/* More in flight than the window, as behind a hole. */
	cc.ops->reduce(&cc, 30000, 2);
	CHECK_EQ(cc.ssthresh, 10000);
}

static void count__begins_anew(void)
{
	struct tcp_cc cc = begun(10000, 10000);

	cc.ops->acked(&cc, 9000, 0, 10000, 2);
	cc.ops->undo(&cc, 3);
	cc.ops->acked(&cc, 9000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 10000);
	cc.ops->idle(&cc, 1000000, 3);
	cc.ops->acked(&cc, 9000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 10000);
	cc.ops->acked(&cc, 1000, 0, 10000, 2);
	CHECK_EQ(cc.cwnd, 11000);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_cc_find__by_name),
	KTAP_CASE(tcp_cc_nth__all),
	KTAP_CASE(tcp_cc_initial_window__sizes),
	KTAP_CASE(acked__slow_start),
	KTAP_CASE(acked__avoidance),
	KTAP_CASE(acked__from_slow_start),
	KTAP_CASE(acked__bounded),
	KTAP_CASE(reduce__half),
	KTAP_CASE(count__begins_anew),
};

KTAP_MAIN(cases)
