// SPDX-License-Identifier: GPL-2.0
/*
 * pingmany - many echo requests from one process, every reply's bytes verified.
 *
 *	pingmany [-n COUNT] [-r ROUNDS] [-s SIZE | -S FROM:TO:STEP] [-e] [-w SECONDS]
 *		 [-b BYTES] ADDRESS
 *
 * Each round sends COUNT requests back to back and waits for all replies. With -S
 * the rounds go through the sizes; -e adds those around the boundaries at which MTU
 * BYTES (-b) takes one fragment more. Prints a summary of "name value" lines; exits
 * with 0 if every reply came, once, unchanged.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZE_MAX_PAYLOAD	65507
#define COUNT_MAX		20000

struct request {
	uint64_t sent_ns;
	bool answered;
};

static struct request *requests;
static double *rtts;
static size_t n_rtts, max_rtts;
static unsigned long sent, received, corrupt, duplicate, unexpected;
static uint16_t seq_now;
static uint16_t id_base;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Byte @at of the payload of request @which: no two requests share a pattern. */
static uint8_t pattern(unsigned int which, unsigned int at)
{
	uint32_t x = (at + 1) * 2654435761U ^ (which * 40503U + seq_now) * 2246822519U;

	return x >> 24;
}

static uint16_t checksum(const uint8_t *data, size_t len)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += data[i] << 8 | data[i + 1];
	if (len & 1)
		sum += data[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static int send_one(int fd, const struct sockaddr_in *to, unsigned int which, unsigned int size)
{
	static uint8_t packet[8 + SIZE_MAX_PAYLOAD];
	uint16_t id = id_base + which, sum;
	unsigned int i;

	memset(packet, 0, 8);
	packet[0] = ICMP_ECHO;
	packet[4] = id >> 8;
	packet[5] = id;
	packet[6] = seq_now >> 8;
	packet[7] = seq_now;
	for (i = 0; i < size; i++)
		packet[8 + i] = pattern(which, i);
	sum = checksum(packet, 8 + size);
	packet[2] = sum >> 8;
	packet[3] = sum;
	requests[which].answered = false;
	requests[which].sent_ns = now_ns();
	while (sendto(fd, packet, 8 + size, 0, (const struct sockaddr *)to, sizeof(*to)) < 0) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };

		if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			return -1;
		poll(&p, 1, 10);
	}
	sent++;
	return 0;
}

static void take_reply(const uint8_t *packet, size_t len, const struct sockaddr_in *from,
		       const struct sockaddr_in *to, unsigned int count, unsigned int size)
{
	size_t hlen = (packet[0] & 15) * 4;
	const uint8_t *icmp = packet + hlen;
	unsigned int which, i;

	if (len < hlen + 8 || icmp[0] != ICMP_ECHOREPLY ||
	    from->sin_addr.s_addr != to->sin_addr.s_addr)
		return;
	which = (uint16_t)((icmp[4] << 8 | icmp[5]) - id_base);
	if (which >= count || (icmp[6] << 8 | icmp[7]) != seq_now) {
		unexpected++;
		return;
	}
	if (requests[which].answered) {
		duplicate++;
		return;
	}
	requests[which].answered = true;
	received++;
	if (n_rtts < max_rtts)
		rtts[n_rtts++] = (now_ns() - requests[which].sent_ns) / 1e3;
	if (len - hlen - 8 != size) {
		corrupt++;
		return;
	}
	for (i = 0; i < size; i++) {
		if (icmp[8 + i] != pattern(which, i)) {
			corrupt++;
			return;
		}
	}
}

