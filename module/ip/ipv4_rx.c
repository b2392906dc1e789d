// SPDX-License-Identifier: GPL-2.0
/*
 * The IPv4 dealer: checks every packet that arrives, from an interface, from the
 * loopback, or put together by a reassembly, and deals it out to the readers: a
 * flow always to the same one, and all fragments of a datagram too.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>

#include <gonet/igmp.h>
#include <gonet/route.h>

#include "ip.h"
#include "logic/ipv4_header.h"

/**
 * struct ipv4_rx - the dealer's state
 * @stack: whose it is
 * @seed: of the hash that picks the reader
 * @reader: to the readers
 */
struct ipv4_rx {
	struct gonet_stack *stack;
	u32 seed;
	struct csp_out reader[GONET_READERS_MAX];
};

static void ipv4_rx_drop(struct ipv4_rx *s, struct sk_buff *skb, enum gonet_drop reason)
{
	if (reason == GONET_DROP_IP_MARTIAN_SOURCE || reason == GONET_DROP_IP_OTHERHOST ||
	    reason == GONET_DROP_IP_NO_GROUP)
		gonet_count(s->stack, IpInAddrErrors);
	else if (reason == GONET_DROP_NO_MEMORY || reason == GONET_DROP_IP_L2_GROUP)
		gonet_count(s->stack, IpInDiscards);
	else
		gonet_count(s->stack, IpInHdrErrors);
	gonet_drop(s->stack, skb, reason);
}

/*
 * RFC 791 3.1, RFC 1122 3.2.1: version, lengths and checksum; what follows the
 * total length is the link's padding and goes. Return: false when dropped.
 */
static bool ipv4_rx_header(struct ipv4_rx *s, struct sk_buff *skb, struct ipv4_fields *f)
{
	unsigned int hlen;

	if (!pskb_may_pull(skb, sizeof(struct iphdr))) {
		ipv4_rx_drop(s, skb, GONET_DROP_IP_SHORT);
		return false;
	}
	hlen = (skb->data[0] & 0x0f) * 4;
	if (hlen > sizeof(struct iphdr) && !pskb_may_pull(skb, hlen)) {
		ipv4_rx_drop(s, skb, GONET_DROP_IP_SHORT);
		return false;
	}
	switch (ipv4_header_check(skb->data, skb_headlen(skb), skb->len, f)) {
	case IPV4_OK:
		break;
	case IPV4_SHORT:
		ipv4_rx_drop(s, skb, GONET_DROP_IP_SHORT);
		return false;
	case IPV4_VERSION:
		ipv4_rx_drop(s, skb, GONET_DROP_IP_VERSION);
		return false;
	case IPV4_CSUM:
		ipv4_rx_drop(s, skb, GONET_DROP_IP_CSUM);
		return false;
	}
	if (pskb_trim_rcsum(skb, f->tot_len)) {
		ipv4_rx_drop(s, skb, GONET_DROP_NO_MEMORY);
		return false;
	}
	return true;
}

/*
 * RFC 1122 3.2.1.3: addresses that no host on the wire may send from. An own
 * address as source is one too, or answers would go round in circles.
 */
static bool ipv4_rx_martian(struct ipv4_rx *s, const struct gonet_cb *cb)
{
	if (ipv4_is_multicast(cb->saddr) || ipv4_is_lbcast(cb->saddr))
		return true;
	if (cb->flags & GONET_CB_LOOPBACK)
		return false;
	if (ipv4_is_loopback(cb->saddr) || ipv4_is_loopback(cb->daddr))
		return true;
	/*
	 * 0.0.0.0 alone, of 0.0.0.0/8, is a host that does not know its address yet
	 * (DHCP). The kernel's ipv4_is_zeronet() knows no other of that network.
	 */
	if (!(cb->saddr & htonl(0xff000000)) && (cb->saddr || cb->addr_type == RTN_LOCAL))
		return true;
	return gonet_addr_type(s->stack, cb->saddr) != RTN_UNICAST;
}

/* Is the packet for this host? Return: false when dropped. */
static bool ipv4_rx_accept(struct ipv4_rx *s, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	bool joined;

	rcu_read_lock();
	cb->addr_type = gonet_addr_type(s->stack, cb->daddr);
	if (ipv4_rx_martian(s, cb)) {
		rcu_read_unlock();
		ipv4_rx_drop(s, skb, GONET_DROP_IP_MARTIAN_SOURCE);
		return false;
	}
	joined = cb->addr_type != RTN_MULTICAST ||
		 gonet_group_joined(s->stack, cb->iif, cb->daddr, cb->saddr, cb->protocol);
	rcu_read_unlock();
	/* RFC 1112 7.2 */
	if (!joined) {
		ipv4_rx_drop(s, skb, GONET_DROP_IP_NO_GROUP);
		return false;
	}
	if (cb->addr_type == RTN_UNICAST || !cb->daddr) {
		ipv4_rx_drop(s, skb, GONET_DROP_IP_OTHERHOST);
		return false;
	}
	/* RFC 1122 3.3.6: a unicast packet has no business in a group frame. */
	if (cb->addr_type == RTN_LOCAL && (cb->flags & GONET_CB_L2_GROUP)) {
		ipv4_rx_drop(s, skb, GONET_DROP_IP_L2_GROUP);
		return false;
	}
	return true;
}

