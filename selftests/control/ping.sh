#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# gonet ping: what it prints and how it ends, beside what the host's ping prints
# for the same options.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq ping python3 gonet
ns_new NS || exit
net_up 1 || exit

# What differs from one run to the next, made alike.
alike()
{
	sed -E -e 's/10\.0\.0\.[12]/ADDR/g' -e 's/time=?[ 0-9.]+ ?ms/time T/' \
		-e 's,^rtt min/avg/max/mdev = .*,rtt,' -e '/^pipe [0-9]+$/d' -e 's/, pipe [0-9]+$//' \
		-e 's/ttl=[0-9]+/ttl=N/'
}

# same OPTIONS...: both print the same, with $order in any order, and exit with the same
# status.
same()
{
	local order=${order:-cat} ours theirs

	stack ping "$@" 10.0.0.1 >"$TMP/ours" 2>&1
	ours=$?
	native ping "$@" 10.0.0.2 >"$TMP/theirs" 2>&1
	theirs=$?
	[ "$ours" = "$theirs" ] || fail "$*: status $ours, not $theirs: $(cat "$TMP/ours")" || return
	diff <(alike <"$TMP/ours" | $order) <(alike <"$TMP/theirs" | $order) || fail "$*"
}

test_same()
{
	same -c 1 && same -c 3 -i 0.1 && same -c 2 -i 0.1 -s 16 && same -c 2 -i 0.1 -s 1472 -M "do" &&
		same -c 2 -i 0.1 -s 60000 && same -c 1 -s 65507 && same -c 1 -p ff00 &&
		same -c 1 -p 123 && same -q -c 5 -i 0.05 && same -c 1 -t 7 -Q 16 -n &&
		same -c 2 -i 0.1 -w 3 || return
	# requests sent at once are processes of their own, each of which reports its answer
	order="sort" same -c 4 -l 4 -i 0.1
}

test_from()
{
	stack ping -c 1 -I 10.0.0.2 10.0.0.1 | grep -q '^PING 10.0.0.1 (10.0.0.1) from 10.0.0.2 : 56(84) bytes of data\.$' || return
	stack ping -c 1 -I gonet0 10.0.0.1 | grep -q '^PING 10.0.0.1 (10.0.0.1) from 10.0.0.2 gonet0: 56(84) bytes of data\.$' || return
	! stack ping -c 1 -I 10.0.0.9 10.0.0.1 >"$TMP/out" 2>&1 || fail "sent from another's address" || return
	grep -q 'Error: The source is not an address of this stack.' "$TMP/out"
}

test_flood()
{
	stack ping -q -f -c 2000 10.0.0.1 >"$TMP/out" || return
	grep -q '^2000 packets transmitted, 2000 received, 0% packet loss' "$TMP/out" || fail "$(cat "$TMP/out")" || return
	grep -Eq '^rtt .* ms, ipg/ewma [0-9.]+/[0-9.]+ ms$' "$TMP/out"
}

test_preload()
{
	stack ping -q -l 1000 -c 1000 10.0.0.1 | grep -q '^1000 packets transmitted, 1000 received, 0% packet loss'
}

# Nobody answers: the stack itself reports that after its ARP requests.
test_nobody()
{
	local status

	stack ping -c 1 -W 1 10.0.0.77 >"$TMP/out" 2>&1
	status=$?
	[ "$status" = 1 ] || fail "status $status" || return
	grep -q '^1 packets transmitted, 0 received,.* 100% packet loss' "$TMP/out" || return
	stack ping -c 1 -W 10 10.0.0.78 >"$TMP/out" 2>&1
	[ $? = 1 ] || return
	grep -q '^From 10.0.0.2 icmp_seq=1 Destination Host Unreachable' "$TMP/out" || fail "$(cat "$TMP/out")" || return
	grep -q ' 0 received, +1 errors, 100% packet loss' "$TMP/out"
}

test_errors()
{
	native sysctl -q -w net.ipv4.ip_forward=1
	stack route add default via 10.0.0.1 || return
	stack ping -c 1 192.0.2.1 >"$TMP/out" 2>&1
	[ $? = 1 ] || return
	stack route del default || return
	grep -q '^From 10.0.0.1 icmp_seq=1 Destination Net Unreachable' "$TMP/out" || fail "$(cat "$TMP/out")"
}

