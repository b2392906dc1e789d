/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes: a name, inputs, a state that the process alone touches, and a step
 * function for each input that handles one message and returns.
 *
 * Exclusive: at any moment at most one context runs a process. That context is
 * its kthread, borrowed from the pool while there is work, or (handoff) a sender
 * that found the process idle with empty inputs. Either way the steps of a
 * process see its state as if they were the only code in the machine, and a
 * channel's messages are stepped in the order in which they were sent.
 *
 * Steps run with bottom halves disabled: they do not sleep.
 *
 * Lifetime: csp_proc_start() returns a process with two references, the
 * caller's and the runtime's. The runtime's is put when the process has ended:
 * inputs closed and drained, &csp_kind.exit done, outputs closed. Whoever keeps
 * a pointer to a process or to one of its inputs beyond one RCU read section
 * holds a reference; the memory is freed by RCU after the last one, so a sender
 * that found it under RCU may still send, and gets -EPIPE.
 */
#ifndef _CSP_PROC_H
#define _CSP_PROC_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>

#include <csp/chan.h>

#define CSP_NAME_MAX	32
#define CSP_INPUTS_MAX	7

struct csp_group;
struct csp_worker;
struct kmem_cache;

/**
 * struct csp_owner - a module whose kinds go before the runtime does
 * @procs: processes of its kinds whose memory is not yet freed
 * @none: woken when @procs reaches 0
 *
 * Listings, threads and outputs keep the memory of a process for a while after its
 * end, and with it they use its kind. So a module that can be unloaded while the
 * runtime goes on names one owner in all its kinds, and before it goes it has its
 * processes end and calls csp_owner_wait().
 */
struct csp_owner {
	atomic_t procs;
	wait_queue_head_t none;
};

/**
 * DEFINE_CSP_OWNER() - define an owner
 * @name: its name
 */
#define DEFINE_CSP_OWNER(name)					\
	struct csp_owner name = {				\
		.procs = ATOMIC_INIT(0),			\
		.none = __WAIT_QUEUE_HEAD_INITIALIZER(name.none),	\
	}

/**
 * struct csp_kind - what all processes of one kind share; constant once it has a @cache
 * @name: the kind, as in listings and graphs
 * @state_size: bytes of csp_state(), zeroed before @init
 * @n_inputs: how many of @inputs there are, at least 1
 * @inputs: the inputs; a round of work serves them in this order
 * @init: sets up the state before any message can arrive, in the caller's
 *	context; an error ends the start. Optional.
 * @batch_end: called when the messages at hand have been stepped and before the
 *	process may go idle: the place to flush what steps gathered. Optional.
 * @exit: tears the state down; runs as the last step, after the inputs have
 *	been closed and drained. Optional.
 * @cache: where the memory of its processes comes from: see csp_kind_init(). Without
 *	one it is rounded up to what kmalloc() has, which only kinds of which there are
 *	many need to mind.
 * @owner: the module that it belongs to, if that can go before the runtime does
 */
struct csp_kind {
	const char *name;
	size_t state_size;
	unsigned int n_inputs;
	struct csp_port inputs[CSP_INPUTS_MAX];
	int (*init)(struct csp_proc *proc, void *arg);
	void (*batch_end)(struct csp_proc *proc);
	void (*exit)(struct csp_proc *proc);
	struct kmem_cache *cache;
	struct csp_owner *owner;
};

/**
 * struct csp_proc_stats - what a process did; written by whoever runs it
 * @messages: steps taken
 * @runs: times it went from idle to running
 * @wakeups: times its thread was woken or one was fetched (under &csp_proc.lock)
 * @busy_ns: time in its own steps, not in those it handed to; nanoseconds, estimated from
 *	some of its runs (the parameter clock)
 */
struct csp_proc_stats {
	unsigned long messages;
	unsigned long runs;
	unsigned long wakeups;
	u64 busy_ns;
};

