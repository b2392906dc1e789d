/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the IGMP files tell each other. All that is here is the IGMP process's alone,
 * but for what is said to be published.
 */
#ifndef _GONET_IP_IGMP_H
#define _GONET_IP_IGMP_H

#include <linux/timerqueue.h>
#include <linux/xarray.h>

#include <gonet/iface.h>
#include <gonet/igmp.h>
#include <gonet/stack.h>

#include "logic/igmp_state.h"

/* Bounds, for each interface and group. */
#define IGMP_GROUPS_MAX		1024	/* groups of an interface */
#define IGMP_LEAVING_MAX	256	/* of these, left but not yet said so often enough */
#define IGMP_SOURCES_MAX	1024	/* sources of a group that sockets name */
#define IGMP_ASKED_MAX		64	/* sources that a querier asks about, and remembered */
#define IGMP_SEND_RATE		200	/* messages a second that an interface sends */
#define IGMP_SEND_BURST		256	/* and how many of them at once */

/* RFC 3376 8 */
#define IGMP_ROBUSTNESS		2
#define IGMP_QUERY_INTERVAL	125			/* seconds */
#define IGMP_UNSOLICITED_V3	(1 * HZ)
#define IGMP_UNSOLICITED_V2	(10 * HZ)
#define IGMP_OLD_QUERIER_MAX	(3600 * HZ)		/* longest belief in an old querier */
#define IGMP_TENTH		max(HZ / 10, 1)		/* unit of response times */

struct igmp_due;
struct igmp_iface;

/* Something that is due; a step of the process. */
typedef void (*igmp_due_fn)(struct csp_proc *proc, struct igmp_due *due);

/**
 * struct igmp_due - something to be done at a time
 * @node: in &gonet_igmp.due while there is such a time, which is in jiffies (64 bits)
 * @fn: what
 */
struct igmp_due {
	struct timerqueue_node node;
	igmp_due_fn fn;
};

/**
 * struct igmp_group - a group on an interface
 * @iface: the interface
 * @addr: the group
 * @users: sockets that are members; published. 0 while its leaving is to be said.
 * @state: what they want, and what is to be said of that
 * @room: for how many sources &igmp_state.source has room
 * @list: what they want; published; NULL for all
 * @answer: when to answer a query, or in versions 1 and 2 to say it unasked
 * @repeats: versions 1 and 2: how often after that to say it unasked
 * @last_reporter: versions 1 and 2: of all hosts this one was the last to say it
 * @asked: sources that a query asked about; NULL for all
 * @n_asked: how many
 * @rcu: frees it
 */
struct igmp_group {
	struct igmp_iface *iface;
	__be32 addr;
	u32 users;
	struct igmp_state state;
	u32 room;
	struct gonet_sources __rcu *list;
	struct igmp_due answer;
	u8 repeats;
	bool last_reporter;
	__be32 *asked;
	u32 n_asked;
	struct rcu_head rcu;
};

/**
 * struct igmp_iface - an interface
 * @index: &gonet_iface.index
 * @speaks: there may be routers: it is not the loopback
 * @running: it can carry packets
 * @groups: &struct igmp_group by igmp_key(); published
 * @n: how many there are
 * @n_leaving: of these, without users
 * @version: of the protocol that is spoken now
 * @v1_until: a querier of version 1 is believed to be there until then, in jiffies
 *	(64 bits)
 * @v2_until: likewise of version 2
 * @robustness: how often to say things, as the querier says
 * @interval: seconds between general queries, as the querier says
 * @general: when to answer a general query of version 3
 * @change: when to say what changed
 * @tokens: messages that may be sent at once
 * @refilled: when those were counted, in jiffies (64 bits)
 * @rcu: frees it
 */
struct igmp_iface {
	u32 index;
	bool speaks;
	bool running;
	struct xarray groups;
	u32 n;
	u32 n_leaving;
	u8 version;
	u64 v1_until;
	u64 v2_until;
	u8 robustness;
	u32 interval;
	struct igmp_due general;
	struct igmp_due change;
	u32 tokens;
	u64 refilled;
	struct rcu_head rcu;
};

/**
 * struct gonet_igmp - the groups of a stack
 * @stack: whose
 * @ifaces: &struct igmp_iface by &gonet_iface.index; published
 * @due: &igmp_due.node
 * @timer: set for the first of them
 * @ipv4_tx: to the IPv4 writer
 */
struct gonet_igmp {
	struct gonet_stack *stack;
	struct xarray ifaces;
	struct timerqueue_head due;
	struct csp_timer timer;
	struct csp_out ipv4_tx;
};

/* By what a group is found: groups differ in 28 bits. */
static inline unsigned long igmp_key(__be32 group)
{
	return ntohl(group) & 0x0fffffff;
}

/* Whether routers are told of a group: never of 224.0.0.1 (RFC 3376 6). */
static inline bool igmp_told(const struct igmp_group *g)
{
	return g->iface->speaks && g->iface->running && g->addr != htonl(INADDR_ALLHOSTS_GROUP);
}

/* The process's state is a pointer, since others look at the groups too. */
static inline struct gonet_igmp *igmp_of(struct csp_proc *proc)
{
	return *(struct gonet_igmp **)csp_state(proc);
}

/* igmp.c */
void igmp_due_init(struct igmp_due *due, igmp_due_fn fn);
void igmp_due_at(struct gonet_igmp *igmp, struct igmp_due *due, u64 when);
void igmp_due_by(struct gonet_igmp *igmp, struct igmp_due *due, u64 when);
void igmp_due_cancel(struct gonet_igmp *igmp, struct igmp_due *due);

/* igmp_group.c */
struct igmp_iface *igmp_iface_find(struct gonet_igmp *igmp, u32 index);
int igmp_iface_add(struct gonet_igmp *igmp, struct gonet_iface *from);
void igmp_iface_del(struct gonet_igmp *igmp, struct igmp_iface *iface);
void igmp_iface_running(struct gonet_igmp *igmp, struct igmp_iface *iface, bool running);
void igmp_iface_forget_due(struct gonet_igmp *igmp, struct igmp_iface *iface);
struct igmp_group *igmp_group_find(struct igmp_iface *iface, __be32 addr);
void igmp_group_forget(struct gonet_igmp *igmp, struct igmp_group *g);
void igmp_group_unask(struct igmp_group *g);
int igmp_group_change(struct gonet_igmp *igmp, struct igmp_iface *iface, __be32 addr,
		      const struct gonet_sources *was, const struct gonet_sources *is);

/* igmp_member.c */
void igmp_member_serve(struct gonet_igmp *igmp, struct gonet_group_request *req);

/* igmp_query.c */
void igmp_receive(struct gonet_igmp *igmp, struct sk_buff *skb);
bool igmp_version_check(struct gonet_igmp *igmp, struct igmp_iface *iface);

/* igmp_report.c */
u64 igmp_random(u64 below);
void igmp_group_joined(struct gonet_igmp *igmp, struct igmp_group *g);
void igmp_group_left(struct gonet_igmp *igmp, struct igmp_group *g);
void igmp_group_changed(struct gonet_igmp *igmp, struct igmp_group *g);
void igmp_answer(struct csp_proc *proc, struct igmp_due *due);
void igmp_general(struct csp_proc *proc, struct igmp_due *due);
void igmp_change(struct csp_proc *proc, struct igmp_due *due);

#endif /* _GONET_IP_IGMP_H */
