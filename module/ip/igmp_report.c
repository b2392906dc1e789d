// SPDX-License-Identifier: GPL-2.0
/*
 * What routers are told: answers to queries, and what changes, in the version that the
 * link's querier speaks (RFC 3376 5, RFC 2236 3).
 *
 * An interface sends no more messages a second than IGMP_SEND_RATE, whoever asks for
 * them, a querier by its queries or a program by joining and leaving: what is too much
 * comes later.
 */
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/pkt_sched.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/ip.h>

#include <gonet/ipv4.h>
#include <gonet/route.h>

#include "igmp.h"
#include "logic/ipv4_options.h"

#define IGMP_ALERT_LEN		4
#define IGMP_HEADER_LEN		(sizeof(struct iphdr) + IGMP_ALERT_LEN)
#define IGMP_PACKET_MAX		1500	/* largest packet, even if the link takes larger ones */
#define IGMP_LATER		(HZ / 2)	/* when to try again what is too much now */

/**
 * igmp_random() - a random while
 * @below: the longest, in jiffies
 *
 * Return: from 1 to @below, at least 1.
 */
u64 igmp_random(u64 below)
{
	return 1 + get_random_u32_below(clamp_t(u64, below, 1, INT_MAX));
}

/* Takes one of the interface's tokens. Return: false if there is none. */
static bool igmp_token(struct igmp_iface *iface)
{
	u64 now = get_jiffies_64(), more = div_u64((now - iface->refilled) * IGMP_SEND_RATE, HZ);

	if (more) {
		iface->tokens = min_t(u64, iface->tokens + more, IGMP_SEND_BURST);
		iface->refilled = now;
	}
	if (!iface->tokens)
		return false;
	iface->tokens--;
	return true;
}

/* The same; without one, what is due comes later. */
static bool igmp_token_now(struct gonet_igmp *igmp, struct igmp_iface *iface,
			   struct igmp_due *due)
{
	if (igmp_token(iface))
		return true;
	igmp_due_at(igmp, due, get_jiffies_64() + igmp_random(IGMP_LATER));
	return false;
}

static unsigned int igmp_mtu(struct gonet_igmp *igmp, const struct igmp_iface *iface)
{
	struct gonet_iface *from;
	unsigned int mtu = 0;

	rcu_read_lock();
	from = gonet_iface_by_index(igmp->stack, iface->index);
	if (from)
		mtu = gonet_iface_mtu(from);
	rcu_read_unlock();
	return clamp_t(unsigned int, mtu, IPV4_MIN_MTU, IGMP_PACKET_MAX);
}

/* RFC 3376 4.2.13: an address of the interface, or none. */
static __be32 igmp_source_addr(struct gonet_igmp *igmp, const struct igmp_iface *iface)
{
	__be32 addr;

	rcu_read_lock();
	addr = gonet_addr_select(igmp->stack, iface->index, 0);
	if (!addr || !gonet_addr_is_own(igmp->stack, iface->index, addr))
		addr = 0;
	rcu_read_unlock();
	return addr;
}

/* A packet with room for a message, data at that. */
static struct sk_buff *igmp_packet(struct gonet_igmp *igmp, struct igmp_iface *iface)
{
	unsigned int mtu = igmp_mtu(igmp, iface);
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + mtu, GFP_ATOMIC | __GFP_NOWARN);

	if (skb)
		skb_reserve(skb, LL_MAX_HEADER + IGMP_HEADER_LEN);
	return skb;
}

/*
 * RFC 3376 4: every message has TTL 1, precedence 6 and a router alert. The header is
 * written here, since its source may be 0.0.0.0.
 */
