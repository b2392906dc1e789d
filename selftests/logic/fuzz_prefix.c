// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and prefixes, against arithmetic on 64-bit numbers; and the routes of one
 * prefix, to which any are added, changed and deleted: they are in the order of their
 * metrics, no two are the same, and each flag of a request does what rtnetlink says.
 */
#include <linux/errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "fuzz_input.h"
#include "ip/logic/prefix.h"

#include <gonet/route.h>

#define ROUTES	24

static u32 host(__be32 addr)
{
	return pure_get32((const u8 *)&addr);
}

static __be32 net(u32 addr)
{
	__be32 n;

	pure_put32((u8 *)&n, addr);
	return n;
}

/* @addr is one of @count addresses from @from on. */
static bool within(u32 addr, u64 from, u64 count)
{
	return addr >= from && addr < from + count;
}

static void addresses(struct fuzz_input *in)
{
	u32 a = fuzz_long(in), far = fuzz_byte(in) & 1;
	u32 b = a ^ (far ? fuzz_long(in) : 1U << fuzz_byte(in) % 32);
	unsigned int plen = fuzz_byte(in) % 33;
	u64 count = 1ULL << (32 - plen), from = a / count * count;
	enum gonet_addr_kind kind = addr_kind(net(a));

	EXPECT(host(prefix_mask(plen)) == (u32)((1ULL << 32) - count));
	EXPECT(host(prefix_network(net(a), plen)) == from);
	EXPECT(host(prefix_broadcast(net(a), plen)) == (count > 2 ? from + count - 1 : 0));
	EXPECT(prefix_holds(net(a), plen, net(b)) == within(b, from, count));

	EXPECT((kind == ADDR_ANY) == (a == 0));
	EXPECT((kind == ADDR_THIS_NET) == within(a, 1, 0xffffff));
	EXPECT((kind == ADDR_LOOPBACK) == within(a, 0x7f000000, 1 << 24));
	EXPECT((kind == ADDR_LINK_LOCAL) == within(a, 0xa9fe0000, 1 << 16));
	EXPECT((kind == ADDR_MULTICAST) == within(a, 0xe0000000, 1 << 28));
	EXPECT((kind == ADDR_BROADCAST) == (a == 0xffffffff));
	EXPECT(addr_is_local_group(net(a)) == within(a, 0xe0000000, 256));
	EXPECT(addr_may_be_own(net(a)) == (!within(a, 0, 1 << 24) && a != 0xffffffff &&
					   !within(a, 0xe0000000, 1 << 28)));
}

static struct gonet_prefix some_prefix(struct fuzz_input *in)
{
	u8 plen = fuzz_byte(in) % 33;

	return prefix_of(net(fuzz_byte(in) & 1 ? fuzz_long(in) : (u32)fuzz_byte(in) << 24), plen);
}

