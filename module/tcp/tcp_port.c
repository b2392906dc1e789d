// SPDX-License-Identifier: GPL-2.0
/*
 * The table of TCP ports: which sockets are bound to which, who may bind beside them, and
 * who listens. The TCP dealer alone touches it.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcp.h"

/**
 * struct tcp_port - a port that is in use
 * @bound: &tcp_bound.node
 * @listen: &tcp_bound.listen_node: of these, those that listen
 */
struct tcp_port {
	struct hlist_head bound;
	struct hlist_head listen;
};

static bool tcp_overlap(u32 a, u32 b)
{
	return !a || !b || a == b;
}

/* Whether the record of a connection in TIME-WAIT keeps a socket from its port. */
static bool tcp_conflict_wait(const struct tcp_bound *b, const struct sock *sk)
{
	return !(sk->sk_reuse && b->reuse) && !(sk->sk_reuseport && b->reuseport);
}

/* Whether @b keeps @gt from an address and port: as the native stack has it. */
static bool tcp_conflict(const struct tcp_bound *b, const struct gonet_stream *gt, kuid_t uid,
			 __be32 laddr, u32 oif)
{
	const struct sock *sk = &gt->gs.inet.sk, *sk2;

	if (b->gt == gt || !tcp_overlap(b->oif, oif) ||
	    !tcp_overlap((__force u32)b->laddr, (__force u32)laddr))
		return false;
	if (!b->gt)
		return tcp_conflict_wait(b, sk);
	sk2 = &b->gt->gs.inet.sk;
	if (sk->sk_reuse && sk2->sk_reuse && READ_ONCE(sk2->sk_state) != TCP_LISTEN)
		return false;
	return !(sk->sk_reuseport && sk2->sk_reuseport && uid_eq(uid, b->uid));
}

static bool tcp_port_taken(struct tcp_port *port, const struct gonet_stream *gt, kuid_t uid,
			   __be32 laddr, u32 oif)
{
	struct tcp_bound *b;

	if (!port)
		return false;
	hlist_for_each_entry(b, &port->bound, node)
		if (tcp_conflict(b, gt, uid, laddr, oif))
			return true;
	return false;
}

static struct tcp_port *tcp_port_get(struct gonet_tcp *tcp, u16 number)
{
	struct tcp_port *port = xa_load(&tcp->ports, number);

	if (port)
		return port;
	port = kzalloc(sizeof(*port), GFP_ATOMIC);
	if (!port)
		return NULL;
	if (xa_err(xa_store(&tcp->ports, number, port, GFP_ATOMIC))) {
		kfree(port);
		return NULL;
	}
	tcp->n_ports++;
	return port;
}

static void tcp_port_put(struct gonet_tcp *tcp, u16 number)
{
	struct tcp_port *port = xa_load(&tcp->ports, number);

	if (!port || !hlist_empty(&port->bound))
		return;
	xa_erase(&tcp->ports, number);
	kfree(port);
	tcp->n_ports--;
}

/* Enters @gt as @b, which says where. Without memory @b is the caller's. */
static int tcp_port_link(struct gonet_tcp *tcp, struct gonet_stream *gt, struct tcp_bound *b)
{
	struct tcp_port *port = tcp_port_get(tcp, b->number);

	if (!port)
		return -ENOMEM;
	b->gt = gt;
	hlist_add_head(&b->node, &port->bound);
	gt->gs.bound = b;
	return 0;
}

/* Enters @gt under @number. */
static int tcp_port_enter(struct gonet_tcp *tcp, struct gonet_stream *gt, kuid_t uid, u16 number,
			  __be32 laddr, u32 oif, bool chosen)
{
	struct tcp_bound *b = kzalloc(sizeof(*b), GFP_ATOMIC);
	int err;

	if (!b)
		return -ENOMEM;
	b->uid = uid;
	b->laddr = laddr;
	b->oif = oif;
	b->number = number;
	b->chosen = chosen;
	err = tcp_port_link(tcp, gt, b);
	if (err)
		kfree(b);
	return err;
}

/**
 * struct tcp_range - the ports to choose from
 * @low: the first
 * @n: how many
 */
struct tcp_range {
	unsigned int low;
	unsigned int n;
};

static struct tcp_range tcp_range(struct gonet_tcp *tcp)
{
	const int *range = tcp->stack->conf.ip_local_port_range;
	unsigned int a = READ_ONCE(range[0]), z = READ_ONCE(range[1]);

	return (struct tcp_range) { .low = min(a, z), .n = max(a, z) - min(a, z) + 1 };
}

