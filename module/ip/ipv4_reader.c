// SPDX-License-Identifier: GPL-2.0
/*
 * An IPv4 reader: takes the packets of the flows that the dealer gives it to the
 * transports, and fragments to the reassembly of their datagram, which it starts
 * with the first of them.
 *
 * What reassemblies use is bounded for the whole stack (ipfrag_high_thresh bytes,
 * ipfrag_max of them), and a flood of fragments that are never completed must not
 * keep others from being. From three quarters of a limit on, readers that use more
 * than their share end those of their reassemblies that have waited longest for a
 * fragment; so one whose fragments keep coming survives, however old it is. At the
 * limit itself nothing is taken any more.
 */
#include <linux/hash.h>
#include <linux/icmp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <net/ip.h>

#include <gonet/icmp.h>
#include <gonet/igmp.h>

#include "ip.h"
#include "logic/ipv4_options.h"
#include "protocol.h"
#include "reasm.h"

#define READER_HASH_BITS	10

/*
 * Reassemblies ended at once, most: one that another CPU runs gives its memory back
 * only when it gets to it, and until then it seems that more must go.
 */
#define READER_SHED_MAX		32

/* As many ends of reassemblies can wait to be noticed as there can be reassemblies. */
#define READER_CTL_DEPTH	32768

/**
 * struct ipv4_reader - the reader's state
 * @stack: whose it is
 * @number: which of the readers
 * @use: what its reassemblies use; shared, see struct gonet_frag_use
 * @icmp: to the ICMP dealer
 * @igmp: to the IGMP process
 * @udp: to the UDP dealer
 * @tcp: to the TCP dealer
 * @raw: to the raw dealer
 * @transport: by protocol, to who takes its packets: one of these, or the process of a
 *	protocol that another module has added; NULL for nobody
 * @key: secret of the hash, so that nobody can choose what collides
 * @lru: &reasm.lru
 * @table: &reasm.node, by &reasm.key
 */
struct ipv4_reader {
	struct gonet_stack *stack;
	unsigned int number;
	struct gonet_frag_use *use;
	struct csp_out icmp;
	struct csp_out igmp;
	struct csp_out udp;
	struct csp_out tcp;
	struct csp_out raw;
	struct csp_out *transport[PROTOCOLS];
	siphash_key_t key;
	struct list_head lru;
	struct hlist_head table[1 << READER_HASH_BITS];
};

/**
 * struct frag_sum - an amount of reassemblies
 * @bytes: memory of their fragments
 * @count: how many
 */
struct frag_sum {
	long bytes;
	long count;
};

static struct frag_sum frag_limit(struct gonet_stack *stack)
{
	return (struct frag_sum) {
		.bytes = min_t(unsigned long, READ_ONCE(stack->conf.ipfrag_high_thresh), LONG_MAX),
		.count = clamp(READ_ONCE(stack->conf.ipfrag_max), 0, READER_CTL_DEPTH),
	};
}

/* A limit's @nth part of three quarters. */
static struct frag_sum frag_part(struct frag_sum limit, unsigned int nth)
{
	return (struct frag_sum) {
		.bytes = limit.bytes / 4 * 3 / nth,
		.count = limit.count / 4 * 3 / nth,
	};
}

static struct frag_sum frag_used(struct gonet_stack *stack, unsigned int reader)
{
	return (struct frag_sum) {
		.bytes = atomic_long_read(&stack->frags[reader].bytes),
		.count = READ_ONCE(stack->frags[reader].count),
	};
}

static struct frag_sum frag_used_by_all(struct gonet_stack *stack)
{
	struct frag_sum sum = {};
	unsigned int i;

	for (i = 0; i < stack->n_readers; i++) {
		struct frag_sum one = frag_used(stack, i);

		sum.bytes += one.bytes;
		sum.count += one.count;
	}
	return sum;
}

static struct hlist_head *reader_bucket(struct ipv4_reader *s, const struct reasm_key *key)
{
	u64 hash = siphash(key, sizeof(*key), &s->key);

	return &s->table[hash_64(hash, READER_HASH_BITS)];
}

/* Forgets a reassembly that has ended or is to end; its memory may go with that. */
static void reader_forget(struct csp_proc *proc, struct reasm *r)
{
	struct ipv4_reader *s = csp_state(proc);

	hlist_del(&r->node);
	list_del(&r->lru);
	r->known = false;
	WRITE_ONCE(s->use->count, s->use->count - 1);
	csp_out_close(&r->in, proc);
}

