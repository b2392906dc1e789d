// SPDX-License-Identifier: GPL-2.0
/*
 * gonet ping: echo requests sent by the stack. Each is a netlink request; what has
 * become of it comes as a message with the request's sequence number, from which
 * the number of the echo request is known.
 */
#include <errno.h>
#include <getopt.h>
#include <linux/genetlink.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ping.h"

#define NS_PER_S	1000000000LL
#define RECEIVE_BYTES	(4 << 20)	/* answers of a flood may come faster than we read */

static const char usage[] =
	"Usage: gonet ping [ OPTIONS ] DESTINATION\n"
	"  -4              IPv4, the only family yet\n"
	"  -b              allow a broadcast address\n"
	"  -c COUNT        stop after so many\n"
	"  -D              print timestamps\n"
	"  -e ID           ICMP identifier\n"
	"  -f              flood: send as fast as answers come, or 100 a second\n"
	"  -i SECONDS      wait between two, 1 if not given\n"
	"  -I ADDR|DEVICE  source address or interface\n"
	"  -l COUNT        send so many at once at the beginning\n"
	"  -M do|dont      set or do not set \"don't fragment\"\n"
	"  -n              print addresses as numbers, as is done anyway\n"
	"  -O              report those that are not answered in time\n"
	"  -p PATTERN      fill the payload with these bytes, in hexadecimal\n"
	"  -q              print only the summary\n"
	"  -Q TOS          type of service\n"
	"  -s SIZE         bytes of payload, 56 if not given\n"
	"  -t TTL          time to live\n"
	"  -w SECONDS      stop after this time\n"
	"  -W SECONDS      wait so long for an answer, 10 if not given\n";

static _Atomic int interrupted, status_wanted;

static void on_signal(int signal)
{
	if (signal == SIGQUIT)
		status_wanted = 1;
	else
		interrupted = 1;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static enum status wrong(const char *what, const char *word)
{
	fprintf(stderr, "ping: %s: %s\n", what, word);
	return REFUSED;
}

static enum status parse_count(const char *word, unsigned long min, unsigned long max,
			       unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(word, &end, 0);
	if (errno || end == word || *end || *word == '-' || *number < min || *number > max)
		return wrong("invalid argument", word);
	return OK;
}

static enum status parse_seconds(const char *word, double *seconds)
{
	char *end;

	*seconds = strtod(word, &end);
	if (end == word || *end || !(*seconds >= 0) || *seconds > 1e6)
		return wrong("bad timing interval", word);
	return OK;
}

static enum status parse_pattern(const char *word, struct ping *ping)
{
	size_t len = strlen(word), i;
	char byte[3] = "";

	if (!len || strspn(word, "0123456789abcdefABCDEF") != len)
		return wrong("patterns must be specified as hex digits", word);
	/* as ping does: an odd digit at the end stands for itself */
	for (i = 0; i < len && ping->pattern_len < GONET_PATTERN_MAX; i += 2) {
		memcpy(byte, word + i, i + 1 < len ? 2 : 1);
		byte[i + 1 < len ? 2 : 1] = 0;
		ping->pattern[ping->pattern_len++] = strtoul(byte, NULL, 16);
	}
	return OK;
}

static enum status parse_interface(const char *word, struct ping *ping)
{
	if (strspn(word, "0123456789.") == strlen(word))
		return parse_address(word, &ping->src) ? REFUSED : OK;
	if (link_find(word, &ping->oif))
		return REFUSED;
	snprintf(ping->device, sizeof(ping->device), "%s", word);
	return OK;
}

static enum status parse_option(int option, const char *word, struct ping *ping)
{
	unsigned long number;
	enum status status;

	switch (option) {
	case '4':
	case 'n':
		return OK;
	case 'b':
		ping->broadcast = true;
		return OK;
	case 'c':
		return parse_count(word, 1, UINT32_MAX, &ping->count);
	case 'D':
		ping->timestamps = true;
		return OK;
	case 'e':
		status = parse_count(word, 0, 65535, &number);
		ping->id = number;
		return status;
	case 'f':
		ping->flood = true;
		return OK;
	case 'i':
		return parse_seconds(word, &ping->interval);
	case 'I':
		return parse_interface(word, ping);
	case 'l':
		return parse_count(word, 1, PING_WINDOW, &ping->preload);
	case 'M':
		ping->df = !strcmp(word, "do");
		return ping->df || !strcmp(word, "dont") ? OK :
		       wrong("wrong value for -M: do or dont expected", word);
	case 'O':
		ping->outstanding = true;
		return OK;
	case 'p':
		return parse_pattern(word, ping);
	case 'q':
		ping->quiet = true;
		return OK;
	case 'Q':
		return parse_count(word, 0, 255, &ping->tos);
	case 's':
		return parse_count(word, 0, 65507, &ping->size);
	case 't':
		return parse_count(word, 1, 255, &ping->ttl);
	case 'w':
		return parse_seconds(word, &ping->deadline);
	case 'W':
		return parse_seconds(word, &ping->linger);
	default:
		return REFUSED;
	}
}

static enum status resolve(struct ping *ping)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found;
	int err;

	err = getaddrinfo(ping->target, NULL, &hints, &found);
	if (err)
		return wrong(ping->target, gai_strerror(err));
	ping->dst.given = true;
	ping->dst.family = AF_INET;
	ping->dst.plen = 32;
	memcpy(ping->dst.addr, &((struct sockaddr_in *)found->ai_addr)->sin_addr, 4);
	freeaddrinfo(found);
	return OK;
}

