// SPDX-License-Identifier: GPL-2.0
/*
 * How large a packet may be (IP_MTU_DISCOVER; ip(7)): said in the system call that
 * sends it; the IPv4 writer cuts what may be cut.
 */
#include <linux/in.h>
#include <net/ip.h>
#include <net/sock.h>

#include "socket.h"

/**
 * gonet_mtu_discover() - what IP_MTU_DISCOVER asks for
 * @gs: the socket
 * @flow: set: how packets may be cut, and whose MTU counts
 *
 * Of the path's MTU, PROBE, INTERFACE and OMIT take no notice; what does not fit is
 * cut only with WANT, DONT and OMIT; DF is on what DO and PROBE send, and with WANT on
 * what fits.
 */
void gonet_mtu_discover(const struct gonet_sock *gs, struct gonet_flow *flow)
{
	u8 how = READ_ONCE(gs->inet.pmtudisc);

	flow->flags = how >= IP_PMTUDISC_PROBE ? GONET_CB_IFACE_MTU : 0;
	flow->whole = how >= IP_PMTUDISC_DO && how != IP_PMTUDISC_OMIT;
	if (how == IP_PMTUDISC_DO || how == IP_PMTUDISC_PROBE)
		flow->flags |= GONET_CB_DF;
	else if (how == IP_PMTUDISC_WANT)
		flow->flags |= GONET_CB_DF_IF_FITS;
}

/**
 * gonet_mtu_check() - whether a packet is small enough to be sent
 * @gs: the socket
 * @flow: where it goes
 * @len: bytes of payload; if it is several datagrams, each has yet to be checked
 *
 * Context: process.
 *
 * Return: 0, or -EMSGSIZE with the MTU in the queue of errors.
 */
int gonet_mtu_check(struct gonet_sock *gs, const struct gonet_flow *flow, size_t len)
{
	size_t whole = len + sizeof(struct iphdr) + gs->kind->hlen;
	unsigned int mtu = flow->segment ? IP_MAX_MTU : flow->mtu;

	if (whole <= (flow->whole ? mtu : IP_MAX_MTU))
		return 0;
	gonet_sock_local_error(gs, EMSGSIZE, flow->daddr, flow->dport, mtu);
	return -EMSGSIZE;
}
