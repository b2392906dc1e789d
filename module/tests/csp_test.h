/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the runtime's tests share. */
#ifndef _CSP_TEST_H
#define _CSP_TEST_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/timer.h>

#include <csp/csp.h>

#define CT_PATIENCE	(60 * HZ)	/* after which what must happen has not */
#define CT_SENDERS	8		/* most senders of a flow */

/**
 * struct ct - a case that runs
 * @group: for its processes; stopped after it, if it did not do so itself
 * @failed: a check failed
 * @text: what failed, as KTAP comments
 * @len: bytes in @text
 */
struct ct {
	struct csp_group group;
	bool failed;
	char text[2048];
	size_t len;
};

/**
 * struct ct_case - a case
 * @name: unit__case
 * @run: the test; checks only in the context in which this is called, and what
 *	lives on its stack must outlive the case's processes: it stops them
 */
struct ct_case {
	const char *name;
	void (*run)(struct ct *t);
};

/* The tables of cases, in the order in which they run. */
enum {
	CT_UNIT_CHAN,
	CT_UNIT_SELECT,
	CT_UNIT_PROC,
	CT_UNIT_TIMER,
	CT_UNIT_POOL,
	CT_UNIT_GROUP,
	CT_UNIT_STRESS,
	CT_UNIT_MEET,
	CT_UNITS,
};

extern const struct ct_case *const ct_tables[CT_UNITS];

/* Each ends with an entry without a name. */
extern const struct ct_case ct_chan_cases[];
extern const struct ct_case ct_select_cases[];
extern const struct ct_case ct_proc_cases[];
extern const struct ct_case ct_stress_cases[];
extern const struct ct_case ct_meet_cases[];
extern const struct ct_case ct_timer_cases[];
extern const struct ct_case ct_pool_cases[];
extern const struct ct_case ct_group_cases[];

void ct_case_run(struct ct *t, const struct ct_case *c);
void ct_fail(struct ct *t, const char *file, int line, const char *fmt, ...)
	__printf(4, 5);
unsigned int ct_scaled(unsigned int n);
int ct_param_get(const char *name, char *value, size_t size);
int ct_param_set(const char *name, const char *value);
bool ct_handoff(void);
u32 ct_random(u32 below);

#define CT_CHECK(t, cond) ({						\
	bool __ok = (cond);						\
									\
	if (!__ok)							\
		ct_fail(t, __FILE__, __LINE__, "not so: %s", #cond);	\
	__ok;								\
})

#define CT_EQ(t, is, should) ({						\
	long long __is = (is), __should = (should);			\
									\
	if (__is != __should)						\
		ct_fail(t, __FILE__, __LINE__, "%s is %lld, not %s = %lld", \
			#is, __is, #should, __should);			\
	__is == __should;						\
})

/* Waits until it is so; that it takes long is no failure. */
#define CT_SOON(t, cond) ({						\
	unsigned long __end = jiffies + CT_PATIENCE;			\
									\
	while (!(cond) && time_before(jiffies, __end))			\
		schedule_timeout_uninterruptible(1);			\
	CT_CHECK(t, cond);						\
})

/**
 * struct ct_msg - a message of a flow, which is accounted for
 * @flow: the flow
 * @sender: index of the sender
 * @seq: number among the sender's
 * @stepped: times it was received
 * @lost: times it was given to lost()
 * @kept: times it was left with the sender
 */
struct ct_msg {
	struct ct_flow *flow;
	unsigned int sender;
	unsigned int seq;
	atomic_t stepped;
	atomic_t lost;
	atomic_t kept;
};

/* How a thread sends. */
enum ct_how {
	CT_SEND,	/* csp_send() */
	CT_WAIT,	/* csp_send_wait() */
	CT_SELECT,	/* csp_select() */
};

/**
 * struct ct_sender - a sender of a flow: a thread or a timer, which is a softirq
 * @flow: the flow
 * @id: its index
 * @next: sequence number of the message that it sends next
 * @task: the thread, or NULL
 * @timer: the timer, unless @task
 * @done: has ended
 */
struct ct_sender {
	struct ct_flow *flow;
	unsigned int id;
	unsigned int next;
	struct task_struct *task;
	struct timer_list timer;
	struct completion done;
};

/**
 * struct ct_flow - many senders to one channel, every message accounted for
 * @ch: where they send to
 * @how: how threads do
 * @threads: senders that are threads, on the CPUs in turn
 * @timers: senders that are timers, on the CPUs in turn
 * @each: messages of each sender
 * @first: number of the first sender, where several flows have one receiver
 * @stop: senders are to end
 * @over: the receiver has ended; nothing may be received any more
 * @msgs: the messages, sender by sender
 * @sender: the senders
 * @received: messages that were stepped or received
 * @disorder: of these, behind a later one of the same sender
 * @overlap: steps that ran while the process was running elsewhere
 * @late: steps after @over
 */
struct ct_flow {
	struct csp_chan *ch;
	enum ct_how how;
	unsigned int threads;
	unsigned int timers;
	unsigned int each;
	unsigned int first;
	bool stop;
	bool over;
	struct ct_msg *msgs;
	struct ct_sender *sender;
	atomic_t received;
	atomic_t disorder;
	atomic_t overlap;
	atomic_t late;
};

int ct_flow_start(struct ct_flow *flow);
void ct_flow_join(struct ct_flow *flow);
void ct_flow_check(struct ct *t, struct ct_flow *flow);
void ct_flow_free(struct ct_flow *flow);
unsigned int ct_flow_count(struct ct_flow *flow, bool lost);
void ct_msg_lost(void *msg, enum csp_lost why);

/**
 * struct ct_seat - what a receiver of flows checks; part of its state
 * @inside: contexts that are in a step
 * @next: of each sender, one more than the last sequence number seen
 */
struct ct_seat {
	atomic_t inside;
	unsigned int next[CT_SENDERS];
};

void ct_seat_enter(struct ct_seat *seat, struct ct_msg *msg);
void ct_seat_leave(struct ct_seat *seat, struct ct_msg *msg);

/**
 * struct ct_sink - state of a process that receives flows, and may pass them on
 * @seat: its checks
 * @out: where it passes messages on to, if @relay
 * @relay: does so
 * @exit_at: messages after which it exits from its step, or 0
 * @seen: messages so far
 */
struct ct_sink {
	struct ct_seat seat;
	struct csp_out out;
	bool relay;
	unsigned int exit_at;
	unsigned int seen;
};

/* What the init() of a sink is given; see &struct ct_sink. */
struct ct_sink_arg {
	struct csp_proc *to;
	unsigned int exit_at;
};

extern const struct csp_kind ct_sink_kind;	/* one input, 32 deep, drops */
extern const struct csp_kind ct_deep_kind;	/* the same, 65536 deep */
extern const struct csp_kind ct_four_kind;	/* four inputs, 16 deep */

#endif /* _CSP_TEST_H */
