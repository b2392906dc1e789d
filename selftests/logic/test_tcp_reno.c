// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/reno.c: losses that nothing but duplicate ACKs shows. */
#include "tcp_rig.h"

/* RFC 5681 3.2, RFC 6582: without SACK. */
RIG_CASE(newreno__three_duplicates)
{
	struct rig r;

	rig_flight(&r, iss, false);
	rig_ack(&r, 0);
	CHECK(r.acked.duplicate);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 10000);
	rig_ack(&r, 0);
	CHECK_EQ(r.s.lost, 0);
	rig_ack(&r, 0);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	CHECK_EQ(r.tx[0].len, RIG_MSS);
	/* A partial ACK: the next hole at once. */
	rig_answer(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 4000);
	CHECK(r.tx[0].retrans);
	rig_answer(&r, r.s.high - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.cwnd, r.s.cc.ssthresh);
	CHECK_EQ(r.s.segs_retrans, 2);
	rig_end(&r);
}

/* RFC 6582 4: duplicates behind a recovery that retransmissions cause are none of a loss. */
RIG_CASE(newreno__no_second_recovery)
{
	struct rig r;
	u32 i;

	rig_flight(&r, iss, false);
	for (i = 0; i < 3; i++)
		rig_ack(&r, 0);
	rig_send(&r);
	rig_answer(&r, r.s.high - r.base);
	rig_send(&r);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	for (i = 0; i < 3; i++)
		rig_ack(&r, r.s.una - r.base);
	CHECK(r.s.phase < TCP_PHASE_RECOVERY);
	rig_ack(&r, r.s.una - r.base + 1000);
	rig_send(&r);
	for (i = 0; i < 3; i++)
		rig_ack(&r, r.s.una - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	rig_end(&r);
}

/* Segments with data, or that change the window, are no duplicate ACKs. */
RIG_CASE(newreno__no_duplicates)
{
	struct rig r;
	u32 i;

	rig_flight(&r, iss, false);
	r.data = true;
	for (i = 0; i < 4; i++)
		rig_ack(&r, 0);
	CHECK_EQ(r.s.dupacks, 0);
	r.data = false;
	for (i = 0; i < 4; i++) {
		r.wnd += 1000;
		rig_ack(&r, 0);
		CHECK(r.acked.window);
	}
	CHECK_EQ(r.s.dupacks, 0);
	/* And however many there are, something is missing. */
	for (i = 0; i < 1000; i++)
		rig_ack(&r, 0);
	CHECK_EQ(r.s.dupacks, 9);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(newreno__three_duplicates),
	KTAP_CASE(newreno__no_second_recovery),
	KTAP_CASE(newreno__no_duplicates),
};

KTAP_MAIN(cases)
