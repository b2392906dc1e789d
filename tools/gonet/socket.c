// SPDX-License-Identifier: GPL-2.0
/* gonet socket: the sockets of the stack, listed as ss(8) does. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "socket.h"

#define STATE(name)	(1U << GONET_SOCKET_STATE_##name)
#define KIND(name)	(1U << GONET_SOCKET_KIND_##name)

#define STATES_ALL	0xffeU
#define STATES_LISTEN	(STATE(LISTEN) | STATE(CLOSE))
#define STATES_CONNECTED \
	(STATES_ALL & ~(STATES_LISTEN | STATE(TIME_WAIT) | STATE(SYN_RECV)))

static const char usage[] =
	"Usage: gonet socket [ show ] [ OPTIONS ] [ FILTER ]\n"
	"  -a, --all        those that are connected and those that are not\n"
	"  -l, --listening  those that are not connected\n"
	"  -t, --tcp        TCP sockets\n"
	"  -u, --udp        UDP sockets\n"
	"  -w, --raw        raw sockets\n"
	"      --ping       ping sockets\n"
	"  -A, --query LIST tcp, udp, raw, ping, inet or all, separated by commas\n"
	"  -4               IPv4, the only family yet\n"
	"  -n, --numeric    do not look names of services up\n"
	"  -p, --processes  who has them open\n"
	"  -m, --memory     what memory they use\n"
	"  -i, --info       what their processes have done, and of TCP its figures\n"
	"  -e, --extended   whose they are, inode, number, options\n"
	"  -H, --no-header  no header\n"
	"  -O, --oneline    each on a line of its own\n"
	"  -j, --json       JSON\n"
	"FILTER := [ { state | exclude } STATE ]... [ EXPRESSION ]\n"
	"EXPRESSION := { sport | dport } [ OP ] [:]PORT | { src | dst } [ OP ] PREFIX[:PORT] |\n"
	"              dev [ OP ] DEVICE | not EXPRESSION | EXPRESSION [ and | or ] EXPRESSION |\n"
	"              ( EXPRESSION )\n"
	"OP := { = | != | < | > | <= | >= }\n";

enum { OPTION_PING = 256 };

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "listening", no_argument, NULL, 'l' },
	{ "udp", no_argument, NULL, 'u' },
	{ "raw", no_argument, NULL, 'w' },
	{ "ping", no_argument, NULL, OPTION_PING },
	{ "tcp", no_argument, NULL, 't' },
	{ "query", required_argument, NULL, 'A' },
	{ "socket", required_argument, NULL, 'A' },
	{ "ipv4", no_argument, NULL, '4' },
	{ "ipv6", no_argument, NULL, '6' },
	{ "numeric", no_argument, NULL, 'n' },
	{ "processes", no_argument, NULL, 'p' },
	{ "memory", no_argument, NULL, 'm' },
	{ "info", no_argument, NULL, 'i' },
	{ "extended", no_argument, NULL, 'e' },
	{ "no-header", no_argument, NULL, 'H' },
	{ "oneline", no_argument, NULL, 'O' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ },
};

static enum status socket_collect(const struct nlattr *const tb[], void *arg)
{
	const struct nlattr *mem = tb[GONET_A_SOCKET_MEMINFO];
	struct socket_list *list = arg;
	struct socket s = {
		.id = attr_number(tb[GONET_A_SOCKET_ID]),
		.inode = attr_number(tb[GONET_A_SOCKET_INODE]),
		.kind = attr_number(tb[GONET_A_SOCKET_KIND]),
		.protocol = attr_number(tb[GONET_A_SOCKET_PROTOCOL]),
		.state = attr_number(tb[GONET_A_SOCKET_STATE]),
		.bound = tb[GONET_A_SOCKET_PEER_IFINDEX],
		.lport = attr_number(tb[GONET_A_SOCKET_LOCAL_PORT]),
		.rport = attr_number(tb[GONET_A_SOCKET_REMOTE_PORT]),
		.ifindex = attr_number(tb[GONET_A_SOCKET_IFINDEX]),
		.peer_ifindex = attr_number(tb[GONET_A_SOCKET_PEER_IFINDEX]),
		.recv_queue = attr_number(tb[GONET_A_SOCKET_RECV_QUEUE]),
		.send_queue = attr_number(tb[GONET_A_SOCKET_SEND_QUEUE]),
		.uid = attr_number(tb[GONET_A_SOCKET_UID]),
		.opts = attr_number(tb[GONET_A_SOCKET_OPTS]),
		.flags = attr_number(tb[GONET_A_SOCKET_FLAGS]),
		.reader = attr_number(tb[GONET_A_SOCKET_READER]),
		.sender = attr_number(tb[GONET_A_SOCKET_SENDER]),
	};
	size_t len = mem ? mnl_attr_get_payload_len(mem) : 0;

	attr_prefix(tb[GONET_A_SOCKET_LOCAL], &s.local);
	attr_prefix(tb[GONET_A_SOCKET_REMOTE], &s.remote);
	snprintf(s.reader_name, sizeof(s.reader_name), "%s",
		 attr_string(tb[GONET_A_SOCKET_READER_NAME]));
	snprintf(s.sender_name, sizeof(s.sender_name), "%s",
		 attr_string(tb[GONET_A_SOCKET_SENDER_NAME]));
	snprintf(s.cc, sizeof(s.cc), "%s", attr_string(tb[GONET_A_SOCKET_TCP_CC]));
	if (len)
		memcpy(s.mem, mnl_attr_get_payload(mem), len < sizeof(s.mem) ? len : sizeof(s.mem));
	if (list->filter && !filter_true(list->filter, &s))
		return OK;
	list->all = grow(list->all, list->n, sizeof(s));
	list->all[list->n++] = s;
	return OK;
}

static enum status parse_query(const char *word, struct socket_list *list)
{
	char *words = strdup(word), *one, *rest = words;
	enum status status = OK;

	if (!words)
		abort();
	while (status == OK && (one = strsep(&rest, ","))) {
		if (!strcmp(one, "tcp"))
			list->kinds |= KIND(TCP);
		else if (!strcmp(one, "udp"))
			list->kinds |= KIND(UDP);
		else if (!strcmp(one, "raw"))
			list->kinds |= KIND(RAW);
		else if (!strcmp(one, "ping"))
			list->kinds |= KIND(PING);
		else if (!strcmp(one, "inet") || !strcmp(one, "all"))
			list->kinds |= KIND(TCP) | KIND(UDP) | KIND(RAW) | KIND(PING);
		else
			status = invalid("tcp, udp, raw, ping, inet or all expected", word);
	}
	free(words);
	return status;
}

static enum status parse_option(int option, struct socket_list *list, const char *word)
{
	switch (option) {
	case 'a':
		list->states = STATES_ALL;
		return OK;
	case 'l':
		list->states = STATES_LISTEN;
		return OK;
	case 't':
		list->kinds |= KIND(TCP);
		return OK;
	case 'u':
		list->kinds |= KIND(UDP);
		return OK;
	case 'w':
		list->kinds |= KIND(RAW);
		return OK;
	case OPTION_PING:
		list->kinds |= KIND(PING);
		return OK;
	case 'A':
		return parse_query(optarg, list);
	case '4':
		return OK;
	case 'n':
		list->numeric = true;
		return OK;
	case 'p':
		list->processes = true;
		return OK;
	case 'm':
		list->memory = true;
		return OK;
	case 'i':
		list->info = true;
		return OK;
	case 'e':
		list->extended = true;
		return OK;
	case 'H':
		list->no_header = true;
		return OK;
	case 'O':
		list->oneline = true;
		return OK;
	case 'j':
		list->json = true;
		return OK;
	case '6':
		fprintf(stderr, "Error: IPv6 is not supported yet.\n");
		return USAGE;
	case ':':
		fprintf(stderr, "Option \"%s\" needs a value, try \"gonet socket help\".\n", word);
		return USAGE;
	default:
		fprintf(stderr, "Option \"%s\" is unknown, try \"gonet socket help\".\n", word);
		return USAGE;
	}
}

/* Return: the word that getopt complained about. */
static const char *complaint(char **argv, int at)
{
	static char word[3] = "-";

	if (!optopt || optopt >= OPTION_PING)
		return argv[at];
	word[1] = optopt;
	return word;
}

