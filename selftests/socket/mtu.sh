#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Packets that may be too large for their path (IP_MTU_DISCOVER, UDP_SEGMENT): the same
# program on the stack and on the native one, on two paths that are alike, must see the
# same. The cases are functions of programs/mtu.py.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"
. "$selftests/ip/pmtu_lib.sh"

need python3 jq diff

path_up || { not_ok "a stack and a path"; finish; exit; }
path_up_native || { not_ok "a native stack and a path"; finish; exit; }
native sysctl -q -w net.gonet.ping_group_range='0 0'
ip netns exec "$HOST" sysctl -q -w net.ipv4.ping_group_range='0 0'

sink()
{
	background ip netns exec "$1" python3 "$selftests/programs/mtu.py" sink >"$TMP/$1" &&
		wait_for 30 grep -q ready "$TMP/$1"
}
if ! sink "$FAR" || ! sink "$FAR2"; then
	not_ok "what takes the packets"
	finish
	exit
fi

same()
{
	within 200 ip netns exec "$NS" python3 "$selftests/programs/mtu.py" gonet "$1" \
		>"$TMP/gonet" || fail "$(tail -n 3 "$TMP/gonet")" || return
	within 200 ip netns exec "$HOST" python3 "$selftests/programs/mtu.py" native "$1" \
		>"$TMP/native" || fail "natively: $(tail -n 3 "$TMP/native")" || return
	[ "$(tail -n 1 "$TMP/native")" = end ] && diff "$TMP/native" "$TMP/gonet"
}

check "who is told, and what is known then" same first
check "IP_MTU_DISCOVER of UDP sockets" same udp
check "IP_MTU_DISCOVER of ping sockets" same ping
check "IP_MTU_DISCOVER of raw sockets" same raw
check "headers of the program's own" same own_header
check "datagrams in parts" same corked
check "UDP_SEGMENT and UDP_GRO: values" same segment_options
check "UDP_SEGMENT: control messages" same segment_messages
check "UDP_SEGMENT: sizes" same segments

check "the kernel reports nothing" dmesg_clean
finish
