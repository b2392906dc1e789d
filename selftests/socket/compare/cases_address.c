// SPDX-License-Identifier: GPL-2.0
/* Sockets, addresses, and who may have which. */
#include "run.h"

const struct test_case address_cases[] = {
	/* what can be opened */
	{ "socket: types", "socket a SOCK_DGRAM 0; socket a SOCK_DGRAM IPPROTO_UDP;"
	  "socket a SOCK_DGRAM IPPROTO_ICMP; socket a SOCK_RAW IPPROTO_ICMP;"
	  "socket a SOCK_RAW IPPROTO_RAW; socket a SOCK_RAW 255; socket a SOCK_RAW 253" },
	{ "socket: flags", "socket a SOCK_DGRAM|SOCK_NONBLOCK 0; recv a wait=block;"
	  "socket a SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK 0" },
	{ "socket: wrong protocol", "socket a SOCK_DGRAM IPPROTO_TCP; socket a SOCK_DGRAM 200;"
	  "socket a SOCK_DGRAM -1; socket a SOCK_DGRAM 256; socket a SOCK_RAW 256;"
	  "socket a SOCK_RAW -1; socket a SOCK_RAW 0; socket a SOCK_STREAM IPPROTO_UDP;"
	  "socket a SOCK_STREAM IPPROTO_ICMP" },
	{ "socket: wrong type", "socket a 0 0; socket a SOCK_RDM 0; socket a SOCK_SEQPACKET 0;"
	  "socket a 7 0; socket a 11 0; socket a -1 0; socket a 0x100002 0" },
	{ "socket: rights", "as nobody; socket a SOCK_RAW IPPROTO_ICMP; socket a SOCK_RAW 255;"
	  "socket a SOCK_DGRAM 0; socket a SOCK_DGRAM IPPROTO_ICMP; as root" },
	{ "socket: not for datagrams", "udp a; listen a; accept a; bind a lo:5000; listen a" },
	{ "socket: type, protocol and family", "udp a; get a SO_TYPE; get a SO_PROTOCOL;"
	  "get a SO_DOMAIN; get a SO_ACCEPTCONN; ping a; get a SO_TYPE; get a SO_PROTOCOL;"
	  "raw a 255; get a SO_TYPE; get a SO_PROTOCOL; set a SO_TYPE 1; set a SO_DOMAIN 2" },

	/* bind */
	{ "bind: every kind of address", "udp a; bind a lo:5000; name a; udp a;"
	  "bind a lo2:5000; name a; udp a; bind a own:5000; name a; udp a; bind a any:5000;"
	  "name a; udp a; bind a peer:5000; name a; udp a; bind a far:5000; udp a;"
	  "bind a all:5000; name a; udp a; bind a cast:5000; name a; udp a; bind a net:5000;"
	  "udp a; bind a group:5000; name a; udp a; bind a class-e:5000" },
	{ "bind: a port of its choice", "udp a; bind a any:0; name a; udp a; bind a lo:0;"
	  "name a" },
	{ "bind: twice", "udp a; bind a lo:5000; bind a lo:5001; bind a lo:5000; name a" },
	{ "bind: in use", "udp a; udp b; bind a lo:5000; bind b lo:5000; bind b any:5000;"
	  "bind b own:5000; name b" },
	{ "bind: wildcard in use", "udp a; udp b; bind a any:5000; bind b lo:5000;"
	  "bind b any:5000; close a; bind b lo:5000" },
	{ "bind: reuse of the address", "udp a; udp b; set a SO_REUSEADDR 1; bind a lo:5000;"
	  "bind b lo:5000; set b SO_REUSEADDR 1; bind b lo:5000" },
	{ "bind: reuse of the port", "udp a; udp b; set a SO_REUSEPORT 1; bind a lo:5000;"
	  "bind b lo:5000; set b SO_REUSEPORT 1; bind b lo:5000; udp c; bind c lo:5000;"
	  "set c SO_REUSEADDR 1; bind c lo:5000" },
	{ "bind: lengths", "udp a; bind a lo:5000 len=0; bind a lo:5000 len=2;"
	  "bind a lo:5000 len=8; bind a lo:5000 len=15; bind a lo:5000 len=17; name a; udp a;"
	  "bind a lo:5000 len=128; udp a; bind a lo:5000 len=129; bind a lo:5000 len=-1;"
	  "bind a null; bind a null len=0; name a" },
	{ "bind: families", "udp a; bind a lo:5000 family=AF_UNIX;"
	  "bind a lo:5000 family=AF_INET6; bind a lo:5000 family=AF_UNSPEC;"
	  "bind a any:5000 family=AF_UNSPEC; name a" },
	{ "bind: low ports", "as nobody; udp a; bind a lo:1023; bind a lo:1; bind a lo:1024;"
	  "as root; udp b; bind b lo:1023; name b" },
	{ "bind: not its own, freely", "udp a; set a IP_FREEBIND 1; bind a far:5000; name a;"
	  "udp b; set b IP_FREEBIND 1; as nobody; udp c; set c IP_FREEBIND 1;"
	  "bind c peer:5000; as root" },
	{ "bind: after connect", "udp a; connect a lo:5000; bind a lo:5001; name a" },
	{ "bind: port only when needed", "udp a; set a IP_BIND_ADDRESS_NO_PORT 1; bind a lo:0;"
	  "name a; connect a lo:5000; name a" },

	/* connect, and the addresses after it */
	{ "connect: before and after", "udp a; name a; peername a; connect a lo:5000; name a;"
	  "peername a; connect a peer:5001; name a; peername a" },
	{ "connect: every kind of address", "udp a; connect a any:5000; name a; peername a;"
	  "udp a; connect a own:5000; name a; udp a; connect a peer:5000; name a; udp a;"
	  "connect a silent:5000; name a; udp a; connect a far:5000; name a; udp a;"
	  "connect a cast:5000; udp a; connect a all:5000; udp a; connect a group:5000; udp a;"
	  "connect a lo:0; peername a; udp a; connect a class-e:5000" },
	{ "connect: broadcast", "udp a; set a SO_BROADCAST 1; connect a cast:5000; name a;"
	  "peername a" },
	{ "connect: undone", "udp a; bind a any:5000; connect a lo:5001; name a;"
	  "connect a unspec; name a; peername a; connect a unspec" },
	{ "connect: undone, bound to an address", "udp a; bind a lo:5000; connect a lo:5001;"
	  "connect a unspec; name a; udp b; connect b lo:5001; connect b unspec; name b" },
	{ "connect: undone by a short address", "udp a; connect a lo:5000;"
	  "connect a unspec len=2; peername a; connect a unspec len=1; connect a unspec len=0" },
	{ "connect: lengths", "udp a; connect a lo:5000 len=0; connect a lo:5000 len=2;"
	  "connect a lo:5000 len=8; connect a lo:5000 len=15; connect a lo:5000 len=17;"
	  "connect a lo:5000 len=128; connect a lo:5000 len=129; connect a null" },
	{ "connect: families", "udp a; connect a lo:5000 family=AF_INET6;"
	  "connect a lo:5000 family=AF_UNIX; connect a lo:5000 family=99; peername a" },
	{ "connect: from a wrong source", "udp a; bind a lo:5000; connect a peer:5000; name a;"
	  "peername a; udp b; bind b own:5000; connect b lo:5001; name b" },
	{ "names: lengths", "udp a; bind a lo:5000; connect a lo:5001; name a len=0;"
	  "name a len=4; name a len=15; name a len=32; name a len=-1; peername a len=4;"
	  "peername a len=-1" },

	/* shutdown */
	{ "shutdown: not connected", "udp a; shutdown a SHUT_RD; shutdown a SHUT_WR;"
	  "shutdown a SHUT_RDWR; shutdown a 3; shutdown a -1" },
	{ "shutdown: connected", "udp a; bind a lo:5000; connect a lo:5001;"
	  "shutdown a SHUT_RD; ready a POLLIN; read a; send a x; ready a POLLERR;"
	  "shutdown a SHUT_WR; error a; send a x flags=MSG_NOSIGNAL; ready a POLLHUP" },
	{ "shutdown: writing", "udp a; connect a lo:5001; shutdown a SHUT_WR;"
	  "sendto a x lo:5001 flags=MSG_NOSIGNAL; ready a POLLOUT" },

	/* devices */
	{ "device: bound to one", "udp a; set a SO_BINDTODEVICE text:gonet0;"
	  "get a SO_BINDTODEVICE; connect a peer:5000; name a; udp b;"
	  "set b SO_BINDTODEVICE text:lo; connect b peer:5000;"
	  "set b SO_BINDTODEVICE text:nothing; set b SO_BINDTODEVICE text:;"
	  "get b SO_BINDTODEVICE" },
	{ "device: nothing crosses", "udp a; set a SO_BINDTODEVICE text:gonet0;"
	  "bind a any:5000; udp b; bind b lo:5001; sendto b x lo:5000; recv a wait=300;"
	  "peer c; sendto c over own:5000; recv a" },
	{ "interface: asked for", "udp a; interface a SIOCGIFADDR gonet0;"
	  "interface a SIOCGIFNETMASK gonet0; interface a SIOCGIFBRDADDR gonet0;"
	  "interface a SIOCGIFADDR lo; interface a SIOCGIFNETMASK lo;"
	  "interface a SIOCGIFADDR nothing; interface a SIOCGIFFLAGS nothing;"
	  "interface a SIOCGIFMTU nothing; interface a SIOCGIFINDEX nothing" },
	{ NULL, NULL }
};
