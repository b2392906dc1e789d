// SPDX-License-Identifier: GPL-2.0
/*
 * The ARP dealer of a stack (RFC 826): learns from what comes in, answers for own
 * addresses, and deals answers out to the processes that wait for them. It alone
 * writes the table of neighbours.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <gonet/route.h>

#include "arp.h"

static void arp_ctl_step(struct csp_proc *proc, void *msg)
{
	arp_iface_event(csp_state(proc), msg);
}

/**
 * arp_event_alloc() - make a message to the dealer
 * @stack: whose
 * @type: what it says
 * @ifindex: about what interface
 * @addr: and address
 * @serial: the number of the process that says it, or 0
 *
 * Context: any but hard interrupt.
 *
 * Return: the message or NULL.
 */
struct arp_event *arp_event_alloc(struct gonet_stack *stack, enum arp_event_type type,
				  u32 ifindex, __be32 addr, u32 serial)
{
	struct arp_event *ev = kmalloc(sizeof(*ev), GFP_ATOMIC | __GFP_NOWARN);

	if (!ev)
		return NULL;
	ev->type = type;
	ev->ifindex = ifindex;
	ev->addr = addr;
	ev->serial = serial;
	ev->stack = stack;
	return ev;
}

/**
 * arp_event_post() - send a message to the dealer from outside its processes
 * @ev: the message; given away
 *
 * Context: any but hard interrupt.
 */
void arp_event_post(struct arp_event *ev)
{
	csp_send(&ev->stack->arp->in[GONET_ARP_EVENT], ev);
}

static void arp_event_step(struct csp_proc *proc, void *msg)
{
	struct arp_dealer *s = csp_state(proc);
	struct arp_event *ev = msg;

	switch (ev->type) {
	case ARP_EVENT_USED:
		arp_neigh_used(s, ev);
		break;
	case ARP_EVENT_UNANSWERED:
		arp_neigh_unanswered(s, ev);
		break;
	case ARP_EVENT_ADDR_ADDED:
		arp_addr_added(s, ev);
		break;
	case ARP_EVENT_ADDR_REMOVED:
		arp_addr_removed(s, ev);
		break;
	case ARP_EVENT_ADDR_PROBED:
		arp_addr_probed(s, ev);
		break;
	case ARP_EVENT_ADDR_ANNOUNCED:
		arp_addr_announced(s, ev);
		break;
	case ARP_EVENT_NEIGH_NEW:
		arp_neigh_new(s, container_of(ev, struct arp_admin, event));
		return;
	case ARP_EVENT_NEIGH_DEL:
		arp_neigh_del(s, container_of(ev, struct arp_admin, event));
		return;
	}
	kfree(ev);
}

/*
 * What a lost message must not leave undone: an administrator is answered, and an
 * address does not stay tentative for ever. All else is noticed when its time is
 * over, or, for an address that is no longer ours, when another host uses it.
 */
static void arp_event_lost(void *msg, enum csp_lost why)
{
	struct arp_event *ev = msg;

	switch (ev->type) {
	case ARP_EVENT_NEIGH_NEW:
	case ARP_EVENT_NEIGH_DEL:
		csp_call_lost(&container_of(ev, struct arp_admin, event)->call, why);
		return;
	case ARP_EVENT_ADDR_ADDED:
	case ARP_EVENT_ADDR_PROBED:
		if (why == CSP_LOST_FULL)
			gonet_addr_confirmed(ev->stack, ev->ifindex, ev->addr);
		break;
	default:
		break;
	}
	kfree(ev);
}

static const enum gonet_drop arp_verdict_drop[] = {
	[ARP_BAD_SHORT] = GONET_DROP_ARP_SHORT,
	[ARP_BAD_HEADER] = GONET_DROP_ARP_HEADER,
	[ARP_BAD_OP] = GONET_DROP_ARP_OP,
	[ARP_BAD_SENDER] = GONET_DROP_ARP_SENDER,
	[ARP_BAD_TARGET] = GONET_DROP_ARP_TARGET,
};

