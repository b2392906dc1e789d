// SPDX-License-Identifier: GPL-2.0
/* Tests of the lookup structure of routes (ip/fib.c), in a stack that has nothing else. */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "../ip/fib.h"
#include "fail_nth.h"

#define RANDOM_ROUTES	400
#define RANDOM_QUERIES	4000

/**
 * struct fib_rig - a stack with tables and two interfaces
 * @stack: the stack
 * @fib: its tables
 * @iface: the interfaces, 1 and 2; up
 */
struct fib_rig {
	struct gonet_stack stack;
	struct gonet_fib fib;
	struct gonet_iface iface[2];
};

static int fib_init(struct kunit *test)
{
	struct fib_rig *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	unsigned int i;
	int err = 0;

	if (!r)
		return -ENOMEM;
	test->priv = r;
	r->stack.fib = &r->fib;
	r->fib.stack = &r->stack;
	xa_init(&r->stack.ifaces);
	for (i = 0; i < ARRAY_SIZE(r->iface) && !err; i++) {
		r->iface[i].index = i + 1;
		r->iface[i].up = true;
		err = xa_err(xa_store(&r->stack.ifaces, i + 1, &r->iface[i], GFP_KERNEL));
	}
	for (i = 0; i < GONET_TABLES && !err; i++)
		err = gonet_fib_table_init(&r->fib.table[i]);
	return err;
}

static void fib_exit(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	unsigned int i;

	for (i = 0; i < GONET_TABLES; i++)
		gonet_fib_table_destroy(&r->fib.table[i]);
	xa_destroy(&r->stack.ifaces);
}

static struct gonet_route fib_route(u32 dst, u8 plen, u32 metric)
{
	return (struct gonet_route) {
		.dst = htonl(plen ? dst & ~0U << (32 - plen) : 0), .plen = plen,
		.type = RTN_UNICAST, .scope = RT_SCOPE_LINK, .ifindex = 1, .metric = metric,
	};
}

static int fib_put(struct fib_rig *r, const struct gonet_route *route, unsigned int nlflags)
{
	int err;

	rcu_read_lock();
	err = gonet_fib_put(&r->fib, route, nlflags, NULL);
	rcu_read_unlock();
	return err;
}

static int fib_add(struct fib_rig *r, u32 dst, u8 plen, u32 metric)
{
	struct gonet_route route = fib_route(dst, plen, metric);

	return fib_put(r, &route, NLM_F_CREATE | NLM_F_EXCL);
}

/* Takes out the route to a prefix that has this metric. Return: its node is gone, too. */
static bool fib_del(struct kunit *test, u32 dst, u8 plen, u32 metric)
{
	struct fib_rig *r = test->priv;
	struct gonet_fib_table *table = &r->fib.table[GONET_TABLE_MAIN];
	struct gonet_route route = fib_route(dst, plen, metric);
	struct gonet_fib_node *node;
	struct gonet_fib_set *set;
	bool found = false, gone = false;
	unsigned int i;

	rcu_read_lock();
	node = gonet_fib_find(table, route.dst, plen);
	set = node ? rcu_dereference(node->set) : NULL;
	for (i = 0; set && i < set->n && !found; i++)
		found = set->route[i].type != RTN_UNSPEC && set->route[i].metric == metric;
	if (found)
		gone = gonet_fib_remove(&r->fib, table, node, i - 1);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE_MSG(test, found, "no %x/%u with metric %u", dst, plen, metric);
	return gone;
}

/* The metric of the route that is found, or an error. */
static int fib_ask(struct fib_rig *r, const struct gonet_fib_query *query)
{
	const struct gonet_route *route;
	int err;

	rcu_read_lock();
	err = gonet_fib_lookup(&r->stack, query, &route);
	if (!err)
		err = route->metric;
	rcu_read_unlock();
	return err;
}

static int fib_lookup(struct fib_rig *r, u32 daddr)
{
	const struct gonet_fib_query query = { .daddr = htonl(daddr) };

	return fib_ask(r, &query);
}

/* The test alone changes the table, so what is found stays. */
static struct gonet_fib_node *fib_at(struct gonet_fib_table *table, const struct gonet_prefix *at)
{
	struct gonet_fib_node *node;

