/* SPDX-License-Identifier: GPL-2.0 */
/* Listings: what every process and channel is doing. */
#ifndef _CSP_LISTING_H
#define _CSP_LISTING_H

#include <csp/group.h>

/**
 * enum csp_proc_where - what a process is doing
 * @CSP_IDLE_NO_THREAD: nothing to do, thread given back
 * @CSP_IDLE: nothing to do, its thread waits for input
 * @CSP_READY: has input and waits for a thread or a CPU
 * @CSP_RUNNING: steps, in its thread or in a sender's context
 * @CSP_ENDED: has ended
 */
enum csp_proc_where {
	CSP_IDLE_NO_THREAD,
	CSP_IDLE,
	CSP_READY,
	CSP_RUNNING,
	CSP_ENDED,
};

/**
 * struct csp_proc_info - a snapshot of a process
 * @where: what it is doing
 * @tid: its thread's number in the initial PID namespace, or 0
 * @age_ms: time since its start, milliseconds
 * @stats: counters; a reader may see them mid-change, each for itself
 */
struct csp_proc_info {
	enum csp_proc_where where;
	pid_t tid;
	u64 age_ms;
	struct csp_proc_stats stats;
};

/**
 * struct csp_chan_info - a snapshot of a channel
 * @len: messages waiting
 * @depth: most that may wait
 * @full: policy when full
 * @closed: takes no more
 * @stats: counters
 */
struct csp_chan_info {
	unsigned int len;
	unsigned int depth;
	enum csp_full full;
	bool closed;
	struct csp_chan_stats stats;
};

/**
 * struct csp_pool_info - a snapshot of the thread pool
 * @threads: alive
 * @idle: of these, without a process
 * @waiting: processes that wait for a thread
 * @max: most threads there may be
 * @started: threads ever started
 */
struct csp_pool_info {
	unsigned int threads;
	unsigned int idle;
	unsigned int waiting;
	unsigned int max;
	unsigned long started;
};

struct csp_proc *csp_proc_next(struct csp_group *group, u32 *id);
void csp_proc_info(struct csp_proc *proc, struct csp_proc_info *info);
void csp_chan_info(struct csp_chan *ch, struct csp_chan_info *info);
void csp_pool_info(struct csp_pool_info *info);

/* Calls @fn for each output of @proc; @fn may not sleep or open or close one. */
typedef int (*csp_out_fn)(const struct csp_out *out, void *arg);
int csp_for_each_out(struct csp_proc *proc, csp_out_fn fn, void *arg);

/* Number of processes in the machine whose memory is not yet freed. */
unsigned int csp_procs_allocated(void);

#endif /* _CSP_LISTING_H */
