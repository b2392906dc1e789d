// SPDX-License-Identifier: GPL-2.0
/*
 * Filters of gonet socket, in the grammar of ss(8): what they say of a socket. What
 * must be true in any case is left to the kernel, so that it sends no more than that;
 * everything is looked at again here.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "socket.h"

#define WORD_MAX	256
#define DEPTH_MAX	64	/* of parentheses and negations */

/**
 * enum test - what a condition is about
 * @AND: two conditions, both true
 * @OR: two conditions, one of them true
 * @NOT: a condition that is not true
 * @SPORT: own port
 * @DPORT: the peer's port
 * @SRC: own address, and port if given
 * @DST: the peer's address, and port if given
 * @DEV: the interface that it is restricted to
 */
enum test { AND, OR, NOT, SPORT, DPORT, SRC, DST, DEV };

/**
 * enum relation - how it is compared
 * @EQ: equal
 * @NE: not equal
 * @LT: less
 * @GT: greater
 * @LE: less or equal
 * @GE: greater or equal
 */
enum relation { EQ, NE, LT, GT, LE, GE };

/**
 * struct condition - something to be true of a socket
 * @test: what it is about
 * @relation: how it is compared
 * @left: what AND, OR and NOT are about
 * @right: and what else, for AND and OR
 * @prefix: network to compare with, if given
 * @port: port to compare with, or -1
 * @dev: name of the interface to compare with
 */
struct condition {
	enum test test;
	enum relation relation;
	struct condition *left;
	struct condition *right;
	struct prefix prefix;
	int port;
	char dev[GONET_IFNAME_SIZE];
};

/**
 * struct lexer - words not yet read, which may be several in one argument
 * @args: arguments that follow
 * @at: rest of the argument that is being read
 * @word: the next word, or empty at the end
 * @depth: parentheses and negations that are open
 */
struct lexer {
	struct args *args;
	const char *at;
	char word[WORD_MAX];
	unsigned int depth;
};

#define BIT_OF(state)	(1U << GONET_SOCKET_STATE_##state)
#define BITS_ALL	0xffeU

static const struct {
	const char *name;
	uint32_t states;
} states[] = {
	{ "all", BITS_ALL },
	{ "established", BIT_OF(ESTABLISHED) },
	{ "estab", BIT_OF(ESTABLISHED) },
	{ "syn-sent", BIT_OF(SYN_SENT) },
	{ "syn-recv", BIT_OF(SYN_RECV) },
	{ "fin-wait-1", BIT_OF(FIN_WAIT_1) },
	{ "fin-wait-2", BIT_OF(FIN_WAIT_2) },
	{ "time-wait", BIT_OF(TIME_WAIT) },
	{ "closed", BIT_OF(CLOSE) },
	{ "close", BIT_OF(CLOSE) },
	{ "unconnected", BIT_OF(CLOSE) },
	{ "unconn", BIT_OF(CLOSE) },
	{ "close-wait", BIT_OF(CLOSE_WAIT) },
	{ "last-ack", BIT_OF(LAST_ACK) },
	{ "listening", BIT_OF(LISTEN) },
	{ "listen", BIT_OF(LISTEN) },
	{ "closing", BIT_OF(CLOSING) },
	{ "connected", BITS_ALL & ~(BIT_OF(CLOSE) | BIT_OF(LISTEN)) },
	{ "synchronized", BITS_ALL & ~(BIT_OF(CLOSE) | BIT_OF(LISTEN) | BIT_OF(SYN_SENT)) },
	{ "bucket", BIT_OF(SYN_RECV) | BIT_OF(TIME_WAIT) },
	{ "big", BITS_ALL & ~(BIT_OF(SYN_RECV) | BIT_OF(TIME_WAIT)) },
};

