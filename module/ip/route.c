// SPDX-License-Identifier: GPL-2.0
/*
 * The route process: it alone changes addresses and routes. Administrators ask it
 * and wait for the answer; the ARP dealer tells it what it finds out about own
 * addresses and gateways, the ICMP dealer what gateways say.
 */
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <csp/csp.h>
#include <gonet/iface.h>
#include <gonet/ipv4.h>
#include <gonet/stack.h>

#include "fib.h"

/* Inputs of the route process. */
enum {
	ROUTE_REQUEST,	/* struct gonet_route_request */
	ROUTE_NOTICE,	/* struct gonet_addr_notice */
	ROUTE_EXCEPTION,	/* struct gonet_exception_notice */
	ROUTE_DEAD,	/* struct gonet_addr_notice */
	ROUTE_INPUTS,
};

#define ROUTE_REQUESTS	256	/* threads that ask at once, most */
#define ROUTE_NOTICES	256	/* notices that wait, most */
#define ROUTE_EXCEPTIONS 64	/* exceptions that wait, most */
#define ROUTE_DEADS	64	/* addresses that nobody answers for, most */

enum gonet_route_op {
	ROUTE_ADDR_NEW,
	ROUTE_ADDR_DEL,
	ROUTE_NEW,
	ROUTE_DEL,
	ROUTE_FORGET,
	ROUTE_IFACE_GONE,
};

/**
 * struct gonet_route_request - message: a change that a thread asks for
 * @call: to be answered
 * @op: what to do
 * @addr: ROUTE_ADDR_*: the address
 * @route: ROUTE_NEW, ROUTE_DEL: the route
 * @nlflags: ROUTE_NEW: NLM_F_*
 * @ifindex: ROUTE_IFACE_GONE: the interface
 * @extack: for the reason of a refusal, or NULL
 *
 * On the asking thread's stack, as what it points to may be.
 */
struct gonet_route_request {
	struct csp_call call;
	enum gonet_route_op op;
	const struct gonet_addr *addr;
	const struct gonet_route *route;
	unsigned int nlflags;
	u32 ifindex;
	struct netlink_ext_ack *extack;
};

enum gonet_addr_news {
	ADDR_CONFLICT,	/* another host uses an own address */
	ADDR_CONFIRMED,	/* nobody does */
	ADDR_DEAD,	/* nobody answers for the address of another host */
};

/**
 * struct gonet_addr_notice - message: what the ARP dealer found out
 * @ifindex: on which interface
 * @addr: about which address
 * @news: what
 */
struct gonet_addr_notice {
	u32 ifindex;
	__be32 addr;
	enum gonet_addr_news news;
};

static int gonet_route_serve(struct gonet_fib *fib, struct gonet_route_request *req)
{
	switch (req->op) {
	case ROUTE_ADDR_NEW:
		return gonet_fib_addr_new(fib, req->addr, req->extack);
	case ROUTE_ADDR_DEL:
		return gonet_fib_addr_del(fib, req->addr, req->extack);
	case ROUTE_NEW:
		return gonet_fib_route_new(fib, req->route, req->nlflags, req->extack);
	case ROUTE_DEL:
		return gonet_fib_route_del(fib, req->route, req->extack);
	case ROUTE_FORGET:
		gonet_exceptions_drop(fib, 0, 0);
		return 0;
	case ROUTE_IFACE_GONE:
		gonet_fib_flush_iface(fib, req->ifindex);
		gonet_exceptions_drop(fib, req->ifindex, 0);
		gonet_fib_addrs_gone(fib, req->ifindex);
		return 0;
	}
	return -EINVAL;
}

static void gonet_route_step_request(struct csp_proc *proc, void *msg)
{
	struct gonet_fib **fib = csp_state(proc);
	struct gonet_route_request *req = msg;
	int err;

	rcu_read_lock();
	err = gonet_route_serve(*fib, req);
	rcu_read_unlock();
	csp_reply(&req->call, err);
}

static void gonet_route_request_lost(void *msg, enum csp_lost why)
{
	struct gonet_route_request *req = msg;

	csp_call_lost(&req->call, why);
}

