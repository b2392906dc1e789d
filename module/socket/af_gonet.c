// SPDX-License-Identifier: GPL-2.0
/*
 * The socket family AF_GONET: making sockets, and the calls that are the same for
 * all of them.
 *
 * Sockets of the family have the fields and the generic machinery of the native
 * stack's, so that what programs and tools know of sockets holds for these.
 */
#include <linux/in.h>
#include <linux/module.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <asm/ioctls.h>

#include <gonet/ipv4.h>
#include <gonet/ping.h>
#include <uapi/linux/gonet.h>

#include "stream.h"

static void gonet_sock_unhash(struct sock *sk)
{
	struct gonet_sock *gs = gonet_sk(sk);

	if (gs->bound)
		gonet_sock_ask_unbind(gs);
}

static void gonet_sock_destroy(struct sock *sk)
{
	gonet_sock_unlist(gonet_sk(sk));
	lock_sock(sk);
	gonet_dgram_flush_pending(gonet_sk(sk));
	release_sock(sk);
}

/* The last reference is gone, and so is the last packet that it sent. */
static void gonet_sock_destruct(struct sock *sk)
{
	__skb_queue_purge(&sk->sk_receive_queue);
	__skb_queue_purge(&sk->sk_error_queue);
}

#define GONET_PROTO(_name) {			\
	.name = (_name),			\
	.owner = THIS_MODULE,			\
	.obj_size = sizeof(struct gonet_sock),	\
	.unhash = gonet_sock_unhash,		\
	.rehash = gonet_sock_rehash,		\
	.destroy = gonet_sock_destroy,		\
}

static struct proto gonet_udp_prot = GONET_PROTO("GONET-UDP");
static struct proto gonet_ping_prot = GONET_PROTO("GONET-PING");
static struct proto gonet_raw_prot = GONET_PROTO("GONET-RAW");

/* Streams end in a way of their own (stream.c), but for one that could not be listed. */
static struct proto gonet_tcp_prot = {
	.name = "GONET-TCP",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct gonet_stream),
	.unhash = gonet_sock_unhash,
	.rehash = gonet_sock_rehash,
	.keepalive = gonet_stream_keepalive,
};

static int gonet_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	sock->sk = NULL;
	gonet_group_leave_all(gonet_sk(sk));
	sk_common_release(sk);
	return 0;
}

/* udp(7): an unconnected socket says ENOTCONN, and is shut down all the same. */
static int gonet_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	how++;	/* SHUT_RD, SHUT_WR and SHUT_RDWR become bits */
	if ((how & ~SHUTDOWN_MASK) || !how)
		return -EINVAL;
	lock_sock(sk);
	if (sk->sk_state != TCP_ESTABLISHED)
		err = -ENOTCONN;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | how);
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

/* Bytes of the next datagram; udp(7), raw(7). */
static int gonet_inq(struct sock *sk)
{
	struct sk_buff *skb;
	int len = 0;

	spin_lock_bh(&sk->sk_receive_queue.lock);
	skb = skb_peek(&sk->sk_receive_queue);
	if (skb)
		len = skb->len;
	spin_unlock_bh(&sk->sk_receive_queue.lock);
	return len;
}

static int gonet_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct gonet_sock *gs = gonet_sk(sock->sk);
	void __user *to = (void __user *)arg;

	/* Native ping sockets do not say what is queued, either. */
	if (gs->kind == &gonet_ping_kind)
		return gonet_if_ioctl(gs, cmd, to);
	switch (cmd) {
	case SIOCINQ:
		return put_user(gonet_inq(sock->sk), (int __user *)to);
	case SIOCATMARK:
		return -ENOTTY;
	case SIOCOUTQ:
		return put_user(sk_wmem_alloc_get(sock->sk), (int __user *)to);
	default:
		return gonet_if_ioctl(gs, cmd, to);
	}
}

#define GONET_OPS(_bind, _sendmsg, _recvmsg, _peek_off) {	\
	.family = PF_GONET,			\
	.owner = THIS_MODULE,			\
	.release = gonet_release,		\
	.bind = (_bind),			\
	.connect = gonet_connect,		\
	.socketpair = sock_no_socketpair,	\
	.accept = sock_no_accept,		\
	.getname = gonet_getname,		\
	.poll = datagram_poll,			\
	.ioctl = gonet_ioctl,			\
	.gettstamp = sock_gettstamp,		\
	.listen = sock_no_listen,		\
	.shutdown = gonet_shutdown,		\
	.setsockopt = gonet_setsockopt,		\
	.getsockopt = gonet_getsockopt,		\
	.sendmsg = (_sendmsg),			\
	.recvmsg = (_recvmsg),			\
	.mmap = sock_no_mmap,			\
	.set_peek_off = (_peek_off),		\
}

