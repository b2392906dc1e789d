/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receive sequence space (RFC 9293 3.10.7): which segments are acceptable, what of
 * their data is new, what is out of order, what is to be acknowledged when, and the
 * window that is advertised: pure logic.
 *
 * Sequence numbers are absolute, windows are bytes (scaled already), times microseconds
 * of a clock that never goes back.
 */
#ifndef _GONET_TCP_RECEIVER_H
#define _GONET_TCP_RECEIVER_H

#include "segment.h"

#define TCP_RANGES_MAX	256	/* stretches of data out of order, most */
#define TCP_QUICK_MAX	16	/* ACKs at once when a connection begins, or begins again */
#define TCP_ATO_MIN_US	40000U	/* an ACK that may wait waits so long at least */
#define TCP_ATO_MAX_US	200000U	/* and at most (MUST-40 is 500 ms) */

/**
 * struct tcp_seg - an arrived segment
 * @f: its header
 * @o: its options
 * @len: bytes of payload
 * @unit: where it was put together of several that came in a row: bytes of payload of
 *	each but the last; else 0
 */
struct tcp_seg {
	struct tcp_fields f;
	struct tcp_options o;
	u32 len;
	u32 unit;
};

/**
 * struct tcp_piece - data that arrived out of order, with what the caller keeps of it
 * @next: the next by sequence number
 * @prev: the previous
 * @seq: its first byte
 * @end: behind its last
 * @far: the other end of its range: of the first piece in a range the last, and of the
 *	last the first; of those between it means nothing
 *
 * The caller's memory, part of what holds the data. Pieces never overlap; those that
 * touch are one range. Ranges are stepped over by @far, so that a search takes no more
 * steps than there may be ranges, however small the pieces are.
 */
struct tcp_piece {
	struct tcp_piece *next;
	struct tcp_piece *prev;
	u32 seq;
	u32 end;
	struct tcp_piece *far;
};

/**
 * struct tcp_receiver - the receive half's arithmetic
 * @irs: the peer's initial sequence number
 * @nxt: RCV.NXT
 * @edge: the right edge of the window that has been advertised; never goes back
 * @sent_nxt: RCV.NXT as last acknowledged (Last.ACK.sent, RFC 7323 4.3)
 * @fin: sequence number of the peer's FIN, if @fin_known
 * @fin_known: a FIN has arrived, in order or not
 * @finished: and everything before it: @nxt is behind it
 * @wscale: by how much our windows are shifted
 * @ts_ok: timestamps are in use
 * @sack_ok: SACK is in use
 * @ts_recent: TS.Recent (RFC 7323 4.3)
 * @ts_stamp_us: when that was set, for its ageing (RFC 7323 5.5)
 * @mss: what the peer's full segments seem to hold: for delayed ACKs, and silly windows
 * @last_len: the last segment, if it may have been a full one although it was smaller
 * @first: the pieces out of order, by sequence number
 * @last: the last of them
 * @n_ranges: stretches of them
 * @recent: starts of ranges that changed last, the latest first (RFC 2018 4)
 * @n_recent: how many of these
 * @dsack: what arrived twice, to be told once (RFC 2883)
 * @has_dsack: there is that
 * @asked: RCV.NXT when an ACK was last asked for at once
 * @ack_now: something came that is acknowledged at once
 * @quick: ACKs that are still to be asked for at once (a new or idle connection)
 * @pingpong: data goes both ways in turn: ACKs may wait for data
 * @last_data_us: when data last arrived in order
 * @pace_us: when delayed ACKs were last adapted to that
 * @ato_us: how long an ACK may wait
 * @urgent: sequence number of the byte behind the urgent data, if @urg
 * @urg: urgent data has been announced; the caller says when it has been passed
 * @stale: the last segment's timestamp was too old (PAWS)
 * @syn_wait: SYN-RECEIVED of a simultaneous open: no segment without a good ACK counts
 */
struct tcp_receiver {
	u32 irs;
	u32 nxt;
	u32 edge;
	u32 sent_nxt;
	u32 fin;
	bool fin_known;
	bool finished;
	u8 wscale;
	bool ts_ok;
	bool sack_ok;
	u32 ts_recent;
	u64 ts_stamp_us;
	u32 mss;
	u32 last_len;
	struct tcp_piece *first;
	struct tcp_piece *last;
	u32 n_ranges;
	u32 recent[TCP_SACK_MAX];
	u8 n_recent;
	struct tcp_block dsack;
	bool has_dsack;
	u32 asked;
	bool ack_now;
	u8 quick;
	bool pingpong;
	u64 last_data_us;
	u64 pace_us;
	u32 ato_us;
	u32 urgent;
	bool urg;
	bool stale;
	bool syn_wait;
};

/**
 * struct tcp_peer_view - what the receive half must know of the send half
 * @una: SND.UNA
 * @nxt: SND.NXT, the highest ever sent
 * @max_wnd: the largest window that the peer has ever advertised (RFC 5961 5)
 */
struct tcp_peer_view {
	u32 una;
	u32 nxt;
	u32 max_wnd;
};

/**
 * enum tcp_verdict - what becomes of a segment in a synchronized state
 * @TCP_V_ACCEPT: its ACK, window, data and FIN count
 * @TCP_V_DROP: nothing of it counts, and nobody is told
 * @TCP_V_ACK: nothing of it counts but a D-SACK; acknowledged at once (out of the window, old)
 * @TCP_V_CHALLENGE: nothing counts; a challenge ACK is sent, as often as that may be
 *	(RFC 5961 3.2, 4.2, 5.2)
 * @TCP_V_RESET: a valid RST: the connection ends
 * @TCP_V_REFUSE: an ACK in SYN-RECEIVED that is none of ours: answer with a RST
 */