static int sign(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static void prefixes(struct fuzz_input *in)
{
	struct gonet_prefix a = some_prefix(in), b = some_prefix(in), back;
	u64 na = prefix_number(&a), nb = prefix_number(&b);
	int order = prefix_compare(&a, &b);

	EXPECT(na < 1ULL << 38);
	EXPECT((order > 0) - (order < 0) == sign(na, nb));
	EXPECT((order == 0) == (a.addr == b.addr && a.plen == b.plen));
	/* The larger network comes first. */
	if (a.plen < b.plen && prefix_holds(a.addr, a.plen, b.addr))
		EXPECT(order < 0);
	back = prefix_from_number(na);
	EXPECT(back.addr == a.addr && back.plen == a.plen);
}

struct table {
	struct gonet_route route[ROUTES];
	unsigned int n;
};

/* Few different ones, so that many are the same or differ by little. */
static struct gonet_route some_route(struct fuzz_input *in)
{
	u8 a = fuzz_byte(in), b = fuzz_byte(in);

	return (struct gonet_route){
		.type = a & 1 ? RTN_UNICAST : RTN_UNREACHABLE,
		.scope = a & 2 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
		.protocol = a & 4 ? RTPROT_STATIC : RTPROT_BOOT,
		.gateway = a & 8 ? net(0x0a000001) : 0,
		.ifindex = a >> 4 & 3,
		.prefsrc = b & 4 ? net(0x0a000002) : 0,
		.metric = b & 3,
	};
}

static bool same(const struct gonet_route *a, const struct gonet_route *b)
{
	return a->type == b->type && a->scope == b->scope && a->protocol == b->protocol &&
	       a->gateway == b->gateway && a->ifindex == b->ifindex &&
	       a->prefsrc == b->prefsrc && a->metric == b->metric;
}

static void check_table(const struct table *t)
{
	const struct gonet_route *prev = NULL;
	unsigned int i, j;

	for (i = 0; i < t->n; i++) {
		if (t->route[i].type == RTN_UNSPEC)
			continue;
		EXPECT(!prev || prev->metric <= t->route[i].metric);
		prev = &t->route[i];
		for (j = 0; j < t->n; j++)
			EXPECT(route_same(prev, &t->route[j]) == (i == j));
	}
}

/* How many have this metric, from which place on, and behind which. */
static unsigned int of_metric(const struct table *t, u32 metric, unsigned int *first,
			      unsigned int *end)
{
	unsigned int i, n = 0;

	for (i = 0; i < t->n; i++) {
		if (t->route[i].type == RTN_UNSPEC || t->route[i].metric != metric)
			continue;
		if (!n++)
			*first = i;
		*end = i + 1;
	}
	return n;
}

static void check_placed(const struct table *t, const struct gonet_route *new, unsigned int flags,
			 int what, unsigned int index)
{
	unsigned int first = 0, end = 0, i, n = of_metric(t, new->metric, &first, &end);
	bool there = false;

	for (i = 0; i < t->n; i++)
		there |= same(&t->route[i], new);
	if (n && flags & NLM_F_EXCL) {
		EXPECT(what == -EEXIST);
	} else if (n && flags & NLM_F_REPLACE) {
		/* It takes the place of the first: it may be that, but no other. */
		EXPECT(what == (!there ? ROUTE_REPLACE :
				same(&t->route[first], new) ? ROUTE_KEEP : -EEXIST));
		EXPECT(what < 0 || index == first);
	} else if (there) {
		EXPECT(what == -EEXIST);
	} else if (!(flags & NLM_F_CREATE)) {
		EXPECT(what == -ENOENT);
	} else {
		EXPECT(what == ROUTE_INSERT && index <= t->n);
		if (n)
			EXPECT(index == (flags & NLM_F_APPEND ? end : first));
	}
}

static void add(struct table *t, struct fuzz_input *in)
{
	static const unsigned int bits[] = {
		NLM_F_EXCL, NLM_F_REPLACE, NLM_F_CREATE, NLM_F_APPEND,
	};
	struct gonet_route new = some_route(in);
	unsigned int flags = 0, index = ~0U, i;
	u8 how = fuzz_byte(in);
	int what;

	for (i = 0; i < 4; i++)
		flags |= how & 1 << i ? bits[i] : 0;
	what = route_place(t->route, t->n, &new, flags, &index);
	check_placed(t, &new, flags, what, index);
	if (what == ROUTE_REPLACE) {
		t->route[index] = new;
	} else if (what == ROUTE_INSERT && t->n < ROUTES) {
		memmove(&t->route[index + 1], &t->route[index],
			(t->n - index) * sizeof(t->route[0]));
		t->route[index] = new;
		t->n++;
	}
}

/* What is asked for leaves some of it open; all routes go that have the rest. */
static void delete(struct table *t, struct fuzz_input *in)
{
	struct gonet_route all = some_route(in), wanted = all;
	unsigned int i;
	u8 open = fuzz_byte(in);

	wanted.type = open & 1 ? 0 : all.type;
	wanted.scope = open & 2 ? RT_SCOPE_NOWHERE : all.scope;
	wanted.protocol = open & 4 ? 0 : all.protocol;
	wanted.gateway = open & 8 ? 0 : all.gateway;
	wanted.ifindex = open & 16 ? 0 : all.ifindex;
	wanted.prefsrc = open & 32 ? 0 : all.prefsrc;
	wanted.metric = open & 64 ? 0 : all.metric;
	for (i = 0; i < t->n; i++) {
		struct gonet_route *r = &t->route[i], like = *r;

		like.type = wanted.type ? wanted.type : like.type;
		like.scope = wanted.scope != RT_SCOPE_NOWHERE ? wanted.scope : like.scope;
		like.protocol = wanted.protocol ? wanted.protocol : like.protocol;
		like.gateway = wanted.gateway ? wanted.gateway : like.gateway;
		like.ifindex = wanted.ifindex ? wanted.ifindex : like.ifindex;
		like.prefsrc = wanted.prefsrc ? wanted.prefsrc : like.prefsrc;
		like.metric = wanted.metric ? wanted.metric : like.metric;
		EXPECT(route_matches(r, &wanted) == same(r, &like));
		if (same(r, &like))
			*r = (struct gonet_route){ .type = RTN_UNSPEC };
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct table t = {};

	while (in.left) {
		switch (fuzz_byte(&in) % 8) {
		case 0:
			addresses(&in);
			break;
		case 1:
			prefixes(&in);
			break;
		case 2:
			delete(&t, &in);
			break;
		default:
			add(&t, &in);
			break;
		}
		check_table(&t);
	}
	return 0;
}
