// SPDX-License-Identifier: GPL-2.0
/*
 * IGMP messages that are received: queries, which are answered after a random while,
 * and in versions 1 and 2 the reports of others, which make an own one needless.
 *
 * A querier, or who says to be one, makes an interface keep a time for each of its
 * groups and remember a bounded number of sources, and makes it send no more than
 * igmp_report.c lets it.
 */
#include <linux/igmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip.h>

#include <gonet/ipv4.h>

#include "igmp.h"
#include "ip.h"
#include "logic/ipv4_options.h"

/* Which version is spoken (RFC 3376 7.2.1): that of the oldest querier heard of late. */
static u8 igmp_version_now(const struct igmp_iface *iface)
{
	u64 now = get_jiffies_64();

	if (iface->v1_until > now)
		return 1;
	return iface->v2_until > now ? 2 : 3;
}

/**
 * igmp_version_check() - speak the version that the link's querier does
 * @igmp: the groups
 * @iface: the interface
 *
 * With another version all that was to be said is forgotten (RFC 3376 7.2.1).
 *
 * Return: false if it is another.
 */
bool igmp_version_check(struct gonet_igmp *igmp, struct igmp_iface *iface)
{
	u8 version = igmp_version_now(iface);

	if (version == iface->version)
		return true;
	iface->version = version;
	igmp_iface_forget_due(igmp, iface);
	return false;
}

/* RFC 3376 8.12: how long a querier is believed to be as old as its query says. */
static void igmp_query_version(struct gonet_igmp *igmp, struct igmp_iface *iface,
			       const struct igmp_message *m)
{
	u64 believed = (u64)iface->robustness * iface->interval * HZ + m->max_resp * IGMP_TENTH;
	u64 until = get_jiffies_64() + min_t(u64, believed, IGMP_OLD_QUERIER_MAX);

	if (m->version == 1)
		iface->v1_until = until;
	else if (m->version == 2)
		iface->v2_until = until;
	if (m->version == 3) {
		iface->robustness = m->robustness ? m->robustness : IGMP_ROBUSTNESS;
		iface->interval = m->interval ? m->interval : IGMP_QUERY_INTERVAL;
	}
	igmp_version_check(igmp, iface);
}

/* Which sources to answer about: with no room to remember them, all. */
static void igmp_query_sources(struct igmp_group *g, const struct igmp_message *m, bool pending)
{
	u32 n = (pending ? g->n_asked : 0) + m->n_sources;
	__be32 *asked = NULL;

	/* RFC 3376 5.2, rule 4: an answer about all is due already. */
	if (pending && !g->n_asked)
		return;
	if (m->n_sources && n <= IGMP_ASKED_MAX)
		asked = krealloc(g->asked, n * sizeof(*asked), GFP_ATOMIC | __GFP_NOWARN);
	if (!asked) {
		igmp_group_unask(g);
		return;
	}
	memcpy(asked + n - m->n_sources, m->sources, m->n_sources * sizeof(*asked));
	g->asked = asked;
	g->n_asked = n;
}

static void igmp_query_group(struct gonet_igmp *igmp, struct igmp_group *g,
			     const struct igmp_message *m, u64 most)
{
	bool pending = !RB_EMPTY_NODE(&g->answer.node.node);

	if (!g->users || !igmp_told(g))
		return;
	if (g->iface->version == 3)
		igmp_query_sources(g, m, pending);
	igmp_due_by(igmp, &g->answer, get_jiffies_64() + igmp_random(most));
}

static void igmp_query_all(struct gonet_igmp *igmp, struct igmp_iface *iface,
			   const struct igmp_message *m, u64 most)
{
	struct igmp_group *g;
	unsigned long key;

	if (iface->version == 3) {
		igmp_due_by(igmp, &iface->general, get_jiffies_64() + igmp_random(most));
		return;
	}
	xa_for_each(&iface->groups, key, g)
		igmp_query_group(igmp, g, m, most);
}

/* RFC 3376 5.2, RFC 2236 3 */
static void igmp_query(struct gonet_igmp *igmp, struct igmp_iface *iface,
		       const struct igmp_message *m)
{
	struct igmp_group *g;
	u64 most;

	igmp_query_version(igmp, iface, m);
	/* A querier of version 1 means 10 s, whatever newer ones say (RFC 2236 4). */
	most = (iface->version == 1 ? 100 : m->max_resp) * IGMP_TENTH;
	if (!m->group) {
		igmp_query_all(igmp, iface, m, most);
		return;
	}
	g = igmp_group_find(iface, m->group);
	if (g)
		igmp_query_group(igmp, g, m, most);
}

