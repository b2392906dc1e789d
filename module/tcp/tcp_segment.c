// SPDX-License-Identifier: GPL-2.0
/*
 * Segments as packets: reading their header and options, verifying and writing them; and
 * the answers to segments that no connection gives.
 */
#include <linux/icmp.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>

#include "tcp.h"
#include "trace.h"

#define TCP_HEADROOM	(LL_MAX_HEADER + sizeof(struct iphdr) + TCP_HLEN_MAX)

/**
 * tcp_segment_read() - read the header and options of a segment
 * @stack: who received it
 * @skb: the segment, data at its TCP header, which is linear
 * @seg: set
 *
 * Context: any but hard interrupt.
 *
 * Return: true; false for what is no whole header.
 */
bool tcp_segment_read(struct gonet_stack *stack, struct sk_buff *skb, struct tcp_seg *seg)
{
	if (!tcp_header_parse(skb->data, skb_headlen(skb), skb->len, &seg->f) ||
	    skb_headlen(skb) < seg->f.hlen)
		return false;
	tcp_options_parse(skb->data + TCP_HLEN, seg->f.hlen - TCP_HLEN,
			  seg->f.flags & TCP_SYN, &seg->o);
	seg->len = skb->len - seg->f.hlen;
	seg->unit = skb_shinfo(skb)->gso_size;
	return true;
}

/**
 * tcp_segment_verify() - verify the checksum of a segment (MUST-3)
 * @stack: who received it
 * @skb: the segment, data at its TCP header; dropped if it is wrong
 *
 * Context: any but hard interrupt.
 *
 * Return: true if it is right.
 */
bool tcp_segment_verify(struct gonet_stack *stack, struct sk_buff *skb)
{
	if (likely(!skb_checksum_init(skb, IPPROTO_TCP, inet_compute_pseudo) &&
		   !skb_checksum_complete(skb)))
		return true;
	gonet_count(stack, TcpInCsumErrors);
	gonet_count(stack, TcpInErrs);
	gonet_drop(stack, skb, GONET_DROP_TCP_CSUM);
	return false;
}

/**
 * tcp_segment_take() - verify a segment and read its header and options
 * @stack: who received it
 * @skb: the segment, data at its TCP header, which is linear; dropped if something is wrong
 * @seg: set
 *
 * Context: any but hard interrupt.
 *
 * Return: true if it is right.
 */
bool tcp_segment_take(struct gonet_stack *stack, struct sk_buff *skb, struct tcp_seg *seg)
{
	if (!tcp_segment_verify(stack, skb))
		return false;
	if (tcp_segment_read(stack, skb, seg))
		return true;
	gonet_count(stack, TcpInErrs);
	gonet_drop(stack, skb, GONET_DROP_TCP_SHORT);
	return false;
}

/**
 * tcp_segment_key() - to which connection a segment belongs
 * @skb: the segment, data at its TCP header
 *
 * Return: the key.
 */
struct tcp_tuple tcp_segment_key(const struct sk_buff *skb)
{
	const struct tcphdr *th = (const struct tcphdr *)skb->data;

	return (struct tcp_tuple) {
		.laddr = GONET_CB(skb)->daddr,
		.raddr = GONET_CB(skb)->saddr,
		.lport = th->dest,
		.rport = th->source,
	};
}

/**
 * tcp_error_quoted() - the segment that an ICMP error quotes
 * @skb: the error, as at %GONET_TRANSPORT_ERROR
 *
 * Return: its TCP header, of which there are 8 bytes: the ports and the sequence number.
 */
const struct tcphdr *tcp_error_quoted(const struct sk_buff *skb)
{
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));

	return (const void *)inner + inner->ihl * 4;
}

/**
 * tcp_error_key() - which connection an ICMP error is about
 * @skb: the error, as at %GONET_TRANSPORT_ERROR
 *
 * Return: the key.
 */
struct tcp_tuple tcp_error_key(const struct sk_buff *skb)
{
	const struct iphdr *inner = (const void *)(skb->data + sizeof(struct icmphdr));
	const struct tcphdr *th = tcp_error_quoted(skb);

	return (struct tcp_tuple) {
		.laddr = inner->saddr,
		.raddr = inner->daddr,
		.lport = th->source,
		.rport = th->dest,
	};
}

/**
 * tcp_segment_write() - put a header before a segment's payload
 * @skb: the payload, with room for the header
 * @f: the header; its length is set here
 * @o: the options
 * @saddr: from which address it goes, for the checksum
 * @daddr: to which
 *
 * The wire's checksum is promised; it is computed only where there is a wire.
 */
