/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Multicast groups: who is a member of which, and telling the routers (RFC 3376). The
 * IGMP process alone changes memberships; anybody may look at them under RCU.
 */
#ifndef _GONET_IGMP_H
#define _GONET_IGMP_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include <csp/csp.h>

struct gonet_sock;
struct gonet_stack;

/* Sources that a socket may name for one group, whatever igmp_max_msf says. */
#define GONET_MSF_MAX		512

/* Inputs of the IGMP process. */
enum {
	GONET_IGMP_CTL,		/* struct gonet_iface_ctl */
	GONET_IGMP_REQUEST,	/* struct gonet_group_request */
	GONET_IGMP_IN,		/* skb: data at the IGMP header, network header set */
	GONET_IGMP_TIMER,
	GONET_IGMP_INPUTS,
};

/**
 * struct gonet_sources - from which sources a member wants packets; never changed
 * @rcu: frees it
 * @exclude: from all but these; else from these alone
 * @n: how many there are
 * @addr: they, each once, as the program gave them
 */
struct gonet_sources {
	struct rcu_head rcu;
	bool exclude;
	u16 n;
	__be32 addr[];
};

/**
 * struct gonet_membership - that a socket is a member of a group
 * @node: in &gonet_sock.groups
 * @group: the group
 * @address: by which address of the interface it joined, or 0
 * @ifindex: &gonet_iface.index
 * @sources: what of the group it wants
 * @rcu: frees it
 *
 * The IGMP process alone writes it; it stays when the interface goes, and then means
 * nothing.
 */
struct gonet_membership {
	struct hlist_node node;
	__be32 group;
	__be32 address;
	u32 ifindex;
	struct gonet_sources __rcu *sources;
	struct rcu_head rcu;
};

/**
 * enum gonet_group_op - what a socket asks for
 * @GONET_GROUP_JOIN: to be a member, with &gonet_group_request.exclude and no sources
 * @GONET_GROUP_LEAVE: to be none any more
 * @GONET_GROUP_ADD: one source more in its list, which is of mode @exclude
 * @GONET_GROUP_DEL: one less
 * @GONET_GROUP_SET: mode and list
 * @GONET_GROUP_LEAVE_ALL: to be a member of nothing
 */
enum gonet_group_op {
	GONET_GROUP_JOIN,
	GONET_GROUP_LEAVE,
	GONET_GROUP_ADD,
	GONET_GROUP_DEL,
	GONET_GROUP_SET,
	GONET_GROUP_LEAVE_ALL,
};

/**
 * struct gonet_group_request - message to the IGMP process, on the asking thread's stack
 * @call: to be answered
 * @op: what is asked for
 * @gs: the socket
 * @group: the group
 * @address: by which own address the program named the interface, or 0
 * @ifindex: the interface; to leave, 0 is the first that @address says
 * @exclude: mode of the list of sources
 * @n: how many sources there are, at most GONET_MSF_MAX
 * @source: they
 */
struct gonet_group_request {
	struct csp_call call;
	enum gonet_group_op op;
	struct gonet_sock *gs;
	__be32 group;
	__be32 address;
	u32 ifindex;
	bool exclude;
	u16 n;
	const __be32 *source;
};

/**
 * struct gonet_group_info - a group that the stack is a member of
 * @ifindex: on which interface
 * @group: its address
 * @users: sockets that are members
 * @exclude: mode of the list of sources, merged from theirs
 * @n_sources: length of that list
 */
struct gonet_group_info {
	u32 ifindex;
	__be32 group;
	u32 users;
	bool exclude;
	u32 n_sources;
};

/* The table; before the process starts, and after it has ended. */
int gonet_igmp_init(struct gonet_stack *stack);
void gonet_igmp_destroy(struct gonet_stack *stack);

/* The IGMP process. Return: the process with a reference, or ERR_PTR(). */
struct csp_proc *gonet_igmp_start(struct gonet_stack *stack);

/* Process context, under lock_sock() or when nobody else has the socket; may sleep. */
int gonet_group_ask(struct gonet_stack *stack, struct gonet_group_request *req);

/*
 * Whether packets of @protocol from @source to @group are to be taken in by interface
 * @ifindex. Under RCU.
 */
bool gonet_group_joined(struct gonet_stack *stack, u32 ifindex, __be32 group, __be32 source,
			u8 protocol);
/*
 * Whether a socket wants a packet to a group: a member as its sources say, others if
 * they want what any socket of the host has joined (IP_MULTICAST_ALL). Under RCU.
 */
bool gonet_sock_hears(const struct gonet_sock *gs, u32 ifindex, __be32 group, __be32 source);
/* The socket's membership, or NULL. Under RCU. */
struct gonet_membership *gonet_sock_membership(const struct gonet_sock *gs, u32 ifindex,
					       __be32 group);

/* Where a group is in a walk, if it is joined. */
u64 gonet_group_pos(u32 ifindex, __be32 group);

/*
 * Calls @fn for groups from place *@pos on, under RCU (so @fn may not sleep), until it
 * returns other than 0 or there are no more; *@pos is where to go on.
 */
int gonet_group_walk(struct gonet_stack *stack, u64 *pos,
		     int (*fn)(const struct gonet_group_info *info, void *arg), void *arg);

#endif /* _GONET_IGMP_H */