static void reader_evict(struct csp_proc *proc, struct reasm *r)
{
	csp_proc_close(r->proc);
	reader_forget(proc, r);
}

/* The reassembly for @key, if it is known and has not ended. */
static struct reasm *reader_find(struct csp_proc *proc, const struct reasm_key *key)
{
	struct ipv4_reader *s = csp_state(proc);
	struct reasm *r;

	hlist_for_each_entry(r, reader_bucket(s, key), node) {
		if (memcmp(&r->key, key, sizeof(*key)))
			continue;
		if (!csp_chan_closed(r->in.ch)) {
			list_move_tail(&r->lru, &s->lru);
			return r;
		}
		reader_forget(proc, r);
		break;
	}
	return NULL;
}

static struct reasm *reader_start(struct csp_proc *proc, const struct reasm_key *key)
{
	struct ipv4_reader *s = csp_state(proc);
	struct csp_proc *started;
	struct reasm *r;

	started = gonet_reasm_start(s->stack, s->number, key);
	if (IS_ERR(started))
		return NULL;
	r = csp_state(started);
	hlist_add_head(&r->node, reader_bucket(s, key));
	list_add_tail(&r->lru, &s->lru);
	r->known = true;
	WRITE_ONCE(s->use->count, s->use->count + 1);
	csp_out_open(&r->in, proc, started, REASM_IN);
	csp_proc_put(started);		/* the output's reference serves */
	return r;
}

/*
 * Ends reassemblies while all readers together use more than three quarters of a
 * limit and this one more than its share of that. @keep, or NULL, is to stay; it was
 * used last, so it is met last.
 * Return: true if that was enough.
 */
static bool reader_shed(struct csp_proc *proc, const struct reasm *keep)
{
	struct ipv4_reader *s = csp_state(proc);
	struct frag_sum limit = frag_limit(s->stack);
	struct frag_sum most = frag_part(limit, 1), share = frag_part(limit, s->stack->n_readers);
	unsigned int ended;

	for (ended = 0; ended < READER_SHED_MAX; ended++) {
		struct frag_sum all = frag_used_by_all(s->stack);
		struct frag_sum own = frag_used(s->stack, s->number);
		struct reasm *r;

		if (all.bytes <= most.bytes && all.count <= most.count)
			return true;
		if ((all.bytes <= most.bytes || own.bytes <= share.bytes) &&
		    (all.count <= most.count || own.count <= share.count))
			return false;
		r = list_first_entry_or_null(&s->lru, struct reasm, lru);
		if (!r || r == keep)
			return false;
		reader_evict(proc, r);
	}
	return false;
}

/* Asks the reader whose reassemblies use most to end some. */
static void reader_ask_others(struct ipv4_reader *s)
{
	struct gonet_stack *stack = s->stack;
	struct frag_sum limit = frag_limit(stack);
	unsigned int i, most = s->number;
	u64 load, heaviest = 0;

	for (i = 0; i < stack->n_readers; i++) {
		struct frag_sum used = frag_used(stack, i);

		/* In parts of the limits, so that bytes and number can be added. */
		load = div64_u64((u64)max(used.bytes, 0L) << 16, limit.bytes + 1) +
		       div64_u64((u64)used.count << 16, limit.count + 1);
		if (i != s->number && load > heaviest) {
			heaviest = load;
			most = i;
		}
	}
	if (most != s->number && !atomic_xchg(&stack->frags[most].asked, 1))
		csp_send(&stack->reader[most]->in[GONET_IPV4_READER_SHED], &stack->frags[most]);
}

/*
 * Makes room for a fragment of @bytes: for @r, or for a reassembly that is to be
 * started when that is NULL.
 * Return: whether there is room.
 */
static bool reader_admit(struct csp_proc *proc, struct reasm *r, unsigned int bytes)
{
	struct ipv4_reader *s = csp_state(proc);
	struct frag_sum limit = frag_limit(s->stack), all;

	if (!reader_shed(proc, r))
		reader_ask_others(s);
	all = frag_used_by_all(s->stack);
	return all.bytes + bytes <= limit.bytes && all.count + !r <= limit.count;
}

/* Sends a fragment to its reassembly. From here to there it is accounted for. */
static void reader_pass(struct ipv4_reader *s, struct reasm *r, struct sk_buff *skb)
{
	struct gonet_cb cb = *GONET_CB(skb);
	struct reasm_frag *f = REASM_FRAG(skb);

	memset(skb->cb, 0, sizeof(skb->cb));
	f->stack = s->stack;
	f->charged = skb->truesize;
	f->reader = s->number;
	f->flags = cb.flags;
	f->addr_type = cb.addr_type;
	atomic_long_add(f->charged, &s->use->bytes);
	csp_out_send(&r->in, skb);
}

