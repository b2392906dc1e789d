// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that this host sends: when one may be sent at all (RFC 1122 3.2.2),
 * how often (RFC 1812 4.3.2.8), and how it is written (RFC 792).
 *
 * A process that wants one posts the head of the offending packet to the ICMP
 * dealer, which alone keeps the rate limits.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>

#include "icmp.h"

#define ICMP_HOST_BURST		6	/* errors to one host at once, when it was quiet before */

/**
 * gonet_icmp_send_error() - ask for an ICMP error about a received packet
 * @stack: who received it
 * @skb: the packet, IP header at its network header, GONET_CB() as the IPv4 dealer
 *	set it; stays the caller's
 * @type: ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED or ICMP_PARAMETERPROB
 * @code: of @type
 * @info: the word behind the checksum, host order
 *
 * Whether it is sent the dealer decides. Context: any but hard interrupt.
 */
void gonet_icmp_send_error(struct gonet_stack *stack, struct sk_buff *skb, u8 type, u8 code,
			   u32 info)
{
	int at = skb_network_offset(skb);
	unsigned int len = min_t(unsigned int, skb->len - at, ICMP_ERROR_QUOTE);
	struct icmp_error_cb *cb;
	struct sk_buff *quote;

	BUILD_BUG_ON(sizeof(*cb) > sizeof_field(struct sk_buff, cb));
	quote = alloc_skb(LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(struct icmphdr) + len,
			  GFP_ATOMIC);
	if (!quote)
		return;
	skb_reserve(quote, LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(struct icmphdr));
	if (skb_copy_bits(skb, at, skb_put(quote, len), len)) {
		kfree_skb(quote);
		return;
	}
	cb = (struct icmp_error_cb *)quote->cb;
	cb->cb = *GONET_CB(skb);
	cb->type = type;
	cb->code = code;
	cb->info = info;
	csp_send(&stack->icmp->in[GONET_ICMP_ERROR], quote);
}
EXPORT_SYMBOL_GPL(gonet_icmp_send_error);

void gonet_icmp_limit_init(struct icmp_limit *limit)
{
	unsigned int i;

	limit->stamp = jiffies - HZ;	/* begins with a full allowance */
	limit->seed = get_random_u32();
	for (i = 0; i < ICMP_LIMIT_HOSTS; i++)
		limit->hosts[i].stamp = jiffies - MAX_JIFFY_OFFSET / 2;
}

/* So many errors a second to everybody. */
static bool icmp_limit_all(struct gonet_stack *stack, struct icmp_limit *limit)
{
	u32 burst = READ_ONCE(stack->conf.icmp_msgs_burst);
	unsigned long passed = min_t(unsigned long, jiffies - limit->stamp, HZ);
	u32 grown = passed * READ_ONCE(stack->conf.icmp_msgs_per_sec) / HZ;

	if (grown) {
		limit->tokens = min(limit->tokens + grown, burst);
		limit->stamp = jiffies;
	}
	if (!limit->tokens) {
		gonet_count(stack, IcmpOutRateLimitGlobal);
		return false;
	}
	limit->tokens--;
	return true;
}

/* And one in so many milliseconds to each. Hosts of one hash share the allowance. */
static bool icmp_limit_host(struct gonet_stack *stack, struct icmp_limit *limit, __be32 addr)
{
	unsigned long cost = msecs_to_jiffies(READ_ONCE(stack->conf.icmp_ratelimit));
	u32 at = jhash_1word((__force u32)addr, limit->seed) % ICMP_LIMIT_HOSTS;
	unsigned long passed = jiffies - limit->hosts[at].stamp;

	limit->hosts[at].stamp = jiffies;
	limit->hosts[at].saved = min(limit->hosts[at].saved + passed, ICMP_HOST_BURST * cost);
	if (limit->hosts[at].saved < cost) {
		gonet_count(stack, IcmpOutRateLimitHost);
		return false;
	}
	limit->hosts[at].saved -= cost;
	return true;
}

/* RFC 1122 3.2.2: is @quote an ICMP error itself? Unknown types count as errors. */
static bool icmp_quotes_error(const struct sk_buff *quote)
{
	const struct iphdr *iph = (const struct iphdr *)quote->data;
	u8 type;

	if (iph->protocol != IPPROTO_ICMP)
		return false;
	if (skb_copy_bits(quote, iph->ihl * 4, &type, sizeof(type)))
		return true;
	switch (type) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMPREPLY:
		return false;
	default:
		return true;
	}
}

/*
 * RFC 1122 3.2.2: never about an ICMP error, a packet to a group, a fragment other
 * than the first, or a source that is not one host.
 */
static bool icmp_error_allowed(const struct sk_buff *quote)
{
	const struct gonet_cb *cb = GONET_CB(quote);

	if (cb->flags & (GONET_CB_L2_GROUP | GONET_CB_FRAGMENT))
		return false;
	if (cb->addr_type != RTN_LOCAL)
		return false;
	if (!cb->saddr || ipv4_is_multicast(cb->saddr) || ipv4_is_lbcast(cb->saddr))
		return false;
	return !icmp_quotes_error(quote);
}

static void icmp_error_count(struct gonet_stack *stack, u8 type)
{
	gonet_count(stack, IcmpOutMsgs);
	switch (type) {
	case ICMP_DEST_UNREACH:
		gonet_count(stack, IcmpOutDestUnreachs);
		break;
	case ICMP_TIME_EXCEEDED:
		gonet_count(stack, IcmpOutTimeExcds);
		break;
	case ICMP_PARAMETERPROB:
		gonet_count(stack, IcmpOutParmProbs);
		break;
	}
}

/**
 * gonet_icmp_error() - send an ICMP error, if it may be sent
 * @stack: who sends
 * @limit: the dealer's
 * @out: to the IPv4 writer
 * @skb: from gonet_icmp_send_error(): the quote, data at its IP header; given away
 *
 * Context: the ICMP dealer's step.
 */
void gonet_icmp_error(struct gonet_stack *stack, struct icmp_limit *limit, struct csp_out *out,
		      struct sk_buff *skb)
{
	struct icmp_error_cb ecb = *(struct icmp_error_cb *)skb->cb;
	struct gonet_cb *cb = GONET_CB(skb);
	struct icmphdr *icmph;

	/* The limit for all is looked at last: one noisy host must not use it up. */
	if (!icmp_error_allowed(skb) ||
	    (!(cb->flags & GONET_CB_LOOPBACK) &&
	     (!icmp_limit_host(stack, limit, cb->saddr) || !icmp_limit_all(stack, limit)))) {
		consume_skb(skb);
		return;
	}
	icmph = skb_push(skb, sizeof(*icmph));
	skb_reset_transport_header(skb);
	icmph->type = ecb.type;
	icmph->code = ecb.code;
	icmph->un.gateway = htonl(ecb.info);
	icmph->checksum = 0;
	icmph->checksum = csum_fold(csum_partial(icmph, skb->len, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;

	memset(skb->cb, 0, sizeof(skb->cb));
	cb->stack = stack;
	cb->saddr = ecb.cb.daddr;
	cb->daddr = ecb.cb.saddr;
	cb->protocol = IPPROTO_ICMP;
	/* RFC 1812 4.3.2.5: precedence 6, the TOS of the packet it is about. */
	cb->tos = (ecb.cb.tos & IPTOS_TOS_MASK) | IPTOS_PREC_INTERNETCONTROL;
	icmp_error_count(stack, ecb.type);
	csp_out_send(out, skb);
}