static const struct proto_ops gonet_udp_ops =
	GONET_OPS(gonet_bind, gonet_dgram_sendmsg, gonet_dgram_recvmsg, sk_set_peek_off);
static const struct proto_ops gonet_ping_ops =
	GONET_OPS(gonet_bind, gonet_ping_sendmsg, gonet_ping_recvmsg, NULL);
static const struct proto_ops gonet_raw_ops =
	GONET_OPS(gonet_raw_bind, gonet_raw_sendmsg, gonet_raw_recvmsg, NULL);

static int gonet_accept(struct socket *sock, struct socket *newsock, GONET_COMPAT_ACCEPT_ARGS)
{
	return gonet_stream_accept(sock, newsock, gonet_compat_accept_flags);
}

static const struct proto_ops gonet_tcp_ops = {
	.family = PF_GONET,
	.owner = THIS_MODULE,
	.release = gonet_stream_release,
	.bind = gonet_bind,
	.connect = gonet_stream_connect,
	.socketpair = sock_no_socketpair,
	.accept = gonet_accept,
	.getname = gonet_getname,
	.poll = gonet_stream_poll,
	.ioctl = gonet_stream_ioctl,
	.gettstamp = sock_gettstamp,
	.listen = gonet_stream_listen,
	.shutdown = gonet_stream_shutdown,
	.setsockopt = gonet_setsockopt,
	.getsockopt = gonet_getsockopt,
	.sendmsg = gonet_stream_sendmsg,
	.recvmsg = gonet_stream_recvmsg,
	.mmap = sock_no_mmap,
	.set_peek_off = sk_set_peek_off,
	.set_rcvlowat = gonet_stream_set_rcvlowat,
};

/* Streams are sent otherwise, and their headers are never in a socket's queue. */
const struct gonet_sock_kind gonet_tcp_kind = {
	.ports = true,
};

/**
 * struct gonet_what - what socket(2) asked for
 * @kind: UDP, ping, raw or TCP
 * @prot: and the core's view of that
 * @ops: the system calls
 * @protocol: IPPROTO_*
 */
struct gonet_what {
	const struct gonet_sock_kind *kind;
	struct proto *prot;
	const struct proto_ops *ops;
	u8 protocol;
};

static int gonet_what_dgram(int protocol, struct gonet_what *what)
{
	switch (protocol) {
	case 0:
	case IPPROTO_UDP:
		*what = (struct gonet_what) {
			&gonet_udp_kind, &gonet_udp_prot, &gonet_udp_ops, IPPROTO_UDP,
		};
		return 0;
	case IPPROTO_ICMP:
		*what = (struct gonet_what) {
			&gonet_ping_kind, &gonet_ping_prot, &gonet_ping_ops, IPPROTO_ICMP,
		};
		return 0;
	default:
		return -EPROTONOSUPPORT;
	}
}

static int gonet_what_stream(int protocol, struct gonet_what *what)
{
	if (protocol && protocol != IPPROTO_TCP)
		return -EPROTONOSUPPORT;
	*what = (struct gonet_what) {
		&gonet_tcp_kind, &gonet_tcp_prot, &gonet_tcp_ops, IPPROTO_TCP,
	};
	return 0;
}

/* raw(7) */
static int gonet_what_raw(struct net *net, int protocol, int kern, struct gonet_what *what)
{
	if (!protocol || protocol > 255)
		return -EPROTONOSUPPORT;
	if (!kern && !ns_capable(net->user_ns, CAP_NET_RAW))
		return -EPERM;
	*what = (struct gonet_what) {
		&gonet_raw_kind, &gonet_raw_prot, &gonet_raw_ops, protocol,
	};
	return 0;
}

static int gonet_what(struct net *net, int type, int protocol, int kern, struct gonet_what *what)
{
	if (protocol < 0 || protocol >= IPPROTO_MAX)
		return -EINVAL;
	switch (type) {
	case SOCK_DGRAM:
		return gonet_what_dgram(protocol, what);
	case SOCK_RAW:
		return gonet_what_raw(net, protocol, kern, what);
	case SOCK_STREAM:
		return gonet_what_stream(protocol, what);
	default:
		return -ESOCKTNOSUPPORT;
	}
}

static struct csp_chan *gonet_dealer(struct gonet_stack *stack, const struct gonet_sock_kind *kind)
{
	if (kind == &gonet_udp_kind)
		return &stack->udp_rx->in[GONET_TRANSPORT_REQUEST];
	if (kind == &gonet_tcp_kind)
		return &stack->tcp_rx->in[GONET_TRANSPORT_REQUEST];
	if (kind == &gonet_raw_kind)
		return &stack->raw->in[GONET_TRANSPORT_REQUEST];
	return &stack->ping->in[GONET_PING_REQUEST];
}

