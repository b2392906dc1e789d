// SPDX-License-Identifier: GPL-2.0
/*
 * Packets whose neighbour's MAC address is not known: they wait here, in a bounded
 * queue per neighbour, while a process asks for it.
 *
 * Everything here is a step of the ARP dealer.
 */
#include <linux/ip.h>

#include "arp.h"

/* Puts an Ethernet header before an IP packet and sends it. Owns @skb. */
static void arp_frame_send(struct arp_dealer *s, struct arp_iface *iface, struct sk_buff *skb,
			   const u8 *mac)
{
	struct ethhdr *eth;

	if (skb_cow_head(skb, ETH_HLEN)) {
		gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, iface->mac);
	eth->h_proto = htons(ETH_P_IP);
	skb->protocol = htons(ETH_P_IP);
	csp_out_send(&iface->out, skb);
}

static struct sk_buff *arp_held_first(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	struct sk_buff *skb = __skb_dequeue(&neigh->held);

	if (skb) {
		neigh->held_bytes -= skb->truesize;
		s->table->held_bytes -= skb->truesize;
	}
	return skb;
}

/**
 * arp_held_send() - send what waits for a neighbour
 * @s: the dealer
 * @iface: on which interface
 * @neigh: the neighbour
 * @mac: its MAC address
 */
void arp_held_send(struct arp_dealer *s, struct arp_iface *iface, struct gonet_neigh *neigh,
		   const u8 *mac)
{
	struct sk_buff *skb;

	while ((skb = arp_held_first(s, neigh)))
		arp_frame_send(s, iface, skb, mac);
}

/**
 * arp_held_take() - take over what waits for a neighbour
 * @s: the dealer
 * @neigh: the neighbour
 * @to: list to which the packets are appended; the caller's from then on
 */
void arp_held_take(struct arp_dealer *s, struct gonet_neigh *neigh, struct sk_buff_head *to)
{
	struct sk_buff *skb;

	while ((skb = arp_held_first(s, neigh)))
		__skb_queue_tail(to, skb);
}

/**
 * arp_held_drop() - drop what waits for a neighbour
 * @s: the dealer
 * @neigh: the neighbour
 * @why: why
 */
void arp_held_drop(struct arp_dealer *s, struct gonet_neigh *neigh, enum gonet_drop why)
{
	struct sk_buff *skb;

	while ((skb = arp_held_first(s, neigh)))
		gonet_drop(s->stack, skb, why);
}

/* Makes room for @size bytes among those that wait for anybody: the oldest go. */
static void arp_held_make_room(struct arp_dealer *s, unsigned int size)
{
	struct gonet_neigh *neigh;

	list_for_each_entry(neigh, &s->table->classes[NEIGH_PENDING], list) {
		if (s->table->held_bytes + size <= NEIGH_HELD_BYTES_ALL)
			return;
		arp_held_drop(s, neigh, GONET_DROP_ARP_QUEUE_FULL);
	}
}

/* RFC 1122 2.3.2.2: saves at least the latest packets. Owns @skb. */
static void arp_hold(struct arp_dealer *s, struct gonet_neigh *neigh, struct sk_buff *skb)
{
	while (neigh->held_bytes && neigh->held_bytes + skb->truesize > NEIGH_HELD_BYTES)
		gonet_drop(s->stack, arp_held_first(s, neigh), GONET_DROP_ARP_QUEUE_FULL);
	arp_held_make_room(s, skb->truesize);
	neigh->held_bytes += skb->truesize;
	s->table->held_bytes += skb->truesize;
	__skb_queue_tail(&neigh->held, skb);
}

/**
 * arp_request() - start a process that asks for a neighbour's MAC address
 * @s: the dealer
 * @iface: on which interface
 * @neigh: the neighbour, for which no process asks: it becomes NUD_PROBE and is
 *	asked itself when its address is known, else NUD_INCOMPLETE
 * @saddr: own address in whose name to ask, or 0
 *
 * Return: 0; -ENOMEM, -ESHUTDOWN when the stack is stopping.
 */
