// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/tcp/logic/cubic.c (RFC 9438) and hystart.c (RFC 9406). The curve is
 * compared with the one that floating point gives.
 */
#include "ktap.h"
#include "tcp/logic/cc.h"

#define MSS	1000
#define RTT_US	100000

static struct tcp_cc begun(u32 cwnd, u32 ssthresh)
{
	struct tcp_cc cc = {
		.ops = &tcp_cubic, .mss = MSS, .srtt_us = RTT_US, .min_rtt_us = RTT_US,
	};

	cc.cwnd = cwnd;
	cc.ssthresh = ssthresh;
	cc.ops->init(&cc, 1);
	return cc;
}

/* A loss with @cwnd, and the window that it leaves. */
static struct tcp_cc after_loss(u32 cwnd)
{
	struct tcp_cc cc = begun(cwnd, cwnd);

	cc.ops->reduce(&cc, cwnd, 1);
	cc.cwnd = cc.ssthresh;
	return cc;
}

/* A round trip in which the whole window is acknowledged, segment by segment. */
static void round_trip(struct tcp_cc *cc, u64 *now)
{
	u32 acked, n = cc->cwnd / MSS;

	for (acked = 0; acked < n; acked++) {
		*now += RTT_US / n;
		cc->ops->acked(cc, MSS, RTT_US, cc->cwnd, *now);
	}
}

