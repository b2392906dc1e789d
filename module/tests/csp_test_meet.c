// SPDX-License-Identifier: GPL-2.0
/*
 * Two CPUs that send to an idle process at the same instant, over and over: the
 * moments when one becomes its owner, and when it lets go, are where a message
 * could be left behind or a process be run twice.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "csp_test.h"

#define CT_MEETINGS	20000
#define CT_MEETINGS_UP	200	/* with one CPU, where each costs a time slice */
#define CT_MEETING_TIME	(20 * HZ)	/* on a busy machine there are fewer */
#define CT_MEET_JITTER	64	/* loops, most, by which a sender or a step is late */

/**
 * struct ct_meet - two senders and the process they send to
 * @ch: its input
 * @rounds: times they meet; the first sender makes it the round at hand when time is over
 * @end: when it is, in jiffies
 * @here: senders that came to a meeting, over all rounds
 * @stepped: messages stepped, over all rounds
 * @overlap: steps that began while another ran
 * @inside: contexts in a step
 * @left: a round ended with a message that nobody stepped
 * @done: a sender has ended, each
 */
struct ct_meet {
	struct csp_chan *ch;
	unsigned int rounds;
	unsigned long end;
	atomic_t here;
	atomic_t stepped;
	atomic_t overlap;
	atomic_t inside;
	bool left;
	struct completion done[2];
};

/**
 * struct ct_meeter - one of the senders
 * @meet: where
 * @first: it is the first of the two
 * @done: completed when it has ended
 * @task: its thread
 */
struct ct_meeter {
	struct ct_meet *meet;
	bool first;
	struct completion *done;
	struct task_struct *task;
};

static void ct_meet_dawdle(void)
{
	unsigned int n = ct_random(CT_MEET_JITTER);

	while (n--)
		cpu_relax();
}

static void ct_meet_step(struct csp_proc *proc, void *msg)
{
	struct ct_meet *meet = msg;

	if (atomic_inc_return(&meet->inside) != 1)
		atomic_inc(&meet->overlap);
	ct_meet_dawdle();
	atomic_dec(&meet->inside);
	atomic_inc(&meet->stepped);
}

static void ct_meet_lost(void *msg, enum csp_lost why)
{
}

static const struct csp_kind ct_meet_kind = {
	.name = "meet",
	.n_inputs = 1,
	.inputs = {
		{
			.name = "in",
			.depth = 16,
			.full = CSP_DROP,
			.step = ct_meet_step,
			.lost = ct_meet_lost,
		},
	},
};

/* Spins, so that both go on at once; lets others run, since there may be one CPU. */
static bool ct_meet_reaches(struct ct_meet *meet, atomic_t *count, unsigned int n)
{
	unsigned long end = jiffies + CT_PATIENCE;
	unsigned int spins = 0;

	while (atomic_read(count) < n) {
		if (READ_ONCE(meet->left) || time_after(jiffies, end))
			return false;
		if (++spins % 1024)
			cpu_relax();
		else
			cond_resched();
	}
	return true;
}

static int ct_meet_main(void *arg)
{
	struct ct_meeter *me = arg;
	struct ct_meet *meet = me->meet;
	unsigned int round;

	for (round = 1; round <= READ_ONCE(meet->rounds); round++) {
		/* The other cannot be further than here, and sees it at this round's end. */
		if (me->first && time_after(jiffies, meet->end))
			WRITE_ONCE(meet->rounds, round);
		atomic_inc(&meet->here);
		if (!ct_meet_reaches(meet, &meet->here, 2 * round))
			break;
		ct_meet_dawdle();
		csp_send(meet->ch, meet);
		if (!ct_meet_reaches(meet, &meet->stepped, 2 * round)) {
			WRITE_ONCE(meet->left, true);
			break;
		}
	}
	complete(me->done);
	return 0;
}

static void ct_meet_idle_process(struct ct *t)
{
	struct csp_proc *p = csp_proc_start(&t->group, &ct_meet_kind, NULL, GFP_KERNEL, "meet");
	struct ct_meet meet = {
		.rounds = ct_scaled(num_online_cpus() > 1 ? CT_MEETINGS : CT_MEETINGS_UP),
		.end = jiffies + CT_MEETING_TIME,
	};
	const unsigned int cpus[] = {
		cpumask_first(cpu_online_mask), cpumask_last(cpu_online_mask),
	};
	struct ct_meeter me[2];
	unsigned int i;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	meet.ch = &p->in[0];
	for (i = 0; i < 2; i++) {
		init_completion(&meet.done[i]);
		me[i].meet = &meet;
		me[i].first = !i;
		me[i].done = &meet.done[i];
		me[i].task = kthread_create(ct_meet_main, &me[i], "ct_meet/%u", i);
		if (!CT_CHECK(t, !IS_ERR(me[i].task))) {
			WRITE_ONCE(meet.left, true);
			continue;
		}
		kthread_bind(me[i].task, cpus[i]);
		wake_up_process(get_task_struct(me[i].task));
	}
	for (i = 0; i < 2; i++) {
		if (IS_ERR(me[i].task))
			continue;
		wait_for_completion(&meet.done[i]);
		kthread_stop(me[i].task);
		put_task_struct(me[i].task);
	}
	csp_proc_stop(p);
	CT_CHECK(t, !meet.left);
	CT_EQ(t, atomic_read(&meet.overlap), 0);
	CT_EQ(t, atomic_read(&meet.stepped), 2 * meet.rounds);
}

const struct ct_case ct_meet_cases[] = {
	{ "meet__two_cpus_at_once", ct_meet_idle_process },
	{}
};
