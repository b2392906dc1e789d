// SPDX-License-Identifier: GPL-2.0
/* gonet ping: what it prints, in the words of iputils' ping. */
#include <inttypes.h>
#include <linux/icmp.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "ping.h"

static const char *const unreachables[] = {
	[ICMP_NET_UNREACH] = "Destination Net Unreachable",
	[ICMP_HOST_UNREACH] = "Destination Host Unreachable",
	[ICMP_PROT_UNREACH] = "Destination Protocol Unreachable",
	[ICMP_PORT_UNREACH] = "Destination Port Unreachable",
	[ICMP_FRAG_NEEDED] = "Frag needed and DF set",
	[ICMP_SR_FAILED] = "Source Route Failed",
	[ICMP_NET_UNKNOWN] = "Destination Net Unknown",
	[ICMP_HOST_UNKNOWN] = "Destination Host Unknown",
	[ICMP_HOST_ISOLATED] = "Source Host Isolated",
	[ICMP_NET_ANO] = "Destination Net Prohibited",
	[ICMP_HOST_ANO] = "Destination Host Prohibited",
	[ICMP_NET_UNR_TOS] = "Destination Net Unreachable for Type of Service",
	[ICMP_HOST_UNR_TOS] = "Destination Host Unreachable for Type of Service",
	[ICMP_PKT_FILTERED] = "Packet filtered",
	[ICMP_PREC_VIOLATION] = "Precedence Violation",
	[ICMP_PREC_CUTOFF] = "Precedence Cutoff",
};

static const char *icmp_text(uint8_t type, uint8_t code)
{
	static char buffer[64];

	if (type == ICMP_DEST_UNREACH && code < ARRAY_SIZE(unreachables))
		return unreachables[code];
	if (type == ICMP_TIME_EXCEEDED && code == ICMP_EXC_TTL)
		return "Time to live exceeded";
	if (type == ICMP_TIME_EXCEEDED && code == ICMP_EXC_FRAGTIME)
		return "Frag reassembly time exceeded";
	if (type == ICMP_PARAMETERPROB)
		return "Parameter problem";
	snprintf(buffer, sizeof(buffer), "Bad ICMP type %u code %u", type, code);
	return buffer;
}

static bool text_lines(const struct ping *ping)
{
	return !options.json && !ping->quiet && !ping->flood;
}

static void print_timestamp(const struct ping *ping)
{
	struct timeval now;

	if (!ping->timestamps)
		return;
	gettimeofday(&now, NULL);
	printf("[%lu.%06lu] ", (unsigned long)now.tv_sec, (unsigned long)now.tv_usec);
}

/**
 * ping_print_header() - print what is being done, once
 * @ping: the run
 */
void ping_print_header(struct ping *ping)
{
	unsigned int i;

	if (options.json || ping->begun)
		return;
	ping->begun = true;
	if (ping->pattern_len) {
		printf("PATTERN: 0x");
		for (i = 0; i < ping->pattern_len; i++)
			printf("%02x", ping->pattern[i]);
		printf("\n");
	}
	printf("PING %s (%s) ", ping->target, text_addr(&ping->dst));
	if (ping->src.given || ping->oif)
		printf("from %s %s: ", ping->src.given ? text_addr(&ping->src) : "0.0.0.0",
		       ping->device);
	printf("%lu(%lu) bytes of data.\n", ping->size, ping->size + 28);
	fflush(stdout);
}

/* A round trip with the digits that ping gives it. */
static const char *text_rtt(uint64_t ns)
{
	static char buffer[32];
	uint64_t us = ns / 1000;

	if (us >= 100000)
		snprintf(buffer, sizeof(buffer), "%" PRIu64, us / 1000);
	else if (us >= 10000)
		snprintf(buffer, sizeof(buffer), "%.1f", us / 1e3);
	else if (us >= 1000)
		snprintf(buffer, sizeof(buffer), "%.2f", us / 1e3);
	else
		snprintf(buffer, sizeof(buffer), "%.3f", us / 1e3);
	return buffer;
}

