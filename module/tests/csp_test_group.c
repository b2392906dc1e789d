// SPDX-License-Identifier: GPL-2.0
/* Tests of groups and listings while processes come and go. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "csp_test.h"

/**
 * struct ct_churn - a thread that starts processes
 * @group: in which
 * @keep: does not stop them: somebody stops the group
 * @stop: is to end
 * @started: how many it started
 * @err: what ended it
 * @task: the thread
 * @done: it has ended
 */
struct ct_churn {
	struct csp_group *group;
	bool keep;
	bool stop;
	unsigned int started;
	int err;
	struct task_struct *task;
	struct completion done;
};

static int ct_churn_main(void *arg)
{
	struct ct_churn *churn = arg;
	struct csp_proc *p;

	while (!READ_ONCE(churn->stop)) {
		p = csp_proc_start(churn->group, &ct_sink_kind, NULL, GFP_KERNEL, "churn");
		if (IS_ERR(p)) {
			churn->err = PTR_ERR(p);
			break;
		}
		WRITE_ONCE(churn->started, churn->started + 1);
		if (churn->keep)
			csp_proc_put(p);
		else
			csp_proc_stop(p);
		cond_resched();
	}
	complete(&churn->done);
	return 0;
}

static bool ct_churn_start(struct ct *t, struct ct_churn *churn)
{
	init_completion(&churn->done);
	churn->group = &t->group;
	churn->task = kthread_create(ct_churn_main, churn, "ct_churn");
	if (!CT_CHECK(t, !IS_ERR(churn->task)))
		return false;
	get_task_struct(churn->task);
	wake_up_process(churn->task);
	return true;
}

static void ct_churn_join(struct ct_churn *churn)
{
	if (IS_ERR_OR_NULL(churn->task))
		return;
	wait_for_completion(&churn->done);
	kthread_stop(churn->task);
	put_task_struct(churn->task);
}

/* Whoever starts a process in a group that stops gets one that is stopped, or none. */
static void ct_group_start_while_stopping(struct ct *t)
{
	unsigned int i, j, n = ct_scaled(60), enough;

	for (i = 0; i < n && !t->failed; i++) {
		struct ct_churn churn[2] = { { .keep = true }, { .keep = i % 2 } };

		enough = ct_random(60);
		csp_group_init(&t->group, "test");
		for (j = 0; j < 2; j++)
			if (!ct_churn_start(t, &churn[j]))
				break;
		CT_SOON(t, READ_ONCE(churn[0].started) > enough || READ_ONCE(churn[0].err));
		csp_group_stop(&t->group);
		CT_EQ(t, READ_ONCE(t->group.alive), 0);
		for (j = 0; j < 2; j++) {
			ct_churn_join(&churn[j]);
			CT_EQ(t, churn[j].err, -ESHUTDOWN);
		}
		CT_EQ(t, READ_ONCE(t->group.alive), 0);
	}
}

static void ct_group_stop_empty(struct ct *t)
{
	u32 id = 0;

	CT_CHECK(t, !csp_proc_next(&t->group, &id));
	csp_group_stop(&t->group);
	csp_group_stop(&t->group);
	CT_CHECK(t, !csp_proc_next(&t->group, &id));
}

static int ct_out_count(const struct csp_out *out, void *arg)
{
	unsigned int *n = arg;

	++*n;
	return out->to && out->ch ? 0 : -EINVAL;
}

#define CT_STAY	40

/* Each process that lives through a walk is met once; others at most once. */
static void ct_group_walk(struct ct *t)
{
	unsigned int i, walk, n = ct_scaled(300), met[CT_STAY], outs;
	struct csp_proc *p[CT_STAY] = {}, *q;
	struct ct_churn churn[2] = {};
	struct csp_proc_info info;
	struct csp_chan_info ch;
	u32 id, last;

	for (i = 0; i < CT_STAY; i++) {
		struct ct_sink_arg arg = { .to = i ? p[i - 1] : NULL };

		p[i] = csp_proc_start(&t->group, &ct_sink_kind, &arg, GFP_KERNEL, "stay%u", i);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			return;
	}
	for (i = 0; i < 2; i++)
		ct_churn_start(t, &churn[i]);
	for (walk = 0; walk < n && !t->failed; walk++) {
		memset(met, 0, sizeof(met));
		for (id = 0, last = 0; (q = csp_proc_next(&t->group, &id)); last = id) {
			CT_CHECK(t, id > last);
			CT_EQ(t, q->id, id);
			csp_proc_info(q, &info);
			csp_chan_info(&q->in[0], &ch);
			CT_EQ(t, ch.len, 0);
			outs = 0;
			CT_EQ(t, csp_for_each_out(q, ct_out_count, &outs), 0);
			for (i = 0; i < CT_STAY; i++)
				if (p[i] == q) {
					met[i]++;
					CT_EQ(t, outs, !!i);
					CT_EQ(t, info.where == CSP_ENDED, false);
				}
			csp_proc_put(q);
		}
		for (i = 0; i < CT_STAY; i++)
			CT_EQ(t, met[i], 1);
		cond_resched();
	}
	for (i = 0; i < 2; i++) {
		CT_SOON(t, READ_ONCE(churn[i].started) > 0);
		WRITE_ONCE(churn[i].stop, true);
		ct_churn_join(&churn[i]);
		CT_EQ(t, churn[i].err, 0);
	}
	csp_group_stop(&t->group);
	for (i = 0; i < CT_STAY; i++)
		csp_proc_put(p[i]);
}

const struct ct_case ct_group_cases[] = {
	{ "group__start_while_stopping", ct_group_start_while_stopping },
	{ "group__stops_empty", ct_group_stop_empty },
	{ "group__walk_while_they_come_and_go", ct_group_walk },
	{}
};
