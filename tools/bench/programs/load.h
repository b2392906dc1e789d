/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of `load` share: the calls of the stack under test, and the services of
 * the server.
 *
 * The same sources are built twice: with the kernel's calls, for the native stack and for
 * GoNet, and, as load-lwip, with those of lwIP, which is a library in the same process.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#ifdef BENCH_LWIP
#include <lwip/sockets.h>

#define net_socket(type)	lwip_socket(AF_INET, type, 0)
#define net_accept		lwip_accept
#define net_bind		lwip_bind
#define net_close		lwip_close
#define net_connect		lwip_connect
#define net_fcntl		lwip_fcntl
#define net_listen		lwip_listen
#define net_poll		lwip_poll
#define net_recv		lwip_recv
#define net_recvfrom		lwip_recvfrom
#define net_send		lwip_send
#define net_sendto		lwip_sendto
#define net_setsockopt		lwip_setsockopt
#define net_shutdown		lwip_shutdown
#else
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

extern int net_family;

#define net_socket(type)	socket(net_family, type, 0)
#define net_accept		accept
#define net_bind		bind
#define net_close		close
#define net_connect		connect
#define net_fcntl		fcntl
#define net_listen		listen
#define net_poll		poll
#define net_recv		recv
#define net_recvfrom		recvfrom
#define net_send		send
#define net_sendto		sendto
#define net_setsockopt		setsockopt
#define net_shutdown		shutdown
#endif

/**
 * enum service - what the server does at a port
 * @SERVICE_TAKE: receives until the end, looks at every byte, and closes; if a byte was
 *	wrong it sends one before that
 * @SERVICE_ECHO: sends back what it receives
 * @SERVICE_SOURCE: sends for as long as it can
 * @SERVICE_UDP_ECHO: the same as @SERVICE_ECHO for datagrams
 * @SERVICE_UDP_COUNT: counts datagrams; one of a single byte asks for their number, and
 *	sets it to 0
 * @SERVICE_SINK: receives until the end, and closes; at as many ports as there are
 *	%SINKS, since a client that opens many connections to one runs out of ports
 */
enum service {
	SERVICE_TAKE,
	SERVICE_ECHO,
	SERVICE_SOURCE,
	SERVICE_UDP_ECHO,
	SERVICE_UDP_COUNT,
	SERVICE_SINK,
};

#define PORT_BASE	7000
#define SINKS		8
#define SERVICES	(SERVICE_SINK + SINKS)
#define BLOCK		131072

/* Byte @at of what a client sends whose first byte is @seed. */
static inline uint8_t byte_at(uint8_t seed, unsigned int at)
{
	return seed + at * 7 + (at >> 8);
}

/**
 * struct check - what has come of one client's bytes
 * @got: so many
 * @seed: the first
 * @wrong: there was one that is not as it should be
 */
struct check {
	unsigned int got;
	uint8_t seed;
	bool wrong;
};

static inline void check_bytes(struct check *check, const uint8_t *data, unsigned int len)
{
	unsigned int i;

	if (!check->got)
		check->seed = data[0];
	for (i = 0; i < len; i++)
		check->wrong |= data[i] != byte_at(check->seed, check->got + i);
	check->got += len;
}

/* The address of a service at the server. */
struct sockaddr_in service_at(enum service service);

/* A socket that is connected to the service, or the program ends. */
int connect_to(enum service service);

double now_s(void);

/* server.c, or server_lwip.c: opens the ports of all services, bound to the server's address. */
void server_open(void);
/* Serves; does not return. Also as the start of a thread. */
void *server_run(void *unused);

/* Starts @n threads with small stacks, thread I with (void *)I; joins them. */
void threads_run(unsigned int n, void *(*start)(void *arg));

/* Each prints "name value" lines, and returns the program's exit status. */
int do_clients(int argc, char **argv);
int do_connects(int argc, char **argv);
int do_idle(int argc, char **argv);
int do_requests(int argc, char **argv);
int do_stream(int argc, char **argv);
int do_flood(int argc, char **argv);

#ifdef BENCH_LWIP
/* Starts lwIP, with @address/24 behind the TAP device @tap. */
void lwip_begin(const char *tap, const char *address);
#endif

#endif /* BENCH_LOAD_H */
