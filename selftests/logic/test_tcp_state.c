// SPDX-License-Identifier: GPL-2.0
/* The states of a connection: module/tcp/logic/state.c. */
#include "tcp/logic/state.h"

#include "ktap.h"

#define STATES	12	/* numbered from 1 */
#define EVENTS	8

/* RFC 9293 figure 5, in the order of enum tcp_event; 0: nothing changes. */
static const unsigned char table[STATES][EVENTS] = {
	[TCP_ST_CLOSED] = { TCP_ST_SYN_SENT },
	[TCP_ST_LISTEN] = {},
	[TCP_ST_SYN_SENT] = { 0, TCP_ST_SYN_RECV, TCP_ST_ESTABLISHED },
	[TCP_ST_SYN_RECV] = { 0, 0, TCP_ST_ESTABLISHED, 0, TCP_ST_FIN_WAIT1, 0,
			      TCP_ST_CLOSE_WAIT },
	[TCP_ST_ESTABLISHED] = { 0, 0, 0, TCP_ST_FIN_WAIT1, TCP_ST_FIN_WAIT1, 0,
				 TCP_ST_CLOSE_WAIT },
	[TCP_ST_FIN_WAIT1] = { 0, 0, 0, 0, 0, TCP_ST_FIN_WAIT2, TCP_ST_CLOSING },
	[TCP_ST_FIN_WAIT2] = { 0, 0, 0, 0, 0, 0, TCP_ST_TIME_WAIT },
	[TCP_ST_CLOSING] = { 0, 0, 0, 0, 0, TCP_ST_TIME_WAIT },
	[TCP_ST_TIME_WAIT] = {},
	[TCP_ST_CLOSE_WAIT] = { 0, 0, 0, TCP_ST_LAST_ACK, TCP_ST_LAST_ACK },
	[TCP_ST_LAST_ACK] = { 0, 0, 0, 0, 0, TCP_ST_CLOSED },
};

static void tcp_state_next__every_pair(void)
{
	unsigned int st, ev;

	for (st = 1; st < STATES; st++)
		for (ev = 0; ev < EVENTS; ev++) {
			unsigned int next = table[st][ev] ? table[st][ev] : st;

			if (ev == TCP_EV_ABORT)
				next = TCP_ST_CLOSED;
			CHECK_EQ(tcp_state_next(st, ev), next);
		}
}

static void tcp_state_next__no_event(void)
{
	CHECK_EQ(tcp_state_next(TCP_ST_ESTABLISHED, (enum tcp_event)99), TCP_ST_ESTABLISHED);
}

/* A connection from one end to the other, for both who close it. */
static void tcp_state_next__lives(void)
{
	static const struct {
		unsigned int n;
		enum tcp_event ev[6];
		enum tcp_st end;
	} lives[] = {
		{ 6, { TCP_EV_CONNECT, TCP_EV_SYN_ACKED, TCP_EV_CLOSE, TCP_EV_FIN_SENT,
		       TCP_EV_FIN_ACKED, TCP_EV_FIN_RECEIVED }, TCP_ST_TIME_WAIT },
		{ 6, { TCP_EV_CONNECT, TCP_EV_SYN_ACKED, TCP_EV_CLOSE, TCP_EV_FIN_RECEIVED,
		       TCP_EV_FIN_SENT, TCP_EV_FIN_ACKED }, TCP_ST_TIME_WAIT },
		{ 5, { TCP_EV_CONNECT, TCP_EV_SYN_ACKED, TCP_EV_FIN_RECEIVED, TCP_EV_FIN_SENT,
		       TCP_EV_FIN_ACKED }, TCP_ST_CLOSED },
		{ 6, { TCP_EV_CONNECT, TCP_EV_SYN_RECEIVED, TCP_EV_SYN_ACKED, TCP_EV_FIN_SENT,
		       TCP_EV_FIN_RECEIVED, TCP_EV_FIN_ACKED }, TCP_ST_TIME_WAIT },
		{ 2, { TCP_EV_CONNECT, TCP_EV_ABORT }, TCP_ST_CLOSED },
	};
	unsigned int i, j;

	for (i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		enum tcp_st st = TCP_ST_CLOSED;

		for (j = 0; j < lives[i].n; j++)
			st = tcp_state_next(st, lives[i].ev[j]);
		CHECK_EQ(st, lives[i].end);
	}
}

static void tcp_state_may(void)
{
	const unsigned int send = 1 << TCP_ST_SYN_SENT | 1 << TCP_ST_SYN_RECV |
		1 << TCP_ST_ESTABLISHED | 1 << TCP_ST_CLOSE_WAIT;
	const unsigned int receive = 1 << TCP_ST_SYN_SENT | 1 << TCP_ST_SYN_RECV |
		1 << TCP_ST_ESTABLISHED | 1 << TCP_ST_FIN_WAIT1 | 1 << TCP_ST_FIN_WAIT2;
	unsigned int st;

	for (st = 1; st < STATES; st++) {
		CHECK_EQ(tcp_state_may_send(st), send >> st & 1);
		CHECK_EQ(tcp_state_may_receive(st), receive >> st & 1);
	}
}

/* The numbers are those that programs see in TCP_INFO. */
static void tcp_state_name__of_each(void)
{
	static const char * const names[STATES] = {
		"?", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
		"UNCONN", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING",
	};
	unsigned int st;

	for (st = 0; st < STATES; st++)
		CHECK(!strcmp(tcp_state_name(st), names[st]));
	CHECK(!strcmp(tcp_state_name(STATES), "?"));
	CHECK(!strcmp(tcp_state_name((enum tcp_st)-1), "?"));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(tcp_state_next__every_pair),
	KTAP_CASE(tcp_state_next__no_event),
	KTAP_CASE(tcp_state_next__lives),
	KTAP_CASE(tcp_state_may),
	KTAP_CASE(tcp_state_name__of_each),
};

KTAP_MAIN(cases)
