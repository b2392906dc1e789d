// SPDX-License-Identifier: GPL-2.0
/*
 * Cookies of Fast Open that peers have given (RFC 7413 4.1.3), and what else is known of it
 * between two addresses. The dealer alone changes the table; whoever opens a connection
 * reads it under RCU. It has a place for each of TCP_FAST_PEERS hashes, and the last that came
 * has it: so it is bounded, and what falls out is asked for again.
 */
#include <linux/jhash.h>
#include <linux/slab.h>

#include "tcp_fast.h"

static struct tcp_fast_peer __rcu **tcp_fast_place(struct gonet_tcp *tcp, __be32 laddr,
						   __be32 raddr)
{
	u32 hash = jhash_2words((__force u32)laddr, (__force u32)raddr, tcp->seed);

	return &tcp->fast_peers[hash % TCP_FAST_PEERS];
}

/**
 * tcp_fast_known() - what is known of Fast Open with a peer
 * @tcp: whose table
 * @laddr: own address
 * @raddr: the peer's
 * @peer: set to it, or, for a peer that is not known, to just the addresses
 *
 * Context: any but hard interrupt.
 *
 * Return: true if something is known.
 */
bool tcp_fast_known(struct gonet_tcp *tcp, __be32 laddr, __be32 raddr, struct tcp_fast_peer *peer)
{
	const struct tcp_fast_peer *p;
	bool known;

	rcu_read_lock();
	p = rcu_dereference(*tcp_fast_place(tcp, laddr, raddr));
	known = p && p->laddr == laddr && p->raddr == raddr;
	if (known)
		*peer = *p;
	else
		*peer = (struct tcp_fast_peer) { .laddr = laddr, .raddr = raddr };
	rcu_read_unlock();
	if (peer->held && time_after_eq(jiffies, peer->until))
		peer->held = false;
	return known;
}

/**
 * tcp_fast_learn() - have the dealer know more
 * @stack: the stack
 * @peer: what is to be known; copied
 *
 * What does not arrive for want of memory or room is learnt the next time.
 *
 * Context: any but hard interrupt.
 */
void tcp_fast_learn(struct gonet_stack *stack, const struct tcp_fast_peer *peer)
{
	struct tcp_fast_peer *copy = kmemdup(peer, sizeof(*peer), GFP_ATOMIC | __GFP_NOWARN);

	if (copy)
		csp_send(&stack->tcp_rx->in[TCP_RX_PEER], copy);
}

/**
 * tcp_fast_learnt() - the dealer's step of that
 * @tcp: whose table
 * @msg: struct tcp_fast_peer; kept
 */
void tcp_fast_learnt(struct gonet_tcp *tcp, void *msg)
{
	struct tcp_fast_peer *peer = msg, *old;

	old = rcu_replace_pointer(*tcp_fast_place(tcp, peer->laddr, peer->raddr), peer, true);
	if (old)
		kfree_rcu(old, rcu);
}

/**
 * tcp_fast_forget() - free the table
 * @tcp: whose; nobody uses it any more
 */
void tcp_fast_forget(struct gonet_tcp *tcp)
{
	unsigned int i;

	for (i = 0; i < TCP_FAST_PEERS; i++)
		kfree(rcu_dereference_protected(tcp->fast_peers[i], true));
}
