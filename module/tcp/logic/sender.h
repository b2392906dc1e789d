/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The send sequence space: what has been sent, acknowledged, lost, and may be sent next;
 * round-trip times, retransmission, loss recovery, congestion and flow control, and the
 * times at which something is to be done. Pure logic.
 *
 *	RFC 9293 3.8	windows, silly windows, zero-window probes, Nagle
 *	RFC 6298	RTO; RFC 7323 4: round trips by timestamps
 *	RFC 2018, 2883, 6675	the scoreboard
 *	RFC 8985	RACK and TLP
 *	RFC 6937	proportional rate reduction
 *	RFC 5681, 6582, 6928	slow start, congestion avoidance, initial window, idle restart
 *	RFC 5682	F-RTO; RFC 3522, 4015 (Eifel) and 3708 (D-SACK): undoing
 *	RFC 3168	ECN
 *
 * Sequence numbers are absolute, windows and lengths bytes, times microseconds of a clock
 * that never goes back. SYN and FIN take a sequence number each and are part of what is
 * sent, acknowledged and retransmitted, but not of what congestion control counts.
 */
#ifndef _GONET_TCP_SENDER_H
#define _GONET_TCP_SENDER_H

#include "cc.h"
#include "rtt.h"
#include "segment.h"

/* Flags of &tcp_sent. */
#define TCP_SENT_SACKED		0x01	/* the receiver has it, out of order */
#define TCP_SENT_LOST		0x02	/* given up for lost; to be sent again */
#define TCP_SENT_RETRANS	0x04	/* sent again and in flight again */
#define TCP_SENT_EVER_RETRANS	0x08	/* sent more than once (Karn) */
#define TCP_SENT_SYN		0x10
#define TCP_SENT_FIN		0x20
#define TCP_SENT_APP_LIMITED	0x40	/* when it was sent the program had given too little */

/**
 * struct tcp_sent - a stretch of the send space that was sent in one go
 * @next: the next by sequence number
 * @prev: the previous
 * @newer: the next by @sent_us, of those in flight (RFC 8985 6.2, step 5)
 * @older: the previous of them
 * @seq: its first sequence number
 * @end: behind its last; a SYN or FIN counts
 * @flags: TCP_SENT_*
 * @sent_us: when it was last sent
 * @delivered: &tcp_sender.delivered when it was last sent, for rates
 * @delivered_us: &tcp_sender.delivered_us then
 */
struct tcp_sent {
	struct tcp_sent *next;
	struct tcp_sent *prev;
	struct tcp_sent *newer;
	struct tcp_sent *older;
	u32 seq;
	u32 end;
	u8 flags;
	u64 sent_us;
	u64 delivered;
	u64 delivered_us;
};

#define TCP_SENT_MAX	16384	/* entries above which nothing new is sent or split by SACK */
#define TCP_SPARE_LEAST		2	/* entries that most calls may take */
#define TCP_SPARE_NEEDED	(2 * TCP_SACK_MAX + 4)	/* and tcp_sender_ack() of SACK blocks */

/* Phases, numbered as Linux's TCP_CA_*, which TCP_INFO shows. */
enum tcp_phase {
	TCP_PHASE_OPEN,
	TCP_PHASE_DISORDER,
	TCP_PHASE_CWR,
	TCP_PHASE_RECOVERY,
	TCP_PHASE_LOSS,
};

/* What the one timer is for. */
enum tcp_due {
	TCP_DUE_NONE,
	TCP_DUE_RTO,		/* RFC 6298 5 */
	TCP_DUE_REORDER,	/* RFC 8985 6.3 */
	TCP_DUE_PROBE_TAIL,	/* RFC 8985 7: TLP */
	TCP_DUE_PROBE_WINDOW,	/* RFC 9293 3.8.6.1 */
};

/* What has happened, for counters: bits of &tcp_sender.happened. */
enum tcp_happened {
	TCP_HAPPENED_RECOVERY,		/* a loss is repaired, without a timeout */
	TCP_HAPPENED_RENEGING,		/* the receiver has dropped what SACK told of */
	TCP_HAPPENED_REORDERING,	/* something has arrived behind later data */
	TCP_HAPPENED_LOST_AGAIN,	/* what was sent again is lost */
	TCP_HAPPENED_TAIL_REPAIRED,	/* a tail loss probe has repaired a loss */
	TCP_HAPPENED_FULL_UNDO,		/* a recovery was needless, as its last ACK shows */
	TCP_HAPPENED_PARTIAL_UNDO,	/* or one before */
	TCP_HAPPENED_DSACK_UNDO,	/* as D-SACKs show, when it has ended */
	TCP_HAPPENED_LOSS_UNDO,		/* a timeout was needless */
	TCP_HAPPENED_SPURIOUS_RTO,	/* by F-RTO */
	TCP_HAPPENED_DSACK_OLD,		/* the peer tells that it has got old data twice */
	TCP_HAPPENED_DSACK_AHEAD,	/* or data that is out of order */
	TCP_HAPPENED_MTU_PROBE_ARRIVED,	/* the path takes larger segments */
	TCP_HAPPENED_MTU_PROBE_LOST,	/* the path does not take one */
};