/**
 * struct csp_proc - a process
 * @run: enum csp_run: who, if anyone, runs it; see module/csp/proc.c
 * @waiting: a bit for each input in which messages wait, changed under its lock
 * @stopping: inputs are closed; ends once they are empty
 * @exiting: ends without stepping what still waits; set by its own step
 * @ref: references; see the top of this file
 * @rcu: frees the memory
 * @lock: guards @worker, @ready, @outs and the step from idle to ready
 * @worker: the pool's thread that serves it, or NULL
 * @ready: place in the pool's queue of processes that need a thread
 * @outs: &struct csp_out: where it sends to
 * @timers: &struct csp_timer: those that are armed; the process's
 * @kind: what it is
 * @group: which processes it is listed and stopped with
 * @id: number within @group, not used again soon
 * @parent: @id of the process that started it, or 0
 * @name: what listings call it
 * @done: completed when it has ended
 * @started: when, in jiffies
 * @stats: counters
 * @state: csp_state()
 * @in: the inputs, &csp_kind.n_inputs of them
 */
struct csp_proc {
	atomic_t run;
	atomic_t waiting;
	bool stopping;
	bool exiting;
	refcount_t ref;
	struct rcu_head rcu;
	spinlock_t lock;	/* see above */
	struct csp_worker *worker;
	struct list_head ready;
	struct list_head outs;
	struct list_head timers;
	const struct csp_kind *kind;
	struct csp_group *group;
	u32 id;
	u32 parent;
	char name[CSP_NAME_MAX];
	struct completion done;
	unsigned long started;
	struct csp_proc_stats stats;
	void *state;
	struct csp_chan in[];
};

/**
 * struct csp_out - a process's output: a counted reference to another's input
 * @node: in &csp_proc.outs
 * @to: the process at the other end, referenced
 * @ch: its input
 * @sent: messages given to it; the sending process alone writes it
 *
 * Part of the sending process's state. Closed with the process at the latest.
 */
struct csp_out {
	struct list_head node;
	struct csp_proc *to;
	struct csp_chan *ch;
	unsigned long sent;
};

int csp_kind_init(struct csp_kind *kind);
void csp_kind_exit(struct csp_kind *kind);
void csp_owner_wait(struct csp_owner *owner);

struct csp_proc *csp_proc_start(struct csp_group *group, const struct csp_kind *kind,
				void *arg, gfp_t gfp, const char *fmt, ...) __printf(5, 6);
void csp_proc_exit(struct csp_proc *proc);
void csp_proc_close(struct csp_proc *proc);
void csp_proc_join(struct csp_proc *proc);
void csp_proc_stop(struct csp_proc *proc);
struct csp_proc *csp_proc_get(struct csp_proc *proc);
void csp_proc_put(struct csp_proc *proc);

void csp_out_open(struct csp_out *out, struct csp_proc *from, struct csp_proc *to,
		  unsigned int input);
void csp_out_close(struct csp_out *out, struct csp_proc *from);

/**
 * csp_state() - the state of a process
 * @proc: the process
 *
 * Return: &csp_kind.state_size bytes that only its steps touch.
 */
static inline void *csp_state(struct csp_proc *proc)
{
	return proc->state;
}

/**
 * csp_out_send() - send to an output from a step of its process
 * @out: the output, open
 * @msg: the message; given away in every case
 *
 * Return: as csp_send().
 */
static inline int csp_out_send(struct csp_out *out, void *msg)
{
	out->sent++;
	return csp_send(out->ch, msg);
}

/**
 * struct csp_call - the part of a message to which an answer is awaited
 * @done: completed by csp_reply()
 * @ret: the answer
 *
 * Lives on the asking thread's stack inside a larger message.
 */
struct csp_call {
	struct completion done;
	int ret;
};

int csp_ask(struct csp_chan *ch, void *msg, struct csp_call *call);
void csp_reply(struct csp_call *call, int ret);
void csp_call_lost(struct csp_call *call, enum csp_lost why);

#endif /* _CSP_PROC_H */
