#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Every object and command of the tool `gonet`: what it prints as text and as
# JSON, what it says when it refuses, and its exit statuses.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq python3 gonet
ns_new NS || exit
native ip link add gonet0 type gonet
native ip link add gonet1 type gonet
native ip addr add 10.0.0.1/24 dev gonet0
native ip link set gonet0 up

# says PATTERN WORDS...: `gonet WORDS` succeeds and prints what matches PATTERN.
says()
{
	local pattern=$1

	shift
	stack "$@" >"$TMP/out" || fail "gonet $*: status $?" || return
	grep -Eq -- "$pattern" "$TMP/out" || fail "gonet $* does not print $pattern: $(cat "$TMP/out")"
}

# silent WORDS...: `gonet WORDS` succeeds and prints nothing.
silent()
{
	stack "$@" >"$TMP/out" 2>&1 || fail "gonet $*: status $?: $(cat "$TMP/out")" || return
	[ ! -s "$TMP/out" ] || fail "gonet $* prints: $(cat "$TMP/out")"
}

# refused STATUS TEXT WORDS...: `gonet WORDS` says TEXT on stderr, exits with STATUS.
refused()
{
	local want=$1 text=$2 status

	shift 2
	stack "$@" >"$TMP/out" 2>"$TMP/err"
	status=$?
	[ "$status" = "$want" ] || fail "gonet $*: status $status, not $want: $(cat "$TMP/err")" || return
	grep -Fq -- "$text" "$TMP/err" || fail "gonet $* does not say '$text': $(cat "$TMP/err")" || return
	[ ! -s "$TMP/out" ] || fail "gonet $* prints on stdout: $(cat "$TMP/out")"
}

# is_json FILTER WORDS...: `gonet -j WORDS` prints JSON for which jq's FILTER is true.
is_json()
{
	local filter=$1

	shift
	stack -j "$@" >"$TMP/out" || fail "gonet -j $*: status $?" || return
	python3 -m json.tool "$TMP/out" >/dev/null || fail "gonet -j $* is no JSON: $(cat "$TMP/out")" || return
	jq -e "$filter" "$TMP/out" >/dev/null || fail "gonet -j $*: not $filter: $(cat "$TMP/out")" || return
	stack -j -p "$@" | python3 -m json.tool >/dev/null || fail "gonet -j -p $* is no JSON"
}

test_options()
{
	says '^gonet utility, gonet-' -V || return
	says '^gonet utility, gonet-' -Version || return
	says '^Usage: gonet' help || return
	says '^Usage: gonet' -help || return
	refused 255 'Usage: gonet' || return
	refused 1 'Object "nonsense" is unknown, try "gonet help".' nonsense || return
	refused 255 'Option "-nonsense" is unknown, try "gonet -help".' -nonsense || return
	refused 255 'Command line is not complete. Try option "help"' -n || return
	gonet -n no-such-namespace addr 2>"$TMP/err"
	[ $? = 1 ] && grep -q 'Cannot open network namespace "no-such-namespace"' "$TMP/err"
}

test_help()
{
	local object

	for object in address route neighbour link stat socket proc chan graph ping monitor maddress; do
		says '^Usage: gonet' "$object" help || return
		[ "$object" = stat ] || [ "$object" = proc ] || [ "$object" = chan ] ||
			[ "$object" = graph ] || [ "$object" = socket ] || [ "$object" = ping ] || [ "$object" = monitor ] ||
			refused 255 "Command \"nonsense\" is unknown, try \"gonet $object help\"." \
				"$object" nonsense || return
	done
}

