#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: by-name timeout=1200
#
# A million random segments to connections that are open (fuzz/). Then the stack works as
# before, and has kept nothing.
#
# SEED and SEGMENTS set the seed and how many.
# shellcheck disable=SC2317,SC2329 # functions are called by name
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq

seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
segments=${SEGMENTS:-1000000}

send_segments()
{
	native "$tree/build/selftests/tcp/fuzz" -i gonet0 -m "$WIRE_STACK_MAC" -s "$wire_peer" \
		-d 10.0.0.2 -f 18 -n "$segments" -S "$seed" >"$TMP/fuzz"
}

# Records in TIME-WAIT are no processes, and other ends are reached within this time.
quiet() { [ "$(stack -j proc | jq length)" -le "$processes" ]; }

[ -x "$tree/build/selftests/tcp/fuzz" ] || skip_all "tcp/fuzz is not built"
wire_up || { not_ok "a stack and a peer"; finish; exit; }
native sysctl -q -w net.gonet.tcp_fin_timeout=2 net.gonet.tcp_orphan_retries=2 \
	net.gonet.tcp_synack_retries=1
processes=$(stack -j proc | jq length)
note "seed $seed"
check "$segments random segments" send_segments
note "$(cat "$TMP/fuzz")"
check "the stack answers" stack_answers
check "all connections have ended" wait_for 120 quiet
wire_cases tcp_handshake combination twice
wire_cases tcp_receive disorder "twice and overlapping"
check "the kernel reports nothing" dmesg_clean
finish
