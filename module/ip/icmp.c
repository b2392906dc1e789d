// SPDX-License-Identifier: GPL-2.0
/*
 * The ICMP dealer (RFC 792): verifies messages and deals them out by type. Echo
 * requests and replies go to the ping dealer; timestamps are answered here; errors
 * and redirects that arrive go to whom they concern; errors that other processes want sent are
 * written here, where the rate is known.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip.h>

#include <gonet/route.h>

#include "icmp.h"

#define ICMP_TIMES_LEN	12	/* the three times of a timestamp message */

/**
 * struct icmp - the dealer's state
 * @stack: whose it is
 * @ping: echo requests and replies, to the ping dealer
 * @ping_error: errors about echo requests, to the same
 * @ipv4_tx: to the IPv4 writer
 * @limit: of errors sent
 */
struct icmp {
	struct gonet_stack *stack;
	struct csp_out ping;
	struct csp_out ping_error;
	struct csp_out ipv4_tx;
	struct icmp_limit limit;
};

static void icmp_in_error(struct icmp *s, struct sk_buff *skb, enum gonet_drop reason)
{
	gonet_count(s->stack, IcmpInErrors);
	gonet_drop(s->stack, skb, reason);
}

/* RFC 792: timestamp; answered as the host's clock has it, to unicast requests only. */
static void icmp_timestamp(struct icmp *s, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	struct icmphdr *icmph;
	__be32 *times, now;

	gonet_count(s->stack, IcmpInTimestamps);
	if (cb->addr_type != RTN_LOCAL) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		return;
	}
	if (skb->len < sizeof(*icmph) + ICMP_TIMES_LEN) {
		icmp_in_error(s, skb, GONET_DROP_ICMP_SHORT);
		return;
	}
	if (pskb_trim(skb, sizeof(*icmph) + ICMP_TIMES_LEN) ||
	    skb_ensure_writable(skb, sizeof(*icmph) + ICMP_TIMES_LEN)) {
		gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	now = inet_current_timestamp();
	icmph = (struct icmphdr *)skb->data;
	times = (__be32 *)(icmph + 1);
	times[1] = now;
	times[2] = now;
	icmph->type = ICMP_TIMESTAMPREPLY;
	icmph->checksum = 0;
	icmph->checksum = csum_fold(csum_partial(icmph, sizeof(*icmph) + ICMP_TIMES_LEN, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	swap(cb->saddr, cb->daddr);
	cb->ttl = 0;
	cb->oif = 0;
	cb->optlen = 0;
	cb->flags = 0;
	gonet_count(s->stack, IcmpOutMsgs);
	gonet_count(s->stack, IcmpOutTimestampReps);
	csp_out_send(&s->ipv4_tx, skb);
}

/* Whether the packet that a message is about came from here. */
static bool icmp_sent(struct icmp *s, const struct iphdr *inner)
{
	bool ours;

	rcu_read_lock();
	ours = gonet_addr_is_own(s->stack, 0, inner->saddr);
	rcu_read_unlock();
	return ours;
}

/*
 * The packet that a message is about: its IP header and 8 bytes of what follows.
 * NULL when they are not all there; @skb is then dropped.
 */
static const struct iphdr *icmp_inner(struct icmp *s, struct sk_buff *skb)
{
	unsigned int at = sizeof(struct icmphdr);
	const struct iphdr *inner;

	if (!pskb_may_pull(skb, at + sizeof(*inner)))
		goto too_short;
	inner = (const struct iphdr *)(skb->data + at);
	if (inner->version != 4 || inner->ihl < 5 ||
	    !pskb_may_pull(skb, at + inner->ihl * 4 + 8))
		goto too_short;
	return (const struct iphdr *)(skb->data + at);

too_short:
	icmp_in_error(s, skb, GONET_DROP_ICMP_SHORT);
	return NULL;
}

/* RFC 1122 3.2.2: an error about an echo request of ours goes to who sent it. */
static void icmp_error_to_ping(struct icmp *s, struct sk_buff *skb, const struct iphdr *inner)
{
	const struct icmphdr *icmph = (const struct icmphdr *)skb->data;
	const struct icmphdr *about = (const void *)inner + inner->ihl * 4;
	struct ping_error *e;

	if (about->type != ICMP_ECHO || !icmp_sent(s, inner))
		return;
	e = kmalloc(sizeof(*e), GFP_ATOMIC);
	if (!e)
		return;
	*e = (struct ping_error) {
		.key = {
			.daddr = inner->daddr,
			.id = about->un.echo.id,
			.seq = about->un.echo.sequence,
		},
		.from = GONET_CB(skb)->saddr,
		.type = icmph->type,
		.code = icmph->code,
	};
	csp_out_send(&s->ping_error, e);
}

static void icmp_error_in(struct icmp *s, struct sk_buff *skb)
{
	const struct iphdr *inner = icmp_inner(s, skb);

	if (!inner)
		return;
	if (inner->protocol == IPPROTO_ICMP && !(inner->frag_off & htons(IP_OFFSET)))
		icmp_error_to_ping(s, skb, inner);
	consume_skb(skb);
}

/* RFC 1122 3.3.1.2: one for a network is taken as one for the host. */
static void icmp_redirect(struct icmp *s, struct sk_buff *skb)
{
	const struct iphdr *inner = icmp_inner(s, skb);
	const struct icmphdr *icmph;
	struct gonet_redirect said;
	bool believed;

	if (!inner)
		return;
	icmph = (const struct icmphdr *)skb->data;
	if (icmph->code > ICMP_REDIR_HOSTTOS) {
		icmp_in_error(s, skb, GONET_DROP_ICMP_TYPE);
		return;
	}
	if (!READ_ONCE(s->stack->conf.accept_redirects)) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		return;
	}
	said = (struct gonet_redirect) {
		.daddr = inner->daddr,
		.gateway = icmph->un.gateway,
		.ifindex = GONET_CB(skb)->iif,
	};
	rcu_read_lock();
	believed = GONET_CB(skb)->addr_type == RTN_LOCAL && icmp_sent(s, inner) &&
		   gonet_redirect_believed(s->stack, &said, GONET_CB(skb)->saddr);
	rcu_read_unlock();
	if (!believed) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_REDIRECT);
		return;
	}
	gonet_route_redirect(s->stack, &said);
	consume_skb(skb);
}

