// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of cutting packets (ip/ipv4_frag.c): wherever their payload lies, together the
 * fragments are the packet. Reading them is done by hand here, so that no other part of
 * the stack makes up for what is wrong.
 */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>

#include <gonet/ipv4.h>
#include <gonet/stack.h>

#include "../ip/ip.h"
#include "fail_nth.h"

#define FRAG_LONGEST	65535

/**
 * struct frag_rig - a stack that only counts, and what has been sent
 * @stack: the stack
 * @sent: the packets
 * @rnd: what packets are like
 */
struct frag_rig {
	struct gonet_stack stack;
	struct sk_buff_head sent;
	struct rnd_state rnd;
};

static int frag_init(struct kunit *test)
{
	struct frag_rig *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	test->priv = r;
	__skb_queue_head_init(&r->sent);
	prandom_seed_state(&r->rnd, 791);
	r->stack.counters = alloc_percpu(struct gonet_counters);
	return r->stack.counters ? 0 : -ENOMEM;
}

static void frag_exit(struct kunit *test)
{
	struct frag_rig *r = test->priv;

	__skb_queue_purge(&r->sent);
	free_percpu(r->stack.counters);
}

static unsigned long frag_count(struct frag_rig *r, enum gonet_mib which)
{
	unsigned long n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		n += per_cpu_ptr(r->stack.counters, cpu)->mib[which];
	return n;
}

static unsigned int frag_random(struct frag_rig *r, unsigned int below)
{
	return prandom_u32_state(&r->rnd) % below;
}

static u8 frag_byte(unsigned int off)
{
	return (off * 2654435761U) >> 24;
}

static void frag_fill(u8 *to, unsigned int off, unsigned int len)
{
	while (len--)
		*to++ = frag_byte(off++);
}

/* Adds pages with up to @len bytes of payload from @off on. Return: how many. */
static unsigned int frag_add_pages(struct frag_rig *r, struct sk_buff *skb, unsigned int off,
				   unsigned int len)
{
	unsigned int i, n, done = 0;
	struct page *page;

	for (i = 0; i < MAX_SKB_FRAGS && done < len; i++, done += n) {
		page = alloc_page(GFP_KERNEL);
		if (!page)
			break;
		n = min_t(unsigned int, 1 + frag_random(r, PAGE_SIZE), len - done);
		frag_fill(page_address(page) + PAGE_SIZE - n, off + done, n);
		skb_add_rx_frag(skb, i, page, PAGE_SIZE - n, n, PAGE_SIZE);
	}
	return done;
}

