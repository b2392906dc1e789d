/* SPDX-License-Identifier: GPL-2.0 */
/* How IPv4 readers and the ICMP dealer are told of protocols that modules add. */
#ifndef _GONET_IP_PROTOCOL_H
#define _GONET_IP_PROTOCOL_H

#include <csp/csp.h>

#define PROTOCOLS	256	/* numbers that an IP header has room for */

/**
 * struct protocol_ctl - message: who takes a protocol from now on
 * @call: answered when it is so
 * @number: the protocol
 * @out: the receiver's output for it, lent until it is closed
 * @to: the process to which it is to be opened, or NULL to close it
 */
struct protocol_ctl {
	struct csp_call call;
	u8 number;
	struct csp_out *out;
	struct csp_proc *to;
};

/* protocol.c */
void protocol_serve(struct csp_proc *proc, struct csp_out **outs, unsigned int input,
		    struct protocol_ctl *ctl);
void protocol_ctl_lost(void *msg, enum csp_lost why);

/**
 * PROTOCOL_PORT() - the input at which a process is told
 * @_step: step function; its message is the &struct protocol_ctl
 *
 * Who tells waits for the answer, and there is one at a time.
 */
#define PROTOCOL_PORT(_step) {			\
	.name = "protocol",			\
	.depth = 1,				\
	.full = CSP_DROP,			\
	.step = (_step),			\
	.lost = protocol_ctl_lost,		\
}

#endif /* _GONET_IP_PROTOCOL_H */
