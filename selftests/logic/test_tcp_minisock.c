// SPDX-License-Identifier: GPL-2.0
/*
 * What a segment means to a listener's request and in TIME-WAIT:
 * module/tcp/logic/minisock_request.c and minisock_wait.c. Every case is run with several
 * sequence numbers of the peer.
 */
#include "tcp/logic/minisock.h"

#include "ktap.h"

#define NOW	5000000000ULL
#define ISS	0xffffff00	/* our own number wraps where 256 are added */
#define WND	1000
#define TS	2000		/* TS.Recent */
#define OUR_TS	50		/* of our SYN-ACKs, 50 to 60 */
#define NONE	0		/* no timestamp */
#define DAYS25	(25ULL * 24 * 3600 * 1000000)

static const u32 numbers[] = { 0, 1, 0x7fffffff, 0x80000000, 0x7ffffe00, 0xffffffff, 0xfffffe00 };

#define N	(sizeof(numbers) / sizeof(numbers[0]))

/* A segment @seq bytes behind the peer's SYN or FIN, that acknowledges up to ISS + @ack. */
struct arrival {
	int seq;
	u8 flags;
	u32 len;
	u32 ack;
	u32 tsval;
	u32 tsecr;
};

static struct tcp_seg seg(const struct arrival *a, u32 base)
{
	struct tcp_seg s = {
		.f = { .seq = base + (u32)a->seq, .ack = ISS + a->ack, .flags = a->flags },
		.o = { .present = a->tsval ? TCP_HAS_TS : 0, .tsval = a->tsval,
		       .tsecr = a->tsecr },
		.len = a->len,
	};

	return s;
}

static enum tcp_mini_verdict request(const struct arrival *a, u32 irs, bool ts_ok)
{
	struct tcp_mini_request q = { .irs = irs, .iss = ISS, .wnd = WND, .ts_ok = ts_ok,
				      .ts_recent = TS, .ts_stamp_us = NOW, .ts_first = OUR_TS,
				      .ts_last = OUR_TS + 10 };
	struct tcp_seg s = seg(a, irs);
	enum tcp_mini_verdict verdict = tcp_mini_request_check(&q, &s, NOW + 1000);
	bool noted = verdict == TCP_MINI_ESTABLISH && ts_ok && a->tsval && a->seq <= 1;

	CHECK_EQ(q.ts_recent, noted ? a->tsval : TS);
	CHECK_EQ(q.ts_stamp_us, noted ? NOW + 1000 : NOW);
	return verdict;
}

static void expect_request(const struct arrival *a, bool ts_ok, enum tcp_mini_verdict verdict)
{
	size_t i;

	for (i = 0; i < N; i++)
		CHECK_EQ(request(a, numbers[i], ts_ok), verdict);
}

#define REQUEST(verdict, ...)	\
	expect_request(&(const struct arrival){ .seq = __VA_ARGS__ }, false, verdict)
#define REQUEST_TS(verdict, ...)	\
	expect_request(&(const struct arrival){ .seq = __VA_ARGS__ }, true, verdict)

static void tcp_mini_request_check__syn_again(void)
{
	REQUEST(TCP_MINI_RESEND, 0, TCP_SYN);
	REQUEST(TCP_MINI_RESEND, 0, TCP_SYN | TCP_ECE | TCP_CWR);
	REQUEST(TCP_MINI_RESEND, 0, TCP_SYN, 100);
	REQUEST_TS(TCP_MINI_RESEND, 0, TCP_SYN, 0, 0, TS + 5);
	REQUEST_TS(TCP_MINI_RESEND, 0, TCP_SYN, 0, 0, TS + 5, 77);	/* echoes nothing yet */
	REQUEST_TS(TCP_MINI_ACK, 0, TCP_SYN, 0, 0, TS - 1);
}

/* Another SYN: outside the window, and in it. */
static void tcp_mini_request_check__another_syn(void)
{
	REQUEST(TCP_MINI_ACK, -5, TCP_SYN);
	REQUEST(TCP_MINI_CHALLENGE, 1, TCP_SYN);
	REQUEST(TCP_MINI_CHALLENGE, WND, TCP_SYN);
	REQUEST(TCP_MINI_ACK, WND + 1, TCP_SYN);
	REQUEST(TCP_MINI_ACK, 0x7fffffff, TCP_SYN);
	REQUEST(TCP_MINI_CHALLENGE, 5, TCP_SYN | TCP_ACK, 0, 1);
}

