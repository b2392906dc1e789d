// SPDX-License-Identifier: GPL-2.0
/*
 * Processes: who runs one, and when it ends.
 *
 * No message is left behind. A sender queues and then looks whether the process
 * is idle; whoever runs it makes it idle and then looks whether something is
 * queued. There is a full barrier between the two on both sides, so at least one
 * of them sees the other, and csp_proc_wake() lets exactly one act.
 *
 * No message overtakes. Only the owner takes messages out of the queue, and it
 * steps all it took before it lets go; so a sender that became the owner and
 * finds the inputs empty knows that everything sent before has been stepped.
 */
#include <linux/bottom_half.h>
#include <linux/percpu.h>
#include <linux/sched/clock.h>

#include "internal.h"
#include "trace.h"

/**
 * struct csp_frame - one process running on this CPU; on the stack of its runner
 * @up: the process in whose send this one runs, or NULL
 * @proc: the process
 * @depth: how many frames there are, this one counted
 * @weight: how many runs this one's time stands for; 0 when it is not taken
 * @inner_ns: time spent in frames within this one
 * @began: when, by local_clock()
 *
 * Bottom halves are disabled in a frame, so the chain of a CPU is one context's.
 */
struct csp_frame {
	struct csp_frame *up;
	struct csp_proc *proc;
	unsigned int depth;
	unsigned int weight;
	u64 inner_ns;
	u64 began;
};

static DEFINE_PER_CPU(struct csp_frame *, csp_top);
static DEFINE_PER_CPU(int, csp_budget);	/* steps left to the outermost frame */
static DEFINE_PER_CPU(unsigned int, csp_untimed);	/* outermost frames since the last timed */

/* Reading the clock twice costs half as much as a handoff, so not every run is timed. */
static unsigned int csp_frame_weigh(void)
{
	unsigned int every = READ_ONCE(csp_clock);

	if (!every || this_cpu_inc_return(csp_untimed) < every)
		return 0;
	this_cpu_write(csp_untimed, 0);
	return every;
}

static void csp_frame_enter(struct csp_frame *frame, struct csp_proc *proc)
{
	frame->up = this_cpu_read(csp_top);
	frame->proc = proc;
	if (frame->up) {
		frame->depth = frame->up->depth + 1;
		frame->weight = frame->up->weight;
	} else {
		frame->depth = 1;
		frame->weight = csp_frame_weigh();
		this_cpu_write(csp_budget, CSP_BUDGET);
	}
	if (frame->weight) {
		frame->inner_ns = 0;
		frame->began = local_clock();
	}
	this_cpu_write(csp_top, frame);
}

static void csp_frame_leave(struct csp_frame *frame)
{
	this_cpu_write(csp_top, frame->up);
	if (frame->weight) {
		u64 took = local_clock() - frame->began;

		frame->proc->stats.busy_ns += (took - frame->inner_ns) * frame->weight;
		if (frame->up)
			frame->up->inner_ns += took;
	}
}

static void csp_proc_step(struct csp_proc *proc, struct csp_chan *ch, void *msg)
{
	this_cpu_dec(csp_budget);
	if (unlikely(proc->exiting)) {
		csp_chan_lose(ch, msg, -EPIPE);
		return;
	}
	proc->stats.messages++;
	ch->port->step(proc, msg);
}

static bool csp_proc_has_input(const struct csp_proc *proc)
{
	return atomic_read(&proc->waiting);
}

/* Steps what waits, each input in turn, until there is nothing or the budget is used up. */
static noinline_for_stack void csp_proc_drain(struct csp_proc *proc)
{
	void *msgs[CSP_BATCH];
	unsigned long waiting;
	unsigned int i, j, n;

	while ((waiting = atomic_read(&proc->waiting))) {
		for_each_set_bit(i, &waiting, CSP_INPUTS_MAX) {
			struct csp_chan *ch = &proc->in[i];

			n = csp_chan_take(ch, msgs, CSP_BATCH);
			for (j = 0; j < n; j++)
				csp_proc_step(proc, ch, msgs[j]);
		}
		if (this_cpu_read(csp_budget) <= 0)
			break;
	}
}

