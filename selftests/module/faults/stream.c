// SPDX-License-Identifier: GPL-2.0
/* Connections: every call of a socket's life on either side, and what comes from the peer. */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/gonet.h>

#include "faults.h"

#define SMALL	100
#define LARGE	30000

/* @listener is the peer's. */
static void begin_to_peer(struct walk *w)
{
	w->listener = open_socket(w->family, SOCK_STREAM, 0);
	w->name = bind_to(w->listener, w->host);
	must(listen(w->listener, 10), "listen");
}

static void begin_socket(struct walk *w)
{
	begin_to_peer(w);
	w->a = open_socket(AF_GONET, SOCK_STREAM, 0);
}

/* @listener is this stack's, and the peer has a socket. */
static void begin_from_peer(struct walk *w)
{
	w->listener = open_socket(AF_GONET, SOCK_STREAM, 0);
	w->name = bind_to(w->listener, "10.0.0.2");
	must(listen(w->listener, 10), "listen");
	w->b = open_socket(w->family, SOCK_STREAM, 0);
}

static void accept_peer(struct walk *w)
{
	w->b = must(accept(w->listener, NULL, NULL), "accept");
}

static void begin_connected(struct walk *w)
{
	begin_socket(w);
	must(call_connect(w), "connect");
	accept_peer(w);
}

static void begin_pending(struct walk *w)
{
	begin_from_peer(w);
	must(connect(w->b, (void *)&w->name, sizeof(w->name)), "connect");
}

static int call_socket(struct walk *w)
{
	w->a = socket(AF_GONET, SOCK_STREAM, 0);
	return w->a;
}

static void works_unconnected(struct walk *w)
{
	must(call_connect(w), "connect");
	accept_peer(w);
	transfer(w, LARGE);
}

static void works_connected(struct walk *w)
{
	accept_peer(w);
	transfer(w, SMALL);
	transfer(w, LARGE);
}

static void works(struct walk *w)
{
	finish_flow(&w->out, w->b);
	finish_flow(&w->in, w->a);
	transfer(w, LARGE);
}

/* The peer's connect(): the handshake on this side is in its call. */
static int call_incoming(struct walk *w)
{
	return connect(w->b, (void *)&w->name, sizeof(w->name));
}

static void works_incoming(struct walk *w)
{
	w->a = must(accept(w->listener, NULL, NULL), "accept");
	transfer(w, LARGE);
}

static int call_accept(struct walk *w)
{
	w->a = accept(w->listener, NULL, NULL);
	return w->a;
}

static void begin_listen(struct walk *w)
{
	w->listener = open_socket(AF_GONET, SOCK_STREAM, 0);
	w->name = bind_to(w->listener, "10.0.0.2");
	w->b = open_socket(w->family, SOCK_STREAM, 0);
}

static int call_listen(struct walk *w)
{
	return listen(w->listener, 10);
}

static void works_listening(struct walk *w)
{
	must(connect(w->b, (void *)&w->name, sizeof(w->name)), "connect");
	works_incoming(w);
}

static void works_unlistened(struct walk *w)
{
	must(listen(w->listener, 10), "listen");
	works_listening(w);
}

static int call_send(struct walk *w)
{
	return send_stream(&w->out, w->a, SMALL, 0);
}

static int call_send_large(struct walk *w)
{
	return send_stream(&w->out, w->a, LARGE, 0);
}

static int call_send_urgent(struct walk *w)
{
	return send_stream(&w->out, w->a, SMALL, MSG_OOB);
}

static void begin_inline(struct walk *w)
{
	int one = 1;

	begin_connected(w);
	must(setsockopt(w->b, SOL_SOCKET, SO_OOBINLINE, &one, sizeof(one)), "SO_OOBINLINE");
}

static int call_data_comes(struct walk *w)
{
	return send_stream(&w->in, w->b, LARGE, 0);
}

static void begin_data(struct walk *w)
{
	int one = 1;

	begin_connected(w);
	must(setsockopt(w->a, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof(one)), "SO_TIMESTAMP");
	must(send_stream(&w->in, w->b, LARGE, 0), "send");
}

static int call_receive(struct walk *w)
{
	return read_stream(&w->in, w->a, LARGE, 0);
}

static int call_peek(struct walk *w)
{
	return read_stream(&w->in, w->a, SMALL, MSG_PEEK);
}

