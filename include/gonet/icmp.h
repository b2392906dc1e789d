/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP errors: having one sent, and being told of one. */
#ifndef _GONET_ICMP_H
#define _GONET_ICMP_H

#include <linux/skbuff.h>

#include <csp/csp.h>

struct gonet_stack;

/*
 * Asks the ICMP dealer to send an error about a received packet, if RFC 1122 3.2.2
 * and the rate limits let it. @skb has its IP header at skb_network_header() and
 * GONET_CB() as the IPv4 dealer set it; it stays the caller's. @info is the word
 * behind the checksum: pointer << 24, or the next hop's MTU. Any context.
 */
void gonet_icmp_send_error(struct gonet_stack *stack, struct sk_buff *skb, u8 type, u8 code,
			   u32 info);

/*
 * A packet of the stack's own could not be sent: tells the process that it came
 * from. @err: negative errno; @mtu: what would have fitted, for -EMSGSIZE. @skb stays
 * the caller's: GONET_CB() as the sender set it; its transport header is set, or nobody
 * is told (later fragments). Any context.
 */
void gonet_icmp_local_error(struct gonet_stack *stack, struct sk_buff *skb, int err, u32 mtu);

#endif /* _GONET_ICMP_H */