test_link()
{
	local mac=02:00:5e:10:00:01

	says '^1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65535 ' link || return
	says '^2: gonet0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP' l || return
	says '^3: gonet1: <NO-CARRIER,BROADCAST,UP> .* state LOWERLAYERDOWN' link show dev gonet1 || return
	[ "$(grep -c . "$TMP/out")" = 2 ] || fail "more than one device" || return
	silent link set gonet0 address "$mac" || return
	says "link/ether $mac brd ff:ff:ff:ff:ff:ff peer " link show gonet0 || return
	silent link set dev gonet0 down || return
	says 'gonet0: <BROADCAST> .* state DOWN' link sh gonet0 || return
	silent link set gonet0 up || return
	says 'RX: +bytes +packets' -s link show gonet0 || return
	says "^gonet0 +UP +$mac <BROADCAST,UP,LOWER_UP>" -br link || return
	says "^2: gonet0: .*\\\\    link/ether $mac" -o link || return
	is_json '.[1].ifname == "gonet0" and .[1].address == "'$mac'" and
		(.[1].flags | index("UP")) and .[1].mtu == 1500 and
		.[1].operstate == "UP"' link || return
	is_json '.[0].stats64.rx | has("packets") and has("bytes")' -s link || return
	refused 1 'Cannot find device "gonet9"' link show gonet9 || return
	refused 1 'Cannot find device "gonet9"' link set gonet9 up || return
	refused 2 'Error: Nothing to change.' link set gonet0 || return
	refused 2 'Error: The interface cannot have this address.' link set gonet0 address 01:00:00:00:00:01 || return
	refused 2 'Error: The interface cannot be in this state.' link set lo down || return
	refused 255 'Error: argument "02:00" is wrong' link set gonet0 address 02:00 || return
	refused 255 '"dev" argument is required' link set up
}

test_addr()
{
	silent address add 10.0.0.2/24 dev gonet0 || return
	refused 2 'Error: Address already assigned.' addr add 10.0.0.2/24 dev gonet0 || return
	silent addr replace 10.0.0.2/24 dev gonet0 || return
	silent a a 10.1.0.1/16 brd + dev gonet1 || return
	silent addr add local 10.2.0.1/16 brd 10.2.0.255 scope link dev gonet1 || return
	silent addr add 10.3.0.1 dev gonet1 || return
	says 'inet 10.0.0.2/24 brd 10.0.0.255 scope global ' addr show dev gonet0 || return
	says 'inet 10.1.0.1/16 brd 10.1.255.255 scope global ' addr show gonet1 || return
	says 'inet 10.2.0.1/16 brd 10.2.0.255 scope link ' a || return
	says 'inet 10.3.0.1/32 scope global ' a || return
	says 'inet 127.0.0.1/8 ' addr show lo || return
	says '^2: gonet0    inet 10.0.0.2/24 ' -o addr || return
	says '^gonet1 +[A-Z]+ +10.1.0.1/16 10.2.0.1/16 10.3.0.1/32' -br addr || return
	says 'inet 10.2.0.1/16' addr show scope link || return
	! grep -q 10.1.0.1 "$TMP/out" || fail "scope does not select" || return
	says 'inet 10.1.0.1/16' addr show to 10.1.0.0/16 || return
	! grep -q 10.2.0.1 "$TMP/out" || fail "to does not select" || return
	is_json '[.[] | .addr_info[]] | length == 5 and
		(map(select(.local == "10.0.0.2"))[0] | .family == "inet" and .prefixlen == 24 and
		 .broadcast == "10.0.0.255" and .scope == "global" and .label == "gonet0")' addr || return
	silent addr del 10.3.0.1/32 dev gonet1 || return
	refused 2 'Error: Address not found.' addr del 10.3.0.1/32 dev gonet1 || return
	refused 2 'Error: Not an address that a host may have.' addr add 224.0.0.1/24 dev gonet1 || return
	refused 2 'Error: Broadcast address and scope cannot be changed.' addr replace 10.1.0.1/16 scope host dev gonet1 || return
	refused 1 'Cannot find device "gonet9"' addr add 10.5.0.1/24 dev gonet9 || return
	refused 255 'Error: argument "local" is required' addr add dev gonet0 || return
	refused 255 'Error: argument "10.0.0.256" is wrong' addr add 10.0.0.256 dev gonet0 || return
	refused 255 'Error: argument "10.0.0.1/33" is wrong' addr add 10.0.0.1/33 dev gonet0 || return
	refused 255 'Error: argument "fe80::1/64" is wrong: IPv6' addr add fe80::1/64 dev gonet0 || return
	refused 255 'is a garbage' addr add 10.0.0.1/24 10.0.0.2/24 dev gonet0 || return
	refused 255 '"dev" argument is required' addr add 10.0.0.1/24 || return
	refused 1 'Flush requires arguments.' addr flush || return
	silent addr flush dev gonet1 scope link || return
	says 'Deleted 1 addresses' -s addr flush dev gonet1 || return
	is_json '[.[] | .addr_info[]] | length == 2' addr
}

