// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/tcp/logic/sender*.c and window.c: the handshake, how much is sent when,
 * windows and their probes, and the timers.
 */
#include "tcp_rig.h"

RIG_CASE(syn__sent_again_with_backoff)
{
	struct rig r;
	u32 i;

	rig_init(&r, iss);
	tcp_sender_syn(&r.s, r.now);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].flags, TCP_SYN);
	CHECK_EQ(r.tx[0].seq, iss);
	CHECK(!r.tx[0].retrans);
	CHECK_EQ(r.s.nxt, iss + 1);
	for (i = 0; i < 6; i++) {
		CHECK_EQ(rig_wait(&r), 1000000ULL << i);
		CHECK_EQ(rig_expire(&r), i < 2 ? TCP_EXPIRED_SEND : TCP_EXPIRED_ADVISE);
		CHECK_EQ(rig_send(&r), 1);
		CHECK(r.tx[0].retrans);
		CHECK_EQ(r.tx[0].flags, TCP_SYN);
	}
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_DEAD);
	rig_end(&r);
}

RIG_CASE(syn__acknowledged)
{
	struct rig r;

	rig_init(&r, iss);
	tcp_sender_syn(&r.s, r.now);
	rig_send(&r);
	r.now += 30000;
	rig_ack(&r, 0);
	CHECK(r.acked.syn);
	CHECK_EQ(r.acked.bytes, 1);
	CHECK(r.s.synced);
	CHECK_EQ(r.s.rtt.srtt_us, 30000);
	tcp_sender_synced(&r.s, 1400, 5000, 77, true, true, false, 0, false, r.now);
	check_sender(&r.s);
	CHECK_EQ(r.s.rtt.srtt_us, 30000);
	CHECK_EQ(r.s.wnd, 5000);
	CHECK_EQ(r.s.wl1, 77);
	CHECK_EQ(r.s.cc.cwnd, 14000);
	CHECK_EQ(r.s.due, TCP_DUE_NONE);
	rig_end(&r);
}

/* RFC 6298 5.7, RFC 5681 3.1 */
RIG_CASE(syn__lost)
{
	struct rig r;

	rig_init(&r, iss);
	tcp_sender_syn(&r.s, r.now);
	rig_send(&r);
	rig_expire(&r);
	rig_send(&r);
	r.now += 30000;
	rig_ack(&r, 0);
	CHECK_EQ(r.s.rtt.srtt_us, 0);
	tcp_sender_synced(&r.s, RIG_MSS, 5000, 0, true, false, false, 0, true, r.now);
	CHECK_EQ(r.s.rtt.rto_us, 3000000);
	CHECK_EQ(r.s.cc.cwnd, RIG_MSS);
	CHECK_EQ(rig_write(&r, 5000), 1);
	CHECK_EQ(rig_wait(&r), 3000000);
	rig_end(&r);
}

/* RFC 7413: what the answer acknowledges of the data in the SYN is sent no more. */
RIG_CASE(syn__with_data)
{
	struct rig r;

	rig_init(&r, iss);
	tcp_sender_syn(&r.s, r.now);
	rig_send(&r);
	tcp_sender_synced(&r.s, RIG_MSS, 5000, 0, true, false, false, 30000, false, r.now);
	tcp_sender_early(&r.s, 700, r.now);
	check_sender(&r.s);
	CHECK_EQ(r.s.una, iss + 701);
	CHECK_EQ(r.s.due, TCP_DUE_NONE);
	CHECK_EQ(rig_write(&r, 1000), 1);
	CHECK_EQ(r.tx[0].seq, iss + 701);
	CHECK_EQ(r.tx[0].len, 300);
	rig_ack(&r, 1000);
	CHECK_EQ(r.acked.bytes, 300);
	CHECK_EQ(r.s.bytes_sent, 1000);
	CHECK_EQ(r.s.bytes_acked, 1000);
	rig_end(&r);
}

RIG_CASE(syn__simultaneous)
{
	struct rig r;

	rig_init(&r, iss);
	tcp_sender_syn_again(&r.s, r.now);
	CHECK_EQ(rig_send(&r), 1);
	CHECK(!r.tx[0].retrans);
	tcp_sender_syn_again(&r.s, r.now);
	CHECK_EQ(rig_send(&r), 1);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(r.tx[0].flags, TCP_SYN);
	CHECK_EQ(rig_write(&r, 100), 0);
	rig_ack(&r, 0);
	tcp_sender_syn_again(&r.s, r.now);
	CHECK(!r.s.syn_due);
	rig_end(&r);
}

