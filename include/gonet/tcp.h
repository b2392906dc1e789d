/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP: what stream sockets and the processes of TCP share.
 *
 * A connection is a socket and two processes. The receive half takes segments from the
 * dealer and puts their data into the socket's queue; the send half takes data from
 * sendmsg(), sends it, and owns the connection's state. Each tells the other by messages;
 * what others may read of them they publish in struct gonet_stream, each field written by
 * one process (or by system calls under lock_sock()) and read anywhere with READ_ONCE().
 */
#ifndef _GONET_TCP_H
#define _GONET_TCP_H

#include <linux/rhashtable-types.h>
#include <linux/siphash.h>

#include <gonet/sock.h>

struct tcp_cc_ops;
struct tcp_info;

/**
 * struct tcp_tuple - by which a segment finds its connection
 * @laddr: own address
 * @raddr: the peer's
 * @lport: own port
 * @rport: the peer's
 */
struct tcp_tuple {
	__be32 laddr;
	__be32 raddr;
	__be16 lport;
	__be16 rport;
};

/* What has a key. */
enum tcp_entry_kind {
	TCP_ENTRY_CONN,		/* struct gonet_stream */
	TCP_ENTRY_REQUEST,	/* a connection being opened by a peer (tcp/tcp_listen.c) */
	TCP_ENTRY_TIME_WAIT,	/* one that is over (tcp/tcp_tw.c) */
};

/**
 * struct tcp_entry - in the table of connections
 * @node: by @key
 * @key: the key
 * @kind: what it is part of
 *
 * Freed after an RCU grace period.
 */
struct tcp_entry {
	struct rhash_head node;
	struct tcp_tuple key;
	u8 kind;
};

#define GONET_TCP_KEYS	2	/* the one in use, and the one before */

/**
 * struct gonet_tcp_keys - keys of Fast Open cookies; never changes
 * @rcu: frees it
 * @n: how many there are
 * @key: they, in use the first
 */
struct gonet_tcp_keys {
	struct rcu_head rcu;
	unsigned int n;
	siphash_key_t key[GONET_TCP_KEYS];
};

/**
 * struct gonet_tcp_syn - headers of the SYN by which a peer has opened a connection
 * @len: how many bytes
 * @data: they
 */
struct gonet_tcp_syn {
	u16 len;
	u8 data[];
};

/**
 * struct tcp_note - message to the dealer about the port of a socket, never lost
 * @gt: the socket, referenced while the note is under way
 * @bound: memory for its place among the ports, if it gets one
 * @add: it shares the port of the listener that it comes from; else it gives its port up
 * @late: the port has been given up since, so there is nothing to share; the dealer's
 *
 * Part of the socket, and sent once.
 */
struct tcp_note {
	struct gonet_stream *gt;
	struct tcp_bound *bound;
	bool add;
	bool late;
};

/* What a system call wants of the send half; bits of &gonet_stream.wanted. */
enum gonet_tcp_poke {
	GONET_TCP_PUSH,		/* look at the options again, and send what may be sent */
	GONET_TCP_SHUTDOWN,	/* a FIN behind &gonet_stream.written */
	GONET_TCP_ABORT,	/* RST, at once; the socket can be used again when it has ended */
	GONET_TCP_KEEPALIVE,	/* SO_KEEPALIVE or its times have changed */
	GONET_TCP_ACK,		/* acknowledge what has not been (TCP_QUICKACK) */
};

/* How a connection is opened. */
enum gonet_tcp_open {
	GONET_TCP_OPEN,		/* by a SYN, at once */
	GONET_TCP_OPEN_FAST,	/* the same, which has data or asks for a cookie (RFC 7413) */
	GONET_TCP_OPEN_LATER,	/* with the first data: see gonet_tcp_fast_data() */
};

