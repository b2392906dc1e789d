// SPDX-License-Identifier: GPL-2.0
/*
 * The payload of a connection's send half, from SND.UNA on: what has been sent is kept
 * until it is acknowledged. Packets are built from any stretch of it; they share its pages.
 */
#include <linux/skbuff.h>
#include <net/sock.h>

#include "tcp_send.h"

/* Payload that a packet has beside its headers, most; more goes into pages. */
#define TCP_QUEUE_LINEAR	1024

/* Whether a small piece can be added to the last packet, which it then joins. */
static bool tcp_queue_join(struct tcp_send *s, struct sk_buff *tail, struct sk_buff *skb)
{
	unsigned int len = skb->len, n = skb_shinfo(tail)->nr_frags, at;
	struct page_frag *frag = &s->frag;

	if (skb_is_nonlinear(skb) || tail->len + len > 32768)
		return false;
	if (!skb_page_frag_refill(len, frag, GFP_ATOMIC | __GFP_NOWARN))
		return false;
	at = frag->offset;
	if (skb_can_coalesce(tail, n, frag->page, at)) {
		skb_frag_size_add(&skb_shinfo(tail)->frags[n - 1], len);
	} else if (n < MAX_SKB_FRAGS) {
		get_page(frag->page);
		skb_fill_page_desc(tail, n, frag->page, at, len);
	} else {
		return false;
	}
	skb_copy_from_linear_data(skb, page_address(frag->page) + at, len);
	frag->offset += len;
	tail->len += len;
	tail->data_len += len;
	tail->truesize += len;
	refcount_add(len, &s->gt->gs.inet.sk.sk_wmem_alloc);
	tcp_mem_add(s->stack, len);
	consume_skb(skb);
	return true;
}

/**
 * tcp_queue_add() - payload from the program
 * @s: the send half
 * @skb: the payload, charged to the socket; given away
 *
 * While there is unsent payload, small pieces are gathered.
 */
void tcp_queue_add(struct tcp_send *s, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&s->queue);
	u32 len = skb->len;

	if (!tail || !seq_before(s->s.nxt, s->end) || !tcp_queue_join(s, tail, skb))
		__skb_queue_tail(&s->queue, skb);
	s->end += len;
}

/* Lets go of the memory into which small payload was to be gathered. */
static void tcp_queue_forget(struct tcp_send *s)
{
	if (s->frag.page)
		put_page(s->frag.page);
	s->frag.page = NULL;
}

/**
 * tcp_queue_free() - let go of what has been acknowledged
 * @s: the send half
 * @una: the first sequence number that has not been
 */
void tcp_queue_free(struct tcp_send *s, u32 una)
{
	struct sk_buff *skb;

	while ((skb = skb_peek(&s->queue)) && seq_before_eq(s->head + skb->len, una)) {
		__skb_unlink(skb, &s->queue);
		s->head += skb->len;
		if (s->hint == skb)
			s->hint = NULL;
		consume_skb(skb);
	}
	/* 32 KiB that an idle connection would keep for nothing. */
	if (!skb)
		tcp_queue_forget(s);
}

/**
 * tcp_queue_purge() - let go of everything
 * @s: the send half, which ends
 */
void tcp_queue_purge(struct tcp_send *s)
{
	s->hint = NULL;
	__skb_queue_purge(&s->queue);
	tcp_queue_forget(s);
}

/* The packet that has the byte @seq, and where that is in it. */
static struct sk_buff *tcp_queue_find(struct tcp_send *s, u32 seq, u32 *off)
{
	struct sk_buff *skb = skb_peek(&s->queue);
	u32 at = s->head;

	if (s->hint && seq_before_eq(s->hint_seq, seq)) {
		skb = s->hint;
		at = s->hint_seq;
	}
	while (skb && seq_before_eq(at + skb->len, seq)) {
		at += skb->len;
		skb = skb_queue_is_last(&s->queue, skb) ? NULL : skb_queue_next(&s->queue, skb);
	}
	if (!skb)
		return NULL;
	s->hint = skb;
	s->hint_seq = at;
	*off = seq - at;
	return skb;
}

static struct sk_buff *tcp_queue_next(struct tcp_send *s, struct sk_buff *skb)
{
	return skb_queue_is_last(&s->queue, skb) ? NULL : skb_queue_next(&s->queue, skb);
}

/* How many page fragments bytes @off to @off + @len of a packet take. */
static unsigned int tcp_queue_frags(const struct sk_buff *skb, u32 off, u32 len)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u32 at = skb_headlen(skb);
	unsigned int i, n = 0;

	if (off < at)
		n++;	/* of linear bytes behind others a copy is made */
	for (i = 0; i < info->nr_frags && at < off + len; i++) {
		u32 size = skb_frag_size(&info->frags[i]);

		if (off < at + size)
			n++;
		at += size;
	}
	return n;
}

