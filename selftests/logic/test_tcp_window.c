// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/window.c: the peer's window, and what of cwnd is in use. */
#include "tcp_rig.h"

/* What is not in use does not become larger (RFC 7661). */
RIG_CASE(send__application_limited)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	for (i = 1; i <= 40; i++) {
		CHECK_EQ(rig_write(&r, 2000), 2);
		rig_answer(&r, 2000 * i);
	}
	CHECK_EQ(r.s.cc.cwnd, 10000);
	rig_end(&r);
}

/* A window that was large once and is little used shrinks half the way. */
RIG_CASE(send__window_validated)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 100000;
	for (i = 1; i <= 8; i++) {
		rig_write(&r, 2000);
		rig_answer(&r, 2000 * i);
	}
	CHECK(r.s.cc.cwnd < 60000);
	CHECK(r.s.cc.cwnd >= 10000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);
}

/* And then grows as it does from any size: not at once to where it was (RFC 9438 4.3). */
RIG_CASE(send__validated_window_grows_slowly)
{
	u32 k, i, cwnd, at, end;
	struct rig r;

	for (k = 0; tcp_cc_nth(k); k++) {
		rig_begin(&r, iss, true);
		r.s.conf.cc = tcp_cc_nth(k);
		r.s.cc.cwnd = 100000;
		r.s.cc.ssthresh = 50000;
		for (i = 0; i < 3; i++) {
			rig_write(&r, 101000);
			rig_answer(&r, r.s.nxt - r.base);
		}
		for (i = 0; i < 8; i++) {
			rig_write(&r, 2000);
			rig_answer(&r, r.s.nxt - r.base);
		}
		CHECK(r.s.cc.cwnd < 70000);
		for (i = 0, at = r.s.una - r.base; i < 3; i++) {
			rig_write(&r, 150000);
			r.now += RIG_RTT_US;
			for (end = r.s.nxt - r.base; at < end;) {
				cwnd = r.s.cc.cwnd;
				at += end - at < RIG_MSS ? end - at : RIG_MSS;
				rig_ack(&r, at);
				CHECK(r.s.cc.cwnd <= cwnd + RIG_MSS);
			}
		}
		CHECK(r.s.cc.cwnd > 75000);
		rig_end(&r);
	}
}

/* RFC 5681 4.1 */
RIG_CASE(send__slow_start_after_idle)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.conf.slow_start_after_idle = true;
	r.s.cc.cwnd = 100000;
	CHECK_EQ(rig_write(&r, 100000), 100);
	rig_answer(&r, 100000);
	r.now += 10000000;
	CHECK_EQ(rig_write(&r, 100000), 10);
	CHECK_EQ(r.s.cc.cwnd, 10000);
	rig_end(&r);
	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 100000;
	rig_write(&r, 100000);
	rig_answer(&r, 100000);
	r.now += 10000000;
	CHECK_EQ(rig_write(&r, 100000), 100);
	rig_end(&r);
}

/* MUST-34, MUST-35: what was sent stays sent, and is sent again. */
RIG_CASE(window__shrunk)
{
	struct rig r;

	rig_begin(&r, iss, false);
	CHECK_EQ(rig_write(&r, 20000), 10);
	r.wnd = 3000;
	rig_answer(&r, 2000);
	CHECK_EQ(r.s.wnd, 3000);
	CHECK_EQ(rig_send(&r), 0);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 2000);
	/* Nothing behind the window is sent again, but its first segment is. */
	r.now += RIG_RTT_US;
	r.wnd = 0;
	rig_ack(&r, 5000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 5000);
	CHECK_EQ(r.tx[0].len, 1000);
	CHECK_EQ(rig_send(&r), 0);
	rig_end(&r);
}

/* With a window of 0 retransmissions are probes: who answers is not given up. */
RIG_CASE(window__shrunk_to_nothing)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	rig_write(&r, 1000);
	r.wnd = 0;
	rig_answer(&r, 0);
	for (i = 0; i < 60; i++) {
		enum tcp_expired what = rig_expire(&r);

		CHECK(what != TCP_EXPIRED_DEAD);
		CHECK_EQ(rig_send(&r), 1);
		rig_answer(&r, 0);
	}
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	CHECK_EQ(rig_wait(&r), 120000000 - RIG_RTT_US);
	/* And who does not answer is. */
	for (i = 0; i < 3 && rig_expire(&r) != TCP_EXPIRED_DEAD; i++)
		rig_send(&r);
	CHECK_EQ(i, 1);
	rig_end(&r);
}

/* RFC 9293 3.10.7.4: SND.WL1 and SND.WL2 */
RIG_CASE(window__old_segments)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 3000);
	r.seq = 100;
	r.wnd = 5000;
	rig_ack(&r, 1000);
	CHECK(r.acked.window);
	r.seq = 99;
	r.wnd = 1;
	rig_ack(&r, 1000);
	CHECK(!r.acked.window);
	CHECK_EQ(r.s.wnd, 5000);
	r.seq = 100;
	r.wnd = 6000;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.wnd, 6000);
	/* An older acknowledgment does not count, a newer one does. */
	r.wnd = 1;
	rig_ack(&r, 0);
	CHECK_EQ(r.s.wnd, 6000);
	r.seq = 50;
	r.wnd = 7000;
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.wnd, 7000);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(send__application_limited),
	KTAP_CASE(send__window_validated),
	KTAP_CASE(send__validated_window_grows_slowly),
	KTAP_CASE(send__slow_start_after_idle),
	KTAP_CASE(window__shrunk),
	KTAP_CASE(window__shrunk_to_nothing),
	KTAP_CASE(window__old_segments),
};

KTAP_MAIN(cases)
