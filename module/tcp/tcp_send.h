/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the send half tell each other. */
#ifndef _GONET_TCP_SEND_H
#define _GONET_TCP_SEND_H

#include "tcp.h"

/**
 * struct tcp_send - the send half's state
 * @stack: whose it is
 * @gt: the connection, of which it holds a reference
 * @st: the connection's state
 * @s: the send sequence space
 * @flow: where segments go
 * @peer_mss: what the peer takes
 * @full_mss: what it, the path and the program take, without options
 * @queue: payload from SND.UNA on, sent or not
 * @head: sequence number of the first byte in @queue
 * @end: sequence number behind the last
 * @hint: the packet of @queue that was last built from, or NULL
 * @hint_seq: sequence number of its first byte
 * @frag: memory into which small payload is gathered
 * @fin_wanted: the program sends no more: a FIN is to follow what it has written
 * @orphan: no program has the socket any more
 * @over: the connection has ended
 * @peer_synced: the peer's SYN has arrived: segments have an ACK
 * @rcv_nxt: RCV.NXT, from the receive half; so down to @sack
 * @edge: the right edge of the window to advertise
 * @ts_recent: what to echo
 * @wnd_closed: the window that was last advertised was 0
 * @wscale_ok: windows are scaled
 * @rcv_wscale: by how much ours are shifted
 * @n_sack: SACK blocks to send with the next ACK
 * @sack: they
 * @ack_now: an ACK is to leave at once
 * @ack_later: it may wait until @ack_timer, or until something else is sent
 * @ecn_echo: the peer is to be told of a marked packet until it says that it has heard
 * @urg: there is urgent data up to @urg_end
 * @urg_end: sequence number behind the urgent byte
 * @segs_out: segments sent, all of them
 * @data_segs_out: of these, with payload
 * @delivered: segments that the peer has, SYN and FIN as well
 * @delivered_ce: of these, in ACKs that tell of congestion (RFC 3168)
 * @fast: Fast Open, until the handshake is done, or NULL
 * @fast_fail: why the data of a SYN was not taken: enum tcp_fo_fail
 * @syn_data: data of a SYN was
 * @heard_us: when the last segment arrived
 * @probes: keep-alive probes that have not been answered
 * @due_us: for when @timer is armed, or 0
 * @timer: of @s
 * @ack_timer: of @ack_later
 * @life_timer: keep-alive, and the end of an orphan in FIN-WAIT-2
 */
struct tcp_send {
	struct gonet_stack *stack;
	struct gonet_stream *gt;
	enum tcp_st st;
	struct tcp_sender s;
	struct gonet_flow flow;
	u16 peer_mss;
	u32 full_mss;
	struct sk_buff_head queue;
	u32 head;
	u32 end;
	struct sk_buff *hint;
	u32 hint_seq;
	struct page_frag frag;
	bool fin_wanted;
	bool orphan;
	bool over;
	bool peer_synced;
	u32 rcv_nxt;
	u32 edge;
	u32 ts_recent;
	bool wnd_closed;
	bool wscale_ok;
	u8 rcv_wscale;
	u8 n_sack;
	struct tcp_block sack[TCP_SACK_MAX];
	bool ack_now;
	bool ack_later;
	bool ecn_echo;
	bool urg;
	u32 urg_end;
	u32 segs_out;
	u32 data_segs_out;
	u32 delivered;
	u32 delivered_ce;
	struct tcp_fast *fast;
	u8 fast_fail;
	bool syn_data;
	u64 heard_us;
	u8 probes;
	u64 due_us;
	struct csp_timer timer;
	struct csp_timer ack_timer;
	struct csp_timer life_timer;
};

/* tcp_send.c */
void tcp_send_event(struct tcp_send *s, enum tcp_event ev);
void tcp_send_grow(struct tcp_send *s);
void tcp_send_publish(struct tcp_send *s);

/* tcp_send_news.c: what arrives */
void tcp_send_news(struct csp_proc *proc, void *msg);
void tcp_send_error(struct csp_proc *proc, void *msg);

/* tcp_send_end.c: how a connection ends */
void tcp_send_fail(struct csp_proc *proc, int err);
void tcp_send_abort(struct csp_proc *proc, int err);
bool tcp_send_starve(struct csp_proc *proc);
void tcp_send_time_wait(struct csp_proc *proc);
void tcp_send_try_exit(struct csp_proc *proc);

/* tcp_send_timer.c */
void tcp_send_timer(struct csp_proc *proc, void *msg);
void tcp_send_arm(struct tcp_send *s, u64 now);
void tcp_send_arm_life(struct tcp_send *s);

/* tcp_queue.c: the payload */
void tcp_queue_add(struct tcp_send *s, struct sk_buff *skb);
void tcp_queue_free(struct tcp_send *s, u32 una);
void tcp_queue_purge(struct tcp_send *s);
u32 tcp_queue_fit(struct tcp_send *s, u32 seq, u32 len, u32 *linear);
int tcp_queue_copy(struct tcp_send *s, u32 seq, u32 len, u32 linear, struct sk_buff *skb);

/* tcp_info.c */
u32 tcp_info_cwnd(const struct tcp_send *s);
u32 tcp_info_ssthresh(const struct tcp_send *s);
void tcp_info_fill(struct tcp_send *s, struct tcp_info *info);

/* tcp_mib.c: counters */
void tcp_mib_sender(struct tcp_send *s);
void tcp_mib_acked(struct tcp_send *s, const struct tcp_ack *ack, const struct tcp_acked *acked,
		   u64 delivered);
void tcp_mib_timeout(const struct tcp_send *s);
void tcp_mib_sent(const struct tcp_send *s, const struct tcp_tx *tx, int err);
void tcp_mib_out(struct tcp_send *s, u32 seq, u32 end, u32 segs, int window);

/* tcp_output.c */
void tcp_output(struct csp_proc *proc);
bool tcp_output_reserve(struct tcp_send *s, u32 n);
int tcp_output_empty(struct tcp_send *s, u8 flags, u32 seq);
u32 tcp_output_mss(struct tcp_send *s, u32 max_wnd);
u32 tcp_output_bound(const struct tcp_send *s, u32 max_wnd);
void tcp_send_conf(struct tcp_send *s, struct tcp_sender_conf *conf);

#endif /* _GONET_TCP_SEND_H */
