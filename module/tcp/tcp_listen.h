/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the listeners tell each other. */
#ifndef _GONET_TCP_LISTEN_H
#define _GONET_TCP_LISTEN_H

#include "tcp.h"

#define TCP_LISTEN_TRIES	8	/* lists; tcp_synack_retries is less */

/**
 * struct tcp_request - a connection that a peer is opening
 * @entry: in the table
 * @rcu: frees it
 * @gt: the listener
 * @node: in &tcp_listen.waiting
 * @expires: when the answer is sent again, in jiffies
 * @sent_us: when it was first sent
 * @tries: how often it has been sent again
 * @acked: the handshake is done, but something else is awaited: room, or data
 * @tos: TOS byte of the SYN
 * @cookie: it is kept nowhere: options are in the timestamp
 * @q: what tells what a segment means to it
 * @open: what has been agreed upon
 */
struct tcp_request {
	struct tcp_entry entry;
	struct rcu_head rcu;
	struct gonet_stream *gt;
	struct list_head node;
	unsigned long expires;
	u64 sent_us;
	u8 tries;
	bool acked;
	u8 tos;
	bool cookie;
	struct tcp_mini_request q;
	struct tcp_open open;
};

/**
 * struct tcp_listen - the listener's state
 * @stack: whose it is
 * @gt: the socket, of which it holds a reference
 * @waiting: &tcp_request.node by &tcp_request.tries
 * @n: how many there are
 * @cookies: when a cookie was last sent, in jiffies, if @has_cookies
 * @has_cookies: one has been
 * @timer: of the first to expire
 */
struct tcp_listen {
	struct gonet_stack *stack;
	struct gonet_stream *gt;
	struct list_head waiting[TCP_LISTEN_TRIES];
	u32 n;
	unsigned long cookies;
	bool has_cookies;
	struct csp_timer timer;
};

/* tcp_request.c */
void tcp_request_answer(struct tcp_listen *s, struct tcp_request *r, u8 flags,
			const struct tcp_options *more);
struct gonet_tcp_syn *tcp_request_save(const struct tcp_listen *s, const struct sk_buff *skb);
void tcp_request_agree(struct tcp_listen *s, const struct tcp_seg *seg, struct tcp_request *r,
		       u32 iss);

/* tcp_fast_listen.c */
bool tcp_fast_verdict(struct tcp_listen *s, const struct tcp_seg *seg,
		      const struct tcp_tuple *key, struct tcp_options *give);

/* tcp_syncookie.c */
bool tcp_cookie_answer(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb);
bool tcp_cookie_open(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb,
		     struct tcp_open *open);

#endif /* _GONET_TCP_LISTEN_H */
