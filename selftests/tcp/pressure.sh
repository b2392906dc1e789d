#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=300
#
# What connections take of memory together (net.gonet.tcp_mem): many that send to a program
# which does not read take little, all go on when it does, and memory is plentiful again.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq python3

# shellcheck source-path=SCRIPTDIR source=crowd_lib.sh
. "$(dirname "$0")/crowd_lib.sh"

program=$selftests/programs/tcp_memory.py
connections=30
size=262144	# bytes that each sends
few='64 96 128'	# pages
plenty=$(native sysctl -n net.gonet.tcp_mem)
page=$(getconf PAGESIZE)

# The third limit, and for each end a packet that is not read or not acknowledged.
most=$((128 * page + 2 * connections * 81920))

limit() { native sysctl -q -w net.gonet.tcp_mem="$1"; }
taken() { stack -j socket -a -m | jq '[.[].skmem | .rmem_alloc + .wmem_alloc] | add // 0'; }
none_taken() { [ "$(taken)" = 0 ]; }

said() { grep -q "^$2" "$TMP/$1"; }
said_or_over() { said "$1" "$2" || ! kill -0 "$3" 2>/dev/null; }
await_word()
{
	wait_for 120 said_or_over "$1" "$2" "$3"
	said "$1" "$2" || fail "$(cat "$TMP/$1")"
}

# In the role of that name, with a standard input that only a line or its end ends.
in_place()
{
	local where=(ip netns exec "$FAR")

	[ "$1" = far ] || where=(gonet-run -n "$NS")
	shift
	exec "${where[@]}" timeout 200 python3 "$program" "$@"
}

begin()
{
	mkfifo "$TMP/server.in" "$TMP/client.in"
	in_place "$server" server "$1" "$connections" "$size" \
		<>"$TMP/server.in" >"$TMP/server" 2>&1 &
	reader=$!
	await "$1" || return
	in_place "$client" client "$addr" "$1" "$connections" "$2" \
		<>"$TMP/client.in" >"$TMP/client" 2>&1 &
	writer=$!
	await_word client stuck "$writer"
}

end()
{
	kill "$reader" "$writer" 2>/dev/null
	wait "$reader" "$writer" 2>/dev/null
	rm -f "$TMP/server.in" "$TMP/client.in"
	wait_for 60 none_taken || fail "$(taken) bytes are left: $(stack socket -a -m)"
}

# What is taken when nothing can be sent any more; then the other end reads it all.
hold()
{
	local status=0

	begin "$1" "$size"
	status=$?
	held=$(taken)
	echo go >"$TMP/server.in"
	[ "$status" != 0 ] || await_word client 'done' "$writer"
	status=$((status | $?))
	[ "$status" != 0 ] || await_word server 'done' "$reader"
	status=$((status | $?))
	end || return
	return "$status"
}

hold_plenty() { hold 5500 && { [ "$held" -gt "$most" ] || fail "$held bytes are little"; }; }

hold_few()
{
	local pressures chrono

	pressures=$(stat_of TcpExtTCPMemoryPressures)
	chrono=$(stat_of TcpExtTCPMemoryPressuresChrono)
	limit "$few" || return
	hold 5501 || return
	[ "$held" -le "$most" ] || fail "$held bytes, not $most" || return
	[ "$(stat_of TcpExtTCPMemoryPressures)" -gt "$pressures" ] || fail "no pressure" || return
	[ "$(stat_of TcpExtTCPMemoryPressuresChrono)" -gt "$chrono" ] || fail "it has not ended"
}

# Closed with much to send when memory has become little, or before.
orphans_reset()
{
	local when=$1 before status=0

	limit "$plenty"
	before=$(stat_of TcpExtTCPAbortOnMemory)
	begin $((5510 + when)) leave || status=1
	[ "$when" = 1 ] || limit "$few"
	echo go >"$TMP/client.in"
	[ "$status" != 0 ] || await_word client 'done' "$writer" || status=1
	limit "$few"
	[ "$status" != 0 ] || wait_for 150 aborted $((before + connections / 2)) || status=1
	end || status=1
	return "$status"
}

orphans_now() { orphans_reset 0; }
orphans_late() { orphans_reset 1; }

aborted() { [ "$(stat_of TcpExtTCPAbortOnMemory)" -ge "$1" ]; }

check "without a limit more is taken" in_role hold_plenty run run 127.0.0.1
note "$held bytes, where $most would be the limit"
check "with one there is an end, both on GoNet" in_role hold_few run run 127.0.0.1
note "$held bytes"
check "with one there is an end, the client on GoNet" in_role hold_few run far 10.0.0.1
note "$held bytes"
check "with one there is an end, the server on GoNet" in_role hold_few far run 10.0.0.2
note "$held bytes"
check "what is closed with much to send is reset" in_role orphans_now run far 10.0.0.1
check "what has been closed so, too" in_role orphans_late run far 10.0.0.1
limit "$plenty"
check "with plenty all is as before" in_role hold_plenty run run 127.0.0.1
check "nothing is left" nothing_left
check "nothing in the kernel's log" dmesg_clean
finish
