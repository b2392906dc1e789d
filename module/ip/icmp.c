// SPDX-License-Identifier: GPL-2.0
/*
 * The ICMP dealer (RFC 792): verifies messages and deals them out by type. Echo
 * requests and replies go to the ping dealer; timestamps are answered here; errors
 * and redirects that arrive go to whom they concern, and so does what this host finds
 * out itself; errors that other processes want sent are written here, where the rate
 * is known.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip.h>

#include <gonet/route.h>

#include "icmp.h"
#include "protocol.h"

#define ICMP_TIMES_LEN	12	/* the three times of a timestamp message */

/**
 * struct icmp - the dealer's state
 * @stack: whose it is
 * @ping: echo requests and replies, to the ping dealer
 * @ping_error: errors about echo requests, to the same
 * @ping_sock_error: the same errors, to the same, for ping sockets
 * @udp_error: errors about UDP datagrams, to the UDP dealer
 * @tcp_error: errors about TCP segments, to the TCP dealer
 * @raw_error: errors about what raw sockets may have sent, to the raw dealer
 * @ipv4_tx: to the IPv4 writer
 * @transport_error: by protocol, to who hears of errors about what it has sent: one of
 *	these, or the process of a protocol that another module has added; NULL for nobody
 * @limit: of errors sent
 */
struct icmp {
	struct gonet_stack *stack;
	struct csp_out ping;
	struct csp_out ping_error;
	struct csp_out ping_sock_error;
	struct csp_out udp_error;
	struct csp_out tcp_error;
	struct csp_out raw_error;
	struct csp_out ipv4_tx;
	struct csp_out *transport_error[PROTOCOLS];
	struct icmp_limit limit;
};

static void icmp_in_error(struct icmp *s, struct sk_buff *skb, enum gonet_drop reason)
{
	gonet_count(s->stack, IcmpInErrors);
	gonet_drop(s->stack, skb, reason);
}

