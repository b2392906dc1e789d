/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	module/control/gonet.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_GONET_GEN_H
#define _LINUX_GONET_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/gonet_netlink.h>

extern const struct nla_policy gonet_link_get_nl_policy[GONET_A_LINK_IFNAME + 1];

extern const struct nla_policy gonet_link_set_nl_policy[GONET_A_LINK_UP + 1];

extern const struct nla_policy gonet_addr_get_nl_policy[GONET_A_ADDR_LOCAL + 1];

extern const struct nla_policy gonet_addr_new_nl_policy[GONET_A_ADDR_NL_FLAGS + 1];

extern const struct nla_policy gonet_addr_del_nl_policy[GONET_A_ADDR_PREFIX_LEN + 1];

extern const struct nla_policy gonet_route_get_nl_policy[GONET_A_ROUTE_SRC + 1];

extern const struct nla_policy gonet_route_new_nl_policy[GONET_A_ROUTE_NL_FLAGS + 1];

extern const struct nla_policy gonet_route_del_nl_policy[GONET_A_ROUTE_METRIC + 1];

extern const struct nla_policy gonet_neigh_get_nl_policy[GONET_A_NEIGH_DST + 1];

extern const struct nla_policy gonet_neigh_new_nl_policy[GONET_A_NEIGH_NL_FLAGS + 1];

extern const struct nla_policy gonet_neigh_del_nl_policy[GONET_A_NEIGH_DST + 1];

extern const struct nla_policy gonet_stat_get_nl_policy[GONET_A_STAT_NAME + 1];

extern const struct nla_policy gonet_proc_get_nl_policy[GONET_A_PROC_ID + 1];

extern const struct nla_policy gonet_chan_get_nl_policy[GONET_A_CHAN_INPUT + 1];

extern const struct nla_policy gonet_out_get_nl_policy[GONET_A_OUT_INDEX + 1];

extern const struct nla_policy gonet_pool_get_nl_policy[GONET_A_POOL_PAD + 1];

extern const struct nla_policy gonet_ping_nl_policy[GONET_A_PING_PATTERN + 1];

extern const struct nla_policy gonet_socket_get_nl_policy[GONET_A_SOCKET_STATES + 1];

extern const struct nla_policy gonet_maddr_get_nl_policy[GONET_A_MADDR_GROUP + 1];

extern const struct nla_policy gonet_route_forget_nl_policy[GONET_A_ROUTE_FAMILY + 1];

/* Ops table for gonet */
extern const struct genl_ops gonet_nl_ops[20];

int gonet_nl_link_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_link_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_link_set_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_addr_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_addr_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_addr_new_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_addr_del_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_route_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_route_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_route_new_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_route_del_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_neigh_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_neigh_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_neigh_new_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_neigh_del_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_stat_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_stat_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_proc_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_proc_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_chan_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_chan_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_out_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_out_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_pool_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_ping_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_socket_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_socket_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int gonet_nl_maddr_get_doit(struct sk_buff *skb, struct genl_info *info);
int gonet_nl_maddr_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int gonet_nl_route_forget_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	GONET_NLGRP_EVENTS,
};

#endif /* _LINUX_GONET_GEN_H */
