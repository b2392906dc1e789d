// SPDX-License-Identifier: GPL-2.0
/* Segments as frames: right ones, and others. */
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "fuzz.h"

static uint32_t sum(const uint8_t *p, size_t len, uint32_t s)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		s += get16(p + i);
	if (len & 1)
		s += (uint32_t)p[len - 1] << 8;
	return s;
}

static uint16_t fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

/* Options: those that a good peer sends, SACK blocks anywhere near, or anything. */
static size_t make_options(const struct conn *c, uint8_t *p, bool syn)
{
	size_t len = 0, i, blocks;

	if (once_in(12)) {
		len = below(11) * 4;
		for (i = 0; i < len; i++)
			p[i] = (uint8_t)(once_in(3) ? rnd() : below(10));
		return len;
	}
	if (syn) {
		put16(p, 0x0204);
		put16(p + 2, (uint16_t)(once_in(6) ? rnd() : 1460));
		put32(p + 4, 0x01030300 | below(16));
		put32(p + 8, 0x01010402);
		len = 12;
	}
	if (!once_in(4)) {
		put32(p + len, 0x0101080a);
		put32(p + len + 4, once_in(20) ? rnd() : c->ts);
		put32(p + len + 8, once_in(20) ? rnd() : c->echo);
		len += 12;
	}
	if (!syn && once_in(5)) {
		blocks = 1 + below((uint32_t)(40 - len - 4) / 8);
		put16(p + len, 0x0101);
		p[len + 2] = 5;
		p[len + 3] = (uint8_t)(2 + blocks * 8);
		len += 4;
		for (i = 0; i < blocks * 2; i++, len += 4)
			put32(p + len, once_in(8) ? rnd() : c->ack - below(20000));
	}
	return len;
}

/* A number that is right, nearly so, somewhere in a window, or anywhere. */
static uint32_t near(uint32_t right)
{
	switch (below(8)) {
	case 0:
		return right + below(9) - 4;
	case 1:
		return right + below(65536) - 1000;
	case 2:
		return right + below(1 << 23) - (1 << 20);
	case 3:
		return once_in(4) ? rnd() : right + 1;
	default:
		return right;
	}
}

static uint8_t make_flags(void)
{
	static const uint8_t usual[] = { ACK, ACK, ACK, ACK, ACK | PSH, ACK | PSH, ACK | URG,
					 ACK | FIN };

	if (once_in(16))
		return (uint8_t)rnd();
	if (once_in(400))
		return RST;
	return usual[below(once_in(60) ? 8 : 7)];
}

static size_t make_payload(void)
{
	switch (below(8)) {
	case 0:
		return below(1400);
	case 1:
	case 2:
		return 1;
	case 3:
		return below(64);
	default:
		return 0;
	}
}

/* The headers and the payload, with checksums that are right. Return: the frame's length. */
static size_t make_frame(uint8_t *f, size_t hlen, size_t payload)
{
	uint8_t *ip = f + 14, *th = ip + 20;
	size_t len = hlen + payload, i;

	memcpy(f, ends.stack_mac, 6);
	memcpy(f + 6, ends.peer_mac, 6);
	put16(f + 12, ETHERTYPE_IP);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	ip[1] = (uint8_t)(once_in(10) ? rnd() : 0);
	put16(ip + 2, (uint16_t)(20 + len));
	ip[8] = 64;
	ip[9] = IPPROTO_TCP;
	put32(ip + 12, ends.peer);
	put32(ip + 16, ends.stack);
	put16(ip + 10, fold(sum(ip, 20, 0)));
	for (i = 0; i < payload; i++)
		th[hlen + i] = (uint8_t)i;
	put16(th + 16, 0);
	put16(th + 16, fold(sum(th, len, sum(ip + 12, 8, IPPROTO_TCP + (uint32_t)len))));
	return 34 + len;
}

static void make_header(uint8_t *th, const struct conn *c, uint8_t flags, uint32_t seq,
			uint32_t ack, size_t hlen)
{
	put16(th, c->port);
	put16(th + 2, ends.port);
	put32(th + 4, seq);
	put32(th + 8, ack);
	th[12] = (uint8_t)(hlen / 4 << 4);
	th[13] = flags;
	put16(th + 14, (uint16_t)(once_in(4) ? rnd() : 65535));
	put16(th + 18, (uint16_t)(flags & URG ? rnd() : 0));
}

/* A segment as a good peer sends it. Return: the frame's length. */
size_t make_segment(uint8_t *f, const struct conn *c, uint8_t flags, uint32_t seq, uint32_t ack)
{
	uint8_t *th = f + 34;
	size_t hlen = 20 + make_options(c, th + 20, flags & SYN);

	make_header(th, c, flags, seq, ack, hlen);
	return make_frame(f, hlen, 0);
}

/* One that is nearly right, or not at all. Return: the frame's length. */
size_t make_random(uint8_t *f, const struct conn *c)
{
	uint8_t *th = f + 34;
	size_t hlen = 20 + make_options(c, th + 20, false), len;

	make_header(th, c, make_flags(), near(c->nxt), near(c->ack), hlen);
	if (once_in(50))
		th[12] = (uint8_t)rnd();
	len = make_frame(f, hlen, make_payload());
	if (once_in(100))
		th[16] ^= 1;
	return len;
}
