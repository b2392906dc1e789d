// SPDX-License-Identifier: GPL-2.0
/*
 * Simulations of module/tcp/logic/sender.h: all bytes arrive over paths of every kind,
 * losses are repaired in the way that they should be, and a clean path is filled.
 */
#include "tcp_sim.h"

/* Before 2^31, before 2^32, and somewhere. */
static const u32 isses[] = { 0x7fffff00, 0xffffff00, 12345 };

#define EACH_ISS(i)	for (i = 0; i < sizeof(isses) / sizeof(isses[0]); i++)
#define HOUR_US		3600000000ULL

static struct sim sim(u32 iss, struct sim_path path)
{
	return (struct sim){
		.path = path, .mss = 1448, .iss = iss, .total = 1000000, .max = 65536,
		.buffer = 1 << 20, .sack = true, .ts = true,
	};
}

/* Nothing is sent twice, and no timer expires. */
static void sim__clean(void)
{
	unsigned int i, sack;

	EACH_ISS(i) {
		for (sack = 0; sack < 2; sack++) {
			struct sim m = sim(isses[i], (struct sim_path){ .delay_us = 10000 });

			m.sack = sack;
			m.ts = sack;
			CHECK(sim_run(&m, HOUR_US));
			CHECK_EQ(m.rtos, 0);
			CHECK_EQ(m.s.bytes_retrans, 0);
			CHECK_EQ(m.s.bytes_sent, m.total);
			CHECK_EQ(m.s.bytes_acked, m.total + 1);
			CHECK_EQ(m.s.delivered, m.total);
		}
	}
}

/* 12.5 bytes in a microsecond, 20 ms there and back, a queue of twice that. */
static void sim__clean_path_is_filled(void)
{
	unsigned int i, cc;

	EACH_ISS(i) {
		for (cc = 0; cc < 2; cc++) {
			struct sim m = sim(isses[i], (struct sim_path){
				.delay_us = 10000, .rate = 12500, .queue = 500000 });

			m.total = 20000000;
			m.buffer = 1 << 24;
			m.conf.cc = tcp_cc_nth(cc);
			CHECK(sim_run(&m, HOUR_US));
			CHECK_EQ(m.rtos, 0);
			/* Headers are part of the rate: 97 percent at best. */
			CHECK(m.total * 1000ULL / (m.now - 1000000) > 12500 * 85 / 100);
		}
	}
}

/* One segment lost, anywhere: one recovery, nothing else sent twice, no timeout. */
static void sim__one_loss(void)
{
	static const u32 places[] = { 1448 * 4, 1448 * 30, 1448 * 200 };
	unsigned int i, sack, place;

	EACH_ISS(i) {
		for (sack = 0; sack < 2; sack++) {
			for (place = 0; place < 3; place++) {
				struct sim m = sim(isses[i], (struct sim_path){
					.delay_us = 10000, .lose_at = places[place],
					.lose_n = 1 });

				m.sack = sack;
				m.ts = sack;
				CHECK(sim_run(&m, HOUR_US));
				CHECK_EQ(m.lost_once, 1);
				CHECK_EQ(m.rtos, 0);
				CHECK_EQ(m.recoveries, 1);
				CHECK_EQ(m.s.bytes_retrans, 1448);
				CHECK_EQ(m.reduced, 1);
			}
		}
	}
}

/* The last segments: a probe finds them, long before a timeout. */
static void sim__tail_loss(void)
{
	unsigned int i, n;

	EACH_ISS(i) {
		for (n = 1; n <= 5; n++) {
			struct sim m = sim(isses[i], (struct sim_path){
				.delay_us = 10000, .lose_n = n });

			m.total = 1448 * 40;
			m.path.lose_at = m.total - n * 1448;
			CHECK(sim_run(&m, HOUR_US));
			CHECK_EQ(m.lost_once, n);
			CHECK_EQ(m.rtos, 0);
			CHECK_EQ(m.recoveries, n > 1);
			CHECK(m.s.bytes_retrans <= 1448 * (n + 1));
		}
	}
}