/**
 * enum tcp_limit - why no more is sent
 * @TCP_LIMIT_IDLE: there is nothing to send, and all has arrived
 * @TCP_LIMIT_PATH: congestion control, or the path takes its time
 * @TCP_LIMIT_WINDOW: the peer's window
 * @TCP_LIMIT_BUFFER: the program has more, for which the send buffer has no room
 * @TCP_LIMITS: how many these are
 */
enum tcp_limit {
	TCP_LIMIT_IDLE,
	TCP_LIMIT_PATH,
	TCP_LIMIT_WINDOW,
	TCP_LIMIT_BUFFER,
	TCP_LIMITS,
};

/* When it is found out what size of segments the path takes (tcp_mtu_probing). */
enum tcp_mtu_probing {
	TCP_MTU_PROBING_OFF,
	TCP_MTU_PROBING_DOUBT,		/* once nobody answers */
	TCP_MTU_PROBING_ALWAYS,
};

/**
 * struct tcp_mtu_probe - what is known of the sizes that the path takes (RFC 4821)
 * @on: it is found out; all the rest but @path counts only then
 * @path: bytes of payload of the largest segment that the path is said to take
 * @low: so many it takes
 * @high: and no more than so many
 * @size: of the probe that is on its way, or 0
 * @seq: where that begins
 * @pause_us: when the last one ended, or the doubt began
 */
struct tcp_mtu_probe {
	bool on;
	u32 path;
	u32 low;
	u32 high;
	u32 size;
	u32 seq;
	u64 pause_us;
};

/**
 * struct tcp_sender_conf - what the program and the namespace say
 * @cc: congestion control; another one takes over with the next tcp_sender_next()
 * @rto_min_us: RTO never below this
 * @rto_max_us: nor above
 * @user_timeout_us: R2 in time (TCP_USER_TIMEOUT, RFC 5482), or 0: by @retries
 * @advise: R1: timeouts in a row from which on the route is doubted (tcp_retries1)
 * @retries: R2: timeouts in a row after which the connection is given up (tcp_retries2)
 * @syn_retries: the same for the SYN
 * @orphan: no program has it any more
 * @nodelay: no Nagle
 * @cork: nothing but full segments
 * @slow_start_after_idle: RFC 5681 4.1
 * @mtu_probing: when the path's MTU is probed for (RFC 4821)
 * @mtu_base: bytes of payload with which that begins
 * @mtu_floor: and never less than these
 * @mtu_interval_us: how long a size holds that was found
 */
struct tcp_sender_conf {
	const struct tcp_cc_ops *cc;
	u32 rto_min_us;
	u32 rto_max_us;
	u64 user_timeout_us;
	u8 advise;
	u8 retries;
	u8 syn_retries;
	bool orphan;
	bool nodelay;
	bool cork;
	bool slow_start_after_idle;
	enum tcp_mtu_probing mtu_probing;
	u32 mtu_base;
	u32 mtu_floor;
	u64 mtu_interval_us;
};

