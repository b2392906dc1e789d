/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the IP layer tell each other. */
#ifndef _GONET_IP_H
#define _GONET_IP_H

#include <gonet/iface.h>
#include <gonet/ipv4.h>
#include <gonet/stack.h>

/* ipv4_reader.c: nobody takes @skb's protocol; given away */
void gonet_ipv4_unwanted(struct gonet_stack *stack, struct sk_buff *skb);

/* ipv4_frag.c */
void gonet_ipv4_cut(struct gonet_stack *stack, struct sk_buff *skb, unsigned int mtu,
		    void (*send)(void *arg, struct sk_buff *packet), void *arg);

/**
 * gonet_ipv4_no_offload() - believe no promise of a checksum or of segmentation
 * @skb: a fragment, or a packet of a protocol for which nobody makes such promises
 *
 * Only a forged packet, from a program that may send raw frames, carries one: its
 * checksum is then verified like any other, and it is cut like any other.
 */
static inline void gonet_ipv4_no_offload(struct sk_buff *skb)
{
	if (unlikely(skb->ip_summed == CHECKSUM_PARTIAL))
		skb->ip_summed = CHECKSUM_NONE;
	if (unlikely(skb_is_gso(skb)) && !skb_unclone(skb, GFP_ATOMIC))
		skb_gso_reset(skb);
}

#endif /* _GONET_IP_H */
