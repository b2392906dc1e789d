// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of processes: where it comes from, who holds it, and who waits until it is
 * free. With it goes the last use of a process's kind, so of the module that this is in.
 */
#include <linux/slab.h>

#include "internal.h"

static atomic_t csp_allocated;
static DECLARE_WAIT_QUEUE_HEAD(csp_freed);

static void csp_proc_free(struct rcu_head *rcu)
{
	struct csp_proc *proc = container_of(rcu, struct csp_proc, rcu);
	struct csp_owner *owner = proc->kind->owner;
	unsigned int i;

	for (i = 0; i < proc->kind->n_inputs; i++)
		csp_chan_free(&proc->in[i]);
	if (proc->kind->cache)
		kmem_cache_free(proc->kind->cache, proc);
	else
		kfree(proc);
	if (owner && atomic_dec_and_test(&owner->procs))
		wake_up_all(&owner->none);
	if (atomic_dec_and_test(&csp_allocated))
		wake_up_all(&csp_freed);
}

/**
 * csp_proc_get() - take a reference
 * @proc: the process, on which the caller has one or which RCU keeps
 *
 * Return: @proc, or NULL if its last reference is gone already.
 */
struct csp_proc *csp_proc_get(struct csp_proc *proc)
{
	return refcount_inc_not_zero(&proc->ref) ? proc : NULL;
}
EXPORT_SYMBOL_GPL(csp_proc_get);

/**
 * csp_proc_put() - put a reference
 * @proc: the process, or NULL
 */
void csp_proc_put(struct csp_proc *proc)
{
	if (proc && refcount_dec_and_test(&proc->ref))
		call_rcu(&proc->rcu, csp_proc_free);
}
EXPORT_SYMBOL_GPL(csp_proc_put);

/* Bytes before the state, which begins a cache line. */
static size_t csp_kind_head(const struct csp_kind *kind)
{
	return ALIGN(offsetof(struct csp_proc, in[kind->n_inputs]), 64);
}

/**
 * csp_kind_init() - give a kind of which there will be many a cache of its own
 * @kind: the kind, of which there is no process yet
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int csp_kind_init(struct csp_kind *kind)
{
	char *name = kasprintf(GFP_KERNEL, "csp_%s", kind->name);

	if (!name)
		return -ENOMEM;
	kind->cache = kmem_cache_create(name, csp_kind_head(kind) + kind->state_size, 0,
					SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
	kfree(name);
	return kind->cache ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_GPL(csp_kind_init);

/**
 * csp_kind_exit() - and take it away
 * @kind: the kind; its processes, or all of its owner's if it has one, have ended or
 *	are about to; without an owner, every group that had processes has stopped
 *
 * Waits until the memory of the last process is free. Harmless without a cache.
 *
 * Context: process; may sleep.
 */
void csp_kind_exit(struct csp_kind *kind)
{
	if (kind->owner)
		csp_owner_wait(kind->owner);
	else
		csp_procs_wait();
	kmem_cache_destroy(kind->cache);
	kind->cache = NULL;
}
EXPORT_SYMBOL_GPL(csp_kind_exit);

/**
 * csp_owner_wait() - wait until nothing uses the kinds of a module any more
 * @owner: the module's; its processes have ended or are about to, and it starts no more
 *
 * When this returns the memory of the last of them is free, nobody is in one of its
 * functions, and nobody will be.
 *
 * Context: process, not a step; may sleep.
 */
void csp_owner_wait(struct csp_owner *owner)
{
	wait_event(owner->none, !atomic_read(&owner->procs));
	rcu_barrier();	/* the last csp_proc_free() has returned */
}
EXPORT_SYMBOL_GPL(csp_owner_wait);

/*
 * A process that belongs to its maker, with a reference for it and one for the runtime.
 * Return: it, or NULL without memory.
 */
struct csp_proc *csp_proc_alloc(const struct csp_kind *kind, gfp_t gfp)
{
	size_t head = csp_kind_head(kind);
	struct csp_proc *proc;
	unsigned int i;

	if (kind->cache)
		proc = kmem_cache_zalloc(kind->cache, gfp);
	else
		proc = kzalloc(head + kind->state_size, gfp);
	if (!proc)
		return NULL;
	atomic_inc(&csp_allocated);
	if (kind->owner)
		atomic_inc(&kind->owner->procs);
	atomic_set(&proc->run, CSP_RUN_OWNED);	/* by its maker, until it is set up */
	refcount_set(&proc->ref, 2);
	spin_lock_init(&proc->lock);
	INIT_LIST_HEAD(&proc->ready);
	INIT_LIST_HEAD(&proc->outs);
	INIT_LIST_HEAD(&proc->timers);
	init_completion(&proc->done);
	proc->kind = kind;
	proc->started = jiffies;
	proc->state = (void *)proc + head;
	for (i = 0; i < kind->n_inputs; i++) {
		csp_chan_set_up(&proc->in[i], &kind->inputs[i]);
		proc->in[i].reader = proc;
	}
	return proc;
}

unsigned int csp_procs_allocated(void)
{
	return atomic_read(&csp_allocated);
}
EXPORT_SYMBOL_GPL(csp_procs_allocated);

/* Waits until the memory of every process is freed. All groups have stopped. */
void csp_procs_wait(void)
{
	wait_event(csp_freed, !atomic_read(&csp_allocated));
	rcu_barrier();	/* the last csp_proc_free() has returned */
}