static void csp_proc_batch_end(struct csp_proc *proc)
{
	if (proc->kind->batch_end && !proc->exiting)
		proc->kind->batch_end(proc);
}

/*
 * Runs a process that the caller owns. Bottom halves disabled; the caller
 * releases afterwards.
 */
void csp_proc_work(struct csp_proc *proc)
{
	struct csp_frame frame;

	csp_frame_enter(&frame, proc);
	proc->stats.runs++;
	csp_proc_drain(proc);
	csp_proc_batch_end(proc);
	csp_frame_leave(&frame);
}

/* Whether one more process may run inside what runs on this CPU. */
static bool csp_nest_ok(void)
{
	const struct csp_frame *top = this_cpu_read(csp_top);

	return !top || top->depth < CSP_NEST_MAX;
}

/* Becomes the owner if the process is in state @from. */
bool csp_proc_own(struct csp_proc *proc, enum csp_run from)
{
	return atomic_read(&proc->run) == from &&
	       atomic_cmpxchg(&proc->run, from, CSP_RUN_OWNED) == from;
}

/*
 * Handoff: the sender runs the reader's step itself, if it may. Bottom halves
 * disabled.
 * Return: true if @msg was taken over.
 */
bool csp_proc_hand(struct csp_proc *proc, struct csp_chan *ch, void *msg)
{
	struct csp_frame frame;

	if (!READ_ONCE(csp_handoff) || csp_chan_closed(ch) || !csp_nest_ok())
		return false;
	if (this_cpu_read(csp_top) && this_cpu_read(csp_budget) <= 0)
		return false;
	if (!csp_proc_own(proc, CSP_RUN_IDLE))
		return false;
	if (csp_proc_has_input(proc)) {
		/* Others came first: this message takes its place behind them. */
		if (csp_chan_queue(ch, msg)) {
			csp_proc_work(proc);
			csp_proc_release(proc);
			return false;
		}
		csp_proc_work(proc);
		csp_proc_release(proc);
		return true;
	}

	csp_frame_enter(&frame, proc);
	proc->stats.runs++;
	ch->stats.handed++;
	csp_proc_step(proc, ch, msg);
	if (csp_proc_has_input(proc))	/* the rare case: it costs a batch on the stack */
		csp_proc_drain(proc);
	csp_proc_batch_end(proc);
	csp_frame_leave(&frame);
	csp_proc_release(proc);
	return true;
}

/* From idle to ready, and a thread to it. The caller keeps the memory. */
static void csp_proc_wake(struct csp_proc *proc)
{
	spin_lock(&proc->lock);
	if (atomic_cmpxchg(&proc->run, CSP_RUN_IDLE, CSP_RUN_READY) == CSP_RUN_IDLE) {
		proc->stats.wakeups++;
		if (proc->worker)
			csp_pool_wake(proc->worker);
		else
			csp_pool_serve(proc);
	}
	spin_unlock(&proc->lock);
}

/* After a message was queued, or stopping was set. Bottom halves disabled. */
void csp_proc_kick(struct csp_proc *proc)
{
	smp_mb();	/* queue, then look; pairs with csp_proc_release() */
	if (atomic_read(&proc->run) == CSP_RUN_IDLE)
		csp_proc_wake(proc);
}

/*
 * Ends a process that the caller owns, whose inputs are closed and empty. In a
 * frame, since exit() may send, and close others that then end inside of it.
 */
static void csp_proc_end(struct csp_proc *proc, void (*exit)(struct csp_proc *proc))
{
	struct csp_out *out, *next;
	struct csp_frame frame;

	csp_frame_enter(&frame, proc);
	if (exit)
		exit(proc);
	csp_timers_end(proc);
	list_for_each_entry_safe(out, next, &proc->outs, node)
		csp_out_close(out, proc);
	csp_frame_leave(&frame);
	trace_csp_proc_end(proc);
	atomic_set_release(&proc->run, CSP_RUN_ENDED);
	csp_pool_abandon(proc);
	csp_group_remove(proc->group, proc);
	complete_all(&proc->done);
	csp_proc_put(proc);
}

