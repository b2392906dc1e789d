// SPDX-License-Identifier: GPL-2.0
/*
 * What of a connection is counted under the names that the native stack has for it: where
 * that is more than one count in the place where it happens.
 */
#include <net/sock.h>
#include <net/tcp_states.h>

#include "tcp_recv.h"
#include "tcp_send.h"

static bool mib_happened(const struct tcp_send *s, enum tcp_happened what)
{
	return s->s.happened & BIT(what);
}

static void mib_undone(const struct tcp_send *s)
{
	if (mib_happened(s, TCP_HAPPENED_FULL_UNDO))
		gonet_count(s->stack, TcpExtTCPFullUndo);
	if (mib_happened(s, TCP_HAPPENED_PARTIAL_UNDO))
		gonet_count(s->stack, TcpExtTCPPartialUndo);
	if (mib_happened(s, TCP_HAPPENED_DSACK_UNDO))
		gonet_count(s->stack, TcpExtTCPDSACKUndo);
	if (mib_happened(s, TCP_HAPPENED_LOSS_UNDO))
		gonet_count(s->stack, TcpExtTCPLossUndo);
	if (mib_happened(s, TCP_HAPPENED_SPURIOUS_RTO))
		gonet_count(s->stack, TcpExtTCPSpuriousRTOs);
}

static void mib_lost(const struct tcp_send *s)
{
	if (mib_happened(s, TCP_HAPPENED_RECOVERY)) {
		if (s->s.sack_ok)
			gonet_count(s->stack, TcpExtTCPSackRecovery);
		else
			gonet_count(s->stack, TcpExtTCPRenoRecovery);
	}
	if (mib_happened(s, TCP_HAPPENED_RENEGING))
		gonet_count(s->stack, TcpExtTCPSACKReneging);
	if (mib_happened(s, TCP_HAPPENED_REORDERING))
		gonet_count(s->stack, TcpExtTCPSACKReorder);
	if (mib_happened(s, TCP_HAPPENED_LOST_AGAIN))
		gonet_count(s->stack, TcpExtTCPLostRetransmit);
	if (mib_happened(s, TCP_HAPPENED_TAIL_REPAIRED))
		gonet_count(s->stack, TcpExtTCPLossProbeRecovery);
	if (mib_happened(s, TCP_HAPPENED_MTU_PROBE_LOST))
		gonet_count(s->stack, TcpExtTCPMTUPFail);
	if (mib_happened(s, TCP_HAPPENED_MTU_PROBE_ARRIVED))
		gonet_count(s->stack, TcpExtTCPMTUPSuccess);
	if (mib_happened(s, TCP_HAPPENED_DSACK_OLD))
		gonet_count(s->stack, TcpExtTCPDSACKRecv);
	if (mib_happened(s, TCP_HAPPENED_DSACK_AHEAD))
		gonet_count(s->stack, TcpExtTCPDSACKOfoRecv);
}

/**
 * tcp_mib_sender() - what the send space says has happened
 * @s: the send half, after an ACK or a timer
 */
void tcp_mib_sender(struct tcp_send *s)
{
	if (likely(!s->s.happened))
		return;
	mib_lost(s);
	mib_undone(s);
	s->s.happened = 0;
}

/**
 * tcp_mib_acked() - an ACK has been worked on
 * @s: the send half
 * @ack: what the ACK says
 * @acked: what it has changed
 * @delivered: bytes of which the peer has said with it that it has them
 */
void tcp_mib_acked(struct tcp_send *s, const struct tcp_ack *ack, const struct tcp_acked *acked,
		   u64 delivered)
{
	u32 segs = DIV_ROUND_UP((u32)delivered, max(s->s.mss, 1U)) + acked->fin;

	if (!ack->data)
		gonet_count(s->stack, TcpExtTCPPureAcks);
	gonet_count_n(s->stack, TcpExtTCPDelivered, segs);
	s->delivered += segs;
	if (ack->ece && s->s.ecn_ok) {
		gonet_count_n(s->stack, TcpExtTCPDeliveredCE, segs);
		s->delivered_ce += segs;
	}
	tcp_mib_sender(s);
}

/**
 * tcp_mib_timeout() - the retransmission timer expires
 * @s: the send half, before it hears so
 *
 * As natively, the first of several in a row tells what it came upon.
 */
void tcp_mib_timeout(const struct tcp_send *s)
{
	gonet_count(s->stack, TcpExtTCPTimeouts);
	if (s->s.timeouts)
		return;
	switch (s->s.phase) {
	case TCP_PHASE_RECOVERY:
		if (s->s.sack_ok)
			gonet_count(s->stack, TcpExtTCPSackRecoveryFail);
		else
			gonet_count(s->stack, TcpExtTCPRenoRecoveryFail);
		break;
	case TCP_PHASE_LOSS:
		gonet_count(s->stack, TcpExtTCPLossFailures);
		break;
	case TCP_PHASE_DISORDER:
		if (s->s.sack_ok)
			gonet_count(s->stack, TcpExtTCPSackFailures);
		else
			gonet_count(s->stack, TcpExtTCPRenoFailures);
		break;
	default:
		break;
	}
}