static void add_json(struct ping *ping, uint32_t seq, const char *status,
		     const struct nlattr *const tb[], const char *error)
{
	struct json_object *object;
	struct prefix from;

	if (!ping->replies)
		return;
	object = json_object_new_object();
	json_num(object, "seq", seq);
	json_str(object, "status", status);
	if (tb && tb[GONET_A_PING_FROM]) {
		attr_prefix(tb[GONET_A_PING_FROM], &from);
		json_str(object, "from", text_addr(&from));
		json_num(object, "bytes", attr_number(tb[GONET_A_PING_BYTES]));
		json_num(object, "ttl", attr_number(tb[GONET_A_PING_TTL]));
		json_num(object, "rtt_ns", attr_number(tb[GONET_A_PING_RTT]));
	}
	if (tb && tb[GONET_A_PING_TYPE]) {
		json_num(object, "type", attr_number(tb[GONET_A_PING_TYPE]));
		json_num(object, "code", attr_number(tb[GONET_A_PING_CODE]));
	}
	if (tb && tb[GONET_A_PING_CORRUPT])
		json_num(object, "corrupt", attr_number(tb[GONET_A_PING_CORRUPT]));
	if (error)
		json_str(object, "error", error);
	json_object_array_add(ping->replies, object);
}

static void print_reply(struct ping *ping, uint32_t seq, const struct nlattr *const tb[])
{
	struct prefix from;

	add_json(ping, seq, "reply", tb, NULL);
	if (ping->flood && !options.json && !ping->quiet)
		fputs(tb[GONET_A_PING_CORRUPT] ? "\bE" : "\b \b", stdout);
	if (!text_lines(ping))
		return;
	attr_prefix(tb[GONET_A_PING_FROM], &from);
	print_timestamp(ping);
	printf("%" PRIu64 " bytes from %s: icmp_seq=%u ttl=%" PRIu64 " time=%s ms\n",
	       attr_number(tb[GONET_A_PING_BYTES]), text_addr(&from), seq & 0xffff,
	       attr_number(tb[GONET_A_PING_TTL]), text_rtt(attr_number(tb[GONET_A_PING_RTT])));
	if (tb[GONET_A_PING_CORRUPT])
		printf("wrong data byte #%" PRIu64 "\n", attr_number(tb[GONET_A_PING_CORRUPT]));
}

static void print_error(struct ping *ping, uint32_t seq, const struct nlattr *const tb[])
{
	const char *text = icmp_text(attr_number(tb[GONET_A_PING_TYPE]),
				     attr_number(tb[GONET_A_PING_CODE]));
	struct prefix from;

	add_json(ping, seq, "error", tb, text);
	if (ping->flood && !options.json && !ping->quiet)
		fputs("\bE", stdout);
	if (!text_lines(ping))
		return;
	attr_prefix(tb[GONET_A_PING_FROM], &from);
	print_timestamp(ping);
	printf("From %s icmp_seq=%u %s\n", text_addr(&from), seq & 0xffff, text);
}

/**
 * ping_print_result() - print what has become of an echo request
 * @ping: the run
 * @seq: its number, from 1
 * @tb: what the kernel says
 */
void ping_print_result(struct ping *ping, uint32_t seq, const struct nlattr *const tb[])
{
	switch (attr_number(tb[GONET_A_PING_STATUS])) {
	case GONET_PING_OUTCOME_REPLY:
		print_reply(ping, seq, tb);
		break;
	case GONET_PING_OUTCOME_ERROR:
		print_error(ping, seq, tb);
		break;
	case GONET_PING_OUTCOME_FAILED:
		ping_print_refused(ping, seq, strerror(attr_number(tb[GONET_A_PING_ERROR])));
		break;
	default:
		add_json(ping, seq, "timeout", tb, NULL);
		if (text_lines(ping) && ping->outstanding)
			printf("no answer for icmp_seq=%u\n", seq & 0xffff);
		break;
	}
	fflush(stdout);
}