/*
 * Lets go of a process that the caller owns: it is idle then, ready when there
 * is more to do, or ended when it is stopping and drained. Bottom halves
 * disabled; the caller keeps the memory by a reference or by RCU.
 */
void csp_proc_release(struct csp_proc *proc)
{
	/* Acquire: pairs with csp_proc_close(); what was queued before it is seen. */
	if (smp_load_acquire(&proc->stopping) && !csp_proc_has_input(proc)) {
		csp_proc_end(proc, proc->kind->exit);
		return;
	}
	atomic_set_release(&proc->run, CSP_RUN_IDLE);
	smp_mb();	/* idle, then look; pairs with csp_proc_kick() */
	if (csp_proc_has_input(proc) || READ_ONCE(proc->stopping))
		csp_proc_wake(proc);
}

/* Ends a process whose init() failed: as any other, but without steps or exit(). */
static void csp_proc_undo(struct csp_proc *proc)
{
	unsigned int i;
	void *msg;

	for (i = 0; i < proc->kind->n_inputs; i++) {
		csp_chan_close(&proc->in[i]);
		while (csp_chan_take(&proc->in[i], &msg, 1))
			csp_chan_lose(&proc->in[i], msg, -EPIPE);
	}
	csp_proc_end(proc, NULL);
}

/**
 * csp_proc_start() - start a process
 * @group: which it is listed and stopped with
 * @kind: what it is
 * @arg: for &csp_kind.init
 * @gfp: GFP_KERNEL, or GFP_ATOMIC from a step
 * @fmt: its name
 *
 * No thread is made: the first message brings one, or is handed off. Whoever
 * finds the process before this returns may send to it already.
 *
 * Return: the process with a reference for the caller; ERR_PTR(): -ENOMEM,
 * -ESHUTDOWN when @group is stopping, or what init() said.
 */
struct csp_proc *csp_proc_start(struct csp_group *group, const struct csp_kind *kind,
				void *arg, gfp_t gfp, const char *fmt, ...)
{
	struct csp_proc *proc = csp_proc_alloc(kind, gfp);
	struct csp_frame *top;
	va_list args;
	int err;

	if (!proc)
		return ERR_PTR(-ENOMEM);
	va_start(args, fmt);
	vsnprintf(proc->name, sizeof(proc->name), fmt, args);
	va_end(args);
	local_bh_disable();
	top = this_cpu_read(csp_top);
	proc->parent = top ? top->proc->id : 0;
	local_bh_enable();
	proc->group = group;

	err = csp_group_add(group, proc, gfp);
	if (err) {
		csp_proc_put(proc);
		csp_proc_put(proc);
		return ERR_PTR(err);
	}
	err = kind->init ? kind->init(proc, arg) : 0;

	local_bh_disable();
	trace_csp_proc_start(proc, err);
	if (err)
		csp_proc_undo(proc);
	else
		csp_proc_release(proc);
	local_bh_enable();
	if (err) {
		csp_proc_put(proc);
		return ERR_PTR(err);
	}
	return proc;
}
EXPORT_SYMBOL_GPL(csp_proc_start);

/**
 * csp_proc_close() - begin to stop a process: close its inputs, let it drain
 * @proc: the process
 *
 * What was sent before is still stepped, by the caller where possible, so
 * stopping needs no thread. Closing twice is harmless. Does not wait.
 */
void csp_proc_close(struct csp_proc *proc)
{
	unsigned int i;

	for (i = 0; i < proc->kind->n_inputs; i++)
		csp_chan_close(&proc->in[i]);
	local_bh_disable();
	smp_store_release(&proc->stopping, true);	/* closed first; see csp_proc_release() */
	smp_mb();	/* stopping, then look; pairs with csp_proc_release() */
	if (!csp_nest_ok()) {
		csp_proc_kick(proc);
	} else if (csp_proc_own(proc, CSP_RUN_IDLE)) {
		csp_proc_work(proc);
		csp_proc_release(proc);
	}
	local_bh_enable();
}
EXPORT_SYMBOL_GPL(csp_proc_close);

