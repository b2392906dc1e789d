// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/rack.c: what is lost, by when it was sent. */
#include "tcp_rig.h"

/* RFC 8985 6.2: with three segments behind it that arrived, a hole is a loss at once. */
RIG_CASE(rack__three_segments)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 2000);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.due, TCP_DUE_REORDER);
	/* Limited transmit (RFC 3042). */
	CHECK_EQ(rig_send(&r), 1);
	CHECK(!r.tx[0].retrans);
	rig_sack1(&r, 0, 1000, 3000);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	rig_sack1(&r, 0, 1000, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.lost, 1000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.retrans, 1000);
	rig_answer(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	rig_ack(&r, r.s.high - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.cwnd, 5000);
	CHECK_EQ(r.s.segs_retrans, 1);
	rig_end(&r);
}

/* One segment behind it: after a quarter of the least round trip. */
RIG_CASE(rack__reordering_window)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 2000);
	CHECK_EQ(r.s.due, TCP_DUE_REORDER);
	CHECK_EQ(rig_wait(&r), RIG_RTT_US / 4);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	rig_end(&r);
}

/* Where reordering was seen, three segments prove nothing. */
RIG_CASE(rack__reordering_seen)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 2000);
	rig_ack(&r, 2000);
	CHECK(r.s.rack_reordering);
	CHECK_EQ(r.s.reordering_seen, 1);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_sack1(&r, 2000, 3000, 8000);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	CHECK_EQ(r.s.due, TCP_DUE_REORDER);
	CHECK_EQ(rig_wait(&r), RIG_RTT_US / 4);
	r.now += RIG_RTT_US / 4 - 1;
	rig_sack1(&r, 2000, 3000, 8000);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(rig_wait(&r), 1);
	r.now += 1;
	rig_sack1(&r, 2000, 3000, 8000);
	CHECK_EQ(r.s.lost, 1000);
	rig_end(&r);
}

/* RFC 8985 6.2, step 4: a D-SACK makes the window larger, sixteen recoveries less. */
RIG_CASE(rack__window_adapts)
{
	struct rig r;
	u32 i, at = 10000;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 3000, 0, 1000);
	CHECK_EQ(r.s.rack_wnd_mult, 2);
	/* Once a round trip. */
	rig_sack1(&r, 3000, 0, 1000);
	CHECK_EQ(r.s.rack_wnd_mult, 2);
	rig_ack(&r, 10000);
	rig_sack1(&r, 10000, 0, 1000);
	CHECK_EQ(r.s.rack_wnd_mult, 3);
	for (i = 0; i < 16; i++) {
		CHECK_EQ(r.s.rack_wnd_mult, 3);
		r.s.cc.cwnd = 10000;
		rig_write(&r, 10000);
		r.now += RIG_RTT_US;
		rig_sack1(&r, at, at + 1000, at + 9000);
		rig_send(&r);
		CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
		r.now += RIG_RTT_US;
		at = r.s.nxt - r.base;
		rig_ack(&r, at);
		CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	}
	CHECK_EQ(r.s.rack_wnd_mult, 1);
	rig_end(&r);
}

/* A retransmission that is lost again, found by what was sent after it. */
RIG_CASE(rack__lost_retransmission)
{
	struct rig r;
	u32 end;

	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	CHECK_EQ(r.s.retrans, 1000);
	r.now += 10;
	rig_sack1(&r, 0, 1000, 10000);
	CHECK(rig_send(&r) >= 1);
	end = r.s.nxt - r.base;
	r.now += RIG_RTT_US + 1000;
	rig_sack1(&r, 0, 1000, end);
	CHECK_EQ(r.s.lost, 1000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	CHECK_EQ(r.s.segs_retrans, 2);
	CHECK_EQ(r.s.rtt.srtt_us < 2 * RIG_RTT_US, 1);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(rack__three_segments),
	KTAP_CASE(rack__reordering_window),
	KTAP_CASE(rack__reordering_seen),
	KTAP_CASE(rack__window_adapts),
	KTAP_CASE(rack__lost_retransmission),
};

KTAP_MAIN(cases)
