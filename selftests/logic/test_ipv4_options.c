// SPDX-License-Identifier: GPL-2.0
/* Tests of module/ip/logic/ipv4_options.c. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "ip/logic/ipv4_options.h"
#include "ktap.h"

#define OWN	"\x0a\x00\x00\x02"	/* 10.0.0.2 */
#define OWN2	"\x0a\x00\x01\x02"
#define NOW	"\x01\x02\x03\x04"

static bool is_own(__be32 addr, void *arg)
{
	(void)arg;
	return !memcmp(&addr, OWN, 4) || !memcmp(&addr, OWN2, 4);
}

static enum ipv4_options_verdict process(u8 *opts, size_t len, struct ipv4_options_out *out)
{
	struct ipv4_options_in in = { .now_ms = 0x01020304, .is_own = is_own };
	enum ipv4_options_verdict verdict;
	u8 *exact = malloc(len ? len : 1);

	memcpy(&in.own, OWN, 4);
	memcpy(exact, opts, len);
	verdict = ipv4_options_process(exact, len, &in, out);
	memcpy(opts, exact, len);
	free(exact);
	return verdict;
}

/* Expects @before to become @after. */
static void expect_ok(const char *before, const char *after, size_t len, bool changed)
{
	struct ipv4_options_out out;
	u8 opts[40];

	memcpy(opts, before, len);
	CHECK_EQ(process(opts, len, &out), IPV4_OPTIONS_OK);
	CHECK(!memcmp(opts, after, len));
	CHECK_EQ(out.changed, changed);
}

static void expect_problem(const char *opts_in, size_t len, unsigned int pointer)
{
	struct ipv4_options_out out;
	u8 opts[40];

	memcpy(opts, opts_in, len);
	CHECK_EQ(process(opts, len, &out), IPV4_OPTIONS_PROBLEM);
	CHECK_EQ(out.pointer, pointer);
}

#define SAME(s)			expect_ok(s, s, sizeof(s) - 1, false)
#define BECOMES(s, t)		expect_ok(s, t, sizeof(s) - 1, true)
#define PROBLEM(s, at)		expect_problem(s, sizeof(s) - 1, 20 + (at))

static void ipv4_options_process__passed_over(void)
{
	SAME("");
	SAME("\x01\x01\x01\x01");
	SAME("\x00\xff\xff\xff");			/* nothing after the end counts */
	SAME("\x01\x00\x44\x00");
	SAME("\x82\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00");	/* security */
	SAME("\x88\x04\x12\x34");			/* stream identifier */
	SAME("\x5e\x02\x01\x00");			/* not known */
}

static void ipv4_options_process__bad_length(void)
{
	PROBLEM("\x5e\x00\x00\x00", 1);
	PROBLEM("\x5e\x01\x00\x00", 1);
	PROBLEM("\x5e\x05\x00\x00", 1);
	PROBLEM("\x01\x01\x01\x5e", 3);
	PROBLEM("\x5e\x02\x5e\xff", 3);
	PROBLEM("\x07\x02\x00\x00", 1);
	PROBLEM("\x44\x03\x05\x00", 1);
	PROBLEM("\x94\x03\x00\x00", 1);
}

static void ipv4_options_process__record_route(void)
{
	BECOMES("\x07\x07\x04\x00\x00\x00\x00\x00", "\x07\x07\x08" OWN "\x00");
	BECOMES("\x01\x07\x0b\x08\x09\x09\x09\x09\x00\x00\x00\x00",
		"\x01\x07\x0b\x0c\x09\x09\x09\x09" OWN);
	SAME("\x07\x07\x08\x09\x09\x09\x09\x00");	/* full */
	SAME("\x07\x03\x04\x00");			/* never had room */
	PROBLEM("\x07\x07\x03\x00\x00\x00\x00\x00", 2);
	PROBLEM("\x07\x07\x00\x00\x00\x00\x00\x00", 2);
	PROBLEM("\x07\x07\x05\x00\x00\x00\x00\x00", 2);	/* room for 3 bytes */
	PROBLEM("\x07\x03\x04\x07\x03\x04\x00\x00", 3);	/* twice */
}

