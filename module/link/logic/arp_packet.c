// SPDX-License-Identifier: GPL-2.0
/* ARP packets for IPv4 on Ethernet (RFC 826). Calls nothing of the kernel. */
#include "arp_packet.h"

/*
 * What all packets begin with: hardware Ethernet (1), protocol IPv4 (0x0800), and
 * the lengths of their addresses.
 */
static const u8 arp_header[] = { 0, 1, 8, 0, ARP_MAC_LEN, 4 };

/* Offsets of the fields, RFC 826's "Packet format". */
enum {
	ARP_AT_OP = sizeof(arp_header),
	ARP_AT_SHA = 8,
	ARP_AT_SPA = 14,
	ARP_AT_THA = 18,
	ARP_AT_TPA = 24,
};

/* What the first byte of an address tells of it. */
static bool arp_net0(const u8 *addr)
{
	return addr[0] == 0;
}

static bool arp_loopback(const u8 *addr)
{
	return addr[0] == 127;
}

static bool arp_multicast(const u8 *addr)
{
	return addr[0] >= 224 && addr[0] < 240;
}

static bool arp_limited_broadcast(const u8 *addr)
{
	return (addr[0] & addr[1] & addr[2] & addr[3]) == 0xff;
}

static bool arp_unspecified(const u8 *addr)
{
	return (addr[0] | addr[1] | addr[2] | addr[3]) == 0;
}

/* A host's own MAC address: neither a group's nor all zeros. */
static bool arp_mac_ok(const u8 *mac)
{
	return !(mac[0] & 1) && (mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

/* RFC 5227 1.1: a probe, and nothing else, has no sender address. */
static bool arp_sender_ok(const u8 *p, u16 op)
{
	const u8 *spa = p + ARP_AT_SPA;

	if (!arp_mac_ok(p + ARP_AT_SHA))
		return false;
	if (arp_unspecified(spa))
		return op == ARP_OP_REQUEST;
	return !arp_net0(spa) && !arp_loopback(spa) && !arp_multicast(spa) &&
	       !arp_limited_broadcast(spa);
}

/**
 * arp_parse() - take a packet apart and check what can be checked by itself
 * @arp: filled in when the packet is well formed
 * @data: the packet from its hardware type on
 * @len: bytes of it; what follows the last field is padding
 *
 * Follows RFC 826's "Packet Reception" down to the opcode, and refuses the
 * addresses that RFC 1122 3.2.1.3 lets no host have.
 *
 * Return: ARP_OK, or what is wrong.
 */
enum arp_verdict arp_parse(struct arp_packet *arp, const void *data, size_t len)
{
	const u8 *p = data;
	u16 op;

	if (len < ARP_PACKET_LEN)
		return ARP_BAD_SHORT;
	if (memcmp(p, arp_header, sizeof(arp_header)))
		return ARP_BAD_HEADER;
	op = pure_get16(p + ARP_AT_OP);
	if (op != ARP_OP_REQUEST && op != ARP_OP_REPLY)
		return ARP_BAD_OP;
	if (!arp_sender_ok(p, op))
		return ARP_BAD_SENDER;
	if (arp_multicast(p + ARP_AT_TPA) || arp_loopback(p + ARP_AT_TPA))
		return ARP_BAD_TARGET;

	arp->op = (u8)op;
	memcpy(arp->sha, p + ARP_AT_SHA, sizeof(arp->sha));
	memcpy(&arp->spa, p + ARP_AT_SPA, sizeof(arp->spa));
	memcpy(arp->tha, p + ARP_AT_THA, sizeof(arp->tha));
	memcpy(&arp->tpa, p + ARP_AT_TPA, sizeof(arp->tpa));
	return ARP_OK;
}

/**
 * arp_build() - put a packet together
 * @arp: what it is to say
 * @data: where to; ARP_PACKET_LEN bytes, at any alignment
 */
void arp_build(const struct arp_packet *arp, void *data)
{
	u8 *p = data;

	memcpy(p, arp_header, sizeof(arp_header));
	pure_put16(p + ARP_AT_OP, arp->op);
	memcpy(p + ARP_AT_SHA, arp->sha, sizeof(arp->sha));
	memcpy(p + ARP_AT_SPA, &arp->spa, sizeof(arp->spa));
	memcpy(p + ARP_AT_THA, arp->tha, sizeof(arp->tha));
	memcpy(p + ARP_AT_TPA, &arp->tpa, sizeof(arp->tpa));
}

/**
 * arp_gratuitous() - whether a packet announces its sender's address
 * @arp: the packet
 *
 * RFC 5227 3: a request or a reply whose sender and target address are one; a
 * reply must name its sender's MAC address in both places.
 *
 * Return: true if so.
 */
bool arp_gratuitous(const struct arp_packet *arp)
{
	if (!arp->spa || arp->spa != arp->tpa)
		return false;
	return arp->op == ARP_OP_REQUEST || !memcmp(arp->sha, arp->tha, sizeof(arp->sha));
}
