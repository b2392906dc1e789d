/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fast Open (RFC 7413): what a listener makes of a SYN, what a SYN may carry, and what the
 * answer to one tells. Pure logic; the hash is the caller's.
 */
#ifndef _GONET_TCP_FASTOPEN_H
#define _GONET_TCP_FASTOPEN_H

#include "segment.h"

/* Bits of the sysctl tcp_fastopen, the native stack's. */
#define TCP_FO_CLIENT			0x001
#define TCP_FO_SERVER			0x002
#define TCP_FO_CLIENT_NO_COOKIE		0x004
#define TCP_FO_SERVER_NO_COOKIE		0x200
#define TCP_FO_EVERY_LISTENER		0x400

#define TCP_FO_COOKIE_LEN	8	/* of those that this host gives */

/**
 * struct tcp_fo_server - what a listener allows
 * @bits: TCP_FO_*
 * @no_cookie: the socket asks for none (TCP_FASTOPEN_NO_COOKIE)
 * @most: connections that may be there before their handshake is done (TCP_FASTOPEN)
 * @pending: how many there are
 */
struct tcp_fo_server {
	u32 bits;
	bool no_cookie;
	u32 most;
	u32 pending;
};

/**
 * enum tcp_fo_verdict - what becomes of a SYN
 * @TCP_FO_ORDINARY: it opens a connection as any other does; its data comes again
 * @TCP_FO_FULL: the same, since there are as many as there may be
 * @TCP_FO_GIVE: the same, and the answer has a cookie
 * @TCP_FO_CHECK: as TCP_FO_ACCEPT if its cookie is good, else as TCP_FO_GIVE
 * @TCP_FO_ACCEPT: the connection is there at once, with its data
 */
enum tcp_fo_verdict {
	TCP_FO_ORDINARY,
	TCP_FO_FULL,
	TCP_FO_GIVE,
	TCP_FO_CHECK,
	TCP_FO_ACCEPT,
};

enum tcp_fo_verdict tcp_fo_syn(const struct tcp_fo_server *v, const struct tcp_options *o,
			       u32 len);

/* A cookie out of a keyed hash of both addresses, into an option. */
void tcp_fo_cookie_put(u64 hash, struct tcp_options *o);
/* Whether the cookie of an option is the one of that hash. */
bool tcp_fo_cookie_is(u64 hash, const struct tcp_options *o);

/* Bytes that a SYN may carry: @mss of the path, without options; the peer's, 0 if unknown. */
u32 tcp_fo_room(u32 mss, u16 peer_mss);

/* Why a SYN's data has not been taken, as TCP_INFO numbers it (tcpi_fastopen_client_fail). */
enum tcp_fo_fail {
	TCP_FO_FAIL_NONE,
	TCP_FO_FAIL_NO_COOKIE,
	TCP_FO_FAIL_NOT_ACKED,
	TCP_FO_FAIL_SENT_AGAIN,
};

/**
 * struct tcp_fo_try - a SYN that was sent
 * @iss: its sequence number
 * @option: it had the option
 * @carried: bytes of data in it
 * @again: it was sent more than once, then without either
 */
struct tcp_fo_try {
	u32 iss;
	bool option;
	u32 carried;
	bool again;
};

/**
 * struct tcp_fo_outcome - what the answer tells
 * @acked: bytes of the data that the peer has
 * @learn: its option has a cookie, to be used the next time
 * @lost: SYNs with data do not seem to arrive on this path
 * @fail: why the data has not been taken, if there was any
 */
struct tcp_fo_outcome {
	u32 acked;
	bool learn;
	bool lost;
	enum tcp_fo_fail fail;
};

struct tcp_fo_outcome tcp_fo_answer(const struct tcp_fo_try *t, u32 ack,
				    const struct tcp_options *o);

#endif /* _GONET_TCP_FASTOPEN_H */
