// SPDX-License-Identifier: GPL-2.0
/* Any bytes as an ARP packet: what is accepted can be built again. */
#include <stdint.h>
#include <stdlib.h>

#include "link/logic/arp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u8 header[] = { 0, 1, 8, 0, 6, 4, 0 };
	u8 fixed[ARP_PACKET_LEN], back[ARP_PACKET_LEN];
	struct arp_packet arp;

	arp_parse(&arp, data, size);
	if (size < ARP_PACKET_LEN)
		return 0;

	/* Again with the header put right, to reach what is behind it. */
	memcpy(fixed, data, sizeof(fixed));
	memcpy(fixed, header, sizeof(header));
	if (arp_parse(&arp, fixed, sizeof(fixed)) != ARP_OK)
		return 0;
	arp_build(&arp, back);
	if (memcmp(fixed, back, sizeof(fixed)) || arp.sha[0] & 1 ||
	    (!arp.spa && (arp.op != ARP_OP_REQUEST || arp_gratuitous(&arp))))
		abort();
	return 0;
}
