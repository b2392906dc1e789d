// SPDX-License-Identifier: GPL-2.0
/* Ping sockets and raw ones. */
#include "run.h"

const struct test_case raw_cases[] = {
	{ "ping: bind and connect", "ping a; name a; bind a lo:5000; name a; bind a lo:5001;"
	  "ping b; bind b lo:5000; bind b lo:0; name b; ping b; connect b lo:0; name b;"
	  "peername b" },
	{ "ping: wrong addresses", "ping a; bind a far:0; bind a all:0; bind a group:0;"
	  "bind a lo:0 len=8; bind a lo:0 family=AF_INET6; bind a lo:0 family=AF_UNSPEC;"
	  "connect a far:0; connect a lo:0 len=8; connect a lo:0 family=AF_INET6" },
	{ "ping: rights", "as nobody; ping a; sendto a echo:x lo:0; recv a as=icmp; as root" },
	{ "ping: not an echo request", "ping a; sendto a #8 lo:0; sendto a #4 lo:0;"
	  "sendto a #0 lo:0; sendto a #65507 lo:0; sendto a #65536 lo:0; send a #8" },
	{ "ping: nothing there", "ping a; recv a wait=0; ready a POLLOUT; queued a FIONREAD;"
	  "queued a SIOCOUTQ; shutdown a SHUT_RD; connect a lo:0; shutdown a SHUT_RDWR" },
	{ "ping: answered on loopback", "ping a; sendto a echo:hello lo:0; recv a as=icmp;"
	  "name a; connect a own:0; send a echo:#0; recv a as=icmp; name a" },
	{ "ping: answered across the link", "ping a; bind a own:0; sendto a echo:hello peer:0;"
	  "recv a as=icmp; sendto a echo:#1464 peer:0; recv a as=icmp;"
	  "sendto a echo:#1465 peer:0; recv a as=icmp; sendto a echo:#65499 peer:0;"
	  "recv a as=icmp; sendto a echo:#65500 peer:0" },
	{ "ping: control messages", "ping a; set a IP_RECVTTL 1; set a IP_PKTINFO 1;"
	  "set a IP_RECVTOS 1; set a SO_TIMESTAMP 1;"
	  "sendmsg a echo:x to=peer:0 ttl=9 tos=0x10; recv a as=icmp" },
	{ "ping: cut off and peeked at", "ping a; sendto a echo:hello lo:0;"
	  "recv a as=icmp flags=MSG_PEEK; recv a len=10 as=icmp; sendto a echo:hello lo:0;"
	  "recv a len=10 flags=MSG_TRUNC as=icmp; recv a wait=0" },
	{ "ping: each its own answers", "ping a; ping b; sendto a echo:one lo:0;"
	  "recv a as=icmp; recv b wait=300; sendto b echo:two lo:0; recv b as=icmp;"
	  "recv a wait=0" },
	{ "ping: nobody answers", "ping a; set a IP_RECVERR 1; sendto a echo:x silent:0;"
	  "errqueue a wait=9000 as=icmp; sendto a echo:x far:0" },
	{ "ping: flags", "ping a; sendto a #8 lo:0 flags=MSG_OOB; recv a flags=MSG_OOB wait=0;"
	  "errqueue a wait=0; connect a lo:0; connect a unspec; peername a" },
	{ "raw: across loopback", "raw a 200; bind a lo:0; name a; raw b 200;"
	  "sendto b hello lo:0; recv a as=ip; recv b as=ip" },
	{ "raw: across the link", "raw a 200; peer c SOCK_RAW 200; sendto a hello peer:0;"
	  "recv c as=ip; sendto c back own:0; recv a as=ip" },
	{ "raw: connected", "raw a 200; connect a lo:0; name a; peername a; send a hello;"
	  "recv a as=ip; raw b 200; bind b own:0; sendto b x own:0; recv b as=ip;"
	  "recv a wait=300; connect a unspec; peername a; send a x" },
	{ "raw: ports mean nothing", "raw a 200; bind a lo:5000; name a; connect a lo:5001;"
	  "peername a; sendto a x lo:5002; recv a as=ip" },
	{ "raw: wrong addresses", "raw a 200; bind a far:0; bind a lo:0 len=8;"
	  "bind a lo:0 family=AF_INET6; bind a lo:0 family=AF_UNSPEC; connect a far:0;"
	  "connect a lo:0 len=8; connect a lo:0 family=AF_INET6; sendto a x null;"
	  "sendto a x lo:0 len=8; sendto a x lo:0 family=AF_INET6;"
	  "sendto a x lo:0 family=AF_UNSPEC; sendto a x cast:0; sendto a x all:0" },
	{ "raw: sizes", "raw a 200; bind a lo:0; sendto a #0 lo:0; recv a as=ip;"
	  "sendto a #1480 lo:0; recv a as=ip; sendto a #65515 lo:0; recv a as=ip;"
	  "sendto a #65516 lo:0; recv a wait=300" },
	{ "raw: cut off and peeked at", "raw a 200; sendto a hello lo:0;"
	  "recv a as=ip flags=MSG_PEEK; recv a as=ip len=22; sendto a hello lo:0;"
	  "recv a as=ip len=22 flags=MSG_TRUNC; recv a wait=0" },
	{ "raw: several sockets", "raw a 200; raw b 200; raw c 201; sendto a x lo:0;"
	  "recv a as=ip; recv b as=ip; recv c wait=300" },
	{ "raw: TTL and TOS", "raw a 200; set a IP_TTL 7; set a IP_TOS 0x10; sendto a x lo:0;"
	  "recv a as=ip; sendmsg a y to=lo:0 ttl=9 tos=0x20; recv a as=ip; set a IP_RECVTTL 1;"
	  "set a IP_PKTINFO 1; sendto a z lo:0; recv a as=ip" },
	{ "raw: do not fragment", "raw a 200; set a IP_MTU_DISCOVER 2; sendto a #1480 peer:0;"
	  "sendto a #1481 peer:0; sendto a #100 lo:0; recv a as=ip" },
	{ "raw: header of its own", "raw a IPPROTO_RAW; get a IP_HDRINCL; sendto a #19 lo:0;"
	  "sendto a #20 lo:0; sendto a #100 peer:0; sendto a #2000 peer:0; recv a wait=0;"
	  "raw b 200; set b IP_HDRINCL 1; sendto b #10 lo:0; sendto b #0 lo:0" },
	{ "raw: ICMP that it does not hear", "raw a IPPROTO_ICMP; set a ICMP_FILTER -1; udp b;"
	  "connect b lo:5009; send b x; error b; recv a wait=300" },
	{ "raw: ICMP that it hears", "raw a IPPROTO_ICMP; udp b; connect b lo:5009; send b x;"
	  "error b; recv a as=ip|icmp len=28" },
	{ "raw: beside a UDP socket", "raw a IPPROTO_UDP; udp b; bind b lo:5000; udp c;"
	  "bind c lo:5001; sendto c hello lo:5000; recv b; recv a as=ip len=24" },
	{ "raw: queued", "raw a 200; queued a FIONREAD; sendto a hello lo:0; ready a POLLIN;"
	  "queued a FIONREAD; queued a SIOCOUTQ; recv a as=ip; queued a FIONREAD" },
	{ "raw: shut down", "raw a 200; shutdown a SHUT_RD; connect a lo:0;"
	  "shutdown a SHUT_RDWR; ready a POLLIN; send a x" },
	{ "raw: rights stay with the socket", "raw a 200; as nobody; sendto a x lo:0;"
	  "recv a as=ip; as root" },
	{ NULL, NULL }
};
