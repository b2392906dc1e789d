// SPDX-License-Identifier: GPL-2.0
/* Tests of select. */
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "csp_test.h"

static int ct_number_mark;

static void ct_select_lost(void *msg, enum csp_lost why)
{
}

static const struct csp_port ct_one_port = {
	.name = "one", .depth = 1, .full = CSP_BLOCK, .lost = ct_select_lost,
};

static const struct csp_port ct_flow_port = {
	.name = "flow", .depth = 8, .full = CSP_BLOCK, .lost = ct_msg_lost,
};

/* Of channels that always have something, none waits for long. */
static void ct_select_fair(struct ct *t)
{
	unsigned int count[3] = {};
	struct csp_case c[3] = {};
	struct csp_chan ch[3];
	unsigned int i, n;
	int at;

	for (i = 0; i < 3; i++) {
		csp_chan_init(&ch[i], &ct_one_port);
		c[i] = (struct csp_case){ .ch = &ch[i], .dir = CSP_RECV };
	}
	for (n = 0; n < 3000; n++) {
		for (i = 0; i < 3; i++)
			csp_try_send(&ch[i], &ct_number_mark);
		at = csp_select(c, 3, 0);
		if (!CT_CHECK(t, at >= 0 && !c[at].err && c[at].msg == &ct_number_mark))
			break;
		count[at]++;
	}
	/* 1000 each on average, with a standard deviation of 26. */
	for (i = 0; i < 3; i++) {
		CT_CHECK(t, count[i] > 700 && count[i] < 1300);
		csp_chan_destroy(&ch[i]);
	}
}

static void ct_select_deadline(struct ct *t)
{
	struct csp_case c[2] = {};
	struct csp_chan ch[2];
	unsigned long began;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		csp_chan_init(&ch[i], &ct_one_port);
		c[i] = (struct csp_case){ .ch = &ch[i], .dir = CSP_RECV };
	}
	CT_EQ(t, csp_select(c, 2, 0), -ETIMEDOUT);
	for (i = 1; i < 10; i++) {
		began = jiffies;
		CT_EQ(t, csp_select(c, 2, i), -ETIMEDOUT);
		CT_CHECK(t, time_after_eq(jiffies, began + i));
	}
	CT_EQ(t, csp_select(c, 0, 0), -EINVAL);
	CT_EQ(t, csp_select(c, CSP_SELECT_MAX + 1, 0), -EINVAL);
	for (i = 0; i < 2; i++)
		csp_chan_destroy(&ch[i]);
}

/* A send that is not chosen leaves the message where it was. */
static void ct_select_send_or_recv(struct ct *t)
{
	struct csp_chan out, in;
	struct csp_case c[2] = {
		{ .ch = &out, .dir = CSP_SEND, .msg = &out }, { .ch = &in, .dir = CSP_RECV },
	};
	void *msg;

	csp_chan_init(&out, &ct_one_port);
	csp_chan_init(&in, &ct_one_port);
	CT_EQ(t, csp_select(c, 2, 0), 0);
	CT_EQ(t, c[0].err, 0);
	CT_EQ(t, csp_select(c, 2, 2), -ETIMEDOUT);
	CT_EQ(t, csp_send(&in, &in), 0);
	CT_EQ(t, csp_select(c, 2, CT_PATIENCE), 1);
	CT_EQ(t, c[1].err, 0);
	CT_CHECK(t, c[1].msg == &in);
	CT_CHECK(t, c[0].msg == &out);
	CT_EQ(t, csp_try_recv(&out, &msg), 0);
	CT_CHECK(t, msg == &out);
	CT_EQ(t, csp_try_recv(&out, &msg), -EAGAIN);

	csp_chan_close(&out);
	CT_EQ(t, csp_select(c, 2, CT_PATIENCE), 0);
	CT_EQ(t, c[0].err, -EPIPE);
	csp_chan_destroy(&out);
	csp_chan_destroy(&in);
}

/* What waits in a closed channel is still received, then the close is. */
static void ct_select_closed(struct ct *t)
{
	struct csp_chan ch;
	struct csp_case c = { .ch = &ch, .dir = CSP_RECV };

	csp_chan_init(&ch, &ct_one_port);
	CT_EQ(t, csp_send(&ch, &ch), 0);
	csp_chan_close(&ch);
	CT_EQ(t, csp_select(&c, 1, CT_PATIENCE), 0);
	CT_EQ(t, c.err, 0);
	CT_CHECK(t, c.msg == &ch);
	CT_EQ(t, csp_select(&c, 1, CT_PATIENCE), 0);
	CT_EQ(t, c.err, -EPIPE);
	csp_chan_destroy(&ch);
}

