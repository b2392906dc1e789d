// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/mtu_probe.c: segments of a size that the path takes. */
#include "tcp_rig.h"

#define PATH	2000	/* what the path is said to take */
#define BASE	500
#define FLOOR	100

static void mtu_begin(struct rig *r, u32 iss, enum tcp_mtu_probing mode)
{
	rig_init(r, iss);
	r->s.conf.mtu_probing = mode;
	r->s.conf.mtu_base = BASE;
	r->s.conf.mtu_floor = FLOOR;
	r->s.conf.mtu_interval_us = 600000000;
	r->stock.max = 65000;
	tcp_sender_path(&r->s, PATH);
	tcp_sender_synced(&r->s, tcp_sender_path_takes(&r->s), r->wnd, 0, true, true, false,
			  RIG_RTT_US, false, r->now);
}

/* As the caller does when more is known. */
static void mtu_follow(struct rig *r)
{
	tcp_sender_mss(&r->s, tcp_sender_path_takes(&r->s), r->now);
	check_sender(&r->s);
}

/* The probe among what was sent, or NULL. */
static const struct tcp_tx *mtu_probe(const struct rig *r)
{
	u32 i;

	for (i = 0; i < r->n; i++)
		if (r->tx[i].whole)
			return &r->tx[i];
	return NULL;
}

/* All that was sent arrives, but for a probe of more than @most. Return: a probe was lost. */
static bool mtu_round(struct rig *r, u32 most)
{
	const struct tcp_tx *probe = mtu_probe(r);
	u32 begin, end = r->s.nxt - r->base;

	r->now += RIG_RTT_US;
	if (!probe || probe->len <= most) {
		rig_ack(r, end);
		mtu_follow(r);
		rig_send(r);
		return false;
	}
	begin = probe->seq - r->base;
	rig_ack(r, begin);
	rig_sack1(r, begin, begin + probe->len, end);
	rig_send(r);
	return true;
}

RIG_CASE(probing__off)
{
	struct rig r;
	u32 i;

	mtu_begin(&r, iss, TCP_MTU_PROBING_OFF);
	CHECK_EQ(r.s.mss, PATH);
	rig_write(&r, 1000000);
	for (i = 0; i < 5; i++) {
		CHECK(!mtu_probe(&r));
		mtu_round(&r, 0);
	}
	CHECK(!tcp_sender_path_doubt(&r.s, r.now));
	CHECK_EQ(tcp_sender_path_takes(&r.s), PATH);
	rig_end(&r);
}

/* From the base up to what the path takes, by halves. */
RIG_CASE(probing__finds_all_that_the_path_takes)
{
	struct rig r;
	u32 i, probes = 0;

	mtu_begin(&r, iss, TCP_MTU_PROBING_ALWAYS);
	CHECK_EQ(r.s.mss, BASE);
	rig_write(&r, 10000000);
	for (i = 0; i < 40; i++) {
		probes += !!mtu_probe(&r);
		mtu_round(&r, PATH);
	}
	CHECK(r.s.mss > PATH - 8);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK(probes >= 5 && probes < 12);
	CHECK(r.s.happened & 1 << TCP_HAPPENED_MTU_PROBE_ARRIVED);
	CHECK_EQ(r.s.bytes_retrans, 0);
	rig_end(&r);
}

/* What is lost is sent again in segments that arrive, and the window stays (RFC 4821 7.6.2). */
RIG_CASE(probing__loss_is_no_congestion)
{
	struct rig r;
	u32 i, lost = 0;

	mtu_begin(&r, iss, TCP_MTU_PROBING_ALWAYS);
	rig_write(&r, 10000000);
	for (i = 0; i < 60; i++) {
		u32 cwnd = r.s.cc.cwnd, j;

		if (!mtu_round(&r, 1300))
			continue;
		lost++;
		CHECK(r.s.happened & 1 << TCP_HAPPENED_MTU_PROBE_LOST);
		CHECK(r.s.cc.cwnd >= cwnd);
		CHECK(r.n && r.tx[0].retrans && !mtu_probe(&r));
		for (j = 0; j < r.n; j++)
			CHECK(!r.tx[j].whole);
	}
	CHECK(lost >= 2 && lost < 10);
	CHECK(r.s.mss > 1300 - 8 && r.s.mss <= 1300);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);
}