static int call_shutdown(struct walk *w)
{
	return shutdown(w->a, SHUT_WR);
}

/* The peer sees the end, and can still send. */
static void works_shut(struct walk *w)
{
	char byte;

	if (must(recv(w->b, &byte, 1, 0), "receive"))
		errx(1, "data where the end should be");
	must(send_stream(&w->in, w->b, LARGE, 0), "send");
	finish_flow(&w->in, w->a);
}

static int call_close(struct walk *w)
{
	int ret = close(w->a);

	w->a = -1;
	return ret;
}

static void works_closed(struct walk *w)
{
	char byte;

	if (must(recv(w->b, &byte, 1, 0), "receive"))
		errx(1, "data where the end should be");
}

/*
 * Closing with data that nobody has read resets the connection. If there was no memory for
 * the RST the peer hears of it when it sends.
 */
static void works_reset(struct walk *w)
{
	char byte = 0;

	if (send(w->b, &byte, 1, 0) < 0 && (errno == ECONNRESET || errno == EPIPE))
		return;
	if (recv(w->b, &byte, 1, 0) >= 0 || errno != ECONNRESET)
		err(1, "no reset");
}

/* A connection waits for accept(). */
static int call_close_listener(struct walk *w)
{
	int ret = close(w->listener);

	w->listener = -1;
	return ret;
}

static void works_listener_closed(struct walk *w)
{
	works_reset(w);
	close(w->b);
	w->b = open_socket(w->family, SOCK_STREAM, 0);
	if (!connect(w->b, (void *)&w->name, sizeof(w->name)) || errno != ECONNREFUSED)
		err(1, "there is still a listener");
}

static int call_info(struct walk *w)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(w->a, IPPROTO_TCP, TCP_INFO, &info, &len);
}

static int call_fastopen_key(struct walk *w)
{
	return setsockopt(w->listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, "0123456789abcdef", 16);
}

/* MSG_FASTOPEN without a cookie: the data follows the handshake. */
static int call_fastopen(struct walk *w)
{
	char data[SMALL] = { 0 };
	int ret;

	ret = sendto(w->a, data, sizeof(data), MSG_FASTOPEN, (void *)&w->name, sizeof(w->name));
	/* The second time, when the data was what failed: as natively. */
	if (ret < 0 && errno == EISCONN)
		ret = send(w->a, data, sizeof(data), 0);
	return ret;
}

static void works_fastopen(struct walk *w)
{
	char data[2 * SMALL];

	accept_peer(w);
	if (must(recv(w->b, data, sizeof(data), 0), "receive") != SMALL)
		errx(1, "not what was sent");
	transfer(w, LARGE);
}

const struct fault_case stream_cases[] = {
	{ "stream_socket", BOTH, false, begin_to_peer, call_socket, works_unconnected },
	{ "stream_bind", MODULE, false, begin_socket, call_bind, works_unconnected },
	{ "stream_connect", MODULE, false, begin_socket, call_connect, works_connected },
	{ "stream_listen", MODULE, false, begin_listen, call_listen, works_listening },
	{ "stream_incoming", MODULE, false, begin_from_peer, call_incoming, works_incoming },
	{ "stream_accept", CORE, false, begin_pending, call_accept, works },
	{ "stream_send", MODULE, false, begin_connected, call_send, works },
	{ "stream_send_large", MODULE, false, begin_connected, call_send_large, works },
	{ "stream_send_urgent", MODULE, false, begin_inline, call_send_urgent, works },
	{ "stream_data_comes", MODULE, false, begin_connected, call_data_comes, works },
	{ "stream_receive", MODULE, false, begin_data, call_receive, works },
	{ "stream_peek", MODULE, false, begin_data, call_peek, works },
	{ "stream_shutdown", MODULE, false, begin_connected, call_shutdown, works_shut },
	{ "stream_close", MODULE, false, begin_connected, call_close, works_closed },
	{ "stream_close_unread", MODULE, false, begin_data, call_close, works_reset },
	{ "stream_close_listener", MODULE, false, begin_pending, call_close_listener,
	  works_listener_closed },
	{ "stream_info", MODULE, true, begin_connected, call_info, works },
	{ "stream_fastopen_key", MODULE, true, begin_listen, call_fastopen_key, works_unlistened },
	{ "stream_fastopen", MODULE, false, begin_socket, call_fastopen, works_fastopen },
	{ 0 }
};
