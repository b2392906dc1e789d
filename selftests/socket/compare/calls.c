// SPDX-License-Identifier: GPL-2.0
/* The calls that a script may make; the comment of each shows how it is written. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "run.h"

#define NOBODY	65534

void print_result(const struct run *run, long result)
{
	fprintf(run->out, "%ld", result);
	if (result < 0)
		fprintf(run->out, " %s", strerrorname_np(errno));
}

static void set_socket(struct run *run, const struct words *words, int fd)
{
	int *slot = &run->fd[*word_at(words, 1) - 'a'];

	if (fd < 0) {
		print_result(run, fd);
		return;
	}
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
	fputs("a socket", run->out);
}

/* socket SOCKET TYPE PROTOCOL */
static void do_socket(struct run *run, const struct words *words, int fd)
{
	(void)fd;
	set_socket(run, words, socket(run->side->family, number_of(word_at(words, 2)),
				      number_of(word_at(words, 3))));
}

/* udp SOCKET; tcp SOCKET; ping SOCKET; raw SOCKET PROTOCOL */
static void do_short(struct run *run, const struct words *words, int fd)
{
	int type = SOCK_DGRAM, protocol = 0;

	(void)fd;
	if (!strcmp(words->word[0], "tcp"))
		type = SOCK_STREAM;
	if (!strcmp(words->word[0], "ping"))
		protocol = IPPROTO_ICMP;
	if (!strcmp(words->word[0], "raw")) {
		type = SOCK_RAW;
		protocol = number_of(word_at(words, 2));
	}
	set_socket(run, words, socket(run->side->family, type, protocol));
}

/* peer SOCKET [TYPE PROTOCOL]: a socket of the native stack that is at 10.0.0.1 */
static void do_peer(struct run *run, const struct words *words, int fd)
{
	const char *type = word_at(words, 2), *protocol = word_at(words, 3);

	if (setns(run->side->peer_netns, CLONE_NEWNET))
		broken("setns", strerror(errno));
	fd = socket(AF_INET, type ? number_of(type) : SOCK_DGRAM,
		    protocol ? number_of(protocol) : 0);
	if (setns(run->side->netns, CLONE_NEWNET))
		broken("setns", strerror(errno));
	set_socket(run, words, fd);
}

/* bind SOCKET ADDRESS [family=] [len=]; connect SOCKET ADDRESS [family=] [len=] */
static void do_bind(struct run *run, const struct words *words, int fd)
{
	struct address address;

	address_of(run, words, word_at(words, 2), &address);
	if (!strcmp(words->word[0], "bind"))
		print_result(run, bind(fd, address.sa, address.len));
	else
		print_result(run, connect(fd, address.sa, address.len));
}

/* name SOCKET [len=]; peername SOCKET [len=] */
static void do_name(struct run *run, const struct words *words, int fd)
{
	char buffer[64] = { 0 };
	socklen_t room = word_key_number(words, "len", sizeof(struct sockaddr_in)), len = room;
	int result;

	if (!strcmp(words->word[0], "name"))
		result = getsockname(fd, (struct sockaddr *)buffer, &len);
	else
		result = getpeername(fd, (struct sockaddr *)buffer, &len);
	print_result(run, result);
	if (result)
		return;
	fprintf(run->out, " %u bytes ", len);
	if (room >= sizeof(struct sockaddr_in))
		print_address(run->out, buffer, len);
}

/* send SOCKET DATA [flags=]; sendto SOCKET DATA ADDRESS [flags=] [family=] [len=] */
static void do_send(struct run *run, const struct words *words, int fd)
{
	int flags = word_key_number(words, "flags", 0);
	struct address address = { .sa = NULL };
	size_t len;
	char *data = data_of(word_at(words, 2), &len);

	if (!strcmp(words->word[0], "sendto"))
		address_of(run, words, word_at(words, 3), &address);
	print_result(run, sendto(fd, data, len, flags, address.sa, address.len));
	free(data);
}

/* write SOCKET DATA; read SOCKET */
static void do_write(struct run *run, const struct words *words, int fd)
{
	char buffer[256];
	ssize_t result;
	size_t len;
	char *data;

	if (!strcmp(words->word[0], "write")) {
		data = data_of(word_at(words, 2), &len);
		print_result(run, write(fd, data, len));
		free(data);
		return;
	}
	wait_events(fd, POLLIN, WAIT_MS);
	result = read(fd, buffer, sizeof(buffer));
	print_result(run, result);
	if (result >= 0)
		print_data(run->out, buffer, result);
}

