// SPDX-License-Identifier: GPL-2.0
/* Tests of module/link/logic/nud.c. */
#include "ktap.h"
#include "link/logic/nud.h"

static const u8 unknown[] = { NUD_NONE, NUD_INCOMPLETE, NUD_FAILED };
static const u8 known[] = { NUD_REACHABLE, NUD_STALE, NUD_DELAY, NUD_PROBE };
static const u8 fixed[] = { NUD_NOARP, NUD_PERMANENT };

#define SAME		1
#define SOLICITED	2
#define OVERRIDE	4
#define ALL		8

static bool took;

static u8 after(u8 state, unsigned int how)
{
	struct nud_heard heard = {
		.same_mac = how & SAME,
		.solicited = how & SOLICITED,
		.override = how & OVERRIDE,
	};

	return nud_after_packet(state, &heard, &took);
}

static void nud_after_packet__first_address_is_taken(void)
{
	unsigned int i, how;

	for (i = 0; i < sizeof(unknown); i++)
		for (how = 0; how < ALL; how++) {
			CHECK_EQ(after(unknown[i], how),
				 how & SOLICITED ? NUD_REACHABLE : NUD_STALE);
			CHECK(took);
		}
}

static void nud_after_packet__same_address(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(known); i++) {
		CHECK_EQ(after(known[i], SAME), known[i]);
		CHECK(!took);
		CHECK_EQ(after(known[i], SAME | OVERRIDE), known[i]);
		CHECK(!took);
		CHECK_EQ(after(known[i], SAME | SOLICITED), NUD_REACHABLE);
		CHECK(!took);
	}
}

/* Within the lock time the first answer holds. */
static void nud_after_packet__other_address_without_override(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(known); i++) {
		CHECK_EQ(after(known[i], 0), known[i]);
		CHECK(!took);
		CHECK_EQ(after(known[i], SOLICITED), known[i]);
		CHECK(!took);
	}
}

static void nud_after_packet__other_address_overrides(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(known); i++) {
		CHECK_EQ(after(known[i], OVERRIDE), NUD_STALE);
		CHECK(took);
		CHECK_EQ(after(known[i], OVERRIDE | SOLICITED), NUD_REACHABLE);
		CHECK(took);
	}
}

static void nud_after_packet__fixed_stay(void)
{
	unsigned int i, how;

	for (i = 0; i < sizeof(fixed); i++)
		for (how = 0; how < ALL; how++) {
			CHECK_EQ(after(fixed[i], how), fixed[i]);
			CHECK(!took);
		}
}

static void nud_after_time__table(void)
{
	CHECK_EQ(nud_after_time(NUD_REACHABLE, true), NUD_DELAY);
	CHECK_EQ(nud_after_time(NUD_REACHABLE, false), NUD_STALE);
	CHECK_EQ(nud_after_time(NUD_STALE, true), NUD_DELAY);
	CHECK_EQ(nud_after_time(NUD_STALE, false), NUD_STALE);
	CHECK_EQ(nud_after_time(NUD_DELAY, true), NUD_PROBE);
	CHECK_EQ(nud_after_time(NUD_DELAY, false), NUD_PROBE);
	CHECK_EQ(nud_after_time(NUD_PROBE, true), NUD_FAILED);
	CHECK_EQ(nud_after_time(NUD_INCOMPLETE, false), NUD_FAILED);
	CHECK_EQ(nud_after_time(NUD_FAILED, true), NUD_FAILED);
	CHECK_EQ(nud_after_time(NUD_PERMANENT, true), NUD_PERMANENT);
	CHECK_EQ(nud_after_time(NUD_NOARP, false), NUD_NOARP);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(nud_after_packet__first_address_is_taken),
	KTAP_CASE(nud_after_packet__same_address),
	KTAP_CASE(nud_after_packet__other_address_without_override),
	KTAP_CASE(nud_after_packet__other_address_overrides),
	KTAP_CASE(nud_after_packet__fixed_stay),
	KTAP_CASE(nud_after_time__table),
};

KTAP_MAIN(cases)
