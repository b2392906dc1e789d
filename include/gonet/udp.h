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

/* The table of ports; before the dealer starts, and after it has ended. */
int gonet_udp_init(struct gonet_stack *stack);
void gonet_udp_destroy(struct gonet_stack *stack);

/* The UDP dealer. Return: the process with a reference, or ERR_PTR(). */
struct csp_proc *gonet_udp_start(struct gonet_stack *stack);

/*
 * Sends a datagram: @skb, its payload, charged to the socket, with room for headers;
 * given away. @flow is complete. Return: 0, -ENOBUFS, -EPIPE.
 */
int gonet_udp_send(struct gonet_sock *gs, struct sk_buff *skb, const struct gonet_flow *flow);

#endif /* _GONET_UDP_H */
