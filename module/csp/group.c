// SPDX-License-Identifier: GPL-2.0
/* Groups of processes, and the end of them all. */
#include "internal.h"

/**
 * csp_group_init() - prepare an empty group
 * @group: the group
 * @name: prefix of the threads' names; must outlive it
 */
void csp_group_init(struct csp_group *group, const char *name)
{
	memset(group, 0, sizeof(*group));
	group->name = name;
	xa_init_flags(&group->procs, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_BH);
	init_waitqueue_head(&group->empty);
}
EXPORT_SYMBOL_GPL(csp_group_init);

/* Return: 0, -ENOMEM, or -ESHUTDOWN when the group is stopping. */
int csp_group_add(struct csp_group *group, struct csp_proc *proc, gfp_t gfp)
{
	int err = -ESHUTDOWN;

	xa_lock_bh(&group->procs);
	if (!group->stopping) {
		err = __xa_alloc_cyclic(&group->procs, &proc->id, proc,
					XA_LIMIT(1, U32_MAX), &group->next_id, gfp);
		if (err >= 0 && group->stopping) {	/* the lock may have been dropped */
			__xa_erase(&group->procs, proc->id);
			err = -ESHUTDOWN;
		} else if (err >= 0) {
			group->alive++;
			err = 0;
		}
	}
	xa_unlock_bh(&group->procs);
	return err;
}

void csp_group_remove(struct csp_group *group, struct csp_proc *proc)
{
	xa_lock_bh(&group->procs);
	__xa_erase(&group->procs, proc->id);
	if (!--group->alive)
		wake_up_all(&group->empty);	/* locked: csp_group_stop() waits for us */
	xa_unlock_bh(&group->procs);
}

/**
 * csp_group_stop() - stop and join all processes of a group
 * @group: the group; nothing can start in it from now on
 *
 * All inputs are closed before the wait, so it does not matter who sends to whom.
 * The caller's references to processes stay the caller's.
 *
 * Context: process, not a step; may sleep.
 */
void csp_group_stop(struct csp_group *group)
{
	struct csp_proc *proc;
	u32 id = 0;

	xa_lock_bh(&group->procs);
	group->stopping = true;
	xa_unlock_bh(&group->procs);

	while ((proc = csp_proc_next(group, &id))) {
		csp_proc_close(proc);
		csp_proc_put(proc);
		cond_resched();
	}
	wait_event(group->empty, !READ_ONCE(group->alive));
	xa_lock_bh(&group->procs);	/* the last csp_group_remove() has left */
	xa_unlock_bh(&group->procs);
	xa_destroy(&group->procs);
}
EXPORT_SYMBOL_GPL(csp_group_stop);
