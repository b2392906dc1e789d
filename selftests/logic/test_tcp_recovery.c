// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of module/tcp/logic/{sack,rack,tlp,reno,recovery,prr,undo}.c: what an ACK shows
 * to have arrived or to be lost, and what is done about it.
 */
#include "tcp_rig.h"

/* Ten segments in flight, a round trip later. */
static void rig_flight(struct rig *r, u32 iss, bool sack)
{
	rig_begin(r, iss, sack);
	MUST(rig_write(r, 100000) == 10);
	r->now += RIG_RTT_US;
}

/* The blocks of a whole flight but its first segment, one ACK each. */
static void rig_lose_first(struct rig *r)
{
	u32 i;

	for (i = 2; i <= 4; i++) {
		rig_sack1(r, 0, 1000, i * 1000);
		rig_send(r);
	}
}

RIG_CASE(sack__marks_and_merges)
{
	struct tcp_block b[] = { { 7000, 8000 }, { 2000, 3000 }, { 4000, 5500 } };
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack(&r, 0, 3, b);
	CHECK_EQ(r.s.sacked, 3500);
	CHECK_EQ(r.s.delivered, 3500);
	CHECK(r.acked.fresh);
	/* The same again brings nothing. */
	rig_sack(&r, 0, 3, b);
	CHECK_EQ(r.s.sacked, 3500);
	CHECK(!r.acked.fresh);
	b[0] = (struct tcp_block){ 2000, 8000 };
	rig_sack(&r, 0, 1, b);
	CHECK_EQ(r.s.sacked, 6000);
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.sacked, 0);
	CHECK_EQ(r.s.delivered, 10000);
	rig_end(&r);
}

/* However large a block becomes, it is one entry. */
RIG_CASE(sack__bounded)
{
	struct rig r;
	u32 i, most = 0;

	rig_begin(&r, iss, true);
	r.s.cc.cwnd = 300000;
	CHECK_EQ(rig_write(&r, 300000), 300);
	r.now += RIG_RTT_US;
	for (i = 2; i <= 300; i++) {
		rig_sack1(&r, 0, 1000, i * 1000);
		most = r.s.n_sent > most ? r.s.n_sent : most;
	}
	CHECK_EQ(r.s.n_sent, 2);
	CHECK(most <= 300);
	rig_end(&r);
}

/* Nor can a peer that tells of every other byte make it large. */
RIG_CASE(sack__single_bytes)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, true);
	r.stock.max = 65536;
	r.s.cc.cwnd = 60000;
	CHECK_EQ(rig_write(&r, 60000), 1);
	r.now += RIG_RTT_US;
	for (i = 0; i < 29999; i++) {
		struct tcp_block b = { 2 * i + 1, 2 * i + 2 };
		struct tcp_ack a = {
			.ack = r.base, .wnd = r.wnd, .n_sack = 1,
			.sack[0] = { r.base + b.start, r.base + b.end },
		};

		check_give(&r.s);
		tcp_sender_ack(&r.s, &a, r.now, &r.acked);
	}
	check_sender(&r.s);
	CHECK(r.s.n_sent >= TCP_SENT_MAX && r.s.n_sent <= TCP_SENT_MAX + 2);
	CHECK(r.s.sacked < 60000 / 2);
	r.stock.end += 1000;
	r.s.cc.cwnd = 1 << 20;
	/* Until there are fewer, nothing new. */
	for (i = 0; i < 60000; i++) {
		struct tcp_tx tx;

		check_give(&r.s);
		if (!tcp_sender_next(&r.s, &r.stock, r.now, &tx))
			break;
		CHECK(tx.retrans);
		tcp_sender_sent(&r.s, &tx, r.now);
	}
	CHECK(i > 1000 && i < 60000);
	check_sender(&r.s);
	rig_ack(&r, 60000);
	CHECK_EQ(rig_send(&r), 1);
	rig_end(&r);
}