/* RFC 792: timestamp; answered as the host's clock has it, to unicast requests only. */
static void icmp_timestamp(struct icmp *s, struct sk_buff *skb)
{
	struct gonet_cb *cb = GONET_CB(skb);
	struct icmphdr *icmph;
	__be32 *times, now;

	gonet_count(s->stack, IcmpInTimestamps);
	if (cb->addr_type != RTN_LOCAL) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		return;
	}
	if (skb->len < sizeof(*icmph) + ICMP_TIMES_LEN) {
		icmp_in_error(s, skb, GONET_DROP_ICMP_SHORT);
		return;
	}
	if (pskb_trim(skb, sizeof(*icmph) + ICMP_TIMES_LEN) ||
	    skb_ensure_writable(skb, sizeof(*icmph) + ICMP_TIMES_LEN)) {
		gonet_drop(s->stack, skb, GONET_DROP_NO_MEMORY);
		return;
	}
	now = htonl(icmp_midnight_ms());
	icmph = (struct icmphdr *)skb->data;
	times = (__be32 *)(icmph + 1);
	times[1] = now;
	times[2] = now;
	icmph->type = ICMP_TIMESTAMPREPLY;
	icmph->checksum = 0;
	icmph->checksum = csum_fold(csum_partial(icmph, sizeof(*icmph) + ICMP_TIMES_LEN, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	swap(cb->saddr, cb->daddr);
	cb->ttl = 0;
	cb->oif = 0;
	cb->optlen = 0;
	cb->flags = 0;
	gonet_count(s->stack, IcmpOutMsgs);
	gonet_count(s->stack, IcmpOutTimestampReps);
	csp_out_send(&s->ipv4_tx, skb);
}

/* Whether the packet that a message is about came from here. */
static bool icmp_sent(struct icmp *s, const struct iphdr *inner)
{
	bool ours;

	rcu_read_lock();
	ours = gonet_addr_is_own(s->stack, 0, inner->saddr);
	rcu_read_unlock();
	return ours;
}

/*
 * The packet that a message is about: its IP header and 8 bytes of what follows.
 * NULL when they are not all there; @skb is then dropped.
 */
static const struct iphdr *icmp_inner(struct icmp *s, struct sk_buff *skb)
{
	unsigned int at = sizeof(struct icmphdr);
	const struct iphdr *inner;

	if (!pskb_may_pull(skb, at + sizeof(*inner)))
		goto too_short;
	inner = (const struct iphdr *)(skb->data + at);
	if (inner->version != 4 || inner->ihl < 5 ||
	    !pskb_may_pull(skb, at + inner->ihl * 4 + 8))
		goto too_short;
	return (const struct iphdr *)(skb->data + at);

too_short:
	icmp_in_error(s, skb, GONET_DROP_ICMP_SHORT);
	return NULL;
}

/* For an echo request of the stack's own: the path's MTU, if the error says one. */
static void icmp_error_pmtu(struct icmp *s, const struct icmphdr *icmph,
			    const struct iphdr *inner, struct gonet_exception *pmtu)
{
	if (icmph->type != ICMP_DEST_UNREACH || icmph->code != ICMP_FRAG_NEEDED)
		return;
	rcu_read_lock();
	if (!gonet_pmtu_believed(s->stack, inner, ntohs(icmph->un.frag.mtu), 0, pmtu))
		pmtu->mtu = 0;
	rcu_read_unlock();
}

/* RFC 1122 3.2.2: an error about an echo request of ours goes to who sent it. */
static void icmp_error_to_ping(struct icmp *s, struct sk_buff *skb, const struct iphdr *inner)
{
	const struct icmphdr *icmph = (const struct icmphdr *)skb->data;
	const struct icmphdr *about = (const void *)inner + inner->ihl * 4;
	struct ping_error *e;

	if (about->type != ICMP_ECHO || !icmp_sent(s, inner)) {
		consume_skb(skb);
		return;
	}
	e = kmalloc(sizeof(*e), GFP_ATOMIC);
	if (e) {
		*e = (struct ping_error) {
			.key = {
				.daddr = inner->daddr,
				.id = about->un.echo.id,
				.seq = about->un.echo.sequence,
			},
			.from = GONET_CB(skb)->saddr,
			.type = icmph->type,
			.code = icmph->code,
		};
		icmp_error_pmtu(s, icmph, inner, &e->pmtu);
		csp_out_send(&s->ping_error, e);
	}
	csp_out_send(&s->ping_sock_error, skb);
}

/* Raw sockets get a copy of an error about a protocol that they have. */
static void icmp_error_to_raw(struct icmp *s, struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (copy)
		csp_out_send(&s->raw_error, copy);
}

/*
 * As natively: with 2 nobody hears of a path's MTU, and with 3 only transports that
 * tell forged messages by what they quote, of which there is none.
 */
static bool icmp_unwanted(struct icmp *s, const struct icmphdr *icmph)
{
	return icmph->type == ICMP_DEST_UNREACH && icmph->code == ICMP_FRAG_NEEDED &&
	       READ_ONCE(s->stack->conf.ip_no_pmtu_disc) >= 2;
}

static void icmp_error_in(struct icmp *s, struct sk_buff *skb)
{
	const struct iphdr *inner = icmp_inner(s, skb);
	struct csp_out *out;

	if (!inner)
		return;
	if (icmp_unwanted(s, (const struct icmphdr *)skb->data)) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		return;
	}
	if (test_bit(inner->protocol, s->stack->raw_protocols))
		icmp_error_to_raw(s, skb);
	if (inner->frag_off & htons(IP_OFFSET)) {
		consume_skb(skb);	/* not the fragment that has the ports */
		return;
	}
	if (inner->protocol == IPPROTO_ICMP) {
		icmp_error_to_ping(s, skb, inner);
		return;
	}
	out = s->transport_error[inner->protocol];
	if (out)
		csp_out_send(out, skb);
	else
		consume_skb(skb);
}

/* RFC 1122 3.3.1.2: one for a network is taken as one for the host. */
static void icmp_redirect(struct icmp *s, struct sk_buff *skb)
{
	const struct iphdr *inner = icmp_inner(s, skb);
	const struct icmphdr *icmph;
	struct gonet_exception said;
	bool believed;

	if (!inner)
		return;
	icmph = (const struct icmphdr *)skb->data;
	if (icmph->code > ICMP_REDIR_HOSTTOS) {
		icmp_in_error(s, skb, GONET_DROP_ICMP_TYPE);
		return;
	}
	if (!READ_ONCE(s->stack->conf.accept_redirects)) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		return;
	}
	said = (struct gonet_exception) {
		.daddr = inner->daddr,
		.gateway = icmph->un.gateway,
		.ifindex = GONET_CB(skb)->iif,
	};
	rcu_read_lock();
	believed = GONET_CB(skb)->addr_type == RTN_LOCAL && icmp_sent(s, inner) &&
		   gonet_redirect_believed(s->stack, &said, GONET_CB(skb)->saddr);
	rcu_read_unlock();
	if (!believed) {
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_REDIRECT);
		return;
	}
	gonet_route_exception(s->stack, &said, NULL, NULL);
	consume_skb(skb);
}

