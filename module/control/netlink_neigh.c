// SPDX-License-Identifier: GPL-2.0
/* Requests about neighbours. */
#include <linux/neighbour.h>
#include <net/neighbour.h>

#include <gonet/neigh.h>

#include "netlink.h"

static int gonet_nl_neigh_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_neigh_info *neigh = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u8(skb, GONET_A_NEIGH_FAMILY, AF_INET) ||
	    nla_put_u32(skb, GONET_A_NEIGH_IFINDEX, neigh->ifindex) ||
	    nla_put(skb, GONET_A_NEIGH_DST, sizeof(neigh->addr), &neigh->addr) ||
	    ((neigh->state & NUD_VALID) &&
	     nla_put(skb, GONET_A_NEIGH_LLADDR, ETH_ALEN, neigh->mac)) ||
	    nla_put_u8(skb, GONET_A_NEIGH_STATE, neigh->state) ||
	    nla_put_u32(skb, GONET_A_NEIGH_USED, neigh->used_ms) ||
	    nla_put_u32(skb, GONET_A_NEIGH_CONFIRMED, neigh->confirmed_ms) ||
	    nla_put_u32(skb, GONET_A_NEIGH_UPDATED, neigh->updated_ms) ||
	    nla_put_u32(skb, GONET_A_NEIGH_PROBES, neigh->probes) ||
	    nla_put_u32(skb, GONET_A_NEIGH_QUEUED, neigh->queued)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* What all requests about one neighbour have in common. */
static int gonet_nl_neigh_parse(struct genl_info *info, struct gonet_stack *stack,
				struct gonet_neigh_info *neigh)
{
	int err = gonet_nl_family_attr(info, GONET_A_NEIGH_FAMILY);

	if (err < 0)
		return err;
	if (gonet_nl_missing(info, GONET_A_NEIGH_IFINDEX, "Interface missing") ||
	    gonet_nl_missing(info, GONET_A_NEIGH_DST, "Address missing"))
		return -EINVAL;
	err = gonet_nl_ifindex(info, GONET_A_NEIGH_IFINDEX, stack, &neigh->ifindex);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_NEIGH_DST, &neigh->addr);
	return err;
}

/**
 * struct gonet_nl_neigh_search - looks for a neighbour
 * @want: its interface and address
 * @found: all of it, once found
 */
struct gonet_nl_neigh_search {
	const struct gonet_neigh_info *want;
	struct gonet_neigh_info found;
};

static int gonet_nl_neigh_match(const struct gonet_neigh_info *neigh, void *arg)
{
	struct gonet_nl_neigh_search *search = arg;

	if (neigh->ifindex != search->want->ifindex || neigh->addr != search->want->addr)
		return 0;
	search->found = *neigh;
	return 1;
}

static int gonet_nl_neigh_find(struct genl_info *info, struct gonet_stack *stack,
			       struct gonet_nl_neigh_search *search)
{
	unsigned long pos = 0;
	int found;

	rcu_read_lock();
	found = gonet_neigh_walk(stack, &pos, gonet_nl_neigh_match, search);
	rcu_read_unlock();
	if (found)
		return 0;
	GENL_SET_ERR_MSG(info, "Neighbour not found");
	return -ENOENT;
}

int gonet_nl_neigh_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_neigh_info neigh = {};
	struct gonet_nl_neigh_search search = { .want = &neigh };
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_neigh_parse(info, stack, &neigh);
	if (!err)
		err = gonet_nl_neigh_find(info, stack, &search);
	if (err)
		return err;
	return gonet_nl_reply(info, GONET_CMD_NEIGH_GET, gonet_nl_neigh_fill, &search.found);
}

static int gonet_nl_neigh_dump_one(const struct gonet_neigh_info *neigh, void *arg)
{
	return gonet_nl_neigh_fill(arg, neigh);
}

/* Neighbours come and go by themselves, so that no round is told apart from the last. */
int gonet_nl_neigh_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gonet_stack *stack;
	struct gonet_nl_msg msg;
	unsigned long pos;
	int err;

	err = gonet_nl_dump_begin(&msg, skb, cb, GONET_CMD_NEIGH_GET, &stack);
	if (err || !stack)
		return err;
	pos = cb->args[0];
	rcu_read_lock();
	gonet_neigh_walk(stack, &pos, gonet_nl_neigh_dump_one, &msg);
	rcu_read_unlock();
	cb->args[0] = pos;
	return skb->len;
}

int gonet_nl_neigh_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_neigh_info neigh = { .state = NUD_PERMANENT };
	struct gonet_nl_neigh_search search = { .want = &neigh };
	unsigned int flags;
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_neigh_parse(info, stack, &neigh);
	if (!err)
		err = gonet_nl_flags(info, GONET_A_NEIGH_NL_FLAGS, &flags);
	if (err)
		return err;
	if (gonet_nl_missing(info, GONET_A_NEIGH_LLADDR, "Link layer address missing"))
		return -EINVAL;
	nla_memcpy(neigh.mac, info->attrs[GONET_A_NEIGH_LLADDR], ETH_ALEN);
	if (info->attrs[GONET_A_NEIGH_STATE])
		neigh.state = nla_get_u8(info->attrs[GONET_A_NEIGH_STATE]);
	if (!(flags & NLM_F_CREATE)) {
		err = gonet_nl_neigh_find(info, stack, &search);
		if (err)
			return err;
	}
	err = gonet_neigh_new(stack, &neigh, flags & NLM_F_REPLACE, info->extack);
	return gonet_nl_explained(info, err);
}

int gonet_nl_neigh_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_neigh_info neigh = {};
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_neigh_parse(info, stack, &neigh);
	if (err)
		return err;
	err = gonet_neigh_del(stack, neigh.ifindex, neigh.addr, info->extack);
	return gonet_nl_explained(info, err);
}

/**
 * gonet_notify_neigh() - tell who listens that a neighbour has changed
 * @stack: whose
 * @event: what happened to it
 * @info: the neighbour
 *
 * Context: any but hard interrupt.
 */
void gonet_notify_neigh(struct gonet_stack *stack, enum gonet_event event,
			const struct gonet_neigh_info *info)
{
	gonet_nl_event(stack, event == GONET_EVENT_NEW ? GONET_CMD_NEIGH_NTF :
		       GONET_CMD_NEIGH_DEL_NTF, gonet_nl_neigh_fill, info);
}
