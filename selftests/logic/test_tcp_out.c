// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/tcp/logic/sender_out.c: what is sent for the first time, and how much in
 * a packet.
 */
#include "tcp_rig.h"

RIG_CASE(send__initial_window_and_slow_start)
{
	struct rig r;

	rig_begin(&r, iss, true);
	CHECK_EQ(rig_write(&r, 100000), 10);
	CHECK_EQ(rig_at(&r, 9), 9000);
	CHECK_EQ(r.tx[9].len, RIG_MSS);
	CHECK_EQ(r.tx[9].flags, 0);
	CHECK(r.s.cwnd_limited);
	rig_answer(&r, 2000);
	CHECK_EQ(r.acked.bytes, 2000);
	CHECK(r.acked.fresh);
	CHECK_EQ(rig_send(&r), 4);
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.cc.cwnd, 20000);
	rig_end(&r);
}

/* Many segments in one packet: a multiple of them, but at the end. */
RIG_CASE(send__large_packets)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.stock.max = 4500;
	CHECK_EQ(rig_write(&r, 9300), 3);
	CHECK_EQ(r.tx[0].len, 4000);
	CHECK_EQ(r.tx[1].len, 4000);
	CHECK_EQ(r.tx[2].len, 1300);
	CHECK_EQ(r.tx[2].flags, TCP_PSH);
	CHECK_EQ(r.s.n_sent, 3);
	rig_end(&r);
}

RIG_CASE(send__fin_rides)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.stock.fin = true;
	CHECK_EQ(rig_write(&r, 1500), 2);
	CHECK_EQ(r.tx[0].flags, 0);
	CHECK_EQ(r.tx[1].flags, TCP_FIN | TCP_PSH);
	CHECK_EQ(r.s.nxt - r.base, 1501);
	rig_answer(&r, 1500);
	CHECK(!r.acked.fin);
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	rig_ack(&r, 1501);
	CHECK(r.acked.fin);
	CHECK_EQ(r.s.due, TCP_DUE_NONE);
	CHECK_EQ(rig_send(&r), 0);
	CHECK_EQ(r.s.due, TCP_DUE_NONE);
	rig_end(&r);
}

RIG_CASE(send__fin_alone)
{
	struct rig r;

	rig_begin(&r, iss, false);
	rig_write(&r, 1000);
	r.stock.fin = true;
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].flags, TCP_FIN);
	CHECK_EQ(r.tx[0].len, 0);
	/* Both are lost. */
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 1000);
	CHECK_EQ(r.tx[0].flags & TCP_FIN, 0);
	rig_answer(&r, 1000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].flags, TCP_FIN);
	CHECK(r.tx[0].retrans);
	rig_end(&r);
}

/* The FIN takes a place in the window as well. */
RIG_CASE(send__fin_waits_for_window)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_window(&r, 1000);
	r.stock.fin = true;
	CHECK_EQ(rig_write(&r, 1000), 1);
	CHECK_EQ(r.tx[0].flags, TCP_PSH);
	r.now += RIG_RTT_US;
	r.wnd = 0;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 0);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_WINDOW);
	r.wnd = 1;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].flags, TCP_FIN);
	rig_end(&r);
}

/* RFC 9293 3.7.4 by Minshall: one small segment at a time, however many full ones. */
RIG_CASE(nagle__minshall)
{
	struct rig r;

	rig_begin(&r, iss, true);
	CHECK_EQ(rig_write(&r, 1100), 2);
	CHECK_EQ(rig_write(&r, 100), 0);
	CHECK_EQ(rig_write(&r, 800), 0);
	CHECK_EQ(rig_write(&r, 200), 1);
	CHECK_EQ(r.tx[0].len, 1000);
	CHECK_EQ(r.tx[0].flags, 0);
	rig_answer(&r, 1000);
	CHECK_EQ(rig_send(&r), 0);
	rig_ack(&r, 1100);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 100);
	rig_end(&r);
}

RIG_CASE(nagle__off)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.conf.nodelay = true;
	CHECK_EQ(rig_write(&r, 100), 1);
	CHECK_EQ(rig_write(&r, 100), 1);
	CHECK_EQ(r.tx[0].flags, TCP_PSH);
	rig_end(&r);
}

RIG_CASE(cork__full_segments)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.conf.cork = true;
	r.s.conf.nodelay = true;
	CHECK_EQ(rig_write(&r, 2500), 2);
	rig_answer(&r, 2000);
	CHECK_EQ(rig_send(&r), 0);
	/* The override timeout. */
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_WINDOW);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 500);
	CHECK(!r.tx[0].probe);
	CHECK_EQ(rig_write(&r, 500), 0);
	r.s.conf.cork = false;
	CHECK_EQ(rig_send(&r), 1);
	rig_end(&r);
}

RIG_CASE(cork__more_follows)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.stock.push = false;
	CHECK_EQ(rig_write(&r, 999), 0);
	CHECK_EQ(rig_write(&r, 1), 1);
	CHECK_EQ(r.tx[0].flags, 0);
	CHECK_EQ(rig_write(&r, 10), 0);
	r.stock.fin = true;
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].flags, TCP_FIN | TCP_PSH);
	rig_end(&r);
}

/* RFC 9293 3.8.6.2.1, MUST-38 */
RIG_CASE(silly_window__half)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.max_wnd = 1600;
	rig_window(&r, 1600);
	CHECK_EQ(r.s.wnd, 1600);
	CHECK_EQ(rig_write(&r, 10000), 1);
	CHECK_EQ(r.tx[0].len, 1000);
	r.now += RIG_RTT_US;
	/* 799 bytes are less than half of it. */
	r.wnd = 799;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 0);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_WINDOW);
	r.wnd = 800;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 800);
	r.now += RIG_RTT_US;
	/* What is held back for long is sent nevertheless. */
	r.wnd = 100;
	rig_ack(&r, 1800);
	CHECK_EQ(rig_send(&r), 0);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 100);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(send__initial_window_and_slow_start),
	KTAP_CASE(send__large_packets),
	KTAP_CASE(send__fin_rides),
	KTAP_CASE(send__fin_alone),
	KTAP_CASE(send__fin_waits_for_window),
	KTAP_CASE(nagle__minshall),
	KTAP_CASE(nagle__off),
	KTAP_CASE(cork__full_segments),
	KTAP_CASE(cork__more_follows),
	KTAP_CASE(silly_window__half),
};

KTAP_MAIN(cases)
