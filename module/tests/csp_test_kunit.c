// SPDX-License-Identifier: GPL-2.0
/*
 * The cases of csp_test.c as suites of KUnit, one for each file of them: csp_chan has
 * those of csp_test_chan.c. KUnit runs them when this is loaded.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "csp_test.h"

#define CT_CASES_MAX	32	/* of one suite */

/* Filled in when the module is loaded; each ends with an entry without a name. */
static struct kunit_case ct_kunit_cases[CT_UNITS][CT_CASES_MAX + 1];

#define CT_SUITE(table, unit) {					\
	.name = "csp_" unit,					\
	.test_cases = ct_kunit_cases[table],			\
	.attr.speed = KUNIT_SPEED_SLOW,				\
}

static struct kunit_suite ct_kunit_suites[CT_UNITS] = {
	[CT_UNIT_CHAN] = CT_SUITE(CT_UNIT_CHAN, "chan"),
	[CT_UNIT_SELECT] = CT_SUITE(CT_UNIT_SELECT, "select"),
	[CT_UNIT_PROC] = CT_SUITE(CT_UNIT_PROC, "proc"),
	[CT_UNIT_TIMER] = CT_SUITE(CT_UNIT_TIMER, "timer"),
	[CT_UNIT_POOL] = CT_SUITE(CT_UNIT_POOL, "pool"),
	[CT_UNIT_GROUP] = CT_SUITE(CT_UNIT_GROUP, "group"),
	[CT_UNIT_STRESS] = CT_SUITE(CT_UNIT_STRESS, "stress"),
	[CT_UNIT_MEET] = CT_SUITE(CT_UNIT_MEET, "meet"),
};

/* All names differ, so that a case of KUnit's is told by its own. */
static const struct ct_case *ct_kunit_find(const char *name)
{
	const struct ct_case *c;
	unsigned int i;

	for (i = 0; i < CT_UNITS; i++)
		for (c = ct_tables[i]; c->name; c++)
			if (!strcmp(c->name, name))
				return c;
	return NULL;
}

static void ct_kunit_run(struct kunit *test)
{
	const struct ct_case *c = ct_kunit_find(test->name);
	struct ct *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, c);
	KUNIT_ASSERT_NOT_NULL(test, t);
	ct_case_run(t, c);
	KUNIT_EXPECT_FALSE_MSG(test, t->failed, "%s", t->text);
}

static int __init ct_kunit_init(void)
{
	unsigned int i, n;

	for (i = 0; i < CT_UNITS; i++) {
		for (n = 0; ct_tables[i][n].name; n++) {
			if (WARN_ON(n == CT_CASES_MAX))
				return -E2BIG;
			ct_kunit_cases[i][n] = (struct kunit_case) {
				.name = ct_tables[i][n].name,
				.run_case = ct_kunit_run,
				.module_name = KBUILD_MODNAME,
			};
		}
	}
	return 0;
}

/* Without one a module that has an init stays for ever. */
static void __exit ct_kunit_exit(void)
{
}

module_init(ct_kunit_init);
module_exit(ct_kunit_exit);
kunit_test_suites(&ct_kunit_suites[CT_UNIT_CHAN], &ct_kunit_suites[CT_UNIT_SELECT],
		  &ct_kunit_suites[CT_UNIT_PROC], &ct_kunit_suites[CT_UNIT_TIMER],
		  &ct_kunit_suites[CT_UNIT_POOL], &ct_kunit_suites[CT_UNIT_GROUP],
		  &ct_kunit_suites[CT_UNIT_STRESS], &ct_kunit_suites[CT_UNIT_MEET]);

MODULE_DESCRIPTION("Tests of GoNet's CSP runtime, for KUnit");
MODULE_LICENSE("GPL");
