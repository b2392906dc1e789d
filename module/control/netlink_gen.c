// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	module/control/gonet.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/gonet_netlink.h>

/* GONET_CMD_LINK_GET - do */
const struct nla_policy gonet_link_get_nl_policy[GONET_A_LINK_IFNAME + 1] = {
	[GONET_A_LINK_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_LINK_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* GONET_CMD_LINK_SET - do */
const struct nla_policy gonet_link_set_nl_policy[GONET_A_LINK_UP + 1] = {
	[GONET_A_LINK_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_LINK_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[GONET_A_LINK_ADDRESS] = NLA_POLICY_EXACT_LEN(6),
	[GONET_A_LINK_UP] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* GONET_CMD_ADDR_GET - do */
const struct nla_policy gonet_addr_get_nl_policy[GONET_A_ADDR_LOCAL + 1] = {
	[GONET_A_ADDR_FAMILY] = { .type = NLA_U8, },
	[GONET_A_ADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_ADDR_LOCAL] = { .type = NLA_BINARY, },
};

/* GONET_CMD_ADDR_NEW - do */
const struct nla_policy gonet_addr_new_nl_policy[GONET_A_ADDR_NL_FLAGS + 1] = {
	[GONET_A_ADDR_FAMILY] = { .type = NLA_U8, },
	[GONET_A_ADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_ADDR_LOCAL] = { .type = NLA_BINARY, },
	[GONET_A_ADDR_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[GONET_A_ADDR_BROADCAST] = { .type = NLA_BINARY, },
	[GONET_A_ADDR_SCOPE] = { .type = NLA_U8, },
	[GONET_A_ADDR_NL_FLAGS] = { .type = NLA_U16, },
};

/* GONET_CMD_ADDR_DEL - do */
const struct nla_policy gonet_addr_del_nl_policy[GONET_A_ADDR_PREFIX_LEN + 1] = {
	[GONET_A_ADDR_FAMILY] = { .type = NLA_U8, },
	[GONET_A_ADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_ADDR_LOCAL] = { .type = NLA_BINARY, },
	[GONET_A_ADDR_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* GONET_CMD_ROUTE_GET - do */
const struct nla_policy gonet_route_get_nl_policy[GONET_A_ROUTE_SRC + 1] = {
	[GONET_A_ROUTE_FAMILY] = { .type = NLA_U8, },
	[GONET_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_SRC] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GONET_CMD_ROUTE_NEW - do */
const struct nla_policy gonet_route_new_nl_policy[GONET_A_ROUTE_NL_FLAGS + 1] = {
	[GONET_A_ROUTE_FAMILY] = { .type = NLA_U8, },
	[GONET_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[GONET_A_ROUTE_TYPE] = NLA_POLICY_RANGE(NLA_U8, 1, 11),
	[GONET_A_ROUTE_SCOPE] = { .type = NLA_U8, },
	[GONET_A_ROUTE_PROTOCOL] = { .type = NLA_U8, },
	[GONET_A_ROUTE_GATEWAY] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_ROUTE_PREFSRC] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_METRIC] = { .type = NLA_U32, },
	[GONET_A_ROUTE_NL_FLAGS] = { .type = NLA_U16, },
};

/* GONET_CMD_ROUTE_DEL - do */
const struct nla_policy gonet_route_del_nl_policy[GONET_A_ROUTE_METRIC + 1] = {
	[GONET_A_ROUTE_FAMILY] = { .type = NLA_U8, },
	[GONET_A_ROUTE_DST] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[GONET_A_ROUTE_TYPE] = NLA_POLICY_RANGE(NLA_U8, 1, 11),
	[GONET_A_ROUTE_SCOPE] = { .type = NLA_U8, },
	[GONET_A_ROUTE_PROTOCOL] = { .type = NLA_U8, },
	[GONET_A_ROUTE_GATEWAY] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_ROUTE_PREFSRC] = { .type = NLA_BINARY, },
	[GONET_A_ROUTE_METRIC] = { .type = NLA_U32, },
};

/* GONET_CMD_NEIGH_GET - do */
const struct nla_policy gonet_neigh_get_nl_policy[GONET_A_NEIGH_DST + 1] = {
	[GONET_A_NEIGH_FAMILY] = { .type = NLA_U8, },
	[GONET_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_NEIGH_DST] = { .type = NLA_BINARY, },
};

/* GONET_CMD_NEIGH_NEW - do */
const struct nla_policy gonet_neigh_new_nl_policy[GONET_A_NEIGH_NL_FLAGS + 1] = {
	[GONET_A_NEIGH_FAMILY] = { .type = NLA_U8, },
	[GONET_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_NEIGH_DST] = { .type = NLA_BINARY, },
	[GONET_A_NEIGH_LLADDR] = NLA_POLICY_EXACT_LEN(6),
	[GONET_A_NEIGH_STATE] = { .type = NLA_U8, },
	[GONET_A_NEIGH_NL_FLAGS] = { .type = NLA_U16, },
};

/* GONET_CMD_NEIGH_DEL - do */
const struct nla_policy gonet_neigh_del_nl_policy[GONET_A_NEIGH_DST + 1] = {
	[GONET_A_NEIGH_FAMILY] = { .type = NLA_U8, },
	[GONET_A_NEIGH_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_NEIGH_DST] = { .type = NLA_BINARY, },
};

/* GONET_CMD_STAT_GET - do */
const struct nla_policy gonet_stat_get_nl_policy[GONET_A_STAT_NAME + 1] = {
	[GONET_A_STAT_NAME] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* GONET_CMD_PROC_GET - do */
const struct nla_policy gonet_proc_get_nl_policy[GONET_A_PROC_ID + 1] = {
	[GONET_A_PROC_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* GONET_CMD_CHAN_GET - do */
const struct nla_policy gonet_chan_get_nl_policy[GONET_A_CHAN_INPUT + 1] = {
	[GONET_A_CHAN_PROC] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_CHAN_INPUT] = { .type = NLA_U32, },
};

/* GONET_CMD_OUT_GET - do */
const struct nla_policy gonet_out_get_nl_policy[GONET_A_OUT_INDEX + 1] = {
	[GONET_A_OUT_PROC] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_OUT_INDEX] = { .type = NLA_U32, },
};

/* GONET_CMD_POOL_GET - do */
const struct nla_policy gonet_pool_get_nl_policy[GONET_A_POOL_PAD + 1] = {
};

/* GONET_CMD_PING - do */
const struct nla_policy gonet_ping_nl_policy[GONET_A_PING_PATTERN + 1] = {
	[GONET_A_PING_FAMILY] = { .type = NLA_U8, },
	[GONET_A_PING_DST] = { .type = NLA_BINARY, },
	[GONET_A_PING_SRC] = { .type = NLA_BINARY, },
	[GONET_A_PING_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_PING_ID] = { .type = NLA_U16, },
	[GONET_A_PING_SEQ] = { .type = NLA_U16, },
	[GONET_A_PING_SIZE] = { .type = NLA_U32, },
	[GONET_A_PING_TTL] = NLA_POLICY_MIN(NLA_U8, 1),
	[GONET_A_PING_TOS] = { .type = NLA_U8, },
	[GONET_A_PING_DF] = { .type = NLA_FLAG, },
	[GONET_A_PING_BROADCAST] = { .type = NLA_FLAG, },
	[GONET_A_PING_TIMEOUT] = { .type = NLA_U32, },
	[GONET_A_PING_PATTERN] = { .type = NLA_BINARY, },
};

/* GONET_CMD_SOCKET_GET - do */
const struct nla_policy gonet_socket_get_nl_policy[GONET_A_SOCKET_STATES + 1] = {
	[GONET_A_SOCKET_ID] = NLA_POLICY_MIN(NLA_U64, 1),
	[GONET_A_SOCKET_PROTOCOL] = { .type = NLA_U8, },
	[GONET_A_SOCKET_FAMILY] = { .type = NLA_U8, },
	[GONET_A_SOCKET_LOCAL] = { .type = NLA_BINARY, },
	[GONET_A_SOCKET_LOCAL_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[GONET_A_SOCKET_LOCAL_PORT] = { .type = NLA_U16, },
	[GONET_A_SOCKET_REMOTE] = { .type = NLA_BINARY, },
	[GONET_A_SOCKET_REMOTE_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[GONET_A_SOCKET_REMOTE_PORT] = { .type = NLA_U16, },
	[GONET_A_SOCKET_KINDS] = NLA_POLICY_MASK(NLA_U32, 0xf),
	[GONET_A_SOCKET_STATES] = NLA_POLICY_MASK(NLA_U32, 0xffe),
};

/* GONET_CMD_MADDR_GET - do */
const struct nla_policy gonet_maddr_get_nl_policy[GONET_A_MADDR_GROUP + 1] = {
	[GONET_A_MADDR_FAMILY] = { .type = NLA_U8, },
	[GONET_A_MADDR_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[GONET_A_MADDR_GROUP] = { .type = NLA_BINARY, },
};

/* GONET_CMD_ROUTE_FORGET - do */
const struct nla_policy gonet_route_forget_nl_policy[GONET_A_ROUTE_FAMILY + 1] = {
	[GONET_A_ROUTE_FAMILY] = { .type = NLA_U8, },
};

/* Ops table for gonet */
const struct genl_ops gonet_nl_ops[20] = {
	{
		.cmd		= GONET_CMD_LINK_GET,
		.doit		= gonet_nl_link_get_doit,
		.dumpit		= gonet_nl_link_get_dumpit,
		.policy		= gonet_link_get_nl_policy,
		.maxattr	= GONET_A_LINK_IFNAME,
	},
	{
		.cmd		= GONET_CMD_LINK_SET,
		.doit		= gonet_nl_link_set_doit,
		.policy		= gonet_link_set_nl_policy,
		.maxattr	= GONET_A_LINK_UP,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_ADDR_GET,
		.doit		= gonet_nl_addr_get_doit,
		.dumpit		= gonet_nl_addr_get_dumpit,
		.policy		= gonet_addr_get_nl_policy,
		.maxattr	= GONET_A_ADDR_LOCAL,
	},
	{
		.cmd		= GONET_CMD_ADDR_NEW,
		.doit		= gonet_nl_addr_new_doit,
		.policy		= gonet_addr_new_nl_policy,
		.maxattr	= GONET_A_ADDR_NL_FLAGS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_ADDR_DEL,
		.doit		= gonet_nl_addr_del_doit,
		.policy		= gonet_addr_del_nl_policy,
		.maxattr	= GONET_A_ADDR_PREFIX_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_ROUTE_GET,
		.doit		= gonet_nl_route_get_doit,
		.dumpit		= gonet_nl_route_get_dumpit,
		.policy		= gonet_route_get_nl_policy,
		.maxattr	= GONET_A_ROUTE_SRC,
	},
	{
		.cmd		= GONET_CMD_ROUTE_NEW,
		.doit		= gonet_nl_route_new_doit,
		.policy		= gonet_route_new_nl_policy,
		.maxattr	= GONET_A_ROUTE_NL_FLAGS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_ROUTE_DEL,
		.doit		= gonet_nl_route_del_doit,
		.policy		= gonet_route_del_nl_policy,
		.maxattr	= GONET_A_ROUTE_METRIC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_NEIGH_GET,
		.doit		= gonet_nl_neigh_get_doit,
		.dumpit		= gonet_nl_neigh_get_dumpit,
		.policy		= gonet_neigh_get_nl_policy,
		.maxattr	= GONET_A_NEIGH_DST,
	},
	{
		.cmd		= GONET_CMD_NEIGH_NEW,
		.doit		= gonet_nl_neigh_new_doit,
		.policy		= gonet_neigh_new_nl_policy,
		.maxattr	= GONET_A_NEIGH_NL_FLAGS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_NEIGH_DEL,
		.doit		= gonet_nl_neigh_del_doit,
		.policy		= gonet_neigh_del_nl_policy,
		.maxattr	= GONET_A_NEIGH_DST,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_STAT_GET,
		.doit		= gonet_nl_stat_get_doit,
		.dumpit		= gonet_nl_stat_get_dumpit,
		.policy		= gonet_stat_get_nl_policy,
		.maxattr	= GONET_A_STAT_NAME,
	},
	{
		.cmd		= GONET_CMD_PROC_GET,
		.doit		= gonet_nl_proc_get_doit,
		.dumpit		= gonet_nl_proc_get_dumpit,
		.policy		= gonet_proc_get_nl_policy,
		.maxattr	= GONET_A_PROC_ID,
	},
	{
		.cmd		= GONET_CMD_CHAN_GET,
		.doit		= gonet_nl_chan_get_doit,
		.dumpit		= gonet_nl_chan_get_dumpit,
		.policy		= gonet_chan_get_nl_policy,
		.maxattr	= GONET_A_CHAN_INPUT,
	},
	{
		.cmd		= GONET_CMD_OUT_GET,
		.doit		= gonet_nl_out_get_doit,
		.dumpit		= gonet_nl_out_get_dumpit,
		.policy		= gonet_out_get_nl_policy,
		.maxattr	= GONET_A_OUT_INDEX,
	},
	{
		.cmd		= GONET_CMD_POOL_GET,
		.doit		= gonet_nl_pool_get_doit,
		.policy		= gonet_pool_get_nl_policy,
		.maxattr	= GONET_A_POOL_PAD,
	},
	{
		.cmd		= GONET_CMD_PING,
		.doit		= gonet_nl_ping_doit,
		.policy		= gonet_ping_nl_policy,
		.maxattr	= GONET_A_PING_PATTERN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= GONET_CMD_SOCKET_GET,
		.doit		= gonet_nl_socket_get_doit,
		.dumpit		= gonet_nl_socket_get_dumpit,
		.policy		= gonet_socket_get_nl_policy,
		.maxattr	= GONET_A_SOCKET_STATES,
	},
	{
		.cmd		= GONET_CMD_MADDR_GET,
		.doit		= gonet_nl_maddr_get_doit,
		.dumpit		= gonet_nl_maddr_get_dumpit,
		.policy		= gonet_maddr_get_nl_policy,
		.maxattr	= GONET_A_MADDR_GROUP,
	},
	{
		.cmd		= GONET_CMD_ROUTE_FORGET,
		.doit		= gonet_nl_route_forget_doit,
		.policy		= gonet_route_forget_nl_policy,
		.maxattr	= GONET_A_ROUTE_FAMILY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};
