// SPDX-License-Identifier: GPL-2.0
/*
 * Flows: threads and softirqs that send to one channel, with each message
 * accounted for: received, lost or kept by its sender exactly once, and those of
 * a sender received in order.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../compat/compat.h"
#include "csp_test.h"

#define CT_BURST	32	/* messages that a timer sends at once */

static void ct_sender_send(struct ct_sender *s, enum ct_how how)
{
	struct ct_flow *flow = s->flow;
	struct ct_msg *msg = &flow->msgs[s->id * flow->each + s->next];
	struct csp_case c = { .ch = flow->ch, .dir = CSP_SEND, .msg = msg };
	int err = 0;

	s->next++;
	switch (how) {
	case CT_SEND:
		csp_send(flow->ch, msg);
		break;
	case CT_WAIT:
		err = csp_send_wait(flow->ch, msg, CT_PATIENCE);
		break;
	case CT_SELECT:
		err = csp_select(&c, 1, CT_PATIENCE) ?: c.err;
		break;
	}
	if (err)
		atomic_inc(&msg->kept);
}

static int ct_sender_main(void *arg)
{
	struct ct_sender *s = arg;

	while (s->next < s->flow->each && !READ_ONCE(s->flow->stop)) {
		ct_sender_send(s, s->flow->how);
		if (!(s->next % 16))
			cond_resched();
	}
	complete(&s->done);
	return 0;
}

static void ct_sender_timer(struct timer_list *timer)
{
	struct ct_sender *s = timer_container_of(s, timer, timer);
	unsigned int n;

	for (n = 0; n < CT_BURST && s->next < s->flow->each; n++)
		ct_sender_send(s, CT_SEND);
	if (s->next < s->flow->each && !READ_ONCE(s->flow->stop)) {
		timer->expires = jiffies + 1;
		add_timer_on(timer, raw_smp_processor_id());
	} else {
		complete(&s->done);
	}
}

/* Starts the flow's senders: @threads, @timers, @each, @ch and @how are set, the rest is 0. */
int ct_flow_start(struct ct_flow *flow)
{
	unsigned int n = flow->threads + flow->timers;
	unsigned int i;
	unsigned int cpu = cpumask_first(cpu_online_mask);

	flow->msgs = vzalloc(array3_size(n, flow->each, sizeof(*flow->msgs)));
	flow->sender = kcalloc(n, sizeof(*flow->sender), GFP_KERNEL);
	if (!flow->msgs || !flow->sender)
		return -ENOMEM;
	for (i = 0; i < n * flow->each; i++) {
		flow->msgs[i].flow = flow;
		flow->msgs[i].sender = flow->first + i / flow->each;
		flow->msgs[i].seq = i % flow->each;
	}
	for (i = 0; i < n; i++) {
		struct ct_sender *s = &flow->sender[i];

		s->flow = flow;
		s->id = i;
		init_completion(&s->done);
		if (i < flow->threads) {
			s->task = kthread_create(ct_sender_main, s, "ct_sender/%u", i);
			if (IS_ERR(s->task)) {
				complete(&s->done);
				return PTR_ERR(s->task);
			}
			kthread_bind(s->task, cpu);
			get_task_struct(s->task);
			wake_up_process(s->task);
		} else {
			timer_setup(&s->timer, ct_sender_timer, TIMER_PINNED);
			s->timer.expires = jiffies + 1;
			add_timer_on(&s->timer, cpu);
		}
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
	}
	return 0;
}

/* Waits until all senders have ended, by themselves or because of @stop. */
void ct_flow_join(struct ct_flow *flow)
{
	unsigned int i;

	for (i = 0; flow->sender && i < flow->threads + flow->timers; i++) {
		struct ct_sender *s = &flow->sender[i];

		if (!s->flow || IS_ERR(s->task))
			continue;
		wait_for_completion(&s->done);
		if (s->task) {
			kthread_stop(s->task);	/* its code has been left, too */
			put_task_struct(s->task);
		} else {
			timer_delete_sync(&s->timer);
		}
		s->flow = NULL;		/* joined */
	}
}

/* How many of the messages that were sent went to lost(), or (!@lost) were received. */
unsigned int ct_flow_count(struct ct_flow *flow, bool lost)
{
	unsigned int n = 0;
	unsigned int i;

	for (i = 0; i < (flow->threads + flow->timers) * flow->each; i++)
		n += atomic_read(lost ? &flow->msgs[i].lost : &flow->msgs[i].stepped);
	return n;
}

