// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting on several channels. Fair: the look at the cases starts at a random
 * one, so a channel that always has something cannot starve the others.
 */
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "internal.h"

/* Does it, or says what it must wait for: -EAGAIN, -ENOBUFS, -ENOMEM. */
static int csp_case_try(struct csp_case *c)
{
	int err;

	if (c->dir == CSP_SEND)
		err = csp_chan_offer(c->ch, c->msg);
	else
		err = csp_try_recv(c->ch, &c->msg);
	if (err && err != -EPIPE)
		return err;
	c->err = err;
	return 0;
}

/* One of the ready cases; -ENOMEM or -EAGAIN when there is none. */
static int csp_cases_try(struct csp_case *cases, unsigned int n)
{
	unsigned int first = n > 1 ? get_random_u32() % n : 0;
	unsigned int i, at;
	int none = -EAGAIN;
	int err;

	for (i = 0; i < n; i++) {
		at = first + i < n ? first + i : first + i - n;
		err = csp_case_try(&cases[at]);
		if (!err)
			return at;
		if (err == -ENOMEM)
			none = -ENOMEM;
	}
	return none;
}

static wait_queue_head_t *csp_case_queue(struct csp_case *c)
{
	return c->dir == CSP_SEND ? &c->ch->tx_wait : &c->ch->rx_wait;
}

/* A random one of the ready cases, waiting until there is one. */
static int csp_cases_wait(struct csp_case *cases, unsigned int n, long timeout)
{
	int ret;

	for (;;) {
		/* Before the look: a wake-up between look and sleep is not lost. */
		set_current_state(TASK_INTERRUPTIBLE);
		ret = csp_cases_try(cases, n);
		if (ret >= 0)
			break;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		if (timeout <= 0) {
			ret = -ETIMEDOUT;
			break;
		}
		/* Nobody wakes us when there is memory again. */
		if (ret == -ENOMEM)
			timeout -= 1 - schedule_timeout(1);
		else
			timeout = schedule_timeout(timeout);
	}
	__set_current_state(TASK_RUNNING);
	return ret;
}

/**
 * csp_select() - do exactly one of several sends and receives
 * @cases: the alternatives; receives only from free-standing channels
 * @n: how many, 1 to CSP_SELECT_MAX
 * @timeout: jiffies to wait at most; 0 not to wait; or MAX_SCHEDULE_TIMEOUT
 *
 * Context: process; may sleep.
 *
 * Return: the index of the case that happened, whose &csp_case.err says how;
 * -ETIMEDOUT, -ERESTARTSYS, or -EINVAL for a wrong @n.
 */
int csp_select(struct csp_case *cases, unsigned int n, long timeout)
{
	wait_queue_entry_t wait[CSP_SELECT_MAX];
	unsigned int i;
	int ret;

	might_sleep();
	if (!n || n > CSP_SELECT_MAX)
		return -EINVAL;
	ret = csp_cases_try(cases, n);
	if (ret >= 0)
		return ret;
	if (timeout <= 0)
		return -ETIMEDOUT;

	for (i = 0; i < n; i++) {
		init_waitqueue_entry(&wait[i], current);
		add_wait_queue(csp_case_queue(&cases[i]), &wait[i]);
	}
	ret = csp_cases_wait(cases, n, timeout);
	for (i = 0; i < n; i++)
		remove_wait_queue(csp_case_queue(&cases[i]), &wait[i]);
	return ret;
}
EXPORT_SYMBOL_GPL(csp_select);
