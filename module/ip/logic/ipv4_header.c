// SPDX-License-Identifier: GPL-2.0
/* The IPv4 header, checked and decoded. Calls nothing of the kernel. */
#include "ipv4_header.h"

/**
 * ipv4_header_csum() - the Internet checksum of a header (RFC 1071)
 * @hdr: the header
 * @hlen: its length in bytes, a multiple of 4
 *
 * Return: the checksum that belongs into the header, host order, when its field
 * holds 0; 0 when the field holds the right one.
 */
u16 ipv4_header_csum(const u8 *hdr, size_t hlen)
{
	u32 sum = 0;
	size_t i;

	for (i = 0; i + 1 < hlen; i += 2)
		sum += pure_get16(hdr + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

static void ipv4_header_decode(const u8 *data, struct ipv4_fields *out)
{
	u16 frag = pure_get16(data + 6);

	out->hlen = (u8)((data[0] & 0x0f) * 4);
	out->tos = data[1];
	out->tot_len = pure_get16(data + 2);
	out->id = pure_get16(data + 4);
	out->df = frag & 0x4000;
	out->more = frag & 0x2000;
	out->frag_off = (u16)((frag & 0x1fff) * 8);
	out->ttl = data[8];
	out->proto = data[9];
	memcpy(&out->saddr, data + 12, 4);
	memcpy(&out->daddr, data + 16, 4);
}

/**
 * ipv4_header_check() - check a received header and decode it
 * @data: the packet, from its IP header on
 * @linear: bytes that may be read at @data; 60 are enough for every header
 * @avail: bytes of the packet that arrived, those that may not be read included
 * @out: the header's fields; valid for IPV4_OK alone
 *
 * RFC 791 3.1 and RFC 1122 3.2.1.1 and 3.2.1.2. Addresses are not judged, and bytes
 * beyond the total length are the caller's to trim.
 *
 * Return: a verdict.
 */
enum ipv4_verdict ipv4_header_check(const u8 *data, size_t linear, size_t avail,
				    struct ipv4_fields *out)
{
	if (linear > avail)
		linear = avail;
	if (linear < IPV4_HLEN_MIN)
		return IPV4_SHORT;
	if (data[0] >> 4 != 4 || (data[0] & 0x0f) * 4 < IPV4_HLEN_MIN)
		return IPV4_VERSION;
	ipv4_header_decode(data, out);
	if (out->hlen > linear)
		return IPV4_SHORT;
	if (ipv4_header_csum(data, out->hlen))
		return IPV4_CSUM;
	if (out->tot_len < out->hlen || out->tot_len > avail)
		return IPV4_SHORT;
	return IPV4_OK;
}

/**
 * ipv4_fragments_ecn() - the ECN field of a datagram made of fragments
 * @seen: bit n is set if a fragment's ECN field was n
 *
 * RFC 3168 5.3: congestion that one fragment met, the datagram met; but a sender
 * that marks some fragments as capable of ECN and others not has been tampered with.
 *
 * Return: the bits to be set in the TOS byte of the first fragment, or -1 when the
 * datagram is to be dropped.
 */
int ipv4_fragments_ecn(u8 seen)
{
	const u8 not_ect = 1 << 0, ce = 1 << 3;

	if ((seen & not_ect) && (seen & ~not_ect))
		return -1;
	return seen & ce ? 3 : 0;
}