/* RFC 2236 3: what another member says needs not be said again. */
static void igmp_report_heard(struct gonet_igmp *igmp, struct igmp_iface *iface,
			      const struct igmp_message *m)
{
	struct igmp_group *g;

	/* First: with another version, groups that nobody is a member of go. */
	igmp_version_check(igmp, iface);
	g = igmp_group_find(iface, m->group);
	if (!g || iface->version == 3)
		return;
	igmp_due_cancel(igmp, &g->answer);
	g->repeats = 0;
	g->last_reporter = false;
}

/* RFC 2113; options have been found sound. */
static bool igmp_router_alert(const struct sk_buff *skb)
{
	struct ipv4_options_in in = {};
	struct ipv4_options_out out;
	u8 opts[IPV4_OPTIONS_MAX];
	unsigned int len = GONET_CB(skb)->optlen;

	memcpy(opts, ip_hdr(skb) + 1, len);
	return ipv4_options_process(opts, len, &in, &out) == IPV4_OPTIONS_OK && out.router_alert;
}

/*
 * RFC 3376 4 and 9.1, RFC 2236 2 and 6: who is not on the link cannot make such a
 * message, and a general query comes to nobody but all.
 */
static bool igmp_believed(const struct sk_buff *skb, const struct igmp_message *m)
{
	const struct gonet_cb *cb = GONET_CB(skb);

	if (cb->ttl != 1 || cb->flags & GONET_CB_LOOPBACK || cb->addr_type == RTN_BROADCAST)
		return false;
	if (m->type != IGMP_PACKET_QUERY)
		return m->version == 3 || m->type == IGMP_PACKET_LEAVE || m->group == cb->daddr;
	if (m->version > 1 && !igmp_router_alert(skb))
		return false;
	return m->group || cb->addr_type == RTN_LOCAL ||
	       cb->daddr == htonl(INADDR_ALLHOSTS_GROUP);
}

static void igmp_drop(struct gonet_igmp *igmp, struct sk_buff *skb, enum gonet_drop reason)
{
	gonet_count(igmp->stack, IgmpInErrors);
	gonet_drop(igmp->stack, skb, reason);
}

static void igmp_act(struct gonet_igmp *igmp, struct sk_buff *skb, const struct igmp_message *m)
{
	struct igmp_iface *iface = igmp_iface_find(igmp, GONET_CB(skb)->iif);

	if (!iface || !iface->speaks || !iface->running || !igmp_believed(skb, m)) {
		gonet_drop(igmp->stack, skb, GONET_DROP_IGMP_IGNORED);
		return;
	}
	if (m->type == IGMP_PACKET_QUERY) {
		gonet_count(igmp->stack, IgmpInQueries);
		igmp_query(igmp, iface, m);
	} else {
		gonet_count(igmp->stack, IgmpInReports);
		if (m->type == IGMP_PACKET_REPORT_V1 || m->type == IGMP_PACKET_REPORT_V2)
			igmp_report_heard(igmp, iface, m);
	}
	consume_skb(skb);
}

/**
 * igmp_receive() - act upon a message
 * @igmp: the groups
 * @skb: the message, data at its header; given away
 */
void igmp_receive(struct gonet_igmp *igmp, struct sk_buff *skb)
{
	struct igmp_message m;

	gonet_count(igmp->stack, IgmpInMsgs);
	gonet_ipv4_no_offload(skb);
	if (skb->len < IGMP_PACKET_LEN || skb_linearize(skb)) {
		igmp_drop(igmp, skb, GONET_DROP_IGMP_SHORT);
		return;
	}
	if (skb_checksum_simple_validate(skb)) {
		igmp_drop(igmp, skb, GONET_DROP_IGMP_CSUM);
		return;
	}
	switch (igmp_parse(skb->data, skb->len, &m)) {
	case IGMP_PACKET_OK:
		igmp_act(igmp, skb, &m);
		break;
	case IGMP_PACKET_SHORT:
		igmp_drop(igmp, skb, GONET_DROP_IGMP_SHORT);
		break;
	case IGMP_PACKET_TYPE:
	case IGMP_PACKET_GROUP:
		igmp_drop(igmp, skb, GONET_DROP_IGMP_TYPE);
		break;
	}
}