static void gonet_route_step_notice(struct csp_proc *proc, void *msg)
{
	struct gonet_fib **fib = csp_state(proc);
	struct gonet_addr_notice *notice = msg;

	rcu_read_lock();
	switch (notice->news) {
	case ADDR_CONFLICT:
		gonet_fib_addr_conflict(*fib, notice->ifindex, notice->addr);
		break;
	case ADDR_CONFIRMED:
		gonet_fib_addr_confirmed(*fib, notice->ifindex, notice->addr);
		break;
	case ADDR_DEAD:
		gonet_exceptions_drop(*fib, notice->ifindex, notice->addr);
		break;
	}
	rcu_read_unlock();
	kfree(notice);
}

/**
 * struct gonet_exception_notice - message: what has been said of a destination
 * @said: that
 * @back: where to send @skb, of a process with a reference
 * @skb: an ICMP error that is to be told of when this has been noted, or NULL
 */
struct gonet_exception_notice {
	struct gonet_exception said;
	struct csp_chan *back;
	struct sk_buff *skb;
};

/* Whoever hears of the error finds what it said noted, or never will. */
static void gonet_exception_send_back(struct csp_chan *back, struct sk_buff *skb)
{
	GONET_CB(skb)->flags |= GONET_CB_NOTED;
	csp_send(back, skb);
}

static void gonet_exception_notice_end(struct gonet_exception_notice *notice)
{
	if (notice->skb) {
		gonet_exception_send_back(notice->back, notice->skb);
		csp_proc_put(notice->back->reader);
	}
	kfree(notice);
}

static void gonet_route_step_exception(struct csp_proc *proc, void *msg)
{
	struct gonet_fib **fib = csp_state(proc);
	struct gonet_exception_notice *notice = msg;

	rcu_read_lock();
	gonet_exception_put(*fib, &notice->said);
	rcu_read_unlock();
	gonet_exception_notice_end(notice);
}

static void gonet_route_exception_lost(void *msg, enum csp_lost why)
{
	gonet_exception_notice_end(msg);
}

/*
 * Of conflicts, exceptions and the dead there will be others; an address that is
 * not confirmed is used all the same.
 */
static void gonet_route_notice_lost(void *msg, enum csp_lost why)
{
	kfree(msg);
}

static int gonet_route_init(struct csp_proc *proc, void *arg)
{
	struct gonet_fib **fib = csp_state(proc);

	*fib = arg;
	return 0;
}

static const struct csp_kind gonet_route_kind = {
	.name = "route",
	.state_size = sizeof(struct gonet_fib *),
	.n_inputs = ROUTE_INPUTS,
	.inputs = {
		[ROUTE_REQUEST] = {
			.name = "request",
			.depth = ROUTE_REQUESTS,
			.full = CSP_DROP,
			.step = gonet_route_step_request,
			.lost = gonet_route_request_lost,
		},
		[ROUTE_NOTICE] = {
			.name = "notice",
			.depth = ROUTE_NOTICES,
			.full = CSP_DROP,
			.step = gonet_route_step_notice,
			.lost = gonet_route_notice_lost,
		},
		[ROUTE_EXCEPTION] = {
			.name = "exception",
			.depth = ROUTE_EXCEPTIONS,
			.full = CSP_DROP,
			.step = gonet_route_step_exception,
			.lost = gonet_route_exception_lost,
		},
		/* apart, since anybody may cause many of these */
		[ROUTE_DEAD] = {
			.name = "dead",
			.depth = ROUTE_DEADS,
			.full = CSP_DROP,
			.step = gonet_route_step_notice,
			.lost = gonet_route_notice_lost,
		},
	},
	.init = gonet_route_init,
};

static int gonet_route_ask(struct gonet_stack *stack, struct gonet_route_request *req)
{
	return csp_ask(&stack->fib->proc->in[ROUTE_REQUEST], req, &req->call);
}

/**
 * gonet_addr_new() - add an own address
 * @stack: the stack
 * @addr: the address
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep. Whoever lets interfaces go is excluded (RTNL).
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP, -ENODEV, -EEXIST, -ENOSPC, -ENOMEM, -ENOBUFS;
 * -EPIPE when the stack is stopping.
 */
int gonet_addr_new(struct gonet_stack *stack, const struct gonet_addr *addr,
		   struct netlink_ext_ack *extack)
{
	struct gonet_route_request req = {
		.op = ROUTE_ADDR_NEW,
		.addr = addr,
		.extack = extack,
	};

	return gonet_route_ask(stack, &req);
}

