// SPDX-License-Identifier: GPL-2.0
/* Requests about routes. */
#include <linux/rtnetlink.h>

#include <gonet/route.h>

#include "../ip/logic/prefix.h"
#include "netlink.h"

static int gonet_nl_route_put(struct sk_buff *skb, const struct gonet_route *route)
{
	if (nla_put_u8(skb, GONET_A_ROUTE_FAMILY, AF_INET) ||
	    (route->plen &&
	     nla_put(skb, GONET_A_ROUTE_DST, sizeof(route->dst), &route->dst)) ||
	    nla_put_u8(skb, GONET_A_ROUTE_DST_LEN, route->plen) ||
	    nla_put_u8(skb, GONET_A_ROUTE_TYPE, route->type) ||
	    nla_put_u8(skb, GONET_A_ROUTE_SCOPE, route->scope) ||
	    nla_put_u8(skb, GONET_A_ROUTE_PROTOCOL, route->protocol) ||
	    (route->gateway && nla_put(skb, GONET_A_ROUTE_GATEWAY, sizeof(route->gateway),
				       &route->gateway)) ||
	    (route->ifindex && nla_put_u32(skb, GONET_A_ROUTE_IFINDEX, route->ifindex)) ||
	    (route->prefsrc && nla_put(skb, GONET_A_ROUTE_PREFSRC, sizeof(route->prefsrc),
				       &route->prefsrc)) ||
	    nla_put_u32(skb, GONET_A_ROUTE_METRIC, route->metric))
		return -EMSGSIZE;
	return 0;
}

static int gonet_nl_route_end(struct sk_buff *skb, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

static int gonet_nl_route_fill(const struct gonet_nl_msg *msg, const void *object)
{
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	return gonet_nl_route_end(msg->skb, hdr, gonet_nl_route_put(msg->skb, object));
}

/**
 * struct gonet_nl_way - the way of a packet, as an answer says it
 * @route: as if it were a route
 * @path: what was found
 */
struct gonet_nl_way {
	struct gonet_route route;
	struct gonet_path path;
};

/* Besides what a route has: what was learnt of the way to this destination alone. */
static int gonet_nl_way_put(struct sk_buff *skb, const struct gonet_path *path)
{
	long left = path->pmtu_expires - jiffies;

	if (path->redirected && nla_put_flag(skb, GONET_A_ROUTE_REDIRECTED))
		return -EMSGSIZE;
	if (!path->pmtu)
		return 0;
	if (nla_put_u32(skb, GONET_A_ROUTE_MTU, path->pmtu) ||
	    (path->pmtu_locked && nla_put_flag(skb, GONET_A_ROUTE_MTU_LOCKED)) ||
	    nla_put_u32(skb, GONET_A_ROUTE_EXPIRES, max(left, 0L) / HZ))
		return -EMSGSIZE;
	return 0;
}

static int gonet_nl_way_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_nl_way *way = object;
	void *hdr = gonet_nl_begin(msg);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = gonet_nl_route_put(msg->skb, &way->route);
	if (!err)
		err = gonet_nl_way_put(msg->skb, &way->path);
	return gonet_nl_route_end(msg->skb, hdr, err);
}

/* Why gonet_route_lookup() found no way. */
static void gonet_nl_route_explain(struct genl_info *info, int err)
{
	switch (err) {
	case -EACCES:
		GENL_SET_ERR_MSG(info, "The route prohibits it");
		break;
	case -EINVAL:
		GENL_SET_ERR_MSG(info, "The route is a black hole");
		break;
	case -EHOSTUNREACH:
		GENL_SET_ERR_MSG(info, "The route says that the host is unreachable");
		break;
	default:
		GENL_SET_ERR_MSG(info, "No route to the destination");
		break;
	}
}

static int gonet_nl_route_lookup(struct genl_info *info, struct gonet_stack *stack,
				 struct gonet_path *path, struct gonet_route *route)
{
	__be32 dst = 0, src = 0;
	u32 oif = 0;
	int err;

	err = gonet_nl_ipv4(info, GONET_A_ROUTE_DST, &dst);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_ROUTE_SRC, &src);
	if (!err)
		err = gonet_nl_ifindex(info, GONET_A_ROUTE_IFINDEX, stack, &oif);
	if (err)
		return err;
	rcu_read_lock();
	if (src && !gonet_addr_is_own(stack, 0, src))
		err = -EADDRNOTAVAIL;
	else
		err = gonet_route_lookup(stack, dst, src, oif, path);
	rcu_read_unlock();
	if (err == -EADDRNOTAVAIL)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[GONET_A_ROUTE_SRC],
				    "Not an address of this stack");
	else if (err)
		gonet_nl_route_explain(info, err);
	route->dst = dst;
	route->prefsrc = src;
	return err;
}

