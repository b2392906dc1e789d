/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a host wants of a group on an interface: what its sockets want, merged, and
 * what of that its routers have not been told often enough (RFC 3376 3.2, 5.1): pure
 * logic.
 */
#ifndef _GONET_IGMP_STATE_H
#define _GONET_IGMP_STATE_H

#include "igmp_packet.h"

/**
 * struct igmp_filter - from which sources a socket wants a group's packets
 * @exclude: from all but these; else from these alone
 * @n: how many
 * @addr: they, each once
 */
struct igmp_filter {
	bool exclude;
	u16 n;
	const __be32 *addr;
};

/**
 * struct igmp_source - a source
 * @addr: its address
 * @in: sockets that want its packets
 * @ex: sockets that want all but its packets
 * @left: how often its change is still to be said
 * @listed: it is in the list of the merged filter
 */
struct igmp_source {
	__be32 addr;
	u32 in;
	u32 ex;
	u8 left;
	bool listed;
};

/**
 * struct igmp_state - a group on an interface
 * @source: the sources that sockets name, and those whose change is to be said, by
 *	address; the caller's memory
 * @n: how many
 * @n_in: sockets that want certain sources
 * @n_ex: sockets that want all but certain sources
 * @exclude: the merged filter's mode
 * @left: how often its change is still to be said
 *
 * All zero at first: nobody wants the group.
 */
struct igmp_state {
	struct igmp_source *source;
	u32 n;
	u32 n_in;
	u32 n_ex;
	bool exclude;
	u8 left;
};

bool igmp_filter_passes(const struct igmp_filter *f, __be32 source);

bool igmp_state_change(struct igmp_state *st, const struct igmp_filter *was,
		       const struct igmp_filter *is, u8 times);
void igmp_state_announce(struct igmp_state *st, u8 times);
bool igmp_state_pending(const struct igmp_state *st);
bool igmp_state_wants(const struct igmp_state *st, __be32 source);
u32 igmp_state_list(const struct igmp_state *st, __be32 *addr);

void igmp_state_say(const struct igmp_state *st, __be32 group, struct igmp_writer *w);
void igmp_state_say_of(const struct igmp_state *st, __be32 group, const __be32 *asked, u32 n,
		       struct igmp_writer *w);
void igmp_state_say_change(struct igmp_state *st, __be32 group, struct igmp_writer *w);

#endif /* _GONET_IGMP_STATE_H */