/**
 * struct tcp_sender - the send half's arithmetic
 * @conf: what the program and the namespace say
 * @iss: initial send sequence number
 * @una: SND.UNA
 * @nxt: SND.NXT: behind the highest ever sent
 * @wnd: SND.WND
 * @wl1: SND.WL1
 * @wl2: SND.WL2
 * @max_wnd: the largest window ever advertised
 * @mss: bytes of payload in a segment, options deducted
 * @mtu: what is known of the path's MTU
 * @synced: our SYN is acknowledged
 * @sack_ok: SACK is in use
 * @ts_ok: timestamps are
 * @ecn_ok: ECN is
 * @syn_due: our SYN is to be sent for the first time
 * @small: behind the last segment that was not full (Nagle)
 * @first: the scoreboard, by sequence number
 * @last: its last entry
 * @oldest: what is in flight, by time
 * @newest: the last of these
 * @hints: where SACK blocks were found lately, or NULL
 * @next_hint: which of these goes when there is another place
 * @lost_hint: nothing is to be sent again before it, or NULL
 * @spare: entries that are not in use
 * @n_spare: how many
 * @n_sent: entries in the scoreboard
 * @sacked: bytes of them with TCP_SENT_SACKED
 * @lost: with TCP_SENT_LOST and not TCP_SENT_RETRANS
 * @retrans: with TCP_SENT_RETRANS
 * @cc: congestion state
 * @rtt: round-trip times
 * @phase: phase of congestion control
 * @high: recovery ends when this is acknowledged (RecoveryPoint)
 * @prr_delivered: bytes delivered in the reduction (RFC 6937)
 * @prr_out: bytes sent in it
 * @prior_flight: bytes in flight before it (RecoverFS)
 * @prior_cwnd: the window before it, to undo it
 * @prior_ssthresh: the threshold then
 * @undo_marker: SND.UNA then
 * @undo_able: @prior_cwnd and @undo_marker are set
 * @undo_retrans: bytes of retransmissions not yet shown to be needless (D-SACK)
 * @retrans_stamp: when the first was sent (Eifel)
 * @frto: step of RFC 5682
 * @hold: no fast retransmit until SND.UNA goes on (RFC 6582 4)
 * @rack_xmit_us: when that was sent which was sent last of all that has arrived (RFC 8985)
 * @rack_end: behind that
 * @rack_rtt_us: round trip of what was last found to have arrived
 * @rack_reordering: reordering has been seen
 * @rack_wnd_mult: quarters of the least RTT in the reordering window
 * @rack_persist: recoveries for which that stays
 * @rack_round: end of the D-SACK round, if @rack_in_round
 * @rack_in_round: a D-SACK has come in this round
 * @reorder_us: when what is in flight is lost unless acknowledged, or 0
 * @fack: behind the highest that has arrived
 * @tlp_end: SND.NXT when the tail loss probe was sent (RFC 8985 7.1), if @tlp
 * @tlp: one is under way
 * @tlp_retrans: it was sent before
 * @tlp_due: one is to be sent
 * @tlp_timed: a round trip was measured since the last one was due
 * @dupacks: without SACK (RFC 5681 3.2): segments that have arrived
 * @due: what the timer is for
 * @due_us: when it expires
 * @backoff: doublings of the RTO, or of the window probes' interval
 * @timeouts: timeouts in a row without progress, or probes without answer
 * @stalled_us: since when nothing was acknowledged, or 0 (R1, R2)
 * @heard_us: when the last ACK came
 * @rto_from_us: from when the RTO counts
 * @pto_from_us: from when the probe timeout counts
 * @probe_from_us: from when the window probe's interval counts
 * @probe_due: a window probe is to be sent
 * @override_due: what the window takes is to be sent, though it is little
 * @last_sent_us: when something was last sent
 * @cwnd_limited: cwnd was used up in the last round
 * @cwnd_full: cwnd kept the last call of tcp_sender_next() from more
 * @max_flight: most in flight in this round
 * @round_end: which ends when this is acknowledged
 * @used_us: when cwnd was last used up, or validated (RFC 7661)
 * @cwr_pending: CWR on the next new data (RFC 3168 6.1.2)
 * @cwr_out: it was sent and is not acknowledged
 * @cwr_end: behind it
 * @delivered: bytes ever delivered
 * @delivered_us: when the last were
 * @rate_bytes: the last sample of the delivery rate: bytes delivered
 * @rate_interval_us: and how long that took
 * @rate_app_limited: more would have been, had the program given more
 * @app_limited: what is sent until so much has been delivered tells nothing of the path, for
 *	the program gave too little; or 0
 * @limit: why no more is sent now
 * @limit_us: since when
 * @limited_us: for how long in all, up to then, by enum tcp_limit
 * @bytes_sent: bytes of payload ever sent
 * @bytes_retrans: of these, sent again
 * @bytes_acked: sequence numbers ever acknowledged
 * @segs_retrans: segments ever sent again
 * @dsacks: D-SACKs ever received
 * @reordering_seen: how often reordering was seen
 * @happened: bits of enum tcp_happened, until the caller clears them
 *
 * The caller reads what it needs for TCP_INFO and statistics; only the functions below
 * write. Entries are the caller's memory, see tcp_sender_give().
 */
struct tcp_sender {
	struct tcp_sender_conf conf;
	u32 iss;
	u32 una;
	u32 nxt;
	u32 wnd;
	u32 wl1;
	u32 wl2;
	u32 max_wnd;
	u32 mss;
	struct tcp_mtu_probe mtu;
	bool synced;
	bool sack_ok;
	bool ts_ok;
	bool ecn_ok;
	bool syn_due;
	u32 small;

