// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/prr.c: how much leaves while a window is reduced. */
#include "tcp_rig.h"

/* RFC 6937: half as much leaves as arrives, and in the end the window is half. */
RIG_CASE(prr__proportional)
{
	struct rig r;
	u32 i, sent = 0;

	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 40000;
	r.s.cc.ssthresh = 40000;
	CHECK_EQ(rig_write(&r, 200000), 40);
	r.now += RIG_RTT_US;
	for (i = 2; i <= 40; i++) {
		rig_sack1(&r, 0, 1000, i * 1000);
		sent += rig_send(&r);
		if (r.s.phase == TCP_PHASE_RECOVERY)
			CHECK(r.s.prr_out <= r.s.prr_delivered);
	}
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.cc.ssthresh, 20000);
	CHECK(sent >= 19 && sent <= 23);
	CHECK(tcp_sender_pipe(&r.s) >= 19000 && tcp_sender_pipe(&r.s) <= 23000);
	rig_answer(&r, 40000);
	rig_send(&r);
	rig_ack(&r, r.s.high - r.base);
	CHECK_EQ(r.s.cc.cwnd, 20000);
	rig_end(&r);
}

/* When most of a window is lost, what is sent again grows as in slow start. */
RIG_CASE(prr__slow_start_bound)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 40000;
	r.s.cc.ssthresh = 40000;
	rig_write(&r, 40000);
	r.now += RIG_RTT_US;
	rig_sack1(&r, 0, 36000, 40000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.lost, 36000);
	/* RFC 6937 3: four have arrived, four leave. */
	CHECK_EQ(rig_send(&r), 4);
	for (i = 1; i <= 4; i++) {
		r.now += 1000;
		if (i == 1)
			r.now += RIG_RTT_US;
		rig_sack1(&r, i * 1000, 36000, 40000);
		CHECK_EQ(rig_send(&r), 2);
	}
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(prr__proportional),
	KTAP_CASE(prr__slow_start_bound),
};

KTAP_MAIN(cases)
