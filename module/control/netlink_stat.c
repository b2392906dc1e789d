// SPDX-License-Identifier: GPL-2.0
/* Requests about counters. */
#include "netlink.h"

/* First the counters of events, then those of drops. */
#define GONET_NL_STATS	(GONET_MIB_MAX + GONET_DROP_MAX)

/**
 * struct gonet_nl_stat - a snapshot of a counter
 * @name: its name
 * @text: of a drop reason: what it means; else NULL
 * @value: its value
 */
struct gonet_nl_stat {
	const char *name;
	const char *text;
	u64 value;
};

static void gonet_nl_stat_snapshot(struct gonet_nl_stat *stat, struct gonet_stack *stack,
				   unsigned int number)
{
	if (number < GONET_MIB_MAX) {
		stat->name = gonet_mib_names[number];
		stat->text = NULL;
		stat->value = gonet_mib_read(stack, number);
	} else {
		number -= GONET_MIB_MAX;
		stat->name = gonet_drop_names[number];
		stat->text = gonet_drop_texts[number];
		stat->value = gonet_drops_read(stack, number);
	}
}

static int gonet_nl_stat_fill(const struct gonet_nl_msg *msg, const void *object)
{
	const struct gonet_nl_stat *stat = object;
	struct sk_buff *skb = msg->skb;
	void *hdr = gonet_nl_begin(msg);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, GONET_A_STAT_NAME, stat->name) ||
	    (stat->text && (nla_put_flag(skb, GONET_A_STAT_DROP) ||
			    nla_put_string(skb, GONET_A_STAT_TEXT, stat->text))) ||
	    nla_put_u64_64bit(skb, GONET_A_STAT_VALUE, stat->value, GONET_A_STAT_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int gonet_nl_stat_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct gonet_stack *stack = gonet_nl_stack(info);
	struct gonet_nl_stat stat;
	unsigned int i;

	if (IS_ERR(stack))
		return PTR_ERR(stack);
	if (gonet_nl_missing(info, GONET_A_STAT_NAME, "Name of the counter missing"))
		return -EINVAL;
	for (i = 0; i < GONET_NL_STATS; i++) {
		gonet_nl_stat_snapshot(&stat, stack, i);
		if (!nla_strcmp(info->attrs[GONET_A_STAT_NAME], stat.name))
			return gonet_nl_reply(info, GONET_CMD_STAT_GET, gonet_nl_stat_fill,
					      &stat);
	}
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[GONET_A_STAT_NAME], "No such counter");
	return -ENOENT;
}

int gonet_nl_stat_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gonet_stack *stack;
	struct gonet_nl_stat stat;
	struct gonet_nl_msg msg;
	int err;

	err = gonet_nl_dump_begin(&msg, skb, cb, GONET_CMD_STAT_GET, &stack);
	if (err || !stack)
		return err;
	for (; cb->args[0] < GONET_NL_STATS; cb->args[0]++) {
		gonet_nl_stat_snapshot(&stat, stack, cb->args[0]);
		if (gonet_nl_stat_fill(&msg, &stat))
			break;
	}
	return skb->len;
}
