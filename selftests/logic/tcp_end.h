/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One end of a TCP connection, from before its first SYN until after its last ACK, put
 * together of the pure files as the module's processes do it: state, receive half, send half,
 * and the records of a listener's request and of TIME-WAIT. What must hold of one end holds
 * after each call; MUST() says so.
 *
 * Bytes are not carried, but their places in the stream are: a byte that is delivered
 * anywhere but at its place is noticed.
 *
 * It is long, since an end is all of this at once: what a call does to one part must hold with
 * the others.
 */
#ifndef _SELFTESTS_LOGIC_TCP_END_H
#define _SELFTESTS_LOGIC_TCP_END_H

#include "tcp/logic/minisock.h"
#include "tcp/logic/state.h"

#include "tcp_check.h"

#define END_WSCALE	3
#define END_PIECES	64		/* kept at most, as a buffer has an end */
#define END_NEVER	(~0ULL)
#define END_2MSL_US	60000000ULL

/**
 * struct end_packet - a segment under way
 * @s: it
 * @offset: where in the stream of its sender its payload begins
 */
struct end_packet {
	struct tcp_seg s;
	u32 offset;
};

struct end_piece {
	struct tcp_piece p;
	u32 offset;
};

/**
 * struct end - one end
 * @st: its state; TCP_ST_LISTEN until it has opened or been opened
 * @mss: bytes of payload in its segments
 * @buffer: for what arrives
 * @iss: initial sequence number
 * @ts: it offers timestamps
 * @sack: and SACK
 * @transmit: takes what it sends
 * @arg: for @transmit
 * @now: the time
 * @opened: it has sent a SYN, or answered one
 * @s: the send half, in every state but LISTEN, TIME-WAIT and CLOSED
 * @r: the receive half, from the peer's SYN on
 * @has_r: there is
 * @requested: there is @q
 * @q: the handshake that it has answered in LISTEN
 * @q_ts: the timestamp that the peer's SYN had
 * @q_at: when the answer is sent again
 * @w: what is left in TIME-WAIT
 * @w_until: until when
 * @stock: what its program has given
 * @fin_wanted: its program gives no more
 * @delivered: bytes of the peer's that have been taken in
 * @read: of these its program has read
 * @pieces: stretches out of order
 * @ack_now: an ACK is to be sent
 * @ack_at: or then
 * @aborted: it was ended by a RST, a timeout or its program
 * @dead: by a timeout
 * @una: SND.UNA when that was last looked at
 * @nxt: SND.NXT
 * @rcv_nxt: RCV.NXT
 * @edge: the right edge
 */
struct end {
	enum tcp_st st;
	u32 mss;
	u32 buffer;
	u32 iss;
	bool ts;
	bool sack;
	void (*transmit)(const struct end_packet *packet, void *arg);
	void *arg;
	u64 now;

	bool opened;
	struct tcp_sender s;
	struct tcp_receiver r;
	bool has_r;
	bool requested;
	struct tcp_mini_request q;
	u64 q_at;
	struct tcp_mini_wait w;
	u64 w_until;
	struct tcp_stock stock;
	bool fin_wanted;
	u32 delivered;
	u32 read;
	u32 pieces;
	bool ack_now;
	u64 ack_at;
	bool aborted;
	bool dead;

	u32 una;
	u32 nxt;
	u32 rcv_nxt;
	u32 edge;
};

/* RFC 9293 figure 5, and to CLOSED from wherever it is aborted: bits of the states that follow. */
static inline u32 end_may_follow(enum tcp_st st)
{
	static const u32 next[] = {
		[TCP_ST_CLOSED] = 1 << TCP_ST_SYN_SENT,
		[TCP_ST_SYN_SENT] = 1 << TCP_ST_SYN_RECV | 1 << TCP_ST_ESTABLISHED,
		[TCP_ST_SYN_RECV] = 1 << TCP_ST_ESTABLISHED,
		[TCP_ST_ESTABLISHED] = 1 << TCP_ST_FIN_WAIT1 | 1 << TCP_ST_CLOSE_WAIT,
		[TCP_ST_FIN_WAIT1] = 1 << TCP_ST_FIN_WAIT2 | 1 << TCP_ST_CLOSING,
		[TCP_ST_FIN_WAIT2] = 1 << TCP_ST_TIME_WAIT,
		[TCP_ST_CLOSING] = 1 << TCP_ST_TIME_WAIT,
		[TCP_ST_CLOSE_WAIT] = 1 << TCP_ST_LAST_ACK,
		[TCP_ST_LAST_ACK] = 1 << TCP_ST_CLOSED,
	};

	return next[st] | 1U << st;
}