/* Many of a window, next to each other. */
static void sim__burst_loss(void)
{
	unsigned int i, n;

	EACH_ISS(i) {
		for (n = 2; n < 40; n += 6) {
			struct sim m = sim(isses[i], (struct sim_path){
				.delay_us = 10000, .rate = 12500, .queue = 200000,
				.lose_at = 1448 * 100, .lose_n = n });

			CHECK(sim_run(&m, HOUR_US));
			CHECK_EQ(m.lost_once, n);
			CHECK_EQ(m.rtos, 0);
			CHECK_EQ(m.s.bytes_retrans, 1448 * n);
		}
	}
}

/* Reordering is no loss, once it has been seen, and what it costs is given back. */
static void sim__reordering(void)
{
	unsigned int i;

	EACH_ISS(i) {
		struct sim m = sim(isses[i], (struct sim_path){
			.delay_us = 10000, .rate = 12500, .queue = 300000,
			.reorder = 500, .reorder_us = 300 });

		CHECK(sim_run(&m, HOUR_US));
		CHECK(m.s.rack_reordering);
		CHECK_EQ(m.rtos, 0);
		CHECK(m.s.bytes_retrans < m.total / 50);
	}
}

/* All is delayed for longer than the RTO, and nothing is lost: F-RTO, Eifel. */
static void sim__delay_spike(void)
{
	unsigned int i, sack;

	EACH_ISS(i) {
		for (sack = 0; sack < 2; sack++) {
			struct sim m = sim(isses[i], (struct sim_path){
				.delay_us = 10000, .rate = 12500, .queue = 30000000,
				.spike_at = 1100000, .spike_us = 1000000 });

			m.total = 3000000;
			m.sack = sack;
			m.ts = sack;
			CHECK(sim_run(&m, HOUR_US));
			CHECK(m.rtos >= 1);
			CHECK(m.undone >= 1);
			CHECK(m.s.bytes_retrans < 20 * 1448);
		}
	}
}

/* Nothing passes for ten seconds. */
static void sim__blackout(void)
{
	unsigned int i, sack;

	EACH_ISS(i) {
		for (sack = 0; sack < 2; sack++) {
			struct sim m = sim(isses[i], (struct sim_path){
				.delay_us = 10000, .rate = 1250, .queue = 100000,
				.black_from = 1300000, .black_to = 11300000 });

			m.sack = sack;
			CHECK(sim_run(&m, HOUR_US));
			CHECK(m.rtos >= 4 && m.rtos <= 8);
			CHECK(m.now < 30000000);
		}
	}
}

/* And for ever: given up. */
static void sim__dead(void)
{
	unsigned int i;

	EACH_ISS(i) {
		struct sim m = sim(isses[i], (struct sim_path){
			.delay_us = 10000, .rate = 1250, .queue = 100000,
			.black_from = 1300000, .black_to = ~0ULL });

		CHECK(!sim_run(&m, HOUR_US));
		CHECK(m.dead);
		CHECK_EQ(m.rtos, 15);
	}
}

/* The queue overflows again and again. */
static void sim__small_queue(void)
{
	unsigned int i, cc, sack;

	EACH_ISS(i) {
		for (cc = 0; cc < 2; cc++) {
			for (sack = 0; sack < 2; sack++) {
				struct sim m = sim(isses[i], (struct sim_path){
					.delay_us = 5000, .rate = 2500, .queue = 20000 });

				m.conf.cc = tcp_cc_nth(cc);
				m.sack = sack;
				m.ts = sack;
				CHECK(sim_run(&m, HOUR_US));
				CHECK(m.recoveries >= 1);
				CHECK(m.total * 1000ULL / (m.now - 1000000) > 1250);
			}
		}
	}
}

