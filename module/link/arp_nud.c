// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a neighbour's entry: what the dealer does with it when a packet
 * tells of the neighbour, when one is sent to it, and when time passes. The states
 * themselves follow from each other as logic/nud.c says.
 *
 * Everything here is a step of the ARP dealer.
 */
#include <linux/random.h>

#include <gonet/icmp.h>
#include <gonet/notify.h>
#include <gonet/route.h>

#include "arp.h"

static void arp_neigh_notify(struct arp_dealer *s, enum gonet_event event,
			     const struct gonet_neigh *neigh)
{
	struct gonet_neigh_info info;

	neigh_info(neigh, &info);
	gonet_notify_neigh(s->stack, event, &info);
}

/* How long a state lasts; 0 for ever. */
static unsigned long arp_state_time(u8 state)
{
	switch (state) {
	case NUD_REACHABLE:	/* RFC 4861 6.3.2: between half and three halves of the base */
		return ARP_BASE_REACHABLE / 2 + get_random_u32_below(ARP_BASE_REACHABLE);
	case NUD_DELAY:
		return ARP_DELAY_FIRST_PROBE;
	case NUD_INCOMPLETE:
	case NUD_PROBE:
		/* The request process reports before that, if there is memory. */
		return (ARP_RETRIES + 1) * ARP_RETRANS;
	case NUD_STALE:
	case NUD_FAILED:
		return ARP_GC_STALE;
	default:
		return 0;
	}
}

/**
 * arp_neigh_set() - bring an entry into a state
 * @s: the dealer
 * @neigh: the entry
 * @state: NUD_*
 * @mac: its MAC address, or NULL to leave it
 */
void arp_neigh_set(struct arp_dealer *s, struct gonet_neigh *neigh, u8 state, const u8 *mac)
{
	unsigned long lasts = arp_state_time(state);
	u8 old = neigh_state(neigh);
	u8 old_mac[ETH_ALEN];
	bool changed;

	neigh_mac(neigh, old_mac);
	if (!mac)
		mac = old_mac;
	changed = state != old || !ether_addr_equal(mac, old_mac);
	if (changed)
		WRITE_ONCE(neigh->updated, jiffies);
	if (state & (NUD_REACHABLE | NUD_FIXED))
		WRITE_ONCE(neigh->confirmed, jiffies);
	if (state == NUD_STALE)
		clear_bit(0, &neigh->use_posted);
	neigh_link_set(neigh, state, mac);
	neigh_classify(s->table, neigh);
	if (lasts)
		neigh_due_in(s->table, neigh, lasts);
	else
		neigh_due_never(s->table, neigh);
	if (changed && !(state & (NUD_INCOMPLETE | NUD_DELAY | NUD_PROBE)))
		arp_neigh_notify(s, GONET_EVENT_NEW, neigh);
}

/**
 * arp_neigh_create() - make room for an entry, and add it
 * @s: the dealer
 * @ifindex: on which interface
 * @addr: whose; not in the table
 *
 * Return: the entry in NUD_NONE, or NULL if there is no room or memory.
 */
struct gonet_neigh *arp_neigh_create(struct arp_dealer *s, u32 ifindex, __be32 addr)
{
	struct gonet_neigh *victim;

	if (s->table->count >= NEIGH_MAX) {
		victim = neigh_victim(s->table);
		if (!victim)
			return NULL;
		arp_neigh_forget(s, victim, GONET_DROP_ARP_TABLE_FULL);
	}
	return neigh_add(s->table, ifindex, addr);
}

/**
 * arp_neigh_forget() - remove an entry with all that hangs on it
 * @s: the dealer
 * @neigh: the entry
 * @why: why packets that wait for it are dropped
 */
void arp_neigh_forget(struct arp_dealer *s, struct gonet_neigh *neigh, enum gonet_drop why)
{
	arp_request_done(s, neigh);
	arp_held_drop(s, neigh, why);
	if (neigh_state(neigh) & (NUD_KNOWN | NUD_FAILED))
		arp_neigh_notify(s, GONET_EVENT_DEL, neigh);
	neigh_remove(s->table, neigh);
}

/**
 * arp_neigh_hear() - a packet tells a neighbour's MAC address
 * @s: the dealer
 * @iface: where it came in
 * @neigh: the neighbour's entry
 * @mac: the MAC address
 * @solicited: it is a reply to us alone
 * @override: @mac is to be believed even if another was just heard
 */
void arp_neigh_hear(struct arp_dealer *s, struct arp_iface *iface, struct gonet_neigh *neigh,
		    const u8 *mac, bool solicited, bool override)
{
	struct nud_heard heard = { .solicited = solicited, .override = override };
	u8 state, old = neigh_state(neigh);
	u8 old_mac[ETH_ALEN];
	bool take_mac;

	neigh_mac(neigh, old_mac);
	heard.same_mac = ether_addr_equal(mac, old_mac);
	state = nud_after_packet(old, &heard, &take_mac);
	if (state == old && !take_mac && (state != NUD_REACHABLE || !heard.same_mac || !solicited))
		return;
	arp_request_done(s, neigh);
	/* What waits goes first: once readers see the address, newer packets pass by. */
	if (!skb_queue_empty(&neigh->held)) {
		arp_held_send(s, iface, neigh, mac);
		if (state == NUD_STALE)
			state = NUD_DELAY;
	}
	arp_neigh_set(s, neigh, state, take_mac ? mac : NULL);
}