/**
 * struct gonet_tcp_opts - options of SOL_TCP; set under lock_sock(), read by the halves
 * @maxseg: TCP_MAXSEG, or 0
 * @keepidle: TCP_KEEPIDLE, seconds; 0 for net.gonet.tcp_keepalive_time
 * @keepintvl: TCP_KEEPINTVL, seconds, or 0
 * @keepcnt: TCP_KEEPCNT, or 0
 * @syncnt: TCP_SYNCNT, or 0
 * @linger2: TCP_LINGER2, seconds; 0 for tcp_fin_timeout, -1 for not at all
 * @defer_accept: TCP_DEFER_ACCEPT, seconds, or 0
 * @window_clamp: TCP_WINDOW_CLAMP, bytes, or 0
 * @user_timeout: TCP_USER_TIMEOUT, milliseconds, or 0
 * @notsent_lowat: TCP_NOTSENT_LOWAT, bytes; 0 for tcp_notsent_lowat
 * @fastopen: TCP_FASTOPEN's queue length, or 0
 * @fastopen_connect: TCP_FASTOPEN_CONNECT; under lock_sock()
 * @fastopen_no_cookie: TCP_FASTOPEN_NO_COOKIE
 * @cc: TCP_CONGESTION
 * @nodelay: TCP_NODELAY
 * @cork: TCP_CORK
 * @quickack: TCP_QUICKACK, as last set
 * @quick_set: how often it has been: the receive half heeds each once
 * @save_syn: TCP_SAVE_SYN: 1 from the IP header on, 2 from Ethernet's
 * @inq: TCP_INQ
 */
struct gonet_tcp_opts {
	u16 maxseg;
	u32 keepidle;
	u32 keepintvl;
	u8 keepcnt;
	u8 syncnt;
	int linger2;
	u32 defer_accept;
	u32 window_clamp;
	u32 user_timeout;
	u32 notsent_lowat;
	u32 fastopen;
	bool fastopen_connect;
	bool fastopen_no_cookie;
	const struct tcp_cc_ops *cc;
	bool nodelay;
	bool cork;
	bool quickack;
	u32 quick_set;
	u8 save_syn;
	bool inq;
};

/**
 * struct gonet_tcp_pub - what the halves of a connection publish, each field of one of them
 * @una: SND.UNA; the send half's, and so down to @ack_waits
 * @nxt: SND.NXT, before the segment that reaches it leaves
 * @max_wnd: the largest window that the peer has advertised
 * @iss: the initial sequence number
 * @ts_offset: by how much timestamps are shifted
 * @ack_sent: RCV.NXT as it has last been acknowledged
 * @srtt_us: smoothed round-trip time, or 0
 * @data_sent_us: when data was last sent
 * @ack_waits: how often an ACK has been put off, and nothing went with which it could go
 * @ato_us: how long an ACK may be put off; the receive half's, and so all that follows
 * @rcv_mss: bytes of payload of the peer's full segments
 * @data_us: when data last arrived
 * @quick_seen: of &gonet_tcp_opts.quick_set, how many have been heeded
 * @pingpong: ACKs may wait for data of ours to go with
 * @snd_wscale: by how much the peer shifts its windows
 * @ecn_seen: a packet has come that could have been marked (RFC 3168)
 * @segs_in: segments that have arrived
 * @data_segs_in: of these, with payload
 * @ooo_in: packets that came out of order
 * @rcv_rtt_us: round-trip time as the receive half sees it, or 0
 * @rcv_space: the most that has been read in a round trip, bytes
 * @rcv_limit: how much of the buffer may be offered
 * @bytes_in: as &gonet_stream.received, in full
 */
struct gonet_tcp_pub {
	u32 una;
	u32 nxt;
	u32 max_wnd;
	u32 iss;
	u32 ts_offset;
	u32 ack_sent;
	u32 srtt_us;
	u64 data_sent_us;
	u32 ack_waits;
	u32 ato_us;
	u32 rcv_mss;
	u64 data_us;
	u32 quick_seen;
	bool pingpong;
	u8 snd_wscale;
	bool ecn_seen;
	u32 segs_in;
	u32 data_segs_in;
	u32 ooo_in;
	u32 rcv_rtt_us;
	u32 rcv_space;
	u32 rcv_limit;
	u64 bytes_in;
};

