// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as an IGMP message, and as a program of joins and reports: no report is
 * longer than its room, and what it says it holds is in it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ip/logic/igmp_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SOCKETS	4
#define SOURCES	8

static u8 *report;
static size_t room;

static void check_report(const struct igmp_writer *w)
{
	const u8 *p = report + IGMP_PACKET_LEN;
	unsigned int n;

	if (w->len > room)
		abort();
	for (n = pure_get16(report + 6); n; n--)
		p += IGMP_PACKET_RECORD_LEN + 4 * (size_t)pure_get16(p + 2);
	if (p != report + w->len)
		abort();
}

static void drop_report(const struct igmp_writer *w)
{
	if (w->buf)
		check_report(w);
	free(report);
	report = NULL;
}

static bool next_report(struct igmp_writer *w)
{
	drop_report(w);
	report = malloc(room);
	w->buf = report;
	w->room = room;
	return true;
}

static void say(struct igmp_state *st, u8 what, const __be32 *asked)
{
	struct igmp_writer w = { .next = next_report };

	room = 16 + what;
	if (what & 1)
		igmp_state_say_change(st, 0, &w);
	else if (what & 2)
		igmp_state_say(st, 0, &w);
	else
		igmp_state_say_of(st, 0, asked, SOURCES, &w);
	drop_report(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static __be32 lists[SOCKETS][SOURCES];
	struct igmp_filter f[SOCKETS] = {};
	struct igmp_source memory[SOCKETS * SOURCES * 2];
	struct igmp_state st = { .source = memory };
	bool member[SOCKETS] = {};
	struct igmp_message m;
	size_t i;

	if (igmp_parse(data, size, &m) == IGMP_PACKET_OK && m.n_sources &&
	    m.sources + 4 * (size_t)m.n_sources > data + size)
		abort();
	for (i = 0; i + 3 <= size; i += 3) {
		unsigned int who = data[i] % SOCKETS, bit;
		struct igmp_filter was = f[who];
		__be32 old[SOURCES];

		if (data[i] & 0x80) {
			say(&st, data[i + 1], lists[who]);
			continue;
		}
		memcpy(old, lists[who], sizeof(old));
		was.addr = old;
		f[who] = (struct igmp_filter){ .exclude = data[i] & 0x40, .addr = lists[who] };
		for (bit = 0; bit < SOURCES; bit++)
			if (data[i + 1] & 1 << bit)
				lists[who][f[who].n++] = (__be32)bit;
		igmp_state_change(&st, member[who] ? &was : NULL,
				  data[i] & 0x20 ? &f[who] : NULL, data[i + 2] & 3);
		member[who] = data[i] & 0x20;
		if (st.n > SOURCES)
			abort();
	}
	return 0;
}
