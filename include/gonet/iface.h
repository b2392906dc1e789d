/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces of a stack: the far ends of gonet devices, and its loopback. */
#ifndef _GONET_IFACE_H
#define _GONET_IFACE_H

#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>

#include <csp/csp.h>

struct gonet_stack;

#define GONET_IFACE_LO	1	/* index of the loopback interface of every stack */

/**
 * struct gonet_iface_stats - what passed an interface, from the stack's side
 * @rx_packets: packets from the native stack
 * @rx_bytes: their bytes
 * @tx_packets: packets to the native stack
 * @tx_bytes: their bytes
 */
struct gonet_iface_stats {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
};

/**
 * struct gonet_iface - an interface of a stack
 * @stack: whose it is
 * @dev: the native end of the cable, or NULL for the loopback
 * @index: number in @stack, never reused while the stack lives
 * @name: as @dev was called in the stack's namespace; written under RTNL
 * @mac: the stack's own address on the cable; written under RTNL
 * @up: administrative state of the stack's side; written under RTNL
 * @eth_rx: the Ethernet dealer, referenced
 * @eth_tx: the Ethernet writer, referenced
 *
 * Lifetime: from the device's registration to its uninit. It is found in
 * &gonet_stack.ifaces under RCU or RTNL; the processes that keep a pointer or more (ARP
 * dealer, IPv4 writer, IGMP) are told by a &struct gonet_iface_ctl and answer before it
 * goes.
 */
struct gonet_iface {
	struct gonet_stack *stack;
	struct net_device *dev;
	u32 index;
	char name[IFNAMSIZ];
	u8 mac[ETH_ALEN];
	bool up;
	struct csp_proc *eth_rx;
	struct csp_proc *eth_tx;
};

/* Inputs of the Ethernet processes. */
#define GONET_ETH_RX_IN	0	/* skb: data at the Ethernet header */
#define GONET_ETH_TX_IN	0	/* skb: data at the Ethernet header, complete frame */

/**
 * enum gonet_iface_event - what happened to an interface
 * @GONET_IFACE_ADD: it is there
 * @GONET_IFACE_DEL: it goes; drop every pointer to it, and what is held for it
 * @GONET_IFACE_UP: it can carry frames now
 * @GONET_IFACE_DOWN: it cannot
 * @GONET_IFACE_MAC: its own MAC address changed
 */
enum gonet_iface_event {
	GONET_IFACE_ADD,
	GONET_IFACE_DEL,
	GONET_IFACE_UP,
	GONET_IFACE_DOWN,
	GONET_IFACE_MAC,
};

/**
 * struct gonet_iface_ctl - message: tells a process of an interface
 * @call: to be answered when the event has been acted upon
 * @event: what happened
 * @iface: to what; valid until the answer to GONET_IFACE_DEL
 */
struct gonet_iface_ctl {
	struct csp_call call;
	enum gonet_iface_event event;
	struct gonet_iface *iface;
};

void gonet_iface_ctl_lost(void *msg, enum csp_lost why);

struct gonet_iface *gonet_iface_by_index(struct gonet_stack *stack, u32 index);
struct gonet_iface *gonet_iface_by_name(struct gonet_stack *stack, const char *name);
void gonet_iface_stats(struct gonet_iface *iface, struct gonet_iface_stats *stats);
int gonet_iface_set_up(struct gonet_iface *iface, bool up);
int gonet_iface_set_mac(struct gonet_iface *iface, const u8 *mac);

/**
 * gonet_iface_mtu() - most bytes an IP packet on this interface may have
 * @iface: the interface
 *
 * Return: the MTU; both ends of the cable share the device's.
 */
static inline unsigned int gonet_iface_mtu(const struct gonet_iface *iface)
{
	return iface->dev ? READ_ONCE(iface->dev->mtu) : 65535;
}

/**
 * gonet_iface_running() - whether the interface can carry frames
 * @iface: the interface
 *
 * Return: true if both ends of the cable are up.
 */
static inline bool gonet_iface_running(const struct gonet_iface *iface)
{
	return READ_ONCE(iface->up) && (!iface->dev || netif_running(iface->dev));
}

#endif /* _GONET_IFACE_H */