	rcu_read_lock();
	node = gonet_fib_at(table, at);
	rcu_read_unlock();
	return node;
}

/* Nothing is left, nor any sign that there was something. */
static void fib_expect_empty(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	struct gonet_fib_table *table = &r->fib.table[GONET_TABLE_MAIN];
	struct gonet_prefix first = prefix_of(0, 0);

	KUNIT_EXPECT_EQ(test, r->fib.n_routes, 0);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(table->lengths, PREFIX_BITS + 1));
	KUNIT_EXPECT_NULL(test, fib_at(table, &first));
}

static void fib__longest_prefix_wins(struct kunit *test)
{
	static const struct { u32 dst; u8 plen; } routes[] = {
		{ 0, 0 }, { 0x80000000, 1 }, { 0x8a000000, 8 }, { 0x8a010203, 31 },
		{ 0x8a010203, 32 }, { 0xffffffff, 32 },
	};
	struct fib_rig *r = test->priv;
	int i;

	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8a010203), -ENETUNREACH);
	for (i = 0; i < ARRAY_SIZE(routes); i++)
		KUNIT_EXPECT_EQ(test, fib_add(r, routes[i].dst, routes[i].plen, i), 0);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0), 0);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x7fffffff), 0);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x80000000), 1);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8affffff), 2);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8b000000), 1);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8a010202), 3);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8a010203), 4);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8a010204), 2);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0xfffffffe), 1);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0xffffffff), 5);
	KUNIT_EXPECT_TRUE(test, fib_del(test, 0xffffffff, 32, 5));
	for (i = 4; i >= 0; i--) {
		KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8a010203), i);
		KUNIT_EXPECT_TRUE(test, fib_del(test, routes[i].dst, routes[i].plen, i));
	}
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x8a010203), -ENETUNREACH);
	fib_expect_empty(test);
}

/* What is said of each query by going through all routes, without any structure. */
static int fib_model(const struct gonet_route *routes, const bool *there, u32 daddr)
{
	int best = -1;
	unsigned int i;

	for (i = 0; i < RANDOM_ROUTES; i++)
		if (there[i] && prefix_holds(routes[i].dst, routes[i].plen, htonl(daddr)) &&
		    (best < 0 || routes[i].plen > routes[best].plen))
			best = i;
	return best < 0 ? -ENETUNREACH : best;
}

/* Routes and queries are near to each other, so that many match. */
static u32 fib_random_addr(struct rnd_state *rnd)
{
	return 0x0a000000 + (prandom_u32_state(rnd) & 0xc0c0c3);
}

static void fib__random_routes(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	struct gonet_route *routes = kunit_kcalloc(test, RANDOM_ROUTES, sizeof(*routes),
						   GFP_KERNEL);
	bool *there = kunit_kcalloc(test, RANDOM_ROUTES, sizeof(*there), GFP_KERNEL);
	unsigned int i, n, plen;
	struct rnd_state rnd;
	u32 addr;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, routes);
	KUNIT_ASSERT_NOT_NULL(test, there);
	prandom_seed_state(&rnd, 793);
	for (n = 0; n < RANDOM_QUERIES; n++) {
		i = prandom_u32_state(&rnd) % RANDOM_ROUTES;
		if (there[i]) {
			fib_del(test, ntohl(routes[i].dst), routes[i].plen, i);
			there[i] = false;
		} else {
			plen = prandom_u32_state(&rnd) % 33;
			routes[i] = fib_route(fib_random_addr(&rnd), plen, i);
			/* One of each prefix: the longest is then the only one. */
			rcu_read_lock();
			err = gonet_fib_find(&r->fib.table[GONET_TABLE_MAIN], routes[i].dst,
					     plen) ? -EEXIST : 0;
			rcu_read_unlock();
			if (!err)
				err = fib_put(r, &routes[i], NLM_F_CREATE | NLM_F_EXCL);
			KUNIT_ASSERT_TRUE(test, !err || err == -EEXIST);
			there[i] = !err;
		}
		addr = fib_random_addr(&rnd);
		KUNIT_ASSERT_EQ(test, fib_lookup(r, addr), fib_model(routes, there, addr));
	}
	for (i = 0; i < RANDOM_ROUTES; i++)
		if (there[i])
			fib_del(test, ntohl(routes[i].dst), routes[i].plen, i);
	fib_expect_empty(test);
}

