// SPDX-License-Identifier: GPL-2.0
/*
 * Interfaces of a stack: joining them to its processes and parting them again.
 * RTNL is held wherever an interface changes.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include <gonet/ipv4.h>
#include <gonet/igmp.h>
#include <gonet/neigh.h>
#include <gonet/notify.h>
#include <gonet/route.h>

#include "link.h"

/**
 * gonet_iface_ctl_lost() - the lost() of ports that take &struct gonet_iface_ctl
 * @msg: the message
 * @why: why
 */
void gonet_iface_ctl_lost(void *msg, enum csp_lost why)
{
	struct gonet_iface_ctl *ctl = msg;

	csp_call_lost(&ctl->call, why);
}

/**
 * gonet_iface_by_index() - find an interface
 * @stack: whose
 * @index: its number
 *
 * Context: under RCU or RTNL, which keep it.
 *
 * Return: the interface or NULL.
 */
struct gonet_iface *gonet_iface_by_index(struct gonet_stack *stack, u32 index)
{
	return xa_load(&stack->ifaces, index);
}

/**
 * gonet_iface_by_name() - find an interface
 * @stack: whose
 * @name: as listings show it
 *
 * Context: under RCU or RTNL, which keep it.
 *
 * Return: the interface or NULL.
 */
struct gonet_iface *gonet_iface_by_name(struct gonet_stack *stack, const char *name)
{
	struct gonet_iface *iface;
	unsigned long index;

	xa_for_each(&stack->ifaces, index, iface)
		if (!strncmp(iface->name, name, IFNAMSIZ))
			return iface;
	return NULL;
}

/**
 * gonet_iface_stats() - what passed an interface
 * @iface: the interface
 * @stats: filled in: the device's counters, from the other end of the cable
 */
void gonet_iface_stats(struct gonet_iface *iface, struct gonet_iface_stats *stats)
{
	struct rtnl_link_stats64 dev = {};

	if (iface->dev)
		dev_fetch_sw_netstats(&dev, iface->dev->tstats);
	stats->rx_packets = dev.tx_packets;
	stats->rx_bytes = dev.tx_bytes;
	stats->tx_packets = dev.rx_packets;
	stats->tx_bytes = dev.rx_bytes;
}

/* Only the news of an interface may be refused; all else must reach the process. */
static int gonet_iface_ask(struct csp_chan *ch, struct gonet_iface_ctl *ctl)
{
	int err;

	while ((err = csp_ask(ch, ctl, &ctl->call)) == -ENOBUFS && ctl->event != GONET_IFACE_ADD)
		schedule_timeout_uninterruptible(1);
	return err;
}

/**
 * gonet_iface_tell() - tell the processes that keep the interface what happened
 * @iface: the interface
 * @event: what
 *
 * Context: process, under RTNL; may sleep.
 *
 * Return: 0 when all have acted upon it, or the first error.
 */
int gonet_iface_tell(struct gonet_iface *iface, enum gonet_iface_event event)
{
	struct gonet_iface_ctl ctl = { .event = event, .iface = iface };
	struct gonet_stack *stack = iface->stack;
	struct csp_chan *const who[] = {
		&stack->ipv4_tx->in[GONET_IPV4_TX_CTL],
		&stack->arp->in[GONET_ARP_CTL],
		&stack->igmp->in[GONET_IGMP_CTL],
	};
	int err = 0, err_one;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(who); i++) {
		err_one = gonet_iface_ask(who[i], &ctl);
		if (err_one && event == GONET_IFACE_ADD)
			return err_one;
		err = err ? err : err_one;
	}
	return err;
}

/**
 * gonet_iface_add() - join a device's far end to a stack
 * @iface: the interface, zeroed but for its stack
 * @dev: the device, being registered
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process, under RTNL; may sleep.
 *
 * Return: 0; -EEXIST when the stack has an interface of that name, -ENOMEM.
 */
int gonet_iface_add(struct gonet_iface *iface, struct net_device *dev,
		    struct netlink_ext_ack *extack)
{
	struct gonet_stack *stack = iface->stack;
	int err;

	ASSERT_RTNL();
	if (gonet_iface_by_name(stack, dev->name)) {
		NL_SET_ERR_MSG(extack, "The stack has an interface of that name already");
		return -EEXIST;
	}
	iface->dev = dev;
	iface->up = true;
	strscpy(iface->name, dev->name, IFNAMSIZ);
	eth_random_addr(iface->mac);

