/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections of which little is kept: a listener's request in SYN-RECEIVED, and what is
 * left of a connection in TIME-WAIT. What a segment means to them: pure logic.
 */
#ifndef _GONET_TCP_MINISOCK_H
#define _GONET_TCP_MINISOCK_H

#include "receiver.h"

/**
 * enum tcp_mini_verdict - what becomes of a segment, and of what it met
 * @TCP_MINI_DROP: nothing
 * @TCP_MINI_ACK: it is acknowledged, as often as that may be, and nothing of it counts
 * @TCP_MINI_CHALLENGE: as that, by a challenge ACK (RFC 5961)
 * @TCP_MINI_RESET: answer with a RST; the request or record stays
 * @TCP_MINI_RESEND: the SYN-ACK is sent again
 * @TCP_MINI_ESTABLISH: the handshake is done; the segment is then the connection's first
 * @TCP_MINI_REUSE: the record goes, and the segment is a SYN for a listener (RFC 6191)
 * @TCP_MINI_END: the request or record goes, and nobody is told
 */
enum tcp_mini_verdict {
	TCP_MINI_DROP,
	TCP_MINI_ACK,
	TCP_MINI_CHALLENGE,
	TCP_MINI_RESET,
	TCP_MINI_RESEND,
	TCP_MINI_ESTABLISH,
	TCP_MINI_REUSE,
	TCP_MINI_END,
};

/**
 * struct tcp_mini_request - a handshake that a listener has answered
 * @irs: sequence number of the peer's SYN
 * @iss: of our SYN-ACK
 * @wnd: the window that this advertised, in bytes
 * @ts_ok: timestamps are in use
 * @ts_recent: TS.Recent
 * @ts_stamp_us: when that was set
 * @ts_first: the timestamp of our first SYN-ACK
 * @ts_last: and of what has been sent last
 */
struct tcp_mini_request {
	u32 irs;
	u32 iss;
	u32 wnd;
	bool ts_ok;
	u32 ts_recent;
	u64 ts_stamp_us;
	u32 ts_first;
	u32 ts_last;
};

/* RFC 9293 3.10.7.4 for SYN-RECEIVED after LISTEN. Updates TS.Recent with TCP_MINI_ESTABLISH. */
enum tcp_mini_verdict tcp_mini_request_check(struct tcp_mini_request *q, const struct tcp_seg *s,
					     u64 now_us);

/**
 * struct tcp_mini_wait - what is left of a connection in TIME-WAIT
 * @rcv_nxt: RCV.NXT, behind the peer's FIN
 * @snd_nxt: SND.NXT, behind ours
 * @ts_ok: timestamps were in use
 * @ts_recent: TS.Recent
 * @ts_stamp_us: when that was set
 */
struct tcp_mini_wait {
	u32 rcv_nxt;
	u32 snd_nxt;
	bool ts_ok;
	u32 ts_recent;
	u64 ts_stamp_us;
};

/**
 * struct tcp_mini_act - what else a segment does in TIME-WAIT
 * @restart: the 2 MSL begin anew
 * @iss: with TCP_MINI_REUSE, the initial sequence number for the new connection must not
 *	be before this
 */
struct tcp_mini_act {
	bool restart;
	u32 iss;
};

/*
 * Whether the same two may have another connection of ours, whose initial sequence number must
 * then not be before @iss. @least_us: for how long the peer must have said nothing.
 */
bool tcp_mini_wait_yields(const struct tcp_mini_wait *w, u64 least_us, u64 now_us, u32 *iss);

/*
 * RFC 9293 3.10.7.4 for TIME-WAIT. @rfc1337: a RST does not end it (net.ipv4.tcp_rfc1337).
 * May update TS.Recent.
 */
enum tcp_mini_verdict tcp_mini_wait_check(struct tcp_mini_wait *w, const struct tcp_seg *s,
					  bool rfc1337, u64 now_us, struct tcp_mini_act *act);

#endif /* _GONET_TCP_MINISOCK_H */
