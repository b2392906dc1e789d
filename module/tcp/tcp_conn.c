// SPDX-License-Identifier: GPL-2.0
/*
 * How connections begin, and how system calls end them.
 *
 * Lifetime: the socket has a reference of each of its halves, and each of them one of the
 * socket. The send half says when the connection is over, and both end by themselves; a
 * socket that nobody has any more lives until then.
 */
#include <linux/in.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include <gonet/iface.h>
#include <gonet/route.h>

#include "tcp.h"
#include "trace.h"

/**
 * tcp_conn_buffer() - how much payload a socket's receive buffer takes
 * @sk: the socket
 *
 * As natively, half of it is for what packets cost beside their payload.
 *
 * Context: any.
 *
 * Return: bytes.
 */
u32 tcp_conn_buffer(const struct sock *sk)
{
	const struct gonet_stream *gt = gonet_stream((struct sock *)sk);
	u32 clamp = READ_ONCE(gt->o.window_clamp), buffer = max(READ_ONCE(sk->sk_rcvbuf), 0) / 2;

	return clamp ? min(clamp, buffer) : buffer;
}

/**
 * tcp_conn_room() - how much of that is free
 * @sk: the socket
 *
 * Context: any.
 *
 * Return: bytes.
 */
u32 tcp_conn_room(const struct sock *sk)
{
	int room = READ_ONCE(sk->sk_rcvbuf) - atomic_read(&sk->sk_rmem_alloc);

	return room > 0 ? min_t(u32, room / 2, tcp_conn_buffer(sk)) : 0;
}

/**
 * tcp_conn_wscale() - by how much a connection shifts its windows (RFC 7323 2.3)
 * @stack: the stack
 * @sk: the socket, or the listener
 *
 * Enough for the largest buffer that it can get.
 *
 * Return: 0 to TCP_WSCALE_MAX.
 */
u8 tcp_conn_wscale(struct gonet_stack *stack, const struct sock *sk)
{
	u32 most = max3(READ_ONCE(stack->conf.tcp_rmem[2]), READ_ONCE(sk->sk_rcvbuf), 65536);

	return min(ilog2(most) - 15, TCP_WSCALE_MAX);
}

/**
 * tcp_conn_mtu() - the MTU of the path of a connection
 * @gt: the connection
 * @flow: where its segments go
 *
 * Context: any but hard interrupt.
 *
 * Return: bytes; 576 while there is no way.
 */
u32 tcp_conn_mtu(struct gonet_stream *gt, const struct gonet_flow *flow)
{
	struct gonet_stack *stack = gt->gs.stack;
	struct gonet_iface *iface;
	struct gonet_path path;
	u32 mtu = 576;

	rcu_read_lock();
	if (!gonet_route_lookup(stack, flow->daddr, flow->saddr, flow->oif, &path)) {
		iface = gonet_iface_by_index(stack, path.ifindex);
		if (iface)
			mtu = flow->flags & GONET_CB_IFACE_MTU ? gonet_iface_mtu(iface) :
								 gonet_path_mtu(&path, iface);
	}
	rcu_read_unlock();
	return mtu;
}

/**
 * tcp_conn_mss() - what a connection can receive in a segment (RFC 9293 3.7.1)
 * @gt: the connection
 * @flow: where its segments go
 *
 * Context: any but hard interrupt.
 *
 * Return: bytes of payload with no options.
 */
u16 tcp_conn_mss(struct gonet_stream *gt, const struct gonet_flow *flow)
{
	u32 mss = max(tcp_conn_mtu(gt, flow), 68U) - sizeof(struct iphdr) - TCP_HLEN;
	u16 user = READ_ONCE(gt->o.maxseg);

	if (user)
		mss = min_t(u32, mss, user);
	return min(mss, 65535U - TCP_HLEN_MAX - (u32)sizeof(struct iphdr));
}

/**
 * gonet_tcp_setup() - a socket without a connection
 * @gt: the socket, new or a copy of a listener
 */
