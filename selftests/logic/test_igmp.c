// SPDX-License-Identifier: GPL-2.0
/* Tests of module/ip/logic/igmp_packet.c and igmp_state.c. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "ip/logic/igmp_state.h"
#include "ktap.h"

#define REPORT_MAX	1476

static __be32 ip(const char *text)
{
	__be32 addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		abort();
	return addr;
}

/* The reports that have been written, and how much each may hold. */
static u8 reports[64][REPORT_MAX];
static size_t lens[64];
static unsigned int n_reports;
static size_t room = REPORT_MAX;

static bool next_report(struct igmp_writer *w)
{
	if (w->buf)
		lens[n_reports - 1] = w->len;
	if (n_reports == 64)
		return false;
	w->buf = reports[n_reports++];
	w->room = room;
	return true;
}

static struct igmp_writer begin(void)
{
	n_reports = 0;
	memset(reports, 0xaa, sizeof(reports));
	return (struct igmp_writer){ .next = next_report };
}

static void end(struct igmp_writer *w)
{
	if (w->buf)
		lens[n_reports - 1] = w->len;
}

/* All records of all reports as text: "TYPE GROUP SOURCE...;" */
static const char *said(struct igmp_writer *w)
{
	static char text[65536];
	static const char *const names[] = { "?", "IN", "EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK" };
	char addr[INET_ADDRSTRLEN];
	unsigned int r, n, i, sources;
	char *out = text;

	end(w);
	*out = 0;
	for (r = 0; r < n_reports; r++) {
		const u8 *p = reports[r] + IGMP_PACKET_LEN;

		CHECK_EQ(reports[r][0], IGMP_PACKET_REPORT_V3);
		for (n = pure_get16(reports[r] + 6); n; n--) {
			inet_ntop(AF_INET, p + 4, addr, sizeof(addr));
			out += sprintf(out, "%s %s", names[p[0] <= 6 ? p[0] : 0], addr);
			sources = pure_get16(p + 2);
			p += IGMP_PACKET_RECORD_LEN;
			for (i = 0; i < sources; i++, p += 4) {
				inet_ntop(AF_INET, p, addr, sizeof(addr));
				out += sprintf(out, " %s", addr);
			}
			out += sprintf(out, ";");
		}
		CHECK_EQ(p - reports[r], lens[r]);
	}
	return text;
}

#define CHECK_SAID(w, want)								\
	do {										\
		const char *_said = said(w);						\
											\
		if (strcmp(_said, want)) {						\
			printf("# %s:%d: said \"%s\", not \"%s\"\n", __FILE__, __LINE__,\
			       _said, want);						\
			ktap_failed = true;						\
		}									\
	} while (0)

static void igmp_code__ranges(void)
{
	unsigned int code;

	for (code = 0; code < 128; code++)
		CHECK_EQ(igmp_code((u8)code), code);
	CHECK_EQ(igmp_code(0x80), 128);
	CHECK_EQ(igmp_code(0x8f), 248);
	CHECK_EQ(igmp_code(0x90), 256);
	CHECK_EQ(igmp_code(0xff), 31744);
}

/* Exact allocations, so that the sanitizer sees any byte read too many. */
static enum igmp_verdict parse(const u8 *from, size_t len, struct igmp_message *m)
{
	u8 *p = malloc(len ? len : 1);
	enum igmp_verdict verdict;

	memcpy(p, from, len);
	verdict = igmp_parse(p, len, m);
	free(p);
	return verdict;
}

static void igmp_parse__versions_of_queries(void)
{
	u8 p[64] = { IGMP_PACKET_QUERY };
	struct igmp_message m;
	size_t len;

	CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_OK);
	CHECK_EQ(m.version, 1);
	CHECK_EQ(m.max_resp, 100);
	p[1] = 30;
	CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_OK);
	CHECK_EQ(m.version, 2);
	CHECK_EQ(m.max_resp, 30);
	CHECK_EQ(m.group, 0);
	for (len = 0; len < 64; len++) {
		if (len == 8)
			continue;
		CHECK_EQ(parse(p, len, &m), len < 12 ? IGMP_PACKET_SHORT : IGMP_PACKET_OK);
		if (len >= 12)
			CHECK_EQ(m.version, 3);
	}
}