/* Marks instead of losses. */
static void sim__ecn(void)
{
	unsigned int i;

	EACH_ISS(i) {
		struct sim m = sim(isses[i], (struct sim_path){
			.delay_us = 10000, .rate = 2500, .queue = 500000, .mark = 30000 });

		m.ecn = true;
		m.total = 3000000;
		CHECK(sim_run(&m, HOUR_US));
		CHECK_EQ(m.s.bytes_retrans, 0);
		CHECK(m.reduced >= 2);
		CHECK(m.total * 1000ULL / (m.now - 1000000) > 1900);
	}
}

/* Everything that happens to packets, at once, for every kind of peer. */
static void sim__storm(void)
{
	static const u32 losses[] = { 10, 100, 500, 1500, 3000 };
	unsigned int i, loss, kind;

	EACH_ISS(i) {
		for (loss = 0; loss < 5; loss++) {
			for (kind = 0; kind < 8; kind++) {
				struct sim m = sim(isses[i], (struct sim_path){
					.delay_us = 10000, .rate = 12500, .queue = 60000,
					.loss = losses[loss], .ack_loss = losses[loss],
					.reorder = 200, .reorder_us = 20000,
					.duplicate = 100 });

				m.total = 200000;
				m.sack = kind & 1;
				m.ts = kind & 2;
				m.conf.cc = tcp_cc_nth(kind >> 2);
				m.max = kind & 1 ? 65536 : 1448;
				m.conf.retries = 30;
				/* Without timestamps a backed off RTO stays long (Karn). */
				CHECK(sim_run(&m, 24 * HOUR_US));
			}
		}
	}
}

/* The largest segments there are, as on the loopback. */
static void sim__large_segments(void)
{
	unsigned int i, cc;

	EACH_ISS(i) {
		for (cc = 0; cc < 2; cc++) {
			struct sim m = sim(isses[i], (struct sim_path){
				.delay_us = 50, .loss = cc ? 100 : 0 });

			m.mss = 65483;
			m.max = 65483;
			m.total = 50000000;
			m.buffer = 1 << 22;
			m.conf.cc = tcp_cc_nth(cc);
			CHECK(sim_run(&m, HOUR_US));
			CHECK(cc || !m.s.bytes_retrans);
		}
	}
}

/* A receiver with a small buffer, as fast as it may be. */
static void sim__small_window(void)
{
	unsigned int i;

	EACH_ISS(i) {
		struct sim m = sim(isses[i], (struct sim_path){ .delay_us = 1000, .loss = 50 });

		m.buffer = 4000;
		m.total = 200000;
		CHECK(sim_run(&m, HOUR_US));
		CHECK_EQ(m.probes, 0);
	}
}

/* Nobody tells that the window is open again, but a probe. */
static void sim__stalled_reader(void)
{
	unsigned int i;

	EACH_ISS(i) {
		struct sim m = sim(isses[i], (struct sim_path){
			.delay_us = 1000, .rate = 1250, .queue = 100000,
			.stall_from = 1200000, .stall_to = 61200000 });

		m.buffer = 50000;
		CHECK(sim_run(&m, HOUR_US));
		CHECK(m.probes >= 7 && m.probes <= 10);
		CHECK_EQ(m.s.bytes_retrans, 0);
		CHECK_EQ(m.rtos, 0);
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(sim__clean),
	KTAP_CASE(sim__clean_path_is_filled),
	KTAP_CASE(sim__one_loss),
	KTAP_CASE(sim__tail_loss),
	KTAP_CASE(sim__burst_loss),
	KTAP_CASE(sim__reordering),
	KTAP_CASE(sim__delay_spike),
	KTAP_CASE(sim__blackout),
	KTAP_CASE(sim__dead),
	KTAP_CASE(sim__small_queue),
	KTAP_CASE(sim__ecn),
	KTAP_CASE(sim__storm),
	KTAP_CASE(sim__large_segments),
	KTAP_CASE(sim__small_window),
	KTAP_CASE(sim__stalled_reader),
};

KTAP_MAIN(cases)