/**
 * gonet_addr_del() - remove an own address
 * @stack: the stack
 * @addr: the address; interface, address and prefix length count
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep.
 *
 * Return: 0; -ENODEV, -EADDRNOTAVAIL, -ENOBUFS; -EPIPE when the stack is stopping.
 */
int gonet_addr_del(struct gonet_stack *stack, const struct gonet_addr *addr,
		   struct netlink_ext_ack *extack)
{
	struct gonet_route_request req = {
		.op = ROUTE_ADDR_DEL,
		.addr = addr,
		.extack = extack,
	};

	return gonet_route_ask(stack, &req);
}

/**
 * gonet_route_new() - add or change a route
 * @stack: the stack
 * @route: the route; without an interface it gets its gateway's
 * @nlflags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_APPEND
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep. Whoever lets interfaces go is excluded (RTNL).
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP, -ENODEV, -ENETDOWN, -ENETUNREACH, -EEXIST,
 * -ENOENT, -ENOSPC, -ENOMEM, -ENOBUFS; -EPIPE when the stack is stopping.
 */
int gonet_route_new(struct gonet_stack *stack, const struct gonet_route *route,
		    unsigned int nlflags, struct netlink_ext_ack *extack)
{
	struct gonet_route_request req = {
		.op = ROUTE_NEW,
		.route = route,
		.nlflags = nlflags,
		.extack = extack,
	};

	return gonet_route_ask(stack, &req);
}

/**
 * gonet_route_del() - remove the first route that matches
 * @stack: the stack
 * @route: destination and what else the route must have; 0 is any, and
 *	RT_SCOPE_NOWHERE any scope
 * @extack: for the reason of a refusal, or NULL
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EINVAL, -ESRCH, -ENOBUFS; -EPIPE when the stack is stopping.
 */
int gonet_route_del(struct gonet_stack *stack, const struct gonet_route *route,
		    struct netlink_ext_ack *extack)
{
	struct gonet_route_request req = {
		.op = ROUTE_DEL,
		.route = route,
		.extack = extack,
	};

	return gonet_route_ask(stack, &req);
}

/**
 * gonet_route_forget() - forget all redirects and path MTUs
 * @stack: the stack
 *
 * Context: process; may sleep.
 *
 * Return: 0; -ENOBUFS; -EPIPE when the stack is stopping.
 */
int gonet_route_forget(struct gonet_stack *stack)
{
	struct gonet_route_request req = { .op = ROUTE_FORGET };

	return gonet_route_ask(stack, &req);
}

/**
 * gonet_route_iface_gone() - an interface goes, and its addresses and routes with it
 * @stack: the stack
 * @ifindex: the interface
 *
 * Context: process; may sleep.
 */
void gonet_route_iface_gone(struct gonet_stack *stack, u32 ifindex)
{
	struct gonet_route_request req = {
		.op = ROUTE_IFACE_GONE,
		.ifindex = ifindex,
	};

	/* It must arrive; when there is no memory for the queue, there will be. */
	while (gonet_route_ask(stack, &req) == -ENOBUFS)
		schedule_timeout_uninterruptible(1);
}

static void gonet_route_tell(struct gonet_stack *stack, u32 ifindex, __be32 addr,
			     enum gonet_addr_news news)
{
	struct gonet_addr_notice *notice = kmalloc(sizeof(*notice), GFP_ATOMIC | __GFP_NOWARN);

	if (!notice)
		return;
	notice->ifindex = ifindex;
	notice->addr = addr;
	notice->news = news;
	csp_send(&stack->fib->proc->in[news == ADDR_DEAD ? ROUTE_DEAD : ROUTE_NOTICE], notice);
}

/**
 * gonet_addr_conflict() - another host uses an own address (RFC 5227)
 * @stack: the stack
 * @ifindex: the interface
 * @addr: the address
 *
 * When the notice is lost the next conflict brings another.
 *
 * Context: any.
 */
void gonet_addr_conflict(struct gonet_stack *stack, u32 ifindex, __be32 addr)
{
	gonet_route_tell(stack, ifindex, addr, ADDR_CONFLICT);
}

/**
 * gonet_addr_confirmed() - probing ended without a conflict (RFC 5227)
 * @stack: the stack
 * @ifindex: the interface
 * @addr: the address
 *
 * Context: any.
 */
void gonet_addr_confirmed(struct gonet_stack *stack, u32 ifindex, __be32 addr)
{
	gonet_route_tell(stack, ifindex, addr, ADDR_CONFIRMED);
}