/* sendmany SOCKET COUNT ADDRESS: sendmmsg(); receivemany SOCKET COUNT: recvmmsg() */
static void do_many(struct run *run, const struct words *words, int fd)
{
	unsigned int n = number_of(word_at(words, 2)), i;
	struct mmsghdr messages[16] = { 0 };
	struct iovec iov[16];
	struct address address;
	char data[16][16];
	int result;

	for (i = 0; i < 16; i++) {
		snprintf(data[i], sizeof(data[i]), "message %u", i);
		iov[i] = (struct iovec) { data[i], strlen(data[i]) };
		messages[i].msg_hdr.msg_iov = &iov[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	if (!strcmp(words->word[0], "sendmany")) {
		address_of(run, words, word_at(words, 3), &address);
		for (i = 0; i < 16; i++) {
			messages[i].msg_hdr.msg_name = address.sa;
			messages[i].msg_hdr.msg_namelen = address.len;
		}
		result = sendmmsg(fd, messages, n, 0);
	} else {
		wait_events(fd, POLLIN, WAIT_MS);
		result = recvmmsg(fd, messages, n, MSG_WAITFORONE, NULL);
	}
	print_result(run, result);
	for (i = 0; (int)i < result; i++)
		fprintf(run->out, " %u", messages[i].msg_len);
}

/* SO_REUSEPORT has another name where Linux has it for its own families only. */
static int set_option(const struct run *run, int fd, const struct option *option,
		      const void *value, socklen_t len)
{
	int result = setsockopt(fd, option->level, option->number, value, len);

	if (!result || errno != EOPNOTSUPP || run->side->family != AF_GONET ||
	    option->level != SOL_SOCKET || option->number != SO_REUSEPORT)
		return result;
	return setsockopt(fd, SOL_GONET, GONET_REUSEPORT, value, len);
}

/* set SOCKET OPTION VALUE [len=]; the value may be null */
static void do_set(struct run *run, const struct words *words, int fd)
{
	struct option option = option_of(word_at(words, 2));
	const char *word = word_at(words, 3);
	char value[256];
	size_t len = sizeof(int);
	bool null = !strcmp(word, "null");

	if (!null)
		len = option_value(run, word, value, sizeof(value));
	print_result(run, set_option(run, fd, &option, null ? NULL : value,
				     word_key_number(words, "len", len)));
}

/* get SOCKET OPTION [len=]; get SOCKET OPTION null */
static void do_get(struct run *run, const struct words *words, int fd)
{
	struct option option = option_of(word_at(words, 2));
	socklen_t room = word_key_number(words, "len", 64), len = room;
	bool null = word_at(words, 3);
	char value[256] = { 0 };
	int result;

	result = getsockopt(fd, option.level, option.number, null ? NULL : value, &len);
	print_result(run, result);
	if (result || null)
		return;
	fputs(": ", run->out);
	print_value(run, &option, value, len < sizeof(value) ? len : sizeof(value));
}

/* ready SOCKET EVENTS [wait=MS]: waits for one of them, and says all that poll() does */
static void do_ready(struct run *run, const struct words *words, int fd)
{
	int wait = word_key_number(words, "wait", WAIT_MS);
	int events = number_of(word_at(words, 2));

	wait_events(fd, events, wait);
	print_bits(run->out, "POLL", wait_events(fd, 0xffff & ~(POLLMSG | POLLNVAL), 0));
}

/* error SOCKET: waits for one, and takes it */
static void do_error(struct run *run, const struct words *words, int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	wait_events(fd, 0, word_key_number(words, "wait", WAIT_MS));
	print_result(run, getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
	fprintf(run->out, " %s", error ? strerrorname_np(error) : "none");
}

/* watch SOCKET level|edge: adds it to an epoll; events [wait=MS]: what that says */
static void do_watch(struct run *run, const struct words *words, int fd)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT };

	if (!strcmp(words->word[0], "events")) {
		int n = epoll_wait(run->epoll, &event, 1, word_key_number(words, "wait", WAIT_MS));

		print_result(run, n);
		if (n == 1) {
			fputc(' ', run->out);
			print_bits(run->out, "POLL", event.events);
		}
		return;
	}
	if (run->epoll < 0)
		run->epoll = epoll_create1(EPOLL_CLOEXEC);
	event.events = EPOLLIN;
	if (!strcmp(word_at(words, 2), "edge"))
		event.events |= EPOLLET;
	print_result(run, epoll_ctl(run->epoll, EPOLL_CTL_ADD, fd, &event));
}

/* shutdown SOCKET HOW; listen SOCKET; accept SOCKET; close SOCKET; nonblock SOCKET */
static void do_simple(struct run *run, const struct words *words, int fd)
{
	const char *call = words->word[0];
	long result;

	if (!strcmp(call, "shutdown"))
		result = shutdown(fd, number_of(word_at(words, 2)));
	else if (!strcmp(call, "listen"))
		result = listen(fd, 1);
	else if (!strcmp(call, "accept"))
		result = accept(fd, NULL, NULL);
	else if (!strcmp(call, "nonblock"))
		result = fcntl(fd, F_SETFL, O_NONBLOCK);
	else
		result = close(fd);
	print_result(run, result);
	if (!strcmp(call, "close"))
		run->fd[*word_at(words, 1) - 'a'] = -1;
}

/* take SOCKET FROM: what accept() gives, which is waited for */
static void do_take(struct run *run, const struct words *words, int fd)
{
	int listener = socket_of(run, word_at(words, 2));

	(void)fd;
	wait_events(listener, POLLIN, WAIT_MS);
	set_socket(run, words, accept4(listener, NULL, NULL, 0));
}

/* copy SOCKET FROM: what dup() gives */
static void do_copy(struct run *run, const struct words *words, int fd)
{
	(void)fd;
	set_socket(run, words, dup(socket_of(run, word_at(words, 2))));
}

/* queued SOCKET FIONREAD|SIOCOUTQ|NUMBER: a request that gives an integer */
static void do_queued(struct run *run, const struct words *words, int fd)
{
	int value = -1;

	print_result(run, ioctl(fd, number_of(word_at(words, 2)), &value));
	fprintf(run->out, " %d", value);
}

/* interface SOCKET REQUEST NAME: one that asks for an address of an interface */
static void do_interface(struct run *run, const struct words *words, int fd)
{
	struct ifreq request = { 0 };
	int result;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", word_at(words, 3));
	result = ioctl(fd, number_of(word_at(words, 2)), &request);
	print_result(run, result);
	if (!result) {
		fputc(' ', run->out);
		print_address(run->out, &request.ifr_addr, sizeof(struct sockaddr_in));
	}
}

static void on_alarm(int number)
{
	(void)number;
}

/* alarm MS: a signal that interrupts what blocks, once */
static void do_alarm(struct run *run, const struct words *words, int fd)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { .it_value.tv_usec = 1000 * atoi(words->word[1]) };

	(void)fd;
	sigaction(SIGALRM, &action, NULL);
	print_result(run, setitimer(ITIMER_REAL, &timer, NULL));
}

