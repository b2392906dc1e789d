// SPDX-License-Identifier: GPL-2.0
/*
 * The native end of the cable: the net_device that "ip link add ... type gonet"
 * makes. What the native stack transmits goes to the Ethernet dealer; what the
 * Ethernet writer delivers is received through NAPI.
 *
 * The queue between the two is the one lock of this layer: it is where a process
 * meets the native stack. Its producer is the writer, its consumer the NAPI poll.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/rtnetlink.h>

#include <gonet/ipv4.h>

#include "../compat/compat.h"
#include "link.h"

/* Frames that may wait for the native stack: six of the largest datagrams at MTU 68. */
#define GONET_RX_QUEUE_MAX	8192

#define GONET_FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | NETIF_F_RXCSUM | \
			NETIF_F_HIGHDMA | NETIF_F_GSO_SOFTWARE)

/**
 * struct gonet_dev - private part of the device
 * @iface: the far end
 * @napi: receives what waits in @rxq
 * @rxq: frames from the Ethernet writer, data at the Ethernet header
 * @extack: where to say why registering failed; NULL after it
 */
struct gonet_dev {
	struct gonet_iface iface;
	struct napi_struct napi;
	struct sk_buff_head rxq;
	struct netlink_ext_ack *extack;
};

static netdev_tx_t gonet_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);
	unsigned int len = skb->len;

	skb_tx_timestamp(skb);
	/* Pages that their owner may change or wants back soon are not kept. */
	if (unlikely(skb_orphan_frags(skb, GFP_ATOMIC))) {
		dev_core_stats_tx_dropped_inc(dev);
		gonet_drop(gd->iface.stack, skb, GONET_DROP_NO_MEMORY);
		return NETDEV_TX_OK;
	}
	skb_scrub_packet(skb, true);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	memset(GONET_CB(skb), 0, sizeof(struct gonet_cb));
	GONET_CB(skb)->stack = gd->iface.stack;
	GONET_CB(skb)->iif = gd->iface.index;
	skb->dev = NULL;

	if (unlikely(!READ_ONCE(gd->iface.up))) {
		dev_core_stats_tx_dropped_inc(dev);
		gonet_drop(gd->iface.stack, skb, GONET_DROP_LINK_DOWN);
	} else if (likely(!csp_send(&gd->iface.eth_rx->in[GONET_ETH_RX_IN], skb))) {
		dev_sw_netstats_tx_add(dev, 1, len);
	} else {
		dev_core_stats_tx_dropped_inc(dev);
	}
	return NETDEV_TX_OK;
}

/**
 * gonet_device_deliver() - put a frame on its way into the native stack
 * @dev: the device
 * @skb: data at the Ethernet header; given away
 *
 * Context: the Ethernet writer's step.
 */
void gonet_device_deliver(struct net_device *dev, struct sk_buff *skb)
{
	struct gonet_dev *gd = netdev_priv(dev);

	if (unlikely(skb_queue_len_lockless(&gd->rxq) >= GONET_RX_QUEUE_MAX)) {
		dev_core_stats_rx_dropped_inc(dev);
		gonet_drop(gd->iface.stack, skb, GONET_DROP_CHAN_FULL);
		return;
	}
	memset(skb->cb, 0, sizeof(skb->cb));
	skb_queue_tail(&gd->rxq, skb);
}

/**
 * gonet_device_flush() - have the native stack look at what was delivered
 * @dev: the device
 *
 * Context: the Ethernet writer, after a batch.
 */
void gonet_device_flush(struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);

	if (!skb_queue_empty_lockless(&gd->rxq))
		napi_schedule(&gd->napi);
}

static void gonet_count_rx(struct net_device *dev, unsigned int packets, unsigned int bytes)
{
	struct pcpu_sw_netstats *stats = this_cpu_ptr(dev->tstats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->rx_packets, packets);
	u64_stats_add(&stats->rx_bytes, bytes);
	u64_stats_update_end(&stats->syncp);
}

static int gonet_poll(struct napi_struct *napi, int budget)
{
	struct gonet_dev *gd = container_of(napi, struct gonet_dev, napi);
	struct net_device *dev = gd->iface.dev;
	unsigned int bytes = 0;
	struct sk_buff *skb;
	int done = 0;

	while (done < budget && (skb = skb_dequeue(&gd->rxq))) {
		bytes += skb->len;
		done++;
		skb_orphan(skb);	/* the native stack's queues are not the sender's */
		skb->protocol = eth_type_trans(skb, dev);
		napi_gro_receive(napi, skb);
	}
	gonet_count_rx(dev, done, bytes);
	if (done < budget && napi_complete_done(napi, done)) {
		/* A frame that came after the last look and before this has no poll yet. */
		if (!skb_queue_empty_lockless(&gd->rxq))
			napi_schedule(napi);
	}
	return done;
}

