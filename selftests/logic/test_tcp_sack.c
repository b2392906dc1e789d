// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/sack.c and scoreboard.c: what an ACK shows to have arrived. */
#include "tcp_rig.h"

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

static const struct ktap_case cases[] = {
	KTAP_CASE(sack__marks_and_merges),
	KTAP_CASE(sack__bounded),
	KTAP_CASE(sack__single_bytes),
	KTAP_CASE(sack__garbage),
	KTAP_CASE(dsack__seen),
};

KTAP_MAIN(cases)
