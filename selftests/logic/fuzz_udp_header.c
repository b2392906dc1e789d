// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a UDP header, of which any part is there: nothing behind that is read, and
 * what is accepted is a datagram that lies within the packet.
 */
#include "fuzz_input.h"
#include "udp/logic/udp_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	u8 how = fuzz_byte(&in);
	size_t linear = how % 12, avail = fuzz_word(&in);
	struct udp_fields f;
	bool whole;
	u8 *p;

	if (linear > in.left)
		linear = in.left;
	/* A packet has at least what can be read of it, but a caller might err. */
	if (!(how & 0x80) && avail < linear)
		avail = linear;
	p = malloc(linear ? linear : 1);
	memcpy(p, in.data, linear);
	whole = linear >= UDP_HLEN && avail >= UDP_HLEN;
	if (udp_header_check(p, linear, avail, &f)) {
		EXPECT(whole && f.len >= UDP_HLEN && f.len <= avail);
		EXPECT(f.sport == pure_get16(p) && f.dport == pure_get16(p + 2));
		EXPECT(f.len == pure_get16(p + 4));
	} else {
		EXPECT(!whole || pure_get16(p + 4) < UDP_HLEN || pure_get16(p + 4) > avail);
	}
	free(p);
	return 0;
}
