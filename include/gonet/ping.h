/* SPDX-License-Identifier: GPL-2.0 */
/* Echo requests sent by the stack itself, one process for each. */
#ifndef _GONET_PING_H
#define _GONET_PING_H

#include <linux/netlink.h>
#include <linux/types.h>

struct gonet_stack;

#define GONET_PING_REQUEST	4	/* input of the ping dealer: struct gonet_bind_request */

/**
 * enum gonet_ping_status - how an echo request ended
 * @GONET_PING_REPLY: answered
 * @GONET_PING_TIMEOUT: not answered in time
 * @GONET_PING_ERROR: an ICMP error about it arrived; its type, code and sender
 * @GONET_PING_FAILED: it could not be sent; the errno says why
 */
enum gonet_ping_status {
	GONET_PING_REPLY,
	GONET_PING_TIMEOUT,
	GONET_PING_ERROR,
	GONET_PING_FAILED,
};

/**
 * struct gonet_ping_result - what became of an echo request
 * @status: how it ended
 * @err: negative errno for GONET_PING_FAILED
 * @from: who answered
 * @ttl: of the answer
 * @type: ICMP type of the error
 * @code: and its code
 * @bytes: of ICMP message received, header included
 * @corrupt: offset of the first payload byte that came back changed, or -1
 * @rtt_ns: from sending to the answer, nanoseconds
 * @seq: of the request
 */
struct gonet_ping_result {
	enum gonet_ping_status status;
	int err;
	__be32 from;
	u8 ttl;
	u8 type;
	u8 code;
	u32 bytes;
	s32 corrupt;
	u64 rtt_ns;
	u16 seq;
};

/**
 * struct gonet_ping_request - an echo request to send
 * @daddr: to whom
 * @saddr: from which own address, or 0
 * @oif: on which interface, or 0
 * @id: ICMP identifier
 * @seq: ICMP sequence number
 * @size: bytes of payload, 0 to 65507
 * @ttl: or 0 for the default
 * @tos: TOS byte
 * @df: don't fragment
 * @broadcast: @daddr may be a broadcast address
 * @timeout_ms: how long to wait for the answer
 * @pattern: @pattern_len bytes that fill the payload, repeated
 * @pattern_len: 0 for bytes that count up
 * @done: called exactly once if gonet_ping_send() returned 0; any context, may not
 *	sleep
 * @cookie: for @done
 */
struct gonet_ping_request {
	__be32 daddr;
	__be32 saddr;
	u32 oif;
	u16 id;
	u16 seq;
	u32 size;
	u8 ttl;
	u8 tos;
	bool df;
	bool broadcast;
	u32 timeout_ms;
	u8 pattern[16];
	u8 pattern_len;
	void (*done)(const struct gonet_ping_result *result, u64 cookie, struct gonet_stack *stack);
	u64 cookie;
};

/*
 * Process context. Return: 0 when @done will be called; -EMSGSIZE, -EINVAL,
 * -ENOMEM, -ENOBUFS (too many await an answer), -EEXIST (that id and seq to that
 * address awaits its answer already).
 */
int gonet_ping_send(struct gonet_stack *stack, const struct gonet_ping_request *request,
		    struct netlink_ext_ack *extack);

#endif /* _GONET_PING_H */
