/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the IP layer tell each other. */
#ifndef _GONET_IP_H
#define _GONET_IP_H

#include <gonet/iface.h>
#include <gonet/ipv4.h>
#include <gonet/stack.h>

/* ipv4_reader.c: nobody takes @skb's protocol; given away */
void gonet_ipv4_unwanted(struct gonet_stack *stack, struct sk_buff *skb);

/* ipv4_frag.c */
void gonet_ipv4_cut(struct gonet_stack *stack, struct sk_buff *skb, unsigned int mtu,
		    void (*send)(void *arg, struct sk_buff *packet), void *arg);

#endif /* _GONET_IP_H */
