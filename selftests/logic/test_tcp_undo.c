// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/tcp/logic/undo.c, and of F-RTO in recovery.c: reductions that were needless.
 */
#include "tcp_rig.h"

/* RFC 3522: the ACK of the original arrives late. */
RIG_CASE(undo__eifel)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	r.now += 20000;
	r.ts_rtt_us = RIG_RTT_US + 20000;
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(r.s.cc.cwnd >= 10000);
	rig_end(&r);

	/* Before anything could be sent again. */
	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);

	/* By the retransmission's timestamp nothing is undone. */
	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	r.now += RIG_RTT_US;
	r.ts_rtt_us = RIG_RTT_US;
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	rig_end(&r);
}

/* RFC 3708: all that was sent again had arrived. */
RIG_CASE(undo__dsack)
{
	struct rig r;
	u32 high;

	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	r.stock.end = r.s.nxt;
	high = r.s.high - r.base;
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	r.now += RIG_RTT_US;
	rig_sack1(&r, high, 0, 1000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_end(&r);

	/* Behind the end of the recovery as well. */
	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	rig_answer(&r, r.s.high - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	rig_sack1(&r, r.s.una - r.base, 0, 1000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(r.s.cc.cwnd >= 10000);
	rig_end(&r);
}

/* Ten segments are delayed until the timer expires. */
static void rig_spurious(struct rig *r, u32 iss, bool sack)
{
	rig_flight(r, iss, sack);
	rig_until_rto(r);
	CHECK_EQ(rig_expire(r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(r), 1);
	CHECK_EQ(rig_at(r, 0), 0);
	CHECK_EQ(r->s.phase, TCP_PHASE_LOSS);
}

/* RFC 5682 2.1: two ACKs that go on, with new data in between. */
RIG_CASE(frto__spurious)
{
	struct rig r;

	rig_spurious(&r, iss, false);
	r.now += 1000;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.frto, 2);
	CHECK_EQ(rig_send(&r), 2);
	CHECK_EQ(rig_at(&r, 0), 10000);
	CHECK(!r.tx[1].retrans);
	CHECK_EQ(rig_send(&r), 0);
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(r.s.cc.cwnd >= 10000);
	rig_end(&r);
}

/* A duplicate ACK instead: the loss was real. */
RIG_CASE(frto__real)
{
	struct rig r;

	rig_spurious(&r, iss, false);
	rig_answer(&r, 1000);
	CHECK_EQ(rig_send(&r), 2);
	CHECK(!r.tx[0].retrans);
	rig_answer(&r, 1000);
	CHECK_EQ(r.s.frto, 0);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	rig_answer(&r, 1000);
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	CHECK(rig_send(&r) >= 1);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(rig_at(&r, 0), 2000);
	rig_end(&r);
	/* The first ACK is one: no new data. */
	rig_spurious(&r, iss, false);
	rig_ack(&r, 0);
	CHECK_EQ(r.s.frto, 0);
	rig_end(&r);
}

/* Without new data the repair goes on as ever. */
RIG_CASE(frto__no_new_data)
{
	struct rig r;

	rig_begin(&r, iss, false);
	rig_write(&r, 5000);
	rig_expire(&r);
	rig_send(&r);
	rig_answer(&r, 1000);
	CHECK_EQ(rig_send(&r), 2);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(rig_at(&r, 0), 1000);
	rig_end(&r);
}

/* With SACK a block of data that was sent once is enough. */
RIG_CASE(frto__sack)
{
	struct rig r;

	rig_spurious(&r, iss, true);
	CHECK(r.s.lost);
	r.now += 1000;
	rig_sack1(&r, 0, 2000, 3000);
	CHECK(r.s.phase < TCP_PHASE_LOSS);
	CHECK_EQ(r.s.cc.ssthresh >= 10000 || r.s.phase == TCP_PHASE_RECOVERY, 1);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(undo__eifel),
	KTAP_CASE(undo__dsack),
	KTAP_CASE(frto__spurious),
	KTAP_CASE(frto__real),
	KTAP_CASE(frto__no_new_data),
	KTAP_CASE(frto__sack),
};

KTAP_MAIN(cases)