void gonet_tcp_setup(struct gonet_stream *gt)
{
	RCU_INIT_POINTER(gt->send, NULL);
	RCU_INIT_POINTER(gt->gs.reader, NULL);
	gt->gs.bound = NULL;
	gt->listed = false;
	gt->written = 0;
	gt->acked = 0;
	gt->sent = 0;
	gt->received = 0;
	gt->copied = 0;
	gt->advertised = 0;
	gt->wanted = 0;
	gt->inherit.gt = NULL;
	gt->leave.gt = NULL;
	gt->early = false;
	gt->saved_syn = NULL;
	RCU_INIT_POINTER(gt->fast_keys, NULL);
	atomic_set(&gt->fast_pending, 0);
	atomic_set(&gt->fast_resets, 0);
	atomic_set(&gt->poked, 0);
	atomic_set(&gt->read_poked, 0);
	atomic_set(&gt->n_accept, 0);
	INIT_LIST_HEAD(&gt->accept);
	INIT_LIST_HEAD(&gt->accept_node);
	spin_lock_init(&gt->accept_lock);
	memset(&gt->pub, 0, sizeof(gt->pub));
	if (!gt->o.cc)
		gt->o.cc = gonet_tcp_cc_default(gt->gs.stack);
}

/**
 * tcp_conn_put() - the socket lets go of the halves
 * @gt: the connection, whose halves have ended or are closed
 *
 * Context: process, under lock_sock() or when nobody else has the socket.
 */
void tcp_conn_put(struct gonet_stream *gt)
{
	csp_proc_put(rcu_replace_pointer(gt->send, NULL, true));
	csp_proc_put(rcu_replace_pointer(gt->gs.reader, NULL, true));
}

/**
 * gonet_tcp_destruct() - the last reference to a socket is gone
 * @gt: the socket
 */
void gonet_tcp_destruct(struct gonet_stream *gt)
{
	tcp_conn_put(gt);
	kfree(gt->saved_syn);
	kfree(rcu_dereference_protected(gt->fast_keys, true));
}

/**
 * tcp_conn_start() - start the halves of a connection
 * @gt: the connection, which has none
 * @open: what the handshake agreed upon, or NULL if it is yet to come
 * @gfp: GFP_KERNEL, or GFP_ATOMIC from a step
 *
 * Return: 0; -ENOMEM, -ESHUTDOWN.
 */
int tcp_conn_start(struct gonet_stream *gt, const struct tcp_open *open, gfp_t gfp)
{
	struct csp_proc *send, *recv;

	send = tcp_send_start(gt, open, gfp);
	if (IS_ERR(send))
		return PTR_ERR(send);
	recv = tcp_recv_start(gt, open, send, gfp);
	if (IS_ERR(recv)) {
		csp_proc_close(send);
		csp_proc_put(send);
		return PTR_ERR(recv);
	}
	rcu_assign_pointer(gt->send, send);
	rcu_assign_pointer(gt->gs.reader, recv);
	return 0;
}

/**
 * tcp_conn_drop() - give up a connection that nobody knows of yet
 * @gt: the connection, whose halves have been started
 *
 * Context: any but hard interrupt.
 */
void tcp_conn_drop(struct gonet_stream *gt)
{
	csp_proc_close(rcu_dereference_protected(gt->gs.reader, true));
	csp_proc_close(rcu_dereference_protected(gt->send, true));
}

/**
 * tcp_conn_call() - ask the send half for something
 * @gt: the connection
 * @call: what
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: the answer; -EPIPE when the connection has ended.
 */
int tcp_conn_call(struct gonet_stream *gt, struct tcp_call *call)
{
	struct csp_proc *send = rcu_dereference_protected(gt->send, true);
	int err;

	if (!send)
		return -EPIPE;
	/* It must arrive; when there is no room in the queue now, there will be. */
	while ((err = csp_ask(&send->in[TCP_SEND_CALL], call, &call->call)) == -ENOBUFS)
		schedule_timeout_uninterruptible(1);
	return err;
}

static int tcp_conn_ask(struct gonet_stream *gt, enum gonet_bind_op op)
{
	struct gonet_bind_request req = { .op = op, .gs = &gt->gs };

	return csp_ask(gt->gs.dealer, &req, &req.call);
}

/* What must be asked until it is heard. */
static void tcp_conn_tell(struct gonet_stream *gt, enum gonet_bind_op op)
{
	while (tcp_conn_ask(gt, op) == -ENOBUFS)
		schedule_timeout_uninterruptible(1);
}

/* Waits until a connection that ends has ended. */
static void tcp_conn_join(struct gonet_stream *gt)
{
	struct csp_proc *send = rcu_dereference_protected(gt->send, true);
	struct csp_proc *recv = rcu_dereference_protected(gt->gs.reader, true);

	if (send)
		csp_proc_join(send);
	if (recv)
		csp_proc_join(recv);
	tcp_conn_put(gt);
}

