/* SPDX-License-Identifier: GPL-2.0 */
/* What the link layer's files, and stack.c and main.c, tell each other. */
#ifndef _GONET_LINK_H
#define _GONET_LINK_H

#include <gonet/iface.h>
#include <gonet/stack.h>

/* device.c */
int gonet_device_init(void);
void gonet_device_exit(void);
int gonet_device_create(struct net *net, const char *name);
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
