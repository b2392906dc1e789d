/* SPDX-License-Identifier: GPL-2.0 */
/* When packets of sockets are sent, for programs that ask (SO_TIMESTAMPING). */
#ifndef _GONET_STAMP_H
#define _GONET_STAMP_H

#include <linux/errqueue.h>
#include <linux/skbuff.h>

/**
 * gonet_stamp_link() - a packet is given to its link
 * @skb: the packet
 *
 * Context: any but hard interrupt.
 */
static inline void gonet_stamp_link(struct sk_buff *skb)
{
	if (unlikely(skb_shinfo(skb)->tx_flags & SKBTX_SCHED_TSTAMP))
		__skb_tstamp_tx(skb, NULL, NULL, skb->sk, SCM_TSTAMP_SCHED);
}

/**
 * gonet_stamp_sent() - a packet leaves the stack
 * @skb: the packet; whoever gets it next is not asked for a time any more
 *
 * Context: any but hard interrupt.
 */
static inline void gonet_stamp_sent(struct sk_buff *skb)
{
	/* A clone is nobody's, and shares the flags. */
	if (likely(!(skb_shinfo(skb)->tx_flags & SKBTX_ANY_TSTAMP)) || !skb->sk)
		return;
	if (skb_shinfo(skb)->tx_flags & SKBTX_SW_TSTAMP)
		skb_tstamp_tx(skb, NULL);
	skb_shinfo(skb)->tx_flags &= ~SKBTX_ANY_TSTAMP;
}

#endif /* _GONET_STAMP_H */
