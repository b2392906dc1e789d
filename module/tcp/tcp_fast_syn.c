// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open of a connection that this host opens (RFC 7413 4.2.1): its SYN asks for a cookie,
 * or has one, and data. The data is in the queue from the beginning: what of it the answer
 * does not acknowledge is sent as any other, so whatever goes wrong costs no more than the
 * time that it would have taken anyhow.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "tcp_fast.h"

#define TCP_FAST_HOLD	(60 * HZ)	/* without, after SYNs with data were lost */

static bool tcp_fast_no_cookie(const struct gonet_stream *gt)
{
	return READ_ONCE(gt->gs.stack->conf.tcp_fastopen) & TCP_FO_CLIENT_NO_COOKIE ||
	       READ_ONCE(gt->o.fastopen_no_cookie);
}

/**
 * gonet_tcp_fast_may() - whether programs may open connections so
 * @stack: their stack
 *
 * Context: any.
 *
 * Return: true if so.
 */
bool gonet_tcp_fast_may(struct gonet_stack *stack)
{
	return READ_ONCE(stack->conf.tcp_fastopen) & TCP_FO_CLIENT;
}

/**
 * gonet_tcp_fast_room() - how much data a SYN may carry
 * @gt: the socket
 * @flow: where to, routed
 *
 * Context: any but hard interrupt.
 *
 * Return: bytes; 0 where none may be, as there is no cookie.
 */
u32 gonet_tcp_fast_room(struct gonet_stream *gt, const struct gonet_flow *flow)
{
	struct tcp_fast_peer peer;

	tcp_fast_known(gt->gs.stack->tcp, flow->saddr, flow->daddr, &peer);
	if (peer.held || (!peer.cookie_len && !tcp_fast_no_cookie(gt)))
		return 0;
	return tcp_fo_room(tcp_conn_mss(gt, flow), peer.mss);
}

/**
 * tcp_fast_begin() - a connection is to be opened
 * @s: the send half, whose queue is set up
 * @call: how
 *
 * Without memory it is opened as any other.
 *
 * Return: true if its SYN waits for data.
 */
bool tcp_fast_begin(struct tcp_send *s, const struct tcp_call *call)
{
	if (call->data)
		tcp_queue_add(s, call->data);
	if (call->how == GONET_TCP_OPEN)
		return false;
	s->fast = kzalloc(sizeof(*s->fast), GFP_ATOMIC | __GFP_NOWARN);
	if (!s->fast)
		return false;
	s->fast->syn.iss = s->s.iss;
	s->fast->later = call->how == GONET_TCP_OPEN_LATER;
	return s->fast->later;
}

/**
 * tcp_fast_data() - the data that a SYN has waited for
 * @s: the send half
 * @data: the data, or NULL
 * @now: the time
 *
 * If the connection is there already, as the peer has opened it from its side, it is sent as
 * any other.
 *
 * Return: 0.
 */
int tcp_fast_data(struct tcp_send *s, struct sk_buff *data, u64 now)
{
	if (data)
		tcp_queue_add(s, data);
	if (s->fast && s->fast->later && s->st == TCP_ST_SYN_SENT)
		tcp_sender_syn(&s->s, now);
	if (s->fast)
		s->fast->later = false;
	return 0;
}

/**
 * tcp_fast_offer() - what Fast Open adds to our first SYN
 * @s: the send half
 * @o: its options; the cookie, or the wish for one, is added
 *
 * Return: bytes of data that it is to carry, at most what is in the queue.
 */
u32 tcp_fast_offer(struct tcp_send *s, struct tcp_options *o)
{
	struct tcp_fast_peer peer;

	if (!s->fast)
		return 0;
	tcp_fast_known(s->stack->tcp, s->flow.saddr, s->flow.daddr, &peer);
	if (peer.held)
		return 0;
	if (!tcp_fast_no_cookie(s->gt)) {
		s->fast->syn.option = true;
		o->present |= TCP_HAS_COOKIE;
		o->cookie_len = peer.cookie_len;
		memcpy(o->cookie, peer.cookie, sizeof(o->cookie));
		if (!peer.cookie_len)
			return 0;
	}
	return min(s->end - (s->s.iss + 1), gonet_tcp_fast_room(s->gt, &s->flow));
}

/* What is known now of this peer. */
static void tcp_fast_remember(struct tcp_send *s, const struct tcp_fo_outcome *out,
			      const struct tcp_options *o)
{
	struct tcp_fast_peer peer;

	if (!out->learn && !out->lost)
		return;
	tcp_fast_known(s->stack->tcp, s->flow.saddr, s->flow.daddr, &peer);
	peer.mss = s->peer_mss;
	if (out->learn) {
		peer.cookie_len = o->cookie_len;
		memcpy(peer.cookie, o->cookie, sizeof(peer.cookie));
	}
	peer.held = out->lost;
	peer.until = jiffies + TCP_FAST_HOLD;
	tcp_fast_learn(s->stack, &peer);
}

/**
 * tcp_fast_answered() - our SYN is acknowledged
 * @s: the send half, synchronized
 * @news: by what
 * @now: the time
 */
void tcp_fast_answered(struct tcp_send *s, const struct tcp_news *news, u64 now)
{
	struct tcp_fo_outcome out;

	if (!s->fast)
		return;
	out = tcp_fo_answer(&s->fast->syn, news->ack.ack, &news->options);
	s->fast_fail = out.fail;
	if (out.acked) {
		gonet_count(s->stack, TcpExtTCPFastOpenActive);
		gonet_count(s->stack, TcpExtTCPDelivered);
		s->syn_data = true;
		tcp_sender_early(&s->s, out.acked, now);
		tcp_queue_free(s, s->s.una);
	} else if (s->fast->syn.carried) {
		gonet_count(s->stack, TcpExtTCPFastOpenActiveFail);
	}
	tcp_fast_remember(s, &out, &news->options);
	kfree(s->fast);
	s->fast = NULL;
}

/**
 * tcp_fast_reach() - behind what the peer may acknowledge
 * @s: the send half
 *
 * Return: the sequence number: SND.NXT, or behind the data in our SYN, which that does not
 * count.
 */
u32 tcp_fast_reach(const struct tcp_send *s)
{
	if (s->fast && !s->s.synced && s->s.nxt != s->s.iss)
		return s->s.nxt + s->fast->syn.carried;
	return s->s.nxt;
}
