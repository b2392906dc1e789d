// SPDX-License-Identifier: GPL-2.0
/*
 * Path MTU (RFC 1191): a router says that a packet did not fit through the link
 * behind it. Which of that is believed; exception.c keeps it.
 *
 * As natively, a message is heeded when it is about a packet of an own address and
 * there is who may have sent that: a socket with these ports or that identifier, a
 * raw socket of the protocol, or an echo request that awaits its answer.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>

#include <gonet/iface.h>
#include <gonet/stack.h>

#include "fib.h"
#include "logic/plateau.h"

/**
 * gonet_path_set_pmtu() - the MTU of a way, as far as it is known
 * @path: set
 * @node: what has been said of the destination, or NULL
 *
 * Context: under RCU.
 */
void gonet_path_set_pmtu(struct gonet_path *path, const struct gonet_exception_node *node)
{
	path->pmtu = unlikely(node) ? gonet_exception_mtu(node) : 0;
	path->pmtu_locked = path->pmtu && node->said.mtu_locked;
	path->pmtu_expires = path->pmtu ? node->mtu_expires : 0;
}

/**
 * gonet_path_mtu() - most bytes of an IP packet on a way
 * @path: the way
 * @iface: its interface
 *
 * Return: the interface's MTU, or the path's when that is less.
 */
unsigned int gonet_path_mtu(const struct gonet_path *path, const struct gonet_iface *iface)
{
	unsigned int mtu = gonet_iface_mtu(iface);

	return path->pmtu ? min(path->pmtu, mtu) : mtu;
}

/*
 * What the path's MTU comes down to. RFC 1191 5: routers that do not say it leave it
 * to be guessed. Below min_pmtu, and when it is not to be found out, it stays there,
 * and routers may cut what is larger: so a forged message cannot do much harm.
 */
static void gonet_pmtu_estimate(struct gonet_stack *stack, const struct iphdr *inner, u32 mtu,
				u32 current_mtu, struct gonet_exception *said)
{
	u32 least = READ_ONCE(stack->conf.min_pmtu);

	if (READ_ONCE(stack->conf.ip_no_pmtu_disc))
		mtu = 0;
	else if (!mtu)
		mtu = plateau_below(ntohs(inner->tot_len));
	said->mtu_locked = mtu < least;
	said->mtu = said->mtu_locked ? min(current_mtu, least) : mtu;
}

/**
 * gonet_pmtu_believed() - whether a path is as narrow as a message says
 * @stack: the stack
 * @inner: the packet that did not fit, of which IP header and 8 bytes are there
 * @mtu: what fits, as the message says; 0 when it does not say
 * @oif: the interface that the packet was sent by whatever the routes say, or 0
 * @said: set to what is to be noted
 *
 * An MTU never rises by what others say (RFC 1191 3).
 *
 * Context: under RCU.
 *
 * Return: true if it is to be noted.
 */
bool gonet_pmtu_believed(struct gonet_stack *stack, const struct iphdr *inner, u32 mtu, u32 oif,
			 struct gonet_exception *said)
{
	const struct gonet_fib_query query = { .daddr = inner->daddr, .oif = oif };
	const struct gonet_route *route;
	struct gonet_path path = {};
	struct gonet_iface *iface;
	u32 current_mtu;

	if (!gonet_addr_is_own(stack, 0, inner->saddr) ||
	    !gonet_addr_is_other_host(stack, inner->daddr) ||
	    gonet_fib_lookup(stack, &query, &route) || route->type != RTN_UNICAST)
		return false;
	iface = gonet_iface_by_index(stack, route->ifindex);
	if (!iface)
		return false;
	gonet_path_set_pmtu(&path, gonet_exception_find(stack, route, inner->daddr));
	current_mtu = gonet_path_mtu(&path, iface);
	*said = (struct gonet_exception) {
		.daddr = inner->daddr,
		.router = route->gateway,
		.ifindex = route->ifindex,
	};
	gonet_pmtu_estimate(stack, inner, mtu, current_mtu, said);
	/* What is known already lasts longer when it is said again. */
	return said->mtu < current_mtu ||
	       (said->mtu == current_mtu && (path.pmtu || said->mtu_locked));
}