test_route()
{
	says '^10.0.0.0/24 dev gonet0 proto kernel scope link src 10.0.0.2 $' route || return
	silent route add default via 10.0.0.1 || return
	refused 2 'Error:' route add default via 10.0.0.1 || return
	silent r add unreachable 10.9.0.0/16 || return
	silent route add 10.8.0.0/16 via 10.0.0.1 dev gonet0 src 10.0.0.2 metric 7 proto static || return
	silent route append 10.8.0.0/16 via 10.0.0.3 metric 9 || return
	silent route replace 10.8.0.0/16 via 10.0.0.4 metric 9 || return
	silent route change default via 10.0.0.5 || return
	refused 2 'Error:' route change 10.7.0.0/16 via 10.0.0.1 || return
	says '^default via 10.0.0.5 dev gonet0 $' route show || return
	says '^unreachable 10.9.0.0/16 $' route show || return
	says '^10.8.0.0/16 via 10.0.0.1 dev gonet0 proto static src 10.0.0.2 metric 7 $' r s || return
	says '^10.8.0.0/16 via 10.0.0.4 dev gonet0 metric 9 $' r || return
	says '^unicast default via .* proto boot scope global' -d route || return
	says '^local 10.0.0.2 dev ' route show table local || return
	says '^10.8.0.0/16 ' route show proto static || return
	[ "$(grep -c . "$TMP/out")" = 1 ] || fail "proto does not select" || return
	says '^10.8.0.0/16 ' route show root 10.8.0.0/15 || return
	! grep -q default "$TMP/out" || fail "root does not select" || return
	says '^default ' route show match 10.10.0.0/16 || return
	says '^unreachable ' route show type unreachable || return
	is_json 'map(select(.dst == "default"))[0] | .gateway == "10.0.0.5" and .dev == "gonet0"' route || return
	is_json 'map(select(.type == "unreachable"))[0].dst == "10.9.0.0/16"' route || return
	says '^10.8.1.1 via 10.0.0.1 dev gonet0 src 10.0.0.2 $' route get 10.8.1.1 || return
	says '^8.8.8.8 via 10.0.0.5 dev gonet0 src 10.0.0.2 $' r g 8.8.8.8 || return
	says '^local 10.0.0.2 dev lo src 10.0.0.2 $' route get 10.0.0.2 || return
	says '^broadcast 10.0.0.255 dev gonet0 ' route get 10.0.0.255 || return
	says '^10.0.0.9 dev gonet0 src 10.0.0.2 $' route get 10.0.0.9 from 10.0.0.2 oif gonet0 || return
	is_json '.[0].dst == "8.8.8.8" and .[0].gateway == "10.0.0.5"' route get 8.8.8.8 || return
	refused 2 'Error: The route says that the host is unreachable.' route get 10.9.0.1 || return
	refused 2 'Error: Not an address of this stack.' route get 8.8.8.8 from 10.0.0.7 || return
	refused 2 'Error: Nexthop has invalid gateway.' route add 10.6.0.0/16 via 192.168.77.1 || return
	refused 2 'Error: Invalid prefix for given prefix length.' route add 10.6.0.1/16 via 10.0.0.1 || return
	refused 1 'Cannot find device "gonet9"' route add 10.6.0.0/16 dev gonet9 || return
	refused 255 'Error: argument "to" is required' route add via 10.0.0.1 || return
	refused 255 'Error: argument "x" is wrong' route add 10.6.0.0/16 metric x || return
	refused 255 'need at least a destination address' route get || return
	silent route del 10.8.0.0/16 metric 7 || return
	silent route del default || return
	refused 2 'Error: Not found.' route del default || return
	refused 1 'requires arguments' route flush || return
	silent route flush cache || return
	says 'routing cache is flushed' -s route flush cache || return
	refused 255 'Error: argument "dev" is wrong: "cache" is all or nothing' \
		route flush cache dev gonet0 || return
	says 'Deleted 2 routes' -s route flush root 10.8.0.0/15 || return
	! stack route | grep -q unreachable
}

