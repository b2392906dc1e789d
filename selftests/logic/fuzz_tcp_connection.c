// SPDX-License-Identifier: GPL-2.0
/*
 * A connection between two ends, from its first SYN on, by a path and with programs that do
 * as the input says: segments are delivered in any order, twice or not at all, programs open
 * it from one side or both, write, read, close and abort, time passes, and somebody who guesses
 * numbers well puts segments of his own among theirs. Whatever happens, what tcp_end.h says
 * of each end holds: its state follows from the one before, its numbers and the right edge
 * of its window never go back, and every byte is delivered once and in order.
 *
 * While nobody interferes more holds: no end acknowledges what was not sent, nor sends
 * what the other has no room for; and once the path loses nothing any more, all that was written
 * arrives, and both ends close.
 */
#include "fuzz_input.h"
#include "tcp_end.h"

#define UNDER_WAY	128
#define STEPS		600
#define WRITE_MAX	0x40000

struct way {
	struct end_packet packet[UNDER_WAY];
	u32 n;
};

/**
 * struct world - the connection
 * @e: its ends
 * @to: what is under way to each
 * @now: the time
 * @forged: somebody has interfered
 * @given_up: so has a program, by aborting it, or an end found the other dead
 */
struct world {
	struct end e[2];
	struct way to[2];
	u64 now;
	bool forged;
	bool given_up;
};

/* A path that is full loses what comes. */
static void transmit(const struct end_packet *packet, void *arg)
{
	struct way *way = arg;

	if (way->n < UNDER_WAY)
		way->packet[way->n++] = *packet;
}

static void deliver(struct world *w, u32 to, u32 i, bool keep)
{
	struct way *way = &w->to[to];
	struct end_packet packet = way->packet[i];

	if (!keep) {
		way->n--;
		memmove(&way->packet[i], &way->packet[i + 1],
			(way->n - i) * sizeof(way->packet[0]));
	}
	end_arrived(&w->e[to], &packet);
}

static void drop(struct way *way, u32 i)
{
	way->n--;
	memmove(&way->packet[i], &way->packet[i + 1], (way->n - i) * sizeof(way->packet[0]));
}

static u64 next_due(const struct world *w)
{
	u64 a = end_due(&w->e[0]), b = end_due(&w->e[1]);

	return a < b ? a : b;
}

static void pass(struct world *w, u64 us)
{
	int i, rounds;

	w->now += us;
	for (i = 0; i < 2; i++) {
		w->e[i].now = w->now;
		/* Several timers may be overdue, but none for ever. */
		for (rounds = 0; end_due(&w->e[i]) <= w->now; rounds++) {
			MUST(rounds < 8);
			end_expire(&w->e[i]);
		}
		w->given_up |= w->e[i].dead;
	}
}

static u64 until_due(const struct world *w)
{
	u64 due = next_due(w);

	return due != END_NEVER && due > w->now ? due - w->now : 0;
}

/* A RST as the connection would send it, if it has got so far. */
static void abort_end(struct world *w, struct end *e)
{
	if (!e->opened || e->requested || e->st == TCP_ST_TIME_WAIT || e->st == TCP_ST_CLOSED)
		return;
	if (end_synced(e))
		end_send(e, e->s.nxt, 0, TCP_RST);
	end_abort(e);
	w->given_up = true;
}

/* A segment to @to whose numbers are near those that it expects, or not. */
static void forge(struct world *w, u32 to, struct fuzz_input *in)
{
	struct end *e = &w->e[to];
	u8 how = fuzz_byte(in);
	u32 seq[] = { e->r.nxt, e->r.edge, e->r.sent_nxt, w->e[!to].iss, e->w.rcv_nxt,
		      e->q.irs + 1, e->r.last ? e->r.last->end : e->r.nxt, fuzz_long(in) };
	u32 ack[] = { e->s.una, e->s.nxt, e->iss + 1, fuzz_long(in) };
	struct end_packet packet = { .s = {
		.f = { .flags = fuzz_byte(in), .seq = seq[how & 7], .ack = ack[how >> 3 & 3],
		       .window = fuzz_word(in) },
		.o = { .present = how & 0x20 ? TCP_HAS_TS : 0, .tsecr = end_ts(e) },
		.len = how & 0x40 ? fuzz_word(in) % 3000 : 0,
	} };

	packet.s.f.seq += (u32)(int8_t)fuzz_byte(in);
	packet.s.f.ack += (u32)((int8_t)fuzz_byte(in) / 16);
	packet.s.o.tsval = e->r.ts_recent + (u32)(int8_t)fuzz_byte(in);
	if (how & 0x80)
		packet.s.f.flags = (packet.s.f.flags & (TCP_FIN | TCP_PSH)) | TCP_ACK;
	if (packet.s.f.flags & TCP_SYN)
		packet.s.len = 0;
	/* Its bytes are those that belong there. */
	packet.offset = packet.s.f.seq - (e->has_r ? e->r.irs : w->e[!to].iss) - 1;
	w->forged = true;
	end_arrived(e, &packet);
}

