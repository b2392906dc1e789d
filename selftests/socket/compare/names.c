// SPDX-License-Identifier: GPL-2.0
/* The constants that scripts name. */
#include <linux/icmp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "run.h"

#define N(name)		{ #name, name }
#define O(level, name)	{ #name, level, name }

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#define UDP_GRO		104
#endif

static const struct {
	const char *name;
	long value;
} numbers[] = {
	N(AF_UNSPEC), N(AF_UNIX), N(AF_INET), N(AF_INET6), N(AF_PACKET),
	N(SOCK_STREAM), N(SOCK_DGRAM), N(SOCK_RAW), N(SOCK_RDM), N(SOCK_SEQPACKET),
	N(SOCK_DCCP), N(SOCK_CLOEXEC), N(SOCK_NONBLOCK),
	N(IPPROTO_ICMP), N(IPPROTO_TCP), N(IPPROTO_UDP), N(IPPROTO_RAW), N(IPPROTO_IGMP),
	N(MSG_OOB), N(MSG_PEEK), N(MSG_DONTROUTE), N(MSG_CTRUNC), N(MSG_TRUNC),
	N(MSG_DONTWAIT), N(MSG_EOR), N(MSG_WAITALL), N(MSG_CONFIRM), N(MSG_ERRQUEUE),
	N(MSG_NOSIGNAL), N(MSG_MORE), N(MSG_WAITFORONE), N(MSG_CMSG_CLOEXEC),
	N(POLLIN), N(POLLPRI), N(POLLOUT), N(POLLERR), N(POLLHUP), N(POLLNVAL), N(POLLRDNORM),
	N(POLLRDBAND), N(POLLWRNORM), N(POLLWRBAND), N(POLLMSG), N(POLLRDHUP),
	N(SHUT_RD), N(SHUT_WR), N(SHUT_RDWR),
	N(FIONREAD), N(SIOCOUTQ), N(SIOCATMARK), N(SIOCGSTAMP), N(SIOCGIFCONF),
	N(SIOCGIFADDR), N(SIOCGIFNETMASK), N(SIOCGIFBRDADDR), N(SIOCGIFFLAGS), N(SIOCGIFMTU),
	N(SIOCGIFHWADDR), N(SIOCGIFINDEX), N(SIOCGIFMETRIC), N(SIOCGIFDSTADDR), N(SIOCSIFADDR),
	N(SIOCSIFMTU), N(SIOCSIFFLAGS), N(SIOCADDRT), N(SIOCGARP), N(SIOCINQ),
};

