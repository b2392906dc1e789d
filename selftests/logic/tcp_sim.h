/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A simulation of TCP's send half and an ideal receiver with a path between them that
 * delays, loses, reorders and duplicates, has a rate and a queue. Nothing in it is
 * random but by ktap_random(), so a run is the same every time.
 */
#ifndef _SELFTESTS_LOGIC_TCP_SIM_H
#define _SELFTESTS_LOGIC_TCP_SIM_H

#include "ktap.h"
#include "tcp_check.h"

#define SIM_SEGMENTS	65536	/* under way at once, most */
#define SIM_RANGES	4096
#define SIM_DELACK_US	40000

/**
 * struct sim_path - what lies between the two
 * @delay_us: each way
 * @rate: bytes in a millisecond, or 0 for any
 * @queue: bytes that wait for it, most
 * @loss: of 10000 segments
 * @ack_loss: of 10000 ACKs
 * @reorder: of 10000 segments
 * @reorder_us: by how much, most
 * @duplicate: of 10000 segments
 * @black_from: nothing passes from then
 * @black_to: until then
 * @lose_at: the segment that begins there, counted from the first byte, is lost once
 * @lose_n: and so many behind it
 * @mark: bytes in the queue from which on segments are marked (ECN), or 0
 * @spike_at: from then on, once, all is delayed
 * @spike_us: by so much
 * @stall_from: from then on the receiving program does not read
 * @stall_to: until then, and nobody is told when it does again
 */
struct sim_path {
	u64 delay_us;
	u32 rate;
	u32 queue;
	u32 loss;
	u32 ack_loss;
	u32 reorder;
	u32 reorder_us;
	u32 duplicate;
	u64 black_from;
	u64 black_to;
	u32 lose_at;
	u32 lose_n;
	u32 mark;
	u64 spike_at;
	u64 spike_us;
	u64 stall_from;
	u64 stall_to;
};

enum sim_what { SIM_SEGMENT, SIM_ACK, SIM_DELACK };

struct sim_event {
	u64 at;
	u64 number;
	enum sim_what what;
	u32 seq;
	u32 len;
	bool fin;
	bool syn;
	bool probe;
	bool ce;
	bool cwr;
	u64 tsval;
	struct tcp_ack ack;
};

/**
 * struct sim - both ends
 * @conf: what the sender is told
 * @path: the way there and back
 * @mss: bytes in a segment
 * @iss: initial sequence number
 * @total: bytes to send
 * @max: bytes in one packet
 * @buffer: of the receiver
 * @sack: it knows SACK
 * @ts: and timestamps
 * @ecn: and ECN
 */
struct sim {
	struct tcp_sender_conf conf;
	struct sim_path path;
	u32 mss;
	u32 iss;
	u32 total;
	u32 max;
	u32 buffer;
	bool sack;
	bool ts;
	bool ecn;

	struct tcp_sender s;
	u64 now;
	bool dead;
	bool done;
	u32 rtos;
	u32 recoveries;
	u32 probes;
	u32 undone;
	u32 reduced;
	u32 sent_segments;

	u64 link_free;
	u64 last_at;		/* when what was sent last arrives */
	u32 lost_once;
	u32 rcv_nxt;
	struct tcp_block ranges[SIM_RANGES];
	u32 n_ranges;
	u32 stall_edge;		/* of the window while the program does not read */
	u32 latest;		/* where what arrived last begins */
	struct tcp_block dsack;
	bool has_dsack;
	u64 ts_recent;
	u32 unacked;
	bool delack;
	bool ece;
	bool fin_arrived;

	struct sim_event *heap;
	u32 n_events;
	u64 numbers;
};

static inline bool sim_sooner(const struct sim_event *a, const struct sim_event *b)
{
	return a->at < b->at || (a->at == b->at && a->number < b->number);
}

static inline void sim_swap(struct sim *m, u32 i, u32 j)
{
	struct sim_event e = m->heap[i];

	m->heap[i] = m->heap[j];
	m->heap[j] = e;
}

