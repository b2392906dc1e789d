/* SPDX-License-Identifier: GPL-2.0 */
/* IGMP messages (RFC 1112 Appendix I, RFC 2236, RFC 3376 4): pure logic. */
#ifndef _GONET_IGMP_PACKET_H
#define _GONET_IGMP_PACKET_H

#include "pure.h"

#define IGMP_PACKET_QUERY	0x11
#define IGMP_PACKET_REPORT_V1	0x12
#define IGMP_PACKET_REPORT_V2	0x16
#define IGMP_PACKET_LEAVE	0x17
#define IGMP_PACKET_REPORT_V3	0x22

#define IGMP_PACKET_LEN		8	/* every message of versions 1 and 2 */
#define IGMP_PACKET_QUERY_LEN	12	/* a query of version 3, without sources */
#define IGMP_PACKET_RECORD_LEN	8	/* a record of a report, without sources */

/**
 * enum igmp_verdict - what igmp_parse() found
 * @IGMP_PACKET_OK: a message that a host acts upon, or a report or leave of another
 * @IGMP_PACKET_SHORT: shorter than it says, or of a length that no version has
 * @IGMP_PACKET_TYPE: of a type that is not known, to be ignored (RFC 3376 4)
 * @IGMP_PACKET_GROUP: about an address that is no group
 */
enum igmp_verdict {
	IGMP_PACKET_OK,
	IGMP_PACKET_SHORT,
	IGMP_PACKET_TYPE,
	IGMP_PACKET_GROUP,
};

/**
 * struct igmp_message - a message that was received
 * @type: IGMP_PACKET_*
 * @version: 1 to 3
 * @group: which group it is about; of a query, 0 for all
 * @max_resp: of a query: within how many tenths of a second to answer, at least 1
 * @robustness: of a query of version 3: how often to say things, 0 for unsaid
 * @interval: and how many seconds lie between general queries, 0 for unsaid
 * @n_sources: and about how many sources it is
 * @sources: they, 4 bytes each, within the message
 */
struct igmp_message {
	u8 type;
	u8 version;
	__be32 group;
	u32 max_resp;
	u8 robustness;
	u32 interval;
	u16 n_sources;
	const u8 *sources;
};

/**
 * struct igmp_writer - writes reports of version 3
 * @buf: where the report at hand is, or NULL when there is none
 * @room: how many bytes it may have
 * @len: how many it has
 * @record: offset of its last record
 * @next: gives @buf and @room of another report; the last one, if any, is complete
 *	then. Return: false when there can be none.
 * @arg: for @next
 */
struct igmp_writer {
	u8 *buf;
	size_t room;
	size_t len;
	size_t record;
	bool (*next)(struct igmp_writer *w);
	void *arg;
};

/* Types of the records of a report (RFC 3376 4.2.12). */
enum igmp_record {
	IGMP_IS_IN = 1,
	IGMP_IS_EX,
	IGMP_TO_IN,
	IGMP_TO_EX,
	IGMP_ALLOW,
	IGMP_BLOCK,
};

bool igmp_is_group(__be32 addr);
u32 igmp_code(u8 code);
enum igmp_verdict igmp_parse(const u8 *p, size_t len, struct igmp_message *m);
void igmp_write_short(u8 p[IGMP_PACKET_LEN], u8 type, __be32 group);
bool igmp_write_record(struct igmp_writer *w, enum igmp_record type, __be32 group);
bool igmp_write_source(struct igmp_writer *w, __be32 addr);

#endif /* _GONET_IGMP_PACKET_H */
