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
 * Here is what a program, the peer and time do to it; what it is, what it sends and how it
 * opens are in tcp_end_*.h.
 */
#ifndef _SELFTESTS_LOGIC_TCP_END_H
#define _SELFTESTS_LOGIC_TCP_END_H

#include "tcp_end_open.h"

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
