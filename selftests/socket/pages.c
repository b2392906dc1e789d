// SPDX-License-Identifier: GPL-2.0
/*
 * pages - buffers that end where memory does, on the sockets of one family
 *
 *	pages gonet|inet
 *
 * Makes system calls with pointers of which all or half is wrong, and prints what they
 * returned and what then became of the data. The two families' outputs should be the same.
 * Of what is half there a connection may take any part, or none: that is not printed, but it
 * must be what then comes.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/errqueue.h>
#include <linux/gonet.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>

#define PAGE	4096
#define PAGES	64
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int family;
static char *memory;	/* PAGES pages, after which one cannot be touched */
static char *end;
static char good[PAGES * PAGE];

static int must(int ret, const char *what)
{
	if (ret < 0)
		err(1, "%s", what);
	return ret;
}

static char pattern(size_t at)
{
	return at * 7 + (at >> 8) * 13 + 1;
}

/* Memory of which only the first @n bytes are there; they have the pattern from @at on. */
static char *only(size_t n, size_t at)
{
	size_t i;

	for (i = 0; i < n; i++)
		end[i - n] = pattern(at + i);
	return end - n;
}

static void say(const char *what, int ret)
{
	if (ret < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %d\n", what, ret);
}

static int new_socket(int type, int protocol)
{
	const struct timeval limit = { .tv_sec = 20 };
	int fd = must(socket(family, type, protocol), "socket");

	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), "SO_RCVTIMEO");
	return fd;
}

static struct sockaddr_in bind_any(int fd)
{
	struct sockaddr_in name = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(name);

	must(bind(fd, (void *)&name, sizeof(name)), "bind");
	must(getsockname(fd, (void *)&name, &len), "getsockname");
	return name;
}

/* What arrives at @fd first: a mark that is sent now, if nothing else. */
static void next(int a, int fd)
{
	must(send(a, "mark", 4, 0), "send the mark");
	say("  then comes one of", must(recv(fd, good, sizeof(good), 0), "receive"));
	while (recv(fd, good, sizeof(good), MSG_DONTWAIT) >= 0)
		;
}

static void datagrams_sent(int a, int b)
{
	const size_t sizes[] = { 10, 1000, 3000, 20000, 60000 };
	struct iovec parts[] = { { good, 100 }, { end - 50, 100 } };
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	size_t i;

	for (i = 0; i < COUNT(sizes); i++) {
		printf("%zu bytes\n", sizes[i]);
		say(" half there", send(a, only(sizes[i] / 2, 0), sizes[i], 0));
		next(a, b);
		say(" the last one not there", send(a, only(sizes[i] - 1, 0), sizes[i], 0));
		next(a, b);
		say(" not there", send(a, end, sizes[i], 0));
		next(a, b);
		say(" begun", send(a, good, 10, MSG_MORE));
		say(" and then half there", send(a, only(sizes[i] / 2, 0), sizes[i], MSG_MORE));
		next(a, b);
	}
	say("the second part is half there", sendmsg(a, &msg, 0));
	next(a, b);
	msg.msg_iov = (void *)end;
	say("no parts there", sendmsg(a, &msg, 0));
	msg.msg_iov = parts;
	parts[1].iov_base = good;
	msg.msg_control = only(10, 0);
	msg.msg_controllen = 40;
	say("half of the control messages", sendmsg(a, &msg, 0));
	msg.msg_control = NULL;
	msg.msg_controllen = 0;
	msg.msg_name = only(8, 0);
	msg.msg_namelen = 16;
	say("half of the name", sendmsg(a, &msg, 0));
	next(a, b);
}

static void datagrams_received(int a, int b)
{
	const size_t sizes[] = { 10, 1000, 3000, 20000, 60000 };
	struct iovec parts[] = { { good, 4 }, { end - 2, 100 } };
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	socklen_t len = 16;
	size_t i;

	for (i = 0; i < COUNT(sizes); i++) {
		printf("%zu bytes\n", sizes[i]);
		must(send(a, good, sizes[i], 0), "send");
		say(" peeked, room for half", recv(b, only(sizes[i] / 2, 0), sizes[i], MSG_PEEK));
		say(" room for half", recv(b, only(sizes[i] / 2, 0), sizes[i], 0));
		next(a, b);
		must(send(a, good, sizes[i], 0), "send");
		say(" room for none", recv(b, end, sizes[i], 0));
		next(a, b);
	}
	must(send(a, good, 10, 0), "send");
	say("the second part", recvmsg(b, &msg, 0));
	next(a, b);
	must(send(a, good, 10, 0), "send");
	say("half of the name", recvfrom(b, good, 10, 0, (void *)(end - 8), &len));
	next(a, b);
	must(send(a, good, 10, 0), "send");
	say("no length of the name", recvfrom(b, good, 10, 0, (void *)(end - 16), (void *)end));
	next(a, b);
	must(setsockopt(b, IPPROTO_IP, IP_PKTINFO, &(int) { 1 }, 4), "IP_PKTINFO");
	must(setsockopt(b, SOL_SOCKET, SO_TIMESTAMP, &(int) { 1 }, 4), "SO_TIMESTAMP");
	must(send(a, good, 10, 0), "send");
	parts[1].iov_base = good;
	msg.msg_control = end - 40;
	msg.msg_controllen = 200;
	say("half of the control messages", recvmsg(b, &msg, 0));
	next(a, b);
}

