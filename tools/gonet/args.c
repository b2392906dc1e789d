// SPDX-License-Identifier: GPL-2.0
/* The words of a command line, in iproute2's grammar and with its complaints. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gonet.h"

/**
 * matches() - whether a word is a beginning of a name
 * @word: the word
 * @name: the name
 *
 * Return: true if it is, and not empty.
 */
bool matches(const char *word, const char *name)
{
	size_t len = strlen(word);

	return len && !strncmp(word, name, len);
}

/**
 * peek() - the next word
 * @args: the words
 *
 * Return: the word, still to be read, or NULL if there are no more.
 */
const char *peek(const struct args *args)
{
	return args->argc > 0 ? args->argv[0] : NULL;
}

/**
 * shift() - read a word
 * @args: the words
 *
 * Return: the word, or NULL if there are no more.
 */
const char *shift(struct args *args)
{
	if (args->argc <= 0)
		return NULL;
	args->argc--;
	return *args->argv++;
}

/**
 * run_command() - read a word and do what it says
 * @args: the words
 * @commands: those that are known; of several that begin alike the first counts
 * @count: how many
 * @object: to whom help would have to be asked for
 * @without: what to do if there is no word
 *
 * Return: what the command returned, or USAGE.
 */
enum status run_command(struct args *args, const struct command *commands, size_t count,
			const char *object, enum status (*without)(struct args *args))
{
	const char *word = shift(args);
	size_t i;

	if (!word)
		return without(args);
	for (i = 0; i < count; i++)
		if (matches(word, commands[i].name))
			return commands[i].run(args);
	fprintf(stderr, "Command \"%s\" is unknown, try \"gonet %s help\".\n", word, object);
	return USAGE;
}

/**
 * wants_help() - whether a word asks for help among others
 * @word: the word
 * @usage: printed if it does
 *
 * Return: true if it does; nothing else is to be done then.
 */
bool wants_help(const char *word, const char *usage)
{
	if (!matches(word, "help"))
		return false;
	help(usage);
	return true;
}

/**
 * value() - read the word after a keyword
 * @args: the words
 * @word: set to it
 *
 * Return: OK, or USAGE if there is none.
 */
enum status value(struct args *args, const char **word)
{
	*word = shift(args);
	if (*word)
		return OK;
	fprintf(stderr, "Command line is not complete. Try option \"help\"\n");
	return USAGE;
}

/**
 * value_once() - read the word after a keyword that may come once
 * @args: the words
 * @key: the keyword
 * @word: NULL before; set to the word
 *
 * Return: OK or USAGE.
 */
enum status value_once(struct args *args, const char *key, const char **word)
{
	if (*word)
		return duplicate(key, peek(args) ? peek(args) : "");
	return value(args, word);
}

/**
 * value_number() - read the number after a keyword
 * @args: the words
 * @what: what it is, for complaints
 * @min: least
 * @max: greatest
 * @number: set to it
 *
 * Return: OK or USAGE.
 */
enum status value_number(struct args *args, const char *what, unsigned long min,
			 unsigned long max, unsigned long *number)
{
	const char *word;
	char *end;

	if (value(args, &word))
		return USAGE;
	errno = 0;
	*number = strtoul(word, &end, 0);
	if (errno || end == word || *end || *word == '-' || *number < min || *number > max)
		return invalid(what, word);
	return OK;
}

/**
 * invalid() - complain about a word
 * @what: what is wrong
 * @word: the word
 *
 * Return: USAGE.
 */
enum status invalid(const char *what, const char *word)
{
	fprintf(stderr, "Error: argument \"%s\" is wrong: %s\n", word, what);
	return USAGE;
}

/**
 * missing() - complain that something was not given
 * @what: what
 *
 * Return: USAGE.
 */
enum status missing(const char *what)
{
	fprintf(stderr, "Error: argument \"%s\" is required\n", what);
	return USAGE;
}

/**
 * duplicate() - complain that something was given twice
 * @key: what
 * @word: the second value
 *
 * Return: USAGE.
 */
