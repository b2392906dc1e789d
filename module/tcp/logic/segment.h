/* SPDX-License-Identifier: GPL-2.0 */
/* TCP's header and options: reading and writing them (RFC 9293 3.1, 3.2): pure logic. */
#ifndef _GONET_TCP_SEGMENT_H
#define _GONET_TCP_SEGMENT_H

#include "seq.h"

#define TCP_HLEN		20
#define TCP_HLEN_MAX		60
#define TCP_OPTIONS_MAX		(TCP_HLEN_MAX - TCP_HLEN)
#define TCP_WSCALE_MAX		14	/* RFC 7323 2.3 */
#define TCP_MSS_ASSUMED		536	/* RFC 9293 3.7.1: when the peer says none */
#define TCP_SACK_MAX		4
#define TCP_COOKIE_MAX		16	/* RFC 7413 4.1.1; one that is given has at least 4 bytes */

/* Control bits, as in byte 13 of the header. */
#define TCP_FIN			0x01
#define TCP_SYN			0x02
#define TCP_RST			0x04
#define TCP_PSH			0x08
#define TCP_ACK			0x10
#define TCP_URG			0x20
#define TCP_ECE			0x40
#define TCP_CWR			0x80

/**
 * struct tcp_fields - the header, in host order
 * @sport: source port
 * @dport: destination port
 * @seq: sequence number of the first byte, or of the SYN
 * @ack: acknowledgment number; without TCP_ACK to be ignored
 * @window: as it is in the header, not scaled
 * @urgent: urgent pointer; without TCP_URG to be ignored
 * @hlen: bytes of header with options
 * @flags: control bits
 */
struct tcp_fields {
	u16 sport;
	u16 dport;
	u32 seq;
	u32 ack;
	u16 window;
	u16 urgent;
	u8 hlen;
	u8 flags;
};

/**
 * struct tcp_block - bytes from a sequence number up to, but without, another
 * @start: the first
 * @end: the one behind the last
 */
struct tcp_block {
	u32 start;
	u32 end;
};

/* Which options there are: bits of &tcp_options.present. */
#define TCP_HAS_MSS		0x01
#define TCP_HAS_WSCALE		0x02
#define TCP_HAS_SACK_OK		0x04
#define TCP_HAS_TS		0x08
#define TCP_HAS_COOKIE		0x10

/**
 * struct tcp_options - options of a segment
 * @present: TCP_HAS_*; SACK blocks are present if @n_sack is not 0
 * @mss: maximum segment size (RFC 9293 3.7.1); as received, never 0
 * @wscale: window scale; what is received above 14 is 14 (RFC 7323 2.3)
 * @tsval: timestamp (RFC 7323 3)
 * @tsecr: timestamp that is echoed
 * @n_sack: SACK blocks (RFC 2018)
 * @sack: the blocks as they come, the first may be a D-SACK (RFC 2883)
 * @cookie_len: bytes of Fast Open cookie; 0 asks for one (RFC 7413)
 * @cookie: the cookie
 */
struct tcp_options {
	u8 present;
	u8 wscale;
	u16 mss;
	u32 tsval;
	u32 tsecr;
	u8 n_sack;
	u8 cookie_len;
	struct tcp_block sack[TCP_SACK_MAX];
	u8 cookie[TCP_COOKIE_MAX];
};

/*
 * Whether there is a whole header at @p, of whose @len bytes @linear are there. The
 * header's length is between 20 and 60 and at most @len; options need not be there.
 */
bool tcp_header_parse(const u8 *p, size_t linear, size_t len, struct tcp_fields *f);
/* Writes it, all but the checksum, which is 0. */
void tcp_header_build(u8 p[TCP_HLEN], const struct tcp_fields *f);
/*
 * Reads @len bytes of options. MSS, window scale, SACK-permitted and the cookie count
 * only with @syn, SACK blocks only without. Bad lengths end the reading (MUST-7); what
 * was read before counts. Unknown options are skipped.
 */
void tcp_options_parse(const u8 *p, size_t len, bool syn, struct tcp_options *o);
/* Bytes that they take, a multiple of 4; never more than TCP_OPTIONS_MAX: SACK blocks
 * that do not fit are left out, from the last one.
 */
size_t tcp_options_len(const struct tcp_options *o);
/* Writes them, as Linux orders them; return: bytes, tcp_options_len(). */
size_t tcp_options_build(u8 *p, const struct tcp_options *o);

#endif /* _GONET_TCP_SEGMENT_H */