test_neigh()
{
	silent neigh add 10.0.0.50 lladdr 02:00:00:00:00:50 dev gonet0 || return
	refused 2 'Error: The neighbour exists already.' neigh add 10.0.0.50 lladdr 02:00:00:00:00:51 dev gonet0 || return
	silent neigh replace 10.0.0.50 lladdr 02:00:00:00:00:51 dev gonet0 || return
	silent neigh change 10.0.0.50 lladdr 02:00:00:00:00:52 dev gonet0 nud permanent || return
	refused 2 'Error: Neighbour not found.' neigh change 10.0.0.51 lladdr 02:00:00:00:00:51 dev gonet0 || return
	silent neigh add 10.0.0.51 lladdr 02:00:00:00:00:51 nud stale dev gonet0 || return
	says '^10.0.0.50 dev gonet0 lladdr 02:00:00:00:00:52 PERMANENT$' neigh || return
	says '^10.0.0.51 dev gonet0 lladdr 02:00:00:00:00:51 STALE$' n show nud stale || return
	! grep -q PERMANENT "$TMP/out" || fail "nud does not select" || return
	says 'used [0-9]+/[0-9]+/[0-9]+ probes 0 queued 0 PERMANENT' -s neigh show to 10.0.0.50 || return
	says '^10.0.0.50 dev gonet0 ' neigh get 10.0.0.50 dev gonet0 || return
	is_json 'map(select(.dst == "10.0.0.50"))[0] | .dev == "gonet0" and
		.lladdr == "02:00:00:00:00:52" and .state == ["PERMANENT"]' neigh || return
	refused 2 'Error: Neighbour not found.' neigh get 10.0.0.99 dev gonet0 || return
	refused 2 "Error: Not another host's address." neigh add 10.0.0.2 lladdr 02:00:00:00:00:51 dev gonet0 || return
	refused 2 'Error: Link layer address missing.' neigh add 10.0.0.60 dev gonet0 || return
	refused 2 'Error: No interface that has neighbours.' neigh add 10.0.0.60 lladdr 02:00:00:00:00:51 dev lo || return
	refused 255 'Device and destination are required arguments.' neigh add 10.0.0.60 || return
	silent neigh del 10.0.0.50 dev gonet0 || return
	refused 2 'Error: No such neighbour.' neigh del 10.0.0.50 dev gonet0 || return
	silent neigh flush dev gonet0 || return
	silent neigh
}

test_stat()
{
	native ping -q -c 3 -i 0.1 10.0.0.2 >/dev/null || return
	says '^#gonet$' stat || return
	says '^IcmpInEchos +[1-9]' stat || return
	! grep -Eq ' 0 *$' "$TMP/out" || fail "zeros without -s" || return
	says '^IpFragFails +0' -s stat || return
	says '^ETH_SHORT +0 +frame shorter than its header' -s stat || return
	says '^IpInReceives ' stat 'ipin*' || return
	! grep -q Icmp "$TMP/out" || fail "the pattern does not select" || return
	is_json '.counters.IcmpInEchos >= 3 and (.drops | type == "object")' stat || return
	is_json '.counters.IpFragFails == 0 and .drops.ETH_SHORT == 0' -s stat || return
	is_json '.texts.ETH_SHORT | length > 5' -s -d stat
}

