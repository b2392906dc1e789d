// SPDX-License-Identifier: GPL-2.0
/*
 * CUBIC (RFC 9438) with HyStart++ in its first slow start. Calls nothing of the kernel.
 *
 * The curve is W(t) = C (t - K)^3 + W_max in segments and seconds, with C 0.4; windows
 * are bytes and times milliseconds here.
 */
#include "cc_internal.h"
#include "hystart.h"

/**
 * struct cubic - state of the algorithm
 * @epoch_us: when congestion avoidance began (t_epoch), or 0: it begins with the next ACK
 * @last_us: when it last made the window larger
 * @w_max: the window at the last reduction, less what fast convergence takes off
 * @k_ms: when the curve is at @origin
 * @origin: its middle
 * @w_est: what Reno would have
 * @cwnd_prior: the window just before the last reduction
 * @est_rest: what has not yet become whole bytes of @w_est
 * @grow_rest: and of cwnd
 * @undo: state before the last reduction
 * @hystart: the first slow start
 */
struct cubic {
	u64 epoch_us;
	u64 last_us;
	u32 w_max;
	u32 k_ms;
	u32 origin;
	u32 w_est;
	u64 est_rest;
	u64 grow_rest;
	struct {
		u64 epoch_us;
		u32 w_max;
		u32 k_ms;
		u32 origin;
		u32 w_est;
	} undo;
	u32 cwnd_prior;
	struct hystart hystart;
};

/* Divides by 0 unless it fits. */
enum { CUBIC_FITS = 1 / (sizeof(struct cubic) <= sizeof(u64) * TCP_CC_STATE) };

/* Time beyond which the curve is steeper than any window can follow. */
#define CUBIC_FAR_MS	300000

/* An interval without growth is none of the curve's time (RFC 9438 5.8). */
#define CUBIC_PAUSE_US	200000

static struct cubic *cubic_of(struct tcp_cc *cc)
{
	return (struct cubic *)cc->state;
}

/* The integer cube root, bit by bit. */
static u32 cubic_root(u64 x)
{
	u32 root = 0, bit, try;

	for (bit = 1U << 21; bit; bit >>= 1) {
		try = root | bit;
		if (try < 2642246 && (u64)try * try * try <= x)
			root = try;
	}
	return root;
}

static void cubic_init(struct tcp_cc *cc, u64 now)
{
	(void)now;
	memset(cc->state, 0, sizeof(cc->state));
}

/* RFC 9438 4.2: K = cbrt((W_max - cwnd) / C). */
static void cubic_begin(struct cubic *c, const struct tcp_cc *cc, u64 now)
{
	c->epoch_us = now;
	c->last_us = now;
	c->w_est = cc->cwnd;
	c->est_rest = 0;
	c->grow_rest = 0;
	if (cc->cwnd < c->w_max) {
		u64 segments = pure_div64((u64)(c->w_max - cc->cwnd) * 2500000000ULL, cc->mss);

		c->k_ms = cubic_root(segments);
		c->origin = c->w_max;
	} else {
		c->k_ms = 0;
		c->origin = cc->cwnd;
	}
}

/* RFC 9438 4.2, figure 1: W_cubic at @us after the epoch began. */
static u32 cubic_at(const struct cubic *c, u32 mss, u64 us)
{
	u64 ms = pure_div64(us, 1000), off, delta;
	bool before = ms < c->k_ms;

	off = before ? c->k_ms - ms : ms - c->k_ms;
	if (off > CUBIC_FAR_MS)
		off = CUBIC_FAR_MS;
	delta = pure_div64(off * off * off, 1000) * 4;
	delta = pure_div64(delta * mss, 10 * 1000000);
	if (before)
		return delta < c->origin ? c->origin - (u32)delta : 0;
	return delta < TCP_CWND_MAX - c->origin ? c->origin + (u32)delta : TCP_CWND_MAX;
}

/*
 * RFC 9438 4.3: the window that Reno would have. alpha is 3 (1 - beta) / (1 + beta), 9/17,
 * until the window of the last reduction is reached again, and 1 from then on.
 */
static void cubic_estimate(struct cubic *c, const struct tcp_cc *cc, u32 bytes)
{
	u64 alpha = c->w_est < c->cwnd_prior ? 9 : 17;
	u64 all = c->est_rest + alpha * cc->mss * bytes;
	u64 grown = pure_div64(all, 17 * (u64)cc->cwnd);

	c->est_rest = all - grown * 17 * cc->cwnd;
	if (grown < TCP_CWND_MAX - c->w_est)
		c->w_est += (u32)grown;
}

