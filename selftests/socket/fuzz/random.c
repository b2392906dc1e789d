// SPDX-License-Identifier: GPL-2.0
/* Arguments: mostly plausible, and the same again from the same seed. */
#include <limits.h>
#include <string.h>

#include "fuzz.h"

/* xorshift64* */
uint32_t number(struct worker *worker)
{
	uint64_t x = worker->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	worker->random = x;
	return (x * 0x2545f4914f6cdd1dULL) >> 32;
}

uint32_t below(struct worker *worker, uint32_t limit)
{
	return ((uint64_t)number(worker) * limit) >> 32;
}

bool one_in(struct worker *worker, uint32_t n)
{
	return !below(worker, n);
}

/* Small ones, powers of two and their neighbours, the limits, and any. */
long any_number(struct worker *worker)
{
	static const long limits[] = {
		0, -1, INT_MAX, INT_MIN, UINT_MAX, LONG_MAX, LONG_MIN, 65507, 65535, 65536,
	};

	switch (below(worker, 5)) {
	case 0:
		return below(worker, 256);
	case 1:
		return (1L << below(worker, 33)) + (long)below(worker, 3) - 1;
	case 2:
		return limits[below(worker, sizeof(limits) / sizeof(*limits))];
	case 3:
		return -(long)below(worker, 256);
	default:
		return number(worker);
	}
}

size_t any_length(struct worker *worker, size_t right)
{
	if (!one_in(worker, 6))
		return right;
	return one_in(worker, 2) ? below(worker, right + 8) : (size_t)any_number(worker);
}

/*
 * Where @len bytes are: up to the end of what can be touched, so that one more is too
 * many; rarely where they are not, or cannot be written.
 */
void *any_memory(struct worker *worker, size_t len)
{
	switch (below(worker, 60)) {
	case 0:
		return NULL;
	case 1:
		return worker->read_only;
	case 2:
		return worker->page + PAGES * 4096 - len / 2;
	case 3:
		return (void *)(intptr_t)any_number(worker);
	}
	if (len > PAGES * 4096)
		return worker->page;
	return worker->page + PAGES * 4096 - len;
}

void fill(struct worker *worker, void *at, size_t len)
{
	char *byte = at;
	uint32_t random;
	size_t n;

	while (len) {
		random = number(worker);
		n = len < sizeof(random) ? len : sizeof(random);
		memcpy(byte, &random, n);
		byte += n;
		len -= n;
	}
}