/* What a timeout itself sends again is no slow start yet. */
static void mib_retransmit_why(const struct tcp_send *s, const struct tcp_tx *tx)
{
	if (tx->flags & TCP_SYN)
		gonet_count(s->stack, TcpExtTCPSynRetrans);
	else if (s->s.phase == TCP_PHASE_RECOVERY)
		gonet_count(s->stack, TcpExtTCPFastRetrans);
	else if (s->s.phase == TCP_PHASE_LOSS && !(s->s.timeouts && tx->seq == s->s.una))
		gonet_count(s->stack, TcpExtTCPSlowStartRetrans);
}

/**
 * tcp_mib_sent() - a packet of the send space has been built and sent
 * @s: the send half, which does not count it as sent yet
 * @tx: the packet
 * @err: why it did not leave, or 0
 */
void tcp_mib_sent(const struct tcp_send *s, const struct tcp_tx *tx, int err)
{
	u32 segs = DIV_ROUND_UP(max(tx->len, 1U), max(s->s.mss, 1U));

	if (tx->retrans) {
		gonet_count_n(s->stack, TcpRetransSegs, segs);
		mib_retransmit_why(s, tx);
		if (err)
			gonet_count_n(s->stack, TcpExtTCPRetransFail, segs);
	} else if (!(tx->flags & TCP_SYN)) {
		gonet_count_n(s->stack, TcpExtTCPOrigDataSent, segs);
	}
}

/**
 * tcp_mib_out() - a segment leaves
 * @s: the send half
 * @seq: its sequence number
 * @end: behind its last
 * @segs: how many it is
 * @window: as in its header, which is no SYN's; or -1
 *
 * OutSegs is without what has nothing but old data (RFC 4022).
 */
void tcp_mib_out(struct tcp_send *s, u32 seq, u32 end, u32 segs, int window)
{
	if (seq == end || seq_after(end, s->s.nxt))
		gonet_count_n(s->stack, TcpOutSegs, segs);
	if (window < 0 || !window == s->wnd_closed)
		return;
	s->wnd_closed = !window;
	if (s->wnd_closed)
		gonet_count(s->stack, TcpExtTCPToZeroWindowAdv);
	else
		gonet_count(s->stack, TcpExtTCPFromZeroWindowAdv);
}

/* An ACK of ours that was put off, or not believed, may have been lost. */
static bool mib_is_old(const struct tcp_recv *s, const struct tcp_seg *seg)
{
	return seg->len && seq_before(seg->f.seq, s->r.nxt);
}

/**
 * tcp_mib_verdict() - a segment does not count
 * @s: the receive half
 * @seg: the segment
 * @verdict: why
 */
void tcp_mib_verdict(const struct tcp_recv *s, const struct tcp_seg *seg, enum tcp_verdict verdict)
{
	if (verdict == TCP_V_CHALLENGE && seg->f.flags & TCP_SYN) {
		gonet_count(s->stack, TcpExtTCPSYNChallenge);
		if (READ_ONCE(s->gt->gs.inet.sk.sk_state) == TCP_ESTABLISHED)
			gonet_count(s->stack, TcpInErrs);
	} else if (verdict == TCP_V_ACK) {
		if (s->r.stale)
			gonet_count(s->stack, TcpExtPAWSEstab);
		if (mib_is_old(s, seg))
			gonet_count(s->stack, TcpExtDelayedACKLost);
	} else if (verdict == TCP_V_DROP && s->r.stale) {
		gonet_count(s->stack, TcpExtPAWSOldAck);
	}
}

/**
 * tcp_mib_skipped() - an ACK is not sent, as there was one a moment ago
 * @s: the receive half
 */
void tcp_mib_skipped(const struct tcp_recv *s)
{
	if (s->r.stale)
		gonet_count(s->stack, TcpExtTCPACKSkippedPAWS);
	else
		gonet_count(s->stack, TcpExtTCPACKSkippedSeq);
}

/**
 * tcp_mib_useless() - a segment counts, but nothing of its data
 * @s: the receive half
 * @seg: the segment, with data
 */
void tcp_mib_useless(const struct tcp_recv *s, const struct tcp_seg *seg)
{
	if (mib_is_old(s, seg))
		gonet_count(s->stack, TcpExtDelayedACKLost);
	else if (s->r.edge == s->r.nxt)
		gonet_count(s->stack, TcpExtTCPZeroWindowDrop);
}

/**
 * tcp_mib_dsack() - the peer is told of what came twice, if something did
 * @s: the receive half
 */
void tcp_mib_dsack(const struct tcp_recv *s)
{
	if (!s->r.has_dsack)
		return;
	if (seq_before(s->r.dsack.start, s->r.nxt))
		gonet_count(s->stack, TcpExtTCPDSACKOldSent);
	else
		gonet_count(s->stack, TcpExtTCPDSACKOfoSent);
}