static void arp_neigh_delay(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	neigh->wanted = true;
	arp_neigh_set(s, neigh, NUD_DELAY, NULL);
}

/**
 * arp_neigh_used() - somebody sent to a stale neighbour
 * @s: the dealer
 * @ev: says to whom
 */
void arp_neigh_used(struct arp_dealer *s, const struct arp_event *ev)
{
	struct gonet_neigh *neigh = neigh_find(s->table, ev->ifindex, ev->addr);

	if (neigh && neigh_state(neigh) == NUD_STALE)
		arp_neigh_delay(s, neigh);
}

/* Nobody has the address that the packet was to go to: its sender is told. Owns @skb. */
static void arp_give_up(struct gonet_stack *stack, struct sk_buff *skb)
{
	gonet_icmp_local_error(stack, skb, -EHOSTUNREACH, 0);
	gonet_drop(stack, skb, GONET_DROP_ARP_FAILED);
}

/* Nobody answered: RFC 1122 2.4.2's unreachable. */
static void arp_neigh_fail(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	struct sk_buff_head given_up;
	struct sk_buff *skb;

	__skb_queue_head_init(&given_up);
	arp_request_done(s, neigh);
	arp_held_take(s, neigh, &given_up);
	gonet_count(s->stack, ArpFailures);
	arp_neigh_set(s, neigh, NUD_FAILED, NULL);
	gonet_gateway_dead(s->stack, neigh->key.ifindex, neigh->key.addr);
	while ((skb = __skb_dequeue(&given_up)))
		arp_give_up(s->stack, skb);
}

/**
 * arp_neigh_unanswered() - a request process ends without an answer
 * @s: the dealer
 * @ev: its report
 */
void arp_neigh_unanswered(struct arp_dealer *s, const struct arp_event *ev)
{
	struct gonet_neigh *neigh = neigh_find(s->table, ev->ifindex, ev->addr);

	if (neigh && neigh->request.to && neigh->serial == ev->serial)
		arp_neigh_fail(s, neigh);
}

/**
 * arp_neigh_probe() - ask a neighbour itself whether it is still there (RFC 4861 7.3.3)
 * @s: the dealer
 * @neigh: the neighbour, whose MAC address is known
 *
 * When that is not possible now it is tried again later.
 */
void arp_neigh_probe(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	struct arp_iface *iface = arp_iface_find(s, neigh->key.ifindex);

	if (!iface || s->table->requests >= ARP_PROBES_MAX || arp_request(s, iface, neigh, 0))
		neigh_due_in(s->table, neigh, ARP_RETRANS);
}

/* Most of the time an entry that nobody uses costs nothing but its memory. */
static void arp_neigh_gc(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	if (s->table->count > NEIGH_GC_MIN &&
	    time_after_eq(jiffies, READ_ONCE(neigh->used) + ARP_GC_STALE))
		arp_neigh_forget(s, neigh, GONET_DROP_ARP_TABLE_FULL);
	else
		neigh_due_in(s->table, neigh, ARP_GC_STALE);
}

static void arp_neigh_due(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	bool lately = time_before(jiffies, READ_ONCE(neigh->used) + ARP_DELAY_FIRST_PROBE);
	u8 old = neigh_state(neigh);
	u8 state = nud_after_time(old, neigh->wanted && lately);

	neigh_due_never(s->table, neigh);
	if (old == NUD_FAILED)
		arp_neigh_forget(s, neigh, GONET_DROP_ARP_FAILED);
	else if (state == NUD_FAILED)
		arp_neigh_fail(s, neigh);
	else if (state == NUD_PROBE)
		arp_neigh_probe(s, neigh);
	else if (state == NUD_DELAY)
		arp_neigh_delay(s, neigh);
	else if (old == NUD_STALE)
		arp_neigh_gc(s, neigh);
	else
		arp_neigh_set(s, neigh, state, NULL);
}

/**
 * arp_neigh_expire() - the time of some states may be over
 * @s: the dealer
 */
void arp_neigh_expire(struct arp_dealer *s)
{
	struct gonet_neigh *neigh;

	while ((neigh = neigh_due_first(s->table)) &&
	       time_before_eq64(neigh->due_at, get_jiffies_64()))
		arp_neigh_due(s, neigh);
}

/**
 * arp_neigh_flush() - forget the neighbours on an interface
 * @s: the dealer
 * @ifindex: which interface
 * @fixed: those too that an administrator has set
 */
void arp_neigh_flush(struct arp_dealer *s, u32 ifindex, bool fixed)
{
	struct gonet_neigh *neigh;
	unsigned long id;

	xa_for_each(&s->table->by_id, id, neigh)
		if (neigh->key.ifindex == ifindex &&
		    (fixed || !(neigh_state(neigh) & NUD_FIXED)))
			arp_neigh_forget(s, neigh, GONET_DROP_LINK_DOWN);
}

/**
 * arp_neigh_ask_again() - the interface's own MAC address has changed
 * @s: the dealer
 * @iface: which interface
 *
 * Answers to what was asked with the former address would go there.
 */
void arp_neigh_ask_again(struct arp_dealer *s, struct arp_iface *iface)
{
	struct gonet_neigh *neigh;
	unsigned long id;

	xa_for_each(&s->table->by_id, id, neigh) {
		if (neigh->key.ifindex != iface->index || !neigh->request.to)
			continue;
		arp_request_done(s, neigh);
		if (arp_request(s, iface, neigh, 0))
			arp_neigh_fail(s, neigh);
	}
}
