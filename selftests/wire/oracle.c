// SPDX-License-Identifier: GPL-2.0
/*
 * What a host ought to do with a frame, written from the RFCs and not from the
 * module: which counter it raises. Where a layer finds two faults, or the standards
 * leave a choice, or a later protocol may come to want the frame, it says nothing.
 */
#include <string.h>

#include "frame.h"

/* What an address is to the stack. */
enum kind {
	UNICAST,
	OWN,
	BROADCAST,
	MULTICAST,
	LOOPBACK,
	NONE,		/* 0.0.0.0 */
	NET0,		/* 0.0.0.0/8 otherwise */
	UNCLEAR,	/* class E, or the network itself */
};

static enum kind kind_of(const struct hosts *h, uint32_t addr)
{
	if (addr == h->stack)
		return OWN;
	if (addr == 0xffffffff || addr == (h->stack | ~h->mask))
		return BROADCAST;
	if (addr == (h->stack & h->mask) || addr >> 28 == 15)
		return UNCLEAR;
	if (addr >> 28 == 14)
		return MULTICAST;
	if (addr >> 24 == 127)
		return LOOPBACK;
	if (!addr)
		return NONE;
	return addr >> 24 ? UNICAST : NET0;
}

/* Several faults of a layer: which of them is named is the host's choice. */
static const char *one_of(const char *a, const char *b)
{
	return a && b ? NULL : a ? a : b;
}

static bool bad_mac(const uint8_t *mac)
{
	static const uint8_t zero[6];

	return mac[0] & 1 || !memcmp(mac, zero, 6);
}

/* RFC 826, RFC 5227, RFC 1122 3.2.1.3. */
static const char *oracle_arp(const struct hosts *h, const uint8_t *p, size_t len)
{
	uint16_t op;
	enum kind sender, target;
	bool bad_header, bad_op, bad_sender;

	if (len < AT_ARP_END - AT_ARP)
		return "ARP_SHORT";
	p -= AT_ARP;
	op = get16(p + AT_ARP_OP);
	sender = kind_of(h, get32(p + AT_ARP_SPA));
	target = kind_of(h, get32(p + AT_ARP_TPA));
	if (get16(p + AT_ARP_HRD) == 6)
		return NULL;		/* IEEE 802: may be taken for Ethernet */
	bad_header = get16(p + AT_ARP_HRD) != 1 || get16(p + AT_ARP_PRO) != 0x0800 ||
		     p[AT_ARP_HLN] != 6 || p[AT_ARP_PLN] != 4;
	bad_op = op != 1 && op != 2;
	bad_sender = bad_mac(p + AT_ARP_SHA) || sender == LOOPBACK || sender == MULTICAST ||
		     sender == NET0 || get32(p + AT_ARP_SPA) == 0xffffffff ||
		     (sender == NONE && op == 2);
	if (bad_header + bad_op + bad_sender > 1)
		return NULL;
	if (bad_header)
		return "ARP_HEADER";
	if (bad_op)
		return "ARP_OP";
	if (bad_sender)
		return "ARP_SENDER";
	if (sender != UNICAST || (get32(p + AT_ARP_SPA) & h->mask) != (h->stack & h->mask))
		return NULL;
	if (target != OWN && target != UNICAST)
		return NULL;
	return op == 1 && target == OWN ? "ArpOutReplies" : "";
}

/* RFC 791 3.1, RFC 1122 3.2.1.8, RFC 781. Return: "" if they are in order. */
static const char *oracle_options(const uint8_t *o, size_t n)
{
	bool source_route = false, route = false, stamp = false;
	size_t i, len, need;

	for (i = 0; i < n && o[i]; i += len) {
		len = 1;
		if (o[i] == 1)
			continue;
		if (n - i < 2 || o[i + 1] < 2 || o[i + 1] > n - i)
			return "IP_OPTIONS";
		len = o[i + 1];
		switch (o[i]) {
		case 131:
		case 137:
			source_route = true;
			break;
		case 7:
			if (route || len < 3 || o[i + 2] < 4 ||
			    (o[i + 2] <= len && o[i + 2] + 3U > len))
				return "IP_OPTIONS";
			route = true;
			break;
		case 68:
			if (stamp || len < 4 || o[i + 2] < 5)
				return "IP_OPTIONS";
			stamp = true;
			if ((o[i + 3] & 15) != 0 && (o[i + 3] & 15) != 1 && (o[i + 3] & 15) != 3)
				return NULL;
			need = o[i + 3] & 15 ? 8 : 4;
			if (o[i + 2] > len) {
				if ((o[i + 3] & 15) != 3 && o[i + 3] >> 4 == 15)
					return "IP_OPTIONS";
			} else if (o[i + 2] + need - 1 > len) {
				return "IP_OPTIONS";
			}
			break;
		case 148:
			if (len != 4)
				return "IP_OPTIONS";
			break;
		}
	}
	return source_route ? "IP_SOURCE_ROUTE" : "";
}

