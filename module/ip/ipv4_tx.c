// SPDX-License-Identifier: GPL-2.0
/*
 * The IPv4 writer: every packet that the stack sends passes here. It finds the
 * route, writes the header, fragments what is too large, and hands the result to
 * the Ethernet writer, to the ARP dealer when the neighbour's MAC address is not
 * known, or to the loopback.
 */
#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/ip.h>

#include <gonet/icmp.h>
#include <gonet/igmp.h>
#include <gonet/neigh.h>
#include <gonet/route.h>
#include <gonet/stamp.h>

#include "../compat/compat.h"
#include "../link/link.h"
#include "ip.h"

#define IPV4_IDS	1024	/* counters of the identification field */

/**
 * struct ipv4_tx_iface - what the writer keeps of an interface
 * @iface: the interface
 * @out: to its Ethernet writer, or to the IPv4 dealer for the loopback
 */
struct ipv4_tx_iface {
	struct gonet_iface *iface;
	struct csp_out out;
};

/**
 * struct ipv4_tx - the writer's state
 * @stack: whose it is
 * @arp: to the ARP dealer, for packets whose next hop's MAC address is not known
 * @ifaces: &struct ipv4_tx_iface by index
 * @id_key: picks a flow's counter, unguessable from outside
 * @ids: next identification, by hash of addresses and protocol (RFC 6864)
 */
struct ipv4_tx {
	struct gonet_stack *stack;
	struct csp_out arp;
	struct xarray ifaces;
	siphash_key_t id_key;
	u16 ids[IPV4_IDS];
};

/**
 * struct ipv4_tx_way - where the packet at hand goes
 * @proc: the writer
 * @port: the interface
 * @path: the route
 * @mtu: most bytes of a packet on it
 */
struct ipv4_tx_way {
	struct csp_proc *proc;
	struct ipv4_tx_iface *port;
	struct gonet_path path;
	unsigned int mtu;
};

/*
 * RFC 6864: unique among what is under way between two hosts, and telling nobody
 * anything about what is sent to others. RFC 6864 4.1 lets it be anything for a
 * packet that is never fragmented.
 */
static __be16 ipv4_tx_id(struct ipv4_tx *s, const struct sk_buff *skb)
{
	const struct gonet_cb *cb = GONET_CB(skb);
	u16 packets = max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	u16 *next, id;
	u64 hash;

	if (cb->flags & GONET_CB_DF)
		return 0;
	hash = siphash_3u32((__force u32)cb->saddr, (__force u32)cb->daddr, cb->protocol,
			    &s->id_key);
	next = &s->ids[hash % IPV4_IDS];
	id = *next + 1 + (get_random_u32() & 7);
	*next = id + packets - 1;
	return htons(id);
}

/*
 * raw(7): a header that a program wrote gets an identification, if it has none, and
 * its checksum.
 */
static void ipv4_tx_own_header(struct ipv4_tx *s, struct sk_buff *skb)
{
	struct iphdr *iph = (struct iphdr *)skb->data;

	skb_reset_network_header(skb);
	skb->protocol = htons(ETH_P_IP);
	skb_set_transport_header(skb, iph->ihl * 4);
	if (!iph->id)
		iph->id = ipv4_tx_id(s, skb);
	ip_send_check(iph);
}

/* RFC 791 3.1. @skb: data at options and payload. Return: false when dropped. */
static bool ipv4_tx_header(struct ipv4_tx *s, const struct ipv4_tx_way *way, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	struct iphdr *iph;

	if (cb->flags & GONET_CB_HDRINCL) {
		ipv4_tx_own_header(s, skb);
		return true;
	}
	if (skb_cow_head(skb, sizeof(*iph) + LL_MAX_HEADER)) {
		gonet_count(s->stack, IpOutDiscards);
		gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
		return false;
	}
	iph = skb_push(skb, sizeof(*iph));
	if (cb->flags & GONET_CB_DF_IF_FITS && skb->len <= way->mtu && !way->path.pmtu_locked)
		cb->flags |= GONET_CB_DF;
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(*iph) + cb->optlen);
	iph->version = 4;
	iph->ihl = (sizeof(*iph) + cb->optlen) / 4;
	iph->tos = cb->tos;
	iph->tot_len = htons(skb->len);
	iph->id = ipv4_tx_id(s, skb);
	iph->frag_off = cb->flags & GONET_CB_DF ? htons(IP_DF) : 0;
	iph->ttl = cb->ttl || ipv4_is_multicast(cb->daddr) ?
		   cb->ttl : READ_ONCE(s->stack->conf.ip_default_ttl);
	iph->protocol = cb->protocol;
	iph->saddr = cb->saddr;
	iph->daddr = cb->daddr;
	ip_send_check(iph);
	skb->protocol = htons(ETH_P_IP);
	return true;
}