static enum status parse_args(struct args *args, struct ping *ping)
{
	enum status status = OK;
	char *argv[args->argc + 2];
	int option;

	argv[0] = "ping";
	memcpy(argv + 1, args->argv, args->argc * sizeof(*argv));
	argv[args->argc + 1] = NULL;
	optind = 0;
	while (status == OK &&
	       (option = getopt(args->argc + 1, argv,
				"4bc:De:fi:I:l:M:nOp:qQ:s:t:w:W:")) >= 0)
		status = parse_option(option, optarg, ping);
	if (status != OK)
		return status;
	if (optind != args->argc) {
		fprintf(stderr, "ping: usage error: Destination address required\n");
		return REFUSED;
	}
	ping->target = argv[optind];
	if (ping->flood && ping->interval < 0)
		ping->interval = 0.01;
	if (ping->interval < 0)
		ping->interval = 1;
	return resolve(ping);
}

static struct nlmsghdr *build(const struct ping *ping, void *buffer, uint32_t seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	unsigned long timeout = ping->linger * 1000;
	struct genlmsghdr *genl;

	nlh->nlmsg_type = nl_family_id();
	/* whether there is anything to begin with */
	nlh->nlmsg_flags = NLM_F_REQUEST | (seq == 1 ? NLM_F_ACK : 0);
	nlh->nlmsg_seq = ping->first + seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = GONET_CMD_PING;
	genl->version = GONET_FAMILY_VERSION;
	mnl_attr_put_u8(nlh, GONET_A_PING_FAMILY, AF_INET);
	put_prefix(nlh, GONET_A_PING_DST, &ping->dst);
	if (ping->src.given)
		put_prefix(nlh, GONET_A_PING_SRC, &ping->src);
	if (ping->oif)
		mnl_attr_put_u32(nlh, GONET_A_PING_IFINDEX, ping->oif);
	mnl_attr_put_u16(nlh, GONET_A_PING_ID, ping->id);
	mnl_attr_put_u16(nlh, GONET_A_PING_SEQ, seq);
	mnl_attr_put_u32(nlh, GONET_A_PING_SIZE, ping->size);
	if (ping->ttl)
		mnl_attr_put_u8(nlh, GONET_A_PING_TTL, ping->ttl);
	mnl_attr_put_u8(nlh, GONET_A_PING_TOS, ping->tos);
	if (ping->df)
		mnl_attr_put(nlh, GONET_A_PING_DF, 0, NULL);
	if (ping->broadcast)
		mnl_attr_put(nlh, GONET_A_PING_BROADCAST, 0, NULL);
	if (timeout < 1)
		timeout = 1;
	if (timeout > GONET_TIMEOUT_MAX)
		timeout = GONET_TIMEOUT_MAX;
	mnl_attr_put_u32(nlh, GONET_A_PING_TIMEOUT, timeout);
	if (ping->pattern_len)
		mnl_attr_put(nlh, GONET_A_PING_PATTERN, ping->pattern_len, ping->pattern);
	return nlh;
}

