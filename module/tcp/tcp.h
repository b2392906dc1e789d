/* SPDX-License-Identifier: GPL-2.0 */
/* What the TCP files tell each other. */
#ifndef _GONET_TCP_TCP_H
#define _GONET_TCP_TCP_H

#include <linux/percpu_counter.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/ktime.h>
#include <linux/tcp.h>
#include <linux/xarray.h>

#include <gonet/ipv4.h>
#include <gonet/stack.h>
#include <gonet/tcp.h>

#include "logic/minisock.h"
#include "logic/receiver.h"
#include "logic/segment.h"
#include "logic/sender.h"
#include "logic/state.h"

/* Inputs of the dealer behind GONET_TRANSPORT_REQUEST. */
enum {
	TCP_RX_NOTE = GONET_TRANSPORT_INPUTS,	/* struct tcp_note */
	TCP_RX_WAITED,		/* struct tcp_tw, which is in the table no more */
	TCP_RX_PEER,		/* struct tcp_fast_peer */
	TCP_RX_AGAIN,		/* skb: as TCP_RECV_IN's, from the keeper; TCP_CB(): iss */
	TCP_RX_INPUTS,
};

/**
 * struct tcp_cb - what the dealer and the keeper note on a segment, in &sk_buff.cb
 * @cb: as it came
 * @iss: it opens a connection in the place of one that is over, whose initial sequence
 *	number must not be before this; or 0
 */
struct tcp_cb {
	struct gonet_cb cb;
	u32 iss;
};

#define TCP_CB(skb)	((struct tcp_cb *)(skb)->cb)

/* Inputs of a receive half. */
enum {
	TCP_RECV_IN,		/* skb: data at the TCP header, which is there and linear */
	TCP_RECV_READ,		/* struct gonet_stream: the program has read */
};

/* Inputs of a send half. */
enum {
	TCP_SEND_NEWS,		/* struct tcp_news, from the receive half */
	TCP_SEND_DATA,		/* skb: payload, from sendmsg() */
	TCP_SEND_POKE,		/* struct gonet_stream: see &gonet_stream.wanted */
	TCP_SEND_CALL,		/* struct tcp_call */
	TCP_SEND_TIMER,
	TCP_SEND_ERROR,		/* skb: an ICMP error, as at GONET_TRANSPORT_ERROR */
	TCP_SEND_INPUTS,
};

/* Inputs of a listener. */
enum {
	TCP_LISTEN_IN,		/* skb: as TCP_RECV_IN's */
	TCP_LISTEN_TIMER,
	TCP_LISTEN_ERROR,	/* skb: an ICMP error, as at GONET_TRANSPORT_ERROR */
	TCP_LISTEN_INPUTS,
};

/* Inputs of the process that keeps connections that are over. */
enum {
	TCP_TW_NEW,		/* struct tcp_tw */
	TCP_TW_IN,		/* skb: as TCP_RECV_IN's */
	TCP_TW_YIELD,		/* struct tcp_tw_call */
	TCP_TW_TIMER,
	TCP_TW_INPUTS,
};

#define TCP_NEWS_DEPTH	4096	/* segments that a busy send half may be behind */
#define TCP_ACK_EVERY	(HZ / 2)	/* to segments that say nothing new, as natively */
#define TCP_DATA_DEPTH	16384	/* sends that wait for a busy send half */
#define TCP_FAST_PEERS	1024	/* peers whose Fast Open cookies are kept, most */

struct tcp_fast_peer;

/**
 * struct gonet_tcp - the connections and ports of a stack
 * @stack: whose they are
 * @conns: &struct tcp_entry by key; entered by the dealer (connect) and listeners, read
 *	under RCU
 * @ports: &struct tcp_port by number; the dealer's
 * @isn_key: of initial sequence numbers and timestamps (RFC 6528)
 * @cookie_key: of SYN cookies
 * @fast_keys: of Fast Open cookies for peers, where the listener has none of its own
 * @fast_peers: what is known of Fast Open with others, by hash; the dealer's, read under RCU
 * @seed: spreads flows over listeners that share a port
 * @n_ports: how many ports are in use; the dealer's
 * @n_tw: connections that are over; their keeper's
 * @mem: bytes of memory that connections take (tcp_mem.c)
 * @pressure: since when that is too much, in jiffies, or 0
 * @challenge_stamp: second for which @challenges counts
 * @challenges: challenge ACKs that may still be sent in it (RFC 5961 7)
 */
struct gonet_tcp {
	struct gonet_stack *stack;
	struct rhashtable conns;
	struct xarray ports;
	siphash_key_t isn_key;
	siphash_key_t cookie_key;
	struct gonet_tcp_keys fast_keys;
	struct tcp_fast_peer __rcu *fast_peers[TCP_FAST_PEERS];
	u32 seed;
	unsigned int n_ports;
	unsigned int n_tw;
	struct percpu_counter mem;
	unsigned long pressure;
	u32 challenge_stamp;
	atomic_t challenges;
};

