// SPDX-License-Identifier: GPL-2.0
/* Tests of a process's life: start, steps, close, exit, nesting. */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "csp_test.h"

/* What a step does with a note. */
enum ct_op {
	CT_COUNT,	/* nothing */
	CT_REPLY,	/* answers 42 */
	CT_CLOSE,	/* has notes[] sent to its own inputs, and closes itself */
	CT_EXIT,	/* has notes[] sent to its own inputs, and exits */
	CT_FLOOD,	/* has notes[] sent to its own inputs */
	CT_CHILD,	/* starts a process */
};

#define CT_NOTES	40

/**
 * struct ct_log - what a process of these cases did
 * @steps: notes stepped
 * @flushed: of these, before a batch_end()
 * @exits: calls of exit()
 * @full: notes lost because there was no room
 * @closed: notes lost because the input was closed
 * @by: who ran the last step
 * @order: the inputs of the notes, in the order of their steps
 * @init_err: what init() returns
 * @init_exit: init() calls csp_proc_exit()
 * @to: init() opens an output to it
 * @child: started by CT_CHILD
 */
struct ct_log {
	atomic_t steps;
	atomic_t flushed;
	atomic_t exits;
	atomic_t full;
	atomic_t closed;
	struct task_struct *by;
	unsigned int order[CT_NOTES];
	int init_err;
	bool init_exit;
	struct csp_proc *to;
	struct csp_proc *child;
};

struct ct_note {
	struct ct_log *log;
	enum ct_op op;
	struct csp_call call;
	unsigned int input;
	struct ct_note *notes;
	unsigned int n;
};

struct ct_probe {
	struct ct_log *log;
	struct csp_out out;
	struct csp_timer timer;
};

static const struct csp_kind ct_probe_kind;

static void ct_note_lost(void *msg, enum csp_lost why)
{
	struct ct_note *note = msg;

	atomic_inc(why == CSP_LOST_FULL ? &note->log->full : &note->log->closed);
	if (note->op == CT_REPLY)
		csp_call_lost(&note->call, why);
}

static void ct_probe_step(struct csp_proc *proc, void *msg)
{
	struct ct_note *note = msg;
	struct ct_log *log = note->log;
	unsigned int i;

	log->by = current;
	i = atomic_inc_return(&log->steps) - 1;
	if (i < CT_NOTES)
		log->order[i] = note->input;
	for (i = 0; i < note->n; i++)
		csp_send(&proc->in[note->notes[i].input], &note->notes[i]);
	switch (note->op) {
	case CT_REPLY:
		csp_reply(&note->call, 42);
		break;
	case CT_CLOSE:
		csp_proc_close(proc);
		break;
	case CT_EXIT:
		csp_proc_exit(proc);
		break;
	case CT_CHILD:
		log->child = csp_proc_start(proc->group, &ct_probe_kind, log, GFP_ATOMIC,
					    "child");
		break;
	default:
		break;
	}
}

static void ct_probe_timer(struct csp_proc *proc, void *msg)
{
	csp_timer_fired(msg);
}

static void ct_probe_batch_end(struct csp_proc *proc)
{
	struct ct_probe *probe = csp_state(proc);

	atomic_set(&probe->log->flushed, atomic_read(&probe->log->steps));
}

static void ct_probe_exit(struct csp_proc *proc)
{
	struct ct_probe *probe = csp_state(proc);

	atomic_inc(&probe->log->exits);
}

static int ct_probe_init(struct csp_proc *proc, void *arg)
{
	struct ct_probe *probe = csp_state(proc);

	probe->log = arg;
	csp_timer_init(&probe->timer, proc, 3);
	csp_timer_arm(&probe->timer, 3600 * HZ);
	if (probe->log->to)
		csp_out_open(&probe->out, proc, probe->log->to, 0);
	if (probe->log->init_exit)
		csp_proc_exit(proc);
	return probe->log->init_err;
}

#define CT_PROBE_PORT(_name) {		\
	.name = (_name),		\
	.depth = 32,			\
	.full = CSP_DROP,		\
	.step = ct_probe_step,		\
	.lost = ct_note_lost,		\
}

static const struct csp_kind ct_probe_kind = {
	.name = "probe",
	.state_size = sizeof(struct ct_probe),
	.n_inputs = 4,
	.inputs = {
		CT_PROBE_PORT("a"), CT_PROBE_PORT("b"), CT_PROBE_PORT("c"),
		CSP_TIMER_PORT(ct_probe_timer),
	},
	.init = ct_probe_init,
	.batch_end = ct_probe_batch_end,
	.exit = ct_probe_exit,
};

