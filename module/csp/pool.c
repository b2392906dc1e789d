// SPDX-License-Identifier: GPL-2.0
/*
 * The pool of threads. A process that has become ready and has no thread gets an
 * idle one, or waits in pool.ready for the next. A thread stays with its process
 * while that is idle, so that the next message costs one wake-up, until the
 * keeper finds that it did nothing for a while and has it come back.
 *
 * The keeper, a thread of its own, is the only one that starts and stops threads:
 * processes become ready in softirq context, where neither is possible. Steps
 * never sleep, so with a single thread left every process still gets its turn.
 */
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "internal.h"
#include "trace.h"

#define CSP_SPARE	4	/* idle threads kept for the next processes */

bool csp_handoff = true;
module_param_named(handoff, csp_handoff, bool, 0644);
MODULE_PARM_DESC(handoff,
		 "a sender runs an idle receiver itself (1, default) or always wakes its thread (0)");

/* An odd number by default: what comes in pairs is not always timed at the same half. */
unsigned int csp_clock = 17;
module_param_named(clock, csp_clock, uint, 0644);
MODULE_PARM_DESC(clock,
		 "take the time of one run of processes in so many, and count it as often; 1: of all, 0: of none (default 17)");

/**
 * csp_set_handoff() - have senders run idle receivers themselves, or never
 * @handoff: which; as if the parameter had been written
 *
 * Context: any; messages under way keep their order.
 */
void csp_set_handoff(bool handoff)
{
	WRITE_ONCE(csp_handoff, handoff);
}

static int csp_pool_param_set(const char *val, const struct kernel_param *kp);

static const struct kernel_param_ops csp_pool_param_ops = {
	.set = csp_pool_param_set,
	.get = param_get_uint,
};

unsigned int csp_threads_max = 1024;
module_param_cb(threads_max, &csp_pool_param_ops, &csp_threads_max, 0644);
__MODULE_PARM_TYPE(threads_max, "uint");
MODULE_PARM_DESC(threads_max,
		 "most threads in the pool, at least 1; beyond it processes wait (default 1024)");

unsigned int csp_linger_ms = 1000;
module_param_cb(linger_ms, &csp_pool_param_ops, &csp_linger_ms, 0644);
__MODULE_PARM_TYPE(linger_ms, "uint");
MODULE_PARM_DESC(linger_ms,
		 "milliseconds after which an idle process gives its thread back (default 1000)");

/**
 * struct csp_worker - a thread of the pool
 * @task: the thread
 * @proc: the process it serves, referenced, or NULL; set under the pool's lock
 * @idle: in &csp_pool.idle while it has no process
 * @all: in &csp_pool.all
 * @worked: ran its process since the keeper last looked
 * @evict: is to give its process up when that is idle
 * @retired: serves no further process: the keeper ends it; under the pool's lock
 *
 * The keeper frees it after the thread has ended.
 */
struct csp_worker {
	struct task_struct *task;
	struct csp_proc *proc;
	struct list_head idle;
	struct list_head all;
	bool worked;
	bool evict;
	bool retired;
};

/**
 * struct csp_pool - the pool
 * @lock: guards the rest; taken inside &csp_proc.lock
 * @idle: threads without a process, last used first
 * @all: all threads
 * @ready: processes that wait for a thread, each referenced
 * @n_idle: length of @idle; as the two below, also looked at without @lock, by who may as
 *	well see what it was, or will be: changed by csp_pool_count()
 * @n_all: length of @all
 * @n_ready: length of @ready
 * @started: threads ever started
 * @dozing: the keeper sleeps until something happens
 * @keeper: starts and stops the others; while it lives
 */
static struct csp_pool {
	spinlock_t lock;	/* see above */
	struct list_head idle;
	struct list_head all;
	struct list_head ready;
	unsigned int n_idle;
	unsigned int n_all;
	unsigned int n_ready;
	unsigned long started;
	bool dozing;
	struct task_struct *keeper;
} pool = {
	.lock = __SPIN_LOCK_UNLOCKED(pool.lock),
	.idle = LIST_HEAD_INIT(pool.idle),
	.all = LIST_HEAD_INIT(pool.all),
	.ready = LIST_HEAD_INIT(pool.ready),
};

/* One of the lengths is different now. Under the pool's lock. */
static void csp_pool_count(unsigned int *n, int more)
{
	WRITE_ONCE(*n, *n + more);
}

