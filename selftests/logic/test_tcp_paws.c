// SPDX-License-Identifier: GPL-2.0
/*
 * Timestamps, and what is older than the last one: module/tcp/logic/receiver_check.c. Every
 * case is run with several initial sequence numbers.
 */
#include "tcp_rx.h"

#define DAY_US	(24ULL * 3600 * 1000000)

/* RFC 7323 5.3, R1: what is older than TS.Recent is old; by one tick it may be. */
static void tcp_receiver_check__paws(void)
{
	static const u32 recent[] = { 1, 2, 1000, 0x7fffffff, 0x80000000, 0xffffffff };
	struct rx x;
	size_t i;

	FOR_EACH_IRS(&x)
		for (i = 0; i < sizeof(recent) / sizeof(recent[0]); i++) {
			u32 ts = recent[i];

			rx_ts_begin(&x);
			x.r.ts_recent = ts;
			CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, ts), TCP_V_ACCEPT);
			CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, ts - 1), TCP_V_ACCEPT);
			CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, ts - 2), TCP_V_ACK);
			CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, ts - 0x7fffffff), TCP_V_ACK);
			CHECK_EQ(x.r.ts_recent, ts);
		}
}

/* RFC 7323 5.2: not for RST; and a SYN is challenged, however old. */
static void tcp_receiver_check__paws_and_flags(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_ts_begin(&x);
		CHECK_EQ(rx_ts_verdict(&x, 0, 0, TCP_RST, RX_TS - 100), TCP_V_RESET);
		CHECK_EQ(rx_ts_verdict(&x, 9, 0, TCP_RST, RX_TS - 100), TCP_V_CHALLENGE);
		CHECK_EQ(rx_ts_verdict(&x, 0, 0, TCP_SYN, RX_TS - 100), TCP_V_CHALLENGE);
		CHECK_EQ(rx_ts_verdict(&x, 0, 0, TCP_ACK | TCP_FIN, RX_TS - 100), TCP_V_ACK);
	}
}

/* ACKs that others have overtaken are not answered, unless there may be more to them. */
static void tcp_receiver_check__paws_overtaken_ack(void)
{
	struct tcp_seg s;
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_ts_begin(&x);
		CHECK_EQ(rx_ts_verdict(&x, 0, 0, TCP_ACK, RX_TS - 5), TCP_V_DROP);
		CHECK_EQ(rx_ts_verdict(&x, -9, 0, TCP_ACK, RX_TS - 5), TCP_V_DROP);
		CHECK_EQ(rx_ts_verdict(&x, 1, 0, TCP_ACK, RX_TS - 5), TCP_V_ACK);
		CHECK_EQ(rx_ts_verdict(&x, 0, 1, TCP_ACK, RX_TS - 5), TCP_V_ACK);
		s = rx_seg(&x, 0, 0, TCP_ACK);
		s.o.present = TCP_HAS_TS;
		s.o.tsval = RX_TS - 5;
		s.f.ack++;
		CHECK_EQ(rx_check(&x, &s), TCP_V_ACK);
	}
}

/* RFC 7323 5.5: after 24 days a timestamp says nothing, and gives way. */
static void tcp_receiver_check__paws_ages(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_ts_begin(&x);
		x.now += 24 * DAY_US;
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, RX_TS - 9), TCP_V_ACK);
		x.now++;
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, RX_TS - 9), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS - 9);
		CHECK_EQ(x.r.ts_stamp_us, x.now);
	}
}

/* Where none are in use, or none is there, nothing is held against a segment. */
static void tcp_receiver_check__no_timestamp(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		x.r.ts_recent = RX_TS;
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, 1), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS);
		rx_ts_begin(&x);
		CHECK_EQ(rx_verdict(&x, 0, 10, TCP_ACK), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS);
		x.r.ts_recent = 0;
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, 0xfffffff0), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, 0xfffffff0);
	}
}

/* RFC 7323 4.3: SEG.SEQ <= Last.ACK.sent and SEG.TSval >= TS.Recent. */
static void tcp_receiver_check__ts_recent(void)
{
	struct rx x;

	FOR_EACH_IRS(&x) {
		rx_ts_begin(&x);
		x.now += 1000;
		CHECK_EQ(rx_ts_verdict(&x, 1, 10, TCP_ACK, RX_TS + 5), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS);			/* behind a gap */
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, RX_TS + 6), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);
		CHECK_EQ(x.r.ts_stamp_us, x.now);
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, TCP_ACK, RX_TS + 5), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);		/* not turned back */
		CHECK_EQ(rx_ts_verdict(&x, -9, 3, TCP_ACK, RX_TS + 7), TCP_V_ACK);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);		/* not acceptable */
		CHECK_EQ(rx_ts_verdict(&x, 0, 10, 0, RX_TS + 7), TCP_V_DROP);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);
		/* While an ACK is delayed, what comes behind it does not count. */
		tcp_receiver_advance(&x.r, 10, x.now);
		CHECK_EQ(rx_ts_verdict(&x, 10, 10, TCP_ACK, RX_TS + 8), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 6);
		rx_acked(&x);
		CHECK_EQ(rx_ts_verdict(&x, 10, 10, TCP_ACK, RX_TS + 8), TCP_V_ACCEPT);
		CHECK_EQ(x.r.ts_recent, RX_TS + 8);
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_receiver_check__paws),
	KTAP_CASE(tcp_receiver_check__paws_and_flags),
	KTAP_CASE(tcp_receiver_check__paws_overtaken_ack),
	KTAP_CASE(tcp_receiver_check__paws_ages),
	KTAP_CASE(tcp_receiver_check__no_timestamp),
	KTAP_CASE(tcp_receiver_check__ts_recent),
};

KTAP_MAIN(cases)
