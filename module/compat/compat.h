/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels that GoNet builds for, 6.1 and later: each is
 * given its newest kernel's name here, so that no other file asks for a version.
 */
#ifndef _GONET_COMPAT_H
#define _GONET_COMPAT_H

#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

/* Out of linux/skbuff.h since then. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "GoNet needs Linux 6.1 or later"
#endif

/* The runtime relies on bottom halves being disabled to exclude others of the CPU. */
#ifdef CONFIG_PREEMPT_RT
#error "GoNet does not work with CONFIG_PREEMPT_RT"
#endif

#ifndef timer_container_of
#define timer_container_of(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, typeof(*(var)), timer_fieldname)
#endif

/* The arguments of rtnl_link_ops.newlink, and what of them is used. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define GONET_COMPAT_NEWLINK_ARGS						\
	struct net *src_net, struct net_device *dev, struct nlattr *attrs[],	\
	struct nlattr *data[], struct netlink_ext_ack *extack
#define gonet_compat_newlink_net	src_net
#define gonet_compat_newlink_tb		attrs
#else
#define GONET_COMPAT_NEWLINK_ARGS						\
	struct net_device *dev, struct rtnl_newlink_params *params,		\
	struct netlink_ext_ack *extack
#define gonet_compat_newlink_net	rtnl_newlink_link_net(params)
#define gonet_compat_newlink_tb		((params)->tb)
#endif

/* The device's transmit function may run on several CPUs at once. */
static inline void gonet_compat_lockless_tx(struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

/* What the handler of a sysctl is called with. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define gonet_compat_ctl_table	struct ctl_table
#else
#define gonet_compat_ctl_table	const struct ctl_table
#endif

/* Without a size, the table ends with an empty entry, which is never counted. */
#ifndef register_net_sysctl
#define register_net_sysctl_sz(net, path, table, size) \
	register_net_sysctl(net, path, table)
#endif

/* The request of a dump, as far as it can be had: its attributes, and what says why not. */
static inline struct genl_info gonet_compat_dump_info(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	struct genl_info info = { .attrs = genl_dumpit_info(cb)->attrs };
#else
	struct genl_info info = *genl_info_dump(cb);
#endif

	info.extack = cb->extack;
	return info;
}

/**
 * gonet_compat_sol_socket() - have the family asked about options of SOL_SOCKET
 * @sock: the socket, whose proto_ops.setsockopt is to get them
 *
 * Kernels that have no such flag (6.1 has none) ask the core alone.
 */
static inline void gonet_compat_sol_socket(struct socket *sock)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	set_bit(SOCK_CUSTOM_SOCKOPT, &sock->flags);
#endif
}

/* The type of an address whose length the caller says. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define sockaddr_unsized sockaddr
#endif

/**
 * gonet_compat_sock_cmsg() - have the core read a control message of SOL_SOCKET
 * @sk: the socket
 * @msg: the message that has it
 * @cmsg: the control message
 * @sockc: what it asks for is put here
 *
 * Return: 0 or a negative errno.
 */
static inline int gonet_compat_sock_cmsg(struct sock *sk, struct msghdr *msg,
					 struct cmsghdr *cmsg, struct sockcm_cookie *sockc)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	return __sock_cmsg_send(sk, msg, cmsg, sockc);
#else
	return __sock_cmsg_send(sk, cmsg, sockc);
#endif
}

/**
 * gonet_compat_setup_stamp() - note on a packet which of its times the socket wants
 * @skb: the packet, of a socket
 * @sockc: what the socket and the control messages ask for
 */
static inline void gonet_compat_setup_stamp(struct sk_buff *skb, const struct sockcm_cookie *sockc)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	skb_setup_tx_timestamp(skb, sockc->tsflags);
#else
	skb_setup_tx_timestamp(skb, sockc);
#endif
}

/* What proto_ops.accept is called with behind the two sockets; the flags of that. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define GONET_COMPAT_ACCEPT_ARGS	int flags, bool kern
#define gonet_compat_accept_flags	flags
#else
#define GONET_COMPAT_ACCEPT_ARGS	struct proto_accept_arg *arg
#define gonet_compat_accept_flags	(arg->flags)
#endif

#endif /* _GONET_COMPAT_H */
