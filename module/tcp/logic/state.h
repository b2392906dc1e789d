/* SPDX-License-Identifier: GPL-2.0 */
/* The states of a connection (RFC 9293 3.3.2) and what leads from one to another: pure logic. */
#ifndef _GONET_TCP_STATE_H
#define _GONET_TCP_STATE_H

#include "seq.h"

/* Numbered as the kernel's TCP_*, which programs see in TCP_INFO. */
enum tcp_st {
	TCP_ST_ESTABLISHED = 1,
	TCP_ST_SYN_SENT,
	TCP_ST_SYN_RECV,
	TCP_ST_FIN_WAIT1,
	TCP_ST_FIN_WAIT2,
	TCP_ST_TIME_WAIT,
	TCP_ST_CLOSED,
	TCP_ST_CLOSE_WAIT,
	TCP_ST_LAST_ACK,
	TCP_ST_LISTEN,
	TCP_ST_CLOSING,
};

/**
 * enum tcp_event - what happens to a connection
 * @TCP_EV_CONNECT: the program opens it
 * @TCP_EV_SYN_RECEIVED: a SYN without ACK arrived in SYN-SENT (simultaneous open)
 * @TCP_EV_SYN_ACKED: the peer has acknowledged our SYN, and we have its SYN
 * @TCP_EV_CLOSE: the program sends no more: a FIN is to follow what it has written
 * @TCP_EV_FIN_SENT: our FIN has been sent for the first time
 * @TCP_EV_FIN_ACKED: the peer has acknowledged it
 * @TCP_EV_FIN_RECEIVED: the peer's FIN, and everything before it
 * @TCP_EV_ABORT: a valid RST, a timeout, or the program gives up
 */
enum tcp_event {
	TCP_EV_CONNECT,
	TCP_EV_SYN_RECEIVED,
	TCP_EV_SYN_ACKED,
	TCP_EV_CLOSE,
	TCP_EV_FIN_SENT,
	TCP_EV_FIN_ACKED,
	TCP_EV_FIN_RECEIVED,
	TCP_EV_ABORT,
};

/* The state after @ev in @st; @st itself where the event changes nothing. */
enum tcp_st tcp_state_next(enum tcp_st st, enum tcp_event ev);
/* Whether data of the program can still be accepted to be sent. */
bool tcp_state_may_send(enum tcp_st st);
/* Whether data may still arrive. */
bool tcp_state_may_receive(enum tcp_st st);
const char *tcp_state_name(enum tcp_st st);

#endif /* _GONET_TCP_STATE_H */
