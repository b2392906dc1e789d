// SPDX-License-Identifier: GPL-2.0
/*
 * The ping dealer: echo requests go to the repliers, replies and errors to the
 * process that sent the request, and to the ping socket that has the identifier.
 */
#include <linux/hashtable.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "icmp.h"
#include "ping_sock.h"

#define PING_HASH_BITS	8

/**
 * struct ping_waiting - a request that awaits its answer
 * @node: in &ping.waiting
 * @key: which answers it wants
 * @out: to its process
 * @error: to its process's input for errors
 */
struct ping_waiting {
	struct hlist_node node;
	struct ping_key key;
	struct csp_out out;
	struct csp_out error;
};

/**
 * struct ping - the dealer's state
 * @stack: whose it is
 * @seed: of the hashes
 * @n_waiting: requests in @waiting
 * @waiting: &struct ping_waiting by identifier and sequence number
 * @socks: the ping sockets
 * @replier: to the repliers
 */
struct ping {
	struct gonet_stack *stack;
	u32 seed;
	unsigned int n_waiting;
	DECLARE_HASHTABLE(waiting, PING_HASH_BITS);
	struct ping_socks socks;
	struct csp_out replier[GONET_REPLIERS_MAX];
};

static u32 ping_hash(const struct ping *s, const struct ping_key *key)
{
	return jhash_1word((__force u32)key->id << 16 | (__force u32)key->seq, s->seed);
}

/* The request that @key answers: one to that very host before one to all. */
static struct ping_waiting *ping_find(struct ping *s, const struct ping_key *key)
{
	struct ping_waiting *w, *to_all = NULL;

	hash_for_each_possible(s->waiting, w, node, ping_hash(s, key)) {
		if (w->key.id != key->id || w->key.seq != key->seq)
			continue;
		if (w->key.daddr == key->daddr)
			return w;
		if (!w->key.daddr)
			to_all = w;
	}
	return to_all;
}

static struct ping_waiting *ping_find_proc(struct ping *s, const struct ping_ctl *ctl)
{
	struct ping_waiting *w;

	hash_for_each_possible(s->waiting, w, node, ping_hash(s, &ctl->key))
		if (w->out.to == ctl->proc)
			return w;
	return NULL;
}

/* RFC 1122 3.2.2.6: every host answers; to a group, if it is configured to. */
static void ping_request_in(struct ping *s, struct sk_buff *skb)
{
	const struct gonet_conf *conf = &s->stack->conf;
	const struct icmphdr *icmph = (const struct icmphdr *)skb->data;
	const struct gonet_cb *cb = GONET_CB(skb);
	u32 at;

	if (READ_ONCE(conf->icmp_echo_ignore_all) ||
	    (cb->addr_type != RTN_LOCAL && READ_ONCE(conf->icmp_echo_ignore_broadcasts))) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		return;
	}
	at = jhash_2words((__force u32)cb->saddr, (__force u32)icmph->un.echo.id, s->seed);
	csp_out_send(&s->replier[reciprocal_scale(at, s->stack->n_repliers)], skb);
}

static void ping_reply_in(struct ping *s, struct sk_buff *skb)
{
	const struct icmphdr *icmph = (const struct icmphdr *)skb->data;
	struct ping_key key = {
		.daddr = GONET_CB(skb)->saddr,
		.id = icmph->un.echo.id,
		.seq = icmph->un.echo.sequence,
	};
	struct ping_waiting *w = ping_find(s, &key);
	struct ping_bound *b = ping_socks_find(&s->socks, key.id, GONET_CB(skb)->daddr,
					       GONET_CB(skb)->iif);
	struct sk_buff *copy;

	/* Both have the identifier, and neither knows of the other. */
	if (w && b) {
		copy = skb_clone(skb, GFP_ATOMIC);
		if (copy)
			csp_out_send(&b->in, copy);
	}
	if (w)
		csp_out_send(&w->out, skb);
	else if (b)
		csp_out_send(&b->in, skb);
	else
		gonet_drop(s->stack, skb, GONET_DROP_PING_UNWANTED);
}

static void ping_in(struct csp_proc *proc, void *msg)
{
	struct ping *s = csp_state(proc);
	struct sk_buff *skb = msg;

	if (((const struct icmphdr *)skb->data)->type == ICMP_ECHO)
		ping_request_in(s, skb);
	else
		ping_reply_in(s, skb);
}

static void ping_error_in(struct csp_proc *proc, void *msg)
{
	struct ping *s = csp_state(proc);
	struct ping_error *e = msg;
	struct ping_waiting *w = ping_find(s, &e->key);

	if (!w) {
		kfree(e);
		return;
	}
	if (e->pmtu.mtu)
		gonet_route_exception(s->stack, &e->pmtu, NULL, NULL);
	csp_out_send(&w->error, e);
}

static void ping_sock_error(struct csp_proc *proc, void *msg)
{
	struct ping *s = csp_state(proc);
	struct sk_buff *skb = msg;
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));
	const struct icmphdr *about = (const void *)inner + inner->ihl * 4;
	struct ping_bound *b = ping_socks_find(&s->socks, about->un.echo.id, inner->saddr,
					       GONET_CB(skb)->iif);

	if (b)
		csp_out_send(&b->error, skb);
	else
		consume_skb(skb);
}

