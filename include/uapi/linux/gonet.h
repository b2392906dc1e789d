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

#endif /* _UAPI_LINUX_GONET_H */
