/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the receive half tell each other. */
#ifndef _GONET_TCP_RECV_H
#define _GONET_TCP_RECV_H

#include "logic/rcvbuf.h"
#include "tcp.h"

/**
 * struct tcp_recv - the receive half's state
 * @stack: whose it is
 * @gt: the connection, of which it holds a reference
 * @send: to the send half
 * @r: the receive sequence space
 * @synced: the peer's SYN has arrived
 * @early: but its data, if any, has not: Fast Open by the peer
 * @opened: what has opened the connection has been heard
 * @late: data was queued that close() did not see, and nobody will read
 * @snd_wscale: by how much the peer shifts its windows
 * @last_ack: when a segment that says nothing new was last answered, in jiffies
 * @ack_waits: of the send half's, those that the receive space has been told of
 * @replied_us: the same of when data was sent
 * @urg_seq: sequence number of the urgent byte, while &gonet_stream.urg says that there is one
 * @rb: how large the buffer should be, and how much of it is offered
 */
struct tcp_recv {
	struct gonet_stack *stack;
	struct gonet_stream *gt;
	struct csp_out send;
	struct tcp_receiver r;
	bool synced;
	bool early;
	bool opened;
	bool late;
	u8 snd_wscale;
	unsigned long last_ack;
	u32 ack_waits;
	u64 replied_us;
	u32 urg_seq;
	struct tcp_rcvbuf rb;
};

/* tcp_recv_syn.c: the handshake, as the receive half sees it */
void tcp_recv_begin(struct tcp_recv *s, const struct tcp_open *open, u64 now);
bool tcp_recv_early(struct tcp_recv *s, struct tcp_seg *seg);
void tcp_recv_syn_sent(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb,
		       struct tcp_news *news, u64 now);

/* tcp_recv_data.c: what segments bring */
bool tcp_recv_closed(const struct tcp_recv *s);
void tcp_recv_drop(struct tcp_recv *s, struct sk_buff *skb, enum gonet_drop reason);
void tcp_recv_renege(struct tcp_recv *s);
u32 tcp_recv_text(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb, bool *gap,
		  u64 now);

/* tcp_recv_read.c: the program */
u32 tcp_recv_room(const struct tcp_recv *s);
void tcp_recv_grow(struct tcp_recv *s, const struct tcp_seg *seg, u32 truesize, u64 now);
void tcp_recv_turns(struct tcp_recv *s);
void tcp_recv_ready(struct tcp_recv *s);
void tcp_recv_urgent(struct tcp_recv *s, const struct tcp_seg *seg, struct sk_buff *skb);

/* tcp_mib.c: counters */
void tcp_mib_verdict(const struct tcp_recv *s, const struct tcp_seg *seg, enum tcp_verdict verdict);
void tcp_mib_skipped(const struct tcp_recv *s);
void tcp_mib_useless(const struct tcp_recv *s, const struct tcp_seg *seg);
void tcp_mib_dsack(const struct tcp_recv *s);

void tcp_news_lost(void *msg, enum csp_lost why);

#endif /* _GONET_TCP_RECV_H */
