// SPDX-License-Identifier: GPL-2.0
/* Tests of module/ip/logic/ipv4_header.c. */
#include <stdlib.h>

#include "ip/logic/ipv4_header.h"
#include "ktap.h"

/* A header of @hlen bytes for a packet of @tot_len, with a right checksum. */
static void make_header(u8 *p, unsigned int hlen, unsigned int tot_len)
{
	memset(p, IPV4_HLEN_MIN, hlen);
	p[0] = (u8)(0x40 | hlen / 4);
	p[1] = 0xb9;
	pure_put16(p + 2, (u16)tot_len);
	pure_put16(p + 4, 0x1234);
	pure_put16(p + 6, 0x4000);
	p[8] = 63;
	p[9] = 17;
	memcpy(p + 12, "\x0a\x00\x00\x01\xc0\xa8\x07\x09", 8);
	pure_put16(p + 10, 0);
	pure_put16(p + 10, ipv4_header_csum(p, hlen));
}

static void ipv4_header_check__fields(void)
{
	struct ipv4_fields f;
	u8 p[40];

	make_header(p, 20, 40);
	CHECK_EQ(ipv4_header_check(p, 20, 40, &f), IPV4_OK);
	CHECK_EQ(f.hlen, 20);
	CHECK_EQ(f.tos, 0xb9);
	CHECK_EQ(f.tot_len, 40);
	CHECK_EQ(f.id, 0x1234);
	CHECK_EQ(f.frag_off, 0);
	CHECK_EQ(f.ttl, 63);
	CHECK_EQ(f.proto, 17);
	CHECK(f.df);
	CHECK(!f.more);
	CHECK(!memcmp(&f.saddr, p + 12, 4));
	CHECK(!memcmp(&f.daddr, p + 16, 4));
	CHECK(!ipv4_fields_fragmented(&f));
}

static void ipv4_header_check__fragment(void)
{
	struct ipv4_fields f;
	u8 p[20];

	make_header(p, 20, 20);
	pure_put16(p + 6, 0x3fff);
	pure_put16(p + 10, 0);
	pure_put16(p + 10, ipv4_header_csum(p, 20));
	CHECK_EQ(ipv4_header_check(p, 20, 20, &f), IPV4_OK);
	CHECK_EQ(f.frag_off, 65528);
	CHECK(f.more);
	CHECK(!f.df);
	CHECK(ipv4_fields_fragmented(&f));

	pure_put16(p + 6, 0x8000);
	pure_put16(p + 10, 0);
	pure_put16(p + 10, ipv4_header_csum(p, 20));
	CHECK_EQ(ipv4_header_check(p, 20, 20, &f), IPV4_OK);
	CHECK(!ipv4_fields_fragmented(&f));
}

/* Every length of what is there, of the header and of the total, against the rule. */
static void ipv4_header_check__lengths(void)
{
	unsigned int avail, linear, hlen, tot_len;

	for (hlen = 20; hlen <= 60; hlen += 4) {
		for (tot_len = 0; tot_len <= 70; tot_len++) {
			u8 full[60];

			make_header(full, hlen, tot_len);
			for (avail = 0; avail <= 64; avail++) {
				u8 *p = malloc(avail ? avail : 1);

				memcpy(p, full, avail < hlen ? avail : hlen);
				linear = avail > 3 ? avail - 3 : 0;
				for (; linear <= avail; linear++) {
					bool ok = linear >= hlen && tot_len >= hlen &&
						  tot_len <= avail;
					struct ipv4_fields f;

					CHECK_EQ(ipv4_header_check(p, linear, avail, &f),
						 ok ? IPV4_OK : IPV4_SHORT);
				}
				free(p);
			}
		}
	}
}

static void ipv4_header_check__version(void)
{
	struct ipv4_fields f;
	unsigned int v;
	u8 p[60] = {};

	for (v = 0; v < 256; v++) {
		p[0] = (u8)v;
		CHECK_EQ(ipv4_header_check(p, 60, 60, &f) == IPV4_VERSION,
			 v >> 4 != 4 || (v & 15) < 5);
	}
}

/* Every single changed bit is noticed. */
static void ipv4_header_check__csum(void)
{
	struct ipv4_fields f;
	unsigned int bit;
	u8 p[60];

	make_header(p, 60, 60);
	for (bit = 8; bit < 480; bit++) {
		p[bit / 8] ^= (u8)(1 << bit % 8);
		CHECK_EQ(ipv4_header_check(p, 60, 60, &f), IPV4_CSUM);
		p[bit / 8] ^= (u8)(1 << bit % 8);
	}
	CHECK_EQ(ipv4_header_check(p, 60, 60, &f), IPV4_OK);
}

/* RFC 1071's example, and the field's two zeros: 0xffff is a right checksum too. */
static void ipv4_header_csum__known(void)
{
	static const u8 example[8] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	u8 ones[20];

	CHECK_EQ(ipv4_header_csum(example, 8), 0xffff - 0xddf2);
	memset(ones, 0xff, sizeof(ones));
	CHECK_EQ(ipv4_header_csum(ones, 20), 0);
}

/* RFC 3168 5.3, all combinations. */
static void ipv4_fragments_ecn__all(void)
{
	unsigned int seen;

	CHECK_EQ(ipv4_fragments_ecn(1), 0);
	for (seen = 2; seen < 16; seen++)
		CHECK_EQ(ipv4_fragments_ecn((u8)seen), seen & 1 && seen != 1 ? -1 :
			 seen & 8 ? 3 : 0);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(ipv4_header_check__fields),
	KTAP_CASE(ipv4_header_check__fragment),
	KTAP_CASE(ipv4_header_check__lengths),
	KTAP_CASE(ipv4_header_check__version),
	KTAP_CASE(ipv4_header_check__csum),
	KTAP_CASE(ipv4_header_csum__known),
	KTAP_CASE(ipv4_fragments_ecn__all),
};

KTAP_MAIN(cases)