/* RFC 792, RFC 1122 3.2.2; the errors among the messages are others' business. */
static const char *oracle_icmp(const uint8_t *p, size_t len, bool own)
{
	if (len < 8)
		return "ICMP_SHORT";
	if (frame_sum(p, len) != 0xffff)
		return "ICMP_CSUM";
	switch (p[0]) {
	case 0:
		return "PING_UNWANTED";
	case 3:
	case 5:
	case 11:
	case 12:
		return NULL;
	case 4:
	case 14:
		return "ICMP_IGNORED";
	case 8:
		if (p[1])
			return NULL;
		return own ? "IcmpOutEchoReps" : "ICMP_IGNORED";
	case 13:
		if (len < 20)
			return "ICMP_SHORT";
		if (p[1])
			return NULL;
		return own ? "IcmpOutTimestampReps" : "ICMP_IGNORED";
	default:
		return "ICMP_TYPE";
	}
}

/* RFC 1122 3.2.1.3. Return: "" if it is for the stack. */
static const char *oracle_addresses(const struct hosts *h, const uint8_t *p, bool group)
{
	enum kind from = kind_of(h, get32(p + 12)), to = kind_of(h, get32(p + 16));
	const char *bad_from = NULL, *bad_to = NULL;

	if (from == UNCLEAR || to == UNCLEAR || to == MULTICAST)
		return NULL;
	if (from == NONE && to != OWN)
		return NULL;
	if (from != UNICAST)
		bad_from = "IP_MARTIAN_SOURCE";
	if (to == LOOPBACK)
		bad_to = "IP_MARTIAN_SOURCE";
	else if (to != OWN && to != BROADCAST)
		bad_to = "IP_OTHERHOST";
	else if (to == OWN && group)
		bad_to = "IP_L2_GROUP";
	else if (to == BROADCAST && !group)
		return NULL;
	if (bad_from || bad_to)
		return one_of(bad_from, bad_to);
	return "";
}

/* RFC 791 3.1, RFC 1122 3.2.1. */
static const char *oracle_ipv4(const struct hosts *h, const uint8_t *p, size_t len, bool group)
{
	size_t hlen, total;
	const char *what;
	bool own;

	if (len < 20)
		return "IP_SHORT";
	hlen = (size_t)(p[0] & 15) * 4;
	total = get16(p + 2);
	if (p[0] >> 4 != 4 || hlen < 20)
		return hlen > len ? NULL : "IP_VERSION";
	if (hlen > len)
		return "IP_SHORT";
	if (frame_sum(p, hlen) != 0xffff)
		return total < hlen || total > len ? NULL : "IP_CSUM";
	if (total < hlen || total > len)
		return "IP_SHORT";
	what = oracle_addresses(h, p, group);
	if (!what || *what)
		return what;
	if (get16(p + 6) & 0x3fff)
		return NULL;
	own = kind_of(h, get32(p + 16)) == OWN;
	what = oracle_options(p + 20, hlen - 20);
	if (!what || *what)
		return p[9] == 1 ? what : NULL;
	if (p[9] == 2 || p[9] == 6 || p[9] == 17)
		return NULL;
	if (p[9] != 1)
		return "IP_PROTOCOL";
	return oracle_icmp(p + hlen, total - hlen, own);
}

const char *oracle(const struct hosts *h, const struct frame *f)
{
	const uint8_t *p = f->data;
	size_t at = AT_IP;
	uint16_t type;
	bool group;

	if (f->len < AT_IP)
		return NULL;
	group = p[AT_ETH_DST] & 1;
	if (p[AT_ETH_SRC] & 1)
		return !group && memcmp(p, h->stack_mac, 6) ? NULL : "ETH_SOURCE";
	if (!group && memcmp(p, h->stack_mac, 6))
		return "ETH_OTHERHOST";
	type = get16(p + AT_ETH_TYPE);
	if (type == 0x8100) {
		if (f->len < at + 4)
			return "ETH_SHORT";
		if (get16(p + at) & 0xfff)
			return "ETH_VLAN";
		type = get16(p + at + 2);
		at += 4;
	}
	switch (type) {
	case 0x0800:
		return oracle_ipv4(h, p + at, f->len - at, group);
	case 0x0806:
		return oracle_arp(h, p + at, f->len - at);
	case 0x86dd:
		return NULL;
	default:
		return "ETH_TYPE";
	}
}