static const struct {
	const char *word;
	enum relation relation;
} relations[] = {
	{ "=", EQ }, { "==", EQ }, { "eq", EQ }, { "!=", NE }, { "ne", NE }, { "neq", NE },
	{ "<", LT }, { "lt", LT }, { ">", GT }, { "gt", GT }, { "<=", LE }, { "le", LE },
	{ "leq", LE }, { ">=", GE }, { "ge", GE }, { "geq", GE },
};

/* How long the word at @at is: an operator, a parenthesis, or what is between those. */
static size_t word_length(const char *at)
{
	static const char *const operators[] = {
		"&&", "||", "==", "!=", "<=", ">=", "&", "|", "=", "!", "<", ">", "(", ")",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(operators); i++)
		if (!strncmp(at, operators[i], strlen(operators[i])))
			return strlen(operators[i]);
	return strcspn(at, " \t\n&|=!<>()");
}

static void next(struct lexer *lexer)
{
	size_t len;

	lexer->at += strspn(lexer->at, " \t\n");
	while (!*lexer->at && peek(lexer->args)) {
		lexer->at = shift(lexer->args);
		lexer->at += strspn(lexer->at, " \t\n");
	}
	len = word_length(lexer->at);
	/* one that is too long is cut, and then not known */
	snprintf(lexer->word, sizeof(lexer->word), "%.*s", (int)len, lexer->at);
	lexer->at += len;
}

static bool is(const struct lexer *lexer, const char *a, const char *b, const char *c)
{
	return !strcmp(lexer->word, a) || !strcmp(lexer->word, b) || !strcmp(lexer->word, c);
}

static struct condition *condition_new(enum test test, struct condition *left,
				       struct condition *right)
{
	struct condition *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->test = test;
	c->left = left;
	c->right = right;
	c->port = -1;
	return c;
}

/**
 * filter_free() - free a condition and what it consists of
 * @c: the condition, or NULL
 */
void filter_free(struct condition *c)
{
	if (!c)
		return;
	filter_free(c->left);
	filter_free(c->right);
	free(c);
}

static enum status parse_port(const char *word, int *port)
{
	const struct servent *service;
	unsigned long number;
	char *end;

	number = strtoul(word, &end, 10);
	if (*word >= '0' && *word <= '9' && !*end && number <= 65535) {
		*port = number;
		return OK;
	}
	service = getservbyname(word, NULL);
	if (!service)
		return invalid("a port or the name of a service is expected", word);
	*port = ntohs(service->s_port);
	return OK;
}

/* ADDRESS[/LENGTH][:PORT]; either may be a star, and the address be left out. */
static enum status parse_host(char *word, struct condition *c)
{
	char *colon = strrchr(word, ':');
	enum status status = OK;

	if (colon && strchr(word, ':') != colon)
		return invalid("IPv6 is not supported yet.", word);
	if (colon)
		*colon++ = 0;
	if (*word && strcmp(word, "*"))
		status = parse_prefix(word, &c->prefix);
	if (status == OK && colon && strcmp(colon, "*"))
		status = parse_port(colon, &c->port);
	return status;
}

static enum status parse_value(struct lexer *lexer, struct condition *c)
{
	char *word = lexer->word;

	switch (c->test) {
	case SPORT:
	case DPORT:
		return parse_port(word + (*word == ':'), &c->port);
	case SRC:
	case DST:
		return parse_host(word, c);
	default:
		if (strlen(word) >= sizeof(c->dev))
			return invalid("name of a device expected", word);
		strcpy(c->dev, word);
		return OK;
	}
}

static bool parse_relation(struct lexer *lexer, struct condition *c)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(relations); i++) {
		if (strcmp(lexer->word, relations[i].word))
			continue;
		c->relation = relations[i].relation;
		next(lexer);
		return true;
	}
	return false;
}

