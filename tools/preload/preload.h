/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GONET_PRELOAD_H
#define _GONET_PRELOAD_H

#include <stdbool.h>

/* In the environment, set to anything: */
#define GONET_RUN_VERBOSE	"GONET_RUN_VERBOSE"	/* tell */
#define GONET_RUN_DATAGRAMS	"GONET_RUN_DATAGRAMS"	/* stream sockets stay native */

bool libc_text_redirect(int (*to)(int domain, int type, int protocol));

#endif /* _GONET_PRELOAD_H */