/**
 * gonet_gateway_dead() - nobody answers for an address on a link (RFC 1122 3.3.1.4)
 * @stack: the stack
 * @ifindex: the interface
 * @addr: the address
 *
 * If gateways redirected to it, the routes count again.
 *
 * Context: any.
 */
void gonet_gateway_dead(struct gonet_stack *stack, u32 ifindex, __be32 addr)
{
	if (READ_ONCE(stack->fib->exceptions.n))
		gonet_route_tell(stack, ifindex, addr, ADDR_DEAD);
}

/**
 * gonet_route_exception() - heed what was said of a destination
 * @stack: the stack
 * @said: what gonet_redirect_believed() or gonet_pmtu_believed() believed
 * @back: an input of a process that the caller keeps, or NULL
 * @skb: a packet to be sent to @back when it is noted, or NULL; given away
 *
 * When it is lost it will be said again; @skb comes back all the same.
 *
 * Context: any.
 */
void gonet_route_exception(struct gonet_stack *stack, const struct gonet_exception *said,
			   struct csp_chan *back, struct sk_buff *skb)
{
	struct gonet_exception_notice *notice;

	notice = kmalloc(sizeof(*notice), GFP_ATOMIC | __GFP_NOWARN);
	if (!notice) {
		if (skb)
			gonet_exception_send_back(back, skb);
		return;
	}
	notice->said = *said;
	notice->back = back;
	notice->skb = skb;
	if (skb)
		csp_proc_get(back->reader);
	csp_send(&stack->fib->proc->in[ROUTE_EXCEPTION], notice);
}

static int gonet_fib_add_loopback(struct gonet_fib *fib)
{
	const struct gonet_addr addr = {
		.ifindex = GONET_IFACE_LO,
		.local = htonl(INADDR_LOOPBACK),
		.plen = 8,
		.scope = RT_SCOPE_HOST,
	};
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = gonet_fib_addr_new(fib, &addr, NULL);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static void gonet_fib_free(struct gonet_fib *fib)
{
	unsigned int i;

	for (i = 0; i < GONET_TABLES; i++)
		gonet_fib_table_destroy(&fib->table[i]);
	gonet_exceptions_destroy(&fib->exceptions);
	gonet_fib_addrs_free(fib);
	kfree(fib);
}

static int gonet_fib_start(struct gonet_fib *fib)
{
	struct csp_proc *proc;
	int err;

	/* Until the process runs, this thread is what it will be. */
	err = gonet_fib_add_loopback(fib);
	if (err)
		return err;
	proc = csp_proc_start(&fib->stack->group, &gonet_route_kind, fib, GFP_KERNEL, "route");
	if (IS_ERR(proc))
		return PTR_ERR(proc);
	fib->proc = proc;
	return 0;
}

/**
 * gonet_fib_init() - give a stack its addresses and routes: the loopback's
 * @stack: the stack, which has its loopback interface
 *
 * Context: process; may sleep.
 *
 * Return: 0, -ENOMEM.
 */
int gonet_fib_init(struct gonet_stack *stack)
{
	struct gonet_fib *fib = kzalloc(sizeof(*fib), GFP_KERNEL);
	unsigned int i;
	int err;

	if (!fib)
		return -ENOMEM;
	fib->stack = stack;
	xa_init(&fib->addrs);
	err = gonet_exceptions_init(&fib->exceptions);
	if (err) {
		kfree(fib);
		return err;
	}
	for (i = 0; i < GONET_TABLES; i++) {
		err = gonet_fib_table_init(&fib->table[i]);
		if (err)
			goto err_tables;
	}
	stack->fib = fib;
	err = gonet_fib_start(fib);
	if (err) {
		stack->fib = NULL;
		gonet_fib_free(fib);
	}
	return err;

err_tables:
	while (i--)
		gonet_fib_table_destroy(&fib->table[i]);
	gonet_exceptions_destroy(&fib->exceptions);
	kfree(fib);
	return err;
}

/**
 * gonet_fib_destroy() - free a stack's addresses and routes
 * @stack: the stack, all of whose processes have ended
 *
 * Context: process; may sleep.
 */
void gonet_fib_destroy(struct gonet_stack *stack)
{
	struct gonet_fib *fib = stack->fib;

	if (!fib)
		return;
	csp_proc_put(fib->proc);
	synchronize_rcu();
	stack->fib = NULL;
	gonet_fib_free(fib);
}
