/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses and routes of a stack. The route process alone changes them; anybody
 * may look them up under RCU.
 */
#ifndef _GONET_ROUTE_H
#define _GONET_ROUTE_H

#include <linux/netlink.h>
#include <linux/types.h>

struct csp_chan;
struct csp_proc;
struct iphdr;
struct netlink_ext_ack;
struct gonet_iface;
struct gonet_stack;
struct sk_buff;

/**
 * struct gonet_addr - an own address
 * @ifindex: &gonet_iface.index of its interface
 * @local: the address
 * @broadcast: of its network, or 0 for none (/31 and /32)
 * @plen: prefix length, 0 to 32
 * @scope: RT_SCOPE_*
 * @flags: IFA_F_*: IFA_F_TENTATIVE while it is probed for, IFA_F_DADFAILED when
 *	another host has it: it is then not used, but still listed
 */
struct gonet_addr {
	u32 ifindex;
	__be32 local;
	__be32 broadcast;
	u8 plen;
	u8 scope;
	u32 flags;
};

/**
 * struct gonet_route - a route
 * @dst: destination network, without host bits
 * @plen: its prefix length, 0 to 32
 * @type: RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_BLACKHOLE, RTN_UNREACHABLE or
 *	RTN_PROHIBIT
 * @scope: RT_SCOPE_*
 * @protocol: RTPROT_*
 * @gateway: next hop, or 0 when the destination is on the link
 * @ifindex: &gonet_iface.index to send on; 0 for the types that send nothing
 * @prefsrc: source address for packets that have none, or 0
 * @metric: the lowest wins among routes of one prefix
 */
struct gonet_route {
	__be32 dst;
	u8 plen;
	u8 type;
	u8 scope;
	u8 protocol;
	__be32 gateway;
	u32 ifindex;
	__be32 prefsrc;
	u32 metric;
};

/**
 * struct gonet_exception - what others say of the way to one destination
 * @daddr: the destination
 * @router: the gateway that the routes say, or 0
 * @ifindex: &gonet_iface.index by which it is reached
 * @gateway: a gateway that is nearer, or 0
 * @mtu: most bytes of a packet that fit the path, or 0
 * @mtu_locked: @mtu is not the path's, which is even smaller than the stack goes: it
 *	is not to be found out, and packets may be cut on the way
 */
struct gonet_exception {
	__be32 daddr;
	__be32 router;
	u32 ifindex;
	__be32 gateway;
	u32 mtu;
	bool mtu_locked;
};

/**
 * struct gonet_path - what a lookup found
 * @type: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST or RTN_UNICAST
 * @redirected: @nexthop is not the route's gateway, but one that it named
 * @pmtu_locked: @pmtu is not the path's MTU, see &gonet_exception.mtu_locked
 * @pmtu: the path's MTU, if it has been learnt, or 0
 * @pmtu_expires: when @pmtu is no longer believed, in jiffies
 * @ifindex: interface to send on; GONET_IFACE_LO for RTN_LOCAL
 * @nexthop: whose MAC address is wanted: the gateway or the destination
 * @source: source address for a packet that has none
 */
struct gonet_path {
	u8 type;
	bool redirected;
	bool pmtu_locked;
	u32 pmtu;
	unsigned long pmtu_expires;
	u32 ifindex;
	__be32 nexthop;
	__be32 source;
};

int gonet_fib_init(struct gonet_stack *stack);
void gonet_fib_destroy(struct gonet_stack *stack);

/*
 * Where to send a packet for @daddr; @saddr (0: any) must be an own address to be
 * useful, @oif (0: any) restricts the interface. Longest prefix, then lowest
 * metric; routes over interfaces that are down are passed over. Under RCU.
 * Return: 0; -ENETUNREACH, -EHOSTUNREACH, -EACCES (prohibit), -EINVAL (blackhole).
 */
int gonet_route_lookup(struct gonet_stack *stack, __be32 daddr, __be32 saddr, u32 oif,
		       struct gonet_path *path);

