// SPDX-License-Identifier: GPL-2.0
/* ioctl(2) of stream sockets: how much is queued each way (tcp(7)). */
#include <linux/sockios.h>
#include <net/sock.h>

#include <asm/ioctls.h>

#include "stream.h"

static bool stream_unopened(u8 state)
{
	return (1 << state) & (TCPF_SYN_SENT | TCPF_SYN_RECV);
}

/**
 * gonet_stream_inq() - bytes that can be read without passing the urgent byte
 * @gt: the socket
 *
 * Context: any.
 *
 * Return: how many.
 */
u32 gonet_stream_inq(const struct gonet_stream *gt)
{
	u32 avail = gonet_tcp_readable(gt), ahead;

	if (sock_flag(&gt->gs.inet.sk, SOCK_URGINLINE) || !gonet_stream_urg(gt))
		return avail;
	ahead = READ_ONCE(gt->urg_at) - READ_ONCE(gt->copied);
	return min(ahead, avail);
}

/* The FIN counts like a byte, as natively. */
static u32 stream_outq(const struct gonet_stream *gt, u8 state)
{
	bool fin = (1 << state) & (TCPF_FIN_WAIT1 | TCPF_CLOSING | TCPF_LAST_ACK);

	return READ_ONCE(gt->written) - READ_ONCE(gt->acked) + fin;
}

static int stream_ioctl_queue(const struct gonet_stream *gt, unsigned int cmd)
{
	u8 state = READ_ONCE(gt->gs.inet.sk.sk_state);

	if (cmd == SIOCATMARK)
		return gonet_stream_at_mark(gt, READ_ONCE(gt->copied));
	if (state == TCP_LISTEN)
		return -EINVAL;
	if (stream_unopened(state))
		return 0;
	switch (cmd) {
	case SIOCINQ:
		return gonet_stream_inq(gt);
	case SIOCOUTQ:
		return stream_outq(gt, state);
	default:
		return gonet_stream_unsent(gt);
	}
}

/**
 * gonet_stream_ioctl() - ioctl(2)
 * @sock: the socket
 * @cmd: SIOCINQ, SIOCATMARK, SIOCOUTQ, SIOCOUTQNSD; those about interfaces
 * @arg: where to put the answer
 *
 * Return: 0; -EINVAL for a listener, -EFAULT; as gonet_if_ioctl().
 */
int gonet_stream_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct gonet_stream *gt = gonet_stream(sock->sk);
	void __user *to = (void __user *)arg;
	int answer;

	switch (cmd) {
	case SIOCINQ:
	case SIOCATMARK:
	case SIOCOUTQ:
	case SIOCOUTQNSD:
		lock_sock(sock->sk);
		answer = stream_ioctl_queue(gt, cmd);
		release_sock(sock->sk);
		return answer < 0 ? answer : put_user(answer, (int __user *)to);
	default:
		return gonet_if_ioctl(&gt->gs, cmd, to);
	}
}
