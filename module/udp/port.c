// SPDX-License-Identifier: GPL-2.0
/*
 * The table of UDP ports: which sockets are bound to what, who may bind to what
 * else, and whose a packet is. The UDP dealer alone touches it.
 *
 * A socket is in it twice: under its port, where binding looks for conflicts and
 * broadcasts find everybody, and under its whole key (addresses, ports, interface),
 * where a packet finds it. A packet is looked for under the keys that can match it,
 * from the most to the least special, so the number of sockets does not matter.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "udp.h"

static const struct rhashtable_params udp_places_params = {
	.head_offset = offsetof(struct udp_place, node),
	.key_offset = offsetof(struct udp_place, key),
	.key_len = sizeof(struct gonet_sock_key),
	.automatic_shrinking = true,
};

/**
 * udp_ports_init() - an empty table
 * @udp: set up
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int udp_ports_init(struct gonet_udp *udp)
{
	/* The key is compared and hashed as bytes. */
	BUILD_BUG_ON(sizeof(struct gonet_sock_key) != 16);
	xa_init(&udp->ports);
	udp->seed = get_random_u32();
	return rhashtable_init(&udp->places, &udp_places_params);
}

/**
 * udp_ports_destroy() - free the table, in which no socket is left
 * @udp: the table; its dealer has ended
 *
 * Context: process; may sleep.
 */
void udp_ports_destroy(struct gonet_udp *udp)
{
	WARN_ON(!xa_empty(&udp->ports));
	rhashtable_destroy(&udp->places);
	xa_destroy(&udp->ports);
}

/* Whether two restrictions to an own address, or to an interface, can both hold. */
static bool udp_overlap(u32 a, u32 b)
{
	return !a || !b || a == b;
}

/* Whether @b keeps @gs from @key: as the native stack has it. */
static bool udp_conflict(const struct udp_bound *b, const struct gonet_sock *gs, kuid_t uid,
			 const struct gonet_sock_key *key)
{
	const struct gonet_sock_key *other = &b->place->key;
	const struct sock *sk = &gs->inet.sk, *sk2 = &b->gs->inet.sk;

	if (sk == sk2 || (sk->sk_reuse && sk2->sk_reuse))
		return false;
	if (!udp_overlap(other->oif, key->oif) ||
	    !udp_overlap((__force u32)other->laddr, (__force u32)key->laddr))
		return false;
	return !(sk->sk_reuseport && sk2->sk_reuseport && uid_eq(uid, b->uid));
}

/**
 * udp_ports_taken() - whether others keep a socket from a key
 * @udp: the table
 * @gs: the socket
 * @uid: whose it is
 * @key: the key, with a port
 *
 * Return: true if one does.
 */
bool udp_ports_taken(struct gonet_udp *udp, const struct gonet_sock *gs, kuid_t uid,
		     const struct gonet_sock_key *key)
{
	struct udp_port *port = xa_load(&udp->ports, ntohs(key->lport));
	struct udp_bound *b;

	if (!port)
		return false;
	hlist_for_each_entry(b, &port->bound, port)
		if (udp_conflict(b, gs, uid, key))
			return true;
	return false;
}

/**
 * udp_ports_choose() - choose a port for a socket (RFC 6056, algorithm 1)
 * @udp: the table
 * @req: what the socket wants to be bound to; its port is set
 *
 * From a random place on, the first port that nobody has. When there is none left,
 * the first that its other sockets leave free for this one, unless it shares ports:
 * then its owner would get what was not meant for it. At most %GONET_BIND_TRIES at a time,
 * for datagrams wait meanwhile.
 *
 * Return: 0; -EAGAIN when the same request is to come again; -EADDRINUSE.
 */
