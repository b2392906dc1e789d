// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4 address conflict detection (RFC 5227): the dealer keeps a record of every
 * own address, has a process probe for it and announce it (arp_acd.c), and defends
 * it.
 *
 * The address is in use meanwhile, so a host that probes for it at the same time is
 * answered rather than taken for a conflict (2.1.1 would have both give way): it
 * learns that it came second.
 *
 * Everything here is a step of the ARP dealer, but for what says otherwise.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include <gonet/route.h>

#include "arp.h"

/**
 * enum arp_addr_state - what is known of an own address
 * @ARP_ADDR_WAITING: nothing; to be probed for when the interface is up
 * @ARP_ADDR_PROBING: a process probes for it
 * @ARP_ADDR_OURS: nobody else has it; to be announced and defended
 * @ARP_ADDR_LOST: another host has it
 */
enum arp_addr_state {
	ARP_ADDR_WAITING,
	ARP_ADDR_PROBING,
	ARP_ADDR_OURS,
	ARP_ADDR_LOST,
};

/**
 * struct arp_addr - an own address; the dealer's
 * @node: in &arp_dealer.addrs
 * @addr: the address
 * @ifindex: &gonet_iface.index
 * @state: what is known of it
 * @defended: it has been defended
 * @defended_at: when last, in jiffies
 * @acd: to the process that probes for it or announces it, open while there is one
 * @serial: of that process
 */
struct arp_addr {
	struct hlist_node node;
	__be32 addr;
	u32 ifindex;
	enum arp_addr_state state;
	bool defended;
	unsigned long defended_at;
	struct csp_out acd;
	u32 serial;
};

static struct arp_addr *arp_addr_find(struct arp_dealer *s, u32 ifindex, __be32 addr)
{
	struct arp_addr *own;

	hash_for_each_possible(s->addrs, own, node, (__force u32)addr)
		if (own->addr == addr && own->ifindex == ifindex)
			return own;
	return NULL;
}

/* Lets the process end that probes for the address or announces it, if there is one. */
static void arp_addr_quiet(struct arp_dealer *s, struct arp_addr *own)
{
	if (own->acd.to) {
		arp_acd_end(&own->acd);
		csp_out_close(&own->acd, s->proc);
	}
	if (own->state == ARP_ADDR_PROBING)
		own->state = ARP_ADDR_WAITING;
}

static void arp_addr_ours(struct arp_dealer *s, struct arp_addr *own)
{
	own->state = ARP_ADDR_OURS;
	gonet_addr_confirmed(s->stack, own->ifindex, own->addr);
}

/* Probes for an address, or announces it if nobody else has it, as is known already. */
static void arp_addr_begin(struct arp_dealer *s, struct arp_iface *iface, struct arp_addr *own)
{
	struct arp_acd_start start = {
		.ifindex = own->ifindex,
		.addr = own->addr,
		.serial = ++s->serial,
		.announce_only = own->state == ARP_ADDR_OURS,
		.eth_tx = iface->out.to,
	};
	struct csp_proc *proc;

	ether_addr_copy(start.mac, iface->mac);
	proc = arp_acd_start(s->stack, &start);
	if (IS_ERR(proc)) {
		if (!start.announce_only)
			arp_addr_ours(s, own);
		return;
	}
	csp_out_open(&own->acd, s->proc, proc, ARP_ACD_TIMER);
	csp_proc_put(proc);
	own->serial = start.serial;
	if (!start.announce_only)
		own->state = ARP_ADDR_PROBING;
}

/**
 * arp_addr_added() - there is an own address to probe for
 * @s: the dealer
 * @ev: says which
 */
void arp_addr_added(struct arp_dealer *s, const struct arp_event *ev)
{
	struct arp_iface *iface = arp_iface_find(s, ev->ifindex);
	struct gonet_neigh *neigh = neigh_find(s->table, ev->ifindex, ev->addr);
	struct arp_addr *own = arp_addr_find(s, ev->ifindex, ev->addr);

	if (neigh)
		arp_neigh_forget(s, neigh, GONET_DROP_ARP_FAILED);
	if (own) {
		arp_addr_quiet(s, own);
	} else {
		own = iface ? kzalloc(sizeof(*own), GFP_ATOMIC) : NULL;
		if (!own) {
			gonet_addr_confirmed(s->stack, ev->ifindex, ev->addr);
			return;
		}
		own->addr = ev->addr;
		own->ifindex = ev->ifindex;
		hash_add(s->addrs, &own->node, (__force u32)own->addr);
	}
	own->state = ARP_ADDR_WAITING;
	if (iface && iface->running)
		arp_addr_begin(s, iface, own);
}

static void arp_addr_free(struct arp_dealer *s, struct arp_addr *own)
{
	arp_addr_quiet(s, own);
	hash_del(&own->node);
	kfree(own);
}

/**
 * arp_addr_removed() - an address is no longer our own
 * @s: the dealer
 * @ev: says which
 */
void arp_addr_removed(struct arp_dealer *s, const struct arp_event *ev)
{
	struct arp_addr *own = arp_addr_find(s, ev->ifindex, ev->addr);

	if (own)
		arp_addr_free(s, own);
}

/**
 * arp_addr_probed() - a process got no answer to its probes
 * @s: the dealer
 * @ev: its message
 */
