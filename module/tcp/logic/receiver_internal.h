/* SPDX-License-Identifier: GPL-2.0 */
/* What the files about arriving segments have in common: pure logic. */
#ifndef _GONET_TCP_RECEIVER_INTERNAL_H
#define _GONET_TCP_RECEIVER_INTERNAL_H

#include "receiver.h"

/* receiver_check.c */
/* RFC 7323 5: whether @tsval is at most @slack ticks before TS.Recent, which was set then. */
bool tcp_paws_ok(u32 ts_recent, u64 ts_stamp_us, u32 tsval, int slack, u64 now_us);

/* The window as the peer sees it: what is left of it; a FIN may lie behind the edge. */
static inline u32 tcp_receiver_open(const struct tcp_receiver *r)
{
	return seq_after(r->edge, r->nxt) ? r->edge - r->nxt : 0;
}

/* Sequence number of a segment's first byte of payload; a SYN comes before it. */
static inline u32 tcp_seg_start(const struct tcp_seg *s)
{
	return s->f.seq + (s->f.flags & TCP_SYN ? 1 : 0);
}

/* The sequence number of its FIN, or the one that it would have. */
static inline u32 tcp_seg_fin(const struct tcp_seg *s)
{
	return tcp_seg_start(s) + s->len;
}

/* Behind its last sequence number. */
static inline u32 tcp_seg_end(const struct tcp_seg *s)
{
	return tcp_seg_fin(s) + (s->f.flags & TCP_FIN ? 1 : 0);
}

/* receiver_sack.c */
/* The bytes from @start up to @end have come twice. */
void tcp_receiver_twice(struct tcp_receiver *r, u32 start, u32 end);
/* The range that begins at @start has changed, or begins there now. */
void tcp_receiver_changed(struct tcp_receiver *r, u32 start);

/* receiver_ack.c */
/* ACKs at once for some time: the peer needs them, as it is sending again or anew. */
void tcp_receiver_quicken(struct tcp_receiver *r);

#endif /* _GONET_TCP_RECEIVER_INTERNAL_H */
