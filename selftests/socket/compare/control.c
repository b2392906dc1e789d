// SPDX-License-Identifier: GPL-2.0
/* Control messages: built from KEY=VALUE, and printed. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <linux/errqueue.h>

#include "run.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#define UDP_GRO		104
#endif

/* Numbers of interfaces differ; loopback has the first in each namespace. */
void print_interface(const struct run *run, unsigned int index)
{
	fputs(index == 0 ? "none" : index == 1 ? "lo" : "device", run->out);
}

static size_t add_control(char *buffer, size_t at, size_t size, int level, int type,
			  const void *data, size_t len)
{
	struct cmsghdr *header = (struct cmsghdr *)(buffer + at);

	if (at + CMSG_SPACE(len) > size)
		broken("too much control data", "");
	header->cmsg_level = level;
	header->cmsg_type = type;
	header->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(header), data, len);
	return at + CMSG_SPACE(len);
}

/*
 * ttl= tos= gso= are integers, pktinfo= a source address, pktif= an interface's
 * number; control=LEVEL.TYPE.LEN is any other, with zeros, and cmsg_len= makes the
 * length of the last one wrong. Return: the length of all.
 */
size_t build_control(const struct run *run, const struct words *words, char *buffer, size_t size)
{
	struct in_pktinfo info = { 0 };
	struct address address;
	const char zeros[128] = { 0 };
	const char *word;
	size_t at = 0, last = 0;
	int level, type, len, value;
	uint16_t gso;

	if (word_key(words, "ttl")) {
		value = word_key_number(words, "ttl", 0);
		last = at;
		at = add_control(buffer, at, size, SOL_IP, IP_TTL, &value, sizeof(value));
	}
	if (word_key(words, "tos")) {
		value = word_key_number(words, "tos", 0);
		last = at;
		at = add_control(buffer, at, size, SOL_IP, IP_TOS, &value, sizeof(value));
	}
	if (word_key(words, "gso")) {
		gso = word_key_number(words, "gso", 0);
		last = at;
		at = add_control(buffer, at, size, SOL_UDP, UDP_SEGMENT, &gso, sizeof(gso));
	}
	if (word_key(words, "pktinfo") || word_key(words, "pktif")) {
		if (word_key(words, "pktinfo")) {
			address_of(run, words, word_key(words, "pktinfo"), &address);
			info.ipi_spec_dst = ((struct sockaddr_in *)address.sa)->sin_addr;
		}
		info.ipi_ifindex = word_key_number(words, "pktif", 0);
		last = at;
		at = add_control(buffer, at, size, SOL_IP, IP_PKTINFO, &info, sizeof(info));
	}
	word = word_key(words, "control");
	if (word) {
		if (sscanf(word, "%d.%d.%d", &level, &type, &len) != 3 ||
		    (size_t)len > sizeof(zeros))
			broken("no control message", word);
		last = at;
		at = add_control(buffer, at, size, level, type, zeros, len);
	}
	if (word_key(words, "cmsg_len"))
		((struct cmsghdr *)(buffer + last))->cmsg_len =
			word_key_number(words, "cmsg_len", 0);
	return at;
}

static void print_error(const struct run *run, const char *data, size_t len)
{
	struct sock_extended_err error;

	if (len < sizeof(error)) {
		fprintf(run->out, "%zu bytes", len);
		return;
	}
	memcpy(&error, data, sizeof(error));
	fprintf(run->out, "%s origin %u type %u code %u info %u data %u",
		strerrorname_np(error.ee_errno), error.ee_origin, error.ee_type, error.ee_code,
		error.ee_info, error.ee_data);
	fputs(" offender ", run->out);
	if (len >= sizeof(error) + sizeof(struct sockaddr_in)) {
		struct sockaddr_in offender;

		memcpy(&offender, data + sizeof(error), sizeof(offender));
		if (offender.sin_family == AF_INET)
			print_address(run->out, &offender, sizeof(offender));
		else
			fprintf(run->out, "of family %d", offender.sin_family);
	} else {
		fprintf(run->out, "of %zu bytes", len - sizeof(error));
	}
}

static void print_time(const struct run *run, int64_t seconds)
{
	int64_t age = time(NULL) - seconds;

	fputs(age >= -1 && age < 60 ? "now" : "another time", run->out);
}

static void print_ip_control(const struct run *run, int type, const char *data, size_t len)
{
	char host[2][INET_ADDRSTRLEN];
	struct in_pktinfo info;
	int value = 0;

	switch (type) {
	case IP_TTL:
	case IP_CHECKSUM:
	case IP_RECVFRAGSIZE:
		memcpy(&value, data, len < sizeof(value) ? len : sizeof(value));
		fprintf(run->out, "%d (%zu bytes)", value, len);
		break;
	case IP_TOS:
		fprintf(run->out, "%#x (%zu bytes)", (unsigned char)*data, len);
		break;
	case IP_PKTINFO:
		memcpy(&info, data, sizeof(info));
		print_interface(run, info.ipi_ifindex);
		inet_ntop(AF_INET, &info.ipi_spec_dst, host[0], sizeof(host[0]));
		inet_ntop(AF_INET, &info.ipi_addr, host[1], sizeof(host[1]));
		fprintf(run->out, " own %s to %s", host[0], host[1]);
		break;
	case IP_RECVERR:
		print_error(run, data, len);
		break;
	case IP_RECVORIGDSTADDR:
		print_address(run->out, data, len);
		break;
	default:
		print_data(run->out, data, len);
		fprintf(run->out, " (%zu bytes)", len);
	}
}

/* All that came with a message, in the order in which it came. */
void print_control(const struct run *run, struct msghdr *message)
{
	struct cmsghdr *header;
	int64_t seconds;

	for (header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
		size_t len = header->cmsg_len - CMSG_LEN(0);
		const char *data = (char *)CMSG_DATA(header);

		fprintf(run->out, " [%d.%d: ", header->cmsg_level, header->cmsg_type);
		if (header->cmsg_level == SOL_IP) {
			print_ip_control(run, header->cmsg_type, data, len);
		} else if (header->cmsg_level == SOL_SOCKET &&
			   (header->cmsg_type == SO_TIMESTAMP ||
			    header->cmsg_type == SO_TIMESTAMPNS)) {
			memcpy(&seconds, data, sizeof(seconds));
			print_time(run, seconds);
			fprintf(run->out, " (%zu bytes)", len);
		} else if (len == sizeof(int)) {
			fprintf(run->out, "%d", *(int *)data);
		} else {
			fprintf(run->out, "%zu bytes", len);
		}
		fputc(']', run->out);
	}
}
