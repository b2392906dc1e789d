/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of a stack, under the names that /proc/net/snmp and nstat use. */
#ifndef _GONET_MIB_H
#define _GONET_MIB_H

#include <gonet/drop.h>

#define GONET_MIBS(X)			\
	X(IpInReceives)			\
	X(IpInHdrErrors)		\
	X(IpInAddrErrors)		\
	X(IpInUnknownProtos)		\
	X(IpInDiscards)			\
	X(IpInDelivers)			\
	X(IpOutRequests)		\
	X(IpOutDiscards)		\
	X(IpOutNoRoutes)		\
	X(IpReasmTimeout)		\
	X(IpReasmReqds)			\
	X(IpReasmOKs)			\
	X(IpReasmFails)			\
	X(IpFragOKs)			\
	X(IpFragFails)			\
	X(IpFragCreates)		\
	X(IcmpInMsgs)			\
	X(IcmpInErrors)			\
	X(IcmpInCsumErrors)		\
	X(IcmpInDestUnreachs)		\
	X(IcmpInTimeExcds)		\
	X(IcmpInParmProbs)		\
	X(IcmpInRedirects)		\
	X(IcmpInEchos)			\
	X(IcmpInEchoReps)		\
	X(IcmpInTimestamps)		\
	X(IcmpOutMsgs)			\
	X(IcmpOutErrors)		\
	X(IcmpOutRateLimitGlobal)	\
	X(IcmpOutRateLimitHost)		\
	X(IcmpOutDestUnreachs)		\
	X(IcmpOutTimeExcds)		\
	X(IcmpOutParmProbs)		\
	X(IcmpOutEchos)			\
	X(IcmpOutEchoReps)		\
	X(IcmpOutTimestampReps)		\
	X(IgmpInMsgs)			\
	X(IgmpInErrors)			\
	X(IgmpInQueries)		\
	X(IgmpInReports)		\
	X(IgmpOutReports)		\
	X(IgmpOutLeaves)		\
	X(UdpInDatagrams)		\
	X(UdpNoPorts)			\
	X(UdpInErrors)			\
	X(UdpOutDatagrams)		\
	X(UdpRcvbufErrors)		\
	X(UdpSndbufErrors)		\
	X(UdpInCsumErrors)		\
	X(TcpActiveOpens)		\
	X(TcpPassiveOpens)		\
	X(TcpAttemptFails)		\
	X(TcpEstabResets)		\
	X(TcpCurrEstab)			\
	X(TcpInSegs)			\
	X(TcpOutSegs)			\
	X(TcpRetransSegs)		\
	X(TcpInErrs)			\
	X(TcpOutRsts)			\
	X(TcpInCsumErrors)		\
	X(TcpExtSyncookiesSent)		\
	X(TcpExtSyncookiesRecv)		\
	X(TcpExtSyncookiesFailed)	\
	X(TcpExtEmbryonicRsts)		\
	X(TcpExtOfoPruned)		\
	X(TcpExtOutOfWindowIcmps)	\
	X(TcpExtTW)			\
	X(TcpExtTWRecycled)		\
	X(TcpExtPAWSEstab)		\
	X(TcpExtPAWSOldAck)		\
	X(TcpExtDelayedACKs)		\
	X(TcpExtDelayedACKLost)		\
	X(TcpExtListenOverflows)	\
	X(TcpExtListenDrops)		\
	X(TcpExtTCPPureAcks)		\
	X(TcpExtTCPRenoRecovery)	\
	X(TcpExtTCPSackRecovery)	\
	X(TcpExtTCPSACKReneging)	\
	X(TcpExtTCPSACKReorder)		\
	X(TcpExtTCPFullUndo)		\
	X(TcpExtTCPPartialUndo)		\
	X(TcpExtTCPDSACKUndo)		\
	X(TcpExtTCPLossUndo)		\
	X(TcpExtTCPLostRetransmit)	\
	X(TcpExtTCPRenoFailures)	\
	X(TcpExtTCPSackFailures)	\
	X(TcpExtTCPLossFailures)	\
	X(TcpExtTCPFastRetrans)		\
	X(TcpExtTCPSlowStartRetrans)	\
	X(TcpExtTCPTimeouts)		\
	X(TcpExtTCPLossProbes)		\
	X(TcpExtTCPLossProbeRecovery)	\
	X(TcpExtTCPRenoRecoveryFail)	\
	X(TcpExtTCPSackRecoveryFail)	\
	X(TcpExtTCPDSACKOldSent)	\
	X(TcpExtTCPDSACKOfoSent)	\
	X(TcpExtTCPDSACKRecv)		\
	X(TcpExtTCPDSACKOfoRecv)	\
	X(TcpExtTCPAbortOnData)		\
	X(TcpExtTCPAbortOnClose)	\
	X(TcpExtTCPAbortOnMemory)	\
	X(TcpExtTCPAbortOnTimeout)	\
	X(TcpExtTCPAbortOnLinger)	\
	X(TcpExtTCPAbortFailed)		\
	X(TcpExtTCPMemoryPressures)	\
	X(TcpExtTCPMemoryPressuresChrono)	\
	X(TcpExtTCPSpuriousRTOs)	\
	X(TcpExtTCPDeferAcceptDrop)	\
	X(TcpExtTCPTimeWaitOverflow)	\
	X(TcpExtTCPReqQFullDoCookies)	\
	X(TcpExtTCPReqQFullDrop)	\
	X(TcpExtTCPRetransFail)		\
	X(TcpExtTCPMTUPFail)		\
	X(TcpExtTCPMTUPSuccess)		\
	X(TcpExtTCPRcvCoalesce)		\
	X(TcpExtTCPOFOQueue)		\
	X(TcpExtTCPOFODrop)		\
	X(TcpExtTCPOFOMerge)		\
	X(TcpExtTCPChallengeACK)	\
	X(TcpExtTCPSYNChallenge)	\
	X(TcpExtTCPFastOpenActive)	\
	X(TcpExtTCPFastOpenActiveFail)	\
	X(TcpExtTCPFastOpenPassive)	\
	X(TcpExtTCPFastOpenPassiveFail)	\
	X(TcpExtTCPFastOpenListenOverflow)	\
	X(TcpExtTCPFastOpenCookieReqd)	\
	X(TcpExtTCPFromZeroWindowAdv)	\
	X(TcpExtTCPToZeroWindowAdv)	\
	X(TcpExtTCPSynRetrans)		\
	X(TcpExtTCPOrigDataSent)	\
	X(TcpExtTCPACKSkippedSynRecv)	\
	X(TcpExtTCPACKSkippedPAWS)	\
	X(TcpExtTCPACKSkippedSeq)	\
	X(TcpExtTCPACKSkippedTimeWait)	\
	X(TcpExtTCPACKSkippedChallenge)	\
	X(TcpExtTCPWinProbe)		\
	X(TcpExtTCPKeepAlive)		\
	X(TcpExtTCPDelivered)		\
	X(TcpExtTCPDeliveredCE)		\
	X(TcpExtTCPZeroWindowDrop)	\
	X(TcpExtTCPRcvQDrop)		\
	X(TcpExtTCPFastOpenPassiveAltKey)	\
	X(ArpInRequests)		\
	X(ArpInReplies)			\
	X(ArpOutRequests)		\
	X(ArpOutReplies)		\
	X(ArpConflicts)			\
	X(ArpFailures)

enum gonet_mib {
#define X(name) GONET_MIB_##name,
	GONET_MIBS(X)
#undef X
	GONET_MIB_MAX,
};

extern const char *const gonet_mib_names[GONET_MIB_MAX];

/**
 * struct gonet_counters - one CPU's counters of a stack
 * @mib: by &enum gonet_mib
 * @drop: packets dropped, by &enum gonet_drop
 */
struct gonet_counters {
	unsigned long mib[GONET_MIB_MAX];
	unsigned long drop[GONET_DROP_MAX];
};

/* In the file that includes gonet/stack.h: counts one event. */
#define gonet_count(stack, name)	this_cpu_inc((stack)->counters->mib[GONET_MIB_##name])
#define gonet_count_n(stack, name, n)	this_cpu_add((stack)->counters->mib[GONET_MIB_##name], n)

u64 gonet_mib_read(struct gonet_stack *stack, enum gonet_mib which);
u64 gonet_drops_read(struct gonet_stack *stack, enum gonet_drop which);

#endif /* _GONET_MIB_H */
