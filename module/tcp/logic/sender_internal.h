/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the send half share; their face is sender.h. */
#ifndef _GONET_TCP_SENDER_INTERNAL_H
#define _GONET_TCP_SENDER_INTERNAL_H

#include "sender.h"

#define TCP_DUPTHRESH		3	/* RFC 5681 3.2, RFC 8985 6.2 */
#define TCP_TS_GRAIN_US		1000	/* of the timestamps' clock (RFC 7323 5.4), at most */

/**
 * struct sender_news - what an ACK has brought, collected while it is worked on
 * @now: the time
 * @prior_una: SND.UNA before
 * @prior_pipe: bytes in flight before
 * @ts_rtt_us: round trip by the timestamp, or 0
 * @delivered: bytes that the peer has and was not known to have
 * @sacked: of these, selectively acknowledged
 * @lost: bytes newly given up for lost
 * @advanced: SND.UNA went on
 * @syn: over our SYN
 * @fin: over our FIN
 * @retrans_acked: over something that was sent more than once
 * @original: data sent once, before the last timeout, was delivered (RFC 5682)
 * @dsack: the peer got something twice
 * @dsack_end: behind that
 * @duplicate: a duplicate ACK
 * @first_us: when the first was sent that was acknowledged and sent once, or 0
 * @last_us: when the last was
 * @sacked_us: when the last was that was selectively acknowledged and sent once, or 0
 * @rate: a sample of the delivery rate is there
 * @rate_app_limited: %TCP_SENT_APP_LIMITED of what was sent last of the delivered
 * @rate_delivered: &tcp_sent.delivered of it
 * @rate_us: &tcp_sent.delivered_us of it
 */
struct sender_news {
	u64 now;
	u32 prior_una;
	u32 prior_pipe;
	u32 ts_rtt_us;
	u32 delivered;
	u32 sacked;
	u32 lost;
	bool advanced;
	bool syn;
	bool fin;
	bool retrans_acked;
	bool original;
	bool dsack;
	u32 dsack_end;
	bool duplicate;
	u64 first_us;
	u64 last_us;
	u64 sacked_us;
	bool rate;
	bool rate_app_limited;
	u64 rate_delivered;
	u64 rate_us;
};

static inline void sender_happened(struct tcp_sender *s, enum tcp_happened what)
{
	s->happened |= 1U << what;
}

static inline u32 sender_len(const struct tcp_sent *e)
{
	return e->end - e->seq;
}

/* Whether an entry with @flags is in flight: sent, not known to have arrived or be lost. */
static inline bool sender_in_flight(u8 flags)
{
	if (flags & TCP_SENT_SACKED)
		return false;
	return !(flags & TCP_SENT_LOST) || flags & TCP_SENT_RETRANS;
}

/* Whether it is to be sent again. */
static inline bool sender_to_repair(u8 flags)
{
	return (flags & (TCP_SENT_LOST | TCP_SENT_RETRANS)) == TCP_SENT_LOST;
}

/* sender.c */
void sender_start_cc(struct tcp_sender *s, const struct tcp_cc_ops *ops, u64 now);

/* scoreboard.c */
struct tcp_sent *sender_append(struct tcp_sender *s, u32 seq, u32 end, u8 flags, u64 now);
struct tcp_sent *sender_split(struct tcp_sender *s, struct tcp_sent *e, u32 seq);
struct tcp_sent *sender_find(struct tcp_sender *s, u32 seq);
void sender_set_flags(struct tcp_sender *s, struct tcp_sent *e, u8 flags);
void sender_trim(struct tcp_sender *s, struct tcp_sent *e, u32 seq);
void sender_drop_first(struct tcp_sender *s);
struct tcp_sent *sender_merge_sacked(struct tcp_sender *s, struct tcp_sent *e);
void sender_mark_lost(struct tcp_sender *s, struct tcp_sent *e);
void sender_mark_retrans(struct tcp_sender *s, struct tcp_sent *e, u64 now);
void sender_forget_sacks(struct tcp_sender *s);
struct tcp_sent *sender_first_lost(struct tcp_sender *s);