static void igmp_parse__a_query_of_version_3(void)
{
	u8 p[20] = { IGMP_PACKET_QUERY, 0x90, 0, 0, 239, 1, 2, 3, 0x0d, 0x80, 0, 2,
		     10, 0, 0, 1, 10, 0, 0, 2 };
	struct igmp_message m;
	size_t len;

	CHECK_EQ(igmp_parse(p, sizeof(p), &m), IGMP_PACKET_OK);
	CHECK_EQ(m.group, ip("239.1.2.3"));
	CHECK_EQ(m.max_resp, 256);
	CHECK_EQ(m.robustness, 5);
	CHECK_EQ(m.interval, 128);
	CHECK_EQ(m.n_sources, 2);
	CHECK(m.sources == p + 12);
	for (len = 12; len < sizeof(p); len++)
		CHECK_EQ(parse(p, len, &m), IGMP_PACKET_SHORT);
	p[1] = 0;
	CHECK_EQ(igmp_parse(p, sizeof(p), &m), IGMP_PACKET_OK);
	CHECK_EQ(m.max_resp, 1);
}

static void igmp_parse__groups(void)
{
	static const u8 types[] = { IGMP_PACKET_REPORT_V1, IGMP_PACKET_REPORT_V2,
				    IGMP_PACKET_LEAVE };
	u8 p[8] = { IGMP_PACKET_QUERY, 10, 0, 0, 10, 0, 0, 1 };
	struct igmp_message m;
	unsigned int i;

	CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_GROUP);
	p[1] = 0;	/* of version 1 the group means nothing */
	CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_OK);
	CHECK_EQ(m.group, 0);
	for (i = 0; i < sizeof(types); i++) {
		p[0] = types[i];
		p[4] = 10;
		CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_GROUP);
		p[4] = 0;
		CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_GROUP);
		p[4] = 239;
		CHECK_EQ(parse(p, 8, &m), IGMP_PACKET_OK);
		CHECK_EQ(parse(p, 7, &m), IGMP_PACKET_SHORT);
	}
	for (i = 0; i < 256; i++) {
		p[0] = (u8)i;
		CHECK_EQ(parse(p, 8, &m) == IGMP_PACKET_TYPE,
			 i != 0x11 && i != 0x12 && i != 0x16 && i != 0x17 && i != 0x22);
	}
}

/* A socket's filter from words: mode, then sources. */
static struct igmp_filter filter(bool exclude, const char *sources)
{
	static __be32 addrs[16][512];
	static unsigned int turn;
	struct igmp_filter f = { .exclude = exclude };
	char copy[8192], *word, *rest = copy;

	turn = (turn + 1) % 16;
	f.addr = addrs[turn];
	strcpy(copy, sources);
	while ((word = strtok_r(rest, " ", &rest)))
		addrs[turn][f.n++] = ip(word);
	return f;
}

static struct igmp_state state;
static struct igmp_source memory[2048];

static void fresh(void)
{
	memset(&state, 0, sizeof(state));
	state.source = memory;
	room = REPORT_MAX;
}

static bool change(const struct igmp_filter *was, const struct igmp_filter *is)
{
	return igmp_state_change(&state, was, is, 2);
}

static void say_change(const char *want)
{
	struct igmp_writer w = begin();

	igmp_state_say_change(&state, ip("239.1.1.1"), &w);
	CHECK_SAID(&w, want);
}

static void say(const char *want)
{
	struct igmp_writer w = begin();

	igmp_state_say(&state, ip("239.1.1.1"), &w);
	CHECK_SAID(&w, want);
}