static void icmp_deal(struct icmp *s, struct sk_buff *skb)
{
	switch (((const struct icmphdr *)skb->data)->type) {
	case ICMP_ECHO:
		gonet_count(s->stack, IcmpInEchos);
		csp_out_send(&s->ping, skb);
		break;
	case ICMP_ECHOREPLY:
		gonet_count(s->stack, IcmpInEchoReps);
		csp_out_send(&s->ping, skb);
		break;
	case ICMP_DEST_UNREACH:
		gonet_count(s->stack, IcmpInDestUnreachs);
		icmp_error_in(s, skb);
		break;
	case ICMP_TIME_EXCEEDED:
		gonet_count(s->stack, IcmpInTimeExcds);
		icmp_error_in(s, skb);
		break;
	case ICMP_PARAMETERPROB:
		gonet_count(s->stack, IcmpInParmProbs);
		icmp_error_in(s, skb);
		break;
	case ICMP_REDIRECT:
		gonet_count(s->stack, IcmpInRedirects);
		icmp_redirect(s, skb);
		break;
	case ICMP_TIMESTAMP:
		icmp_timestamp(s, skb);
		break;
	case ICMP_SOURCE_QUENCH:	/* RFC 6633: ignored */
	case ICMP_TIMESTAMPREPLY:	/* never asked for */
		gonet_drop(s->stack, skb, GONET_DROP_ICMP_IGNORED);
		break;
	default:
		/* RFC 1122 3.2.2: unknown types are discarded silently. */
		icmp_in_error(s, skb, GONET_DROP_ICMP_TYPE);
	}
}

static void icmp_step(struct csp_proc *proc, void *msg)
{
	struct icmp *s = csp_state(proc);
	struct sk_buff *skb = msg;

	gonet_count(s->stack, IcmpInMsgs);
	gonet_ipv4_no_offload(skb);
	if (!pskb_may_pull(skb, sizeof(struct icmphdr))) {
		icmp_in_error(s, skb, GONET_DROP_ICMP_SHORT);
		return;
	}
	if (skb_checksum_simple_validate(skb)) {
		gonet_count(s->stack, IcmpInCsumErrors);
		icmp_in_error(s, skb, GONET_DROP_ICMP_CSUM);
		return;
	}
	icmp_deal(s, skb);
}

static void icmp_send_error_step(struct csp_proc *proc, void *msg)
{
	struct icmp *s = csp_state(proc);

	gonet_icmp_error(s->stack, &s->limit, &s->ipv4_tx, msg);
}

static void icmp_protocol_step(struct csp_proc *proc, void *msg)
{
	struct icmp *s = csp_state(proc);

	protocol_serve(proc, s->transport_error, GONET_TRANSPORT_ERROR, msg);
}

/* What nobody has sent is not counted, and not verified. */
static void icmp_local_step(struct csp_proc *proc, void *msg)
{
	icmp_error_in(csp_state(proc), msg);
}

/*
 * What a router would say of an own packet. RFC 1122 2.4: a next hop does not answer.
 * @info: the word behind the checksum, host order.
 */
static void icmp_local_unreachable(struct gonet_stack *stack, struct sk_buff *skb, u8 code,
				   u32 info)
{
	const struct gonet_cb *cb = GONET_CB(skb);
	unsigned int len = min(skb->len, ICMP_ERROR_QUOTE);
	struct icmphdr *icmph;
	struct sk_buff *error;
	struct iphdr *iph;

	error = alloc_skb(sizeof(*iph) + sizeof(*icmph) + len, GFP_ATOMIC);
	if (!error)
		return;
	iph = skb_put_zero(error, sizeof(*iph));
	skb_reset_network_header(error);
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->protocol = IPPROTO_ICMP;
	iph->saddr = cb->saddr;
	iph->daddr = cb->saddr;
	icmph = skb_put_zero(error, sizeof(*icmph));
	icmph->type = ICMP_DEST_UNREACH;
	icmph->code = code;
	icmph->un.gateway = htonl(info);
	if (skb_copy_bits(skb, 0, skb_put(error, len), len)) {
		kfree_skb(error);
		return;
	}
	__skb_pull(error, sizeof(*iph));
	skb_reset_transport_header(error);
	*GONET_CB(error) = (struct gonet_cb) {
		.stack = stack,
		.iif = cb->oif,
		.saddr = cb->saddr,
		.daddr = cb->saddr,
		.protocol = IPPROTO_ICMP,
		.addr_type = RTN_LOCAL,
		.flags = GONET_CB_LOOPBACK,
	};
	csp_send(&stack->icmp->in[GONET_ICMP_LOCAL], error);
}

