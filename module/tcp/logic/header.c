// SPDX-License-Identifier: GPL-2.0
/* TCP's header without its options (RFC 9293 3.1). Calls nothing of the kernel. */
#include "segment.h"

#define AT_SEQ		4	/* offsets */
#define AT_ACK		8
#define AT_OFFSET	12	/* its upper half: header length in words */
#define AT_FLAGS	13
#define AT_WINDOW	14
#define AT_URGENT	18

/**
 * tcp_header_parse() - decode a TCP header and look whether its length can be
 * @p: the header
 * @linear: bytes that can be read at @p
 * @len: bytes that there are in all, the payload counted
 * @f: set to what the header says
 *
 * The bits that are reserved are not looked at (RFC 9293 3.1).
 *
 * Return: false when the header is not whole, or its length is less than one without
 * options or more than there is.
 */
bool tcp_header_parse(const u8 *p, size_t linear, size_t len, struct tcp_fields *f)
{
	if (linear < TCP_HLEN || len < TCP_HLEN)
		return false;
	f->sport = pure_get16(p);
	f->dport = pure_get16(p + 2);
	f->seq = pure_get32(p + AT_SEQ);
	f->ack = pure_get32(p + AT_ACK);
	f->hlen = (u8)((p[AT_OFFSET] >> 4) * 4);
	f->flags = p[AT_FLAGS];
	f->window = pure_get16(p + AT_WINDOW);
	f->urgent = pure_get16(p + AT_URGENT);
	return f->hlen >= TCP_HLEN && f->hlen <= len;
}

/**
 * tcp_header_build() - write a TCP header
 * @p: where; the checksum is left 0
 * @f: what it says; @f->hlen is a multiple of 4
 */
void tcp_header_build(u8 p[TCP_HLEN], const struct tcp_fields *f)
{
	memset(p, 0, TCP_HLEN);
	pure_put16(p, f->sport);
	pure_put16(p + 2, f->dport);
	pure_put32(p + AT_SEQ, f->seq);
	pure_put32(p + AT_ACK, f->ack);
	p[AT_OFFSET] = (u8)(f->hlen / 4 << 4);
	p[AT_FLAGS] = f->flags;
	pure_put16(p + AT_WINDOW, f->window);
	pure_put16(p + AT_URGENT, f->urgent);
}
