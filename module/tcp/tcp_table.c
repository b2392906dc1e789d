// SPDX-License-Identifier: GPL-2.0
/*
 * The table of connections: everything that has a four-tuple, be it being opened, open or
 * over, is in it once. Whoever enters something takes it out again; the dealer looks
 * segments up under RCU.
 */
#include <linux/jhash.h>

#include "tcp.h"

static const struct rhashtable_params tcp_table_params = {
	.head_offset = offsetof(struct tcp_entry, node),
	.key_offset = offsetof(struct tcp_entry, key),
	.key_len = sizeof(struct tcp_tuple),
	.automatic_shrinking = true,
};

/**
 * tcp_table_init() - an empty table
 * @tcp: whose
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcp_table_init(struct gonet_tcp *tcp)
{
	/* The key is compared and hashed as bytes. */
	BUILD_BUG_ON(sizeof(struct tcp_tuple) != 12);
	return rhashtable_init(&tcp->conns, &tcp_table_params);
}

/**
 * tcp_table_destroy() - free it; nothing is in it any more
 * @tcp: whose
 *
 * Context: process; may sleep.
 */
void tcp_table_destroy(struct gonet_tcp *tcp)
{
	WARN_ON(atomic_read(&tcp->conns.nelems));
	rhashtable_destroy(&tcp->conns);
}

/**
 * tcp_table_find() - look up
 * @tcp: whose
 * @key: the key
 *
 * Context: under RCU.
 *
 * Return: what has that key, or NULL.
 */
struct tcp_entry *tcp_table_find(struct gonet_tcp *tcp, const struct tcp_tuple *key)
{
	return rhashtable_lookup(&tcp->conns, key, tcp_table_params);
}

/**
 * tcp_table_add() - enter
 * @tcp: whose
 * @e: what, with its key
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; -EEXIST when something else has the key; -ENOMEM.
 */
int tcp_table_add(struct gonet_tcp *tcp, struct tcp_entry *e)
{
	int err = rhashtable_lookup_insert_fast(&tcp->conns, &e->node, tcp_table_params);

	return err == -E2BIG || err == -EBUSY ? -ENOMEM : err;
}

/**
 * tcp_table_replace() - enter something in the place of something else
 * @tcp: whose
 * @old: what is in the table
 * @e: what is to be, with the same key
 *
 * Context: any but hard interrupt; the one who entered @old.
 *
 * Return: 0; -ENOENT when @old is not in the table.
 */
int tcp_table_replace(struct gonet_tcp *tcp, struct tcp_entry *old, struct tcp_entry *e)
{
	return rhashtable_replace_fast(&tcp->conns, &old->node, &e->node, tcp_table_params);
}

/**
 * tcp_table_del() - take out
 * @tcp: whose
 * @e: what
 *
 * Context: any but hard interrupt; the one who entered it. Readers may use it until an
 * RCU grace period has passed.
 */
void tcp_table_del(struct gonet_tcp *tcp, struct tcp_entry *e)
{
	rhashtable_remove_fast(&tcp->conns, &e->node, tcp_table_params);
}
