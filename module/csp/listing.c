// SPDX-License-Identifier: GPL-2.0
/* Snapshots of what processes and channels are doing. */
#include <linux/rcupdate.h>

#include "internal.h"

/**
 * csp_proc_next() - walk a group
 * @group: the group
 * @id: number after which to go on, 0 at first; becomes the found one's
 *
 * Processes that live through the whole walk are met exactly once, whatever
 * starts and ends meanwhile.
 *
 * Return: the next process with a reference for the caller, or NULL.
 */
struct csp_proc *csp_proc_next(struct csp_group *group, u32 *id)
{
	struct csp_proc *proc;
	unsigned long at = *id;

	rcu_read_lock();
	do {
		proc = xa_find_after(&group->procs, &at, U32_MAX, XA_PRESENT);
	} while (proc && !csp_proc_get(proc));
	rcu_read_unlock();
	if (proc)
		*id = at;
	return proc;
}
EXPORT_SYMBOL_GPL(csp_proc_next);

/**
 * csp_proc_info() - what a process is doing
 * @proc: the process, referenced
 * @info: filled in
 */
void csp_proc_info(struct csp_proc *proc, struct csp_proc_info *info)
{
	spin_lock_bh(&proc->lock);
	info->tid = proc->worker ? csp_worker_tid(proc->worker) : 0;
	switch ((enum csp_run)atomic_read(&proc->run)) {
	case CSP_RUN_IDLE:
		info->where = proc->worker ? CSP_IDLE : CSP_IDLE_NO_THREAD;
		break;
	case CSP_RUN_READY:
		info->where = CSP_READY;
		break;
	case CSP_RUN_OWNED:
		info->where = CSP_RUNNING;
		break;
	case CSP_RUN_ENDED:
		info->where = CSP_ENDED;
		break;
	}
	spin_unlock_bh(&proc->lock);
	info->age_ms = jiffies_to_msecs(jiffies - proc->started);
	/* Counters of whoever runs it: each is read as it is at the moment. */
	info->stats = data_race(proc->stats);
}
EXPORT_SYMBOL_GPL(csp_proc_info);

/**
 * csp_chan_info() - what a channel holds and saw
 * @ch: the channel, kept by the caller
 * @info: filled in
 */
void csp_chan_info(struct csp_chan *ch, struct csp_chan_info *info)
{
	spin_lock_bh(&ch->lock);
	info->len = ch->len;
	info->depth = ch->depth;
	info->closed = ch->closed;
	info->stats = ch->stats;
	spin_unlock_bh(&ch->lock);
	info->full = ch->port->full;
}
EXPORT_SYMBOL_GPL(csp_chan_info);

/**
 * csp_for_each_out() - walk the outputs of a process
 * @proc: the process, referenced
 * @fn: called for each; a value other than 0 ends the walk. May not sleep, nor
 *	open or close an output.
 * @arg: for @fn
 *
 * Return: what the last @fn returned, or 0.
 */
int csp_for_each_out(struct csp_proc *proc, csp_out_fn fn, void *arg)
{
	struct csp_out *out;
	int ret = 0;

	spin_lock_bh(&proc->lock);
	list_for_each_entry(out, &proc->outs, node) {
		ret = fn(out, arg);
		if (ret)
			break;
	}
	spin_unlock_bh(&proc->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(csp_for_each_out);
