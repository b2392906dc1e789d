// SPDX-License-Identifier: GPL-2.0
/* IGMP messages: read, and written. Calls nothing of the kernel. */
#include "igmp_packet.h"

#define AT_CODE		1	/* offsets in every message */
#define AT_GROUP	4
#define AT_QRV		8	/* in a query of version 3 */
#define AT_QQIC		9
#define AT_N_SOURCES	10
#define AT_N_RECORDS	6	/* in a report of version 3 */
#define AT_RECORD_N	2	/* in one of its records */
#define AT_RECORD_GROUP	4

#define IGMP_V1_MAX_RESP	100	/* RFC 2236 4: ten seconds */

/**
 * igmp_is_group() - whether an address is a group's
 * @addr: the address
 *
 * Return: true for 224.0.0.0/4.
 */
bool igmp_is_group(__be32 addr)
{
	u8 first;

	memcpy(&first, &addr, 1);
	return first >> 4 == 0xe;
}

/**
 * igmp_code() - the number that a code of version 3 stands for (RFC 3376 4.1.1, 4.1.7)
 * @code: the code: a number, or with its top bit set mantissa and exponent
 *
 * Return: the number, up to 31744.
 */
u32 igmp_code(u8 code)
{
	if (code < 128)
		return code;
	return (u32)((code & 0x0f) | 0x10) << (((code >> 4) & 0x07) + 3);
}

/* RFC 3376 7.1: length and code tell the versions apart. */
static enum igmp_verdict igmp_parse_query(const u8 *p, size_t len, struct igmp_message *m)
{
	if (len == IGMP_PACKET_LEN) {
		m->version = p[AT_CODE] ? 2 : 1;
		m->max_resp = p[AT_CODE] ? p[AT_CODE] : IGMP_V1_MAX_RESP;
		/* RFC 1112 Appendix I: what stands there then means nothing. */
		if (m->version == 1)
			m->group = 0;
	} else {
		if (len < IGMP_PACKET_QUERY_LEN)
			return IGMP_PACKET_SHORT;
		m->version = 3;
		m->max_resp = igmp_code(p[AT_CODE]);
		m->robustness = p[AT_QRV] & 0x07;
		m->interval = igmp_code(p[AT_QQIC]);
		m->n_sources = pure_get16(p + AT_N_SOURCES);
		m->sources = p + IGMP_PACKET_QUERY_LEN;
		if (len - IGMP_PACKET_QUERY_LEN < (size_t)m->n_sources * 4)
			return IGMP_PACKET_SHORT;
		if (!m->max_resp)
			m->max_resp = 1;
	}
	return !m->group || igmp_is_group(m->group) ? IGMP_PACKET_OK : IGMP_PACKET_GROUP;
}

/**
 * igmp_parse() - read a message
 * @p: the message, whose checksum is right
 * @len: its bytes; more than it needs are ignored (RFC 3376 4.1.10)
 * @m: what it says; @m->sources points into @p
 *
 * Of reports of version 3 nothing but the type is read: hosts ignore them.
 *
 * Return: a verdict; without IGMP_PACKET_OK @m says nothing.
 */
enum igmp_verdict igmp_parse(const u8 *p, size_t len, struct igmp_message *m)
{
	memset(m, 0, sizeof(*m));
	if (len < IGMP_PACKET_LEN)
		return IGMP_PACKET_SHORT;
	m->type = p[0];
	memcpy(&m->group, p + AT_GROUP, 4);
	switch (m->type) {
	case IGMP_PACKET_QUERY:
		return igmp_parse_query(p, len, m);
	case IGMP_PACKET_REPORT_V1:
		m->version = 1;
		break;
	case IGMP_PACKET_REPORT_V2:
	case IGMP_PACKET_LEAVE:
		m->version = 2;
		break;
	case IGMP_PACKET_REPORT_V3:
		m->version = 3;
		m->group = 0;
		return IGMP_PACKET_OK;
	default:
		return IGMP_PACKET_TYPE;
	}
	return igmp_is_group(m->group) ? IGMP_PACKET_OK : IGMP_PACKET_GROUP;
}

/**
 * igmp_write_short() - write a report of version 1 or 2, or a leave
 * @p: where; the checksum is left 0
 * @type: which of them
 * @group: about which group
 */
void igmp_write_short(u8 p[IGMP_PACKET_LEN], u8 type, __be32 group)
{
	memset(p, 0, IGMP_PACKET_LEN);
	p[0] = type;
	memcpy(p + AT_GROUP, &group, 4);
}

/* Another report, its records to follow. */
static bool igmp_write_next(struct igmp_writer *w)
{
	if (!w->next(w) || w->room < IGMP_PACKET_LEN + IGMP_PACKET_RECORD_LEN) {
		w->buf = NULL;
		return false;
	}
	memset(w->buf, 0, IGMP_PACKET_LEN);
	w->buf[0] = IGMP_PACKET_REPORT_V3;
	w->len = IGMP_PACKET_LEN;
	return true;
}

/**
 * igmp_write_record() - begin a record (RFC 3376 4.2.4), in another report if need be
 * @w: the writer
 * @type: the record's type
 * @group: about which group
 *
 * Return: false when there can be no other report.
 */
bool igmp_write_record(struct igmp_writer *w, enum igmp_record type, __be32 group)
{
	u8 *p;

	if ((!w->buf || w->room - w->len < IGMP_PACKET_RECORD_LEN) && !igmp_write_next(w))
		return false;
	p = w->buf + w->len;
	memset(p, 0, IGMP_PACKET_RECORD_LEN);
	p[0] = (u8)type;
	memcpy(p + AT_RECORD_GROUP, &group, 4);
	w->record = w->len;
	w->len += IGMP_PACKET_RECORD_LEN;
	pure_put16(w->buf + AT_N_RECORDS, (u16)(pure_get16(w->buf + AT_N_RECORDS) + 1));
	return true;
}

/**
 * igmp_write_source() - add a source to the record at hand
 * @w: the writer, with a record
 * @addr: the source
 *
 * RFC 3376 4.2.16: what does not fit goes into a record of its own in the next
 * report; but of sources that are excluded as many are said as fit.
 *
 * Return: false when the source cannot be said.
 */
bool igmp_write_source(struct igmp_writer *w, __be32 addr)
{
	enum igmp_record type;
	__be32 group;
	u8 *p;

	if (!w->buf)
		return false;
	p = w->buf + w->record;
	if (w->room - w->len < 4) {
		type = p[0];
		memcpy(&group, p + AT_RECORD_GROUP, 4);
		if (type == IGMP_IS_EX || type == IGMP_TO_EX || !igmp_write_next(w) ||
		    w->room < IGMP_PACKET_LEN + IGMP_PACKET_RECORD_LEN + 4 ||
		    !igmp_write_record(w, type, group))
			return false;
		p = w->buf + w->record;
	}
	memcpy(w->buf + w->len, &addr, 4);
	w->len += 4;
	pure_put16(p + AT_RECORD_N, (u16)(pure_get16(p + AT_RECORD_N) + 1));
	return true;
}
