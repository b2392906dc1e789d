// SPDX-License-Identifier: GPL-2.0
/* gonet socket -i: what TCP connections say of themselves, as ss(8) prints it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "socket.h"

/**
 * struct figure - a number of struct tcp_info
 * @name: what ss(8) calls it
 * @at: where it is
 * @size: bytes of it
 * @per: it is counted in so many-th of the unit that is printed
 */
struct figure {
	const char *name;
	size_t at;
	size_t size;
	unsigned int per;
};

#define FIGURE(name, field, per) \
	{ name, offsetof(struct tcp_info, field), sizeof(((struct tcp_info *)0)->field), per }

/* In the order of ss(8); times are milliseconds there. */
static const struct figure figures[] = {
	FIGURE("rto", tcpi_rto, 1000),
	FIGURE("rtt", tcpi_rtt, 1000),
	FIGURE("rttvar", tcpi_rttvar, 1000),
	FIGURE("ato", tcpi_ato, 1000),
	FIGURE("mss", tcpi_snd_mss, 1),
	FIGURE("pmtu", tcpi_pmtu, 1),
	FIGURE("rcvmss", tcpi_rcv_mss, 1),
	FIGURE("advmss", tcpi_advmss, 1),
	FIGURE("cwnd", tcpi_snd_cwnd, 1),
	FIGURE("bytes_sent", tcpi_bytes_sent, 1),
	FIGURE("bytes_retrans", tcpi_bytes_retrans, 1),
	FIGURE("bytes_acked", tcpi_bytes_acked, 1),
	FIGURE("bytes_received", tcpi_bytes_received, 1),
	FIGURE("segs_out", tcpi_segs_out, 1),
	FIGURE("segs_in", tcpi_segs_in, 1),
	FIGURE("data_segs_out", tcpi_data_segs_out, 1),
	FIGURE("data_segs_in", tcpi_data_segs_in, 1),
	FIGURE("lastsnd", tcpi_last_data_sent, 1),
	FIGURE("lastrcv", tcpi_last_data_recv, 1),
	FIGURE("lastack", tcpi_last_ack_recv, 1),
	FIGURE("pacing_rate", tcpi_pacing_rate, 1),
	FIGURE("delivered", tcpi_delivered, 1),
	FIGURE("busy", tcpi_busy_time, 1000),
	FIGURE("rwnd_limited", tcpi_rwnd_limited, 1000),
	FIGURE("sndbuf_limited", tcpi_sndbuf_limited, 1000),
	FIGURE("unacked", tcpi_unacked, 1),
	FIGURE("retrans", tcpi_retrans, 1),
	FIGURE("retrans_total", tcpi_total_retrans, 1),
	FIGURE("lost", tcpi_lost, 1),
	FIGURE("sacked", tcpi_sacked, 1),
	FIGURE("dsack_dups", tcpi_dsack_dups, 1),
	FIGURE("reordering", tcpi_reordering, 1),
	FIGURE("reord_seen", tcpi_reord_seen, 1),
	FIGURE("backoff", tcpi_backoff, 1),
	FIGURE("rcv_rtt", tcpi_rcv_rtt, 1000),
	FIGURE("rcv_space", tcpi_rcv_space, 1),
	FIGURE("rcv_ssthresh", tcpi_rcv_ssthresh, 1),
	FIGURE("notsent", tcpi_notsent_bytes, 1),
	FIGURE("minrtt", tcpi_min_rtt, 1000),
	FIGURE("rcv_ooopack", tcpi_rcv_ooopack, 1),
	FIGURE("delivered_ce", tcpi_delivered_ce, 1),
	FIGURE("snd_wnd", tcpi_snd_wnd, 1),
};

/* What cwnd lets leave in a second, in bits, as ss(8) has it. */
static uint64_t send_rate(const struct tcp_info *info)
{
	if (!info->tcpi_rtt)
		return 0;
	return (uint64_t)info->tcpi_snd_cwnd * info->tcpi_snd_mss * 8 * 1000000 / info->tcpi_rtt;
}

static const struct {
	uint8_t bit;
	const char *name;
} options_names[] = {
	{ TCPI_OPT_TIMESTAMPS, "ts" },
	{ TCPI_OPT_SACK, "sack" },
	{ TCPI_OPT_ECN, "ecn" },
	{ TCPI_OPT_ECN_SEEN, "ecnseen" },
};

