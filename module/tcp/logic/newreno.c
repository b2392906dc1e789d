// SPDX-License-Identifier: GPL-2.0
/*
 * NewReno: slow start, congestion avoidance and halving (RFC 5681, RFC 6582). Calls
 * nothing of the kernel.
 */
#include "cc_internal.h"

/* Words of &tcp_cc.state. */
enum {
	RENO_COUNT,	/* bytes acknowledged since cwnd last grew */
};

static void newreno_init(struct tcp_cc *cc, u64 now)
{
	(void)now;
	cc->state[RENO_COUNT] = 0;
}

/* RFC 5681 3.1: a segment more for each window that was acknowledged. */
static void newreno_avoid(struct tcp_cc *cc, u32 bytes)
{
	u64 count = cc->state[RENO_COUNT] + bytes;

	if (count >= cc->cwnd) {
		u64 windows = pure_div64(count, cc->cwnd);

		count -= windows * cc->cwnd;
		tcp_cc_grow(cc, windows * cc->mss);
	}
	cc->state[RENO_COUNT] = count;
}

static void newreno_acked(struct tcp_cc *cc, u32 bytes, u32 rtt_us, u32 flight, u64 now)
{
	(void)rtt_us;
	(void)flight;
	(void)now;
	if (cc->cwnd < cc->ssthresh)
		bytes = tcp_cc_slow_start(cc, bytes);
	if (bytes)
		newreno_avoid(cc, bytes);
}

/* RFC 5681 3.1, equation 4. */
static void newreno_reduce(struct tcp_cc *cc, u32 flight, u64 now)
{
	(void)now;
	cc->ssthresh = tcp_cc_floor(cc, tcp_cc_used(cc, flight) / 2);
	cc->state[RENO_COUNT] = 0;
}

static void newreno_undo(struct tcp_cc *cc, u64 now)
{
	(void)now;
	cc->state[RENO_COUNT] = 0;
}

static void newreno_idle(struct tcp_cc *cc, u64 idle_us, u64 now)
{
	(void)idle_us;
	(void)now;
	cc->state[RENO_COUNT] = 0;
}

static void newreno_shrunk(struct tcp_cc *cc)
{
	cc->state[RENO_COUNT] = 0;
}

const struct tcp_cc_ops tcp_newreno = {
	.name = "reno",
	.init = newreno_init,
	.acked = newreno_acked,
	.reduce = newreno_reduce,
	.timeout = newreno_reduce,
	.undo = newreno_undo,
	.idle = newreno_idle,
	.shrunk = newreno_shrunk,
};
