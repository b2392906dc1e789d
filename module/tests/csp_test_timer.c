// SPDX-License-Identifier: GPL-2.0
/* Tests of timers that post messages. */
#include <linux/delay.h>
#include <linux/sched.h>

#include "csp_test.h"

#define CT_TIMERS	200	/* of one process; more than wait at its input */

/**
 * struct ct_clock_log - what timers did
 * @fired: those that meant it
 * @stale: messages that did not
 * @wrong: fired though not armed, or too early
 */
struct ct_clock_log {
	atomic_t fired;
	atomic_t stale;
	atomic_t wrong;
};

/**
 * struct ct_clock_arg - for init() of a clock
 * @log: where it counts
 * @n: timers that it arms at once
 * @delay: for so long, in jiffies
 * @period: arms each again for so long, in jiffies, if not 0
 */
struct ct_clock_arg {
	struct ct_clock_log *log;
	unsigned int n;
	unsigned long delay;
	unsigned long period;
};

/* A timer, and what it should do. */
struct ct_hand {
	struct csp_timer timer;
	bool armed;
	unsigned long deadline;
};

struct ct_clock {
	struct ct_clock_arg arg;
	struct ct_hand hand[CT_TIMERS];
};

/* Asks a clock to arm its first timer (@arm) or to cancel it. */
struct ct_order {
	struct csp_call call;
	bool arm;
	unsigned long delay;
};

static void ct_hand_arm(struct ct_hand *hand, unsigned long delay)
{
	hand->armed = true;
	hand->deadline = jiffies + delay;
	csp_timer_arm(&hand->timer, delay);
}

static void ct_clock_tick(struct csp_proc *proc, void *msg)
{
	struct ct_clock *clock = csp_state(proc);
	struct csp_timer *timer = msg;
	struct ct_hand *hand = container_of(timer, struct ct_hand, timer);

	if (!csp_timer_fired(timer)) {
		atomic_inc(&clock->arg.log->stale);
		return;
	}
	if (!hand->armed || time_before(jiffies, hand->deadline))
		atomic_inc(&clock->arg.log->wrong);
	hand->armed = false;
	atomic_inc(&clock->arg.log->fired);
	if (clock->arg.period)
		ct_hand_arm(hand, clock->arg.period);
}

static void ct_clock_order(struct csp_proc *proc, void *msg)
{
	struct ct_clock *clock = csp_state(proc);
	struct ct_order *order = msg;

	if (order->arm) {
		ct_hand_arm(&clock->hand[0], order->delay);
	} else {
		csp_timer_cancel(&clock->hand[0].timer);
		clock->hand[0].armed = false;
	}
	csp_reply(&order->call, 0);
}

static void ct_clock_lost(void *msg, enum csp_lost why)
{
	struct ct_order *order = msg;

	csp_call_lost(&order->call, why);
}

static int ct_clock_init(struct csp_proc *proc, void *arg)
{
	struct ct_clock *clock = csp_state(proc);
	unsigned int i;

	clock->arg = *(struct ct_clock_arg *)arg;
	for (i = 0; i < CT_TIMERS; i++)
		csp_timer_init(&clock->hand[i].timer, proc, 1);
	for (i = 0; i < clock->arg.n; i++)
		ct_hand_arm(&clock->hand[i], clock->arg.delay);
	return 0;
}

static const struct csp_kind ct_clock_kind = {
	.name = "clock",
	.state_size = sizeof(struct ct_clock),
	.n_inputs = 2,
	.inputs = { {
			.name = "orders", .depth = 8, .full = CSP_DROP,
			.step = ct_clock_order, .lost = ct_clock_lost,
		},
		CSP_TIMER_PORT(ct_clock_tick),
	},
	.init = ct_clock_init,
};

static struct csp_proc *ct_clock_start(struct ct *t, struct ct_clock_arg *arg)
{
	return csp_proc_start(&t->group, &ct_clock_kind, arg, GFP_KERNEL, "clock");
}

static void ct_timer_fires(struct ct *t)
{
	struct ct_clock_log log = {};
	struct ct_clock_arg arg = { .log = &log };
	struct ct_order order = { .arm = true };
	struct csp_proc *p = ct_clock_start(t, &arg);
	unsigned long began;
	unsigned int i;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	for (i = 0; i < 10; i++) {
		began = jiffies;
		order.delay = i;
		CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0);
		CT_SOON(t, atomic_read(&log.fired) == i + 1);
		CT_CHECK(t, time_after_eq(jiffies, began + i));
	}
	csp_proc_stop(p);
	csp_group_stop(&t->group);
	CT_EQ(t, atomic_read(&log.fired), 10);
	CT_EQ(t, atomic_read(&log.wrong), 0);
}

/*
 * Set to later again and again, none fires before the time last set, which
 * ct_clock_tick() checks; set to earlier, the later time is forgotten.
 */