/**
 * struct gonet_stream - a stream socket
 * @gs: the socket; &gonet_sock.reader is the receive half, or a listener's process
 * @send: the send half, referenced, or NULL; read under RCU
 * @entry: its place in the table of connections, if @listed
 * @listed: it has one; the send half takes it out
 * @o: options
 * @written: bytes that sendmsg() has given to the send half, modulo 2^32; under lock_sock()
 * @more: the last sendmsg() said that more will follow (MSG_MORE); under lock_sock()
 * @deferred: it is to connect with the first data that is written; under lock_sock()
 * @acked: bytes of these that the peer has acknowledged; the send half's
 * @sent: bytes of these that have been sent at least once; the send half's
 * @received: bytes that the receive half has put into sk_receive_queue, modulo 2^32
 * @copied: bytes of these that recvmsg() has taken; under lock_sock()
 * @ended: the peer's FIN has come: to who reads it is the end, whatever comes of the
 *	connection then; the send half's. Natively SOCK_DONE, but flags of a socket are not
 *	changed by two at once.
 * @reading: packets that recvmsg() has taken out of sk_receive_queue, whose first
 *	&gonet_stream.read_off bytes have been copied; under lock_sock(). Those in the queue
 *	are the receive half's, which may add data to the last of them.
 * @read_off: see @reading
 * @nospace: somebody waits for room to write; see gonet_stream_write_space()
 * @urg: the receive half's: urgent data: 0 none; GONET_URG_NOTYET: announced;
 *	GONET_URG_VALID | the byte: there; GONET_URG_READ: recvmsg() has read it, but has
 *	not passed its place, at which it becomes 0; changed by cmpxchg()
 * @urg_at: the urgent byte's place as @received counts; written before @urg
 * @wanted: bits of enum gonet_tcp_poke
 * @poked: the send half has a message about @wanted in its queue
 * @read_poked: the receive half has one about what has been read
 * @mss: bytes of payload in a full segment; the send half's
 * @rcv_wscale: by how much our windows are shifted; from connect() and listen() on
 * @advertised: the window last advertised, bytes; the receive half's
 * @backlog: listen(2)'s, under lock_sock()
 * @early: a peer has opened it by Fast Open: it may be written to before the handshake is done
 * @fast_keys: of a listener: TCP_FASTOPEN_KEY, or NULL; set under lock_sock(), read under RCU
 * @fast_pending: of a listener: connections opened so, whose handshake is not done; atomic
 * @fast_resets: and those that their peers have reset since; atomic
 * @fast_reset_at: when the last of these was, in jiffies
 * @saved_syn: of a child: what its listener has saved for it, or NULL; under lock_sock()
 * @n_accept: connections that await accept(); atomic
 * @accept: they, for accept(): &gonet_stream.accept_node, under @accept_lock
 * @accept_lock: keeps the listener's process and accept() apart
 * @accept_node: of a child: in its listener's @accept
 * @inherit: tells the dealer that a child shares its listener's port
 * @leave: tells it that the connection needs its port no more
 * @pub: what the halves publish for each other
 */
struct gonet_stream {
	struct gonet_sock gs;	/* must be first */
	struct csp_proc __rcu *send;
	struct tcp_entry entry;
	bool listed;
	struct gonet_tcp_opts o;
	u32 written;
	bool more;
	bool deferred;
	u32 acked;
	u32 sent;
	u32 received;
	u32 copied;
	bool ended;
	struct sk_buff_head reading;
	u32 read_off;
	bool nospace;
	u32 urg;
	u32 urg_at;
	unsigned long wanted;
	atomic_t poked;
	atomic_t read_poked;
	u32 mss;
	u8 rcv_wscale;
	u32 advertised;
	u32 backlog;
	bool early;
	struct gonet_tcp_keys __rcu *fast_keys;
	atomic_t fast_pending;
	atomic_t fast_resets;
	unsigned long fast_reset_at;
	struct gonet_tcp_syn *saved_syn;
	atomic_t n_accept;
	struct list_head accept;
	spinlock_t accept_lock;	/* see above */
	struct list_head accept_node;
	struct tcp_note inherit;
	struct tcp_note leave;
	struct gonet_tcp_pub pub;
};

