// SPDX-License-Identifier: GPL-2.0
/* Prefixes, kinds of addresses, and the place of a route: module/ip/logic/prefix.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "ip/logic/prefix.h"

#include <gonet/route.h>

#include "ktap.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static __be32 ip(const char *text)
{
	return inet_addr(text);
}

static void prefix_mask__every_length(void)
{
	unsigned int plen;

	CHECK_EQ(prefix_mask(0), 0);
	for (plen = 1; plen <= 32; plen++)
		CHECK_EQ(ntohl(prefix_mask(plen)), 0xffffffffU << (32 - plen));
}

static void prefix_network__cuts_host_bits(void)
{
	CHECK_EQ(prefix_network(ip("10.1.2.3"), 32), ip("10.1.2.3"));
	CHECK_EQ(prefix_network(ip("10.1.2.3"), 31), ip("10.1.2.2"));
	CHECK_EQ(prefix_network(ip("10.1.2.3"), 24), ip("10.1.2.0"));
	CHECK_EQ(prefix_network(ip("10.255.2.3"), 9), ip("10.128.0.0"));
	CHECK_EQ(prefix_network(ip("255.255.255.255"), 1), ip("128.0.0.0"));
	CHECK_EQ(prefix_network(ip("255.255.255.255"), 0), 0);
}

static void prefix_broadcast__none_for_31_and_32(void)
{
	CHECK_EQ(prefix_broadcast(ip("10.1.2.3"), 24), ip("10.1.2.255"));
	CHECK_EQ(prefix_broadcast(ip("10.1.2.3"), 30), ip("10.1.2.3"));
	CHECK_EQ(prefix_broadcast(ip("10.1.2.2"), 31), 0);
	CHECK_EQ(prefix_broadcast(ip("10.1.2.2"), 32), 0);
	CHECK_EQ(prefix_broadcast(ip("127.0.0.1"), 8), ip("127.255.255.255"));
	CHECK_EQ(prefix_broadcast(ip("10.1.2.3"), 0), ip("255.255.255.255"));
}

static void prefix_holds__edges(void)
{
	CHECK(prefix_holds(ip("10.0.0.0"), 8, ip("10.255.255.255")));
	CHECK(!prefix_holds(ip("10.0.0.0"), 8, ip("11.0.0.0")));
	CHECK(!prefix_holds(ip("10.0.0.0"), 8, ip("9.255.255.255")));
	CHECK(prefix_holds(ip("10.0.0.77"), 25, ip("10.0.0.1")));
	CHECK(!prefix_holds(ip("10.0.0.77"), 25, ip("10.0.0.128")));
	CHECK(prefix_holds(0, 0, ip("255.255.255.255")));
	CHECK(!prefix_holds(0, 1, ip("128.0.0.0")));
	CHECK(!prefix_holds(ip("10.0.0.0"), 32, ip("10.0.0.1")));
}

static void prefix_of__has_no_host_bits(void)
{
	struct gonet_prefix a = prefix_of(ip("10.1.2.3"), 16), b = prefix_of(ip("10.1.255.0"), 16);

	CHECK(!memcmp(&a, &b, sizeof(a)));
	CHECK_EQ(sizeof(a), sizeof(a.addr) + sizeof(a.plen));
}

static void prefix_compare__by_network_then_length(void)
{
	static const struct {
		const char *addr;
		unsigned int plen;
	} sorted[] = {
		{ "0.0.0.0", 0 }, { "0.0.0.0", 1 }, { "0.0.0.0", 32 }, { "1.0.0.0", 8 },
		{ "10.0.0.0", 8 }, { "10.0.0.0", 24 }, { "10.0.1.0", 24 },
		{ "127.0.0.0", 8 }, { "128.0.0.0", 1 }, { "255.255.255.255", 32 },
	};
	unsigned int i, j;

	for (i = 0; i < COUNT(sorted); i++) {
		for (j = 0; j < COUNT(sorted); j++) {
			struct gonet_prefix a = prefix_of(ip(sorted[i].addr), sorted[i].plen);
			struct gonet_prefix b = prefix_of(ip(sorted[j].addr), sorted[j].plen);
			int cmp = prefix_compare(&a, &b);

			CHECK_EQ((cmp > 0) - (cmp < 0), (i > j) - (i < j));
		}
	}
}

static void prefix_number__same_order_and_back(void)
{
	struct gonet_prefix a, b;
	unsigned int i;
	int cmp;

	for (i = 0; i < 100000; i++) {
		a = prefix_of(htonl(ktap_random(1U << 31) << 1), ktap_random(33));
		b = prefix_of(ktap_random(2) ? a.addr : htonl(ktap_random(1U << 31)),
			      ktap_random(33));
		cmp = prefix_compare(&a, &b);
		CHECK((prefix_number(&a) < prefix_number(&b)) == (cmp < 0));
		CHECK((prefix_number(&a) == prefix_number(&b)) == !cmp);
		CHECK(prefix_number(&a) < 1ULL << 38);
		b = prefix_from_number(prefix_number(&a));
		CHECK(!prefix_compare(&a, &b));
	}
	/* One after a prefix comes after it and before the next. */
	a = prefix_of(ip("10.0.0.0"), 24);
	b = prefix_from_number(prefix_number(&a) + 1);
	CHECK(prefix_compare(&a, &b) < 0);
	a = prefix_of(ip("10.0.0.0"), 25);
	CHECK(prefix_compare(&b, &a) <= 0);
}

