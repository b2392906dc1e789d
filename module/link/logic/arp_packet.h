/* SPDX-License-Identifier: GPL-2.0 */
/* ARP packets for IPv4 on Ethernet (RFC 826): taking them apart and putting them together. */
#ifndef _GONET_ARP_PACKET_H
#define _GONET_ARP_PACKET_H

#include "../../ip/logic/pure.h"

#define ARP_PACKET_LEN	28	/* bytes on the wire, without padding */
#define ARP_MAC_LEN	6

#define ARP_OP_REQUEST	1
#define ARP_OP_REPLY	2

/**
 * enum arp_verdict - what is wrong with a packet
 * @ARP_OK: nothing
 * @ARP_BAD_SHORT: it ends before its last field
 * @ARP_BAD_HEADER: hardware, protocol or the length of one's addresses is another
 * @ARP_BAD_OP: neither a request nor a reply
 * @ARP_BAD_SENDER: its sender cannot be a host
 * @ARP_BAD_TARGET: it asks for what is not a host's address
 */
enum arp_verdict {
	ARP_OK,
	ARP_BAD_SHORT,
	ARP_BAD_HEADER,
	ARP_BAD_OP,
	ARP_BAD_SENDER,
	ARP_BAD_TARGET,
};

/**
 * struct arp_packet - what a packet says, with RFC 826's names
 * @op: ARP_OP_*
 * @sha: sender hardware address
 * @spa: sender protocol address; 0 in a probe
 * @tha: target hardware address
 * @tpa: target protocol address
 */
struct arp_packet {
	u8 op;
	u8 sha[ARP_MAC_LEN];
	__be32 spa;
	u8 tha[ARP_MAC_LEN];
	__be32 tpa;
};

enum arp_verdict arp_parse(struct arp_packet *arp, const void *data, size_t len);
void arp_build(const struct arp_packet *arp, void *data);
bool arp_gratuitous(const struct arp_packet *arp);

#endif /* _GONET_ARP_PACKET_H */