/* With others lost it is congestion (7.6.3), and its size may be tried again. */
RIG_CASE(probing__loss_with_others)
{
	struct rig r;
	const struct tcp_tx *probe;
	u32 i, begin, high, flight;

	mtu_begin(&r, iss, TCP_MTU_PROBING_ALWAYS);
	rig_write(&r, 10000000);
	for (i = 0; i < 20 && !mtu_probe(&r); i++)
		mtu_round(&r, PATH);
	probe = mtu_probe(&r);
	CHECK(probe);
	if (!probe)
		return;
	begin = probe->seq - r.base;
	high = r.s.mtu.high;
	flight = r.s.nxt - r.s.una;
	rig_answer(&r, begin);
	rig_sack1(&r, begin, begin + probe->len + 2 * r.s.mss, r.s.nxt - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(r.s.cc.ssthresh < flight);
	CHECK_EQ(r.s.mtu.high, high);
	CHECK_EQ(r.s.mtu.size, 0);
	rig_end(&r);
}

/* Nobody answers: less and less (7.7), and more again once somebody does. */
RIG_CASE(doubt__shrinks_then_grows)
{
	static const u32 sizes[] = { BASE, BASE / 2, BASE / 4, FLOOR, FLOOR };
	struct rig r;
	u32 i;

	mtu_begin(&r, iss, TCP_MTU_PROBING_DOUBT);
	CHECK_EQ(r.s.mss, PATH);
	rig_write(&r, 10000000);
	CHECK(!mtu_probe(&r));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		rig_expire(&r);
		CHECK_EQ(tcp_sender_path_doubt(&r.s, r.now), !i || sizes[i] < sizes[i - 1]);
		CHECK_EQ(tcp_sender_path_takes(&r.s), sizes[i]);
		mtu_follow(&r);
		CHECK(rig_send(&r));
		CHECK(r.tx[0].retrans);
	}
	for (i = 0; i < 200; i++)
		mtu_round(&r, 777);
	CHECK(r.s.mss > 777 - 8 && r.s.mss <= 777);
	rig_end(&r);
}

/* A size that was found holds for a while, and then more is tried (7.2). */
RIG_CASE(interval__tries_again)
{
	struct rig r;
	u32 i;

	mtu_begin(&r, iss, TCP_MTU_PROBING_ALWAYS);
	rig_write(&r, 100000000);
	for (i = 0; i < 60; i++)
		mtu_round(&r, 900);
	CHECK(r.s.mss <= 900);
	CHECK(!mtu_probe(&r));
	r.now += 600000000;
	for (i = 0; i < 60; i++)
		mtu_round(&r, PATH);
	CHECK(r.s.mss > PATH - 8);
	rig_end(&r);
}

/* ICMP says less: so it is, whatever was tried. */
RIG_CASE(path__less)
{
	struct rig r;
	u32 i;

	mtu_begin(&r, iss, TCP_MTU_PROBING_ALWAYS);
	tcp_sender_path(&r.s, 300);
	CHECK_EQ(tcp_sender_path_takes(&r.s), 300);
	mtu_follow(&r);
	rig_write(&r, 1000000);
	for (i = 0; i < 10; i++) {
		CHECK(!mtu_probe(&r));
		mtu_round(&r, PATH);
	}
	CHECK_EQ(r.s.mss, 300);
	rig_end(&r);
}

/* Without SACK the loss of a probe would not be told from others. */
RIG_CASE(probing__wants_sack)
{
	struct rig r;
	u32 i;

	mtu_begin(&r, iss, TCP_MTU_PROBING_ALWAYS);
	r.s.sack_ok = false;
	rig_write(&r, 1000000);
	for (i = 0; i < 10; i++) {
		CHECK(!mtu_probe(&r));
		mtu_round(&r, PATH);
	}
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(probing__off),
	KTAP_CASE(probing__finds_all_that_the_path_takes),
	KTAP_CASE(probing__loss_is_no_congestion),
	KTAP_CASE(probing__loss_with_others),
	KTAP_CASE(doubt__shrinks_then_grows),
	KTAP_CASE(interval__tries_again),
	KTAP_CASE(path__less),
	KTAP_CASE(probing__wants_sack),
};

KTAP_MAIN(cases)