static int gonet_open(struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);

	napi_enable(&gd->napi);
	if (gd->iface.up) {
		netif_carrier_on(dev);
		gonet_iface_tell(&gd->iface, GONET_IFACE_UP);
	}
	return 0;
}

static int gonet_stop(struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);

	netif_carrier_off(dev);
	gonet_iface_tell(&gd->iface, GONET_IFACE_DOWN);
	napi_disable(&gd->napi);
	skb_queue_purge(&gd->rxq);
	return 0;
}

static int gonet_init(struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);
	int err;

	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	netif_carrier_off(dev);
	netif_napi_add(dev, &gd->napi, gonet_poll);
	err = gonet_iface_add(&gd->iface, dev, gd->extack);
	if (err) {
		netif_napi_del(&gd->napi);
		free_percpu(dev->tstats);
	}
	return err;
}

static void gonet_uninit(struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);

	gonet_iface_del(&gd->iface);
	skb_queue_purge(&gd->rxq);
	/* A device whose registering failed is freed without a grace period. */
	if (dev->reg_state != NETREG_UNREGISTERING)
		synchronize_net();
}

static const struct net_device_ops gonet_netdev_ops = {
	.ndo_init = gonet_init,
	.ndo_uninit = gonet_uninit,
	.ndo_open = gonet_open,
	.ndo_stop = gonet_stop,
	.ndo_start_xmit = gonet_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_features_check = passthru_features_check,
};

static void gonet_free(struct net_device *dev)
{
	free_percpu(dev->tstats);
}

static void gonet_setup(struct net_device *dev)
{
	struct gonet_dev *gd = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &gonet_netdev_ops;
	dev->ethtool_ops = &gonet_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = gonet_free;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* Netpoll transmits with interrupts disabled, where no process can run. */
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE | IFF_DISABLE_NETPOLL;
	gonet_compat_lockless_tx(dev);
	dev->features |= GONET_FEATURES;
	dev->hw_features = GONET_FEATURES;
	dev->hw_enc_features = GONET_FEATURES;
	dev->vlan_features = GONET_FEATURES;
	dev->mpls_features = GONET_FEATURES;
	netif_set_tso_max_size(dev, GSO_MAX_SIZE);
	skb_queue_head_init(&gd->rxq);
}

/* Registers @dev, whose far end belongs to @net's stack. Under RTNL. */
static int gonet_device_register(struct net *net, struct net_device *dev,
				 struct netlink_ext_ack *extack)
{
	struct gonet_dev *gd = netdev_priv(dev);
	struct gonet_stack *stack = gonet_stack_start(net);
	int err;

	if (IS_ERR(stack)) {
		NL_SET_ERR_MSG(extack, "The stack could not be started");
		return PTR_ERR(stack);
	}
	gd->iface.stack = stack;
	gd->extack = extack;
	err = register_netdevice(dev);
	gd->extack = NULL;
	return err;
}

static int gonet_validate(struct nlattr *tb[], struct nlattr *data[],
			  struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS], "A MAC address has six bytes");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS], "Not a unicast MAC address");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static int gonet_newlink(GONET_COMPAT_NEWLINK_ARGS)
{
	struct net *net = gonet_compat_newlink_net;
	struct nlattr **tb = gonet_compat_newlink_tb;

	if (!tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	return gonet_device_register(net, dev, extack);
}

static struct net *gonet_get_link_net(const struct net_device *dev)
{
	const struct gonet_dev *gd = netdev_priv(dev);

	return gd->iface.stack->net;
}

static struct rtnl_link_ops gonet_link_ops __read_mostly = {
	.kind = "gonet",
	.priv_size = sizeof(struct gonet_dev),
	.setup = gonet_setup,
	.validate = gonet_validate,
	.newlink = gonet_newlink,
	.get_link_net = gonet_get_link_net,
};

/**
 * gonet_devices_del() - unregister every device whose far end is a stack
 * @stack: the stack
 *
 * A cable with one end is none: the devices go, in whatever namespace they are.
 *
 * Context: process; takes RTNL.
 */
void gonet_devices_del(struct gonet_stack *stack)
{
	struct gonet_iface *iface;
	unsigned long index;
	LIST_HEAD(gone);

	rtnl_lock();
	xa_for_each(&stack->ifaces, index, iface)
		if (iface->dev)
			unregister_netdevice_queue(iface->dev, &gone);
	unregister_netdevice_many(&gone);
	rtnl_unlock();
}

/* The stack's interface is called as its device, while that is in the stack's namespace. */
static int gonet_netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct gonet_dev *gd = netdev_priv(dev);

	if (dev->rtnl_link_ops != &gonet_link_ops || !gd->iface.index)
		return NOTIFY_DONE;
	if (event == NETDEV_CHANGENAME && net_eq(dev_net(dev), gd->iface.stack->net))
		gonet_iface_rename(&gd->iface, dev->name);
	return NOTIFY_DONE;
}