static void gonet_sock_setup(struct gonet_sock *gs, struct gonet_stack *stack,
			     const struct gonet_what *what)
{
	gs->inet.sk.sk_destruct = gonet_sock_destruct;
	gs->inet.sk.sk_protocol = what->protocol;
	/* As natively: SO_REUSEADDR is on from the beginning where there are no ports. */
	if (!what->kind->ports)
		gs->inet.sk.sk_reuse = SK_CAN_REUSE;
	gs->stack = stack;
	gs->kind = what->kind;
	gs->dealer = gonet_dealer(stack, what->kind);
	gs->inet.sk.sk_txrehash = READ_ONCE(stack->net->core.sysctl_txrehash);
	gs->inet.uc_ttl = -1;
	gs->inet.mc_ttl = 1;
	set_bit(GONET_SOCK_MULTICAST_LOOP, &gs->opts);
	set_bit(GONET_SOCK_MULTICAST_ALL, &gs->opts);
	gs->inet.pmtudisc = READ_ONCE(stack->conf.ip_no_pmtu_disc) ? IP_PMTUDISC_DONT :
								     IP_PMTUDISC_WANT;
	if (what->kind == &gonet_tcp_kind)
		gonet_stream_setup(container_of(gs, struct gonet_stream, gs));
}

/* A raw socket has its protocol where others have a port, and hears from now on. */
static int gonet_raw_open(struct gonet_sock *gs)
{
	struct sock *sk = &gs->inet.sk;

	if (sk->sk_protocol == IPPROTO_RAW)
		set_bit(GONET_SOCK_HDRINCL, &gs->opts);
	sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	return gonet_sock_bind_port(gs, htons(sk->sk_protocol));
}

/*
 * socket(2). A namespace that has no stack gets one, in which the loopback works;
 * the socket keeps the namespace, and so the stack.
 */
static int gonet_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	struct gonet_stack *stack;
	struct gonet_what what;
	struct sock *sk;
	int err;

	err = gonet_what(net, sock->type, protocol, kern, &what);
	if (err)
		return err;
	stack = gonet_stack_start(net);
	if (IS_ERR(stack))
		return PTR_ERR(stack);
	if (what.kind == &gonet_ping_kind) {
		err = gonet_ping_allowed(stack);
		if (err)
			return err;
	}
	sk = sk_alloc(net, PF_GONET, GFP_KERNEL, what.prot, kern);
	if (!sk)
		return -ENOBUFS;
	sock->ops = what.ops;
	sock_init_data(sock, sk);
	gonet_compat_sol_socket(sock);
	gonet_sock_setup(gonet_sk(sk), stack, &what);
	if (what.kind == &gonet_raw_kind)
		err = gonet_raw_open(gonet_sk(sk));
	if (!err)
		err = gonet_sock_list(gonet_sk(sk), GFP_KERNEL);
	if (err) {
		sock->sk = NULL;
		sk_common_release(sk);
	}
	return err;
}

static const struct net_proto_family gonet_family = {
	.family = PF_GONET,
	.create = gonet_create,
	.owner = THIS_MODULE,
};

/**
 * gonet_family_init() - let programs open sockets
 *
 * Context: process; may sleep.
 *
 * Return: 0; -ENOMEM; -EEXIST when another module has the family's number.
 */
int gonet_family_init(void)
{
	int err;

	/* The end of the control block belongs to the core while a packet is queued. */
	sock_skb_cb_check_size(sizeof(struct gonet_cb));
	err = proto_register(&gonet_udp_prot, 1);
	if (err)
		return err;
	err = proto_register(&gonet_ping_prot, 1);
	if (err)
		goto err_udp;
	err = proto_register(&gonet_raw_prot, 1);
	if (err)
		goto err_ping;
	err = proto_register(&gonet_tcp_prot, 1);
	if (err)
		goto err_raw;
	err = sock_register(&gonet_family);
	if (err)
		goto err_tcp;
	return 0;

err_tcp:
	proto_unregister(&gonet_tcp_prot);
err_raw:
	proto_unregister(&gonet_raw_prot);
err_ping:
	proto_unregister(&gonet_ping_prot);
err_udp:
	proto_unregister(&gonet_udp_prot);
	return err;
}

/**
 * gonet_family_exit() - and no longer
 *
 * No socket is open: each keeps the module.
 */
void gonet_family_exit(void)
{
	sock_unregister(PF_GONET);
	proto_unregister(&gonet_tcp_prot);
	proto_unregister(&gonet_raw_prot);
	proto_unregister(&gonet_ping_prot);
	proto_unregister(&gonet_udp_prot);
}