	struct tcp_sent *first;
	struct tcp_sent *last;
	struct tcp_sent *oldest;
	struct tcp_sent *newest;
	struct tcp_sent *hints[TCP_SACK_MAX];
	u8 next_hint;
	struct tcp_sent *lost_hint;
	struct tcp_sent *spare;
	u32 n_spare;
	u32 n_sent;
	u32 sacked;
	u32 lost;
	u32 retrans;

	struct tcp_cc cc;
	struct tcp_rtt rtt;
	enum tcp_phase phase;
	u32 high;
	u32 prr_delivered;
	u32 prr_out;
	u32 prior_flight;
	u32 prior_cwnd;
	u32 prior_ssthresh;
	u32 undo_marker;
	bool undo_able;
	u32 undo_retrans;
	u64 retrans_stamp;
	u8 frto;
	bool hold;

	/* RACK (RFC 8985) */
	u64 rack_xmit_us;
	u32 rack_end;
	u32 rack_rtt_us;
	bool rack_reordering;
	u8 rack_wnd_mult;
	u8 rack_persist;
	u32 rack_round;
	bool rack_in_round;
	u64 reorder_us;
	u32 fack;
	u32 tlp_end;
	bool tlp;
	bool tlp_retrans;
	bool tlp_due;
	bool tlp_timed;
	u32 dupacks;

	/* timers */
	enum tcp_due due;
	u64 due_us;
	u8 backoff;
	u8 timeouts;
	u64 stalled_us;
	u64 heard_us;
	u64 rto_from_us;
	u64 pto_from_us;
	u64 probe_from_us;
	bool probe_due;
	bool override_due;

	/* application and network limits, for RFC 7661 and TCP_INFO */
	u64 last_sent_us;
	bool cwnd_limited;
	bool cwnd_full;
	u32 max_flight;
	u32 round_end;
	u64 used_us;
	bool cwr_pending;
	bool cwr_out;
	u32 cwr_end;
	u64 delivered;
	u64 delivered_us;
	u64 rate_bytes;
	u64 rate_interval_us;
	bool rate_app_limited;
	u64 app_limited;
	enum tcp_limit limit;
	u64 limit_us;
	u64 limited_us[TCP_LIMITS];
	u64 bytes_sent;
	u64 bytes_retrans;
	u64 bytes_acked;
	u32 segs_retrans;
	u32 dsacks;
	u32 reordering_seen;
	u32 happened;
};

/* @syn_wnd: what the peer's SYN says; 0 while there is none. */
void tcp_sender_init(struct tcp_sender *s, const struct tcp_sender_conf *conf, u32 iss, u64 now);
/*
 * Our SYN is to be sent by tcp_sender_next() after this; the three-way handshake of a
 * listener, which sends it elsewhere, calls tcp_sender_synced() instead.
 */
void tcp_sender_syn(struct tcp_sender *s, u64 now);
/* The handshake is done: what was agreed; @rtt_us of it or 0; @retransmitted: the SYN was
 * (RFC 6298 5.7, RFC 5681 3.1: initial window of 1).
 */
void tcp_sender_synced(struct tcp_sender *s, u32 mss, u32 wnd, u32 seq, bool sack_ok, bool ts_ok,
		       bool ecn_ok, u32 rtt_us, bool retransmitted, u64 now);
/* After that: the answer to our SYN has acknowledged so many bytes of data in it (RFC 7413). */
void tcp_sender_early(struct tcp_sender *s, u32 len, u64 now);
/* A SYN of the peer without ACK came (simultaneous open): the SYN again, with ACK. */
void tcp_sender_syn_again(struct tcp_sender *s, u64 now);

/*
 * Memory: before every call below there are TCP_SPARE_LEAST in @n_spare, and TCP_SPARE_NEEDED
 * before tcp_sender_ack() of an ACK with SACK blocks, which otherwise may count for less.
 */
void tcp_sender_give(struct tcp_sender *s, struct tcp_sent *spare);
/* One that is not soon needed again, or NULL; all of them with @all, at the end. */
struct tcp_sent *tcp_sender_take(struct tcp_sender *s, bool all);

/**
 * struct tcp_ack - what a segment says of what we have sent
 * @seq: its sequence number (SND.WL1)
 * @ack: its acknowledgment number, within RFC 5961 5's range
 * @wnd: the window, scaled
 * @data: it has payload, SYN or FIN, so it is no duplicate ACK
 * @ece: ECE is set
 * @has_ts: timestamps are in use and it has one
 * @rtt_us: round trip by its echoed timestamp, or 0 (RFC 7323 4.1); at least 1 when measured
 * @tsecr: what it echoes
 * @n_sack: SACK blocks
 * @sack: they, D-SACK first if there is one
 */
