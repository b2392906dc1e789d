/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the runtime tell each other. Nothing outside includes it. */
#ifndef _CSP_INTERNAL_H
#define _CSP_INTERNAL_H

#include <linux/sched.h>

#include <csp/csp.h>

/**
 * enum csp_run - who runs a process: the values of &csp_proc.run
 * @CSP_RUN_IDLE: nobody; inputs empty, or their last sender is about to notice
 * @CSP_RUN_READY: nobody yet; its thread was woken, or it waits for one
 * @CSP_RUN_OWNED: one context, which alone may leave this state
 * @CSP_RUN_ENDED: nobody, ever again
 *
 *	IDLE -> OWNED	a sender that hands off, without any lock
 *	IDLE -> READY	under &csp_proc.lock, together with the wake-up
 *	READY -> OWNED	the attached thread alone
 *	OWNED -> IDLE	csp_proc_release(), which looks at the inputs again after it
 *	OWNED -> ENDED	csp_proc_release(), when stopping and drained
 */
enum csp_run {
	CSP_RUN_IDLE,
	CSP_RUN_READY,
	CSP_RUN_OWNED,
	CSP_RUN_ENDED,
};

#define CSP_BATCH	16	/* messages taken from an input in one go */
#define CSP_BUDGET	512	/* steps, nested ones counted, before a context lets go */
#define CSP_NEST_MAX	12	/* processes that may run inside each other's sends and ends */

extern bool csp_handoff;
extern unsigned int csp_clock;
extern unsigned int csp_threads_max;
extern unsigned int csp_linger_ms;

/* chan.c */
void csp_chan_set_up(struct csp_chan *ch, const struct csp_port *port);
void csp_chan_free(struct csp_chan *ch);
int csp_chan_offer(struct csp_chan *ch, void *msg);
int csp_chan_queue(struct csp_chan *ch, void *msg);
unsigned int csp_chan_take(struct csp_chan *ch, void **msgs, unsigned int max);
void csp_chan_lose(struct csp_chan *ch, void *msg, int err);
void csp_chan_shrink(struct csp_chan *ch);

/* proc.c */
void csp_proc_kick(struct csp_proc *proc);
bool csp_proc_own(struct csp_proc *proc, enum csp_run from);
void csp_proc_work(struct csp_proc *proc);
void csp_proc_release(struct csp_proc *proc);
bool csp_proc_hand(struct csp_proc *proc, struct csp_chan *ch, void *msg);

/* memory.c */
struct csp_proc *csp_proc_alloc(const struct csp_kind *kind, gfp_t gfp);
void csp_procs_wait(void);

/* group.c */
int csp_group_add(struct csp_group *group, struct csp_proc *proc, gfp_t gfp);
void csp_group_remove(struct csp_group *group, struct csp_proc *proc);

/* timer.c */
void csp_timers_end(struct csp_proc *proc);

/* pool.c */
int csp_pool_init(void);
void csp_pool_exit(void);
void csp_pool_serve(struct csp_proc *proc);
void csp_pool_wake(struct csp_worker *worker);
pid_t csp_worker_tid(const struct csp_worker *worker);
void csp_pool_abandon(struct csp_proc *proc);

#endif /* _CSP_INTERNAL_H */
