// SPDX-License-Identifier: GPL-2.0
/*
 * SIOCGONETIFCONF: the addresses of the stack with their interfaces, as SIOCGIFCONF
 * lists the native ones (netdevice(7)). The core answers that itself, so programs must
 * ask with another word.
 */
#include <linux/if.h>
#include <linux/in.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include <gonet/iface.h>
#include <gonet/route.h>

#include "socket.h"

/**
 * struct ifconf_list - a list being made
 * @stack: whose addresses
 * @entry: where they are put, or NULL to count them
 * @room: for how many
 * @n: how many there are
 */
struct ifconf_list {
	struct gonet_stack *stack;
	struct ifreq *entry;
	unsigned int room;
	unsigned int n;
};

static int ifconf_one(const struct gonet_addr *addr, void *arg)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = addr->local };
	struct ifconf_list *list = arg;
	struct gonet_iface *iface = gonet_iface_by_index(list->stack, addr->ifindex);
	struct ifreq *entry;

	if (!iface)
		return 0;
	if (list->entry) {
		if (list->n == list->room)
			return 1;
		entry = &list->entry[list->n];
		strscpy(entry->ifr_name, iface->name, IFNAMSIZ);
		memcpy(&entry->ifr_addr, &sin, sizeof(sin));
	}
	list->n++;
	return 0;
}

static void ifconf_walk(struct ifconf_list *list)
{
	u64 pos = 0;

	list->n = 0;
	rcu_read_lock();
	gonet_addr_walk(list->stack, &pos, ifconf_one, list);
	rcu_read_unlock();
}

/**
 * gonet_if_conf() - answer SIOCGONETIFCONF
 * @stack: the stack
 * @arg: a struct ifconf; without a buffer, the length that one needs is put there
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EINVAL, -EFAULT, -ENOMEM.
 */
int gonet_if_conf(struct gonet_stack *stack, void __user *arg)
{
	struct ifconf_list list = { .stack = stack };
	struct ifconf ifc;
	int err = 0;

	if (copy_from_user(&ifc, arg, sizeof(ifc)))
		return -EFAULT;
	if (ifc.ifc_buf && ifc.ifc_len < 0)
		return -EINVAL;
	ifconf_walk(&list);
	if (ifc.ifc_buf) {
		list.room = min_t(size_t, list.n, ifc.ifc_len / sizeof(*list.entry));
		list.entry = kvcalloc(max(list.room, 1U), sizeof(*list.entry), GFP_KERNEL_ACCOUNT);
		if (!list.entry)
			return -ENOMEM;
		ifconf_walk(&list);
	}
	ifc.ifc_len = list.n * sizeof(*list.entry);
	if ((list.entry && copy_to_user(ifc.ifc_buf, list.entry, ifc.ifc_len)) ||
	    copy_to_user(arg, &ifc, sizeof(ifc)))
		err = -EFAULT;
	kvfree(list.entry);
	return err;
}
