#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# gonet monitor: every change of every kind of object is told, in order, as text
# and as JSON.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq python3 gonet
ns_new NS || exit
native ip link add gonet0 type gonet
native ip addr add 10.0.0.1/24 dev gonet0
native ip link set gonet0 up

# watch FILE WORDS...: starts a monitor and waits until it listens.
watch()
{
	local file=$1

	shift
	: >"$file"
	(exec gonet -n "$NS" "$@" >"$file") &
	watcher=$!
	defer kill "$watcher"
	wait_for 5 listening
}

# Nobody else in the namespace has a generic netlink socket with a group.
listening()
{
	# shellcheck disable=SC2016 # the dollars are awk's
	native awk '$2 == 16 && $3 != 0 && $4 != "00000000" { found = 1 }
		END { exit !found }' /proc/net/netlink
}

unwatch() { kill "$watcher"; wait "$watcher" 2>/dev/null; return 0; }

# tells FILE PATTERN: it has a line that matches.
tells() { wait_for 5 grep -Eq -- "$2" "$1" || fail "no $2 in: $(cat "$1")"; }

test_text()
{
	local f=$TMP/text

	watch "$f" monitor || return
	stack addr add 10.0.0.2/24 dev gonet0 || return
	tells "$f" '^2: gonet0 +inet 10.0.0.2/24 brd 10.0.0.255 scope global tentative gonet0$' || return
	tells "$f" '^10.0.0.0/24 dev gonet0 proto kernel scope link src 10.0.0.2 $' || return
	tells "$f" '^local 10.0.0.2 dev gonet0 ' || return
	stack route add 10.8.0.0/16 via 10.0.0.1 && stack route del 10.8.0.0/16 || return
	tells "$f" '^10.8.0.0/16 via 10.0.0.1 dev gonet0 $' || return
	tells "$f" '^Deleted 10.8.0.0/16 via 10.0.0.1 dev gonet0 $' || return
	stack neigh add 10.0.0.50 lladdr 02:00:00:00:00:50 dev gonet0 || return
	tells "$f" '^10.0.0.50 dev gonet0 lladdr 02:00:00:00:00:50 PERMANENT$' || return
	stack neigh del 10.0.0.50 dev gonet0 || return
	tells "$f" '^Deleted 10.0.0.50 dev gonet0 ' || return
	stack link set gonet0 down && stack link set gonet0 up || return
	tells "$f" '^2: gonet0: .* state DOWN' || return
	tells "$f" '^2: gonet0: .* state UP' || return
	stack addr del 10.0.0.2/24 dev gonet0 || return
	tells "$f" '^Deleted 2: gonet0 +inet 10.0.0.2/24' || return
	unwatch
}

# An address is confirmed when nobody else has claimed it.
test_confirmed()
{
	local f=$TMP/confirmed

	watch "$f" monitor addr || return
	stack addr add 10.0.0.3/24 dev gonet0 || return
	tells "$f" '10.0.0.3/24 .* tentative ' || return
	wait_for 15 grep -Eq 'inet 10.0.0.3/24 brd 10.0.0.255 scope global gonet0$' "$f" || return
	! grep -q proto "$f" || fail "a route among addresses" || return
	stack addr del 10.0.0.3/24 dev gonet0
	unwatch
}

test_label()
{
	local f=$TMP/label

	watch "$f" monitor all || return
	stack addr add 10.0.0.2/24 dev gonet0 || return
	tells "$f" '^\[ADDR\]2: gonet0 ' && tells "$f" '^\[ROUTE\]10.0.0.0/24 ' || return
	native ip link add gonet5 type gonet && native ip link set gonet5 name gonet6 &&
		native ip link del gonet6 || return
	tells "$f" '^\[LINK\][0-9]+: gonet5: ' && tells "$f" '^\[LINK\][0-9]+: gonet6: ' &&
		tells "$f" '^\[LINK\]Deleted [0-9]+: gonet6: ' || return
	unwatch
}

test_json()
{
	local f=$TMP/json

	watch "$f" -j monitor || return
	stack route add 10.8.0.0/16 via 10.0.0.1 && stack route del 10.8.0.0/16 || return
	tells "$f" '"event":"del"' || return
	while read -r line; do
		python3 -m json.tool <<<"$line" >/dev/null || fail "no JSON: $line" || return
	done <"$f"
	jq -se '[.[] | select(.dst == "10.8.0.0/16") | "\(.object) \(.event)"] ==
		["route new", "route del"]' "$f" || return
	unwatch
}

# As many as are made, and in order.
test_all()
{
	local f=$TMP/all i

	for ((i = 0; i < 500; i++)); do
		echo "route add unreachable 172.16.$((i / 256)).$((i % 256))/32"
	done >"$TMP/batch"
	watch "$f" monitor route || return
	stack -batch "$TMP/batch" || return
	wait_for 10 all_told "$f" || fail "$(wc -l <"$f") lines" || return
	grep -o '172[.0-9]*' "$f" | cmp - <(grep -o '172[.0-9]*' "$TMP/batch") || fail "another order" || return
	unwatch
	stack route flush type unreachable
}

all_told() { [ "$(grep -c '^unreachable 172' "$1")" = 500 ]; }

test_wrong()
{
	stack monitor nonsense 2>"$TMP/err"
	[ $? = 255 ] && grep -q 'Argument "nonsense" is unknown' "$TMP/err"
}

check "text" test_text
check "an address that is confirmed" test_confirmed
check "labels, and devices that come and go" test_label
check "JSON" test_json
check "five hundred changes" test_all
check "an unknown object" test_wrong
check "nothing in the kernel's log" dmesg_clean
finish