/* RFC 2018 5: what does not lie in what was sent is no block. */
RIG_CASE(sack__garbage)
{
	static const struct tcp_block bad[] = {
		{ 0, 1000 }, { 2000, 2000 }, { 3000, 2000 }, { 9000, 10001 },
		{ 10000, 11000 }, { 0x80000000, 0x80000400 }, { 2000, 0x80000000 },
		{ 0xfffffff0, 5000 }, { 0x7fffffff, 3000 }, { 5000, 0 },
		{ 0xfffff000, 0xfffff800 }, { 0x80000001, 2000 },
	};
	struct rig r;
	u32 i;

	rig_flight(&r, iss, true);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rig_sack(&r, 0, 1, &bad[i]);
		CHECK_EQ(r.s.sacked, 0);
	}
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_end(&r);
	/* Nor is any where SACK is not in use. */
	rig_flight(&r, iss, false);
	rig_sack1(&r, 0, 2000, 3000);
	CHECK_EQ(r.s.sacked, 0);
	rig_end(&r);
}

/* RFC 2883: below the acknowledgment number, and within the second block. */
RIG_CASE(dsack__seen)
{
	struct tcp_block b[] = { { 3000, 4000 }, { 3000, 5000 } };
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 3000, 1000, 2000);
	CHECK_EQ(r.s.dsacks, 1);
	CHECK_EQ(r.s.sacked, 0);
	b[0].start = 4000;
	b[0].end = 5000;
	rig_sack(&r, 3000, 2, b);
	CHECK_EQ(r.s.dsacks, 2);
	CHECK_EQ(r.s.sacked, 1000);
	b[1].start = 3500;
	rig_sack(&r, 3000, 2, b);
	CHECK_EQ(r.s.dsacks, 3);
	CHECK_EQ(r.s.sacked, 1500);
	/* Older than any window: none. */
	rig_sack1(&r, 3000, 3000 - (1 << 20) - 1, 2000);
	CHECK_EQ(r.s.dsacks, 3);
	rig_end(&r);
}

/* RFC 8985 6.2: with three segments behind it that arrived, a hole is a loss at once. */
RIG_CASE(rack__three_segments)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 2000);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.due, TCP_DUE_REORDER);
	/* Limited transmit (RFC 3042). */
	CHECK_EQ(rig_send(&r), 1);
	CHECK(!r.tx[0].retrans);
	rig_sack1(&r, 0, 1000, 3000);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	rig_sack1(&r, 0, 1000, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.lost, 1000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.retrans, 1000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	rig_ack(&r, r.s.high - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.cwnd, 5000);
	CHECK_EQ(r.s.segs_retrans, 1);
	rig_end(&r);
}

/* One segment behind it: after a quarter of the least round trip. */
RIG_CASE(rack__reordering_window)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 2000);
	CHECK_EQ(r.s.due, TCP_DUE_REORDER);
	CHECK_EQ(rig_wait(&r), RIG_RTT_US / 4);
	CHECK_EQ(rig_expire(&r), TCP_EXPIRED_SEND);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	rig_end(&r);
}

/* Where reordering was seen, three segments prove nothing. */
RIG_CASE(rack__reordering_seen)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 2000);
	rig_ack(&r, 2000);
	CHECK(r.s.rack_reordering);
	CHECK_EQ(r.s.reordering_seen, 1);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_sack1(&r, 2000, 3000, 8000);
	CHECK_EQ(r.s.phase, TCP_PHASE_DISORDER);
	CHECK_EQ(r.s.due, TCP_DUE_REORDER);
	CHECK_EQ(rig_wait(&r), RIG_RTT_US / 4);
	r.now += RIG_RTT_US / 4 - 1;
	rig_sack1(&r, 2000, 3000, 8000);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(rig_wait(&r), 1);
	r.now += 1;
	rig_sack1(&r, 2000, 3000, 8000);
	CHECK_EQ(r.s.lost, 1000);
	rig_end(&r);
}