/* The keeper is to go by the new value. */
static int csp_pool_param_set(const char *val, const struct kernel_param *kp)
{
	int err = param_set_uint(val, kp);

	spin_lock_bh(&pool.lock);
	pool.dozing = false;
	if (pool.keeper)
		wake_up_process(pool.keeper);
	spin_unlock_bh(&pool.lock);
	return err;
}

/* Under the process's lock. */
void csp_pool_wake(struct csp_worker *worker)
{
	wake_up_process(worker->task);
}

static unsigned int csp_pool_max(void)
{
	return max(READ_ONCE(csp_threads_max), 1U);
}

/* Whether the keeper should start a thread. */
static bool csp_pool_wants_thread(void)
{
	return READ_ONCE(pool.n_idle) < READ_ONCE(pool.n_ready) + CSP_SPARE &&
	       READ_ONCE(pool.n_all) < csp_pool_max();
}

/* Gives a process that has just become ready a thread. Under its lock. */
void csp_pool_serve(struct csp_proc *proc)
{
	struct csp_worker *worker;

	lockdep_assert_held(&proc->lock);
	refcount_inc(&proc->ref);
	spin_lock(&pool.lock);
	worker = list_first_entry_or_null(&pool.idle, struct csp_worker, idle);
	if (worker) {
		list_del_init(&worker->idle);
		csp_pool_count(&pool.n_idle, -1);
		WRITE_ONCE(worker->proc, proc);
		proc->worker = worker;
		wake_up_process(worker->task);
	} else {
		list_add_tail(&proc->ready, &pool.ready);
		csp_pool_count(&pool.n_ready, 1);
	}
	if (!worker || pool.dozing || csp_pool_wants_thread())
		wake_up_process(pool.keeper);
	pool.dozing = false;
	spin_unlock(&pool.lock);
}

/*
 * Has the thread of a process that has ended leave it. The thread may be the
 * current one, about to sleep, and this a softirq on top of it.
 */
void csp_pool_abandon(struct csp_proc *proc)
{
	spin_lock(&proc->lock);
	if (proc->worker)
		csp_pool_wake(proc->worker);
	spin_unlock(&proc->lock);
}

/* Under the process's lock. */
pid_t csp_worker_tid(const struct csp_worker *worker)
{
	return task_pid_nr(worker->task);
}

/* What ps shows; only as much of it as fits. */
static void csp_worker_name(const char *group, const char *name)
{
	char comm[TASK_COMM_LEN];

	scnprintf(comm, sizeof(comm), "%s/%s", group, name);
	task_lock(current);
	strscpy_pad(current->comm, comm, sizeof(comm));
	task_unlock(current);
}

/* The next process to serve, waiting for one; NULL when the thread is to end. */
static struct csp_proc *csp_worker_next(struct csp_worker *worker)
{
	struct csp_proc *proc;

	for (;;) {
		spin_lock_bh(&pool.lock);
		if (worker->proc) {
			spin_unlock_bh(&pool.lock);
			return worker->proc;
		}
		proc = NULL;
		if (!worker->retired)
			proc = list_first_entry_or_null(&pool.ready, struct csp_proc, ready);
		if (proc) {
			if (!list_empty(&worker->idle)) {
				list_del_init(&worker->idle);
				csp_pool_count(&pool.n_idle, -1);
			}
			list_del_init(&proc->ready);
			csp_pool_count(&pool.n_ready, -1);
			WRITE_ONCE(worker->proc, proc);
			spin_unlock_bh(&pool.lock);
			/* Ready, and in nobody's queue: no one else gives it a thread. */
			spin_lock_bh(&proc->lock);
			proc->worker = worker;
			spin_unlock_bh(&proc->lock);
			return proc;
		}
		if (!worker->retired && list_empty(&worker->idle)) {
			list_add(&worker->idle, &pool.idle);
			csp_pool_count(&pool.n_idle, 1);
		}
		set_current_state(TASK_IDLE);
		spin_unlock_bh(&pool.lock);
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			return NULL;
		}
		schedule();
	}
}

/* Parts from an idle process if it ended, the keeper asks for it, or others wait. */
static bool csp_worker_leave(struct csp_worker *worker, struct csp_proc *proc)
{
	int run;
	bool leave;

	if (!READ_ONCE(worker->evict) && !READ_ONCE(pool.n_ready) &&
	    atomic_read(&proc->run) != CSP_RUN_ENDED)
		return false;
	spin_lock_bh(&proc->lock);
	run = atomic_read(&proc->run);
	leave = run == CSP_RUN_ENDED || run == CSP_RUN_IDLE;
	if (leave)
		proc->worker = NULL;
	spin_unlock_bh(&proc->lock);
	return leave;
}

