// SPDX-License-Identifier: GPL-2.0
/*
 * uring - io_uring sends and receives on GoNet sockets: at once and when something
 * comes, single and many, plain and with names, time limits and ends.
 *
 *	uring ADDRESS
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <liburing.h>
#include <linux/gonet.h>

#include "bound.h"

static struct io_uring ring;

static struct io_uring_sqe *entry(unsigned long data)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	if (!sqe)
		errx(1, "the ring is full");
	sqe->user_data = data;
	return sqe;
}

/* Return: what completes next, with its result. */
static unsigned long next_completed(int *result)
{
	struct __kernel_timespec patience = { .tv_sec = 30 };
	struct io_uring_cqe *cqe;
	unsigned long data;
	int error;

	error = io_uring_wait_cqe_timeout(&ring, &cqe, &patience);
	if (error)
		errx(1, "no completion: %s", strerror(-error));
	data = cqe->user_data;
	*result = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	return data;
}

/* Return: the result of the next completion, which must be of @data. */
static int completed(unsigned long data)
{
	unsigned long found;
	int result;

	found = next_completed(&result);
	if (found != data)
		errx(1, "%lu completed, not %lu", found, data);
	return result;
}

static void expect(const char *what, int result, int expected)
{
	if (result != expected)
		errx(1, "%s: %d, not %d", what, result, expected);
	printf("%s: %d\n", what, result);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a_name, b_name, from = {};
	char in[3][16] = {}, out[] = "hello";
	struct __kernel_timespec soon = { .tv_nsec = 100000000 };
	struct iovec iov_in = { in[0], sizeof(in[0]) }, iov_out = { out, 5 };
	struct msghdr msg_in = { .msg_name = &from, .msg_namelen = sizeof(from),
				 .msg_iov = &iov_in, .msg_iovlen = 1 };
	struct msghdr msg_out = { .msg_name = &b_name, .msg_namelen = sizeof(b_name),
				  .msg_iov = &iov_out, .msg_iovlen = 1 };
	struct io_uring_sqe *sqe;
	unsigned long data;
	int a, b, i, result;

	if (argc != 2 || io_uring_queue_init(16, &ring, 0))
		errx(2, "usage: uring ADDRESS, where there is io_uring");
	a = open_bound(AF_GONET, argv[1], &a_name);
	b = open_bound(AF_GONET, argv[1], &b_name);

	/* Waited for first, then sent; the name of the sender. */
	io_uring_prep_recvmsg(entry(1), b, &msg_in, 0);
	io_uring_submit(&ring);
	io_uring_prep_sendmsg(entry(2), a, &msg_out, 0);
	io_uring_submit(&ring);
	/* which of the two is told first is open */
	for (i = 0; i < 2; i++) {
		data = next_completed(&result);
		expect(data == 1 ? "recvmsg" : "sendmsg", result, 5);
	}
	if (memcmp(in[0], "hello", 5) || from.sin_port != a_name.sin_port ||
	    from.sin_addr.s_addr != a_name.sin_addr.s_addr || from.sin_family != AF_INET)
		errx(1, "what came is not what was sent");

	/* Connected: plain sends, each linked to the next. */
	if (connect(a, (void *)&b_name, sizeof(b_name)))
		err(1, "connect");
	for (i = 0; i < 3; i++) {
		sqe = entry(10 + i);
		io_uring_prep_send(sqe, a, "0123456789", i + 1, 0);
		sqe->flags |= IOSQE_IO_LINK;
	}
	sqe->flags &= ~IOSQE_IO_LINK;
	io_uring_submit(&ring);
	for (i = 0; i < 3; i++)
		expect("send", completed(10 + i), i + 1);
	for (i = 0; i < 3; i++)
		io_uring_prep_recv(entry(20 + i), b, in[i], sizeof(in[i]), 0);
	io_uring_submit(&ring);
	for (i = 0; i < 3; i++)
		expect("recv", completed(20 + i), i + 1);

	/* A time limit, and a receive that is called back. */
	sqe = entry(30);
	io_uring_prep_recv(sqe, b, in[0], sizeof(in[0]), 0);
	sqe->flags |= IOSQE_IO_LINK;
	io_uring_prep_link_timeout(entry(31), &soon, 0);
	io_uring_submit(&ring);
	for (i = 0; i < 2; i++) {
		if (next_completed(&result) == 30)
			expect("recv with a time limit", result, -ECANCELED);
		else
			expect("its time limit", result, -ETIME);
	}

	/* Readiness. */
	io_uring_prep_poll_add(entry(40), b, POLLIN);
	io_uring_submit(&ring);
	if (send(a, "x", 1, 0) != 1)
		err(1, "send");
	if (!(completed(40) & POLLIN))
		errx(1, "not ready");
	expect("recv", recv(b, in[0], sizeof(in[0]), 0), 1);

	/* An end: a receive under way gives 0 when the socket is shut down. */
	io_uring_prep_recv(entry(50), b, in[0], sizeof(in[0]), 0);
	io_uring_submit(&ring);
	shutdown(b, SHUT_RDWR);
	expect("recv at the end", completed(50), 0);
	close(a);
	close(b);
	io_uring_queue_exit(&ring);
	return 0;
}