static inline void end_event(struct end *e, enum tcp_event ev)
{
	enum tcp_st next = tcp_state_next(e->st, ev);

	MUST(ev == TCP_EV_ABORT ? next == TCP_ST_CLOSED : end_may_follow(e->st) & 1U << next);
	e->st = next;
}

/* Whether there is a send half. */
static inline bool end_alive(const struct end *e)
{
	return e->st != TCP_ST_CLOSED && e->st != TCP_ST_LISTEN && e->st != TCP_ST_TIME_WAIT;
}

static inline bool end_synced(const struct end *e)
{
	return end_alive(e) && e->st != TCP_ST_SYN_SENT && e->st != TCP_ST_SYN_RECV;
}

static inline u32 end_ts(const struct end *e)
{
	return (u32)(e->now / 1000);
}

static inline u32 end_room(const struct end *e)
{
	u32 unread = e->delivered - e->read;

	return unread < e->buffer ? e->buffer - unread : 0;
}

static inline u32 end_first_window(const struct end *e)
{
	return e->buffer < 65535 ? e->buffer : 65535;
}

static inline void end_emit(struct end *e, const struct tcp_seg *s)
{
	struct end_packet packet = { *s, s->f.seq - e->iss - 1 };

	e->transmit(&packet, e->arg);
}

/* What needs no connection: a RST to who means one that there is not. */
static inline void end_reset(struct end *e, const struct tcp_seg *s)
{
	struct tcp_seg rst = { .f.flags = TCP_RST, .f.seq = s->f.ack };

	if (s->f.flags & TCP_RST)
		return;
	if (!(s->f.flags & TCP_ACK)) {
		rst.f.flags |= TCP_ACK;
		rst.f.seq = 0;
		rst.f.ack = s->f.seq + s->len + !!(s->f.flags & TCP_SYN) +
			    !!(s->f.flags & TCP_FIN);
	}
	end_emit(e, &rst);
}

static inline void end_offer(const struct end *e, struct tcp_seg *s, bool ts, bool sack)
{
	s->o.present |= TCP_HAS_MSS | TCP_HAS_WSCALE;
	s->o.mss = (u16)e->mss;
	s->o.wscale = END_WSCALE;
	s->o.present |= sack ? TCP_HAS_SACK_OK : 0;
	s->o.present |= ts ? TCP_HAS_TS : 0;
	s->o.tsval = end_ts(e);
}

/* A segment of a connection; what is to be acknowledged goes with it. */
static inline void end_send(struct end *e, u32 seq, u32 len, u8 flags)
{
	struct tcp_seg s = { .len = len, .f = { .seq = seq, .flags = flags } };
	u32 wnd;

	if (flags & TCP_SYN) {
		end_offer(e, &s, e->has_r ? e->r.ts_ok : e->ts, e->has_r ? e->r.sack_ok : e->sack);
		s.f.window = (u16)end_first_window(e);
	}
	if (e->has_r) {
		s.f.flags |= TCP_ACK;
		s.f.ack = e->r.nxt;
		s.o.present |= e->r.ts_ok ? TCP_HAS_TS : 0;
		s.o.tsval = end_ts(e);
		s.o.tsecr = e->r.ts_recent;
		if (!(flags & TCP_SYN)) {
			wnd = tcp_receiver_window(&e->r, end_room(e), e->buffer);
			MUST(wnd >> END_WSCALE <= 65535 && wnd % (1 << END_WSCALE) == 0);
			s.f.window = (u16)(wnd >> END_WSCALE);
		}
		if (!len && e->r.sack_ok && !(flags & TCP_SYN))
			s.o.n_sack = tcp_receiver_sack(&e->r, s.o.sack, 3);
		tcp_receiver_acked(&e->r, e->r.nxt);
		e->ack_now = false;
		e->ack_at = END_NEVER;
	}
	end_emit(e, &s);
}