#define GONET_TCP_CC_NAME_MAX	16	/* as TCP_CA_NAME_MAX, with the 0 */

#define GONET_URG_READ		0x400
#define GONET_URG_NOTYET	0x200
#define GONET_URG_VALID		0x100

/**
 * struct gonet_tcp_data - what sendmsg() notes on payload, in &sk_buff.cb
 * @urgent: its last byte is urgent (MSG_OOB)
 */
struct gonet_tcp_data {
	bool urgent;
};

#define GONET_TCP_DATA(skb)	((struct gonet_tcp_data *)(skb)->cb)

/**
 * gonet_stream() - the stream socket that a socket is
 * @sk: a SOCK_STREAM socket of the family
 *
 * Return: the same socket.
 */
static inline struct gonet_stream *gonet_stream(struct sock *sk)
{
	return container_of(gonet_sk(sk), struct gonet_stream, gs);
}

/* For the module and the stack. Return: 0 or -ENOMEM. */
int gonet_tcp_module_init(void);
void gonet_tcp_module_exit(void);
int gonet_tcp_init(struct gonet_stack *stack);
void gonet_tcp_destroy(struct gonet_stack *stack);
/* Return: the process with a reference, or ERR_PTR(). */
struct csp_proc *gonet_tcp_start(struct gonet_stack *stack);
struct csp_proc *gonet_tcp_tw_start(struct gonet_stack *stack);

/*
 * For the socket layer; all in process context under lock_sock(), and may sleep, unless
 * they say otherwise.
 */

/* A new socket, or a child of a listener: no connection yet. */
void gonet_tcp_setup(struct gonet_stream *gt);
/* The last reference goes. Any context. */
void gonet_tcp_destruct(struct gonet_stream *gt);

/*
 * Begins to connect: @flow is routed, with both ports but for a source port of 0, which
 * is then chosen. sk_state is TCP_SYN_SENT on success, and sk_state_change() is called when
 * that ends. @data, or NULL: payload for the SYN, as for gonet_tcp_send(), unless it is
 * GONET_TCP_OPEN. Return: 0; -EADDRNOTAVAIL (no port, or the connection exists), -ENOMEM,
 * -ENOBUFS.
 */
int gonet_tcp_connect(struct gonet_stream *gt, const struct gonet_flow *flow,
		      enum gonet_tcp_open how, struct sk_buff *data);
/* Whether programs may open connections by Fast Open (net.gonet.tcp_fastopen). Any context. */
bool gonet_tcp_fast_may(struct gonet_stack *stack);
/* Bytes that a SYN of Fast Open may carry there; 0 without a cookie. Any context. */
u32 gonet_tcp_fast_room(struct gonet_stream *gt, const struct gonet_flow *flow);
/*
 * TCP_FASTOPEN_KEY: @n keys, of 16 bytes each; the listener's, or else the stack's. Return: 0 or
 * -ENOMEM; how many there are.
 */
int gonet_tcp_fast_set_keys(struct gonet_stream *gt, const u8 *raw, unsigned int n);
unsigned int gonet_tcp_fast_get_keys(struct gonet_stream *gt, u8 *raw);
/* After GONET_TCP_OPEN_LATER: the SYN leaves, with @data as above. Return: 0; -EPIPE. */
int gonet_tcp_fast_data(struct gonet_stream *gt, struct sk_buff *data);
/*
 * Listens: the socket is bound; or if it does already, takes a new backlog. sk_state is
 * TCP_LISTEN on success. Return: 0; -EADDRINUSE, -ENOMEM, -ENOBUFS.
 */
int gonet_tcp_listen(struct gonet_stream *gt, u32 backlog);
/* Ends that; connections that nobody has accepted are reset. */
void gonet_tcp_unlisten(struct gonet_stream *gt);
/* A connection that awaits accept(), with a reference for the caller, or NULL. Any context. */
struct gonet_stream *gonet_tcp_accept(struct gonet_stream *gt);