/* A walk, as listings do it: from each prefix on to the next. */
static void fib__order(struct kunit *test)
{
	static const struct { u32 dst; u8 plen; } order[] = {
		{ 0, 0 }, { 0, 32 }, { 0x0a000000, 8 }, { 0x0a000000, 24 }, { 0x0a000001, 32 },
		{ 0x80000000, 1 }, { 0xffffff00, 24 }, { 0xffffffff, 32 },
	};
	static const u8 added[] = { 5, 0, 7, 3, 1, 6, 2, 4 };
	struct fib_rig *r = test->priv;
	struct gonet_fib_table *table = &r->fib.table[GONET_TABLE_MAIN];
	struct gonet_prefix at = prefix_of(0, 0);
	struct gonet_fib_node *node;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(added); i++)
		KUNIT_ASSERT_EQ(test, fib_add(r, order[added[i]].dst, order[added[i]].plen, 0), 0);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		struct gonet_prefix expected = prefix_of(htonl(order[i].dst), order[i].plen);

		node = fib_at(table, &at);
		KUNIT_ASSERT_NOT_NULL(test, node);
		KUNIT_EXPECT_EQ(test, prefix_number(&node->prefix), prefix_number(&expected));
		at = prefix_from_number(prefix_number(&node->prefix) + 1);
	}
	KUNIT_EXPECT_NULL(test, fib_at(table, &at));
}

static void fib__lowest_metric_wins(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	struct gonet_route route = fib_route(0x0a000000, 8, 20);

	KUNIT_EXPECT_EQ(test, fib_put(r, &route, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, 20), 0);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, 20), -EEXIST);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, 30), 0);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x0a000001), 20);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, 10), 0);
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x0a000001), 10);
	KUNIT_EXPECT_EQ(test, r->fib.n_routes, 3);
	/* The same metric by another interface takes its place, and is none more. */
	route.ifindex = 2;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_EQ(test, r->fib.n_routes, 3);
	KUNIT_EXPECT_FALSE(test, fib_del(test, 0x0a000000, 8, 10));
	KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x0a000001), 20);
	KUNIT_EXPECT_FALSE(test, fib_del(test, 0x0a000000, 8, 30));
	KUNIT_EXPECT_TRUE(test, fib_del(test, 0x0a000000, 8, 20));
	fib_expect_empty(test);
}

/* A route that cannot be used makes way for a shorter one; one that says no does not. */
static void fib__unusable_routes(struct kunit *test)
{
	struct gonet_fib_query query = { .daddr = htonl(0x0a010203) };
	struct fib_rig *r = test->priv;
	struct gonet_route route = fib_route(0x0a010200, 24, 24);

	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, 8), 0);
	route.ifindex = 2;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_CREATE), 0);
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), 24);
	query.oif = 1;
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), 8);
	query.oif = 3;
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), -ENETUNREACH);
	query.oif = 0;
	query.scope = RT_SCOPE_HOST;
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), -ENETUNREACH);
	query.scope = 0;
	r->iface[1].up = false;
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), 8);
	xa_erase(&r->stack.ifaces, 2);
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), 8);
	route = fib_route(0x0a010000, 16, 16);
	route.type = RTN_UNREACHABLE;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_CREATE), 0);
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), -EHOSTUNREACH);
	route.type = RTN_PROHIBIT;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), -EACCES);
	route.type = RTN_BLACKHOLE;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), -EINVAL);
	/* Own addresses come first, however long the prefixes of others, and need no link. */
	route = fib_route(0x0a010000, 16, 99);
	route.type = RTN_LOCAL;
	route.scope = RT_SCOPE_HOST;
	route.ifindex = 7;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_CREATE), 0);
	KUNIT_EXPECT_EQ(test, fib_ask(r, &query), 99);
}

