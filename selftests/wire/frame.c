// SPDX-License-Identifier: GPL-2.0
/* Frames made byte by byte. */
#include <string.h>

#include "frame.h"

/* RFC 1071: the sum, folded but not complemented; 0xffff over data with a right checksum. */
uint16_t frame_sum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += get16(p + i);
	if (len & 1)
		sum += (uint32_t)p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The IP header's checksum, over the header length that it has, as far as there are bytes. */
void frame_fix_ip(struct frame *f)
{
	size_t hlen = (size_t)(f->data[AT_IP] & 15) * 4;

	if (f->len < AT_IP + 20)
		return;
	if (hlen < 20)
		hlen = 20;
	if (hlen > f->len - AT_IP)
		hlen = f->len - AT_IP;
	put16(f->data + AT_IP_CSUM, 0);
	put16(f->data + AT_IP_CSUM, (uint16_t)~frame_sum(f->data + AT_IP, hlen));
}

/* The ICMP checksum, where the headers say that the message is. */
void frame_fix_icmp(struct frame *f)
{
	size_t at = AT_IP + (size_t)(f->data[AT_IP] & 15) * 4;
	size_t end = AT_IP + get16(f->data + AT_IP_LEN);

	if (end > f->len)
		end = f->len;
	if (f->len < AT_IP + 20 || at + 4 > end)
		return;
	put16(f->data + at + 2, 0);
	put16(f->data + at + 2, (uint16_t)~frame_sum(f->data + at, end - at));
}

void frame_fix(struct frame *f)
{
	frame_fix_icmp(f);
	frame_fix_ip(f);
}

/* An IPv4 packet from the native end to the stack; its payload counts up. */
void frame_ipv4(struct frame *f, const struct hosts *h, uint8_t proto, const uint8_t *options,
		size_t option_len, size_t payload)
{
	size_t hlen = 20 + (option_len + 3) / 4 * 4, i;
	uint8_t *p = f->data;

	memset(p, 0, AT_IP + hlen);
	memcpy(p + AT_ETH_DST, h->stack_mac, 6);
	memcpy(p + AT_ETH_SRC, h->native_mac, 6);
	put16(p + AT_ETH_TYPE, 0x0800);
	p[AT_IP] = (uint8_t)(0x40 | hlen / 4);
	put16(p + AT_IP_LEN, (uint16_t)(hlen + payload));
	put16(p + AT_IP_ID, 0x1d1d);
	p[AT_IP_TTL] = 64;
	p[AT_IP_PROTO] = proto;
	put32(p + AT_IP_SRC, h->native);
	put32(p + AT_IP_DST, h->stack);
	if (option_len)
		memcpy(p + AT_IP_OPT, options, option_len);
	for (i = 0; i < payload; i++)
		p[AT_IP + hlen + i] = (uint8_t)i;
	f->len = AT_IP + hlen + payload;
	frame_fix_ip(f);
}

/* An echo request with @payload bytes behind its header. */
void frame_echo(struct frame *f, const struct hosts *h, const uint8_t *options,
		size_t option_len, size_t payload)
{
	uint8_t *icmp;

	frame_ipv4(f, h, 1, options, option_len, 8 + payload);
	icmp = f->data + f->len - payload - 8;
	icmp[0] = 8;
	icmp[1] = 0;
	put16(icmp + 4, 0x6f6e);
	put16(icmp + 6, 1);
	frame_fix_icmp(f);
}

/* An ICMP error about an echo request of the stack, of which it quotes some bytes. */
void frame_icmp_error(struct frame *f, const struct hosts *h, uint8_t type, uint8_t code,
		      size_t quoted)
{
	static struct frame inner;
	struct hosts turned = *h;

	turned.native = h->stack;
	turned.stack = h->native;
	frame_echo(&inner, &turned, NULL, 0, 56);
	if (quoted > inner.len - AT_IP)
		quoted = inner.len - AT_IP;
	frame_ipv4(f, h, 1, NULL, 0, 8 + quoted);
	memset(f->data + AT_ICMP, 0, 8);
	f->data[AT_ICMP] = type;
	f->data[AT_ICMP + 1] = code;
	memcpy(f->data + AT_ICMP + 8, inner.data + AT_IP, quoted);
	frame_fix_icmp(f);
}

void frame_timestamp(struct frame *f, const struct hosts *h)
{
	frame_echo(f, h, NULL, 0, 12);
	f->data[AT_ICMP] = 13;
	frame_fix_icmp(f);
}

void frame_arp(struct frame *f, const struct hosts *h, uint16_t op, uint32_t sender,
	       uint32_t target)
{
	uint8_t *p = f->data;

	memcpy(p + AT_ETH_DST, h->stack_mac, 6);
	memcpy(p + AT_ETH_SRC, h->native_mac, 6);
	put16(p + AT_ETH_TYPE, 0x0806);
	put16(p + AT_ARP_HRD, 1);
	put16(p + AT_ARP_PRO, 0x0800);
	p[AT_ARP_HLN] = 6;
	p[AT_ARP_PLN] = 4;
	put16(p + AT_ARP_OP, op);
	memcpy(p + AT_ARP_SHA, h->native_mac, 6);
	put32(p + AT_ARP_SPA, sender);
	memset(p + AT_ARP_THA, 0, 6);
	if (op == 2)
		memcpy(p + AT_ARP_THA, h->stack_mac, 6);
	put32(p + AT_ARP_TPA, target);
	f->len = AT_ARP_END;
}

/* Puts an 802.1Q tag in front of what the frame has. */
void frame_tag(struct frame *f, uint16_t tci)
{
	memmove(f->data + AT_ETH_TYPE + 4, f->data + AT_ETH_TYPE, f->len - AT_ETH_TYPE);
	put16(f->data + AT_ETH_TYPE, 0x8100);
	put16(f->data + AT_ETH_TYPE + 2, tci);
	f->len += 4;
}
