// SPDX-License-Identifier: GPL-2.0
/*
 * Timers that post messages. A pending timer, and a message under way, keep the
 * process's memory: the first by the reference taken when it was armed, the
 * second because an ended process's queue is drained before its last reference.
 */
#include "../compat/compat.h"
#include "internal.h"

static void csp_timer_expire(struct timer_list *timer)
{
	struct csp_timer *t = timer_container_of(t, timer, timer);
	struct csp_proc *proc = t->proc;
	int err = 0;

	if (!atomic_xchg(&t->posted, 1))
		err = csp_try_send(t->in, t);
	if (err) {
		atomic_set(&t->posted, 0);
		/*
		 * No room: once more. The process may arm it meanwhile, which does
		 * no harm: what it wants is in @deadline.
		 */
		if (err == -ENOBUFS && !mod_timer(&t->timer, jiffies + 1))
			return;		/* our reference is the pending timer's again */
	}
	csp_proc_put(proc);
}

/**
 * csp_timer_init() - prepare a timer
 * @t: the timer, in @proc's state
 * @proc: the process, usually from its init()
 * @input: index of its CSP_TIMER_PORT()
 */
void csp_timer_init(struct csp_timer *t, struct csp_proc *proc, unsigned int input)
{
	timer_setup(&t->timer, csp_timer_expire, 0);
	t->proc = proc;
	t->in = &proc->in[input];
	t->armed = false;
	atomic_set(&t->posted, 0);
	INIT_LIST_HEAD(&t->node);
}
EXPORT_SYMBOL_GPL(csp_timer_init);

/**
 * csp_timer_arm() - have the timer arrive after @delay, and not before
 * @t: the timer, of the process that runs
 * @delay: jiffies
 */
void csp_timer_arm(struct csp_timer *t, unsigned long delay)
{
	t->deadline = jiffies + delay;
	t->armed = true;
	if (list_empty(&t->node))
		list_add(&t->node, &t->proc->timers);
	/*
	 * Put off: the one that is pending comes too early, and csp_timer_fired() arms the
	 * rest then. So a timer that is put off again and again costs next to nothing.
	 */
	if (timer_pending(&t->timer) && time_before_eq(READ_ONCE(t->timer.expires), t->deadline))
		return;
	csp_proc_get(t->proc);
	if (mod_timer(&t->timer, t->deadline))
		csp_proc_put(t->proc);	/* the pending one's reference serves */
}
EXPORT_SYMBOL_GPL(csp_timer_arm);

/**
 * csp_timer_cancel() - want no message any more
 * @t: the timer, of the process that runs
 *
 * One may be under way; csp_timer_fired() will say so.
 */
void csp_timer_cancel(struct csp_timer *t)
{
	t->armed = false;
	list_del_init(&t->node);
	if (timer_delete(&t->timer))
		csp_proc_put(t->proc);
}
EXPORT_SYMBOL_GPL(csp_timer_cancel);

/**
 * csp_timer_fired() - whether an arrived timer means it
 * @t: the message
 *
 * Return: true if the timer is armed and its time has come; it is then no
 * longer armed. False for a message that was overtaken.
 */
bool csp_timer_fired(struct csp_timer *t)
{
	/*
	 * A full barrier: an expiry that still found @posted set, and so sends nothing, is seen
	 * not to be pending any more when it is looked at next, here or in csp_timer_arm().
	 */
	atomic_xchg(&t->posted, 0);
	if (!t->armed)
		return false;
	if (time_before(jiffies, t->deadline)) {
		csp_timer_arm(t, t->deadline - jiffies);
		return false;
	}
	t->armed = false;
	list_del_init(&t->node);
	return true;
}
EXPORT_SYMBOL_GPL(csp_timer_fired);

/* Cancels all timers of a process that ends, so that none holds its memory. */
void csp_timers_end(struct csp_proc *proc)
{
	struct csp_timer *t, *next;

	list_for_each_entry_safe(t, next, &proc->timers, node)
		csp_timer_cancel(t);
}

/**
 * csp_timer_lost() - the lost() of every timer port
 * @msg: the timer
 * @why: ignored
 */
void csp_timer_lost(void *msg, enum csp_lost why)
{
	struct csp_timer *t = msg;

	atomic_set(&t->posted, 0);
}
EXPORT_SYMBOL_GPL(csp_timer_lost);