/*
 * A port for bind(): the first free one from a random place on (RFC 6056, algorithm 1), or
 * when all are in use, the first that can be shared.
 * Return: 0; -EAGAIN when there are more to try; -EADDRINUSE.
 */
static int tcp_port_choose(struct gonet_tcp *tcp, struct gonet_bind_request *req)
{
	struct gonet_stream *gt = container_of(req->gs, struct gonet_stream, gs);
	struct tcp_range range = tcp_range(tcp);
	unsigned int last = min(req->tried + GONET_BIND_TRIES, 2 * range.n), number;
	struct tcp_port *port;

	if (!req->tried)
		req->first = get_random_u32_below(range.n);
	for (; req->tried < last; req->tried++) {
		number = range.low + (req->first + req->tried) % range.n;
		port = xa_load(&tcp->ports, number);
		if (!port || (req->tried >= range.n &&
			      !tcp_port_taken(port, gt, req->uid, req->key.laddr, req->key.oif))) {
			req->key.lport = htons(number);
			return 0;
		}
	}
	return req->tried < 2 * range.n ? -EAGAIN : -EADDRINUSE;
}

/**
 * tcp_ports_bind() - bind a socket
 * @tcp: whose table
 * @req: what is asked; its port is set if it is 0
 *
 * Return: 0; -EAGAIN when the same request is to come again; -EADDRINUSE, -ENOMEM.
 */
int tcp_ports_bind(struct gonet_tcp *tcp, struct gonet_bind_request *req)
{
	struct gonet_stream *gt = container_of(req->gs, struct gonet_stream, gs);
	int err = 0;

	if (!req->key.lport)
		err = tcp_port_choose(tcp, req);
	else if (tcp_port_taken(xa_load(&tcp->ports, ntohs(req->key.lport)), gt, req->uid,
				req->key.laddr, req->key.oif))
		err = -EADDRINUSE;
	if (err)
		return err;
	return tcp_port_enter(tcp, gt, req->uid, ntohs(req->key.lport), req->key.laddr,
			      req->key.oif, false);
}

/**
 * tcp_ports_rebind() - a bound socket is restricted to another address or interface
 * @tcp: whose table
 * @req: to what, with the same port
 *
 * Return: 0.
 */
int tcp_ports_rebind(struct gonet_tcp *tcp, struct gonet_bind_request *req)
{
	struct tcp_bound *b = req->gs->bound;

	b->laddr = req->key.laddr;
	b->oif = req->key.oif;
	return 0;
}

/* Whether connect() may take a port: every socket there got it so, too. */
static bool tcp_port_shared(const struct tcp_port *port)
{
	const struct tcp_bound *b;

	if (!port)
		return true;
	/* They are all of one kind, or bind() has come later: the first tells. */
	b = hlist_entry_safe(port->bound.first, struct tcp_bound, node);
	return !b || b->chosen;
}

/* Enters the connection itself. Return: -EADDRNOTAVAIL when there is one already. */
static int tcp_port_connection(struct gonet_tcp *tcp, struct gonet_stream *gt,
			       const struct gonet_sock_key *key)
{
	int err;

	gt->entry.key = (struct tcp_tuple) {
		.laddr = key->laddr,
		.raddr = key->raddr,
		.lport = key->lport,
		.rport = key->rport,
	};
	gt->entry.kind = TCP_ENTRY_CONN;
	err = tcp_table_add(tcp, &gt->entry);
	if (!err)
		gt->listed = true;
	return err == -EEXIST ? -EADDRNOTAVAIL : err;
}

/* Whether connect() may choose a port whose connection with the same peer is over. */
static bool tcp_port_may_recycle(struct gonet_tcp *tcp, const struct gonet_sock_key *key)
{
	switch (READ_ONCE(tcp->stack->conf.tcp_tw_reuse)) {
	case TCP_TW_REUSE_YES:
		return true;
	case TCP_TW_REUSE_LOOPBACK:
		return ipv4_is_loopback(key->laddr) || ipv4_is_loopback(key->raddr);
	default:
		return false;
	}
}

/* Whether what is in the way of a connection is one that is over. */
static bool tcp_port_is_over(struct gonet_tcp *tcp, const struct gonet_stream *gt)
{
	struct tcp_entry *e;
	bool over;

	rcu_read_lock();
	e = tcp_table_find(tcp, &gt->entry.key);
	over = e && e->kind == TCP_ENTRY_TIME_WAIT;
	rcu_read_unlock();
	return over;
}

