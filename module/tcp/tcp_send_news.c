// SPDX-License-Identifier: GPL-2.0
/*
 * What the send half hears: from the receive half, of segments; and from ICMP, of those
 * that did not arrive.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/slab.h>
#include <net/icmp.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/route.h>

#include "tcp_fast.h"
#include "tcp_recv.h"
#include "tcp_send.h"
#include "trace.h"

/* The round trip that a timestamp tells of, or 0 (RFC 7323 4.1). */
static u32 tcp_news_rtt(const struct tcp_send *s, const struct tcp_ack *a, u64 now)
{
	u32 ms = tcp_ts(now) + s->gt->pub.ts_offset - a->tsecr;

	if (!a->has_ts || !a->tsecr || ms > 120000)
		return 0;
	return max(ms * 1000, 1U);
}

/* The handshake is done: of a connection that this host has opened. */
static void tcp_news_established(struct csp_proc *proc, const struct tcp_news *news, u64 now)
{
	struct tcp_send *s = csp_state(proc);
	u32 rtt = s->s.first && !(s->s.first->flags & TCP_SENT_EVER_RETRANS) ?
		  max_t(u64, now - s->s.first->sent_us, 1) : 0;
	bool again = s->s.first && s->s.first->flags & TCP_SENT_EVER_RETRANS;
	struct sock *sk = &s->gt->gs.inet.sk;

	/* The peer's SYN may have come long before (tcp_news_syn()). */
	tcp_sender_synced(&s->s, tcp_output_mss(s, news->ack.wnd), news->ack.wnd, news->ack.seq,
			  s->s.sack_ok, s->s.ts_ok,
			  news->ack.ece && READ_ONCE(s->stack->conf.tcp_ecn) == 1, rtt, again,
			  now);
	tcp_fast_answered(s, news, now);
	tcp_send_grow(s);
	tcp_send_event(s, TCP_EV_SYN_ACKED);
	gonet_count(s->stack, TcpCurrEstab);
	gonet_count(s->stack, TcpExtTCPDelivered);	/* the SYN */
	s->delivered++;
	if (s->fin_wanted)
		tcp_send_event(s, TCP_EV_CLOSE);
	tcp_send_arm_life(s);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
}

/* The same of one that a peer has opened by Fast Open; it may be over on our side already. */
static void tcp_news_confirmed(struct tcp_send *s, const struct tcp_news *news, u64 now)
{
	struct sock *sk = &s->gt->gs.inet.sk;

	tcp_fast_confirmed(s, news, now);
	tcp_send_event(s, TCP_EV_SYN_ACKED);
	if (s->st == TCP_ST_ESTABLISHED)
		gonet_count(s->stack, TcpCurrEstab);
	if (s->fin_wanted)
		tcp_send_event(s, TCP_EV_CLOSE);
	tcp_send_arm_life(s);
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
}

/* The peer's SYN (RFC 9293 3.10.7.3, fourth). */
static void tcp_news_syn(struct csp_proc *proc, const struct tcp_news *news, u64 now)
{
	struct tcp_send *s = csp_state(proc);
	const struct tcp_options *o = &news->options;

	if (s->st != TCP_ST_SYN_SENT)
		return;
	s->peer_synced = true;
	s->peer_mss = o->present & TCP_HAS_MSS ? o->mss : TCP_MSS_ASSUMED;
	s->wscale_ok = o->present & TCP_HAS_WSCALE;
	s->rcv_wscale = s->wscale_ok ? tcp_conn_wscale(s->stack, &s->gt->gs.inet.sk) : 0;
	s->s.sack_ok = o->present & TCP_HAS_SACK_OK;
	s->s.ts_ok = o->present & TCP_HAS_TS;
	WRITE_ONCE(s->gt->pub.ack_sent, news->rcv_nxt);
	if (news->flags & TCP_NEWS_ACK) {
		tcp_news_established(proc, news, now);
		return;
	}
	tcp_send_event(s, TCP_EV_SYN_RECEIVED);
	tcp_sender_syn_again(&s->s, now);
	s->ack_now = false;
}

/* RFC 3168 6.1.3: a marked packet is told of until the peer says that it has slowed down. */
static void tcp_news_ecn(struct tcp_send *s, const struct tcp_news *news)
{
	if (!s->s.ecn_ok)
		return;
	if (news->cwr)
		s->ecn_echo = false;
	if (news->ce)
		s->ecn_echo = true;
}

