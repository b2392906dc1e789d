/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYN cookies (RFC 4987 3.6): a listener that can keep no more requests puts what it must
 * know of one into the sequence number of its SYN-ACK, and into that's timestamp. Pure logic;
 * the hash is the caller's.
 */
#ifndef _GONET_TCP_COOKIE_H
#define _GONET_TCP_COOKIE_H

#include "segment.h"

#define TCP_COOKIE_MINUTES	2	/* a cookie is good for the minute it is of and the next */

/**
 * struct tcp_cookie_flow - whose cookie it is
 * @hash: a keyed hash of the connection's addresses and ports, and of @salt, that nobody
 *	else can compute
 * @ctx: of the caller, for @hash
 * @irs: the sequence number of the peer's SYN
 */
struct tcp_cookie_flow {
	u32 (*hash)(const void *ctx, u32 salt);
	const void *ctx;
	u32 irs;
};

/**
 * struct tcp_cookie_options - what of a SYN's options goes into a timestamp
 * @has_wscale: windows are scaled
 * @wscale: by how much the peer's are
 * @sack_ok: SACK is in use
 * @ecn_ok: ECN is
 */
struct tcp_cookie_options {
	bool has_wscale;
	u8 wscale;
	bool sack_ok;
	bool ecn_ok;
};

/*
 * The initial sequence number of a SYN-ACK that is a cookie, made in @minute of a clock; *@mss
 * is the peer's, and then what the cookie has kept of it.
 */
u32 tcp_cookie_make(const struct tcp_cookie_flow *flow, u32 minute, u16 *mss);
/* The MSS that a cookie has kept, or 0 if it is none, or too old. */
u16 tcp_cookie_check(const struct tcp_cookie_flow *flow, u32 minute, u32 cookie);
/* The timestamp to send with a cookie at @now: with the options in it, and not in the future. */
u32 tcp_cookie_tsval(u32 now, const struct tcp_cookie_options *o);
/* What the peer echoes of that. */
struct tcp_cookie_options tcp_cookie_tsecr(u32 tsecr);

#endif /* _GONET_TCP_COOKIE_H */