static struct csp_proc *ct_probe_start(struct ct *t, struct ct_log *log)
{
	return csp_proc_start(&t->group, &ct_probe_kind, log, GFP_KERNEL, "probe");
}

/* With handoff the sender itself runs the step; without it a thread of the pool does. */
static void ct_proc_handoff(struct ct *t)
{
	struct ct_log log = {};
	struct ct_note note = { .log = &log };
	struct csp_proc *p = ct_probe_start(t, &log);
	struct csp_chan_info ch;
	struct csp_proc_info info;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	csp_proc_info(p, &info);
	CT_EQ(t, info.where, CSP_IDLE_NO_THREAD);
	CT_EQ(t, info.tid, 0);
	CT_EQ(t, csp_send(&p->in[0], &note), 0);
	if (ct_handoff()) {
		CT_EQ(t, atomic_read(&log.steps), 1);
		CT_CHECK(t, log.by == current);
		csp_proc_info(p, &info);
		CT_EQ(t, info.stats.wakeups, 0);
		CT_EQ(t, info.where, CSP_IDLE_NO_THREAD);
	} else {
		CT_SOON(t, atomic_read(&log.flushed) == 1);
		CT_CHECK(t, log.by != current);
		CT_SOON(t, (csp_proc_info(p, &info), info.where != CSP_RUNNING));
		CT_EQ(t, info.stats.wakeups, 1);
	}
	csp_chan_info(&p->in[0], &ch);
	CT_EQ(t, ch.stats.handed, ct_handoff());
	CT_EQ(t, ch.stats.queued, !ct_handoff());
	CT_EQ(t, info.stats.messages, 1);
	CT_EQ(t, atomic_read(&log.flushed), 1);

	csp_proc_get(p);
	csp_proc_stop(p);
	csp_proc_info(p, &info);
	CT_EQ(t, info.where, CSP_ENDED);
	CT_EQ(t, atomic_read(&log.exits), 1);
	CT_EQ(t, csp_send(&p->in[0], &note), -EPIPE);
	CT_EQ(t, atomic_read(&log.closed), 1);
	csp_proc_put(p);
	csp_group_stop(&t->group);
}

/* Sends @op with notes for the process to send to itself, and waits for its end, if any. */
static void ct_probe_ask(struct ct *t, enum ct_op op, struct ct_log *log)
{
	struct ct_note *notes = kcalloc(CT_NOTES, sizeof(*notes), GFP_KERNEL);
	struct ct_note first = { .log = log, .op = op, .notes = notes, .n = CT_NOTES };
	struct csp_proc *p = ct_probe_start(t, log);
	unsigned int i;

	if (!CT_CHECK(t, !IS_ERR(p)) || !CT_CHECK(t, notes))
		return;
	for (i = 0; i < CT_NOTES; i++)
		notes[i].log = log;
	CT_EQ(t, csp_send(&p->in[0], &first), 0);
	if (op == CT_FLOOD)
		CT_SOON(t, atomic_read(&log->flushed) == 1 + 32);
	else
		csp_proc_join(p);
	csp_proc_stop(p);
	csp_group_stop(&t->group);
	kfree(notes);
	/* The input holds 32. */
	CT_EQ(t, atomic_read(&log->full), CT_NOTES - 32);
	CT_EQ(t, atomic_read(&log->exits), 1);
}

static void ct_proc_close_drains(struct ct *t)
{
	struct ct_log log = {};

	ct_probe_ask(t, CT_CLOSE, &log);
	CT_EQ(t, atomic_read(&log.steps), 1 + 32);
	CT_EQ(t, atomic_read(&log.flushed), 1 + 32);
	CT_EQ(t, atomic_read(&log.closed), 0);
}

static void ct_proc_exit_loses(struct ct *t)
{
	struct ct_log log = {};

	ct_probe_ask(t, CT_EXIT, &log);
	CT_EQ(t, atomic_read(&log.steps), 1);
	CT_EQ(t, atomic_read(&log.closed), 32);
}

static void ct_proc_sends_itself(struct ct *t)
{
	struct ct_log log = {};

	ct_probe_ask(t, CT_FLOOD, &log);
	CT_EQ(t, atomic_read(&log.steps), 1 + 32);
	CT_EQ(t, atomic_read(&log.closed), 0);
}

