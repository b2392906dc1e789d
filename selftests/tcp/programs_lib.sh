# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests of programs over TCP: a program is a function, which finds its role in
# variables and is run in both.
#
#	both NAME FUNCTION	two results: the client on GoNet and the server native, and
#				the other way round
#	inside NAME FUNCTION	a result: both on GoNet, over its loopback
#	everywhere NAME FUNCTION	all three
#
# What such a function has:
#	$client COMMAND...	runs the client
#	$addr			the server's address
#	start COMMAND...	starts a server, which the end of the function ends; its
#				output goes to $TMP/server
#	await PORT		waits until it listens
#	stop			ends the servers before that
#	same FILE FILE		they are the same, or it says where they differ
#	numbers BYTES		prints so many bytes, each of which tells its place
#
# $servers is the folder of servers that are unpacked, not installed.

# shellcheck disable=SC2034,SC2154 # variables of the files that this is read with
# shellcheck source-path=SCRIPTDIR source=../socket/run_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../socket/run_lib.sh"

servers=$tree/build/programs/servers
LD_LIBRARY_PATH=$servers/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
chmod 755 "$TMP"
started=()
client='' server='' addr=''

start()
{
	local where=(ip netns exec "$FAR")

	[ "$server" = far ] || where=("${gonet_run:-gonet-run}" -n "$NS")
	# a session, so that what it forks is found again
	"${where[@]}" setsid "$@" </dev/null >>"$TMP/server" 2>&1 &
	started+=($!)
}

stop()
{
	local pid

	for pid in "${started[@]}"; do
		pkill -KILL -s "$pid"
		wait "$pid" 2>/dev/null
	done
	started=()
}
defer stop

# shellcheck disable=SC2317,SC2329 # called by name
listening()
{
	if [ "$server" = far ]; then
		far ss -Hltn "sport = :$1" | grep -q .
	else
		stack -j proc | jq -e --arg name "tcp_listen/$1" 'any(.[]; .name == $name)' \
			>/dev/null
	fi
}

await()
{
	wait_for 60 listening "$1" && return
	cat "$TMP/server"
	return 1
}

same()
{
	cmp "$1" "$2" || fail "$1 has $(stat -c %s "$1") bytes, $2 $(stat -c %s "$2")"
}

numbers() { seq 1000000000 | head -c "$1"; }

in_role()
{
	local status

	client=$2 server=$3 addr=$4
	: >"$TMP/server"
	"$1"
	status=$?
	stop
	[ "$status" = 0 ] || tail -n 20 "$TMP/server"
	return "$status"
}

both()
{
	check "$1, the client on GoNet" in_role "$2" run far 10.0.0.1
	check "$1, the server on GoNet" in_role "$2" far run 10.0.0.2
}

inside() { check "$1, both on GoNet" in_role "$2" run run 127.0.0.1; }

everywhere()
{
	both "$@"
	inside "$@"
}
