// SPDX-License-Identifier: GPL-2.0
/*
 * Any segments, 8 bytes each, to a listener's request and in TIME-WAIT: a RST is never
 * answered, only what acknowledges our SYN opens a connection, only a SYN begins another, and
 * timestamps do not go back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tcp/logic/minisock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DAY_US	(24ULL * 3600 * 1000000)

static void expect(bool what)
{
	if (!what)
		abort();
}

/* Near @seq and @ack, or not. */
static struct tcp_seg segment(const uint8_t *p, u32 seq, u32 ack, u32 ts)
{
	struct tcp_seg s = {
		.f = { .flags = p[1], .seq = seq + (u32)(int)(int8_t)p[2],
		       .ack = ack + (u32)((int8_t)p[3] / 32) },
		.o = { .present = p[0] & 1 ? TCP_HAS_TS : 0, .tsval = ts + (u32)(int)(int8_t)p[4],
		       .tsecr = p[5] & 15 },
		.len = p[0] & 2 ? p[6] : 0,
	};

	if (p[0] & 4)
		s.f.seq += pure_get32(p + 4);
	return s;
}

static void request(struct tcp_mini_request *q, const uint8_t *p, u64 now)
{
	struct tcp_seg s = segment(p, q->irs, q->iss, q->ts_recent);
	u8 f = s.f.flags;
	u32 ts = q->ts_recent;

	switch (tcp_mini_request_check(q, &s, now)) {
	case TCP_MINI_ACK:
	case TCP_MINI_RESET:
		expect(!(f & TCP_RST));
		break;
	case TCP_MINI_RESEND:
		expect((f & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_SYN && s.f.seq == q->irs);
		break;
	case TCP_MINI_ESTABLISH:
		expect((f & (TCP_RST | TCP_ACK)) == TCP_ACK && s.f.ack == q->iss + 1);
		expect(!(f & TCP_SYN) || s.f.seq == q->irs);
		break;
	case TCP_MINI_END:
		expect(f & TCP_RST && s.f.seq == q->irs + 1);
		break;
	case TCP_MINI_CHALLENGE:
		expect(f & (TCP_RST | TCP_SYN));
		break;
	case TCP_MINI_DROP:
		expect(f & TCP_RST || !(f & TCP_ACK));
		break;
	default:
		abort();
	}
	expect((int)(q->ts_recent - ts) >= 0 || !ts || now > 24 * DAY_US);
}

static void wait(struct tcp_mini_wait *w, const uint8_t *p, u64 now)
{
	struct tcp_seg s = segment(p, w->rcv_nxt, w->snd_nxt, w->ts_recent);
	u8 f = s.f.flags;
	u32 ts = w->ts_recent;
	struct tcp_mini_act act;

	switch (tcp_mini_wait_check(w, &s, p[0] & 8, now, &act)) {
	case TCP_MINI_ACK:
		expect(!(f & TCP_RST));
		break;
	case TCP_MINI_DROP:
		expect(f & TCP_RST || s.f.seq == w->rcv_nxt);
		break;
	case TCP_MINI_END:
		expect(f & TCP_RST && s.f.seq == w->rcv_nxt && !(p[0] & 8));
		break;
	case TCP_MINI_REUSE:
		expect((f & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_SYN && !act.restart);
		expect(seq_after(act.iss, w->snd_nxt));
		break;
	default:
		abort();
	}
	expect(!(f & TCP_RST) || (!act.restart && w->ts_recent == ts));
	expect((int)(w->ts_recent - ts) >= 0 || !ts || now > 24 * DAY_US);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_mini_request q = {};
	struct tcp_mini_wait w = {};
	u64 now = 0;
	size_t i;

	if (size < 16)
		return 0;
	q.irs = pure_get32(data);
	q.iss = pure_get32(data + 4);
	q.wnd = pure_get16(data + 8);
	q.ts_ok = data[10] & 1;
	q.ts_recent = pure_get32(data + 11);
	q.ts_last = data[15] & 15;
	w = (struct tcp_mini_wait){ q.irs, q.iss, data[10] & 2, q.ts_recent, 0 };
	for (i = 16; i + 8 <= size; i += 8) {
		now += data[i] & 0x80 ? DAY_US : 1000;
		request(&q, data + i, now);
		wait(&w, data + i, now);
	}
	return 0;
}
