/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Neighbour unreachability detection: which state follows from which. The states
 * and their numbers are NUD_* of linux/neighbour.h, the rules the native stack's
 * for ARP, which are RFC 4861 7.3's.
 */
#ifndef _GONET_NUD_H
#define _GONET_NUD_H

#include <linux/neighbour.h>

#include "../../ip/logic/pure.h"

/* States in which the MAC address is known. */
#define NUD_KNOWN	(NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | \
			 NUD_NOARP | NUD_PERMANENT)

/* States that only an administrator changes. */
#define NUD_FIXED	(NUD_NOARP | NUD_PERMANENT)

/**
 * struct nud_heard - what an ARP packet says about a neighbour
 * @same_mac: the MAC address is the known one
 * @solicited: it is a reply to us alone, so the neighbour hears us
 * @override: a MAC address other than the known one is to be believed
 */
struct nud_heard {
	bool same_mac;
	bool solicited;
	bool override;
};

u8 nud_after_packet(u8 state, const struct nud_heard *heard, bool *take_mac);
u8 nud_after_time(u8 state, bool used_lately);

#endif /* _GONET_NUD_H */
