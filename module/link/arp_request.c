// SPDX-License-Identifier: GPL-2.0
/*
 * A pending ARP request: a process that asks for one neighbour's MAC address, up
 * to ARP_RETRIES times, and waits. The dealer starts it before the first request
 * goes out, so no answer can come too early, and tells it when one has come; if
 * none does, it tells the dealer, and ends either way.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include <gonet/route.h>

#include "arp.h"

/**
 * struct arp_request - the process's state
 * @stack: whose
 * @what: what to ask
 * @sent: requests sent
 * @report: for the dealer; allocated at the start, so that it cannot fail
 * @dealer: to the ARP dealer
 * @eth: to the Ethernet writer
 * @timer: until the next request
 */
struct arp_request {
	struct gonet_stack *stack;
	struct arp_request_start what;
	unsigned int sent;
	struct arp_event *report;
	struct csp_out dealer;
	struct csp_out eth;
	struct csp_timer timer;
};

/* What the dealer says; the message has no content but its arrival. */
static char arp_request_word_go;

/* In whose name to ask: the held packet's source address if it is ours, else the best. */
static __be32 arp_request_source(struct arp_request *s)
{
	__be32 saddr = s->what.saddr;

	rcu_read_lock();
	if (!saddr || !gonet_addr_is_own(s->stack, 0, saddr))
		saddr = gonet_addr_select(s->stack, s->what.ifindex, s->what.addr);
	rcu_read_unlock();
	return saddr;
}

static void arp_request_send(struct arp_request *s)
{
	struct arp_packet arp = { .op = ARP_OP_REQUEST, .tpa = s->what.addr };

	arp.spa = arp_request_source(s);
	ether_addr_copy(arp.sha, s->what.mac);
	if (!is_broadcast_ether_addr(s->what.dest))
		ether_addr_copy(arp.tha, s->what.dest);
	s->sent++;
	csp_timer_arm(&s->timer, ARP_RETRANS);
	arp_transmit(s->stack, &s->eth, &arp, s->what.dest);
}

static void arp_request_step(struct csp_proc *proc, void *msg)
{
	arp_request_send(csp_state(proc));
}

static void arp_request_timer(struct csp_proc *proc, void *msg)
{
	struct arp_request *s = csp_state(proc);

	if (!csp_timer_fired(msg))
		return;
	if (s->sent < ARP_RETRIES) {
		arp_request_send(s);
		return;
	}
	csp_out_send(&s->dealer, s->report);
	s->report = NULL;
	csp_proc_exit(proc);
}

static void arp_request_lost(void *msg, enum csp_lost why)
{
}

static int arp_request_init(struct csp_proc *proc, void *arg)
{
	const struct arp_request_start *start = arg;
	struct arp_request *s = csp_state(proc);
	struct gonet_stack *stack = s->stack = container_of(proc->group, struct gonet_stack, group);

	s->what = *start;
	s->report = arp_event_alloc(stack, ARP_EVENT_UNANSWERED, start->ifindex, start->addr,
				    start->serial);
	if (!s->report)
		return -ENOMEM;
	csp_timer_init(&s->timer, proc, ARP_REQUEST_TIMER);
	csp_out_open(&s->dealer, proc, stack->arp, GONET_ARP_EVENT);
	csp_out_open(&s->eth, proc, start->eth_tx, GONET_ETH_TX_IN);
	s->what.eth_tx = NULL;
	return 0;
}

static void arp_request_exit(struct csp_proc *proc)
{
	struct arp_request *s = csp_state(proc);

	csp_timer_cancel(&s->timer);
	kfree(s->report);
}

static const struct csp_kind arp_request_kind = {
	.name = "arp_request",
	.state_size = sizeof(struct arp_request),
	.n_inputs = 2,
	.inputs = {
		[ARP_REQUEST_IN] = {
			.name = "in",
			.depth = 2,
			.full = CSP_DROP,
			.step = arp_request_step,
			.lost = arp_request_lost,
		},
		[ARP_REQUEST_TIMER] = CSP_TIMER_PORT(arp_request_timer),
	},
	.init = arp_request_init,
	.exit = arp_request_exit,
};

/**
 * arp_request_start() - start a process that asks for a neighbour's MAC address
 * @stack: whose
 * @start: what to ask
 *
 * It asks nothing before arp_request_go().
 *
 * Context: a step of the ARP dealer.
 *
 * Return: the process with a reference, or ERR_PTR(): -ENOMEM, -ESHUTDOWN.
 */
struct csp_proc *arp_request_start(struct gonet_stack *stack,
				   const struct arp_request_start *start)
{
	return csp_proc_start(&stack->group, &arp_request_kind, (void *)start, GFP_ATOMIC,
			      "arp_request/%pI4", &start->addr);
}

/**
 * arp_request_go() - let a request process begin
 * @request: the dealer's output to it
 */
void arp_request_go(struct csp_out *request)
{
	csp_out_send(request, &arp_request_word_go);
}

/**
 * arp_request_end() - have a request process end
 * @request: the dealer's output to it
 *
 * Closing needs no message, so it cannot be lost.
 */
void arp_request_end(struct csp_out *request)
{
	csp_proc_close(request->to);
}
