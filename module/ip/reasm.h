/* SPDX-License-Identifier: GPL-2.0 */
/* Reassemblies: what an IPv4 reader and the processes it starts know of each other. */
#ifndef _GONET_REASM_H
#define _GONET_REASM_H

#include <linux/list.h>

#include <gonet/ipv4.h>
#include <gonet/stack.h>

#include "logic/holes.h"

/**
 * struct reasm_key - what fragments of one datagram have in common (RFC 791 3.2)
 * @saddr: source address
 * @daddr: destination address
 * @iif: &gonet_iface.index they arrived on
 * @id: identification
 * @protocol: IPPROTO_*
 * @zero: is 0, so that keys can be compared as bytes
 */
struct reasm_key {
	__be32 saddr;
	__be32 daddr;
	u32 iif;
	__be16 id;
	u8 protocol;
	u8 zero;
};

/**
 * struct reasm_frag - what rides with a fragment on its way to its reassembly and in
 *	it, in &sk_buff.cb in place of struct gonet_cb
 * @piece: its place in the datagram; the reassembly's
 * @stack: whose it is
 * @charged: bytes it is accounted for
 * @reader: to which of &gonet_stack.frags
 * @flags: &gonet_cb.flags
 * @addr_type: &gonet_cb.addr_type
 */
struct reasm_frag {
	struct holes_piece piece;
	struct gonet_stack *stack;
	u32 charged;
	u8 reader;
	u16 flags;
	u8 addr_type;
};

#define REASM_FRAG(skb)	((struct reasm_frag *)(skb)->cb)

/**
 * struct reasm - the state of a reassembly: one fragmented datagram
 * @node: in the reader's table; the reader's
 * @lru: in the reader's list, those that wait longest for a fragment first; the reader's
 * @in: output of the reader, to here; the reader's
 * @known: is in table and list; the reader's
 * @key: of the datagram; constant
 * @proc: the process; constant
 * @stack: whose it is; constant
 * @number: which reader started it; constant
 * @ipv4_rx: to the IPv4 dealer, for the whole datagram
 * @reader: to the reader's GONET_IPV4_READER_CTL, to say that it has ended
 * @deadline: the killer: the time that the datagram has to be complete
 * @holes: the fragments
 * @max_size: bytes of the largest fragment, as a packet
 * @max_df_size: bytes of the largest that must not be fragmented further
 * @ecn: bit n is set if a fragment's ECN field was n
 * @ruined: fragments contradicted each other; swallows what still comes
 * @why: for what reason the fragments that are held are dropped in the end
 *
 * What is not the reader's is the process's own. The reader may touch its part, and
 * the process's memory stays, as long as @in is open.
 *
 * Ends by csp_proc_exit() when complete or too late, or closed by the reader to make
 * room. In the end it sends itself, with a reference to @proc, to @reader, which
 * closes @in. A reader that finds the channel closed before need not wait for that.
 */
struct reasm {
	struct hlist_node node;
	struct list_head lru;
	struct csp_out in;
	bool known;

	struct reasm_key key;
	struct csp_proc *proc;
	struct gonet_stack *stack;
	unsigned int number;

	struct csp_out ipv4_rx;
	struct csp_out reader;
	struct csp_timer deadline;
	struct holes holes;
	u16 max_size;
	u16 max_df_size;
	u8 ecn;
	bool ruined;
	enum gonet_drop why;
};

/* Inputs of a reassembly. */
enum {
	REASM_IN,	/* skb: data at the IP header, reasm_frag in &sk_buff.cb */
	REASM_TIMER,
};

/* ipv4_reasm.c */
struct csp_proc *gonet_reasm_start(struct gonet_stack *stack, unsigned int number,
				   const struct reasm_key *key);
void gonet_reasm_frag_drop(struct sk_buff *skb, enum gonet_drop reason);

#endif /* _GONET_REASM_H */
