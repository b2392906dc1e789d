// SPDX-License-Identifier: GPL-2.0
/*
 * compare - every call and option of sockets, on two stacks side by side.
 *
 *	compare [-c CASE] [-v] NETNS PEER FAMILY NETNS PEER
 *
 * The first two namespaces are for AF_INET, the others for FAMILY: "inet" or "gonet".
 * In each NETNS there is 10.0.0.2 with an Ethernet link of MTU 1500, gonet0, and at its
 * end, in PEER, 10.0.0.1 of the native stack. Prints KTAP: a result for each case, and
 * before it every line in which the two sides differ. -c runs the cases whose name
 * begins with CASE, -v prints also what is the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "run.h"

#define SCRIPT_MAX	8192

static struct side native = { .name = "native", .family = AF_INET };
static struct side other = { .name = "other" };
static const char *only = "";
static bool verbose;
static int n_cases, n_failed, n_accepted;

#define LINUX(major, minor)	((major) * 1000 + (minor))

/*
 * Cases in which GoNet is meant to differ, and why; af_gonet(7) says the same. One
 * that differs no more is an error too.
 */
static const struct accepted {
	const char *name, *reason;
} accepted[] = {
	{ "socket: wrong protocol", "a raw socket has a protocol that packets can have" },
	{ "connect: every kind of address", "255.255.255.255 needs no route" },
	{ "sendto: every kind of address", "255.255.255.255 needs no route" },
	{ "ioctl: others", "routes are not changed by SIOCADDRT" },
	{ "control: on loopback", "there is no IP_CHECKSUM" },
	{ "ping: control messages", "ipi_spec_dst is told of ping sockets too" },
	{ "raw: shut down", "what is shut down sends nothing" },
	{ "option SO_DOMAIN: ", "it says AF_GONET" },
	{ "option SO_ZEROCOPY: udp", "there is no MSG_ZEROCOPY" },
	{ "option SO_ZEROCOPY: tcp", "there is no MSG_ZEROCOPY" },
	{ "option IP_OPTIONS: ", "refused" },
	{ "option IP_ROUTER_ALERT: ", "refused" },
	{ "option IP_RECVOPTS: ", "refused" },
	{ "option IP_RETOPTS: ", "refused" },
	{ "option IP_PASSSEC: ", "refused" },
	{ "option IP_TRANSPARENT: ", "refused" },
	{ "option IP_MINTTL: ", "refused" },
	{ "option IP_NODEFRAG: ", "refused" },
	{ "option IP_CHECKSUM: ", "refused" },
	{ "option IP_RECVFRAGSIZE: ", "refused" },
	{ "option IP_RECVERR_RFC4884: ", "refused" },
	{ "option IP_UNICAST_IF: ", "refused" },
	{ "option SO_PROTOCOL: tcp", "it says 0" },
	{ "option TCP_MD5SIG: tcp", "refused" },
	{ "option TCP_REPAIR: tcp", "refused" },
	{ "option TCP_THIN_LINEAR_TIMEOUTS: tcp", "refused" },
	{ "option ICMP_FILTER: raw a IPPROTO_ICMP", "one that cannot be read changes nothing" },
	{ NULL, NULL }
};

/* The same where the native stack has none of it. */
static const struct accepted accepted_before_6_9[] = {
	{ "option SO_PEEK_OFF: tcp", "it is there" },
	{ NULL, NULL }
};

/* And where the core asks the family; before, it took what the family would refuse. */
static const struct accepted accepted_since_6_3[] = {
	{ "option SO_MARK: ", "refused" },
	{ "option SO_BUSY_POLL: ", "refused" },
	{ "option SO_PREFER_BUSY_POLL: ", "refused" },
	{ "option SO_MAX_PACING_RATE: ", "refused" },
	{ "option SO_TXTIME: ", "refused" },
	{ NULL, NULL }
};

static int running_kernel(void)
{
	struct utsname name;
	int major, minor;

	if (uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2)
		broken("uname", strerror(errno));
	return LINUX(major, minor);
}

/* By how its name begins, since an option has a case for each kind of socket. */
static const char *reason_in(const struct accepted *list, const char *name)
{
	for (; list->name; list++) {
		if (!strncmp(list->name, name, strlen(list->name)))
			return list->reason;
	}
	return NULL;
}

static const char *accepted_reason(const char *name)
{
	int kernel = running_kernel();
	const char *reason;

	if (other.family == AF_INET)
		return NULL;
	reason = reason_in(accepted, name);
	if (!reason && kernel < LINUX(6, 9))
		reason = reason_in(accepted_before_6_9, name);
	if (!reason && kernel >= LINUX(6, 3))
		reason = reason_in(accepted_since_6_3, name);
	return reason;
}

