// SPDX-License-Identifier: GPL-2.0
/* Requests about interfaces. */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include <gonet/iface.h>

#include "netlink.h"

/**
 * struct gonet_nl_link - a snapshot of an interface
 * @name: its name
 * @mac: the stack's own address
 * @peer_mac: the native end's address
 * @index: its number
 * @peer_index: the native end's, or 0 for the loopback
 * @mtu: its MTU
 * @up: state of the stack's side
 * @running: both ends are up
 * @stats: what passed it
 */
struct gonet_nl_link {
	char name[IFNAMSIZ];
	u8 mac[ETH_ALEN];
	u8 peer_mac[ETH_ALEN];
	u32 index;
	u32 peer_index;
	u32 mtu;
	bool up;
	bool running;
	struct gonet_iface_stats stats;
};

/* Under RCU or RTNL. */
static void gonet_nl_link_snapshot(struct gonet_nl_link *link, struct gonet_iface *iface)
{
	memset(link, 0, sizeof(*link));
	strscpy(link->name, iface->name, sizeof(link->name));
	ether_addr_copy(link->mac, iface->mac);
	link->index = iface->index;
	link->mtu = gonet_iface_mtu(iface);
	link->up = READ_ONCE(iface->up);
	link->running = gonet_iface_running(iface);
	if (iface->dev) {
		link->peer_index = iface->dev->ifindex;
		ether_addr_copy(link->peer_mac, iface->dev->dev_addr);
	}
	gonet_iface_stats(iface, &link->stats);
}

static int gonet_nl_link_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_nl_link *link = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, GONET_A_LINK_IFINDEX, link->index) ||
	    nla_put_string(skb, GONET_A_LINK_IFNAME, link->name) ||
	    nla_put(skb, GONET_A_LINK_ADDRESS, ETH_ALEN, link->mac) ||
	    nla_put_u8(skb, GONET_A_LINK_UP, link->up) ||
	    nla_put_u8(skb, GONET_A_LINK_RUNNING, link->running) ||
	    nla_put_u32(skb, GONET_A_LINK_MTU, link->mtu))
		goto full;
	if (link->peer_index &&
	    (nla_put_u32(skb, GONET_A_LINK_PEER_IFINDEX, link->peer_index) ||
	     nla_put(skb, GONET_A_LINK_PEER_ADDRESS, ETH_ALEN, link->peer_mac)))
		goto full;
	if (nla_put_u64_64bit(skb, GONET_A_LINK_RX_PACKETS, link->stats.rx_packets,
			      GONET_A_LINK_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_LINK_RX_BYTES, link->stats.rx_bytes,
			      GONET_A_LINK_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_LINK_TX_PACKETS, link->stats.tx_packets,
			      GONET_A_LINK_PAD) ||
	    nla_put_u64_64bit(skb, GONET_A_LINK_TX_BYTES, link->stats.tx_bytes,
			      GONET_A_LINK_PAD))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;

full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* Under RCU or RTNL. Return: the interface that a request names, or ERR_PTR(). */
static struct gonet_iface *gonet_nl_link_find(struct genl_info *info, struct gonet_stack *stack)
{
	struct nlattr *index = info->attrs[GONET_A_LINK_IFINDEX];
	struct nlattr *name = info->attrs[GONET_A_LINK_IFNAME];
	struct gonet_iface *iface;

	if (index && name) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "An interface is named by its number or its name, not both");
		return ERR_PTR(-EINVAL);
	}
	if (index) {
		iface = gonet_iface_by_index(stack, nla_get_u32(index));
	} else if (name) {
		iface = gonet_iface_by_name(stack, nla_data(name));
	} else {
		GENL_REQ_ATTR_CHECK(info, GONET_A_LINK_IFINDEX);
		GENL_SET_ERR_MSG(info, "Interface missing");
		return ERR_PTR(-EINVAL);
	}
	if (!iface) {
		NL_SET_ERR_MSG_ATTR(info->extack, index ? index : name, "No such interface");
		return ERR_PTR(-ENODEV);
	}
	return iface;
}

int gonet_nl_link_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_iface *iface;
	struct gonet_nl_link link;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	rcu_read_lock();
	iface = gonet_nl_link_find(info, stack);
	if (!IS_ERR(iface))
		gonet_nl_link_snapshot(&link, iface);
	rcu_read_unlock();
	if (IS_ERR(iface))
		return PTR_ERR(iface);
	return gonet_nl_reply(info, GONET_CMD_LINK_GET, gonet_nl_link_fill, &link);
}

int gonet_nl_link_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	unsigned long index = cb->args[0];
	struct gonet_iface *iface;
	struct gonet_stack *stack;
	struct gonet_nl_link link;
	struct gonet_nl_msg msg;
	int err;

	err = gonet_nl_dump_begin(&msg, skb, cb, GONET_CMD_LINK_GET, &stack);
	if (err || !stack)
		return err;
	cb->seq = atomic_read(&stack->changes) + 1;

	rcu_read_lock();
	xa_for_each_start(&stack->ifaces, index, iface, cb->args[0]) {
		gonet_nl_link_snapshot(&link, iface);
		if (gonet_nl_link_fill(&msg, &link))
			break;
		cb->args[0] = index + 1;
	}
	rcu_read_unlock();
	return skb->len;
}

/* Under RTNL; may sleep. */
static int gonet_nl_link_change(struct genl_info *info, struct gonet_iface *iface)
{
	struct nlattr *address = info->attrs[GONET_A_LINK_ADDRESS];
	struct nlattr *up = info->attrs[GONET_A_LINK_UP];
	int err = 0;

	if (address) {
		err = gonet_iface_set_mac(iface, nla_data(address));
		if (err) {
			NL_SET_ERR_MSG_ATTR(info->extack, address,
					    "The interface cannot have this address");
			return err;
		}
	}
	if (up) {
		err = gonet_iface_set_up(iface, nla_get_u8(up));
		if (err)
			NL_SET_ERR_MSG_ATTR(info->extack, up,
					    "The interface cannot be in this state");
	}
	return err;
}

int gonet_nl_link_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_iface *iface;
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	if (!info->attrs[GONET_A_LINK_ADDRESS] && !info->attrs[GONET_A_LINK_UP]) {
		GENL_SET_ERR_MSG(info, "Nothing to change");
		return -EINVAL;
	}
	rtnl_lock();
	iface = gonet_nl_link_find(info, stack);
	err = PTR_ERR_OR_ZERO(iface);
	if (!err)
		err = gonet_nl_link_change(info, iface);
	rtnl_unlock();
	return err;
}

/**
 * gonet_notify_link() - tell who listens that an interface has changed
 * @stack: whose
 * @event: what happened to it
 * @iface: the interface, kept by the caller
 *
 * Context: any but hard interrupt.
 */
void gonet_notify_link(struct gonet_stack *stack, enum gonet_event event,
		       struct gonet_iface *iface)
{
	struct gonet_nl_link link;

	atomic_inc(&stack->changes);
	gonet_nl_link_snapshot(&link, iface);
	gonet_nl_event(stack, event == GONET_EVENT_NEW ? GONET_CMD_LINK_NTF :
		       GONET_CMD_LINK_DEL_NTF, gonet_nl_link_fill, &link);
}
