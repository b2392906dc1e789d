/* SPDX-License-Identifier: GPL-2.0 */
/* What the ICMP files tell each other. */
#ifndef _GONET_IP_ICMP_H
#define _GONET_IP_ICMP_H

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/math64.h>
#include <linux/timekeeping.h>

#include <gonet/icmp.h>
#include <gonet/ping.h>
#include <gonet/route.h>

#include "ip.h"

/* RFC 1812 4.3.2.3: as much of the packet as fits into 576 bytes. */
#define ICMP_ERROR_QUOTE \
	((unsigned int)(576 - sizeof(struct iphdr) - sizeof(struct icmphdr)))

#define ICMP_LIMIT_HOSTS	256	/* destinations whose rate is kept apart */

/**
 * struct icmp_limit - rate limits of ICMP errors (RFC 1812 4.3.2.8)
 * @tokens: errors that may be sent at once, to all
 * @stamp: when @tokens last grew, in jiffies
 * @seed: of the hash of destinations
 * @hosts: by hash of the destination: jiffies saved up, and when they last grew
 */
struct icmp_limit {
	u32 tokens;
	unsigned long stamp;
	u32 seed;
	struct {
		unsigned long saved;
		unsigned long stamp;
	} hosts[ICMP_LIMIT_HOSTS];
};

/**
 * struct icmp_error_cb - in &sk_buff.cb of a request for an ICMP error
 * @cb: of the offending packet
 * @info: the word behind the checksum, host order
 * @type: of the error
 * @code: of the error
 */
struct icmp_error_cb {
	struct gonet_cb cb;
	u32 info;
	u8 type;
	u8 code;
};

/**
 * icmp_midnight_ms() - the time as ICMP and the IP timestamp option have it
 *
 * Newer kernels keep their own function for it to themselves.
 *
 * Return: milliseconds since midnight UT (RFC 792, RFC 791 3.1), host order.
 */
static inline u32 icmp_midnight_ms(void)
{
	u32 ms;

	div_u64_rem(div_u64(ktime_get_real_ns(), NSEC_PER_MSEC), 86400 * MSEC_PER_SEC, &ms);
	return ms;
}

/* icmp_error.c */
void gonet_icmp_limit_init(struct icmp_limit *limit);
void gonet_icmp_error(struct gonet_stack *stack, struct icmp_limit *limit, struct csp_out *out,
		      struct sk_buff *skb);

/* Inputs of the ping dealer; one more is GONET_PING_REQUEST. */
enum {
	GONET_PING_CTL,		/* struct ping_ctl */
	GONET_PING_IN,		/* skb: echo request or reply, data at the ICMP header, verified */
	GONET_PING_ERROR_IN,	/* struct ping_error */
	GONET_PING_SOCK_ERROR,	/* skb: an error about an echo request, data at its ICMP header;
				 * the quoted IP header and 8 bytes behind it are linear
				 */
	GONET_PING_INPUTS = GONET_PING_REQUEST + 1,
};

/* Input of a ping replier. */
enum {
	GONET_PING_REPLIER_IN,	/* skb: echo request, data at the ICMP header, verified */
};

/* Inputs of a ping request. */
enum {
	GONET_PING_REQUEST_START,	/* skb: the echo request, data at the ICMP header */
	GONET_PING_REQUEST_IN,		/* skb: the echo reply, data at the ICMP header */
	GONET_PING_REQUEST_ERROR,	/* struct ping_error */
	GONET_PING_REQUEST_TIMER,
};

/**
 * struct ping_key - by which answers find their request
 * @daddr: to whom it was sent; 0 when anybody may answer (broadcast)
 * @id: ICMP identifier, network order
 * @seq: ICMP sequence number, network order
 */
struct ping_key {
	__be32 daddr;
	__be16 id;
	__be16 seq;
};

/**
 * struct ping_ctl - message to the ping dealer: a request begins or ends
 * @call: to be answered, for a beginning
 * @add: begins, otherwise ends
 * @key: which answers it wants
 * @proc: its process; the message of an end brings a reference
 *
 * Part of the process's state for the end, on the starter's stack for the beginning.
 */
struct ping_ctl {
	struct csp_call call;
	bool add;
	struct ping_key key;
	struct csp_proc *proc;
};

/**
 * struct ping_error - message: an error about an echo request
 * @key: which
 * @from: who reported it, or 0 for this host
 * @err: negative errno when this host could not send it, else 0
 * @type: ICMP type
 * @code: ICMP code
 * @pmtu: what it says of the path, to be noted if it is about a request; or an MTU of 0
 */
struct ping_error {
	struct ping_key key;
	__be32 from;
	int err;
	u8 type;
	u8 code;
	struct gonet_exception pmtu;
};

void gonet_ping_error_lost(void *msg, enum csp_lost why);

#endif /* _GONET_IP_ICMP_H */
