// SPDX-License-Identifier: GPL-2.0
/*
 * A listener: one process for each listening socket. It keeps a small record of every
 * connection that a peer is opening, answers SYNs, and makes a socket and two processes of a
 * record only when the handshake is done (RFC 9293 3.10.7.2, RFC 4987).
 *
 * Records wait for the peer in lists, one for each time that the answer has been sent, so
 * that those which wait longest are at the front and one timer serves all.
 */
#include <linux/icmp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/inet_ecn.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcp_listen.h"
#include "trace.h"

/* RFC 6298 in small: 1 s, and twice as long each time. */
static unsigned long tcp_request_timeout(u8 tries)
{
	return (unsigned long)HZ << tries;
}

static void tcp_listen_arm(struct tcp_listen *s)
{
	unsigned long first = 0;
	bool any = false;
	unsigned int i;

	for (i = 0; i < TCP_LISTEN_TRIES; i++) {
		struct tcp_request *r = list_first_entry_or_null(&s->waiting[i],
								 struct tcp_request, node);

		if (r && (!any || time_before(r->expires, first))) {
			first = r->expires;
			any = true;
		}
	}
	if (any)
		csp_timer_arm(&s->timer, time_after(first, jiffies) ? first - jiffies : 0);
}

static void tcp_request_wait(struct tcp_listen *s, struct tcp_request *r)
{
	bool idle = !s->n || list_empty(&s->waiting[0]);

	r->expires = jiffies + tcp_request_timeout(r->tries);
	list_add_tail(&r->node, &s->waiting[r->tries]);
	if (idle)
		tcp_listen_arm(s);
}

/* Takes a record out of its list; what is done with its place in the table is the caller's. */
static void tcp_request_free(struct tcp_listen *s, struct tcp_request *r)
{
	list_del(&r->node);
	s->n--;
	kfree(r->open.syn);
	kfree_rcu(r, rcu);
}

static void tcp_request_drop(struct tcp_listen *s, struct tcp_request *r)
{
	tcp_table_del(s->stack->tcp, &r->entry);
	tcp_request_free(s, r);
}

static bool tcp_listen_full(const struct tcp_listen *s)
{
	return atomic_read(&s->gt->n_accept) > READ_ONCE(s->gt->backlog);
}

/* Makes the dealer know that the child shares the port; that cannot be lost. */
static bool tcp_listen_inherit(struct tcp_listen *s, struct gonet_stream *child,
			       struct tcp_bound *bound)
{
	child->inherit = (struct tcp_note) { .gt = child, .bound = bound, .add = true };
	sock_hold(&child->gs.inet.sk);
	if (!csp_try_send(&s->stack->tcp_rx->in[TCP_RX_NOTE], &child->inherit))
		return true;
	sock_put(&child->gs.inet.sk);
	return false;
}

static void tcp_listen_enqueue(struct tcp_listen *s, struct gonet_stream *child)
{
	struct gonet_stream *gt = s->gt;

	spin_lock_bh(&gt->accept_lock);
	list_add_tail(&child->accept_node, &gt->accept);
	atomic_inc(&gt->n_accept);
	spin_unlock_bh(&gt->accept_lock);
}

/*
 * The handshake is done, or Fast Open needs none to be: a socket for the connection, in the
 * place of the record @old if there is one.
 * @skb: the segment that did it; given away. Return: false when there is no memory.
 */
static bool tcp_listen_adopt(struct tcp_listen *s, const struct tcp_tuple *key,
			     const struct tcp_open *open, struct tcp_entry *old,
			     struct sk_buff *skb)
{
	struct gonet_tcp *tcp = s->stack->tcp;
	struct sock *sk = &s->gt->gs.inet.sk;
	struct gonet_stream *child;
	struct tcp_bound *bound;
	struct csp_proc *recv;

