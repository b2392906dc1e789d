// SPDX-License-Identifier: GPL-2.0
/* The states of a connection (RFC 9293 3.3.2). Calls nothing of the kernel. */
#include "state.h"

/*
 * RFC 9293 3.10.4: the state is another at once, whenever the FIN can go out; but in
 * SYN-RECEIVED the connection is established first.
 */
static enum tcp_st state_close(enum tcp_st st)
{
	switch (st) {
	case TCP_ST_ESTABLISHED:
		return TCP_ST_FIN_WAIT1;
	case TCP_ST_CLOSE_WAIT:
		return TCP_ST_LAST_ACK;
	default:
		return st;
	}
}

/* RFC 9293 3.10.7.4, fifth step. */
static enum tcp_st state_fin_acked(enum tcp_st st)
{
	switch (st) {
	case TCP_ST_FIN_WAIT1:
		return TCP_ST_FIN_WAIT2;
	case TCP_ST_CLOSING:
		return TCP_ST_TIME_WAIT;
	case TCP_ST_LAST_ACK:
		return TCP_ST_CLOSED;
	default:
		return st;
	}
}

/* RFC 9293 3.10.7.4, eighth step. */
static enum tcp_st state_fin_received(enum tcp_st st)
{
	switch (st) {
	case TCP_ST_SYN_RECV:
	case TCP_ST_ESTABLISHED:
		return TCP_ST_CLOSE_WAIT;
	case TCP_ST_FIN_WAIT1:
		return TCP_ST_CLOSING;
	case TCP_ST_FIN_WAIT2:
		return TCP_ST_TIME_WAIT;
	default:
		return st;
	}
}

/**
 * tcp_state_next() - the state after an event
 * @st: the state
 * @ev: what happens
 *
 * An ACK of our FIN that comes in one segment with the peer's FIN is to be told first:
 * then FIN-WAIT-1 leads to TIME-WAIT, as RFC 9293 has it.
 *
 * Return: the new state; @st itself where the event changes nothing.
 */
enum tcp_st tcp_state_next(enum tcp_st st, enum tcp_event ev)
{
	switch (ev) {
	case TCP_EV_CONNECT:
		return st == TCP_ST_CLOSED ? TCP_ST_SYN_SENT : st;
	case TCP_EV_SYN_RECEIVED:
		return st == TCP_ST_SYN_SENT ? TCP_ST_SYN_RECV : st;
	case TCP_EV_SYN_ACKED:
		return st == TCP_ST_SYN_SENT || st == TCP_ST_SYN_RECV ? TCP_ST_ESTABLISHED : st;
	case TCP_EV_CLOSE:
		return state_close(st);
	case TCP_EV_FIN_SENT:
		/* by Fast Open before the handshake is done (RFC 7413 4.2) */
		return st == TCP_ST_SYN_RECV ? TCP_ST_FIN_WAIT1 : state_close(st);
	case TCP_EV_FIN_ACKED:
		return state_fin_acked(st);
	case TCP_EV_FIN_RECEIVED:
		return state_fin_received(st);
	case TCP_EV_ABORT:
		return TCP_ST_CLOSED;
	}
	return st;
}

/**
 * tcp_state_may_send() - whether data of the program can still be accepted to be sent
 * @st: the state
 *
 * During the handshake it can: it waits (RFC 9293 3.10.2), or goes with the SYN (RFC 7413).
 *
 * Return: true if so.
 */
bool tcp_state_may_send(enum tcp_st st)
{
	switch (st) {
	case TCP_ST_SYN_SENT:
	case TCP_ST_SYN_RECV:
	case TCP_ST_ESTABLISHED:
	case TCP_ST_CLOSE_WAIT:
		return true;
	default:
		return false;
	}
}

/**
 * tcp_state_may_receive() - whether data may still arrive
 * @st: the state
 *
 * Return: true if so (RFC 9293 3.10.3).
 */
bool tcp_state_may_receive(enum tcp_st st)
{
	switch (st) {
	case TCP_ST_SYN_SENT:
	case TCP_ST_SYN_RECV:
	case TCP_ST_ESTABLISHED:
	case TCP_ST_FIN_WAIT1:
	case TCP_ST_FIN_WAIT2:
		return true;
	default:
		return false;
	}
}

/**
 * tcp_state_name() - a state's name, as listings of sockets have it
 * @st: the state
 *
 * Return: the name; "?" for what is no state.
 */
const char *tcp_state_name(enum tcp_st st)
{
	static const char * const names[] = {
		[TCP_ST_ESTABLISHED] = "ESTAB",
		[TCP_ST_SYN_SENT] = "SYN-SENT",
		[TCP_ST_SYN_RECV] = "SYN-RECV",
		[TCP_ST_FIN_WAIT1] = "FIN-WAIT-1",
		[TCP_ST_FIN_WAIT2] = "FIN-WAIT-2",
		[TCP_ST_TIME_WAIT] = "TIME-WAIT",
		[TCP_ST_CLOSED] = "UNCONN",
		[TCP_ST_CLOSE_WAIT] = "CLOSE-WAIT",
		[TCP_ST_LAST_ACK] = "LAST-ACK",
		[TCP_ST_LISTEN] = "LISTEN",
		[TCP_ST_CLOSING] = "CLOSING",
	};

	return st >= TCP_ST_ESTABLISHED && st <= TCP_ST_CLOSING ? names[st] : "?";
}