static bool arp_own_mac(struct arp_dealer *s, const u8 *mac)
{
	struct arp_iface *iface;
	int bucket;

	hash_for_each(s->ifaces, bucket, iface, node)
		if (ether_addr_equal(iface->mac, mac))
			return true;
	return false;
}

/*
 * Whether the sender is another host with an address of its own: not an echo of
 * ourselves, not one who uses our address, not a network's broadcast address. Under RCU.
 */
static bool arp_sender_is_other(struct arp_dealer *s, struct arp_iface *iface,
				const struct arp_packet *arp)
{
	if (arp_own_mac(s, arp->sha))
		return false;
	if (!arp->spa)
		return true;
	if (arp_addr_conflicts(s, iface, arp) || gonet_addr_is_own(s->stack, 0, arp->spa))
		return false;
	return gonet_addr_type(s->stack, arp->spa) != RTN_BROADCAST;
}

/*
 * RFC 826 "Packet Reception": an existing entry is updated before anything else is
 * looked at; one is added when it is us who are asked. What is not asked for is not
 * added, so nobody fills the table with announcements.
 */
static void arp_learn(struct arp_dealer *s, struct arp_iface *iface,
		      const struct arp_packet *arp, bool asks_us, bool to_us_alone)
{
	struct gonet_neigh *neigh = neigh_find(s->table, iface->index, arp->spa);
	bool solicited = arp->op == ARP_OP_REPLY && to_us_alone;
	bool override = asks_us || arp_gratuitous(arp);

	if (!neigh && asks_us)
		neigh = arp_neigh_create(s, iface->index, arp->spa);
	if (!neigh)
		return;
	if (time_after(jiffies, neigh->updated + ARP_LOCKTIME))
		override = true;
	arp_neigh_hear(s, iface, neigh, arp->sha, solicited, override);
}

/* RFC 826: swaps sender and target, and sends the packet to where it came from. */
static void arp_answer(struct arp_dealer *s, struct arp_iface *iface,
		       const struct arp_packet *request)
{
	struct arp_packet reply = {
		.op = ARP_OP_REPLY,
		.spa = request->tpa,
		.tpa = request->spa,
	};

	ether_addr_copy(reply.sha, iface->mac);
	ether_addr_copy(reply.tha, request->sha);
	arp_transmit(s->stack, &iface->out, &reply, request->sha);
}

/* Return: GONET_DROP_MAX if the packet was of use, else why it was not. */
static enum gonet_drop arp_receive(struct arp_dealer *s, struct arp_iface *iface,
				   const struct arp_packet *arp, bool to_us_alone)
{
	bool asks_us;

	if (!arp_sender_is_other(s, iface, arp))
		return GONET_DROP_ARP_SENDER;
	asks_us = arp->op == ARP_OP_REQUEST && gonet_addr_is_own(s->stack, 0, arp->tpa);
	if (arp->spa)
		arp_learn(s, iface, arp, asks_us, to_us_alone);
	if (asks_us)
		arp_answer(s, iface, arp);
	return GONET_DROP_MAX;
}

static void arp_rx_step(struct csp_proc *proc, void *msg)
{
	struct arp_dealer *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct arp_iface *iface = arp_iface_find(s, GONET_CB(skb)->iif);
	enum gonet_drop why;
	enum arp_verdict verdict;
	struct arp_packet arp;

	if (!iface || !iface->running) {
		gonet_drop(s->stack, skb, GONET_DROP_LINK_DOWN);
		return;
	}
	verdict = pskb_may_pull(skb, ARP_PACKET_LEN) ?
		  arp_parse(&arp, skb->data, skb_headlen(skb)) : ARP_BAD_SHORT;
	if (verdict != ARP_OK) {
		gonet_drop(s->stack, skb, arp_verdict_drop[verdict]);
		return;
	}
	if (arp.op == ARP_OP_REQUEST)
		gonet_count(s->stack, ArpInRequests);
	else
		gonet_count(s->stack, ArpInReplies);

	rcu_read_lock();
	why = arp_receive(s, iface, &arp, !(GONET_CB(skb)->flags & GONET_CB_L2_GROUP));
	rcu_read_unlock();
	if (why == GONET_DROP_MAX)
		consume_skb(skb);
	else
		gonet_drop(s->stack, skb, why);
}

