// SPDX-License-Identifier: GPL-2.0
/* Values of options: made of words, and printed. */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "run.h"

static struct in_addr host_of(const struct run *run, const char *word)
{
	const struct words none = { .n = 0 };
	struct address address;

	address_of(run, &none, word, &address);
	return ((struct sockaddr_in *)&address.storage)->sin_addr;
}

/* A filter that lets @word bytes of every packet through. */
static size_t filter_value(const char *word, char *buffer)
{
	static struct sock_filter code[1];
	struct sock_fprog program = { .len = 1, .filter = code };

	code[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, number_of(word));
	memcpy(buffer, &program, sizeof(program));
	return sizeof(program);
}

static size_t group_value(const struct run *run, char *word, char *buffer)
{
	struct ip_mreqn group = { .imr_ifindex = 0 };
	char *own = strchr(word, ',');

	if (own) {
		*own++ = '\0';
		group.imr_address = host_of(run, own);
	}
	group.imr_multiaddr = host_of(run, word);
	memcpy(buffer, &group, sizeof(group));
	return own ? sizeof(struct ip_mreq) : sizeof(group);
}

/*
 * Writes the value to the buffer: an integer; byte:N; text:WORD; time:MICROSECONDS;
 * linger:ON,SECONDS; group:ADDRESS[,OWN]; host:ADDRESS; filter:BYTES; zeros:N.
 * Return: its length.
 */
size_t option_value(const struct run *run, const char *word, char *buffer, size_t size)
{
	const char *colon = strchr(word, ':');
	char *argument;
	struct in_addr host;
	struct timeval time;
	size_t len = 0;
	int value[2] = { 0 };

	memset(buffer, 0, size);
	if (!colon) {
		value[0] = number_of(word);
		memcpy(buffer, value, sizeof(int));
		return sizeof(int);
	}
	argument = strdup(colon + 1);
	if (!strncmp(word, "byte:", 5)) {
		*buffer = atoi(argument);
		len = 1;
	} else if (!strncmp(word, "text:", 5)) {
		len = strlen(argument);
		memcpy(buffer, argument, len);
	} else if (!strncmp(word, "time:", 5)) {
		time.tv_sec = atol(argument) / 1000000;
		time.tv_usec = atol(argument) % 1000000;
		len = sizeof(time);
		memcpy(buffer, &time, len);
	} else if (!strncmp(word, "linger:", 7)) {
		if (sscanf(argument, "%d,%d", &value[0], &value[1]) != 2)
			broken("no value", word);
		len = sizeof(value);
		memcpy(buffer, value, len);
	} else if (!strncmp(word, "group:", 6)) {
		len = group_value(run, argument, buffer);
	} else if (!strncmp(word, "host:", 5)) {
		host = host_of(run, argument);
		len = sizeof(host);
		memcpy(buffer, &host, len);
	} else if (!strncmp(word, "filter:", 7)) {
		len = filter_value(argument, buffer);
	} else if (!strncmp(word, "zeros:", 6)) {
		len = number_of(argument);
	}
	free(argument);
	if (len > size)
		broken("a value too large", word);
	return len;
}

/* In hexadecimal if it is not an integer; whether it is there if it is random. */
void print_value(const struct run *run, const struct option *option, const char *value, size_t len)
{
	int domain;
	size_t i;

	if (option->level == SOL_SOCKET && option->number == SO_COOKIE) {
		fprintf(run->out, "a cookie of %zu bytes", len);
		return;
	}
	if (option->level == SOL_SOCKET && option->number == SO_DOMAIN && len == sizeof(domain)) {
		/* each side has its own, which gonet-run makes AF_INET */
		memcpy(&domain, value, len);
		fputs(domain == run->side->family ? "its family" : "another family", run->out);
		return;
	}
	fprintf(run->out, "%zu bytes", len);
	for (i = 0; i < len; i += sizeof(uint32_t)) {
		uint32_t word = 0;

		memcpy(&word, value + i, len - i < sizeof(word) ? len - i : sizeof(word));
		fprintf(run->out, " %#x", word);
	}
}