static void igmp_send(struct gonet_igmp *igmp, struct igmp_iface *iface, struct sk_buff *skb,
		      __be32 daddr)
{
	static const u8 alert[IGMP_ALERT_LEN] = { IPV4_OPT_ROUTER_ALERT, IGMP_ALERT_LEN };
	__be32 saddr = igmp_source_addr(igmp, iface);
	struct igmphdr *ih = (struct igmphdr *)skb->data;
	struct iphdr *iph;

	ih->csum = ip_compute_csum(skb->data, skb->len);
	iph = skb_push(skb, IGMP_HEADER_LEN);
	memset(iph, 0, sizeof(*iph));
	memcpy(iph + 1, alert, sizeof(alert));
	iph->version = 4;
	iph->ihl = IGMP_HEADER_LEN / 4;
	iph->tos = 0xc0;
	iph->tot_len = htons(skb->len);
	iph->frag_off = htons(IP_DF);
	iph->ttl = 1;
	iph->protocol = IPPROTO_IGMP;
	iph->saddr = saddr;
	iph->daddr = daddr;
	*GONET_CB(skb) = (struct gonet_cb) {
		.stack = igmp->stack,
		.oif = iface->index,
		.saddr = saddr,
		.daddr = daddr,
		.protocol = IPPROTO_IGMP,
		.tos = iph->tos,
		.ttl = iph->ttl,
		.flags = GONET_CB_HDRINCL | GONET_CB_DF | GONET_CB_NO_LOOP,
	};
	skb->priority = TC_PRIO_CONTROL;
	csp_out_send(&igmp->ipv4_tx, skb);
}

/* A report of version 1 or 2, or a leave. */
static void igmp_send_short(struct gonet_igmp *igmp, struct igmp_iface *iface, u8 type,
			    __be32 group)
{
	struct sk_buff *skb = igmp_packet(igmp, iface);

	if (!skb)
		return;
	igmp_write_short(skb_put(skb, IGMP_PACKET_LEN), type, group);
	if (type == IGMP_PACKET_LEAVE) {
		gonet_count(igmp->stack, IgmpOutLeaves);
		igmp_send(igmp, iface, skb, htonl(INADDR_ALLRTRS_GROUP));
	} else {
		gonet_count(igmp->stack, IgmpOutReports);
		igmp_send(igmp, iface, skb, group);
	}
}

/**
 * struct igmp_out - reports of version 3 being written
 * @w: what writes them
 * @igmp: the groups
 * @iface: on which interface
 * @skb: the report at hand, or NULL
 */
struct igmp_out {
	struct igmp_writer w;
	struct gonet_igmp *igmp;
	struct igmp_iface *iface;
	struct sk_buff *skb;
};

static void igmp_out_flush(struct igmp_out *out)
{
	struct sk_buff *skb = out->skb;

	if (!skb)
		return;
	out->skb = NULL;
	skb_put(skb, out->w.len);
	gonet_count(out->igmp->stack, IgmpOutReports);
	igmp_send(out->igmp, out->iface, skb, IGMPV3_ALL_MCR);
}

static bool igmp_out_next(struct igmp_writer *w)
{
	struct igmp_out *out = container_of(w, struct igmp_out, w);

	if (out->skb)
		igmp_token(out->iface);		/* what is begun is finished */
	igmp_out_flush(out);
	out->skb = igmp_packet(out->igmp, out->iface);
	if (!out->skb)
		return false;
	w->buf = out->skb->data;
	w->room = igmp_mtu(out->igmp, out->iface) - IGMP_HEADER_LEN;
	w->room = min_t(size_t, w->room, skb_tailroom(out->skb));
	return true;
}

static struct igmp_out igmp_out_begin(struct gonet_igmp *igmp, struct igmp_iface *iface)
{
	return (struct igmp_out) {
		.w.next = igmp_out_next,
		.igmp = igmp,
		.iface = iface,
	};
}

/**
 * igmp_group_joined() - versions 1 and 2: say at once that a group is joined
 * @igmp: the groups
 * @g: the group
 */
void igmp_group_joined(struct gonet_igmp *igmp, struct igmp_group *g)
{
	g->repeats = g->iface->robustness - 1;
	igmp_due_by(igmp, &g->answer, get_jiffies_64() + 1);
}

/**
 * igmp_group_left() - version 2: say that a group is left, if this host was the last to
 * say that it has joined it (RFC 2236 3)
 * @igmp: the groups
 * @g: the group
 */