/* RFC 5482: R2 in time. */
RIG_CASE(syn__user_timeout)
{
	struct rig r;

	rig_init(&r, iss);
	r.s.conf.user_timeout_us = 2500000;
	tcp_sender_syn(&r.s, r.now);
	rig_send(&r);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	rig_send(&r);
	CHECK_EQ(rig_wait(&r), 1500000);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_DEAD);
	rig_end(&r);
}

RIG_CASE(send__initial_window_and_slow_start)
{
	struct rig r;

	rig_begin(&r, iss, true);
	CHECK_EQ(rig_write(&r, 100000), 10);
	CHECK_EQ(rig_at(&r, 9), 9000);
	CHECK_EQ(r.tx[9].len, RIG_MSS);
	CHECK_EQ(r.tx[9].flags, 0);
	CHECK(r.s.cwnd_limited);
	r.now += RIG_RTT_US;
	rig_ack(&r, 2000);
	CHECK_EQ(r.acked.bytes, 2000);
	CHECK(r.acked.fresh);
	CHECK_EQ(rig_send(&r), 4);
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.cc.cwnd, 20000);
	rig_end(&r);
}

/* What is not in use does not become larger (RFC 7661). */
RIG_CASE(send__application_limited)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	for (i = 1; i <= 40; i++) {
		CHECK_EQ(rig_write(&r, 2000), 2);
		r.now += RIG_RTT_US;
		rig_ack(&r, 2000 * i);
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
		r.now += RIG_RTT_US;
		rig_ack(&r, 2000 * i);
	}
	CHECK(r.s.cc.cwnd < 60000);
	CHECK(r.s.cc.cwnd >= 10000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);
}

/* RFC 5681 4.1 */
RIG_CASE(send__slow_start_after_idle)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.conf.slow_start_after_idle = true;
	r.s.cc.cwnd = 100000;
	CHECK_EQ(rig_write(&r, 100000), 100);
	r.now += RIG_RTT_US;
	rig_ack(&r, 100000);
	r.now += 10000000;
	CHECK_EQ(rig_write(&r, 100000), 10);
	CHECK_EQ(r.s.cc.cwnd, 10000);
	rig_end(&r);
	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 100000;
	rig_write(&r, 100000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 100000);
	r.now += 10000000;
	CHECK_EQ(rig_write(&r, 100000), 100);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 1500);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
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
	r.wnd = 1000;
	rig_ack(&r, 0);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 2000);
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
	r.wnd = 1600;
	rig_ack(&r, 0);
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

/* MUST-34, MUST-35: what was sent stays sent, and is sent again. */
RIG_CASE(window__shrunk)
{
	struct rig r;

	rig_begin(&r, iss, false);
	CHECK_EQ(rig_write(&r, 20000), 10);
	r.wnd = 3000;
	r.now += RIG_RTT_US;
	rig_ack(&r, 2000);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 0);
	for (i = 0; i < 60; i++) {
		enum tcp_expired what = rig_expire(&r);

		CHECK(what != TCP_EXPIRED_DEAD);
		CHECK_EQ(rig_send(&r), 1);
		r.now += RIG_RTT_US;
		rig_ack(&r, 0);
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

/* MUST-36, MUST-37: probes come ever more slowly, and never end while they are answered. */
RIG_CASE(probe__answered)
{
	struct rig r;
	u64 wait = 0;
	u32 i;

	rig_begin(&r, iss, true);
	r.wnd = 0;
	rig_ack(&r, 0);
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
	r.wnd = 1000;
	rig_ack(&r, 0);
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
		r.wnd = 0;
		rig_ack(&r, 0);
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
	r.wnd = 0;
	rig_ack(&r, 0);
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
	r.wnd = 0;
	rig_ack(&r, 0);
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

/* RFC 6298 5.3, Karn: the backoff stays until something sent once is acknowledged. */
RIG_CASE(rto__karn)
{
	struct rig r;

	rig_begin(&r, iss, false);
	rig_write(&r, 2000);
	rig_expire(&r);
	rig_send(&r);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.backoff, 1);
	CHECK_EQ(r.s.timeouts, 0);
	CHECK_EQ(r.s.rtt.srtt_us, RIG_RTT_US);
	CHECK_EQ(rig_wait(&r), 600000);
	rig_send(&r);
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.backoff, 1);
	rig_write(&r, 1000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 3000);
	CHECK_EQ(r.s.backoff, 0);
	rig_end(&r);
}

