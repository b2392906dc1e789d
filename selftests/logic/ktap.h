/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KTAP for tests of pure logic: a table of cases, each a function that says with
 * CHECK() what must hold.
 */
#ifndef _SELFTESTS_LOGIC_KTAP_H
#define _SELFTESTS_LOGIC_KTAP_H

#include <stdbool.h>
#include <stdio.h>

struct ktap_case {
	const char *name;
	void (*run)(void);
};

static bool ktap_failed;

#define CHECK(what)									\
	do {										\
		if (!(what)) {								\
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #what);		\
			ktap_failed = true;						\
		}									\
	} while (0)

#define CHECK_EQ(a, b)									\
	do {										\
		long long _a = (long long)(a), _b = (long long)(b);			\
											\
		if (_a != _b) {								\
			printf("# %s:%d: %s is %lld, not %s, %lld\n",			\
			       __FILE__, __LINE__, #a, _a, #b, _b);			\
			ktap_failed = true;						\
		}									\
	} while (0)

#define KTAP_CASE(fn)	{ #fn, fn }
#define KTAP_MAIN(cases)								\
	int main(void)									\
	{										\
		return ktap_run(cases, sizeof(cases) / sizeof((cases)[0]));		\
	}

static inline int ktap_run(const struct ktap_case *cases, unsigned int n)
{
	unsigned int i, failures = 0;

	printf("TAP version 13\n1..%u\n", n);
	for (i = 0; i < n; i++) {
		ktap_failed = false;
		cases[i].run();
		printf("%sok %u %s\n", ktap_failed ? "not " : "", i + 1, cases[i].name);
		fflush(stdout);
		failures += ktap_failed;
	}
	return failures != 0;
}

/* Random numbers that are the same in every run: xorshift64*. */
static unsigned long long ktap_seed = 0x9e3779b97f4a7c15ULL;

static inline unsigned int ktap_random(unsigned int below)
{
	ktap_seed ^= ktap_seed >> 12;
	ktap_seed ^= ktap_seed << 25;
	ktap_seed ^= ktap_seed >> 27;
	return (unsigned int)((ktap_seed * 0x2545f4914f6cdd1dULL) >> 33) % below;
}

#endif /* _SELFTESTS_LOGIC_KTAP_H */
