// SPDX-License-Identifier: GPL-2.0
/*
 * Every field of Ethernet, ARP, IPv4 and ICMP broken in turn: a field of one byte
 * gets every value, a field of two a choice of those at the edges and between, all
 * of them when asked for.
 */
#include <string.h>

#include "malform.h"

static struct frame f;

static void echo(struct wire *w)
{
	frame_echo(&f, &w->hosts, NULL, 0, 56);
}

/* Whether a value of 16 bits is worth a frame. */
static bool worth(const struct wire *w, unsigned int v)
{
	unsigned int bit;

	if (w->full || v < 64 || v >= 0xffe0 || v % 41 == 0)
		return true;
	for (bit = 0x40; bit < 0x10000; bit <<= 1)
		if (v >= bit - 1 && v <= bit + 1)
			return true;
	return false;
}

/* Every value of one byte; the checksums are put right again where @fix says so. */
static void sweep8(struct wire *w, size_t at, void (*fix)(struct frame *f))
{
	uint8_t was = f.data[at];
	unsigned int v;

	for (v = 0; v < 256; v++) {
		f.data[at] = (uint8_t)v;
		if (fix)
			fix(&f);
		wire_send(w, &f);
	}
	f.data[at] = was;
	if (fix)
		fix(&f);
}

static void sweep16(struct wire *w, size_t at, void (*fix)(struct frame *f))
{
	uint16_t was = get16(f.data + at);
	unsigned int v;

	for (v = 0; v < 0x10000; v++) {
		if (!worth(w, v))
			continue;
		put16(f.data + at, (uint16_t)v);
		if (fix)
			fix(&f);
		wire_send(w, &f);
	}
	put16(f.data + at, was);
	if (fix)
		fix(&f);
}

/* Every shorter frame. */
static void truncate_all(struct wire *w)
{
	size_t len;

	for (len = f.len; len-- > AT_IP;) {
		f.len = len;
		wire_send(w, &f);
	}
}

static void sweep_address(struct wire *w, size_t at, void (*fix)(struct frame *f))
{
	const uint32_t special[] = {
		0, 1, 0x00ffffff, 0x7f000001, 0x7fffffff, 0xe0000001, 0xefffffff, 0xf0000000,
		0xfffffffe, 0xffffffff, w->hosts.stack, w->hosts.stack | ~w->hosts.mask,
		w->hosts.stack & w->hosts.mask,
	};
	uint32_t was = get32(f.data + at);
	unsigned int i;

	for (i = 0; i < 4; i++)
		sweep8(w, at + i, fix);
	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		put32(f.data + at, special[i]);
		if (fix)
			fix(&f);
		wire_send(w, &f);
	}
	put32(f.data + at, was);
	if (fix)
		fix(&f);
}

static void eth_address(struct wire *w)
{
	unsigned int i;

	echo(w);
	for (i = 0; i < 12; i++)
		sweep8(w, i, NULL);
}

static void eth_type(struct wire *w)
{
	echo(w);
	sweep16(w, AT_ETH_TYPE, NULL);
}

static void eth_vlan(struct wire *w)
{
	echo(w);
	frame_tag(&f, 0);
	sweep16(w, AT_IP, NULL);
	sweep16(w, AT_IP + 2, NULL);
	frame_tag(&f, 0);
	sweep16(w, AT_IP, NULL);
	echo(w);
	frame_tag(&f, 0);
	truncate_all(w);
}

static void truncated(struct wire *w)
{
	static const uint8_t route[39] = { 7, 39, 4 };

	echo(w);
	truncate_all(w);
	frame_echo(&f, &w->hosts, route, sizeof(route), 20);
	truncate_all(w);
	frame_arp(&f, &w->hosts, 1, w->hosts.spare, w->hosts.stack);
	truncate_all(w);
	frame_icmp_error(&f, &w->hosts, 3, 1, 84);
	truncate_all(w);
}

static void padded(struct wire *w)
{
	unsigned int i;

	echo(w);
	for (i = 0; i < 300; i++) {
		f.data[f.len++] = (uint8_t)i;
		wire_send(w, &f);
	}
}

static void ip_first_byte(struct wire *w)
{
	echo(w);
	sweep8(w, AT_IP, NULL);
	echo(w);
	sweep8(w, AT_IP, frame_fix_ip);
	/* and with fewer bytes than the longest header has */
	frame_echo(&f, &w->hosts, NULL, 0, 0);
	sweep8(w, AT_IP, frame_fix_ip);
}