/* RFC 8985 6.2, step 4: a D-SACK makes the window larger, sixteen recoveries less. */
RIG_CASE(rack__window_adapts)
{
	struct rig r;
	u32 i, at = 10000;

	rig_flight(&r, iss, true);
	rig_sack1(&r, 3000, 0, 1000);
	CHECK_EQ(r.s.rack_wnd_mult, 2);
	/* Once a round trip. */
	rig_sack1(&r, 3000, 0, 1000);
	CHECK_EQ(r.s.rack_wnd_mult, 2);
	rig_ack(&r, 10000);
	rig_sack1(&r, 10000, 0, 1000);
	CHECK_EQ(r.s.rack_wnd_mult, 3);
	for (i = 0; i < 16; i++) {
		CHECK_EQ(r.s.rack_wnd_mult, 3);
		r.s.cc.cwnd = 10000;
		rig_write(&r, 10000);
		r.now += RIG_RTT_US;
		rig_sack1(&r, at, at + 1000, at + 9000);
		rig_send(&r);
		CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
		r.now += RIG_RTT_US;
		at = r.s.nxt - r.base;
		rig_ack(&r, at);
		CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	}
	CHECK_EQ(r.s.rack_wnd_mult, 1);
	rig_end(&r);
}

/* A retransmission that is lost again, found by what was sent after it. */
RIG_CASE(rack__lost_retransmission)
{
	struct rig r;
	u32 end;

	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	CHECK_EQ(r.s.retrans, 1000);
	r.now += 10;
	rig_sack1(&r, 0, 1000, 10000);
	CHECK(rig_send(&r) >= 1);
	end = r.s.nxt - r.base;
	r.now += RIG_RTT_US + 1000;
	rig_sack1(&r, 0, 1000, end);
	CHECK_EQ(r.s.lost, 1000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 0);
	CHECK_EQ(r.s.segs_retrans, 2);
	CHECK_EQ(r.s.rtt.srtt_us < 2 * RIG_RTT_US, 1);
	rig_end(&r);
}

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
	r.now += RIG_RTT_US;
	rig_ack(&r, 40000);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 4000);
	CHECK(r.tx[0].retrans);
	r.now += RIG_RTT_US;
	rig_ack(&r, r.s.high - r.base);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, r.s.high - r.base);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 11000);
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

/* No more than the window takes; and nothing if that has shrunk. */
RIG_CASE(tlp__window)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.wnd = 10300;
	rig_ack(&r, 0);
	rig_write(&r, 20000);
	CHECK_EQ(r.s.due, TCP_DUE_PROBE_TAIL);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(rig_at(&r, 0), 10000);
	CHECK_EQ(r.tx[0].len, 300);
	rig_end(&r);

	rig_begin(&r, iss, true);
	rig_write(&r, 5000);
	r.wnd = 4999;
	rig_ack(&r, 0);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 2501);
	CHECK(r.acked.fin);
	rig_end(&r);
}

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
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.cc.cwnd, 2000);
	CHECK_EQ(rig_send(&r), 2);
	CHECK_EQ(rig_at(&r, 0), 1000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 3000);
	CHECK_EQ(rig_send(&r), 4);
	r.now += RIG_RTT_US;
	rig_ack(&r, 7000);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	CHECK_EQ(rig_send(&r), 3);
	r.now += RIG_RTT_US;
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_end(&r);
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
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
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

