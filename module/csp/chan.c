// SPDX-License-Identifier: GPL-2.0
/*
 * Channels. A message is in exactly one place: with its sender, in the queue,
 * with its receiver, or given to the port's lost(). Every path below either
 * moves it one place further or leaves it where it was and says so.
 */
#include <linux/bottom_half.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "internal.h"

/* Gives an empty channel the smallest queue. */
static void csp_chan_small(struct csp_chan *ch)
{
	if (ch->grown)
		kfifo_free(&ch->fifo.q);
	ch->grown = false;
	/* Cannot fail: the slots are a power of two. */
	WARN_ON_ONCE(kfifo_init(&ch->fifo.q, ch->slots, sizeof(ch->slots)));
}

/* Makes a channel of zeroed memory. */
void csp_chan_set_up(struct csp_chan *ch, const struct csp_port *port)
{
	spin_lock_init(&ch->lock);
	init_waitqueue_head(&ch->rx_wait);
	init_waitqueue_head(&ch->tx_wait);
	ch->port = port;
	ch->depth = port->depth;
	csp_chan_small(ch);
}

/**
 * csp_chan_init() - make a channel
 * @ch: the channel
 * @port: its description; must outlive it
 *
 * Allocates nothing. Context: any.
 */
void csp_chan_init(struct csp_chan *ch, const struct csp_port *port)
{
	memset(ch, 0, sizeof(*ch));
	csp_chan_set_up(ch, port);
}
EXPORT_SYMBOL_GPL(csp_chan_init);

/**
 * csp_chan_set_depth() - have a channel take more messages, or fewer
 * @ch: the channel
 * @depth: most that may wait, at least 1
 *
 * What waits already stays, even if it is more. A port that bounds the bytes still does.
 *
 * Context: any but hard interrupt.
 *
 * Return: 0, or -EINVAL when @depth is 0, with which nothing could ever pass.
 */
int csp_chan_set_depth(struct csp_chan *ch, unsigned int depth)
{
	if (!depth)
		return -EINVAL;
	spin_lock_bh(&ch->lock);
	ch->depth = depth;
	spin_unlock_bh(&ch->lock);
	if (wq_has_sleeper(&ch->tx_wait))
		wake_up_all(&ch->tx_wait);
	return 0;
}
EXPORT_SYMBOL_GPL(csp_chan_set_depth);

/* Doubles the queue's slots; the depth bounds the length, not the slots. */
static bool csp_chan_grow(struct csp_chan *ch)
{
	struct csp_fifo bigger = {};
	void *msg;

	lockdep_assert_held(&ch->lock);
	if (kfifo_alloc(&bigger.q, 2 * ch->len, GFP_ATOMIC | __GFP_NOWARN))
		return false;
	while (kfifo_get(&ch->fifo.q, &msg))
		kfifo_put(&bigger.q, msg);
	csp_chan_small(ch);
	ch->fifo = bigger;
	ch->grown = true;
	return true;
}

/* Gives an empty queue's memory back when it had grown. Under no lock. */
void csp_chan_shrink(struct csp_chan *ch)
{
	spin_lock_bh(&ch->lock);
	if (!ch->len)
		csp_chan_small(ch);
	spin_unlock_bh(&ch->lock);
}

/* The bit of an input in &csp_proc.waiting. */
static int csp_chan_bit(const struct csp_chan *ch)
{
	return BIT(ch - ch->reader->in);
}

/* How many wait. Under @ch->lock. */
static void csp_chan_set_len(struct csp_chan *ch, unsigned int len)
{
	if (ch->reader && !ch->len != !len) {
		if (len)
			atomic_or(csp_chan_bit(ch), &ch->reader->waiting);
		else
			atomic_andnot(csp_chan_bit(ch), &ch->reader->waiting);
	}
	WRITE_ONCE(ch->len, len);
}

/* Whether a message of @size fits to those that wait. Under @ch->lock. */
static bool csp_chan_has_room(const struct csp_chan *ch, unsigned int size)
{
	if (ch->len >= ch->depth)
		return false;
	return !ch->port->size || !ch->len || ch->bytes + size <= ch->port->bytes;
}

static unsigned int csp_msg_size(const struct csp_chan *ch, const void *msg)
{
	return ch->port->size ? ch->port->size(msg) : 0;
}

static int csp_chan_put(struct csp_chan *ch, void *msg)
{
	unsigned int size = csp_msg_size(ch, msg);

	lockdep_assert_held(&ch->lock);
	if (ch->closed)
		return -EPIPE;
	if (!csp_chan_has_room(ch, size))
		return -ENOBUFS;
	if (kfifo_is_full(&ch->fifo.q) && !csp_chan_grow(ch))
		return -ENOMEM;
	kfifo_put(&ch->fifo.q, msg);
	ch->bytes += size;
	csp_chan_set_len(ch, ch->len + 1);
	ch->stats.queued++;
	if (ch->len > ch->stats.deepest)
		ch->stats.deepest = ch->len;
	return 0;
}

