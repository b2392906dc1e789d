// SPDX-License-Identifier: GPL-2.0
/* Tests of channels without a process. */
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "csp_test.h"

/* Messages of these cases are numbers; what lost() was told is counted. */
static atomic_t ct_lost_full, ct_lost_closed;

static void ct_number_lost(void *msg, enum csp_lost why)
{
	atomic_inc(why == CSP_LOST_FULL ? &ct_lost_full : &ct_lost_closed);
}

static void ct_lost_reset(void)
{
	atomic_set(&ct_lost_full, 0);
	atomic_set(&ct_lost_closed, 0);
}

static void *ct_number(unsigned long n)
{
	return (void *)(n + 1);
}

static const struct csp_port ct_deep_port = {
	.name = "deep", .depth = 1000, .full = CSP_DROP, .lost = ct_number_lost,
};

static const struct csp_port ct_drop_port = {
	.name = "drop", .depth = 8, .full = CSP_DROP, .lost = ct_number_lost,
};

static const struct csp_port ct_block_port = {
	.name = "block", .depth = 2, .full = CSP_BLOCK, .lost = ct_number_lost,
};

/* The queue grows under a reader that follows at some distance. */
static void ct_chan_order(struct ct *t)
{
	struct csp_chan_info info;
	struct csp_chan ch;
	unsigned long sent = 0, got = 0;
	void *msg;

	csp_chan_init(&ch, &ct_deep_port);
	while (got < 20000) {
		if (sent < 20000 && sent - got < 1 + got % 1000) {
			if (!CT_EQ(t, csp_send(&ch, ct_number(sent++)), 0))
				break;
			continue;
		}
		if (!CT_EQ(t, csp_try_recv(&ch, &msg), 0) ||
		    !CT_CHECK(t, msg == ct_number(got)))
			break;
		got++;
	}
	CT_EQ(t, csp_try_recv(&ch, &msg), -EAGAIN);
	csp_chan_info(&ch, &info);
	CT_EQ(t, info.len, 0);
	CT_EQ(t, info.stats.queued, 20000);
	CT_EQ(t, info.stats.deepest, 1000);
	csp_chan_destroy(&ch);
}

static void ct_chan_full_drops(struct ct *t)
{
	struct csp_chan_info info;
	struct csp_chan ch;
	unsigned int i;

	ct_lost_reset();
	csp_chan_init(&ch, &ct_drop_port);
	for (i = 0; i < 12; i++)
		CT_EQ(t, csp_send(&ch, ct_number(i)), i < 8 ? 0 : -ENOBUFS);
	CT_EQ(t, atomic_read(&ct_lost_full), 4);
	CT_EQ(t, csp_try_send(&ch, ct_number(i)), -ENOBUFS);
	CT_EQ(t, atomic_read(&ct_lost_full), 4);
	csp_chan_info(&ch, &info);
	CT_EQ(t, info.len, 8);
	CT_EQ(t, info.depth, 8);
	CT_EQ(t, info.full, CSP_DROP);
	CT_EQ(t, info.stats.queued, 8);
	CT_EQ(t, info.stats.full, 4);
	CT_EQ(t, info.stats.closed, 0);
	CT_EQ(t, info.stats.deepest, 8);
	csp_chan_destroy(&ch);
	CT_EQ(t, atomic_read(&ct_lost_closed), 8);
}

/**
 * struct ct_waiter - a thread that waits on a channel
 * @ch: the channel
 * @msg: what it sends or has received
 * @ret: what it was told
 * @done: it has been told
 */
struct ct_waiter {
	struct csp_chan *ch;
	void *msg;
	int ret;
	struct completion done;
};

static int ct_wait_send(void *arg)
{
	struct ct_waiter *w = arg;

	w->ret = csp_send_wait(w->ch, w->msg, CT_PATIENCE);
	complete(&w->done);
	return 0;
}

static int ct_wait_recv(void *arg)
{
	struct ct_waiter *w = arg;

	w->ret = csp_recv(w->ch, &w->msg, CT_PATIENCE);
	complete(&w->done);
	return 0;
}

static int ct_wait_select(void *arg)
{
	struct ct_waiter *w = arg;
	struct csp_case c[2] = {
		{ .ch = w->ch, .dir = CSP_RECV }, { .ch = w->ch + 1, .dir = CSP_RECV },
	};
	int at = csp_select(c, 2, CT_PATIENCE);

	w->ret = at < 0 ? at : c[at].err;
	complete(&w->done);
	return 0;
}