static void ip_bytes(struct wire *w)
{
	echo(w);
	sweep8(w, AT_IP_TOS, frame_fix_ip);
	sweep8(w, AT_IP_TTL, frame_fix_ip);
	sweep8(w, AT_IP_PROTO, frame_fix_ip);
	sweep8(w, AT_IP_TOS, NULL);
	sweep8(w, AT_IP_TTL, NULL);
	sweep8(w, AT_IP_PROTO, NULL);
}

static void ip_length(struct wire *w)
{
	echo(w);
	sweep16(w, AT_IP_LEN, frame_fix_ip);
	sweep16(w, AT_IP_LEN, frame_fix);
}

static void ip_id(struct wire *w)
{
	echo(w);
	sweep16(w, AT_IP_ID, frame_fix_ip);
}

static void ip_csum(struct wire *w)
{
	echo(w);
	sweep16(w, AT_IP_CSUM, NULL);
}

/* Fragments of one datagram at all offsets, of several lengths, and one each of many. */
static void ip_fragment(struct wire *w)
{
	static const size_t payloads[] = { 0, 1, 7, 8, 9, 64, 1480 };
	unsigned int i, v;

	for (i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
		frame_ipv4(&f, &w->hosts, 1, NULL, 0, payloads[i]);
		put16(f.data + AT_IP_ID, (uint16_t)i);
		sweep16(w, AT_IP_FRAG, frame_fix_ip);
	}
	frame_ipv4(&f, &w->hosts, 1, NULL, 0, 64);
	for (v = 0; v < 0x10000; v++) {
		if (!worth(w, v))
			continue;
		put16(f.data + AT_IP_ID, (uint16_t)v);
		put16(f.data + AT_IP_FRAG, (uint16_t)(v ^ 0x2000));
		frame_fix_ip(&f);
		wire_send(w, &f);
	}
}

static void ip_source(struct wire *w)
{
	echo(w);
	sweep_address(w, AT_IP_SRC, frame_fix_ip);
}

static void ip_destination(struct wire *w)
{
	echo(w);
	sweep_address(w, AT_IP_DST, frame_fix_ip);
	memset(f.data + AT_ETH_DST, 0xff, 6);
	sweep_address(w, AT_IP_DST, frame_fix_ip);
}

/* Every type of option with every length that is near one that fits. */
static void ip_options(struct wire *w)
{
	uint8_t o[40];
	unsigned int type, len;

	for (type = 0; type < 256; type++) {
		for (len = 0; len < 256; len += len < 43 ? 1 : 71) {
			memset(o, 0, sizeof(o));
			o[0] = (uint8_t)type;
			o[1] = (uint8_t)len;
			frame_echo(&f, &w->hosts, o, sizeof(o), 8);
			wire_send(w, &f);
			/* at the very end, behind options that do nothing */
			memset(o, 1, sizeof(o));
			o[38] = (uint8_t)type;
			o[39] = (uint8_t)len;
			frame_echo(&f, &w->hosts, o, sizeof(o), 8);
			wire_send(w, &f);
		}
	}
}

/* Record routes, timestamps and source routes with every pointer, of all lengths. */
static void ip_pointers(struct wire *w)
{
	static const uint8_t types[] = { 7, 68, 131, 137 };
	unsigned int i, len, pointer, flags;
	uint8_t o[40];

	for (i = 0; i < sizeof(types); i++) {
		for (len = 3; len <= 40; len += len < 16 ? 1 : 4) {
			for (pointer = 0; pointer < 256; pointer += pointer < 44 ? 1 : 53) {
				flags = types[i] == 68 ? pointer % 5 | (pointer & 0xf0) : 0;
				memset(o, 0, sizeof(o));
				o[0] = types[i];
				o[1] = (uint8_t)len;
				o[2] = (uint8_t)pointer;
				o[3] = (uint8_t)flags;
				frame_echo(&f, &w->hosts, o, len, 8);
				wire_send(w, &f);
			}
		}
	}
	memset(o, 0, sizeof(o));
	memcpy(o, (uint8_t[]){ 7, 7, 4, 0, 0, 0, 0, 7, 7, 4 }, 10);
	frame_echo(&f, &w->hosts, o, 16, 8);
	wire_send(w, &f);
}

