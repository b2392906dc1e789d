/* SPDX-License-Identifier: GPL-2.0 */
/* Sizes that links have (RFC 1191 section 7): pure logic. */
#ifndef _GONET_PLATEAU_H
#define _GONET_PLATEAU_H

#include "pure.h"

u32 plateau_below(u32 len);

#endif /* _GONET_PLATEAU_H */