static struct task_struct *ct_waiter_start(struct ct_waiter *w, int (*main)(void *arg))
{
	struct task_struct *task;

	init_completion(&w->done);
	task = kthread_create(main, w, "ct_waiter");
	if (IS_ERR(task)) {
		w->ret = PTR_ERR(task);
		complete(&w->done);
		return NULL;
	}
	get_task_struct(task);
	wake_up_process(task);
	return task;
}

/* Return: what the thread was told. */
static int ct_waiter_end(struct ct_waiter *w, struct task_struct *task)
{
	wait_for_completion(&w->done);
	if (task) {
		kthread_stop(task);
		put_task_struct(task);
	}
	return w->ret;
}

static bool ct_sleeps(struct task_struct *task)
{
	return task && READ_ONCE(task->__state) == TASK_INTERRUPTIBLE;
}

static void ct_chan_full_blocks(struct ct *t)
{
	struct ct_waiter w = { .msg = ct_number(2) };
	struct task_struct *task;
	struct csp_chan ch;
	unsigned long began;
	void *msg;

	csp_chan_init(&ch, &ct_block_port);
	w.ch = &ch;
	CT_EQ(t, csp_send_wait(&ch, ct_number(0), 0), 0);
	CT_EQ(t, csp_send_wait(&ch, ct_number(1), 0), 0);
	began = jiffies;
	CT_EQ(t, csp_send_wait(&ch, ct_number(9), 3), -ETIMEDOUT);
	CT_CHECK(t, time_after_eq(jiffies, began + 3));

	task = ct_waiter_start(&w, ct_wait_send);
	CT_SOON(t, ct_sleeps(task));
	CT_EQ(t, csp_chan_len(&ch), 2);
	CT_EQ(t, csp_recv(&ch, &msg, 0), 0);
	CT_EQ(t, ct_waiter_end(&w, task), 0);
	CT_EQ(t, csp_chan_len(&ch), 2);
	CT_CHECK(t, msg == ct_number(0));
	CT_EQ(t, csp_recv(&ch, &msg, 0), 0);
	CT_CHECK(t, msg == ct_number(1));
	CT_EQ(t, csp_recv(&ch, &msg, 0), 0);
	CT_CHECK(t, msg == ct_number(2));
	csp_chan_destroy(&ch);
}

static void ct_chan_close_wakes(struct ct *t)
{
	struct ct_waiter send = { .msg = ct_number(2) }, recv = {}, sel = {};
	struct task_struct *sender, *receiver, *selecter;
	struct csp_chan full, empty[3];
	unsigned long began;
	unsigned int i;

	csp_chan_init(&full, &ct_block_port);
	for (i = 0; i < ARRAY_SIZE(empty); i++)
		csp_chan_init(&empty[i], &ct_block_port);
	CT_EQ(t, csp_send(&full, ct_number(0)), 0);
	CT_EQ(t, csp_send(&full, ct_number(1)), 0);
	send.ch = &full;
	recv.ch = &empty[0];
	sel.ch = &empty[1];
	sender = ct_waiter_start(&send, ct_wait_send);
	receiver = ct_waiter_start(&recv, ct_wait_recv);
	selecter = ct_waiter_start(&sel, ct_wait_select);
	CT_SOON(t, ct_sleeps(sender) && ct_sleeps(receiver) && ct_sleeps(selecter));

	began = jiffies;
	csp_chan_close(&full);
	csp_chan_close(&empty[0]);
	csp_chan_close(&empty[2]);
	CT_EQ(t, ct_waiter_end(&send, sender), -EPIPE);
	CT_EQ(t, ct_waiter_end(&recv, receiver), -EPIPE);
	CT_EQ(t, ct_waiter_end(&sel, selecter), -EPIPE);
	/* Their patience has not ended: it is the close that woke them. */
	CT_CHECK(t, time_before(jiffies, began + CT_PATIENCE / 2));
	csp_chan_destroy(&full);
	for (i = 0; i < ARRAY_SIZE(empty); i++)
		csp_chan_destroy(&empty[i]);
}