static inline void sim_post(struct sim *m, const struct sim_event *e)
{
	u32 i = m->n_events++;

	MUST(i < SIM_SEGMENTS);
	m->heap[i] = *e;
	m->heap[i].number = m->numbers++;
	while (i && sim_sooner(&m->heap[i], &m->heap[(i - 1) / 2])) {
		sim_swap(m, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static inline struct sim_event sim_pop(struct sim *m)
{
	struct sim_event e = m->heap[0];
	u32 i = 0, c;

	m->heap[0] = m->heap[--m->n_events];
	while ((c = 2 * i + 1) < m->n_events) {
		if (c + 1 < m->n_events && sim_sooner(&m->heap[c + 1], &m->heap[c]))
			c++;
		if (!sim_sooner(&m->heap[c], &m->heap[i]))
			break;
		sim_swap(m, i, c);
		i = c;
	}
	return e;
}

static inline bool sim_black(const struct sim *m)
{
	return m->now >= m->path.black_from && m->now < m->path.black_to;
}

/* Whether the path loses a segment; each of those that are to be lost once, once. */
static inline bool sim_lost(struct sim *m, const struct sim_event *e)
{
	u32 offset = e->seq - m->iss - 1;

	if (sim_black(m) || ktap_random(10000) < m->path.loss)
		return true;
	if (m->lost_once < m->path.lose_n && offset == m->path.lose_at + m->lost_once * m->mss) {
		m->lost_once++;
		return true;
	}
	return false;
}

static inline u64 sim_spike(const struct sim *m)
{
	u64 at = m->path.spike_at;

	return at && m->now >= at && m->now < at + m->path.spike_us ?
	       at + m->path.spike_us - m->now : 0;
}

/* A segment passes the queue and the link, or does not. */
static inline void sim_segment(struct sim *m, struct sim_event *e)
{
	u64 bytes = e->len + 40, waiting;

	m->sent_segments++;
	if (sim_lost(m, e))
		return;
	e->at = m->now;
	if (m->path.rate) {
		if (m->link_free < m->now)
			m->link_free = m->now;
		waiting = (m->link_free - m->now) * m->path.rate / 1000;
		if (waiting + bytes > m->path.queue)
			return;
		e->ce = m->path.mark && waiting >= m->path.mark;
		m->link_free += bytes * 1000 / m->path.rate;
		e->at = m->link_free;
	}
	e->at += m->path.delay_us + sim_spike(m);
	if (e->at < m->last_at)
		e->at = m->last_at;
	m->last_at = e->at;
	if (ktap_random(10000) < m->path.reorder)
		e->at += ktap_random(m->path.reorder_us) + 1;
	sim_post(m, e);
	if (ktap_random(10000) < m->path.duplicate) {
		e->at += ktap_random(1000);
		sim_post(m, e);
	}
}

/* A packet becomes segments, as a device does it. */
static inline void sim_transmit(struct sim *m, const struct tcp_tx *tx)
{
	struct sim_event e = { .what = SIM_SEGMENT, .tsval = m->now };
	u32 at = 0, len;

	e.probe = tx->probe;
	e.syn = tx->flags & TCP_SYN;
	e.cwr = tx->flags & TCP_CWR;
	do {
		len = tx->len - at < m->mss ? tx->len - at : m->mss;
		e.seq = tx->seq + at;
		e.len = len;
		at += len;
		e.fin = tx->flags & TCP_FIN && at == tx->len;
		sim_segment(m, &e);
	} while (at < tx->len);
}

static inline void sim_send(struct sim *m)
{
	struct tcp_stock stock = {
		.end = m->iss + 1 + m->total, .fin = true, .push = true, .max = m->max,
	};
	struct tcp_tx tx, again;

	for (;;) {
		check_give(&m->s);
		if (!tcp_sender_next(&m->s, &stock, m->now, &tx))
			break;
		check_sender(&m->s);
		check_tx(&m->s, &stock, &tx);
		MUST(tcp_sender_next(&m->s, &stock, m->now, &again));
		MUST(!memcmp(&tx, &again, sizeof(tx)));
		m->probes += tx.probe;
		tcp_sender_sent(&m->s, &tx, m->now);
		check_sender(&m->s);
		sim_transmit(m, &tx);
	}
	tcp_sender_flushed(&m->s, &stock, m->now);
	check_sender(&m->s);
}

/* The receiver's SACK blocks: a D-SACK, what arrived last, then the others. */
static inline u8 sim_blocks(struct sim *m, struct tcp_block *b)
{
	u8 max = m->ts ? 3 : 4, n = 0;
	u32 i, first = 0;

	if (!m->sack)
		return 0;
	if (m->has_dsack) {
		b[n++] = m->dsack;
		m->has_dsack = false;
	}
	for (i = 0; i < m->n_ranges; i++)
		if (m->ranges[i].start - m->latest == 0 ||
		    (int)(m->latest - m->ranges[i].start) > 0)
			first = i;
	for (i = 0; i < m->n_ranges && n < max; i++)
		b[n++] = m->ranges[(first + i) % m->n_ranges];
	return n;
}

static inline u32 sim_window(struct sim *m)
{
	if (m->now < m->path.stall_from || m->now >= m->path.stall_to) {
		m->stall_edge = m->rcv_nxt + m->buffer;
		return m->buffer;
	}
	return (int)(m->stall_edge - m->rcv_nxt) > 0 ? m->stall_edge - m->rcv_nxt : 0;
}

static inline void sim_ack(struct sim *m)
{
	struct sim_event e = { .what = SIM_ACK, .at = m->now + m->path.delay_us };

	m->unacked = 0;
	m->delack = false;
	e.ack.seq = 1;
	e.ack.ack = m->rcv_nxt;
	e.ack.wnd = sim_window(m);
	e.ack.ece = m->ece;
	e.ack.has_ts = m->ts;
	e.tsval = m->ts_recent;
	e.ack.n_sack = sim_blocks(m, e.ack.sack);
	if (sim_black(m) || ktap_random(10000) < m->path.ack_loss)
		return;
	sim_post(m, &e);
}

/* Puts bytes among those that have arrived. Return: false if all were there. */
static inline bool sim_insert(struct sim *m, u32 start, u32 end)
{
	u32 i = 0, j;

	while (i < m->n_ranges && (int)(m->ranges[i].end - start) < 0)
		i++;
	for (j = i; j < m->n_ranges && (int)(m->ranges[j].start - end) <= 0; j++) {
		if ((int)(m->ranges[j].start - start) <= 0 && (int)(m->ranges[j].end - end) >= 0)
			return false;
		if ((int)(m->ranges[j].start - start) < 0)
			start = m->ranges[j].start;
		if ((int)(m->ranges[j].end - end) > 0)
			end = m->ranges[j].end;
	}
	memmove(&m->ranges[i + 1], &m->ranges[j], (m->n_ranges - j) * sizeof(m->ranges[0]));
	m->n_ranges = m->n_ranges - (j - i) + 1;
	MUST(m->n_ranges < SIM_RANGES);
	m->ranges[i] = (struct tcp_block){ start, end };
	return true;
}

static inline void sim_arrived(struct sim *m, const struct sim_event *e)
{
	u32 end = e->seq + e->len + e->fin, before = m->rcv_nxt;
	bool fresh, hole = m->n_ranges;

	if (e->fin)
		m->fin_arrived = true;
	if (e->probe || e->syn) {
		sim_ack(m);
		return;
	}
	if (e->cwr)
		m->ece = false;
	if (e->ce && m->ecn)
		m->ece = true;
	if ((int)(e->seq - m->rcv_nxt) <= 0)
		m->ts_recent = e->tsval;
	fresh = (int)(end - m->rcv_nxt) > 0 && sim_insert(m, e->seq, end);
	if (!fresh) {
		m->dsack = (struct tcp_block){ e->seq, end };
		m->has_dsack = true;
	}
	m->latest = e->seq;
	if (m->n_ranges && (int)(m->ranges[0].start - m->rcv_nxt) <= 0) {
		m->rcv_nxt = m->ranges[0].end;
		memmove(&m->ranges[0], &m->ranges[1], --m->n_ranges * sizeof(m->ranges[0]));
	}
	m->unacked++;
	if (!fresh || hole || m->rcv_nxt == before || m->unacked >= 2 || e->fin) {
		sim_ack(m);
	} else if (!m->delack) {
		struct sim_event d = { .what = SIM_DELACK, .at = m->now + SIM_DELACK_US };

		m->delack = true;
		sim_post(m, &d);
	}
}

static inline void sim_acked(struct sim *m, struct sim_event *e)
{
	enum tcp_phase before = m->s.phase;
	u32 ssthresh = m->s.cc.ssthresh;
	struct tcp_acked acked;

	if (e->ack.has_ts)
		e->ack.rtt_us = m->now - e->tsval ? (u32)(m->now - e->tsval) : 1;
	check_give(&m->s);
	tcp_sender_ack(&m->s, &e->ack, m->now, &acked);
	check_sender(&m->s);
	m->recoveries += before < TCP_PHASE_RECOVERY && m->s.phase == TCP_PHASE_RECOVERY;
	m->reduced += m->s.cc.ssthresh < ssthresh;
	m->undone += m->s.cc.ssthresh > ssthresh;
	m->done |= acked.fin;
}

static inline void sim_expired(struct sim *m)
{
	bool rto = m->s.due == TCP_DUE_RTO;

	check_give(&m->s);
	switch (tcp_sender_expire(&m->s, m->now)) {
	case TCP_EXPIRED_DEAD:
		m->dead = true;
		break;
	case TCP_EXPIRED_SEND:
	case TCP_EXPIRED_ADVISE:
		m->rtos += rto;
		break;
	case TCP_EXPIRED_NOT:
		break;
	}
	check_sender(&m->s);
}

/* One event, whichever is next. */
static inline void sim_step(struct sim *m)
{
	bool timer = m->s.due != TCP_DUE_NONE;
	struct sim_event e;

	/* Else nothing will ever happen again. */
	MUST(timer || m->n_events);
	if (timer && (!m->n_events || m->s.due_us <= m->heap[0].at)) {
		if (m->now < m->s.due_us)
			m->now = m->s.due_us;
		sim_expired(m);
		sim_send(m);
		/* Else the timer would expire for ever. */
		MUST(m->dead || m->s.due == TCP_DUE_NONE || m->s.due_us > m->now);
		return;
	}
	e = sim_pop(m);
	MUST(e.at >= m->now);
	m->now = e.at;
	if (e.what == SIM_SEGMENT) {
		sim_arrived(m, &e);
	} else if (e.what == SIM_DELACK) {
		if (m->delack)
			sim_ack(m);
	} else {
		sim_acked(m, &e);
		sim_send(m);
	}
}

static inline void sim_begin(struct sim *m)
{
	m->heap = malloc(SIM_SEGMENTS * sizeof(*m->heap));
	m->now = 1000000;
	m->rcv_nxt = m->iss + 1;
	m->stall_edge = m->rcv_nxt + m->buffer;
	if (!m->conf.cc)
		m->conf.cc = &tcp_cubic;
	if (!m->conf.rto_min_us)
		m->conf.rto_min_us = 200000;
	if (!m->conf.rto_max_us)
		m->conf.rto_max_us = 120000000;
	if (!m->conf.retries)
		m->conf.retries = 15;
	tcp_sender_init(&m->s, &m->conf, m->iss, m->now);
	tcp_sender_synced(&m->s, m->mss, m->buffer, 1, m->sack, m->ts, m->ecn,
			  (u32)(2 * m->path.delay_us), false, m->now);
	check_sender(&m->s);
	sim_send(m);
}

static inline void sim_end(struct sim *m)
{
	check_end(&m->s);
	free(m->heap);
}

/* Sends everything. Return: false if it was given up, or took more than @limit_us. */
static inline bool sim_run(struct sim *m, u64 limit_us)
{
	sim_begin(m);
	while (!m->done && !m->dead && m->now < limit_us)
		sim_step(m);
	if (m->done)
		MUST(m->rcv_nxt == m->iss + 1 + m->total + 1 && m->fin_arrived);
	sim_end(m);
	return m->done;
}

#endif /* _SELFTESTS_LOGIC_TCP_SIM_H */