void tcp_segment_write(struct sk_buff *skb, const struct tcp_fields *f,
		       const struct tcp_options *o, __be32 saddr, __be32 daddr)
{
	size_t optlen = tcp_options_len(o);
	struct tcphdr *th = skb_push(skb, sizeof(*th) + optlen);

	skb_reset_transport_header(skb);
	th->source = htons(f->sport);
	th->dest = htons(f->dport);
	th->seq = htonl(f->seq);
	th->ack_seq = htonl(f->ack);
	tcp_flag_word(th) = 0;
	th->doff = (sizeof(*th) + optlen) / 4;
	((u8 *)th)[13] = f->flags;
	th->window = htons(f->window);
	th->urg_ptr = htons(f->urgent);
	tcp_options_build((u8 *)(th + 1), o);
	th->check = ~csum_tcpudp_magic(saddr, daddr, skb->len, IPPROTO_TCP, 0);
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb->ip_summed = CHECKSUM_PARTIAL;
}

/**
 * tcp_reply_send() - send a segment that no connection sends
 * @stack: from which stack
 * @reply: the segment
 *
 * Context: any but hard interrupt.
 *
 * Return: 0; -ENOMEM, -ENOBUFS, -EPIPE.
 */
int tcp_reply_send(struct gonet_stack *stack, const struct tcp_reply *reply)
{
	const struct tcp_fields f = {
		.sport = ntohs(reply->key.lport),
		.dport = ntohs(reply->key.rport),
		.seq = reply->seq,
		.ack = reply->ack,
		.window = reply->window,
		.flags = reply->flags,
	};
	const struct gonet_flow flow = {
		.saddr = reply->key.laddr,
		.daddr = reply->key.raddr,
		.oif = reply->oif,
		.tos = reply->tos,
		.ttl = reply->ttl,
		.flags = GONET_CB_DF_IF_FITS,
	};
	struct sk_buff *skb = alloc_skb(TCP_HEADROOM, GFP_ATOMIC);

	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, TCP_HEADROOM);
	tcp_segment_write(skb, &f, &reply->o, flow.saddr, flow.daddr);
	gonet_count(stack, TcpOutSegs);
	if (reply->flags & TCP_RST) {
		gonet_count(stack, TcpOutRsts);
		trace_gonet_tcp_send_reset(stack, 0, &reply->key, 0, reply->seq);
	}
	return gonet_ipv4_send(stack, skb, &flow, IPPROTO_TCP, 0);
}

/**
 * tcp_reply_reset() - answer a segment by a RST (RFC 9293 3.10.7.1)
 * @stack: who received it
 * @skb: the segment; stays the caller's
 * @seg: what was read of it
 *
 * Context: any but hard interrupt.
 */
void tcp_reply_reset(struct gonet_stack *stack, struct sk_buff *skb, const struct tcp_seg *seg)
{
	struct tcp_reply reply = { .key = tcp_segment_key(skb), .flags = TCP_RST };

	if (seg->f.flags & TCP_RST)
		return;
	if (seg->f.flags & TCP_ACK) {
		reply.seq = seg->f.ack;
	} else {
		reply.flags |= TCP_ACK;
		reply.ack = seg->f.seq + seg->len + !!(seg->f.flags & TCP_SYN) +
			    !!(seg->f.flags & TCP_FIN);
	}
	tcp_reply_send(stack, &reply);
}

/**
 * tcp_challenge_may() - whether a challenge ACK may be sent (RFC 5961 7)
 * @tcp: whose
 *
 * A thousand a second, by all connections together; how many are left says nothing, as
 * the number is drawn anew every second.
 *
 * Context: any but hard interrupt.
 *
 * Return: true if it may.
 */
bool tcp_challenge_may(struct gonet_tcp *tcp)
{
	u32 now = jiffies / HZ;

	if (READ_ONCE(tcp->challenge_stamp) != now) {
		WRITE_ONCE(tcp->challenge_stamp, now);
		atomic_set(&tcp->challenges, 500 + get_random_u32() % 1000);
	}
	if (atomic_dec_return(&tcp->challenges) < 0) {
		gonet_count(tcp->stack, TcpExtTCPACKSkippedChallenge);
		return false;
	}
	gonet_count(tcp->stack, TcpExtTCPChallengeACK);
	return true;
}

/**
 * tcp_isn() - the initial sequence number of a connection (RFC 6528)
 * @tcp: whose
 * @key: the connection
 * @least: not before where one that was here before had come to (RFC 9293 3.4.1), or 0
 *
 * A clock of 64 ns, as natively, and a keyed hash.
 *
 * Return: the number.
 */
u32 tcp_isn(struct gonet_tcp *tcp, const struct tcp_tuple *key, u32 least)
{
	u32 iss = (u32)siphash(key, sizeof(*key), &tcp->isn_key) + (u32)(ktime_get_real_ns() >> 6);

	return least && seq_before(iss, least) ? least : iss;
}

/**
 * tcp_ts_offset() - by how much a connection's timestamps are shifted (RFC 7323 7.1)
 * @tcp: whose
 * @key: the connection
 *
 * The same for all connections of two hosts, so that a later one has later timestamps
 * (RFC 6191).
 *
 * Return: what to add to the clock.
 */
u32 tcp_ts_offset(struct gonet_tcp *tcp, const struct tcp_tuple *key)
{
	return (u32)siphash_2u32((__force u32)key->laddr, (__force u32)key->raddr, &tcp->isn_key);
}