int arp_request(struct arp_dealer *s, struct arp_iface *iface, struct gonet_neigh *neigh,
		__be32 saddr)
{
	bool known = neigh_state(neigh) & NUD_KNOWN;
	struct arp_request_start start = {
		.ifindex = iface->index,
		.addr = neigh->key.addr,
		.saddr = saddr,
		.serial = ++s->serial,
		.eth_tx = iface->out.to,
	};
	struct csp_proc *proc;

	ether_addr_copy(start.mac, iface->mac);
	if (known)
		neigh_mac(neigh, start.dest);
	else
		eth_broadcast_addr(start.dest);
	proc = arp_request_start(s->stack, &start);
	if (IS_ERR(proc))
		return PTR_ERR(proc);
	csp_out_open(&neigh->request, s->proc, proc, ARP_REQUEST_IN);
	csp_proc_put(proc);
	s->table->requests++;
	neigh->serial = start.serial;
	WRITE_ONCE(neigh->requested, jiffies);
	arp_neigh_set(s, neigh, known ? NUD_PROBE : NUD_INCOMPLETE, NULL);
	arp_request_go(&neigh->request);
	return 0;
}

/**
 * arp_request_done() - let the process that asks for a neighbour end
 * @s: the dealer
 * @neigh: the neighbour; nothing happens if no process asks
 */
void arp_request_done(struct arp_dealer *s, struct gonet_neigh *neigh)
{
	if (!neigh->request.to)
		return;
	arp_request_end(&neigh->request);
	csp_out_close(&neigh->request, s->proc);
	s->table->requests--;
}

/*
 * Another request may begin if there are not too many, or the oldest had its
 * chance: then it makes way, so that a flood of packets to nobody costs others
 * their turn for a moment, and not for as long as its requests last.
 */
static bool arp_request_room(struct arp_dealer *s)
{
	struct gonet_neigh *oldest;

	if (s->table->requests < ARP_REQUESTS_MAX)
		return true;
	oldest = list_first_entry_or_null(&s->table->classes[NEIGH_PENDING],
					  struct gonet_neigh, list);
	if (!oldest || time_before(jiffies, oldest->requested + ARP_REQUEST_MIN_AGE))
		return false;
	arp_neigh_forget(s, oldest, GONET_DROP_ARP_TABLE_FULL);
	return true;
}

/* Return: the entry, for which a process asks now, or NULL if that was not possible. */
static struct gonet_neigh *arp_resolve_begin(struct arp_dealer *s, struct arp_iface *iface,
					     struct gonet_neigh *neigh, struct sk_buff *skb)
{
	__be32 saddr = skb_headlen(skb) >= sizeof(struct iphdr) ?
		       ((const struct iphdr *)skb->data)->saddr : 0;

	if (!arp_request_room(s))
		return NULL;
	if (!neigh)
		neigh = arp_neigh_create(s, iface->index, GONET_CB(skb)->nexthop);
	if (!neigh)
		return NULL;
	neigh->wanted = true;
	if (arp_request(s, iface, neigh, saddr)) {
		arp_neigh_forget(s, neigh, GONET_DROP_ARP_FAILED);
		return NULL;
	}
	return neigh;
}

/* The address became known while the packet was under way to here. Owns @skb. */
static void arp_resolve_known(struct arp_dealer *s, struct arp_iface *iface,
			      struct gonet_neigh *neigh, struct sk_buff *skb)
{
	u8 mac[ETH_ALEN];

	WRITE_ONCE(neigh->used, jiffies);
	neigh_mac(neigh, mac);
	if (neigh_state(neigh) == NUD_STALE) {
		neigh->wanted = true;
		arp_neigh_set(s, neigh, NUD_DELAY, NULL);
	}
	arp_frame_send(s, iface, skb, mac);
}

/**
 * arp_resolve() - send a packet to a neighbour whose MAC address is to be found
 * @s: the dealer
 * @skb: data at the IP header, &gonet_cb.oif and .nexthop set; given away
 */
void arp_resolve(struct arp_dealer *s, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	struct arp_iface *iface = arp_iface_find(s, cb->oif);
	struct gonet_neigh *neigh;

	if (!iface || !iface->running) {
		gonet_drop(s->stack, skb, GONET_DROP_LINK_DOWN);
		return;
	}
	neigh = neigh_find(s->table, cb->oif, cb->nexthop);
	if (neigh && neigh_state(neigh) & NUD_KNOWN) {
		arp_resolve_known(s, iface, neigh, skb);
		return;
	}
	if (!neigh || neigh_state(neigh) != NUD_INCOMPLETE)
		neigh = arp_resolve_begin(s, iface, neigh, skb);
	if (!neigh) {
		gonet_drop(s->stack, skb, GONET_DROP_ARP_TABLE_FULL);
		return;
	}
	WRITE_ONCE(neigh->used, jiffies);
	arp_hold(s, neigh, skb);
}
