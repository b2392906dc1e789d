// SPDX-License-Identifier: GPL-2.0
/* Tests of module/tcp/logic/sender.c: our SYN, and what is agreed upon. */
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

	rig_syn(&r, iss);
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

	rig_syn(&r, iss);
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

	rig_syn(&r, iss);
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

static const struct ktap_case cases[] = {
	KTAP_CASE(syn__sent_again_with_backoff),
	KTAP_CASE(syn__acknowledged),
	KTAP_CASE(syn__lost),
	KTAP_CASE(syn__with_data),
	KTAP_CASE(syn__simultaneous),
	KTAP_CASE(syn__user_timeout),
};

KTAP_MAIN(cases)
