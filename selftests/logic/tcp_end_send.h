/* SPDX-License-Identifier: GPL-2.0 */
/* One end of a TCP connection: the segments that it sends, and when it does. */
#ifndef _SELFTESTS_LOGIC_TCP_END_SEND_H
#define _SELFTESTS_LOGIC_TCP_END_SEND_H

#include "tcp_end_state.h"

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

#endif /* _SELFTESTS_LOGIC_TCP_END_SEND_H */
