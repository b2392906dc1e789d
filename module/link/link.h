/* SPDX-License-Identifier: GPL-2.0 */
/* What the link layer's files, and stack.c and main.c, tell each other. */
#ifndef _GONET_LINK_H
#define _GONET_LINK_H

#include <gonet/iface.h>
#include <gonet/stack.h>

/**
 * struct gonet_device_plan - what a device is to be from its beginning
 * @name: its name; a %d in it stands for the first free number
 * @parent: the device under which sysfs has it, or NULL
 * @native_mac: the native end's address, or NULL for a random one
 * @stack_mac: the stack's end's, or NULL
 * @mtu: its MTU, or 0 for Ethernet's
 * @rx_depth: packets that may wait for the Ethernet dealer, or 0 for as many as usual
 * @tx_depth: and for the Ethernet writer
 */
struct gonet_device_plan {
	const char *name;
	struct device *parent;
	const u8 *native_mac;
	const u8 *stack_mac;
	unsigned int mtu;
	unsigned int rx_depth;
	unsigned int tx_depth;
};

/* device.c */
int gonet_device_init(void);
void gonet_device_exit(void);
int gonet_device_create(struct net *net, const struct gonet_device_plan *plan,
			struct netlink_ext_ack *extack);
void gonet_device_del(struct gonet_stack *stack, u32 index);
void gonet_devices_del(struct gonet_stack *stack);
void gonet_device_deliver(struct net_device *dev, struct sk_buff *skb);
void gonet_device_flush(struct net_device *dev);

/* ethtool.c */
extern const struct ethtool_ops gonet_ethtool_ops;

/* iface.c */
int gonet_iface_add(struct gonet_iface *iface, struct net_device *dev,
		    struct netlink_ext_ack *extack);
void gonet_iface_del(struct gonet_iface *iface);
int gonet_iface_tell(struct gonet_iface *iface, enum gonet_iface_event event);
void gonet_iface_rename(struct gonet_iface *iface, const char *name);

/* eth_rx.c, eth_tx.c */
struct csp_proc *gonet_eth_rx_start(struct gonet_iface *iface);
struct csp_proc *gonet_eth_tx_start(struct gonet_iface *iface);

/* loopback.c */
int gonet_loopback_add(struct gonet_stack *stack);
int gonet_loopback_connect(struct gonet_stack *stack);
void gonet_loopback_del(struct gonet_stack *stack);
void gonet_loopback(struct csp_out *ipv4_rx, struct sk_buff *skb, u32 ifindex);

#endif /* _GONET_LINK_H */
