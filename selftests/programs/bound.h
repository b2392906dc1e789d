/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that send and receive datagrams begin with.
 */
#ifndef SELFTESTS_PROGRAMS_BOUND_H
#define SELFTESTS_PROGRAMS_BOUND_H

#include <arpa/inet.h>
#include <err.h>
#include <sys/socket.h>

/**
 * open_bound() - open a datagram socket and bind it
 * @family: AF_INET or AF_GONET
 * @address: where, at a port that is free
 * @name: what it is bound to
 *
 * Return: the socket; without one the program ends.
 */
static inline int open_bound(int family, const char *address, struct sockaddr_in *name)
{
	int fd = socket(family, SOCK_DGRAM, 0);
	socklen_t len = sizeof(*name);

	*name = (struct sockaddr_in) { .sin_family = AF_INET };
	inet_pton(AF_INET, address, &name->sin_addr);
	if (fd < 0 || bind(fd, (void *)name, sizeof(*name)) ||
	    getsockname(fd, (void *)name, &len))
		err(1, "a socket at %s", address);
	return fd;
}

#endif /* SELFTESTS_PROGRAMS_BOUND_H */
