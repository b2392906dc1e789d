// SPDX-License-Identifier: GPL-2.0
/* Sizes that links have (RFC 1191 section 7). */
#include "plateau.h"

#define PLATEAU_LEAST	68	/* every link carries that (RFC 791) */

/* The plateaus of RFC 1191's table, and Ethernet's own MTU. */
static const u16 plateaus[] = {
	65535, 32000, 17914, 8166, 4352, 2002, 1500, 1492, 1006, 508, 296, PLATEAU_LEAST,
};

/**
 * plateau_below() - guess what fits a link that a packet did not fit
 * @len: the packet's length
 *
 * For routers that do not say it, which are older than RFC 1191.
 *
 * Return: the largest of the sizes that links have which is less than @len; the least
 * of all, 68, when none is.
 */
u32 plateau_below(u32 len)
{
	const u16 *p = plateaus;

	while (*p >= len && *p != PLATEAU_LEAST)
		p++;
	return *p;
}