	child = tcp_conn_child(s->gt, key, open);
	if (!child)
		goto drop;
	/*
	 * What needs memory comes first: while the record is in its place, the peer need but
	 * send the segment again. The note is sent last that can fail: it is answered by
	 * nothing but an end.
	 */
	bound = kzalloc(sizeof(*bound), GFP_ATOMIC | __GFP_NOWARN);
	if (!bound)
		goto drop_child;
	if (old ? tcp_table_replace(tcp, old, &child->entry) : tcp_table_add(tcp, &child->entry))
		goto drop_child;
	child->listed = true;
	if (!tcp_listen_inherit(s, child, bound))
		goto drop_child;
	gonet_count(s->stack, TcpPassiveOpens);
	if (open->fast) {
		trace_gonet_tcp_state(child, key, TCP_LISTEN, TCP_SYN_RECV);
	} else {
		gonet_count(s->stack, TcpCurrEstab);
		trace_gonet_tcp_state(child, key, TCP_SYN_RECV, TCP_ESTABLISHED);
	}
	child->saved_syn = open->syn;
	gonet_stream_opened_by(child, skb);
	/* Before accept() can take it, and others end it. */
	recv = csp_proc_get(rcu_dereference_protected(child->gs.reader, true));
	tcp_listen_enqueue(s, child);
	if (recv)
		csp_send(&recv->in[TCP_RECV_IN], skb);
	else
		consume_skb(skb);
	csp_proc_put(recv);
	sk->sk_data_ready(sk);
	return true;

drop_child:
	if (child->listed)
		tcp_table_del(tcp, &child->entry);
	kfree(bound);
	tcp_conn_drop(child);
	gonet_stream_ended(child);
	sock_put(&child->gs.inet.sk);
drop:
	gonet_count(s->stack, TcpExtListenDrops);
	gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
	return false;
}

/* Fast Open (RFC 7413 4.2.2): a socket at once, which has the data of the SYN. */
static void tcp_listen_early(struct tcp_listen *s, const struct tcp_seg *seg,
			     const struct tcp_options *give, struct sk_buff *skb)
{
	struct tcp_request r = { .entry.key = tcp_segment_key(skb), .sent_us = tcp_now() };

	tcp_request_agree(s, seg, &r, tcp_isn(s->stack->tcp, &r.entry.key, TCP_CB(skb)->iss));
	r.open.wnd = seg->f.window;
	r.open.fast = s->gt;
	r.open.syn_data = seg->len;
	r.open.cookie_len = give->cookie_len;
	memcpy(r.open.cookie, give->cookie, sizeof(r.open.cookie));
	r.open.syn = tcp_request_save(s, skb);
	if (tcp_listen_adopt(s, &r.entry.key, &r.open, NULL, skb)) {
		gonet_count(s->stack, TcpExtTCPFastOpenPassive);
	} else {
		gonet_count(s->stack, TcpExtTCPFastOpenPassiveFail);
		kfree(r.open.syn);
	}
}

