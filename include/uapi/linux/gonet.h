/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What programs need to know of GoNet. */
#ifndef _UAPI_LINUX_GONET_H
#define _UAPI_LINUX_GONET_H

#include <linux/gonet_netlink.h>

#endif /* _UAPI_LINUX_GONET_H */
