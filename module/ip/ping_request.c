// SPDX-License-Identifier: GPL-2.0
/*
 * An echo request of the stack's own: a process that sends it, and waits for the
 * answer, an error, or the end of its time.
 *
 * The dealer knows of it before the request is sent, so no answer is too fast.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/checksum.h>

#include <gonet/route.h>

#include "icmp.h"

#define PING_SIZE_MAX	(65535 - sizeof(struct iphdr) - sizeof(struct icmphdr))

/**
 * struct ping_request - the process's state
 * @stack: whose it is
 * @rq: what was asked for
 * @ipv4_tx: to the IPv4 writer
 * @ping: to the ping dealer
 * @timer: the end of its time
 * @sent_ns: when the request was sent, by ktime_get_ns()
 * @told: @rq.done has been called
 * @bye: tells the dealer of the end
 */
struct ping_request {
	struct gonet_stack *stack;
	struct gonet_ping_request rq;
	struct csp_out ipv4_tx;
	struct csp_out ping;
	struct csp_timer timer;
	u64 sent_ns;
	bool told;
	struct ping_ctl bye;
};

/**
 * struct ping_request_arg - for ping_request_init()
 * @stack: whose it is
 * @rq: what was asked for
 */
struct ping_request_arg {
	struct gonet_stack *stack;
	const struct gonet_ping_request *rq;
};

static u8 ping_pattern(const struct gonet_ping_request *rq, u32 at)
{
	return rq->pattern_len ? rq->pattern[at % rq->pattern_len] : (u8)at;
}

static void ping_request_end(struct csp_proc *proc, struct gonet_ping_result *result)
{
	struct ping_request *s = csp_state(proc);

	result->seq = s->rq.seq;
	s->told = true;
	s->rq.done(result, s->rq.cookie, s->stack);
	csp_proc_exit(proc);
}

static void ping_request_start(struct csp_proc *proc, void *msg)
{
	struct ping_request *s = csp_state(proc);

	csp_timer_arm(&s->timer, msecs_to_jiffies(s->rq.timeout_ms));
	s->sent_ns = ktime_get_ns();
	gonet_count(s->stack, IcmpOutMsgs);
	gonet_count(s->stack, IcmpOutEchos);
	csp_out_send(&s->ipv4_tx, msg);
}

/* Where the payload differs from what was sent, or -1. @at: of the payload in @skb. */
static s32 ping_request_verify(const struct ping_request *s, struct sk_buff *skb, u32 at)
{
	struct skb_seq_state seq;
	const u8 *data;
	u32 done = 0, i;
	s32 bad = -1;
	unsigned int n;

	skb_prepare_seq_read(skb, at, skb->len, &seq);
	while ((n = skb_seq_read(done, &data, &seq))) {
		for (i = 0; i < n; i++) {
			if (data[i] != ping_pattern(&s->rq, done + i)) {
				bad = done + i;
				skb_abort_seq_read(&seq);
				return bad;
			}
		}
		done += n;
	}
	return done < s->rq.size ? (s32)done : bad;
}

static void ping_request_in(struct csp_proc *proc, void *msg)
{
	struct ping_request *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct gonet_ping_result result = {
		.status = GONET_PING_REPLY,
		.from = GONET_CB(skb)->saddr,
		.ttl = GONET_CB(skb)->ttl,
		.bytes = skb->len,
		.rtt_ns = ktime_get_ns() - s->sent_ns,
	};

	if (!s->sent_ns) {	/* an answer to what was not asked yet is forged */
		gonet_drop(s->stack, skb, GONET_DROP_PING_UNWANTED);
		return;
	}
	result.corrupt = ping_request_verify(s, skb, sizeof(struct icmphdr));
	consume_skb(skb);
	ping_request_end(proc, &result);
}

static void ping_request_error(struct csp_proc *proc, void *msg)
{
	struct ping_request *s = csp_state(proc);
	struct ping_error *e = msg;
	struct gonet_ping_result result = {
		.status = e->err ? GONET_PING_FAILED : GONET_PING_ERROR,
		.err = e->err,
		.from = e->from,
		.type = e->type,
		.code = e->code,
		.corrupt = -1,
		.rtt_ns = ktime_get_ns() - s->sent_ns,
	};

	kfree(e);
	if (s->sent_ns)
		ping_request_end(proc, &result);
}

