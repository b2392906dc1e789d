// SPDX-License-Identifier: GPL-2.0
/* Cutting a packet into fragments (RFC 791 3.2, RFC 1122 3.3.5). */
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/ip.h>

#include <gonet/stamp.h>

#include "../compat/compat.h"
#include "ip.h"
#include "logic/ipv4_options.h"

/**
 * struct ipv4_cut - a packet being cut
 * @skb: the packet, data at its IP header
 * @hlen: bytes of its header
 * @frag_off: its place and more-fragments bit, if a program made it a fragment itself
 * @opts: the options that every fragment has
 * @opts_len: their length
 * @seq: where in the packet the cut has come to, so that a long chain is walked once
 * @done: bytes that @seq has given before @data
 * @data: bytes that it gave last
 * @avail: how many of them have not been copied yet
 */
struct ipv4_cut {
	struct sk_buff *skb;
	unsigned int hlen;
	u16 frag_off;
	u8 opts[IPV4_OPTIONS_MAX];
	size_t opts_len;
	struct skb_seq_state seq;
	unsigned int done;
	const u8 *data;
	unsigned int avail;
};

/* The next @len bytes of the payload, which has as many. */
static void ipv4_cut_copy(struct ipv4_cut *c, u8 *to, unsigned int len)
{
	unsigned int n;

	while (len) {
		if (!c->avail) {
			c->avail = skb_seq_read(c->done, &c->data, &c->seq);
			if (WARN_ON_ONCE(!c->avail)) {
				memset(to, 0, len);
				return;
			}
			c->done += c->avail;
		}
		n = min(len, c->avail);
		memcpy(to, c->data, n);
		to += n;
		len -= n;
		c->data += n;
		c->avail -= n;
	}
}

/* The fragment of @len bytes at payload offset @at. */
static struct sk_buff *ipv4_cut_one(struct ipv4_cut *c, unsigned int at, unsigned int len)
{
	unsigned int hlen = at ? sizeof(struct iphdr) + c->opts_len : c->hlen;
	bool more = at + len < c->skb->len - c->hlen || c->frag_off & IP_MF;
	struct sk_buff *f;
	struct iphdr *iph;

	f = alloc_skb(LL_MAX_HEADER + hlen + len, GFP_ATOMIC);
	if (!f)
		return NULL;
	skb_reserve(f, LL_MAX_HEADER);
	iph = skb_put(f, hlen);
	skb_reset_network_header(f);
	if (!at)
		skb_set_transport_header(f, hlen);
	memcpy(iph, ip_hdr(c->skb), at ? sizeof(struct iphdr) : hlen);
	if (at)
		memcpy(iph + 1, c->opts, c->opts_len);
	iph->ihl = hlen / 4;
	iph->tot_len = htons(hlen + len);
	iph->frag_off = htons(((c->frag_off + at / 8) & IP_OFFSET) | (more ? IP_MF : 0));
	ip_send_check(iph);
	ipv4_cut_copy(c, skb_put(f, len), len);
	f->protocol = htons(ETH_P_IP);
	f->priority = c->skb->priority;
	memcpy(f->cb, c->skb->cb, sizeof(f->cb));
	return f;
}

/*
 * All fragments are made before the first is sent, so that none is sent in vain when
 * memory runs out.
 */
static void ipv4_fragment(struct gonet_stack *stack, struct sk_buff *skb, unsigned int mtu,
			  void (*send)(void *arg, struct sk_buff *packet), void *arg)
{
	struct ipv4_cut c = {
		.skb = skb,
		.hlen = ip_hdrlen(skb),
		.frag_off = ntohs(ip_hdr(skb)->frag_off),
	};
	unsigned int payload = skb->len - c.hlen;
	unsigned int at = 0, len, created = 0;
	struct sk_buff_head fragments;
	struct sk_buff *f;

	__skb_queue_head_init(&fragments);
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		goto fail;
	c.opts_len = ipv4_options_copied((u8 *)(ip_hdr(skb) + 1), c.hlen - sizeof(struct iphdr),
					 c.opts);
	skb_prepare_seq_read(skb, c.hlen, skb->len, &c.seq);
	while (at < payload) {
		len = mtu - (at ? sizeof(struct iphdr) + c.opts_len : c.hlen);
		len = at + len < payload ? len & ~7U : payload - at;
		f = ipv4_cut_one(&c, at, len);
		if (!f) {
			skb_abort_seq_read(&c.seq);
			goto fail;
		}
		__skb_queue_tail(&fragments, f);
		at += len;
		created++;
	}
	skb_abort_seq_read(&c.seq);
	gonet_count(stack, IpFragOKs);
	gonet_count_n(stack, IpFragCreates, created);
	/* A datagram is sent once; its fragments are nobody's. */
	gonet_stamp_link(skb);
	gonet_stamp_sent(skb);
	consume_skb(skb);
	while ((f = __skb_dequeue(&fragments)))
		send(arg, f);
	return;

fail:
	gonet_count(stack, IpFragFails);
	__skb_queue_purge(&fragments);
	gonet_drop(stack, skb, GONET_DROP_NO_MEMORY);
}

/* Several packets in one, each of which is too large. */
static void ipv4_cut_segments(struct gonet_stack *stack, struct sk_buff *skb, unsigned int mtu,
			      void (*send)(void *arg, struct sk_buff *packet), void *arg)
{
	struct gonet_cb cb = *GONET_CB(skb);
	struct sk_buff *segments, *one, *next;

	segments = skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	if (IS_ERR_OR_NULL(segments)) {
		gonet_count(stack, IpFragFails);
		gonet_drop(stack, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, one, next) {
		skb_mark_not_on_list(one);
		*GONET_CB(one) = cb;	/* cutting has used its end */
		gonet_ipv4_cut(stack, one, mtu, send, arg);
	}
}

/**
 * gonet_ipv4_cut() - cut a packet into what fits, and send each
 * @stack: whose it is
 * @skb: data at its IP header; given away
 * @mtu: most bytes of a packet, at least 68
 * @send: takes each, data at its IP header, in the order of their offsets
 * @arg: for @send
 */
void gonet_ipv4_cut(struct gonet_stack *stack, struct sk_buff *skb, unsigned int mtu,
		    void (*send)(void *arg, struct sk_buff *packet), void *arg)
{
	if (skb_is_gso(skb))
		ipv4_cut_segments(stack, skb, mtu, send, arg);
	else if (skb->len <= mtu)
		send(arg, skb);
	else
		ipv4_fragment(stack, skb, mtu, send, arg);
}