static const struct option options[] = {
	O(SOL_SOCKET, SO_DEBUG), O(SOL_SOCKET, SO_REUSEADDR), O(SOL_SOCKET, SO_TYPE),
	O(SOL_SOCKET, SO_ERROR), O(SOL_SOCKET, SO_DONTROUTE), O(SOL_SOCKET, SO_BROADCAST),
	O(SOL_SOCKET, SO_SNDBUF), O(SOL_SOCKET, SO_RCVBUF), O(SOL_SOCKET, SO_SNDBUFFORCE),
	O(SOL_SOCKET, SO_RCVBUFFORCE), O(SOL_SOCKET, SO_KEEPALIVE), O(SOL_SOCKET, SO_OOBINLINE),
	O(SOL_SOCKET, SO_NO_CHECK), O(SOL_SOCKET, SO_PRIORITY), O(SOL_SOCKET, SO_LINGER),
	O(SOL_SOCKET, SO_BSDCOMPAT), O(SOL_SOCKET, SO_REUSEPORT), O(SOL_SOCKET, SO_PASSCRED),
	O(SOL_SOCKET, SO_PEERCRED), O(SOL_SOCKET, SO_RCVLOWAT), O(SOL_SOCKET, SO_SNDLOWAT),
	O(SOL_SOCKET, SO_RCVTIMEO), O(SOL_SOCKET, SO_SNDTIMEO), O(SOL_SOCKET, SO_BINDTODEVICE),
	O(SOL_SOCKET, SO_BINDTOIFINDEX), O(SOL_SOCKET, SO_ATTACH_FILTER),
	O(SOL_SOCKET, SO_DETACH_FILTER), O(SOL_SOCKET, SO_PEERNAME), O(SOL_SOCKET, SO_TIMESTAMP),
	O(SOL_SOCKET, SO_TIMESTAMPNS), O(SOL_SOCKET, SO_TIMESTAMPING), O(SOL_SOCKET, SO_ACCEPTCONN),
	O(SOL_SOCKET, SO_PEERSEC), O(SOL_SOCKET, SO_PASSSEC), O(SOL_SOCKET, SO_MARK),
	O(SOL_SOCKET, SO_PROTOCOL), O(SOL_SOCKET, SO_DOMAIN), O(SOL_SOCKET, SO_RXQ_OVFL),
	O(SOL_SOCKET, SO_WIFI_STATUS), O(SOL_SOCKET, SO_PEEK_OFF), O(SOL_SOCKET, SO_NOFCS),
	O(SOL_SOCKET, SO_LOCK_FILTER), O(SOL_SOCKET, SO_SELECT_ERR_QUEUE),
	O(SOL_SOCKET, SO_BUSY_POLL), O(SOL_SOCKET, SO_PREFER_BUSY_POLL),
	O(SOL_SOCKET, SO_MAX_PACING_RATE), O(SOL_SOCKET, SO_BPF_EXTENSIONS),
	O(SOL_SOCKET, SO_MEMINFO), O(SOL_SOCKET, SO_COOKIE), O(SOL_SOCKET, SO_ZEROCOPY),
	O(SOL_SOCKET, SO_TXTIME), O(SOL_SOCKET, SO_RESERVE_MEM), O(SOL_SOCKET, SO_TXREHASH),
	O(SOL_IP, IP_TOS), O(SOL_IP, IP_TTL), O(SOL_IP, IP_HDRINCL), O(SOL_IP, IP_OPTIONS),
	O(SOL_IP, IP_ROUTER_ALERT), O(SOL_IP, IP_RECVOPTS), O(SOL_IP, IP_RETOPTS),
	O(SOL_IP, IP_PKTINFO), O(SOL_IP, IP_PKTOPTIONS), O(SOL_IP, IP_MTU_DISCOVER),
	O(SOL_IP, IP_RECVERR), O(SOL_IP, IP_RECVTTL), O(SOL_IP, IP_RECVTOS), O(SOL_IP, IP_MTU),
	O(SOL_IP, IP_FREEBIND), O(SOL_IP, IP_PASSSEC), O(SOL_IP, IP_TRANSPARENT),
	O(SOL_IP, IP_RECVORIGDSTADDR), O(SOL_IP, IP_MINTTL), O(SOL_IP, IP_NODEFRAG),
	O(SOL_IP, IP_CHECKSUM), O(SOL_IP, IP_BIND_ADDRESS_NO_PORT), O(SOL_IP, IP_RECVFRAGSIZE),
	O(SOL_IP, IP_RECVERR_RFC4884), O(SOL_IP, IP_MULTICAST_IF), O(SOL_IP, IP_MULTICAST_TTL),
	O(SOL_IP, IP_MULTICAST_LOOP), O(SOL_IP, IP_MULTICAST_ALL), O(SOL_IP, IP_ADD_MEMBERSHIP),
	O(SOL_IP, IP_DROP_MEMBERSHIP), O(SOL_IP, IP_UNICAST_IF),
	O(SOL_UDP, UDP_CORK), O(SOL_UDP, UDP_SEGMENT), O(SOL_UDP, UDP_GRO),
	O(SOL_RAW, ICMP_FILTER),
	O(SOL_TCP, TCP_NODELAY), O(SOL_TCP, TCP_MAXSEG), O(SOL_TCP, TCP_CORK),
	O(SOL_TCP, TCP_KEEPIDLE), O(SOL_TCP, TCP_KEEPINTVL), O(SOL_TCP, TCP_KEEPCNT),
	O(SOL_TCP, TCP_SYNCNT), O(SOL_TCP, TCP_LINGER2), O(SOL_TCP, TCP_DEFER_ACCEPT),
	O(SOL_TCP, TCP_WINDOW_CLAMP), O(SOL_TCP, TCP_QUICKACK), O(SOL_TCP, TCP_CONGESTION),
	O(SOL_TCP, TCP_USER_TIMEOUT), O(SOL_TCP, TCP_NOTSENT_LOWAT), O(SOL_TCP, TCP_INQ),
	O(SOL_TCP, TCP_ULP), O(SOL_TCP, TCP_CC_INFO), O(SOL_TCP, TCP_MD5SIG),
	O(SOL_TCP, TCP_REPAIR), O(SOL_TCP, TCP_FASTOPEN), O(SOL_TCP, TCP_FASTOPEN_CONNECT),
	O(SOL_TCP, TCP_FASTOPEN_NO_COOKIE),
	O(SOL_TCP, TCP_SAVE_SYN), O(SOL_TCP, TCP_SAVED_SYN), O(SOL_TCP, TCP_THIN_LINEAR_TIMEOUTS),
};

/* A number, a name, or several with '|' between them. */
long number_of(const char *word)
{
	char *copy = strdup(word), *rest = copy, *part, *end;
	long value = 0, one;
	size_t i;

	while ((part = strsep(&rest, "|"))) {
		one = strtol(part, &end, 0);
		if (end == part || *end) {
			for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
				if (!strcmp(numbers[i].name, part))
					break;
			}
			if (i == sizeof(numbers) / sizeof(*numbers))
				broken("no such number", part);
			one = numbers[i].value;
		}
		value |= one;
	}
	free(copy);
	return value;
}

/* An option by its name, or as LEVEL.NUMBER. */
struct option option_of(const char *word)
{
	struct option found = { .name = word };
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (!strcmp(options[i].name, word))
			return options[i];
	}
	if (sscanf(word, "%d.%d", &found.level, &found.number) != 2)
		broken("no such option", word);
	return found;
}

/* The names with @prefix whose bits are in @value. */
void print_bits(FILE *out, const char *prefix, unsigned long value)
{
	const char *bar = "";
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (strncmp(numbers[i].name, prefix, strlen(prefix)))
			continue;
		if (!(value & numbers[i].value))
			continue;
		fprintf(out, "%s%s", bar, numbers[i].name);
		value &= ~numbers[i].value;
		bar = "|";
	}
	if (value || !*bar)
		fprintf(out, "%s%#lx", bar, value);
}