static void reader_fragment_drop(struct ipv4_reader *s, struct sk_buff *skb,
				 enum gonet_drop reason)
{
	gonet_count(s->stack, IpReasmFails);
	gonet_drop(s->stack, skb, reason);
}

/* RFC 791 3.2. Those that no datagram can have do not start a process. */
static void reader_fragment(struct csp_proc *proc, struct sk_buff *skb)
{
	struct ipv4_reader *s = csp_state(proc);
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int hlen = ip_hdrlen(skb);
	u16 frag = ntohs(iph->frag_off);
	struct reasm_key key = {
		.saddr = iph->saddr,
		.daddr = iph->daddr,
		.iif = GONET_CB(skb)->iif,
		.id = iph->id,
		.protocol = iph->protocol,
	};
	struct reasm *r;

	gonet_count(s->stack, IpReasmReqds);
	gonet_ipv4_no_offload(skb);
	if (holes_check((frag & IP_OFFSET) * 8, skb->len - hlen, frag & IP_MF, hlen)) {
		reader_fragment_drop(s, skb, GONET_DROP_FRAG_BAD);
		return;
	}
	skb_orphan(skb);	/* the sender's socket does not pay for what waits here */
	r = reader_find(proc, &key);
	if (!reader_admit(proc, r, skb->truesize)) {
		reader_fragment_drop(s, skb, GONET_DROP_FRAG_LIMIT);
		if (r)
			reader_evict(proc, r);
		return;
	}
	if (!r)
		r = reader_start(proc, &key);
	if (!r) {
		reader_fragment_drop(s, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	reader_pass(s, r, skb);
}

/*
 * RFC 1122 3.2.1.8: malformed options are answered by a Parameter Problem; source
 * routes are refused. What options ask to be filled in is for who answers.
 * Return: false when dropped.
 */
static bool reader_options(struct ipv4_reader *s, struct sk_buff *skb)
{
	unsigned int len = GONET_CB(skb)->optlen;
	struct ipv4_options_in in = { .own = GONET_CB(skb)->daddr };
	struct ipv4_options_out out;
	u8 opts[IPV4_OPTIONS_MAX];

	memcpy(opts, ip_hdr(skb) + 1, len);
	switch (ipv4_options_process(opts, len, &in, &out)) {
	case IPV4_OPTIONS_OK:
		return true;
	case IPV4_OPTIONS_PROBLEM:
		gonet_count(s->stack, IpInHdrErrors);
		gonet_icmp_send_error(s->stack, skb, ICMP_PARAMETERPROB, 0, out.pointer << 24);
		gonet_drop(s->stack, skb, GONET_DROP_IP_OPTIONS);
		return false;
	case IPV4_OPTIONS_SOURCE_ROUTE:
		gonet_count(s->stack, IpInDiscards);
		gonet_drop(s->stack, skb, GONET_DROP_IP_SOURCE_ROUTE);
		return false;
	}
	return false;
}

/**
 * gonet_ipv4_unwanted() - nobody takes packets of a protocol (RFC 1122 3.2.2.1)
 * @stack: who received one
 * @skb: the packet, data at its IP header; given away
 *
 * Context: any but hard interrupt.
 */
void gonet_ipv4_unwanted(struct gonet_stack *stack, struct sk_buff *skb)
{
	gonet_count(stack, IpInUnknownProtos);
	gonet_icmp_send_error(stack, skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
	gonet_drop(stack, skb, GONET_DROP_IP_PROTOCOL);
}

/* Raw sockets get a copy of what a transport takes. */
static void reader_copy_raw(struct ipv4_reader *s, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy)
		csp_out_send(&s->raw, copy);
}

/* A whole datagram, to its transport: data at the transport header. */
static void reader_deliver(struct ipv4_reader *s, struct sk_buff *skb)
{
	u8 protocol = GONET_CB(skb)->protocol;
	struct csp_out *out = s->transport[protocol];
	bool raw = test_bit(protocol, s->stack->raw_protocols);

	skb_set_transport_header(skb, ip_hdrlen(skb));
	if (!out && raw) {
		GONET_CB(skb)->flags |= GONET_CB_RAW_ONLY;
		csp_out_send(&s->raw, skb);
		return;
	}
	if (!out) {
		gonet_ipv4_unwanted(s->stack, skb);
		return;
	}
	if (unlikely(raw))
		reader_copy_raw(s, skb);
	__skb_pull(skb, ip_hdrlen(skb));
	gonet_count(s->stack, IpInDelivers);
	csp_out_send(out, skb);
}

static void reader_step(struct csp_proc *proc, void *msg)
{
	struct ipv4_reader *s = csp_state(proc);
	struct sk_buff *skb = msg;

	if (GONET_CB(skb)->optlen && !reader_options(s, skb))
		return;
	if (ip_is_fragment(ip_hdr(skb)))
		reader_fragment(proc, skb);
	else
		reader_deliver(s, skb);
}

/* A reassembly has ended: of its own accord, or the reader had it end. */
static void reader_ctl_step(struct csp_proc *proc, void *msg)
{
	struct reasm *r = msg;

	if (r->known)
		reader_forget(proc, r);
	csp_proc_put(r->proc);
}

static void reader_ctl_lost(void *msg, enum csp_lost why)
{
	struct reasm *r = msg;

	csp_proc_put(r->proc);
}

static void reader_shed_step(struct csp_proc *proc, void *msg)
{
	struct gonet_frag_use *use = msg;

	atomic_set(&use->asked, 0);
	reader_shed(proc, NULL);
}

static void reader_shed_lost(void *msg, enum csp_lost why)
{
	struct gonet_frag_use *use = msg;

	atomic_set(&use->asked, 0);
}

static void reader_protocol_step(struct csp_proc *proc, void *msg)
{
	struct ipv4_reader *s = csp_state(proc);

	protocol_serve(proc, s->transport, GONET_TRANSPORT_IN, msg);
}

/**
 * struct reader_start - argument of reader_init()
 * @stack: whose it is
 * @number: which of the readers
 */
struct reader_start {
	struct gonet_stack *stack;
	unsigned int number;
};

static int reader_init(struct csp_proc *proc, void *arg)
{
	const struct reader_start *start = arg;
	struct ipv4_reader *s = csp_state(proc);

	s->stack = start->stack;
	s->number = start->number;
	s->use = &s->stack->frags[s->number];
	get_random_bytes(&s->key, sizeof(s->key));
	INIT_LIST_HEAD(&s->lru);
	csp_out_open(&s->icmp, proc, s->stack->icmp, GONET_ICMP_IN);
	csp_out_open(&s->igmp, proc, s->stack->igmp, GONET_IGMP_IN);
	csp_out_open(&s->udp, proc, s->stack->udp_rx, GONET_TRANSPORT_IN);
	csp_out_open(&s->tcp, proc, s->stack->tcp_rx, GONET_TRANSPORT_IN);
	csp_out_open(&s->raw, proc, s->stack->raw, GONET_TRANSPORT_IN);
	s->transport[IPPROTO_ICMP] = &s->icmp;
	s->transport[IPPROTO_IGMP] = &s->igmp;
	s->transport[IPPROTO_UDP] = &s->udp;
	s->transport[IPPROTO_TCP] = &s->tcp;
	return 0;
}

static const struct csp_kind reader_kind = {
	.name = "ipv4_reader",
	.state_size = sizeof(struct ipv4_reader),
	.n_inputs = 4,
	.inputs = {
		[GONET_IPV4_READER_CTL] = {
			.name = "ctl",
			.depth = READER_CTL_DEPTH,
			.full = CSP_DROP,
			.step = reader_ctl_step,
			.lost = reader_ctl_lost,
		},
		[GONET_IPV4_READER_SHED] = {
			.name = "shed",
			.depth = 1,
			.full = CSP_DROP,
			.step = reader_shed_step,
			.lost = reader_shed_lost,
		},
		[GONET_IPV4_READER_PROTOCOL] = PROTOCOL_PORT(reader_protocol_step),
		[GONET_IPV4_READER_IN] = GONET_SKB_PORT("in", reader_step),
	},
	.init = reader_init,
};

/**
 * gonet_ipv4_reader_start() - start an IPv4 reader
 * @stack: the stack, whose ICMP, UDP, TCP and raw dealers and IGMP process have been started
 * @number: which of the readers, from 0
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_ipv4_reader_start(struct gonet_stack *stack, unsigned int number)
{
	struct reader_start start = {
		.stack = stack,
		.number = number,
	};

	return csp_proc_start(&stack->group, &reader_kind, &start, GFP_KERNEL,
			      "ipv4_reader/%u", number);
}
