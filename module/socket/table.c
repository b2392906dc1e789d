// SPDX-License-Identifier: GPL-2.0
/*
 * The sockets of a stack by number, for those who list them.
 *
 * A number is never given again, and the next one is always greater. So whoever
 * notes the newest number, and then goes through the sockets by ever greater numbers
 * up to that one, meets each socket that is there all the time exactly once and none
 * twice, however many are opened and closed meanwhile, and comes to an end.
 *
 * This is where a system call meets a table: the xarray's own lock keeps socket() and
 * close() of several threads apart, and these from processes whose connections begin and
 * end, so it is taken with bottom halves disabled. Who goes through it does so under RCU, which is
 * also what sockets (SOCK_RCU_FREE) and processes are freed by: what was found stays
 * until the end of the read section, though it may have been closed meanwhile.
 */
#include <net/sock.h>

#include "socket.h"

/**
 * gonet_sock_list() - give a socket a number and list it
 * @gs: the socket, set up
 * @gfp: how to allocate
 *
 * Context: any but hard interrupt; may sleep if @gfp says so.
 *
 * Return: 0 or -ENOMEM.
 */
int gonet_sock_list(struct gonet_sock *gs, gfp_t gfp)
{
	struct gonet_stack *stack = gs->stack;
	unsigned long number;
	int err;

	sock_set_flag(&gs->inet.sk, SOCK_RCU_FREE);
	xa_lock_bh(&stack->socks);
	number = stack->newest_sock + 1;
	WRITE_ONCE(stack->newest_sock, number);
	/* This may let go of the lock for a while, but the number has been taken. */
	err = __xa_insert(&stack->socks, number, gs, gfp);
	xa_unlock_bh(&stack->socks);
	if (!err)
		gs->number = number;
	return err;
}

/**
 * gonet_sock_unlist() - list a socket no longer
 * @gs: the socket; one that is not listed will do
 *
 * Context: any but hard interrupt.
 */
void gonet_sock_unlist(struct gonet_sock *gs)
{
	if (gs->number)
		xa_erase_bh(&gs->stack->socks, gs->number);
}

/**
 * gonet_sock_newest() - the greatest number that a socket has
 * @stack: whose sockets
 *
 * Context: any.
 *
 * Return: the number, or 0 if there has been no socket yet.
 */
unsigned long gonet_sock_newest(struct gonet_stack *stack)
{
	return READ_ONCE(stack->newest_sock);
}

/**
 * gonet_sock_next() - go through the sockets of a stack
 * @stack: whose sockets
 * @number: number after which to go on, 0 at first; becomes the found one's
 * @newest: greatest number that is of interest
 *
 * Context: under RCU.
 *
 * Return: the next socket, until the end of the read section, or NULL.
 */
struct gonet_sock *gonet_sock_next(struct gonet_stack *stack, unsigned long *number,
				   unsigned long newest)
{
	if (*number >= newest)
		return NULL;
	return xa_find_after(&stack->socks, number, newest, XA_PRESENT);
}
