#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=400
#
# The counters of TCP that one thing after the other moves, beside those that the same moves
# in the native stack: programs/tcp_mib.py.
. "$(dirname "$0")/../lib.sh"
# shellcheck source-path=SCRIPTDIR source=wire_lib.sh
. "$(dirname "$0")/wire_lib.sh"

need python3 jq gonet

# A native stack behind a cable, with the addresses that GoNet's has elsewhere.
native_up()
{
	ns_new PEER_NS && ns_new NATIVE || return
	ip -n "$PEER_NS" link add gonet0 type veth peer name far netns "$NATIVE" || return
	ip -n "$PEER_NS" addr add 10.0.0.1/24 dev gonet0 || return
	ip -n "$PEER_NS" link set gonet0 up || return
	ip -n "$NATIVE" addr add 10.0.0.2/24 dev far || return
	ip -n "$NATIVE" link set far up || return
	ip -n "$NATIVE" neigh replace "$wire_peer" lladdr "$wire_mac" dev far nud permanent
}

natively()
{
	local mac

	mac=$(ip -n "$NATIVE" -j link show far | jq -r '.[0].address') || return
	WIRE_NATIVE=$NATIVE WIRE_STACK_MAC=$mac ip netns exec "$PEER_NS" \
		python3 "$selftests/programs/tcp_mib.py" >"$TMP/native"
}

on_gonet() { native python3 "$selftests/programs/tcp_mib.py" >"$TMP/gonet"; }

wire_up || { not_ok "a stack and a peer"; finish; exit; }
check "a native stack and a peer" native_up || { finish; exit; }
check "all that moves them, natively" natively
check "all that moves them" on_gonet
wire_cases tcp_mib "$TMP/gonet" "$TMP/native"
check "the kernel reports nothing" dmesg_clean
finish