/* RFC 9438 4.4, 4.5: towards where the curve is a round trip later, at most 1.5 times. */
static void cubic_follow(struct cubic *c, struct tcp_cc *cc, u32 bytes, u32 target)
{
	u32 most = cc->cwnd + cc->cwnd / 2;
	u64 all, grown;

	if (target > most)
		target = most;
	if (target <= cc->cwnd)
		return;
	all = c->grow_rest + (u64)(target - cc->cwnd) * bytes;
	grown = pure_div64(all, cc->cwnd);
	c->grow_rest = all - grown * cc->cwnd;
	tcp_cc_grow(cc, grown);
}

static void cubic_avoid(struct cubic *c, struct tcp_cc *cc, u32 bytes, u64 now)
{
	u64 t;

	if (!c->epoch_us)
		cubic_begin(c, cc, now);
	if (now - c->last_us > CUBIC_PAUSE_US + 2 * (u64)cc->srtt_us)
		c->epoch_us += now - c->last_us;
	c->last_us = now;
	t = now - c->epoch_us;
	cubic_estimate(c, cc, bytes);
	if (cubic_at(c, cc->mss, t) < c->w_est) {
		if (cc->cwnd < c->w_est)
			cc->cwnd = c->w_est;
		return;
	}
	cubic_follow(c, cc, bytes, cubic_at(c, cc->mss, t + cc->srtt_us));
}

static void cubic_acked(struct tcp_cc *cc, u32 bytes, u32 rtt_us, u32 flight, u64 now)
{
	struct cubic *c = cubic_of(cc);

	if (cc->ssthresh == TCP_SSTHRESH_NONE) {
		hystart_acked(&c->hystart, cc, bytes, rtt_us, flight);
		return;
	}
	if (cc->cwnd < cc->ssthresh)
		bytes = tcp_cc_slow_start(cc, bytes);
	if (bytes)
		cubic_avoid(c, cc, bytes, now);
}

/* RFC 9438 4.6, 4.7: less by beta, 0.7, and W_max by fast convergence. */
static void cubic_reduce(struct tcp_cc *cc, u32 flight, u64 now)
{
	struct cubic *c = cubic_of(cc);

	(void)now;
	c->undo.epoch_us = c->epoch_us;
	c->undo.w_max = c->w_max;
	c->undo.k_ms = c->k_ms;
	c->undo.origin = c->origin;
	c->undo.w_est = c->w_est;
	c->epoch_us = 0;
	c->cwnd_prior = cc->cwnd;
	if (cc->cwnd < c->w_max)
		c->w_max = (u32)pure_div64((u64)cc->cwnd * 17, 20);
	else
		c->w_max = cc->cwnd;
	cc->ssthresh = tcp_cc_floor(cc, (u32)pure_div64((u64)tcp_cc_used(cc, flight) * 7, 10));
}

/* RFC 9438 4.8: behind a timeout the curve begins where congestion avoidance does. */
static void cubic_timeout(struct tcp_cc *cc, u32 flight, u64 now)
{
	cubic_reduce(cc, flight, now);
	cubic_of(cc)->w_max = 0;
}

/* RFC 9438 4.9: everything as it was. */
static void cubic_undo(struct tcp_cc *cc, u64 now)
{
	struct cubic *c = cubic_of(cc);

	c->epoch_us = c->undo.epoch_us;
	c->w_max = c->undo.w_max;
	c->k_ms = c->undo.k_ms;
	c->origin = c->undo.origin;
	c->w_est = c->undo.w_est;
	c->last_us = now;
}

/* RFC 9438 5.8: the time in which nothing was sent does not count. */
static void cubic_idle(struct tcp_cc *cc, u64 idle_us, u64 now)
{
	struct cubic *c = cubic_of(cc);

	if (!c->epoch_us)
		return;
	c->epoch_us = c->epoch_us + idle_us < now ? c->epoch_us + idle_us : now;
	c->last_us = now;
}

/* RFC 9438 4.2, 4.3: another stage, whose curve and estimate begin with the window it has. */
static void cubic_shrunk(struct tcp_cc *cc)
{
	cubic_of(cc)->epoch_us = 0;
}

const struct tcp_cc_ops tcp_cubic = {
	.name = "cubic",
	.init = cubic_init,
	.acked = cubic_acked,
	.reduce = cubic_reduce,
	.timeout = cubic_timeout,
	.undo = cubic_undo,
	.idle = cubic_idle,
	.shrunk = cubic_shrunk,
};
