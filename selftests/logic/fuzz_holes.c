// SPDX-License-Identifier: GPL-2.0
/*
 * Any sequence of fragments: 4 bytes each say offset, length and whether more
 * follow. Against a map of the bytes that are there.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ip/logic/holes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static u8 there[65536 + 8];

static void check_order(struct holes *h)
{
	struct holes_piece *p;
	u32 at = 0, sum = 0, n = h->pieces;

	while ((p = holes_take(h))) {
		if (p->start < at || p->end <= p->start || !n--)
			abort();
		at = p->end;
		sum += (u32)p->end - p->start;
		memset(there + p->start, 0, (size_t)p->end - p->start);
	}
	if (n || sum != h->got || at != h->highest)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct holes_piece pieces[1024];
	struct holes h = {};
	u32 n = 0;
	size_t i;

	for (i = 0; i + 4 <= size && n < 1024; i += 4) {
		u32 offset = (pure_get16(data + i) & 0x1fff) * 8u;
		u32 len = pure_get16(data + i + 2);
		bool more = data[i] & 0x80;

		if (data[i] & 0x40)
			len = (len & 0xff) * 8;
		switch (holes_add(&h, &pieces[n], offset, len, more, 20)) {
		case HOLES_NEW:
			if (memchr(there + offset, 1, len) || offset + len > 65515)
				abort();
			memset(there + offset, 1, len);
			n++;
			break;
		case HOLES_DUPLICATE:
		case HOLES_OVERLAP:
			if (!memchr(there + offset, 1, len))
				abort();
			break;
		default:
			break;
		}
		if (holes_complete(&h)) {
			if (memchr(there, 0, h.total))
				abort();
			break;
		}
	}
	check_order(&h);
	return 0;
}
