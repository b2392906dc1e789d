/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Neighbours: which MAC address belongs to which IP address. The ARP dealer alone
 * changes the table; anybody may look into it under RCU.
 */
#ifndef _GONET_NEIGH_H
#define _GONET_NEIGH_H

#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/types.h>

struct gonet_iface;
struct gonet_stack;

/* Inputs of the ARP dealer. */
enum {
	GONET_ARP_CTL,		/* struct gonet_iface_ctl */
	GONET_ARP_EVENT,	/* the ARP files' own messages */
	GONET_ARP_RX,		/* skb: data at the ARP header, gonet_cb set */
	GONET_ARP_RESOLVE,	/* skb: data at the IP header, gonet_cb.oif and .nexthop set */
	GONET_ARP_TIMER,
	GONET_ARP_INPUTS,
};

/**
 * struct gonet_neigh_info - a neighbour, for listings and changes
 * @addr: its IPv4 address
 * @ifindex: &gonet_iface.index
 * @state: NUD_* as in linux/neighbour.h
 * @mac: its MAC address, when @state is one of NUD_VALID's
 * @used_ms: since it was last used, milliseconds
 * @confirmed_ms: since it last proved to be there
 * @updated_ms: since @state or @mac last changed
 * @probes: requests sent without answer
 * @queued: packets that wait for @mac
 */
struct gonet_neigh_info {
	__be32 addr;
	u32 ifindex;
	u8 state;
	u8 mac[ETH_ALEN];
	u32 used_ms;
	u32 confirmed_ms;
	u32 updated_ms;
	u32 probes;
	u32 queued;
};

/* The table; before the ARP dealer starts, and after it has ended. */
int gonet_neigh_init(struct gonet_stack *stack);
void gonet_neigh_destroy(struct gonet_stack *stack);

/* The ARP dealer. Return: the process with a reference, or ERR_PTR(). */
struct csp_proc *gonet_arp_start(struct gonet_stack *stack);

/* The MAC to send to. Under RCU. Return: false if it is not known (yet). */
bool gonet_neigh_lookup(struct gonet_stack *stack, u32 ifindex, __be32 addr, u8 *mac);

/* Requests to the dealer; process context, may sleep; 0 or a negative errno. */
int gonet_neigh_new(struct gonet_stack *stack, const struct gonet_neigh_info *info,
		    bool replace, struct netlink_ext_ack *extack);
int gonet_neigh_del(struct gonet_stack *stack, u32 ifindex, __be32 addr,
		    struct netlink_ext_ack *extack);

/*
 * Begin to probe for and announce @addr (RFC 5227), or stop doing so. Any context.
 * The address is in use meanwhile; on a conflict gonet_addr_conflict() is called.
 */
void gonet_arp_addr_added(struct gonet_stack *stack, u32 ifindex, __be32 addr);
void gonet_arp_addr_removed(struct gonet_stack *stack, u32 ifindex, __be32 addr);

/*
 * Calls @fn for neighbours from place *@pos on, under RCU (so @fn may not sleep),
 * until it returns other than 0 or there are no more; *@pos is where to go on.
 */
int gonet_neigh_walk(struct gonet_stack *stack, unsigned long *pos,
		     int (*fn)(const struct gonet_neigh_info *info, void *arg), void *arg);

#endif /* _GONET_NEIGH_H */
