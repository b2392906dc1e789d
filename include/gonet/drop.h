/* SPDX-License-Identifier: GPL-2.0 */
/* Why packets are dropped, and the one way to drop them. */
#ifndef _GONET_DROP_H
#define _GONET_DROP_H

#include <linux/skbuff.h>

struct gonet_stack;

/*
 * GONET_DROPS() - every reason: its name, the kernel's reason that comes nearest
 * (of those that 6.1 has), and what it means.
 */
#define GONET_DROPS(X)									\
	X(CHAN_FULL, FULL_RING, "a channel was full")						\
	X(CHAN_CLOSED, NOT_SPECIFIED, "the receiving process has ended")			\
	X(NO_MEMORY, NOMEM, "no memory")							\
	X(LINK_DOWN, DEV_READY, "the interface is down")					\
	X(ETH_SHORT, HDR_TRUNC, "frame shorter than its header")				\
	X(ETH_OTHERHOST, OTHERHOST, "frame for another MAC address")				\
	X(ETH_SOURCE, DEV_HDR, "frame from a group MAC address")				\
	X(ETH_TYPE, UNHANDLED_PROTO, "EtherType nobody is bound to")				\
	X(ETH_VLAN, UNHANDLED_PROTO, "802.1Q tag of another network")				\
	X(ARP_SHORT, HDR_TRUNC, "ARP packet too short")						\
	X(ARP_HEADER, NOT_SPECIFIED, "ARP for other hardware or protocol")			\
	X(ARP_OP, NOT_SPECIFIED, "ARP operation not known")					\
	X(ARP_SENDER, NOT_SPECIFIED, "ARP sender address not acceptable")			\
	X(ARP_TARGET, NOT_SPECIFIED, "ARP target address not acceptable")			\
	X(ARP_TABLE_FULL, NEIGH_CREATEFAIL, "neighbour table full")				\
	X(ARP_QUEUE_FULL, NEIGH_QUEUEFULL, "too many packets wait for the address")		\
	X(ARP_FAILED, NEIGH_FAILED, "no neighbour has the address")				\
	X(IP_SHORT, PKT_TOO_SMALL, "shorter than its IP header or total length")		\
	X(IP_VERSION, IP_INHDR, "IP version or header length wrong")				\
	X(IP_CSUM, IP_CSUM, "IP header checksum wrong")						\
	X(IP_MARTIAN_SOURCE, IP_INHDR, "source address that no host may have")			\
	X(IP_OTHERHOST, OTHERHOST, "for another host's IP address")				\
	X(IP_NO_GROUP, OTHERHOST, "for a group that nobody has joined")				\
	X(IP_L2_GROUP, UNICAST_IN_L2_MULTICAST, "unicast address in a group frame")		\
	X(IP_OPTIONS, IP_INHDR, "IP options malformed")						\
	X(IP_SOURCE_ROUTE, IP_INHDR, "source route refused")					\
	X(IP_PROTOCOL, IP_NOPROTO, "protocol nobody is bound to")				\
	X(IP_NO_ROUTE, IP_OUTNOROUTES, "no route to the destination")				\
	X(IP_TOO_BIG, PKT_TOO_BIG, "larger than the MTU, and not to be fragmented")		\
	X(FRAG_BAD, NOT_SPECIFIED, "fragment of impossible offset or length")			\
	X(FRAG_OVERLAP, NOT_SPECIFIED, "overlapping fragments")					\
	X(FRAG_DUPLICATE, NOT_SPECIFIED, "fragment already there")				\
	X(FRAG_TIMEOUT, NOT_SPECIFIED, "not reassembled in time")				\
	X(FRAG_LIMIT, PROTO_MEM, "reassembly evicted to stay within limits")			\
	X(ICMP_SHORT, HDR_TRUNC, "ICMP message too short")					\
	X(ICMP_CSUM, ICMP_CSUM, "ICMP checksum wrong")						\
	X(ICMP_TYPE, NOT_SPECIFIED, "ICMP type or code not known")				\
	X(ICMP_IGNORED, NOT_SPECIFIED, "ICMP message ignored by configuration")			\
	X(ICMP_REDIRECT, NOT_SPECIFIED, "redirect not to be believed")				\
	X(IGMP_SHORT, HDR_TRUNC, "IGMP message too short")					\
	X(IGMP_CSUM, NOT_SPECIFIED, "IGMP checksum wrong")					\
	X(IGMP_TYPE, NOT_SPECIFIED, "IGMP type not known, or about no group")			\
	X(IGMP_IGNORED, NOT_SPECIFIED, "IGMP message that nobody on the link sends")		\
	X(PING_UNWANTED, NO_SOCKET, "echo reply that nobody waits for")				\
	X(UDP_SHORT, PKT_TOO_SMALL, "shorter than its UDP header or length")			\
	X(UDP_CSUM, UDP_CSUM, "UDP checksum wrong")						\
	X(UDP_SEGMENT, NOT_SPECIFIED, "datagrams in one packet that cannot be told apart")	\
	X(UDP_NO_PORT, NO_SOCKET, "no socket is bound to the UDP port")				\
	X(TCP_SHORT, PKT_TOO_SMALL, "shorter than its TCP header")				\
	X(TCP_CSUM, TCP_CSUM, "TCP checksum wrong")						\
	X(TCP_NO_PORT, NO_SOCKET, "no connection, and nobody listens")				\
	X(TCP_GROUP, NOT_SPECIFIED, "segment to or from a group or a broadcast address")	\
	X(TCP_LISTEN_FULL, NOT_SPECIFIED, "the listener's backlog is full")			\
	X(TCP_WINDOW, NOT_SPECIFIED, "segment not acceptable")					\
	X(TCP_OLD, NOT_SPECIFIED, "data that is there already")					\
	X(TCP_OFO, NOT_SPECIFIED, "no room for data out of order")				\
	X(TCP_STATE, NOT_SPECIFIED, "segment that the connection's state does not take")	\
	X(SOCK_FILTER, SOCKET_FILTER, "the socket's filter does not want it")			\
	X(SOCK_RCVBUF, SOCKET_RCVBUFF, "the socket's receive buffer is full")

/* Why a packet was dropped: the names of GONET_DROPS(). */
enum gonet_drop {
#define X(name, core, text) GONET_DROP_##name,
	GONET_DROPS(X)
#undef X
	GONET_DROP_MAX,
};

extern const char *const gonet_drop_names[GONET_DROP_MAX];
extern const char *const gonet_drop_texts[GONET_DROP_MAX];

void gonet_drop(struct gonet_stack *stack, struct sk_buff *skb, enum gonet_drop reason);

#endif /* _GONET_DROP_H */
