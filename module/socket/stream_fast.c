// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open (RFC 7413) as programs have it: sendmsg(2) that opens the connection and gives its
 * SYN data (MSG_FASTOPEN), and connect(2) that leaves this to the first of those that follow
 * (TCP_FASTOPEN_CONNECT).
 */
#include <net/sock.h>

#include "stream.h"

/*
 * What the SYN may carry. Return: NULL where that is nothing; else the packet, counted as
 * written; -ENOBUFS, -ENOMEM, -EFAULT.
 */
static struct sk_buff *stream_fast_take(struct gonet_stream *gt, const struct gonet_flow *flow,
					struct msghdr *msg)
{
	size_t room = min_t(size_t, gonet_tcp_fast_room(gt, flow), msg_data_left(msg));
	struct sk_buff *skb;

	if (!room)
		return NULL;
	skb = gonet_stream_build(&gt->gs.inet.sk, msg, room);
	if (!IS_ERR(skb))
		WRITE_ONCE(gt->written, gt->written + skb->len);
	return skb;
}

/* And nobody has taken it. */
static void stream_fast_give_back(struct gonet_stream *gt, struct sk_buff *skb,
				  struct msghdr *msg)
{
	if (!skb)
		return;
	WRITE_ONCE(gt->written, gt->written - skb->len);
	iov_iter_revert(&msg->msg_iter, skb->len);
	kfree_skb(skb);
}

/* TCP_FASTOPEN_CONNECT: without a cookie there is nothing to wait for but one. */
static int stream_fast_defer(struct gonet_stream *gt, const struct gonet_flow *flow)
{
	bool later = gonet_tcp_fast_room(gt, flow);
	int err;

	err = gonet_tcp_connect(gt, flow, later ? GONET_TCP_OPEN_LATER : GONET_TCP_OPEN_FAST,
				NULL);
	if (!err)
		WRITE_ONCE(gt->deferred, later);
	return err;
}

/**
 * gonet_stream_fast_connect() - begin to connect, by Fast Open if that is wanted
 * @gt: the socket
 * @flow: where to, routed
 * @data: by which SYN, and data for it; set: how much has been taken
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: as gonet_tcp_connect(); -EFAULT.
 */
int gonet_stream_fast_connect(struct gonet_stream *gt, const struct gonet_flow *flow,
			      struct gonet_stream_data *data)
{
	struct sk_buff *skb = NULL;
	size_t len = 0;
	int err;

	if (!data->msg && gt->o.fastopen_connect)
		return stream_fast_defer(gt, flow);
	if (data->msg)
		skb = stream_fast_take(gt, flow, data->msg);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	if (skb)
		len = skb->len;
	err = gonet_tcp_connect(gt, flow, data->how, skb);
	if (err)
		stream_fast_give_back(gt, skb, data->msg);
	else
		data->copied = len;
	return err;
}

/* The first data after a connect() that has waited for it. */
static int stream_fast_first(struct socket *sock, struct msghdr *msg, long timeo, size_t *copied)
{
	struct gonet_stream *gt = gonet_stream(sock->sk);
	const struct inet_sock *inet = &gt->gs.inet;
	const struct gonet_flow flow = {
		.saddr = inet->inet_saddr,
		.daddr = inet->inet_daddr,
		.oif = gonet_sock_oif(&gt->gs),
	};
	struct sk_buff *skb = stream_fast_take(gt, &flow, msg);
	size_t len;
	int err;

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	len = skb ? skb->len : 0;
	WRITE_ONCE(gt->deferred, false);
	err = gonet_tcp_fast_data(gt, skb);
	if (err) {
		stream_fast_give_back(gt, skb, msg);
		return err;
	}
	*copied = len;
	return gonet_stream_opened(sock, -EINPROGRESS, timeo);
}

/**
 * gonet_stream_fast_send() - sendmsg(2) that opens the connection
 * @sock: the socket
 * @msg: the message, with the peer's address unless connect() has been called
 * @timeo: how long to wait for the connection
 * @copied: set: bytes that have been taken
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0 when it is open; -EOPNOTSUPP where net.gonet.tcp_fastopen forbids it, and for
 * AF_UNSPEC; as natively -EISCONN, -EALREADY, -EINPROGRESS; what else connect(2) says.
 */
int gonet_stream_fast_send(struct socket *sock, struct msghdr *msg, long timeo, size_t *copied)
{
	struct gonet_stream *gt = gonet_stream(sock->sk);
	struct gonet_stream_data data = { .how = GONET_TCP_OPEN_FAST, .msg = msg };
	const struct sockaddr *to = msg->msg_name;
	int err;

	if (!gonet_tcp_fast_may(gt->gs.stack))
		return -EOPNOTSUPP;
	if (to && msg->msg_namelen >= (int)sizeof(to->sa_family) && to->sa_family == AF_UNSPEC)
		return -EOPNOTSUPP;
	if (gt->deferred)
		return stream_fast_first(sock, msg, timeo, copied);
	if (!to)
		msg->msg_namelen = 0;
	err = gonet_stream_open(sock, (struct sockaddr_unsized *)to, msg->msg_namelen, timeo,
				&data);
	*copied = data.copied;
	return err;
}