static void icmp_deal(struct icmp *s, struct sk_buff *skb)
{
	switch (((const struct icmphdr *)skb->data)->type) {
	case ICMP_ECHO:
		gonet_count(s->stack, IcmpInEchos);
		csp_out_send(&s->ping, skb);
		break;
	case ICMP_ECHOREPLY:
		gonet_count(s->stack, IcmpInEchoReps);
		csp_out_send(&s->ping, skb);
		break;
	case ICMP_DEST_UNREACH:
		gonet_count(s->stack, IcmpInDestUnreachs);
		icmp_error_in(s, skb);
		break;
	case ICMP_TIME_EXCEEDED:
		gonet_count(s->stack, IcmpInTimeExcds);
		icmp_error_in(s, skb);
		break;
	case ICMP_PARAMETERPROB:
		gonet_count(s->stack, IcmpInParmProbs);
		icmp_error_in(s, skb);
		break;
	case ICMP_REDIRECT:
		gonet_count(s->stack, IcmpInRedirects);
		icmp_redirect(s, skb);
		break;
	case ICMP_TIMESTAMP:
		icmp_timestamp(s, skb);
		break;
	case ICMP_SOURCE_QUENCH:	/* RFC 6633: ignored */
	case ICMP_TIMESTAMPREPLY:	/* never asked for */
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		break;
	default:
		/* RFC 1122 3.2.2: unknown types are discarded silently. */
		icmp_in_error(s, skb, GONET_DROP_ICMP_TYPE);
	}
}

static void icmp_step(struct csp_proc *proc, void *msg)
{
	struct icmp *s = csp_state(proc);
	struct sk_buff *skb = msg;

	gonet_count(s->stack, IcmpInMsgs);
	gonet_ipv4_no_offload(skb);
	if (!pskb_may_pull(skb, sizeof(struct icmphdr))) {
		icmp_in_error(s, skb, GONET_DROP_ICMP_SHORT);
		return;
	}
	if (skb_checksum_simple_validate(skb)) {
		gonet_count(s->stack, IcmpInCsumErrors);
		icmp_in_error(s, skb, GONET_DROP_ICMP_CSUM);
		return;
	}
	icmp_deal(s, skb);
}

static void icmp_send_error_step(struct csp_proc *proc, void *msg)
{
	struct icmp *s = csp_state(proc);

	gonet_icmp_error(s->stack, &s->limit, &s->ipv4_tx, msg);
}

/**
 * gonet_icmp_local_error() - an own packet could not be sent
 * @stack: whose it was
 * @skb: the packet; stays the caller's. GONET_CB() as its sender set it; transport
 *	header set, or nobody is told
 * @err: why, negative errno
 *
 * Tells the process that sent it. Context: any but hard interrupt.
 */
void gonet_icmp_local_error(struct gonet_stack *stack, struct sk_buff *skb, int err)
{
	struct icmphdr header, *icmph;
	struct ping_error *e;

	if (GONET_CB(skb)->protocol != IPPROTO_ICMP || !skb_transport_header_was_set(skb))
		return;
	icmph = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(header), &header);
	if (!icmph || icmph->type != ICMP_ECHO)
		return;
	e = kmalloc(sizeof(*e), GFP_ATOMIC);
	if (!e)
		return;
	*e = (struct ping_error) {
		.key = {
			.daddr = GONET_CB(skb)->daddr,
			.id = icmph->un.echo.id,
			.seq = icmph->un.echo.sequence,
		},
		.from = GONET_CB(skb)->saddr,
	};
	/* RFC 1122 2.4: a next hop that does not answer is reported as if by a router. */
	if (err == -EHOSTUNREACH) {
		e->type = ICMP_DEST_UNREACH;
		e->code = ICMP_HOST_UNREACH;
	} else {
		e->err = err;
	}
	csp_send(&stack->ping->in[GONET_PING_ERROR_IN], e);
}

static int icmp_init(struct csp_proc *proc, void *arg)
{
	struct icmp *s = csp_state(proc);

	s->stack = arg;
	gonet_icmp_limit_init(&s->limit);
	csp_out_open(&s->ping, proc, s->stack->ping, GONET_PING_IN);
	csp_out_open(&s->ping_error, proc, s->stack->ping, GONET_PING_ERROR_IN);
	csp_out_open(&s->ipv4_tx, proc, s->stack->ipv4_tx, GONET_IPV4_TX_IN);
	return 0;
}

static const struct csp_kind icmp_kind = {
	.name = "icmp",
	.state_size = sizeof(struct icmp),
	.n_inputs = 2,
	.inputs = {
		[GONET_ICMP_IN] = GONET_SKB_PORT("in", icmp_step),
		[GONET_ICMP_ERROR] = {
			.name = "error",
			.depth = 256,
			.full = CSP_DROP,
			.step = icmp_send_error_step,
			.lost = gonet_skb_lost,
		},
	},
	.init = icmp_init,
};

/**
 * gonet_icmp_start() - start the ICMP dealer
 * @stack: the stack, whose ping dealer and IPv4 writer have been started
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_icmp_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &icmp_kind, stack, GFP_KERNEL, "icmp");
}