static inline void end_transmit(struct end *e, const struct tcp_tx *tx)
{
	u32 at = 0, len;

	if (tx->flags & TCP_SYN) {
		end_send(e, tx->seq, 0, TCP_SYN);
		return;
	}
	if (tx->probe) {
		end_send(e, e->s.una - 1, 0, 0);
		return;
	}
	do {
		len = tx->len - at < e->s.mss ? tx->len - at : e->s.mss;
		end_send(e, tx->seq + at, len,
			 at + len == tx->len ? tx->flags & (TCP_FIN | TCP_PSH) : 0);
		at += len;
	} while (at < tx->len);
	if (tx->len && !tx->retrans)
		tcp_receiver_replied(&e->r, e->now);
}

/* The halves end, whatever becomes of the state. */
static inline void end_free(struct end *e)
{
	struct tcp_piece *p;

	while (e->has_r && (p = tcp_receiver_renege(&e->r))) {
		e->pieces--;
		free((struct end_piece *)p);
	}
	MUST(!e->pieces);
	check_end(&e->s);
}

static inline void end_abort(struct end *e)
{
	bool alive = end_alive(e);

	end_event(e, TCP_EV_ABORT);
	e->aborted = true;
	if (alive)
		end_free(e);
}

/* After an event: TIME-WAIT and CLOSED need no halves. */
static inline void end_settle(struct end *e, bool was_alive)
{
	if (e->st == TCP_ST_TIME_WAIT && was_alive) {
		e->w = (struct tcp_mini_wait){ e->r.nxt, e->s.nxt, e->r.ts_ok, e->r.ts_recent,
					       e->r.ts_stamp_us };
		e->w_until = e->now + END_2MSL_US;
	}
	if (was_alive && !end_alive(e) && !e->aborted)
		end_free(e);
}

/* What has gone on since last time may only have gone forward. */
static inline void end_check(struct end *e)
{
	if (!end_alive(e))
		return;
	check_sender(&e->s);
	MUST(!seq_before(e->s.una, e->una) && !seq_before(e->s.nxt, e->nxt));
	e->una = e->s.una;
	e->nxt = e->s.nxt;
	if (!e->has_r)
		return;
	MUST(!seq_before(e->r.nxt, e->rcv_nxt) && !seq_before(e->r.edge, e->edge));
	e->rcv_nxt = e->r.nxt;
	e->edge = e->r.edge;
	/* What is in order is the program's, and the peer's FIN is told of when all is. */
	MUST(e->r.nxt - e->r.irs - 1 - e->r.finished == e->delivered);
	MUST(e->delivered - e->read <= e->buffer);
	MUST(e->r.finished == (e->st == TCP_ST_CLOSE_WAIT || e->st == TCP_ST_LAST_ACK ||
			       e->st == TCP_ST_CLOSING));
	/* Ours has been acknowledged in FIN-WAIT-2 alone, as long as there are halves. */
	MUST((e->st == TCP_ST_FIN_WAIT2) == (e->stock.fin && e->s.una == e->stock.end + 1));
	MUST(!e->stock.fin || !tcp_state_may_send(e->st) || !end_synced(e));
}

/* All that may be sent; an ACK of its own if nothing went that it could go with. */
static inline void end_flush(struct end *e)
{
	struct tcp_tx tx;

	if (!end_alive(e))
		return;
	for (;;) {
		check_give(&e->s);
		if (!tcp_sender_next(&e->s, &e->stock, e->now, &tx))
			break;
		check_tx(&e->s, &e->stock, &tx);
		end_transmit(e, &tx);
		tcp_sender_sent(&e->s, &tx, e->now);
		if (tx.flags & TCP_FIN && !tx.retrans)
			end_event(e, TCP_EV_FIN_SENT);
	}
	tcp_sender_flushed(&e->s, &e->stock, e->now);
	if (e->ack_now && e->has_r && e->st != TCP_ST_SYN_RECV)
		end_send(e, e->s.nxt, 0, 0);
	end_check(e);
}

static inline void end_start(struct end *e)
{
	static const struct tcp_sender_conf conf = {
		.cc = &tcp_cubic, .rto_min_us = 200000, .rto_max_us = 120000000,
		.advise = 3, .retries = 15, .syn_retries = 15,
	};

	e->opened = true;
	e->una = e->iss;
	e->nxt = e->iss;
	e->ack_at = END_NEVER;
	e->stock = (struct tcp_stock){ .end = e->iss + 1, .push = true, .max = 4 * e->mss };
	tcp_sender_init(&e->s, &conf, e->iss, e->now);
	check_give(&e->s);
}