struct option {
	int level, name, len;
	const char *text;
};

#define OPTION(level, name, type) { level, name, sizeof(type), #name }

static const struct option dgram_options[] = {
	OPTION(SOL_SOCKET, SO_RCVBUF, int), OPTION(SOL_SOCKET, SO_RCVTIMEO, struct timeval),
	OPTION(SOL_SOCKET, SO_LINGER, struct linger),
	OPTION(SOL_SOCKET, SO_BINDTODEVICE, char[16]),
	OPTION(IPPROTO_IP, IP_TTL, int), OPTION(IPPROTO_IP, IP_TOS, int),
	OPTION(IPPROTO_IP, IP_PKTINFO, int), OPTION(IPPROTO_IP, IP_MULTICAST_IF, struct ip_mreqn),
	OPTION(IPPROTO_IP, IP_ADD_MEMBERSHIP, struct ip_mreqn),
	OPTION(IPPROTO_IP, IP_DROP_MEMBERSHIP, struct ip_mreqn),
	OPTION(IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, struct ip_mreq_source),
	OPTION(IPPROTO_IP, MCAST_JOIN_GROUP, struct group_req),
	OPTION(IPPROTO_IP, IP_MSFILTER, char[24]), OPTION(IPPROTO_IP, MCAST_MSFILTER, char[272]),
	OPTION(IPPROTO_IP, IP_RECVERR, int),
	OPTION(IPPROTO_UDP, UDP_CORK, int), OPTION(IPPROTO_UDP, UDP_SEGMENT, int),
};

static const struct option stream_options[] = {
	OPTION(IPPROTO_TCP, TCP_NODELAY, int), OPTION(IPPROTO_TCP, TCP_CONGESTION, char[6]),
	OPTION(IPPROTO_TCP, TCP_INFO, struct tcp_info), OPTION(IPPROTO_TCP, TCP_MAXSEG, int),
	OPTION(IPPROTO_TCP, TCP_KEEPIDLE, int),
	OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT, int), OPTION(SOL_SOCKET, SO_RCVLOWAT, int),
};

static void options(int fd, const struct option *o, size_t n)
{
	socklen_t len;

	for (; n--; o++) {
		printf("%s\n", o->text);
		memset(end - o->len / 2, 0, o->len / 2);
		say(" set, half there",
		    setsockopt(fd, o->level, o->name, end - o->len / 2, o->len));
		say(" set, not there", setsockopt(fd, o->level, o->name, end, o->len));
		len = o->len;
		say(" get, room for half",
		    getsockopt(fd, o->level, o->name, end - o->len / 2, &len));
		say(" get, room for none", getsockopt(fd, o->level, o->name, end, &len));
		say(" get, no length",
		    getsockopt(fd, o->level, o->name, end - o->len, (socklen_t *)end));
	}
}

static void requests(int fd)
{
	static const struct { unsigned long request; const char *text; } list[] = {
		{ FIONREAD, "FIONREAD" }, { SIOCOUTQ, "SIOCOUTQ" }, { FIONBIO, "FIONBIO" },
		{ SIOCGIFADDR, "SIOCGIFADDR" }, { SIOCGIFINDEX, "SIOCGIFINDEX" },
		{ SIOCGSTAMP_NEW, "SIOCGSTAMP_NEW" },
	};
	size_t i;

	for (i = 0; i < COUNT(list); i++) {
		printf("%s\n", list[i].text);
		say(" not there", ioctl(fd, list[i].request, end));
		memset(end - 2, 0, 2);
		say(" half there", ioctl(fd, list[i].request, end - 2));
	}
}

/* Reads @n bytes, which must be those of the pattern from @at on. */
static void read_pattern(int fd, size_t at, size_t n)
{
	size_t i;
	int ret;

	while (n) {
		ret = must(recv(fd, good, n < sizeof(good) ? n : sizeof(good), 0), "receive");
		if (!ret)
			errx(1, "the end, %zu bytes early", n);
		for (i = 0; i < (size_t)ret; i++) {
			if (good[i] != pattern(at + i))
				errx(1, "byte %zu is wrong", at + i);
		}
		at += ret;
		n -= ret;
	}
}