/**
 * csp_proc_exit() - end from within
 * @proc: the process whose step calls this
 *
 * The step goes on to its end; it is the last. Messages that still wait are lost.
 */
void csp_proc_exit(struct csp_proc *proc)
{
	proc->exiting = true;
	csp_proc_close(proc);
}
EXPORT_SYMBOL_GPL(csp_proc_exit);

/**
 * csp_proc_join() - wait until a process has ended
 * @proc: the process, closed or about to end by itself
 *
 * Context: process, not a step; may sleep.
 */
void csp_proc_join(struct csp_proc *proc)
{
	might_sleep();
	wait_for_completion(&proc->done);
}
EXPORT_SYMBOL_GPL(csp_proc_join);

/**
 * csp_proc_stop() - close, join, and put the caller's reference
 * @proc: the process, or NULL
 *
 * Context: process, not a step; may sleep.
 */
void csp_proc_stop(struct csp_proc *proc)
{
	if (!proc)
		return;
	csp_proc_close(proc);
	csp_proc_join(proc);
	csp_proc_put(proc);
}
EXPORT_SYMBOL_GPL(csp_proc_stop);

/**
 * csp_out_open() - open an output
 * @out: the output, in @from's state, not open
 * @from: the sending process; from its init() or a step
 * @to: the receiving process, referenced by the caller or kept by RCU, alive
 * @input: index of its input
 */
void csp_out_open(struct csp_out *out, struct csp_proc *from, struct csp_proc *to,
		  unsigned int input)
{
	refcount_inc(&to->ref);
	out->to = to;
	out->ch = &to->in[input];
	out->sent = 0;
	spin_lock_bh(&from->lock);
	list_add_tail(&out->node, &from->outs);
	spin_unlock_bh(&from->lock);
}
EXPORT_SYMBOL_GPL(csp_out_open);

/**
 * csp_out_close() - close an output
 * @out: the output, open
 * @from: the sending process; from one of its steps
 */
void csp_out_close(struct csp_out *out, struct csp_proc *from)
{
	spin_lock_bh(&from->lock);
	list_del(&out->node);
	spin_unlock_bh(&from->lock);
	csp_proc_put(out->to);
	out->to = NULL;
	out->ch = NULL;
}
EXPORT_SYMBOL_GPL(csp_out_close);

/**
 * csp_ask() - send a message and wait for the answer
 * @ch: an input; the port's lost() must call csp_call_lost()
 * @msg: the message, which contains @call
 * @call: set up here; the receiver calls csp_reply() exactly once
 *
 * Context: process, not a step; may sleep.
 *
 * Return: what csp_reply() was given; -ENOBUFS or -EPIPE when it did not arrive.
 */
int csp_ask(struct csp_chan *ch, void *msg, struct csp_call *call)
{
	might_sleep();
	init_completion(&call->done);
	csp_send(ch, msg);
	wait_for_completion(&call->done);
	return call->ret;
}
EXPORT_SYMBOL_GPL(csp_ask);

/**
 * csp_reply() - answer
 * @call: from the message; gone when this returns
 * @ret: the answer
 */
void csp_reply(struct csp_call *call, int ret)
{
	call->ret = ret;
	complete(&call->done);
}
EXPORT_SYMBOL_GPL(csp_reply);

/**
 * csp_call_lost() - answer for a message that was lost
 * @call: from the message
 * @why: why
 */
void csp_call_lost(struct csp_call *call, enum csp_lost why)
{
	csp_reply(call, why == CSP_LOST_FULL ? -ENOBUFS : -EPIPE);
}
EXPORT_SYMBOL_GPL(csp_call_lost);
