/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of the kernel's header of this name, what module/control/netlink_gen.c needs to be
 * compiled in user space, where policy.c holds requests against its policies.
 */
#ifndef _SELFTESTS_LOGIC_CLI_NET_NETLINK_H
#define _SELFTESTS_LOGIC_CLI_NET_NETLINK_H

#include <stddef.h>
#include <stdint.h>

enum {
	NLA_UNSPEC,
	NLA_U8,
	NLA_U16,
	NLA_U32,
	NLA_U64,
	NLA_FLAG,
	NLA_NUL_STRING,
	NLA_BINARY,
};

struct nla_policy {
	uint8_t type;
	uint16_t len;
	uint16_t exact;
	uint64_t min;
	uint64_t max;
	uint64_t mask;
};

#define NLA_POLICY_MIN(kind, least)		{ .type = (kind), .min = (least) }
#define NLA_POLICY_MAX(kind, most)		{ .type = (kind), .max = (most) }
#define NLA_POLICY_RANGE(kind, least, most)	{ .type = (kind), .min = (least), .max = (most) }
#define NLA_POLICY_MASK(kind, bits)		{ .type = (kind), .mask = (bits) }
#define NLA_POLICY_EXACT_LEN(bytes)		{ .type = NLA_BINARY, .exact = (bytes) }

#endif /* _SELFTESTS_LOGIC_CLI_NET_NETLINK_H */