/* The same with a port of @number. Return: as above, or -EAGAIN when it cannot be had. */
static int tcp_port_try(struct gonet_tcp *tcp, struct gonet_bind_request *req, unsigned int number)
{
	struct gonet_stream *gt = container_of(req->gs, struct gonet_stream, gs);
	struct gonet_sock_key key = req->key;
	int err;

	if (!tcp_port_shared(xa_load(&tcp->ports, number)))
		return -EAGAIN;
	key.lport = htons(number);
	err = tcp_port_connection(tcp, gt, &key);
	if (err == -EADDRNOTAVAIL) {
		if (!req->held && tcp_port_may_recycle(tcp, &key) && tcp_port_is_over(tcp, gt))
			req->held = key.lport;
		return -EAGAIN;
	}
	if (err)
		return err;
	err = tcp_port_enter(tcp, gt, req->uid, number, key.laddr, key.oif, true);
	if (err) {
		tcp_table_del(tcp, &gt->entry);
		gt->listed = false;
		return err;
	}
	req->key = key;
	return 0;
}

/* The port is given. */
static int tcp_port_given(struct gonet_tcp *tcp, struct gonet_bind_request *req)
{
	struct gonet_stream *gt = container_of(req->gs, struct gonet_stream, gs);
	int err = tcp_port_connection(tcp, gt, &req->key);

	if (err != -EADDRNOTAVAIL || req->tried++ || !tcp_port_is_over(tcp, gt))
		return err;
	req->held = req->key.lport;
	return -EAGAIN;
}

/**
 * tcp_ports_connect() - enter a connection, and choose its port if it has none
 * @tcp: whose table
 * @req: what is asked: addresses and ports, of which @req->key.lport may be 0
 *
 * RFC 6056 3.3.3 in spirit: from a random place on, the first port at which this
 * connection does not exist yet; so the same port serves many peers. At most
 * %GONET_BIND_TRIES at a time, for segments wait meanwhile. If none of these can be had, but one
 * is that of a connection which is over, its keeper is to be asked.
 *
 * Return: 0; -EAGAIN when the same request is to come again, after @req->held was asked for if
 * that is not 0; -EADDRNOTAVAIL, -ENOMEM.
 */
int tcp_ports_connect(struct gonet_tcp *tcp, struct gonet_bind_request *req)
{
	struct tcp_range range = tcp_range(tcp);
	unsigned int last = min(req->tried + GONET_BIND_TRIES, range.n);
	int err = -EAGAIN;

	if (req->key.lport)
		return tcp_port_given(tcp, req);
	if (req->held)
		err = tcp_port_try(tcp, req, ntohs(req->held));
	req->held = 0;
	if (!req->tried)
		req->first = get_random_u32_below(range.n);
	for (; err == -EAGAIN && req->tried < last; req->tried++)
		err = tcp_port_try(tcp, req, range.low + (req->first + req->tried) % range.n);
	return err == -EAGAIN && !req->held && req->tried >= range.n ? -EADDRNOTAVAIL : err;
}

/**
 * tcp_ports_listen() - let a bound socket have what is for its port
 * @proc: the dealer
 * @tcp: whose table
 * @gt: the socket, whose process has been started
 *
 * Return: 0; -EADDRINUSE when others are in the way: two may share a port until one listens.
 */
int tcp_ports_listen(struct csp_proc *proc, struct gonet_tcp *tcp, struct gonet_stream *gt)
{
	struct tcp_bound *b = gt->gs.bound, *other;
	struct tcp_port *port = xa_load(&tcp->ports, b->number);
	struct csp_proc *reader = rcu_dereference_protected(gt->gs.reader, true);

	hlist_for_each_entry(other, &port->listen, listen_node)
		if (tcp_conflict(other, gt, b->uid, b->laddr, b->oif))
			return -EADDRINUSE;
	csp_out_open(&b->listen, proc, reader, TCP_LISTEN_IN);
	b->listening = true;
	hlist_add_head(&b->listen_node, &port->listen);
	return 0;
}

/**
 * tcp_ports_unlisten() - and no more
 * @proc: the dealer
 * @gt: the socket
 */
void tcp_ports_unlisten(struct csp_proc *proc, struct gonet_stream *gt)
{
	struct tcp_bound *b = gt->gs.bound;

	if (!b || !b->listening)
		return;
	b->listening = false;
	hlist_del(&b->listen_node);
	csp_out_close(&b->listen, proc);
}

/**
 * tcp_ports_inherit() - a child shares its listener's port
 * @tcp: whose table
 * @gt: the child
 * @b: memory for its place, zeroed; given away if this succeeds
 *
 * Return: 0; -ENOMEM, which it can only be when the listener has gone meanwhile.
 */
int tcp_ports_inherit(struct gonet_tcp *tcp, struct gonet_stream *gt, struct tcp_bound *b)
{
	b->uid = READ_ONCE(gt->gs.inet.sk.sk_uid);
	b->laddr = gt->entry.key.laddr;
	b->number = ntohs(gt->entry.key.lport);
	return tcp_port_link(tcp, gt, b);
}