/* RFC 7323 4: by a timestamp even what was sent twice can be timed. */
RIG_CASE(rto__timestamp)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 1000);
	while (r.s.due != TCP_DUE_RTO) {
		rig_expire(&r);
		rig_send(&r);
	}
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
	while (r.s.due != TCP_DUE_RTO) {
		rig_expire(&r);
		rig_send(&r);
	}
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

RIG_CASE(ack__beyond_or_old)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 3000);
	r.now += RIG_RTT_US;
	r.wnd = 7;
	rig_ack(&r, 3001);
	CHECK_EQ(r.acked.bytes, 0);
	CHECK(!r.acked.window);
	CHECK_EQ(r.s.una, r.base);
	CHECK_EQ(r.s.wnd, 1 << 20);
	r.wnd = 1 << 20;
	rig_ack(&r, 2000);
	rig_ack(&r, 1000);
	CHECK_EQ(r.acked.bytes, 0);
	CHECK(!r.acked.duplicate);
	CHECK_EQ(r.s.una, r.base + 2000);
	rig_end(&r);
}

/* An ACK may end within what was sent in one go. */
RIG_CASE(ack__within_a_packet)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.stock.max = 65536;
	CHECK_EQ(rig_write(&r, 8000), 1);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1500);
	CHECK_EQ(r.acked.bytes, 1500);
	CHECK_EQ(r.s.n_sent, 1);
	CHECK_EQ(tcp_sender_flight(&r.s), 6500);
	CHECK_EQ(tcp_sender_pipe(&r.s), 6500);
	rig_ack(&r, 8000);
	CHECK_EQ(r.s.n_sent, 0);
	CHECK_EQ(r.s.delivered, 8000);
	CHECK_EQ(r.s.bytes_acked, 8000);
	rig_end(&r);
}

RIG_CASE(mss__less)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 5000);
	tcp_sender_mss(&r.s, 500, r.now);
	check_sender(&r.s);
	CHECK_EQ(r.s.lost, 5000);
	CHECK_EQ(r.s.cc.cwnd, 10000);
	CHECK_EQ(rig_send(&r), 5);
	CHECK_EQ(r.tx[0].len, 1000);
	r.stock.max = 500;
	rig_end(&r);
	rig_begin(&r, iss, false);
	r.stock.max = 500;
	rig_write(&r, 3000);
	tcp_sender_mss(&r.s, 500, r.now);
	CHECK_EQ(rig_send(&r), 6);
	CHECK_EQ(r.tx[5].len, 500);
	CHECK(r.tx[5].retrans);
	r.now += RIG_RTT_US;
	rig_ack(&r, 3000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);
}

RIG_CASE(mss__more)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 1500;
	rig_write(&r, 1000);
	tcp_sender_mss(&r.s, 9000, r.now);
	check_sender(&r.s);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.cc.cwnd, 9000);
	r.s.cc.ssthresh = 4000;
	tcp_sender_mss(&r.s, 9001, r.now);
	CHECK_EQ(r.s.cc.ssthresh, 18002);
	tcp_sender_mss(&r.s, 1000, r.now);
	CHECK_EQ(r.s.lost, 0);
	rig_end(&r);
}

/* What could not be built is tried again later, and not at once. */
RIG_CASE(memory__none_for_packets)
{
	struct tcp_tx tx;
	struct rig r;

	rig_init(&r, iss);
	tcp_sender_syn(&r.s, r.now);
	CHECK(tcp_sender_next(&r.s, &r.stock, r.now, &tx));
	tcp_sender_flushed(&r.s, &r.stock, r.now);
	CHECK_EQ(r.s.due, TCP_DUE_RTO);
	CHECK_EQ(rig_wait(&r), 1000000);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(&r), 1);
	CHECK(!r.tx[0].retrans);
	rig_end(&r);

	rig_begin(&r, iss, true);
	r.s.conf.user_timeout_us = 1000;
	r.stock.end += 1000;
	CHECK(tcp_sender_next(&r.s, &r.stock, r.now, &tx));
	tcp_sender_flushed(&r.s, &r.stock, r.now);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_WINDOW);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	tcp_sender_flushed(&r.s, &r.stock, r.now);
	CHECK(rig_wait(&r) > 0);
	CHECK_EQ(rig_send(&r), 1);
	rig_end(&r);
}

