/* SPDX-License-Identifier: GPL-2.0 */
/* Frames made byte by byte, and what ought to become of them. */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX	65600

/* Offsets in a frame without a VLAN tag; ICMP where there are no IP options. */
enum {
	AT_ETH_DST = 0,
	AT_ETH_SRC = 6,
	AT_ETH_TYPE = 12,
	AT_IP = 14,
	AT_IP_TOS = AT_IP + 1,
	AT_IP_LEN = AT_IP + 2,
	AT_IP_ID = AT_IP + 4,
	AT_IP_FRAG = AT_IP + 6,
	AT_IP_TTL = AT_IP + 8,
	AT_IP_PROTO = AT_IP + 9,
	AT_IP_CSUM = AT_IP + 10,
	AT_IP_SRC = AT_IP + 12,
	AT_IP_DST = AT_IP + 16,
	AT_IP_OPT = AT_IP + 20,
	AT_ICMP = AT_IP + 20,
	AT_ARP = 14,
	AT_ARP_HRD = AT_ARP,
	AT_ARP_PRO = AT_ARP + 2,
	AT_ARP_HLN = AT_ARP + 4,
	AT_ARP_PLN = AT_ARP + 5,
	AT_ARP_OP = AT_ARP + 6,
	AT_ARP_SHA = AT_ARP + 8,
	AT_ARP_SPA = AT_ARP + 14,
	AT_ARP_THA = AT_ARP + 18,
	AT_ARP_TPA = AT_ARP + 24,
	AT_ARP_END = AT_ARP + 28,
};

/**
 * struct hosts - the two ends of the cable
 * @native_mac: of the native end
 * @stack_mac: of the stack's end
 * @native: IP address of the native end, host order
 * @stack: the stack's
 * @spare: an address of the network that no host has
 * @mask: of their network
 */
struct hosts {
	uint8_t native_mac[6];
	uint8_t stack_mac[6];
	uint32_t native;
	uint32_t stack;
	uint32_t spare;
	uint32_t mask;
};

/**
 * struct frame - a frame
 * @len: bytes of @data
 * @data: from the Ethernet header on
 */
struct frame {
	size_t len;
	uint8_t data[FRAME_MAX];
};

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

uint16_t frame_sum(const uint8_t *p, size_t len);
void frame_fix_ip(struct frame *f);
void frame_fix_icmp(struct frame *f);
void frame_fix(struct frame *f);
void frame_ipv4(struct frame *f, const struct hosts *h, uint8_t proto, const uint8_t *options,
		size_t option_len, size_t payload);
void frame_echo(struct frame *f, const struct hosts *h, const uint8_t *options,
		size_t option_len, size_t payload);
void frame_icmp_error(struct frame *f, const struct hosts *h, uint8_t type, uint8_t code,
		      size_t quoted);
void frame_timestamp(struct frame *f, const struct hosts *h);
void frame_arp(struct frame *f, const struct hosts *h, uint16_t op, uint32_t sender,
	       uint32_t target);
void frame_tag(struct frame *f, uint16_t tci);

/*
 * Return: the name of the counter that this frame raises by one; "" when it raises
 * none that tells of drops or answers; NULL when more than one answer is right.
 */
const char *oracle(const struct hosts *h, const struct frame *f);

#endif /* WIRE_FRAME_H */