/* RFC 3522: the ACK of the original arrives late. */
RIG_CASE(undo__eifel)
{
	struct rig r;

	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	r.now += 20000;
	r.ts_rtt_us = RIG_RTT_US + 20000;
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(r.s.cc.cwnd >= 10000);
	rig_end(&r);

	/* Before anything could be sent again. */
	rig_flight(&r, iss, true);
	rig_sack1(&r, 0, 1000, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	rig_end(&r);

	/* By the retransmission's timestamp nothing is undone. */
	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	r.now += RIG_RTT_US;
	r.ts_rtt_us = RIG_RTT_US;
	rig_ack(&r, 4000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	rig_end(&r);
}

/* RFC 3708: all that was sent again had arrived. */
RIG_CASE(undo__dsack)
{
	struct rig r;
	u32 high;

	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	r.stock.end = r.s.nxt;
	high = r.s.high - r.base;
	rig_ack(&r, 10000);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	r.now += RIG_RTT_US;
	rig_sack1(&r, high, 0, 1000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	rig_end(&r);

	/* Behind the end of the recovery as well. */
	rig_flight(&r, iss, true);
	rig_lose_first(&r);
	r.now += RIG_RTT_US;
	rig_ack(&r, r.s.high - r.base);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	rig_sack1(&r, r.s.una - r.base, 0, 1000);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(r.s.cc.cwnd >= 10000);
	rig_end(&r);
}

/* Ten segments are delayed until the timer expires. */
static void rig_spurious(struct rig *r, u32 iss, bool sack)
{
	rig_flight(r, iss, sack);
	while (r->s.due != TCP_DUE_RTO) {
		rig_expire(r);
		rig_send(r);
	}
	CHECK_EQ(rig_expire(r), TCP_EXPIRED_SEND);
	CHECK_EQ(rig_send(r), 1);
	CHECK_EQ(rig_at(r, 0), 0);
	CHECK_EQ(r->s.phase, TCP_PHASE_LOSS);
}

/* RFC 5682 2.1: two ACKs that go on, with new data in between. */
RIG_CASE(frto__spurious)
{
	struct rig r;

	rig_spurious(&r, iss, false);
	r.now += 1000;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.frto, 2);
	CHECK_EQ(rig_send(&r), 2);
	CHECK_EQ(rig_at(&r, 0), 10000);
	CHECK(!r.tx[1].retrans);
	CHECK_EQ(rig_send(&r), 0);
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.phase, TCP_PHASE_OPEN);
	CHECK_EQ(r.s.lost, 0);
	CHECK_EQ(r.s.cc.ssthresh, TCP_SSTHRESH_NONE);
	CHECK(r.s.cc.cwnd >= 10000);
	rig_end(&r);
}

/* A duplicate ACK instead: the loss was real. */
RIG_CASE(frto__real)
{
	struct rig r;

	rig_spurious(&r, iss, false);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 2);
	CHECK(!r.tx[0].retrans);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	CHECK_EQ(r.s.frto, 0);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	rig_ack(&r, 2000);
	CHECK_EQ(r.s.phase, TCP_PHASE_LOSS);
	CHECK(rig_send(&r) >= 1);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(rig_at(&r, 0), 2000);
	rig_end(&r);
	/* The first ACK is one: no new data. */
	rig_spurious(&r, iss, false);
	rig_ack(&r, 0);
	CHECK_EQ(r.s.frto, 0);
	rig_end(&r);
}

/* Without new data the repair goes on as ever. */
RIG_CASE(frto__no_new_data)
{
	struct rig r;

	rig_begin(&r, iss, false);
	rig_write(&r, 5000);
	rig_expire(&r);
	rig_send(&r);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 2);
	CHECK(r.tx[0].retrans);
	CHECK_EQ(rig_at(&r, 0), 1000);
	rig_end(&r);
}

/* With SACK a block of data that was sent once is enough. */
RIG_CASE(frto__sack)
{
	struct rig r;

	rig_spurious(&r, iss, true);
	CHECK(r.s.lost);
	r.now += 1000;
	rig_sack1(&r, 0, 2000, 3000);
	CHECK(r.s.phase < TCP_PHASE_LOSS);
	CHECK_EQ(r.s.cc.ssthresh >= 10000 || r.s.phase == TCP_PHASE_RECOVERY, 1);
	rig_end(&r);
}

/* RFC 3168 6.1.2: once a window, told with CWR on new data. */
RIG_CASE(ecn__once)
{
	struct rig r;

	rig_begin(&r, iss, true);
	r.s.ecn_ok = true;
	rig_write(&r, 100000);
	r.now += RIG_RTT_US;
	r.ece = true;
	rig_ack(&r, 1000);
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

	rig_begin(&r, iss, true);
	r.s.ecn_ok = true;
	rig_write(&r, 100000);
	r.now += RIG_RTT_US;
	r.ece = true;
	rig_ack(&r, 1000);
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

	rig_begin(&r, iss, true);
	r.s.ecn_ok = true;
	rig_write(&r, 100000);
	r.now += RIG_RTT_US;
	r.ece = true;
	rig_ack(&r, 1000);
	rig_sack1(&r, 1000, 2000, 6000);
	CHECK_EQ(r.s.phase, TCP_PHASE_RECOVERY);
	CHECK_EQ(r.s.cc.ssthresh, 5000);
	CHECK(rig_send(&r) >= 1);
	CHECK_EQ(rig_at(&r, 0), 1000);
	rig_end(&r);
}

