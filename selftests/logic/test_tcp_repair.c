// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/sender_out.c: in which packets what was lost is sent again. */
#include "tcp_rig.h"

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
	rig_answer(&r, 1000);
	CHECK_EQ(rig_send(&r), 1);
	CHECK_EQ(r.tx[0].len, 2000);
	rig_answer(&r, 3000);
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
	KTAP_CASE(repair__within_a_packet),
	KTAP_CASE(repair__large_packets),
	KTAP_CASE(repair__little_pieces),
};

KTAP_MAIN(cases)