/* Options may stand anywhere; what is left is the filter. @help: that was asked for. */
static enum status parse_args(struct args *args, struct socket_list *list, bool *help_wanted)
{
	char *argv[args->argc + 2];
	enum status status = OK;
	struct args words;
	int option, at;

	argv[0] = "socket";
	memcpy(argv + 1, args->argv, args->argc * sizeof(*argv));
	argv[args->argc + 1] = NULL;
	optind = 0;
	opterr = 0;
	while (status == OK && !*help_wanted) {
		at = optind ? optind : 1;
		option = getopt_long(args->argc + 1, argv, ":aluwtA:46npmieHOjh", long_options,
				     NULL);
		if (option < 0)
			break;
		if (option == 'h')
			*help_wanted = true;
		else
			status = parse_option(option, list, complaint(argv, at));
	}
	opterr = 1;
	words = (struct args) { argv + optind, args->argc + 1 - optind };
	if (status == OK && !*help_wanted)
		status = filter_parse(&words, list);
	return status;
}

static enum status sockets_load(struct socket_list *list)
{
	struct nlmsghdr *nlh = nl_begin(GONET_CMD_SOCKET_GET, NLM_F_DUMP);
	enum status status;
	size_t i;

	filter_put(list, nlh);
	status = nl_dump_request(nlh, GONET_A_SOCKET_MAX, socket_collect, list);
	for (i = 0; list->info && status == OK && i < list->n; i++)
		status = tcp_info_load(&list->all[i]);
	if (status == OK && list->processes)
		socket_users_load(list);
	if (status == OK && list->info)
		status = procs_load(&list->graph);
	if (status == OK && list->info)
		status = chans_load(&list->graph);
	return status;
}

static enum status socket_show(struct args *args)
{
	struct socket_list list = {
		.states = STATES_CONNECTED,
		.json = options.json,
		.oneline = options.oneline,
	};
	bool help_wanted = false;
	enum status status;

	status = links_load();
	if (status == OK)
		status = parse_args(args, &list, &help_wanted);
	if (status == OK && help_wanted)
		return help(usage);
	if (status == OK)
		status = sockets_load(&list);
	if (status == OK && list.json)
		sockets_print_json(&list);
	else if (status == OK)
		sockets_print(&list);
	free(list.all);
	free(list.users);
	filter_free(list.filter);
	graph_free(&list.graph);
	return status;
}

/**
 * do_socket() - the object "socket"
 * @args: what follows it
 *
 * Return: the exit status.
 */
enum status do_socket(struct args *args)
{
	const char *word = peek(args);

	if (word && !strcmp(word, "help"))
		return help(usage);
	if (word && (!strcmp(word, "show") || !strcmp(word, "list")))
		shift(args);
	return socket_show(args);
}
