/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 options (RFC 791 3.1, RFC 1122 3.2.1.8): pure logic. */
#ifndef _GONET_IPV4_OPTIONS_H
#define _GONET_IPV4_OPTIONS_H

#include "pure.h"

#define IPV4_OPTIONS_MAX	40	/* bytes of options that a header can hold */

/* Option types (RFC 791, RFC 2113); the top bit says "copied into every fragment". */
#define IPV4_OPT_END		0x00
#define IPV4_OPT_NOP		0x01
#define IPV4_OPT_RR		0x07
#define IPV4_OPT_TS		0x44
#define IPV4_OPT_LSRR		0x83
#define IPV4_OPT_SSRR		0x89
#define IPV4_OPT_ROUTER_ALERT	0x94
#define IPV4_OPT_COPIED		0x80

/* Flags of the timestamp option. */
#define IPV4_TS_ONLY		0
#define IPV4_TS_ADDR		1
#define IPV4_TS_PRESPEC		3

/**
 * enum ipv4_options_verdict - what ipv4_options_process() found
 * @IPV4_OPTIONS_OK: all options are sound
 * @IPV4_OPTIONS_PROBLEM: one is malformed: answered by a Parameter Problem whose
 *	pointer is &ipv4_options_out.pointer
 * @IPV4_OPTIONS_SOURCE_ROUTE: there is a source route
 */
enum ipv4_options_verdict {
	IPV4_OPTIONS_OK,
	IPV4_OPTIONS_PROBLEM,
	IPV4_OPTIONS_SOURCE_ROUTE,
};

/**
 * struct ipv4_options_in - what the host adds to options
 * @own: the address it is known by to the sender: recorded, and stamped
 * @now_ms: milliseconds since midnight UT
 * @is_own: whether an address is one of the host's, for timestamps that name the
 *	hosts which shall stamp; NULL: @own alone is
 * @arg: for @is_own
 */
struct ipv4_options_in {
	__be32 own;
	u32 now_ms;
	bool (*is_own)(__be32 addr, void *arg);
	void *arg;
};

/**
 * struct ipv4_options_out - what was found
 * @pointer: octet of the header in error, counted from the header's first
 * @rr: offset of the record route option, or -1
 * @ts: offset of the timestamp option, or -1
 * @router_alert: there is a router alert
 * @changed: an address or time was added; the header's checksum is no longer right
 */
struct ipv4_options_out {
	u8 pointer;
	signed char rr;
	signed char ts;
	bool router_alert;
	bool changed;
};

enum ipv4_options_verdict ipv4_options_process(u8 *opts, size_t len,
					       const struct ipv4_options_in *in,
					       struct ipv4_options_out *out);
size_t ipv4_options_echo(const u8 *opts, size_t len, u8 echo[IPV4_OPTIONS_MAX]);
size_t ipv4_options_copied(const u8 *opts, size_t len, u8 copied[IPV4_OPTIONS_MAX]);

#endif /* _GONET_IPV4_OPTIONS_H */