static void addr_kind__every_edge(void)
{
	CHECK_EQ(addr_kind(ip("0.0.0.0")), ADDR_ANY);
	CHECK_EQ(addr_kind(ip("0.0.0.1")), ADDR_THIS_NET);
	CHECK_EQ(addr_kind(ip("0.255.255.255")), ADDR_THIS_NET);
	CHECK_EQ(addr_kind(ip("1.0.0.0")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("126.255.255.255")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("127.0.0.0")), ADDR_LOOPBACK);
	CHECK_EQ(addr_kind(ip("127.255.255.255")), ADDR_LOOPBACK);
	CHECK_EQ(addr_kind(ip("128.0.0.0")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("169.253.255.255")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("169.254.0.0")), ADDR_LINK_LOCAL);
	CHECK_EQ(addr_kind(ip("169.254.255.255")), ADDR_LINK_LOCAL);
	CHECK_EQ(addr_kind(ip("169.255.0.0")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("223.255.255.255")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("224.0.0.0")), ADDR_MULTICAST);
	CHECK_EQ(addr_kind(ip("239.255.255.255")), ADDR_MULTICAST);
	CHECK_EQ(addr_kind(ip("240.0.0.0")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("255.255.255.254")), ADDR_UNICAST);
	CHECK_EQ(addr_kind(ip("255.255.255.255")), ADDR_BROADCAST);
}

static void addr_is_local_group__edges(void)
{
	CHECK(!addr_is_local_group(ip("223.255.255.255")));
	CHECK(addr_is_local_group(ip("224.0.0.0")));
	CHECK(addr_is_local_group(ip("224.0.0.255")));
	CHECK(!addr_is_local_group(ip("224.0.1.0")));
}

static void addr_may_be_own__hosts_only(void)
{
	CHECK(addr_may_be_own(ip("10.0.0.1")));
	CHECK(addr_may_be_own(ip("127.0.0.1")));
	CHECK(addr_may_be_own(ip("169.254.1.1")));
	CHECK(addr_may_be_own(ip("240.0.0.1")));
	CHECK(!addr_may_be_own(ip("0.0.0.0")));
	CHECK(!addr_may_be_own(ip("0.1.2.3")));
	CHECK(!addr_may_be_own(ip("224.0.0.1")));
	CHECK(!addr_may_be_own(ip("255.255.255.255")));
}

static void route_error__by_type(void)
{
	CHECK_EQ(route_error(RTN_UNICAST), 0);
	CHECK_EQ(route_error(RTN_LOCAL), 0);
	CHECK_EQ(route_error(RTN_BROADCAST), 0);
	CHECK_EQ(route_error(RTN_BLACKHOLE), -EINVAL);
	CHECK_EQ(route_error(RTN_UNREACHABLE), -EHOSTUNREACH);
	CHECK_EQ(route_error(RTN_PROHIBIT), -EACCES);
}

static void addr_is_host_of__not_the_network_itself(void)
{
	CHECK(addr_is_host_of(ip("10.0.0.2"), 24));
	CHECK(!addr_is_host_of(ip("10.0.0.0"), 24));
	CHECK(!addr_is_host_of(ip("10.0.0.255"), 24));
	CHECK(addr_is_host_of(ip("10.0.0.255"), 23));
	CHECK(addr_is_host_of(ip("10.0.0.1"), 0));
	CHECK(!addr_is_host_of(ip("10.0.0.3"), 30));
	CHECK(addr_is_host_of(ip("10.0.0.2"), 31));
	CHECK(addr_is_host_of(ip("10.0.0.3"), 31));
	CHECK(addr_is_host_of(ip("10.0.0.0"), 32));
	CHECK(!addr_is_host_of(ip("127.0.0.1"), 8));
	CHECK(!addr_is_host_of(ip("0.0.0.0"), 32));
	CHECK(!addr_is_host_of(ip("0.1.2.3"), 24));
	CHECK(!addr_is_host_of(ip("224.0.0.1"), 24));
	CHECK(!addr_is_host_of(ip("255.255.255.255"), 32));
}

