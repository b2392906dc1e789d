/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of raw sockets tell each other. */
#ifndef _GONET_IP_RAW_H
#define _GONET_IP_RAW_H

#include <gonet/ipv4.h>
#include <gonet/sock.h>
#include <gonet/stack.h>

/* Inputs of a reader. */
enum {
	RAW_READER_IN,		/* skb: data at the IP header */
	RAW_READER_ERROR,	/* skb: data at the ICMP header of an error */
};

/* raw_reader.c */
struct csp_proc *raw_reader_start(struct gonet_sock *gs, u8 protocol);

#endif /* _GONET_IP_RAW_H */