static void csp_worker_serve(struct csp_worker *worker, struct csp_proc *proc)
{
	unsigned int i;

	csp_worker_name(proc->group->name, proc->name);
	trace_csp_thread(proc, true);
	WRITE_ONCE(worker->evict, false);
	for (;;) {
		if (csp_proc_own(proc, CSP_RUN_READY)) {
			WRITE_ONCE(worker->worked, true);
			local_bh_disable();
			csp_proc_work(proc);
			csp_proc_release(proc);
			local_bh_enable();
			cond_resched();
			continue;
		}
		set_current_state(TASK_IDLE);
		if (atomic_read(&proc->run) != CSP_RUN_READY) {
			if (csp_worker_leave(worker, proc))
				break;
			schedule();
		}
		__set_current_state(TASK_RUNNING);
	}
	__set_current_state(TASK_RUNNING);
	csp_worker_name("csp", "spare");
	trace_csp_thread(proc, false);
	for (i = 0; i < proc->kind->n_inputs; i++)
		csp_chan_shrink(&proc->in[i]);
	spin_lock_bh(&pool.lock);
	WRITE_ONCE(worker->proc, NULL);
	spin_unlock_bh(&pool.lock);
	csp_proc_put(proc);
}

static int csp_worker_main(void *arg)
{
	struct csp_worker *worker = arg;
	struct csp_proc *proc;

	while ((proc = csp_worker_next(worker)))
		csp_worker_serve(worker, proc);
	return 0;
}

/* Keeper only. */
static int csp_worker_start(void)
{
	struct csp_worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);
	struct task_struct *task;

	if (!worker)
		return -ENOMEM;
	INIT_LIST_HEAD(&worker->idle);
	task = kthread_create(csp_worker_main, worker, "csp/spare");
	if (IS_ERR(task)) {
		kfree(worker);
		return PTR_ERR(task);
	}
	worker->task = task;
	spin_lock_bh(&pool.lock);
	list_add_tail(&worker->all, &pool.all);
	list_add(&worker->idle, &pool.idle);
	csp_pool_count(&pool.n_all, 1);
	csp_pool_count(&pool.n_idle, 1);
	pool.started++;
	spin_unlock_bh(&pool.lock);
	wake_up_process(task);
	return 0;
}

/* From now on the thread, which has no process, gets none. Under the pool's lock. */
static void csp_worker_retire(struct csp_worker *worker)
{
	lockdep_assert_held(&pool.lock);
	worker->retired = true;
	if (!list_empty(&worker->idle)) {
		list_del_init(&worker->idle);
		csp_pool_count(&pool.n_idle, -1);
	}
	list_del(&worker->all);
	csp_pool_count(&pool.n_all, -1);
}

static void csp_worker_free(struct csp_worker *worker)
{
	kthread_stop(worker->task);
	kfree(worker);
}

/* Ends one idle thread, the one idle for longest. Keeper only. */
static bool csp_worker_end(void)
{
	struct csp_worker *worker = NULL;

	spin_lock_bh(&pool.lock);
	if (!list_empty(&pool.idle)) {
		worker = list_last_entry(&pool.idle, struct csp_worker, idle);
		csp_worker_retire(worker);
	}
	spin_unlock_bh(&pool.lock);
	if (!worker)
		return false;
	csp_worker_free(worker);
	return true;
}

/*
 * Asks threads that did nothing since the last look to leave their processes; in
 * a hurry, all that are idle right now.
 */
static void csp_keeper_look(bool hurry)
{
	struct csp_worker *worker;

	spin_lock_bh(&pool.lock);
	list_for_each_entry(worker, &pool.all, all) {
		if (!worker->proc)
			continue;
		if (hurry || !READ_ONCE(worker->worked)) {
			WRITE_ONCE(worker->evict, true);
			wake_up_process(worker->task);
		}
		if (!hurry)
			WRITE_ONCE(worker->worked, false);
	}
	spin_unlock_bh(&pool.lock);
}

/* Starts threads while they are wanted. Return: 0, or why one could not be started. */
static int csp_keeper_start(void)
{
	int err = 0;

	while (!err && csp_pool_wants_thread() && !kthread_should_stop())
		err = csp_worker_start();
	return err;
}