/* async SOCKET: signals for what happens on it; signal: the next of them */
static void do_async(struct run *run, const struct words *words, int fd)
{
	const struct timespec patience = { .tv_sec = WAIT_MS / 1000 };
	siginfo_t info = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	if (!strcmp(words->word[0], "async")) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		fcntl(fd, F_SETOWN, getpid());
		fcntl(fd, F_SETSIG, SIGRTMIN);
		print_result(run, fcntl(fd, F_SETFL, O_ASYNC));
		return;
	}
	if (sigtimedwait(&set, &info, &patience) < 0) {
		print_result(run, -1);
		return;
	}
	fprintf(run->out, "code %d band ", info.si_code);
	print_bits(run->out, "POLL", info.si_band);
}

/* as nobody: without rights; as root: with all again */
static void do_as(struct run *run, const struct words *words, int fd)
{
	bool nobody = !strcmp(words->word[1], "nobody");
	gid_t gid = nobody ? NOBODY : 0;

	(void)fd;
	if (nobody)
		print_result(run, setegid(gid) || seteuid(NOBODY) ? -1 : 0);
	else
		print_result(run, seteuid(0) || setegid(gid) ? -1 : 0);
}

static const struct {
	const char *name;
	void (*call)(struct run *run, const struct words *words, int fd);
	bool socket;	/* the first word names one */
} calls[] = {
	{ "socket", do_socket, true }, { "udp", do_short, true }, { "ping", do_short, true },
	{ "raw", do_short, true }, { "tcp", do_short, true }, { "take", do_take, true },
	{ "peer", do_peer, true }, { "bind", do_bind, true }, { "connect", do_bind, true },
	{ "name", do_name, true }, { "peername", do_name, true }, { "send", do_send, true },
	{ "sendto", do_send, true }, { "sendmsg", do_sendmsg, true }, { "write", do_write, true },
	{ "read", do_write, true }, { "sendmany", do_many, true },
	{ "receivemany", do_many, true }, { "recv", do_recv, true },
	{ "errqueue", do_errqueue, true }, { "set", do_set, true }, { "get", do_get, true },
	{ "ready", do_ready, true }, { "error", do_error, true }, { "watch", do_watch, true },
	{ "events", do_watch, false }, { "shutdown", do_simple, true },
	{ "listen", do_simple, true }, { "accept", do_simple, true },
	{ "nonblock", do_simple, true }, { "close", do_simple, true }, { "copy", do_copy, true },
	{ "queued", do_queued, true }, { "interface", do_interface, true },
	{ "alarm", do_alarm, false }, { "async", do_async, true }, { "signal", do_async, false },
	{ "as", do_as, false },
};

/* Return: whether there is such a call. */
bool statement_run(struct run *run, const struct words *words)
{
	size_t i;
	int fd = -1;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (strcmp(calls[i].name, words->word[0]))
			continue;
		if (calls[i].socket)
			fd = socket_of(run, word_at(words, 1));
		calls[i].call(run, words, fd);
		return true;
	}
	return false;
}