/* A round of work serves the inputs in the order in which the kind names them. */
static void ct_proc_input_order(struct ct *t)
{
	struct ct_log log = {};
	struct ct_note notes[3] = {
		{ .log = &log, .input = 2 }, { .log = &log, .input = 1 }, { .log = &log },
	};
	struct ct_note first = { .log = &log, .op = CT_CLOSE, .notes = notes, .n = 3 };
	struct csp_proc *p = ct_probe_start(t, &log);
	unsigned int i;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	first.input = 3;
	CT_EQ(t, csp_send(&p->in[2], &first), 0);
	csp_proc_join(p);
	csp_proc_stop(p);
	CT_EQ(t, atomic_read(&log.steps), 4);
	CT_EQ(t, log.order[0], 3);
	for (i = 0; i < 3; i++)
		CT_EQ(t, log.order[1 + i], i);
	csp_group_stop(&t->group);
}

static void ct_proc_init_fails(struct ct *t)
{
	struct ct_log other = {}, log = { .init_err = -EADDRINUSE };
	struct csp_proc *to = ct_probe_start(t, &other);
	struct csp_proc *p;

	if (!CT_CHECK(t, !IS_ERR(to)))
		return;
	log.to = to;
	p = ct_probe_start(t, &log);
	CT_EQ(t, PTR_ERR_OR_ZERO(p), -EADDRINUSE);
	CT_EQ(t, atomic_read(&log.exits), 0);
	CT_EQ(t, READ_ONCE(t->group.alive), 1);
	/* The output is closed: ours, the runtime's and its timer's are left. */
	CT_SOON(t, refcount_read(&to->ref) == 3);
	csp_proc_stop(to);

	log.init_err = 0;
	log.init_exit = true;
	log.to = NULL;
	p = ct_probe_start(t, &log);
	if (CT_CHECK(t, !IS_ERR(p)))
		csp_proc_stop(p);
	CT_EQ(t, atomic_read(&log.exits), 1);

	csp_group_stop(&t->group);
	p = ct_probe_start(t, &log);
	CT_EQ(t, PTR_ERR_OR_ZERO(p), -ESHUTDOWN);
	CT_EQ(t, atomic_read(&log.exits), 1);
}

static void ct_proc_ask(struct ct *t)
{
	struct ct_log log = {};
	struct ct_note note = { .log = &log, .op = CT_REPLY };
	struct csp_proc *p = ct_probe_start(t, &log);
	unsigned int i;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	for (i = 0; i < 1000; i++)
		if (!CT_EQ(t, csp_ask(&p->in[i % 3], &note, &note.call), 42))
			break;
	csp_proc_close(p);
	CT_EQ(t, csp_ask(&p->in[0], &note, &note.call), -EPIPE);
	csp_proc_stop(p);
	csp_group_stop(&t->group);
}

static void ct_proc_child(struct ct *t)
{
	struct ct_log log = {};
	struct ct_note note = { .log = &log, .op = CT_CHILD };
	struct csp_proc *p = ct_probe_start(t, &log);
	u32 id;

	if (!CT_CHECK(t, !IS_ERR(p)))
		return;
	CT_EQ(t, p->parent, 0);
	id = p->id;
	CT_EQ(t, csp_send(&p->in[0], &note), 0);
	csp_proc_stop(p);
	if (CT_CHECK(t, !IS_ERR_OR_NULL(log.child))) {
		CT_EQ(t, log.child->parent, id);
		CT_CHECK(t, log.child->id != id);
		csp_proc_stop(log.child);
	}
	csp_group_stop(&t->group);
}

/*
 * Chains of processes: a message is passed along, and the exit() of each closes
 * the next. How deep they run inside each other is counted on each CPU.
 */
#define CT_CHAIN	100
#define CT_NEST		12	/* most that may, in the runtime */

static DEFINE_PER_CPU(int, ct_depth);
static atomic_t ct_deepest, ct_passed, ct_chain_lost;

struct ct_link {
	struct csp_out out;
	bool last;
};

static void ct_depth_enter(void)
{
	int depth = this_cpu_inc_return(ct_depth);

	if (depth > atomic_read(&ct_deepest))
		atomic_set(&ct_deepest, depth);
}

static void ct_link_step(struct csp_proc *proc, void *msg)
{
	struct ct_link *link = csp_state(proc);

	ct_depth_enter();
	if (link->last)
		atomic_inc(&ct_passed);
	else
		csp_out_send(&link->out, msg);
	this_cpu_dec(ct_depth);
}

static void ct_link_exit(struct csp_proc *proc)
{
	struct ct_link *link = csp_state(proc);

	ct_depth_enter();
	if (!link->last)
		csp_proc_close(link->out.to);
	this_cpu_dec(ct_depth);
}