/**
 * struct tcp_bound - a socket in the table of ports, or a connection in TIME-WAIT
 * @gt: the socket, which asks to be taken out before it goes; or NULL, when only the record
 *	of its connection is left (&tcp_tw.bound)
 * @reuse: of such a record: the socket had SO_REUSEADDR
 * @reuseport: and SO_REUSEPORT
 * @uid: whose it is, for SO_REUSEPORT
 * @laddr: own address that it is bound to, or 0
 * @oif: &gonet_iface.index that it is restricted to, or 0
 * @number: its port
 * @chosen: connect() chose the port: others may share it with other peers
 * @node: in &tcp_port.bound
 * @listen_node: in &tcp_port.listen, if @listening
 * @listen: to its process, if @listening
 * @listening: it listens
 */
struct tcp_bound {
	struct gonet_stream *gt;
	bool reuse;
	bool reuseport;
	kuid_t uid;
	__be32 laddr;
	u32 oif;
	u16 number;
	bool chosen;
	struct hlist_node node;
	struct hlist_node listen_node;
	struct csp_out listen;
	bool listening;
};

/* What the receive half tells the send half: bits of &tcp_news.flags. */
#define TCP_NEWS_SYN		0x0001	/* the peer's SYN; with TCP_NEWS_ACK it acknowledges ours */
#define TCP_NEWS_ACK		0x0002	/* @ack counts */
#define TCP_NEWS_ACK_NOW	0x0004	/* what has arrived is acknowledged at once */
#define TCP_NEWS_ACK_LATER	0x0008	/* or a little later */
#define TCP_NEWS_FIN		0x0010	/* the peer has sent all that it will */
#define TCP_NEWS_RESET		0x0020	/* a valid RST */
#define TCP_NEWS_CHALLENGE	0x0040	/* a challenge ACK is due */
#define TCP_NEWS_ABORT		0x0080	/* data for a program that has gone: RST */
#define TCP_NEWS_REFUSE		0x0100	/* RST with sequence number @ack.ack */

/**
 * struct tcp_news - message from the receive half to the send half
 * @flags: TCP_NEWS_*
 * @ack: what the segment says of what we have sent
 * @rcv_nxt: RCV.NXT
 * @edge: the right edge of the window to advertise
 * @ts_recent: what to echo
 * @ato_us: how long TCP_NEWS_ACK_LATER may be
 * @n_sack: SACK blocks to send
 * @sack: they
 * @options: with TCP_NEWS_SYN: of the SYN
 * @ce: the packet was marked by a router (RFC 3168)
 * @cwr: it has CWR
 */
struct tcp_news {
	u16 flags;
	u8 n_sack;
	bool ce;
	bool cwr;
	struct tcp_ack ack;
	u32 rcv_nxt;
	u32 edge;
	u32 ts_recent;
	u32 ato_us;
	struct tcp_block sack[TCP_SACK_MAX];
	struct tcp_options options;
};

/* What is asked of a send half, with an answer. */
enum tcp_call_op {
	TCP_CALL_CONNECT,	/* send the SYN; @flow: where to, @how, @data */
	TCP_CALL_DATA,		/* send a SYN that has waited for @data */
	TCP_CALL_INFO,		/* fill in @info */
	TCP_CALL_CLOSE,		/* nobody has the socket any more: finish */
	TCP_CALL_ABORT,		/* the same: reset */
};

/**
 * struct tcp_call - message to a send half, from a system call
 * @call: to be answered
 * @op: what is asked
 * @info: for TCP_CALL_INFO
 * @flow: for TCP_CALL_CONNECT
 * @how: for the same
 * @least: for the same: what the initial sequence number must not be before, or 0
 * @data: payload for the SYN, or NULL; given away on success only
 */
struct tcp_call {
	struct csp_call call;
	enum tcp_call_op op;
	struct tcp_info *info;
	const struct gonet_flow *flow;
	enum gonet_tcp_open how;
	u32 least;
	struct sk_buff *data;
};

/**
 * struct tcp_open - what the handshake agreed upon: how the halves of a child begin
 * @iss: our initial sequence number
 * @irs: the peer's
 * @mss: what the peer takes
 * @wnd: the window that its last segment advertised, scaled
 * @rcv_wnd: the window that we have advertised
 * @ts_recent: the peer's timestamp
 * @rtt_us: round trip of the handshake, or 0
 * @snd_wscale: by how much the peer shifts its windows
 * @rcv_wscale: and we ours
 * @wscale_ok: windows are scaled at all
 * @sack_ok: SACK is used
 * @ts_ok: timestamps are
 * @ecn_ok: ECN is
 * @retransmitted: our SYN was sent more than once
 * @syn: the headers of the peer's SYN, if they are wanted, or NULL; the child's, once there is one
 * @fast: Fast Open: of which listener; the handshake is not done, or NULL
 * @syn_data: and the SYN has data
 * @cookie_len: bytes of @cookie
 * @cookie: what our SYN-ACK gives the peer
 */