/*
 * Queues @msg and leaves the waking to the caller. Bottom halves disabled.
 * Return: 0, or -ENOBUFS, -ENOMEM or -EPIPE with @msg still the caller's.
 */
int csp_chan_queue(struct csp_chan *ch, void *msg)
{
	int err;

	spin_lock(&ch->lock);
	err = csp_chan_put(ch, msg);
	spin_unlock(&ch->lock);
	return err;
}

/*
 * Takes up to @max messages from the queue. Bottom halves disabled.
 * Return: how many.
 */
unsigned int csp_chan_take(struct csp_chan *ch, void **msgs, unsigned int max)
{
	unsigned int i, n;

	spin_lock(&ch->lock);
	n = kfifo_out(&ch->fifo.q, msgs, max);
	csp_chan_set_len(ch, ch->len - n);
	for (i = 0; ch->port->size && i < n; i++)
		ch->bytes -= ch->port->size(msgs[i]);
	spin_unlock(&ch->lock);
	if (n && wq_has_sleeper(&ch->tx_wait))
		wake_up_all(&ch->tx_wait);
	return n;
}

/* Tells whoever receives from @ch that something changed. */
static void csp_chan_notify(struct csp_chan *ch)
{
	if (ch->reader)
		csp_proc_kick(ch->reader);
	else if (wq_has_sleeper(&ch->rx_wait))	/* full barrier, pairs with set_current_state() */
		wake_up(&ch->rx_wait);
}

/*
 * Sends, or leaves @msg with the caller and says why: -EPIPE, -ENOBUFS, or
 * -ENOMEM when there is room but no memory to use it. Whoever waits for room
 * must tell the last two apart: only the first ends with a wake-up.
 */
int csp_chan_offer(struct csp_chan *ch, void *msg)
{
	int err = 0;

	WARN_ON_ONCE(in_hardirq());
	local_bh_disable();
	if (!ch->reader || !csp_proc_hand(ch->reader, ch, msg)) {
		err = csp_chan_queue(ch, msg);
		if (!err)
			csp_chan_notify(ch);
	}
	local_bh_enable();
	return err;
}

/* Counts a message as lost, with csp_send()'s error for the reason, and disposes of it. */
void csp_chan_lose(struct csp_chan *ch, void *msg, int err)
{
	spin_lock_bh(&ch->lock);
	if (err == -EPIPE)
		ch->stats.closed++;
	else
		ch->stats.full++;
	spin_unlock_bh(&ch->lock);
	ch->port->lost(msg, err == -EPIPE ? CSP_LOST_CLOSED : CSP_LOST_FULL);
}

/**
 * csp_send() - send, losing the message when there is no room
 * @ch: the channel
 * @msg: the message; given away in every case
 *
 * With handoff, and the reader idle with empty inputs, the reader's step has
 * already run when this returns. Never sleeps; for channels whose policy is
 * CSP_BLOCK see csp_send_wait().
 *
 * Return: 0; -ENOBUFS or -EPIPE when @msg went to the port's lost().
 */
