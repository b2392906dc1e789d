// SPDX-License-Identifier: GPL-2.0
/*
 * Sends malformed frames from the native end of the cable to the stack, class by
 * class, and says what ought to become of them:
 *
 *	CLASS sent=N refused=N unsure=N COUNTER=N...
 *
 * COUNTER must have grown by N, or by up to N + unsure. Between the frames it asks
 * the stack for an answer to a good one; without it, the last frames are printed
 * and the program ends with status 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "malform.h"

#define SYNC_EVERY	100	/* frames; far below the depth of any channel of the stack */
#define SYNC_FLOWS	4	/* good frames each time, for more than one of the readers */
#define SYNC_ID		0x5ac0	/* their identifiers: the lowest two bits tell the flow */
#define SYNC_WAIT_MS	2000
#define SYNC_TRIES	8
#define KEEP		16	/* frames printed when the stack does not answer */

static int tx, tx_vnet, rx;
static struct frame last[KEEP];
static unsigned long n_frames, n_synced, n_syncs;
static const char *class_name;

static struct {
	const char *name;
	unsigned long n;
} tally[64];

static void die(const char *what)
{
	fprintf(stderr, "malform: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void count(const char *name)
{
	unsigned int i;

	for (i = 0; tally[i].name; i++)
		if (!strcmp(tally[i].name, name))
			break;
	tally[i].name = name;
	tally[i].n++;
}

/* The stack is silent: what was it told last? */
static void silent(void)
{
	unsigned long i, first = n_frames > KEEP ? n_frames - KEEP : 0;
	size_t at;

	fprintf(stderr, "malform: no answer in class %s after frame %lu of this run\n",
		class_name, n_frames);
	for (i = first; i < n_frames; i++) {
		fprintf(stderr, "%lu:", i);
		for (at = 0; at < last[i % KEEP].len && at < 128; at++)
			fprintf(stderr, "%s%02x", at % 2 ? "" : " ", last[i % KEEP].data[at]);
		fprintf(stderr, "%s\n", at < last[i % KEEP].len ? " ..." : "");
	}
	exit(1);
}

static void sync_send(struct wire *w, unsigned int flow)
{
	static struct frame f;

	frame_echo(&f, &w->hosts, NULL, 0, 8);
	put16(f.data + AT_ICMP + 4, (uint16_t)(SYNC_ID | flow));
	put16(f.data + AT_ICMP + 6, (uint16_t)n_syncs);
	frame_fix_icmp(&f);
	if (send(tx, f.data, f.len, 0) < 0)
		die("send");
	count("IcmpOutEchoReps");
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Reads replies to this round's good frames. Return: those flows that have had theirs. */
static unsigned int sync_receive(long until)
{
	struct pollfd pfd = { .fd = rx, .events = POLLIN };
	unsigned int answered = 0;
	uint8_t b[128];
	long left;

	while (answered != (1 << SYNC_FLOWS) - 1 && (left = until - now_ms()) > 0) {
		if (poll(&pfd, 1, (int)left) <= 0)
			continue;
		while (recv(rx, b, sizeof(b), MSG_DONTWAIT) >= AT_ICMP + 8)
			if (get16(b + AT_ICMP + 6) == (uint16_t)n_syncs)
				answered |= 1U << (get16(b + AT_ICMP + 4) & (SYNC_FLOWS - 1));
	}
	return answered;
}

/* Returns when everything sent before has been seen by the stack. */
static void sync_up(struct wire *w)
{
	unsigned int try, flow, answered = 0;

	n_syncs++;
	n_synced = n_frames;
	for (try = 0; try < SYNC_TRIES; try++) {
		for (flow = 0; flow < SYNC_FLOWS; flow++)
			if (!(answered & 1U << flow))
				sync_send(w, flow);
		answered |= sync_receive(now_ms() + SYNC_WAIT_MS);
		if (answered == (1 << SYNC_FLOWS) - 1)
			return;
	}
	silent();
}

static void sent(struct wire *w, const struct frame *f, const char *what)
{
	struct frame *keep = &last[n_frames % KEEP];

	keep->len = f->len;
	memcpy(keep->data, f->data, f->len < 128 ? f->len : 128);
	w->sent++;
	if (!what)
		w->unsure++;
	else if (*what)
		count(what);
	n_frames++;
	if (n_frames - n_synced >= SYNC_EVERY)
		sync_up(w);
}

void wire_send(struct wire *w, const struct frame *f)
{
	if (send(tx, f->data, f->len, 0) < 0) {
		/* A tag allows four bytes more than the MTU; anything else is our fault. */
		if (errno != EMSGSIZE && errno != EINVAL)
			die("send");
		w->refused++;
		return;
	}
	sent(w, f, oracle(&w->hosts, f));
}

void wire_send_vnet(struct wire *w, const struct frame *f, const void *header, size_t len)
{
	struct iovec iov[2] = {
		{ .iov_base = (void *)header, .iov_len = len },
		{ .iov_base = (void *)f->data, .iov_len = f->len },
	};

	if (writev(tx_vnet, iov, 2) < 0) {
		w->refused++;
		return;
	}
	sent(w, f, NULL);
}

static int packet_socket(const char *iface, int protocol)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = (int)if_nametoindex(iface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	int size = 4 << 20;

	if (fd < 0)
		die("socket");
	if (!addr.sll_ifindex)
		die(iface);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("bind");
	return fd;
}

static void open_sockets(const char *iface)
{
	/* Echo replies with our identifiers, and nothing else. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AT_ICMP + 4),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xffff - (SYNC_FLOWS - 1)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYNC_ID, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, AT_ICMP),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 128),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(code[0]), .filter = code };
	int on = 1;

	tx = packet_socket(iface, 0);
	tx_vnet = packet_socket(iface, 0);
	if (setsockopt(tx_vnet, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		die("PACKET_VNET_HDR");
	rx = packet_socket(iface, ETH_P_IP);
	if (setsockopt(rx, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		die("SO_ATTACH_FILTER");
}

static void learn_native(struct wire *w, const char *iface)
{
	struct ifreq req = { 0 };

	strncpy(req.ifr_name, iface, sizeof(req.ifr_name) - 1);
	if (ioctl(rx, SIOCGIFHWADDR, &req))
		die("SIOCGIFHWADDR");
	memcpy(w->hosts.native_mac, req.ifr_hwaddr.sa_data, 6);
	if (ioctl(rx, SIOCGIFMTU, &req))
		die("SIOCGIFMTU");
	w->mtu = (unsigned int)req.ifr_mtu;
}

static void run(struct wire *w, const struct class *c)
{
	unsigned int i;

	class_name = c->name;
	memset(tally, 0, sizeof(tally));
	w->sent = 0;
	w->refused = 0;
	w->unsure = 0;
	c->run(w);
	sync_up(w);
	printf("%s sent=%lu refused=%lu unsure=%lu", c->name, w->sent, w->refused, w->unsure);
	for (i = 0; tally[i].name; i++)
		printf(" %s=%lu", tally[i].name, tally[i].n);
	printf("\n");
	fflush(stdout);
}

static void usage(void)
{
	fputs("usage: malform [-f] [-S SEED] [-n RANDOM] -i IFACE -m STACK_MAC -s NATIVE_IP\n"
	      "               -d STACK_IP/PLEN -x SPARE_IP CLASS...\n"
	      "       malform -l\n"
	      "-f: every value of fields of 16 bits; -l: lists the classes\n", stderr);
	exit(2);
}

static uint32_t address(const char *text)
{
	struct in_addr a;

	if (inet_pton(AF_INET, text, &a) != 1)
		usage();
	return ntohl(a.s_addr);
}

static void network(struct hosts *h, char *text)
{
	char *slash = strchr(text, '/');
	int plen;

	if (!slash)
		usage();
	*slash = '\0';
	plen = atoi(slash + 1);
	if (plen < 8 || plen > 30)
		usage();
	h->stack = address(text);
	h->mask = ~((1U << (32 - plen)) - 1);
}

static void mac(uint8_t *m, const char *text)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx",
		   &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]) != 6)
		usage();
}

static void list(void)
{
	const struct class *c;

	for (c = classes; c->name; c++)
		puts(c->name);
	exit(0);
}

int main(int argc, char **argv)
{
	static struct wire w;
	const char *iface = NULL;
	const struct class *c;
	int opt;

	while ((opt = getopt(argc, argv, "lfS:n:i:m:s:d:x:")) != -1) {
		switch (opt) {
		case 'l':
			list();
			break;
		case 'f':
			w.full = true;
			break;
		case 'S':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			n_random = strtoul(optarg, NULL, 0);
			break;
		case 'i':
			iface = optarg;
			break;
		case 'm':
			mac(w.hosts.stack_mac, optarg);
			break;
		case 's':
			w.hosts.native = address(optarg);
			break;
		case 'd':
			network(&w.hosts, optarg);
			break;
		case 'x':
			w.hosts.spare = address(optarg);
			break;
		default:
			usage();
		}
	}
	if (!iface || !w.hosts.native || !w.hosts.stack || !w.hosts.spare || optind == argc)
		usage();
	open_sockets(iface);
	learn_native(&w, iface);
	for (; optind < argc; optind++) {
		for (c = classes; c->name && strcmp(c->name, argv[optind]); c++)
			;
		if (!c->name)
			usage();
		run(&w, c);
	}
	return 0;
}
