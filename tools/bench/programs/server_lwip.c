// SPDX-License-Identifier: GPL-2.0
/*
 * The server of load-lwip: the services of server.c in lwIP's own thread, as functions
 * that it calls. That is the fastest that lwIP offers, and it does not depend on its
 * sockets, which Debian's version frees while its thread still looks at them.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lwip/tcp.h>
#include <lwip/tcpip.h>
#include <lwip/udp.h>

#include "load.h"

#define BACKLOG	255

/**
 * struct peer - a connection
 * @service: what is done at it
 * @check: what came
 */
struct peer {
	enum service service;
	struct check check;
};

static char block[BLOCK];
static unsigned long counted;

/* Return: what lwIP is to be told of the connection. */
static err_t end(struct tcp_pcb *pcb, struct peer *peer)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	free(peer);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

/* lwIP has freed the connection already. */
static void gone(void *arg, err_t error)
{
	(void)error;
	free(arg);
}

static err_t give(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	(void)arg;
	(void)len;
	while (tcp_sndbuf(pcb)) {
		u16_t room = LWIP_MIN(tcp_sndbuf(pcb), 32768);

		if (tcp_write(pcb, block, room, 0) != ERR_OK)
			break;
	}
	tcp_output(pcb);
	return ERR_OK;
}

static err_t take(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
	struct peer *peer = arg;
	bool stuck = false;
	struct pbuf *q;

	(void)error;
	if (!p) {
		if (peer->check.wrong)
			tcp_write(pcb, "!", 1, TCP_WRITE_FLAG_COPY);
		return end(pcb, peer);
	}
	for (q = p; q; q = q->next) {
		if (peer->service == SERVICE_TAKE)
			check_bytes(&peer->check, q->payload, q->len);
		else if (peer->service == SERVICE_ECHO)
			stuck |= tcp_write(pcb, q->payload, q->len, TCP_WRITE_FLAG_COPY) != ERR_OK;
	}
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	if (peer->service == SERVICE_ECHO)
		tcp_output(pcb);
	return stuck ? end(pcb, peer) : ERR_OK;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
	struct peer *peer = error == ERR_OK ? calloc(1, sizeof(*peer)) : NULL;

	if (!peer)
		return ERR_MEM;
	peer->service = (uintptr_t)arg;
	tcp_arg(pcb, peer);
	tcp_err(pcb, gone);
	tcp_recv(pcb, take);
	if (peer->service == SERVICE_ECHO)
		tcp_nagle_disable(pcb);
	if (peer->service == SERVICE_SOURCE) {
		tcp_sent(pcb, give);
		return give(peer, pcb, 0);
	}
	return ERR_OK;
}

static void datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	if ((uintptr_t)arg == SERVICE_UDP_COUNT) {
		if (p->tot_len != 1) {
			counted++;
			pbuf_free(p);
			return;
		}
		pbuf_free(p);
		p = pbuf_alloc(PBUF_TRANSPORT, sizeof(counted), PBUF_RAM);
		if (!p)
			return;
		pbuf_take(p, &counted, sizeof(counted));
		counted = 0;
	}
	udp_sendto(pcb, p, from, port);
	pbuf_free(p);
}

static void open_udp(enum service service)
{
	struct udp_pcb *pcb = udp_new();

	if (!pcb || udp_bind(pcb, IP4_ADDR_ANY, PORT_BASE + service) != ERR_OK)
		errx(1, "lwIP does not bind port %u", PORT_BASE + service);
	udp_recv(pcb, datagram, (void *)(uintptr_t)service);
}

static void open_tcp(enum service service)
{
	struct tcp_pcb *pcb = tcp_new();

	if (!pcb || tcp_bind(pcb, IP4_ADDR_ANY, PORT_BASE + service) != ERR_OK)
		errx(1, "lwIP does not bind port %u", PORT_BASE + service);
	pcb = tcp_listen_with_backlog(pcb, BACKLOG);
	if (!pcb)
		errx(1, "lwIP does not listen");
	tcp_arg(pcb, (void *)(uintptr_t)service);
	tcp_accept(pcb, accepted);
}

void server_open(void)
{
	unsigned int service;

	LOCK_TCPIP_CORE();
	for (service = 0; service < SERVICES; service++) {
		if (service == SERVICE_UDP_ECHO || service == SERVICE_UDP_COUNT)
			open_udp(service);
		else
			open_tcp(service);
	}
	UNLOCK_TCPIP_CORE();
}

void *server_run(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}
