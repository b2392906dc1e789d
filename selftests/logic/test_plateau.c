// SPDX-License-Identifier: GPL-2.0
/* Tests of module/ip/logic/plateau.c. */
#include "ktap.h"
#include "ip/logic/plateau.h"

static void plateau_below__is_less(void)
{
	u32 len;

	for (len = 69; len <= 65535; len++) {
		CHECK(plateau_below(len) < len);
		CHECK(plateau_below(len) >= 68);
		CHECK(plateau_below(len) >= plateau_below(len - 1));
	}
}

static void plateau_below__known_links(void)
{
	CHECK_EQ(plateau_below(65535), 32000);
	CHECK_EQ(plateau_below(9000), 8166);
	CHECK_EQ(plateau_below(1501), 1500);
	CHECK_EQ(plateau_below(1500), 1492);
	CHECK_EQ(plateau_below(1492), 1006);
	CHECK_EQ(plateau_below(576), 508);
	CHECK_EQ(plateau_below(297), 296);
	CHECK_EQ(plateau_below(296), 68);
}

static void plateau_below__never_below_the_least(void)
{
	CHECK_EQ(plateau_below(0), 68);
	CHECK_EQ(plateau_below(20), 68);
	CHECK_EQ(plateau_below(68), 68);
}

static const struct ktap_case cases[] = {
	KTAP_CASE(plateau_below__is_less),
	KTAP_CASE(plateau_below__known_links),
	KTAP_CASE(plateau_below__never_below_the_least),
};

KTAP_MAIN(cases)
