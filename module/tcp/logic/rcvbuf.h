/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large the receive buffer should be, by what the program reads in a round trip, and how
 * much of it may be offered, by what segments cost in memory: pure logic. Bytes of
 * payload unless it is said otherwise; times are microseconds.
 */
#ifndef _GONET_TCP_RCVBUF_H
#define _GONET_TCP_RCVBUF_H

#include "seq.h"

/**
 * struct tcp_rcvbuf - a receive buffer that grows by itself
 * @buffer: how large it is
 * @limit: how much may be offered of it, until it is known what segments cost
 * @rtt_us: round-trip time as the receive half sees it, or 0 as long as it has none
 * @rtt_seq: when this has arrived the next one is over, if @rtt_begun
 * @rtt_begin_us: when it began
 * @rtt_begun: one is being measured by the window
 * @rtt_tsecr: the timestamp echoed last, of which no further sample is taken
 * @space: the most that has been read in a round trip
 * @copied: what had been read in all when the present measurement began
 * @copied_us: when that was
 */
struct tcp_rcvbuf {
	u32 buffer;
	u32 limit;
	u32 rtt_us;
	u32 rtt_seq;
	u64 rtt_begin_us;
	bool rtt_begun;
	u32 rtt_tsecr;
	u32 space;
	u32 copied;
	u64 copied_us;
};

/*
 * A buffer of @buffer bytes, of which the handshake has offered @wnd; segments have @mss
 * bytes. @copied: what counts as read so far, RCV.NXT or 0, as tcp_rcvbuf_copied() is told.
 */
void tcp_rcvbuf_init(struct tcp_rcvbuf *b, u32 buffer, u32 wnd, u32 mss, u32 copied, u64 now);
/* Data has arrived, RCV.NXT is @nxt and the window @wnd: a round trip by the window. */
void tcp_rcvbuf_rtt_window(struct tcp_rcvbuf *b, u32 nxt, u32 wnd, u64 now);
/* A full segment has echoed @tsecr, which was sent @rtt_us ago. @empty: nothing is unread. */
void tcp_rcvbuf_rtt_ts(struct tcp_rcvbuf *b, u32 tsecr, u32 rtt_us, bool empty);
/*
 * The program has read: @copied bytes in all, modulo 2^32. @rtt_us: the round-trip time that
 * the send half has, or 0, for want of an own one. @mss: bytes of a full segment. @max: the
 * largest buffer. Return: the new size if it is to grow, or 0.
 */
u32 tcp_rcvbuf_copied(struct tcp_rcvbuf *b, u32 copied, u32 rtt_us, u32 mss, u64 now, u32 max);
/*
 * @len bytes have arrived in order that take @truesize bytes of memory: offers more. @max: the
 * most memory that the connection may take.
 */
void tcp_rcvbuf_arrived(struct tcp_rcvbuf *b, u32 len, u32 truesize, u32 mss, u32 max);
/* The memory has been used up: offers but two segments. */
void tcp_rcvbuf_squeeze(struct tcp_rcvbuf *b, u32 mss);

#endif /* _GONET_TCP_RCVBUF_H */