/* A SYN that opens a connection. */
static void tcp_listen_syn(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb)
{
	const struct tcp_tuple key = tcp_segment_key(skb);
	struct tcp_options give = {};
	struct tcp_request *r;
	u32 most = min_t(u32, max(READ_ONCE(s->gt->backlog), 8U) * 2,
			 max(READ_ONCE(s->stack->conf.tcp_max_syn_backlog), 1));

	if (!tcp_listen_full(s) &&
	    (s->n >= most || READ_ONCE(s->stack->conf.tcp_syncookies) == 2) &&
	    tcp_cookie_answer(s, seg, skb)) {
		gonet_count(s->stack, TcpExtTCPReqQFullDoCookies);
		consume_skb(skb);
		return;
	}
	if (tcp_listen_full(s) || s->n >= most) {
		gonet_count(s->stack, TcpExtListenDrops);
		if (tcp_listen_full(s))
			gonet_count(s->stack, TcpExtListenOverflows);
		else
			gonet_count(s->stack, TcpExtTCPReqQFullDrop);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_LISTEN_FULL);
		return;
	}
	if (tcp_fast_verdict(s, seg, &key, &give)) {
		tcp_listen_early(s, seg, &give, skb);
		return;
	}
	r = kzalloc(sizeof(*r), GFP_ATOMIC | __GFP_NOWARN);
	if (!r) {
		gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	r->entry.key = key;
	r->entry.kind = TCP_ENTRY_REQUEST;
	r->gt = s->gt;
	r->tos = GONET_CB(skb)->tos;
	r->sent_us = tcp_now();
	tcp_request_agree(s, seg, r, tcp_isn(s->stack->tcp, &r->entry.key, TCP_CB(skb)->iss));
	if (tcp_table_add(s->stack->tcp, &r->entry)) {
		kfree(r);
		gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	r->open.syn = tcp_request_save(s, skb);
	tcp_request_wait(s, r);
	s->n++;
	tcp_request_answer(s, r, TCP_SYN, &give);
	consume_skb(skb);
}

static void tcp_listen_establish(struct tcp_listen *s, struct tcp_request *r,
				 const struct tcp_seg *seg, struct sk_buff *skb)
{
	r->open.wnd = (u32)seg->f.window << (r->open.wscale_ok ? r->open.snd_wscale : 0);
	r->open.ts_recent = r->q.ts_recent;
	r->open.retransmitted = r->tries;
	if (!r->tries)
		r->open.rtt_us = max_t(u64, tcp_now() - r->sent_us, 1);
	if (tcp_listen_adopt(s, &r->entry.key, &r->open, &r->entry, skb)) {
		r->open.syn = NULL;
		tcp_request_free(s, r);
	} else if (tcp_table_find(s->stack->tcp, &r->entry.key) != &r->entry) {
		tcp_request_free(s, r);		/* its place in the table is gone with the child */
	}
}

/* TCP_DEFER_ACCEPT: whether data is to be awaited; tcp(7). */
static bool tcp_listen_defers(const struct tcp_listen *s, const struct tcp_request *r,
			      const struct tcp_seg *seg)
{
	u32 defer = READ_ONCE(s->gt->o.defer_accept);

	return defer && !seg->len && !(seg->f.flags & TCP_FIN) &&
	       tcp_now() - r->sent_us < defer * 1000000ULL;
}

/* The ACK of our SYN. */
static void tcp_listen_ack(struct tcp_listen *s, struct tcp_request *r,
			   const struct tcp_seg *seg, struct sk_buff *skb)
{
	if (tcp_listen_full(s)) {
		gonet_count(s->stack, TcpExtListenOverflows);
		gonet_count(s->stack, TcpExtListenDrops);
		if (READ_ONCE(s->stack->conf.tcp_abort_on_overflow)) {
			tcp_reply_reset(s->stack, skb, seg);
			gonet_count(s->stack, TcpExtEmbryonicRsts);
			tcp_request_drop(s, r);
		} else {
			r->acked = true;
		}
		gonet_drop(s->stack, skb, GONET_DROP_TCP_LISTEN_FULL);
	} else if (tcp_listen_defers(s, r, seg)) {
		gonet_count(s->stack, TcpExtTCPDeferAcceptDrop);
		r->acked = true;
		consume_skb(skb);
	} else {
		tcp_listen_establish(s, r, seg, skb);
	}
}

/* The answer once more: it, or the ACK of it, is lost. */
static void tcp_request_again(struct tcp_listen *s, struct tcp_request *r)
{
	tcp_request_answer(s, r, TCP_SYN, NULL);
	trace_gonet_tcp_retransmit_synack(s->stack, s->gt->gs.number, &r->entry.key, r->tries);
	gonet_count(s->stack, TcpRetransSegs);
	gonet_count(s->stack, TcpExtTCPSynRetrans);
}

/* A segment for a connection that is being opened; given away. */
static void tcp_listen_request(struct tcp_listen *s, struct tcp_request *r,
			       const struct tcp_seg *seg, struct sk_buff *skb)
{
	switch (tcp_mini_request_check(&r->q, seg, tcp_now())) {
	case TCP_MINI_ESTABLISH:
		tcp_listen_ack(s, r, seg, skb);
		return;
	case TCP_MINI_RESEND:
		tcp_request_again(s, r);
		break;
	case TCP_MINI_ACK:
	case TCP_MINI_CHALLENGE:
		if (tcp_challenge_may(s->stack->tcp))
			tcp_request_answer(s, r, 0, NULL);
		else
			gonet_count(s->stack, TcpExtTCPACKSkippedSynRecv);
		break;
	case TCP_MINI_RESET:
		tcp_reply_reset(s->stack, skb, seg);
		break;
	case TCP_MINI_END:
		gonet_count(s->stack, TcpAttemptFails);
		gonet_count(s->stack, TcpExtEmbryonicRsts);
		tcp_request_drop(s, r);
		break;
	default:
		break;
	}
	gonet_drop(s->stack, skb, GONET_DROP_TCP_WINDOW);
}

/* An ACK of nothing that is known: perhaps of a cookie. */
static void tcp_listen_stray(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb)
{
	struct tcp_tuple key = tcp_segment_key(skb);
	struct tcp_open open;

	if (seg->f.flags & TCP_SYN || !tcp_cookie_open(s, seg, skb, &open)) {
		tcp_reply_reset(s->stack, skb, seg);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_NO_PORT);
	} else if (tcp_listen_full(s)) {
		gonet_count(s->stack, TcpExtListenOverflows);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_LISTEN_FULL);
	} else {
		tcp_listen_adopt(s, &key, &open, NULL, skb);
	}
}

