/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the socket layer tell each other. */
#ifndef _GONET_SOCKET_SOCKET_H
#define _GONET_SOCKET_SOCKET_H

#include <linux/net.h>
#include <linux/sockptr.h>
#include <net/sock.h>

#include <gonet/sock.h>
#include <gonet/stack.h>
#include <gonet/udp.h>

#include "../compat/compat.h"

/**
 * struct gonet_cmsg - what control messages ask of one sendmsg()
 * @saddr: source address, or 0
 * @oif: &gonet_iface.index, or 0
 * @tos: TOS byte, or -1 for the socket's
 * @ttl: TTL, or 0 for the socket's
 * @segment: bytes of payload of each datagram, or -1 for the socket's
 * @sockc: what is the core's: the times that are wanted
 */
struct gonet_cmsg {
	__be32 saddr;
	u32 oif;
	s16 tos;
	u8 ttl;
	int segment;
	struct sockcm_cookie sockc;
};

/**
 * struct gonet_dgram - a datagram about to be sent
 * @flow: where it goes
 * @sockc: which of its times are wanted
 */
struct gonet_dgram {
	struct gonet_flow flow;
	struct sockcm_cookie sockc;
};

/**
 * struct gonet_sock_kind - in what the kinds of sockets differ
 * @hlen: bytes of the transport's header, which programs do not see
 * @ports: there are ports: a destination must have one
 * @send: sends a datagram: its payload, charged to the socket, with room for headers;
 *	given away. The flow is complete. Return: 0, -ENOBUFS, -EPIPE. NULL for streams.
 */
struct gonet_sock_kind {
	unsigned int hlen;
	bool ports;
	int (*send)(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_flow *flow);
};

extern const struct gonet_sock_kind gonet_udp_kind;
extern const struct gonet_sock_kind gonet_ping_kind;
extern const struct gonet_sock_kind gonet_raw_kind;
extern const struct gonet_sock_kind gonet_tcp_kind;

/* addr.c: all under lock_sock() but gonet_getname() */
int gonet_sock_autobind(struct gonet_sock *gs);
int gonet_sock_bind_port(struct gonet_sock *gs, __be16 port);
bool gonet_bind_may(struct gonet_sock *gs, __be32 addr);
int gonet_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len);
int gonet_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len, int flags);
int gonet_getname(struct socket *sock, struct sockaddr *uaddr, int peer);
void gonet_sock_rehash(struct sock *sk);

/* bind.c: under lock_sock(), or when nobody else has the socket */
int gonet_sock_ask_bind(struct gonet_sock *gs, struct gonet_sock_key *key);
int gonet_sock_ask_rebind(struct gonet_sock *gs, const struct gonet_sock_key *key);
void gonet_sock_ask_unbind(struct gonet_sock *gs);

/* table.c */
int gonet_sock_list(struct gonet_sock *gs, gfp_t gfp);
void gonet_sock_unlist(struct gonet_sock *gs);

/* route.c */
int gonet_sock_route(struct gonet_sock *gs, struct gonet_flow *flow);

/* dgram.c */
int gonet_dgram_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int gonet_dgram_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);
int gonet_dgram_prepare(struct gonet_sock *gs, struct msghdr *msg, struct gonet_dgram *dgram);
struct sk_buff *gonet_dgram_build(struct sock *sk, struct msghdr *msg, size_t len);
int gonet_dgram_push(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_dgram *dgram);
int gonet_dgram_send(struct gonet_sock *gs, struct msghdr *msg, size_t len);
int gonet_dgram_push_pending(struct gonet_sock *gs);
void gonet_dgram_flush_pending(struct gonet_sock *gs);

/* mtu.c */
void gonet_mtu_discover(const struct gonet_sock *gs, struct gonet_flow *flow);
int gonet_mtu_check(struct gonet_sock *gs, const struct gonet_flow *flow, size_t len);

/* segment.c */
int gonet_segment_check(const struct gonet_sock *gs, const struct gonet_flow *flow, size_t len);
int gonet_segment_cmsg(struct cmsghdr *c, int *segment);
void gonet_segment_put(struct gonet_sock *gs, struct msghdr *msg, const struct sk_buff *skb);

/* ping.c */
int gonet_ping_allowed(struct gonet_stack *stack);
int gonet_ping_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int gonet_ping_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);

/* raw.c */
int gonet_raw_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len);
int gonet_raw_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int gonet_raw_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);
int gonet_raw_setsockopt(struct gonet_sock *gs, int optname, sockptr_t optval,
			 unsigned int optlen);
int gonet_raw_getsockopt(struct gonet_sock *gs, int optname, char __user *optval,
			 int __user *optlen);

/* cmsg.c */
int gonet_cmsg_parse(struct gonet_sock *gs, struct msghdr *msg, struct gonet_cmsg *cmsg);
int gonet_cmsg_parse_stream(struct gonet_sock *gs, struct msghdr *msg);
void gonet_cmsg_put(struct gonet_sock *gs, struct msghdr *msg, struct sk_buff *skb);
void gonet_cmsg_put_error(struct gonet_sock *gs, struct msghdr *msg, struct sk_buff *skb);
int gonet_cmsg_get_options(struct gonet_sock *gs, char __user *optval, int __user *optlen, int len);

/* errqueue.c */
int gonet_recv_error(struct gonet_sock *gs, struct msghdr *msg, size_t len);
void gonet_sock_local_error(struct gonet_sock *gs, int err, __be32 daddr, __be16 port, u32 info);

/* sockopt.c */
int gonet_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		     unsigned int optlen);
int gonet_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		     int __user *optlen);

/* groupopt.c, group.c: under lock_sock(), or when nobody else has the socket */
bool gonet_group_option(int optname);
int gonet_group_setsockopt(struct gonet_sock *gs, int optname, sockptr_t optval,
			   unsigned int optlen);
int gonet_group_getsockopt(struct gonet_sock *gs, int optname, char __user *optval,
			   int __user *optlen, int len);
void gonet_group_leave_all(struct gonet_sock *gs);

/* ifioctl.c */
int gonet_if_ioctl(struct gonet_sock *gs, unsigned int cmd, void __user *arg);
u32 gonet_if_from_native(struct gonet_stack *stack, int ifindex);
int gonet_if_to_native(struct gonet_stack *stack, u32 index);

/* ifconf.c */
int gonet_if_conf(struct gonet_stack *stack, void __user *arg);

#endif /* _GONET_SOCKET_SOCKET_H */
