// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as IPv4 options: nothing outside them is touched, a pointer points into
 * them, and what is echoed or copied is sound itself.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ip/logic/ipv4_options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sound(const u8 *opts, size_t len, const struct ipv4_options_in *in)
{
	struct ipv4_options_out out;
	u8 copy[IPV4_OPTIONS_MAX];

	if (len > IPV4_OPTIONS_MAX || len % 4)
		abort();
	memcpy(copy, opts, len);
	if (ipv4_options_process(copy, len, in, &out) == IPV4_OPTIONS_PROBLEM &&
	    out.rr < 0 && out.ts < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipv4_options_in in = { .own = 0x0200000a, .now_ms = 86399999 };
	size_t len = size < IPV4_OPTIONS_MAX ? size : IPV4_OPTIONS_MAX;
	enum ipv4_options_verdict verdict;
	u8 made[IPV4_OPTIONS_MAX];
	struct ipv4_options_out out;
	u8 *opts = malloc(len ? len : 1);

	memcpy(opts, data, len);
	verdict = ipv4_options_process(opts, len, &in, &out);
	if (verdict == IPV4_OPTIONS_PROBLEM) {
		if (out.pointer < 20 || out.pointer >= 20 + len)
			abort();
	} else {
		if (out.rr >= (int)len || out.ts >= (int)len)
			abort();
		check_sound(made, ipv4_options_echo(opts, len, made), &in);
		check_sound(made, ipv4_options_copied(opts, len, made), &in);
	}
	free(opts);
	return 0;
}
