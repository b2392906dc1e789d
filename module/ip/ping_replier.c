// SPDX-License-Identifier: GPL-2.0
/* A ping replier: makes the echo reply out of the echo request (RFC 792). */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/checksum.h>
#include <net/ip.h>

#include <gonet/route.h>

#include "icmp.h"
#include "logic/ipv4_options.h"

/**
 * struct ping_replier - the replier's state
 * @stack: whose it is
 * @ipv4_tx: to the IPv4 writer
 */
struct ping_replier {
	struct gonet_stack *stack;
	struct csp_out ipv4_tx;
};

static bool ping_replier_is_own(__be32 addr, void *arg)
{
	struct gonet_stack *stack = arg;

	return gonet_addr_is_own(stack, 0, addr);
}

/*
 * RFC 1122 3.2.2.6: record route and timestamp are updated for this host and go
 * back with the reply. Puts the options in front of the message.
 * Return: false when there is no room.
 */
static bool ping_replier_options(struct ping_replier *s, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	u8 opts[IPV4_OPTIONS_MAX], echo[IPV4_OPTIONS_MAX];
	struct ipv4_options_in in = {
		.own = cb->daddr,
		.now_ms = icmp_midnight_ms(),
		.is_own = ping_replier_is_own,
		.arg = s->stack,
	};
	struct ipv4_options_out out;
	size_t len;

	if (!cb->optlen)
		return true;
	memcpy(opts, skb_network_header(skb) + sizeof(struct iphdr), cb->optlen);
	rcu_read_lock();
	if (cb->addr_type != RTN_LOCAL)
		in.own = gonet_addr_select(s->stack, cb->iif, cb->saddr);
	len = ipv4_options_process(opts, cb->optlen, &in, &out) == IPV4_OPTIONS_OK ?
	      ipv4_options_echo(opts, cb->optlen, echo) : 0;
	rcu_read_unlock();
	cb->optlen = len;
	if (!len)
		return true;
	if (skb_cow_head(skb, len))
		return false;
	memcpy(skb_push(skb, len), echo, len);
	return true;
}

static void ping_replier_step(struct csp_proc *proc, void *msg)
{
	struct ping_replier *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct gonet_cb *cb = GONET_CB(skb);
	struct icmphdr *icmph;

	if (skb_ensure_writable(skb, sizeof(*icmph)))
		goto no_memory;
	icmph = (struct icmphdr *)skb->data;
	icmph->type = ICMP_ECHOREPLY;
	/* RFC 1624: the sum changes by what changed; it has been verified. */
	csum_replace2(&icmph->checksum, htons(ICMP_ECHO << 8), htons(ICMP_ECHOREPLY << 8));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (!ping_replier_options(s, skb))
		goto no_memory;

	swap(cb->saddr, cb->daddr);
	if (cb->addr_type != RTN_LOCAL)
		cb->saddr = 0;		/* RFC 1122 3.2.2.6: never from a group's address */
	cb->protocol = IPPROTO_ICMP;
	cb->ttl = 0;
	cb->oif = 0;
	cb->flags = 0;
	skb->priority = 0;
	gonet_count(s->stack, IcmpOutMsgs);
	gonet_count(s->stack, IcmpOutEchoReps);
	csp_out_send(&s->ipv4_tx, skb);
	return;

no_memory:
	gonet_count(s->stack, IcmpOutErrors);
	gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
}

static int ping_replier_init(struct csp_proc *proc, void *arg)
{
	struct ping_replier *s = csp_state(proc);

	s->stack = arg;
	csp_out_open(&s->ipv4_tx, proc, s->stack->ipv4_tx, GONET_IPV4_TX_IN);
	return 0;
}

static const struct csp_kind ping_replier_kind = {
	.name = "ping_replier",
	.state_size = sizeof(struct ping_replier),
	.n_inputs = 1,
	.inputs = {
		[GONET_PING_REPLIER_IN] = GONET_SKB_PORT("in", ping_replier_step),
	},
	.init = ping_replier_init,
};

/**
 * gonet_ping_replier_start() - start a replier
 * @stack: the stack, whose IPv4 writer has been started
 * @number: which of them
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_ping_replier_start(struct gonet_stack *stack, unsigned int number)
{
	return csp_proc_start(&stack->group, &ping_replier_kind, stack, GFP_KERNEL,
			      "ping_replier/%u", number);
}
