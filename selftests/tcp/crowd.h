/* SPDX-License-Identifier: GPL-2.0 */
/* The server of crowd.c: sends back what it receives, to as many as there are. */
#ifndef _GONET_TCP_CROWD_H
#define _GONET_TCP_CROWD_H

#include <netinet/in.h>

/* Does not return. */
void crowd_serve(int family, const struct sockaddr_in *name);

#endif /* _GONET_TCP_CROWD_H */
