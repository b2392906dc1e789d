/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: tells whoever listens to the netlink group "events" what has changed.
 *
 * Any context but hard interrupt, under RCU or with the object kept otherwise;
 * nothing is kept of the arguments. Costs a look at a list when nobody listens.
 * An event for which there is no memory is lost, and the listeners' next receive
 * says -ENOBUFS.
 */
#ifndef _GONET_NOTIFY_H
#define _GONET_NOTIFY_H

struct gonet_addr;
struct gonet_iface;
struct gonet_neigh_info;
struct gonet_route;
struct gonet_stack;

/**
 * enum gonet_event - what happened to the object
 * @GONET_EVENT_NEW: it is new, or it has changed
 * @GONET_EVENT_DEL: it is gone
 */
enum gonet_event {
	GONET_EVENT_NEW,
	GONET_EVENT_DEL,
};

void gonet_notify_link(struct gonet_stack *stack, enum gonet_event event,
		       struct gonet_iface *iface);
void gonet_notify_addr(struct gonet_stack *stack, enum gonet_event event,
		       const struct gonet_addr *addr);
void gonet_notify_route(struct gonet_stack *stack, enum gonet_event event,
			const struct gonet_route *route);
void gonet_notify_neigh(struct gonet_stack *stack, enum gonet_event event,
			const struct gonet_neigh_info *info);

#endif /* _GONET_NOTIFY_H */
