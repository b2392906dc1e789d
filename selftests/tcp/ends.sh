#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: by-name timeout=600
#
# Programs are killed and the link goes while data is under way; the module is asked to
# go while there are connections.
#
#	KILLS=100	how often each of the programs is killed (15)
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run jq socat

# shellcheck source-path=SCRIPTDIR source=crowd_lib.sh
. "$(dirname "$0")/crowd_lib.sh"

kills=${KILLS:-15}

# A client in the background, as a session that can be killed; its number is in $busy.
start_busy()
{
	ip netns exec "$(namespace_of "$client")" setsid "$crowd_program" \
		"$(family_of "$client")" "$addr" "$crowd_port" short 20 100000 1000000 </dev/null >"$TMP/client" 2>&1 &
	busy=$!
	started+=("$busy")
}

# A moment of its own each time: from before the first connection to in their midst.
moment() { sleep "0.$((RANDOM % 6))$((RANDOM % 10))"; }

# The server stays and serves on.
kill_clients()
{
	local i

	crowd_server 5400 || return
	for ((i = 0; i < kills; i++)); do
		start_busy
		moment
		# perhaps it has no session of its own yet
		kill -KILL "$busy"
		pkill -KILL -s "$busy"
		wait "$busy" 2>/dev/null
	done
	crowd_limit=100 crowd short 5 10000 50 || fail "after the clients were killed"
}

# The client learns of it at once: connections are reset.
kill_servers()
{
	local i n pid status

	for ((i = 0; i < kills; i++)); do
		# what was killed last may have left connections: another port
		crowd_server $((5500 + i)) || return
		pid=${started[-1]}
		start_busy
		moment
		pkill -KILL -s "$pid"
		wait "$pid" 2>/dev/null
		for ((n = 0; n < 300; n++)); do
			kill -0 "$busy" 2>/dev/null || break
			sleep 0.1
		done
		[ "$n" -lt 300 ] || fail "the client goes on after $i" "$(cat "$TMP/client")" || return
		wait "$busy"
		status=$?
		[ "$status" = 1 ] || fail "the client ended with $status: $(cat "$TMP/client")" ||
			return
	done
}

is_received() { [ "$(stat -c %s "$TMP/got")" -ge "$1" ]; }

# A file each way, with $1... happening when a part of it has come.
through()
{
	local pid

	: >"$TMP/got"
	# shellcheck disable=SC2016 # what another shell expands
	start sh -c 'socat -t 200 - "TCP4-LISTEN:5600,bind=$1" <"$0/file" >"$0/got"' \
		"$TMP" "$addr"
	await 5600 || return
	"$client" timeout 200 socat -t 200 - TCP4:"$addr":5600 <"$TMP/file" >"$TMP/back" &
	pid=$!
	wait_for 60 is_received 500000 || return
	"$@" || return
	wait "$pid" || fail "the client ended with $?" || return
	wait_for 60 cmp -s "$TMP/file" "$TMP/got" || same "$TMP/file" "$TMP/got" || return
	same "$TMP/file" "$TMP/back"
}

native_down() { far ip link set gonet0 down && sleep "$1" && far ip link set gonet0 up; }
stack_down() { stack link set dev gonet0 down && sleep "$1" && stack link set dev gonet0 up; }
both_down() { native_down 1 && stack_down 1 && native_down 3 && stack_down 3; }
link_down() { through both_down; }

is_open() { stack -j socket -a | jq -e 'any(.[]; .state == "ESTAB")' >/dev/null; }

test_rmmod()
{
	local status

	client=run server=far addr=10.0.0.1
	crowd_server 5700 || return
	rm -f "$TMP/hold"
	mkfifo "$TMP/hold"
	crowd hold 10 100 1 <"$TMP/hold" >"$TMP/client" 2>&1 &
	exec 7>"$TMP/hold"
	wait_for 60 is_open || return
	rmmod gonet 2>"$TMP/said"
	status=$?
	[ "$status" != 0 ] && grep -qi 'in use' "$TMP/said" ||
		fail "rmmod: $status: $(cat "$TMP/said")" || return
	wait_for 60 grep -q '^held' "$TMP/client" || fail "$(cat "$TMP/client")" || return
	exec 7>&-
	wait $! || fail "the client: $(cat "$TMP/client")" || return
	stop
	nothing_left || return
	within 60 rmmod gonet || fail "$(cat /proc/modules)" || return
	[ ! -e /sys/module/gonet ]
}

numbers 20000000 >"$TMP/file"
for roles in 'run far 10.0.0.1' 'far run 10.0.0.2'; do
	read -r from to at <<<"$roles"
	name="$(family_of "$from") to $(family_of "$to")"
	check "$kills clients killed, $name" in_role kill_clients "$from" "$to" "$at"
	check "nothing is left" nothing_left
	check "$kills servers killed, $name" in_role kill_servers "$from" "$to" "$at"
	check "nothing is left" nothing_left
	check "the link down and up at either end, $name" in_role link_down "$from" "$to" "$at"
done
check "nothing is left" nothing_left
check "rmmod" test_rmmod
check "nothing in the kernel's log" dmesg_clean
finish
