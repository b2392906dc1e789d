/* SPDX-License-Identifier: GPL-2.0 */
/* gonet route: what its two files share. */
#ifndef GONET_ROUTE_H
#define GONET_ROUTE_H

#include "gonet.h"

/**
 * struct route - a route, or what is asked of one
 * @next: the one that comes after it
 * @dst: destination
 * @gateway: next hop, if given
 * @prefsrc: source address, if given
 * @ifindex: interface, or 0
 * @metric: metric
 * @type: RTN_*, or -1
 * @scope: RT_SCOPE_*, or -1
 * @protocol: RTPROT_*, or -1
 */
struct route {
	struct route *next;
	struct prefix dst;
	struct prefix gateway;
	struct prefix prefsrc;
	uint32_t ifindex;
	uint32_t metric;
	int type;
	int scope;
	int protocol;
};

/**
 * struct route_filter - which routes are meant
 * @exact: to this destination, if given
 * @root: to this one or a part of it, if given
 * @match: to this one or one that holds it, if given
 * @like: what else they have
 * @local: of the local table
 * @main: of the main table
 */
struct route_filter {
	struct prefix exact;
	struct prefix root;
	struct prefix match;
	struct route like;
	bool local;
	bool main;
};

extern const char route_usage[];

enum status route_parse(struct args *args, struct route *route);
enum status route_filter_parse(struct args *args, struct route_filter *filter);
bool route_wanted(const struct route *route, const struct route_filter *filter);
struct nlmsghdr *route_request(uint8_t cmd, const struct route *route);

#endif /* GONET_ROUTE_H */