static void ipv4_tx_frame(struct ipv4_tx_iface *port, struct sk_buff *skb, const u8 *mac)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, port->iface->mac);
	eth->h_proto = htons(ETH_P_IP);
	csp_out_send(&port->out, skb);
}

/* RFC 1122 3.3.1, RFC 1112 6.4: to the link. Under RCU. @arg: struct ipv4_tx_way. */
static void ipv4_tx_link(void *arg, struct sk_buff *skb)
{
	struct ipv4_tx_way *way = arg;
	struct ipv4_tx *s = csp_state(way->proc);
	struct gonet_cb *cb = GONET_CB(skb);
	u8 mac[ETH_ALEN];

	gonet_stamp_link(skb);
	if (!way->port->iface->dev) {
		gonet_loopback(&way->port->out, skb, GONET_IFACE_LO);
		return;
	}
	switch (way->path.type) {
	case RTN_BROADCAST:
		eth_broadcast_addr(mac);
		break;
	case RTN_MULTICAST:
		ip_eth_mc_map(cb->daddr, mac);
		break;
	default:
		if (gonet_neigh_lookup(s->stack, way->port->iface->index, way->path.nexthop, mac))
			break;
		cb->oif = way->port->iface->index;
		cb->nexthop = way->path.nexthop;
		csp_out_send(&s->arp, skb);
		return;
	}
	ipv4_tx_frame(way->port, skb, mac);
}

