// SPDX-License-Identifier: GPL-2.0
/*
 * Probing for an own address and announcing it (RFC 5227 2.1.1 and 2.3): a process
 * for each, which sends what is to be sent when it is time, and ends. The dealer
 * hears what others say, and lets it end early.
 */
#include <linux/etherdevice.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "arp.h"

/* RFC 5227 1.1 */
#define ACD_PROBE_WAIT		(1 * HZ)
#define ACD_PROBE_NUM		3
#define ACD_PROBE_MIN		(1 * HZ)
#define ACD_PROBE_MAX		(2 * HZ)
#define ACD_ANNOUNCE_WAIT	(2 * HZ)
#define ACD_ANNOUNCE_NUM	2
#define ACD_ANNOUNCE_INTERVAL	(2 * HZ)

/**
 * struct arp_acd - the process's state
 * @stack: whose
 * @what: what to do
 * @probes: probes still to send
 * @announcements: announcements still to send
 * @probed: for the dealer, before the first announcement; NULL when sent
 * @announced: for the dealer, after the last
 * @dealer: to the ARP dealer
 * @eth: to the Ethernet writer
 * @timer: until the next packet
 */
struct arp_acd {
	struct gonet_stack *stack;
	struct arp_acd_start what;
	unsigned int probes;
	unsigned int announcements;
	struct arp_event *probed;
	struct arp_event *announced;
	struct csp_out dealer;
	struct csp_out eth;
	struct csp_timer timer;
};

/* RFC 5227 2.1.1 */
static void arp_acd_probe(struct arp_acd *s)
{
	unsigned long wait = ACD_ANNOUNCE_WAIT;

	if (--s->probes)
		wait = ACD_PROBE_MIN + get_random_u32_below(ACD_PROBE_MAX - ACD_PROBE_MIN + 1);
	csp_timer_arm(&s->timer, wait);
	arp_ask(s->stack, &s->eth, s->what.mac, 0, s->what.addr);
}

/* RFC 5227 2.3 */
static void arp_acd_announce(struct arp_acd *s)
{
	s->announcements--;
	csp_timer_arm(&s->timer, ACD_ANNOUNCE_INTERVAL);
	arp_ask(s->stack, &s->eth, s->what.mac, s->what.addr, s->what.addr);
}

static void arp_acd_timer(struct csp_proc *proc, void *msg)
{
	struct arp_acd *s = csp_state(proc);
	struct arp_event *ev = s->probed;

	if (!csp_timer_fired(msg))
		return;
	if (s->probes) {
		arp_acd_probe(s);
		return;
	}
	if (ev) {
		s->probed = NULL;
		csp_out_send(&s->dealer, ev);
	}
	if (s->announcements) {
		arp_acd_announce(s);
		return;
	}
	ev = s->announced;
	s->announced = NULL;
	csp_out_send(&s->dealer, ev);
	csp_proc_exit(proc);
}

static int arp_acd_init(struct csp_proc *proc, void *arg)
{
	struct gonet_stack *stack = container_of(proc->group, struct gonet_stack, group);
	const struct arp_acd_start *start = arg;
	struct arp_acd *s = csp_state(proc);

	s->stack = stack;
	s->what = *start;
	s->what.eth_tx = NULL;
	s->probes = start->announce_only ? 0 : ACD_PROBE_NUM;
	s->announcements = ACD_ANNOUNCE_NUM;
	s->probed = arp_event_alloc(stack, ARP_EVENT_ADDR_PROBED, start->ifindex, start->addr,
				    start->serial);
	s->announced = arp_event_alloc(stack, ARP_EVENT_ADDR_ANNOUNCED, start->ifindex,
				       start->addr, start->serial);
	if (!s->probed || !s->announced) {
		kfree(s->probed);
		kfree(s->announced);
		return -ENOMEM;
	}
	csp_timer_init(&s->timer, proc, ARP_ACD_TIMER);
	csp_out_open(&s->dealer, proc, stack->arp, GONET_ARP_EVENT);
	csp_out_open(&s->eth, proc, start->eth_tx, GONET_ETH_TX_IN);
	csp_timer_arm(&s->timer, s->probes ? get_random_u32_below(ACD_PROBE_WAIT + 1) : 0);
	return 0;
}

static void arp_acd_exit(struct csp_proc *proc)
{
	struct arp_acd *s = csp_state(proc);

	csp_timer_cancel(&s->timer);
	kfree(s->probed);
	kfree(s->announced);
}

static const struct csp_kind arp_acd_kind = {
	.name = "arp_acd",
	.state_size = sizeof(struct arp_acd),
	.n_inputs = 1,
	.inputs = {
		[ARP_ACD_TIMER] = CSP_TIMER_PORT(arp_acd_timer),
	},
	.init = arp_acd_init,
	.exit = arp_acd_exit,
};

/**
 * arp_acd_start() - start a process that probes for an own address and announces it
 * @stack: whose
 * @start: what to do; it begins by itself
 *
 * Context: a step of the ARP dealer.
 *
 * Return: the process with a reference, or ERR_PTR(): -ENOMEM, -ESHUTDOWN.
 */
struct csp_proc *arp_acd_start(struct gonet_stack *stack, const struct arp_acd_start *start)
{
	return csp_proc_start(&stack->group, &arp_acd_kind, (void *)start, GFP_ATOMIC,
			      "arp_acd/%pI4", &start->addr);
}

/**
 * arp_acd_end() - have such a process end
 * @acd: the dealer's output to it
 *
 * Closing needs no message, so it cannot be lost.
 */
void arp_acd_end(struct csp_out *acd)
{
	csp_proc_close(acd->to);
}