struct tcp_open {
	u32 iss;
	u32 irs;
	u16 mss;
	u32 wnd;
	u32 rcv_wnd;
	u32 ts_recent;
	u32 rtt_us;
	u8 snd_wscale;
	u8 rcv_wscale;
	bool wscale_ok;
	bool sack_ok;
	bool ts_ok;
	bool ecn_ok;
	bool retransmitted;
	struct gonet_tcp_syn *syn;
	struct gonet_stream *fast;
	bool syn_data;
	u8 cookie_len;
	u8 cookie[TCP_COOKIE_MAX];
};

/**
 * struct tcp_reply - a segment that no connection sends
 * @key: between whom: @key.laddr is the sender's
 * @seq: sequence number
 * @ack: acknowledgment number
 * @window: as it is in the header
 * @flags: control bits
 * @tos: TOS byte
 * @ttl: TTL, or 0
 * @oif: &gonet_iface.index to send on, or 0
 * @o: options
 */
struct tcp_reply {
	struct tcp_tuple key;
	u32 seq;
	u32 ack;
	u16 window;
	u8 flags;
	u8 tos;
	u8 ttl;
	u32 oif;
	struct tcp_options o;
};

/* Microseconds of a clock that never goes back. */
static inline u64 tcp_now(void)
{
	return ktime_to_us(ktime_get());
}

/* The same as a timestamp: milliseconds (RFC 7323 5.4). */
static inline u32 tcp_ts(u64 now_us)
{
	return (u32)div_u64(now_us, 1000);
}

static inline struct gonet_tcp *tcp_of(struct gonet_stack *stack)
{
	return stack->tcp;
}

/* tcp_table.c: connections by their key */
int tcp_table_init(struct gonet_tcp *tcp);
void tcp_table_destroy(struct gonet_tcp *tcp);
struct tcp_entry *tcp_table_find(struct gonet_tcp *tcp, const struct tcp_tuple *key);
int tcp_table_add(struct gonet_tcp *tcp, struct tcp_entry *e);
int tcp_table_replace(struct gonet_tcp *tcp, struct tcp_entry *old, struct tcp_entry *e);
void tcp_table_del(struct gonet_tcp *tcp, struct tcp_entry *e);

/* tcp_port.c: who is bound to which port; the dealer's steps */
int tcp_ports_bind(struct gonet_tcp *tcp, struct gonet_bind_request *req);
int tcp_ports_rebind(struct gonet_tcp *tcp, struct gonet_bind_request *req);
int tcp_ports_connect(struct gonet_tcp *tcp, struct gonet_bind_request *req);
int tcp_ports_listen(struct csp_proc *proc, struct gonet_tcp *tcp, struct gonet_stream *gt);
void tcp_ports_unlisten(struct csp_proc *proc, struct gonet_stream *gt);
int tcp_ports_inherit(struct gonet_tcp *tcp, struct gonet_stream *gt, struct tcp_bound *b);
void tcp_ports_leave(struct csp_proc *proc, struct gonet_tcp *tcp, struct gonet_stream *gt);
void tcp_ports_waited(struct gonet_tcp *tcp, struct tcp_bound *b);
void tcp_ports_destroy(struct gonet_tcp *tcp);
struct tcp_bound *tcp_ports_listener(struct gonet_tcp *tcp, const struct tcp_tuple *key, u32 iif);

/* tcp_segment.c: reading and writing segments */
bool tcp_segment_read(struct gonet_stack *stack, struct sk_buff *skb, struct tcp_seg *seg);
bool tcp_segment_verify(struct gonet_stack *stack, struct sk_buff *skb);
bool tcp_segment_take(struct gonet_stack *stack, struct sk_buff *skb, struct tcp_seg *seg);
struct tcp_tuple tcp_segment_key(const struct sk_buff *skb);
const struct tcphdr *tcp_error_quoted(const struct sk_buff *skb);
struct tcp_tuple tcp_error_key(const struct sk_buff *skb);
void tcp_segment_write(struct sk_buff *skb, const struct tcp_fields *f,
		       const struct tcp_options *o, __be32 saddr, __be32 daddr);
int tcp_reply_send(struct gonet_stack *stack, const struct tcp_reply *reply);
void tcp_reply_reset(struct gonet_stack *stack, struct sk_buff *skb, const struct tcp_seg *seg);
bool tcp_challenge_may(struct gonet_tcp *tcp);
u32 tcp_isn(struct gonet_tcp *tcp, const struct tcp_tuple *key, u32 least);
u32 tcp_ts_offset(struct gonet_tcp *tcp, const struct tcp_tuple *key);

