/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4: what rides with a packet inside the stack, and the processes' inputs. */
#ifndef _GONET_IPV4_H
#define _GONET_IPV4_H

#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include <csp/csp.h>

struct gonet_stack;

/**
 * struct gonet_cb - what the stack notes on a packet, in &sk_buff.cb
 * @stack: whose it is
 * @iif: &gonet_iface.index it arrived on; 0 for packets made here
 * @oif: interface to send on; 0 for the route's choice
 * @saddr: source address; to send: 0 for the route's choice
 * @daddr: destination address
 * @nexthop: whose MAC address is wanted; set by the IPv4 writer
 * @protocol: IPPROTO_*
 * @tos: TOS byte
 * @ttl: received TTL; to send: 0 for the default, but to a group to stay in this host
 * @optlen: to send: bytes of IP options at &sk_buff.data, before the payload;
 *	received: bytes of options in the IP header
 * @addr_type: received: RTN_* of @daddr
 * @flags: GONET_CB_*
 *
 * Inside the stack &sk_buff.dev is NULL: interfaces are named by index, so that
 * no packet under way keeps a device or outlives one.
 */
struct gonet_cb {
	struct gonet_stack *stack;
	u32 iif;
	u32 oif;
	__be32 saddr;
	__be32 daddr;
	__be32 nexthop;
	u8 protocol;
	u8 tos;
	u8 ttl;
	u8 optlen;
	u8 addr_type;
	u16 flags;
};

#define GONET_CB_DF		0x01	/* don't fragment */
#define GONET_CB_L2_GROUP	0x02	/* came in a broadcast or multicast frame */
#define GONET_CB_FRAGMENT	0x04	/* is a fragment other than the first (for ICMP) */
#define GONET_CB_REASSEMBLED	0x08	/* was put together from fragments */
#define GONET_CB_LOOPBACK	0x10	/* never left the stack */
#define GONET_CB_RAW_ONLY	0x20	/* of no transport: if no raw socket wants it, none does */
#define GONET_CB_HDRINCL	0x40	/* to send: the IP header is there already */
#define GONET_CB_NOTED		0x80	/* an ICMP error, what it says of the path is noted */
#define GONET_CB_DF_IF_FITS	0x100	/* to send: DF, unless it must be cut here */
#define GONET_CB_IFACE_MTU	0x200	/* to send: whatever the path's MTU */
#define GONET_CB_NO_LOOP	0x400	/* to send to a group: no copy for members in this host */

#define GONET_CB(skb)	((struct gonet_cb *)(skb)->cb)

/**
 * struct gonet_flow - where a datagram goes, and how
 * @saddr: source address, or 0 for the route's choice
 * @daddr: destination address
 * @sport: source port, where there are ports
 * @dport: destination port
 * @oif: &gonet_iface.index to send on, or 0
 * @tos: TOS byte
 * @ttl: TTL; 0 for the socket's, and once the way is known for the stack's default, but
 *	to a group to stay in this host
 * @flags: how it may be cut: GONET_CB_DF, GONET_CB_DF_IF_FITS, GONET_CB_IFACE_MTU
 * @mtu: most bytes of an IP packet on the way, once that is known
 * @whole: what does not fit is not sent
 * @segment: bytes of payload of each datagram that it is cut into, or 0 (UDP)
 * @local: to who is on the link alone (MSG_DONTROUTE)
 * @no_loop: to a group: not to its members in this host
 */
struct gonet_flow {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	u32 oif;
	u8 tos;
	u8 ttl;
	u16 flags;
	unsigned int mtu;
	bool whole;
	u16 segment;
	bool local;
	bool no_loop;
};

/* Inputs of the IPv4 dealer. */
enum {
	GONET_IPV4_RX_IN,	/* skb: data at the IP header; GONET_CB(): iif, flags */
};

/* Inputs of an IPv4 reader. */
enum {
	GONET_IPV4_READER_CTL,	/* a reassembly it started has ended; see ip/reasm.h */
	GONET_IPV4_READER_SHED,	/* another reader needs room; see ip/ipv4_reader.c */
	GONET_IPV4_READER_PROTOCOL,	/* who takes a protocol; see ip/protocol.h */
	GONET_IPV4_READER_IN,	/* skb: as validated by the dealer; see ipv4_rx.c */
};

