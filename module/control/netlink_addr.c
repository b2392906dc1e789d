// SPDX-License-Identifier: GPL-2.0
/* Requests about own addresses. */
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>

#include <gonet/route.h>

#include "netlink.h"

static int gonet_nl_addr_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_addr *addr = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u8(skb, GONET_A_ADDR_FAMILY, AF_INET) ||
	    nla_put_u32(skb, GONET_A_ADDR_IFINDEX, addr->ifindex) ||
	    nla_put(skb, GONET_A_ADDR_LOCAL, sizeof(addr->local), &addr->local) ||
	    nla_put_u8(skb, GONET_A_ADDR_PREFIX_LEN, addr->plen) ||
	    (addr->broadcast && nla_put(skb, GONET_A_ADDR_BROADCAST, sizeof(addr->broadcast),
					&addr->broadcast)) ||
	    nla_put_u8(skb, GONET_A_ADDR_SCOPE, addr->scope) ||
	    nla_put_u32(skb, GONET_A_ADDR_FLAGS, addr->flags)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* What requests to add, remove and show an address have in common. */
static int gonet_nl_addr_parse(struct genl_info *info, struct gonet_stack *stack,
			       struct gonet_addr *addr)
{
	int err = gonet_nl_family_attr(info, GONET_A_ADDR_FAMILY);

	if (err < 0)
		return err;
	if (gonet_nl_missing(info, GONET_A_ADDR_IFINDEX, "Interface missing") ||
	    gonet_nl_missing(info, GONET_A_ADDR_LOCAL, "Address missing"))
		return -EINVAL;
	err = gonet_nl_ifindex(info, GONET_A_ADDR_IFINDEX, stack, &addr->ifindex);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_ADDR_LOCAL, &addr->local);
	return err;
}

/**
 * struct gonet_nl_addr_search - looks for an address
 * @want: interface and address
 * @found: the address as it is, once found
 */
struct gonet_nl_addr_search {
	const struct gonet_addr *want;
	struct gonet_addr found;
};

static int gonet_nl_addr_match(const struct gonet_addr *addr, void *arg)
{
	struct gonet_nl_addr_search *search = arg;

	if (addr->ifindex != search->want->ifindex || addr->local != search->want->local)
		return 0;
	search->found = *addr;
	return 1;
}

static bool gonet_nl_addr_find(struct gonet_stack *stack, struct gonet_nl_addr_search *search)
{
	u64 pos = 0;
	int found;

	rcu_read_lock();
	found = gonet_addr_walk(stack, &pos, gonet_nl_addr_match, search);
	rcu_read_unlock();
	return found;
}

int gonet_nl_addr_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_addr addr = {};
	struct gonet_nl_addr_search search = { .want = &addr };
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_addr_parse(info, stack, &addr);
	if (err)
		return err;
	if (!gonet_nl_addr_find(stack, &search)) {
		GENL_SET_ERR_MSG(info, "Address not found");
		return -EADDRNOTAVAIL;
	}
	return gonet_nl_reply(info, GONET_CMD_ADDR_GET, gonet_nl_addr_fill, &search.found);
}

static int gonet_nl_addr_dump_one(const struct gonet_addr *addr, void *arg)
{
	return gonet_nl_addr_fill(arg, addr);
}

int gonet_nl_addr_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gonet_stack *stack;
	struct gonet_nl_msg msg;
	int err;
	u64 pos;

	err = gonet_nl_dump_begin(&msg, skb, cb, GONET_CMD_ADDR_GET, &stack);
	if (err || !stack)
		return err;
	cb->seq = atomic_read(&stack->changes) + 1;

	pos = gonet_nl_dump_pos(cb);
	rcu_read_lock();
	gonet_addr_walk(stack, &pos, gonet_nl_addr_dump_one, &msg);
	rcu_read_unlock();
	gonet_nl_dump_goes_on(cb, pos);
	return skb->len;
}

/* Return: @err, or 0 if the address was to be replaced and is as it is to be. */
static int gonet_nl_addr_replace(struct genl_info *info, struct gonet_stack *stack,
				 const struct gonet_addr *addr, unsigned int flags, int err)
{
	struct gonet_nl_addr_search search = { .want = addr };

	if (err != -EEXIST || !(flags & NLM_F_REPLACE) ||
	    !gonet_nl_addr_find(stack, &search) || search.found.plen != addr->plen)
		return err;
	if ((!addr->broadcast || search.found.broadcast == addr->broadcast) &&
	    search.found.scope == addr->scope)
		return 0;
	GENL_SET_ERR_MSG(info, "Broadcast address and scope cannot be changed");
	return -EOPNOTSUPP;
}

int gonet_nl_addr_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_addr addr = { .plen = 32, .scope = RT_SCOPE_UNIVERSE };
	struct nlattr *scope = info->attrs[GONET_A_ADDR_SCOPE];
	unsigned int flags;
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_addr_parse(info, stack, &addr);
	if (!err)
		err = gonet_nl_plen(info, GONET_A_ADDR_PREFIX_LEN, &addr.plen);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_ADDR_BROADCAST, &addr.broadcast);
	if (!err)
		err = gonet_nl_flags(info, GONET_A_ADDR_NL_FLAGS, &flags);
	if (err)
		return err;
	if (scope)
		addr.scope = nla_get_u8(scope);
	else if (ipv4_is_loopback(addr.local))
		addr.scope = RT_SCOPE_HOST;
	err = gonet_addr_new(stack, &addr, info->extack);
	err = gonet_nl_addr_replace(info, stack, &addr, flags, err);
	return gonet_nl_explained(info, err);
}

int gonet_nl_addr_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_addr addr = { .plen = 32 };
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_addr_parse(info, stack, &addr);
	if (!err)
		err = gonet_nl_plen(info, GONET_A_ADDR_PREFIX_LEN, &addr.plen);
	if (err)
		return err;
	return gonet_nl_explained(info, gonet_addr_del(stack, &addr, info->extack));
}

/**
 * gonet_notify_addr() - tell who listens that an address has changed
 * @stack: whose
 * @event: what happened to it
 * @addr: the address
 *
 * Context: any but hard interrupt.
 */
void gonet_notify_addr(struct gonet_stack *stack, enum gonet_event event,
		       const struct gonet_addr *addr)
{
	atomic_inc(&stack->changes);
	gonet_nl_event(stack, event == GONET_EVENT_NEW ? GONET_CMD_ADDR_NTF :
		       GONET_CMD_ADDR_DEL_NTF, gonet_nl_addr_fill, addr);
}