static void arp_resolve_step(struct csp_proc *proc, void *msg)
{
	arp_resolve(csp_state(proc), msg);
}

static void arp_timer_step(struct csp_proc *proc, void *msg)
{
	struct arp_dealer *s = csp_state(proc);

	if (!csp_timer_fired(msg))
		return;
	s->timer_at = 0;
	arp_neigh_expire(s);
}

/* Sets the one timer for the entry that is due first, if that has changed. */
static void arp_batch_end(struct csp_proc *proc)
{
	struct arp_dealer *s = csp_state(proc);
	struct gonet_neigh *first = neigh_due_first(s->table);
	u64 at = first ? first->due_at : 0;
	u64 now = get_jiffies_64();

	if (at == s->timer_at)
		return;
	s->timer_at = at;
	if (at)
		csp_timer_arm(&s->timer, at > now ? at - now : 0);
	else
		csp_timer_cancel(&s->timer);
}

static int arp_init(struct csp_proc *proc, void *arg)
{
	struct arp_dealer *s = csp_state(proc);

	s->proc = proc;
	s->stack = arg;
	s->table = s->stack->neigh;
	hash_init(s->ifaces);
	hash_init(s->addrs);
	csp_timer_init(&s->timer, proc, GONET_ARP_TIMER);
	return 0;
}

static void arp_exit(struct csp_proc *proc)
{
	struct arp_dealer *s = csp_state(proc);
	struct arp_iface *iface;
	struct hlist_node *next;
	int bucket;

	csp_timer_cancel(&s->timer);
	hash_for_each_safe(s->ifaces, bucket, next, iface, node)
		arp_iface_del(s, iface);
}

static const struct csp_kind arp_kind = {
	.name = "arp",
	.state_size = sizeof(struct arp_dealer),
	.n_inputs = GONET_ARP_INPUTS,
	.inputs = {
		[GONET_ARP_CTL] = {
			.name = "ctl",
			.depth = 64,
			.full = CSP_DROP,
			.step = arp_ctl_step,
			.lost = gonet_iface_ctl_lost,
		},
		/*
		 * Deeper than there can be events: one per entry, one per request, two
		 * per own address; those of administrators may be refused.
		 */
		[GONET_ARP_EVENT] = {
			.name = "event",
			.depth = 8192,
			.full = CSP_DROP,
			.step = arp_event_step,
			.lost = arp_event_lost,
		},
		[GONET_ARP_RX] = {
			.name = "rx",
			.depth = 1024,
			.full = CSP_DROP,
			.step = arp_rx_step,
			.lost = gonet_skb_lost,
		},
		[GONET_ARP_RESOLVE] = {
			.name = "resolve",
			.depth = 1024,
			.full = CSP_DROP,
			.step = arp_resolve_step,
			.lost = gonet_skb_lost,
		},
		[GONET_ARP_TIMER] = CSP_TIMER_PORT(arp_timer_step),
	},
	.init = arp_init,
	.batch_end = arp_batch_end,
	.exit = arp_exit,
};

/**
 * gonet_arp_start() - start a stack's ARP dealer
 * @stack: the stack, with its tables of neighbours and of routes
 *
 * Context: process; may sleep.
 *
 * Return: the process with a reference, or ERR_PTR(): -ENOMEM.
 */
struct csp_proc *gonet_arp_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &arp_kind, stack, GFP_KERNEL, "arp");
}
