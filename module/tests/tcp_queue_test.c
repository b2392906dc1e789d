// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of a send half's payload (tcp/tcp_queue.c): that a packet made of any stretch of
 * it has just these bytes, however they lie in memory. Each byte follows from its
 * sequence number, so that there is nothing to compare with that could be wrong alike.
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <net/sock.h>

#include "../tcp/tcp_send.h"

#define QUEUE_LINEAR	256	/* what sendmsg() does not put into pages, most */
#define QUEUE_BESIDE	1024	/* payload beside a packet's headers, most */
#define QUEUE_LONGEST	65536	/* stretch that is asked for */

/**
 * struct queue_rig - a send half of which there is but its queue
 * @stack: its stack, whose memory is never short
 * @tcp: that's table
 * @gt: its socket
 * @s: the send half
 * @rnd: what the packets are like
 */
struct queue_rig {
	struct gonet_stack stack;
	struct gonet_tcp tcp;
	struct gonet_stream gt;
	struct tcp_send s;
	struct rnd_state rnd;
};

static int queue_init(struct kunit *test)
{
	struct queue_rig *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	unsigned int i;

	if (!r)
		return -ENOMEM;
	test->priv = r;
	r->stack.tcp = &r->tcp;
	for (i = 0; i < ARRAY_SIZE(r->stack.conf.tcp_mem); i++)
		r->stack.conf.tcp_mem[i] = 1UL << 30;
	refcount_set(&r->gt.gs.inet.sk.sk_wmem_alloc, 1);
	r->gt.gs.stack = &r->stack;
	r->s.stack = &r->stack;
	r->s.gt = &r->gt;
	__skb_queue_head_init(&r->s.queue);
	/* Soon beyond the end of the sequence space. */
	r->s.head = -100000;
	r->s.end = r->s.head;
	r->s.s.nxt = r->s.head;
	prandom_seed_state(&r->rnd, 793);
	return percpu_counter_init(&r->tcp.mem, 0, GFP_KERNEL);
}

static void queue_exit(struct kunit *test)
{
	struct queue_rig *r = test->priv;

	tcp_queue_purge(&r->s);
	percpu_counter_destroy(&r->tcp.mem);
}

static u8 queue_byte(u32 seq)
{
	return (seq * 2654435761U) >> 24;
}

static void queue_fill(u8 *to, u32 seq, unsigned int len)
{
	while (len--)
		*to++ = queue_byte(seq++);
}

/* A packet at the queue's end with @linear bytes and @frags fragments of @size. */
static struct sk_buff *queue_skb(struct kunit *test, unsigned int linear, unsigned int frags,
				 unsigned int size)
{
	struct queue_rig *r = test->priv;
	struct sk_buff *skb = alloc_skb(linear, GFP_KERNEL);
	u32 seq = r->s.end + linear;
	struct page *page;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	queue_fill(skb_put(skb, linear), r->s.end, linear);
	for (i = 0; i < frags; i++, seq += size) {
		page = alloc_page(GFP_KERNEL);
		if (!page)
			break;
		/* At its end, so that what is beyond it would be noticed. */
		queue_fill(page_address(page) + PAGE_SIZE - size, seq, size);
		skb_add_rx_frag(skb, i, page, PAGE_SIZE - size, size, PAGE_SIZE);
	}
	KUNIT_EXPECT_EQ(test, i, frags);
	return skb;
}

static void queue_put(struct kunit *test, unsigned int linear, unsigned int frags,
		      unsigned int size)
{
	struct queue_rig *r = test->priv;

	tcp_queue_add(&r->s, queue_skb(test, linear, frags, size));
}

static unsigned int queue_random(struct queue_rig *r, unsigned int below)
{
	return prandom_u32_state(&r->rnd) % below;
}

