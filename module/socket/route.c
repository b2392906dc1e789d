// SPDX-License-Identifier: GPL-2.0
/*
 * The way of what a socket sends, found in the system call that sends, so that it can
 * say what is wrong with it.
 */
#include <linux/in.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include <gonet/iface.h>
#include <gonet/route.h>

#include "socket.h"

/* ip(7): IP_MULTICAST_IF and IP_MULTICAST_LOOP. */
static void route_group(const struct gonet_sock *gs, struct gonet_flow *flow)
{
	if (!flow->oif)
		flow->oif = READ_ONCE(gs->multicast_oif);
	if (!flow->saddr)
		flow->saddr = READ_ONCE(gs->inet.mc_addr);
	flow->no_loop = !gonet_sock_opt(gs, GONET_SOCK_MULTICAST_LOOP);
}

/**
 * gonet_sock_route() - find the way of a packet
 * @gs: the socket
 * @flow: where it goes; its addresses, where they are 0, are filled in, and its MTU
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; what gonet_route_lookup() says; -EACCES for a broadcast address without
 * SO_BROADCAST.
 */
int gonet_sock_route(struct gonet_sock *gs, struct gonet_flow *flow)
{
	struct gonet_iface *iface;
	struct gonet_path path;
	int err;

	if (ipv4_is_multicast(flow->daddr))
		route_group(gs, flow);
	rcu_read_lock();
	err = gonet_route_lookup(gs->stack, flow->daddr, flow->saddr, flow->oif, &path);
	if (err)
		goto out;
	err = -EACCES;
	if (path.type == RTN_BROADCAST && !sock_flag(&gs->inet.sk, SOCK_BROADCAST))
		goto out;
	err = -ENETUNREACH;
	if ((flow->local || sock_flag(&gs->inet.sk, SOCK_LOCALROUTE)) &&
	    flow->daddr && path.nexthop != flow->daddr)
		goto out;
	iface = gonet_iface_by_index(gs->stack, path.ifindex);
	if (!iface)
		goto out;
	flow->mtu = flow->flags & GONET_CB_IFACE_MTU ? gonet_iface_mtu(iface) :
						       gonet_path_mtu(&path, iface);
	if (!flow->daddr)
		flow->daddr = path.nexthop;	/* 0.0.0.0 is this host */
	if (!flow->saddr)
		flow->saddr = path.source;
	if (!flow->ttl)
		flow->ttl = path.type == RTN_MULTICAST ? READ_ONCE(gs->inet.mc_ttl) :
							 max(READ_ONCE(gs->inet.uc_ttl), 0);
	err = 0;
out:
	rcu_read_unlock();
	if (err == -ENETUNREACH)
		gonet_count(gs->stack, IpOutNoRoutes);
	return err;
}
