/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timers that post messages: on expiry the timer itself arrives as a message at
 * an input of its process. The process arms, cancels and receives; nobody else.
 *
 * A timer that was cancelled or armed again may still have a message under way:
 * the step asks csp_timer_fired() about each that arrives, and ignores it when
 * the answer is no. A timer is part of the process's state: a pending one holds a
 * reference to the process, and the end of the process cancels it.
 */
#ifndef _CSP_TIMER_H
#define _CSP_TIMER_H

#include <linux/timer.h>

#include <csp/proc.h>

/**
 * struct csp_timer - a timer of a process
 * @timer: the kernel's
 * @proc: whose it is
 * @in: the input at which it arrives
 * @deadline: when, in jiffies; the process's
 * @armed: a message is wanted; the process's
 * @posted: the message is in the queue, and is not posted twice
 * @node: in &csp_proc.timers while armed
 */
struct csp_timer {
	struct timer_list timer;
	struct csp_proc *proc;
	struct csp_chan *in;
	unsigned long deadline;
	bool armed;
	atomic_t posted;
	struct list_head node;
};

void csp_timer_init(struct csp_timer *t, struct csp_proc *proc, unsigned int input);
void csp_timer_arm(struct csp_timer *t, unsigned long delay);
void csp_timer_cancel(struct csp_timer *t);
bool csp_timer_fired(struct csp_timer *t);
void csp_timer_lost(void *msg, enum csp_lost why);

/**
 * CSP_TIMER_PORT() - the input at which a process's timers arrive
 * @_step: step function; its message is the &struct csp_timer
 *
 * A timer is in the queue at most once. One that finds the queue full is not
 * lost: it comes again a jiffy later.
 */
#define CSP_TIMER_PORT(_step) {			\
	.name = "timer",			\
	.depth = 64,				\
	.full = CSP_DROP,			\
	.step = (_step),			\
	.lost = csp_timer_lost,			\
}

#endif /* _CSP_TIMER_H */