/* RFC 9293 3.10.7.4, fifth step. */
static void tcp_news_ack(struct csp_proc *proc, struct tcp_news *news, u64 now)
{
	struct tcp_send *s = csp_state(proc);
	struct sock *sk = &s->gt->gs.inet.sk;
	struct tcp_acked acked = {};
	u64 delivered = s->s.delivered;

	news->ack.rtt_us = tcp_news_rtt(s, &news->ack, now);
	if (tcp_fast_pending(s)) {
		if (seq_after(news->ack.ack, s->s.iss))
			tcp_news_confirmed(s, news, now);
	} else if (s->st == TCP_ST_SYN_RECV && seq_after(news->ack.ack, s->s.iss)) {
		tcp_news_established(proc, news, now);
		return;
	}
	if (news->ack.n_sack)
		tcp_output_reserve(s, TCP_SPARE_NEEDED);
	tcp_sender_ack(&s->s, &news->ack, now, &acked);
	tcp_mib_acked(s, &news->ack, &acked, s->s.delivered - delivered);
	if (unlikely(s->s.mss < s->full_mss) && tcp_output_bound(s, s->s.max_wnd) > s->s.mss)
		tcp_sender_mss(&s->s, tcp_output_bound(s, s->s.max_wnd), now);
	if (acked.bytes) {
		WRITE_ONCE(sk->sk_err_soft, 0);		/* whatever it was, it has passed */
		tcp_queue_free(s, s->s.una);
		tcp_send_grow(s);
		if (s->urg && seq_after_eq(s->s.una, s->urg_end))
			s->urg = false;
		tcp_send_publish(s);
	}
	if (acked.fin) {
		tcp_send_event(s, TCP_EV_FIN_ACKED);
		tcp_send_arm_life(s);
		sk->sk_state_change(sk);
	}
}

/* RFC 9293 3.10.7.4, eighth step: the peer has sent all that it will. */
static void tcp_news_fin(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);
	struct sock *sk = &s->gt->gs.inet.sk;

	WRITE_ONCE(s->gt->ended, true);	/* before what has recvmsg() look */
	gonet_tcp_shut(sk, RCV_SHUTDOWN);
	tcp_send_event(s, TCP_EV_FIN_RECEIVED);
	if (sock_flag(sk, SOCK_DEAD))
		return;
	sk->sk_state_change(sk);
	sk_wake_async(sk, SOCK_WAKE_WAITD,
		      sk->sk_shutdown == SHUTDOWN_MASK ? POLL_HUP : POLL_IN);
}

/* RFC 9293 3.10.7.4, second step: what a RST means to the program. */
static void tcp_news_reset(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);

	trace_gonet_tcp_receive_reset(s);
	if (tcp_fast_pending(s)) {
		tcp_fast_end(s, true);
		tcp_send_fail(proc, ECONNRESET);
		return;
	}
	switch (s->st) {
	case TCP_ST_SYN_SENT:
	case TCP_ST_SYN_RECV:
		tcp_send_fail(proc, ECONNREFUSED);
		return;
	case TCP_ST_CLOSE_WAIT:
		tcp_send_fail(proc, EPIPE);
		return;
	default:
		tcp_send_fail(proc, ECONNRESET);
	}
}

/* What the receive half has come to know of the peer's data. */
static void tcp_news_receive(struct csp_proc *proc, const struct tcp_news *news)
{
	struct tcp_send *s = csp_state(proc);

	s->rcv_nxt = news->rcv_nxt;
	s->edge = news->edge;
	s->ts_recent = news->ts_recent;
	if (news->flags & TCP_NEWS_ACK_NOW) {
		s->ack_now = true;
		s->n_sack = news->n_sack;
		memcpy(s->sack, news->sack, sizeof(s->sack));
	} else if (news->flags & TCP_NEWS_ACK_LATER && !s->ack_later) {
		s->ack_later = true;
		csp_timer_arm(&s->ack_timer, usecs_to_jiffies(news->ato_us));
	}
	if (news->flags & TCP_NEWS_CHALLENGE && tcp_challenge_may(s->stack->tcp))
		s->ack_now = true;
}

/**
 * tcp_send_news() - something has arrived
 * @proc: the send half
 * @msg: struct tcp_news; freed
 */
void tcp_send_news(struct csp_proc *proc, void *msg)
{
	struct tcp_send *s = csp_state(proc);
	struct tcp_news *news = msg;
	u64 now = tcp_now();

	s->heard_us = now;
	s->probes = 0;
	if (s->over)
		goto out;
	if (news->flags & TCP_NEWS_RESET) {
		tcp_news_reset(proc);
		goto out;
	}
	if (news->flags & TCP_NEWS_REFUSE) {
		struct tcp_reply reply = {
			.key = s->gt->entry.key, .seq = news->ack.ack, .flags = TCP_RST,
		};

		tcp_reply_send(s->stack, &reply);
		goto out;
	}
	if (news->flags & TCP_NEWS_ABORT) {
		tcp_send_abort(proc, ECONNRESET);
		goto out;
	}
	if (news->flags & TCP_NEWS_SYN)
		tcp_news_syn(proc, news, now);
	tcp_news_receive(proc, news);
	tcp_news_ecn(s, news);
	if (news->flags & TCP_NEWS_ACK && !(news->flags & TCP_NEWS_SYN)) {
		tcp_news_ack(proc, news, now);
		trace_gonet_tcp_probe(s);
	}
	if (news->flags & TCP_NEWS_FIN && !s->over)
		tcp_news_fin(proc);
	if (s->st == TCP_ST_TIME_WAIT)
		tcp_send_time_wait(proc);
	else if (s->st == TCP_ST_CLOSED && !s->over)
		tcp_send_fail(proc, 0);		/* LAST-ACK is over */
out:
	kmem_cache_free(tcp_news_cache, news);
}