/**
 * tcp_queue_fit() - how much of a stretch one packet can hold
 * @s: the send half
 * @seq: where it begins
 * @len: its bytes, at least one, all of which are in the queue
 * @linear: set: of these, how many are to be beside the headers
 *
 * Return: how many fit; 0 if the queue does not have that stretch.
 */
u32 tcp_queue_fit(struct tcp_send *s, u32 seq, u32 len, u32 *linear)
{
	unsigned int frags = 0;
	struct sk_buff *skb;
	u32 off, fits = 0;

	*linear = 0;
	skb = tcp_queue_find(s, seq, &off);
	for (; skb && fits < len; skb = tcp_queue_next(s, skb)) {
		u32 part = min(skb->len - off, len - fits), head;

		head = off < skb_headlen(skb) ? min(skb_headlen(skb) - off, part) : 0;
		if (fits == *linear && *linear + head <= TCP_QUEUE_LINEAR) {
			*linear += head;
			if (part > head)
				frags += tcp_queue_frags(skb, off + head, part - head);
		} else {
			frags += tcp_queue_frags(skb, off, part);
		}
		if (frags > MAX_SKB_FRAGS)
			break;
		fits += part;
		off = 0;
	}
	return fits;
}

static int tcp_queue_add_page(struct sk_buff *skb, struct page *page, u32 off, u32 len)
{
	unsigned int n = skb_shinfo(skb)->nr_frags;

	if (skb_can_coalesce(skb, n, page, off)) {
		skb_frag_size_add(&skb_shinfo(skb)->frags[n - 1], len);
	} else {
		if (n >= MAX_SKB_FRAGS)
			return -EMSGSIZE;
		get_page(page);
		skb_fill_page_desc(skb, n, page, off, len);
	}
	skb->len += len;
	skb->data_len += len;
	skb->truesize += len;
	return 0;
}

/* Linear bytes that come behind others: through a page of their own. */
static int tcp_queue_copy_out(struct tcp_send *s, const struct sk_buff *from, u32 off, u32 len,
			      struct sk_buff *skb)
{
	struct page_frag *frag = &s->frag;
	int err;

	if (!skb_page_frag_refill(len, frag, GFP_ATOMIC | __GFP_NOWARN))
		return -ENOMEM;
	memcpy(page_address(frag->page) + frag->offset, from->data + off, len);
	err = tcp_queue_add_page(skb, frag->page, frag->offset, len);
	if (!err)
		frag->offset += len;
	return err;
}

/* Bytes @off to @off + @len of @from, as pages. */
static int tcp_queue_share(struct tcp_send *s, const struct sk_buff *from, u32 off, u32 len,
			   struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(from);
	u32 at = skb_headlen(from), part;
	unsigned int i;
	int err;

	if (off < at) {
		part = min(at - off, len);
		err = tcp_queue_copy_out(s, from, off, part, skb);
		if (err)
			return err;
		off += part;
		len -= part;
	}
	for (i = 0; i < info->nr_frags && len; i++) {
		const skb_frag_t *f = &info->frags[i];
		u32 size = skb_frag_size(f);

		if (off < at + size) {
			part = min(at + size - off, len);
			err = tcp_queue_add_page(skb, skb_frag_page(f),
						 skb_frag_off(f) + off - at, part);
			if (err)
				return err;
			off += part;
			len -= part;
		}
		at += size;
	}
	return 0;
}

/**
 * tcp_queue_copy() - put a stretch of the payload into a packet
 * @s: the send half
 * @seq: where it begins
 * @len: its bytes, as tcp_queue_fit() said
 * @linear: as that said
 * @skb: the packet, empty, with tailroom for @linear bytes
 *
 * Return: 0; -ENOMEM.
 */
int tcp_queue_copy(struct tcp_send *s, u32 seq, u32 len, u32 linear, struct sk_buff *skb)
{
	struct sk_buff *from;
	u32 off;
	int err = 0;

	from = tcp_queue_find(s, seq, &off);
	for (; from && len && !err; from = tcp_queue_next(s, from)) {
		u32 part = min(from->len - off, len), head;

		head = off < skb_headlen(from) ? min3(skb_headlen(from) - off, part, linear) : 0;
		if (head) {
			skb_put_data(skb, from->data + off, head);
			linear -= head;
		}
		if (part > head)
			err = tcp_queue_share(s, from, off + head, part - head, skb);
		len -= part;
		off = 0;
	}
	return err;
}
