/* SPDX-License-Identifier: GPL-2.0 */
/* The UDP header (RFC 768): pure logic. */
#ifndef _GONET_UDP_HEADER_H
#define _GONET_UDP_HEADER_H

#include "../../ip/logic/pure.h"

#define UDP_HLEN	8		/* bytes of header */
#define UDP_PAYLOAD_MAX	(65535 - 20 - UDP_HLEN)	/* most bytes of payload in IPv4 */

/**
 * struct udp_fields - a UDP header, decoded; host order
 * @sport: source port; 0 when the sender wants no answer
 * @dport: destination port
 * @len: bytes of header and payload
 */
struct udp_fields {
	u16 sport;
	u16 dport;
	u16 len;
};

bool udp_header_check(const u8 *data, size_t linear, size_t avail, struct udp_fields *out);

#endif /* _GONET_UDP_HEADER_H */
