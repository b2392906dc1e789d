// SPDX-License-Identifier: GPL-2.0
/* TCP_INFO: what a connection's send half, and what it knows of the other, looks like. */
#include <linux/tcp.h>
#include <net/sock.h>

#include "tcp_send.h"

static u32 tcp_info_ms(u64 now, u64 then)
{
	return then && now > then ? (u32)div_u64(now - then, 1000) : 0;
}

static void tcp_info_options(const struct tcp_send *s, struct tcp_info *info)
{
	if (s->s.ts_ok)
		info->tcpi_options |= TCPI_OPT_TIMESTAMPS;
	if (s->s.sack_ok)
		info->tcpi_options |= TCPI_OPT_SACK;
	if (s->wscale_ok) {
		info->tcpi_options |= TCPI_OPT_WSCALE;
		info->tcpi_snd_wscale = s->gt->pub.snd_wscale;
		info->tcpi_rcv_wscale = s->rcv_wscale;
	}
	if (s->s.ecn_ok)
		info->tcpi_options |= TCPI_OPT_ECN;
	if (s->s.ecn_ok && READ_ONCE(s->gt->pub.ecn_seen))
		info->tcpi_options |= TCPI_OPT_ECN_SEEN;
	if (s->syn_data)
		info->tcpi_options |= TCPI_OPT_SYN_DATA;
	info->tcpi_fastopen_client_fail = s->fast_fail;
}

/**
 * tcp_info_cwnd() - the congestion window as natively
 * @s: the send half
 *
 * Return: segments.
 */
u32 tcp_info_cwnd(const struct tcp_send *s)
{
	return s->s.cc.cwnd / max(s->s.mss, 1U);
}

/**
 * tcp_info_ssthresh() - the slow start threshold as natively
 * @s: the send half
 *
 * Return: segments; TCP_SSTHRESH_NONE as long as nothing was lost.
 */
u32 tcp_info_ssthresh(const struct tcp_send *s)
{
	u32 bytes = s->s.cc.ssthresh;

	return bytes == TCP_SSTHRESH_NONE ? bytes : bytes / max(s->s.mss, 1U);
}

/* As natively, doublings count, but not those between window probes. */
static u32 tcp_info_rto(const struct tcp_sender *snd)
{
	u8 backoff = snd->due == TCP_DUE_PROBE_WINDOW ? 0 : snd->backoff;

	return tcp_rtt_backoff(&snd->rtt, backoff, snd->conf.rto_max_us);
}

/* What the receive half has published. */
static void tcp_info_receiver(const struct gonet_tcp_pub *pub, struct tcp_info *info)
{
	info->tcpi_ato = READ_ONCE(pub->ato_us);
	info->tcpi_rcv_mss = READ_ONCE(pub->rcv_mss);
	info->tcpi_rcv_rtt = READ_ONCE(pub->rcv_rtt_us);
	info->tcpi_rcv_space = READ_ONCE(pub->rcv_space);
	info->tcpi_rcv_ssthresh = READ_ONCE(pub->rcv_limit);
	info->tcpi_rcv_ooopack = READ_ONCE(pub->ooo_in);
	info->tcpi_segs_in = READ_ONCE(pub->segs_in);
	info->tcpi_data_segs_in = READ_ONCE(pub->data_segs_in);
	info->tcpi_bytes_received = READ_ONCE(pub->bytes_in);
}

/* How fast, and what kept it from being faster. */
static void tcp_info_rates(const struct tcp_sender *snd, u64 now, struct tcp_info *info)
{
	u64 window = tcp_sender_limited(snd, TCP_LIMIT_WINDOW, now);
	u64 buffer = tcp_sender_limited(snd, TCP_LIMIT_BUFFER, now);

	info->tcpi_busy_time = tcp_sender_limited(snd, TCP_LIMIT_PATH, now) + window + buffer;
	info->tcpi_rwnd_limited = window;
	info->tcpi_sndbuf_limited = buffer;
	info->tcpi_delivery_rate_app_limited = snd->rate_app_limited;
	if (snd->rate_interval_us)
		info->tcpi_delivery_rate = div64_u64(snd->rate_bytes * 1000000ULL,
						     snd->rate_interval_us);
}

/* What has been sent and has arrived, in all. */
static void tcp_info_totals(const struct tcp_send *s, struct tcp_info *info)
{
	const struct tcp_sender *snd = &s->s;

	info->tcpi_segs_out = s->segs_out;
	info->tcpi_data_segs_out = s->data_segs_out;
	info->tcpi_delivered = s->delivered;
	info->tcpi_delivered_ce = s->delivered_ce;
	info->tcpi_total_retrans = snd->segs_retrans;
	info->tcpi_bytes_acked = snd->bytes_acked;
	info->tcpi_bytes_sent = snd->bytes_sent;
	info->tcpi_bytes_retrans = snd->bytes_retrans;
	info->tcpi_dsack_dups = snd->dsacks;
	info->tcpi_reord_seen = snd->reordering_seen;
}

/**
 * tcp_info_fill() - fill in TCP_INFO
 * @s: the send half
 * @info: zeroed
 */
void tcp_info_fill(struct tcp_send *s, struct tcp_info *info)
{
	const struct tcp_sender *snd = &s->s;
	const struct gonet_stream *gt = s->gt;
	u64 now = tcp_now();
	u32 mss = max(snd->mss, 1U);

	info->tcpi_state = s->st == TCP_ST_TIME_WAIT ? TCP_ST_CLOSED : s->st;
	info->tcpi_ca_state = snd->phase;
	info->tcpi_retransmits = snd->timeouts;
	info->tcpi_probes = s->probes;
	info->tcpi_backoff = snd->backoff;
	tcp_info_options(s, info);
	tcp_info_receiver(&gt->pub, info);
	tcp_info_totals(s, info);
	info->tcpi_rto = tcp_info_rto(snd);
	info->tcpi_snd_mss = snd->mss;
	info->tcpi_unacked = DIV_ROUND_UP(tcp_sender_flight(snd), mss);
	info->tcpi_sacked = DIV_ROUND_UP(snd->sacked, mss);
	info->tcpi_lost = DIV_ROUND_UP(snd->lost, mss);
	info->tcpi_retrans = DIV_ROUND_UP(snd->retrans, mss);
	info->tcpi_last_data_sent = tcp_info_ms(now, snd->last_sent_us);
	info->tcpi_last_ack_recv = tcp_info_ms(now, s->heard_us);
	info->tcpi_last_data_recv = tcp_info_ms(now, READ_ONCE(gt->pub.data_us));
	info->tcpi_pmtu = tcp_conn_mtu(s->gt, &s->flow);
	info->tcpi_rtt = snd->rtt.srtt_us;
	info->tcpi_rttvar = snd->rtt.rttvar_us;
	info->tcpi_snd_ssthresh = tcp_info_ssthresh(s);
	info->tcpi_snd_cwnd = tcp_info_cwnd(s);
	info->tcpi_advmss = tcp_conn_mss(s->gt, &s->flow);
	info->tcpi_reordering = 3;
	info->tcpi_notsent_bytes = s->end - seq_min(snd->nxt, s->end);
	info->tcpi_min_rtt = snd->rtt.min_us;
	info->tcpi_snd_wnd = snd->wnd;
	tcp_info_rates(snd, now, info);
}