static void fib__limits(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	struct gonet_route route = fib_route(0x0a000000, 8, 0);
	unsigned int i;

	for (i = 0; i < GONET_SET_MAX; i++)
		KUNIT_ASSERT_EQ(test, fib_add(r, 0x0a000000, 8, i), 0);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, i), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0b000000, 8, 0), 0);
	route.ifindex = 2;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_FALSE(test, fib_del(test, 0x0a000000, 8, 3));
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, i), 0);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, 3), -ENOSPC);

	r->fib.n_routes = GONET_ROUTES_MAX - 1;
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0c000000, 8, 0), 0);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0d000000, 8, 0), -ENOSPC);
	route.ifindex = 1;
	KUNIT_EXPECT_EQ(test, fib_put(r, &route, NLM_F_REPLACE), 0);
	KUNIT_EXPECT_TRUE(test, fib_del(test, 0x0c000000, 8, 0));
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0d000000, 8, 0), 0);
}

/* Each allocation of a change fails in turn: nothing has changed then. */
static void fib__no_memory_to_add(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	unsigned int n, metric, before;
	bool failed;
	int err;

	for (metric = 0; metric < 2; metric++) {
		for (n = 1; n < 20; n++) {
			before = r->fib.n_routes;
			fail_nth_alloc(n);
			err = fib_add(r, 0x0a000000, 8, metric);
			failed = fail_nth_failed();
			if (!err)
				break;
			KUNIT_EXPECT_TRUE(test, failed);
			KUNIT_EXPECT_EQ(test, err, -ENOMEM);
			KUNIT_EXPECT_EQ(test, r->fib.n_routes, before);
			if (!metric)
				fib_expect_empty(test);
			KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x0a000001),
					metric ? 0 : -ENETUNREACH);
		}
		KUNIT_EXPECT_EQ(test, err, 0);
		if (IS_ENABLED(CONFIG_FAULT_INJECTION))
			KUNIT_EXPECT_GT(test, n, 1);
	}
}

static void fib__no_memory_to_remove(struct kunit *test)
{
	struct fib_rig *r = test->priv;
	unsigned int i;
	bool gone;

	for (i = 0; i < GONET_SET_MAX; i++)
		KUNIT_ASSERT_EQ(test, fib_add(r, 0x0a000000, 8, i), 0);
	for (i = 0; i < 3; i++) {
		fail_nth_alloc(1);
		gone = fib_del(test, 0x0a000000, 8, i);
		KUNIT_EXPECT_EQ(test, fail_nth_failed(), IS_ENABLED(CONFIG_FAULT_INJECTION));
		KUNIT_EXPECT_FALSE(test, gone);
		KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x0a000001), i + 1);
		KUNIT_EXPECT_EQ(test, r->fib.n_routes, GONET_SET_MAX - 1 - i);
	}
	/* The places of those are free for others, and are no routes. */
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, i), 0);
	KUNIT_EXPECT_EQ(test, fib_add(r, 0x0a000000, 8, GONET_SET_MAX), -ENOSPC);
	for (i = 0; i < GONET_SET_MAX - 1; i++) {
		KUNIT_EXPECT_EQ(test, fib_lookup(r, 0x0a000001), i);
		fail_nth_alloc(1);
		gone = fib_del(test, 0x0a000000, 8, i);
		fail_nth_failed();
		KUNIT_EXPECT_FALSE(test, gone);
	}
	KUNIT_EXPECT_TRUE(test, fib_del(test, 0x0a000000, 8, i));
	fib_expect_empty(test);
}

static struct kunit_case fib_cases[] = {
	KUNIT_CASE(fib__longest_prefix_wins),
	KUNIT_CASE(fib__random_routes),
	KUNIT_CASE(fib__order),
	KUNIT_CASE(fib__lowest_metric_wins),
	KUNIT_CASE(fib__unusable_routes),
	KUNIT_CASE(fib__limits),
	KUNIT_CASE(fib__no_memory_to_add),
	KUNIT_CASE(fib__no_memory_to_remove),
	{}
};

static struct kunit_suite fib_suite = {
	.name = "fib",
	.init = fib_init,
	.exit = fib_exit,
	.test_cases = fib_cases,
};

kunit_test_suite(fib_suite);