/* Charges payload to the socket's send buffer, and to its stack. Any context. */
void gonet_tcp_own(struct gonet_stream *gt, struct sk_buff *skb);
/*
 * How many bytes of memory a socket's send buffer may take beside its own limit: INT_MAX, or
 * what is left of a small share when the stack's connections take too much; nothing if not
 * positive. Any context.
 */
int gonet_tcp_spare(const struct gonet_stream *gt);
/*
 * Gives payload to the send half; @skb, charged to the socket (gonet_tcp_own()), is
 * given away on success only. The caller has counted it in @gt->written then. Does not sleep.
 * Return: 0; -ENOBUFS when its queue is full, -EPIPE when the connection has ended.
 */
int gonet_tcp_send(struct gonet_stream *gt, struct sk_buff *skb);
/*
 * Nobody has the socket any more (release): what has been written is still sent, and then
 * a FIN; or with @abort a RST now. The port is given up when that is done; a reference is
 * kept until then. Also for sockets that are only bound, or not even that. A listener is
 * to be ended by gonet_tcp_unlisten() before.
 */
bool gonet_tcp_close(struct gonet_stream *gt, bool abort);
/* Tells the send half what is wanted. Any context. */
void gonet_tcp_poke(struct gonet_stream *gt, enum gonet_tcp_poke what);
/* recvmsg() has taken data out: the window may open. Any context but hard interrupt. */
void gonet_tcp_read(struct gonet_stream *gt);
/* TCP_INFO; sleeps. Return: 0 also for a socket that is not connected. */
int gonet_tcp_info(struct gonet_stream *gt, struct tcp_info *info);
/*
 * The namespace's default algorithm; one by its name (NULL if unknown); the @i-th (NULL
 * behind the last). Any context.
 */
const struct tcp_cc_ops *gonet_tcp_cc_default(struct gonet_stack *stack);
const struct tcp_cc_ops *gonet_tcp_cc_find(const char *name);
const struct tcp_cc_ops *gonet_tcp_cc_nth(unsigned int i);
const char *gonet_tcp_cc_name(const struct tcp_cc_ops *cc);

/*
 * Ends what there is of a connection, with a RST if the peer has one, and waits until
 * both halves have ended and the table has it no more; one that has ended, or was never
 * begun, will do. The socket may be connected anew afterwards. The port stays the socket's.
 */
void gonet_tcp_disconnect(struct gonet_stream *gt);

/*
 * For the processes of TCP. They write sk_state, sk_err and sk_shutdown without
 * lock_sock(), in this order, then call sk_state_change() or sk_error_report(); data is in
 * the queue, and @received tells of it, before.
 */

/* Makes a copy of a listener (sk_clone_lock()) a socket of its own, and lists it. Any context. */
void gonet_stream_child(struct gonet_stream *gt);
/* Notes on it, before accept() can take it, how the segment came that opened it. Any context. */
void gonet_stream_opened_by(struct gonet_stream *gt, const struct sk_buff *skb);
/* A connection has ended that no program has any more. Any context. */
void gonet_stream_ended(struct gonet_stream *gt);

/**
 * gonet_tcp_shut() - half or all of a connection is over
 * @sk: the socket
 * @how: RCV_SHUTDOWN, SEND_SHUTDOWN or both, added to what is over already
 *
 * Context: any; the halves and system calls may do so at once.
 */
static inline void gonet_tcp_shut(struct sock *sk, u8 how)
{
	u8 old = READ_ONCE(sk->sk_shutdown), was;

	while ((was = cmpxchg(&sk->sk_shutdown, old, old | how)) != old)
		old = was;
}

/* Bytes that recvmsg() could return. Any context. */
static inline u32 gonet_tcp_readable(const struct gonet_stream *gt)
{
	return READ_ONCE(gt->received) - READ_ONCE(gt->copied);
}

#endif /* _GONET_TCP_H */