/* Adds a chain with @len bytes from @off on, as reassembly makes it. */
static void frag_add_chain(struct kunit *test, struct sk_buff *head, unsigned int off,
			   unsigned int len)
{
	struct sk_buff **tail = &skb_shinfo(head)->frag_list, *skb;
	struct frag_rig *r = test->priv;
	unsigned int linear, n;

	while (len) {
		linear = min(frag_random(r, 2000), len);
		skb = alloc_skb(linear, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		frag_fill(skb_put(skb, linear), off, linear);
		n = linear + frag_add_pages(r, skb, off + linear, len - linear);
		*tail = skb;
		tail = &skb->next;
		head->len += n;
		head->data_len += n;
		head->truesize += skb->truesize;
		off += n;
		len -= n;
	}
}

/* A packet of @len bytes with @optlen bytes of options, NOPs if there are none of ours. */
static struct sk_buff *frag_packet(struct kunit *test, unsigned int len, const u8 *opts,
				   unsigned int optlen)
{
	unsigned int hlen = sizeof(struct iphdr) + optlen, off = 0, payload = len - hlen;
	struct frag_rig *r = test->priv;
	struct sk_buff *skb;
	struct iphdr *iph;

	off = min(frag_random(r, 3) ? 0 : frag_random(r, 3000), payload);
	skb = alloc_skb(hlen + off, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	iph = skb_put_zero(skb, hlen);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, hlen);
	iph->version = 4;
	iph->ihl = hlen / 4;
	iph->tot_len = htons(len);
	iph->id = htons(0x1234);
	iph->ttl = 64;
	iph->protocol = IPPROTO_UDP;
	iph->saddr = htonl(0x0a000001);
	iph->daddr = htonl(0x0a000002);
	if (optlen)
		memcpy(iph + 1, opts, optlen);
	ip_send_check(iph);
	frag_fill(skb_put(skb, off), 0, off);
	off += frag_add_pages(r, skb, off, frag_random(r, 3) ? payload - off : 0);
	if (off < payload)
		frag_add_chain(test, skb, off, payload - off);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	GONET_CB(skb)->oif = 7;
	return skb;
}

static void frag_sent(void *arg, struct sk_buff *skb)
{
	struct frag_rig *r = arg;

	__skb_queue_tail(&r->sent, skb);
}

/*
 * All that has been sent is a packet with @payload bytes in pieces of at most @mtu, from
 * offset @first of a datagram on; with @more of it to follow.
 */
static void frag_check(struct kunit *test, unsigned int payload, unsigned int mtu,
		       unsigned int first, bool more)
{
	struct frag_rig *r = test->priv;
	unsigned int at = 0, hlen, n, i, flags;
	struct sk_buff *skb;
	struct iphdr *iph;

	while ((skb = __skb_dequeue(&r->sent))) {
		KUNIT_EXPECT_LE(test, skb->len, mtu);
		KUNIT_EXPECT_EQ(test, skb_linearize(skb), 0);
		iph = (struct iphdr *)skb->data;
		hlen = iph->ihl * 4;
		n = skb->len - hlen;
		flags = ntohs(iph->frag_off);
		KUNIT_EXPECT_EQ(test, ip_fast_csum(iph, iph->ihl), 0);
		KUNIT_EXPECT_EQ(test, ntohs(iph->tot_len), skb->len);
		KUNIT_EXPECT_EQ(test, ntohs(iph->id), 0x1234);
		KUNIT_EXPECT_EQ(test, (flags & IP_OFFSET) * 8, first + at);
		KUNIT_EXPECT_EQ(test, !!(flags & IP_MF), more || at + n < payload);
		KUNIT_EXPECT_TRUE(test, at + n == payload || !(n % 8));
		/* None is smaller than it must be, but the last. */
		KUNIT_EXPECT_TRUE(test, at + n == payload || skb->len + 8 > mtu);
		KUNIT_EXPECT_EQ(test, GONET_CB(skb)->oif, 7);
		for (i = 0; i < n && skb->data[hlen + i] == frag_byte(at + i); i++)
			;
		KUNIT_EXPECT_EQ_MSG(test, i, n, "a wrong byte of %u at %u, MTU %u", n, at, mtu);
		at += n;
		consume_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, at, payload);
}

static void frag__wherever_payload_lies(struct kunit *test)
{
	struct frag_rig *r = test->priv;
	unsigned int n, len, mtu;

	for (n = 0; n < 300; n++) {
		len = sizeof(struct iphdr) + 1 +
		      frag_random(r, n % 10 ? 9000 : FRAG_LONGEST - sizeof(struct iphdr));
		mtu = 68 + frag_random(r, n % 3 ? 1500 : 9000);
		gonet_ipv4_cut(&r->stack, frag_packet(test, len, NULL, 0), mtu, frag_sent, r);
		frag_check(test, len - sizeof(struct iphdr), mtu, 0, false);
	}
	KUNIT_EXPECT_EQ(test, frag_count(r, GONET_MIB_IpFragFails), 0);
}

static void frag__every_length_about_the_mtu(struct kunit *test)
{
	struct frag_rig *r = test->priv;
	unsigned int len, mtu, created;
	struct sk_buff *skb;

	for (mtu = 68; mtu < 84; mtu++) {
		for (len = 21; len < 3 * mtu; len++) {
			created = frag_count(r, GONET_MIB_IpFragCreates);
			skb = frag_packet(test, len, NULL, 0);
			gonet_ipv4_cut(&r->stack, skb, mtu, frag_sent, r);
			if (len <= mtu)
				KUNIT_EXPECT_PTR_EQ(test, skb_peek(&r->sent), skb);
			else
				created += skb_queue_len(&r->sent);
			KUNIT_EXPECT_EQ(test, frag_count(r, GONET_MIB_IpFragCreates), created);
			frag_check(test, len - sizeof(struct iphdr), mtu, 0, false);
		}
	}
}

/* The first fragment has all options, the others those that are to be copied. */
static void frag__options(struct kunit *test)
{
	/* Record route, which is not, and loose source route, which is. */
	static const u8 rr_lsrr[] = { 7, 7, 4, 0, 0, 0, 0, 0x83, 7, 4, 10, 0, 0, 9, 1, 0 };
	static const u8 lsrr[] = { 0x83, 7, 4, 10, 0, 0, 9 };
	u8 full[40];
	struct frag_rig *r = test->priv;
	struct sk_buff *skb;

	gonet_ipv4_cut(&r->stack, frag_packet(test, 1000, rr_lsrr, sizeof(rr_lsrr)), 576,
		       frag_sent, r);
	KUNIT_ASSERT_EQ(test, skb_queue_len(&r->sent), 2);
	skb = skb_peek(&r->sent);
	KUNIT_EXPECT_EQ(test, ip_hdrlen(skb), sizeof(struct iphdr) + sizeof(rr_lsrr));
	KUNIT_EXPECT_MEMEQ(test, skb->data + sizeof(struct iphdr), rr_lsrr, sizeof(rr_lsrr));
	skb = skb_peek_tail(&r->sent);
	KUNIT_EXPECT_EQ(test, ip_hdrlen(skb), sizeof(struct iphdr) + 8);
	KUNIT_EXPECT_MEMEQ(test, skb->data + sizeof(struct iphdr), lsrr, sizeof(lsrr));
	KUNIT_EXPECT_EQ(test, skb->data[sizeof(struct iphdr) + 7], IPOPT_END);
	frag_check(test, 1000 - sizeof(struct iphdr) - sizeof(rr_lsrr), 576, 0, false);

	/* The longest header and the smallest MTU: eight bytes fit. */
	memset(full, IPOPT_NOOP, sizeof(full));
	memcpy(full, lsrr, sizeof(lsrr));
	full[1] = 39;
	gonet_ipv4_cut(&r->stack, frag_packet(test, 60 + 100, full, sizeof(full)), 68,
		       frag_sent, r);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&r->sent), 13);
	frag_check(test, 100, 68, 0, false);
}