int csp_send(struct csp_chan *ch, void *msg)
{
	int err = csp_chan_offer(ch, msg);

	if (unlikely(err)) {
		csp_chan_lose(ch, msg, err);
		return err == -EPIPE ? -EPIPE : -ENOBUFS;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(csp_send);

/**
 * csp_try_send() - send if there is room
 * @ch: the channel
 * @msg: the message; given away only on success
 *
 * Return: 0; -ENOBUFS when full, -EPIPE when closed.
 */
int csp_try_send(struct csp_chan *ch, void *msg)
{
	int err = csp_chan_offer(ch, msg);

	return err == -ENOMEM ? -ENOBUFS : err;
}
EXPORT_SYMBOL_GPL(csp_try_send);

/* Whether another try to send is worth it. */
static bool csp_chan_may_send(struct csp_chan *ch, unsigned int size)
{
	bool may;

	spin_lock_bh(&ch->lock);
	may = ch->closed || csp_chan_has_room(ch, size);
	spin_unlock_bh(&ch->lock);
	return may;
}

/**
 * csp_send_wait() - send, waiting for room
 * @ch: the channel
 * @msg: the message; given away only on success
 * @timeout: jiffies to wait at most, or MAX_SCHEDULE_TIMEOUT
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EPIPE when closed, -ETIMEDOUT, or -ERESTARTSYS for a signal.
 */
int csp_send_wait(struct csp_chan *ch, void *msg, long timeout)
{
	unsigned int size = csp_msg_size(ch, msg);
	int err;

	might_sleep();
	while ((err = csp_chan_offer(ch, msg)) && err != -EPIPE) {
		if (timeout <= 0)
			return -ETIMEDOUT;
		if (err == -ENOMEM) {
			/* Nobody wakes us when there is memory again. */
			timeout -= 1;
			schedule_timeout_interruptible(1);
		} else {
			timeout = wait_event_interruptible_timeout(ch->tx_wait,
								   csp_chan_may_send(ch, size),
								   timeout);
			if (timeout < 0)
				return timeout;
		}
		if (signal_pending(current))
			return -ERESTARTSYS;
	}
	return err;
}
EXPORT_SYMBOL_GPL(csp_send_wait);

/**
 * csp_try_recv() - receive if a message waits
 * @ch: a free-standing channel
 * @msg: where to put it; the caller's from then on
 *
 * Return: 0; -EAGAIN when empty, -EPIPE when empty and closed.
 */
int csp_try_recv(struct csp_chan *ch, void **msg)
{
	bool closed = csp_chan_closed(ch);	/* read before the length: see the invariants */
	unsigned int n;

	WARN_ON_ONCE(ch->reader);
	smp_rmb();	/* pairs with the lock in csp_chan_close() */
	local_bh_disable();
	n = csp_chan_take(ch, msg, 1);
	local_bh_enable();
	if (n)
		return 0;
	return closed ? -EPIPE : -EAGAIN;
}
EXPORT_SYMBOL_GPL(csp_try_recv);

/* Whether another try to receive is worth it. */
static bool csp_chan_may_recv(const struct csp_chan *ch)
{
	return csp_chan_len(ch) || csp_chan_closed(ch);
}

/**
 * csp_recv_batch() - receive what there is, waiting for the first message
 * @ch: a free-standing channel
 * @msgs: where to put them; the caller's from then on
 * @max: how many at most
 * @timeout: jiffies to wait at most, or MAX_SCHEDULE_TIMEOUT
 *
 * Context: process; may sleep.
 *
 * Return: how many; -EPIPE when empty and closed, -ETIMEDOUT, or -ERESTARTSYS.
 */
int csp_recv_batch(struct csp_chan *ch, void **msgs, unsigned int max, long timeout)
{
	unsigned int n;
	int err;

	might_sleep();
	while ((err = csp_try_recv(ch, msgs)) == -EAGAIN) {
		if (timeout <= 0)
			return -ETIMEDOUT;
		timeout = wait_event_interruptible_timeout(ch->rx_wait, csp_chan_may_recv(ch),
							   timeout);
		if (timeout < 0)
			return timeout;
	}
	if (err)
		return err;
	local_bh_disable();
	n = max > 1 ? csp_chan_take(ch, msgs + 1, max - 1) : 0;
	local_bh_enable();
	return n + 1;
}
EXPORT_SYMBOL_GPL(csp_recv_batch);

/**
 * csp_recv() - receive one message, waiting for it
 * @ch: a free-standing channel
 * @msg: where to put it; the caller's from then on
 * @timeout: jiffies to wait at most, or MAX_SCHEDULE_TIMEOUT
 *
 * Context: process; may sleep.
 *
 * Return: 0; -EPIPE when empty and closed, -ETIMEDOUT, or -ERESTARTSYS.
 */
int csp_recv(struct csp_chan *ch, void **msg, long timeout)
{
	int n = csp_recv_batch(ch, msg, 1, timeout);

	return n < 0 ? n : 0;
}
EXPORT_SYMBOL_GPL(csp_recv);

/**
 * csp_chan_close() - take no more messages
 * @ch: the channel
 *
 * What waits can still be received. Everybody who waits on the channel wakes.
 * Closing twice is harmless.
 */
void csp_chan_close(struct csp_chan *ch)
{
	spin_lock_bh(&ch->lock);
	WRITE_ONCE(ch->closed, true);
	spin_unlock_bh(&ch->lock);
	/* Full barriers, pair with set_current_state(); nobody sleeps on most. */
	if (wq_has_sleeper(&ch->tx_wait))
		wake_up_all(&ch->tx_wait);
	if (wq_has_sleeper(&ch->rx_wait))
		wake_up_all(&ch->rx_wait);
}
EXPORT_SYMBOL_GPL(csp_chan_close);

/* Frees the memory of a channel which is closed and empty. */
void csp_chan_free(struct csp_chan *ch)
{
	if (ch->grown)
		kfifo_free(&ch->fifo.q);
}

/**
 * csp_chan_destroy() - free a channel's memory
 * @ch: the channel, which nobody can use any more
 *
 * Closes it; messages still in it go to the port's lost().
 */
void csp_chan_destroy(struct csp_chan *ch)
{
	void *msg;

	csp_chan_close(ch);
	local_bh_disable();
	while (csp_chan_take(ch, &msg, 1))
		ch->port->lost(msg, CSP_LOST_CLOSED);
	local_bh_enable();
	csp_chan_small(ch);
}
EXPORT_SYMBOL_GPL(csp_chan_destroy);
