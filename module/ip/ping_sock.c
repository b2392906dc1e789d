// SPDX-License-Identifier: GPL-2.0
/*
 * The table of ping sockets (icmp(7)), by the identifier that their echo requests
 * have and answers come back with. The ping dealer alone touches it.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "ping_sock.h"

#define PING_IDS	65535U	/* identifiers for sockets: from 1 on, 0 is none */

/**
 * struct ping_id - an identifier that is in use
 * @bound: &ping_bound.node
 */
struct ping_id {
	struct hlist_head bound;
};

void ping_socks_init(struct ping_socks *socks)
{
	xa_init(&socks->ids);
}

/* No socket is left: each keeps the stack. */
void ping_socks_exit(struct ping_socks *socks)
{
	WARN_ON(!xa_empty(&socks->ids));
	xa_destroy(&socks->ids);
}

/*
 * From a random one on, the first that nobody has.
 * Return: 0; -EAGAIN when there are more to try; -EADDRINUSE.
 */
static int ping_socks_choose(struct ping_socks *socks, struct gonet_bind_request *req)
{
	unsigned int last = min(req->tried + GONET_BIND_TRIES, PING_IDS), number;

	if (!req->tried)
		req->first = get_random_u32_below(PING_IDS);
	for (; req->tried < last; req->tried++) {
		number = 1 + (req->first + req->tried) % PING_IDS;
		if (!xa_load(&socks->ids, number)) {
			req->key.lport = htons(number);
			return 0;
		}
	}
	return req->tried < PING_IDS ? -EAGAIN : -EADDRINUSE;
}

/* As the native stack has it: whatever the addresses are. */
static bool ping_socks_taken(struct ping_socks *socks, const struct gonet_sock *gs, __be16 id)
{
	struct ping_id *entry = xa_load(&socks->ids, ntohs(id));
	struct ping_bound *b;

	if (!entry)
		return false;
	hlist_for_each_entry(b, &entry->bound, node)
		if (!b->gs->inet.sk.sk_reuse || !gs->inet.sk.sk_reuse)
			return true;
	return false;
}

static void ping_socks_del(struct ping_socks *socks, struct ping_bound *b)
{
	u16 id = ntohs(b->key.lport);
	struct ping_id *entry = xa_load(&socks->ids, id);

	hlist_del(&b->node);
	if (hlist_empty(&entry->bound)) {
		xa_erase(&socks->ids, id);
		kfree(entry);
	}
}

static int ping_socks_add(struct ping_socks *socks, struct ping_bound *b)
{
	u16 id = ntohs(b->key.lport);
	struct ping_id *entry = xa_load(&socks->ids, id);
	int err;

	if (!entry) {
		entry = kzalloc(sizeof(*entry), GFP_ATOMIC);
		if (!entry)
			return -ENOMEM;
		err = xa_err(xa_store(&socks->ids, id, entry, GFP_ATOMIC));
		if (err) {
			kfree(entry);
			return err;
		}
	}
	hlist_add_head(&b->node, &entry->bound);
	return 0;
}

static int ping_socks_bind(struct ping_socks *socks, struct csp_proc *proc,
			   struct gonet_bind_request *req)
{
	struct gonet_sock *gs = req->gs;
	struct csp_proc *reader;
	struct ping_bound *b;
	int err = 0;

	if (!req->key.lport)
		err = ping_socks_choose(socks, req);
	else if (ping_socks_taken(socks, gs, req->key.lport))
		err = -EADDRINUSE;
	if (err)
		return err;
	b = kzalloc(sizeof(*b), GFP_ATOMIC);
	if (!b)
		return -ENOMEM;
	b->gs = gs;
	b->key = req->key;
	err = ping_socks_add(socks, b);
	if (err)
		goto err_free;
	reader = ping_reader_start(gs, ntohs(req->key.lport));
	if (IS_ERR(reader)) {
		err = PTR_ERR(reader);
		goto err_del;
	}
	csp_out_open(&b->in, proc, reader, PING_READER_IN);
	csp_out_open(&b->error, proc, reader, PING_READER_ERROR);
	gs->bound = b;
	rcu_assign_pointer(gs->reader, reader);
	return 0;

err_del:
	ping_socks_del(socks, b);
err_free:
	kfree(b);
	return err;
}

static int ping_socks_unbind(struct ping_socks *socks, struct csp_proc *proc,
			     struct ping_bound *b)
{
	ping_socks_del(socks, b);
	csp_out_close(&b->in, proc);
	csp_out_close(&b->error, proc);
	b->gs->bound = NULL;
	kfree(b);
	return 0;
}

/**
 * ping_socks_serve() - do what a socket asks for
 * @socks: the table
 * @proc: the ping dealer
 * @req: the request
 *
 * Return: the answer: 0; -EADDRINUSE, -ENOMEM, -ESHUTDOWN.
 */
int ping_socks_serve(struct ping_socks *socks, struct csp_proc *proc,
		     struct gonet_bind_request *req)
{
	struct ping_bound *b = req->gs->bound;

	switch (req->op) {
	case GONET_BIND:
		return ping_socks_bind(socks, proc, req);
	case GONET_REBIND:
		b->key = req->key;
		return 0;
	case GONET_UNBIND:
		return ping_socks_unbind(socks, proc, b);
	default:
		return -EINVAL;
	}
}

/**
 * ping_socks_find() - whose an answer is
 * @socks: the table
 * @id: the identifier that it has
 * @laddr: to which address it came
 * @iif: by which interface
 *
 * Return: the socket or NULL.
 */
struct ping_bound *ping_socks_find(struct ping_socks *socks, __be16 id, __be32 laddr, u32 iif)
{
	struct ping_id *entry = xa_load(&socks->ids, ntohs(id));
	struct ping_bound *b;

	if (!entry)
		return NULL;
	hlist_for_each_entry(b, &entry->bound, node) {
		if ((!b->key.laddr || b->key.laddr == laddr) &&
		    (!b->key.oif || b->key.oif == iif))
			return b;
	}
	return NULL;
}
