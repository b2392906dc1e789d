// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/sender_timer.c: probes of a window that is closed. */
#include "tcp_rig.h"

/* MUST-36, MUST-37: probes come ever more slowly, and never end while they are answered. */
RIG_CASE(probe__answered)
{
	struct rig r;
	u64 wait = 0;
	u32 i;

	rig_begin(&r, iss, true);
	rig_window(&r, 0);
	CHECK_EQ(rig_write(&r, 1000), 0);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_WINDOW);
	CHECK_EQ(rig_wait(&r), r.s.rtt.rto_us);
	for (i = 0; i < 100; i++) {
		CHECK(rig_expire(&r) == TCP_EXPIRED_SEND);
		CHECK_EQ(rig_send(&r), 1);
		CHECK(r.tx[0].probe);
		CHECK_EQ(r.tx[0].seq, r.s.una - 1);
		CHECK(rig_wait(&r) == 2 * wait || !wait || rig_wait(&r) == 120000000);
		wait = rig_wait(&r);
		rig_ack(&r, 0);
		CHECK_EQ(rig_send(&r), 0);
		CHECK_EQ(rig_wait(&r), wait);
	}
	rig_window(&r, 1000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 1000);
	CHECK(rig_wait(&r) < 1000000);
	rig_end(&r);
}

/* Nobody waits for it any more: until the RTO is at its bound. */
RIG_CASE(probe__orphan)
{
	struct rig r;
	u64 begin;
	u32 i;

	for (i = 0; i < 2; i++) {
		rig_begin(&r, iss, true);
		if (i)
			rig_write(&r, 1000);	/* and then the window closes */
		rig_window(&r, 0);
		rig_write(&r, 1000);
		r.s.conf.orphan = true;
		r.s.conf.retries = 8;
		begin = r.now;
		while (rig_expire(&r) != TCP_EXPIRED_DEAD) {
			CHECK_EQ(rig_send(&r), 1);
			rig_ack(&r, 0);
		}
		CHECK(r.now - begin > 200 * 1000000ULL);
		CHECK(r.now - begin < 400 * 1000000ULL);
		rig_end(&r);
	}
}

RIG_CASE(probe__not_answered)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	rig_window(&r, 0);
	rig_write(&r, 1000);
	for (i = 0; i < 15; i++) {
		CHECK_EQ(rig_expire(&r), i < 2 ? TCP_EXPIRED_SEND : TCP_EXPIRED_ADVISE);
		CHECK_EQ(rig_send(&r), 1);
	}
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_DEAD);
	rig_end(&r);
}

/* TCP_USER_TIMEOUT also bounds how long data may wait for a window. */
RIG_CASE(probe__user_timeout)
{
	struct rig r;
	u64 begin;

	rig_begin(&r, iss, true);
	r.s.conf.user_timeout_us = 10000000;
	rig_window(&r, 0);
	rig_write(&r, 1000);
	begin = r.now;
	while (rig_expire(&r) != TCP_EXPIRED_DEAD) {
		CHECK(r.now - begin < 10000000);
		rig_send(&r);
		rig_ack(&r, 0);
	}
	CHECK_EQ(r.now - begin, 10000000);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(probe__answered),
	KTAP_CASE(probe__orphan),
	KTAP_CASE(probe__not_answered),
	KTAP_CASE(probe__user_timeout),
};

KTAP_MAIN(cases)