static void ping_sock_request(struct csp_proc *proc, void *msg)
{
	struct ping *s = csp_state(proc);
	struct gonet_bind_request *req = msg;

	csp_reply(&req->call, ping_socks_serve(&s->socks, proc, req));
}

static void ping_forget(struct csp_proc *proc, struct ping_waiting *w)
{
	struct ping *s = csp_state(proc);

	hash_del(&w->node);
	s->n_waiting--;
	csp_out_close(&w->out, proc);
	csp_out_close(&w->error, proc);
	kfree(w);
}

/* Forgets requests whose process has ended, and whose word of it was lost. */
static void ping_sweep(struct csp_proc *proc)
{
	struct ping *s = csp_state(proc);
	struct ping_waiting *w;
	struct hlist_node *next;
	unsigned int bucket;

	hash_for_each_safe(s->waiting, bucket, next, w, node)
		if (csp_chan_closed(w->out.ch))
			ping_forget(proc, w);
}

static int ping_add(struct csp_proc *proc, const struct ping_ctl *ctl)
{
	struct ping *s = csp_state(proc);
	struct ping_waiting *w;

	if (s->n_waiting >= READ_ONCE(s->stack->conf.ping_max))
		ping_sweep(proc);
	if (s->n_waiting >= READ_ONCE(s->stack->conf.ping_max))
		return -ENOBUFS;
	w = ping_find(s, &ctl->key);
	if (w && w->key.daddr == ctl->key.daddr)
		return -EEXIST;
	w = kzalloc(sizeof(*w), GFP_ATOMIC);
	if (!w)
		return -ENOMEM;
	w->key = ctl->key;
	csp_out_open(&w->out, proc, ctl->proc, GONET_PING_REQUEST_IN);
	csp_out_open(&w->error, proc, ctl->proc, GONET_PING_REQUEST_ERROR);
	hash_add(s->waiting, &w->node, ping_hash(s, &w->key));
	s->n_waiting++;
	return 0;
}

static void ping_ctl(struct csp_proc *proc, void *msg)
{
	struct ping *s = csp_state(proc);
	struct ping_ctl *ctl = msg;
	struct ping_waiting *w;

	if (ctl->add) {
		csp_reply(&ctl->call, ping_add(proc, ctl));
		return;
	}
	w = ping_find_proc(s, ctl);
	if (w)
		ping_forget(proc, w);
	csp_proc_put(ctl->proc);	/* of which @ctl is a part */
}

static void ping_ctl_lost(void *msg, enum csp_lost why)
{
	struct ping_ctl *ctl = msg;

	if (ctl->add)
		csp_call_lost(&ctl->call, why);
	else
		csp_proc_put(ctl->proc);
}

/**
 * gonet_ping_error_lost() - the lost() of ports that take &struct ping_error
 * @msg: the message
 * @why: ignored
 */
void gonet_ping_error_lost(void *msg, enum csp_lost why)
{
	kfree(msg);
}

static int ping_init(struct csp_proc *proc, void *arg)
{
	struct ping *s = csp_state(proc);
	unsigned int i;

	s->stack = arg;
	s->seed = get_random_u32();
	hash_init(s->waiting);
	ping_socks_init(&s->socks);
	for (i = 0; i < s->stack->n_repliers; i++)
		csp_out_open(&s->replier[i], proc, s->stack->replier[i], GONET_PING_REPLIER_IN);
	return 0;
}

static void ping_exit(struct csp_proc *proc)
{
	struct ping *s = csp_state(proc);
	struct ping_waiting *w;
	struct hlist_node *next;
	unsigned int bucket;

	hash_for_each_safe(s->waiting, bucket, next, w, node)
		ping_forget(proc, w);
	ping_socks_exit(&s->socks);
}

static const struct csp_kind ping_kind = {
	.name = "ping",
	.state_size = sizeof(struct ping),
	.n_inputs = GONET_PING_INPUTS,
	.inputs = {
		[GONET_PING_CTL] = {
			.name = "ctl",
			.depth = 65536,		/* more than requests: an end must not be lost */
			.full = CSP_DROP,
			.step = ping_ctl,
			.lost = ping_ctl_lost,
		},
		[GONET_PING_IN] = GONET_SKB_PORT("in", ping_in),
		[GONET_PING_ERROR_IN] = {
			.name = "error",
			.depth = 1024,
			.full = CSP_DROP,
			.step = ping_error_in,
			.lost = gonet_ping_error_lost,
		},
		[GONET_PING_SOCK_ERROR] = {
			.name = "sock_error",
			.depth = 1024,
			.full = CSP_DROP,
			.step = ping_sock_error,
			.lost = gonet_skb_lost,
		},
		[GONET_PING_REQUEST] = GONET_BIND_PORT(ping_sock_request),
	},
	.init = ping_init,
	.exit = ping_exit,
};

/**
 * gonet_ping_start() - start the ping dealer
 * @stack: the stack, whose repliers have been started
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_ping_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &ping_kind, stack, GFP_KERNEL, "ping");
}