static void ipv4_options_process__timestamp(void)
{
	BECOMES("\x44\x08\x05\x00\x00\x00\x00\x00", "\x44\x08\x09\x00" NOW);
	BECOMES("\x44\x0c\x05\x01\x00\x00\x00\x00\x00\x00\x00\x00",
		"\x44\x0c\x0d\x01" OWN NOW);
	BECOMES("\x44\x0c\x05\x03" OWN2 "\x00\x00\x00\x00", "\x44\x0c\x0d\x03" OWN2 NOW);
	SAME("\x44\x0c\x05\x03\x09\x09\x09\x09\x00\x00\x00\x00");
	SAME("\x44\x0c\x0d\x03\x09\x09\x09\x09\x00\x00\x00\x00");
	SAME("\x44\x08\x05\x02\x00\x00\x00\x00");	/* a flag that is not known */
	PROBLEM("\x44\x08\x04\x00\x00\x00\x00\x00", 2);
	PROBLEM("\x44\x08\x06\x00\x00\x00\x00\x00", 2);
	PROBLEM("\x44\x08\x05\x01\x00\x00\x00\x00", 2);
	PROBLEM("\x44\x04\x05\x00\x44\x04\x05\x00", 4);
}

static void ipv4_options_process__overflow(void)
{
	BECOMES("\x44\x08\x09\x00\x00\x00\x00\x00", "\x44\x08\x09\x10\x00\x00\x00\x00");
	BECOMES("\x44\x08\xff\xe1\x00\x00\x00\x00", "\x44\x08\xff\xf1\x00\x00\x00\x00");
	PROBLEM("\x44\x08\x09\xf0\x00\x00\x00\x00", 3);
}

static void ipv4_options_process__source_route(void)
{
	static const u8 types[] = { IPV4_OPT_LSRR, IPV4_OPT_SSRR };
	struct ipv4_options_out out;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		u8 opts[8] = { types[i], 7, 4, 1, 2, 3, 4, 0 };

		CHECK_EQ(process(opts, 8, &out), IPV4_OPTIONS_SOURCE_ROUTE);
	}
}

static void ipv4_options_process__router_alert(void)
{
	struct ipv4_options_out out;
	u8 opts[4] = { 0x94, 4, 0, 0 };

	CHECK_EQ(process(opts, 4, &out), IPV4_OPTIONS_OK);
	CHECK(out.router_alert);
	opts[3] = 1;
	CHECK_EQ(process(opts, 4, &out), IPV4_OPTIONS_OK);
	CHECK(!out.router_alert);
}

static void ipv4_options_echo__round_trip(void)
{
	struct ipv4_options_out out;
	u8 opts[40] = { 0x01, 0x82, 0x03, 0x00, 0x07, 0x17, 0x04 }, echo[40];

	opts[27] = 0x44;
	opts[28] = 0x0d;
	opts[29] = 0x05;
	CHECK_EQ(process(opts, 40, &out), IPV4_OPTIONS_OK);
	CHECK_EQ(out.rr, 4);
	CHECK_EQ(out.ts, 27);
	CHECK_EQ(ipv4_options_echo(opts, 40, echo), 36);
	CHECK(!memcmp(echo, opts + 4, 36));
	CHECK(!memcmp(echo + 3, OWN, 4));
	CHECK(!memcmp(echo + 27, NOW, 4));
	CHECK_EQ(ipv4_options_echo(opts, 4, echo), 0);
}

static void ipv4_options_echo__padded(void)
{
	const u8 opts[] = { 0x01, 0x07, 0x07, 0x04, 9, 9, 9, 9 };
	u8 echo[40];

	memset(echo, 0xff, sizeof(echo));
	CHECK_EQ(ipv4_options_echo(opts, sizeof(opts), echo), 8);
	CHECK(!memcmp(echo, "\x07\x07\x04\x09\x09\x09\x09\x00", 8));
}

static void ipv4_options_copied__flag(void)
{
	const u8 opts[] = { 0x07, 0x03, 0x04, 0x94, 4, 0, 0, 0x82, 3, 7, 1, 0 };
	u8 copied[40];

	CHECK_EQ(ipv4_options_copied(opts, sizeof(opts), copied), 8);
	CHECK(!memcmp(copied, "\x94\x04\x00\x00\x82\x03\x07\x00", 8));
}

static const struct ktap_case cases[] = {
	KTAP_CASE(ipv4_options_process__passed_over),
	KTAP_CASE(ipv4_options_process__bad_length),
	KTAP_CASE(ipv4_options_process__record_route),
	KTAP_CASE(ipv4_options_process__timestamp),
	KTAP_CASE(ipv4_options_process__overflow),
	KTAP_CASE(ipv4_options_process__source_route),
	KTAP_CASE(ipv4_options_process__router_alert),
	KTAP_CASE(ipv4_options_echo__round_trip),
	KTAP_CASE(ipv4_options_echo__padded),
	KTAP_CASE(ipv4_options_copied__flag),
};

KTAP_MAIN(cases)