static void ct_chan_close_keeps(struct ct *t)
{
	struct csp_chan_info info;
	struct csp_chan ch;
	void *msg;

	ct_lost_reset();
	csp_chan_init(&ch, &ct_drop_port);
	CT_EQ(t, csp_send(&ch, ct_number(0)), 0);
	CT_EQ(t, csp_send(&ch, ct_number(1)), 0);
	CT_EQ(t, csp_send(&ch, ct_number(2)), 0);
	csp_chan_close(&ch);
	csp_chan_close(&ch);
	CT_CHECK(t, csp_chan_closed(&ch));
	CT_EQ(t, csp_send(&ch, ct_number(3)), -EPIPE);
	CT_EQ(t, csp_try_send(&ch, ct_number(3)), -EPIPE);
	CT_EQ(t, csp_send_wait(&ch, ct_number(3), 1), -EPIPE);
	CT_EQ(t, atomic_read(&ct_lost_closed), 1);
	CT_EQ(t, csp_recv(&ch, &msg, 0), 0);
	CT_CHECK(t, msg == ct_number(0));
	CT_EQ(t, csp_recv(&ch, &msg, CT_PATIENCE), 0);
	csp_chan_info(&ch, &info);
	CT_EQ(t, info.closed, true);
	CT_EQ(t, info.len, 1);
	CT_EQ(t, info.stats.closed, 1);
	csp_chan_destroy(&ch);
	CT_EQ(t, atomic_read(&ct_lost_closed), 2);
	CT_EQ(t, csp_recv(&ch, &msg, CT_PATIENCE), -EPIPE);
}

static void ct_chan_batch(struct ct *t)
{
	struct csp_chan ch;
	unsigned long began;
	void *msgs[16];
	unsigned int i;

	csp_chan_init(&ch, &ct_deep_port);
	began = jiffies;
	CT_EQ(t, csp_recv_batch(&ch, msgs, 16, 2), -ETIMEDOUT);
	CT_CHECK(t, time_after_eq(jiffies, began + 2));
	CT_EQ(t, csp_recv_batch(&ch, msgs, 16, 0), -ETIMEDOUT);
	for (i = 0; i < 20; i++)
		csp_send(&ch, ct_number(i));
	CT_EQ(t, csp_recv_batch(&ch, msgs, 1, 0), 1);
	CT_CHECK(t, msgs[0] == ct_number(0));
	CT_EQ(t, csp_recv_batch(&ch, msgs, 16, 0), 16);
	for (i = 0; i < 16; i++)
		CT_CHECK(t, msgs[i] == ct_number(1 + i));
	CT_EQ(t, csp_recv_batch(&ch, msgs, 16, CT_PATIENCE), 3);
	CT_CHECK(t, msgs[2] == ct_number(19));
	csp_chan_close(&ch);
	CT_EQ(t, csp_recv_batch(&ch, msgs, 16, CT_PATIENCE), -EPIPE);
	csp_chan_destroy(&ch);
}

static const struct csp_port ct_flow_port = {
	.name = "flow", .depth = 24, .full = CSP_BLOCK, .lost = ct_msg_lost,
};

struct ct_receiver {
	struct csp_chan *ch;
	struct ct_seat seat;
	struct task_struct *task;
	unsigned int got;
	struct completion done;
};

static int ct_receive(void *arg)
{
	struct ct_receiver *r = arg;
	void *msgs[5];
	int i, n;

	while ((n = csp_recv_batch(r->ch, msgs, 1 + r->got % 5, CT_PATIENCE)) > 0) {
		for (i = 0; i < n; i++) {
			struct ct_msg *m = msgs[i];

			ct_seat_enter(&r->seat, m);
			atomic_inc(&m->stepped);
			ct_seat_leave(&r->seat, m);
			r->got++;
		}
	}
	complete(&r->done);
	return 0;
}

