/* SPDX-License-Identifier: GPL-2.0 */
/* What the files about stream sockets tell each other. */
#ifndef _GONET_SOCKET_STREAM_H
#define _GONET_SOCKET_STREAM_H

#include <net/tcp_states.h>

#include <gonet/tcp.h>

#include "socket.h"

/* stream.c */
void gonet_stream_setup(struct gonet_stream *gt);
void gonet_stream_disconnect(struct gonet_stream *gt);
int gonet_stream_release(struct socket *sock);
int gonet_stream_shutdown(struct socket *sock, int how);
void gonet_stream_keepalive(struct sock *sk, int on);

/**
 * struct gonet_stream_data - what a connection may be opened with (RFC 7413)
 * @how: by which SYN
 * @msg: the data, or NULL
 * @copied: bytes of it that have been taken
 */
struct gonet_stream_data {
	enum gonet_tcp_open how;
	struct msghdr *msg;
	size_t copied;
};

/* stream_conn.c */
int gonet_stream_open(struct socket *sock, struct sockaddr_unsized *uaddr, int len, long timeo,
		      struct gonet_stream_data *data);
int gonet_stream_opened(struct socket *sock, int err, long timeo);
int gonet_stream_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int addr_len,
			 int flags);
int gonet_stream_listen(struct socket *sock, int backlog);
int gonet_stream_accept(struct socket *sock, struct socket *newsock, int flags);

/* stream_poll.c */
__poll_t gonet_stream_poll(struct file *file, struct socket *sock, poll_table *wait);
bool gonet_stream_writable(const struct gonet_stream *gt);
void gonet_stream_write_space(struct sock *sk);
int gonet_stream_set_rcvlowat(struct sock *sk, int value);

/* stream_ioctl.c */
int gonet_stream_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);
u32 gonet_stream_inq(const struct gonet_stream *gt);

/* stream_fast.c */
int gonet_stream_fast_connect(struct gonet_stream *gt, const struct gonet_flow *flow,
			      struct gonet_stream_data *data);
int gonet_stream_fast_send(struct socket *sock, struct msghdr *msg, long timeo, size_t *copied);

/* stream_send.c */
struct sk_buff *gonet_stream_build(struct sock *sk, struct msghdr *msg, size_t len);
int gonet_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);

/* stream_recv.c */
int gonet_stream_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);

/* stream_urg.c: urgent data */
bool gonet_stream_at_mark(const struct gonet_stream *gt, u32 at);
u32 gonet_stream_clip_urgent(const struct gonet_stream *gt, u32 at, size_t *len);
void gonet_stream_pass_urgent(struct gonet_stream *gt);
int gonet_stream_recv_urgent(struct gonet_stream *gt, struct msghdr *msg, size_t len, int flags);

/* streamopt.c */
int gonet_stream_setsockopt(struct gonet_stream *gt, int optname, sockptr_t optval,
			    unsigned int optlen);
int gonet_stream_getsockopt(struct gonet_stream *gt, int optname, char __user *optval,
			    int __user *optlen);

/* &gonet_stream.urg; when it is not 0, its place may be read. */
static inline u32 gonet_stream_urg(const struct gonet_stream *gt)
{
	/* pairs with the receive half's smp_store_release(), which comes behind the place */
	return smp_load_acquire(&gt->urg);
}

/* Bytes that have been written and not sent; system calls and the send half write these. */
static inline u32 gonet_stream_unsent(const struct gonet_stream *gt)
{
	return READ_ONCE(gt->written) - READ_ONCE(gt->sent);
}

#endif /* _GONET_SOCKET_STREAM_H */
