/* SPDX-License-Identifier: GPL-2.0 */
/* Of the kernel's header of this name, what module/control/netlink_gen.c needs. */
#ifndef _SELFTESTS_LOGIC_CLI_NET_GENETLINK_H
#define _SELFTESTS_LOGIC_CLI_NET_GENETLINK_H

#include <linux/genetlink.h>

#include "netlink.h"

struct genl_info;
struct netlink_callback;
struct sk_buff;

struct genl_ops {
	uint8_t cmd;
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	uint8_t flags;
};

#endif /* _SELFTESTS_LOGIC_CLI_NET_GENETLINK_H */