int gonet_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_nl_way way = { .route.plen = 32 };
	struct gonet_route *route = &way.route;
	struct gonet_path *path = &way.path;
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_family_attr(info, GONET_A_ROUTE_FAMILY);
	if (err < 0)
		return err;
	if (gonet_nl_missing(info, GONET_A_ROUTE_DST, "Destination missing"))
		return -EINVAL;
	err = gonet_nl_route_lookup(info, stack, path, route);
	if (err)
		return err;
	route->type = path->type;
	route->ifindex = path->ifindex;
	if (path->nexthop != route->dst)
		route->gateway = path->nexthop;
	if (!route->prefsrc)
		route->prefsrc = path->source;
	return gonet_nl_reply(info, GONET_CMD_ROUTE_GET, gonet_nl_way_fill, &way);
}

static int gonet_nl_route_dump_one(const struct gonet_route *route, void *arg)
{
	return gonet_nl_route_fill(arg, route);
}

int gonet_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gonet_stack *stack;
	struct gonet_nl_msg msg;
	int err;
	u64 pos;

	err = gonet_nl_dump_begin(&msg, skb, cb, GONET_CMD_ROUTE_GET, &stack);
	if (err || !stack)
		return err;
	cb->seq = atomic_read(&stack->changes) + 1;

	pos = gonet_nl_dump_pos(cb);
	rcu_read_lock();
	gonet_route_walk(stack, &pos, gonet_nl_route_dump_one, &msg);
	rcu_read_unlock();
	gonet_nl_dump_goes_on(cb, pos);
	return skb->len;
}

static int gonet_nl_route_parse_dst(struct genl_info *info, struct gonet_route *route)
{
	int err;

	if (info->attrs[GONET_A_ROUTE_DST])
		route->plen = 32;
	err = gonet_nl_ipv4(info, GONET_A_ROUTE_DST, &route->dst);
	if (!err)
		err = gonet_nl_plen(info, GONET_A_ROUTE_DST_LEN, &route->plen);
	if (!err && route->plen && !info->attrs[GONET_A_ROUTE_DST]) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[GONET_A_ROUTE_DST_LEN],
				    "Prefix length without a destination");
		err = -EINVAL;
	}
	return err;
}

/* What requests to add and to remove a route have in common. */
static int gonet_nl_route_parse(struct genl_info *info, struct gonet_stack *stack,
				struct gonet_route *route)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = gonet_nl_family_attr(info, GONET_A_ROUTE_FAMILY);
	if (err < 0)
		return err;
	err = gonet_nl_route_parse_dst(info, route);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_ROUTE_GATEWAY, &route->gateway);
	if (!err)
		err = gonet_nl_ipv4(info, GONET_A_ROUTE_PREFSRC, &route->prefsrc);
	if (!err)
		err = gonet_nl_ifindex(info, GONET_A_ROUTE_IFINDEX, stack, &route->ifindex);
	if (err)
		return err;
	if (attrs[GONET_A_ROUTE_TYPE])
		route->type = nla_get_u8(attrs[GONET_A_ROUTE_TYPE]);
	if (attrs[GONET_A_ROUTE_SCOPE])
		route->scope = nla_get_u8(attrs[GONET_A_ROUTE_SCOPE]);
	if (attrs[GONET_A_ROUTE_PROTOCOL])
		route->protocol = nla_get_u8(attrs[GONET_A_ROUTE_PROTOCOL]);
	if (attrs[GONET_A_ROUTE_METRIC])
		route->metric = nla_get_u32(attrs[GONET_A_ROUTE_METRIC]);
	return 0;
}

int gonet_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_route route = { .type = RTN_UNICAST, .protocol = RTPROT_BOOT };
	unsigned int flags;
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_route_parse(info, stack, &route);
	if (!err)
		err = gonet_nl_flags(info, GONET_A_ROUTE_NL_FLAGS, &flags);
	if (err)
		return err;
	if (!info->attrs[GONET_A_ROUTE_SCOPE])
		route.scope = route_usual_scope(&route);
	err = gonet_route_new(stack, &route, flags, info->extack);
	return gonet_nl_explained(info, err);
}

int gonet_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_route route = { .scope = RT_SCOPE_NOWHERE };
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_route_parse(info, stack, &route);
	if (err)
		return err;
	return gonet_nl_explained(info, gonet_route_del(stack, &route, info->extack));
}

int gonet_nl_route_forget_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	int err;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	err = gonet_nl_family_attr(info, GONET_A_ROUTE_FAMILY);
	if (err < 0)
		return err;
	return gonet_nl_explained(info, gonet_route_forget(stack));
}

/**
 * gonet_notify_route() - tell who listens that a route has changed
 * @stack: whose
 * @event: what happened to it
 * @route: the route
 *
 * Context: any but hard interrupt.
 */
void gonet_notify_route(struct gonet_stack *stack, enum gonet_event event,
			const struct gonet_route *route)
{
	atomic_inc(&stack->changes);
	gonet_nl_event(stack, event == GONET_EVENT_NEW ? GONET_CMD_ROUTE_NTF :
		       GONET_CMD_ROUTE_DEL_NTF, gonet_nl_route_fill, route);
}
