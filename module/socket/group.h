/* SPDX-License-Identifier: GPL-2.0 */
/* What group.c and groupopt.c tell each other of multicast groups. */
#ifndef _GONET_SOCKET_GROUP_H
#define _GONET_SOCKET_GROUP_H

#include <linux/types.h>

struct gonet_sock;

/**
 * struct gonet_group_where - how a program names the interface of a membership
 * @group: the group
 * @address: an own address of the interface, or 0
 * @number: the interface's number for programs, or 0; before @address
 */
struct gonet_group_where {
	__be32 group;
	__be32 address;
	int number;
};

u32 gonet_group_iface(struct gonet_sock *gs, const struct gonet_group_where *where);
int gonet_group_join(struct gonet_sock *gs, const struct gonet_group_where *where, bool exclude);
int gonet_group_leave(struct gonet_sock *gs, const struct gonet_group_where *where);
int gonet_group_source(struct gonet_sock *gs, const struct gonet_group_where *where,
		       __be32 source, bool exclude, bool add);
int gonet_group_filter(struct gonet_sock *gs, const struct gonet_group_where *where, u32 mode,
		       unsigned int n, const __be32 *source);
int gonet_group_sources(struct gonet_sock *gs, const struct gonet_group_where *where, u32 *mode,
			u32 room, __be32 *source);

#endif /* _GONET_SOCKET_GROUP_H */
