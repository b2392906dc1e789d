// SPDX-License-Identifier: GPL-2.0
/*
 * Sends an echo request as the fragments it is told to, in that order, and says what
 * comes back.
 *
 *	fragments [OPTION...] STEP...
 *
 * A step is one of
 *	OFFSET:LENGTH[+][~][@TOS]	a fragment of LENGTH bytes of the ICMP message from
 *			OFFSET on; + more follow; ~ with other bytes than the message has;
 *			@ with this TOS byte. Offsets beyond the message send zeros.
 *	ORDER:LENGTH	the message in fragments of LENGTH bytes: in order (forward), the
 *			last first (reverse), every second first (alternate) or random
 *	sleep:MS	wait
 *	flood:COUNT[/RATE]	COUNT first fragments of so many datagrams that nothing
 *			more comes of, RATE a second
 *
 * Options
 *	-d ADDRESS	to whom (10.0.0.2)
 *	-s ADDRESS	from whom; by default the route's choice
 *	-n BYTES	of the ICMP message, header included (4000)
 *	-f BYTES	of payload of a flood's fragments (64)
 *	-i ID		of the datagram; by default random
 *	-p PROTOCOL	other than ICMP's
 *	-o HEX		IP options
 *	-D		don't fragment
 *	-w MS		how long to wait for an answer (2000); 0: not at all
 *
 * Prints `reply BYTES`, with `tos TOS` if that is not 0, `corrupt OFFSET`,
 * `error TYPE CODE` or `nothing`; and how often the device had no room, if ever.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <error.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX	65536

static uint8_t message[2 * MESSAGE_MAX];
static unsigned int size = 4000, flood_size = 64, options_len, wait_ms = 2000, unsent;
static uint8_t options[40], protocol = IPPROTO_ICMP;
static struct in_addr source;
static struct sockaddr_in target = { .sin_family = AF_INET };
static uint16_t datagram_id, echo_id;
static bool dont_fragment;
static int out, in;

static uint32_t random32(void)
{
	static uint64_t state;

	if (!state && getrandom(&state, sizeof(state), 0) != sizeof(state))
		error(1, errno, "getrandom");
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint16_t checksum(const uint8_t *p, unsigned int len)
{
	uint32_t sum = 0;
	unsigned int i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += (uint32_t)p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static void make_message(void)
{
	struct icmphdr *icmp = (struct icmphdr *)message;
	unsigned int i;

	for (i = sizeof(*icmp); i < size; i++)
		message[i] = (uint8_t)(i * 31 + (i >> 8));
	echo_id = (uint16_t)random32();
	icmp->type = ICMP_ECHO;
	icmp->un.echo.id = echo_id;
	icmp->checksum = checksum(message, size);
}

struct fragment {
	unsigned int offset;
	unsigned int len;
	uint16_t id;
	uint8_t tos;
	bool more;
	bool other;
};

static void send_fragment(const struct fragment *f)
{
	unsigned int hlen = (unsigned int)sizeof(struct iphdr) + options_len, i;
	uint8_t packet[60 + MESSAGE_MAX] = {};
	struct iphdr *iph = (struct iphdr *)packet;

	if (f->offset > MESSAGE_MAX || f->len > MESSAGE_MAX - 60)
		error(1, 0, "no such fragment: %u:%u", f->offset, f->len);
	iph->version = 4;
	iph->ihl = hlen / 4;
	iph->tos = f->tos;
	iph->id = htons(f->id);
	iph->frag_off = htons((uint16_t)(f->offset / 8 | (f->more ? 0x2000 : 0) |
					 (dont_fragment ? 0x4000 : 0)));
	iph->ttl = 64;
	iph->protocol = protocol;
	iph->saddr = source.s_addr;
	iph->daddr = target.sin_addr.s_addr;
	memcpy(packet + sizeof(*iph), options, options_len);
	memcpy(packet + hlen, message + f->offset, f->len);
	for (i = 0; f->other && i < f->len; i++)
		packet[hlen + i] ^= 0x55;
	while (sendto(out, packet, hlen + f->len, 0, (struct sockaddr *)&target,
		      sizeof(target)) < 0) {
		if (errno != ENOBUFS && errno != EAGAIN)
			error(1, errno, "send");
		unsent++;
		usleep(100);
	}
}

/* Fragments of @len bytes of the whole message. */
static void send_all(const char *order, unsigned int len)
{
	unsigned int n, i, j, *at;

	if (!len || (size > len && len % 8))
		error(1, 0, "fragments of %u bytes?", len);
	n = (size + len - 1) / len;
	at = calloc(n, sizeof(*at));
	for (i = 0; i < n; i++) {
		if (!strcmp(order, "reverse"))
			at[i] = n - 1 - i;
		else if (!strcmp(order, "alternate"))
			at[i] = 2 * i < n ? 2 * i : 2 * (i - (n + 1) / 2) + 1;
		else
			at[i] = i;
	}
	for (i = n; !strcmp(order, "random") && i > 1; i--) {
		unsigned int other = random32() % i, t = at[other];

		at[other] = at[i - 1];
		at[i - 1] = t;
	}
	for (i = 0; i < n; i++) {
		j = at[i] * len;
		send_fragment(&(struct fragment) {
			.offset = j,
			.len = size - j > len ? len : size - j,
			.id = datagram_id,
			.more = size - j > len,
		});
	}
	free(at);
}

