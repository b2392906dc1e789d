/* SPDX-License-Identifier: GPL-2.0 */
/* Ping sockets: what their table, their readers and the ping dealer tell each other. */
#ifndef _GONET_IP_PING_SOCK_H
#define _GONET_IP_PING_SOCK_H

#include <linux/xarray.h>

#include <gonet/sock.h>

/* Inputs of a reader. */
enum {
	PING_READER_IN,		/* skb: an echo reply, data at the ICMP header, verified */
	PING_READER_ERROR,	/* skb: data at the ICMP header of an error */
};

/**
 * struct ping_socks - the ping sockets of a stack; the ping dealer's
 * @ids: &struct ping_id by identifier
 */
struct ping_socks {
	struct xarray ids;
};

/**
 * struct ping_bound - a ping socket
 * @node: in &ping_id.bound
 * @gs: the socket, which asks to be taken out before it goes
 * @key: its identifier, as the local port; address and interface, or 0
 * @in: echo replies, to its reader
 * @error: ICMP errors, to its reader
 */
struct ping_bound {
	struct hlist_node node;
	struct gonet_sock *gs;
	struct gonet_sock_key key;
	struct csp_out in;
	struct csp_out error;
};

/* ping_sock.c: all from the ping dealer's steps, its init and its exit */
void ping_socks_init(struct ping_socks *socks);
void ping_socks_exit(struct ping_socks *socks);
int ping_socks_serve(struct ping_socks *socks, struct csp_proc *proc,
		     struct gonet_bind_request *req);
struct ping_bound *ping_socks_find(struct ping_socks *socks, __be16 id, __be32 laddr, u32 iif);

/* ping_reader.c */
struct csp_proc *ping_reader_start(struct gonet_sock *gs, u16 id);

#endif /* _GONET_IP_PING_SOCK_H */
