// SPDX-License-Identifier: GPL-2.0
/* The UDP header: module/udp/logic/udp_header.c. */
#include <stdlib.h>

#include "udp/logic/udp_header.h"

#include "ktap.h"

static void udp_header_check__decodes(void)
{
	const u8 data[UDP_HLEN] = { 0x12, 0x34, 0xfe, 0xdc, 0x01, 0x02, 0xff, 0xff };
	struct udp_fields f;

	CHECK(udp_header_check(data, UDP_HLEN, 0x102, &f));
	CHECK_EQ(f.sport, 0x1234);
	CHECK_EQ(f.dport, 0xfedc);
	CHECK_EQ(f.len, 0x102);
}

/* What is read is not more than is there: each header has its own allocation. */
static void udp_header_check__not_whole(void)
{
	struct udp_fields f;
	size_t linear;
	u8 *data;

	for (linear = 0; linear < UDP_HLEN; linear++) {
		data = calloc(1, linear ? linear : 1);
		CHECK(!udp_header_check(data, linear, 100, &f));
		free(data);
	}
}

static void udp_header_check__length_edges(void)
{
	u8 data[UDP_HLEN] = {};
	struct udp_fields f;
	u32 len;

	for (len = 0; len <= 65535; len++) {
		pure_put16(data + 4, (u16)len);
		CHECK_EQ(udp_header_check(data, UDP_HLEN, 65535, &f), len >= UDP_HLEN);
		/* One byte more than there is, and exactly what there is. */
		if (len > UDP_HLEN)
			CHECK(!udp_header_check(data, UDP_HLEN, len - 1, &f));
		if (len >= UDP_HLEN)
			CHECK(udp_header_check(data, UDP_HLEN, len, &f));
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(udp_header_check__decodes),
	KTAP_CASE(udp_header_check__not_whole),
	KTAP_CASE(udp_header_check__length_edges),
};

KTAP_MAIN(cases)