void igmp_group_left(struct gonet_igmp *igmp, struct igmp_group *g)
{
	igmp_due_cancel(igmp, &g->answer);
	if (g->iface->version == 2 && g->last_reporter && igmp_token(g->iface))
		igmp_send_short(igmp, g->iface, IGMP_PACKET_LEAVE, g->addr);
	g->last_reporter = false;
}

/**
 * igmp_group_changed() - what is wanted of a group has changed: say it soon
 * @igmp: the groups
 * @g: the group
 */
void igmp_group_changed(struct gonet_igmp *igmp, struct igmp_group *g)
{
	igmp_due_by(igmp, &g->iface->change, get_jiffies_64() + 1);
}

static void igmp_answer_v3(struct gonet_igmp *igmp, struct igmp_group *g)
{
	struct igmp_out out = igmp_out_begin(igmp, g->iface);

	if (g->n_asked)
		igmp_state_say_of(&g->state, g->addr, g->asked, g->n_asked, &out.w);
	else
		igmp_state_say(&g->state, g->addr, &out.w);
	igmp_group_unask(g);
	igmp_out_flush(&out);
}

/**
 * igmp_answer() - it is time to answer a query about a group, or to say it unasked
 * @proc: the IGMP process
 * @due: &igmp_group.answer
 */
void igmp_answer(struct csp_proc *proc, struct igmp_due *due)
{
	struct igmp_group *g = container_of(due, struct igmp_group, answer);
	struct gonet_igmp *igmp = igmp_of(proc);
	struct igmp_iface *iface = g->iface;

	if (!igmp_version_check(igmp, iface) || !g->users || !igmp_token_now(igmp, iface, due))
		return;
	if (iface->version == 3) {
		igmp_answer_v3(igmp, g);
		return;
	}
	g->last_reporter = true;
	igmp_send_short(igmp, iface, iface->version == 1 ? IGMP_PACKET_REPORT_V1 :
			IGMP_PACKET_REPORT_V2, g->addr);
	if (!g->repeats)
		return;
	g->repeats--;
	igmp_due_at(igmp, due, get_jiffies_64() + igmp_random(IGMP_UNSOLICITED_V2));
}

/**
 * igmp_general() - it is time to answer a general query of version 3
 * @proc: the IGMP process
 * @due: &igmp_iface.general
 */
void igmp_general(struct csp_proc *proc, struct igmp_due *due)
{
	struct igmp_iface *iface = container_of(due, struct igmp_iface, general);
	struct gonet_igmp *igmp = igmp_of(proc);
	struct igmp_out out = igmp_out_begin(igmp, iface);
	struct igmp_group *g;
	unsigned long key;

	if (!igmp_version_check(igmp, iface) || !igmp_token_now(igmp, iface, due))
		return;
	xa_for_each(&iface->groups, key, g)
		if (g->users && igmp_told(g))
			igmp_state_say(&g->state, g->addr, &out.w);
	igmp_out_flush(&out);
}

/**
 * igmp_change() - it is time to say what changed, for the first time or once more
 * @proc: the IGMP process
 * @due: &igmp_iface.change
 */
void igmp_change(struct csp_proc *proc, struct igmp_due *due)
{
	struct igmp_iface *iface = container_of(due, struct igmp_iface, change);
	struct gonet_igmp *igmp = igmp_of(proc);
	struct igmp_out out = igmp_out_begin(igmp, iface);
	bool more = false, pending;
	struct igmp_group *g;
	unsigned long key;

	if (!igmp_version_check(igmp, iface) || !igmp_token_now(igmp, iface, due))
		return;
	xa_for_each(&iface->groups, key, g) {
		if (!igmp_state_pending(&g->state))
			continue;
		igmp_state_say_change(&g->state, g->addr, &out.w);
		pending = igmp_state_pending(&g->state);
		more |= pending;
		if (!pending && !g->users)
			igmp_group_forget(igmp, g);
	}
	igmp_out_flush(&out);
	if (more)
		igmp_due_at(igmp, due, get_jiffies_64() + igmp_random(IGMP_UNSOLICITED_V3));
}
