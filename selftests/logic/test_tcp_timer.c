// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/sender_timer.c: the retransmission timeout. */
#include "tcp_rig.h"

/* RFC 6298 5.4 to 5.6, RFC 5681 3.1; MUST-20 to 22 */
RIG_CASE(rto__backoff_and_end)
{
	struct rig r;
	u64 wait;
	u32 i;

	rig_begin(&r, iss, false);
	rig_write(&r, 5000);
	wait = rig_wait(&r);
	CHECK_EQ(wait, 300000);
	for (i = 0; i < 15; i++) {
		CHECK_EQ(r.s.due, TCP_DUE_RTO);
		CHECK_EQ(rig_wait(&r), wait);
		CHECK_EQ(rig_expire(&r), i < 2 ? TCP_EXPIRED_SEND : TCP_EXPIRED_ADVISE);
		CHECK_EQ(rig_send(&r), 1);
		CHECK_EQ(rig_at(&r, 0), 0);
		CHECK_EQ(r.s.cc.cwnd, RIG_MSS);
		wait = 2 * wait < 120000000 ? 2 * wait : 120000000;
	}
	/* The threshold is that of the first. */
	CHECK_EQ(r.s.cc.ssthresh, 2500);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_DEAD);
	rig_end(&r);
}

/* RFC 6298 5: never less than one RTO after it was sent last, however late that was. */
RIG_CASE(rto__counts_from_sending)
{
	struct rig r;

	rig_syn(&r, iss);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	r.now += 400000;	/* until there is memory for it */
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_wait(&r), 2000000);
	rig_end(&r);

	rig_begin(&r, iss, false);
	rig_write(&r, 3000);
	rig_expire(&r);
	r.now += 400000;
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_wait(&r), 600000);
	rig_end(&r);
}

/* RFC 6298 5.3, Karn: the backoff stays until something sent once is acknowledged. */
RIG_CASE(rto__karn)
{
	struct rig r;

	rig_begin(&r, iss, false);
	rig_write(&r, 2000);
	rig_expire(&r);
	rig_send(&r);
	rig_answer(&r, 1000);
	CHECK_EQ(r.s.backoff, 1);
	CHECK_EQ(r.s.timeouts, 0);
	CHECK_EQ(r.s.rtt.srtt_us, RIG_RTT_US);
	CHECK_EQ(rig_wait(&r), 600000);
	rig_send(&r);
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.backoff, 1);
	rig_write(&r, 1000);
	rig_answer(&r, 3000);
	CHECK_EQ(r.s.backoff, 0);
	rig_end(&r);
}

/* RFC 7323 4: by a timestamp even what was sent twice can be timed. */
RIG_CASE(rto__timestamp)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 1000);
	rig_until_rto(&r);
	rig_expire(&r);
	rig_send(&r);
	CHECK_EQ(r.s.backoff, 1);
	r.now += 50000;
	r.ts_rtt_us = 50000;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.backoff, 0);
	CHECK_EQ(r.s.rtt.latest_us, 50000);
	/* Nothing less than a millisecond. */
	rig_write(&r, 1000);
	rig_until_rto(&r);
	rig_expire(&r);
	rig_send(&r);
	r.ts_rtt_us = 1;
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.rtt.latest_us, 1000);
	rig_end(&r);
}

RIG_CASE(rto__user_timeout)
{
	struct rig r;
	u64 begin;

	rig_begin(&r, iss, true);
	r.s.conf.user_timeout_us = 4000000;
	begin = r.now;
	rig_write(&r, 1000);
	while (rig_expire(&r) != TCP_EXPIRED_DEAD)
		rig_send(&r);
	CHECK_EQ(r.now - begin, 4000000);
	rig_end(&r);
}

RIG_CASE(timer__too_early)
{
	struct rig r;

	rig_begin(&r, iss, true);
	CHECK_EQ(tcp_sender_expire(&r.s, r.now), TCP_EXPIRED_NOT);
	rig_write(&r, 1000);
	CHECK_EQ(tcp_sender_expire(&r.s, r.s.due_us - 1), TCP_EXPIRED_NOT);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(rto__backoff_and_end),
	KTAP_CASE(rto__counts_from_sending),
	KTAP_CASE(rto__karn),
	KTAP_CASE(rto__timestamp),
	KTAP_CASE(rto__user_timeout),
	KTAP_CASE(timer__too_early),
};

KTAP_MAIN(cases)