/* Nothing is sent that could not be kept in mind. */
RIG_CASE(memory__none)
{
	struct rig r;
	struct tcp_tx tx;
	struct tcp_sent *e;

	rig_begin(&r, iss, true);
	while ((e = tcp_sender_take(&r.s, true)))
		free(e);
	r.stock.end += 1000;
	CHECK(!tcp_sender_next(&r.s, &r.stock, r.now, &tx));
	tcp_sender_flushed(&r.s, &r.stock, r.now);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_WINDOW);
	check_give(&r.s);
	CHECK(tcp_sender_next(&r.s, &r.stock, r.now, &tx));
	rig_end(&r);
}

RIG_CASE(local_drop__less_window)
{
	struct rig r;

	rig_begin(&r, iss, true);
	tcp_sender_local_drop(&r.s, r.now);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_write(&r, 10000);
	tcp_sender_local_drop(&r.s, r.now);
	CHECK_EQ(r.s.phase, TCP_PHASE_CWR);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	tcp_sender_local_drop(&r.s, r.now);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK_EQ(rig_send(&r), 0);
	r.now += RIG_RTT_US;
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.cwnd, 5000);
	rig_end(&r);
}

RIG_CASE(cc__changed)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.conf.cc = &tcp_cubic;
	CHECK_EQ(rig_write(&r, 20000), 10);
	CHECK(r.s.cc.ops == &tcp_cubic);
	CHECK_EQ(r.s.cc.cwnd, 10000);
	r.now += RIG_RTT_US;
	rig_sack1(&r, 0, 1000, 10000);
	CHECK_EQ(r.s.cc.ssthresh, 7000);
	rig_end(&r);
}

RIG_CASE(rate__measured)
{
	struct rig r;

	rig_begin(&r, iss, true);
	rig_write(&r, 10000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.rate_bytes, 10000);
	CHECK_EQ(r.s.rate_interval_us, RIG_RTT_US);
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
	KTAP_CASE(syn__sent_again_with_backoff),
	KTAP_CASE(syn__acknowledged),
	KTAP_CASE(syn__lost),
	KTAP_CASE(syn__with_data),
	KTAP_CASE(syn__simultaneous),
	KTAP_CASE(syn__user_timeout),
	KTAP_CASE(send__initial_window_and_slow_start),
	KTAP_CASE(send__application_limited),
	KTAP_CASE(send__window_validated),
	KTAP_CASE(send__slow_start_after_idle),
	KTAP_CASE(send__large_packets),
	KTAP_CASE(send__fin_rides),
	KTAP_CASE(send__fin_alone),
	KTAP_CASE(send__fin_waits_for_window),
	KTAP_CASE(nagle__minshall),
	KTAP_CASE(nagle__off),
	KTAP_CASE(cork__full_segments),
	KTAP_CASE(cork__more_follows),
	KTAP_CASE(silly_window__half),
	KTAP_CASE(window__shrunk),
	KTAP_CASE(window__shrunk_to_nothing),
	KTAP_CASE(window__old_segments),
	KTAP_CASE(probe__answered),
	KTAP_CASE(probe__orphan),
	KTAP_CASE(probe__not_answered),
	KTAP_CASE(probe__user_timeout),
	KTAP_CASE(rto__backoff_and_end),
	KTAP_CASE(rto__karn),
	KTAP_CASE(rto__timestamp),
	KTAP_CASE(rto__user_timeout),
	KTAP_CASE(ack__beyond_or_old),
	KTAP_CASE(ack__within_a_packet),
	KTAP_CASE(mss__less),
	KTAP_CASE(mss__more),
	KTAP_CASE(memory__none_for_packets),
	KTAP_CASE(memory__none),
	KTAP_CASE(local_drop__less_window),
	KTAP_CASE(cc__changed),
	KTAP_CASE(rate__measured),
	KTAP_CASE(timer__too_early),
};

KTAP_MAIN(cases)
