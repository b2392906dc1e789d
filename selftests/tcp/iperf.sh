#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# iperf3 and iperf over TCP, on GoNet and facing it. They do not look at what they
# receive; how much it was is compared.
#
#	IPERF_STREAMS=64	also so many streams at once
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run iperf iperf3 jq

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

# A test of iperf3's with these options; its report is in $TMP/report.
iperf3_run()
{
	start iperf3 -s -1 -B "$addr" -p 5201
	await 5201 || return
	"$client" timeout 100 iperf3 -J -c "$addr" -p 5201 "$@" >"$TMP/report"
	jq -e 'has("error") | not' "$TMP/report" >/dev/null ||
		fail "iperf3 $*: $(jq -r .error "$TMP/report")" || return
	stop
}

# Bytes that the buffers of both ends can hold, whichever stack's they are.
held()
{
	local sum=0 name most

	for name in tcp_rmem tcp_wmem; do
		most=$({ far sysctl -n "net.ipv4.$name"; native sysctl -n "net.gonet.$name"; } |
			awk '$3 > most { most = $3 } END { print most }')
		sum=$((sum + most))
	done
	echo "$sum"
}

# arrived SUM [STREAMS]: what the report says of a sum: all that was sent came, but for what was
# under way when the client said that it was done. That is what the buffers of both ends can
# hold, and on a slow machine may be most of it.
arrived()
{
	jq -e --arg way "$1" --argjson held "$((${2:-1} * $(held)))" '
		.end["sum_sent" + $way].bytes as $sent |
		.end["sum_received" + $way].bytes as $got |
		$got > 0 and $got <= $sent and $got >= $sent - $held' "$TMP/report" >/dev/null ||
		fail "$(jq -c '.end | del(.streams)' "$TMP/report")"
}

iperf3_forward() { iperf3_run -n 30M && arrived ""; }
iperf3_reverse() { iperf3_run -n 30M -R && arrived ""; }
iperf3_bidir() { iperf3_run -t 3 --bidir && arrived "" && arrived _bidir_reverse; }
iperf3_parallel() { iperf3_run -t 3 -P 8 && arrived "" 8; }
iperf3_parallel_reverse() { iperf3_run -t 3 -P 8 -R && arrived "" 8; }
iperf3_crowd()
{
	local streams=${IPERF_STREAMS:-0}

	[ "$streams" -gt 0 ] || { skip "IPERF_STREAMS is not set"; return; }
	iperf3_run -t 5 -P "$streams" && arrived "" "$streams"
}
iperf3_zerocopy() { iperf3_run -n 20M -Z && arrived ""; }
iperf3_small() { iperf3_run -t 2 -l 100 -N && arrived ""; }
iperf3_options() { iperf3_run -n 4M -M 536 -w 32K && arrived ""; }

# Both ends use UDP, and TCP to agree on it.
iperf3_udp()
{
	iperf3_run -u -b 5M -t 2 -l 1000 || return
	jq -e '.end.sum | .packets > 0 and .lost_packets <= .packets * 0.5' "$TMP/report" \
		>/dev/null || fail "$(jq -c .end.sum "$TMP/report")"
}

iperf_both()
{
	start iperf -s -B "$addr" -p 5003 -e
	await 5003 || return
	"$client" timeout 100 iperf -c "$addr" -p 5003 -t 2 -P 4 -e >"$TMP/report" ||
		fail "$(cat "$TMP/report")" || return
	grep -q 'SUM.*[1-9][0-9.]* [KMG]Bytes' "$TMP/report" || fail "$(cat "$TMP/report")" || return
	"$client" timeout 100 iperf -c "$addr" -p 5003 -t 2 --full-duplex >"$TMP/report" ||
		fail "$(cat "$TMP/report")" || return
	grep -q '[1-9][0-9.]* [KMG]Bytes' "$TMP/report" || fail "$(cat "$TMP/report")"
}

everywhere "iperf3" iperf3_forward
both "iperf3 -R" iperf3_reverse
everywhere "iperf3 --bidir" iperf3_bidir
everywhere "iperf3 -P 8" iperf3_parallel
both "iperf3 -P 8 -R" iperf3_parallel_reverse
everywhere "iperf3 with many streams" iperf3_crowd
both "iperf3 -Z (sendfile)" iperf3_zerocopy
both "iperf3 with small writes" iperf3_small
both "iperf3 with a small MSS and window" iperf3_options
both "iperf3 -u" iperf3_udp
both "iperf" iperf_both
check "nothing in the kernel's log" dmesg_clean
finish
