// SPDX-License-Identifier: GPL-2.0
/* Requests about multicast groups. */
#include <gonet/igmp.h>

#include "netlink.h"

static int gonet_nl_maddr_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_group_info *group = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u8(skb, GONET_A_MADDR_FAMILY, AF_INET) ||
	    nla_put_u32(skb, GONET_A_MADDR_IFINDEX, group->ifindex) ||
	    nla_put(skb, GONET_A_MADDR_GROUP, sizeof(group->group), &group->group) ||
	    nla_put_u32(skb, GONET_A_MADDR_USERS, group->users) ||
	    (group->exclude && nla_put_flag(skb, GONET_A_MADDR_EXCLUDE)) ||
	    nla_put_u32(skb, GONET_A_MADDR_SOURCES, group->n_sources)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Takes the first group that there is: the one that is looked for, or one behind it. */
static int gonet_nl_maddr_first(const struct gonet_group_info *group, void *arg)
{
	*(struct gonet_group_info *)arg = *group;
	return 1;
}

static bool gonet_nl_maddr_find(struct gonet_stack *stack, u32 ifindex, __be32 group,
				struct gonet_group_info *found)
{
	u64 pos = gonet_group_pos(ifindex, group);
	int any;

	rcu_read_lock();
	any = gonet_group_walk(stack, &pos, gonet_nl_maddr_first, found);
	rcu_read_unlock();
	return any && found->ifindex == ifindex && found->group == group;
}

int gonet_nl_maddr_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_group_info found;
	__be32 group = 0;
	u32 ifindex = 0;
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_family_attr(info, GONET_A_MADDR_FAMILY);
	if (err < 0)
		return err;
	if (gonet_nl_missing(info, GONET_A_MADDR_IFINDEX, "Interface missing") ||
	    gonet_nl_missing(info, GONET_A_MADDR_GROUP, "Group missing"))
		return -EINVAL;
	err = gonet_nl_ifindex(info, GONET_A_MADDR_IFINDEX, stack, &ifindex);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_MADDR_GROUP, &group);
	if (err)
		return err;
	if (!gonet_nl_maddr_find(stack, ifindex, group, &found)) {
		GENL_SET_ERR_MSG(info, "Group not joined");
		return -ENOENT;
	}
	return gonet_nl_reply(info, GONET_CMD_MADDR_GET, gonet_nl_maddr_fill, &found);
}

static int gonet_nl_maddr_dump_one(const struct gonet_group_info *group, void *arg)
{
	return gonet_nl_maddr_fill(arg, group);
}

/* Groups come and go with sockets, so that no round is told apart from the last. */
int gonet_nl_maddr_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gonet_stack *stack;
	struct gonet_nl_msg msg;
	int err;
	u64 pos;

	err = gonet_nl_dump_begin(&msg, skb, cb, GONET_CMD_MADDR_GET, &stack);
	if (err || !stack)
		return err;
	pos = gonet_nl_dump_pos(cb);
	rcu_read_lock();
	gonet_group_walk(stack, &pos, gonet_nl_maddr_dump_one, &msg);
	rcu_read_unlock();
	gonet_nl_dump_goes_on(cb, pos);
	return skb->len;
}
