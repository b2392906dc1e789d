/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets of the family AF_GONET: what the socket layer and the transports share. */
#ifndef _GONET_SOCK_H
#define _GONET_SOCK_H

#include <linux/skbuff.h>
#include <linux/uidgid.h>
#include <net/inet_sock.h>

#include <csp/csp.h>
#include <gonet/ipv4.h>

struct gonet_sock_kind;
struct gonet_stack;

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
 * @GONET_SOCK_HDRINCL: IP_HDRINCL
 * @GONET_SOCK_MULTICAST_LOOP: IP_MULTICAST_LOOP
 * @GONET_SOCK_MULTICAST_ALL: IP_MULTICAST_ALL
 * @GONET_SOCK_GRO: UDP_GRO
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
	GONET_SOCK_HDRINCL,
	GONET_SOCK_MULTICAST_LOOP,
	GONET_SOCK_MULTICAST_ALL,
	GONET_SOCK_GRO,
};

/**
 * struct gonet_sock_key - what a socket is bound to
 * @laddr: own address, or 0 for any
 * @raddr: the peer's address, or 0 when not connected
 * @lport: own port; a ping socket's identifier, a raw one's protocol
 * @rport: the peer's port, or 0
 * @oif: &gonet_iface.index that it is restricted to, or 0
 */
struct gonet_sock_key {
	__be32 laddr;
	__be32 raddr;
	__be16 lport;
	__be16 rport;
	u32 oif;
};

/* What a socket asks the dealer of its transport for. */
enum gonet_bind_op {
	GONET_BIND,
	GONET_REBIND,
	GONET_UNBIND,
	GONET_CONNECT,	/* TCP: binds if need be, and enters the connection */
	GONET_LISTEN,	/* TCP: what nobody else wants goes to &gonet_sock.reader */
	GONET_UNLISTEN,
};

/* How many ports a dealer tries for a request before others have their turn. */
#define GONET_BIND_TRIES	256

/**
 * struct gonet_bind_request - message to a dealer, at GONET_TRANSPORT_REQUEST's
 * @call: to be answered
 * @op: what is asked for
 * @gs: the socket
 * @uid: whose it is
 * @key: what to bind it to; a port of 0 is replaced by a free one
 * @first: where the search for a port began
 * @tried: and how many have been tried; when the answer is -EAGAIN, there are more
 * @held: of %GONET_CONNECT: a port whose connection is over, in TIME-WAIT, and might make way if it
 *	is asked to, or 0. If it does, this is tried first next time.
 *
 * On the asking thread's stack. Binding sets &gonet_sock.bound and starts
 * &gonet_sock.reader; rebinding keeps the port; unbinding takes the socket from the
 * dealer's table, and the asking thread stops the reader.
 */
struct gonet_bind_request {
	struct csp_call call;
	enum gonet_bind_op op;
	struct gonet_sock *gs;
	kuid_t uid;
	struct gonet_sock_key key;
	u32 first;
	u32 tried;
	__be16 held;
};

/**
 * struct gonet_sock - a socket
 * @inet: what it has in common with sockets of the native stack; generic code looks
 *	into it, and its fields mean what they mean there
 * @stack: the stack of its namespace
 * @number: its number in @stack, see gonet_sock_next(); 0 while it is not listed
 * @kind: UDP, ping, raw or TCP
 * @dealer: where it asks to be bound: an input of its transport's dealer
 * @opts: bits of &enum gonet_sock_opt, changed by set_bit(); read anywhere
 * @segment: bytes of payload of each datagram that a send is cut into (UDP_SEGMENT), or 0
 * @icmp_filter: ICMP types that a raw socket does not want, as bits (ICMP_FILTER)
 * @groups: &gonet_membership.node: the groups that it is a member of; the IGMP process's,
 *	published
 * @multicast_oif: &gonet_iface.index that packets to groups leave by, or 0
 * @bound: its entry in the dealer's table, or NULL; the dealer's
 * @reader: its reader process, referenced, or NULL; read under RCU by who lists sockets
 * @pending: a datagram that is being put together (MSG_MORE, UDP_CORK), or NULL
 * @pending_flow: where @pending goes
 * @pending_sockc: which of its times are wanted
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
	unsigned long number;
	const struct gonet_sock_kind *kind;
	struct csp_chan *dealer;
	unsigned long opts;
	u16 segment;
	u32 icmp_filter;
	struct hlist_head groups;
	u32 multicast_oif;
	void *bound;
	struct csp_proc __rcu *reader;
	struct sk_buff *pending;
	struct gonet_flow pending_flow;
	struct sockcm_cookie pending_sockc;
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
 * For the transports' dealers and readers; any context but hard interrupt.
 *
 * Queues a packet for recvmsg(), as the socket's filter and buffer allow. Of the
 * packet, the filter leaves at least @keep bytes. Return: 0, or -EPERM (the filter),
 * -ENOMEM (the buffer) with @skb still the caller's, and the socket's drops counted.
 */
int gonet_sock_deliver(struct gonet_sock *gs, struct sk_buff *skb, unsigned int keep);
/* Notes on a packet when it came, if the socket wants to know. */
void gonet_sock_stamp(const struct sock *sk, struct sk_buff *skb);
/*
 * Makes an ICMP error the socket's: @skb as at GONET_TRANSPORT_ERROR, given away;
 * @again: the input at which it came, to which it comes again when the path's MTU has
 * been noted; @port: to which the quoted packet was sent; @skip: how much of that is
 * not returned as data.
 */
void gonet_sock_icmp(struct gonet_sock *gs, struct csp_chan *again, struct sk_buff *skb,
		     __be16 port, unsigned int skip);
/* Queues it for MSG_ERRQUEUE, whatever the socket asks for, as errno @err; the rest as above. */
void gonet_sock_queue_icmp(struct gonet_sock *gs, struct sk_buff *skb, int err, __be16 port,
			   unsigned int skip);
/* The lost() of inputs that take struct gonet_bind_request. */
void gonet_bind_request_lost(void *msg, enum csp_lost why);

/*
 * For who lists sockets (socket/table.c). The next socket after number *@number, 0 at
 * first, up to @newest; under RCU, which keeps what was found. Return: the socket, and
 * *@number is its number, or NULL.
 */
struct gonet_sock *gonet_sock_next(struct gonet_stack *stack, unsigned long *number,
				   unsigned long newest);
/* The greatest number that was ever given. */
unsigned long gonet_sock_newest(struct gonet_stack *stack);
/* The interface that a socket is restricted to; 0 for any, GONET_IF_NONE for none. */
u32 gonet_sock_oif(const struct gonet_sock *gs);

#define GONET_IF_NONE	U32_MAX		/* an interface that no stack has */

/* Threads that ask one dealer at once, most. */
#define GONET_BIND_REQUESTS	4096

/* An input for struct gonet_bind_request. */
#define GONET_BIND_PORT(_step) {		\
	.name = "request",			\
	.depth = GONET_BIND_REQUESTS,		\
	.full = CSP_DROP,			\
	.step = (_step),			\
	.lost = gonet_bind_request_lost,	\
}

#endif /* _GONET_SOCK_H */