/* A hole in the middle of what was sent in one go. */
RIG_CASE(repair__within_a_packet)
{
	struct rig r;
	struct tcp_block b[] = { { 3000, 4000 }, { 5500, 8000 } };

	rig_begin(&r, iss, true);
	r.stock.max = 65536;
	CHECK_EQ(rig_write(&r, 8000), 1);
	r.now += RIG_RTT_US;
	rig_sack(&r, 2000, 2, b);
	CHECK_EQ(r.s.sacked, 3500);
	CHECK_EQ(r.s.n_sent, 4);
	CHECK_EQ(r.s.lost, 2500);
	rig_send(&r);
	CHECK(r.n >= 1);
	CHECK_EQ(rig_at(&r, 0), 2000);
	CHECK_EQ(r.tx[0].len, 1000);
	CHECK_EQ(rig_at(&r, 1), 4000);
	CHECK_EQ(r.tx[1].len, 1500);
	rig_end(&r);
}

/* As much as may be sent again is sent in one go, a multiple of segments. */
RIG_CASE(repair__large_packets)
{
	struct rig r;

	rig_begin(&r, iss, false);
	r.stock.max = 65536;
	rig_write(&r, 9500);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 1000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 1000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 2000);
	r.now += RIG_RTT_US;
	rig_ack(&r, 3000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 4000);
	rig_end(&r);
}

/* What was sent in little pieces is sent again in one, with the FIN behind it. */
RIG_CASE(repair__little_pieces)
{
	struct rig r;
	u32 i;

	rig_begin(&r, iss, false);
	r.s.conf.nodelay = true;
	for (i = 0; i < 30; i++)
		CHECK_EQ(rig_write(&r, 10), 1);
	r.stock.fin = true;
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.s.n_sent, 31);
	rig_expire(&r);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 300);
	CHECK(r.tx[0].flags & TCP_FIN);
	CHECK_EQ(r.s.bytes_retrans, 300);
	CHECK_EQ(r.s.segs_retrans, 1);
	CHECK_EQ(r.s.retrans, 301);
	/* Not over one that has arrived. */
	rig_end(&r);
	rig_begin(&r, iss, true);
	r.s.conf.nodelay = true;
	for (i = 0; i < 10; i++)
		rig_write(&r, 10);
	rig_sack1(&r, 0, 50, 60);
	while (r.s.phase != TCP_PHASE_LOSS)
		rig_expire(&r);
	CHECK_EQ(rig_send(&r), 2);
	CHECK_EQ(r.tx[0].len, 50);
	CHECK_EQ(rig_at(&r, 1), 60);
	CHECK_EQ(r.tx[1].len, 40);
	rig_end(&r);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(sack__marks_and_merges),
	KTAP_CASE(sack__bounded),
	KTAP_CASE(sack__single_bytes),
	KTAP_CASE(sack__garbage),
	KTAP_CASE(dsack__seen),
	KTAP_CASE(rack__three_segments),
	KTAP_CASE(rack__reordering_window),
	KTAP_CASE(rack__reordering_seen),
	KTAP_CASE(rack__window_adapts),
	KTAP_CASE(rack__lost_retransmission),
	KTAP_CASE(prr__proportional),
	KTAP_CASE(prr__slow_start_bound),
	KTAP_CASE(newreno__three_duplicates),
	KTAP_CASE(newreno__no_second_recovery),
	KTAP_CASE(newreno__no_duplicates),
	KTAP_CASE(tlp__last_segment),
	KTAP_CASE(tlp__new_data),
	KTAP_CASE(tlp__single_segment),
	KTAP_CASE(tlp__window),
	KTAP_CASE(tlp__loss_repaired),
	KTAP_CASE(tlp__fin),
	KTAP_CASE(rto__whole_flight_lost),
	KTAP_CASE(rto__recent_data_kept),
	KTAP_CASE(rto__reneging),
	KTAP_CASE(undo__eifel),
	KTAP_CASE(undo__dsack),
	KTAP_CASE(frto__spurious),
	KTAP_CASE(frto__real),
	KTAP_CASE(frto__no_new_data),
	KTAP_CASE(frto__sack),
	KTAP_CASE(ecn__once),
	KTAP_CASE(ecn__flag),
	KTAP_CASE(ecn__and_loss),
	KTAP_CASE(repair__within_a_packet),
	KTAP_CASE(repair__large_packets),
	KTAP_CASE(repair__little_pieces),
};

KTAP_MAIN(cases)