static void route_least_scope__by_type(void)
{
	CHECK_EQ(route_least_scope(RTN_UNSPEC), RT_SCOPE_NOWHERE);
	CHECK_EQ(route_least_scope(RTN_UNICAST), RT_SCOPE_UNIVERSE);
	CHECK_EQ(route_least_scope(RTN_LOCAL), RT_SCOPE_HOST);
	CHECK_EQ(route_least_scope(RTN_BROADCAST), RT_SCOPE_LINK);
	CHECK_EQ(route_least_scope(RTN_PROHIBIT), RT_SCOPE_UNIVERSE);
}

static void route_usual_scope__by_type_and_gateway(void)
{
	struct gonet_route route = { .type = RTN_UNICAST };

	CHECK_EQ(route_usual_scope(&route), RT_SCOPE_LINK);
	route.gateway = 0x0100000a;
	CHECK_EQ(route_usual_scope(&route), RT_SCOPE_UNIVERSE);
	route.type = RTN_LOCAL;
	CHECK_EQ(route_usual_scope(&route), RT_SCOPE_HOST);
	route.type = RTN_BROADCAST;
	CHECK_EQ(route_usual_scope(&route), RT_SCOPE_LINK);
	route.type = RTN_BLACKHOLE;
	CHECK_EQ(route_usual_scope(&route), RT_SCOPE_UNIVERSE);
}

static const struct gonet_route base = {
	.type = RTN_UNICAST,
	.scope = RT_SCOPE_LINK,
	.protocol = RTPROT_BOOT,
	.gateway = 0x0100000a,
	.ifindex = 2,
	.prefsrc = 0x0200000a,
	.metric = 100,
};

/* Routes that differ from the base in one field each. */
static unsigned int variants(struct gonet_route *r)
{
	unsigned int i;

	for (i = 0; i < 7; i++)
		r[i] = base;
	r[0].type = RTN_LOCAL;
	r[1].scope = RT_SCOPE_UNIVERSE;
	r[2].protocol = RTPROT_STATIC;
	r[3].gateway++;
	r[4].ifindex++;
	r[5].prefsrc++;
	r[6].metric++;
	return 7;
}

static void route_same__every_field_counts(void)
{
	struct gonet_route r[7];
	unsigned int i, n = variants(r);

	CHECK(route_same(&base, &base));
	for (i = 0; i < n; i++)
		CHECK(!route_same(&base, &r[i]));
}

static void route_matches__zero_is_any(void)
{
	struct gonet_route any = { .scope = RT_SCOPE_NOWHERE }, r[7];
	unsigned int i, n = variants(r);

	CHECK(route_matches(&base, &any));
	CHECK(route_matches(&base, &base));
	for (i = 0; i < n; i++) {
		CHECK(route_matches(&r[i], &any));
		CHECK(!route_matches(&r[i], &base));
	}
}

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define CHANGE	NLM_F_REPLACE
#define REPLACE	(NLM_F_CREATE | NLM_F_REPLACE)
#define PREPEND	NLM_F_CREATE
#define APPEND	(NLM_F_CREATE | NLM_F_APPEND)

static struct gonet_route with(u32 metric, __be32 gateway)
{
	struct gonet_route route = base;

	route.metric = metric;
	route.gateway = gateway;
	return route;
}

static void route_place__in_an_empty_set(void)
{
	unsigned int index = 99;

	CHECK_EQ(route_place(NULL, 0, &base, 0, &index), -ENOENT);
	CHECK_EQ(route_place(NULL, 0, &base, CHANGE, &index), -ENOENT);
	CHECK_EQ(route_place(NULL, 0, &base, ADD, &index), ROUTE_INSERT);
	CHECK_EQ(index, 0);
	CHECK_EQ(route_place(NULL, 0, &base, REPLACE, &index), ROUTE_INSERT);
	CHECK_EQ(index, 0);
}