static void tcp_port_remove(struct gonet_tcp *tcp, struct tcp_bound *b)
{
	hlist_del(&b->node);
	tcp_port_put(tcp, b->number);
	kfree(b);
}

/*
 * The record of a connection in TIME-WAIT keeps the port of its socket. Whoever takes a record
 * out of the table then sends it to the dealer: one that is found here comes later.
 * Return: false if there is none.
 */
static bool tcp_port_waits(struct gonet_tcp *tcp, struct gonet_stream *gt, struct tcp_bound *b)
{
	const struct sock *sk = &gt->gs.inet.sk;
	struct tcp_entry *e;
	struct tcp_tw *tw;

	rcu_read_lock();
	e = tcp_table_find(tcp, &gt->entry.key);
	tw = e && e->kind == TCP_ENTRY_TIME_WAIT ? container_of(e, struct tcp_tw, entry) : NULL;
	if (tw && !tw->bound && e->key.lport == htons(b->number))
		tw->bound = b;
	else
		tw = NULL;
	rcu_read_unlock();
	if (!tw)
		return false;
	b->gt = NULL;
	b->reuse = sk->sk_reuse;
	b->reuseport = sk->sk_reuseport;
	b->laddr = gt->entry.key.laddr;
	return true;
}

/**
 * tcp_ports_waited() - the record of a connection is in the table no more
 * @tcp: whose table
 * @b: its place among the ports, or NULL
 */
void tcp_ports_waited(struct gonet_tcp *tcp, struct tcp_bound *b)
{
	if (b)
		tcp_port_remove(tcp, b);
}

/**
 * tcp_ports_destroy() - free the table, in which no socket is any more
 * @tcp: whose
 *
 * Context: process.
 */
void tcp_ports_destroy(struct gonet_tcp *tcp)
{
	struct hlist_node *next;
	struct tcp_port *port;
	struct tcp_bound *b;
	unsigned long number;

	xa_for_each(&tcp->ports, number, port) {
		hlist_for_each_entry_safe(b, next, &port->bound, node) {
			WARN_ON(b->gt);
			kfree(b);
		}
		kfree(port);
	}
	xa_destroy(&tcp->ports);
}

/**
 * tcp_ports_leave() - a socket gives its port up
 * @proc: the dealer
 * @tcp: whose table
 * @gt: the socket; one that has none will do
 */
void tcp_ports_leave(struct csp_proc *proc, struct gonet_tcp *tcp, struct gonet_stream *gt)
{
	struct tcp_bound *b = gt->gs.bound;

	/* A child may go before its note has come: requests have an input of their own. */
	gt->inherit.late = true;
	if (!b)
		return;
	tcp_ports_unlisten(proc, gt);
	gt->gs.bound = NULL;
	if (!tcp_port_waits(tcp, gt, b))
		tcp_port_remove(tcp, b);
}

/* How well a listener fits; 0 if it does not. */
static int tcp_listener_score(const struct tcp_bound *b, const struct tcp_tuple *key, u32 iif)
{
	if ((b->laddr && b->laddr != key->laddr) || (b->oif && b->oif != iif))
		return 0;
	return 1 + (b->laddr ? 2 : 0) + (b->oif ? 4 : 0);
}

/**
 * tcp_ports_listener() - who wants a connection to a port
 * @tcp: whose table
 * @key: the connection
 * @iif: the interface that its segment came in by
 *
 * The one that is bound most specially; among those that share their port
 * (SO_REUSEPORT) one by flow.
 *
 * Return: the listener or NULL.
 */
struct tcp_bound *tcp_ports_listener(struct gonet_tcp *tcp, const struct tcp_tuple *key, u32 iif)
{
	struct tcp_port *port = xa_load(&tcp->ports, ntohs(key->lport));
	struct tcp_bound *b, *best = NULL;
	int score, high = 0;
	u32 hash, n = 0;

	if (!port)
		return NULL;
	hash = jhash_3words((__force u32)key->raddr, (__force u32)key->laddr,
			    (__force u32)key->lport << 16 | (__force u32)key->rport, tcp->seed);
	hlist_for_each_entry(b, &port->listen, listen_node) {
		score = tcp_listener_score(b, key, iif);
		if (!score || score < high)
			continue;
		if (score > high) {
			high = score;
			best = b;
			n = 1;
		} else if (b->gt->gs.inet.sk.sk_reuseport) {
			n++;
			hash = hash * 1664525U + 1013904223U;
			if (!reciprocal_scale(hash, n))
				best = b;
		}
	}
	return best;
}
