// SPDX-License-Identifier: GPL-2.0
/*
 * The timers of a connection, all of them the send half's:
 *
 *	timer		what the send space asks for: retransmission, reordering, probes of
 *			the tail and of a closed window (RFC 6298, 8985, 9293 3.8.6.1); before
 *			that the SYN-ACK of Fast Open (tcp_fast_child.c)
 *	ack_timer	an acknowledgment that was put off (RFC 9293 3.8.6.3)
 *	life_timer	keep-alive (RFC 9293 3.8.4), and the end of a connection that no program
 *			has any more, whose peer does not end it
 */
#include <net/sock.h>

#include <gonet/route.h>

#include "tcp_fast.h"
#include "tcp_send.h"

/**
 * tcp_send_arm() - arm the timers for what is due
 * @s: the send half
 * @now: the time
 */
void tcp_send_arm(struct tcp_send *s, u64 now)
{
	u64 due = tcp_fast_due(s);

	if (!due && s->s.due != TCP_DUE_NONE)
		due = s->s.due_us;

	if (due == s->due_us)
		return;
	s->due_us = due;
	if (due)
		csp_timer_arm(&s->timer, usecs_to_jiffies(due > now ? due - now : 0));
	else
		csp_timer_cancel(&s->timer);
}

static u32 tcp_keep_idle(const struct tcp_send *s)
{
	return READ_ONCE(s->gt->o.keepidle) ?: READ_ONCE(s->stack->conf.tcp_keepalive_time);
}

static u32 tcp_keep_intvl(const struct tcp_send *s)
{
	return READ_ONCE(s->gt->o.keepintvl) ?: READ_ONCE(s->stack->conf.tcp_keepalive_intvl);
}

/* Seconds for which an orphan waits for its peer's FIN; negative for not at all. */
static int tcp_linger2(const struct tcp_send *s)
{
	int linger2 = READ_ONCE(s->gt->o.linger2);

	return linger2 ? linger2 : READ_ONCE(s->stack->conf.tcp_fin_timeout);
}

/**
 * tcp_send_arm_life() - whether this connection's life is watched has changed
 * @s: the send half
 */
void tcp_send_arm_life(struct tcp_send *s)
{
	struct sock *sk = &s->gt->gs.inet.sk;

	if (s->orphan && s->st == TCP_ST_FIN_WAIT2)
		csp_timer_arm(&s->life_timer, (unsigned long)max(tcp_linger2(s), 0) * HZ);
	else if (sock_flag(sk, SOCK_KEEPOPEN) && s->peer_synced)
		csp_timer_arm(&s->life_timer, (unsigned long)tcp_keep_idle(s) * HZ);
	else
		csp_timer_cancel(&s->life_timer);
}

/* Whether so many probes are unanswered that the peer is taken to be gone. */
static bool tcp_keep_gone(const struct tcp_send *s, u64 idle_us)
{
	u32 user = READ_ONCE(s->gt->o.user_timeout);
	u8 most = READ_ONCE(s->gt->o.keepcnt) ?: READ_ONCE(s->stack->conf.tcp_keepalive_probes);

	if (user)
		return s->probes && idle_us >= user * 1000ULL;
	return s->probes >= most;
}

/* RFC 9293 3.8.4 (MUST-24 to 29). */
static void tcp_keep_alive(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);
	u64 idle = tcp_now() - s->heard_us, wait = tcp_keep_idle(s) * 1000000ULL;

	if (!sock_flag(&s->gt->gs.inet.sk, SOCK_KEEPOPEN))
		return;
	/* What is under way is a probe by itself. */
	if (tcp_sender_flight(&s->s) || s->end != s->s.nxt) {
		csp_timer_arm(&s->life_timer, usecs_to_jiffies(wait));
		return;
	}
	if (idle < wait) {
		csp_timer_arm(&s->life_timer, usecs_to_jiffies(wait - idle));
		return;
	}
	if (tcp_keep_gone(s, idle)) {
		gonet_count(s->stack, TcpExtTCPAbortOnTimeout);
		tcp_send_abort(proc, ETIMEDOUT);
		return;
	}
	if (!tcp_output_empty(s, 0, s->s.una - 1))
		s->probes++;
	gonet_count(s->stack, TcpExtTCPKeepAlive);
	csp_timer_arm(&s->life_timer, (unsigned long)tcp_keep_intvl(s) * HZ);
}

static void tcp_life(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);

	if (s->over) {
		tcp_send_try_exit(proc);
	} else if (s->orphan && s->st == TCP_ST_FIN_WAIT2) {
		/* As natively: data that comes now is answered as if nobody had been there. */
		if (tcp_linger2(s) < 0) {
			gonet_count(s->stack, TcpExtTCPAbortOnLinger);
			tcp_send_abort(proc, 0);
		} else {
			tcp_send_fail(proc, 0);
		}
	} else {
		tcp_keep_alive(proc);
	}
}

/*
 * R1 is reached (RFC 9293 3.8.3, MUST-20): a gateway to which another one has redirected this
 * host may be why nobody answers; or segments that are too large for the path.
 */
static void tcp_advise(struct tcp_send *s)
{
	struct gonet_path path;

	if (tcp_sender_path_doubt(&s->s, tcp_now()))
		tcp_sender_mss(&s->s, tcp_output_mss(s, s->s.max_wnd), tcp_now());
	rcu_read_lock();
	if (!gonet_route_lookup(s->stack, s->flow.daddr, s->flow.saddr, s->flow.oif, &path) &&
	    path.redirected)
		gonet_gateway_dead(s->stack, path.ifindex, path.nexthop);
	rcu_read_unlock();
}

static void tcp_retransmit(struct csp_proc *proc)
{
	struct tcp_send *s = csp_state(proc);

	s->due_us = 0;
	if (tcp_send_starve(proc))
		return;
	if (tcp_fast_pending(s)) {
		tcp_fast_expire(proc, tcp_now());
		return;
	}
	if (s->s.due == TCP_DUE_RTO)
		tcp_mib_timeout(s);
	else if (s->s.due == TCP_DUE_PROBE_TAIL)
		gonet_count(s->stack, TcpExtTCPLossProbes);
	switch (tcp_sender_expire(&s->s, tcp_now())) {
	case TCP_EXPIRED_DEAD:
		gonet_count(s->stack, TcpExtTCPAbortOnTimeout);
		tcp_send_fail(proc, READ_ONCE(s->gt->gs.inet.sk.sk_err_soft) ?: ETIMEDOUT);
		break;
	case TCP_EXPIRED_ADVISE:
		tcp_advise(s);
		break;
	default:
		break;
	}
	tcp_mib_sender(s);
}

/**
 * tcp_send_timer() - a timer has expired
 * @proc: the send half
 * @msg: the timer
 */
void tcp_send_timer(struct csp_proc *proc, void *msg)
{
	struct tcp_send *s = csp_state(proc);
	struct csp_timer *t = msg;

	if (!csp_timer_fired(t))
		return;
	if (t == &s->life_timer) {
		tcp_life(proc);
	} else if (s->over) {
		return;
	} else if (t == &s->timer) {
		tcp_retransmit(proc);
	} else if (s->ack_later) {
		s->ack_now = true;
		WRITE_ONCE(s->gt->pub.ack_waits, s->gt->pub.ack_waits + 1);
		gonet_count(s->stack, TcpExtDelayedACKs);
	}
}
