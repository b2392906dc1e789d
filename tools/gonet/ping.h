/* SPDX-License-Identifier: GPL-2.0 */
/* gonet ping: what its two files share. */
#ifndef GONET_PING_H
#define GONET_PING_H

#include "gonet.h"

#define PING_WINDOW	65536	/* sequence numbers */

/**
 * struct ping - a run of echo requests
 * @target: as it was given
 * @dst: its address
 * @src: source address, if given
 * @oif: interface to send on, or 0
 * @device: its name, or empty
 * @count: most to send, or 0
 * @deadline: seconds after which it ends, or 0
 * @interval: seconds between two
 * @linger: seconds to wait for the last answers
 * @preload: how many to send at once at the beginning
 * @size: bytes of payload
 * @ttl: or 0 for the default
 * @tos: TOS byte
 * @df: don't fragment
 * @broadcast: the destination may be a broadcast address
 * @quiet: print no line for each answer
 * @flood: print a dot for each that is not answered
 * @timestamps: print the time before each line
 * @outstanding: report those that were not answered in time
 * @pattern: bytes to fill the payload with
 * @pattern_len: how many, or 0
 * @id: ICMP identifier
 * @nl: the socket that answers come to
 * @first: number of the first netlink request
 * @start: when it began, nanoseconds
 * @last: when the last one was sent or answered
 * @sent: sent
 * @received: answered
 * @errors: ICMP errors
 * @corrupted: answered with other bytes
 * @lost: not answered in time
 * @awaited: sent, and not known yet what became of it
 * @min: shortest round trip, nanoseconds
 * @max: longest
 * @sum: of all
 * @sum2: of their squares
 * @ewma: weighted mean, times 8
 * @begun: the header has been printed
 * @refused: the kernel refused a request for good
 * @replies: what became of each, in JSON, or NULL
 */
struct ping {
	const char *target;
	struct prefix dst;
	struct prefix src;
	uint32_t oif;
	char device[GONET_IFNAME_SIZE];
	unsigned long count;
	double deadline;
	double interval;
	double linger;
	unsigned long preload;
	unsigned long size;
	unsigned long ttl;
	unsigned long tos;
	bool df;
	bool broadcast;
	bool quiet;
	bool flood;
	bool timestamps;
	bool outstanding;
	uint8_t pattern[GONET_PATTERN_MAX];
	unsigned int pattern_len;
	uint16_t id;
	struct mnl_socket *nl;
	uint32_t first;
	int64_t start;
	int64_t last;
	unsigned long sent;
	unsigned long received;
	unsigned long errors;
	unsigned long corrupted;
	unsigned long lost;
	unsigned long awaited;
	uint64_t min;
	uint64_t max;
	double sum;
	double sum2;
	double ewma;
	bool begun;
	bool refused;
	struct json_object *replies;
};

/* ping_print.c */
void ping_print_header(struct ping *ping);
void ping_print_result(struct ping *ping, uint32_t seq, const struct nlattr *const tb[]);
void ping_print_refused(struct ping *ping, uint32_t seq, const char *why);
void ping_print_status(const struct ping *ping);
void ping_print_summary(struct ping *ping);

#endif /* GONET_PING_H */