/* Nobody's: RFC 9293 3.10.7.2. */
static void tcp_listen_first(struct tcp_listen *s, const struct tcp_seg *seg, struct sk_buff *skb)
{
	if (seg->f.flags & TCP_RST)
		gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
	else if (seg->f.flags & TCP_ACK)
		tcp_listen_stray(s, seg, skb);
	else if ((seg->f.flags & (TCP_SYN | TCP_FIN)) == TCP_SYN)
		tcp_listen_syn(s, seg, skb);
	else
		gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
}

static void tcp_listen_step(struct csp_proc *proc, void *msg)
{
	struct tcp_listen *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct csp_proc *recv;
	struct tcp_entry *e;
	struct tcp_seg seg;
	struct tcp_tuple key;

	if (!tcp_segment_take(s->stack, skb, &seg))
		return;
	key = tcp_segment_key(skb);
	rcu_read_lock();
	e = tcp_table_find(s->stack->tcp, &key);
	if (!e) {
		tcp_listen_first(s, &seg, skb);
	} else if (e->kind == TCP_ENTRY_CONN) {
		/* The dealer has looked before the handshake was done. */
		recv = rcu_dereference(container_of(e, struct gonet_stream, entry)->gs.reader);
		if (recv)
			csp_send(&recv->in[TCP_RECV_IN], skb);
		else
			gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
	} else if (e->kind == TCP_ENTRY_REQUEST &&
		   container_of(e, struct tcp_request, entry)->gt == s->gt) {
		tcp_listen_request(s, container_of(e, struct tcp_request, entry), &seg, skb);
	} else {
		gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
	}
	rcu_read_unlock();
}

/**
 * tcp_listen_pass() - what concerns a connection that is being opened
 * @stack: the stack
 * @e: the record's entry
 * @input: which of the listener's it is for: %TCP_LISTEN_IN or %TCP_LISTEN_ERROR
 * @skb: the segment, or the ICMP error; given away
 *
 * Context: under RCU.
 */
void tcp_listen_pass(struct gonet_stack *stack, const struct tcp_entry *e, unsigned int input,
		     struct sk_buff *skb)
{
	const struct tcp_request *r = container_of(e, struct tcp_request, entry);
	struct csp_proc *listen = rcu_dereference(r->gt->gs.reader);

	if (listen)
		csp_send(&listen->in[input], skb);
	else
		gonet_drop(stack, skb, GONET_DROP_TCP_STATE);
}

/* Whether no answer will come: as natively. */
static bool tcp_request_hopeless(const struct icmphdr *icmph)
{
	if (icmph->type == ICMP_DEST_UNREACH)
		return icmph->code == ICMP_NET_UNREACH || icmph->code == ICMP_HOST_UNREACH;
	return icmph->type == ICMP_TIME_EXCEEDED || icmph->type == ICMP_PARAMETERPROB;
}