static inline void end_connect(struct end *e)
{
	if (e->opened)
		return;
	e->st = TCP_ST_CLOSED;
	end_event(e, TCP_EV_CONNECT);
	end_start(e);
	tcp_sender_syn(&e->s, e->now);
	end_flush(e);
}

/* The program has no more to give. */
static inline void end_shut(struct end *e)
{
	e->fin_wanted = true;
	if (!end_synced(e))
		return;
	e->stock.fin = true;
	end_event(e, TCP_EV_CLOSE);
	end_flush(e);
}

static inline void end_write(struct end *e, u32 len)
{
	if (!end_alive(e) || !tcp_state_may_send(e->st) || e->fin_wanted ||
	    e->stock.end - e->s.una > 1 << 20)
		return;
	e->stock.end += len;
	end_flush(e);
}

static inline void end_read(struct end *e, u32 len)
{
	u32 unread = e->delivered - e->read;

	e->read += len < unread ? len : unread;
	if (!end_synced(e))
		return;
	e->ack_now |= tcp_receiver_window_opened(&e->r, end_room(e), e->buffer);
	end_flush(e);
}

static inline void end_established(struct end *e, const struct tcp_seg *s, u32 wnd, u32 mss)
{
	check_give(&e->s);
	tcp_sender_synced(&e->s, mss, wnd, s->f.seq, e->r.sack_ok, e->r.ts_ok, false, 0, false,
			  e->now);
	end_event(e, TCP_EV_SYN_ACKED);
	if (e->fin_wanted) {
		e->stock.fin = true;
		end_event(e, TCP_EV_CLOSE);
	}
}

static inline void end_receive_begin(struct end *e, u32 irs, u32 wnd, bool ts, bool sack,
				     u32 tsval)
{
	tcp_receiver_init(&e->r, irs, wnd, END_WSCALE, ts, sack, tsval, e->now);
	e->has_r = true;
	e->rcv_nxt = e->r.nxt;
	e->edge = e->r.edge;
}

/* RFC 9293 3.10.7.3 */
static inline void end_syn_sent(struct end *e, const struct tcp_seg *s)
{
	bool acks = s->f.flags & TCP_ACK;
	bool good = acks && seq_after(s->f.ack, e->iss) && seq_before_eq(s->f.ack, e->s.nxt);

	if (acks && !good) {
		end_reset(e, s);
		return;
	}
	if (s->f.flags & TCP_RST) {
		if (good)
			end_abort(e);
		return;
	}
	if (!(s->f.flags & TCP_SYN))
		return;
	end_receive_begin(e, s->f.seq, end_first_window(e), e->ts && s->o.present & TCP_HAS_TS,
			  e->sack && s->o.present & TCP_HAS_SACK_OK, s->o.tsval);
	e->r.syn_wait = !good;
	if (good) {
		end_established(e, s, s->f.window, e->mss);
		e->ack_now = true;
	} else {
		end_event(e, TCP_EV_SYN_RECEIVED);
		tcp_sender_syn_again(&e->s, e->now);
	}
}

static inline void end_syn_ack(struct end *e)
{
	struct tcp_seg s = { .f = { .seq = e->iss, .ack = e->q.irs + 1, .flags = TCP_SYN | TCP_ACK,
				    .window = (u16)e->q.wnd } };

	end_offer(e, &s, e->q.ts_ok, e->sack);
	s.o.tsecr = e->q.ts_recent;
	e->q.ts_last = end_ts(e);
	e->q_at = e->now + 1000000;
	end_emit(e, &s);
}

static inline void end_arrived(struct end *e, const struct end_packet *packet);