/**
 * gonet_tcp_disconnect() - end what there is of a connection
 * @gt: the socket, which has a program
 *
 * Context: process, under lock_sock(); may sleep.
 */
void gonet_tcp_disconnect(struct gonet_stream *gt)
{
	gonet_tcp_poke(gt, GONET_TCP_ABORT);
	tcp_conn_join(gt);
	gt->wanted = 0;
}

/**
 * gonet_tcp_close() - no program has a socket any more
 * @gt: the socket, not listening
 * @abort: its peer is to be told by a RST, at once
 *
 * A connection that has not ended gives its port up itself when it does, and calls
 * gonet_stream_ended().
 *
 * Context: process, under lock_sock() or when nobody else has the socket; may sleep.
 *
 * Return: true if the connection goes on by itself.
 */
bool gonet_tcp_close(struct gonet_stream *gt, bool abort)
{
	struct tcp_call call = { .op = abort ? TCP_CALL_ABORT : TCP_CALL_CLOSE };

	if (!tcp_conn_call(gt, &call))
		return true;
	tcp_conn_join(gt);
	tcp_conn_tell(gt, GONET_UNBIND);
	return false;
}

/* A socket begins or ceases to listen. */
static void tcp_conn_listens(struct gonet_stream *gt, bool does)
{
	const struct tcp_tuple key = {
		.laddr = gt->gs.inet.inet_rcv_saddr,
		.lport = gt->gs.inet.inet_sport,
	};
	u8 old = gt->gs.inet.sk.sk_state, new = does ? TCP_LISTEN : TCP_CLOSE;

	WRITE_ONCE(gt->gs.inet.sk.sk_state, new);
	trace_gonet_tcp_state(gt, &key, old, new);
}

/**
 * gonet_tcp_listen() - let a bound socket have connections that peers open
 * @gt: the socket
 * @backlog: how many may wait for accept()
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EADDRINUSE, -ENOMEM, -ENOBUFS.
 */
int gonet_tcp_listen(struct gonet_stream *gt, u32 backlog)
{
	struct sock *sk = &gt->gs.inet.sk;
	struct csp_proc *listen;
	int err;

	WRITE_ONCE(gt->backlog, backlog);
	if (sk->sk_state == TCP_LISTEN)
		return 0;
	tcp_fast_listen(gt, backlog);
	gt->rcv_wscale = tcp_conn_wscale(gt->gs.stack, sk);
	listen = tcp_listen_start(gt);
	if (IS_ERR(listen))
		return PTR_ERR(listen);
	rcu_assign_pointer(gt->gs.reader, listen);
	tcp_conn_listens(gt, true);
	err = tcp_conn_ask(gt, GONET_LISTEN);
	if (!err)
		return 0;
	tcp_conn_listens(gt, false);
	rcu_assign_pointer(gt->gs.reader, NULL);
	csp_proc_stop(listen);
	return err;
}

/**
 * gonet_tcp_unlisten() - and no more
 * @gt: the socket, listening
 *
 * Context: process, under lock_sock(); may sleep.
 */
void gonet_tcp_unlisten(struct gonet_stream *gt)
{
	struct gonet_stream *child;

	tcp_conn_tell(gt, GONET_UNLISTEN);
	tcp_conn_listens(gt, false);
	csp_proc_stop(rcu_replace_pointer(gt->gs.reader, NULL, true));
	while ((child = gonet_tcp_accept(gt))) {
		sock_orphan(&child->gs.inet.sk);
		if (!gonet_tcp_close(child, true))
			gonet_stream_ended(child);
		sock_put(&child->gs.inet.sk);
	}
}

/**
 * gonet_tcp_accept() - a connection that a peer has opened
 * @gt: the listener
 *
 * Context: any but hard interrupt.
 *
 * Return: the connection, with a reference, or NULL.
 */
struct gonet_stream *gonet_tcp_accept(struct gonet_stream *gt)
{
	struct gonet_stream *child;

	spin_lock_bh(&gt->accept_lock);
	child = list_first_entry_or_null(&gt->accept, struct gonet_stream, accept_node);
	if (child) {
		list_del_init(&child->accept_node);
		atomic_dec(&gt->n_accept);
	}
	spin_unlock_bh(&gt->accept_lock);
	return child;
}

/**
 * tcp_conn_child() - make a connection that a peer has opened
 * @listener: who listens
 * @key: the connection
 * @open: what the handshake agreed upon
 *
 * Context: the listener's step.
 *
 * Return: the connection, with a reference, whose halves have been started, and which is
 * in no table; or NULL.
 */