enum tcp_verdict {
	TCP_V_ACCEPT,
	TCP_V_DROP,
	TCP_V_ACK,
	TCP_V_CHALLENGE,
	TCP_V_RESET,
	TCP_V_REFUSE,
};

/**
 * enum tcp_ack_when - when what has arrived is acknowledged
 * @TCP_ACK_NONE: there is nothing new
 * @TCP_ACK_LATER: within &tcp_receiver.ato_us, unless something is sent before
 * @TCP_ACK_NOW: at once
 */
enum tcp_ack_when {
	TCP_ACK_NONE,
	TCP_ACK_LATER,
	TCP_ACK_NOW,
};

/* After the peer's SYN @irs: options agreed upon, window @wnd advertised by us. */
void tcp_receiver_init(struct tcp_receiver *r, u32 irs, u32 wnd, u8 wscale, bool ts_ok,
		       bool sack_ok, u32 tsval, u64 now_us);
/*
 * RFC 9293 3.10.7.4's first to fifth step as far as the receive half decides them, with
 * RFC 7323 5.3 (PAWS) and RFC 5961. Updates TS.Recent, and notes a D-SACK.
 */
enum tcp_verdict tcp_receiver_check(struct tcp_receiver *r, const struct tcp_seg *s,
				    const struct tcp_peer_view *v, u64 now_us);

/**
 * struct tcp_fit - what of an accepted segment's payload is to be kept
 * @head: bytes to cut off in front, which are there already
 * @len: bytes to keep behind that; 0 if there is nothing new
 * @in_order: they begin at RCV.NXT; else they are a piece out of order
 */
struct tcp_fit {
	u32 head;
	u32 len;
	bool in_order;
};

/*
 * Whether an accepted segment announces urgent data that is new, for SIGURG; asked before
 * its payload is taken (RFC 9293 3.10.7.4, sixth step).
 */
bool tcp_receiver_urgent(struct tcp_receiver *r, const struct tcp_seg *s);
/* What of the payload and FIN of an accepted segment is new and within the window. */
struct tcp_fit tcp_receiver_fit(struct tcp_receiver *r, const struct tcp_seg *s);
/* @len bytes at RCV.NXT have been taken. Pieces that lie within are the caller's again:
 * see tcp_receiver_pull().
 */
void tcp_receiver_advance(struct tcp_receiver *r, u32 len, u64 now_us);
/*
 * Puts a piece (@p->seq and @p->end set, after tcp_receiver_fit(): in the window, not in
 * order) among those out of order. Pieces that it covers wholly are linked to *@gone by
 * @next; where it overlaps others in part, *@head and *@tail say how many of its own
 * bytes are not kept, and seq and end are changed accordingly. Return: false, and @p is
 * not kept, when there is nothing new in it or there would be too many ranges.
 */
bool tcp_receiver_insert(struct tcp_receiver *r, struct tcp_piece *p, struct tcp_piece **gone,
			 u32 *head, u32 *tail);
/*
 * The first piece that RCV.NXT has reached, taken out, and *@skip how many of its bytes
 * are there already (it may be all of it); or NULL. The caller advances by the rest.
 */
struct tcp_piece *tcp_receiver_pull(struct tcp_receiver *r, u32 *skip);
/* Takes out and returns the last piece, to make room, or NULL (RFC 2018 8: reneging). */
struct tcp_piece *tcp_receiver_renege(struct tcp_receiver *r);
/* Whether the FIN has been reached; true once, RCV.NXT is then behind it. */
bool tcp_receiver_finish(struct tcp_receiver *r);
/*
 * RFC 9293 3.8.6.3, RFC 5681 4.2: when to acknowledge, after the segment's data is in. What is
 * to be acknowledged at once is said once: whoever sends ACKs sees to it that it leaves.
 */
enum tcp_ack_when tcp_receiver_ack_when(struct tcp_receiver *r, const struct tcp_seg *s,
					u32 taken, bool out_of_order, u64 now_us);
/*
 * The window to advertise with @room bytes of buffer free: RFC 9293 3.8.6.2.2 (silly
 * windows, at most half of the @buffer or a segment), never behind the right edge
 * (SHLD-14) but by what the scale cannot say, a multiple of the scale, at most 65535 <<
 * wscale. Moves the edge.
 */
u32 tcp_receiver_window(struct tcp_receiver *r, u32 room, u32 buffer);
/* Whether reading has opened the window so far that the peer should be told at once. */
bool tcp_receiver_window_opened(const struct tcp_receiver *r, u32 room, u32 buffer);
/* The SACK blocks to send, at most @max, a D-SACK first and then no more. Return: how many. */
u8 tcp_receiver_sack(struct tcp_receiver *r, struct tcp_block *blocks, u8 max);
/* ACKs up to @ack have left; of all that have not been told of before the last one counts. */
void tcp_receiver_acked(struct tcp_receiver *r, u32 ack);
/* Data of ours has left at @sent_us; if it seems to answer what came, ACKs may wait for more. */
void tcp_receiver_replied(struct tcp_receiver *r, u64 sent_us);
/* The program says whether ACKs may wait for data of ours (TCP_QUICKACK). */
void tcp_receiver_turns(struct tcp_receiver *r, bool turns);
/* An ACK has waited for as long as it may, for nothing. */
void tcp_receiver_waited(struct tcp_receiver *r);

#endif /* _GONET_TCP_RECEIVER_H */