static void flood(const char *arg)
{
	unsigned long count, rate = 0, i;
	uint64_t begin = now_ns();
	uint16_t id = (uint16_t)random32();
	char *end;

	count = strtoul(arg, &end, 10);
	if (*end == '/')
		rate = strtoul(end + 1, &end, 10);
	if (*end)
		error(1, 0, "flood:%s?", arg);
	for (i = 0; i < count; i++) {
		send_fragment(&(struct fragment) {
			.len = flood_size,
			.id = ++id,
			.more = true,
		});
		while (rate && now_ns() - begin < i * 1000000000ULL / rate)
			usleep(100);
	}
}

static void step(const char *arg)
{
	struct fragment f = { .id = datagram_id };
	const char *colon = strchr(arg, ':');
	char order[16] = "";
	char *end;

	if (!colon || colon - arg >= (long)sizeof(order))
		error(1, 0, "%s?", arg);
	memcpy(order, arg, (size_t)(colon - arg));
	f.len = (unsigned int)strtoul(colon + 1, &end, 10);
	if (!strcmp(order, "flood")) {
		flood(colon + 1);
	} else if (!strcmp(order, "sleep")) {
		usleep(f.len * 1000);
	} else if (order[0] >= '0' && order[0] <= '9') {
		f.offset = (unsigned int)strtoul(order, NULL, 10);
		for (; *end; end++) {
			if (*end == '+')
				f.more = true;
			else if (*end == '~')
				f.other = true;
			else if (*end == '@')
				f.tos = (uint8_t)strtoul(end + 1, &end, 0), end--;
			else
				error(1, 0, "%s?", arg);
		}
		send_fragment(&f);
	} else if (!strcmp(order, "forward") || !strcmp(order, "reverse") ||
		   !strcmp(order, "alternate") || !strcmp(order, "random")) {
		send_all(order, f.len);
	} else {
		error(1, 0, "%s?", arg);
	}
}

/* Is the packet about what was sent? Then says so. */
static bool answer(const uint8_t *packet, unsigned int len)
{
	unsigned int hlen = (packet[0] & 15) * 4u, i;
	const struct icmphdr *icmp = (const void *)(packet + hlen);
	const struct iphdr *inner = (const void *)(icmp + 1);

	if (len < hlen + sizeof(*icmp))
		return false;
	if (icmp->type == ICMP_ECHOREPLY && icmp->un.echo.id == echo_id) {
		for (i = sizeof(*icmp); i < size && hlen + i < len; i++) {
			if (packet[hlen + i] != message[i]) {
				printf("corrupt %u\n", i);
				return true;
			}
		}
		if (((const struct iphdr *)packet)->tos)
			printf("reply %u tos %u\n", len - hlen,
			       ((const struct iphdr *)packet)->tos);
		else
			printf("reply %u\n", len - hlen);
		return true;
	}
	if (icmp->type != ICMP_ECHO && len >= hlen + sizeof(*icmp) + sizeof(*inner) &&
	    inner->id == htons(datagram_id) && inner->daddr == target.sin_addr.s_addr) {
		printf("error %u %u\n", icmp->type, icmp->code);
		return true;
	}
	return false;
}

static void await_answer(void)
{
	uint64_t end = now_ns() + wait_ms * 1000000ULL, now;
	struct pollfd p = { .fd = in, .events = POLLIN };
	static uint8_t packet[MESSAGE_MAX];

	while ((now = now_ns()) < end) {
		ssize_t len;

		if (poll(&p, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		len = recv(in, packet, sizeof(packet), 0);
		if (len > 0 && answer(packet, (unsigned int)len))
			return;
	}
	puts("nothing");
}

static void parse_options(const char *hex)
{
	unsigned int byte;

	while (sscanf(hex, "%2x", &byte) == 1 && options_len < sizeof(options)) {
		options[options_len++] = (uint8_t)byte;
		hex += 2;
	}
	if (*hex || options_len % 4)
		error(1, 0, "options?");
}

static void open_sockets(void)
{
	int big = 8 << 20;

	out = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	in = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (out < 0 || in < 0)
		error(1, errno, "socket");
	setsockopt(in, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
	setsockopt(out, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big));
}

int main(int argc, char **argv)
{
	int opt;

	inet_pton(AF_INET, "10.0.0.2", &target.sin_addr);
	datagram_id = (uint16_t)(random32() | 1);
	while ((opt = getopt(argc, argv, "d:s:n:f:i:p:o:Dw:")) != -1) {
		switch (opt) {
		case 'd':
			if (inet_pton(AF_INET, optarg, &target.sin_addr) != 1)
				error(1, 0, "%s?", optarg);
			break;
		case 's':
			if (inet_pton(AF_INET, optarg, &source) != 1)
				error(1, 0, "%s?", optarg);
			break;
		case 'n':
			size = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'f':
			flood_size = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'i':
			datagram_id = (uint16_t)strtoul(optarg, NULL, 0);
			break;
		case 'p':
			protocol = (uint8_t)strtoul(optarg, NULL, 0);
			break;
		case 'o':
			parse_options(optarg);
			break;
		case 'D':
			dont_fragment = true;
			break;
		case 'w':
			wait_ms = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		default:
			fputs("usage: see the head of fragments.c\n", stderr);
			return 2;
		}
	}
	if (size < sizeof(struct icmphdr) || size > MESSAGE_MAX)
		error(1, 0, "a message of %u bytes?", size);
	make_message();
	open_sockets();
	for (; optind < argc; optind++)
		step(argv[optind]);
	if (wait_ms)
		await_answer();
	if (unsent)
		printf("# no room %u times\n", unsent);
	return 0;
}