/* flight.c */
void sender_time_add(struct tcp_sender *s, struct tcp_sent *e);
void sender_time_after(struct tcp_sender *s, struct tcp_sent *e, struct tcp_sent *older);
void sender_time_del(struct tcp_sender *s, struct tcp_sent *e);
void sender_unmark_lost(struct tcp_sender *s);

/* sack.c */
void sender_cumulative(struct tcp_sender *s, u32 ack, struct sender_news *n);
void sender_sack(struct tcp_sender *s, const struct tcp_ack *a, struct sender_news *n);

/* rate.c */
void sender_rate_sent(const struct tcp_sender *s, struct tcp_sent *e);
void sender_rate_delivered(const struct tcp_sent *e, struct sender_news *n);
void sender_rate_sample(struct tcp_sender *s, const struct sender_news *n);
void sender_rate_flushed(struct tcp_sender *s, u32 unsent);

/* limit.c */
void sender_limit_flushed(struct tcp_sender *s, const struct tcp_stock *stock, u32 unsent,
			  u64 now);

/* mtu_probe.c */
u32 sender_mtu_probe_next(struct tcp_sender *s, u32 unsent, u32 room, u64 now);
void sender_mtu_probe_sent(struct tcp_sender *s, u32 seq, u32 len);
void sender_mtu_probe_void(struct tcp_sender *s);
void sender_mtu_probe_acked(struct tcp_sender *s, u64 now);
bool sender_mtu_probe_lost(struct tcp_sender *s, const struct sender_news *n, u64 now);

/* rack.c */
void sender_rack_delivered(struct tcp_sender *s, const struct tcp_sent *e, u32 end,
			   const struct sender_news *n);
void sender_rack_dsack(struct tcp_sender *s, bool dsack);
void sender_rack_recovered(struct tcp_sender *s);
bool sender_rack_expired(const struct tcp_sender *s, const struct tcp_sent *e, u64 now);
u32 sender_rack_detect(struct tcp_sender *s, u64 now);

/* tlp.c */
bool sender_tlp_wanted(const struct tcp_sender *s);
u32 sender_tlp_timeout(const struct tcp_sender *s);
bool sender_tlp_denied(const struct tcp_sender *s, const struct sender_news *n);
void sender_tlp_acked(struct tcp_sender *s, const struct tcp_ack *a, const struct sender_news *n);
void sender_tlp_end(struct tcp_sender *s);

/* recovery.c */
void sender_phases(struct tcp_sender *s, const struct tcp_ack *a, struct sender_news *n);
void sender_detect(struct tcp_sender *s, struct sender_news *n);
void sender_enter_recovery(struct tcp_sender *s, struct sender_news *n);
void sender_enter_cwr(struct tcp_sender *s, const struct sender_news *n);
void sender_enter_loss(struct tcp_sender *s, u64 now);
void sender_enter_repair(struct tcp_sender *s);

/* prr.c */
void sender_prr_begin(struct tcp_sender *s, u32 flight);
void sender_prr(struct tcp_sender *s, const struct sender_news *n);

/* undo.c */
void sender_undo_begin(struct tcp_sender *s);
bool sender_may_undo(const struct tcp_sender *s, const struct sender_news *n);
void sender_undo(struct tcp_sender *s, bool unmark, u64 now);

/* reno.c */
u32 sender_pipe(const struct tcp_sender *s);
void sender_reno_duplicate(struct tcp_sender *s, struct sender_news *n);
void sender_reno_advanced(struct tcp_sender *s, struct sender_news *n);
void sender_reno_detect(struct tcp_sender *s, struct sender_news *n);

/* sender_timer.c */
u32 sender_rto(const struct tcp_sender *s);
void sender_arm(struct tcp_sender *s);

/* window.c */
bool sender_window(struct tcp_sender *s, const struct tcp_ack *a);
u32 sender_usable(const struct tcp_sender *s);
bool sender_cwnd_limited(const struct tcp_sender *s);
void sender_validate(struct tcp_sender *s, u64 now);
void sender_restart(struct tcp_sender *s, u64 now);

#endif /* _GONET_TCP_SENDER_INTERNAL_H */
