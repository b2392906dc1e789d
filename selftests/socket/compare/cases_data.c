// SPDX-License-Identifier: GPL-2.0
/* Datagrams: sent, received, waited for. */
#include "run.h"

/* a at 127.0.0.1:5000, b at 127.0.0.1:5001 */
#define PAIR	"udp a; bind a lo:5000; udp b; bind b lo:5001;"
/* a at 10.0.0.2:5000, and c beyond the link at 10.0.0.1:5002 */
#define LINK	"udp a; bind a own:5000; peer c; bind c peer:5002;"

const struct test_case data_cases[] = {
	{ "data: across loopback", PAIR "sendto a hello lo:5001; recv b;"
	  "sendto b back lo:5000; recv a" },
	{ "data: across the link", LINK "sendto a hello peer:5002; recv c;"
	  "sendto c back own:5000; recv a" },
	{ "data: to its own address", "udp a; bind a own:5000; sendto a self own:5000; recv a" },
	{ "data: to the wildcard", "udp a; bind a any:5000; udp b; sendto b x any:5000;"
	  "recv a; name b" },
	{ "data: not bound", "udp a; bind a lo:5000; udp b; sendto b x lo:5000; name b;"
	  "recv a; sendto a y lo:@b; recv b" },
	{ "data: connected", PAIR "connect a lo:5001; send a hello; recv b; connect b lo:5000;"
	  "write b back; read a" },
	{ "data: from others when connected", PAIR "connect a lo:5002; sendto b x lo:5000;"
	  "recv a wait=300; udp d; bind d lo:5002; sendto d y lo:5000; recv a" },
	{ "data: elsewhere when connected", PAIR "udp d; bind d lo:5002; connect a lo:5001;"
	  "sendto a x lo:5002; recv d; peername a; send a y; recv b" },
	{ "data: the most specific socket", "udp a; set a SO_REUSEADDR 1; bind a any:5000;"
	  "udp b; set b SO_REUSEADDR 1; bind b lo:5000; udp d; sendto d x lo:5000; recv b;"
	  "recv a wait=300; udp e; set e SO_REUSEADDR 1; bind e lo:5000; connect e lo:@d;"
	  "sendto d y lo:5000; recv e; recv b wait=300" },
	{ "data: empty", PAIR "sendto a #0 lo:5001; ready b POLLIN; queued b FIONREAD; recv b;"
	  "connect a lo:5001; send a #0; write a #0; recv b; recv b wait=300" },
	{ "data: sizes", PAIR "sendto a #1 lo:5001; recv b; sendto a #1472 lo:5001; recv b;"
	  "sendto a #1473 lo:5001; recv b; sendto a #8192 lo:5001; recv b;"
	  "sendto a #65507 lo:5001; recv b; sendto a #65508 lo:5001; sendto a #70000 lo:5001;"
	  "recv b wait=300" },
	{ "data: sizes across the link", LINK "sendto a #1472 peer:5002; recv c;"
	  "sendto a #1473 peer:5002; recv c; sendto a #65507 peer:5002; recv c;"
	  "sendto a #65508 peer:5002; sendto c #1473 own:5000; recv a;"
	  "sendto c #65507 own:5000; recv a" },
	{ "data: in two parts", PAIR "sendmsg a hello to=lo:5001 split=2; recv b;"
	  "sendmsg a hello to=lo:5001 split=0; recv b; sendmsg a #5000 to=lo:5001 split=1477;"
	  "recv b" },

	/* addresses of single datagrams */
	{ "sendto: nowhere", "udp a; send a x; sendmsg a x; write a x; sendto a x null;"
	  "sendto a x null len=0; sendto a x lo:0" },
	{ "sendto: every kind of address", "udp a; sendto a x far:5000; sendto a x cast:5000;"
	  "sendto a x all:5000; sendto a x class-e:5000; sendto a x net:5000" },
	{ "sendto: lengths", PAIR "sendto a x lo:5001 len=2; sendto a x lo:5001 len=15;"
	  "sendto a x lo:5001 len=17; recv b; sendto a x lo:5001 len=128; recv b;"
	  "sendto a x lo:5001 len=129; sendto a x lo:5001 len=-1" },
	{ "sendto: families", PAIR "sendto a x lo:5001 family=AF_UNSPEC; recv b;"
	  "sendto a x lo:5001 family=AF_INET6; sendto a x lo:5001 family=AF_UNIX" },
	{ "sendto: flags", PAIR "sendto a x lo:5001 flags=MSG_OOB;"
	  "sendto a x lo:5001 flags=MSG_DONTROUTE; recv b;"
	  "sendto a x lo:5001 flags=MSG_CONFIRM; recv b;"
	  "sendto a x lo:5001 flags=MSG_DONTWAIT|MSG_NOSIGNAL|MSG_EOR; recv b;"
	  "sendto a x lo:5001 flags=0x10; recv b wait=300;"
	  "sendto a x lo:5001 flags=MSG_ERRQUEUE; recv b wait=300" },
	{ "sendto: broadcast", LINK "peer d; bind d any:5003; set a SO_BROADCAST 1;"
	  "sendto a x cast:5003; recv d; sendto a y all:5003; recv d" },
	{ "broadcast: received", "udp a; bind a any:5000; udp b; bind b cast:5001; udp e;"
	  "bind e own:5002; peer c; set c SO_BROADCAST 1; sendto c x cast:5000; recv a;"
	  "sendto c y cast:5001; recv b; sendto c z cast:5002; recv e wait=300" },

	/* the flags of receiving */
	{ "recv: nothing there", "udp a; recv a wait=0; bind a lo:5000; recv a wait=0;"
	  "recv a wait=0 flags=MSG_PEEK; errqueue a wait=0; recv a flags=MSG_OOB wait=0" },
	{ "recv: cut off", PAIR "sendto a hello lo:5001; recv b len=3; sendto a hello lo:5001;"
	  "recv b len=3 flags=MSG_TRUNC; sendto a hello lo:5001; recv b len=0;"
	  "sendto a hello lo:5001; recv b len=0 flags=MSG_TRUNC; recv b wait=0" },
	{ "recv: peeked at", PAIR "sendto a hello lo:5001; recv b flags=MSG_PEEK;"
	  "recv b len=2 flags=MSG_PEEK; recv b len=2 flags=MSG_PEEK|MSG_TRUNC; recv b;"
	  "recv b wait=0" },
	{ "recv: peeked at from an offset", PAIR "set b SO_PEEK_OFF 0; sendto a hello lo:5001;"
	  "recv b len=2 flags=MSG_PEEK; get b SO_PEEK_OFF; recv b len=2 flags=MSG_PEEK;"
	  "recv b len=2 flags=MSG_PEEK; recv b; get b SO_PEEK_OFF" },
	{ "recv: all flags that do not matter", PAIR "sendto a hello lo:5001;"
	  "recv b flags=MSG_WAITALL; sendto a hello lo:5001; recv b flags=MSG_CMSG_CLOEXEC" },
	{ "recv: room for the address", PAIR "sendto a hello lo:5001; recv b name=0;"
	  "sendto a hello lo:5001; recv b name=8; sendto a hello lo:5001; recv b name=16;"
	  "recv b name=-1 wait=0" },
	{ "recv: several", PAIR "sendmany a 4 lo:5001; ready b POLLIN; recv b; recv b; recv b;"
	  "recv b; sendmany a 0 lo:5001; sendmany a 3 null" },
	{ "recv: several at once", PAIR "sendto a one lo:5001; recv b flags=MSG_PEEK;"
	  "receivemany b 4; receivemany b 0; connect a lo:5001; sendmany a 2 null; recv b;"
	  "recv b" },

	/* blocking */
	{ "wait: a timeout", "udp a; bind a lo:5000; set a SO_RCVTIMEO time:100000;"
	  "recv a wait=block; recv a wait=block flags=MSG_PEEK" },
	{ "wait: a signal", "udp a; bind a lo:5000; alarm 200; recv a wait=block" },
	{ "wait: a signal before a timeout", "udp a; bind a lo:5000;"
	  "set a SO_RCVTIMEO time:2000000; alarm 200; recv a wait=block" },
	{ "wait: not at all", "udp a; nonblock a; recv a wait=block; sendto a x lo:5000" },
	{ "poll: as it changes", PAIR "ready a POLLOUT; sendto a x lo:5001; ready b POLLIN;"
	  "recv b; ready b POLLIN wait=0" },
	{ "epoll: level", PAIR "watch b level; events wait=0; sendto a x lo:5001; events;"
	  "events; recv b; events wait=0" },
	{ "epoll: edge", PAIR "watch b edge; events wait=100; sendto a x lo:5001; events;"
	  "events wait=100; recv b; sendto a y lo:5001; events; recv b; events wait=100" },
	{ "signal: on data", PAIR "async b; sendto a x lo:5001; signal; recv b" },

	/* what is queued */
	{ "queued: for reading", PAIR "queued b FIONREAD; sendto a hello lo:5001;"
	  "sendto a again! lo:5001; ready b POLLIN; queued b FIONREAD; recv b; ready b POLLIN;"
	  "queued b FIONREAD; recv b; queued b FIONREAD" },
	{ "queued: for writing", PAIR "queued a SIOCOUTQ; sendto a x lo:5001; recv b;"
	  "queued a SIOCOUTQ" },
	{ "ioctl: others", "udp a; queued a SIOCATMARK; queued a SIOCGSTAMP; queued a 0x7fff;"
	  "queued a SIOCADDRT" },

	/* put together from parts */
	{ "cork: by flag", PAIR "sendto a one lo:5001 flags=MSG_MORE;"
	  "send a two flags=MSG_MORE; recv b wait=300; send a three; recv b; recv b wait=0" },
	{ "cork: by option", PAIR "connect a lo:5001; set a UDP_CORK 1; send a one;"
	  "send a two; recv b wait=300; set a UDP_CORK 0; recv b; recv b wait=0" },
	{ "cork: too much", PAIR "connect a lo:5001; send a #60000 flags=MSG_MORE;"
	  "send a #6000 flags=MSG_MORE; send a x; recv b" },
	{ "cork: closed", PAIR "connect a lo:5001; send a x flags=MSG_MORE; close a;"
	  "recv b wait=300" },
	{ "segments: sent", PAIR "sendmsg a #3000 to=lo:5001 gso=1000; recv b; recv b; recv b;"
	  "set a UDP_SEGMENT 500; sendto a #1200 lo:5001; recv b; recv b; recv b" },
	{ "segments: refused", PAIR "sendmsg a #3000 to=lo:5001 gso=0; recv b;"
	  "sendmsg a #65000 to=lo:5001 gso=1; sendmsg a #3000 to=peer:5001 gso=2000" },

	/* filters */
	{ "filter: all, some, none", PAIR "set b SO_ATTACH_FILTER filter:0xffff;"
	  "sendto a hello lo:5001; recv b; set b SO_ATTACH_FILTER filter:11;"
	  "sendto a hello lo:5001; recv b; set b SO_ATTACH_FILTER filter:0;"
	  "sendto a hello lo:5001; recv b wait=300; set b SO_DETACH_FILTER 0;"
	  "set b SO_DETACH_FILTER 0; sendto a last lo:5001; recv b" },

	/* control messages */
	{ "control: all that comes", LINK "set a IP_PKTINFO 1; set a IP_RECVTTL 1;"
	  "set a IP_RECVTOS 1; set a SO_TIMESTAMP 1; set a IP_RECVORIGDSTADDR 1;"
	  "set c IP_TOS 0x28; set c IP_TTL 33; sendto c x own:5000; recv a" },
	{ "control: on loopback", PAIR "set b IP_PKTINFO 1; set b IP_RECVTTL 1;"
	  "set b IP_RECVTOS 1; set b SO_TIMESTAMPNS 1; set b IP_CHECKSUM 1;"
	  "set b SO_RXQ_OVFL 1; sendto a x lo:5001; recv b" },
	{ "control: no room", PAIR "set b IP_PKTINFO 1; set b IP_RECVTTL 1;"
	  "sendto a x lo:5001; recv b control=0; sendto a x lo:5001; recv b control=10;"
	  "sendto a x lo:5001; recv b control=32" },
	{ "control: TTL and TOS", LINK "set c IP_RECVTTL 1; set c IP_RECVTOS 1;"
	  "sendmsg a x to=peer:5002 ttl=7 tos=0x10; recv c; sendto a y peer:5002; recv c;"
	  "set a IP_TTL 9; set a IP_TOS 0xb8; sendto a z peer:5002; recv c;"
	  "sendmsg a x to=peer:5002 ttl=0; sendmsg a x to=peer:5002 ttl=256;"
	  "sendmsg a x to=peer:5002 tos=256; sendmsg a x to=peer:5002 tos=-1" },
	{ "control: source address", "udp a; bind a any:5000; peer c; bind c peer:5002;"
	  "sendmsg a x to=peer:5002 pktinfo=own; recv c; sendmsg a x to=peer:5002 pktinfo=far;"
	  "sendmsg a x to=peer:5002 pktif=9999; sendmsg a x to=lo:5000 pktif=1; recv a" },
	{ "control: wrong", PAIR "sendmsg a x to=lo:5001 ttl=5 cmsg_len=0;"
	  "sendmsg a x to=lo:5001 ttl=5 cmsg_len=15; sendmsg a x to=lo:5001 ttl=5 cmsg_len=17;"
	  "sendmsg a x to=lo:5001 ttl=5 cmsg_len=-1; sendmsg a x to=lo:5001 control=0.99.4;"
	  "sendmsg a x to=lo:5001 control=0.8.4; sendmsg a x to=lo:5001 control=1.99.4;"
	  "sendmsg a x to=lo:5001 control=77.1.4; recv b wait=300" },

	/* multicast */
	{ "multicast: on loopback", "udp a; bind a any:5000;"
	  "set a IP_ADD_MEMBERSHIP group:group,own; udp b; set b IP_MULTICAST_IF host:own;"
	  "sendto b x group:5000; recv a; set b IP_MULTICAST_LOOP 0; sendto b y group:5000;"
	  "recv a wait=300; set a IP_DROP_MEMBERSHIP group:group,own;"
	  "set a IP_DROP_MEMBERSHIP group:group,own" },
	{ "multicast: TTL", "udp a; set a IP_MULTICAST_TTL 3; set a IP_MULTICAST_IF host:own;"
	  "peer c; bind c any:5000; set c IP_ADD_MEMBERSHIP group:group,peer;"
	  "set c IP_RECVTTL 1; sendto a x group:5000; recv c" },
	{ "multicast: from the link", "udp a; bind a any:5000;"
	  "set a IP_ADD_MEMBERSHIP group:group,own; set a IP_ADD_MEMBERSHIP group:group,own;"
	  "peer c; set c IP_MULTICAST_IF host:peer; sendto c x group:5000; recv a" },
	{ "multicast: wrong", "udp a; set a IP_ADD_MEMBERSHIP group:lo,own;"
	  "set a IP_ADD_MEMBERSHIP group:group,far; set a IP_MULTICAST_IF host:far;"
	  "set a IP_DROP_MEMBERSHIP group:group,own" },

	{ "copy: of a descriptor", PAIR "copy d b; close b; sendto a x lo:5001; recv d;"
	  "bind d lo:5002" },
	{ NULL, NULL }
};
