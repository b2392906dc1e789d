/* SPDX-License-Identifier: GPL-2.0 */
/* What the handlers of the netlink family share. */
#ifndef _GONET_NETLINK_H
#define _GONET_NETLINK_H

#include <net/genetlink.h>

#include <gonet/notify.h>
#include <gonet/stack.h>

#include "netlink_gen.h"

/**
 * struct gonet_nl_msg - a message being written
 * @skb: where
 * @cb: the dump that it is part of, or NULL
 * @portid: to whom; 0 for an event
 * @seq: number of the request that it answers
 * @flags: NLM_F_*
 * @cmd: GONET_CMD_*
 */
struct gonet_nl_msg {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
};

/*
 * Writes one object as a message. Must not sleep. Return: 0 or -EMSGSIZE, and then
 * nothing has been written.
 */
typedef int (*gonet_nl_fill_t)(const struct gonet_nl_msg *msg, const void *object);

extern struct genl_family gonet_nl_family;

/* netlink.c */
struct gonet_stack *gonet_nl_stack(struct genl_info *info);
void *gonet_nl_begin(const struct gonet_nl_msg *msg);
int gonet_nl_reply(struct genl_info *info, u8 cmd, gonet_nl_fill_t fill, const void *object);
int gonet_nl_explained(struct genl_info *info, int err);
int gonet_nl_dump_begin(struct gonet_nl_msg *msg, struct sk_buff *skb,
			struct netlink_callback *cb, u8 cmd, struct gonet_stack **stack);
void gonet_nl_dump_select(struct gonet_nl_msg *msg, struct sk_buff *skb,
			  struct netlink_callback *cb, u8 cmd, struct gonet_stack **stack);
int gonet_nl_unicast(struct gonet_stack *stack, u32 portid, u32 seq, u8 cmd,
		     gonet_nl_fill_t fill, const void *object);
void gonet_nl_event(struct gonet_stack *stack, u8 cmd, gonet_nl_fill_t fill,
		    const void *object);

/* Where a dump goes on: a place in a walk has 64 bits, whatever a long has. */
static inline u64 gonet_nl_dump_pos(const struct netlink_callback *cb)
{
	u64 pos;

	memcpy(&pos, cb->ctx, sizeof(pos));
	return pos;
}

static inline void gonet_nl_dump_goes_on(struct netlink_callback *cb, u64 pos)
{
	memcpy(cb->ctx, &pos, sizeof(pos));
}

/* netlink_attr.c */
int gonet_nl_family_attr(struct genl_info *info, int attr);
int gonet_nl_ipv4(struct genl_info *info, int attr, __be32 *addr);
int gonet_nl_plen(struct genl_info *info, int attr, u8 *plen);
int gonet_nl_flags(struct genl_info *info, int attr, unsigned int *flags);
int gonet_nl_ifindex(struct genl_info *info, int attr, struct gonet_stack *stack, u32 *ifindex);

/**
 * gonet_nl_missing() - check that a request has an attribute
 * @info: the request
 * @attr: the attribute
 * @text: a literal: what to tell the requester if it has not
 *
 * Return: true if it has not, and the requester is told.
 */
#define gonet_nl_missing(info, attr, text) ({			\
	struct genl_info *_info = (info);			\
	bool _missing = GENL_REQ_ATTR_CHECK(_info, attr);	\
								\
	if (_missing)						\
		GENL_SET_ERR_MSG(_info, text);			\
	_missing;						\
})

#endif /* _GONET_NETLINK_H */