static void ct_link_lost(void *msg, enum csp_lost why)
{
	atomic_inc(&ct_chain_lost);
}

static int ct_link_init(struct csp_proc *proc, void *arg)
{
	struct ct_link *link = csp_state(proc);

	link->last = !arg;
	if (arg)
		csp_out_open(&link->out, proc, arg, 0);
	return 0;
}

static const struct csp_kind ct_link_kind = {
	.name = "link",
	.state_size = sizeof(struct ct_link),
	.n_inputs = 1,
	.inputs = { {
		.name = "in", .depth = 16, .full = CSP_DROP, .step = ct_link_step,
		.lost = ct_link_lost,
	} },
	.init = ct_link_init,
	.exit = ct_link_exit,
};

static void ct_proc_nesting(struct ct *t)
{
	struct csp_proc *next = NULL, *p;
	unsigned int i;

	atomic_set(&ct_deepest, 0);
	atomic_set(&ct_passed, 0);
	atomic_set(&ct_chain_lost, 0);
	for (i = 0; i < CT_CHAIN; i++) {
		p = csp_proc_start(&t->group, &ct_link_kind, next, GFP_KERNEL, "link%u", i);
		if (!CT_CHECK(t, !IS_ERR(p)))
			break;
		csp_proc_put(next);
		next = p;
	}
	for (i = 0; i < 10; i++)
		CT_EQ(t, csp_send(&next->in[0], t), 0);
	CT_SOON(t, atomic_read(&ct_passed) == 10);
	CT_EQ(t, atomic_read(&ct_chain_lost), 0);
	CT_EQ(t, atomic_read(&ct_deepest), ct_handoff() ? CT_NEST : 1);

	atomic_set(&ct_deepest, 0);
	csp_proc_close(next);
	CT_SOON(t, !READ_ONCE(t->group.alive));
	CT_EQ(t, atomic_read(&ct_deepest), CT_NEST);
	csp_proc_put(next);
	csp_group_stop(&t->group);
}

static DEFINE_CSP_OWNER(ct_owner);

static const struct csp_kind ct_owned_kind = {
	.name = "owned",
	.n_inputs = 1,
	.inputs = { CT_PROBE_PORT("in") },
	.owner = &ct_owner,
};

struct ct_owner_wait {
	struct work_struct work;
	struct completion done;
};

static void ct_owner_wait_run(struct work_struct *work)
{
	struct ct_owner_wait *wait = container_of(work, struct ct_owner_wait, work);

	csp_owner_wait(&ct_owner);
	complete(&wait->done);
}

/* What keeps the memory of a process keeps its kind; processes of others do not count. */
static void ct_proc_owner(struct ct *t)
{
	struct ct_log log = {};
	struct ct_owner_wait wait;
	struct csp_proc *other = ct_probe_start(t, &log), *p;

	csp_owner_wait(&ct_owner);
	p = csp_proc_start(&t->group, &ct_owned_kind, NULL, GFP_KERNEL, "owned");
	if (CT_CHECK(t, !IS_ERR(p)) && CT_CHECK(t, !IS_ERR(other))) {
		init_completion(&wait.done);
		INIT_WORK_ONSTACK(&wait.work, ct_owner_wait_run);
		schedule_work(&wait.work);
		CT_EQ(t, wait_for_completion_timeout(&wait.done, HZ / 10), 0);
		csp_proc_get(p);
		csp_proc_stop(p);
		CT_EQ(t, wait_for_completion_timeout(&wait.done, HZ / 10), 0);
		csp_proc_put(p);
		flush_work(&wait.work);
		destroy_work_on_stack(&wait.work);
		CT_CHECK(t, completion_done(&wait.done));
		CT_EQ(t, atomic_read(&ct_owner.procs), 0);
		csp_proc_stop(other);
	}
	csp_group_stop(&t->group);
}

const struct ct_case ct_proc_cases[] = {
	{ "proc__hands_off_or_wakes", ct_proc_handoff },
	{ "proc__close_steps_what_waits", ct_proc_close_drains },
	{ "proc__exit_loses_what_waits", ct_proc_exit_loses },
	{ "proc__sends_to_itself", ct_proc_sends_itself },
	{ "proc__inputs_in_order", ct_proc_input_order },
	{ "proc__init_fails", ct_proc_init_fails },
	{ "proc__ask", ct_proc_ask },
	{ "proc__child_knows_parent", ct_proc_child },
	{ "proc__nesting_is_bounded", ct_proc_nesting },
	{ "proc__owner_waits_for_memory", ct_proc_owner },
	{}
};
