#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Listings while what they list changes: what is there all the time is listed
# exactly once, and what comes and goes does no harm.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq gonet
ns_new NS || exit
net_up 1 || exit

# listings NUMBER LIST...: for some seconds all runs of LIST print NUMBER.
listings()
{
	local number=$1 end=$((EPOCHSECONDS + ${SECONDS_EACH:-6})) runs=0 got

	shift
	while [ "$EPOCHSECONDS" -lt "$end" ]; do
		got=$("$@" 2>"$TMP/err") || fail "run $runs failed: $(cat "$TMP/err")" || return
		[ "$got" = "$number" ] || fail "run $runs: $got, not $number" || return
		runs=$((runs + 1))
	done
	note "$runs listings"
}

# changing COMMANDS NUMBER LIST...: the same while a batch of COMMANDS runs over and over.
# The last batch has ended when this returns.
changing()
{
	local batch=$1 status pid

	shift
	rm -f "$TMP/enough"
	(
		trap 'touch "$TMP/enough"' TERM
		until [ -e "$TMP/enough" ]; do
			gonet -n "$NS" -force -batch "$batch" >/dev/null 2>&1
		done
	) &
	pid=$!
	defer kill "$pid"
	listings "$@"
	status=$?
	touch "$TMP/enough"
	wait "$pid"
	return "$status"
}

old_routes()
{
	stack -j route | jq '[.[] | select(.dst | startswith("172.16.")) | .dst] |
		if (unique | length) == length then length else "twice" end'
}

test_routes()
{
	local i

	for ((i = 0; i < 800; i++)); do
		echo "route add unreachable 172.16.$((i / 256)).$((i % 256))"
	done >"$TMP/old"
	for ((i = 0; i < 200; i++)); do
		echo "route add unreachable 172.15.0.$i"
		echo "route add unreachable 172.17.0.$i"
		echo "route del unreachable 172.15.0.$i"
		echo "route del unreachable 172.17.0.$i"
	done >"$TMP/new"
	stack -batch "$TMP/old" || return
	changing "$TMP/new" 800 old_routes || return
	# two that remove the same ones do not mind each other
	stack route flush root 172.0.0.0/8 &
	stack route flush root 172.0.0.0/8 && wait "$!"
}

old_addrs()
{
	stack -j addr | jq '[.[] | .addr_info[] | select(.local | startswith("10.1.")) | .local] |
		if (unique | length) == length then length else "twice" end'
}

test_addrs()
{
	local i

	for ((i = 1; i < 200; i++)); do
		echo "addr add 10.1.0.$i/32 dev gonet0"
	done >"$TMP/old"
	for ((i = 1; i < 100; i++)); do
		echo "addr add 10.2.0.$i/32 dev gonet0"
		echo "addr del 10.2.0.$i/32 dev gonet0"
	done >"$TMP/new"
	stack -batch "$TMP/old" || return
	changing "$TMP/new" 199 old_addrs || return
	stack addr flush dev gonet0 to 10.1.0.0/16
}

old_neighs()
{
	stack -j neigh | jq '[.[] | select(.dst | startswith("10.0.0.1")) | .dst] |
		if (unique | length) == length then length else "twice" end'
}

test_neighs()
{
	local i

	for ((i = 100; i < 200; i++)); do
		echo "neigh replace 10.0.0.$i lladdr 02:00:00:00:00:01 dev gonet0"
	done >"$TMP/old"
	for ((i = 200; i < 250; i++)); do
		echo "neigh add 10.0.0.$i lladdr 02:00:00:00:00:01 dev gonet0"
		echo "neigh del 10.0.0.$i dev gonet0"
	done >"$TMP/new"
	stack -batch "$TMP/old" || return
	stack neigh del 10.0.0.1 dev gonet0
	changing "$TMP/new" 100 old_neighs
}

standing_procs()
{
	stack -j graph | jq '
		def once: if (unique | length) == length then . else error("twice") end;
		([.processes[].id] | once) as $ids | ([.channels[] | [.proc, .input]] | once) |
		[.[] | select(.[0] <= 12)] | length'
}

# Processes that come and go: one for each echo request, thousands of them.
test_procs()
{
	echo "ping -q -l 200 -c 200 10.0.0.1" >"$TMP/pings"
	changing "$TMP/pings" "$(standing_procs)" standing_procs
}

# Devices that come and go while everything is listed.
test_links()
{
	local end=$((EPOCHSECONDS + 8)) i pids=()

	for i in 1 2; do
		(while :; do
			ip -n "$NS" link add "gd$i" type gonet
			ip -n "$NS" link set "gd$i" up
			gonet -n "$NS" addr add "10.9.$i.2/24" dev "gd$i"
			ip -n "$NS" link del "gd$i"
		done >/dev/null 2>&1) &
		pids+=($!)
		defer kill "$!"
	done
	while [ "$EPOCHSECONDS" -lt "$end" ]; do
		stack -j link | jq -e 'map(select(.ifname == "gonet0")) | length == 1' || return
		stack -s link >/dev/null && stack addr >/dev/null && stack route show table all >/dev/null &&
			stack proc >/dev/null && stack graph text >/dev/null && stack neigh >/dev/null ||
			fail "a listing failed" || return
	done
	kill "${pids[@]}"
	wait "${pids[@]}" 2>/dev/null
	wait_for 5 stack_answers 0
}

check "routes" test_routes
check "addresses" test_addrs
check "neighbours" test_neighs
check "processes" test_procs
check "devices" test_links
check "nothing in the kernel's log" dmesg_clean
finish