struct gonet_stream *tcp_conn_child(struct gonet_stream *listener, const struct tcp_tuple *key,
				    const struct tcp_open *open)
{
	struct sock *sk = sk_clone_lock(&listener->gs.inet.sk, GFP_ATOMIC);
	struct gonet_stream *gt;

	if (!sk)
		return NULL;
	gt = gonet_stream(sk);
	gonet_stream_child(gt);
	gonet_tcp_setup(gt);
	gt->entry.key = *key;
	gt->entry.kind = TCP_ENTRY_CONN;
	gt->gs.inet.inet_saddr = key->laddr;
	gt->gs.inet.inet_rcv_saddr = key->laddr;
	gt->gs.inet.inet_daddr = key->raddr;
	gt->gs.inet.inet_sport = key->lport;
	gt->gs.inet.inet_dport = key->rport;
	gt->gs.inet.inet_num = ntohs(key->lport);
	gt->early = open->fast;
	WRITE_ONCE(sk->sk_state, open->fast ? TCP_SYN_RECV : TCP_ESTABLISHED);
	__acquire(&sk->sk_lock.slock);	/* by sk_clone_lock(), which does not say so */
	bh_unlock_sock(sk);
	/* Of the two references that a copy has, one stays. */
	if (tcp_conn_start(gt, open, GFP_ATOMIC)) {
		gonet_stream_ended(gt);
		sock_put(sk);
		sock_put(sk);
		return NULL;
	}
	sock_put(sk);
	return gt;
}

/**
 * gonet_tcp_info() - TCP_INFO
 * @gt: the socket
 * @info: set
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0.
 */
int gonet_tcp_info(struct gonet_stream *gt, struct tcp_info *info)
{
	struct tcp_call call = { .op = TCP_CALL_INFO, .info = info };

	memset(info, 0, sizeof(*info));
	info->tcpi_state = READ_ONCE(gt->gs.inet.sk.sk_state);
	if (info->tcpi_state == TCP_LISTEN) {
		info->tcpi_unacked = atomic_read(&gt->n_accept);
		info->tcpi_sacked = READ_ONCE(gt->backlog);
		return 0;
	}
	tcp_conn_call(gt, &call);
	return 0;
}

/**
 * gonet_tcp_cc_default() - the namespace's congestion control
 * @stack: its stack
 *
 * Return: the algorithm.
 */
const struct tcp_cc_ops *gonet_tcp_cc_default(struct gonet_stack *stack)
{
	const struct tcp_cc_ops *cc = READ_ONCE(stack->conf.tcp_congestion_control);

	return cc ? cc : tcp_cc_nth(0);
}

/**
 * gonet_tcp_cc_nth() - go through the algorithms
 * @i: which
 *
 * Return: the algorithm, or NULL behind the last.
 */
const struct tcp_cc_ops *gonet_tcp_cc_nth(unsigned int i)
{
	return tcp_cc_nth(i);
}

/**
 * gonet_tcp_cc_find() - congestion control by name
 * @name: the name
 *
 * Return: the algorithm, or NULL if there is none of that name.
 */
const struct tcp_cc_ops *gonet_tcp_cc_find(const char *name)
{
	return tcp_cc_find(name);
}

/**
 * gonet_tcp_cc_name() - what an algorithm is called
 * @cc: the algorithm
 *
 * Return: its name.
 */
const char *gonet_tcp_cc_name(const struct tcp_cc_ops *cc)
{
	return cc->name;
}

/**
 * gonet_tcp_module_init() - memory for what all connections have
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_tcp_module_init(void)
{
	tcp_news_cache = KMEM_CACHE(tcp_news, 0);
	tcp_sent_cache = KMEM_CACHE(tcp_sent, 0);
	if (tcp_news_cache && tcp_sent_cache && !csp_kind_init(&tcp_recv_kind) &&
	    !csp_kind_init(&tcp_send_kind))
		return 0;
	gonet_tcp_module_exit();
	return -ENOMEM;
}

/**
 * gonet_tcp_module_exit() - and no longer
 */
void gonet_tcp_module_exit(void)
{
	csp_kind_exit(&tcp_send_kind);
	csp_kind_exit(&tcp_recv_kind);
	kmem_cache_destroy(tcp_news_cache);
	kmem_cache_destroy(tcp_sent_cache);
}
