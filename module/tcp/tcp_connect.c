// SPDX-License-Identifier: GPL-2.0
/*
 * How a program opens a connection: the dealer finds a port and enters it, the send half
 * sends the SYN.
 */
#include <linux/sched/signal.h>
#include <net/sock.h>

#include "tcp.h"

/*
 * Asks for a connection in TIME-WAIT to make way. With a port that the program has chosen it
 * is enough that there are timestamps, as natively.
 * Return: what the initial sequence number must not be before; 0 if it does not.
 */
static u32 tcp_conn_recycle(struct gonet_stream *gt, const struct gonet_bind_request *req)
{
	struct tcp_tw_call call = {
		.key = {
			.laddr = req->key.laddr,
			.raddr = req->key.raddr,
			.lport = req->held,
			.rport = req->key.rport,
		},
		.least_us = req->key.lport ? 0 : USEC_PER_SEC,
	};

	return csp_ask(&gt->gs.stack->tcp_tw->in[TCP_TW_YIELD], &call, &call.call) ? 0 : call.iss;
}

/* Has the dealer enter the connection; sets the port in @key, and @least of its SYN. */
static int tcp_conn_enter(struct gonet_stream *gt, struct gonet_sock_key *key, u32 *least)
{
	struct gonet_bind_request req = {
		.op = GONET_CONNECT,
		.gs = &gt->gs,
		.uid = READ_ONCE(gt->gs.inet.sk.sk_uid),
		.key = *key,
	};
	__be16 recycled = 0;
	u32 iss = 0;
	int err;

	do {
		err = csp_ask(gt->gs.dealer, &req, &req.call);
		if (err == -EAGAIN && req.held) {
			iss = tcp_conn_recycle(gt, &req);
			if (!iss)
				req.held = 0;
			recycled = req.held;
		}
	} while (err == -EAGAIN && !fatal_signal_pending(current));
	if (err)
		return err;
	*key = req.key;
	*least = key->lport == recycled ? iss : 0;
	return 0;
}

/**
 * gonet_tcp_connect() - begin to connect
 * @gt: the socket, not connected
 * @flow: where to; a source port of 0 is chosen
 * @how: by which SYN, and when
 * @data: payload for it, charged to the socket, or NULL; given away on success only
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EADDRNOTAVAIL, -ENOMEM, -ENOBUFS.
 */
int gonet_tcp_connect(struct gonet_stream *gt, const struct gonet_flow *flow,
		      enum gonet_tcp_open how, struct sk_buff *data)
{
	struct tcp_call call = { .op = TCP_CALL_CONNECT, .how = how, .data = data };
	struct gonet_sock_key key = {
		.laddr = flow->saddr,
		.raddr = flow->daddr,
		.lport = flow->sport,
		.rport = flow->dport,
		.oif = flow->oif,
	};
	struct gonet_flow found = *flow;
	int err;

	err = tcp_conn_start(gt, NULL, GFP_KERNEL);
	if (err)
		return err;
	gt->rcv_wscale = tcp_conn_wscale(gt->gs.stack, &gt->gs.inet.sk);
	err = tcp_conn_enter(gt, &key, &call.least);
	if (err) {
		tcp_conn_drop(gt);
		tcp_conn_put(gt);
		return err;
	}
	WRITE_ONCE(gt->gs.inet.inet_sport, key.lport);
	WRITE_ONCE(gt->gs.inet.inet_num, ntohs(key.lport));
	found.sport = key.lport;
	call.flow = &found;
	return tcp_conn_call(gt, &call);
}

/**
 * gonet_tcp_fast_data() - what a SYN has waited for
 * @gt: the socket, of which gonet_tcp_connect() was called for GONET_TCP_OPEN_LATER
 * @data: payload, charged to the socket, or NULL; given away on success only
 *
 * Context: process, under lock_sock(); may sleep.
 *
 * Return: 0; -EPIPE when the connection has ended.
 */
int gonet_tcp_fast_data(struct gonet_stream *gt, struct sk_buff *data)
{
	struct tcp_call call = { .op = TCP_CALL_DATA, .data = data };

	return tcp_conn_call(gt, &call);
}
