// SPDX-License-Identifier: GPL-2.0
/*
 * Any lengths, each followed down the plateaus as by a path whose links are narrower and
 * narrower: every step is one of RFC 1191's table, and none is left out.
 */
#include "fuzz_input.h"
#include "ip/logic/plateau.h"

/* From the least on; the first is for all that are not greater than it, too. */
static const u32 sizes[] = {
	68, 296, 508, 1006, 1492, 1500, 2002, 4352, 8166, 17914, 32000, 65535,
};

static u32 below(u32 len)
{
	size_t i = sizeof(sizes) / sizeof(sizes[0]);

	while (i > 1 && sizes[i - 1] >= len)
		i--;
	return sizes[i - 1];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	while (in.left) {
		u32 len = fuzz_byte(&in) & 1 ? fuzz_long(&in) : fuzz_word(&in), next, steps = 0;

		for (;;) {
			next = plateau_below(len);
			EXPECT(next == below(len));
			if (len <= 68)
				break;
			EXPECT(next < len && ++steps <= 12);
			len = next;
		}
	}
	return 0;
}