/* RFC 9293 3.10.7.4, fifth step, and what comes with the ACK. */
static void tcp_mini_request_check__good_ack(void)
{
	REQUEST(TCP_MINI_ESTABLISH, 1, TCP_ACK, 0, 1);
	REQUEST(TCP_MINI_ESTABLISH, 1, TCP_ACK | TCP_PSH, 500, 1);
	REQUEST(TCP_MINI_ESTABLISH, 1, TCP_ACK | TCP_FIN, 0, 1);
	REQUEST(TCP_MINI_ESTABLISH, 101, TCP_ACK, 100, 1);	/* the first segment is lost */
	REQUEST(TCP_MINI_ESTABLISH, WND + 1, TCP_ACK, 0, 1);
	REQUEST(TCP_MINI_ESTABLISH, -50, TCP_ACK, 100, 1);
	REQUEST(TCP_MINI_ESTABLISH, 0, TCP_SYN | TCP_ACK, 10, 1); /* crossed, with data */
	REQUEST(TCP_MINI_ACK, 0, TCP_SYN | TCP_ACK, 0, 1);
}

/* What acknowledges anything else is of no handshake of ours; wherever it is. */
static void tcp_mini_request_check__wrong_ack(void)
{
	REQUEST(TCP_MINI_RESET, 1, TCP_ACK, 0, 0);
	REQUEST(TCP_MINI_RESET, 1, TCP_ACK, 0, 2);
	REQUEST(TCP_MINI_RESET, 1, TCP_ACK, 0, 0x80000000);
	REQUEST(TCP_MINI_RESET, -500, TCP_ACK, 0, 5);
	REQUEST(TCP_MINI_RESET, 0, TCP_ACK | TCP_SYN, 0, 5);
}

static void tcp_mini_request_check__no_ack(void)
{
	REQUEST(TCP_MINI_DROP, 1, 0, 50, 1);
	REQUEST(TCP_MINI_DROP, 1, TCP_FIN | TCP_PSH, 50, 1);
}

static void tcp_mini_request_check__outside(void)
{
	REQUEST(TCP_MINI_ACK, 0, TCP_ACK, 0, 1);
	REQUEST(TCP_MINI_ACK, -10, TCP_ACK, 11, 1);
	REQUEST(TCP_MINI_ACK, WND + 1, TCP_ACK, 1, 1);
	REQUEST(TCP_MINI_ACK, WND + 2, TCP_ACK, 0, 1);
	REQUEST(TCP_MINI_ACK, 0x7fffffff, 0, 0, 1);
}

/* RFC 5961 3.2 */
static void tcp_mini_request_check__rst(void)
{
	REQUEST(TCP_MINI_END, 1, TCP_RST);
	REQUEST(TCP_MINI_END, 1, TCP_RST | TCP_ACK, 0, 1);
	REQUEST(TCP_MINI_END, 1, TCP_RST | TCP_ACK, 0, 99);
	REQUEST(TCP_MINI_CHALLENGE, 2, TCP_RST);
	REQUEST(TCP_MINI_CHALLENGE, WND + 1, TCP_RST);
	REQUEST(TCP_MINI_DROP, WND + 2, TCP_RST);
	REQUEST(TCP_MINI_DROP, 0, TCP_RST);
	REQUEST_TS(TCP_MINI_END, 1, TCP_RST, 0, 0, TS - 100, 99);
}

static void tcp_mini_request_check__timestamps(void)
{
	REQUEST_TS(TCP_MINI_ESTABLISH, 1, TCP_ACK, 0, 1, TS + 1, OUR_TS);
	REQUEST_TS(TCP_MINI_ESTABLISH, 1, TCP_ACK, 0, 1, TS, OUR_TS + 10);
	REQUEST_TS(TCP_MINI_ESTABLISH, 1, TCP_ACK, 0, 1, TS, 0);
	REQUEST_TS(TCP_MINI_ESTABLISH, 1, TCP_ACK, 0, 1, NONE, 0);
	REQUEST_TS(TCP_MINI_ESTABLISH, 11, TCP_ACK, 10, 1, TS + 9, OUR_TS);
	REQUEST_TS(TCP_MINI_ACK, 1, TCP_ACK, 0, 1, TS - 1, OUR_TS);
	REQUEST_TS(TCP_MINI_ACK, 1, TCP_ACK, 0, 1, TS, OUR_TS - 1);
	REQUEST_TS(TCP_MINI_ACK, 1, TCP_ACK, 0, 1, TS, OUR_TS + 11);
	/* Not agreed upon: it says nothing. */
	REQUEST(TCP_MINI_ESTABLISH, 1, TCP_ACK, 0, 1, TS - 1, OUR_TS + 11);
}