/* What a program has made a fragment itself is cut again. */
static void frag__of_a_fragment(struct kunit *test)
{
	struct frag_rig *r = test->priv;
	struct sk_buff *skb;
	int more;

	for (more = 0; more < 2; more++) {
		skb = frag_packet(test, 20 + 4000, NULL, 0);
		ip_hdr(skb)->frag_off = htons(1000 | (more ? IP_MF : 0));
		ip_send_check(ip_hdr(skb));
		gonet_ipv4_cut(&r->stack, skb, 576, frag_sent, r);
		frag_check(test, 4000, 576, 8000, more);
	}
}

/* A checksum that was only promised is there when the pieces leave. */
static void frag__promised_checksum(struct kunit *test)
{
	unsigned int n, len, at, part;
	struct frag_rig *r = test->priv;
	struct sk_buff *skb;
	__wsum sum;

	for (n = 0; n < 50; n++) {
		len = sizeof(struct udphdr) + 600 + frag_random(r, 5000);
		skb = frag_packet(test, sizeof(struct iphdr) + len, NULL, 0);
		KUNIT_ASSERT_TRUE(test, pskb_may_pull(skb, sizeof(struct iphdr) +
						      sizeof(struct udphdr)));
		udp_hdr(skb)->check = ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
							 len, IPPROTO_UDP, 0);
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = offsetof(struct udphdr, check);
		skb->ip_summed = CHECKSUM_PARTIAL;
		gonet_ipv4_cut(&r->stack, skb, 576, frag_sent, r);
		sum = 0;
		at = 0;
		while ((skb = __skb_dequeue(&r->sent))) {
			part = skb->len - ip_hdrlen(skb);
			sum = csum_block_add(sum, skb_checksum(skb, ip_hdrlen(skb), part, 0), at);
			at += part;
			KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_NONE);
			consume_skb(skb);
		}
		KUNIT_EXPECT_EQ(test, at, len);
		KUNIT_EXPECT_EQ(test, csum_tcpudp_magic(htonl(0x0a000001), htonl(0x0a000002), len,
							IPPROTO_UDP, sum), 0);
	}
}

/* Each allocation fails in turn: then all fragments are sent, or none, which is counted. */
static void frag__no_memory(struct kunit *test)
{
	struct frag_rig *r = test->priv;
	unsigned int n, fails = 0;
	struct sk_buff *skb;
	bool failed = true;

	for (n = 1; failed; n++) {
		skb = frag_packet(test, 4020, NULL, 0);
		fail_nth_alloc(n);
		gonet_ipv4_cut(&r->stack, skb, 576, frag_sent, r);
		failed = fail_nth_failed();
		if (failed && skb_queue_empty(&r->sent))
			fails++;
		else
			frag_check(test, 4000, 576, 0, false);
		KUNIT_EXPECT_EQ(test, frag_count(r, GONET_MIB_IpFragFails), fails);
		KUNIT_EXPECT_EQ(test, frag_count(r, GONET_MIB_IpFragOKs), n - fails);
	}
	/* Each of the fragments takes two, its head at least not to be had otherwise. */
	if (IS_ENABLED(CONFIG_FAULT_INJECTION))
		KUNIT_EXPECT_GE(test, fails, 8);
}

static struct kunit_case frag_cases[] = {
	KUNIT_CASE(frag__wherever_payload_lies),
	KUNIT_CASE(frag__every_length_about_the_mtu),
	KUNIT_CASE(frag__options),
	KUNIT_CASE(frag__of_a_fragment),
	KUNIT_CASE(frag__promised_checksum),
	KUNIT_CASE(frag__no_memory),
	{}
};

static struct kunit_suite frag_suite = {
	.name = "ipv4_frag",
	.init = frag_init,
	.exit = frag_exit,
	.test_cases = frag_cases,
};

kunit_test_suite(frag_suite);
