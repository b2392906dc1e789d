#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Neighbours: resolution and what waits for it, the states of an entry and their
# times, an administrator's entries.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/arp_lib.sh"

need jq python3
quiet_ns || exit 1

# Hosts that are not there; peer plays them.
MAC=02:00:00:00:00:aa
OTHER_MAC=02:00:00:00:00:bb

host() { watching "$TMP/$1" host "$2" sha=$MAC spa="$1" tpa=10.0.0.2 dst="$(far_mac)" "${@:3}"; }

refused()
{
	local text=$1

	shift
	! "$@" 2>"$TMP/.why" || fail "was not refused: $*" || return
	grep -q "$text" "$TMP/.why" || fail "'$*' says '$(cat "$TMP/.why")'"
}

administrator()
{
	stack neigh add 10.0.0.60 lladdr $MAC dev gonet0 || return
	neigh_is 10.0.0.60 PERMANENT $MAC || return
	refused exist stack neigh add 10.0.0.60 lladdr $OTHER_MAC dev gonet0 || return
	stack neigh replace 10.0.0.60 lladdr $OTHER_MAC dev gonet0 || return
	neigh_is 10.0.0.60 PERMANENT $OTHER_MAC || return
	stack neigh replace 10.0.0.60 lladdr $MAC nud stale dev gonet0 || return
	neigh_is 10.0.0.60 STALE $MAC || return
	stack neigh del 10.0.0.60 dev gonet0 && [ -z "$(neigh_state 10.0.0.60)" ]
}

administrator_is_refused()
{
	refused . stack neigh del 10.0.0.60 dev gonet0 &&
		refused . stack neigh add 10.0.0.2 lladdr $MAC dev gonet0 &&
		refused . stack neigh add 10.0.0.255 lladdr $MAC dev gonet0 &&
		refused . stack neigh add 224.0.0.1 lladdr $MAC dev gonet0 &&
		refused . stack neigh add 127.0.0.1 lladdr $MAC dev gonet0 &&
		refused . stack neigh add 10.0.0.60 lladdr $MAC dev lo &&
		refused . stack neigh add 10.0.0.60 lladdr 00:00:00:00:00:00 dev gonet0 &&
		refused . stack neigh add 10.0.0.60 lladdr $MAC nud incomplete dev gonet0
}

permanent_stays()
{
	stack neigh add 10.0.0.61 lladdr $MAC dev gonet0 || return
	peer ask sha=$OTHER_MAC spa=10.0.0.61 tpa=10.0.0.2 >"$TMP/.answer" || return
	neigh_is 10.0.0.61 PERMANENT $MAC
}

# The second request is answered; what waited arrives in order, and a second answer
# from elsewhere is not believed.
resolves()
{
	host 10.0.0.70 60 echoes=5 ignore=1 other=$OTHER_MAC || return
	wait_for 5 saw "$TMP/10.0.0.70" 5 || return
	[ "$(seen "$TMP/10.0.0.70" | tr '\n' ' ')" = "0 1 2 3 4 " ] || return
	neigh_is 10.0.0.70 REACHABLE $MAC && [ "$(neigh_field 10.0.0.70 .queued)" = 0 ]
}

pending()
{
	neigh_state_is 10.0.0.71 INCOMPLETE && [ "$(neigh_field 10.0.0.71 .queued)" = 7 ] &&
		stack -j proc | grep -q '"arp_request/10.0.0.71"'
}

# Three requests, a second apart, then everything that waits is dropped.
gives_up()
{
	watching "$TMP/asked" watch 60 9 op=request tpa=10.0.0.71 spa=10.0.0.2 dst=$EVERYBODY ||
		return
	host 10.0.0.71 60 echoes=7 ignore=99 || return
	wait_for 2 pending || return
	wait_for 6 neigh_state_is 10.0.0.71 FAILED || return
	cat "$TMP/asked"
	saw "$TMP/asked" 3 && seen "$TMP/asked" | awk '
		{ gap = $1 - last; last = $1 }
		NR > 1 && (gap < 0.9 || gap > 2) { bad = 1 }
		END { exit bad }' || return
	[ "$(procs arp_request)" = 0 ] || fail "the process is still there"
}

failure_counted() { counted ArpFailures 1 dropped ARP_FAILED 7 gives_up; }

