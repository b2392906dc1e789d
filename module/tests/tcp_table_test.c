// SPDX-License-Identifier: GPL-2.0
/* Tests of the table of connections (tcp/tcp_table.c). */
#include <kunit/test.h>
#include <linux/slab.h>

#include "../tcp/tcp.h"
#include "fail_nth.h"

#define TABLE_MANY	5000	/* so that it grows several times */

static int table_init(struct kunit *test)
{
	struct gonet_tcp *tcp = kunit_kzalloc(test, sizeof(*tcp), GFP_KERNEL);

	if (!tcp)
		return -ENOMEM;
	test->priv = tcp;
	return tcp_table_init(tcp);
}

/* It warns if something is left in it, which is a report. */
static void table_exit(struct kunit *test)
{
	tcp_table_destroy(test->priv);
}

/* The kunit thread alone changes the table, so what it has stays. */
static struct tcp_entry *table_find(struct gonet_tcp *tcp, const struct tcp_tuple *key)
{
	struct tcp_entry *e;

	rcu_read_lock();
	e = tcp_table_find(tcp, key);
	rcu_read_unlock();
	return e;
}

/* Keys as a server has them: peers and their ports differ. */
static struct tcp_tuple table_key(unsigned int n)
{
	return (struct tcp_tuple) {
		.laddr = htonl(0x0a000002), .raddr = htonl(0x0a000100 + n % 16),
		.lport = htons(80), .rport = htons(1024 + n / 16),
	};
}

static struct tcp_entry *table_entries(struct kunit *test, unsigned int n)
{
	struct tcp_entry *e = kunit_kcalloc(test, n, sizeof(*e), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, e);
	for (i = 0; i < n; i++)
		e[i].key = table_key(i);
	return e;
}

static void table__every_field_tells_keys_apart(struct kunit *test)
{
	struct gonet_tcp *tcp = test->priv;
	struct tcp_entry *e = table_entries(test, 5);
	unsigned int i, j;

	for (i = 1; i < 5; i++)
		e[i].key = e[0].key;
	e[1].key.laddr ^= htonl(1);
	e[2].key.raddr ^= htonl(1);
	e[3].key.lport ^= htons(1);
	e[4].key.rport ^= htons(1);
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_NULL(test, table_find(tcp, &e[i].key));
		KUNIT_EXPECT_EQ(test, tcp_table_add(tcp, &e[i]), 0);
	}
	for (i = 0; i < 5; i++) {
		for (j = i; j < 5; j++)
			KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[j].key), &e[j]);
		tcp_table_del(tcp, &e[i]);
		KUNIT_EXPECT_NULL(test, table_find(tcp, &e[i].key));
	}
}

static void table__a_key_is_there_once(struct kunit *test)
{
	struct gonet_tcp *tcp = test->priv;
	struct tcp_entry *e = table_entries(test, 2);

	e[1].key = e[0].key;
	KUNIT_EXPECT_EQ(test, tcp_table_add(tcp, &e[0]), 0);
	KUNIT_EXPECT_EQ(test, tcp_table_add(tcp, &e[1]), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[0].key), &e[0]);
	tcp_table_del(tcp, &e[0]);
	KUNIT_EXPECT_EQ(test, tcp_table_add(tcp, &e[1]), 0);
	KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[0].key), &e[1]);
	tcp_table_del(tcp, &e[1]);
}

