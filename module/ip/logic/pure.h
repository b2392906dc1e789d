/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pure files, which call nothing of the kernel, need: the kernel's types
 * and memcpy(), in the kernel and in user space alike.
 */
#ifndef _GONET_PURE_H
#define _GONET_PURE_H

#ifdef __KERNEL__

#include <linux/math64.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#endif

/* Numbers of the wire, at any alignment. */
static inline u16 pure_get16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline u32 pure_get32(const u8 *p)
{
	return (u32)pure_get16(p) << 16 | pure_get16(p + 2);
}

static inline void pure_put16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static inline void pure_put32(u8 *p, u32 v)
{
	pure_put16(p, (u16)(v >> 16));
	pure_put16(p + 2, (u16)v);
}

/* Divisions that 32-bit kernels have no instruction for. */
static inline u64 pure_div64(u64 dividend, u64 divisor)
{
#ifdef __KERNEL__
	return div64_u64(dividend, divisor);
#else
	return dividend / divisor;
#endif
}

#endif /* _GONET_PURE_H */