/* After senders and receivers have ended. */
void ct_flow_check(struct ct *t, struct ct_flow *flow)
{
	unsigned int wrong = 0;
	unsigned int i, j;

	for (i = 0; i < flow->threads + flow->timers; i++) {
		for (j = 0; j < flow->each; j++) {
			struct ct_msg *m = &flow->msgs[i * flow->each + j];
			int fates = atomic_read(&m->stepped) + atomic_read(&m->lost) +
				    atomic_read(&m->kept);

			if (fates == (j < flow->sender[i].next ? 1 : 0))
				continue;
			if (!wrong++)
				ct_fail(t, __FILE__, __LINE__,
					"message %u.%u of %u: %d received, %d lost, %d kept",
					i, j, flow->sender[i].next, atomic_read(&m->stepped),
					atomic_read(&m->lost), atomic_read(&m->kept));
		}
	}
	CT_EQ(t, wrong, 0);
	CT_EQ(t, atomic_read(&flow->disorder), 0);
	CT_EQ(t, atomic_read(&flow->overlap), 0);
	CT_EQ(t, atomic_read(&flow->late), 0);
}

void ct_flow_free(struct ct_flow *flow)
{
	vfree(flow->msgs);
	kfree(flow->sender);
	flow->msgs = NULL;
	flow->sender = NULL;
}

void ct_msg_lost(void *msg, enum csp_lost why)
{
	struct ct_msg *m = msg;

	atomic_inc(&m->lost);
}

void ct_seat_enter(struct ct_seat *seat, struct ct_msg *m)
{
	if (atomic_inc_return(&seat->inside) != 1)
		atomic_inc(&m->flow->overlap);
	if (m->seq < seat->next[m->sender])
		atomic_inc(&m->flow->disorder);
	seat->next[m->sender] = m->seq + 1;
	if (READ_ONCE(m->flow->over))
		atomic_inc(&m->flow->late);
}

void ct_seat_leave(struct ct_seat *seat, struct ct_msg *m)
{
	unsigned int i;

	/* Now and then long enough for others to arrive. */
	for (i = 0; i < (m->seq % 64 ? 4 : 400); i++)
		cpu_relax();
	if (atomic_dec_return(&seat->inside))
		atomic_inc(&m->flow->overlap);
}

static int ct_sink_init(struct csp_proc *proc, void *arg)
{
	struct ct_sink *sink = csp_state(proc);
	struct ct_sink_arg *a = arg;

	if (a) {
		sink->exit_at = a->exit_at;
		if (a->to) {
			csp_out_open(&sink->out, proc, a->to, 0);
			sink->relay = true;
		}
	}
	return 0;
}

static void ct_sink_step(struct csp_proc *proc, void *msg)
{
	struct ct_sink *sink = csp_state(proc);
	struct ct_msg *m = msg;
	bool relay = sink->relay;

	ct_seat_enter(&sink->seat, m);
	if (++sink->seen == sink->exit_at)
		csp_proc_exit(proc);
	ct_seat_leave(&sink->seat, m);
	if (relay) {
		csp_out_send(&sink->out, m);
	} else {
		atomic_inc(&m->stepped);
		atomic_inc(&m->flow->received);
	}
}

#define CT_SINK_PORT(_name, _depth) {	\
	.name = (_name),		\
	.depth = (_depth),		\
	.full = CSP_DROP,		\
	.step = ct_sink_step,		\
	.lost = ct_msg_lost,		\
}

const struct csp_kind ct_sink_kind = {
	.name = "sink",
	.state_size = sizeof(struct ct_sink),
	.n_inputs = 1,
	.inputs = { CT_SINK_PORT("in", 32) },
	.init = ct_sink_init,
};

const struct csp_kind ct_deep_kind = {
	.name = "deep",
	.state_size = sizeof(struct ct_sink),
	.n_inputs = 1,
	.inputs = { CT_SINK_PORT("in", 65536) },
	.init = ct_sink_init,
};

const struct csp_kind ct_four_kind = {
	.name = "four",
	.state_size = sizeof(struct ct_sink),
	.n_inputs = 4,
	.inputs = {
		CT_SINK_PORT("a", 16), CT_SINK_PORT("b", 16),
		CT_SINK_PORT("c", 16), CT_SINK_PORT("d", 16),
	},
	.init = ct_sink_init,
};