struct tcp_ack {
	u32 seq;
	u32 ack;
	u32 wnd;
	bool data;
	bool ece;
	bool has_ts;
	u32 tsecr;
	u32 rtt_us;
	u8 n_sack;
	struct tcp_block sack[TCP_SACK_MAX];
};

/**
 * struct tcp_acked - what an ACK has changed
 * @bytes: by how much SND.UNA went on, a SYN or FIN counted
 * @syn: our SYN is acknowledged
 * @fin: our FIN is
 * @window: SND.WND has changed
 * @duplicate: it was a duplicate ACK
 * @fresh: it brought something new, so the path works (neighbour confirmed)
 */
struct tcp_acked {
	u32 bytes;
	bool syn;
	bool fin;
	bool window;
	bool duplicate;
	bool fresh;
};

void tcp_sender_ack(struct tcp_sender *s, const struct tcp_ack *a, u64 now,
		    struct tcp_acked *acked);

/**
 * struct tcp_stock - what there is to send
 * @end: sequence number behind the last byte that the program has given, without FIN
 * @fin: a FIN is to follow that
 * @push: the last byte is the end of what the program wants to have sent now; false while
 *	it says that more will follow (MSG_MORE)
 * @full: the program waits for room to give more
 * @max: most bytes of payload in one go (a GSO packet), at least one segment
 */
struct tcp_stock {
	u32 end;
	bool fin;
	bool push;
	bool full;
	u32 max;
};

/**
 * struct tcp_tx - a packet to send now
 * @seq: its sequence number
 * @len: bytes of payload from there on
 * @flags: of TCP_SYN, TCP_FIN, TCP_PSH, TCP_CWR
 * @retrans: it was sent before
 * @probe: a window probe without data: as an ACK with sequence number SND.UNA - 1
 * @whole: one segment, though it is larger than others are
 */
struct tcp_tx {
	u32 seq;
	u32 len;
	u8 flags;
	bool retrans;
	bool probe;
	bool whole;
};

/*
 * What to send next, if anything may be sent: what was lost before what is new, as far
 * as congestion and the peer's window allow; Nagle, corking and silly windows heeded.
 * Must be followed by tcp_sender_sent() for what it says, or by nothing when that could
 * not be built: it will say the same again.
 */
bool tcp_sender_next(struct tcp_sender *s, const struct tcp_stock *stock, u64 now,
		     struct tcp_tx *tx);
void tcp_sender_sent(struct tcp_sender *s, const struct tcp_tx *tx, u64 now);
/* After a round of the above: (re)arms the timer. There may be more in @stock. */
void tcp_sender_flushed(struct tcp_sender *s, const struct tcp_stock *stock, u64 now);
/* For how long, in microseconds, @limit has kept it from sending more. */
u64 tcp_sender_limited(const struct tcp_sender *s, enum tcp_limit limit, u64 now);

/* What the timer's expiry means. */
enum tcp_expired {
	TCP_EXPIRED_NOT,	/* too early, or nothing to do */
	TCP_EXPIRED_SEND,	/* ask tcp_sender_next() */
	TCP_EXPIRED_ADVISE,	/* and R1 is reached: the route may be dead (MUST-20) */
	TCP_EXPIRED_DEAD,	/* R2 is reached: ETIMEDOUT */
};

/* When something is due: &tcp_sender.due_us if &tcp_sender.due. */
enum tcp_expired tcp_sender_expire(struct tcp_sender *s, u64 now);

/* The path takes less (RFC 1191): what is larger is sent again. @mss: with options deducted. */
void tcp_sender_path(struct tcp_sender *s, u32 mss);
u32 tcp_sender_path_takes(const struct tcp_sender *s);
bool tcp_sender_path_doubt(struct tcp_sender *s, u64 now);
void tcp_sender_mss(struct tcp_sender *s, u32 mss, u64 now);
/* A packet could not even leave this host: try again later as if it had been lost. */
void tcp_sender_local_drop(struct tcp_sender *s, u64 now);
/* Bytes sent and not acknowledged. */
static inline u32 tcp_sender_flight(const struct tcp_sender *s)
{
	return s->nxt - s->una;
}

/* Bytes that are thought to be in the network (RFC 6675's pipe). */
static inline u32 tcp_sender_pipe(const struct tcp_sender *s)
{
	return s->nxt - s->una - s->sacked - s->lost;
}

#endif /* _GONET_TCP_SENDER_H */