static enum status parse_test(struct lexer *lexer, struct condition **c)
{
	static const struct {
		const char *word;
		enum test test;
	} tests[] = {
		{ "sport", SPORT }, { "dport", DPORT }, { "src", SRC }, { "dst", DST },
		{ "dev", DEV },
	};
	enum status status;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (!strcmp(lexer->word, tests[i].word))
			break;
	if (i == ARRAY_SIZE(tests)) {
		if (*lexer->word)
			return invalid("not an expression", lexer->word);
		fprintf(stderr, "Command line is not complete. Try option \"help\"\n");
		return USAGE;
	}
	next(lexer);
	*c = condition_new(tests[i].test, NULL, NULL);
	if (parse_relation(lexer, *c) && (*c)->relation > NE && tests[i].test > DPORT)
		return invalid("only ports have an order", tests[i].word);
	if (!*lexer->word) {
		fprintf(stderr, "Command line is not complete. Try option \"help\"\n");
		return USAGE;
	}
	status = parse_value(lexer, *c);
	next(lexer);
	return status;
}

static enum status parse_or(struct lexer *lexer, struct condition **c);

static enum status parse_not(struct lexer *lexer, struct condition **c)
{
	enum status status;

	if (lexer->depth > DEPTH_MAX)
		return invalid("too deep", lexer->word);
	lexer->depth++;
	if (is(lexer, "not", "!", "!")) {
		next(lexer);
		*c = condition_new(NOT, NULL, NULL);
		status = parse_not(lexer, &(*c)->left);
	} else if (is(lexer, "(", "(", "(")) {
		next(lexer);
		status = parse_or(lexer, c);
		if (status == OK && strcmp(lexer->word, ")"))
			status = invalid("\")\" expected", lexer->word);
		if (status == OK)
			next(lexer);
	} else {
		status = parse_test(lexer, c);
	}
	lexer->depth--;
	return status;
}

/* As in ss, two expressions one after the other must both be true. */
static enum status parse_and(struct lexer *lexer, struct condition **c)
{
	enum status status = parse_not(lexer, c);

	while (status == OK && *lexer->word && !is(lexer, "or", "|", "||") &&
	       !is(lexer, ")", ")", ")")) {
		if (is(lexer, "and", "&", "&&"))
			next(lexer);
		*c = condition_new(AND, *c, NULL);
		status = parse_not(lexer, &(*c)->right);
	}
	return status;
}

static enum status parse_or(struct lexer *lexer, struct condition **c)
{
	enum status status = parse_and(lexer, c);

	while (status == OK && is(lexer, "or", "|", "||")) {
		next(lexer);
		*c = condition_new(OR, *c, NULL);
		status = parse_and(lexer, &(*c)->right);
	}
	return status;
}

static enum status parse_state(struct lexer *lexer, uint32_t *mask)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (strcasecmp(lexer->word, states[i].name))
			continue;
		*mask = states[i].states;
		next(lexer);
		return OK;
	}
	return invalid("name of a state expected", lexer->word);
}

/**
 * filter_parse() - read a filter
 * @args: the words
 * @list: set to what it says
 *
 * Return: OK or USAGE.
 */
enum status filter_parse(struct args *args, struct socket_list *list)
{
	struct lexer lexer = { .args = args, .at = "" };
	enum status status = OK;
	bool given = false, out;
	uint32_t mask = 0;

	next(&lexer);
	while (status == OK && (is(&lexer, "state", "state", "state") ||
				is(&lexer, "exclude", "excl", "exclude"))) {
		out = *lexer.word == 'e';
		next(&lexer);
		status = parse_state(&lexer, &mask);
		if (status != OK)
			return status;
		if (!given)
			list->states = out ? BITS_ALL : 0;
		given = true;
		list->states = out ? list->states & ~mask : list->states | mask;
	}
	if (!*lexer.word)
		return OK;
	status = parse_or(&lexer, &list->filter);
	if (status == OK && *lexer.word)
		status = invalid("not an expression", lexer.word);
	return status;
}

/**
 * struct wanted - what the kernel is told
 * @sport: own port, or -1
 * @dport: the peer's, or -1
 * @src: own addresses, if given
 * @dst: the peer's, if given
 */