/* An ICMP error about our answer to a SYN; what it quotes must be that (RFC 5927 4.1). */
static void tcp_listen_error(struct csp_proc *proc, void *msg)
{
	struct tcp_listen *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct tcp_tuple key = tcp_error_key(skb);
	struct tcp_request *r = NULL;
	struct tcp_entry *e;

	rcu_read_lock();
	e = tcp_table_find(s->stack->tcp, &key);
	if (e && e->kind == TCP_ENTRY_REQUEST)
		r = container_of(e, struct tcp_request, entry);
	if (!r || r->gt != s->gt) {
		gonet_drop(s->stack, skb, GONET_DROP_TCP_STATE);
	} else if (ntohl(tcp_error_quoted(skb)->seq) != r->open.iss) {
		gonet_count(s->stack, TcpExtOutOfWindowIcmps);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_WINDOW);
	} else {
		if (tcp_request_hopeless((const void *)skb->data)) {
			gonet_count(s->stack, TcpExtListenDrops);
			tcp_request_drop(s, r);
		}
		consume_skb(skb);
	}
	rcu_read_unlock();
}

/* The peer has not answered: once more, or never again. */
static void tcp_request_expire(struct tcp_listen *s, struct tcp_request *r)
{
	u8 most = min_t(u8, READ_ONCE(s->stack->conf.tcp_synack_retries), TCP_LISTEN_TRIES - 1);

	gonet_count(s->stack, TcpExtTCPTimeouts);
	if (r->tries >= most) {
		tcp_request_drop(s, r);
		return;
	}
	list_del(&r->node);
	r->tries++;
	tcp_request_again(s, r);
	r->expires = jiffies + tcp_request_timeout(r->tries);
	list_add_tail(&r->node, &s->waiting[r->tries]);
}

static void tcp_listen_timer(struct csp_proc *proc, void *msg)
{
	struct tcp_listen *s = csp_state(proc);
	struct tcp_request *r, *next;
	unsigned int i;

	if (!csp_timer_fired(msg))
		return;
	/* The lists of those that have waited longer first: none is served twice. */
	for (i = TCP_LISTEN_TRIES; i-- > 0;) {
		list_for_each_entry_safe(r, next, &s->waiting[i], node) {
			if (time_after(r->expires, jiffies))
				break;
			tcp_request_expire(s, r);
		}
	}
	tcp_listen_arm(s);
}

static int tcp_listen_init(struct csp_proc *proc, void *arg)
{
	struct tcp_listen *s = csp_state(proc);
	unsigned int i;

	s->gt = arg;
	s->stack = s->gt->gs.stack;
	for (i = 0; i < TCP_LISTEN_TRIES; i++)
		INIT_LIST_HEAD(&s->waiting[i]);
	csp_timer_init(&s->timer, proc, TCP_LISTEN_TIMER);
	sock_hold(&s->gt->gs.inet.sk);
	return 0;
}

static void tcp_listen_exit(struct csp_proc *proc)
{
	struct tcp_listen *s = csp_state(proc);
	struct tcp_request *r, *next;
	unsigned int i;

	for (i = 0; i < TCP_LISTEN_TRIES; i++)
		list_for_each_entry_safe(r, next, &s->waiting[i], node)
			tcp_request_drop(s, r);
	sock_put(&s->gt->gs.inet.sk);
}

static const struct csp_kind tcp_listen_kind = {
	.name = "tcp_listen",
	.state_size = sizeof(struct tcp_listen),
	.n_inputs = TCP_LISTEN_INPUTS,
	.inputs = {
		[TCP_LISTEN_IN] = GONET_SKB_PORT("in", tcp_listen_step),
		[TCP_LISTEN_TIMER] = CSP_TIMER_PORT(tcp_listen_timer),
		[TCP_LISTEN_ERROR] = GONET_ERROR_PORT(tcp_listen_error),
	},
	.init = tcp_listen_init,
	.exit = tcp_listen_exit,
};

/**
 * tcp_listen_start() - start the process of a listener
 * @gt: the socket, bound
 *
 * Context: process; may sleep.
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *tcp_listen_start(struct gonet_stream *gt)
{
	return csp_proc_start(&gt->gs.stack->group, &tcp_listen_kind, gt, GFP_KERNEL,
			      "tcp_listen/%u", gt->gs.inet.inet_num);
}
