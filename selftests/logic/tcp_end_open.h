/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One end of a TCP connection: the handshake, from the side that begins it, from a listener,
 * and from both at once.
 */
#ifndef _SELFTESTS_LOGIC_TCP_END_OPEN_H
#define _SELFTESTS_LOGIC_TCP_END_OPEN_H

#include "tcp_end_send.h"

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

#endif /* _SELFTESTS_LOGIC_TCP_END_OPEN_H */