/* Inputs of the IPv4 writer. */
enum {
	GONET_IPV4_TX_CTL,	/* struct gonet_iface_ctl */
	GONET_IPV4_TX_IN,	/* skb: data at options and payload; GONET_CB() the rest */
};

/* Inputs of the ICMP dealer. */
enum {
	GONET_ICMP_IN,		/* skb: data at the ICMP header, network header set */
	GONET_ICMP_ERROR,	/* skb: data at the IP header of an offending packet; see icmp.c */
	GONET_ICMP_LOCAL,	/* skb: as GONET_ICMP_IN, an error that no host has sent */
	GONET_ICMP_PROTOCOL,	/* who takes errors about a protocol; see ip/protocol.h */
};

/*
 * The first inputs of the dealer of every transport above IPv4 but ICMP: this is how
 * IPv4 hands packets upwards, and sockets ask to get them. A protocol that another
 * module adds (gonet/protocol.h) has the first, or the first two; no socket asks it.
 */
enum {
	GONET_TRANSPORT_IN,	/* skb: data at the transport header, network header set;
				 * whole, fragments are put together
				 */
	GONET_TRANSPORT_ERROR,	/* skb: an ICMP error, data at the ICMP header; the quoted IP
				 * header and 8 bytes behind it are there and linear
				 */
	GONET_TRANSPORT_REQUEST,	/* struct gonet_bind_request */
	GONET_TRANSPORT_INPUTS,
};

/*
 * Sends a packet, data at its payload with room for headers; given away. @flow says
 * where, @flags GONET_CB_HDRINCL that its header is there. Any context but hard
 * interrupt. Return: 0; -ENOBUFS, -EPIPE.
 */
int gonet_ipv4_send(struct gonet_stack *stack, struct sk_buff *skb,
		    const struct gonet_flow *flow, u8 protocol, u16 flags);

/* Return: the process with a reference, or ERR_PTR(). */
struct csp_proc *gonet_ipv4_rx_start(struct gonet_stack *stack);
struct csp_proc *gonet_ipv4_reader_start(struct gonet_stack *stack, unsigned int number);
struct csp_proc *gonet_ipv4_tx_start(struct gonet_stack *stack);
struct csp_proc *gonet_raw_start(struct gonet_stack *stack);
struct csp_proc *gonet_icmp_start(struct gonet_stack *stack);
struct csp_proc *gonet_ping_start(struct gonet_stack *stack);
struct csp_proc *gonet_ping_replier_start(struct gonet_stack *stack, unsigned int number);

/* The lost() of every port whose messages are packets; counts and frees. */
void gonet_skb_lost(void *msg, enum csp_lost why);
/* And their size(): the memory that the packet keeps. */
unsigned int gonet_skb_size(const void *msg);

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

/* The bounds of every channel that packets pass in numbers. */
#define GONET_SKB_DEPTH	5000
#define GONET_SKB_BYTES	(8UL << 20)

/**
 * GONET_SKB_PORT() - an input for packets, dropped when there are too many
 * @_name: its name
 * @_step: step function; its message is the skb
 */
#define GONET_SKB_PORT(_name, _step) {		\
	.name = (_name),			\
	.depth = GONET_SKB_DEPTH,		\
	.full = CSP_DROP,			\
	.size = gonet_skb_size,			\
	.bytes = GONET_SKB_BYTES,		\
	.step = (_step),			\
	.lost = gonet_skb_lost,			\
}

/**
 * GONET_ERROR_PORT() - an input of a socket's process for ICMP errors about what it has sent
 * @_step: step function; its message is the skb
 *
 * Few are of use to the program, and anybody may send them.
 */
#define GONET_ERROR_PORT(_step) {		\
	.name = "error",			\
	.depth = 64,				\
	.full = CSP_DROP,			\
	.step = (_step),			\
	.lost = gonet_skb_lost,			\
}

#endif /* _GONET_IPV4_H */