/* What holds of both together. */
static void check(const struct world *w)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		const struct end *e = &w->e[i], *peer = &w->e[!i];

		if (w->forged || !end_synced(e) || !end_synced(peer))
			continue;
		MUST(!seq_after(e->s.una, peer->r.nxt));
		MUST(!seq_after(peer->r.nxt, e->s.nxt));
		/* A FIN needs no room. */
		MUST(!seq_after(e->s.nxt, peer->r.edge + 1));
		MUST(peer->delivered <= e->stock.end - e->iss - 1);
	}
}

static void step(struct world *w, struct fuzz_input *in)
{
	u8 how = fuzz_byte(in);
	u32 i = how >> 7, at;
	struct end *e = &w->e[i];
	struct way *way = &w->to[i];

	at = way->n ? (how >> 4 & 7) * 2 % way->n : 0;
	switch (how & 15) {
	case 0:
		end_connect(e);
		break;
	case 1:
		end_write(e, fuzz_byte(in) * 16);
		break;
	case 2:
		end_write(e, fuzz_word(in) % WRITE_MAX);
		break;
	case 3:
		end_read(e, fuzz_word(in));
		break;
	case 4:
		pass(w, fuzz_word(in));
		break;
	case 5:
		pass(w, how & 0x10 ? until_due(w) : fuzz_word(in) * 1000ULL);
		break;
	case 6:
		if (how & 0x20)
			end_shut(e);
		else if (how & 0x40)
			e->s.conf.nodelay = how & 0x10;
		else
			e->s.conf.cork = how & 0x10;
		break;
	case 7:
		if (how & 0x40)
			forge(w, i, in);
		else if ((how & 0x30) == 0x30)
			abort_end(w, e);
		break;
	case 8:
		if (way->n)
			drop(way, at);
		break;
	case 9:
		if (way->n)
			deliver(w, i, at, true);
		break;
	default:
		/* Most of the time the path does what it should, or nearly. */
		if (way->n)
			deliver(w, i, how & 1 ? 0 : at, false);
		break;
	}
	check(w);
}

static bool over(const struct end *e)
{
	return e->st == TCP_ST_CLOSED || e->st == TCP_ST_TIME_WAIT;
}

/* From now on the path is good, and the programs read what there is and close. */
static void finish(struct world *w)
{
	u32 i, steps;

	end_connect(&w->e[0]);
	for (i = 0; i < 2; i++) {
		w->e[i].s.conf.cork = false;
		/* It may have tried often already, when that was of no use. */
		w->e[i].s.conf.retries = 255;
		w->e[i].s.conf.syn_retries = 255;
		end_shut(&w->e[i]);
	}
	for (steps = 0; !over(&w->e[0]) || !over(&w->e[1]); steps++) {
		MUST(steps < 20000);
		for (i = 0; i < 2; i++) {
			end_read(&w->e[i], ~0U);
			if (w->to[i].n)
				deliver(w, i, 0, false);
		}
		if (!w->to[0].n && !w->to[1].n && (!over(&w->e[0]) || !over(&w->e[1]))) {
			MUST(next_due(w) != END_NEVER);
			pass(w, until_due(w));
		} else {
			pass(w, 100);
		}
		check(w);
		MUST(!w->given_up);
	}
	for (i = 0; i < 2; i++)
		MUST(w->e[i].delivered == w->e[!i].stock.end - w->e[!i].iss - 1);
}

static void begin(struct world *w, struct fuzz_input *in)
{
	static const u32 isses[] = { 0, 0x7ffffc00, 0xfffffc00, 0xffffffff };
	static const u32 buffers[] = { 600, 5000, 60000, 400000 };
	u8 how = fuzz_byte(in), more = fuzz_byte(in);
	u32 i;

	w->now = 1000000000;
	for (i = 0; i < 2; i++) {
		w->e[i] = (struct end){
			.st = TCP_ST_LISTEN, .transmit = transmit, .arg = &w->to[!i],
			.now = w->now, .ts = more & 1, .sack = more & 2,
			.mss = more & 4 ? 1448 : 536,
			.iss = isses[how >> 2 * i & 3], .buffer = buffers[how >> (4 + 2 * i) & 3],
		};
	}
	/* Who opens it; the other listens, until the input has it do the same. */
	end_connect(&w->e[0]);
	if (more & 8)
		end_connect(&w->e[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	static struct world w;
	u32 steps = STEPS, i;

	memset(&w, 0, sizeof(w));
	begin(&w, &in);
	while (in.left && steps--)
		step(&w, &in);
	if (!w.forged && !w.given_up)
		finish(&w);
	for (i = 0; i < 2; i++)
		if (end_alive(&w.e[i]))
			end_free(&w.e[i]);
	return 0;
}
