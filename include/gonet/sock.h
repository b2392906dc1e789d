/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets of the family AF_GONET: what the socket layer and the transports share. */
#ifndef _GONET_SOCK_H
#define _GONET_SOCK_H

#include <linux/skbuff.h>
#include <net/inet_sock.h>

struct csp_proc;
struct gonet_stack;
struct udp_bound;

/**
 * enum gonet_sock_opt - the switches of a socket, bits of &gonet_sock.opts
 * @GONET_SOCK_PKTINFO: IP_PKTINFO
 * @GONET_SOCK_RECVTTL: IP_RECVTTL
 * @GONET_SOCK_RECVTOS: IP_RECVTOS
 * @GONET_SOCK_RECVORIGDST: IP_RECVORIGDSTADDR
 * @GONET_SOCK_RECVERR: IP_RECVERR
 * @GONET_SOCK_FREEBIND: IP_FREEBIND
 * @GONET_SOCK_NO_PORT: IP_BIND_ADDRESS_NO_PORT
 * @GONET_SOCK_CORK: UDP_CORK
 */
enum gonet_sock_opt {
	GONET_SOCK_PKTINFO,
	GONET_SOCK_RECVTTL,
	GONET_SOCK_RECVTOS,
	GONET_SOCK_RECVORIGDST,
	GONET_SOCK_RECVERR,
	GONET_SOCK_FREEBIND,
	GONET_SOCK_NO_PORT,
	GONET_SOCK_CORK,
};

/**
 * struct gonet_flow - where a datagram goes, and how
 * @saddr: source address, or 0 for the route's choice
 * @daddr: destination address
 * @sport: source port
 * @dport: destination port
 * @oif: &gonet_iface.index to send on, or 0
 * @tos: TOS byte
 * @ttl: TTL; 0 for the socket's, and after gonet_udp_route() for the stack's default
 * @df: don't fragment
 */
struct gonet_flow {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	u32 oif;
	u8 tos;
	u8 ttl;
	bool df;
};

/**
 * struct gonet_sock - a socket
 * @inet: what it has in common with sockets of the native stack; generic code looks
 *	into it, and its fields mean what they mean there
 * @stack: the stack of its namespace
 * @opts: bits of &enum gonet_sock_opt, changed by set_bit(); read anywhere
 * @bound: its entry in the UDP dealer's table, or NULL; the dealer's
 * @reader: its reader process, referenced, or NULL
 * @pending: a datagram that is being put together (MSG_MORE, UDP_CORK), or NULL
 * @pending_flow: where @pending goes
 *
 * Locking: lock_sock() excludes system calls that bind, connect, close or cork.
 * The reader process queues to sk_receive_queue and sk_error_queue, which have
 * locks of their own, and reads @opts and sk_state.
 *
 * Lifetime: a socket keeps its namespace and the module, so the stack stays. The
 * reader holds a reference, and every packet that the socket has sent keeps it by
 * sk_wmem_alloc.
 */
struct gonet_sock {
	struct inet_sock inet;	/* must be first */
	struct gonet_stack *stack;
	unsigned long opts;
	struct udp_bound *bound;
	struct csp_proc *reader;
	struct sk_buff *pending;
	struct gonet_flow pending_flow;
};

/**
 * gonet_sk() - the GoNet socket that a socket is
 * @sk: a socket of the family
 *
 * Return: the same socket.
 */
static inline struct gonet_sock *gonet_sk(struct sock *sk)
{
	return container_of(sk, struct gonet_sock, inet.sk);
}

/**
 * gonet_sock_opt() - whether a switch is on
 * @gs: the socket
 * @opt: the switch
 *
 * Return: true if it is.
 */
static inline bool gonet_sock_opt(const struct gonet_sock *gs, enum gonet_sock_opt opt)
{
	return test_bit(opt, &gs->opts);
}

/* The family; from the module's init and exit. */
int gonet_family_init(void);
void gonet_family_exit(void);

/*
 * For the transports' processes: puts an error on the queue that MSG_ERRQUEUE
 * reads. @skb: given away; its ICMP header is at skb_transport_header(), followed by
 * the quoted packet. @payload: how much of that to skip before what is returned as
 * data. Any context but hard interrupt.
 */
void gonet_sock_icmp_error(struct gonet_sock *gs, struct sk_buff *skb, int err, u32 info,
			   __be16 port, unsigned int payload);

#endif /* _GONET_SOCK_H */