/**
 * ping_print_refused() - print that an echo request could not be sent
 * @ping: the run
 * @seq: its number
 * @why: why
 */
void ping_print_refused(struct ping *ping, uint32_t seq, const char *why)
{
	add_json(ping, seq, "failed", NULL, why);
	if (ping->flood && !options.json && !ping->quiet)
		fputs("\bE", stdout);
	else if (text_lines(ping))
		fprintf(stderr, "ping: sendmsg: %s\n", why);
}

static double loss(const struct ping *ping)
{
	return ping->sent ? 100.0 * (ping->sent - ping->received) / ping->sent : 0;
}

/**
 * ping_print_status() - print how it goes, on one line
 * @ping: the run
 */
void ping_print_status(const struct ping *ping)
{
	fprintf(stderr, "\r%lu/%lu packets, %d%% loss", ping->received, ping->sent,
		(int)loss(ping));
	if (ping->received)
		fprintf(stderr, ", min/avg/ewma/max = %.3f/%.3f/%.3f/%.3f ms", ping->min / 1e6,
			ping->sum / ping->received / 1e6, ping->ewma / 8e6, ping->max / 1e6);
	fputs("\n", stderr);
}

static double mdev(const struct ping *ping)
{
	double mean = ping->sum / ping->received;
	double variance = ping->sum2 / ping->received - mean * mean;

	return variance > 0 ? sqrt(variance) : 0;
}

static void print_summary_json(struct ping *ping)
{
	struct json_object *object = json_object_new_object(), *rtt;
	double avg = ping->received ? ping->sum / ping->received : 0;

	json_str(object, "target", ping->target);
	json_str(object, "address", text_addr(&ping->dst));
	json_num(object, "size", ping->size);
	json_num(object, "transmitted", ping->sent);
	json_num(object, "received", ping->received);
	json_num(object, "corrupted", ping->corrupted);
	json_num(object, "errors", ping->errors);
	json_object_object_add(object, "loss_percent", json_object_new_double(loss(ping)));
	json_num(object, "time_ms", (ping->last - ping->start) / 1000000);
	if (ping->received) {
		rtt = json_object_new_object();
		json_object_object_add(rtt, "min", json_object_new_double(ping->min / 1e6));
		json_object_object_add(rtt, "avg", json_object_new_double(avg / 1e6));
		json_object_object_add(rtt, "max", json_object_new_double(ping->max / 1e6));
		json_object_object_add(rtt, "mdev", json_object_new_double(mdev(ping) / 1e6));
		json_object_object_add(object, "rtt_ms", rtt);
	}
	if (ping->replies)
		json_object_object_add(object, "replies", ping->replies);
	ping->replies = NULL;
	json_print(object);
}

/**
 * ping_print_summary() - print how it went
 * @ping: the run, which has ended
 */
void ping_print_summary(struct ping *ping)
{
	double elapsed = (ping->last - ping->start) / 1e6;

	if (options.json) {
		print_summary_json(ping);
		return;
	}
	ping_print_header(ping);
	printf("\n--- %s ping statistics ---\n", ping->target);
	printf("%lu packets transmitted, %lu received", ping->sent, ping->received);
	if (ping->corrupted)
		printf(", +%lu corrupted", ping->corrupted);
	if (ping->errors)
		printf(", +%lu errors", ping->errors);
	if (ping->sent)
		printf(", %.6g%% packet loss, time %.0fms", loss(ping), elapsed);
	printf("\n");
	if (ping->received) {
		printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms", ping->min / 1e6,
		       ping->sum / ping->received / 1e6, ping->max / 1e6, mdev(ping) / 1e6);
		if (ping->flood && ping->sent > 1)
			printf(", ipg/ewma %.3f/%.3f ms", elapsed / (ping->sent - 1),
			       ping->ewma / 8e6);
		printf("\n");
	}
}