/* Until there are @bytes: small pieces, pages, and both, as they come together. */
static void queue_put_random(struct kunit *test, u32 bytes)
{
	struct queue_rig *r = test->priv;
	u32 end = r->s.end + bytes;

	while ((s32)(r->s.end - end) < 0) {
		unsigned int linear = queue_random(r, 3) ? 0 : queue_random(r, QUEUE_LINEAR);
		unsigned int frags = queue_random(r, 3) ? queue_random(r, MAX_SKB_FRAGS + 1) : 0;

		if (!linear && !frags)
			linear = 1;
		queue_put(test, linear, frags, 1 + queue_random(r, PAGE_SIZE));
		/* What has been sent does not grow any more. */
		if (!queue_random(r, 4))
			r->s.s.nxt = r->s.end;
	}
}

/* Makes a packet of what fits. Return: how much that is. */
static u32 queue_check(struct kunit *test, u32 seq, u32 len)
{
	struct queue_rig *r = test->priv;
	struct sk_buff *skb;
	u32 linear, fits, i;
	u8 *bytes;

	fits = tcp_queue_fit(&r->s, seq, len, &linear);
	KUNIT_ASSERT_LE(test, fits, len);
	KUNIT_ASSERT_GT(test, fits, 0);
	KUNIT_ASSERT_LE(test, linear, min_t(u32, fits, QUEUE_BESIDE));
	skb = alloc_skb(linear, GFP_KERNEL);
	bytes = kvmalloc(fits, GFP_KERNEL);
	if (skb && bytes) {
		KUNIT_EXPECT_EQ(test, tcp_queue_copy(&r->s, seq, fits, linear, skb), 0);
		KUNIT_EXPECT_EQ(test, skb->len, fits);
		KUNIT_EXPECT_EQ(test, skb_headlen(skb), linear);
		KUNIT_EXPECT_EQ(test, skb_copy_bits(skb, 0, bytes, min(fits, skb->len)), 0);
		for (i = 0; i < fits && bytes[i] == queue_byte(seq + i); i++)
			;
		KUNIT_EXPECT_EQ_MSG(test, i, fits, "wrong byte of %u at %u", fits, seq);
	} else {
		KUNIT_FAIL(test, "no memory");
	}
	kvfree(bytes);
	kfree_skb(skb);
	return fits;
}

static void queue__any_stretch(struct kunit *test)
{
	struct queue_rig *r = test->priv;
	unsigned int n;
	u32 off;

	queue_put_random(test, 400000);
	for (n = 0; n < 1500; n++) {
		off = queue_random(r, r->s.end - r->s.head);
		queue_check(test, r->s.head + off,
			    1 + queue_random(r, min_t(u32, r->s.end - r->s.head - off,
						      QUEUE_LONGEST)));
	}
}

/* What does not fit into one packet goes into the next, to the last byte. */
static void queue__from_end_to_end(struct kunit *test)
{
	struct queue_rig *r = test->priv;
	u32 sizes[] = { 1, 536, 1448, 9000, QUEUE_LONGEST }, seq, linear;
	unsigned int i;

	queue_put_random(test, 200000);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (seq = r->s.head + (sizes[i] == 1 ? r->s.end - r->s.head - 3000 : 0);
		     seq != r->s.end;)
			seq += queue_check(test, seq, min(sizes[i], r->s.end - seq));
	KUNIT_EXPECT_EQ(test, tcp_queue_fit(&r->s, r->s.end, 1, &linear), 0);
}

static void queue__as_many_fragments_as_fit(struct kunit *test)
{
	struct queue_rig *r = test->priv;
	u32 linear;
	int i;

	for (i = 0; i < 40; i++)
		queue_put(test, 0, 1, 100);
	KUNIT_EXPECT_EQ(test, tcp_queue_fit(&r->s, r->s.head, 4000, &linear),
			MAX_SKB_FRAGS * 100);
	KUNIT_EXPECT_EQ(test, linear, 0);
	/* One byte later it begins and ends in the middle of one. */
	KUNIT_EXPECT_EQ(test, tcp_queue_fit(&r->s, r->s.head + 1, 4000 - 1, &linear),
			MAX_SKB_FRAGS * 100 - 1);
	KUNIT_EXPECT_EQ(test, queue_check(test, r->s.head + 1, 4000 - 1),
			MAX_SKB_FRAGS * 100 - 1);
}

