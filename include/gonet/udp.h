/* SPDX-License-Identifier: GPL-2.0 */
/* UDP: the dealer that owns the ports, and sending. */
#ifndef _GONET_UDP_H
#define _GONET_UDP_H

#include <linux/types.h>

struct csp_proc;
struct gonet_flow;
struct gonet_sock;
struct gonet_stack;
struct sk_buff;

/**
 * struct gonet_udp_key - what a socket is bound to
 * @laddr: own address, or 0 for any
 * @raddr: the peer's address, or 0 when not connected
 * @lport: own port
 * @rport: the peer's port, or 0
 * @oif: &gonet_iface.index that it is restricted to, or 0
 */
struct gonet_udp_key {
	__be32 laddr;
	__be32 raddr;
	__be16 lport;
	__be16 rport;
	u32 oif;
};

/* The table of ports; before the dealer starts, and after it has ended. */
int gonet_udp_init(struct gonet_stack *stack);
void gonet_udp_destroy(struct gonet_stack *stack);

/* The UDP dealer. Return: the process with a reference, or ERR_PTR(). */
struct csp_proc *gonet_udp_start(struct gonet_stack *stack);

/*
 * Requests to the dealer; process context, under lock_sock(); may sleep. Binding
 * starts the socket's reader and, where @key->lport is 0, chooses a port and writes
 * it there. Return: 0; -EADDRINUSE, -ENOMEM, -ENOBUFS.
 */
int gonet_udp_bind(struct gonet_sock *gs, struct gonet_udp_key *key);
int gonet_udp_rebind(struct gonet_sock *gs, const struct gonet_udp_key *key);
void gonet_udp_unbind(struct gonet_sock *gs);

/*
 * Finds the way of a datagram and fills in the addresses that @flow leaves open.
 * Return: 0 with *@mtu, the most bytes of an IP packet on that way; the route's
 * errors; -EACCES for a broadcast address that the socket may not send to.
 */
int gonet_udp_route(struct gonet_sock *gs, struct gonet_flow *flow, unsigned int *mtu);

/*
 * Sends a datagram: @skb, its payload, charged to the socket, with room for headers;
 * given away. @flow has been through gonet_udp_route(). Return: 0, -ENOBUFS, -EPIPE.
 */
int gonet_udp_send(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_flow *flow);

#endif /* _GONET_UDP_H */
