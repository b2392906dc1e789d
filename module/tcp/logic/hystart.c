// SPDX-License-Identifier: GPL-2.0
/*
 * HyStart++ (RFC 9406): when round trips become longer, the queue on the way fills, and
 * slow start goes on more slowly; if that was an error, as before. Calls nothing of the
 * kernel.
 *
 * A round ends when all is acknowledged that was in flight as it began; it is counted in
 * bytes, since algorithms know no sequence numbers.
 */
#include "cc_internal.h"
#include "hystart.h"

/* RFC 9406 4.3 */
#define MIN_RTT_THRESH_US	4000
#define MAX_RTT_THRESH_US	16000
#define MIN_RTT_DIVISOR		8
#define N_RTT_SAMPLE		8
#define CSS_GROWTH_DIVISOR	4
#define CSS_ROUNDS		5

/* How much longer than in the round before a round trip is before it means a queue. */
static u32 hystart_threshold(const struct hystart *h)
{
	u32 us = h->last_us / MIN_RTT_DIVISOR;

	if (us < MIN_RTT_THRESH_US)
		return MIN_RTT_THRESH_US;
	return us > MAX_RTT_THRESH_US ? MAX_RTT_THRESH_US : us;
}

/* A round begins with @flight bytes. Conservative slow start ends with its last one. */
static void hystart_round(struct hystart *h, struct tcp_cc *cc, u32 flight)
{
	h->left = flight ? flight : cc->mss;
	h->last_us = h->least_us;
	h->least_us = 0;
	h->samples = 0;
	if (h->conservative && !--h->conservative)
		cc->ssthresh = cc->cwnd;
}

/* RFC 9406 4.2: into conservative slow start, and out of it again. */
static void hystart_judge(struct hystart *h)
{
	if (h->samples < N_RTT_SAMPLE)
		return;
	if (h->conservative) {
		if (h->least_us < h->baseline_us)
			h->conservative = 0;
	} else if (h->last_us && h->least_us >= h->last_us + hystart_threshold(h)) {
		h->baseline_us = h->least_us;
		h->conservative = CSS_ROUNDS;
	}
}

static void hystart_sample(struct hystart *h, u32 rtt_us)
{
	if (!rtt_us)
		return;
	if (!h->least_us || rtt_us < h->least_us)
		h->least_us = rtt_us;
	if (h->samples < N_RTT_SAMPLE)
		h->samples++;
	hystart_judge(h);
}

/**
 * hystart_acked() - bytes were acknowledged in the first slow start
 * @h: its state
 * @cc: the congestion state; ssthresh is set when slow start ends
 * @bytes: how many
 * @rtt_us: their round trip, or 0
 * @flight: bytes in flight before
 */
void hystart_acked(struct hystart *h, struct tcp_cc *cc, u32 bytes, u32 rtt_us, u32 flight)
{
	u32 growth = bytes;

	if (!h->left)
		hystart_round(h, cc, flight);
	hystart_sample(h, rtt_us);
	if (h->conservative) {
		growth = (bytes + h->credit) / CSS_GROWTH_DIVISOR;
		h->credit = (bytes + h->credit) % CSS_GROWTH_DIVISOR;
	}
	tcp_cc_slow_start(cc, growth);
	if (bytes < h->left)
		h->left -= bytes;
	else
		hystart_round(h, cc, flight > bytes ? flight - bytes : 0);
}