static void ping_request_timer(struct csp_proc *proc, void *msg)
{
	struct gonet_ping_result result = {
		.status = GONET_PING_TIMEOUT,
		.corrupt = -1,
	};

	if (csp_timer_fired(msg))
		ping_request_end(proc, &result);
}

static int ping_request_init(struct csp_proc *proc, void *arg)
{
	struct ping_request *s = csp_state(proc);
	const struct ping_request_arg *a = arg;

	s->stack = a->stack;
	s->rq = *a->rq;
	csp_timer_init(&s->timer, proc, GONET_PING_REQUEST_TIMER);
	csp_out_open(&s->ipv4_tx, proc, s->stack->ipv4_tx, GONET_IPV4_TX_IN);
	csp_out_open(&s->ping, proc, s->stack->ping, GONET_PING_CTL);
	s->bye.add = false;
	s->bye.proc = proc;
	s->bye.key = (struct ping_key) {
		.daddr = s->rq.broadcast ? 0 : s->rq.daddr,
		.id = htons(s->rq.id),
		.seq = htons(s->rq.seq),
	};
	return 0;
}

static void ping_request_exit(struct csp_proc *proc)
{
	struct ping_request *s = csp_state(proc);
	struct gonet_ping_result result = {
		.status = GONET_PING_FAILED,
		.err = -ESHUTDOWN,
		.corrupt = -1,
		.seq = s->rq.seq,
	};

	csp_timer_cancel(&s->timer);
	if (!s->told && s->sent_ns)
		s->rq.done(&result, s->rq.cookie, s->stack);
	csp_proc_get(proc);
	csp_out_send(&s->ping, &s->bye);
}

static const struct csp_kind ping_request_kind = {
	.name = "ping_request",
	.state_size = sizeof(struct ping_request),
	.n_inputs = 4,
	.inputs = {
		[GONET_PING_REQUEST_START] = {
			.name = "start",
			.depth = 1,
			.full = CSP_DROP,
			.step = ping_request_start,
			.lost = gonet_skb_lost,
		},
		[GONET_PING_REQUEST_IN] = {
			.name = "in",
			.depth = 16,
			.full = CSP_DROP,
			.step = ping_request_in,
			.lost = gonet_skb_lost,
		},
		[GONET_PING_REQUEST_ERROR] = {
			.name = "error",
			.depth = 4,
			.full = CSP_DROP,
			.step = ping_request_error,
			.lost = gonet_ping_error_lost,
		},
		[GONET_PING_REQUEST_TIMER] = CSP_TIMER_PORT(ping_request_timer),
	},
	.init = ping_request_init,
	.exit = ping_request_exit,
};

