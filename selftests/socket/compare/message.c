// SPDX-License-Identifier: GPL-2.0
/* Messages: sent with control data, and what comes printed whole. */
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define SHOWN		32	/* bytes of data printed as they are */

union control {
	struct cmsghdr header; /* for its alignment */
	char bytes[1024];
};

/* Waits until one of @events, or an error, is there. Return: all that poll() reports. */
int wait_events(int fd, short events, int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };

	if (poll(&poll_fd, 1, ms) < 0)
		return -1;
	return poll_fd.revents;
}

/*
 * The bytes that a data word means: itself, #N of an alphabet, or with echo: before it
 * an ICMP echo request, whose identifier and checksum are 0. To be freed.
 */
char *data_of(const char *word, size_t *len)
{
	struct icmphdr echo = { .type = ICMP_ECHO, .un.echo.sequence = htons(1) };
	char *data, *inner;
	size_t i;

	if (!word)
		broken("data is missing", "");
	if (!strncmp(word, "echo:", 5)) {
		inner = data_of(word + 5, len);
		data = malloc(sizeof(echo) + *len);
		memcpy(data, &echo, sizeof(echo));
		memcpy(data + sizeof(echo), inner, *len);
		*len += sizeof(echo);
		free(inner);
		return data;
	}
	if (*word != '#') {
		*len = strlen(word);
		return strdup(word);
	}
	*len = number_of(word + 1);
	data = malloc(*len + 1);
	for (i = 0; i < *len; i++)
		data[i] = 'a' + i % 26;
	return data;
}

void print_data(FILE *out, const char *data, size_t len)
{
	uint32_t hash = 2166136261U;
	size_t i;

	fputc('"', out);
	for (i = 0; i < len; i++) {
		if (i < SHOWN)
			fputc(isprint((unsigned char)data[i]) ? data[i] : '.', out);
		hash = (hash ^ (unsigned char)data[i]) * 16777619U;
	}
	fputc('"', out);
	if (len > SHOWN)
		fprintf(out, "... hash %08x", hash);
}

/* Without what differs from packet to packet: the identification and the checksum. */
static size_t print_ip(FILE *out, const char *data, size_t len)
{
	struct iphdr ip;

	if (len < sizeof(ip))
		return 0;
	memcpy(&ip, data, sizeof(ip));
	fprintf(out, "IPv%u ihl %u tos %#x len %u frag %#x ttl %u protocol %u %#x > %#x ",
		ip.version, ip.ihl, ip.tos, ntohs(ip.tot_len), ntohs(ip.frag_off), ip.ttl,
		ip.protocol, ntohl(ip.saddr), ntohl(ip.daddr));
	if (ip.ihl > 5 && len >= ip.ihl * 4U)
		print_data(out, data + sizeof(ip), ip.ihl * 4 - sizeof(ip));
	return ip.ihl * 4U <= len ? ip.ihl * 4U : len;
}

/* Without the identifier, which a ping socket has at random, and the checksum. */
static size_t print_icmp(FILE *out, const char *data, size_t len)
{
	struct icmphdr icmp;

	if (len < sizeof(icmp))
		return 0;
	memcpy(&icmp, data, sizeof(icmp));
	fprintf(out, "ICMP %u.%u sequence %u ", icmp.type, icmp.code,
		ntohs(icmp.un.echo.sequence));
	return sizeof(icmp);
}

/* as=ip, as=icmp and as=ip|icmp say what the data begins with. */
static void print_payload(struct run *run, const struct words *words, const char *data, size_t len)
{
	const char *as = word_key(words, "as");
	size_t at = 0;

	if (as && strstr(as, "ip"))
		at += print_ip(run->out, data, len);
	if (as && strstr(as, "icmp"))
		at += print_icmp(run->out, data + at, len - at);
	print_data(run->out, data + at, len - at);
}

/* sendmsg SOCKET DATA [to=ADDRESS] [flags=] [iov=N], and what build_control() knows */
void do_sendmsg(struct run *run, const struct words *words, int fd)
{
	union control control = { 0 };
	const char *to = word_key(words, "to");
	struct address address;
	struct iovec iov[2];
	struct msghdr message = { .msg_iov = iov, .msg_iovlen = 2 };
	size_t len, split;
	char *data = data_of(word_at(words, 2), &len);

	split = word_key_number(words, "split", len);
	iov[0] = (struct iovec) { data, split };
	iov[1] = (struct iovec) { data + split, len - split };
	if (to) {
		address_of(run, words, to, &address);
		message.msg_name = address.sa;
		message.msg_namelen = address.len;
	}
	message.msg_controllen = build_control(run, words, control.bytes, sizeof(control));
	if (message.msg_controllen)
		message.msg_control = control.bytes;
	print_result(run, sendmsg(fd, &message, word_key_number(words, "flags", 0)));
	free(data);
}

static void receive(struct run *run, const struct words *words, int fd, int flags)
{
	size_t len = word_key_number(words, "len", 65536);
	union control control;
	struct sockaddr_storage from = { 0 };
	char *data = malloc(len + 1);
	struct iovec iov = { data, len };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = word_key_number(words, "name", sizeof(from)),
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = word_key_number(words, "control", sizeof(control)),
	};
	ssize_t result = recvmsg(fd, &message, flags);

	print_result(run, result);
	if (result >= 0) {
		fputc(' ', run->out);
		print_payload(run, words, data, (size_t)result < len ? (size_t)result : len);
		fputs(" from ", run->out);
		print_address(run->out, &from, message.msg_namelen);
		if (message.msg_flags) {
			fputc(' ', run->out);
			print_bits(run->out, "MSG_", message.msg_flags);
		}
		print_control(run, &message);
	}
	free(data);
}

/*
 * recv SOCKET [len=] [flags=] [as=] [name=] [control=] [wait=MS]: waits first until
 * something is there, so that it does not block; with wait=block it may.
 */
void do_recv(struct run *run, const struct words *words, int fd)
{
	const char *wait = word_key(words, "wait");
	int flags = word_key_number(words, "flags", 0);

	if (!wait || strcmp(wait, "block")) {
		wait_events(fd, POLLIN | POLLRDHUP, wait ? atoi(wait) : WAIT_MS);
		flags |= MSG_DONTWAIT;
	}
	receive(run, words, fd, flags);
}

/* errqueue SOCKET, and the words of recv: what is in the error queue */
void do_errqueue(struct run *run, const struct words *words, int fd)
{
	const char *wait = word_key(words, "wait");

	wait_events(fd, 0, wait ? atoi(wait) : WAIT_MS);
	receive(run, words, fd, MSG_ERRQUEUE | MSG_DONTWAIT |
		word_key_number(words, "flags", 0));
}
