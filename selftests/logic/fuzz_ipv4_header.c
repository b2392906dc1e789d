// SPDX-License-Identifier: GPL-2.0
/* Any bytes as an IPv4 header: what is accepted is consistent. */
#include <stdint.h>
#include <stdlib.h>

#include "ip/logic/ipv4_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipv4_fields f;
	u8 fixed[IPV4_HLEN_MAX];
	size_t n = size < sizeof(fixed) ? size : sizeof(fixed);

	ipv4_header_check(data, size, size, &f);

	/* Again with the checksum put right, to reach what is behind it. */
	memcpy(fixed, data, n);
	if (n >= IPV4_HLEN_MIN && (size_t)(fixed[0] & 15) * 4 <= n) {
		pure_put16(fixed + 10, 0);
		pure_put16(fixed + 10, ipv4_header_csum(fixed, (size_t)(fixed[0] & 15) * 4));
	}
	if (ipv4_header_check(fixed, n, size, &f) != IPV4_OK)
		return 0;
	if (f.hlen < 20 || f.hlen > 60 || f.hlen > n || f.tot_len < f.hlen || f.tot_len > size ||
	    f.frag_off % 8 || fixed[0] >> 4 != 4)
		abort();
	return 0;
}