/*
 * What @addr is to this stack: RTN_LOCAL, RTN_BROADCAST (of an own network, or
 * 255.255.255.255), RTN_MULTICAST, or RTN_UNICAST (anybody else's). Under RCU.
 */
u8 gonet_addr_type(struct gonet_stack *stack, __be32 addr);

/* Whether @addr is an own, usable address of interface @ifindex (0: of any). Under RCU. */
bool gonet_addr_is_own(struct gonet_stack *stack, u32 ifindex, __be32 addr);

/* The interface that has the own address @addr, or 0. Under RCU. */
u32 gonet_addr_iface(struct gonet_stack *stack, __be32 addr);

/* An own address to talk to @peer from interface @ifindex (0: any), or 0. Under RCU. */
__be32 gonet_addr_select(struct gonet_stack *stack, u32 ifindex, __be32 peer);

/* Whether @addr can be another host's: neither own nor a group's. Under RCU. */
bool gonet_addr_is_other_host(struct gonet_stack *stack, __be32 addr);

/* Whether a redirect is to be followed; sets @said->router. Under RCU. */
bool gonet_redirect_believed(struct gonet_stack *stack, struct gonet_exception *said,
			     __be32 from);
/* Whether an ICMP "fragmentation needed" about @inner is; sets @said. Under RCU. */
bool gonet_pmtu_believed(struct gonet_stack *stack, const struct iphdr *inner, u32 mtu, u32 oif,
			 struct gonet_exception *said);
/*
 * What is believed: has it noted. When it is, @skb (may be NULL), given away, is sent to
 * @back, an input of a process, with GONET_CB_NOTED set. Any context.
 */
void gonet_route_exception(struct gonet_stack *stack, const struct gonet_exception *said,
			   struct csp_chan *back, struct sk_buff *skb);

/* Most bytes of an IP packet on a way that leaves by @iface. */
unsigned int gonet_path_mtu(const struct gonet_path *path, const struct gonet_iface *iface);

/* Nobody answers for @addr, which may be a gateway. Any context. */
void gonet_gateway_dead(struct gonet_stack *stack, u32 ifindex, __be32 addr);
/* Another host uses @addr (RFC 5227). Any context. */
void gonet_addr_conflict(struct gonet_stack *stack, u32 ifindex, __be32 addr);
/* Probing for @addr ended without a conflict. Any context. */
void gonet_addr_confirmed(struct gonet_stack *stack, u32 ifindex, __be32 addr);

/* Changes: process context, may sleep; 0 or a negative errno, with extack's text. */
int gonet_addr_new(struct gonet_stack *stack, const struct gonet_addr *addr,
		   struct netlink_ext_ack *extack);
int gonet_addr_del(struct gonet_stack *stack, const struct gonet_addr *addr,
		   struct netlink_ext_ack *extack);
/* @nlflags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND as rtnetlink means them. */
int gonet_route_new(struct gonet_stack *stack, const struct gonet_route *route,
		    unsigned int nlflags, struct netlink_ext_ack *extack);
int gonet_route_del(struct gonet_stack *stack, const struct gonet_route *route,
		    struct netlink_ext_ack *extack);
/* Forgets what others said of the ways to single destinations. */
int gonet_route_forget(struct gonet_stack *stack);
/* An interface goes: its addresses, and the routes over it, go too. */
void gonet_route_iface_gone(struct gonet_stack *stack, u32 ifindex);

/*
 * Walks, under RCU (so @fn may not sleep), from place *@pos on until @fn returns
 * other than 0 or there are no more; *@pos is where to go on.
 */
int gonet_addr_walk(struct gonet_stack *stack, u64 *pos,
		    int (*fn)(const struct gonet_addr *addr, void *arg), void *arg);
int gonet_route_walk(struct gonet_stack *stack, u64 *pos,
		     int (*fn)(const struct gonet_route *route, void *arg), void *arg);

#endif /* _GONET_ROUTE_H */
