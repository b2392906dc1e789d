#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: by-name timeout=600
#
# 10,000 connections at once, which send back and forth, are idle, and close.
#
#	CROWD=1000	so many instead
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq

# shellcheck source-path=SCRIPTDIR source=crowd_lib.sh
. "$(dirname "$0")/crowd_lib.sh"

# shellcheck source-path=SCRIPTDIR source=../module/leaks.sh
. "$(dirname "$0")/../module/leaks.sh"

crowd=${CROWD:-10000}

# The client's side uses half of the ports that there are.
for ns in "$NS" "$FAR"; do
	ip netns exec "$ns" sysctl -q -w net.ipv4.ip_local_port_range='10000 65000'
done
native sysctl -q -w net.gonet.ip_local_port_range='10000 65000'
far sysctl -q -w net.core.somaxconn=4096

threads() { our_threads | wc -l; }
few_threads() { [ "$(threads)" -lt 64 ]; }
is_held() { grep -q '^held' "$TMP/client"; }
is_held_or_over() { is_held || ! kill -0 "$holder" 2>/dev/null; }

slab_kb() { awk '$1 == "Slab:" { print $2 }' /proc/meminfo; }

# The last round is over, the connections are idle.
hold()
{
	local halves=$1 status

	rm -f "$TMP/hold"
	mkfifo "$TMP/hold"
	crowd_limit=500 crowd hold "$crowd" 100 3 <"$TMP/hold" >"$TMP/client" 2>&1 &
	holder=$!
	exec 7>"$TMP/hold"
	wait_for 500 is_held_or_over
	is_held || fail "$(cat "$TMP/client")" || return
	[ "$(halves)" = "$halves" ] || fail "$(halves) processes, not $halves" || return
	wait_for 120 few_threads || fail "$(threads) threads for idle connections" || return
	slab_held=$(slab_kb)
	threads_held=$(threads)
	exec 7>&-
	wait "$holder"
	status=$?
	[ "$status" = 0 ] || fail "status $status: $(cat "$TMP/client")"
}

# Two halves for each of GoNet's ends; what the native stack takes, for comparison.
hold_one()
{
	local halves=$((2 * crowd))

	[ "$client-$server" != far-far ] || halves=0
	crowd_server 5300 && hold "$halves"
}

for roles in 'run far 10.0.0.1' 'far run 10.0.0.2' 'far far 127.0.0.1'; do
	read -r from to at <<<"$roles"
	slab_before=$(slab_kb)
	check "$crowd connections, $(family_of "$from") to $(family_of "$to")" \
		in_role hold_one "$from" "$to" "$at"
	note "$(tr '\n' ',' <"$TMP/client") ${threads_held:-?} threads while idle," \
		"$(((${slab_held:-0} - slab_before) * 1024 / crowd)) bytes of slab each, both ends"
	check "nothing is left" nothing_left
done
check "nothing in the kernel's log" dmesg_clean
finish
