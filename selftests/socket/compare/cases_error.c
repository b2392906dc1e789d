// SPDX-License-Identifier: GPL-2.0
/* Errors that come back from the network. */
#include "run.h"

const struct test_case error_cases[] = {
	{ "refused: connected, on loopback", "udp a; connect a lo:5009; send a x;"
	  "ready a POLLERR; error a; error a wait=0; send a x; ready a POLLERR; recv a;"
	  "recv a wait=0" },
	{ "refused: connected, across the link", "udp a; connect a peer:5009; send a x;"
	  "error a; send a x; ready a POLLERR; send a x" },
	{ "refused: not connected", "udp a; bind a lo:5000; sendto a x lo:5009;"
	  "ready a POLLERR wait=300; error a wait=0" },
	{ "refused: not connected, with a queue", "udp a; bind a lo:5000; set a IP_RECVERR 1;"
	  "sendto a hello lo:5009; ready a POLLERR; errqueue a; error a wait=0;"
	  "errqueue a wait=0; ready a POLLERR wait=0" },
	{ "refused: the queue before the error", "udp a; connect a lo:5009;"
	  "set a IP_RECVERR 1; send a hello; error a; ready a POLLERR; errqueue a len=2;"
	  "errqueue a wait=0" },
	{ "refused: two in the queue", "udp a; bind a lo:5000; set a IP_RECVERR 1;"
	  "sendto a one lo:5009; ready a POLLERR; errqueue a; sendto a two lo:5008;"
	  "errqueue a; errqueue a wait=0" },
	{ "refused: with control messages", "udp a; bind a lo:5000; set a IP_RECVERR 1;"
	  "set a IP_PKTINFO 1; set a IP_RECVTTL 1; set a SO_TIMESTAMP 1;"
	  "sendto a hello lo:5009; errqueue a" },
	{ "refused: across the link, with a queue", "udp a; bind a own:5000;"
	  "set a IP_RECVERR 1; sendto a hello peer:5009; errqueue a" },
	{ "refused: the queue turned off", "udp a; bind a lo:5000; set a IP_RECVERR 1;"
	  "sendto a hello lo:5009; ready a POLLERR; set a IP_RECVERR 0; errqueue a wait=0" },
	{ "refused: room in the queue's answer", "udp a; bind a lo:5000; set a IP_RECVERR 1;"
	  "sendto a hello lo:5009; errqueue a control=0; sendto a hello lo:5009;"
	  "errqueue a len=0" },
	{ "too big: do not fragment", "udp a; connect a peer:5000; set a IP_MTU_DISCOVER 2;"
	  "get a IP_MTU; send a #1472; error a; send a #1473; send a #65507" },
	{ "too big: with a queue", "udp a; connect a peer:5000; set a IP_MTU_DISCOVER 2;"
	  "set a IP_RECVERR 1; send a #2000; errqueue a; errqueue a wait=0" },
	{ "too big: probing", "udp a; connect a peer:5002; peer c; bind c peer:5002;"
	  "set a IP_MTU_DISCOVER 3; send a #1472; recv c; send a #1473; get a IP_MTU_DISCOVER" },
	{ "MTU: not connected", "udp a; get a IP_MTU; set a IP_MTU 1000; connect a peer:5000;"
	  "get a IP_MTU" },
	{ "unreachable: no route", "udp a; sendto a x far:5000; set a IP_RECVERR 1;"
	  "sendto a x far:5000; errqueue a wait=300; error a wait=0" },
	{ "unreachable: nobody there", "udp a; connect a silent:5000;"
	  "set a SO_RCVTIMEO time:9000000; set a IP_RECVERR 1; send a x; errqueue a wait=9000;"
	  "error a wait=0" },
	{ "expired: nothing to expire at", "udp a; connect a peer:5009; set a IP_TTL 1;"
	  "set a IP_RECVERR 1; send a x; errqueue a" },
	{ NULL, NULL }
};
