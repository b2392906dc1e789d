/* SPDX-License-Identifier: GPL-2.0 */
/* The IPv4 header (RFC 791 3.1): pure logic. */
#ifndef _GONET_IPV4_HEADER_H
#define _GONET_IPV4_HEADER_H

#include "pure.h"

#define IPV4_HLEN_MIN	20	/* bytes of header without options */
#define IPV4_HLEN_MAX	60	/* and with as many as there can be */
#define IPV4_LEN_MAX	65535	/* bytes of the largest packet, header included */

/**
 * enum ipv4_verdict - what ipv4_header_check() found
 * @IPV4_OK: the header is sound, and all of the packet is there
 * @IPV4_SHORT: less is there than the header or the total length needs, or the
 *	total length does not even hold the header
 * @IPV4_VERSION: version other than 4, or header length below 20 bytes
 * @IPV4_CSUM: the header checksum is wrong
 */
enum ipv4_verdict {
	IPV4_OK,
	IPV4_SHORT,
	IPV4_VERSION,
	IPV4_CSUM,
};

/**
 * struct ipv4_fields - an IPv4 header, decoded; host order but for the addresses
 * @saddr: source address
 * @daddr: destination address
 * @tot_len: bytes of header and payload
 * @id: identification
 * @frag_off: where in its datagram the payload belongs, in bytes
 * @hlen: bytes of header, options included: 20 to 60
 * @tos: TOS byte (DSCP and ECN)
 * @ttl: time to live
 * @proto: protocol number
 * @df: don't fragment
 * @more: more fragments follow
 */
struct ipv4_fields {
	__be32 saddr;
	__be32 daddr;
	u16 tot_len;
	u16 id;
	u16 frag_off;
	u8 hlen;
	u8 tos;
	u8 ttl;
	u8 proto;
	bool df;
	bool more;
};

enum ipv4_verdict ipv4_header_check(const u8 *data, size_t linear, size_t avail,
				    struct ipv4_fields *out);
u16 ipv4_header_csum(const u8 *hdr, size_t hlen);
int ipv4_fragments_ecn(u8 seen);

/**
 * ipv4_fields_fragmented() - whether a packet is a fragment of a datagram
 * @f: its header
 *
 * Return: true for every fragment, the first and the last included.
 */
static inline bool ipv4_fields_fragmented(const struct ipv4_fields *f)
{
	return f->more || f->frag_off;
}

#endif /* _GONET_IPV4_HEADER_H */
