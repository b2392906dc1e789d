// SPDX-License-Identifier: GPL-2.0
/*
 * A send half to which anything happens: ACKs with any numbers and blocks, time, timers,
 * data, other windows and segment sizes. What tcp_check.h and tcp_watch.h say holds after
 * each: the scoreboard is right; nothing leaves beyond cwnd or the peer's window, nor again
 * without need; cwnd goes on as it may; and the timer runs. In the end a peer that
 * acknowledges everything gets everything.
 */
#include "fuzz_input.h"
#include "tcp_watch.h"

struct fuzz {
	struct tcp_sender s;
	struct watch w;
	struct tcp_stock stock;
	u64 now;
	u32 wnd;
	bool dead;
};

static void send(struct fuzz *f, u32 most)
{
	struct tcp_tx tx;

	while (most--) {
		check_give(&f->s);
		if (!tcp_sender_next(&f->s, &f->stock, f->now, &tx))
			break;
		check_tx(&f->s, &f->stock, &tx);
		watch_tx(&f->w, &f->s, &tx);
		tcp_sender_sent(&f->s, &tx, f->now);
		watch_sent(&f->w, &f->s, &tx, f->now);
	}
	tcp_sender_flushed(&f->s, &f->stock, f->now);
	check_sender(&f->s);
	watch_timer(&f->w, &f->s);
}

static void synced(struct fuzz *f, u32 mss, u32 seq, bool sack_ok, bool ts_ok, bool ecn_ok,
		   u32 rtt_us, bool retransmitted)
{
	tcp_sender_synced(&f->s, mss, f->wnd, seq, sack_ok, ts_ok, ecn_ok, rtt_us, retransmitted,
			  f->now);
	watch_begin(&f->w, &f->s, f->now);
}

static void hear(struct fuzz *f, const struct tcp_ack *a, struct tcp_acked *acked)
{
	check_give(&f->s);
	watch_before(&f->w, &f->s);
	tcp_sender_ack(&f->s, a, f->now, acked);
	watch_ack(&f->w, &f->s, a, f->now);
}

/* A number near to what was sent, or any. */
static u32 near(struct fuzz *f, struct fuzz_input *in)
{
	u32 how = fuzz_byte(in), flight = f->s.nxt - f->s.una;

	switch (how & 7) {
	case 0:
		return f->s.nxt + (how >> 3);
	case 1:
		return f->s.una - (how >> 3);
	case 2:
		return f->s.una + fuzz_long(in);
	default:
		return f->s.una + (u32)((u64)flight * fuzz_word(in) / 65535);
	}
}

static void ack(struct fuzz *f, struct fuzz_input *in)
{
	u32 how = fuzz_byte(in), before = f->s.una;
	struct tcp_ack a = { .seq = fuzz_byte(in), .ack = f->s.una, .wnd = f->wnd };
	struct tcp_acked acked;
	u8 i;

	a.data = how & 1;
	a.ece = how & 2;
	a.has_ts = how & 4;
	a.rtt_us = a.has_ts ? fuzz_word(in) * 16 + 1 : 0;
	a.n_sack = (how >> 3) % (TCP_SACK_MAX + 1);
	if (how & 0x80)
		a.ack = near(f, in);
	for (i = 0; i < a.n_sack; i++) {
		a.sack[i].start = near(f, in);
		a.sack[i].end = near(f, in);
	}
	hear(f, &a, &acked);
	if (acked.syn)
		check_sender(&f->s);
	MUST(acked.bytes == f->s.una - before);
	MUST(!acked.bytes || f->s.una == a.ack);
	/* The caller does that as soon as the SYN is acknowledged. */
	if (acked.syn)
		synced(f, 1000, a.seq, how & 8, a.has_ts, how & 2, a.rtt_us, how & 16);
}

static void expire(struct fuzz *f)
{
	enum tcp_expired what;

	if (f->s.due == TCP_DUE_NONE)
		return;
	if (f->now < f->s.due_us)
		f->now = f->s.due_us;
	check_give(&f->s);
	watch_expire(&f->w, &f->s, f->now);
	what = tcp_sender_expire(&f->s, f->now);
	watch_expired(&f->w, &f->s, what, f->now);
	f->dead = what == TCP_EXPIRED_DEAD;
}

/* Several may be overdue, but not for ever. */
static void expire_all(struct fuzz *f)
{
	u32 i = 0;

	do {
		MUST(i++ < 5);
		expire(f);
		send(f, 1000);
	} while (!f->dead && f->s.due != TCP_DUE_NONE && f->s.due_us <= f->now);
}