static void route_place__by_metric(void)
{
	const struct gonet_route set[] = { with(10, 1), with(20, 1), with(20, 2), with(30, 1) };
	static const struct {
		u32 metric;
		unsigned int index;
	} want[] = { { 0, 0 }, { 11, 1 }, { 19, 1 }, { 21, 3 }, { 31, 4 }, { ~0U, 4 } };
	unsigned int i, index;

	for (i = 0; i < COUNT(want); i++) {
		struct gonet_route route = with(want[i].metric, 1);

		CHECK_EQ(route_place(set, 4, &route, ADD, &index), ROUTE_INSERT);
		CHECK_EQ(index, want[i].index);
		CHECK_EQ(route_place(set, 4, &route, REPLACE, &index), ROUTE_INSERT);
		CHECK_EQ(index, want[i].index);
		CHECK_EQ(route_place(set, 4, &route, CHANGE, &index), -ENOENT);
	}
}

static void route_place__among_equal_metrics(void)
{
	const struct gonet_route set[] = { with(10, 1), with(20, 1), with(20, 2), with(30, 1) };
	const struct gonet_route fresh = with(20, 3), first = with(20, 1), second = with(20, 2);
	unsigned int index;

	CHECK_EQ(route_place(set, 4, &fresh, ADD, &index), -EEXIST);
	CHECK_EQ(route_place(set, 4, &fresh, PREPEND, &index), ROUTE_INSERT);
	CHECK_EQ(index, 1);
	CHECK_EQ(route_place(set, 4, &fresh, APPEND, &index), ROUTE_INSERT);
	CHECK_EQ(index, 3);
	CHECK_EQ(route_place(set, 4, &fresh, REPLACE, &index), ROUTE_REPLACE);
	CHECK_EQ(index, 1);
	CHECK_EQ(route_place(set, 4, &fresh, CHANGE, &index), ROUTE_REPLACE);
	CHECK_EQ(route_place(set, 4, &fresh, 0, &index), -ENOENT);
	CHECK_EQ(route_place(set, 4, &fresh, NLM_F_APPEND, &index), -ENOENT);

	CHECK_EQ(route_place(set, 4, &first, REPLACE, &index), ROUTE_KEEP);
	CHECK_EQ(route_place(set, 4, &second, REPLACE, &index), -EEXIST);
	CHECK_EQ(route_place(set, 4, &second, APPEND, &index), -EEXIST);
	CHECK_EQ(route_place(set, 4, &first, PREPEND, &index), -EEXIST);
}

static void route_place__empty_places_are_no_routes(void)
{
	struct gonet_route set[] = { with(10, 1), with(20, 1), with(20, 2) };
	const struct gonet_route first = with(20, 1), third = with(20, 3);
	unsigned int index;

	set[1].type = RTN_UNSPEC;
	CHECK_EQ(route_place(set, 3, &first, PREPEND, &index), ROUTE_INSERT);
	CHECK_EQ(index, 2);
	CHECK_EQ(route_place(set, 3, &third, REPLACE, &index), ROUTE_REPLACE);
	CHECK_EQ(index, 2);
	set[2].type = RTN_UNSPEC;
	CHECK_EQ(route_place(set, 3, &first, ADD, &index), ROUTE_INSERT);
	CHECK_EQ(index, 3);
	set[0].type = RTN_UNSPEC;
	CHECK_EQ(route_place(set, 3, &third, ADD, &index), ROUTE_INSERT);
	CHECK_EQ(route_place(set, 3, &third, CHANGE, &index), -ENOENT);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(prefix_mask__every_length),
	KTAP_CASE(prefix_network__cuts_host_bits),
	KTAP_CASE(prefix_broadcast__none_for_31_and_32),
	KTAP_CASE(prefix_holds__edges),
	KTAP_CASE(prefix_of__has_no_host_bits),
	KTAP_CASE(prefix_compare__by_network_then_length),
	KTAP_CASE(prefix_number__same_order_and_back),
	KTAP_CASE(addr_kind__every_edge),
	KTAP_CASE(addr_is_local_group__edges),
	KTAP_CASE(addr_may_be_own__hosts_only),
	KTAP_CASE(addr_is_host_of__not_the_network_itself),
	KTAP_CASE(route_error__by_type),
	KTAP_CASE(route_least_scope__by_type),
	KTAP_CASE(route_usual_scope__by_type_and_gateway),
	KTAP_CASE(route_same__every_field_counts),
	KTAP_CASE(route_matches__zero_is_any),
	KTAP_CASE(route_place__in_an_empty_set),
	KTAP_CASE(route_place__by_metric),
	KTAP_CASE(route_place__among_equal_metrics),
	KTAP_CASE(route_place__empty_places_are_no_routes),
};

KTAP_MAIN(cases)
