/* SPDX-License-Identifier: GPL-2.0 */
/* What the UDP files tell each other. */
#ifndef _GONET_UDP_UDP_H
#define _GONET_UDP_UDP_H

#include <linux/rhashtable.h>
#include <linux/uidgid.h>
#include <linux/xarray.h>

#include <gonet/ipv4.h>
#include <gonet/sock.h>
#include <gonet/stack.h>
#include <gonet/udp.h>

/* Inputs of a reader. */
enum {
	UDP_READER_IN,		/* skb: data at the UDP header, length checked */
	UDP_READER_ERROR,	/* skb: data at the ICMP header of an error */
};

#define UDP_PLACE_MAX	4096	/* sockets bound to the very same key, most */

/**
 * struct udp_place - the sockets that are bound to one key
 * @node: in &gonet_udp.places
 * @key: what they are bound to
 * @n: how many there are
 * @room: for how many @member has room
 * @member: they, the newest last
 * @rcu: frees it, since the table may be growing around it
 */
struct udp_place {
	struct rhash_head node;
	struct gonet_sock_key key;
	unsigned int n;
	unsigned int room;
	struct udp_bound **member;
	struct rcu_head rcu;
};

/**
 * struct udp_bound - a socket in the table
 * @gs: the socket, which asks to be taken out before it goes
 * @uid: whose it is, for SO_REUSEPORT
 * @place: where it is found by packets
 * @port: in &udp_port.bound
 * @in: datagrams, to its reader
 * @error: ICMP errors, to its reader
 */
struct udp_bound {
	struct gonet_sock *gs;
	kuid_t uid;
	struct udp_place *place;
	struct hlist_node port;
	struct csp_out in;
	struct csp_out error;
};

/**
 * struct udp_port - a port that is in use
 * @bound: &udp_bound.port
 */
struct udp_port {
	struct hlist_head bound;
};

/**
 * struct gonet_udp - the ports of a stack; the UDP dealer's state
 * @stack: whose they are
 * @places: &struct udp_place by key
 * @ports: &struct udp_port by number
 * @n_ports: how many there are
 * @n_oif: sockets restricted to an interface
 * @seed: spreads flows over sockets that share a port
 */
struct gonet_udp {
	struct gonet_stack *stack;
	struct rhashtable places;
	struct xarray ports;
	unsigned int n_ports;
	unsigned int n_oif;
	u32 seed;
};

/* port.c: the table; all from the dealer's steps but the first two */
int udp_ports_init(struct gonet_udp *udp);
void udp_ports_destroy(struct gonet_udp *udp);
int udp_ports_choose(struct gonet_udp *udp, struct gonet_bind_request *req);
bool udp_ports_taken(struct gonet_udp *udp, const struct gonet_sock *gs, kuid_t uid,
		     const struct gonet_sock_key *key);
int udp_ports_add(struct gonet_udp *udp, struct udp_bound *b, const struct gonet_sock_key *key);
int udp_ports_move(struct gonet_udp *udp, struct udp_bound *b, const struct gonet_sock_key *key);
void udp_ports_del(struct gonet_udp *udp, struct udp_bound *b);
struct udp_bound *udp_ports_find(struct gonet_udp *udp, const struct gonet_sock_key *packet);
void udp_ports_each(struct gonet_udp *udp, const struct gonet_sock_key *packet,
		    void (*fn)(struct udp_bound *b, void *arg), void *arg);

/* udp_reader.c */
struct csp_proc *udp_reader_start(struct gonet_sock *gs, u16 port);

#endif /* _GONET_UDP_UDP_H */
