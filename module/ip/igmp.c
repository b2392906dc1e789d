// SPDX-License-Identifier: GPL-2.0
/*
 * The IGMP process: it alone knows which socket is a member of which multicast group,
 * and tells the routers on each link (RFC 3376; RFC 2236 and RFC 1112 where those are
 * older). Sockets ask it to join and leave; queries come from the IPv4 readers.
 *
 * igmp_member.c serves the sockets, igmp_group.c keeps the groups, igmp_query.c reads
 * what is received, igmp_report.c sends; here are the inputs, and what is due when.
 */
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include <gonet/ipv4.h>

#include "igmp.h"

#define IGMP_IN_DEPTH		256	/* messages that wait, most */
#define IGMP_REQUESTS		4096	/* threads that ask at once, most */
#define IGMP_DUE_AT_ONCE	64	/* things done in one step, most */

/* Sets the one timer for what is due first. */
static void igmp_timer_set(struct gonet_igmp *igmp)
{
	struct timerqueue_node *first = timerqueue_getnext(&igmp->due);
	u64 now = get_jiffies_64();

	if (!first)
		csp_timer_cancel(&igmp->timer);
	else
		csp_timer_arm(&igmp->timer, (u64)first->expires > now ? first->expires - now : 0);
}

/**
 * igmp_due_init() - something that will be due at times
 * @due: set up
 * @fn: what
 */
void igmp_due_init(struct igmp_due *due, igmp_due_fn fn)
{
	timerqueue_init(&due->node);
	due->fn = fn;
}

/**
 * igmp_due_cancel() - it is not due any more
 * @igmp: the groups
 * @due: it, whether it was due or not
 */
void igmp_due_cancel(struct gonet_igmp *igmp, struct igmp_due *due)
{
	if (!RB_EMPTY_NODE(&due->node.node))
		timerqueue_del(&igmp->due, &due->node);
}

/**
 * igmp_due_at() - it is due at a time, and at no other
 * @igmp: the groups
 * @due: it
 * @when: jiffies, 64 bits
 */
void igmp_due_at(struct gonet_igmp *igmp, struct igmp_due *due, u64 when)
{
	igmp_due_cancel(igmp, due);
	due->node.expires = when;
	timerqueue_add(&igmp->due, &due->node);
}

/**
 * igmp_due_by() - it is due by a time, or before if it was
 * @igmp: the groups
 * @due: it
 * @when: jiffies, 64 bits
 */
void igmp_due_by(struct gonet_igmp *igmp, struct igmp_due *due, u64 when)
{
	if (RB_EMPTY_NODE(&due->node.node) || (u64)due->node.expires > when)
		igmp_due_at(igmp, due, when);
}

static void igmp_step_timer(struct csp_proc *proc, void *msg)
{
	struct gonet_igmp *igmp = igmp_of(proc);
	u64 now = get_jiffies_64();
	struct timerqueue_node *first;
	unsigned int n;

	if (!csp_timer_fired(msg))
		return;
	for (n = 0; n < IGMP_DUE_AT_ONCE; n++) {
		struct igmp_due *due;

		first = timerqueue_getnext(&igmp->due);
		if (!first || (u64)first->expires > now)
			break;
		due = container_of(first, struct igmp_due, node);
		igmp_due_cancel(igmp, due);
		due->fn(proc, due);
	}
	igmp_timer_set(igmp);
}

static void igmp_step_in(struct csp_proc *proc, void *msg)
{
	igmp_receive(igmp_of(proc), msg);
	igmp_timer_set(igmp_of(proc));
}

static void igmp_step_request(struct csp_proc *proc, void *msg)
{
	igmp_member_serve(igmp_of(proc), msg);
	igmp_timer_set(igmp_of(proc));
}

static void igmp_request_lost(void *msg, enum csp_lost why)
{
	struct gonet_group_request *req = msg;

	csp_call_lost(&req->call, why);
}