static struct notifier_block gonet_netdev_notifier = {
	.notifier_call = gonet_netdev_event,
};

/* What of a plan can be had before anybody sees the device. */
static int gonet_device_prepare(struct net_device *dev, const struct gonet_device_plan *plan,
				struct netlink_ext_ack *extack)
{
	if (plan->mtu && (plan->mtu < dev->min_mtu || plan->mtu > dev->max_mtu)) {
		NL_SET_ERR_MSG(extack, "MTU out of range");
		return -EINVAL;
	}
	if ((plan->native_mac && !is_valid_ether_addr(plan->native_mac)) ||
	    (plan->stack_mac && !is_valid_ether_addr(plan->stack_mac))) {
		NL_SET_ERR_MSG(extack, "Not a unicast MAC address");
		return -EADDRNOTAVAIL;
	}
	if (plan->native_mac)
		eth_hw_addr_set(dev, plan->native_mac);
	else
		eth_hw_addr_random(dev);
	if (plan->mtu)
		dev->mtu = plan->mtu;
	if (plan->parent)
		SET_NETDEV_DEV(dev, plan->parent);
	return 0;
}

/* And what only when its far end is there. Under RTNL. Return: the far end's number. */
static int gonet_device_complete(struct net_device *dev, const struct gonet_device_plan *plan)
{
	struct gonet_dev *gd = netdev_priv(dev);
	struct gonet_iface *iface = &gd->iface;

	if (plan->stack_mac)
		gonet_iface_set_mac(iface, plan->stack_mac);
	if (plan->rx_depth)
		csp_chan_set_depth(&iface->eth_rx->in[GONET_ETH_RX_IN], plan->rx_depth);
	if (plan->tx_depth)
		csp_chan_set_depth(&iface->eth_tx->in[GONET_ETH_TX_IN], plan->tx_depth);
	return iface->index;
}

/**
 * gonet_device_create() - make a device as "ip link add" would
 * @net: the namespace, for the device and its stack
 * @plan: what it is to be
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; takes RTNL.
 *
 * Return: the number of its far end, &gonet_iface.index, or a negative errno.
 */
int gonet_device_create(struct net *net, const struct gonet_device_plan *plan,
			struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int ret;

	if (!dev_valid_name(plan->name)) {
		NL_SET_ERR_MSG(extack, "Not a name for a device");
		return -EINVAL;
	}
	dev = alloc_netdev(sizeof(struct gonet_dev), plan->name, NET_NAME_USER, gonet_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, net);
	dev->rtnl_link_ops = &gonet_link_ops;
	ret = gonet_device_prepare(dev, plan, extack);
	if (ret)
		goto err_free;
	rtnl_lock();
	ret = gonet_device_register(net, dev, extack);
	if (!ret)
		ret = gonet_device_complete(dev, plan);
	rtnl_unlock();
	if (ret < 0)
		goto err_free;
	return ret;

err_free:
	free_netdev(dev);
	return ret;
}

/**
 * gonet_device_del() - unregister a device, unless somebody has
 * @stack: whose far end it has
 * @index: the number of that, which is given to no other
 *
 * Context: process; takes RTNL.
 */
void gonet_device_del(struct gonet_stack *stack, u32 index)
{
	struct gonet_iface *iface;

	rtnl_lock();
	iface = gonet_iface_by_index(stack, index);
	if (iface && iface->dev)
		unregister_netdevice(iface->dev);
	rtnl_unlock();
}

/**
 * gonet_device_init() - make the device kind known
 *
 * Return: 0 or a negative errno.
 */
int gonet_device_init(void)
{
	int err = register_netdevice_notifier(&gonet_netdev_notifier);

	if (err)
		return err;
	err = rtnl_link_register(&gonet_link_ops);
	if (err)
		unregister_netdevice_notifier(&gonet_netdev_notifier);
	return err;
}

/**
 * gonet_device_exit() - unregister every device, and the kind
 */
void gonet_device_exit(void)
{
	rtnl_link_unregister(&gonet_link_ops);
	unregister_netdevice_notifier(&gonet_netdev_notifier);
}