static void step(struct fuzz *f, struct fuzz_input *in)
{
	u32 how = fuzz_byte(in);
	struct tcp_tx tx;

	switch (how % 16) {
	case 0:
		f->now += fuzz_word(in);
		break;
	case 1:
		f->now += (u64)fuzz_word(in) * 1000;
		break;
	case 2:
		expire_all(f);
		break;
	case 3:
		if (!f->stock.fin && f->stock.end - f->s.una < 1 << 24)
			f->stock.end += fuzz_word(in) * (how & 0x80 ? 16 : 1);
		break;
	case 4:
		f->wnd = fuzz_word(in) * (how & 0x80 ? 64 : 1);
		break;
	case 5:
		if (!f->s.synced)
			break;
		tcp_sender_mss(&f->s, fuzz_word(in), f->now);
		watch_anew(&f->w, f->now);
		break;
	case 6:
		tcp_sender_local_drop(&f->s, f->now);
		break;
	case 7:
		f->s.conf.nodelay = how & 0x10;
		f->s.conf.cork = how & 0x20;
		f->stock.push = how & 0x40;
		f->stock.fin |= (how & 0xb0) == 0xb0;
		break;
	case 8:
		if (how & 0x10) {
			f->s.conf.cc = tcp_cc_nth(how >> 7);
		} else {
			tcp_sender_syn_again(&f->s, f->now);
			f->w.since = f->now;
		}
		break;
	case 9:
		/* What could not be built. */
		tcp_sender_next(&f->s, &f->stock, f->now, &tx);
		break;
	case 10:
	case 11:
		send(f, fuzz_byte(in) % 32);
		break;
	default:
		ack(f, in);
		break;
	}
	check_give(&f->s);
	check_sender(&f->s);
}

/* Now all is acknowledged that is sent, and all is sent. */
static void finish(struct fuzz *f)
{
	struct tcp_acked acked;
	struct tcp_ack a = {};
	u32 i;

	f->stock.fin = true;
	f->s.conf.user_timeout_us = 0;
	f->s.conf.retries = 255;
	f->s.conf.syn_retries = 255;
	f->wnd = 1 << 20;
	for (i = 0; f->s.una != f->stock.end + 1; i++) {
		MUST(i < 200000);
		send(f, 1000);
		if (f->s.una == f->s.nxt || i % 16 == 0) {
			MUST(f->s.due != TCP_DUE_NONE);
			expire(f);
			check_sender(&f->s);
			MUST(!f->dead);
			send(f, 1000);
		}
		f->now += 1000;
		a.seq = f->s.wl1;
		a.ack = f->s.nxt;
		a.wnd = f->wnd;
		hear(f, &a, &acked);
		if (acked.syn)
			synced(f, 1000, a.seq, true, false, false, 0, false);
		check_sender(&f->s);
	}
	send(f, 1);
	MUST(f->s.due == TCP_DUE_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u32 isses[] = { 0, 0x7fffff00, 0xfffffe00, 0xffffffff };
	struct fuzz_input in = { data, size };
	struct tcp_sender_conf conf = {
		.rto_min_us = 200000, .rto_max_us = 120000000, .retries = 15, .syn_retries = 6,
	};
	u32 how = fuzz_byte(&in), more = fuzz_byte(&in), iss = isses[how & 3], steps = 500;
	struct fuzz f = { .now = 1000000, .wnd = 65535 };

	conf.cc = tcp_cc_nth(how >> 2 & 1);
	conf.slow_start_after_idle = how & 8;
	conf.user_timeout_us = how & 16 ? 5000000 : 0;
	f.stock.end = iss + 1;
	f.stock.max = more & 0x80 ? 65535 : 1;
	f.stock.push = true;
	tcp_sender_init(&f.s, &conf, iss, f.now);
	check_give(&f.s);
	watch_begin(&f.w, &f.s, f.now);
	if (how & 32)
		tcp_sender_syn(&f.s, f.now);
	else
		synced(&f, more * 16 + 1, 0, how & 64, how & 128, more & 1,
		       more & 2 ? 10000 : 0, more & 4);
	check_sender(&f.s);
	while (in.left && !f.dead && steps--)
		step(&f, &in);
	f.dead = false;
	if ((more & 0x70) == 0x70 && f.stock.end - f.s.una < f.s.mss * 256)
		finish(&f);
	check_end(&f.s);
	return 0;
}