busy_of_eth_rx() { stack -j proc | jq 'map(select(.name == "eth_rx/gonet0"))[0].busy_ns'; }

pings_to_all() { native ping -6 -q -l 50 -c 50 -W 1 ff02::1%gonet0 >/dev/null; }

# Where the clock is coarse, most steps seem to take no time.
busy_goes_on()
{
	pings_to_all
	[ "$(busy_of_eth_rx)" -gt "$1" ]
}

clock_stops_and_goes_on()
{
	local before

	echo 0 >/sys/module/gonet/parameters/clock || return
	native ping -q -c 1 10.0.0.2 >/dev/null	# what was being timed is over
	before=$(busy_of_eth_rx)
	pings_to_all
	[ "$(busy_of_eth_rx)" = "$before" ] || fail "it does not stop" || return
	echo 1 >/sys/module/gonet/parameters/clock
	wait_for 60 busy_goes_on "$before"
}

# The time of one run in so many stands for that of all; 0 is of none.
test_clock()
{
	local was status

	was=$(</sys/module/gonet/parameters/clock)
	[ "$was" -gt 1 ] || fail "clock is $was" || return
	clock_stops_and_goes_on
	status=$?
	echo "$was" >/sys/module/gonet/parameters/clock
	return $status
}

test_proc()
{
	local id

	says '^ +ID PARENT +TID STATE ' proc || return
	says ' eth_rx +eth_rx/gonet0$' proc || return
	says ' arp$' p name 'a*p' || return
	[ "$(grep -c . "$TMP/out")" = 2 ] || fail "the name does not select" || return
	is_json 'length >= 5 and all(has("id") and has("parent") and has("name") and has("kind") and
		has("state") and has("tid") and has("messages") and has("runs") and
		has("wakeups") and has("busy_ns") and has("age_ms") and has("inputs"))' proc || return
	id=$(stack -j proc | jq '.[0].id')
	is_json 'length == 1' proc "$id" || return
	is_json 'length == 1' proc show kind arp || return
	is_json 'type == "array"' proc state running || return
	says '^threads [0-9]+ idle [0-9]+ limit ' proc pool || return
	is_json '.threads <= .limit and .processes >= 5' proc pool || return
	refused 255 'Error: argument "5x" is wrong' proc 5x
}

test_chan()
{
	says '^ +PROC INPUT +LEN/DEPTH +POLICY ' chan || return
	says ' in +eth_rx/gonet0$' chan 'eth_rx*' || return
	! grep -q ' arp$' "$TMP/out" || fail "the pattern does not select" || return
	is_json 'all(has("proc") and has("input") and has("name") and has("len") and has("depth") and
		has("full") and has("closed") and has("queued") and has("handed") and
		has("lost_full") and has("lost_closed") and has("deepest"))' chan || return
	is_json 'map(select(.proc_name == "eth_rx/gonet0"))[0] | .queued + .handed >= 3' chan || return
	is_json 'all(.len <= .depth and .deepest <= .depth)' chan
}

test_graph()
{
	says '^digraph gonet ' graph || return
	says 'eth_rx/gonet0' graph dot || return
	if command -v dot >/dev/null; then
		stack graph | dot -Tsvg >"$TMP/svg" || fail "Graphviz does not take it" || return
		grep -q 'eth_rx/gonet0' "$TMP/svg" || return
	fi
	says '^eth_rx/gonet0 \(' graph text || return
	says '^[|` >-]*ipv4_rx|: ipv4_rx \(' graph text || return
	LC_ALL=C.UTF-8 says '─▶ ' graph text || return
	is_json '(.processes | length) >= 5 and (.channels | length) >= 5 and
		(.edges | all(has("from") and has("to") and has("input") and has("sent")))' graph || return
	# every edge leads from and to a process that is listed
	# shellcheck disable=SC2016 # the dollars are jq's
	is_json '[.processes[].id] as $ids | .edges | all([.from, .to] - $ids == [])' graph || return
	refused 255 'Error: argument "nonsense" is wrong' graph nonsense
}