int udp_ports_choose(struct gonet_udp *udp, struct gonet_bind_request *req)
{
	const int *range = udp->stack->conf.ip_local_port_range;
	unsigned int a = READ_ONCE(range[0]), z = READ_ONCE(range[1]);
	unsigned int low = min(a, z), n = max(a, z) - low + 1;
	unsigned int all = req->key.laddr || req->key.oif ? 2 * n : n;
	unsigned int last = min(req->tried + GONET_BIND_TRIES, all);
	struct gonet_sock_key key = req->key;

	if (!req->tried)
		req->first = get_random_u32_below(n);
	for (; req->tried < last; req->tried++) {
		key.lport = htons(low + (req->first + req->tried) % n);
		if (!xa_load(&udp->ports, ntohs(key.lport)) ||
		    (req->tried >= n && !udp_ports_taken(udp, req->gs, INVALID_UID, &key))) {
			req->key = key;
			return 0;
		}
	}
	return req->tried < all ? -EAGAIN : -EADDRINUSE;
}

static struct udp_place *udp_place_get(struct gonet_udp *udp, const struct gonet_sock_key *key)
{
	struct udp_place *p;
	int err;

	p = rhashtable_lookup_fast(&udp->places, key, udp_places_params);
	if (p)
		return p;
	p = kzalloc(sizeof(*p), GFP_ATOMIC);
	if (!p)
		return ERR_PTR(-ENOMEM);
	p->key = *key;
	err = rhashtable_insert_fast(&udp->places, &p->node, udp_places_params);
	if (err) {
		kfree(p);
		return ERR_PTR(-ENOMEM);
	}
	return p;
}

static void udp_place_put(struct gonet_udp *udp, struct udp_place *p)
{
	if (p->n)
		return;
	rhashtable_remove_fast(&udp->places, &p->node, udp_places_params);
	kfree(p->member);
	kfree_rcu(p, rcu);
}

static int udp_place_grow(struct udp_place *p)
{
	unsigned int room = max(p->room * 2, 1U);
	struct udp_bound **member;

	if (p->n < p->room)
		return 0;
	if (p->n >= UDP_PLACE_MAX)
		return -EADDRINUSE;
	member = krealloc(p->member, room * sizeof(*member), GFP_ATOMIC);
	if (!member)
		return -ENOMEM;
	p->member = member;
	p->room = room;
	return 0;
}

static int udp_place_join(struct gonet_udp *udp, struct udp_bound *b,
			  const struct gonet_sock_key *key)
{
	struct udp_place *p = udp_place_get(udp, key);
	int err;

	if (IS_ERR(p))
		return PTR_ERR(p);
	err = udp_place_grow(p);
	if (err) {
		udp_place_put(udp, p);
		return err;
	}
	p->member[p->n++] = b;
	b->place = p;
	udp->n_oif += !!key->oif;
	return 0;
}

static void udp_place_leave(struct gonet_udp *udp, struct udp_place *p, struct udp_bound *b)
{
	unsigned int i = 0;

	while (p->member[i] != b)
		i++;
	p->n--;
	memmove(&p->member[i], &p->member[i + 1], (p->n - i) * sizeof(*p->member));
	udp->n_oif -= !!p->key.oif;
	udp_place_put(udp, p);
}

/**
 * udp_ports_add() - put a socket into the table
 * @udp: the table
 * @b: the socket
 * @key: what it is bound to
 *
 * Return: 0; -ENOMEM; -EADDRINUSE when too many share that key.
 */
int udp_ports_add(struct gonet_udp *udp, struct udp_bound *b, const struct gonet_sock_key *key)
{
	struct udp_port *port = xa_load(&udp->ports, ntohs(key->lport));
	bool fresh = !port;
	int err;

	if (fresh) {
		port = kzalloc(sizeof(*port), GFP_ATOMIC);
		if (!port)
			return -ENOMEM;
		err = xa_err(xa_store(&udp->ports, ntohs(key->lport), port, GFP_ATOMIC));
		if (err)
			goto err_free;
	}
	err = udp_place_join(udp, b, key);
	if (err)
		goto err_port;
	hlist_add_head(&b->port, &port->bound);
	udp->n_ports += fresh;
	return 0;

err_port:
	if (fresh)
		xa_erase(&udp->ports, ntohs(key->lport));
err_free:
	if (fresh)
		kfree(port);
	return err;
}