static void send_one(struct ping *ping)
{
	char buffer[512];
	struct nlmsghdr *nlh = build(ping, buffer, ping->sent + 1);

	ping->sent++;
	ping->awaited++;
	ping->last = now_ns();
	if (ping->flood && !ping->quiet && !options.json) {
		ping_print_header(ping);
		putchar('.');
		fflush(stdout);
	}
	if (mnl_socket_sendto(ping->nl, nlh, nlh->nlmsg_len) < 0) {
		ping->awaited--;
		ping->errors++;
		ping_print_refused(ping, ping->sent, strerror(errno));
	}
}

static void count_rtt(struct ping *ping, uint64_t rtt)
{
	if (!ping->received || rtt < ping->min)
		ping->min = rtt;
	if (rtt > ping->max)
		ping->max = rtt;
	ping->sum += rtt;
	ping->sum2 += (double)rtt * rtt;
	ping->ewma = ping->received ? ping->ewma + rtt - ping->ewma / 8 : rtt * 8.0;
	ping->received++;
}

static void result(struct ping *ping, uint32_t seq, const struct nlattr *const tb[])
{
	ping->awaited--;
	ping->last = now_ns();
	switch (attr_number(tb[GONET_A_PING_STATUS])) {
	case GONET_PING_OUTCOME_REPLY:
		if (tb[GONET_A_PING_CORRUPT])
			ping->corrupted++;
		count_rtt(ping, attr_number(tb[GONET_A_PING_RTT]));
		break;
	case GONET_PING_OUTCOME_TIMEOUT:
		ping->lost++;
		break;
	default:
		ping->errors++;
		break;
	}
	ping_print_result(ping, seq, tb);
}

/* Refusals for want of room pass; others would be repeated for every request. */
static void refused(struct ping *ping, uint32_t seq, const struct nlmsghdr *nlh)
{
	int error = -((const struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->error;

	if (!error) {
		ping_print_header(ping);
		return;
	}
	ping->awaited--;
	ping->errors++;
	if (error == ENOBUFS || error == ENOMEM || error == EEXIST || error == ENETUNREACH ||
	    error == EHOSTUNREACH) {
		ping_print_header(ping);
		ping_print_refused(ping, seq, strerror(error));
		return;
	}
	nl_print_error(nlh, error);
	ping->refused = true;
}

static void message(struct ping *ping, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[GONET_A_PING_MAX + 1];
	uint32_t seq = nlh->nlmsg_seq - ping->first;

	if (!seq || seq > ping->sent)
		return;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(struct nlmsgerr))
			refused(ping, seq, nlh);
	} else if (nlh->nlmsg_type == nl_family_id()) {
		nl_parse(nlh, tb, GONET_A_PING_MAX);
		ping_print_header(ping);
		result(ping, seq, tb);
	}
}

static void receive(struct ping *ping)
{
	static char data[65536];
	const struct nlmsghdr *msg;
	ssize_t len;
	int left;

	len = mnl_socket_recvfrom(ping->nl, data, sizeof(data));
	if (len < 0 && errno == ENOBUFS)
		fprintf(stderr, "ping: answers were lost on the way from the kernel\n");
	if (len <= 0)
		return;
	left = len;
	for (msg = (void *)data; mnl_nlmsg_ok(msg, left); msg = mnl_nlmsg_next(msg, &left))
		message(ping, msg);
}

static bool all_sent(const struct ping *ping)
{
	return ping->count && ping->sent >= ping->count && !ping->deadline;
}

/* When the run ends for sure, as far as is known now; all times in nanoseconds. */
static int64_t end_time(const struct ping *ping, int64_t last_sent)
{
	int64_t end = INT64_MAX;

	if (ping->deadline)
		end = ping->start + ping->deadline * NS_PER_S;
	if (all_sent(ping)) {
		int64_t linger = ping->linger * NS_PER_S + NS_PER_S / 10;

		if (ping->received && 2 * (int64_t)ping->max < linger)
			linger = ping->max * 2 > (uint64_t)NS_PER_S ? ping->max * 2 : NS_PER_S;
		if (last_sent + linger < end)
			end = last_sent + linger;
	}
	return end;
}