failed_is_asked_again()
{
	host 10.0.0.71 60 echoes=1 || return
	wait_for 3 neigh_is 10.0.0.71 REACHABLE $MAC
}

# Of more than fits the latest stay.
queue_is_bounded()
{
	dropped ARP_QUEUE_FULL 1 host 10.0.0.72 60 echoes=200 size=1000 ignore=1 || return
	wait_for 5 neigh_state_is 10.0.0.72 REACHABLE || return
	wait_for 5 grep -q '^199$' "$TMP/10.0.0.72" || return
	echo "$(seen "$TMP/10.0.0.72" | wc -l) arrived"
	saw_some "$TMP/10.0.0.72" 20 && ! saw_some "$TMP/10.0.0.72" 150 || return
	seen "$TMP/10.0.0.72" | sort -n -c
}

make_stale()
{
	peer ask sha=$MAC spa="$1" tpa=10.0.0.2 >"$TMP/.answer" && neigh_is "$1" STALE $MAC
}

# A use of an old entry has it verified, by requests to the neighbour alone.
verifies()
{
	watching "$TMP/verify" watch 60 9 op=request tpa=10.0.0.73 dst=$MAC || return
	make_stale 10.0.0.73 && host 10.0.0.73 60 echoes=1 || return
	wait_for 2 neigh_state_is 10.0.0.73 DELAY || return
	wait_for 8 neigh_is 10.0.0.73 REACHABLE $MAC || return
	saw "$TMP/verify" 1 && saw "$TMP/10.0.0.73" 1
}

verifies_in_vain()
{
	watching "$TMP/vain" watch 60 9 op=request tpa=10.0.0.74 dst=$MAC || return
	make_stale 10.0.0.74 && host 10.0.0.74 60 echoes=1 ignore=99 || return
	wait_for 8 neigh_state_is 10.0.0.74 PROBE || return
	wait_for 6 neigh_state_is 10.0.0.74 FAILED || return
	saw "$TMP/vain" 3 && saw "$TMP/10.0.0.74" 1
}

stale_stays_unless_used()
{
	make_stale 10.0.0.75 || return
	sleep 7
	neigh_is 10.0.0.75 STALE $MAC
}

# 15 to 45 s after the last answer; 10.0.0.70 answered some time ago.
reachable_ends() { wait_for 50 neigh_state_is 10.0.0.70 STALE; }

down_forgets()
{
	host 10.0.0.76 60 echoes=3 ignore=99 || return
	wait_for 2 neigh_state_is 10.0.0.76 INCOMPLETE || return
	stack link set gonet0 down || return
	[ "$(stack -j neigh show nud all | jq -r '.[].dst')" = 10.0.0.61 ] || return
	[ "$(procs arp_request)" = 0 ] || return
	stack link set gonet0 up && wait_for 5 stack_answers 0
}

# With packets that wait, processes that ask and one that probes.
deletion()
{
	host 10.0.0.77 60 echoes=50 ignore=99 || return
	stack addr add 10.0.0.78/24 dev gonet0 && wait_for 2 neigh_state_is 10.0.0.77 INCOMPLETE ||
		return
	net_down && [ "$(neigh_count)" = 0 ] || return
	wait_for 2 no_processes
}

no_processes() { [ "$(procs arp_request)$(procs arp_acd)" = 00 ]; }

EVERYBODY=ff:ff:ff:ff:ff:ff

check "device and addresses" net_up
check "probing ends" wait_for 15 settled 10.0.0.2
check "an administrator adds, replaces and removes" administrator
check "and is refused what makes no sense" administrator_is_refused
check "a permanent entry is not overwritten" permanent_stays
check "what waits for an address arrives, in order" resolves
check "without an answer it is dropped after three requests" failure_counted
check "a failed neighbour is asked for again" failed_is_asked_again
check "what may wait is bounded" queue_is_bounded
check "an old entry in use is verified" verifies
check "and given up when nobody answers" verifies_in_vain
check "an old entry that nobody uses stays" stale_stays_unless_used
check "a reachable neighbour becomes stale" reachable_ends
check "an interface that goes down forgets its neighbours" down_forgets
check "a device is deleted amid it all" deletion
check "nothing in the kernel's log" dmesg_clean
finish
