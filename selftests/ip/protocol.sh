#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=600
#
# Protocols that other modules add: the example gonet_echo.ko answers, beside raw
# sockets and without what is the stack's own, and comes and goes under traffic while
# namespaces do the same. The cases are functions of programs/protocol.py.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need python3 jq
ko=$GONET_BUILD/gonet_echo.ko
[ -e "$ko" ] || skip_all "no $ko"
rounds=${ROUNDS:-20}

loaded() { grep -q "^$1 " /proc/modules; }
unload() { ! loaded "$1" || within 60 rmmod "$1"; }
case_of() { run_case 60 protocol "$1"; }

# What went into an input of the echo processes of $NS.
passed()
{
	stack chan show echo | awk -v name="$1" '$(NF - 1) == name { n += $6 + $7 } END { print +n }'
}
passed_more() { [ "$(passed "$1")" -gt "$2" ]; }
echoes() { stack proc show kind echo | grep -c ' echo$'; }
processes() { stack -j proc pool | jq '[.. | objects | .processes? | numbers] | add'; }

# The kernel refuses a module that is there already by its name, before it runs. So
# that GoNet is asked the second time, too, there is one with another name.
sed 's/gonet_echo/gonet_ech2/g' "$ko" >"$TMP/gonet_ech2.ko"

# refused WHY PARAMETER...
refused()
{
	local why=$1

	shift
	! insmod "$TMP/gonet_ech2.ko" "$@" 2>"$TMP/said" || fail "$*: not refused" || return
	cat "$TMP/said"
	grep -q "$why" "$TMP/said" || return
	! loaded gonet_ech2
}

test_refused()
{
	local number

	# newer kernels keep "File exists" for a module that is there already
	for number in 253 1 2 6 17; do
		refused "File exists\|Device or resource busy" "number=$number" || return
	done
	refused . number=256 || return
	[ "$(echoes)" = 1 ] || fail "$(echoes) processes" || return
	case_of sizes && stack_answers 0
}

test_two()
{
	insmod "$TMP/gonet_ech2.ko" number=254 || return
	[ "$(echoes)" = 2 ] || fail "$(echoes) processes" || return
	case_of copies && ECHO=254 case_of copies || return
	unload gonet_ech2 || return
	ECHO=254 case_of unreachable && case_of copies
}

# Readers and the ICMP dealer lead to it, and it to the IPv4 writer.
test_graph()
{
	stack -j graph >"$TMP/graph" || return
	jq -e '(.processes | map({ key: (.id | tostring), value: .name }) | from_entries) as $name
		| [.edges[] | [$name[.from | tostring], $name[.to | tostring]]]
		| (map(select(.[1] == "echo") | .[0]) | any(startswith("ipv4_reader/")))
			and any(. == ["icmp", "echo"]) and any(. == ["echo", "ipv4_tx"])' "$TMP/graph"
}

test_errors()
{
	local before

	before=$(passed error)
	case_of unwanted && wait_for 10 passed_more error "$before"
}

# A stack that begins while the module is there has the protocol, too.
test_later()
{
	local NS

	ns_new NS && net_up 1 && [ "$(echoes)" = 1 ] && case_of sizes && lib_ns_del "$NS"
}

# Traffic in $NS; its process is $!.
flood_start() { ip netns exec "$NS" python3 "$selftests/programs/protocol.py" flood & }

# Stacks with traffic begin and end, until there is a file "stop".
come_and_go()
{
	local n NS

	for ((n = 1; ; n++)); do
		[ ! -e "$TMP/stop" ] || return 0
		NS=protocol-$$-$n
		ip netns add "$NS" && ip -n "$NS" link set lo up && net_up 1 || return
		flood_start >/dev/null
		sleep 1.$((RANDOM % 10))
		kill -KILL $! && ip netns del "$NS" || return
		echo "$n" >"$TMP/namespaces"
	done
}

unknown() { stack stat | awk '$1 == "IpInUnknownProtos" { print $2 }'; }
unknown_more() { [ "$(unknown)" -gt "$1" ]; }

# round: traffic finds nobody, then the new process
round()
{
	local before

	unload gonet_echo || fail "rmmod failed" || return
	before=$(unknown)
	[ "$(echoes)" = 0 ] || fail "a process is left" || return
	wait_for 20 unknown_more "${before:-0}" || return
	insmod "$ko" || return
	wait_for 20 passed_more in 10
}

test_come_and_go()
{
	local i flooder others status=0

	rm -f "$TMP/stop"
	: >"$TMP/namespaces"
	flood_start >"$TMP/flood"
	flooder=$!
	come_and_go >"$TMP/others" 2>&1 &
	others=$!
	for ((i = 1; i <= rounds && status == 0; i++)); do
		round || status=1
	done
	: >"$TMP/stop"
	wait "$others" || { cat "$TMP/others"; fail "the namespaces"; status=1; }
	kill -TERM "$flooder"
	wait "$flooder"
	echo "$((i - 1)) rounds, $(cat "$TMP/namespaces") namespaces, $(cat "$TMP/flood")"
	[ "$status" = 0 ] || return
	[ "$(cat "$TMP/namespaces")" -gt 1 ] || fail "no namespaces came and went" || return
	grep -q 'wrong=0$' "$TMP/flood" || fail "a wrong answer" || return
	! grep -q 'answers=0 ' "$TMP/flood"
}

# With the module its processes go, and with the namespaces the other stacks'.
test_nothing_left()
{
	unload gonet_echo || return
	[ "$(echoes)" = 0 ] || fail "a process is left" || return
	wait_for 30 processes_at_most "$before" || fail "$(processes) processes, not $before" || return
	case_of unreachable
}
processes_at_most() { [ "$(processes)" -le "$1" ]; }

# At once, of all stacks, one of which is about to go.
test_gone_with_a_namespace()
{
	local NS old=$NS n

	for ((n = 0; n < 5; n++)); do
		NS=protocol-$$-last-$n
		insmod "$ko" && ip netns add "$NS" && ip -n "$NS" link set lo up && net_up 1 ||
			return
		flood_start >/dev/null
		wait_for 20 passed_more in 10 || return
		kill -KILL $! && ip netns del "$NS" && unload gonet_echo || return
	done
	NS=$old
	[ "$(echoes)" = 0 ]
}

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }
unload gonet_echo
defer unload gonet_echo
defer unload gonet_ech2
before=$(processes)

check "protocol unreachable, without the module" case_of unreachable
check "a raw socket has the number, without the module" case_of alone
check "the module is loaded" insmod "$ko"
check "every size comes back" case_of sizes
check "with IP options" case_of options
check "answers have one hop less to live" case_of lives
check "no answer to a broadcast" case_of group
check "raw sockets have their copies" case_of copies
check "the stack's own packets" case_of itself
check "ICMP errors about answers" test_errors
check "its place in the graph" test_graph
check "a stack that begins later" test_later
check "a number that is taken is refused" test_refused
check "two protocols beside each other" test_two
check "$rounds times under traffic, while namespaces come and go" test_come_and_go
check "nothing is left" test_nothing_left
check "the module goes while a namespace does" test_gone_with_a_namespace
check "nothing is left, again" test_nothing_left
check "the kernel reports nothing" dmesg_clean
finish