static bool finished(const struct ping *ping, int64_t now, int64_t last_sent)
{
	if (interrupted || ping->refused || now >= end_time(ping, last_sent))
		return true;
	if (ping->count && ping->received + ping->errors >= ping->count)
		return true;
	return all_sent(ping) && !ping->awaited;
}

/* A flood does not wait for its interval if everything has been answered. */
static int64_t next_time(const struct ping *ping, int64_t last_sent)
{
	int64_t interval = ping->interval * NS_PER_S;

	if (all_sent(ping) || (ping->count && ping->sent >= ping->count && ping->awaited))
		return INT64_MAX;
	if (ping->sent < ping->preload || (ping->flood && !ping->awaited))
		return 0;
	return last_sent + interval;
}

static void run(struct ping *ping)
{
	struct pollfd poll_fd = { .fd = mnl_socket_get_fd(ping->nl), .events = POLLIN };
	int64_t now = now_ns(), last_sent = 0, wake;
	struct timespec timeout;

	ping->start = now;
	ping->last = now;
	while (!finished(ping, now, last_sent)) {
		if (now >= next_time(ping, last_sent)) {
			last_sent = now;
			send_one(ping);
			now = now_ns();
		}
		wake = next_time(ping, last_sent);
		if (end_time(ping, last_sent) < wake)
			wake = end_time(ping, last_sent);
		wake = wake > now ? wake - now : 0;
		if (wake > 3600 * NS_PER_S)
			wake = 3600 * NS_PER_S;
		timeout.tv_sec = wake / NS_PER_S;
		timeout.tv_nsec = wake % NS_PER_S;
		if (ppoll(&poll_fd, 1, &timeout, NULL) > 0)
			receive(ping);
		if (status_wanted) {
			status_wanted = 0;
			ping_print_status(ping);
		}
		now = now_ns();
	}
}

static enum status learn_source(const struct nlattr *const tb[], void *arg)
{
	attr_prefix(tb[GONET_A_ROUTE_PREFSRC], arg);
	return OK;
}

/* The header names the source when an interface was asked for. */
static void find_source(struct ping *ping)
{
	struct nlmsghdr *nlh;
	struct prefix src;

	if (!ping->oif || ping->src.given)
		return;
	nlh = nl_begin(GONET_CMD_ROUTE_GET, 0);
	mnl_attr_put_u8(nlh, GONET_A_ROUTE_FAMILY, AF_INET);
	put_prefix(nlh, GONET_A_ROUTE_DST, &ping->dst);
	mnl_attr_put_u32(nlh, GONET_A_ROUTE_IFINDEX, ping->oif);
	if (nl_get(nlh, GONET_A_ROUTE_MAX, learn_source, &src) == OK && src.given)
		ping->src = src;
}

static enum status open_socket(struct ping *ping)
{
	int bytes = RECEIVE_BYTES;

	if (!nl_socket(&ping->nl))
		return wrong("cannot reach the kernel", strerror(errno));
	if (setsockopt(mnl_socket_get_fd(ping->nl), SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		       sizeof(bytes)) < 0)
		setsockopt(mnl_socket_get_fd(ping->nl), SOL_SOCKET, SO_RCVBUF, &bytes,
			   sizeof(bytes));
	return OK;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	interrupted = 0;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/**
 * do_ping() - the object "ping"
 * @args: what follows it
 *
 * Return: ping's exit status: 0 if there were answers, 1 if there were none or, by
 * the deadline, not as many as were asked for, 2 on any other error.
 */
enum status do_ping(struct args *args)
{
	struct ping ping = {
		.interval = -1,
		.linger = 10,
		.preload = 1,
		.size = 56,
		.id = getpid(),
		.first = (uint32_t)time(NULL) << 8,
	};

	if (peek(args) && !strcmp(peek(args), "help"))
		return help(usage);
	if (links_load() || parse_args(args, &ping) || open_socket(&ping))
		return REFUSED;
	find_source(&ping);
	if (options.json && !ping.quiet && !ping.flood)
		ping.replies = json_object_new_array();
	catch_signals();
	run(&ping);
	mnl_socket_close(ping.nl);
	if (ping.refused && !ping.received) {
		json_object_put(ping.replies);
		return REFUSED;
	}
	ping_print_summary(&ping);
	return ping.received && (!ping.deadline || ping.received >= ping.count) ? OK : FAILED;
}
