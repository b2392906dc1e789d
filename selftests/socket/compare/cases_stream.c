// SPDX-License-Identifier: GPL-2.0
/* Streams: connected, accepted, sent, received, shut down, closed. */
#include "run.h"

/* a listens at 127.0.0.1:5000 */
#define SERVER	"tcp a; set a SO_REUSEADDR 1; bind a lo:5000; listen a;"
/* and b is connected to d */
#define PAIR	SERVER "tcp b; connect b lo:5000; take d a;"
/* c listens at 10.0.0.1:5002, beyond the link */
#define BEYOND	"peer c SOCK_STREAM 0; set c SO_REUSEADDR 1; bind c peer:5002; listen c;"
/* and a is connected to e */
#define LINK	BEYOND "tcp a; connect a peer:5002; take e c;"

const struct test_case stream_cases[] = {
	/* socket() and who is not connected */
	{ "stream: protocols", "socket a SOCK_STREAM 0; socket a SOCK_STREAM IPPROTO_TCP;"
	  "socket a SOCK_STREAM IPPROTO_UDP; socket a SOCK_STREAM IPPROTO_ICMP;"
	  "socket a SOCK_STREAM 255; socket a SOCK_STREAM 263; socket a SOCK_STREAM -1" },
	{ "stream: new", "tcp a; name a; peername a; send a x flags=MSG_NOSIGNAL; recv a wait=0;"
	  "recv a wait=0 flags=MSG_OOB; recv a wait=0 flags=MSG_PEEK; errqueue a wait=0;"
	  "queued a FIONREAD; queued a SIOCOUTQ; queued a SIOCATMARK; queued a 0x894b;"
	  "ready a POLLIN wait=0; error a wait=0; accept a; shutdown a SHUT_RD;"
	  "shutdown a SHUT_WR; shutdown a SHUT_RDWR; shutdown a 3; ready a POLLIN wait=0;"
	  "recv a wait=0" },
	{ "stream: bound", "tcp a; bind a lo:5000; name a; bind a lo:5001; peername a;"
	  "ready a POLLIN wait=0; tcp b; bind b lo:5000; bind b any:5000; bind b own:5000" },
	{ "stream: bound to every kind of address", "tcp a; bind a far:5000; bind a cast:5000;"
	  "name a; tcp a; bind a all:5000; name a; tcp a; bind a group:5000; name a" },

	/* connect() */
	{ "stream: refused", "tcp a; connect a lo:5009; error a wait=0; name a; peername a;"
	  "ready a POLLIN wait=0; recv a wait=0; connect a lo:5009; connect a peer:5009" },
	{ "stream: refused, not waiting", "tcp a; nonblock a; connect a peer:5009; ready a POLLOUT;"
	  "connect a peer:5009; ready a POLLOUT wait=0; connect a lo:5009; ready a POLLOUT;"
	  "error a; error a wait=0; connect a lo:5009" },
	{ "stream: connected, not waiting", BEYOND "tcp a; nonblock a; connect a peer:5002;"
	  "ready a POLLOUT; connect a peer:5002; connect a peer:5002; name a; peername a;"
	  "error a wait=0" },
	{ "stream: every kind of peer", "tcp a; connect a far:5000; connect a cast:5000;"
	  "connect a all:5000; connect a group:5000; connect a null; connect a lo:5000 len=1;"
	  "connect a lo:5000 len=2; connect a lo:5000 len=15; connect a lo:5000 family=AF_INET6;"
	  "connect a lo:5000 family=AF_UNIX; connect a lo:0; name a" },
	{ "stream: to the wildcard", SERVER "tcp b; connect b any:5000; peername b; name b" },
	{ "stream: twice", PAIR "connect b lo:5000; connect d lo:5000; connect a lo:5000;"
	  "listen b; listen d; bind b lo:5005; accept b; name b; peername b; name d; peername d" },
	{ "stream: bound first", BEYOND "tcp a; bind a own:5003; connect a peer:5002; name a;"
	  "take e c; peername e" },
	{ "stream: disconnected and connected", PAIR "tcp e; set e SO_REUSEADDR 1; bind e lo:5001;"
	  "listen e; connect b lo:5001 family=AF_UNSPEC; name b; peername b;"
	  "ready b POLLIN wait=0; error b; error b wait=0; connect b lo:5001; peername b;"
	  "recv d; recv d wait=0" },

	/* listen() and accept() */
	{ "stream: listening", SERVER "get a SO_ACCEPTCONN; listen a; ready a POLLIN wait=0;"
	  "recv a wait=0; send a x flags=MSG_NOSIGNAL; queued a FIONREAD; queued a SIOCOUTQ;"
	  "queued a SIOCATMARK; queued a 0x894b; nonblock a; accept a; shutdown a SHUT_WR;"
	  "get a SO_ACCEPTCONN; shutdown a SHUT_RD; get a SO_ACCEPTCONN; accept a; name a;"
	  "listen a; get a SO_ACCEPTCONN; connect a lo:5000 family=AF_UNSPEC; accept a; name a" },
	{ "stream: in the way of a listener", SERVER "tcp b; bind b lo:5000; bind b any:5000;"
	  "set b SO_REUSEADDR 1; bind b lo:5000; tcp d; set d SO_REUSEADDR 1; bind d lo:5004;"
	  "tcp e; set e SO_REUSEADDR 1; bind e lo:5004; listen d; listen e; close d; listen e" },
	{ "stream: waiting to be accepted", SERVER "tcp b; connect b lo:5000; ready a POLLIN;"
	  "ready a POLLIN wait=0; send b hello; take d a; recv d; ready a POLLIN wait=0" },
	{ "stream: never accepted", SERVER "tcp b; connect b lo:5000; ready a POLLIN; close a;"
	  "ready b POLLHUP; recv b; recv b wait=0" },
	{ "stream: interrupted", SERVER "alarm 200; accept a; set a SO_RCVTIMEO time:200000;"
	  "accept a; tcp b; connect b lo:5000; take d a; alarm 200; recv b wait=block;"
	  "set b SO_RCVTIMEO time:200000; recv b wait=block" },

	/* data */
	{ "stream: there and back", PAIR "send b hello; recv d; write d back; read b" },
	{ "stream: across the link", LINK "send a hello; recv e; send e back; recv a;"
	  "send a #1000; recv e; send e #1000; recv a" },
	{ "stream: pieces", PAIR "send b hello; recv d len=2; recv d len=2; recv d len=0;"
	  "queued d FIONREAD; recv d; recv d wait=0; sendmsg b hello split=2; recv d;"
	  "send b #0; recv d wait=300" },
	{ "stream: an address that does not matter", PAIR "sendto b x lo:5999; recv d;"
	  "sendmsg b y to=peer:1; recv d" },
	{ "stream: peeked at", PAIR "send b hello; recv d flags=MSG_PEEK;"
	  "recv d len=2 flags=MSG_PEEK; recv d len=2; recv d flags=MSG_PEEK; recv d;"
	  "recv d wait=0 flags=MSG_PEEK" },
	{ "stream: discarded", PAIR "send b hello; recv d len=3 flags=MSG_TRUNC; recv d;"
	  "send b hello; recv d flags=MSG_TRUNC len=100" },
	{ "stream: all of it", PAIR "send b hel; alarm 500;"
	  "recv d len=5 flags=MSG_WAITALL wait=block; send b lo; shutdown b SHUT_WR;"
	  "recv d len=50 flags=MSG_WAITALL wait=block" },
	{ "stream: flags of sending", PAIR "send b a flags=MSG_DONTROUTE; recv d;"
	  "send b b flags=MSG_EOR|MSG_NOSIGNAL|MSG_DONTWAIT; recv d; send b c flags=MSG_CONFIRM;"
	  "recv d; send b d flags=0x10; recv d; send b e flags=MSG_ERRQUEUE; recv d;"
	  "send b f flags=0x4000000; recv d" },
	{ "stream: more to come", PAIR "set b SO_SNDTIMEO time:2000000; send b hel flags=MSG_MORE;"
	  "recv d wait=100; send b lo; recv d" },
	{ "stream: corked", PAIR "set b TCP_CORK 1; send b hel; send b lo; recv d wait=100;"
	  "set b TCP_CORK 0; recv d" },
	{ "stream: low water", PAIR "set d SO_RCVLOWAT 5; send b hell; ready d POLLIN wait=300;"
	  "recv d wait=0 len=1; send b o!; ready d POLLIN; recv d wait=0" },
	{ "stream: queues", PAIR "send b hello; ready d POLLIN; queued d FIONREAD;"
	  "queued d SIOCINQ; queued b FIONREAD; queued d SIOCATMARK; recv d; queued d FIONREAD" },
	{ "stream: urgent", PAIR "send b abc; send b X flags=MSG_OOB; send b def; ready d POLLPRI;"
	  "queued d SIOCATMARK; queued d FIONREAD; recv d flags=MSG_OOB|MSG_PEEK wait=0;"
	  "recv d flags=MSG_OOB wait=0; recv d flags=MSG_OOB wait=0; recv d; queued d SIOCATMARK;"
	  "recv d; queued d SIOCATMARK; recv d wait=0; ready d POLLIN wait=0" },
	{ "stream: urgent, not read", PAIR "send b abX flags=MSG_OOB; send b def; ready d POLLPRI;"
	  "recv d; recv d; recv d flags=MSG_OOB wait=0" },
	{ "stream: urgent, inline", PAIR "set d SO_OOBINLINE 1; set d SO_RCVLOWAT 6;"
	  "send b abX flags=MSG_OOB; send b def; ready d POLLIN; recv d flags=MSG_OOB wait=0; queued d FIONREAD; recv d;"
	  "queued d SIOCATMARK; recv d; queued d SIOCATMARK" },
	{ "stream: urgent, alone", PAIR "send b X flags=MSG_OOB; ready d POLLPRI;"
	  "queued d FIONREAD; queued d SIOCATMARK; recv d wait=0; recv d flags=MSG_OOB wait=0 len=0;"
	  "recv d flags=MSG_OOB wait=0; recv d wait=0" },
	{ "stream: no urgent data", PAIR "recv d flags=MSG_OOB wait=0; queued d SIOCATMARK" },
	{ "stream: watched", PAIR "watch d edge; events wait=0; send b x; events; events wait=0;"
	  "send b y; events; events wait=0; recv d; shutdown b SHUT_WR; events" },
	{ "stream: signals", PAIR "async d; send b hello; signal" },
	{ "stream: control messages", PAIR "set d SO_TIMESTAMP 1; set d IP_PKTINFO 1;"
	  "set d IP_RECVTTL 1; send b hello; recv d" },
	{ "stream: how much is left", PAIR "set d TCP_INQ 1; send b hello; ready d POLLIN;"
	  "recv d len=2; recv d len=10; shutdown b SHUT_WR; recv d" },

	/* ends */
	{ "stream: half closed", PAIR "send b last; shutdown b SHUT_WR; ready b POLLHUP wait=0;"
	  "send b x flags=MSG_NOSIGNAL; recv d; recv d; ready d POLLRDHUP; recv d; send d answer;"
	  "recv b; shutdown d SHUT_WR; recv b; ready b POLLHUP; ready d POLLHUP; error b wait=0;"
	  "peername b; shutdown b SHUT_WR" },
	{ "stream: deaf", PAIR "shutdown d SHUT_RD; recv d wait=0; ready d POLLIN wait=0;"
	  "send d x; recv b; recv d wait=0" },
	{ "stream: deaf while something is there", PAIR "send b hello; ready d POLLIN;"
	  "shutdown d SHUT_RD; recv d; recv d" },
	{ "stream: closed", PAIR "close b; recv d; recv d; ready d POLLRDHUP; send d x; "
	  "ready d POLLHUP; send d y flags=MSG_NOSIGNAL; error d wait=0" },
	{ "stream: closed with something unread", PAIR "send d hello; ready b POLLIN; close b;"
	  "ready d POLLHUP; recv d; recv d; send d y flags=MSG_NOSIGNAL; peername d; name d" },
	{ "stream: closed at once", PAIR "set b SO_LINGER linger:1,0; close b; ready d POLLHUP;"
	  "error d wait=0; recv d; send d x flags=MSG_NOSIGNAL; queued d FIONREAD;"
	  "queued d SIOCOUTQ" },
	{ "stream: reset with something unread here", PAIR "send b hello; ready d POLLIN;"
	  "set b SO_LINGER linger:1,0; close b; ready d POLLHUP; recv d; recv d; recv d" },
	{ "stream: reset behind the end", PAIR "send b hello; shutdown b SHUT_WR; recv d; recv d;"
	  "set b SO_LINGER linger:1,0; close b; ready d POLLHUP; recv d; recv d flags=MSG_PEEK;"
	  "error d wait=0; recv d; send d x flags=MSG_NOSIGNAL" },
	{ "stream: reset behind the end that nobody has read", LINK "send e hello;"
	  "shutdown e SHUT_WR; ready a POLLRDHUP; set e SO_LINGER linger:1,0; close e;"
	  "ready a POLLHUP; recv a len=2; recv a; recv a; send a x flags=MSG_NOSIGNAL; recv a;"
	  "error a wait=0" },
	{ "stream: reset when no more is to be received", PAIR "shutdown d SHUT_RD; recv d;"
	  "set b SO_LINGER linger:1,0; close b; ready d POLLHUP; recv d; recv d" },
	{ "stream: connected again after the end and a reset", PAIR "shutdown b SHUT_WR; recv d;"
	  "set b SO_LINGER linger:1,0; close b; ready d POLLHUP; recv d;"
	  "connect d lo:5000 family=AF_UNSPEC; connect d lo:5000; take e a;"
	  "set e SO_LINGER linger:1,0; close e; ready d POLLHUP; recv d; recv d" },
	{ "stream: closed with patience", PAIR "set b SO_LINGER linger:1,5; send b hello; close b;"
	  "recv d; recv d" },
	{ "stream: shut down while connecting", "tcp a; nonblock a; connect a silent:5000;"
	  "connect a silent:5000; peername a; name a; send a x flags=MSG_NOSIGNAL; recv a wait=0;"
	  "ready a POLLIN|POLLOUT wait=0; queued a FIONREAD; queued a SIOCOUTQ;"
	  "shutdown a SHUT_WR; ready a POLLIN wait=0; error a wait=0" },
	{ "stream: time is up while connecting", "tcp a; set a SO_SNDTIMEO time:300000;"
	  "connect a silent:5000; connect a silent:5000; alarm 200; set a SO_SNDTIMEO time:0;"
	  "connect a silent:5000" },
	{ "stream: nobody there", "tcp a; connect a silent:5000; error a wait=0" },
	{ "stream: the MTU", LINK "get a IP_MTU; tcp b; get b IP_MTU" },
	{ "stream: what a child has", SERVER "set a SO_KEEPALIVE 1; set a TCP_NODELAY 1;"
	  "set a SO_OOBINLINE 1; set a IP_TTL 9; set a SO_RCVBUF 20000; set a TCP_KEEPCNT 3;"
	  "set a SO_LINGER linger:1,7; set a SO_REUSEPORT 1; tcp b; connect b lo:5000; take d a;"
	  "get d SO_KEEPALIVE; get d TCP_NODELAY; get d SO_OOBINLINE; get d IP_TTL;"
	  "get d SO_RCVBUF; get d TCP_KEEPCNT; get d SO_LINGER; get d SO_REUSEADDR;"
	  "get d SO_REUSEPORT; get d SO_ACCEPTCONN; get d SO_TYPE" },
	{ NULL, NULL }
};