static void table__replace(struct kunit *test)
{
	struct gonet_tcp *tcp = test->priv;
	struct tcp_entry *e = table_entries(test, 4);

	e[1].key = e[0].key;
	e[2].key = e[0].key;
	KUNIT_EXPECT_EQ(test, tcp_table_replace(tcp, &e[0], &e[1]), -ENOENT);
	KUNIT_EXPECT_NULL(test, table_find(tcp, &e[0].key));
	KUNIT_EXPECT_EQ(test, tcp_table_add(tcp, &e[0]), 0);
	KUNIT_EXPECT_EQ(test, tcp_table_add(tcp, &e[3]), 0);
	KUNIT_EXPECT_EQ(test, tcp_table_replace(tcp, &e[0], &e[1]), 0);
	KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[0].key), &e[1]);
	/* Another one has its place already. */
	KUNIT_EXPECT_EQ(test, tcp_table_replace(tcp, &e[0], &e[2]), -ENOENT);
	KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[0].key), &e[1]);
	KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[3].key), &e[3]);
	/* Nor is one that is gone taken out in the name of another. */
	tcp_table_del(tcp, &e[0]);
	KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[0].key), &e[1]);
	tcp_table_del(tcp, &e[1]);
	tcp_table_del(tcp, &e[3]);
}

static unsigned int table_count(struct gonet_tcp *tcp, struct tcp_entry *e)
{
	unsigned int i, n = 0;

	for (i = 0; i < TABLE_MANY; i++)
		n += table_find(tcp, &e[i].key) == &e[i];
	return n;
}

static void table__grows_and_shrinks(struct kunit *test)
{
	struct gonet_tcp *tcp = test->priv;
	struct tcp_entry *e = table_entries(test, TABLE_MANY);
	unsigned int i;

	for (i = 0; i < TABLE_MANY; i++) {
		KUNIT_ASSERT_EQ(test, tcp_table_add(tcp, &e[i]), 0);
		/* Whatever table it is just being moved to. */
		KUNIT_ASSERT_PTR_EQ(test, table_find(tcp, &e[i / 2].key), &e[i / 2]);
	}
	KUNIT_EXPECT_EQ(test, table_count(tcp, e), TABLE_MANY);
	for (i = 0; i < TABLE_MANY; i += 2)
		tcp_table_del(tcp, &e[i]);
	KUNIT_EXPECT_EQ(test, table_count(tcp, e), TABLE_MANY / 2);
	for (i = 0; i < TABLE_MANY; i += 2)
		KUNIT_ASSERT_NULL(test, table_find(tcp, &e[i].key));
	for (i = 1; i < TABLE_MANY; i += 2)
		tcp_table_del(tcp, &e[i]);
	KUNIT_EXPECT_EQ(test, table_count(tcp, e), 0);
}

/* Where a larger table cannot be had at once an entry may be refused; all others stay. */
static void table__without_memory(struct kunit *test)
{
	struct gonet_tcp *tcp = test->priv;
	struct tcp_entry *e = table_entries(test, TABLE_MANY);
	unsigned int i, failed = 0, refused = 0;
	int err;

	for (i = 0; i < TABLE_MANY; i++) {
		fail_nth_alloc(1);
		err = tcp_table_add(tcp, &e[i]);
		failed += fail_nth_failed();
		if (err)
			KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_PTR_EQ(test, table_find(tcp, &e[i].key), err ? NULL : &e[i]);
		refused += err != 0;
	}
	kunit_info(test, "%u allocations failed, %u were not entered\n", failed, refused);
	KUNIT_EXPECT_EQ(test, table_count(tcp, e), TABLE_MANY - refused);
	KUNIT_EXPECT_LE(test, refused, failed);
	for (i = 0; i < TABLE_MANY; i++)
		if (table_find(tcp, &e[i].key))
			tcp_table_del(tcp, &e[i]);
}

static struct kunit_case table_cases[] = {
	KUNIT_CASE(table__every_field_tells_keys_apart),
	KUNIT_CASE(table__a_key_is_there_once),
	KUNIT_CASE(table__replace),
	KUNIT_CASE(table__grows_and_shrinks),
	KUNIT_CASE(table__without_memory),
	{}
};

static struct kunit_suite table_suite = {
	.name = "tcp_table",
	.init = table_init,
	.exit = table_exit,
	.test_cases = table_cases,
};

kunit_test_suite(table_suite);

MODULE_DESCRIPTION("Tests of GoNet, for KUnit");
MODULE_LICENSE("GPL");
