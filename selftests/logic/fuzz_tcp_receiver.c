// SPDX-License-Identifier: GPL-2.0
/*
 * Any sequence of segments, 8 bytes each, with what a program does in between. Whatever
 * comes: RCV.NXT and the right edge never go back, TS.Recent not by segments in time, what is
 * delivered comes once and in order, and pieces are sorted, disjoint, in the window and
 * counted right.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tcp/logic/receiver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BUFFER	20000
#define PIECES	64	/* kept at most, as a buffer has an end */

struct state {
	struct tcp_receiver r;
	struct tcp_peer_view v;
	u64 now;
	u32 base;
	u32 unread;
	u32 pieces;
	bool aborted;
};

static void expect(bool what)
{
	if (!what)
		abort();
}

static void check_pieces(const struct state *st)
{
	const struct tcp_piece *p, *prev = NULL, *first = NULL;
	u32 n = 0, ranges = 0;

	for (p = st->r.first; p; prev = p, p = p->next, n++) {
		expect(p->prev == prev);
		expect(seq_after(p->end, p->seq) && seq_after(p->seq, st->r.nxt));
		expect(!seq_after(p->end, st->r.edge));
		expect(!prev || !seq_before(p->seq, prev->end));
		if (!prev || prev->end != p->seq) {
			ranges++;
			first = p;
		}
		if (!p->next || p->next->seq != p->end)
			expect(first->far == p && p->far == first);
	}
	expect(st->r.last == prev && n == st->pieces && ranges == st->r.n_ranges);
	expect(ranges <= TCP_RANGES_MAX);
	expect(!st->r.fin_known || !prev || !seq_after(prev->end, st->r.fin));
}

static void check_sack(struct state *st, u8 max)
{
	struct tcp_block b[TCP_SACK_MAX] = {};
	bool dsack = st->r.has_dsack;
	u8 i, n = tcp_receiver_sack(&st->r, b, max);

	expect(n <= max);
	for (i = 0; i < n; i++) {
		expect(seq_after(b[i].end, b[i].start));
		expect((i == 0 && dsack) || seq_after(b[i].start, st->r.nxt));
	}
}

static void drop(struct state *st, struct tcp_piece *p)
{
	expect(st->pieces--);
	free(p);
}

static void keep(struct state *st, u32 seq, u32 len)
{
	struct tcp_piece *p = calloc(1, sizeof(*p)), *gone, *next;
	u32 head, tail;

	p->seq = seq;
	p->end = seq + len;
	st->pieces++;
	if (!tcp_receiver_insert(&st->r, p, &gone, &head, &tail))
		drop(st, p);
	else
		expect(head + tail < len && p->end - p->seq == len - head - tail);
	for (; gone; gone = next) {
		next = gone->next;
		drop(st, gone);
	}
	if (st->pieces > PIECES)
		drop(st, tcp_receiver_renege(&st->r));
}

static u32 pull(struct state *st)
{
	struct tcp_piece *p;
	u32 skip, sum = 0;

	while ((p = tcp_receiver_pull(&st->r, &skip))) {
		u32 len = p->end - p->seq;

		expect(skip <= len);
		tcp_receiver_advance(&st->r, len - skip, st->now);
		sum += len - skip;
		drop(st, p);
	}
	return sum;
}

static void take(struct state *st, const struct tcp_seg *s)
{
	struct tcp_fit fit = tcp_receiver_fit(&st->r, s);
	u32 start = s->f.seq + !!(s->f.flags & TCP_SYN) + fit.head, taken = 0;
	bool finished = st->r.finished;

	expect((u64)fit.head + fit.len <= s->len);
	expect(!finished || !fit.len);
	expect(fit.in_order == (fit.len && start == st->r.nxt));
	if (fit.in_order) {
		tcp_receiver_advance(&st->r, fit.len, st->now);
		taken = fit.len + pull(st);
	} else if (fit.len) {
		expect(seq_after(start, st->r.nxt) && !seq_after(start + fit.len, st->r.edge));
		keep(st, start, fit.len);
	}
	st->unread += taken;
	if (tcp_receiver_finish(&st->r))
		expect(!finished && !st->r.first && st->r.nxt == st->r.fin + 1);
	if (taken || fit.len)
		expect(tcp_receiver_ack_when(&st->r, s, taken, !fit.in_order, st->now));
	else
		tcp_receiver_ack_when(&st->r, s, 0, false, st->now);
	expect(st->r.ato_us >= TCP_ATO_MIN_US && st->r.ato_us <= TCP_ATO_MAX_US);
	expect(st->r.quick <= TCP_QUICK_MAX);
}

