// SPDX-License-Identifier: GPL-2.0
/* The UDP header (RFC 768). */
#include "udp_header.h"

/**
 * udp_header_check() - decode a UDP header and look whether its length can be
 * @data: the header
 * @linear: bytes that can be read at @data
 * @avail: bytes that there are in all, the payload counted
 * @out: set to what the header says
 *
 * Bytes after the datagram's length are padding, which RFC 768 neither has nor
 * forbids; the caller cuts them off.
 *
 * Return: false when the header is not whole, or its length is less than a header or
 * more than there is.
 */
bool udp_header_check(const u8 *data, size_t linear, size_t avail, struct udp_fields *out)
{
	if (linear < UDP_HLEN || avail < UDP_HLEN)
		return false;
	out->sport = pure_get16(data);
	out->dport = pure_get16(data + 2);
	out->len = pure_get16(data + 4);
	return out->len >= UDP_HLEN && out->len <= avail;
}
