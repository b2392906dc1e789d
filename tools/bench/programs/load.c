// SPDX-License-Identifier: GPL-2.0
/*
 * load - clients and servers that measure a stack, the same for each of them.
 *
 *	load [-g] [-l] ADDRESS COMMAND...
 *	load-lwip -t TAP -a OWN-ADDRESS [-l] ADDRESS COMMAND...
 *
 *	server				serves at ADDRESS until it is ended
 *	clients thread|pool N BYTES ROUNDS	N at a time, each opens a connection, sends
 *					BYTES and closes (clients.c)
 *	connects N SECONDS		N at a time open and close connections (connects.c)
 *	requests tcp|udp BYTES SECONDS	one request after another (requests.c)
 *	stream to|from N SECONDS	as much as goes over N connections (stream.c)
 *	flood N BYTES SECONDS		as many datagrams as go from N sockets (flood.c)
 *	idle udp|tcp N			N sockets that do nothing (idle.c)
 *
 * With -g sockets are GoNet's. With -l the server is in the same process, as it has to be
 * for lwIP's loopback.
 */
#include <arpa/inet.h>
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "load.h"

#define STACK_SIZE	131072

#ifndef BENCH_LWIP
int net_family = AF_INET;
#endif

static struct in_addr server_address;

struct sockaddr_in service_at(enum service service)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = htons(PORT_BASE + service),
		.sin_addr = server_address,
	};
}

int connect_to(enum service service)
{
	bool udp = service == SERVICE_UDP_ECHO || service == SERVICE_UDP_COUNT;
	int fd = net_socket(udp ? SOCK_DGRAM : SOCK_STREAM), one = 1;
	struct sockaddr_in to = service_at(service);

	if (fd < 0)
		err(1, "socket");
	if (net_connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err(1, "connect");
	if (!udp && net_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		err(1, "TCP_NODELAY");
	return fd;
}

double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static pthread_t start_thread(void *(*start)(void *arg), void *arg)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	if (pthread_create(&thread, &attr, start, arg))
		errx(1, "no thread");
	pthread_attr_destroy(&attr);
	return thread;
}

void threads_run(unsigned int n, void *(*start)(void *arg))
{
	pthread_t *threads = calloc(n, sizeof(*threads));
	unsigned int i;

	if (!threads)
		errx(1, "no memory");
	for (i = 0; i < n; i++)
		threads[i] = start_thread(start, (void *)(uintptr_t)i);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

static int do_server(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return 2;
	server_open();
	puts("serving");
	fflush(stdout);
	server_run(NULL);
	return 0;
}

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "server", do_server },
	{ "clients", do_clients },
	{ "connects", do_connects },
	{ "requests", do_requests },
	{ "stream", do_stream },
	{ "flood", do_flood },
	{ "idle", do_idle },
};

static int usage(void)
{
	fputs("usage: load [-g | -t TAP -a ADDRESS] [-l] ADDRESS COMMAND...; see load.c\n",
	      stderr);
	return 2;
}

/* What takes an option's place in the other build is refused. */
static bool parse(int argc, char **argv, const char **tap, const char **own, bool *local)
{
	int opt;

#ifdef BENCH_LWIP
	while ((opt = getopt(argc, argv, "+t:a:l")) != -1) {
#else
	while ((opt = getopt(argc, argv, "+gl")) != -1) {
#endif
		switch (opt) {
#ifndef BENCH_LWIP
		case 'g':
			net_family = AF_GONET;
			break;
#endif
		case 't':
			*tap = optarg;
			break;
		case 'a':
			*own = optarg;
			break;
		case 'l':
			*local = true;
			break;
		default:
			return false;
		}
	}
	return argc - optind >= 2 && inet_aton(argv[optind], &server_address);
}

int main(int argc, char **argv)
{
	struct rlimit files = { .rlim_cur = 65536, .rlim_max = 65536 };
	const char *tap = NULL, *own = NULL;
	bool local = false;
	int status;
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &files);
	if (!parse(argc, argv, &tap, &own, &local))
		return usage();
#ifdef BENCH_LWIP
	if (!tap || !own)
		return usage();
	lwip_begin(tap, own);
#endif
	argc -= optind + 1;
	argv += optind + 1;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[0], commands[i].name))
			continue;
		if (local) {
			server_open();
			start_thread(server_run, NULL);
		}
		status = commands[i].run(argc, argv);
		fflush(stdout);
		/* without the ends of threads that serve */
		if (status != 2)
			_exit(status);
		break;
	}
	return usage();
}