/* The most that one packet of the queue can be made of: none of it is ever stuck. */
static void queue__largest_packets(struct kunit *test)
{
	struct queue_rig *r = test->priv;
	unsigned int i;
	u32 seq;

	for (i = 0; i < 8; i++) {
		r->s.s.nxt = r->s.end;
		queue_put(test, QUEUE_LINEAR, MAX_SKB_FRAGS, i % 2 ? 1 : PAGE_SIZE);
	}
	for (seq = r->s.head; seq != r->s.end; seq++)
		if (queue_random(r, 50) == 0)
			queue_check(test, seq, min_t(u32, r->s.end - seq, QUEUE_LONGEST));
}

static void queue__small_pieces_are_gathered(struct kunit *test)
{
	struct queue_rig *r = test->priv;
	struct sock *sk = &r->gt.gs.inet.sk;
	unsigned int i;

	/* Sent at once: nothing to gather. */
	for (i = 0; i < 3; i++) {
		queue_put(test, 1, 0, 0);
		r->s.s.nxt = r->s.end;
	}
	KUNIT_EXPECT_EQ(test, skb_queue_len(&r->s.queue), 3);
	KUNIT_EXPECT_EQ(test, refcount_read(&sk->sk_wmem_alloc), 1);
	for (i = 0; i < 40000; i++)
		queue_put(test, 1, 0, 0);
	KUNIT_EXPECT_LE(test, skb_queue_len(&r->s.queue), 3 + 2);
	/* And counted: each but the first of a packet by its bytes. */
	KUNIT_EXPECT_EQ(test, refcount_read(&sk->sk_wmem_alloc) - 1,
			40003 - skb_queue_len(&r->s.queue));
	KUNIT_EXPECT_EQ(test, percpu_counter_sum(&r->tcp.mem),
			40003 - skb_queue_len(&r->s.queue));
	KUNIT_EXPECT_EQ(test, r->s.end, r->s.head + 40003);
	queue_check(test, r->s.head, 40003);
	queue_check(test, r->s.head + 7, 40003 - 7);
}

/* Part of a packet keeps all of it; what was built from last may be among what goes. */
static void queue__acknowledged(struct kunit *test)
{
	struct queue_rig *r = test->priv;
	u32 una, linear;

	queue_put_random(test, 300000);
	r->s.s.nxt = r->s.end;
	for (una = r->s.head; una != r->s.end;) {
		una += min_t(u32, 1 + queue_random(r, 9000), r->s.end - una);
		tcp_queue_free(&r->s, una);
		KUNIT_ASSERT_LE(test, una - r->s.head, QUEUE_LINEAR + MAX_SKB_FRAGS * PAGE_SIZE);
		if (una != r->s.end)
			queue_check(test, una, min_t(u32, r->s.end - una, 1448));
	}
	KUNIT_EXPECT_EQ(test, r->s.head, r->s.end);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&r->s.queue));
	KUNIT_EXPECT_NULL(test, r->s.hint);
	KUNIT_EXPECT_NULL(test, r->s.frag.page);
	KUNIT_EXPECT_EQ(test, tcp_queue_fit(&r->s, r->s.end, 1, &linear), 0);
	queue_put(test, 100, 0, 0);
	queue_check(test, r->s.head, 100);
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE(queue__any_stretch),
	KUNIT_CASE(queue__from_end_to_end),
	KUNIT_CASE(queue__as_many_fragments_as_fit),
	KUNIT_CASE(queue__largest_packets),
	KUNIT_CASE_SLOW(queue__small_pieces_are_gathered),
	KUNIT_CASE(queue__acknowledged),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "tcp_queue",
	.init = queue_init,
	.exit = queue_exit,
	.test_cases = queue_cases,
};

kunit_test_suite(queue_suite);