/* Ends idle threads: those above the maximum, and half of the superfluous ones. */
static void csp_keeper_trim(bool superfluous)
{
	unsigned int idle = READ_ONCE(pool.n_idle);
	unsigned int all = READ_ONCE(pool.n_all);
	unsigned int max = csp_pool_max();
	unsigned int n = all > max ? all - max : 0;

	if (superfluous && idle > 2 * CSP_SPARE)
		n = max(n, DIV_ROUND_UP(idle - 2 * CSP_SPARE, 2));
	while (n && csp_worker_end())
		n--;
}

/* When to look next for threads that did nothing; at a new linger_ms, sooner. */
static unsigned long csp_keeper_next(unsigned long next_look)
{
	unsigned long soonest = jiffies + msecs_to_jiffies(READ_ONCE(csp_linger_ms));

	return time_before(soonest, next_look) ? soonest : next_look;
}

/* How long the keeper may sleep unless it is woken, in jiffies. */
static long csp_keeper_nap(int err, unsigned long next_look)
{
	long nap = max_t(long, next_look - jiffies, 1);

	spin_lock_bh(&pool.lock);
	if (pool.n_ready || err) {
		nap = max(HZ / 50, 1);	/* their threads may not have been idle just now */
	} else if (csp_pool_wants_thread()) {
		nap = 0;
	} else if (pool.n_all == pool.n_idle && pool.n_idle <= 2 * CSP_SPARE &&
		   pool.n_all <= csp_pool_max()) {
		pool.dozing = true;
		nap = MAX_SCHEDULE_TIMEOUT;
	}
	spin_unlock_bh(&pool.lock);
	return nap;
}

static int csp_keeper_main(void *arg)
{
	unsigned long next_look = jiffies;
	bool look;
	int err;

	while (!kthread_should_stop()) {
		err = csp_keeper_start();
		look = time_after_eq(jiffies, next_look);
		/* Idle threads have been woken for those that wait. */
		if (READ_ONCE(pool.n_ready) > READ_ONCE(pool.n_idle))
			csp_keeper_look(true);
		else if (look)
			csp_keeper_look(false);
		csp_keeper_trim(look);
		next_look = csp_keeper_next(look ? jiffies + MAX_JIFFY_OFFSET : next_look);
		/* Before the look at the pool: a wake-up after it is not lost. */
		set_current_state(TASK_IDLE);
		if (!kthread_should_stop())
			schedule_timeout(csp_keeper_nap(err, next_look));
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

/**
 * csp_pool_info() - the state of the pool
 * @info: filled in
 */
void csp_pool_info(struct csp_pool_info *info)
{
	spin_lock_bh(&pool.lock);
	info->threads = pool.n_all;
	info->idle = pool.n_idle;
	info->waiting = pool.n_ready;
	info->started = pool.started;
	spin_unlock_bh(&pool.lock);
	info->max = READ_ONCE(csp_threads_max);
}
EXPORT_SYMBOL_GPL(csp_pool_info);

/* Return: 0, or why the first threads could not be started. */
int csp_pool_init(void)
{
	struct task_struct *keeper;
	int err;

	err = csp_worker_start();
	if (err)
		return err;
	keeper = kthread_create(csp_keeper_main, NULL, "csp/keeper");
	if (IS_ERR(keeper)) {
		csp_worker_end();
		return PTR_ERR(keeper);
	}
	spin_lock_bh(&pool.lock);
	pool.keeper = keeper;
	spin_unlock_bh(&pool.lock);
	wake_up_process(keeper);
	return 0;
}

/* All processes have ended and are freed, so no thread has one any more. */
void csp_pool_exit(void)
{
	struct csp_worker *worker, *next;
	struct task_struct *keeper;
	LIST_HEAD(all);

	spin_lock_bh(&pool.lock);
	keeper = pool.keeper;
	pool.keeper = NULL;
	spin_unlock_bh(&pool.lock);
	kthread_stop(keeper);
	spin_lock_bh(&pool.lock);
	list_for_each_entry_safe(worker, next, &pool.all, all) {
		csp_worker_retire(worker);
		list_add(&worker->all, &all);
	}
	spin_unlock_bh(&pool.lock);
	list_for_each_entry_safe(worker, next, &all, all)
		csp_worker_free(worker);
}