static double cube_root(double x)
{
	double low = 0, high = 10000;
	int i;

	for (i = 0; i < 100; i++) {
		double mid = (low + high) / 2;

		if (mid * mid * mid < x)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* W_max in segments, @t in seconds. */
static double curve(double w_max, double t)
{
	double k = cube_root(w_max * 0.3 / 0.4);

	return 0.4 * (t - k) * (t - k) * (t - k) + w_max;
}

/* RFC 9438 4.6: beta is 0.7. */
static void reduce__beta(void)
{
	struct tcp_cc cc = begun(100000, TCP_SSTHRESH_NONE);

	cc.ops->reduce(&cc, 100000, 1);
	CHECK_EQ(cc.ssthresh, 70000);
	CHECK_EQ(cc.cwnd, 100000);
	cc.ops->reduce(&cc, 50000, 1);
	CHECK_EQ(cc.ssthresh, 35000);
	cc.ops->reduce(&cc, 1000, 1);
	CHECK_EQ(cc.ssthresh, 2000);
}

/* RFC 9438 4.2: the curve, within two percent, up to W_max and beyond. */
static void acked__follows_the_curve(void)
{
	static const u32 windows[] = { 500, 1000, 5000 };
	u32 i;

	for (i = 0; i < 3; i++) {
		struct tcp_cc cc = after_loss(windows[i] * MSS);
		double k = cube_root(windows[i] * 0.3 / 0.4);
		u64 now = 1000000, begin = now;

		while (now - begin < (u64)(1.4 * k * 1000000)) {
			double is, shall;

			round_trip(&cc, &now);
			is = cc.cwnd / (double)MSS;
			shall = curve(windows[i], (double)(now - begin) / 1000000);
			CHECK(is > shall * 0.98 && is < shall * 1.03);
		}
		CHECK(cc.cwnd > windows[i] * MSS);
	}
}

/* RFC 9438 4.4: at most half a window more in a round trip. */
static void acked__never_too_fast(void)
{
	struct tcp_cc cc = after_loss(10000);
	u64 now = 1000000;
	u32 i, before;

	cc.srtt_us = 100;
	for (i = 0; i < 100; i++) {
		now += 150000;
		before = cc.cwnd;
		cc.ops->acked(&cc, cc.cwnd, RTT_US, cc.cwnd, now);
		CHECK(cc.cwnd <= before + before / 2 + 1);
		CHECK(cc.cwnd >= before);
	}
}

/* RFC 9438 4.3: with small windows no slower than Reno with the same reduction. */
static void acked__reno_friendly(void)
{
	struct tcp_cc cc = after_loss(20000);
	u64 now = 1000000;
	u32 i;

	for (i = 0; i < 10; i++)
		round_trip(&cc, &now);
	/* 14 segments, and 9/17 of one for each round trip. */
	CHECK(cc.cwnd >= 14000 + 4700);
	CHECK(cc.cwnd <= 14000 + 6500);
	for (i = 0; i < 40; i++)
		round_trip(&cc, &now);
	/* One for each once it is where it was. */
	CHECK(cc.cwnd >= 20000 + 30000);
}

/* RFC 9438 4.7: the second loss below W_max gives room. */
static void reduce__fast_convergence(void)
{
	struct tcp_cc fast = after_loss(1000000), slow;
	u64 now = 1000000, then;
	u32 i;

	fast.cwnd = 800000;
	fast.ops->reduce(&fast, 800000, now);
	fast.cwnd = fast.ssthresh;
	slow = after_loss(800000);
	CHECK_EQ(fast.cwnd, slow.cwnd);
	then = now;
	for (i = 0; i < 60; i++) {
		round_trip(&fast, &now);
		round_trip(&slow, &then);
	}
	CHECK(fast.cwnd < slow.cwnd);
	CHECK(fast.cwnd > 650000 && fast.cwnd < 720000);
}

/* RFC 9438 4.8: behind a timeout the curve begins flat where slow start ends. */
static void timeout__curve_anew(void)
{
	struct tcp_cc cc = begun(1000000, 1000000);
	u64 now = 1000000;
	u32 i;

	cc.ops->timeout(&cc, 1000000, now);
	CHECK_EQ(cc.ssthresh, 700000);
	cc.cwnd = 1000;
	cc.ops->acked(&cc, 1000, RTT_US, 1000, now);
	CHECK_EQ(cc.cwnd, 2000);
	cc.cwnd = 700000;
	for (i = 0; i < 10; i++)
		round_trip(&cc, &now);
	CHECK(cc.cwnd < 712000);
	for (i = 0; i < 100; i++)
		round_trip(&cc, &now);
	CHECK(cc.cwnd > 1000000);
}

/* RFC 9438 4.9: what was needless leaves no trace. */
static void undo__as_before(void)
{
	struct tcp_cc cc = after_loss(500000), other;
	u64 now = 1000000;
	u32 i;

	for (i = 0; i < 10; i++)
		round_trip(&cc, &now);
	other = cc;
	cc.ops->timeout(&cc, cc.cwnd, now);
	cc.ops->undo(&cc, now);
	cc.cwnd = other.cwnd;
	cc.ssthresh = other.ssthresh;
	for (i = 0; i < 50; i++) {
		u64 then = now;

		round_trip(&cc, &now);
		round_trip(&other, &then);
	}
	CHECK(cc.cwnd > other.cwnd - 2000 && cc.cwnd < other.cwnd + 2000);
}

/* RFC 9438 5.8: time without growth is none of the curve's. */
static void idle__does_not_count(void)
{
	struct tcp_cc a = after_loss(500000), b, c;
	u64 now = 1000000, then, later;
	u32 i;

	for (i = 0; i < 10; i++)
		round_trip(&a, &now);
	b = a;
	c = a;
	then = now + 100000000;
	later = then;
	b.ops->idle(&b, 100000000, then);
	for (i = 0; i < 10; i++) {
		round_trip(&a, &now);
		round_trip(&b, &then);
		round_trip(&c, &later);
	}
	CHECK(b.cwnd > a.cwnd - 1000 && b.cwnd < a.cwnd + 1000);
	CHECK(c.cwnd > a.cwnd - 3000 && c.cwnd < a.cwnd + 3000);
	/* Where there is no curve yet there is nothing to move. */
	a = begun(10000, 10000);
	a.ops->idle(&a, 1000000, 5000000);
	a.ops->acked(&a, 1000, RTT_US, 10000, 5000000);
	CHECK(a.cwnd >= 10000);
}

static void acked__bounded(void)
{
	struct tcp_cc cc = after_loss(1 << 30);
	u64 now = 1000000;
	u32 i;

	for (i = 0; i < 2000; i++) {
		now += 190000;
		cc.ops->acked(&cc, cc.cwnd, RTT_US, cc.cwnd, now);
		CHECK(cc.cwnd <= 1 << 30);
	}
	CHECK_EQ(cc.cwnd, 1 << 30);
	/* Long behind its middle the curve is beyond all bounds. */
	cc = after_loss(10000);
	for (now = 1000000; now < 800000000; now += 150000)
		cc.ops->acked(&cc, 1, RTT_US, cc.cwnd, now);
	CHECK(cc.cwnd <= 1 << 30);
}

/* Rounds of a slow start with a round trip each; returns when it has ended, or after 40. */
static u32 slow_start(struct tcp_cc *cc, const u32 *rtts, u32 n)
{
	u64 now = 1000000;
	u32 i, k;

	for (i = 0; i < 40 && cc->cwnd < cc->ssthresh && cc->cwnd < 1 << 28; i++) {
		u32 flight = cc->cwnd, each = flight / 16;

		for (k = 0; k < 16; k++) {
			now += 1000;
			cc->ops->acked(cc, each, rtts[i < n ? i : n - 1], flight, now);
		}
	}
	return i;
}

static void hystart__steady(void)
{
	static const u32 rtts[] = { 50000 };
	struct tcp_cc cc = begun(16000, TCP_SSTHRESH_NONE);

	slow_start(&cc, rtts, 1);
	CHECK_EQ(cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(cc.cwnd >= 1 << 28);
}

/* RFC 9406 4.2: the queue grows; five slower rounds, and then congestion avoidance. */
static void hystart__queue(void)
{
	static const u32 rtts[] = { 50000, 50000, 50000, 60000 };
	struct tcp_cc cc = begun(16000, TCP_SSTHRESH_NONE);
	u32 rounds = slow_start(&cc, rtts, 4);

	CHECK(rounds >= 8 && rounds <= 10);
	CHECK(cc.cwnd >= cc.ssthresh && cc.cwnd < cc.ssthresh + MSS);
	CHECK(cc.cwnd < 16000 * 8 * 2 * 4);
}

/* And back when that was an error. */
static void hystart__spurious(void)
{
	static const u32 rtts[] = { 50000, 50000, 60000, 50000 };
	struct tcp_cc cc = begun(16000, TCP_SSTHRESH_NONE);

	slow_start(&cc, rtts, 4);
	CHECK_EQ(cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(cc.cwnd >= 1 << 28);
}

/* The threshold is an eighth, but at least 4 and at most 16 ms. */
static void hystart__threshold(void)
{
	static const u32 rtts[][2] = {
		{ 1000, 4999 }, { 1000, 5000 }, { 80000, 89999 }, { 80000, 90000 },
		{ 400000, 415999 }, { 400000, 416000 },
	};
	u32 i;

	for (i = 0; i < 6; i++) {
		struct tcp_cc cc = begun(16000, TCP_SSTHRESH_NONE);

		slow_start(&cc, rtts[i], 2);
		CHECK_EQ(cc.ssthresh == TCP_SSTHRESH_NONE, i % 2 == 0);
	}
}

/* Only in the first slow start, and only by what was measured. */
static void hystart__not(void)
{
	static const u32 longer[] = { 50000, 50000, 90000, 200000 }, none[] = { 0 };
	struct tcp_cc cc = begun(16000, 1 << 28);

	slow_start(&cc, longer, 4);
	CHECK_EQ(cc.ssthresh, 1 << 28);
	CHECK(cc.cwnd >= 1 << 28);
	cc = begun(16000, TCP_SSTHRESH_NONE);
	slow_start(&cc, none, 1);
	CHECK_EQ(cc.ssthresh, TCP_SSTHRESH_NONE);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(reduce__beta),
	KTAP_CASE(acked__follows_the_curve),
	KTAP_CASE(acked__never_too_fast),
	KTAP_CASE(acked__reno_friendly),
	KTAP_CASE(reduce__fast_convergence),
	KTAP_CASE(timeout__curve_anew),
	KTAP_CASE(undo__as_before),
	KTAP_CASE(idle__does_not_count),
	KTAP_CASE(acked__bounded),
	KTAP_CASE(hystart__steady),
	KTAP_CASE(hystart__queue),
	KTAP_CASE(hystart__spurious),
	KTAP_CASE(hystart__threshold),
	KTAP_CASE(hystart__not),
};

KTAP_MAIN(cases)
