// SPDX-License-Identifier: GPL-2.0
/*
 * A reassembly: the process of one fragmented datagram (RFC 791 3.2, RFC 815,
 * RFC 1122 3.3.2). It owns the fragments of that datagram and nothing else. When it
 * has all, the datagram goes to the IPv4 dealer like a packet that arrived whole;
 * when the deadline comes first, the process dies with what it holds.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <net/ip.h>

#include <gonet/icmp.h>

#include "logic/ipv4_header.h"
#include "reasm.h"

/* Every datagram fits: 65515 bytes in the smallest fragments that there are. */
#define REASM_DEPTH	8192

static struct sk_buff *reasm_skb(struct holes_piece *piece)
{
	struct reasm_frag *f = container_of(piece, struct reasm_frag, piece);

	return container_of((void *)f, struct sk_buff, cb);
}

static void reasm_uncharge(const struct reasm_frag *f)
{
	atomic_long_sub(f->charged, &f->stack->frags[f->reader].bytes);
}

/**
 * gonet_reasm_frag_drop() - drop a fragment that has struct reasm_frag in its cb
 * @skb: the fragment, given away
 * @reason: why
 *
 * Context: any but hard interrupt.
 */
void gonet_reasm_frag_drop(struct sk_buff *skb, enum gonet_drop reason)
{
	struct gonet_stack *stack = REASM_FRAG(skb)->stack;

	reasm_uncharge(REASM_FRAG(skb));
	gonet_drop(stack, skb, reason);
}

static void reasm_lost(void *msg, enum csp_lost why)
{
	gonet_reasm_frag_drop(msg, why == CSP_LOST_FULL ? GONET_DROP_CHAN_FULL :
							  GONET_DROP_CHAN_CLOSED);
}

static void reasm_drop_all(struct reasm *r, enum gonet_drop reason)
{
	struct holes_piece *piece;

	while ((piece = holes_take(&r->holes)))
		gonet_reasm_frag_drop(reasm_skb(piece), reason);
}

/*
 * RFC 5722's rule, for IPv4: nothing comes of the datagram any more, nor of those of
 * its fragments that still arrive before the deadline.
 */
static void reasm_ruin(struct reasm *r, enum gonet_drop reason)
{
	gonet_count(r->stack, IpReasmFails);
	reasm_drop_all(r, reason);
	r->ruined = true;
	r->why = reason;
}

/* Puts struct gonet_cb, as the IPv4 dealer had set it, back in place of reasm_frag. */
static void reasm_restore_cb(struct reasm *r, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	struct reasm_frag f = *REASM_FRAG(skb);
	const struct iphdr *iph = ip_hdr(skb);

	reasm_uncharge(&f);
	memset(skb->cb, 0, sizeof(skb->cb));
	cb->stack = r->stack;
	cb->iif = r->key.iif;
	cb->saddr = iph->saddr;
	cb->daddr = iph->daddr;
	cb->protocol = iph->protocol;
	cb->tos = iph->tos;
	cb->ttl = iph->ttl;
	cb->flags = f.flags;
	cb->optlen = ip_hdrlen(skb) - sizeof(struct iphdr);
	cb->addr_type = f.addr_type;
}

/* Appends what is left of the pieces to @head, without copying a byte. */
static void reasm_chain(struct reasm *r, struct sk_buff *head)
{
	struct sk_buff **tail = &skb_shinfo(head)->frag_list;
	struct holes_piece *piece;

	while ((piece = holes_take(&r->holes))) {
		struct sk_buff *skb = reasm_skb(piece);

		reasm_uncharge(REASM_FRAG(skb));
		memset(skb->cb, 0, sizeof(skb->cb));
		skb->prev = NULL;
		*tail = skb;
		tail = &skb->next;
		head->len += skb->len;
		head->data_len += skb->len;
		head->truesize += skb->truesize;
		if (head->ip_summed != skb->ip_summed)
			head->ip_summed = CHECKSUM_NONE;
		else if (head->ip_summed == CHECKSUM_COMPLETE)
			head->csum = csum_add(head->csum, skb->csum);
	}
	*tail = NULL;
}

/*
 * The header of the whole: fragment 0's, with the length and the flags of a packet
 * that was never cut. A sender that forbade to fragment its fragments (RFC 1191
 * probing) forbids it for the whole, if the largest said so. RFC 3168 5.3 for @ecn.
 */