/* All 65,536 pairs of type and code. */
static void icmp_type(struct wire *w)
{
	unsigned int v;

	echo(w);
	for (v = 0; v < 0x10000; v++) {
		put16(f.data + AT_ICMP, (uint16_t)v);
		frame_fix_icmp(&f);
		wire_send(w, &f);
	}
}

static void icmp_csum(struct wire *w)
{
	echo(w);
	sweep16(w, AT_ICMP + 2, NULL);
}

static void icmp_fields(struct wire *w)
{
	echo(w);
	sweep16(w, AT_ICMP + 4, frame_fix_icmp);
	sweep16(w, AT_ICMP + 6, frame_fix_icmp);
}

/* Messages of every type that are cut short with all lengths and sums right. */
static void icmp_length(struct wire *w)
{
	unsigned int type, len;

	for (type = 0; type < 20; type++) {
		for (len = 0; len < 64; len++) {
			frame_ipv4(&f, &w->hosts, 1, NULL, 0, len);
			f.data[AT_ICMP] = (uint8_t)type;
			f.data[AT_ICMP + 1] = 0;
			frame_fix_icmp(&f);
			wire_send(w, &f);
		}
	}
}

/* Errors that quote packets which the stack never sent, or not whole. */
static void icmp_quote(struct wire *w)
{
	static const uint8_t types[] = { 3, 4, 5, 11, 12 };
	unsigned int i, v;

	for (i = 0; i < sizeof(types); i++) {
		for (v = 0; v < 256; v++) {
			frame_icmp_error(&f, &w->hosts, types[i], (uint8_t)v, 28);
			wire_send(w, &f);
			frame_icmp_error(&f, &w->hosts, types[i], 1, 84);
			f.data[AT_ICMP + 8] = (uint8_t)v;
			frame_fix_icmp(&f);
			wire_send(w, &f);
			frame_icmp_error(&f, &w->hosts, types[i], 4, v);
			wire_send(w, &f);
		}
	}
}

static void arp_header(struct wire *w)
{
	frame_arp(&f, &w->hosts, 1, w->hosts.spare, w->hosts.stack);
	sweep16(w, AT_ARP_HRD, NULL);
	sweep16(w, AT_ARP_PRO, NULL);
	sweep8(w, AT_ARP_HLN, NULL);
	sweep8(w, AT_ARP_PLN, NULL);
	sweep16(w, AT_ARP_OP, NULL);
}

static void arp_addresses(struct wire *w)
{
	unsigned int i, op;

	for (op = 1; op <= 2; op++) {
		frame_arp(&f, &w->hosts, (uint16_t)op, w->hosts.spare, w->hosts.stack);
		for (i = 0; i < 6; i++)
			sweep8(w, AT_ARP_SHA + i, NULL);
		memset(f.data + AT_ARP_SHA, 0, 6);
		wire_send(w, &f);
		memset(f.data + AT_ARP_SHA, 0xff, 6);
		wire_send(w, &f);
		memcpy(f.data + AT_ARP_SHA, w->hosts.native_mac, 6);
		sweep_address(w, AT_ARP_SPA, NULL);
		sweep_address(w, AT_ARP_TPA, NULL);
		for (i = 0; i < 6; i++)
			sweep8(w, AT_ARP_THA + i, NULL);
	}
}

const struct class classes[] = {
	{ "eth_address", eth_address },
	{ "eth_type", eth_type },
	{ "eth_vlan", eth_vlan },
	{ "truncated", truncated },
	{ "padded", padded },
	{ "ip_first_byte", ip_first_byte },
	{ "ip_bytes", ip_bytes },
	{ "ip_length", ip_length },
	{ "ip_id", ip_id },
	{ "ip_csum", ip_csum },
	{ "ip_source", ip_source },
	{ "ip_destination", ip_destination },
	{ "ip_options", ip_options },
	{ "ip_pointers", ip_pointers },
	{ "ip_fragment", ip_fragment },
	{ "icmp_type", icmp_type },
	{ "icmp_csum", icmp_csum },
	{ "icmp_fields", icmp_fields },
	{ "icmp_length", icmp_length },
	{ "icmp_quote", icmp_quote },
	{ "arp_header", arp_header },
	{ "arp_addresses", arp_addresses },
	{ "vnet", class_vnet },
	{ "random", class_random },
	{ NULL, NULL },
};
