// SPDX-License-Identifier: GPL-2.0
/* Tests of module/link/logic/arp_packet.c. */
#include <stdlib.h>

#include "ktap.h"
#include "link/logic/arp_packet.h"

#define AT_OP	6
#define AT_SHA	8
#define AT_SPA	14
#define AT_TPA	24

static const u8 good[ARP_PACKET_LEN] = {
	0, 1, 8, 0, 6, 4, 0, ARP_OP_REQUEST,
	0x02, 0, 0, 0, 0, 0x0a, 10, 0, 0, 1,
	0, 0, 0, 0, 0, 0, 10, 0, 0, 2,
};

static enum arp_verdict verdict(const u8 *p)
{
	struct arp_packet arp;

	return arp_parse(&arp, p, ARP_PACKET_LEN);
}

/* The verdict on the good packet with one byte changed. */
static enum arp_verdict with_byte(unsigned int at, u8 value)
{
	u8 p[ARP_PACKET_LEN];

	memcpy(p, good, sizeof(p));
	p[at] = value;
	return verdict(p);
}

/* The verdict on the good packet with one address changed. */
static enum arp_verdict with_addr(unsigned int at, u8 a, u8 b, u8 c, u8 d)
{
	u8 p[ARP_PACKET_LEN];

	memcpy(p, good, sizeof(p));
	p[at] = a;
	p[at + 1] = b;
	p[at + 2] = c;
	p[at + 3] = d;
	return verdict(p);
}

static void arp_parse__fields(void)
{
	struct arp_packet arp;

	CHECK_EQ(arp_parse(&arp, good, sizeof(good)), ARP_OK);
	CHECK_EQ(arp.op, ARP_OP_REQUEST);
	CHECK(!memcmp(arp.sha, good + AT_SHA, 6));
	CHECK(!memcmp(&arp.spa, good + AT_SPA, 4));
	CHECK(!memcmp(arp.tha, good + 18, 6));
	CHECK(!memcmp(&arp.tpa, good + AT_TPA, 4));
}

/* Exact allocations, so that the sanitizer sees any byte read too many. */
static void arp_parse__every_length(void)
{
	size_t len;

	for (len = 0; len <= 60; len++) {
		u8 *p = calloc(1, len ? len : 1);
		struct arp_packet arp;

		memcpy(p, good, len < sizeof(good) ? len : sizeof(good));
		CHECK_EQ(arp_parse(&arp, p, len),
			 len < ARP_PACKET_LEN ? ARP_BAD_SHORT : ARP_OK);
		free(p);
	}
}

static void arp_parse__any_alignment(void)
{
	u8 buf[ARP_PACKET_LEN + 8];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		memcpy(buf + i, good, sizeof(good));
		CHECK_EQ(verdict(buf + i), ARP_OK);
	}
}

static void arp_parse__header(void)
{
	unsigned int at, value;

	for (at = 0; at < AT_OP; at++)
		for (value = 0; value < 256; value++)
			CHECK_EQ(with_byte(at, (u8)value),
				 value == good[at] ? ARP_OK : ARP_BAD_HEADER);
}

static void arp_parse__op(void)
{
	unsigned int op;

	for (op = 0; op < 65536; op++) {
		u8 p[ARP_PACKET_LEN];

		memcpy(p, good, sizeof(p));
		pure_put16(p + AT_OP, (u16)op);
		CHECK_EQ(verdict(p), op == ARP_OP_REQUEST || op == ARP_OP_REPLY ?
				     ARP_OK : ARP_BAD_OP);
	}
}

static void arp_parse__sender_mac(void)
{
	u8 p[ARP_PACKET_LEN];

	CHECK_EQ(with_byte(AT_SHA, 0x01), ARP_BAD_SENDER);
	CHECK_EQ(with_byte(AT_SHA, 0xff), ARP_BAD_SENDER);
	CHECK_EQ(with_byte(AT_SHA, 0x00), ARP_OK);
	memcpy(p, good, sizeof(p));
	memset(p + AT_SHA, 0, 6);
	CHECK_EQ(verdict(p), ARP_BAD_SENDER);
}