/* What tells flows apart: ports, or the identifier of a ping. */
static u32 ipv4_rx_flow(struct sk_buff *skb, const struct ipv4_fields *f)
{
	unsigned int at = f->hlen;
	__be32 word;

	if (f->proto == IPPROTO_ICMP)
		at += 4;
	else if (f->proto != IPPROTO_TCP && f->proto != IPPROTO_UDP)
		return 0;
	if (skb_copy_bits(skb, at, &word, sizeof(word)))
		return 0;
	if (f->proto == IPPROTO_ICMP)
		word &= htonl(0xffff0000);
	return (__force u32)word;
}

static unsigned int ipv4_rx_pick(struct ipv4_rx *s, struct sk_buff *skb,
				 const struct ipv4_fields *f)
{
	u32 flow;

	if (s->stack->n_readers == 1)
		return 0;
	flow = ipv4_fields_fragmented(f) ? f->id : ipv4_rx_flow(skb, f);
	return reciprocal_scale(jhash_3words((__force u32)f->saddr,
					     (__force u32)f->daddr ^ f->proto, flow, s->seed),
				s->stack->n_readers);
}

static void ipv4_rx_step(struct csp_proc *proc, void *msg)
{
	struct ipv4_rx *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct gonet_cb *cb = GONET_CB(skb);
	struct ipv4_fields f;

	gonet_count(s->stack, IpInReceives);
	skb_orphan(skb);
	if (!ipv4_rx_header(s, skb, &f))
		return;
	skb_reset_network_header(skb);
	cb->saddr = f.saddr;
	cb->daddr = f.daddr;
	cb->protocol = f.proto;
	cb->tos = f.tos;
	cb->ttl = f.ttl;
	cb->optlen = f.hlen - sizeof(struct iphdr);
	if (f.df)
		cb->flags |= GONET_CB_DF;
	if (f.frag_off)
		cb->flags |= GONET_CB_FRAGMENT;
	if (!ipv4_rx_accept(s, skb))
		return;
	csp_out_send(&s->reader[ipv4_rx_pick(s, skb, &f)], skb);
}

static int ipv4_rx_init(struct csp_proc *proc, void *arg)
{
	struct ipv4_rx *s = csp_state(proc);
	unsigned int i;

	s->stack = arg;
	s->seed = get_random_u32();
	for (i = 0; i < s->stack->n_readers; i++)
		csp_out_open(&s->reader[i], proc, s->stack->reader[i], GONET_IPV4_READER_IN);
	return 0;
}

static const struct csp_kind ipv4_rx_kind = {
	.name = "ipv4_rx",
	.state_size = sizeof(struct ipv4_rx),
	.n_inputs = 1,
	.inputs = {
		[GONET_IPV4_RX_IN] = GONET_SKB_PORT("in", ipv4_rx_step),
	},
	.init = ipv4_rx_init,
};

/**
 * gonet_ipv4_rx_start() - start the IPv4 dealer
 * @stack: the stack, whose readers have been started
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_ipv4_rx_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &ipv4_rx_kind, stack, GFP_KERNEL, "ipv4_rx");
}

/**
 * gonet_skb_size() - the size() of ports whose messages are packets
 * @msg: the skb
 *
 * Return: the bytes of memory that it keeps.
 */
unsigned int gonet_skb_size(const void *msg)
{
	const struct sk_buff *skb = msg;

	return skb->truesize;
}
EXPORT_SYMBOL_GPL(gonet_skb_size);

/**
 * gonet_skb_lost() - the lost() of ports whose messages are packets
 * @msg: the skb, with GONET_CB() set up
 * @why: why
 */
void gonet_skb_lost(void *msg, enum csp_lost why)
{
	struct sk_buff *skb = msg;

	gonet_drop(GONET_CB(skb)->stack, skb,
		   why == CSP_LOST_FULL ? GONET_DROP_CHAN_FULL : GONET_DROP_CHAN_CLOSED);
}
EXPORT_SYMBOL_GPL(gonet_skb_lost);