static void igmp_step_ctl(struct csp_proc *proc, void *msg)
{
	struct gonet_igmp *igmp = igmp_of(proc);
	struct gonet_iface_ctl *ctl = msg;
	struct igmp_iface *iface = igmp_iface_find(igmp, ctl->iface->index);
	int err = 0;

	switch (ctl->event) {
	case GONET_IFACE_ADD:
		err = iface ? -EEXIST : igmp_iface_add(igmp, ctl->iface);
		break;
	case GONET_IFACE_DEL:
		if (iface)
			igmp_iface_del(igmp, iface);
		break;
	case GONET_IFACE_UP:
	case GONET_IFACE_DOWN:
		if (iface)
			igmp_iface_running(igmp, iface, ctl->event == GONET_IFACE_UP);
		break;
	case GONET_IFACE_MAC:
		break;
	}
	igmp_timer_set(igmp);
	csp_reply(&ctl->call, err);
}

static int igmp_proc_init(struct csp_proc *proc, void *arg)
{
	struct gonet_igmp *igmp = arg;

	*(struct gonet_igmp **)csp_state(proc) = igmp;
	csp_timer_init(&igmp->timer, proc, GONET_IGMP_TIMER);
	csp_out_open(&igmp->ipv4_tx, proc, igmp->stack->ipv4_tx, GONET_IPV4_TX_IN);
	return 0;
}

static void igmp_proc_exit(struct csp_proc *proc)
{
	struct gonet_igmp *igmp = igmp_of(proc);
	struct igmp_iface *iface;
	unsigned long index;

	csp_timer_cancel(&igmp->timer);
	xa_for_each(&igmp->ifaces, index, iface)
		igmp_iface_del(igmp, iface);
}

static const struct csp_kind igmp_kind = {
	.name = "igmp",
	.state_size = sizeof(struct gonet_igmp *),
	.n_inputs = GONET_IGMP_INPUTS,
	.inputs = {
		[GONET_IGMP_CTL] = {
			.name = "ctl",
			.depth = 64,
			.full = CSP_DROP,
			.step = igmp_step_ctl,
			.lost = gonet_iface_ctl_lost,
		},
		[GONET_IGMP_REQUEST] = {
			.name = "request",
			.depth = IGMP_REQUESTS,
			.full = CSP_DROP,
			.step = igmp_step_request,
			.lost = igmp_request_lost,
		},
		[GONET_IGMP_IN] = {
			.name = "in",
			.depth = IGMP_IN_DEPTH,
			.full = CSP_DROP,
			.step = igmp_step_in,
			.lost = gonet_skb_lost,
		},
		[GONET_IGMP_TIMER] = CSP_TIMER_PORT(igmp_step_timer),
	},
	.init = igmp_proc_init,
	.exit = igmp_proc_exit,
};

/**
 * gonet_igmp_init() - give a stack its table of groups
 * @stack: the stack
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_igmp_init(struct gonet_stack *stack)
{
	struct gonet_igmp *igmp = kzalloc(sizeof(*igmp), GFP_KERNEL);

	if (!igmp)
		return -ENOMEM;
	igmp->stack = stack;
	xa_init(&igmp->ifaces);
	timerqueue_init_head(&igmp->due);
	stack->igmp_groups = igmp;
	return 0;
}

/**
 * gonet_igmp_destroy() - free it
 * @stack: the stack, all of whose processes have ended, and which no socket uses
 *
 * Context: process; may sleep.
 */
void gonet_igmp_destroy(struct gonet_stack *stack)
{
	synchronize_rcu();
	xa_destroy(&stack->igmp_groups->ifaces);
	kfree(stack->igmp_groups);
	stack->igmp_groups = NULL;
}

/**
 * gonet_igmp_start() - start the IGMP process
 * @stack: the stack, which has its table of groups and its IPv4 writer
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_igmp_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &igmp_kind, stack->igmp_groups, GFP_KERNEL, "igmp");
}

/**
 * gonet_group_ask() - have a socket's memberships changed
 * @stack: the socket's stack
 * @req: what is asked for
 *
 * Context: process, under lock_sock() or when nobody else has the socket; may sleep.
 *
 * Return: 0; -EADDRINUSE (a member already), -EADDRNOTAVAIL (not a member, or the
 * source is or is not in the list already), -EINVAL (not a member, or the list is of
 * the other mode), -ENODEV, -ENOBUFS.
 */
int gonet_group_ask(struct gonet_stack *stack, struct gonet_group_request *req)
{
	return csp_ask(&stack->igmp->in[GONET_IGMP_REQUEST], req, &req->call);
}