/* Several senders and receivers; at last, or early (@cut), the channel is closed. */
static void ct_many_to_many(struct ct *t, enum ct_how how, bool cut)
{
	struct ct_flow flow = {
		.how = how, .threads = 3, .timers = 1, .each = ct_scaled(3000),
	};
	struct ct_receiver r[2] = {};
	unsigned int i, got = 0;
	struct csp_chan ch;

	csp_chan_init(&ch, &ct_flow_port);
	flow.ch = &ch;
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		r[i].ch = &ch;
		init_completion(&r[i].done);
		r[i].task = kthread_create(ct_receive, &r[i], "ct_receiver");
		if (!CT_CHECK(t, !IS_ERR(r[i].task)))
			return;
		get_task_struct(r[i].task);
		wake_up_process(r[i].task);
	}
	CT_EQ(t, ct_flow_start(&flow), 0);
	if (cut)
		CT_SOON(t, READ_ONCE(r[0].got) + READ_ONCE(r[1].got) > flow.each / 2);
	else
		ct_flow_join(&flow);
	csp_chan_close(&ch);
	WRITE_ONCE(flow.stop, true);
	ct_flow_join(&flow);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		wait_for_completion(&r[i].done);
		kthread_stop(r[i].task);
		put_task_struct(r[i].task);
		got += r[i].got;
	}
	CT_EQ(t, csp_chan_len(&ch), 0);
	CT_EQ(t, got, ct_flow_count(&flow, false));
	if (!cut)	/* only the timer's are ever lost */
		CT_CHECK(t, got >= 3 * flow.each);
	ct_flow_check(t, &flow);
	csp_chan_destroy(&ch);
	ct_flow_free(&flow);
}

static void ct_chan_many_to_many(struct ct *t)
{
	ct_many_to_many(t, CT_WAIT, false);
	ct_many_to_many(t, CT_SELECT, false);
}

static void ct_chan_close_accounts(struct ct *t)
{
	unsigned int i;

	for (i = 0; i < 10; i++)
		ct_many_to_many(t, i % 2 ? CT_WAIT : CT_SELECT, true);
}

/* Deeper than its port says, and less deep than what waits already. */
static void ct_chan_depth(struct ct *t)
{
	struct csp_chan_info info;
	struct csp_chan ch;
	unsigned int i;
	void *msg;

	ct_lost_reset();
	csp_chan_init(&ch, &ct_drop_port);
	CT_EQ(t, csp_chan_set_depth(&ch, 0), -EINVAL);
	CT_EQ(t, csp_chan_set_depth(&ch, 20), 0);
	for (i = 0; i < 21; i++)
		CT_EQ(t, csp_send(&ch, ct_number(i)), i < 20 ? 0 : -ENOBUFS);
	CT_EQ(t, csp_chan_set_depth(&ch, 3), 0);
	csp_chan_info(&ch, &info);
	CT_EQ(t, info.depth, 3);
	CT_EQ(t, info.len, 20);
	for (i = 0; i < 18; i++) {
		CT_EQ(t, csp_try_send(&ch, ct_number(100)), -ENOBUFS);
		CT_EQ(t, csp_try_recv(&ch, &msg), 0);
		CT_CHECK(t, msg == ct_number(i));
	}
	CT_EQ(t, csp_send(&ch, ct_number(20)), 0);
	CT_EQ(t, csp_try_send(&ch, ct_number(21)), -ENOBUFS);
	CT_EQ(t, atomic_read(&ct_lost_full), 1);
	csp_chan_destroy(&ch);
}

/* A sender that waits for room hears of it. */
static void ct_chan_depth_wakes(struct ct *t)
{
	struct ct_waiter w = { .msg = ct_number(2) };
	struct task_struct *task;
	struct csp_chan ch;

	csp_chan_init(&ch, &ct_block_port);
	w.ch = &ch;
	CT_EQ(t, csp_send(&ch, ct_number(0)), 0);
	CT_EQ(t, csp_send(&ch, ct_number(1)), 0);
	task = ct_waiter_start(&w, ct_wait_send);
	CT_SOON(t, ct_sleeps(task));
	CT_EQ(t, csp_chan_set_depth(&ch, 3), 0);
	CT_EQ(t, ct_waiter_end(&w, task), 0);
	CT_EQ(t, csp_chan_len(&ch), 3);
	csp_chan_destroy(&ch);
}

const struct ct_case ct_chan_cases[] = {
	{ "chan__order_through_growth", ct_chan_order },
	{ "chan__full_drops_and_counts", ct_chan_full_drops },
	{ "chan__full_blocks_sender", ct_chan_full_blocks },
	{ "chan__close_wakes_waiters", ct_chan_close_wakes },
	{ "chan__close_keeps_what_waits", ct_chan_close_keeps },
	{ "chan__batch_receive", ct_chan_batch },
	{ "chan__depth_may_be_changed", ct_chan_depth },
	{ "chan__more_depth_wakes_sender", ct_chan_depth_wakes },
	{ "chan__many_to_many", ct_chan_many_to_many },
	{ "chan__close_accounts_for_all", ct_chan_close_accounts },
	{}
};