/* Whether @skb leaves in one piece. */
static bool ipv4_tx_fits(const struct sk_buff *skb, unsigned int mtu)
{
	return skb->len <= mtu || (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

/* RFC 1112 6.1: members in this host get a copy. Under RCU. */
static void ipv4_tx_loop(struct ipv4_tx *s, struct ipv4_tx_way *way, struct sk_buff *skb)
{
	struct ipv4_tx_iface *lo = xa_load(&s->ifaces, GONET_IFACE_LO);
	const struct gonet_cb *cb = GONET_CB(skb);
	u32 index = way->port->iface->index;
	struct sk_buff *copy;

	if (cb->flags & GONET_CB_NO_LOOP || !lo ||
	    !gonet_group_joined(s->stack, index, cb->daddr, cb->saddr, cb->protocol))
		return;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (copy)
		gonet_loopback(&lo->out, copy, index);
}

/* To a group on a link. Return: false when that is all there is to do with the packet. */
static bool ipv4_tx_group(struct ipv4_tx *s, struct ipv4_tx_way *way, struct sk_buff *skb)
{
	ipv4_tx_loop(s, way, skb);
	if (ip_hdr(skb)->ttl)
		return true;
	consume_skb(skb);	/* RFC 1112 6.1: not to leave the host */
	return false;
}

static unsigned int ipv4_tx_mtu(const struct ipv4_tx_way *way, const struct gonet_cb *cb)
{
	if (cb->flags & GONET_CB_IFACE_MTU)
		return gonet_iface_mtu(way->port->iface);
	return gonet_path_mtu(&way->path, way->port->iface);
}

static void ipv4_tx_send(struct ipv4_tx *s, struct ipv4_tx_way *way, struct sk_buff *skb)
{
	if (way->path.type == RTN_MULTICAST && way->port->iface->dev &&
	    !ipv4_tx_group(s, way, skb))
		return;
	if (likely(ipv4_tx_fits(skb, way->mtu))) {
		ipv4_tx_link(way, skb);
		return;
	}
	if (GONET_CB(skb)->flags & GONET_CB_DF) {
		gonet_count(s->stack, IpFragFails);
		gonet_icmp_local_error(s->stack, skb, -EMSGSIZE, way->mtu);
		gonet_drop(s->stack, skb, GONET_DROP_IP_TOO_BIG);
		return;
	}
	gonet_ipv4_cut(s->stack, skb, way->mtu, ipv4_tx_link, way);
}

static void ipv4_tx_step(struct csp_proc *proc, void *msg)
{
	struct ipv4_tx *s = csp_state(proc);
	struct sk_buff *skb = msg;
	struct gonet_cb *cb = GONET_CB(skb);
	struct ipv4_tx_way way = { .proc = proc };
	int err;

	gonet_count(s->stack, IpOutRequests);
	rcu_read_lock();
	err = gonet_route_lookup(s->stack, cb->daddr, cb->saddr, cb->oif, &way.path);
	if (!err) {
		way.port = xa_load(&s->ifaces, way.path.ifindex);
		if (!way.port)
			err = -ENETUNREACH;
	}
	if (unlikely(err)) {
		gonet_count(s->stack, IpOutNoRoutes);
		gonet_icmp_local_error(s->stack, skb, err, 0);
		gonet_drop(s->stack, skb, GONET_DROP_IP_NO_ROUTE);
	} else {
		if (!cb->saddr)
			cb->saddr = way.path.source;
		if (!cb->daddr)
			cb->daddr = way.path.nexthop;	/* 0.0.0.0 is this host */
		way.mtu = ipv4_tx_mtu(&way, cb);
		if (likely(ipv4_tx_header(s, &way, skb)))
			ipv4_tx_send(s, &way, skb);
	}
	rcu_read_unlock();
}

static int ipv4_tx_iface_add(struct csp_proc *proc, struct gonet_iface *iface)
{
	struct ipv4_tx *s = csp_state(proc);
	struct ipv4_tx_iface *port = kzalloc(sizeof(*port), GFP_ATOMIC);
	int err;

	if (!port)
		return -ENOMEM;
	port->iface = iface;
	err = xa_insert(&s->ifaces, iface->index, port, GFP_ATOMIC);
	if (err) {
		kfree(port);
		return err;
	}
	if (iface->dev)
		csp_out_open(&port->out, proc, iface->eth_tx, GONET_ETH_TX_IN);
	else
		csp_out_open(&port->out, proc, s->stack->ipv4_rx, GONET_IPV4_RX_IN);
	return 0;
}

static void ipv4_tx_iface_del(struct csp_proc *proc, unsigned long index)
{
	struct ipv4_tx *s = csp_state(proc);
	struct ipv4_tx_iface *port = xa_erase(&s->ifaces, index);

	if (!port)
		return;
	csp_out_close(&port->out, proc);
	kfree(port);
}

static void ipv4_tx_ctl(struct csp_proc *proc, void *msg)
{
	struct gonet_iface_ctl *ctl = msg;
	int err = 0;

	if (ctl->event == GONET_IFACE_ADD)
		err = ipv4_tx_iface_add(proc, ctl->iface);
	else if (ctl->event == GONET_IFACE_DEL)
		ipv4_tx_iface_del(proc, ctl->iface->index);
	csp_reply(&ctl->call, err);
}

static int ipv4_tx_init(struct csp_proc *proc, void *arg)
{
	struct ipv4_tx *s = csp_state(proc);

	s->stack = arg;
	xa_init(&s->ifaces);
	get_random_bytes(&s->id_key, sizeof(s->id_key));
	get_random_bytes(s->ids, sizeof(s->ids));
	csp_out_open(&s->arp, proc, s->stack->arp, GONET_ARP_RESOLVE);
	return 0;
}

static void ipv4_tx_exit(struct csp_proc *proc)
{
	struct ipv4_tx *s = csp_state(proc);
	struct ipv4_tx_iface *port;
	unsigned long index;

	xa_for_each(&s->ifaces, index, port)
		ipv4_tx_iface_del(proc, index);
	xa_destroy(&s->ifaces);
}

static const struct csp_kind ipv4_tx_kind = {
	.name = "ipv4_tx",
	.state_size = sizeof(struct ipv4_tx),
	.n_inputs = 2,
	.inputs = {
		[GONET_IPV4_TX_CTL] = {
			.name = "ctl",
			.depth = 64,
			.full = CSP_DROP,
			.step = ipv4_tx_ctl,
			.lost = gonet_iface_ctl_lost,
		},
		[GONET_IPV4_TX_IN] = GONET_SKB_PORT("in", ipv4_tx_step),
	},
	.init = ipv4_tx_init,
	.exit = ipv4_tx_exit,
};

/**
 * gonet_ipv4_send() - send a packet
 * @stack: from which stack
 * @skb: data at its payload, or with GONET_CB_HDRINCL at its IP header, whose length
 *	has been checked, and which is linear; with room for headers; given away
 * @flow: where it goes, and how
 * @protocol: IPPROTO_*
 * @flags: GONET_CB_HDRINCL or 0, besides @flow's
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; -ENOBUFS or -EPIPE when the writer does not take it.
 */
int gonet_ipv4_send(struct gonet_stack *stack, struct sk_buff *skb,
		    const struct gonet_flow *flow, u8 protocol, u16 flags)
{
	memset(skb->cb, 0, sizeof(skb->cb));
	*GONET_CB(skb) = (struct gonet_cb) {
		.stack = stack,
		.oif = flow->oif,
		.saddr = flow->saddr,
		.daddr = flow->daddr,
		.protocol = protocol,
		.tos = flow->tos,
		.ttl = flow->ttl,
		.flags = flags | flow->flags | (flow->no_loop ? GONET_CB_NO_LOOP : 0),
	};
	return csp_send(&stack->ipv4_tx->in[GONET_IPV4_TX_IN], skb);
}
EXPORT_SYMBOL_GPL(gonet_ipv4_send);

/**
 * gonet_ipv4_tx_start() - start the IPv4 writer
 * @stack: the stack, whose ARP dealer has been started
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_ipv4_tx_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &ipv4_tx_kind, stack, GFP_KERNEL, "ipv4_tx");
}