/* RFC 3376 3.2: the examples there. */
static void igmp_state__merged_as_in_the_rfc(void)
{
	struct igmp_filter s1 = filter(true, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4");
	struct igmp_filter s2 = filter(true, "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");
	struct igmp_filter s3 = filter(false, "10.0.0.4 10.0.0.5 10.0.0.6");
	struct igmp_filter a = filter(false, "10.0.0.1 10.0.0.2 10.0.0.3");
	struct igmp_filter b = filter(false, "10.0.0.2 10.0.0.3 10.0.0.4");

	fresh();
	change(NULL, &s1);
	change(NULL, &s2);
	change(NULL, &s3);
	say("EX 239.1.1.1 10.0.0.2 10.0.0.3;");
	CHECK(igmp_state_wants(&state, ip("10.0.0.4")));
	CHECK(!igmp_state_wants(&state, ip("10.0.0.2")));
	CHECK(igmp_state_wants(&state, ip("10.9.9.9")));
	fresh();
	change(NULL, &a);
	change(NULL, &b);
	say("IN 239.1.1.1 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4;");
	CHECK(!igmp_state_wants(&state, ip("10.9.9.9")));
}

static void igmp_state__join_and_leave(void)
{
	struct igmp_filter all = filter(true, "");

	fresh();
	CHECK(change(NULL, &all));
	CHECK(!change(NULL, &all));
	say("EX 239.1.1.1;");
	say_change("TO_EX 239.1.1.1;");
	CHECK(igmp_state_pending(&state));
	say_change("TO_EX 239.1.1.1;");
	CHECK(!igmp_state_pending(&state));
	CHECK(!change(&all, NULL));
	CHECK(change(&all, NULL));
	say("");
	say_change("TO_IN 239.1.1.1;");
	say_change("TO_IN 239.1.1.1;");
	CHECK(!igmp_state_pending(&state));
	CHECK_EQ(state.n, 0);
}

static void igmp_state__sources_come_and_go(void)
{
	struct igmp_filter one = filter(false, "10.0.0.1");
	struct igmp_filter two = filter(false, "10.0.0.1 10.0.0.2");
	struct igmp_filter other = filter(false, "10.0.0.2 10.0.0.3");

	fresh();
	CHECK(change(NULL, &one));
	say_change("ALLOW 239.1.1.1 10.0.0.1;");
	CHECK(change(&one, &two));
	/* each as often as it must be said, whatever comes between */
	say_change("ALLOW 239.1.1.1 10.0.0.1 10.0.0.2;");
	CHECK(change(&two, &other));
	say_change("ALLOW 239.1.1.1 10.0.0.2 10.0.0.3;BLOCK 239.1.1.1 10.0.0.1;");
	say_change("ALLOW 239.1.1.1 10.0.0.3;BLOCK 239.1.1.1 10.0.0.1;");
	CHECK(!igmp_state_pending(&state));
	CHECK_EQ(state.n, 2);
	CHECK(change(&other, NULL));
	say_change("BLOCK 239.1.1.1 10.0.0.2 10.0.0.3;");
	say_change("BLOCK 239.1.1.1 10.0.0.2 10.0.0.3;");
	CHECK_EQ(state.n, 0);
}

static void igmp_state__mode_changes(void)
{
	struct igmp_filter in = filter(false, "10.0.0.1");
	struct igmp_filter ex = filter(true, "10.0.0.2");

	fresh();
	change(NULL, &in);
	CHECK(change(&in, &ex));
	say_change("TO_EX 239.1.1.1 10.0.0.2;");
	CHECK(change(&ex, &in));
	say_change("TO_IN 239.1.1.1 10.0.0.1;");
	say_change("TO_IN 239.1.1.1 10.0.0.1;");
	CHECK(!igmp_state_pending(&state));
	igmp_state_announce(&state, 2);
	say_change("ALLOW 239.1.1.1 10.0.0.1;");
	igmp_state_announce(&state, 0);
	CHECK(!igmp_state_pending(&state));
	change(&in, &ex);
	igmp_state_announce(&state, 1);
	say_change("TO_EX 239.1.1.1 10.0.0.2;");
	CHECK(!igmp_state_pending(&state));
}

/* Without anybody to tell, nothing is kept to be said. */
static void igmp_state__not_told(void)
{
	struct igmp_filter in = filter(false, "10.0.0.1");

	fresh();
	CHECK(!igmp_state_change(&state, NULL, &in, 0));
	CHECK(!igmp_state_pending(&state));
	CHECK(!igmp_state_change(&state, &in, NULL, 0));
	CHECK_EQ(state.n, 0);
}

static void igmp_state__asked_about_sources(void)
{
	struct igmp_filter ex = filter(true, "10.0.0.2");
	struct igmp_filter asked = filter(true, "10.0.0.1 10.0.0.2 10.0.0.3");
	struct igmp_filter in = filter(false, "10.0.0.2");
	struct igmp_writer w;

	fresh();
	change(NULL, &ex);
	w = begin();
	igmp_state_say_of(&state, ip("239.1.1.1"), asked.addr, asked.n, &w);
	CHECK_SAID(&w, "IN 239.1.1.1 10.0.0.1 10.0.0.3;");
	change(&ex, &in);
	w = begin();
	igmp_state_say_of(&state, ip("239.1.1.1"), asked.addr, asked.n, &w);
	CHECK_SAID(&w, "IN 239.1.1.1 10.0.0.2;");
	w = begin();
	igmp_state_say_of(&state, ip("239.1.1.1"), asked.addr, 1, &w);
	CHECK_SAID(&w, "");
}

static void igmp_write__splits_what_does_not_fit(void)
{
	struct igmp_filter in = filter(false, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");
	struct igmp_filter ex = filter(true, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5");

	fresh();
	room = 24;	/* one record of two sources */
	change(NULL, &in);
	say("IN 239.1.1.1 10.0.0.1 10.0.0.2;IN 239.1.1.1 10.0.0.3 10.0.0.4;"
	    "IN 239.1.1.1 10.0.0.5;");
	CHECK_EQ(n_reports, 3);
	fresh();
	room = 24;
	change(NULL, &ex);
	say("EX 239.1.1.1 10.0.0.1 10.0.0.2;");
	CHECK_EQ(n_reports, 1);
}

static void igmp_write__many_groups(void)
{
	struct igmp_writer w = begin();
	unsigned int i, r, records = 0;

	room = REPORT_MAX;
	for (i = 0; i < 1000; i++)
		CHECK(igmp_write_record(&w, IGMP_IS_EX, htonl(0xef000000 + i)));
	end(&w);
	for (r = 0; r < n_reports; r++) {
		CHECK(lens[r] <= room);
		records += pure_get16(reports[r] + 6);
	}
	CHECK_EQ(records, 1000);
	CHECK_EQ(n_reports, 6);
}

static void igmp_write__no_more_reports(void)
{
	struct igmp_writer w = begin();

	n_reports = 64;
	CHECK(!igmp_write_record(&w, IGMP_IS_EX, ip("239.1.1.1")));
	CHECK(!igmp_write_source(&w, ip("10.0.0.1")));
	n_reports = 0;
	room = 15;	/* too small for any record */
	CHECK(!igmp_write_record(&w, IGMP_IS_EX, ip("239.1.1.1")));
	room = REPORT_MAX;
}

/* What a few sockets want, merged by the RFC's words, after random changes. */
static void igmp_state__random_changes(void)
{
	static struct igmp_filter f[6];
	static __be32 list[6][8];
	static bool member[6];
	unsigned int round, i, j, who;

	fresh();
	memset(member, 0, sizeof(member));
	for (round = 0; round < 20000; round++) {
		struct igmp_filter was;
		__be32 old[8];
		bool was_member;

		who = ktap_random(6);
		was = f[who];
		memcpy(old, list[who], sizeof(old));
		was.addr = old;
		was_member = member[who];
		member[who] = ktap_random(4);
		f[who] = (struct igmp_filter){ .exclude = ktap_random(2), .addr = list[who] };
		for (i = 0; i < 8; i++)
			if (!ktap_random(3))
				list[who][f[who].n++] = htonl(0x0a000000 + i);
		igmp_state_change(&state, was_member ? &was : NULL, member[who] ? &f[who] : NULL,
				  2);
		if (!ktap_random(4)) {
			struct igmp_writer w = begin();

			igmp_state_say_change(&state, ip("239.1.1.1"), &w);
			said(&w);
		}
		for (i = 0; i < 9; i++) {
			__be32 source = htonl(0x0a000000 + i);
			bool wants = false;

			for (j = 0; j < 6; j++)
				wants |= member[j] && igmp_filter_passes(&f[j], source);
			CHECK_EQ(igmp_state_wants(&state, source), wants);
		}
		CHECK(state.n <= 8);
	}
}

static const struct ktap_case cases[] = {
	KTAP_CASE(igmp_code__ranges),
	KTAP_CASE(igmp_parse__versions_of_queries),
	KTAP_CASE(igmp_parse__a_query_of_version_3),
	KTAP_CASE(igmp_parse__groups),
	KTAP_CASE(igmp_state__merged_as_in_the_rfc),
	KTAP_CASE(igmp_state__join_and_leave),
	KTAP_CASE(igmp_state__sources_come_and_go),
	KTAP_CASE(igmp_state__mode_changes),
	KTAP_CASE(igmp_state__not_told),
	KTAP_CASE(igmp_state__asked_about_sources),
	KTAP_CASE(igmp_write__splits_what_does_not_fit),
	KTAP_CASE(igmp_write__many_groups),
	KTAP_CASE(igmp_write__no_more_reports),
	KTAP_CASE(igmp_state__random_changes),
};

KTAP_MAIN(cases)