struct waited {
	enum tcp_mini_verdict verdict;
	bool restart;
};

/* @base is the peer's FIN; RCV.NXT is one behind it. */
static void expect_wait(const struct arrival *a, bool ts_ok, bool rfc1337, u64 later,
			struct waited expected)
{
	size_t i;

	for (i = 0; i < N; i++) {
		struct tcp_mini_wait w = { .rcv_nxt = numbers[i] + 1, .snd_nxt = ISS,
					   .ts_ok = ts_ok, .ts_recent = TS, .ts_stamp_us = NOW };
		struct tcp_seg s = seg(a, numbers[i]);
		struct tcp_mini_act act;

		CHECK_EQ(tcp_mini_wait_check(&w, &s, rfc1337, NOW + later, &act), expected.verdict);
		CHECK_EQ(act.restart, expected.restart);
		CHECK_EQ(act.iss, expected.verdict == TCP_MINI_REUSE ? ISS + 65537 : 0);
	}
}

#define WAIT_IN(ts_ok, rfc1337, later, verdict, restart, ...)				\
	expect_wait(&(const struct arrival){ .seq = __VA_ARGS__ }, ts_ok, rfc1337, later,	\
		    (struct waited){ verdict, restart })
#define WAIT(verdict, restart, ...)	\
	WAIT_IN(false, false, 0, verdict, restart, __VA_ARGS__)
#define WAIT_TS(verdict, restart, ...)	\
	WAIT_IN(true, false, 0, verdict, restart, __VA_ARGS__)

/* The last ACK was lost: the FIN comes again (RFC 9293 3.10.7.4, eighth step). */
static void tcp_mini_wait_check__fin_again(void)
{
	WAIT(TCP_MINI_ACK, true, 0, TCP_ACK | TCP_FIN);
	WAIT(TCP_MINI_ACK, true, -100, TCP_ACK | TCP_FIN, 100);
	WAIT_TS(TCP_MINI_ACK, true, 0, TCP_ACK | TCP_FIN, 0, 0, TS + 1);
	WAIT_TS(TCP_MINI_ACK, true, 0, TCP_ACK | TCP_FIN, 0, 0, TS - 1);
}

static void tcp_mini_wait_check__ack(void)
{
	WAIT(TCP_MINI_DROP, true, 1, TCP_ACK);
	WAIT(TCP_MINI_ACK, true, 0, TCP_ACK);		/* a keep-alive */
	WAIT(TCP_MINI_ACK, true, 2, TCP_ACK);
	WAIT(TCP_MINI_ACK, true, 1, TCP_ACK, 10);
	WAIT(TCP_MINI_ACK, false, 1, 0, 10);
	WAIT_TS(TCP_MINI_ACK, true, 1, TCP_ACK, 0, 0, TS - 1);
}

/* RFC 1337: a RST ends TIME-WAIT, if it is told to; and only where it should be. */
static void tcp_mini_wait_check__rst(void)
{
	WAIT(TCP_MINI_END, false, 1, TCP_RST);
	WAIT(TCP_MINI_END, false, 1, TCP_RST | TCP_ACK, 5);
	WAIT(TCP_MINI_DROP, false, 2, TCP_RST);
	WAIT(TCP_MINI_DROP, false, 0, TCP_RST);
	WAIT(TCP_MINI_DROP, false, 500, TCP_RST | TCP_SYN);
	WAIT_IN(false, true, 0, TCP_MINI_DROP, false, 1, TCP_RST);
	WAIT_TS(TCP_MINI_DROP, false, 1, TCP_RST, 0, 0, TS - 1);
	WAIT_TS(TCP_MINI_END, false, 1, TCP_RST, 0, 0, TS);
	WAIT_IN(true, false, 59999999, TCP_MINI_DROP, false, 1, TCP_RST, 0, 0, TS - 1);
	WAIT_IN(true, false, 60000000, TCP_MINI_END, false, 1, TCP_RST, 0, 0, TS - 1);
}

/* RFC 1122 4.2.2.13 */
static void tcp_mini_wait_check__syn_by_number(void)
{
	WAIT(TCP_MINI_REUSE, false, 2, TCP_SYN);
	WAIT(TCP_MINI_REUSE, false, 100000, TCP_SYN, 50);
	WAIT(TCP_MINI_REUSE, false, 2, TCP_SYN | TCP_ECE | TCP_CWR);
	WAIT(TCP_MINI_ACK, false, 1, TCP_SYN);
	WAIT(TCP_MINI_ACK, false, 0, TCP_SYN);
	WAIT(TCP_MINI_ACK, false, -100000, TCP_SYN);
	WAIT(TCP_MINI_ACK, true, 500, TCP_SYN | TCP_ACK);
}