void arp_addr_probed(struct arp_dealer *s, const struct arp_event *ev)
{
	struct arp_addr *own = arp_addr_find(s, ev->ifindex, ev->addr);

	if (own && own->state == ARP_ADDR_PROBING && own->serial == ev->serial)
		arp_addr_ours(s, own);
}

/**
 * arp_addr_announced() - a process has announced an address, and ends
 * @s: the dealer
 * @ev: its message
 */
void arp_addr_announced(struct arp_dealer *s, const struct arp_event *ev)
{
	struct arp_addr *own = arp_addr_find(s, ev->ifindex, ev->addr);

	if (own && own->acd.to && own->serial == ev->serial)
		csp_out_close(&own->acd, s->proc);
}

/**
 * arp_addr_iface_up() - an interface can carry frames, or its MAC address is another
 * @s: the dealer
 * @iface: which; no process is at its addresses
 *
 * What was not probed for yet is, what is known to be ours is announced.
 */
void arp_addr_iface_up(struct arp_dealer *s, struct arp_iface *iface)
{
	struct arp_addr *own;
	int bucket;

	hash_for_each(s->addrs, bucket, own, node)
		if (own->ifindex == iface->index && own->state != ARP_ADDR_LOST)
			arp_addr_begin(s, iface, own);
}

/**
 * arp_addr_iface_down() - what is under way at an interface's addresses ends
 * @s: the dealer
 * @ifindex: which interface
 */
void arp_addr_iface_down(struct arp_dealer *s, u32 ifindex)
{
	struct arp_addr *own;
	int bucket;

	hash_for_each(s->addrs, bucket, own, node)
		if (own->ifindex == ifindex)
			arp_addr_quiet(s, own);
}

/**
 * arp_addr_iface_gone() - an interface goes with its addresses
 * @s: the dealer
 * @ifindex: which interface
 */
void arp_addr_iface_gone(struct arp_dealer *s, u32 ifindex)
{
	struct hlist_node *next;
	struct arp_addr *own;
	int bucket;

	hash_for_each_safe(s->addrs, bucket, next, own, node)
		if (own->ifindex == ifindex)
			arp_addr_free(s, own);
}

/* RFC 5227 2.4 (c): keeps the address, and says so, though not to every packet. */
static void arp_addr_defend(struct arp_dealer *s, struct arp_iface *iface, struct arp_addr *own)
{
	if (own->defended && time_before(jiffies, own->defended_at + ARP_DEFEND_INTERVAL))
		return;
	own->defended = true;
	own->defended_at = jiffies;
	arp_ask(s->stack, &iface->out, iface->mac, own->addr, own->addr);
}

/**
 * arp_addr_conflicts() - look for a conflict over an own address (RFC 5227 2.1.1, 2.4)
 * @s: the dealer
 * @iface: where the packet came in
 * @arp: the packet, with another host's MAC address as its sender's
 *
 * Return: true if its sender uses an address that is ours.
 */
bool arp_addr_conflicts(struct arp_dealer *s, struct arp_iface *iface,
			const struct arp_packet *arp)
{
	struct arp_addr *own = arp_addr_find(s, iface->index, arp->spa);

	if (!own || own->state == ARP_ADDR_LOST)
		return false;
	if (!gonet_addr_is_own(s->stack, own->ifindex, own->addr)) {
		/* No longer ours; the word of that was lost or is under way. */
		arp_addr_free(s, own);
		return false;
	}
	gonet_count(s->stack, ArpConflicts);
	net_warn_ratelimited("gonet: %pM has address %pI4 too\n", arp->sha, &arp->spa);
	if (own->state == ARP_ADDR_OURS) {
		arp_addr_defend(s, iface, own);
		return true;
	}
	arp_addr_quiet(s, own);
	own->state = ARP_ADDR_LOST;
	gonet_addr_conflict(s->stack, own->ifindex, own->addr);
	return true;
}

/* The loopback's addresses are nobody else's. */
static bool arp_addr_posted(struct gonet_stack *stack, enum arp_event_type type, u32 ifindex,
			    __be32 addr)
{
	struct arp_event *ev;

	if (ifindex == GONET_IFACE_LO || !stack->arp)
		return false;
	ev = arp_event_alloc(stack, type, ifindex, addr, 0);
	if (ev)
		arp_event_post(ev);
	return ev;
}

/**
 * gonet_arp_addr_added() - begin to probe for an own address and to announce it
 * @stack: whose
 * @ifindex: on which interface
 * @addr: the address
 *
 * Comes back at once; gonet_addr_confirmed() or gonet_addr_conflict() is called
 * later, or the former at once where there is nobody to ask.
 *
 * Context: any but hard interrupt.
 */
void gonet_arp_addr_added(struct gonet_stack *stack, u32 ifindex, __be32 addr)
{
	if (!arp_addr_posted(stack, ARP_EVENT_ADDR_ADDED, ifindex, addr))
		gonet_addr_confirmed(stack, ifindex, addr);
}

/**
 * gonet_arp_addr_removed() - stop to probe for, announce and defend an address
 * @stack: whose
 * @ifindex: on which interface
 * @addr: the address
 *
 * Context: any but hard interrupt.
 */
void gonet_arp_addr_removed(struct gonet_stack *stack, u32 ifindex, __be32 addr)
{
	arp_addr_posted(stack, ARP_EVENT_ADDR_REMOVED, ifindex, addr);
}
