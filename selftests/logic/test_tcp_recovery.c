// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/recovery.c: the phases that a timeout and ECN begin. */
#include "tcp_rig.h"

/* Nothing of a flight arrives: one segment, then more with each ACK. */
RIG_CASE(rto__whole_flight_lost)
{
	struct rig r;

	rig_flight(&r, iss, false);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	CHECK_EQ(r.s.lost, 10000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK_EQ(rig_send(&r), 1);
	r.stock.end = r.base + 10000;
	rig_answer(&r, 1000);
	CHECK_EQ(r.s.cc.cwnd, 2000);
	CHECK_EQ(rig_send(&r), 2);
	CHECK_EQ(rig_at(&r, 0), 1000);
	rig_answer(&r, 3000);
	CHECK_EQ(rig_send(&r), 4);
	rig_answer(&r, 7000);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	CHECK_EQ(rig_send(&r), 3);
	rig_answer(&r, 10000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_end(&r);
}

/* A second one, behind SACKs that made the window larger, begins growth anew as the first. */
RIG_CASE(rto__twice_grows_slowly)
{
	u32 k, i, cwnd;
	struct rig r;

	for (k = 0; tcp_cc_nth(k); k++) {
		rig_begin(&r, iss, true);
		r.s.conf.cc = tcp_cc_nth(k);
		r.s.cc.cwnd = 40000;
		rig_write(&r, 100000);
		rig_until_rto(&r);
		rig_expire(&r);
		r.s.frto = 0;
		r.s.undo_able = false;
		r.s.rack_reordering = true;
		r.s.cc.ssthresh = 2000;
		for (i = 2; i <= 30; i++) {
			rig_send(&r);
			r.now += 1000;
			rig_sack1(&r, 0, 1000, i * 1000);
		}
		CHECK(r.s.cc.cwnd > 4000);
		while (r.s.timeouts < 2)
			rig_expire(&r);
		CHECK_EQ(r.s.cc.cwnd, tcp_sender_pipe(&r.s) + RIG_MSS);
		for (i = 30; i <= 40; i++) {
			cwnd = r.s.cc.cwnd;
			rig_send(&r);
			r.now += 1000;
			rig_ack(&r, i * 1000);
			CHECK(r.s.cc.cwnd <= cwnd + RIG_MSS);
		}
		rig_end(&r);
	}
}

/* RFC 8985 6.3: what was sent only now is not given up by a timeout. */
RIG_CASE(rto__recent_data_kept)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_ack(&r, 1000);
	rig_send(&r);
	r.now = r.s.rto_from_us + r.s.rtt.rto_us - 1000;
	r.s.tlp = true;
	r.s.tlp_end = r.s.nxt;
	rig_write(&r, 0);
	r.s.cc.cwnd += 1000;
	CHECK_EQ(rig_send(&r), 1);
	r.now = r.s.due_us;
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	rig_expire(&r);
	CHECK_EQ(r.s.lost, r.s.nxt - r.s.una - 1000);
	rig_end(&r);
}

/* RFC 2018 8: a receiver that threw away what it had. */
RIG_CASE(rto__reneging)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 10000);
	rig_send(&r);
	rig_answer(&r, 1000);
	CHECK_EQ(r.s.sacked, 9000);
	while (r.s.phase != TCP_PHASE_LOSS) {
		rig_expire(&r);
		if (r.s.phase != TCP_PHASE_LOSS)
			rig_send(&r);
	}
	CHECK_EQ(r.s.sacked, 0);
	CHECK(r.s.lost >= 9000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 1000);
	rig_end(&r);
}

/* The first ACK of a flight says that there is congestion. */
static void ecn_begin(struct rig *r, u32 iss)
{
	rig_flight(r, iss, true);
	r->s.ecn_ok = true;
	r->ece = true;
	rig_ack(r, 1000);
}

/* RFC 3168 6.1.2: once a window, told with CWR on new data. */
RIG_CASE(ecn__once)
{
	struct rig r;

	ecn_begin(&r, iss);
	CHECK_EQ(r.s.phase, TCP_PHASE_CWR);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(r.s.cwr_pending);
	rig_send(&r);
	rig_ack(&r, 3000);
	rig_ack(&r, 5000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	rig_send(&r);
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.cwnd, 5000);
	rig_send(&r);
	CHECK(!r.s.cwr_pending);
	CHECK(r.s.cwr_out);
	/* Until CWR has arrived ECE tells nothing new. */
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	r.now += RIG_RTT_US;
	r.ece = false;
	rig_ack(&r, r.s.cwr_end - r.base);
	r.ece = true;
	rig_send(&r);
	rig_ack(&r, r.s.una - r.base + 1000);
	CHECK(r.s.cc.ssthresh < 5000);
	CHECK_EQ(r.s.retrans, 0);
	rig_end(&r);
}

RIG_CASE(ecn__flag)
{
	struct rig r;
	u32 i, cwr = 0;

	ecn_begin(&r, iss);
	r.ece = false;
	for (i = 2; i <= 10; i++) {
		u32 k, n = rig_send(&r);

		for (k = 0; k < n; k++)
			cwr += !!(r.tx[k].flags & TCP_CWR);
		rig_ack(&r, i * 1000);
	}
	CHECK_EQ(cwr, 1);
	rig_end(&r);
	/* Who has not agreed is not heard. */
	rig_flight(&r, iss, true);
	r.ece = true;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_end(&r);
}

/* A loss in a window that was reduced for ECN does not reduce it again. */
RIG_CASE(ecn__and_loss)
{
	struct rig r;

	ecn_begin(&r, iss);
	rig_sack1(&r, 1000, 2000, 6000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 1000);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(rto__whole_flight_lost),
	KTAP_CASE(rto__twice_grows_slowly),
	KTAP_CASE(rto__recent_data_kept),
	KTAP_CASE(rto__reneging),
	KTAP_CASE(ecn__once),
	KTAP_CASE(ecn__flag),
	KTAP_CASE(ecn__and_loss),
};

KTAP_MAIN(cases)
