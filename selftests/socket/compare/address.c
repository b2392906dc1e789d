// SPDX-License-Identifier: GPL-2.0
/* Addresses in scripts and in results. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

/* Ports that scripts name. Others are chosen by the stack, and at random. */
static bool named(in_port_t port)
{
	return port <= 1 || port == 1023 || port == 1024 || (port >= 5000 && port <= 5009);
}

static const struct {
	const char *name, *address;
} hosts[] = {
	{ "any", "0.0.0.0" },
	{ "lo", "127.0.0.1" },
	{ "lo2", "127.0.0.2" },
	{ "own", "10.0.0.2" },
	{ "peer", "10.0.0.1" },
	{ "silent", "10.0.0.77" },	/* on the link, and nobody has it */
	{ "net", "10.0.0.0" },
	{ "cast", "10.0.0.255" },
	{ "all", "255.255.255.255" },
	{ "group", "239.1.2.3" },
	{ "far", "192.0.2.1" },		/* no route leads there */
	{ "class-e", "240.0.0.1" },
};

/* The descriptor of the socket that a letter names; -1 if it is not open. */
int socket_of(const struct run *run, const char *word)
{
	if (!word || word[1] || *word < 'a' || *word >= 'a' + SOCKETS)
		broken("no socket", word ? word : "nothing");
	return run->fd[*word - 'a'];
}

static in_port_t port_of(const struct run *run, const char *word)
{
	struct sockaddr_in own = { .sin_port = 0 };
	socklen_t len = sizeof(own);

	if (*word != '@')
		return htons(atoi(word));
	getsockname(socket_of(run, word + 1), (struct sockaddr *)&own, &len);
	return own.sin_port;
}

/*
 * The address that @word is. family= and len= make it a wrong one; "unspec" is one
 * with AF_UNSPEC, and "null" none.
 */
void address_of(const struct run *run, const struct words *words, const char *word,
		struct address *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&address->storage;
	char host[64];
	const char *colon;
	size_t i;

	memset(address, 0, sizeof(*address));
	address->len = word_key_number(words, "len", sizeof(*in));
	if (!word)
		broken("an address is missing in", words->word[0]);
	if (!strcmp(word, "null"))
		return;
	address->sa = (struct sockaddr *)in;
	if (!strcmp(word, "unspec"))
		return;
	in->sin_family = word_key_number(words, "family", AF_INET);
	colon = strchrnul(word, ':');
	snprintf(host, sizeof(host), "%.*s", (int)(colon - word), word);
	if (*colon)
		in->sin_port = port_of(run, colon + 1);
	for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		if (!strcmp(hosts[i].name, host))
			snprintf(host, sizeof(host), "%s", hosts[i].address);
	}
	if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
		broken("no such address", word);
}

/* Identifiers of ping sockets stand where ports do. */
void print_address(FILE *out, const void *address, socklen_t len)
{
	struct sockaddr_in in;
	char host[INET_ADDRSTRLEN];

	if (len != sizeof(in)) {
		fprintf(out, "address of %u bytes", len);
		return;
	}
	memcpy(&in, address, sizeof(in));
	inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
	if (in.sin_family != AF_INET)
		fprintf(out, "(family %d) ", in.sin_family);
	if (named(ntohs(in.sin_port)))
		fprintf(out, "%s:%d", host, ntohs(in.sin_port));
	else
		fprintf(out, "%s:random", host);
	for (size_t i = 0; i < sizeof(in.sin_zero); i++) {
		if (in.sin_zero[i]) {
			fputs(" (sin_zero is not)", out);
			break;
		}
	}
}