static uint64_t figure(const struct tcp_info *info, const struct figure *f)
{
	const char *at = (const char *)info + f->at;
	uint64_t large;
	uint32_t number;

	if (f->size == 1)
		return *(const uint8_t *)at;
	if (f->size == sizeof(large)) {
		memcpy(&large, at, sizeof(large));
		return large;
	}
	memcpy(&number, at, sizeof(number));
	return number;
}

static enum status tcp_info_read(const struct nlattr *const tb[], void *arg)
{
	const struct nlattr *attr = tb[GONET_A_SOCKET_TCP_INFO];
	struct socket *s = arg;
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (!len)
		return OK;
	s->has_info = true;
	memcpy(&s->info, mnl_attr_get_payload(attr),
	       len < sizeof(s->info) ? len : sizeof(s->info));
	return OK;
}

/**
 * tcp_info_load() - ask a TCP connection for its figures
 * @s: a socket; one that is no connection is not asked
 *
 * Return: OK, also if it is not there any more; or a status whose reason has been printed.
 */
enum status tcp_info_load(struct socket *s)
{
	struct nlmsghdr *nlh;

	if (s->kind != GONET_SOCKET_KIND_TCP || !s->sender)
		return OK;
	nlh = nl_begin(GONET_CMD_SOCKET_GET, 0);
	mnl_attr_put_u64(nlh, GONET_A_SOCKET_ID, s->id);
	return nl_get_more(nlh, GONET_A_SOCKET_MAX, tcp_info_read, s);
}

/**
 * tcp_info_print() - print them
 * @s: the socket
 *
 * What is 0 is left out.
 */
void tcp_info_print(const struct socket *s)
{
	const struct tcp_info *info = &s->info;
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options_names); i++)
		if (info->tcpi_options & options_names[i].bit)
			printf(" %s", options_names[i].name);
	if (*s->cc)
		printf(" %s", s->cc);
	if (info->tcpi_options & TCPI_OPT_WSCALE)
		printf(" wscale:%u,%u", info->tcpi_snd_wscale, info->tcpi_rcv_wscale);
	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		value = figure(info, &figures[i]);
		if (!value)
			continue;
		if (figures[i].per == 1)
			printf(" %s:%" PRIu64, figures[i].name, value);
		else
			printf(" %s:%.3g", figures[i].name, (double)value / figures[i].per);
	}
	if (send_rate(info))
		printf(" send:%" PRIu64 "bps", send_rate(info));
	if (info->tcpi_delivery_rate)
		printf(" delivery_rate:%" PRIu64 "bps", (uint64_t)info->tcpi_delivery_rate * 8);
	if (info->tcpi_delivery_rate_app_limited)
		printf(" app_limited");
	if (info->tcpi_snd_ssthresh < 0xffff)
		printf(" ssthresh:%u", info->tcpi_snd_ssthresh);
}

/**
 * tcp_info_json() - the same for JSON
 * @s: the socket
 *
 * Return: an object, in which times are milliseconds.
 */
struct json_object *tcp_info_json(const struct socket *s)
{
	struct json_object *object = json_object_new_object();
	const struct tcp_info *info = &s->info;
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options_names); i++)
		json_yes(object, options_names[i].name,
			 info->tcpi_options & options_names[i].bit);
	if (info->tcpi_options & TCPI_OPT_WSCALE) {
		json_num(object, "snd_wscale", info->tcpi_snd_wscale);
		json_num(object, "rcv_wscale", info->tcpi_rcv_wscale);
	}
	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		value = figure(info, &figures[i]);
		if (figures[i].per == 1)
			json_num(object, figures[i].name, value);
		else
			json_object_object_add(object, figures[i].name,
					       json_object_new_double((double)value /
								      figures[i].per));
	}
	json_num(object, "ssthresh", info->tcpi_snd_ssthresh);
	json_num(object, "ca_state", info->tcpi_ca_state);
	json_str(object, "cc", s->cc);
	json_num(object, "send", send_rate(info));
	json_num(object, "delivery_rate", info->tcpi_delivery_rate * 8);
	json_yes(object, "app_limited", info->tcpi_delivery_rate_app_limited);
	return object;
}
