// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family "gonet": its registration, and how requests find
 * their stack and messages their way back. What a message says is specified in
 * gonet.yaml, from which netlink_gen.c is generated; a file for each object reads
 * the requests and writes the answers.
 *
 * A request's namespace is that of its socket, which keeps it, so a stack that was
 * found stays while a request or one round of a dump is handled. Handlers run in
 * parallel, without any lock of the family: what they look at is under RCU, and
 * what they change is changed by its process, which they ask.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <net/sock.h>

#include <gonet/control.h>

#include "netlink.h"

/* Bytes that suffice for any object, to be told in softirq context. */
#define GONET_NL_EVENT_SIZE	512

static const struct genl_multicast_group gonet_nl_mcgrps[] = {
	[GONET_NLGRP_EVENTS] = { .name = GONET_MCGRP_EVENTS, },
};

struct genl_family gonet_nl_family __ro_after_init = {
	.name = GONET_FAMILY_NAME,
	.version = GONET_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = gonet_nl_ops,
	.n_ops = ARRAY_SIZE(gonet_nl_ops),
	.mcgrps = gonet_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(gonet_nl_mcgrps),
	/* From that command on the core refuses NLM_F_CREATE and its like, which we use. */
	.resv_start_op = __GONET_CMD_MAX,
};

/* The family is registered; without it its numbers may already be another's. Under RCU. */
static bool gonet_nl_up;

/**
 * gonet_nl_stack() - the stack that a request is about
 * @info: the request
 *
 * Return: the stack, kept by the request's socket, or ERR_PTR(-ENODEV).
 */
struct gonet_stack *gonet_nl_stack(struct genl_info *info)
{
	struct gonet_stack *stack = gonet_stack_find(genl_info_net(info));

	if (stack)
		return stack;
	GENL_SET_ERR_MSG(info, "No GoNet stack in this network namespace");
	return ERR_PTR(-ENODEV);
}

/**
 * gonet_nl_begin() - begin to write a message
 * @msg: the message
 *
 * Return: for genlmsg_end() and genlmsg_cancel(), or NULL if there is no room.
 */
void *gonet_nl_begin(const struct gonet_nl_msg *msg)
{
	void *hdr = genlmsg_put(msg->skb, msg->portid, msg->seq, &gonet_nl_family, msg->flags,
				msg->cmd);

	if (hdr && msg->cb)
		genl_dump_check_consistent(msg->cb, hdr);
	return hdr;
}

/**
 * gonet_nl_reply() - answer a request
 * @info: the request
 * @cmd: the answer's command
 * @fill: writes the answer
 * @object: for @fill
 *
 * Context: process; may sleep.
 *
 * Return: 0 or a negative errno.
 */
int gonet_nl_reply(struct genl_info *info, u8 cmd, gonet_nl_fill_t fill, const void *object)
{
	struct gonet_nl_msg msg = {
		.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL),
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = cmd,
	};
	int err;

	if (!msg.skb)
		return -ENOMEM;
	err = fill(&msg, object);
	if (err) {
		nlmsg_free(msg.skb);
		return err;
	}
	return genlmsg_reply(msg.skb, info);
}

/**
 * gonet_nl_explained() - see to it that a refusal comes with a text
 * @info: the request
 * @err: what has become of it; who refused it may have said why
 *
 * Return: @err.
 */
int gonet_nl_explained(struct genl_info *info, int err)
{
	if (!err || info->extack->_msg)
		return err;
	switch (err) {
	case -ESRCH:
	case -ENOENT:
		GENL_SET_ERR_MSG(info, "Not found");
		break;
	case -EEXIST:
		GENL_SET_ERR_MSG(info, "Exists already");
		break;
	case -EMSGSIZE:
		GENL_SET_ERR_MSG(info, "Too long");
		break;
	case -ENOBUFS:
	case -ENOMEM:
	case -ENOSPC:
		GENL_SET_ERR_MSG(info, "No memory, or too many already");
		break;
	case -EPIPE:
	case -ESHUTDOWN:
		GENL_SET_ERR_MSG(info, "The stack is stopping");
		break;
	default:
		GENL_SET_ERR_MSG(info, "Refused by the stack");
		break;
	}
	return err;
}

/**
 * gonet_nl_dump_select() - begin a round of a dump whose request says what it wants
 * @msg: set up for the dump's messages
 * @skb: where they are written
 * @cb: the dump
 * @cmd: their command
 * @stack: set to the stack that the dump is about; NULL if there is none, and then
 *	the dump is empty
 */
