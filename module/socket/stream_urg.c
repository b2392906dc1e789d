// SPDX-License-Identifier: GPL-2.0
/*
 * Urgent data (RFC 9293 3.8.5, RFC 6093; tcp(7)): one byte, which stands in the stream
 * like any other. Unless the program wants it there (SO_OOBINLINE), reading stops in front
 * of it and goes on behind it, and MSG_OOB returns it.
 */
#include <net/sock.h>

#include "stream.h"

/**
 * gonet_stream_at_mark() - whether the urgent byte comes next
 * @gt: the socket
 * @at: where in the stream, as &gonet_stream.copied counts
 *
 * Context: any.
 *
 * Return: true if it does, whether it has arrived yet or not.
 */
bool gonet_stream_at_mark(const struct gonet_stream *gt, u32 at)
{
	return gonet_stream_urg(gt) && READ_ONCE(gt->urg_at) == at;
}

/**
 * gonet_stream_clip_urgent() - read no further than to the urgent byte
 * @gt: the socket
 * @at: from where, as &gonet_stream.copied counts
 * @len: bytes that are there and wanted; less when the byte is among them
 *
 * Context: process, under lock_sock().
 *
 * Return: 1 when the byte comes first and is passed over, else 0.
 */
u32 gonet_stream_clip_urgent(const struct gonet_stream *gt, u32 at, size_t *len)
{
	u32 ahead;

	if (!gonet_stream_urg(gt))
		return 0;
	ahead = READ_ONCE(gt->urg_at) - at;
	if (ahead >= *len)
		return 0;
	if (ahead) {
		*len = ahead;
		return 0;
	}
	if (sock_flag(&gt->gs.inet.sk, SOCK_URGINLINE))
		return 0;
	(*len)--;
	return 1;
}

/**
 * gonet_stream_pass_urgent() - forget the urgent byte when it has been passed
 * @gt: the socket, which has been read from
 *
 * Context: process, under lock_sock().
 */
void gonet_stream_pass_urgent(struct gonet_stream *gt)
{
	u32 urg = gonet_stream_urg(gt);

	/* When other urgent data has been announced meanwhile, that stays. */
	if (urg && (s32)(gt->copied - READ_ONCE(gt->urg_at)) > 0)
		cmpxchg(&gt->urg, urg, 0);
}

static int stream_give_urgent(struct gonet_stream *gt, u32 urg, struct msghdr *msg, size_t len,
			      int flags)
{
	char byte = urg;
	int err = 0;

	if (!(flags & MSG_PEEK))
		cmpxchg(&gt->urg, urg, GONET_URG_READ);
	msg->msg_flags |= MSG_OOB;
	if (!len) {
		msg->msg_flags |= MSG_TRUNC;
		return 0;
	}
	if (!(flags & MSG_TRUNC))
		err = memcpy_to_msg(msg, &byte, sizeof(byte));
	return err ? -EFAULT : 1;
}

/**
 * gonet_stream_recv_urgent() - recvmsg(2) with MSG_OOB
 * @gt: the socket
 * @msg: where to put the byte
 * @len: room for it
 * @flags: MSG_PEEK, MSG_TRUNC
 *
 * Never waits.
 *
 * Context: process, under lock_sock().
 *
 * Return: 1, or 0 without room for it or at the end; -EINVAL when there is none to read,
 * -ENOTCONN, -EAGAIN when it is announced only, -EFAULT.
 */
int gonet_stream_recv_urgent(struct gonet_stream *gt, struct msghdr *msg, size_t len, int flags)
{
	struct sock *sk = &gt->gs.inet.sk;
	u32 urg = gonet_stream_urg(gt);
	bool done = READ_ONCE(sk->sk_shutdown) & RCV_SHUTDOWN;

	if (sock_flag(sk, SOCK_URGINLINE) || !urg || urg == GONET_URG_READ)
		return -EINVAL;
	if (READ_ONCE(sk->sk_state) == TCP_CLOSE && !done)
		return -ENOTCONN;
	if (urg & GONET_URG_VALID)
		return stream_give_urgent(gt, urg, msg, len, flags);
	return READ_ONCE(sk->sk_state) == TCP_CLOSE || done ? 0 : -EAGAIN;
}