struct ct_merge {
	struct csp_chan ch[3];
	struct csp_chan *out;
	struct ct_seat seat[3];
	struct completion done;
	int ret;
};

/* Receives from three flows until all are closed. */
static int ct_merge_main(void *arg)
{
	struct ct_merge *merge = arg;
	struct csp_case c[3];
	unsigned int i, n = 3;
	int at = 0;

	for (i = 0; i < 3; i++)
		c[i] = (struct csp_case){ .ch = &merge->ch[i], .dir = CSP_RECV };
	while (n) {
		struct ct_msg *m;

		at = csp_select(c, n, CT_PATIENCE);
		if (at < 0)
			break;
		if (c[at].err) {
			c[at] = c[--n];
			continue;
		}
		m = c[at].msg;
		i = c[at].ch - merge->ch;
		ct_seat_enter(&merge->seat[i], m);
		atomic_inc(&m->stepped);
		ct_seat_leave(&merge->seat[i], m);
	}
	merge->ret = at;
	complete(&merge->done);
	return 0;
}

static void ct_select_merges(struct ct *t)
{
	static struct ct_merge merge;	/* too large for the stack */
	struct ct_flow *flow = kcalloc(3, sizeof(*flow), GFP_KERNEL);
	struct task_struct *task;
	unsigned int i;

	if (!CT_CHECK(t, flow))
		return;
	memset(&merge, 0, sizeof(merge));
	init_completion(&merge.done);
	for (i = 0; i < 3; i++) {
		csp_chan_init(&merge.ch[i], &ct_flow_port);
		flow[i].ch = &merge.ch[i];
		flow[i].threads = 1;
		flow[i].how = i ? CT_WAIT : CT_SELECT;
		flow[i].each = ct_scaled(4000);
		CT_EQ(t, ct_flow_start(&flow[i]), 0);
	}
	task = kthread_create(ct_merge_main, &merge, "ct_merge");
	if (CT_CHECK(t, !IS_ERR(task))) {
		get_task_struct(task);
		wake_up_process(task);
	}
	for (i = 0; i < 3; i++) {
		ct_flow_join(&flow[i]);
		csp_chan_close(&merge.ch[i]);
	}
	if (!IS_ERR(task)) {
		wait_for_completion(&merge.done);
		kthread_stop(task);
		put_task_struct(task);
	}
	CT_CHECK(t, merge.ret >= 0);
	for (i = 0; i < 3; i++) {
		CT_EQ(t, ct_flow_count(&flow[i], false), flow[i].each);
		ct_flow_check(t, &flow[i]);
		csp_chan_destroy(&merge.ch[i]);
		ct_flow_free(&flow[i]);
	}
	kfree(flow);
}

/* Sends to whichever of two processes has room; no message is lost or doubled. */
static void ct_select_to_processes(struct ct *t)
{
	struct ct_flow flow = { .threads = 1, .each = ct_scaled(5000) };
	struct csp_proc *p[2];
	struct csp_case c[2];
	unsigned int i, n, count[2] = {};
	int at;

	for (i = 0; i < 2; i++) {
		p[i] = csp_proc_start(&t->group, &ct_sink_kind, NULL, GFP_KERNEL, "sink%u", i);
		if (!CT_CHECK(t, !IS_ERR(p[i])))
			return;
	}
	/* The flow's own thread has nothing to do: we send its messages. */
	flow.ch = &p[0]->in[0];
	flow.stop = true;
	CT_EQ(t, ct_flow_start(&flow), 0);
	ct_flow_join(&flow);
	for (n = 0; n < flow.each; n++) {
		for (i = 0; i < 2; i++)
			c[i] = (struct csp_case){
				.ch = &p[i]->in[0], .dir = CSP_SEND, .msg = &flow.msgs[n],
			};
		flow.sender[0].next = n + 1;
		at = csp_select(c, 2, CT_PATIENCE);
		if (!CT_CHECK(t, at >= 0 && !c[at].err))
			break;
		count[at]++;
	}
	for (i = 0; i < 2; i++) {
		csp_proc_stop(p[i]);
		CT_CHECK(t, count[i] > 0);
	}
	CT_EQ(t, ct_flow_count(&flow, false), flow.each);
	ct_flow_check(t, &flow);
	csp_group_stop(&t->group);
	ct_flow_free(&flow);
}

const struct ct_case ct_select_cases[] = {
	{ "select__fair", ct_select_fair },
	{ "select__deadline", ct_select_deadline },
	{ "select__send_or_receive", ct_select_send_or_recv },
	{ "select__closed", ct_select_closed },
	{ "select__merges_flows", ct_select_merges },
	{ "select__sends_to_processes", ct_select_to_processes },
	{}
};