static void reasm_header(struct reasm *r, struct sk_buff *skb, u8 ecn)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(skb->len);
	iph->frag_off = r->max_df_size == r->max_size ? htons(IP_DF) : 0;
	iph->tos |= ecn;
	ip_send_check(iph);
}

/* Makes one packet of the complete pieces; data at its IP header. NULL: see @r->why. */
static struct sk_buff *reasm_build(struct reasm *r)
{
	int ecn = ipv4_fragments_ecn(r->ecn);
	struct sk_buff *head;
	unsigned int hlen;

	head = reasm_skb(holes_take(&r->holes));
	hlen = ip_hdrlen(head);
	/* Fragment 0 may have the longest header: the sum is known only now. */
	if (ecn < 0 || hlen + r->holes.total > IPV4_LEN_MAX) {
		r->why = GONET_DROP_FRAG_BAD;
		goto drop;
	}
	if (skb_unclone(head, GFP_ATOMIC)) {
		r->why = GONET_DROP_NO_MEMORY;
		goto drop;
	}
	reasm_restore_cb(r, head);
	skb_mark_not_on_list(head);
	head->prev = NULL;
	reasm_chain(r, head);
	__skb_push(head, hlen);
	reasm_header(r, head, ecn);
	GONET_CB(head)->flags &= GONET_CB_L2_GROUP | GONET_CB_LOOPBACK;
	GONET_CB(head)->flags |= GONET_CB_REASSEMBLED;
	return head;

drop:
	gonet_reasm_frag_drop(head, r->why);
	return NULL;
}

static void reasm_finish(struct csp_proc *proc, struct reasm *r)
{
	struct sk_buff *skb = reasm_build(r);

	if (skb) {
		gonet_count(r->stack, IpReasmOKs);
		csp_out_send(&r->ipv4_rx, skb);
	} else {
		gonet_count(r->stack, IpReasmFails);
		reasm_drop_all(r, r->why);
	}
	csp_proc_exit(proc);
}

/* What the datagram inherits from a fragment that is part of it. */
static void reasm_note(struct reasm *r, const struct iphdr *iph)
{
	u16 size = ntohs(iph->tot_len);

	r->ecn |= 1 << (iph->tos & 3);
	r->max_size = max(r->max_size, size);
	if (iph->frag_off & htons(IP_DF))
		r->max_df_size = max(r->max_df_size, size);
}

/* Takes the fragment to its place, if it has one. */
static enum holes_verdict reasm_add(struct reasm *r, struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int hlen = ip_hdrlen(skb);
	u16 frag = ntohs(iph->frag_off);
	enum holes_verdict verdict;

	verdict = holes_add(&r->holes, &REASM_FRAG(skb)->piece, (frag & IP_OFFSET) * 8,
			    skb->len - hlen, frag & IP_MF, hlen);
	if (verdict == HOLES_NEW) {
		reasm_note(r, iph);
		__skb_pull(skb, hlen);
	}
	return verdict;
}

static void reasm_step(struct csp_proc *proc, void *msg)
{
	struct reasm *r = csp_state(proc);
	struct sk_buff *skb = msg;

	if (r->ruined) {
		gonet_reasm_frag_drop(skb, r->why);
		return;
	}
	/* A chain cannot be part of a chain. */
	if (skb_has_frag_list(skb) && skb_linearize(skb)) {
		gonet_reasm_frag_drop(skb, GONET_DROP_NO_MEMORY);
		return;
	}
	switch (reasm_add(r, skb)) {
	case HOLES_NEW:
		if (holes_complete(&r->holes))
			reasm_finish(proc, r);
		break;
	case HOLES_DUPLICATE:
		gonet_reasm_frag_drop(skb, GONET_DROP_FRAG_DUPLICATE);
		break;
	case HOLES_BAD:
		gonet_reasm_frag_drop(skb, GONET_DROP_FRAG_BAD);
		break;
	case HOLES_OVERLAP:
		gonet_reasm_frag_drop(skb, GONET_DROP_FRAG_OVERLAP);
		reasm_ruin(r, GONET_DROP_FRAG_OVERLAP);
		break;
	case HOLES_CONFLICT:
		gonet_reasm_frag_drop(skb, GONET_DROP_FRAG_BAD);
		reasm_ruin(r, GONET_DROP_FRAG_BAD);
		break;
	}
}

