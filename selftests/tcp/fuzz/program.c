// SPDX-License-Identifier: GPL-2.0
/*
 * The program at the other end: it accepts, reads, writes and closes, at random, and does not
 * mind what comes of it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

#define BACKLOG	128
#define MOST	256	/* connections at once */

/* What a program may do with a connection, one thing at a time; errors are no surprise. */
static bool use(int fd)
{
	char buf[4096];
	ssize_t len;

	memset(buf, 'p', sizeof(buf));
	switch (below(40)) {
	case 0:
		shutdown(fd, (int)below(3));
		return true;
	case 1:
		return false;
	case 2:
		recv(fd, buf, 1, MSG_OOB | MSG_DONTWAIT);
		return true;
	case 3:
		send(fd, buf, 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL);
		return true;
	case 4:
	case 5:
	case 6:
		send(fd, buf, below(sizeof(buf)), MSG_DONTWAIT | MSG_NOSIGNAL);
		return true;
	default:
		len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		return len > 0 || (len < 0 && errno == EAGAIN) || once_in(2);
	}
}

static void serve(int listener)
{
	static struct pollfd pfd[MOST];
	unsigned int used = 1, i;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pfd[0] = (struct pollfd) { .fd = listener, .events = POLLIN };
	for (;;) {
		poll(pfd, used, 50);
		while (used < MOST && (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
			pfd[used++] = (struct pollfd) { .fd = fd, .events = POLLIN };
		for (i = 1; i < used; i++) {
			if (!pfd[i].revents && !once_in(50) && used < MOST)
				continue;
			if (use(pfd[i].fd) && used < MOST)
				continue;
			close(pfd[i].fd);
			pfd[i--] = pfd[--used];
		}
	}
}

/* Starts it, in a process of its own, at a port of ends.stack. Return: its number. */
pid_t program_start(int family)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(ends.stack) };
	socklen_t len = sizeof(a);
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	pid_t pid;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&a, &len))
		die("the program's socket");
	ends.port = ntohs(a.sin_port);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		serve(fd);
	close(fd);
	return pid;
}