/* RFC 5927 4.1: what it quotes must be under way, or whoever guessed the ports wrote it. */
static bool tcp_error_plausible(const struct tcp_send *s, const struct tcphdr *th)
{
	u32 una = tcp_fast_pending(s) ? s->s.iss : s->s.una;

	return seq_within(una, ntohl(th->seq), s->s.nxt);
}

/* RFC 1191: the path takes less. Return: true if @skb has been taken, and comes again. */
static bool tcp_error_mtu(struct csp_proc *proc, struct sk_buff *skb)
{
	struct tcp_send *s = csp_state(proc);
	const struct icmphdr *icmph = (const void *)skb->data;
	const struct iphdr *inner = (const void *)(icmph + 1);
	struct gonet_exception said;
	bool believed;

	if (!(GONET_CB(skb)->flags & GONET_CB_NOTED)) {
		rcu_read_lock();
		believed = gonet_pmtu_believed(s->stack, inner, ntohs(icmph->un.frag.mtu),
					       s->flow.oif, &said);
		rcu_read_unlock();
		if (believed) {
			gonet_route_exception(s->stack, &said, &proc->in[TCP_SEND_ERROR], skb);
			return true;
		}
	}
	tcp_sender_mss(&s->s, tcp_output_mss(s, s->s.max_wnd), tcp_now());
	return false;
}

/* What an error means to a program. Return: errno, negative; or 0 for nothing. */
static int tcp_error_meaning(const struct icmphdr *icmph)
{
	switch (icmph->type) {
	case ICMP_DEST_UNREACH:
		if (icmph->code > NR_ICMP_UNREACH || icmph->code == ICMP_FRAG_NEEDED)
			return 0;
		return -icmp_err_convert[icmph->code].errno;
	case ICMP_TIME_EXCEEDED:
		return -EHOSTUNREACH;
	case ICMP_PARAMETERPROB:
		return -EPROTO;
	default:
		return 0;
	}
}

/* Whether nobody has the connection yet; one that Fast Open has given to a program is open. */
static bool tcp_error_opening(const struct tcp_send *s)
{
	if (s->st == TCP_ST_SYN_RECV)
		return !tcp_fast_pending(s) || !READ_ONCE(s->gt->gs.inet.sk.sk_socket);
	return s->st == TCP_ST_SYN_SENT;
}

/*
 * RFC 1122 4.2.3.9 (MUST-54 to 56): errors end a connection that is being opened, and
 * MSG_ERRQUEUE tells who sent them, as natively. One that is open goes on; the reason is told
 * if it should end for want of answers, or at once to who asks.
 */
static void tcp_error_tell(struct csp_proc *proc, struct sk_buff *skb, const struct iphdr *inner,
			   const struct tcphdr *th)
{
	struct tcp_send *s = csp_state(proc);
	struct sock *sk = &s->gt->gs.inet.sk;
	int err = -tcp_error_meaning((const void *)skb->data);

	if (err && tcp_error_opening(s)) {
		gonet_sock_queue_icmp(&s->gt->gs, skb, err, th->dest, inner->ihl * 4);
		tcp_send_fail(proc, err);
		return;
	}
	consume_skb(skb);
	if (!err)
		return;
	if (gonet_sock_opt(&s->gt->gs, GONET_SOCK_RECVERR)) {
		WRITE_ONCE(sk->sk_err, err);
		sk_error_report(sk);
	} else {
		WRITE_ONCE(sk->sk_err_soft, err);
	}
}

/**
 * tcp_send_error() - an ICMP error about a segment of ours
 * @proc: the send half
 * @msg: the error, as at GONET_TRANSPORT_ERROR; freed
 */
void tcp_send_error(struct csp_proc *proc, void *msg)
{
	struct tcp_send *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct icmphdr *icmph = (const void *)skb->data;
	const struct iphdr *inner = (const void *)(icmph + 1);
	const struct tcphdr *th = tcp_error_quoted(skb);

	if (s->over || !tcp_error_plausible(s, th)) {
		if (!s->over)
			gonet_count(s->stack, TcpExtOutOfWindowIcmps);
		gonet_drop(s->stack, skb, GONET_DROP_TCP_WINDOW);
		return;
	}
	if (icmph->type != ICMP_DEST_UNREACH || icmph->code != ICMP_FRAG_NEEDED)
		tcp_error_tell(proc, skb, inner, th);
	else if (!tcp_error_mtu(proc, skb))
		consume_skb(skb);
}