static void nothing_more(int fd)
{
	if (recv(fd, good, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN)
		errx(1, "more than was sent");
}

static const size_t stream_sizes[] = { 10, 200, 1000, 5000, 20000, 100000 };

static void stream_sent(int a, int b)
{
	size_t i, n, at = 0;
	int ret;

	for (i = 0; i < COUNT(stream_sizes); i++) {
		n = stream_sizes[i];
		printf("%zu bytes\n", n);
		ret = send(a, only(n / 2, at), n, 0);
		if (ret > (int)(n / 2) || (ret < 0 && errno != EFAULT))
			err(1, "half there: %d", ret);
		if (ret > 0) {
			read_pattern(b, at, ret);
			at += ret;
		}
		say(" not there", send(a, end, n, 0));
		/* the connection goes on where it was */
		must(send(a, only(n / 2, at), n / 2, 0), "send");
		read_pattern(b, at, n / 2);
		at += n / 2;
		nothing_more(b);
	}
}

static void stream_received(int a, int b)
{
	size_t i, k, n, at = 0, sent = 0;
	int ret;

	for (i = 0; i < COUNT(stream_sizes); i++) {
		n = stream_sizes[i];
		printf("%zu bytes\n", n);
		for (k = 0; k < n; k++)
			good[k] = pattern(sent + k);
		if (must(send(a, good, n, 0), "send") != (int)n)
			errx(1, "not all was sent");
		sent += n;
		/* all of it, so that it does not depend on time what there is */
		must(recv(b, good, n, MSG_PEEK | MSG_WAITALL), "receive");
		say(" peeked, room for none", recv(b, end, n, MSG_PEEK));
		say(" room for none", recv(b, end, n, 0));
		ret = recv(b, only(n / 2, 1), n, 0);
		if (ret > (int)(n / 2))
			errx(1, "%d bytes, where there was room for %zu", ret, n / 2);
		for (k = 0; ret > 0 && k < (size_t)ret; k++) {
			if (end[k - n / 2] != pattern(at + k))
				errx(1, "byte %zu is wrong", at + k);
		}
		if (ret < 0 && errno != EFAULT)
			err(1, "room for half");
		at += ret > 0 ? ret : 0;
		read_pattern(b, at, sent - at);
		at = sent;
		nothing_more(b);
	}
}

static void streams(void)
{
	int listener = new_socket(SOCK_STREAM, 0), a = new_socket(SOCK_STREAM, 0), b;
	struct sockaddr_in name = bind_any(listener);
	socklen_t len = 16;

	must(listen(listener, 5), "listen");
	say("connect to half a name", connect(a, memcpy(end - 8, &name, 8), 16));
	must(connect(a, (void *)&name, sizeof(name)), "connect");
	b = must(accept(listener, NULL, NULL), "accept");
	stream_sent(a, b);
	stream_received(b, a);
	options(a, stream_options, COUNT(stream_options));
	requests(a);
	close(a);
	close(b);
	a = new_socket(SOCK_STREAM, 0);
	must(connect(a, (void *)&name, sizeof(name)), "connect");
	say("accept, half of the name", accept(listener, (void *)(end - 8), &len));
	say("  then the peer reads", recv(a, good, 1, 0));
	close(a);
	close(listener);
}

static void datagrams(void)
{
	int a = new_socket(SOCK_DGRAM, 0), b = new_socket(SOCK_DGRAM, 0);
	struct sockaddr_in name = bind_any(b);
	socklen_t len = 16;

	must(setsockopt(b, SOL_SOCKET, SO_RCVBUF, &(int) { 1 << 20 }, sizeof(int)), "SO_RCVBUF");
	say("bind to half a name", bind(a, memcpy(end - 8, &name, 8), 16));
	must(connect(a, (void *)&name, sizeof(name)), "connect");
	datagrams_sent(a, b);
	datagrams_received(a, b);
	options(a, dgram_options, COUNT(dgram_options));
	requests(a);
	say("getsockname, half", getsockname(a, (void *)(end - 8), &len));
	say("getpeername, half", getpeername(a, (void *)(end - 8), &len));
	close(a);
	close(b);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: pages gonet|inet\n", stderr);
		return 2;
	}
	family = strcmp(argv[1], "inet") ? AF_GONET : AF_INET;
	memory = mmap(NULL, (PAGES + 1) * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || mprotect(memory + PAGES * PAGE, PAGE, PROT_NONE))
		err(1, "memory");
	end = memory + PAGES * PAGE;
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(120);
	puts("# datagrams");
	datagrams();
	puts("# connections");
	streams();
	return 0;
}
