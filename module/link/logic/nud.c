// SPDX-License-Identifier: GPL-2.0
/* Neighbour unreachability detection. Calls nothing of the kernel. */
#include "nud.h"

/**
 * nud_after_packet() - the state after a packet from the neighbour
 * @state: the state before it
 * @heard: what the packet says
 * @take_mac: set when the MAC address is to be taken from the packet
 *
 * A reply to us proves that the neighbour hears us; anything else only tells its
 * address, which does not confirm what is known and not less certain (RFC 4861
 * 7.2.3 and 7.2.5). A second, different answer within the lock time is not taken:
 * the first of several proxies wins.
 *
 * Return: the new state.
 */
u8 nud_after_packet(u8 state, const struct nud_heard *heard, bool *take_mac)
{
	*take_mac = false;
	if (state & NUD_FIXED)
		return state;
	if (state & NUD_KNOWN) {
		if (!heard->same_mac && !heard->override)
			return state;
		if (heard->same_mac && !heard->solicited)
			return state;
		*take_mac = !heard->same_mac;
	} else {
		*take_mac = true;
	}
	return heard->solicited ? NUD_REACHABLE : NUD_STALE;
}

/**
 * nud_after_time() - the state after the time of a state is over
 * @state: the state
 * @used_lately: a packet was sent to the neighbour within the delay time
 *
 * Return: the new state; @state itself when time changes nothing.
 */
u8 nud_after_time(u8 state, bool used_lately)
{
	switch (state) {
	case NUD_REACHABLE:
		return used_lately ? NUD_DELAY : NUD_STALE;
	case NUD_STALE:
		return used_lately ? NUD_DELAY : NUD_STALE;
	case NUD_DELAY:
		return NUD_PROBE;
	case NUD_INCOMPLETE:
	case NUD_PROBE:
		return NUD_FAILED;
	default:
		return state;
	}
}