static void arrive(struct state *st, const uint8_t *p)
{
	u32 at[] = { st->r.nxt, st->r.edge, st->r.sent_nxt, st->base,
		     st->r.first ? st->r.first->seq : st->r.nxt,
		     st->r.last ? st->r.last->end : st->r.nxt,
		     st->r.fin, pure_get32(p) };
	struct tcp_seg s = { .f = { .flags = p[1], .urgent = pure_get16(p + 4),
				    .ack = st->v.una + (u32)(int)(int8_t)p[2] },
			     .len = pure_get16(p + 6) >> (p[0] & 8 ? 6 : 2) };
	bool aged = st->now - st->r.ts_stamp_us > 24ULL * 24 * 3600 * 1000000;
	u32 recent = st->r.ts_recent;
	enum tcp_verdict verdict;

	s.f.seq = at[p[0] & 7] + (p[0] & 0x10 ? (u32)(int)(int8_t)p[3] : p[3] * 16);
	if (p[0] & 0x20)
		s.f.flags = TCP_ACK | (p[1] & (TCP_FIN | TCP_PSH));
	s.o.present = p[0] & 0x40 ? TCP_HAS_TS : 0;
	s.o.tsval = recent + (u32)(int)(int8_t)p[5];
	verdict = tcp_receiver_check(&st->r, &s, &st->v, st->now);
	if (verdict != TCP_V_ACCEPT || ((int)(s.o.tsval - recent) < 0 && recent && !aged))
		expect(st->r.ts_recent == recent);
	if (verdict == TCP_V_RESET)
		expect(s.f.flags & TCP_RST);
	st->aborted = verdict == TCP_V_RESET && s.f.seq == st->r.nxt;
	if (verdict != TCP_V_ACCEPT)
		return;
	expect((s.f.flags & (TCP_RST | TCP_ACK)) == TCP_ACK);
	tcp_receiver_urgent(&st->r, &s);
	take(st, &s);
}

/* The program reads, ACKs leave, time passes. */
static void live(struct state *st, const uint8_t *p)
{
	u32 room, wnd, n = pure_get16(p + 2), edge = st->r.edge;

	st->now += (u64)pure_get16(p + 4) << (p[1] & 31);
	st->unread -= n < st->unread ? n : st->unread;
	room = st->unread < BUFFER ? BUFFER - st->unread : 0;
	if (p[1] & 0x20) {
		tcp_receiver_window_opened(&st->r, room, BUFFER);
		wnd = tcp_receiver_window(&st->r, room, BUFFER);
		expect(wnd % (1U << st->r.wscale) == 0 && wnd >> st->r.wscale <= 65535);
		expect(seq_after(st->r.nxt + wnd + (1U << st->r.wscale), st->r.edge));
		expect(wnd <= room || seq_before_eq(st->r.nxt + wnd, edge));
		tcp_receiver_acked(&st->r, p[7] & 1 ? st->r.nxt : st->r.nxt - p[7]);
	}
	if (p[1] & 0x40)
		tcp_receiver_replied(&st->r, st->now);
	if (p[1] & 0x80)
		tcp_receiver_waited(&st->r);
	check_sack(st, (u8)(p[6] % (TCP_SACK_MAX + 1)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state st = { .now = 1000000000 };
	struct tcp_piece *p;
	size_t i;

	if (size < 16)
		return 0;
	st.v.una = pure_get32(data + 4);
	st.v.nxt = st.v.una + (data[8] & 63);
	st.v.max_wnd = data[9];
	tcp_receiver_init(&st.r, pure_get32(data), pure_get16(data + 10), data[12] & 15,
			  data[13] & 1, data[13] & 2, pure_get32(data + 4), st.now);
	st.r.syn_wait = data[13] & 4;
	st.base = st.r.nxt;
	for (i = 16; i + 8 <= size && !st.aborted; i += 8) {
		u32 nxt = st.r.nxt, edge = st.r.edge;

		if (data[i] & 0x80)
			live(&st, data + i);
		else
			arrive(&st, data + i);
		expect(!seq_before(st.r.nxt, nxt) && !seq_before(st.r.edge, edge));
		expect(seq_before_eq(st.r.sent_nxt, st.r.nxt));
		expect(seq_before_eq(st.r.asked, st.r.nxt));
		expect(!seq_after(st.r.nxt, st.r.edge) || st.r.finished);
		check_pieces(&st);
	}
	while ((p = tcp_receiver_renege(&st.r)))
		drop(&st, p);
	expect(!st.pieces && !st.r.n_ranges && !st.r.first);
	return 0;
}
