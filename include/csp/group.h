/* SPDX-License-Identifier: GPL-2.0 */
/* Groups: processes that are listed, stopped and joined together. */
#ifndef _CSP_GROUP_H
#define _CSP_GROUP_H

#include <linux/wait.h>
#include <linux/xarray.h>

#include <csp/proc.h>

/**
 * struct csp_group - processes that belong together
 * @name: prefix of their threads' names
 * @procs: by &csp_proc.id, those that have not ended; its lock guards the rest
 * @next_id: where the search for a free number goes on
 * @alive: how many have not ended; what csp_group_stop() waits for
 * @stopping: no process starts in it any more
 * @empty: woken when @alive reaches 0
 *
 * Lifetime: the owner's, until csp_group_stop() has returned.
 */
struct csp_group {
	const char *name;
	struct xarray procs;
	u32 next_id;
	unsigned int alive;
	bool stopping;
	wait_queue_head_t empty;
};

void csp_group_init(struct csp_group *group, const char *name);
void csp_group_stop(struct csp_group *group);

#endif /* _CSP_GROUP_H */
