// SPDX-License-Identifier: GPL-2.0
/* Tests of the pool: threads are few, reused, bounded, and given back. */
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "csp_test.h"

#define CT_IDLE_MAX	10	/* threads that a pool with nothing to do may hold */

static atomic_t ct_steps, ct_lost;

static void ct_pool_step(struct csp_proc *proc, void *msg)
{
	atomic_inc(&ct_steps);
	if (msg)
		csp_proc_exit(proc);
}

static void ct_pool_lost(void *msg, enum csp_lost why)
{
	atomic_inc(&ct_lost);
}

/* Counts its messages; exits with one that is not NULL. */
static const struct csp_kind ct_count_kind = {
	.name = "count",
	.n_inputs = 1,
	.inputs = { {
		.name = "in", .depth = 16, .full = CSP_DROP, .step = ct_pool_step,
		.lost = ct_pool_lost,
	} },
};

static void ct_pool_reset(void)
{
	atomic_set(&ct_steps, 0);
	atomic_set(&ct_lost, 0);
}

static bool ct_pool_rests(unsigned int threads)
{
	struct csp_pool_info info;

	csp_pool_info(&info);
	return info.threads <= threads && info.idle == info.threads;
}

/* Sends a message to one in @every of @n processes. Return: to how many. */
static unsigned int ct_pool_touch(struct csp_proc **p, unsigned int n, unsigned int every)
{
	unsigned int i;

	for (i = 0; i < n; i += every) {
		csp_send(&p[i]->in[0], NULL);
		cond_resched();
	}
	return DIV_ROUND_UP(n, every);
}

static void ct_pool_idle(struct ct *t)
{
	unsigned int i, n = ct_scaled(10000), sent = 0;
	struct csp_proc **p = kvcalloc(n, sizeof(*p), GFP_KERNEL);
	struct csp_pool_info info;
	char linger[16];

	if (!CT_CHECK(t, p))
		return;
	ct_pool_reset();
	CT_EQ(t, ct_param_get("linger_ms", linger, sizeof(linger)), 0);
	CT_EQ(t, ct_param_set("linger_ms", "100"), 0);
	for (i = 0; i < n; i++) {
		p[i] = csp_proc_start(&t->group, &ct_count_kind, NULL, GFP_KERNEL, "idle%u", i);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			break;
	}
	n = i;
	for (i = 0; i < 3; i++) {
		sent += ct_pool_touch(p, n, 1 + 50 * i);
		CT_SOON(t, atomic_read(&ct_steps) == sent);
		csp_pool_info(&info);
		CT_CHECK(t, info.threads <= info.max);
		CT_SOON(t, ct_pool_rests(CT_IDLE_MAX));
	}
	CT_EQ(t, atomic_read(&ct_lost), 0);
	csp_group_stop(&t->group);
	CT_EQ(t, ct_param_set("linger_ms", linger), 0);
	for (i = 0; i < n; i++)
		csp_proc_put(p[i]);
	kvfree(p);
}

/* Processes that come and go take their threads from the pool. */
static void ct_pool_reuse(struct ct *t)
{
	struct csp_pool_info before, after;
	unsigned int i, n = ct_scaled(2000);
	struct csp_proc *p;

	ct_pool_reset();
	csp_pool_info(&before);
	for (i = 0; i < n; i++) {
		p = csp_proc_start(&t->group, &ct_count_kind, NULL, GFP_KERNEL, "brief");
		if (!CT_CHECK(t, !IS_ERR(p)))
			break;
		CT_EQ(t, csp_send(&p->in[0], t), 0);
		csp_proc_join(p);
		csp_proc_put(p);
	}
	csp_pool_info(&after);
	CT_CHECK(t, after.started - before.started < 50);
	CT_EQ(t, atomic_read(&ct_steps), n);
	csp_group_stop(&t->group);
}

/* A pipeline, two flows, and one thread for all of it. */
static void ct_pool_one_thread(struct ct *t)
{
	struct ct_flow flow = {
		.how = CT_WAIT, .threads = 2, .timers = 1, .each = ct_scaled(3000),
	};
	struct csp_pool_info info;
	struct ct_sink_arg arg = {};
	struct csp_proc *p[4];
	char max[16];
	int i;

	CT_EQ(t, ct_param_get("threads_max", max, sizeof(max)), 0);
	CT_EQ(t, ct_param_set("threads_max", "1"), 0);
	for (i = 3; i >= 0; i--) {
		arg.to = i < 3 ? p[i + 1] : NULL;
		p[i] = csp_proc_start(&t->group, i ? &ct_deep_kind : &ct_sink_kind, &arg,
				      GFP_KERNEL, "one%d", i);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			return;
	}
	flow.ch = &p[0]->in[0];
	CT_EQ(t, ct_flow_start(&flow), 0);
	ct_flow_join(&flow);
	for (i = 0; i < 4; i++)
		csp_proc_stop(p[i]);
	CT_SOON(t, (csp_pool_info(&info), info.threads == 1));
	CT_CHECK(t, ct_flow_count(&flow, false) >= 2 * flow.each);
	ct_flow_check(t, &flow);
	csp_group_stop(&t->group);
	ct_flow_free(&flow);
	CT_EQ(t, ct_param_set("threads_max", max), 0);
}

/* More processes with work than threads: the limit holds, and all get their turn. */
static void ct_pool_limit(struct ct *t)
{
	unsigned int i, round, n = 200, rounds = ct_scaled(20);
	struct csp_proc **p = kcalloc(n, sizeof(*p), GFP_KERNEL);
	struct csp_pool_info info;
	unsigned int sent = 0;
	char max[16];

	if (!CT_CHECK(t, p))
		return;
	ct_pool_reset();
	CT_EQ(t, ct_param_get("threads_max", max, sizeof(max)), 0);
	CT_EQ(t, ct_param_set("threads_max", "8"), 0);
	CT_SOON(t, ct_pool_rests(8));
	for (i = 0; i < n; i++) {
		p[i] = csp_proc_start(&t->group, &ct_count_kind, NULL, GFP_KERNEL, "limit%u", i);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			break;
	}
	n = i;
	for (round = 0; round < rounds; round++) {
		sent += ct_pool_touch(p, n, 1);
		csp_pool_info(&info);
		CT_CHECK(t, info.threads <= 8);
		CT_SOON(t, atomic_read(&ct_steps) == sent);
	}
	CT_EQ(t, atomic_read(&ct_lost), 0);
	csp_group_stop(&t->group);
	CT_EQ(t, ct_param_set("threads_max", max), 0);
	for (i = 0; i < n; i++)
		csp_proc_put(p[i]);
	kfree(p);
}

const struct ct_case ct_pool_cases[] = {
	{ "pool__idle_hold_few_threads", ct_pool_idle },
	{ "pool__threads_are_reused", ct_pool_reuse },
	{ "pool__one_thread_serves_all", ct_pool_one_thread },
	{ "pool__limit_holds", ct_pool_limit },
	{}
};