/* Runs the script on a side. Return: what it gave, to be freed. */
static char *transcript(const struct side *side, const char *script)
{
	struct run run = { .side = side, .epoll = -1 };
	char *text = NULL;
	size_t len;
	int i;

	for (i = 0; i < SOCKETS; i++)
		run.fd[i] = -1;
	run.out = open_memstream(&text, &len);
	if (!run.out || setns(side->netns, CLONE_NEWNET))
		broken("setns", strerror(errno));
	script_run(&run, script);
	for (i = 0; i < SOCKETS; i++) {
		if (run.fd[i] >= 0)
			close(run.fd[i]);
	}
	if (run.epoll >= 0)
		close(run.epoll);
	fclose(run.out);
	return text;
}

/* Prints the lines of both, which are as many, that differ. Return: how many. */
static int differences(char *ours, char *theirs)
{
	char *a, *b;
	int n = 0;

	while ((a = strsep(&ours, "\n")) && (b = strsep(&theirs, "\n"))) {
		if (strcmp(a, b)) {
			n++;
			printf("# %s: %s\n# %s: %s\n", native.name, a, other.name, b);
		} else if (verbose && *a) {
			printf("# %s\n", a);
		}
	}
	return n;
}

static void compare(const char *name, const char *script)
{
	const char *reason = accepted_reason(name);
	char *a, *b;
	bool differ;

	if (strncmp(name, only, strlen(only)))
		return;
	a = transcript(&native, script);
	b = transcript(&other, script);
	differ = differences(a, b);
	free(a);
	free(b);
	n_cases++;
	if (differ && reason) {
		n_accepted++;
		printf("# accepted: %s\n", reason);
	}
	if (!differ && reason)
		puts("# it is listed as a difference and is none");
	if (differ == !!reason) {
		printf("ok %d %s\n", n_cases, name);
	} else {
		n_failed++;
		printf("not ok %d %s\n", n_cases, name);
	}
	fflush(stdout);
}

static void compare_cases(const struct test_case *cases)
{
	for (; cases->name; cases++)
		compare(cases->name, cases->script);
}

/*
 * What is the same for every option: the value before, each value set and what is got
 * then, and the lengths and addresses that are wrong.
 */
static void option_script(const struct option_case *option, const char *socket, char *script)
{
	static const int lengths[] = { 0, 1, 2, 3, 4, 5, -1 };
	char *values = strdup(option->values), *rest = values, *value, *last = NULL;
	const char *name = option->option;
	size_t i;
	int at;

	at = sprintf(script, "%s; get a %s; ", socket, name);
	while ((value = strsep(&rest, " "))) {
		at += snprintf(script + at, SCRIPT_MAX - at, "set a %s %s; get a %s; ", name, value,
			       name);
		last = value;
	}
	for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
		at += snprintf(script + at, SCRIPT_MAX - at,
			       "set a %s %s len=%d; get a %s; get a %s len=%d; ", name, last,
			       lengths[i], name, name, lengths[i]);
	at += snprintf(script + at, SCRIPT_MAX - at, "set a %s null; get a %s null; get a %s", name,
		       name, name);
	if (at >= SCRIPT_MAX)
		broken("a script too long", name);
	free(values);
}

static void compare_options(void)
{
	static const char * const sockets[] = {
		"udp a", "ping a", "raw a IPPROTO_ICMP", "raw a 200", "tcp a",
	};
	static char script[SCRIPT_MAX];
	const struct option_case *option;
	char name[128];
	size_t i;

	for (option = option_cases; option->option; option++) {
		for (i = 0; i < sizeof(sockets) / sizeof(*sockets); i++) {
			snprintf(name, sizeof(name), "option %s: %s", option->option, sockets[i]);
			option_script(option, sockets[i], script);
			compare(name, script);
		}
	}
}

static int open_netns(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		broken(strerror(errno), path);
	return fd;
}

int main(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "c:v")) != -1) {
		if (opt == 'c')
			only = optarg;
		else if (opt == 'v')
			verbose = true;
		else
			return 2;
	}
	argv += optind;
	if (argc - optind != 5) {
		fputs("usage: compare [-c CASE] [-v] NETNS PEER inet|gonet NETNS PEER\n", stderr);
		return 2;
	}
	native.netns = open_netns(argv[0]);
	native.peer_netns = open_netns(argv[1]);
	other.family = strcmp(argv[2], "gonet") ? AF_INET : AF_GONET;
	other.netns = open_netns(argv[3]);
	other.peer_netns = open_netns(argv[4]);

	puts("KTAP version 1");
	compare_cases(address_cases);
	compare_cases(data_cases);
	compare_cases(error_cases);
	compare_cases(raw_cases);
	compare_cases(stream_cases);
	compare_options();
	printf("1..%d\n", n_cases);
	printf("# %d cases, %d differ, %d as documented\n", n_cases, n_failed + n_accepted,
	       n_accepted);
	return n_failed || !n_cases;
}
