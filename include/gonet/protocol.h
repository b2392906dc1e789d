/* SPDX-License-Identifier: GPL-2.0 */
/* Protocols above IPv4 that other modules add to every stack. */
#ifndef _GONET_PROTOCOL_H
#define _GONET_PROTOCOL_H

#include <linux/types.h>

#include <csp/csp.h>

struct gonet_stack;

/**
 * struct gonet_protocol - a protocol above IPv4
 * @number: its number in the IP header (IPPROTO_*)
 * @errors: the process wants ICMP errors about what was sent with this number, too
 * @kind: the process that each stack runs for the protocol, one in each; its name is
 *	the process's
 *
 * The process gets whole datagrams at its input GONET_TRANSPORT_IN, and with @errors
 * ICMP errors at GONET_TRANSPORT_ERROR; gonet/ipv4.h says how they look. The inputs
 * behind these are its own. &csp_kind.init has the &struct gonet_stack as its argument:
 * there it opens its outputs, such as one to &gonet_stack.ipv4_tx. It must not take
 * RTNL, nor register or unregister a protocol.
 *
 * &csp_kind.owner must be set, the same one in all kinds of the module. Other
 * processes that it starts belong to the stack's group, and end no later than this
 * one: its &csp_kind.exit closes them. What it keeps is the stack's, and the stack may
 * go before the module does, when its namespace goes.
 *
 * Lifetime: unchanged from gonet_protocol_register() until gonet_protocol_unregister()
 * has returned; what its owner has in @kind, until that has for the owner's last one.
 */
struct gonet_protocol {
	u8 number;
	bool errors;
	const struct csp_kind *kind;
};

int gonet_protocol_register(const struct gonet_protocol *protocol);
void gonet_protocol_unregister(const struct gonet_protocol *protocol);

/* What stack.c has done with the beginning and the end of a stack. */
int gonet_protocols_start(struct gonet_stack *stack);
void gonet_protocols_stop(struct gonet_stack *stack);
void gonet_protocols_free(struct gonet_stack *stack);

#endif /* _GONET_PROTOCOL_H */
