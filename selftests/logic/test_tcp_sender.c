// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/tcp/logic/sender.c and sender_ack.c: what an ACK changes, and what else
 * comes in between: another segment size, want of memory, a full queue.
 */
#include "tcp_rig.h"

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
	rig_answer(&r, 1500);
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
	rig_answer(&r, 3000);
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
	rig_answer(&r, 10000);
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

static const struct ktap_case cases[] = {
	KTAP_CASE(ack__beyond_or_old),
	KTAP_CASE(ack__within_a_packet),
	KTAP_CASE(mss__less),
	KTAP_CASE(mss__more),
	KTAP_CASE(memory__none_for_packets),
	KTAP_CASE(memory__none),
	KTAP_CASE(local_drop__less_window),
	KTAP_CASE(cc__changed),
};

KTAP_MAIN(cases)