/* RFC 1122 3.3.2: the sender hears of it only if fragment 0 is there to be quoted. */
static void reasm_tell_sender(struct reasm *r)
{
	struct holes_piece *piece = holes_take(&r->holes);
	struct sk_buff *skb;

	if (!piece)
		return;
	skb = reasm_skb(piece);
	if (piece->start) {
		gonet_reasm_frag_drop(skb, r->why);
		return;
	}
	reasm_restore_cb(r, skb);
	gonet_icmp_send_error(r->stack, skb, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
	gonet_drop(r->stack, skb, r->why);
}

static void reasm_deadline(struct csp_proc *proc, void *msg)
{
	struct reasm *r = csp_state(proc);

	if (!csp_timer_fired(msg))
		return;
	if (!r->ruined) {
		gonet_count(r->stack, IpReasmTimeout);
		gonet_count(r->stack, IpReasmFails);
		r->why = GONET_DROP_FRAG_TIMEOUT;
		reasm_tell_sender(r);
		reasm_drop_all(r, r->why);
	}
	csp_proc_exit(proc);
}

/**
 * struct reasm_start - argument of reasm_init()
 * @stack: whose it is
 * @number: of the reader
 * @key: of the datagram
 */
struct reasm_start {
	struct gonet_stack *stack;
	unsigned int number;
	const struct reasm_key *key;
};

static int reasm_init(struct csp_proc *proc, void *arg)
{
	const struct reasm_start *start = arg;
	struct reasm *r = csp_state(proc);
	int seconds;

	BUILD_BUG_ON(sizeof(struct reasm_frag) > sizeof_field(struct sk_buff, cb));
	r->stack = start->stack;
	r->number = start->number;
	r->key = *start->key;
	r->proc = proc;
	r->why = GONET_DROP_FRAG_LIMIT;	/* the only end that it does not choose itself */
	csp_out_open(&r->ipv4_rx, proc, r->stack->ipv4_rx, GONET_IPV4_RX_IN);
	csp_out_open(&r->reader, proc, r->stack->reader[r->number], GONET_IPV4_READER_CTL);
	csp_timer_init(&r->deadline, proc, REASM_TIMER);
	seconds = clamp(READ_ONCE(r->stack->conf.ipfrag_time), 1, 3600);
	csp_timer_arm(&r->deadline, seconds * HZ);
	return 0;
}

static void reasm_exit(struct csp_proc *proc)
{
	struct reasm *r = csp_state(proc);

	csp_timer_cancel(&r->deadline);
	if (r->holes.root)
		gonet_count(r->stack, IpReasmFails);
	reasm_drop_all(r, r->why);
	csp_proc_get(proc);	/* the message's; the reader or the lost() puts it */
	csp_out_send(&r->reader, r);
}

static const struct csp_kind reasm_kind = {
	.name = "ipv4_reasm",
	.state_size = sizeof(struct reasm),
	.n_inputs = 2,
	.inputs = {
		[REASM_IN] = {
			.name = "in",
			.depth = REASM_DEPTH,
			.full = CSP_DROP,
			.step = reasm_step,
			.lost = reasm_lost,
		},
		[REASM_TIMER] = CSP_TIMER_PORT(reasm_deadline),
	},
	.init = reasm_init,
	.exit = reasm_exit,
};

/**
 * gonet_reasm_start() - start the reassembly of a datagram
 * @stack: whose it is
 * @number: of the reader that starts it
 * @key: of the datagram
 *
 * Context: the reader's step.
 *
 * Return: the process with a reference, or ERR_PTR(): -ENOMEM, -ESHUTDOWN.
 */
struct csp_proc *gonet_reasm_start(struct gonet_stack *stack, unsigned int number,
				   const struct reasm_key *key)
{
	struct reasm_start start = {
		.stack = stack,
		.number = number,
		.key = key,
	};

	return csp_proc_start(&stack->group, &reasm_kind, &start, GFP_ATOMIC | __GFP_NOWARN,
			      "ipv4_reasm/%pI4/%u", &key->saddr, ntohs(key->id));
}