/* What else goes wrong only the stack's own pings do not know yet. */
static void icmp_local_failure(struct gonet_stack *stack, struct sk_buff *skb, int err)
{
	struct icmphdr header, *icmph;
	struct ping_error *e;

	if (GONET_CB(skb)->protocol != IPPROTO_ICMP)
		return;
	icmph = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(header), &header);
	if (!icmph || icmph->type != ICMP_ECHO)
		return;
	e = kmalloc(sizeof(*e), GFP_ATOMIC);
	if (!e)
		return;
	*e = (struct ping_error) {
		.key = {
			.daddr = GONET_CB(skb)->daddr,
			.id = icmph->un.echo.id,
			.seq = icmph->un.echo.sequence,
		},
		.from = GONET_CB(skb)->saddr,
		.err = err,
	};
	csp_send(&stack->ping->in[GONET_PING_ERROR_IN], e);
}

/**
 * gonet_icmp_local_error() - an own packet could not be sent
 * @stack: whose it was
 * @skb: the packet; stays the caller's. GONET_CB() as its sender set it; transport
 *	header set, or nobody is told
 * @err: why, negative errno
 * @mtu: what would have fitted, for -EMSGSIZE
 *
 * Who sent it is told as by an ICMP error when no host has the address that it was to
 * go to, or it is larger than may be sent there. Everything else a system call has said
 * before it was sent, unless it was an echo request of the stack's own.
 *
 * Context: any but hard interrupt.
 */
void gonet_icmp_local_error(struct gonet_stack *stack, struct sk_buff *skb, int err,
			    u32 mtu)
{
	if (!skb_transport_header_was_set(skb))
		return;
	/* One that has no IP header yet did not come as far as to a neighbour. */
	if (err == -EHOSTUNREACH && !skb_network_offset(skb)) {
		icmp_local_unreachable(stack, skb, ICMP_HOST_UNREACH, 0);
		return;
	}
	icmp_local_failure(stack, skb, err);
	if (err == -EMSGSIZE)
		icmp_local_unreachable(stack, skb, ICMP_FRAG_NEEDED, mtu);
}

static int icmp_init(struct csp_proc *proc, void *arg)
{
	struct icmp *s = csp_state(proc);

	s->stack = arg;
	gonet_icmp_limit_init(&s->limit);
	csp_out_open(&s->ping, proc, s->stack->ping, GONET_PING_IN);
	csp_out_open(&s->ping_error, proc, s->stack->ping, GONET_PING_ERROR_IN);
	csp_out_open(&s->ping_sock_error, proc, s->stack->ping, GONET_PING_SOCK_ERROR);
	csp_out_open(&s->raw_error, proc, s->stack->raw, GONET_TRANSPORT_ERROR);
	csp_out_open(&s->udp_error, proc, s->stack->udp_rx, GONET_TRANSPORT_ERROR);
	csp_out_open(&s->tcp_error, proc, s->stack->tcp_rx, GONET_TRANSPORT_ERROR);
	csp_out_open(&s->ipv4_tx, proc, s->stack->ipv4_tx, GONET_IPV4_TX_IN);
	s->transport_error[IPPROTO_UDP] = &s->udp_error;
	s->transport_error[IPPROTO_TCP] = &s->tcp_error;
	return 0;
}

static const struct csp_kind icmp_kind = {
	.name = "icmp",
	.state_size = sizeof(struct icmp),
	.n_inputs = 4,
	.inputs = {
		[GONET_ICMP_IN] = GONET_SKB_PORT("in", icmp_step),
		[GONET_ICMP_LOCAL] = {
			.name = "local",
			.depth = 256,
			.full = CSP_DROP,
			.step = icmp_local_step,
			.lost = gonet_skb_lost,
		},
		[GONET_ICMP_PROTOCOL] = PROTOCOL_PORT(icmp_protocol_step),
		[GONET_ICMP_ERROR] = {
			.name = "error",
			.depth = 256,
			.full = CSP_DROP,
			.step = icmp_send_error_step,
			.lost = gonet_skb_lost,
		},
	},
	.init = icmp_init,
};

/**
 * gonet_icmp_start() - start the ICMP dealer
 * @stack: the stack, whose ping, UDP and raw dealers and IPv4 writer have been started
 *
 * Return: the process with a reference, or ERR_PTR().
 */
struct csp_proc *gonet_icmp_start(struct gonet_stack *stack)
{
	return csp_proc_start(&stack->group, &icmp_kind, stack, GFP_KERNEL, "icmp");
}
