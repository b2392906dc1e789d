/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _GONET_PRELOAD_H
#define _GONET_PRELOAD_H

#include <stdbool.h>

#define GONET_RUN_VERBOSE	"GONET_RUN_VERBOSE"	/* in the environment: tell */

bool libc_text_redirect(int (*to)(int domain, int type, int protocol));

#endif /* _GONET_PRELOAD_H */