enum status duplicate(const char *key, const char *word)
{
	fprintf(stderr, "Error: either \"%s\" is duplicate, or \"%s\" is a garbage.\n", key, word);
	return USAGE;
}

/* Up to four numbers; those left out at the end are 0 ("10.1/16"). */
static bool parse_quad(const char *word, size_t len, uint8_t addr[4])
{
	unsigned int byte = 0, digits = 0, n = 0;
	size_t i;

	memset(addr, 0, 4);
	for (i = 0; i <= len; i++) {
		if (i < len && word[i] >= '0' && word[i] <= '9') {
			byte = byte * 10 + (word[i] - '0');
			if (++digits > 3 || byte > 255)
				return false;
		} else if ((i == len || word[i] == '.') && digits && n < 4) {
			addr[n++] = byte;
			byte = 0;
			digits = 0;
		} else {
			return false;
		}
	}
	return true;
}

/**
 * parse_address() - read an address
 * @word: the word
 * @prefix: set to it
 *
 * Return: OK or USAGE.
 */
enum status parse_address(const char *word, struct prefix *prefix)
{
	struct prefix read = { .given = true, .family = AF_INET, .plen = 32 };

	if (strchr(word, ':'))
		return invalid("IPv6 is not supported yet.", word);
	if (!parse_quad(word, strlen(word), read.addr))
		return invalid("an inet address is expected rather than this.", word);
	*prefix = read;
	return OK;
}

/**
 * parse_prefix() - read a network, or an address
 * @word: the word
 * @prefix: set to it
 *
 * Return: OK or USAGE.
 */
enum status parse_prefix(const char *word, struct prefix *prefix)
{
	struct prefix read = { .given = true, .family = AF_INET, .plen = 32 };
	const char *slash = strchr(word, '/');
	char *end;

	if (!strcmp(word, "default") || !strcmp(word, "any") || !strcmp(word, "all")) {
		read.plen = 0;
		read.plen_given = true;
		*prefix = read;
		return OK;
	}
	if (strchr(word, ':'))
		return invalid("IPv6 is not supported yet.", word);
	if (!parse_quad(word, slash ? (size_t)(slash - word) : strlen(word), read.addr))
		return invalid("an inet prefix is expected rather than this.", word);
	if (slash) {
		unsigned long plen = strtoul(slash + 1, &end, 10);

		if (slash[1] < '0' || slash[1] > '9' || *end || plen > 32)
			return invalid("an inet prefix is expected rather than this.", word);
		read.plen = plen;
		read.plen_given = true;
	}
	*prefix = read;
	return OK;
}

/**
 * parse_mac() - read a MAC address
 * @word: the word
 * @mac: set to it
 *
 * Return: OK or USAGE.
 */
enum status parse_mac(const char *word, uint8_t mac[6])
{
	unsigned int byte[6], i;
	char rest;

	if (strspn(word, "0123456789abcdefABCDEF:") != strlen(word) ||
	    sscanf(word, "%2x:%2x:%2x:%2x:%2x:%2x%c", &byte[0], &byte[1], &byte[2], &byte[3],
		   &byte[4], &byte[5], &rest) != 6)
		return invalid("a MAC address is expected rather than this.", word);
	for (i = 0; i < 6; i++)
		mac[i] = byte[i];
	return OK;
}

/**
 * prefix_covers() - whether a network holds another
 * @outer: the network
 * @inner: the other
 *
 * Return: true if it does.
 */
bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	unsigned int bytes = outer->plen / 8, bits = outer->plen % 8;

	if (outer->plen > inner->plen || memcmp(outer->addr, inner->addr, bytes))
		return false;
	return !bits || !((outer->addr[bytes] ^ inner->addr[bytes]) >> (8 - bits));
}

/**
 * prefix_equal() - whether two networks are the same
 * @a: one
 * @b: the other
 *
 * Return: true if they are.
 */
bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return a->plen == b->plen && prefix_covers(a, b);
}