void gonet_nl_dump_select(struct gonet_nl_msg *msg, struct sk_buff *skb,
			  struct netlink_callback *cb, u8 cmd, struct gonet_stack **stack)
{
	*stack = gonet_stack_find(sock_net(skb->sk));
	*msg = (struct gonet_nl_msg) {
		.skb = skb,
		.cb = cb,
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = cmd,
	};
}

/**
 * gonet_nl_dump_begin() - begin a round of a dump of everything
 * @msg: set up for the dump's messages
 * @skb: where they are written
 * @cb: the dump
 * @cmd: their command
 * @stack: set to the stack that the dump is about; NULL if there is none, and then
 *	the dump is empty
 *
 * Return: 0, or -EINVAL if the request has attributes: all is dumped, and who wants
 * less of it is not to believe that it got that.
 */
int gonet_nl_dump_begin(struct gonet_nl_msg *msg, struct sk_buff *skb,
			struct netlink_callback *cb, u8 cmd, struct gonet_stack **stack)
{
	if (nlmsg_attrlen(cb->nlh, GENL_HDRLEN)) {
		NL_SET_ERR_MSG(cb->extack, "A dump takes no attributes");
		return -EINVAL;
	}
	gonet_nl_dump_select(msg, skb, cb, cmd, stack);
	return 0;
}

/**
 * gonet_nl_unicast() - send a message on its own to a socket
 * @stack: whose namespace the socket is in
 * @portid: the socket
 * @seq: number of the request that is answered
 * @cmd: command
 * @fill: writes the message
 * @object: for @fill
 *
 * Context: any but hard interrupt.
 *
 * Return: 0 or a negative errno; -ECONNREFUSED when the socket has been closed.
 */
int gonet_nl_unicast(struct gonet_stack *stack, u32 portid, u32 seq, u8 cmd,
		     gonet_nl_fill_t fill, const void *object)
{
	struct gonet_nl_msg msg = { .portid = portid, .seq = seq, .cmd = cmd };
	int err = -ESHUTDOWN;

	rcu_read_lock();
	if (!READ_ONCE(gonet_nl_up))
		goto out;
	err = -ENOMEM;
	msg.skb = genlmsg_new(GONET_NL_EVENT_SIZE, GFP_ATOMIC);
	if (!msg.skb)
		goto out;
	err = fill(&msg, object);
	if (err)
		nlmsg_free(msg.skb);
	else
		err = genlmsg_unicast(stack->net, msg.skb, portid);
out:
	rcu_read_unlock();
	return err;
}

/**
 * gonet_nl_event() - tell all who listen
 * @stack: where something happened
 * @cmd: the message's command
 * @fill: writes the message
 * @object: for @fill
 *
 * Context: any but hard interrupt.
 */
void gonet_nl_event(struct gonet_stack *stack, u8 cmd, gonet_nl_fill_t fill,
		    const void *object)
{
	struct gonet_nl_msg msg = { .cmd = cmd };

	rcu_read_lock();
	if (!READ_ONCE(gonet_nl_up) ||
	    !genl_has_listeners(&gonet_nl_family, stack->net, GONET_NLGRP_EVENTS))
		goto out;
	msg.skb = genlmsg_new(GONET_NL_EVENT_SIZE, GFP_ATOMIC);
	if (msg.skb && !fill(&msg, object)) {
		genlmsg_multicast_netns(&gonet_nl_family, stack->net, msg.skb, 0,
					GONET_NLGRP_EVENTS, GFP_ATOMIC);
	} else {
		nlmsg_free(msg.skb);
		genl_set_err(&gonet_nl_family, stack->net, 0, GONET_NLGRP_EVENTS, -ENOBUFS);
	}
out:
	rcu_read_unlock();
}

/**
 * gonet_netlink_init() - open the module to requests
 *
 * Everything that they may use is there.
 *
 * Context: process; may sleep.
 *
 * Return: 0 or a negative errno.
 */
int gonet_netlink_init(void)
{
	int err = genl_register_family(&gonet_nl_family);

	if (!err)
		WRITE_ONCE(gonet_nl_up, true);
	return err;
}

/**
 * gonet_netlink_exit() - close it to requests again
 *
 * When this returns no handler runs. Events and answers that come later are not
 * told to anybody.
 *
 * Context: process; may sleep.
 */
void gonet_netlink_exit(void)
{
	WRITE_ONCE(gonet_nl_up, false);
	synchronize_net();
	genl_unregister_family(&gonet_nl_family);
}

MODULE_ALIAS_GENL_FAMILY(GONET_FAMILY_NAME);