/**
 * udp_ports_move() - bind a socket to another key with the same port
 * @udp: the table
 * @b: the socket, in the table
 * @key: the key
 *
 * Return: 0; -ENOMEM, -EADDRINUSE with nothing changed.
 */
int udp_ports_move(struct gonet_udp *udp, struct udp_bound *b, const struct gonet_sock_key *key)
{
	struct udp_place *before = b->place;
	int err = udp_place_join(udp, b, key);

	if (!err)
		udp_place_leave(udp, before, b);
	return err;
}

/**
 * udp_ports_del() - take a socket out of the table
 * @udp: the table
 * @b: the socket
 */
void udp_ports_del(struct gonet_udp *udp, struct udp_bound *b)
{
	u16 number = ntohs(b->place->key.lport);
	struct udp_port *port = xa_load(&udp->ports, number);

	hlist_del(&b->port);
	if (hlist_empty(&port->bound)) {
		xa_erase(&udp->ports, number);
		kfree(port);
		udp->n_ports--;
	}
	udp_place_leave(udp, b->place, b);
}

/* The place of @key, for packets that came in by @iif. */
static struct udp_place *udp_place_find(struct gonet_udp *udp, struct gonet_sock_key *key,
					u32 iif)
{
	struct udp_place *p = NULL;

	if (udp->n_oif) {
		key->oif = iif;
		p = rhashtable_lookup_fast(&udp->places, key, udp_places_params);
	}
	if (p)
		return p;
	key->oif = 0;
	return rhashtable_lookup_fast(&udp->places, key, udp_places_params);
}

/* Who of a place: the newest, or by flow when that shares its port. */
static struct udp_bound *udp_place_pick(struct gonet_udp *udp, struct udp_place *p,
					const struct gonet_sock_key *packet)
{
	u32 hash;

	if (p->n == 1 || !p->member[p->n - 1]->gs->inet.sk.sk_reuseport)
		return p->member[p->n - 1];
	hash = jhash_3words((__force u32)packet->laddr, (__force u32)packet->raddr,
			    (__force u32)packet->lport << 16 | (__force u32)packet->rport,
			    udp->seed);
	return p->member[reciprocal_scale(hash, p->n)];
}

/**
 * udp_ports_find() - whose a packet is
 * @udp: the table
 * @packet: its addresses and ports, the destination's as the local ones; the
 *	interface that it came in by
 *
 * A socket connected to the sender before one that is not, one bound to the
 * address before one bound to any.
 *
 * Return: the socket or NULL.
 */
struct udp_bound *udp_ports_find(struct gonet_udp *udp, const struct gonet_sock_key *packet)
{
	struct gonet_sock_key key = *packet;
	struct udp_place *p;

	p = udp_place_find(udp, &key, packet->oif);
	if (!p) {
		key.raddr = 0;
		key.rport = 0;
		p = udp_place_find(udp, &key, packet->oif);
	}
	if (!p) {
		key.laddr = 0;
		p = udp_place_find(udp, &key, packet->oif);
	}
	return p ? udp_place_pick(udp, p, packet) : NULL;
}

/**
 * udp_ports_each() - everybody whom a packet to a group reaches
 * @udp: the table
 * @packet: as for udp_ports_find()
 * @fn: called for each; must not change the table
 * @arg: for @fn
 */
void udp_ports_each(struct gonet_udp *udp, const struct gonet_sock_key *packet,
		    void (*fn)(struct udp_bound *b, void *arg), void *arg)
{
	struct udp_port *port = xa_load(&udp->ports, ntohs(packet->lport));
	const struct gonet_sock_key *key;
	struct udp_bound *b;

	if (!port)
		return;
	hlist_for_each_entry(b, &port->bound, port) {
		key = &b->place->key;
		if (!udp_overlap((__force u32)key->laddr, (__force u32)packet->laddr) ||
		    !udp_overlap(key->oif, packet->oif))
			continue;
		if (key->rport && (key->raddr != packet->raddr || key->rport != packet->rport))
			continue;
		fn(b, arg);
	}
}