/* tcp_listen.c */
struct csp_proc *tcp_listen_start(struct gonet_stream *gt);
void tcp_listen_pass(struct gonet_stack *stack, const struct tcp_entry *e, unsigned int input,
		     struct sk_buff *skb);

/* tcp_fast_peer.c: Fast Open cookies of others; the dealer's steps */
void tcp_fast_learnt(struct gonet_tcp *tcp, void *msg);
void tcp_fast_forget(struct gonet_tcp *tcp);

/* tcp_fast_listen.c: Fast Open by peers */
void tcp_fast_listen(struct gonet_stream *gt, u32 backlog);
void tcp_fast_pend(struct gonet_stream *listener);
void tcp_fast_unpend(struct gonet_stream *listener, bool reset);

/* tcp_conn.c: connections begin and end */
int tcp_conn_start(struct gonet_stream *gt, const struct tcp_open *open, gfp_t gfp);
struct gonet_stream *tcp_conn_child(struct gonet_stream *listener, const struct tcp_tuple *key,
				    const struct tcp_open *open);
void tcp_conn_drop(struct gonet_stream *gt);
void tcp_conn_put(struct gonet_stream *gt);
int tcp_conn_call(struct gonet_stream *gt, struct tcp_call *call);
u32 tcp_conn_buffer(const struct sock *sk);
u32 tcp_conn_room(const struct sock *sk);
u8 tcp_conn_wscale(struct gonet_stack *stack, const struct sock *sk);
u32 tcp_conn_mtu(struct gonet_stream *gt, const struct gonet_flow *flow);
u16 tcp_conn_mss(struct gonet_stream *gt, const struct gonet_flow *flow);

/* tcp_mem.c: the memory that connections take together */
int tcp_mem_init(struct gonet_stack *stack);
void tcp_mem_destroy(struct gonet_stack *stack);
void tcp_mem_add(struct gonet_stack *stack, int bytes);
void tcp_mem_own(struct gonet_stream *gt, struct sk_buff *skb);
bool tcp_mem_short(struct gonet_stack *stack);
bool tcp_mem_may_grow(struct gonet_stack *stack);
bool tcp_mem_full(struct gonet_stack *stack);

/* tcp_recv.c, tcp_send.c */
struct csp_proc *tcp_recv_start(struct gonet_stream *gt, const struct tcp_open *open,
				struct csp_proc *send, gfp_t gfp);
struct csp_proc *tcp_send_start(struct gonet_stream *gt, const struct tcp_open *open, gfp_t gfp);
extern struct csp_kind tcp_recv_kind;
extern struct csp_kind tcp_send_kind;
extern struct kmem_cache *tcp_news_cache;
extern struct kmem_cache *tcp_sent_cache;

/* tcp_tw.c */
/**
 * struct tcp_tw - a connection that is over
 * @entry: in the table
 * @tcp: which it is in
 * @rcu: frees it
 * @kept: its keeper has it; what is in the table before that it does not touch
 * @bound: its place among the ports, or NULL as long as its socket has that; the dealer's,
 *	which the record goes to when it is in the table no more
 * @node: with its keeper, oldest first
 * @expires: when it goes, in jiffies
 * @wait: what is known of it
 * @window: as in the header
 * @ts_offset: by how much our timestamps are shifted
 * @tos: TOS byte of answers
 * @ttl: TTL of answers, or 0
 * @last_ack: when one was last sent, in jiffies
 */
struct tcp_tw {
	struct tcp_entry entry;
	struct gonet_tcp *tcp;
	struct rcu_head rcu;
	bool kept;
	struct tcp_bound *bound;
	struct list_head node;
	unsigned long expires;
	struct tcp_mini_wait wait;
	u16 window;
	u32 ts_offset;
	u8 tos;
	u8 ttl;
	unsigned long last_ack;
};

/* Values of net.gonet.tcp_tw_reuse. */
enum tcp_tw_reuse {
	TCP_TW_REUSE_NO,	/* a port that connect() chooses is not one in TIME-WAIT */
	TCP_TW_REUSE_YES,
	TCP_TW_REUSE_LOOPBACK,	/* only from or to an address of the loopback */
};

/**
 * struct tcp_tw_call - message to the keeper: may a new connection have this one's place?
 * @call: to be answered: 0 when it has made way, or -EADDRNOTAVAIL
 * @key: which
 * @least_us: for how long the peer must have said nothing
 * @iss: set to what the new one's initial sequence number must not be before
 */
struct tcp_tw_call {
	struct csp_call call;
	struct tcp_tuple key;
	u64 least_us;
	u32 iss;
};

#endif /* _GONET_TCP_TCP_H */