test_no_route()
{
	stack ping -c 1 192.0.2.1 >"$TMP/out" 2>&1
	[ $? = 1 ] || return
	grep -q 'Network is unreachable' "$TMP/out" || fail "$(cat "$TMP/out")"
}

test_broadcast()
{
	native sysctl -q -w net.ipv4.icmp_echo_ignore_broadcasts=0 || return
	stack ping -c 1 10.0.0.255 >"$TMP/out" 2>&1
	[ $? = 2 ] && grep -q 'broadcast' "$TMP/out" || fail "without -b: $(cat "$TMP/out")" || return
	stack ping -b -c 1 10.0.0.255 >"$TMP/out" 2>&1 || fail "$(cat "$TMP/out")" || return
	grep -q '^64 bytes from 10.0.0.1: ' "$TMP/out"
}

test_dont_fragment()
{
	stack ping -c 1 -W 2 -s 1473 -M "do" 10.0.0.1 >"$TMP/out" 2>&1
	[ $? = 1 ] || fail "$(cat "$TMP/out")" || return
	grep -Eqi 'message too long|frag needed' "$TMP/out" || fail "$(cat "$TMP/out")"
}

test_deadline()
{
	local status start=$EPOCHSECONDS

	stack ping -q -i 0.2 -w 2 10.0.0.1 >/dev/null || return
	[ $((EPOCHSECONDS - start)) -le 5 ] || fail "took too long" || return
	stack ping -q -i 0.2 -w 1 -c 100 10.0.0.1 >/dev/null
	status=$?
	[ "$status" = 1 ] || fail "fewer than asked for: status $status"
}

test_interrupt()
{
	(exec gonet -n "$NS" ping -i 0.1 10.0.0.1 >"$TMP/out" 2>"$TMP/err") &
	pid=$!
	wait_for 5 grep -q icmp_seq=3 "$TMP/out" || return
	kill -QUIT "$pid"
	wait_for 5 grep -Eq '[0-9]+/[0-9]+ packets, 0% loss, min/avg/ewma/max = ' "$TMP/err" || return
	kill -INT "$pid"
	wait "$pid" || fail "status $?" || return
	grep -Eq '^[0-9]+ packets transmitted, [0-9]+ received, 0% packet loss' "$TMP/out" || return
	grep -q '^rtt min/avg/max/mdev = ' "$TMP/out"
}

test_json()
{
	stack -j ping -c 3 -i 0.1 10.0.0.1 >"$TMP/out" || return
	python3 -m json.tool "$TMP/out" >/dev/null || return
	jq -e '.transmitted == 3 and .received == 3 and .loss_percent == 0 and .rtt_ms.min > 0 and
		(.replies | length == 3 and all(.status == "reply" and .bytes == 64))' "$TMP/out" ||
		fail "$(cat "$TMP/out")"
}

test_wrong()
{
	local words status

	for words in '-c 0' '-c x' '-s 65508' '-i x' '-t 256' '-M want' '-p xyz' '-I gonet9' '-Z'; do
		# shellcheck disable=SC2086 # they are words
		stack ping $words 10.0.0.1 >"$TMP/out" 2>&1
		status=$?
		[ "$status" = 2 ] || fail "$words: status $status: $(cat "$TMP/out")" || return
	done
	stack ping >/dev/null 2>&1
	[ $? = 2 ] || fail "without a destination"
}

# Whoever does not wait for the answer costs nothing but the answer.
test_gone()
{
	local i pid

	for ((i = 0; i < 10; i++)); do
		(exec gonet -n "$NS" ping -q -l 100 -c 100 -W 1 10.0.0.79 >/dev/null 2>&1) &
		pid=$!
		sleep 0.1
		kill -KILL "$pid"
		wait "$pid" 2>/dev/null
	done
	wait_for 20 no_requests
}

no_requests() { [ "$(stack -j proc show kind ping_request | jq length)" = 0 ]; }

check "the same as the host's" test_same
check "source address and interface" test_from
check "flood" test_flood
check "a thousand at once" test_preload
check "nobody there" test_nobody
check "ICMP errors" test_errors
check "no route" test_no_route
check "broadcast" test_broadcast
check "too big to go in one piece" test_dont_fragment
check "deadline" test_deadline
check "interrupted" test_interrupt
check "JSON" test_json
check "wrong options" test_wrong
check "a requester that goes" test_gone
check "nothing in the kernel's log" dmesg_clean
finish
