/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What programs need to know of GoNet. */
#ifndef _UAPI_LINUX_GONET_H
#define _UAPI_LINUX_GONET_H

#include <linux/gonet_netlink.h>

/*
 * The socket family. It has the number of AF_ASH, which Linux lists and nothing
 * has ever used. Addresses are struct sockaddr_in; their family is AF_INET, or this.
 */
#define AF_GONET	18
#define PF_GONET	AF_GONET

/*
 * What Linux answers without asking the family, in words that it passes on: the
 * interfaces of the stack, as SIOCGIFCONF has them (netdevice(7)), and SO_REUSEPORT,
 * which Linux 6.1 has for its own families only. gonet-run translates.
 */
#define SIOCGONETIFCONF	0x89e0	/* SIOCPROTOPRIVATE; struct ifconf */
#define SOL_GONET	318
#define GONET_REUSEPORT	1	/* int */

#endif /* _UAPI_LINUX_GONET_H */
