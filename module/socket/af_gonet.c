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
#include <linux/udp.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <asm/ioctls.h>

#include <gonet/ipv4.h>
#include <uapi/linux/gonet.h>

#include "../compat/compat.h"
#include "socket.h"

static void gonet_sock_unhash(struct sock *sk)
{
	struct gonet_sock *gs = gonet_sk(sk);

	if (gs->bound)
		gonet_sock_ask_unbind(gs);
}

static void gonet_sock_destroy(struct sock *sk)
{
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

static struct proto gonet_udp_prot = {
	.name = "GONET-UDP",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct gonet_sock),
	.unhash = gonet_sock_unhash,
	.rehash = gonet_sock_rehash,
	.destroy = gonet_sock_destroy,
};

static int gonet_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	sock->sk = NULL;
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

/* Bytes of the next datagram; udp(7). */
static int gonet_inq(struct sock *sk)
{
	struct sk_buff *skb;
	int len = 0;

	spin_lock_bh(&sk->sk_receive_queue.lock);
	skb = skb_peek(&sk->sk_receive_queue);
	if (skb)
		len = skb->len - (int)sizeof(struct udphdr);
	spin_unlock_bh(&sk->sk_receive_queue.lock);
	return len;
}

static int gonet_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	void __user *to = (void __user *)arg;

	switch (cmd) {
	case SIOCINQ:
		return put_user(gonet_inq(sock->sk), (int __user *)to);
	case SIOCOUTQ:
		return put_user(sk_wmem_alloc_get(sock->sk), (int __user *)to);
	default:
		return gonet_if_ioctl(gonet_sk(sock->sk), cmd, to);
	}
}

static const struct proto_ops gonet_dgram_ops = {
	.family = PF_GONET,
	.owner = THIS_MODULE,
	.release = gonet_release,
	.bind = gonet_bind,
	.connect = gonet_connect,
	.socketpair = sock_no_socketpair,
	.accept = sock_no_accept,
	.getname = gonet_getname,
	.poll = datagram_poll,
	.ioctl = gonet_ioctl,
	.gettstamp = sock_gettstamp,
	.listen = sock_no_listen,
	.shutdown = gonet_shutdown,
	.setsockopt = gonet_setsockopt,
	.getsockopt = gonet_getsockopt,
	.sendmsg = gonet_dgram_sendmsg,
	.recvmsg = gonet_dgram_recvmsg,
	.mmap = sock_no_mmap,
	.set_peek_off = sk_set_peek_off,
};

static int gonet_protocol_check(const struct socket *sock, int protocol)
{
	if (protocol < 0 || protocol >= IPPROTO_MAX)
		return -EINVAL;
	if (sock->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (protocol && protocol != IPPROTO_UDP)
		return -EPROTONOSUPPORT;
	return 0;
}

/*
 * socket(2). A namespace that has no stack gets one, in which the loopback works;
 * the socket keeps the namespace, and so the stack.
 */
static int gonet_create(struct net *net, struct socket *sock, int protocol, int kern)
{
	struct gonet_stack *stack;
	struct gonet_sock *gs;
	struct sock *sk;
	int err;

	err = gonet_protocol_check(sock, protocol);
	if (err)
		return err;
	stack = gonet_stack_start(net);
	if (IS_ERR(stack))
		return PTR_ERR(stack);
	sk = sk_alloc(net, PF_GONET, GFP_KERNEL, &gonet_udp_prot, kern);
	if (!sk)
		return -ENOBUFS;
	sock->ops = &gonet_dgram_ops;
	sock_init_data(sock, sk);
	gonet_compat_sol_socket(sock);
	sk->sk_destruct = gonet_sock_destruct;
	sk->sk_protocol = IPPROTO_UDP;
	gs = gonet_sk(sk);
	gs->stack = stack;
	gs->dealer = &stack->udp_rx->in[GONET_TRANSPORT_REQUEST];
	gs->inet.uc_ttl = -1;
	gs->inet.mc_ttl = 1;
	gs->inet.pmtudisc = IP_PMTUDISC_WANT;
	return 0;
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
	err = sock_register(&gonet_family);
	if (err)
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
	proto_unregister(&gonet_udp_prot);
}