/* A listener that has answered a SYN, or not yet. */
static inline void end_listen(struct end *e, const struct end_packet *packet)
{
	const struct tcp_seg *s = &packet->s;
	struct tcp_seg ack = { .f = { .seq = e->iss + 1, .ack = e->q.irs + 1, .flags = TCP_ACK,
				      .window = (u16)(e->q.wnd >> END_WSCALE) } };

	if (!e->requested) {
		if ((s->f.flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN) {
			end_reset(e, s);
			return;
		}
		e->opened = true;
		e->requested = true;
		e->q = (struct tcp_mini_request){
			.irs = s->f.seq, .iss = e->iss, .wnd = end_first_window(e),
			.ts_ok = e->ts && s->o.present & TCP_HAS_TS, .ts_recent = s->o.tsval,
			.ts_stamp_us = e->now, .ts_first = end_ts(e),
		};
		end_syn_ack(e);
		return;
	}
	switch (tcp_mini_request_check(&e->q, s, e->now)) {
	case TCP_MINI_RESEND:
		end_syn_ack(e);
		break;
	case TCP_MINI_ACK:
	case TCP_MINI_CHALLENGE:
		end_emit(e, &ack);
		break;
	case TCP_MINI_RESET:
		end_reset(e, s);
		break;
	case TCP_MINI_END:
		e->requested = false;
		e->aborted = true;
		break;
	case TCP_MINI_ESTABLISH:
		e->requested = false;
		end_start(e);
		e->st = TCP_ST_SYN_RECV;
		end_receive_begin(e, e->q.irs, e->q.wnd, e->q.ts_ok, e->sack, e->q.ts_recent);
		end_established(e, s, (u32)s->f.window << END_WSCALE, e->mss);
		end_arrived(e, packet);
		break;
	default:
		break;
	}
}

static inline void end_wait(struct end *e, const struct tcp_seg *s)
{
	struct tcp_seg ack = { .f = { .seq = e->w.snd_nxt, .ack = e->w.rcv_nxt,
				      .flags = TCP_ACK } };
	struct tcp_mini_act act;

	switch (tcp_mini_wait_check(&e->w, s, false, e->now, &act)) {
	case TCP_MINI_ACK:
		ack.o.present = e->w.ts_ok ? TCP_HAS_TS : 0;
		ack.o.tsval = end_ts(e);
		ack.o.tsecr = e->w.ts_recent;
		end_emit(e, &ack);
		break;
	case TCP_MINI_END:
	case TCP_MINI_REUSE:
		e->st = TCP_ST_CLOSED;
		break;
	default:
		break;
	}
	if (act.restart)
		e->w_until = e->now + END_2MSL_US;
}

static inline void end_deliver(struct end *e, u32 offset, u32 len)
{
	MUST(offset == e->delivered);
	MUST(tcp_state_may_receive(e->st));
	e->delivered += len;
}

static inline void end_keep(struct end *e, u32 seq, u32 len, u32 offset)
{
	struct end_piece *piece = calloc(1, sizeof(*piece));
	struct tcp_piece *gone, *next;
	u32 head, tail;

	piece->p.seq = seq;
	piece->p.end = seq + len;
	e->pieces++;
	if (tcp_receiver_insert(&e->r, &piece->p, &gone, &head, &tail)) {
		piece->offset = offset + head;
	} else {
		e->pieces--;
		free(piece);
	}
	for (; gone; gone = next) {
		next = gone->next;
		e->pieces--;
		free((struct end_piece *)gone);
	}
	if (e->pieces > END_PIECES) {
		e->pieces--;
		free((struct end_piece *)tcp_receiver_renege(&e->r));
	}
}

static inline u32 end_text(struct end *e, const struct end_packet *packet, bool *out_of_order)
{
	struct tcp_fit fit = tcp_receiver_fit(&e->r, &packet->s);
	u32 seq = packet->s.f.seq + !!(packet->s.f.flags & TCP_SYN) + fit.head;
	u32 offset = packet->offset + !!(packet->s.f.flags & TCP_SYN) + fit.head;
	u32 taken = fit.len, skip;
	struct end_piece *piece;

	*out_of_order = fit.len && !fit.in_order;
	if (*out_of_order)
		end_keep(e, seq, fit.len, offset);
	if (!fit.in_order)
		return 0;
	end_deliver(e, offset, fit.len);
	tcp_receiver_advance(&e->r, fit.len, e->now);
	while ((piece = (struct end_piece *)tcp_receiver_pull(&e->r, &skip))) {
		u32 len = piece->p.end - piece->p.seq;

		MUST(skip <= len);
		if (skip < len)
			end_deliver(e, piece->offset + skip, len - skip);
		tcp_receiver_advance(&e->r, len - skip, e->now);
		taken += len - skip;
		e->pieces--;
		free(piece);
	}
	return taken;
}

static inline void end_heard(struct end *e, const struct tcp_seg *s)
{
	bool ts = e->r.ts_ok && s->o.present & TCP_HAS_TS;
	u32 ms = end_ts(e) - s->o.tsecr;
	struct tcp_ack a = {
		.seq = s->f.seq, .ack = s->f.ack, .wnd = (u32)s->f.window << END_WSCALE,
		.data = s->len || s->f.flags & (TCP_FIN | TCP_SYN), .has_ts = ts,
		.tsecr = s->o.tsecr, .n_sack = s->o.n_sack,
	};
	struct tcp_acked acked;

	if (e->st == TCP_ST_SYN_RECV) {
		end_established(e, s, s->f.flags & TCP_SYN ? s->f.window : a.wnd, e->mss);
		return;
	}
	if (ts && s->o.tsecr && ms <= 120000)
		a.rtt_us = ms ? ms * 1000 : 1;
	memcpy(a.sack, s->o.sack, sizeof(a.sack));
	check_give(&e->s);
	tcp_sender_ack(&e->s, &a, e->now, &acked);
	if (acked.fin)
		end_event(e, TCP_EV_FIN_ACKED);
}

/* RFC 9293 3.10.7.4 */
static inline void end_accepted(struct end *e, const struct end_packet *packet)
{
	bool out_of_order;
	u32 taken;

	end_heard(e, &packet->s);
	if (!end_alive(e))
		return;
	taken = end_text(e, packet, &out_of_order);
	if (tcp_receiver_finish(&e->r))
		end_event(e, TCP_EV_FIN_RECEIVED);
	switch (tcp_receiver_ack_when(&e->r, &packet->s, taken, out_of_order, e->now)) {
	case TCP_ACK_NOW:
		e->ack_now = true;
		break;
	case TCP_ACK_LATER:
		if (e->ack_at == END_NEVER)
			e->ack_at = e->now + e->r.ato_us;
		break;
	case TCP_ACK_NONE:
		break;
	}
	/* Of what leads to TIME-WAIT the ACK leaves while there is who sends it. */
	if (!end_alive(e) && e->ack_now)
		end_send(e, e->s.nxt, 0, 0);
}

static inline void end_synchronized(struct end *e, const struct end_packet *packet)
{
	struct tcp_peer_view v = { e->s.una, e->s.nxt, e->s.max_wnd };

	switch (tcp_receiver_check(&e->r, &packet->s, &v, e->now)) {
	case TCP_V_ACCEPT:
		end_accepted(e, packet);
		break;
	case TCP_V_ACK:
	case TCP_V_CHALLENGE:
		e->ack_now = true;
		break;
	case TCP_V_RESET:
		end_abort(e);
		break;
	case TCP_V_REFUSE:
		end_reset(e, &packet->s);
		break;
	case TCP_V_DROP:
		break;
	}
}

static inline void end_arrived(struct end *e, const struct end_packet *packet)
{
	bool alive = end_alive(e);

	switch (e->st) {
	case TCP_ST_CLOSED:
		end_reset(e, &packet->s);
		return;
	case TCP_ST_LISTEN:
		end_listen(e, packet);
		end_flush(e);
		return;
	case TCP_ST_TIME_WAIT:
		end_wait(e, &packet->s);
		return;
	case TCP_ST_SYN_SENT:
		end_syn_sent(e, &packet->s);
		break;
	default:
		end_synchronized(e, packet);
		break;
	}
	end_settle(e, alive);
	end_flush(e);
}

/* When something of it is due. */
static inline u64 end_due(const struct end *e)
{
	u64 due = END_NEVER;

	if (e->st == TCP_ST_LISTEN && e->requested)
		return e->q_at;
	if (e->st == TCP_ST_TIME_WAIT)
		return e->w_until;
	if (!end_alive(e))
		return END_NEVER;
	if (e->s.due != TCP_DUE_NONE)
		due = e->s.due_us;
	return e->has_r && e->ack_at < due ? e->ack_at : due;
}

static inline void end_expire(struct end *e)
{
	if (end_due(e) > e->now)
		return;
	if (e->st == TCP_ST_LISTEN) {
		end_syn_ack(e);
	} else if (e->st == TCP_ST_TIME_WAIT) {
		e->st = TCP_ST_CLOSED;
	} else {
		if (e->has_r && e->ack_at <= e->now) {
			tcp_receiver_waited(&e->r);
			e->ack_now = true;
		}
		check_give(&e->s);
		if (e->s.due != TCP_DUE_NONE && e->s.due_us <= e->now &&
		    tcp_sender_expire(&e->s, e->now) == TCP_EXPIRED_DEAD) {
			e->dead = true;
			end_abort(e);
		}
		end_flush(e);
	}
}

#endif /* _SELFTESTS_LOGIC_TCP_END_H */
