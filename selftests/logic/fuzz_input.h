/* SPDX-License-Identifier: GPL-2.0 */
/* For fuzzers: what must hold, and an input that is read number by number and then is 0. */
#ifndef _SELFTESTS_LOGIC_FUZZ_INPUT_H
#define _SELFTESTS_LOGIC_FUZZ_INPUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ip/logic/pure.h"

#define EXPECT(what)									\
	do {										\
		if (!(what)) {								\
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);	\
			abort();							\
		}									\
	} while (0)

struct fuzz_input {
	const u8 *data;
	size_t left;
};

static inline u8 fuzz_byte(struct fuzz_input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

static inline u16 fuzz_word(struct fuzz_input *in)
{
	u8 high = fuzz_byte(in);

	return (u16)(high << 8 | fuzz_byte(in));
}

static inline u32 fuzz_long(struct fuzz_input *in)
{
	u32 high = fuzz_word(in);

	return high << 16 | fuzz_word(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* _SELFTESTS_LOGIC_FUZZ_INPUT_H */