test_batch()
{
	cat >"$TMP/batch" <<-'END'
	# a comment, and an empty line

	addr add 10.4.0.1/24 \
		dev gonet1
	"addr" 'add' 10.4.0.2/24 dev gonet1	# words in quotes
	-nonsense
	addr add 10.4.0.3/24 dev gonet1
	END
	refused 1 "Command failed $TMP/batch:6" -batch "$TMP/batch" || return
	is_json '[.[] | .addr_info[] | select(.label == "gonet1")] | length == 2' addr || return
	stack addr flush dev gonet1 || return
	refused 1 "Command failed $TMP/batch:6" -force -batch "$TMP/batch" || return
	is_json '[.[] | .addr_info[] | select(.label == "gonet1")] | length == 3' addr || return
	printf 'addr show dev gonet1\nroute show\n' | stack -batch - >"$TMP/out" || return
	grep -q 'inet 10.4.0.3/24' "$TMP/out" && grep -q '^10.4.0.0/24 dev gonet1' "$TMP/out" || return
	printf "addr add '10.0.0.1 dev gonet1\n" | stack -batch - 2>/dev/null && fail "an open quote" && return
	printf 'link\n' | stack -j -batch - | python3 -m json.tool >/dev/null || return
	refused 1 'Cannot open file' -batch "$TMP/nothing" || return
	stack addr flush dev gonet1
}

# More in one batch than one message holds, and all of it listed again.
test_many()
{
	local i

	for ((i = 0; i < 1000; i++)); do
		echo "route add 172.$((16 + i / 256)).$((i % 256)).0/24 via 10.0.0.1"
	done >"$TMP/routes"
	silent -batch "$TMP/routes" || return
	is_json 'map(select(.dst | startswith("172."))) | length == 1000 and
		(map(.dst) | unique | length) == 1000' route || return
	says 'Deleted 1000 routes' -s route flush root 172.16.0.0/12
}

# A device whose name is no longer its own, or that is gone, is an error and no crash.
test_gone()
{
	native ip link add gone0 type gonet || return
	silent addr add 10.66.0.2/24 dev gone0 || return
	native ip link del gone0 || return
	refused 1 'Cannot find device "gone0"' addr add 10.66.0.3/24 dev gone0 || return
	! stack addr | grep -q 10.66.0.2 || fail "its address is still there" || return
	! stack route | grep -q 10.66.0.0 || fail "its route is still there"
}

# Where no stack is, there is nothing to list, and the rest says why.
test_no_stack()
{
	local NS=

	ns_new NS || return
	is_json 'length == 0' link && is_json 'length == 0' addr && is_json 'length == 0' route &&
		is_json 'length == 0' neigh && is_json 'length == 0' proc &&
		is_json 'length == 0' chan && is_json 'length == 0' socket -a && is_json '.edges | length == 0' graph || return
	refused 2 'Error: No GoNet stack in this network namespace.' route get 10.0.0.1 || return
	refused 2 'Error: No GoNet stack in this network namespace.' route add unreachable 10.0.0.0/8 || return
	refused 2 'Error: No GoNet stack in this network namespace.' ping -c 1 10.0.0.1 || return
	says '^threads ' proc pool
}

test_write_error()
{
	[ -e /dev/full ] || { skip "no /dev/full"; return; }
	! stack -s stat >/dev/full 2>"$TMP/err" && grep -q 'Cannot write' "$TMP/err"
}

check "options, versions and unknown words" test_options
check "every object has help" test_help
check "link" test_link
check "address" test_addr
check "route" test_route
check "neighbour" test_neigh
check "stat" test_stat
check "proc" test_proc
check "the clock of processes" test_clock
check "chan" test_chan
check "graph" test_graph
check "batch" test_batch
check "a thousand routes" test_many
check "a device that goes" test_gone
check "a namespace without a stack" test_no_stack
check "output that cannot be written" test_write_error
check "nothing in the kernel's log" dmesg_clean
finish
