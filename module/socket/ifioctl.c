// SPDX-License-Identifier: GPL-2.0
/*
 * Questions about interfaces (netdevice(7)), answered for the stack's side, and how
 * interfaces are numbered for programs: as the native devices are that the stack's
 * interfaces are the far ends of, since those numbers are what if_nametoindex(3) and
 * SO_BINDTODEVICE know; a device in another namespace cannot be named by it, and its
 * interface has a number of its own. Nothing is changed here; that is what gonet(8) is for.
 */
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/sockios.h>
#include <net/sock.h>

#include <gonet/iface.h>
#include <gonet/route.h>
#include <uapi/linux/gonet.h>

#include "socket.h"

/*
 * Where the numbers of interfaces begin whose devices are in other namespaces: beyond
 * any that a device here has. To many programs 0 would mean that there is none.
 */
#define IF_NUMBER_AWAY	0x40000000

/* The number for programs. Under RCU. */
static int if_number(const struct gonet_iface *iface)
{
	if (!iface->dev)
		return LOOPBACK_IFINDEX;
	if (net_eq(dev_net(iface->dev), iface->stack->net))
		return iface->dev->ifindex;
	return IF_NUMBER_AWAY + (iface->index & (IF_NUMBER_AWAY - 1));
}

/* Under RCU. */
static struct gonet_iface *if_by_number(struct gonet_stack *stack, int ifindex)
{
	struct gonet_iface *iface;
	unsigned long index;

	xa_for_each(&stack->ifaces, index, iface)
		if (if_number(iface) == ifindex)
			return iface;
	return NULL;
}

/**
 * gonet_if_from_native() - the interface that programs know by a number
 * @stack: whose
 * @ifindex: the number, not 0
 *
 * Context: any.
 *
 * Return: &gonet_iface.index, or GONET_IF_NONE.
 */
u32 gonet_if_from_native(struct gonet_stack *stack, int ifindex)
{
	struct gonet_iface *iface;
	u32 index;

	rcu_read_lock();
	iface = if_by_number(stack, ifindex);
	index = iface ? iface->index : GONET_IF_NONE;
	rcu_read_unlock();
	return index;
}

/**
 * gonet_if_to_native() - by which number programs know an interface
 * @stack: whose
 * @index: &gonet_iface.index
 *
 * Context: any.
 *
 * Return: the number; 0 when it is gone.
 */
int gonet_if_to_native(struct gonet_stack *stack, u32 index)
{
	struct gonet_iface *iface;
	int ifindex;

	rcu_read_lock();
	iface = gonet_iface_by_index(stack, index);
	ifindex = iface ? if_number(iface) : 0;
	rcu_read_unlock();
	return ifindex;
}

/**
 * struct if_first - a search for the first address of an interface
 * @ifindex: &gonet_iface.index
 * @addr: what was found
 */
struct if_first {
	u32 ifindex;
	struct gonet_addr addr;
};

static int if_first_match(const struct gonet_addr *addr, void *arg)
{
	struct if_first *first = arg;

	if (addr->ifindex != first->ifindex)
		return 0;
	first->addr = *addr;
	return 1;
}

static void if_sockaddr(struct sockaddr *sa, __be32 addr)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = addr };

	memcpy(sa, &sin, sizeof(sin));
}

/* Under RCU. */
static int if_address(struct gonet_iface *iface, unsigned int cmd, struct ifreq *ifr)
{
	struct if_first first = { .ifindex = iface->index };
	u64 pos = 0;

	if (!gonet_addr_walk(iface->stack, &pos, if_first_match, &first))
		return -EADDRNOTAVAIL;
	switch (cmd) {
	case SIOCGIFNETMASK:
		if_sockaddr(&ifr->ifr_netmask, inet_make_mask(first.addr.plen));
		break;
	case SIOCGIFBRDADDR:
		if_sockaddr(&ifr->ifr_broadaddr, first.addr.broadcast);
		break;
	default:
		if_sockaddr(&ifr->ifr_addr, first.addr.local);
	}
	return 0;
}

static short if_flags(const struct gonet_iface *iface)
{
	short flags = iface->dev ? IFF_BROADCAST | IFF_MULTICAST : IFF_LOOPBACK;

	if (READ_ONCE(iface->up))
		flags |= IFF_UP;
	if (gonet_iface_running(iface))
		flags |= IFF_RUNNING;
	return flags;
}

/* Under RCU. */
static int if_answer(struct gonet_iface *iface, unsigned int cmd, struct ifreq *ifr)
{
	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFBRDADDR:
		return if_address(iface, cmd, ifr);
	case SIOCGIFINDEX:
		ifr->ifr_ifindex = if_number(iface);
		return 0;
	case SIOCGIFNAME:
		strscpy(ifr->ifr_name, iface->name, IFNAMSIZ);
		return 0;
	case SIOCGIFFLAGS:
		ifr->ifr_flags = if_flags(iface);
		return 0;
	case SIOCGIFMTU:
		ifr->ifr_mtu = gonet_iface_mtu(iface);
		return 0;
	case SIOCGIFHWADDR:
		memset(&ifr->ifr_hwaddr, 0, sizeof(ifr->ifr_hwaddr));
		ifr->ifr_hwaddr.sa_family = iface->dev ? ARPHRD_ETHER : ARPHRD_LOOPBACK;
		memcpy(ifr->ifr_hwaddr.sa_data, iface->mac, ETH_ALEN);
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int if_request(struct gonet_stack *stack, unsigned int cmd, void __user *arg)
{
	struct gonet_iface *iface;
	void __user *data;
	struct ifreq ifr;
	int err = -ENODEV;

	/* These know that it is shorter in 32-bit programs. */
	if (get_user_ifreq(&ifr, &data, arg))
		return -EFAULT;
	ifr.ifr_name[IFNAMSIZ - 1] = '\0';
	rcu_read_lock();
	if (cmd == SIOCGIFNAME)
		iface = if_by_number(stack, ifr.ifr_ifindex);
	else
		iface = gonet_iface_by_name(stack, ifr.ifr_name);
	if (iface)
		err = if_answer(iface, cmd, &ifr);
	rcu_read_unlock();
	return err ? err : put_user_ifreq(&ifr, arg);
}

/**
 * gonet_if_ioctl() - ioctl(2) about interfaces
 * @gs: the socket
 * @cmd: the request
 * @arg: a struct ifreq
 *
 * What is not answered here is refused: the core would answer it for, or change,
 * the native stack. SIOCGIFCONF never comes here: the core answers it itself, of the
 * native stack, whatever the family, so there is SIOCGONETIFCONF.
 *
 * Context: process.
 *
 * Return: 0; -ENODEV, -EADDRNOTAVAIL, -EFAULT; -EOPNOTSUPP for what only the native
 * stack does, -ENOTTY for what is no request to a socket.
 */
int gonet_if_ioctl(struct gonet_sock *gs, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case SIOCGIFADDR:
	case SIOCGIFNETMASK:
	case SIOCGIFBRDADDR:
	case SIOCGIFINDEX:
	case SIOCGIFNAME:
	case SIOCGIFFLAGS:
	case SIOCGIFMTU:
	case SIOCGIFHWADDR:
		return if_request(gs->stack, cmd, arg);
	case SIOCGONETIFCONF:
		return gonet_if_conf(gs->stack, arg);
	default:
		return _IOC_TYPE(cmd) == 0x89 ? -EOPNOTSUPP : -ENOTTY;
	}
}
