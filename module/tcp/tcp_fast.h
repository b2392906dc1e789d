/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of Fast Open (RFC 7413) tell each other. */
#ifndef _GONET_TCP_FAST_H
#define _GONET_TCP_FAST_H

#include "logic/fastopen.h"
#include "tcp_send.h"

/**
 * struct tcp_fast - Fast Open, until the handshake is done; the send half's
 * @syn: our SYN
 * @later: it waits for the program's data (TCP_FASTOPEN_CONNECT)
 * @listener: of a connection that a peer opens: its listener, referenced; of others NULL, and
 *	what follows is of no use
 * @answered: the SYN-ACK has been sent
 * @tries: how often again
 * @sent_us: when first
 * @due_us: when again
 * @cookie_len: bytes of @cookie
 * @cookie: what the SYN-ACK gives
 */
struct tcp_fast {
	struct tcp_fo_try syn;
	bool later;
	struct gonet_stream *listener;
	bool answered;
	u8 tries;
	u64 sent_us;
	u64 due_us;
	u8 cookie_len;
	u8 cookie[TCP_COOKIE_MAX];
};

/**
 * struct tcp_fast_peer - what is known of Fast Open between two addresses; never changes
 * @rcu: frees it
 * @laddr: own address
 * @raddr: the peer's
 * @mss: what the peer takes
 * @cookie_len: bytes of @cookie; 0 when there is none
 * @cookie: the cookie that the peer has given
 * @held: SYNs with data have been lost; none is sent before @until, in jiffies
 * @until: see @held
 */
struct tcp_fast_peer {
	struct rcu_head rcu;
	__be32 laddr;
	__be32 raddr;
	u16 mss;
	u8 cookie_len;
	u8 cookie[TCP_COOKIE_MAX];
	bool held;
	unsigned long until;
};

/* tcp_fast_peer.c: what is known of peers */
bool tcp_fast_known(struct gonet_tcp *tcp, __be32 laddr, __be32 raddr,
		    struct tcp_fast_peer *peer);
void tcp_fast_learn(struct gonet_stack *stack, const struct tcp_fast_peer *peer);

/* tcp_fast_syn.c: our SYN */
bool tcp_fast_begin(struct tcp_send *s, const struct tcp_call *call);
int tcp_fast_data(struct tcp_send *s, struct sk_buff *data, u64 now);
u32 tcp_fast_offer(struct tcp_send *s, struct tcp_options *o);
void tcp_fast_answered(struct tcp_send *s, const struct tcp_news *news, u64 now);
u32 tcp_fast_reach(const struct tcp_send *s);

/* tcp_fast_child.c: our SYN-ACK */
int tcp_fast_child(struct tcp_send *s, const struct tcp_open *open, u64 now);
bool tcp_fast_pending(const struct tcp_send *s);
u64 tcp_fast_due(const struct tcp_send *s);
bool tcp_fast_answer(struct tcp_send *s);
void tcp_fast_expire(struct csp_proc *proc, u64 now);
void tcp_fast_option(const struct tcp_send *s, struct tcp_options *o);
void tcp_fast_confirmed(struct tcp_send *s, const struct tcp_news *news, u64 now);
void tcp_fast_end(struct tcp_send *s, bool reset);

#endif /* _GONET_TCP_FAST_H */