/* RFC 6191 */
static void tcp_mini_wait_check__syn_by_timestamp(void)
{
	WAIT_TS(TCP_MINI_REUSE, false, -100000, TCP_SYN, 0, 0, TS + 1);
	WAIT_TS(TCP_MINI_REUSE, false, 1, TCP_SYN, 0, 0, TS + 1);
	WAIT_TS(TCP_MINI_ACK, false, -100000, TCP_SYN, 0, 0, TS);
	WAIT_TS(TCP_MINI_REUSE, false, 2, TCP_SYN, 0, 0, TS);
	WAIT_TS(TCP_MINI_ACK, true, 2, TCP_SYN, 0, 0, TS - 1);	/* an old one, by PAWS */
	WAIT_TS(TCP_MINI_REUSE, false, 2, TCP_SYN, 0, 0, NONE);
	WAIT_TS(TCP_MINI_ACK, false, 0, TCP_SYN, 0, 0, NONE);
	/* Not in use before: it says nothing of that connection. */
	WAIT(TCP_MINI_ACK, false, 0, TCP_SYN, 0, 0, TS + 1);
	WAIT_IN(true, false, DAYS25, TCP_MINI_REUSE, false, 2, TCP_SYN, 0, 0, TS - 1);
}

static void tcp_mini_wait_check__ts_recent(void)
{
	struct tcp_mini_wait w = { .rcv_nxt = 1, .ts_ok = true, .ts_recent = TS,
				   .ts_stamp_us = NOW };
	struct arrival a = { 1, TCP_ACK, 0, 0, TS + 3, 0 };
	struct tcp_seg s = seg(&a, 0);
	struct tcp_mini_act act;

	tcp_mini_wait_check(&w, &s, false, NOW + 5, &act);
	CHECK_EQ(w.ts_recent, TS + 3);
	CHECK_EQ(w.ts_stamp_us, NOW + 5);
	s.f.seq = 5;
	s.o.tsval = TS + 9;
	tcp_mini_wait_check(&w, &s, false, NOW + 6, &act);
	CHECK_EQ(w.ts_recent, TS + 3);
	s.f.seq = 1;
	s.f.flags = TCP_RST;
	tcp_mini_wait_check(&w, &s, true, NOW + 6, &act);
	CHECK_EQ(w.ts_recent, TS + 3);
}

/* RFC 7323 5: with timestamps, once the peer's clock has gone on. */
static void tcp_mini_wait_yields__place(void)
{
	struct tcp_mini_wait w = { .snd_nxt = ISS, .ts_ok = true, .ts_stamp_us = NOW };
	u32 iss;

	CHECK(tcp_mini_wait_yields(&w, 0, NOW, &iss));
	CHECK_EQ(iss, ISS + 65537);
	CHECK(!tcp_mini_wait_yields(&w, 1000, NOW + 999, &iss));
	CHECK(tcp_mini_wait_yields(&w, 1000, NOW + 1000, &iss));
	w.snd_nxt = -1;
	CHECK(tcp_mini_wait_yields(&w, 0, NOW, &iss));
	CHECK_EQ(iss, 65536);
	w.ts_ok = false;
	CHECK(!tcp_mini_wait_yields(&w, 0, NOW + DAYS25, &iss));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_mini_request_check__syn_again),
	KTAP_CASE(tcp_mini_request_check__another_syn),
	KTAP_CASE(tcp_mini_request_check__good_ack),
	KTAP_CASE(tcp_mini_request_check__wrong_ack),
	KTAP_CASE(tcp_mini_request_check__no_ack),
	KTAP_CASE(tcp_mini_request_check__outside),
	KTAP_CASE(tcp_mini_request_check__rst),
	KTAP_CASE(tcp_mini_request_check__timestamps),
	KTAP_CASE(tcp_mini_wait_check__fin_again),
	KTAP_CASE(tcp_mini_wait_check__ack),
	KTAP_CASE(tcp_mini_wait_check__rst),
	KTAP_CASE(tcp_mini_wait_check__syn_by_number),
	KTAP_CASE(tcp_mini_wait_check__syn_by_timestamp),
	KTAP_CASE(tcp_mini_wait_check__ts_recent),
	KTAP_CASE(tcp_mini_wait_yields__place),
};

KTAP_MAIN(cases)