static void ct_timer_rearms(struct ct *t)
{
	struct ct_clock_log log = {};
	struct ct_clock_arg arg = { .log = &log };
	struct ct_order order = { .arm = true };
	struct csp_proc *p = ct_clock_start(t, &arg);
	unsigned int i;
	int before = 0;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	for (i = 0; i < 20; i++) {
		before = atomic_read(&log.fired);
		order.delay = 3 + i % 3;
		CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0);
		schedule_timeout_uninterruptible(1);
	}
	CT_SOON(t, atomic_read(&log.fired) > before);
	before = atomic_read(&log.fired);
	for (i = 0; i < 10; i++) {
		order.delay = 3600 * HZ;
		CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0);
		order.delay = 1;
		CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0);
		CT_SOON(t, atomic_read(&log.fired) == before + i + 1);
	}
	csp_proc_stop(p);
	csp_group_stop(&t->group);
	CT_EQ(t, atomic_read(&log.fired), before + 10);
	CT_EQ(t, atomic_read(&log.wrong), 0);
}

/* Armed and cancelled at any moment, also just as it fires: none fires that is not armed. */
static void ct_timer_cancels(struct ct *t)
{
	struct ct_clock_log log = {};
	struct ct_clock_arg arg = { .log = &log };
	struct ct_order order;
	struct csp_proc *p = ct_clock_start(t, &arg);
	unsigned int i, n = ct_scaled(2000);
	int before;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	for (i = 0; i < n; i++) {
		order.arm = ct_random(3);
		order.delay = ct_random(3);
		if (!CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0))
			break;
		if (ct_random(16))
			udelay(ct_random(200));
		else
			schedule_timeout_uninterruptible(1);
	}
	order.arm = false;
	CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0);
	before = atomic_read(&log.fired);
	schedule_timeout_uninterruptible(5);
	CT_EQ(t, atomic_read(&log.fired), before);
	order.arm = true;
	order.delay = 1;
	CT_EQ(t, csp_ask(&p->in[0], &order, &order.call), 0);
	CT_SOON(t, atomic_read(&log.fired) == before + 1);
	csp_proc_stop(p);
	csp_group_stop(&t->group);
	CT_EQ(t, atomic_read(&log.wrong), 0);
	CT_CHECK(t, before > 0);
}

/* More timers at once than the input has room for: each fires, and once. */
static void ct_timer_many(struct ct *t)
{
	struct ct_clock_log log = {};
	struct ct_clock_arg arg = { .log = &log, .n = CT_TIMERS, .delay = 5 };
	unsigned int i, rounds = ct_scaled(20);

	for (i = 0; i < rounds; i++) {
		struct csp_proc *p = ct_clock_start(t, &arg);

		if (!CT_CHECK(t, !IS_ERR(p)))
			break;
		CT_SOON(t, atomic_read(&log.fired) == (i + 1) * CT_TIMERS);
		csp_proc_stop(p);
	}
	csp_group_stop(&t->group);
	CT_EQ(t, atomic_read(&log.fired), rounds * CT_TIMERS);
	CT_EQ(t, atomic_read(&log.wrong), 0);
}

/* The end of a process cancels its timers; those for an hour do not hold its memory. */
static void ct_timer_process_ends(struct ct *t)
{
	struct ct_clock_log log = {};
	struct ct_clock_arg arg = { .log = &log, .n = CT_TIMERS, .delay = 3600 * HZ };
	unsigned int before = csp_procs_allocated();
	struct csp_proc *p = ct_clock_start(t, &arg);

	if (CT_CHECK(t, !IS_ERR(p)))
		csp_proc_stop(p);
	CT_SOON(t, csp_procs_allocated() == before);
	CT_EQ(t, atomic_read(&log.fired), 0);
	csp_group_stop(&t->group);
}

/* Processes end while their timers fire. */
static void ct_timer_stop_under_fire(struct ct *t)
{
	struct ct_clock_log log = {};
	struct ct_clock_arg arg = { .log = &log, .n = 40, .delay = 1, .period = 1 };
	struct csp_proc *p[4] = {};
	unsigned int i, n = ct_scaled(300);
	int fired;

	for (i = 0; i < n; i++) {
		csp_proc_stop(p[i % 4]);
		arg.delay = i % 3;
		p[i % 4] = ct_clock_start(t, &arg);
		if (!CT_CHECK(t, !IS_ERR(p[i % 4]))) {
			p[i % 4] = NULL;
			break;
		}
		if (i % 2)
			schedule_timeout_uninterruptible(1);
		else
			udelay(ct_random(500));
	}
	csp_group_stop(&t->group);
	fired = atomic_read(&log.fired);
	CT_CHECK(t, fired > 0);
	schedule_timeout_uninterruptible(5);
	CT_EQ(t, atomic_read(&log.fired), fired);
	CT_EQ(t, atomic_read(&log.wrong), 0);
	for (i = 0; i < 4; i++)
		csp_proc_put(p[i]);
}

const struct ct_case ct_timer_cases[] = {
	{ "timer__fires_in_time", ct_timer_fires },
	{ "timer__arms_again", ct_timer_rearms },
	{ "timer__cancelled_is_ignored", ct_timer_cancels },
	{ "timer__more_than_room", ct_timer_many },
	{ "timer__ends_with_process", ct_timer_process_ends },
	{ "timer__stop_under_fire", ct_timer_stop_under_fire },
	{}
};