static int run_round(int fd, const struct sockaddr_in *to, unsigned int count, unsigned int size,
		     double wait_s)
{
	static uint8_t packet[65536];
	unsigned long want = received + count;
	uint64_t deadline;
	unsigned int i;

	seq_now++;
	for (i = 0; i < count; i++)
		if (send_one(fd, to, i, size))
			return -1;
	deadline = now_ns() + wait_s * 1e9;
	while (received < want && now_ns() < deadline) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		struct sockaddr_in from;
		socklen_t from_len = sizeof(from);
		ssize_t n;

		n = recvfrom(fd, packet, sizeof(packet), MSG_DONTWAIT, (struct sockaddr *)&from,
			     &from_len);
		if (n > 0)
			take_reply(packet, n, &from, to, count, size);
		else
			poll(&p, 1, 20);
	}
	if (received < want)
		fprintf(stderr, "pingmany: %lu of %u replies missing at size %u\n",
			want - received, count, size);
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void summary(void)
{
	double sum = 0;
	size_t i;

	qsort(rtts, n_rtts, sizeof(*rtts), compare);
	for (i = 0; i < n_rtts; i++)
		sum += rtts[i];
	printf("sent %lu\nreceived %lu\ncorrupt %lu\nduplicate %lu\nunexpected %lu\n",
	       sent, received, corrupt, duplicate, unexpected);
	if (n_rtts)
		printf("rtt_mean_us %.1f\nrtt_median_us %.1f\nrtt_p99_us %.1f\n", sum / n_rtts,
		       rtts[n_rtts / 2], rtts[n_rtts * 99 / 100]);
}

static int usage(void)
{
	fprintf(stderr, "usage: pingmany [-n COUNT] [-r ROUNDS] [-s SIZE | -S FROM:TO:STEP] [-e]"
		" [-w SECONDS] [-b MTU] ADDRESS\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned int count = 1, rounds = 1, size = 56, from = 0, to_size = 0, step = 0, mtu = 1500;
	struct sockaddr_in to = { .sin_family = AF_INET };
	int opt, fd, buffer = 64 << 20;
	bool edges = false;
	double wait_s = 10;
	unsigned int s, i, piece;

	while ((opt = getopt(argc, argv, "n:r:s:S:ew:b:")) != -1) {
		switch (opt) {
		case 'n':
			count = atoi(optarg);
			break;
		case 'r':
			rounds = atoi(optarg);
			break;
		case 's':
			size = atoi(optarg);
			break;
		case 'S':
			if (sscanf(optarg, "%u:%u:%u", &from, &to_size, &step) != 3)
				return usage();
			break;
		case 'e':
			edges = true;
			break;
		case 'w':
			wait_s = atof(optarg);
			break;
		case 'b':
			mtu = atoi(optarg);
			break;
		default:
			return usage();
		}
	}
	if (optind != argc - 1 || !inet_aton(argv[optind], &to.sin_addr) || !count ||
	    count > COUNT_MAX || size > SIZE_MAX_PAYLOAD || to_size > SIZE_MAX_PAYLOAD || mtu < 68)
		return usage();
	requests = calloc(count, sizeof(*requests));
	max_rtts = 2000000;
	rtts = malloc(max_rtts * sizeof(*rtts));
	id_base = getpid();
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (fd < 0 || !requests || !rtts) {
		perror("pingmany");
		return 2;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer));

	if (step) {
		for (s = from; s <= to_size; s += step)
			if (run_round(fd, &to, count, s, wait_s))
				goto fail;
		piece = (mtu - 20) & ~7U;
		for (i = 1; edges && i * piece <= to_size + 8; i += i < 5 ? 1 : i / 4) {
			for (s = i * piece - 8 - 1; s <= i * piece - 8 + 1; s++) {
				if (s < from || s > to_size)
					continue;
				if (run_round(fd, &to, count, s, wait_s))
					goto fail;
			}
		}
	} else {
		for (i = 0; i < rounds; i++)
			if (run_round(fd, &to, count, size, wait_s))
				goto fail;
	}
	summary();
	return received == sent && !corrupt && !duplicate ? 0 : 1;

fail:
	perror("pingmany: sendto");
	summary();
	return 2;
}