static void arp_parse__sender_addr(void)
{
	CHECK_EQ(with_addr(AT_SPA, 0, 0, 0, 0), ARP_OK);
	CHECK_EQ(with_addr(AT_SPA, 0, 0, 0, 1), ARP_BAD_SENDER);
	CHECK_EQ(with_addr(AT_SPA, 127, 0, 0, 1), ARP_BAD_SENDER);
	CHECK_EQ(with_addr(AT_SPA, 223, 255, 255, 255), ARP_OK);
	CHECK_EQ(with_addr(AT_SPA, 224, 0, 0, 1), ARP_BAD_SENDER);
	CHECK_EQ(with_addr(AT_SPA, 239, 255, 255, 255), ARP_BAD_SENDER);
	CHECK_EQ(with_addr(AT_SPA, 255, 255, 255, 255), ARP_BAD_SENDER);
}

/* Only a request is a probe. */
static void arp_parse__reply_without_sender(void)
{
	u8 p[ARP_PACKET_LEN];

	memcpy(p, good, sizeof(p));
	p[AT_OP + 1] = ARP_OP_REPLY;
	CHECK_EQ(verdict(p), ARP_OK);
	memset(p + AT_SPA, 0, 4);
	CHECK_EQ(verdict(p), ARP_BAD_SENDER);
}

static void arp_parse__target_addr(void)
{
	CHECK_EQ(with_addr(AT_TPA, 127, 0, 0, 1), ARP_BAD_TARGET);
	CHECK_EQ(with_addr(AT_TPA, 224, 0, 0, 1), ARP_BAD_TARGET);
	CHECK_EQ(with_addr(AT_TPA, 0, 0, 0, 0), ARP_OK);
	CHECK_EQ(with_addr(AT_TPA, 10, 0, 0, 255), ARP_OK);
}

static void arp_build__is_what_parse_reads(void)
{
	struct arp_packet arp, back;
	unsigned int i, j;

	for (i = 0; i < 1000; i++) {
		u8 *p = malloc(ARP_PACKET_LEN);

		memset(&arp, 0, sizeof(arp));
		arp.op = (u8)(ARP_OP_REQUEST + ktap_random(2));
		for (j = 0; j < 6; j++) {
			arp.sha[j] = (u8)ktap_random(256);
			arp.tha[j] = (u8)ktap_random(256);
		}
		arp.sha[0] = (u8)((arp.sha[0] & ~1) | 2);
		memcpy(&arp.spa, "\x0a\x01\x02\x03", 4);
		memcpy(&arp.tpa, "\xc0\xa8\x07\x09", 4);
		arp_build(&arp, p);
		memset(&back, 0, sizeof(back));
		CHECK_EQ(arp_parse(&back, p, ARP_PACKET_LEN), ARP_OK);
		CHECK(!memcmp(&arp, &back, sizeof(arp)));
		free(p);
	}
}

static void arp_gratuitous__kinds(void)
{
	struct arp_packet arp;

	CHECK_EQ(arp_parse(&arp, good, sizeof(good)), ARP_OK);
	CHECK(!arp_gratuitous(&arp));
	arp.tpa = arp.spa;
	CHECK(arp_gratuitous(&arp));
	arp.op = ARP_OP_REPLY;
	CHECK(!arp_gratuitous(&arp));
	memcpy(arp.tha, arp.sha, sizeof(arp.tha));
	CHECK(arp_gratuitous(&arp));
	arp.op = ARP_OP_REQUEST;
	arp.spa = 0;
	arp.tpa = 0;
	CHECK(!arp_gratuitous(&arp));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(arp_parse__fields),
	KTAP_CASE(arp_parse__every_length),
	KTAP_CASE(arp_parse__any_alignment),
	KTAP_CASE(arp_parse__header),
	KTAP_CASE(arp_parse__op),
	KTAP_CASE(arp_parse__sender_mac),
	KTAP_CASE(arp_parse__sender_addr),
	KTAP_CASE(arp_parse__reply_without_sender),
	KTAP_CASE(arp_parse__target_addr),
	KTAP_CASE(arp_build__is_what_parse_reads),
	KTAP_CASE(arp_gratuitous__kinds),
};

KTAP_MAIN(cases)