/* RFC 792: the echo request, data at the ICMP header. Process context. */
static struct sk_buff *ping_request_build(struct gonet_stack *stack,
					  const struct gonet_ping_request *rq)
{
	unsigned int linear = min_t(u32, rq->size, 1024), at = 0, n, i;
	struct icmphdr *icmph;
	struct sk_buff *skb;
	u8 chunk[64];
	int err;

	skb = alloc_skb_with_frags(LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(*icmph) + linear,
				   rq->size - linear, PAGE_ALLOC_COSTLY_ORDER, &err, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER + sizeof(struct iphdr));
	skb_put(skb, sizeof(*icmph) + linear);
	skb->data_len = rq->size - linear;
	skb->len += skb->data_len;
	skb_reset_transport_header(skb);
	while (at < rq->size) {
		n = min_t(unsigned int, sizeof(chunk), rq->size - at);
		for (i = 0; i < n; i++)
			chunk[i] = ping_pattern(rq, at + i);
		if (skb_store_bits(skb, sizeof(*icmph) + at, chunk, n)) {
			kfree_skb(skb);
			return NULL;
		}
		at += n;
	}
	icmph = (struct icmphdr *)skb->data;
	icmph->type = ICMP_ECHO;
	icmph->code = 0;
	icmph->un.echo.id = htons(rq->id);
	icmph->un.echo.sequence = htons(rq->seq);
	icmph->checksum = 0;
	icmph->checksum = csum_fold(skb_checksum(skb, 0, skb->len, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;

	memset(skb->cb, 0, sizeof(skb->cb));
	*GONET_CB(skb) = (struct gonet_cb) {
		.stack = stack,
		.oif = rq->oif,
		.saddr = rq->saddr,
		.daddr = rq->daddr,
		.protocol = IPPROTO_ICMP,
		.tos = rq->tos,
		.ttl = rq->ttl || !ipv4_is_multicast(rq->daddr) ? rq->ttl : 1,
		.flags = rq->df ? GONET_CB_DF : 0,
	};
	return skb;
}

/* Is there a way to send it? What the writer will find, found out while it can be said. */
static int ping_request_check(struct gonet_stack *stack, const struct gonet_ping_request *rq,
			      struct netlink_ext_ack *extack)
{
	struct gonet_path path;
	int err = 0;

	if (rq->size > PING_SIZE_MAX) {
		NL_SET_ERR_MSG(extack, "More payload than an IPv4 packet holds");
		return -EMSGSIZE;
	}
	if (rq->pattern_len > sizeof(rq->pattern) || !rq->done || !rq->timeout_ms)
		return -EINVAL;
	rcu_read_lock();
	if (rq->saddr && !gonet_addr_is_own(stack, 0, rq->saddr)) {
		NL_SET_ERR_MSG(extack, "The source is not an address of this stack");
		err = -EADDRNOTAVAIL;
	} else {
		err = gonet_route_lookup(stack, rq->daddr, rq->saddr, rq->oif, &path);
		if (err) {
			NL_SET_ERR_MSG(extack, "No route to the destination");
		} else if (path.type == RTN_BROADCAST && !rq->broadcast) {
			NL_SET_ERR_MSG(extack, "The destination is a broadcast address");
			err = -EACCES;
		}
	}
	rcu_read_unlock();
	return err;
}

/**
 * gonet_ping_send() - send an echo request
 * @stack: from which stack
 * @request: what to send, and whom to tell
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep.
 *
 * Return: 0 when &gonet_ping_request.done will be called, exactly once; else
 * -EMSGSIZE, -EINVAL, -EADDRNOTAVAIL, -EACCES (broadcast), -ENETUNREACH and what
 * else the route says, -ENOMEM, -ENOBUFS (too many await their answer), -EEXIST
 * (one of that id and sequence number awaits it already).
 */
int gonet_ping_send(struct gonet_stack *stack, const struct gonet_ping_request *request,
		    struct netlink_ext_ack *extack)
{
	struct ping_request_arg arg = { .stack = stack, .rq = request };
	struct ping_ctl hello = {
		.add = true,
		.key = {
			.daddr = request->broadcast ? 0 : request->daddr,
			.id = htons(request->id),
			.seq = htons(request->seq),
		},
	};
	struct csp_proc *proc;
	struct sk_buff *skb;
	int err;

	err = ping_request_check(stack, request, extack);
	if (err)
		return err;
	skb = ping_request_build(stack, request);
	if (!skb)
		return -ENOMEM;
	proc = csp_proc_start(&stack->group, &ping_request_kind, &arg, GFP_KERNEL,
			      "ping_request/%u", request->seq);
	if (IS_ERR(proc)) {
		kfree_skb(skb);
		return PTR_ERR(proc);
	}
	hello.proc = proc;
	err = csp_ask(&stack->ping->in[GONET_PING_CTL], &hello, &hello.call);
	if (err) {
		kfree_skb(skb);
		if (err == -ENOBUFS)
			NL_SET_ERR_MSG(extack, "Too many echo requests await their answer");
		csp_proc_stop(proc);
		return err;
	}
	err = csp_send(&proc->in[GONET_PING_REQUEST_START], skb);
	if (err) {
		csp_proc_stop(proc);
		return err == -EPIPE ? -ESHUTDOWN : err;
	}
	csp_proc_put(proc);
	return 0;
}
