// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/tlp.c: tail loss probes. */
#include "tcp_rig.h"

/* RFC 8985 7: the last segment again after two round trips. */
RIG_CASE(tlp__last_segment)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 3500);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	CHECK(rig_wait(&r) >= 2 * RIG_RTT_US && rig_wait(&r) < 250000);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(&r), 1);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(rig_at(&r, 0), 3000);
	CHECK_EQ(r.tx[0].len, 500);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	/* What was before it is missing: the probe has shown it. */
	r.now += RIG_RTT_US;
	rig_sack1(&r, 0, 3000, 3500);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	rig_end(&r);
}

/* New data serves as well, though cwnd does not allow it. */
RIG_CASE(tlp__new_data)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 20000);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK(!r.tx[0].retrans);
	CHECK_EQ(rig_at(&r, 0), 10000);
	CHECK(r.s.tlp && !r.s.tlp_retrans);
	rig_answer(&r, 11000);
	CHECK(!r.s.tlp);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);
}

/* The ACK of a single segment may be delayed, so the probe waits for that as well. */
RIG_CASE(tlp__single_segment)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.rtt.rto_us = 2000000;
	rig_write(&r, 500);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	CHECK_EQ(rig_wait(&r), 2 * RIG_RTT_US + 200000);
	rig_end(&r);
}

/* RFC 8985 7.3: a whole RTO behind the probe, so that what it makes the peer tell can come. */
RIG_CASE(tlp__before_a_whole_rto)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.rtt.rto_us = 900000;
	rig_write(&r, 3000);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	CHECK_EQ(rig_wait(&r), 900000);
	rig_end(&r);
}

/* Nor is there another until a round trip was measured: what was sent twice tells none. */
RIG_CASE(tlp__needs_a_round_trip)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.rtt.rto_us = 900000;
	rig_write(&r, 500);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK(r.tx[0].retrans);
	r.now += RIG_RTT_US;
	rig_sack1(&r, 500, 0, 500);
	CHECK(!r.s.tlp);
	rig_write(&r, 500);
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	rig_answer(&r, 1000);
	r.s.rtt.rto_us = 900000;
	rig_write(&r, 500);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	rig_end(&r);
}

/* No more than the window takes; and nothing if that has shrunk. */
RIG_CASE(tlp__window)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_window(&r, 10300);
	rig_write(&r, 20000);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 10000);
	CHECK_EQ(r.tx[0].len, 300);
	rig_end(&r);

	rig_begin(&r, iss, true);
	rig_write(&r, 5000);
	rig_window(&r, 4999);
	rig_expire(&r);
	CHECK(r.s.tlp_due);
	CHECK_EQ(rig_send(&r), 0);
	CHECK(!r.s.tlp_due);
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	CHECK(rig_wait(&r) > 0);
	rig_end(&r);
}

static void tlp_repaired(struct rig *r, u32 iss)
{
	rig_begin(r, iss, true);
	rig_write(r, 3000);
	rig_expire(r);
	CHECK_EQ(rig_send(r), 1);
	CHECK_EQ(rig_at(r, 0), 2000);
	rig_write(r, 1000);
	r->now += RIG_RTT_US;
}

/* RFC 8985 7.4.2: a loss that the probe repaired is one, unless a D-SACK denies it. */
RIG_CASE(tlp__loss_repaired)
{
	struct rig r;

	tlp_repaired(&r, iss);
	rig_ack(&r, 4000);
	CHECK(r.s.cc.ssthresh < 10000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.cwnd, r.s.cc.ssthresh);
	rig_end(&r);

	tlp_repaired(&r, iss);
	rig_sack1(&r, 3000, 2000, 3000);
	CHECK(!r.s.tlp);
	CHECK_EQ(r.s.rack_wnd_mult, 1);
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);

	/* A duplicate ACK without any block: both arrived. */
	tlp_repaired(&r, iss);
	rig_ack(&r, 3000);
	CHECK(r.s.tlp);
	rig_ack(&r, 3000);
	CHECK(!r.s.tlp);
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);
}

/* The FIN is the tail. */
RIG_CASE(tlp__fin)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.stock.fin = true;
	rig_write(&r, 2500);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 2000);
	CHECK_EQ(r.tx[0].len, 500);
	CHECK(r.tx[0].flags & TCP_FIN);
	rig_answer(&r, 2501);
	CHECK(r.acked.fin);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tlp__last_segment),
	KTAP_CASE(tlp__new_data),
	KTAP_CASE(tlp__single_segment),
	KTAP_CASE(tlp__before_a_whole_rto),
	KTAP_CASE(tlp__needs_a_round_trip),
	KTAP_CASE(tlp__window),
	KTAP_CASE(tlp__loss_repaired),
	KTAP_CASE(tlp__fin),
};

KTAP_MAIN(cases)
