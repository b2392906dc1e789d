/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Channels: bounded queues of pointers, the only link between processes.
 *
 * A message is a pointer. Whoever sends it gives it away; whoever receives it
 * owns it. A channel is either an input of a process (see proc.h), which is
 * then its only receiver, or free-standing, and then threads receive from it.
 *
 * Context: everything that does not say "may sleep" may be called from process
 * and softirq context, with bottom halves enabled or not, but never from hard
 * interrupt context.
 */
#ifndef _CSP_CHAN_H
#define _CSP_CHAN_H

#include <linux/kfifo.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct csp_proc;

/**
 * enum csp_full - what a send does when the channel is full
 * @CSP_DROP: the message is lost and counted; the sender goes on
 * @CSP_BLOCK: the sender, a thread, waits for room (csp_send_wait())
 */
enum csp_full {
	CSP_DROP,
	CSP_BLOCK,
};

/**
 * enum csp_lost - why a channel gave a message to its &csp_port.lost
 * @CSP_LOST_FULL: there was no room
 * @CSP_LOST_CLOSED: the channel was closed, or its reader has ended
 */
enum csp_lost {
	CSP_LOST_FULL,
	CSP_LOST_CLOSED,
};

/**
 * struct csp_port - how a channel is made; constant, usually static
 * @name: what listings call it
 * @depth: most messages that may wait, at least 1, unless csp_chan_set_depth() says otherwise
 * @full: policy of csp_send() when there is no room
 * @size: what a message weighs, in bytes; the same as long as it waits. Optional.
 * @bytes: with @size: most that waiting messages may weigh together; one alone may
 *	weigh more, or it could never pass
 * @step: for an input of a process: handles one message and returns. Runs with
 *	bottom halves disabled, never twice at once for one process. Owns @msg.
 * @lost: disposes of a message that will not be received. Any context that may
 *	send; the channel's lock is not held. Owns @msg.
 */
struct csp_port {
	const char *name;
	unsigned int depth;
	enum csp_full full;
	unsigned int (*size)(const void *msg);
	unsigned long bytes;
	void (*step)(struct csp_proc *proc, void *msg);
	void (*lost)(void *msg, enum csp_lost why);
};

/**
 * struct csp_chan_stats - what went through a channel, in messages
 * @queued: put into the queue
 * @handed: stepped on the spot by their sender, never queued
 * @full: lost because the queue was full
 * @closed: lost because the channel was closed
 * @deepest: most that ever waited at once
 */
struct csp_chan_stats {
	unsigned long queued;
	unsigned long handed;
	unsigned long full;
	unsigned long closed;
	unsigned int deepest;
};

#define CSP_SLOTS	4	/* messages that every channel has room for without an allocation */

struct csp_fifo {
	DECLARE_KFIFO_PTR(q, void *);
};

/**
 * struct csp_chan - a channel
 * @lock: guards every field down to @stats; innermost, BH-safe
 * @fifo: the waiting messages; starts in @slots and doubles up to @depth,
 *	so that ten thousand idle channels cost little, and the first messages need no
 *	memory
 * @grown: @fifo has left @slots
 * @len: how many wait; written under @lock, read anywhere
 * @depth: most that may
 * @bytes: what they weigh, where the port has a size
 * @closed: no message is taken any more; set once, under @lock
 * @stats: counters; @stats.handed belongs to whoever runs @reader
 * @slots: memory of the smallest queue
 * @port: how it was made
 * @reader: the process whose input this is, or NULL
 * @rx_wait: threads that wait for a message
 * @tx_wait: threads that wait for room
 *
 * Invariants: nothing is put in while @len is @depth or more; a channel that is closed
 * never grows; once @closed is seen set and @len 0, no message will follow.
 *
 * Lifetime: an input lives as long as its process. A free-standing channel is
 * its owner's, who calls csp_chan_destroy() when no thread can use it any more.
 */
struct csp_chan {
	spinlock_t lock;	/* see above */
	struct csp_fifo fifo;
	bool grown;
	bool closed;
	unsigned int len;
	unsigned int depth;
	unsigned long bytes;
	struct csp_chan_stats stats;
	void *slots[CSP_SLOTS];
	const struct csp_port *port;
	struct csp_proc *reader;
	wait_queue_head_t rx_wait;
	wait_queue_head_t tx_wait;
};

void csp_chan_init(struct csp_chan *ch, const struct csp_port *port);
void csp_chan_destroy(struct csp_chan *ch);
int csp_chan_set_depth(struct csp_chan *ch, unsigned int depth);
void csp_chan_close(struct csp_chan *ch);

int csp_send(struct csp_chan *ch, void *msg);
int csp_try_send(struct csp_chan *ch, void *msg);
int csp_send_wait(struct csp_chan *ch, void *msg, long timeout);

int csp_try_recv(struct csp_chan *ch, void **msg);
int csp_recv(struct csp_chan *ch, void **msg, long timeout);
int csp_recv_batch(struct csp_chan *ch, void **msgs, unsigned int max, long timeout);

/**
 * csp_chan_len() - how many messages wait
 * @ch: the channel
 *
 * Return: a snapshot; exact only for whoever excludes senders and receivers.
 */
static inline unsigned int csp_chan_len(const struct csp_chan *ch)
{
	return READ_ONCE(ch->len);
}

/**
 * csp_chan_closed() - whether the channel takes no more messages
 * @ch: the channel
 *
 * Return: true once it is closed, for ever.
 */
static inline bool csp_chan_closed(const struct csp_chan *ch)
{
	return READ_ONCE(ch->closed);
}

#endif /* _CSP_CHAN_H */
