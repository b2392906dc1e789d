/* SPDX-License-Identifier: GPL-2.0 */
/* Arithmetic of sequence numbers (RFC 9293 3.4): modulo 2^32, meaningful up to 2^31 apart. */
#ifndef _GONET_TCP_SEQ_H
#define _GONET_TCP_SEQ_H

#include "../../ip/logic/pure.h"

static inline bool seq_before(u32 a, u32 b)
{
	return (int)(a - b) < 0;
}

static inline bool seq_after(u32 a, u32 b)
{
	return seq_before(b, a);
}

static inline bool seq_before_eq(u32 a, u32 b)
{
	return !seq_after(a, b);
}

static inline bool seq_after_eq(u32 a, u32 b)
{
	return !seq_before(a, b);
}

/* Whether @low <= @x <= @high. */
static inline bool seq_within(u32 low, u32 x, u32 high)
{
	return high - low >= x - low;
}

static inline u32 seq_max(u32 a, u32 b)
{
	return seq_after(a, b) ? a : b;
}

static inline u32 seq_min(u32 a, u32 b)
{
	return seq_before(a, b) ? a : b;
}

#endif /* _GONET_TCP_SEQ_H */
