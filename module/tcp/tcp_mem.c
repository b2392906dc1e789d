// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that the connections of a stack take together: payload that is to be sent or
 * acknowledged, and what has arrived and is not read, in order or not.
 *
 * Each packet counts from when a socket owns it until it is freed. As natively, tcp_mem has
 * three limits, in pages. Above the first no buffer grows any more; when the second is
 * passed memory is short, until there is less than the first again, and as long peers are
 * offered small windows; above the third nothing new is taken but what a connection needs to
 * go on at all: a least buffer to write to, and a packet for a program that has read
 * everything. So whatever the programs do there is an end to it, and no connection hangs.
 *
 * The counter is per CPU, and exact where it is near to a limit.
 */
#include <linux/mm.h>
#include <linux/swap.h>
#include <net/sock.h>

#include "tcp.h"

#define TCP_MEM_BATCH	65536	/* bytes that a CPU may count before others see them */

/* The limits, as &gonet_conf.tcp_mem has them. */
enum {
	TCP_MEM_LOW,
	TCP_MEM_PRESSURE,
	TCP_MEM_HIGH,
};

static bool tcp_mem_above(struct gonet_stack *stack, unsigned int limit)
{
	s64 bytes = (s64)READ_ONCE(stack->conf.tcp_mem[limit]) << PAGE_SHIFT;

	return __percpu_counter_compare(&stack->tcp->mem, bytes, TCP_MEM_BATCH) > 0;
}

/* Whether memory is short now, or is no more. */
static void tcp_mem_look(struct gonet_stack *stack)
{
	struct gonet_tcp *tcp = stack->tcp;
	unsigned long since;

	if (!READ_ONCE(tcp->pressure)) {
		if (tcp_mem_above(stack, TCP_MEM_PRESSURE) &&
		    !cmpxchg(&tcp->pressure, 0, jiffies ?: 1))
			gonet_count(stack, TcpExtTCPMemoryPressures);
	} else if (!tcp_mem_above(stack, TCP_MEM_LOW)) {
		since = xchg(&tcp->pressure, 0);
		if (since)
			gonet_count_n(stack, TcpExtTCPMemoryPressuresChrono,
				      jiffies_to_msecs(jiffies - since));
	}
}

/**
 * tcp_mem_add() - connections take more memory, or less
 * @stack: their stack
 * @bytes: how much more
 *
 * Context: any.
 */
void tcp_mem_add(struct gonet_stack *stack, int bytes)
{
	percpu_counter_add_batch(&stack->tcp->mem, bytes, TCP_MEM_BATCH);
	if (bytes > 0 || unlikely(READ_ONCE(stack->tcp->pressure)))
		tcp_mem_look(stack);
}

/**
 * tcp_mem_short() - whether memory is so short that windows are to be small
 * @stack: the stack
 *
 * Context: any.
 *
 * Return: true while it is.
 */
bool tcp_mem_short(struct gonet_stack *stack)
{
	return READ_ONCE(stack->tcp->pressure);
}

/**
 * tcp_mem_may_grow() - whether buffers may become larger
 * @stack: the stack
 *
 * Context: any.
 *
 * Return: true if they may.
 */
bool tcp_mem_may_grow(struct gonet_stack *stack)
{
	return !tcp_mem_short(stack) && !tcp_mem_above(stack, TCP_MEM_LOW);
}

/**
 * tcp_mem_full() - whether nothing new is to be taken
 * @stack: the stack
 *
 * Context: any.
 *
 * Return: true if only what a connection cannot do without is.
 */
bool tcp_mem_full(struct gonet_stack *stack)
{
	return tcp_mem_above(stack, TCP_MEM_HIGH);
}

/* The socket may go with what it has sent, and the stack with the socket: counted before. */
static void tcp_mem_wfree(struct sk_buff *skb)
{
	tcp_mem_add(gonet_sk(skb->sk)->stack, -(int)skb->truesize);
	sock_wfree(skb);
}

static void tcp_mem_rfree(struct sk_buff *skb)
{
	tcp_mem_add(gonet_sk(skb->sk)->stack, -(int)skb->truesize);
	sock_rfree(skb);
}

/**
 * gonet_tcp_own() - payload to send takes memory of a socket's send buffer
 * @gt: the socket
 * @skb: the payload, nobody's
 *
 * Context: any.
 */
void gonet_tcp_own(struct gonet_stream *gt, struct sk_buff *skb)
{
	skb_set_owner_w(skb, &gt->gs.inet.sk);
	skb->destructor = tcp_mem_wfree;
	tcp_mem_add(gt->gs.stack, skb->truesize);
}

/**
 * tcp_mem_own() - payload that has arrived takes memory of a socket's receive buffer
 * @gt: the socket
 * @skb: the payload, nobody's
 *
 * Context: the receive half's step.
 */
void tcp_mem_own(struct gonet_stream *gt, struct sk_buff *skb)
{
	skb_set_owner_r(skb, &gt->gs.inet.sk);
	skb->destructor = tcp_mem_rfree;
	tcp_mem_add(gt->gs.stack, skb->truesize);
}

/**
 * gonet_tcp_spare() - how much a socket's send buffer may hold beside its own limit
 * @gt: the socket
 *
 * What tcp_wmem has as the least is every socket's, so that all go on, if slowly.
 *
 * Context: any.
 *
 * Return: bytes, INT_MAX for as much as it likes; nothing may be added if not positive.
 */
int gonet_tcp_spare(const struct gonet_stream *gt)
{
	struct gonet_stack *stack = gt->gs.stack;

	if (likely(!tcp_mem_full(stack)))
		return INT_MAX;
	return READ_ONCE(stack->conf.tcp_wmem[0]) - sk_wmem_alloc_get(&gt->gs.inet.sk);
}

/**
 * tcp_mem_init() - begin to count, with limits by how much memory the machine has
 * @stack: the stack, which has its &struct gonet_tcp
 *
 * Context: process; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int tcp_mem_init(struct gonet_stack *stack)
{
	unsigned long pages = max(nr_free_buffer_pages() / 16, 128UL);
	unsigned long *limits = stack->conf.tcp_mem;

	limits[TCP_MEM_LOW] = pages / 4 * 3;
	limits[TCP_MEM_PRESSURE] = pages;
	limits[TCP_MEM_HIGH] = pages / 4 * 3 * 2;
	return percpu_counter_init(&stack->tcp->mem, 0, GFP_KERNEL | __GFP_NOWARN);
}

/**
 * tcp_mem_destroy() - count no more
 * @stack: the stack, which no socket uses
 *
 * Context: process.
 */
void tcp_mem_destroy(struct gonet_stack *stack)
{
	WARN_ON(percpu_counter_sum(&stack->tcp->mem));
	percpu_counter_destroy(&stack->tcp->mem);
}
