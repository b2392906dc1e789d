// SPDX-License-Identifier: GPL-2.0
/*
 * Random segments to connections that are open: a peer that opens them by hand, and then
 * sends what is nearly right, or not at all (make.c). program.c is at the other end.
 *
 *	fuzz -i IFACE -m STACK_MAC -s PEER_IP -d STACK_IP -f FAMILY [-n COUNT] [-S SEED]
 *
 * Frames go and come in batches. What the stack sends is only looked at for the numbers of its
 * connections. Prints what was sent and seen; the status is 1 if nothing was opened any more.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define BATCH		64
#define CONNS		24
#define SYN_EVERY	50	/* turns of a connection that waits for the answer to one */
#define DEAD_MS		20000	/* without any answer: the stack is gone */

struct ends ends = { .peer_mac = { 2, 0, 0, 0, 0, 9 } };
uint64_t seed;

static struct conn conns[CONNS];
static int wire_tx, wire_rx;
static long opened_ms;
static bool silent;

static struct {
	unsigned long sent, syns, opened, resets, seen;
} n;

static uint8_t frames[BATCH][FRAME];
static struct mmsghdr batch[BATCH];
static struct iovec vec[BATCH];
static unsigned int n_batch;

void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Reads what the stack has sent: the numbers of its connections. */
static void hear(const uint8_t *f, size_t len)
{
	const uint8_t *ip = f + 14, *th = ip + 20;
	size_t hlen, payload;
	struct conn *c;
	unsigned int i;

	if (len < 54 || ip[0] != 0x45 || ip[9] != IPPROTO_TCP || get32(ip + 16) != ends.peer)
		return;
	n.seen++;
	for (i = 0; i < CONNS && conns[i].port != get16(th + 2); i++)
		;
	if (i == CONNS)
		return;
	c = &conns[i];
	hlen = (size_t)(th[12] >> 4) * 4;
	payload = get16(ip + 2) - 20 - hlen;
	if (th[13] & RST) {
		n.resets++;
		memset(c, 0, sizeof(*c));
		return;
	}
	if (th[13] & SYN) {
		n.opened += !c->open;
		opened_ms = now_ms();
		c->open = true;
		c->ack = get32(th + 4) + 1;
		return;
	}
	if (c->acked) {
		c->ack = get32(th + 4) + (uint32_t)payload + (th[13] & FIN);
		/* Where it is, as far as it can be known. */
		c->nxt = get32(th + 8);
	}
	if (hlen >= 32 && th[22] == 8)
		c->echo = get32(th + 24);
}

static void listen_to(void)
{
	uint8_t f[128];
	ssize_t len;

	while ((len = recv(wire_rx, f, sizeof(f), MSG_DONTWAIT | MSG_TRUNC)) > 0)
		hear(f, (size_t)len < sizeof(f) ? (size_t)len : sizeof(f));
}

static void flush(void)
{
	unsigned int at = 0;
	int done;

	while (at < n_batch) {
		done = sendmmsg(wire_tx, batch + at, n_batch - at, 0);
		if (done > 0)
			at += (unsigned int)done;
		else if (errno == ENOBUFS || errno == EAGAIN)
			usleep(500);
		else
			die("sendmmsg");
	}
	n.sent += n_batch;
	n_batch = 0;
	listen_to();
}

/* The frame that has been made leaves with others. */
static void leave(size_t len)
{
	vec[n_batch].iov_len = len;
	if (++n_batch == BATCH)
		flush();
}

/* A connection that is gone, or does not begin: another, whose SYN is sent now and then. */
static void begin(struct conn *c)
{
	if (!c->port || c->tries > 20 * SYN_EVERY) {
		memset(c, 0, sizeof(*c));
		c->port = (uint16_t)(1024 + below(60000));
		c->isn = rnd();
		c->ts = rnd();
	}
	c->nxt = c->isn + 1;
	if (c->tries++ % SYN_EVERY) {
		listen_to();
		return;
	}
	leave(make_segment(frames[n_batch], c, SYN, c->isn, 0));
	n.syns++;
	flush();
	if (now_ms() - opened_ms > DEAD_MS)
		silent = true;
}

static void one(void)
{
	struct conn *c = &conns[below(CONNS)];

	c->ts += below(3);
	if (!c->open) {
		begin(c);
	} else if (!c->acked) {
		c->acked = true;
		leave(make_segment(frames[n_batch], c, ACK, c->nxt, c->ack));
	} else {
		leave(make_random(frames[n_batch], c));
		if (once_in(2000))	/* forgotten: it is for the stack to end it */
			memset(c, 0, sizeof(*c));
	}
}

static int packet_socket(const char *iface, int protocol)
{
	struct sockaddr_ll a = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = (int)if_nametoindex(iface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), size = 8 << 20, on = 1;

	if (fd < 0 || !a.sll_ifindex || bind(fd, (struct sockaddr *)&a, sizeof(a)))
		die(iface);
	setsockopt(fd, SOL_SOCKET, protocol ? SO_RCVBUFFORCE : SO_SNDBUFFORCE, &size,
		   sizeof(size));
	if (!protocol)
		setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	return fd;
}

static uint32_t address(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		die(text);
	return ntohl(a.s_addr);
}

static void usage(void)
{
	fputs("fuzz: -i IFACE -m STACK_MAC -s PEER_IP -d STACK_IP -f FAMILY\n"
	      "            [-n COUNT] [-S SEED]\n", stderr);
	exit(2);
}

static void mac(uint8_t *m, const char *text)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx",
		   &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]) != 6)
		usage();
}

static void run(unsigned long count)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		vec[i].iov_base = frames[i];
		batch[i].msg_hdr = (struct msghdr) { .msg_iov = &vec[i], .msg_iovlen = 1 };
	}
	opened_ms = now_ms();
	while (n.sent < count && !silent)
		one();
	flush();
}

int main(int argc, char **argv)
{
	unsigned long count = 1000000;
	const char *iface = NULL;
	int family = 0, opt;
	pid_t child;

	while ((opt = getopt(argc, argv, "i:m:s:d:f:n:S:")) != -1) {
		switch (opt) {
		case 'i':
			iface = optarg;
			break;
		case 'm':
			mac(ends.stack_mac, optarg);
			break;
		case 's':
			ends.peer = address(optarg);
			break;
		case 'd':
			ends.stack = address(optarg);
			break;
		case 'f':
			family = atoi(optarg);
			break;
		case 'n':
			count = strtoul(optarg, NULL, 0);
			break;
		case 'S':
			seed = strtoull(optarg, NULL, 0);
			break;
		default:
			usage();
		}
	}
	if (!iface || !ends.peer || !ends.stack || !family)
		usage();
	seed = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1;
	wire_tx = packet_socket(iface, 0);
	wire_rx = packet_socket(iface, ETH_P_IP);
	child = program_start(family);
	run(count);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	printf("%lu segments, %lu SYNs, %lu connections, %lu RSTs and %lu segments seen\n", n.sent,
	       n.syns, n.opened, n.resets, n.seen);
	return n.sent < count || n.opened < CONNS;
}