	iface->eth_tx = gonet_eth_tx_start(iface);
	if (IS_ERR(iface->eth_tx))
		return PTR_ERR(iface->eth_tx);
	err = xa_alloc_cyclic(&stack->ifaces, &iface->index, iface, XA_LIMIT(1, INT_MAX),
			      &stack->next_iface, GFP_KERNEL);
	if (err < 0)
		goto err_eth_tx;
	iface->eth_rx = gonet_eth_rx_start(iface);
	if (IS_ERR(iface->eth_rx)) {
		err = PTR_ERR(iface->eth_rx);
		goto err_index;
	}
	err = gonet_iface_tell(iface, GONET_IFACE_ADD);
	if (err)
		goto err_eth_rx;
	gonet_notify_link(stack, GONET_EVENT_NEW, iface);
	return 0;

err_eth_rx:
	gonet_iface_tell(iface, GONET_IFACE_DEL);
	csp_proc_stop(iface->eth_rx);
err_index:
	xa_erase(&stack->ifaces, iface->index);
	iface->index = 0;
	synchronize_net();
err_eth_tx:
	csp_proc_stop(iface->eth_tx);
	return err;
}

/**
 * gonet_iface_del() - part a device's far end from its stack
 * @iface: the interface; no frame can enter it any more
 *
 * When this returns no process has a pointer to it; whoever found it under RCU
 * has one until the grace period that the device's unregistering waits for.
 *
 * Context: process, under RTNL; may sleep.
 */
void gonet_iface_del(struct gonet_iface *iface)
{
	struct gonet_stack *stack = iface->stack;

	ASSERT_RTNL();
	WRITE_ONCE(iface->up, false);
	csp_proc_stop(iface->eth_rx);
	/* First: an address or route that comes now is refused, or flushed below. */
	xa_erase(&stack->ifaces, iface->index);
	gonet_route_iface_gone(stack, iface->index);
	gonet_iface_tell(iface, GONET_IFACE_DEL);
	csp_proc_stop(iface->eth_tx);
	gonet_notify_link(stack, GONET_EVENT_DEL, iface);
}

/**
 * gonet_iface_rename() - follow the device's new name
 * @iface: the interface
 * @name: the name; kept as it is when another interface of the stack has it
 */
void gonet_iface_rename(struct gonet_iface *iface, const char *name)
{
	ASSERT_RTNL();
	if (gonet_iface_by_name(iface->stack, name))
		return;
	strscpy(iface->name, name, IFNAMSIZ);
	gonet_notify_link(iface->stack, GONET_EVENT_NEW, iface);
}

/**
 * gonet_iface_set_up() - plug the stack's end of the cable in, or pull it out
 * @iface: the interface
 * @up: which
 *
 * The device loses its carrier while it is out.
 *
 * Context: process, under RTNL; may sleep.
 *
 * Return: 0, or -EOPNOTSUPP for the loopback.
 */
int gonet_iface_set_up(struct gonet_iface *iface, bool up)
{
	ASSERT_RTNL();
	if (!iface->dev)
		return up ? 0 : -EOPNOTSUPP;
	if (iface->up == up)
		return 0;
	WRITE_ONCE(iface->up, up);
	if (up && netif_running(iface->dev))
		netif_carrier_on(iface->dev);
	else
		netif_carrier_off(iface->dev);
	if (netif_running(iface->dev))
		gonet_iface_tell(iface, up ? GONET_IFACE_UP : GONET_IFACE_DOWN);
	gonet_notify_link(iface->stack, GONET_EVENT_NEW, iface);
	return 0;
}

/**
 * gonet_iface_set_mac() - give the stack's end another MAC address
 * @iface: the interface
 * @mac: the address
 *
 * Context: process, under RTNL; may sleep.
 *
 * Return: 0; -EADDRNOTAVAIL when @mac is not a unicast address, -EOPNOTSUPP for
 * the loopback.
 */
int gonet_iface_set_mac(struct gonet_iface *iface, const u8 *mac)
{
	ASSERT_RTNL();
	if (!iface->dev)
		return -EOPNOTSUPP;
	if (!is_valid_ether_addr(mac))
		return -EADDRNOTAVAIL;
	ether_addr_copy(iface->mac, mac);
	gonet_iface_tell(iface, GONET_IFACE_MAC);
	gonet_notify_link(iface->stack, GONET_EVENT_NEW, iface);
	return 0;
}
