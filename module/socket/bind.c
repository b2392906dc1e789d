// SPDX-License-Identifier: GPL-2.0
/*
 * Asking the dealer of a socket's transport, which alone owns the table of what is
 * bound to what.
 */
#include <net/sock.h>

#include "socket.h"

/**
 * gonet_sock_ask_bind() - bind a socket
 * @gs: the socket, not bound
 * @key: to what; a port of 0 is replaced by a free one, for which the dealer is asked again
 *	and again if there are few
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0 with &gonet_sock.reader started; -EADDRINUSE, -ENOMEM, -ENOBUFS; -EAGAIN when a
 * fatal signal has ended the search.
 */
int gonet_sock_ask_bind(struct gonet_sock *gs, struct gonet_sock_key *key)
{
	struct gonet_bind_request req = {
		.op = GONET_BIND,
		.gs = gs,
		.uid = READ_ONCE(gs->inet.sk.sk_uid),
		.key = *key,
	};
	int err;

	do {
		err = csp_ask(gs->dealer, &req, &req.call);
	} while (err == -EAGAIN && !fatal_signal_pending(current));
	if (!err)
		*key = req.key;
	return err;
}

/**
 * gonet_sock_ask_rebind() - bind a bound socket to another key with the same port
 * @gs: the socket
 * @key: to what
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EADDRINUSE, -ENOMEM, -ENOBUFS with nothing changed.
 */
int gonet_sock_ask_rebind(struct gonet_sock *gs, const struct gonet_sock_key *key)
{
	struct gonet_bind_request req = { .op = GONET_REBIND, .gs = gs, .key = *key };

	return csp_ask(gs->dealer, &req, &req.call);
}

/**
 * gonet_sock_ask_unbind() - take a socket's port from it
 * @gs: the socket, bound
 *
 * When this returns its reader has ended, and nothing is queued to it any more.
 *
 * Context: process, under lock_sock() or when nobody else has the socket; may sleep.
 */
void gonet_sock_ask_unbind(struct gonet_sock *gs)
{
	struct gonet_bind_request req = { .op = GONET_UNBIND, .gs = gs };
	struct csp_proc *reader;

	/* It must arrive; when there is no room in the queue now, there will be. */
	while (csp_ask(gs->dealer, &req, &req.call) == -ENOBUFS)
		schedule_timeout_uninterruptible(1);
	reader = rcu_replace_pointer(gs->reader, NULL, true);
	csp_proc_stop(reader);
}

/**
 * gonet_bind_request_lost() - the lost() of inputs that take these requests
 * @msg: the request
 * @why: why it was not received
 */
void gonet_bind_request_lost(void *msg, enum csp_lost why)
{
	struct gonet_bind_request *req = msg;

	csp_call_lost(&req->call, why);
}
