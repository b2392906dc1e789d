/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One end of a TCP connection: what it consists of, how its state goes on, how it ends, and
 * what must hold of all its parts together after each call.
 */
#ifndef _SELFTESTS_LOGIC_TCP_END_STATE_H
#define _SELFTESTS_LOGIC_TCP_END_STATE_H

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

#endif /* _SELFTESTS_LOGIC_TCP_END_STATE_H */
