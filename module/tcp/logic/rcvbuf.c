// SPDX-License-Identifier: GPL-2.0
/*
 * The size of the receive buffer (dynamic right-sizing, as Linux has it). Calls nothing of the
 * kernel.
 *
 * What a program reads in a round trip is what the peer can send in one; for that to double
 * the buffer must hold twice as much, and more while the rate is still growing, as what is
 * measured is a round trip old.
 */
#include "rcvbuf.h"

#define LOW_RTT_US	1000U	/* below this the peer's window hardly limits it */
#define SPARE_SEGMENTS	16U	/* for those that wait for a gap to be filled */
#define READ_MAX	0x40000000U	/* RFC 7323 2.3: about the largest window */
#define SMALL_LEN	128U	/* what is smaller says nothing about full segments */

static u32 least(u64 a, u64 b)
{
	return (u32)(a < b ? a : b);
}

/**
 * tcp_rcvbuf_init() - begin
 * @b: the buffer
 * @buffer: its size
 * @wnd: the window that the handshake has offered
 * @mss: bytes of a full segment
 * @copied: what tcp_rcvbuf_copied() would be told now
 * @now: the time
 */
void tcp_rcvbuf_init(struct tcp_rcvbuf *b, u32 buffer, u32 wnd, u32 mss, u32 copied, u64 now)
{
	memset(b, 0, sizeof(*b));
	b->buffer = buffer;
	b->limit = least(wnd, buffer);
	b->space = least(b->limit, 10ULL * mss);	/* RFC 6928: what comes first */
	b->copied = copied;
	b->copied_us = now;
}

/*
 * The least counts, as what the program is slow to read or the peer to send makes round trips
 * seem longer. Only those by timestamps can become longer again.
 */
static void rcvbuf_rtt(struct tcp_rcvbuf *b, u32 rtt_us, bool longer)
{
	if (!b->rtt_us || rtt_us < b->rtt_us)
		b->rtt_us = rtt_us ? rtt_us : 1;
	else if (longer)
		b->rtt_us += (rtt_us - b->rtt_us) / 8;
}

/**
 * tcp_rcvbuf_rtt_window() - measure a round trip without timestamps
 * @b: the buffer
 * @nxt: RCV.NXT
 * @wnd: the window that is open now
 * @now: the time
 *
 * What fills the window that was offered at some time has been sent after that offer
 * arrived.
 */
void tcp_rcvbuf_rtt_window(struct tcp_rcvbuf *b, u32 nxt, u32 wnd, u64 now)
{
	if (b->rtt_begun) {
		if (seq_before(nxt, b->rtt_seq))
			return;
		rcvbuf_rtt(b, least(now - b->rtt_begin_us, 0xffffffffU), false);
	}
	b->rtt_begun = true;
	b->rtt_seq = nxt + wnd;
	b->rtt_begin_us = now;
}

/**
 * tcp_rcvbuf_rtt_ts() - a round trip by timestamps (RFC 7323 4)
 * @b: the buffer
 * @tsecr: the timestamp that a full segment echoes
 * @rtt_us: how long ago that was sent
 * @empty: the program has read everything, so that the peer was not held up by it
 *
 * Of those that echo the same the first counts: the others came later.
 */
void tcp_rcvbuf_rtt_ts(struct tcp_rcvbuf *b, u32 tsecr, u32 rtt_us, bool empty)
{
	if (tsecr == b->rtt_tsecr)
		return;
	b->rtt_tsecr = tsecr;
	rcvbuf_rtt(b, rtt_us, empty);
}

/* How large it should be after @read bytes in a round trip, more than ever before. */
static u64 rcvbuf_wanted(const struct tcp_rcvbuf *b, u32 read, u32 rtt_us, u32 mss)
{
	u64 twice = 2ULL * read, more;

	if (rtt_us < LOW_RTT_US)
		more = pure_div64(twice * rtt_us, LOW_RTT_US);
	else
		more = pure_div64(2 * twice * (read - b->space), b->space ? b->space : 1);
	return twice + more + (u64)SPARE_SEGMENTS * mss;
}

/**
 * tcp_rcvbuf_copied() - the program has read
 * @b: the buffer
 * @copied: bytes that it has read in all, modulo 2^32
 * @rtt_us: a round-trip time for want of an own one, or 0
 * @mss: bytes of a full segment
 * @now: the time
 * @max: the largest size
 *
 * Return: the new size, if it is to grow, or 0.
 */
u32 tcp_rcvbuf_copied(struct tcp_rcvbuf *b, u32 copied, u32 rtt_us, u32 mss, u64 now, u32 max)
{
	u32 read = least(copied - b->copied, READ_MAX), wanted;

	if (b->rtt_us)
		rtt_us = b->rtt_us;
	if (!rtt_us || now - b->copied_us < rtt_us)
		return 0;
	b->copied = copied;
	b->copied_us = now;
	if (read <= b->space)
		return 0;
	wanted = least(rcvbuf_wanted(b, read, rtt_us, mss), max);
	b->space = read;
	if (wanted <= b->buffer)
		return 0;
	b->buffer = wanted;
	return wanted;
}

/**
 * tcp_rcvbuf_arrived() - data has arrived in order
 * @b: the buffer
 * @len: bytes of it
 * @truesize: bytes of memory that these take
 * @mss: bytes of a full segment
 * @max: the most memory that the connection may take
 *
 * What is offered may come in segments like this one. So the offer grows with them, but not
 * beyond what would fit into that memory then.
 */
void tcp_rcvbuf_arrived(struct tcp_rcvbuf *b, u32 len, u32 truesize, u32 mss, u32 max)
{
	u32 most = b->buffer, step = 2 * (len > mss ? len : mss);

	if (len < SMALL_LEN || b->limit >= b->buffer)
		return;
	if (truesize > len)
		most = least(pure_div64((u64)max * len, truesize), b->buffer);
	if (b->limit < most)
		b->limit = least((u64)b->limit + step, most);
}

/**
 * tcp_rcvbuf_squeeze() - the memory has been used up
 * @b: the buffer
 * @mss: bytes of a full segment
 */
void tcp_rcvbuf_squeeze(struct tcp_rcvbuf *b, u32 mss)
{
	b->limit = least(b->limit, 2ULL * mss);
}