struct wanted {
	int sport;
	int dport;
	struct prefix src;
	struct prefix dst;
};

static void want_port(int *wanted, int port)
{
	if (port >= 0 && *wanted < 0)
		*wanted = port;
}

static void want_prefix(struct prefix *wanted, const struct prefix *prefix)
{
	if (prefix->given && !wanted->given)
		*wanted = *prefix;
}

/* What is true of every socket of which the condition is. */
static void want(struct wanted *wanted, const struct condition *c)
{
	if (!c || c->relation != EQ)
		return;
	switch (c->test) {
	case AND:
		want(wanted, c->left);
		want(wanted, c->right);
		break;
	case SPORT:
	case SRC:
		want_port(&wanted->sport, c->port);
		want_prefix(&wanted->src, &c->prefix);
		break;
	case DPORT:
	case DST:
		want_port(&wanted->dport, c->port);
		want_prefix(&wanted->dst, &c->prefix);
		break;
	default:
		break;
	}
}

/**
 * filter_put() - tell the kernel what is wanted
 * @list: with its kinds, states and filter
 * @nlh: the request
 */
void filter_put(const struct socket_list *list, struct nlmsghdr *nlh)
{
	struct wanted wanted = { .sport = -1, .dport = -1 };

	want(&wanted, list->filter);
	if (list->kinds)
		mnl_attr_put_u32(nlh, GONET_A_SOCKET_KINDS, list->kinds);
	mnl_attr_put_u32(nlh, GONET_A_SOCKET_STATES, list->states);
	if (wanted.sport >= 0)
		mnl_attr_put_u16(nlh, GONET_A_SOCKET_LOCAL_PORT, wanted.sport);
	if (wanted.dport >= 0)
		mnl_attr_put_u16(nlh, GONET_A_SOCKET_REMOTE_PORT, wanted.dport);
	if (wanted.src.given || wanted.dst.given)
		mnl_attr_put_u8(nlh, GONET_A_SOCKET_FAMILY, AF_INET);
	put_prefix(nlh, GONET_A_SOCKET_LOCAL, &wanted.src);
	if (wanted.src.given)
		mnl_attr_put_u8(nlh, GONET_A_SOCKET_LOCAL_LEN, wanted.src.plen);
	put_prefix(nlh, GONET_A_SOCKET_REMOTE, &wanted.dst);
	if (wanted.dst.given)
		mnl_attr_put_u8(nlh, GONET_A_SOCKET_REMOTE_LEN, wanted.dst.plen);
}

static bool compare(enum relation relation, int a, int b)
{
	switch (relation) {
	case EQ:
		return a == b;
	case NE:
		return a != b;
	case LT:
		return a < b;
	case GT:
		return a > b;
	case LE:
		return a <= b;
	default:
		return a >= b;
	}
}

static bool host_true(const struct condition *c, const struct prefix *addr, uint16_t port)
{
	bool equal = (!c->prefix.given || prefix_covers(&c->prefix, addr)) &&
		     (c->port < 0 || c->port == port);

	return equal == (c->relation == EQ);
}

/**
 * filter_true() - whether a condition is true of a socket
 * @c: the condition
 * @s: the socket
 *
 * Return: true if it is.
 */
bool filter_true(const struct condition *c, const struct socket *s)
{
	switch (c->test) {
	case AND:
		return filter_true(c->left, s) && filter_true(c->right, s);
	case OR:
		return filter_true(c->left, s) || filter_true(c->right, s);
	case NOT:
		return !filter_true(c->left, s);
	case SPORT:
		return compare(c->relation, s->lport, c->port);
	case DPORT:
		return compare(c->relation, s->rport, c->port);
	case SRC:
		return host_true(c, &s->local, s->lport);
	case DST:
		return host_true(c, &s->remote, s->rport);
	case DEV:
		return (s->bound && !strcmp(socket_device(s), c->dev)) == (c->relation == EQ);
	}
	return false;
}
