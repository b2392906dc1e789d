#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# The routes of the stack: tables, lookups, refusals.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/route_lib.sh"

SEED=${SEED:-$RANDOM}

test_route_add_del()
{
	local daddr

	addrs_up || return
	both route add 20.1.0.0/16 via 10.0.0.1 && both route add 20.1.2.0/24 dev gonet1 &&
		both route add 20.1.2.3 via 10.0.1.1 metric 7 &&
		both route add default via 10.0.0.254 && both route add default via 10.0.1.254 metric 5 &&
		both route add unreachable 30.0.0.0/8 && both route add prohibit 30.1.0.0/16 &&
		both route add blackhole 30.1.2.0/24 && both route add 40.0.0.0/8 via 10.0.0.1 proto static &&
		both route add 41.0.0.0/8 dev gonet1 src 10.0.0.2 &&
		both route add local 42.0.0.0/8 dev gonet0 && same_tables || return
	for daddr in 20.1.2.3 20.1.2.4 20.1.3.3 20.2.3.4 30.2.3.4 30.1.3.4 30.1.2.4 40.1.1.1 41.1.1.1 \
		42.1.2.3; do
		same_path "$daddr" || return
	done
	both route del 20.1.2.3 && both route del 20.1.0.0/16 && both route del default metric 5 &&
		both route del unreachable 30.0.0.0/8 && both route del 30.1.0.0/16 &&
		both route del blackhole 30.1.2.0/24 && both route del local 42.0.0.0/8 dev gonet0 &&
		same_tables && same_path 20.1.2.3 && same_path 30.1.2.4
}

test_route_errors()
{
	addrs_up || return
	both_refuse "prefix" route add 20.0.0.1/24 via 10.0.0.1 &&
		both_refuse "Nexthop has invalid gateway" route add 20.0.0.0/8 via 99.0.0.1 &&
		both_refuse "Nexthop has invalid gateway" route add 20.0.0.0/8 via 10.0.0.1 dev gonet1 &&
		both_refuse "Nexthop has invalid gateway" route add 20.0.0.0/8 via 10.0.0.255 &&
		both_refuse "Nexthop has invalid gateway" \
			route add 20.0.0.0/8 via 10.0.0.1 scope link &&
		both_refuse "" route add 20.0.0.0/8 &&
		both_refuse "" route add 20.0.0.0/8 dev nosuch &&
		both_refuse "can not be specified" route add prohibit 20.0.0.0/8 dev gonet0 &&
		both_refuse "prefsrc" route add 20.0.0.0/8 via 10.0.0.1 src 10.0.0.3 &&
		both_refuse "scope" route add local 20.0.0.0/8 dev gonet0 scope link &&
		both_refuse "gateway" route add local 20.0.0.0/8 via 10.0.0.1 dev gonet0 &&
		both_refuse "" route del 20.0.0.0/8 && both_refuse "" route del default &&
		both_refuse "" route change 20.0.0.0/8 via 10.0.0.1 &&
		both route add 20.0.0.0/8 via 10.0.0.1 &&
		both_refuse "exists" route add 20.0.0.0/8 via 10.0.0.9 &&
		both_refuse "Nexthop has invalid gateway" route add 21.0.0.0/8 via 20.0.0.1 &&
		same_tables
}

test_gateway_over_down_device()
{
	addrs_up && stack link set dev gonet1 down || return
	! ask stack route add 20.0.0.0/8 via 10.0.1.1 || fail "gateway over it" || return
	! ask stack route add 20.0.0.0/8 dev gonet1 || fail "route over it" || return
	[[ ${answer[*]} == *"not up"* ]] || fail "says '${answer[*]}'" || return
	stack link set dev gonet1 up && stack route add 20.0.0.0/8 via 10.0.1.1 &&
		stack route del 20.0.0.0/8
}

test_route_flags()
{
	addrs_up || return
	both route add 20.0.0.0/8 via 10.0.0.1 && both route append 20.0.0.0/8 via 10.0.0.3 &&
		both route prepend 20.0.0.0/8 via 10.0.0.4 && same_tables && same_path 20.1.1.1 &&
		both_refuse "exists" route append 20.0.0.0/8 via 10.0.0.3 &&
		both_refuse "exists" route replace 20.0.0.0/8 via 10.0.0.3 &&
		both route replace 20.0.0.0/8 via 10.0.0.4 && both route replace 20.0.0.0/8 via 10.0.0.5 &&
		same_tables && same_path 20.1.1.1 &&
		both route change 20.0.0.0/8 via 10.0.1.6 && same_tables && same_path 20.1.1.1 &&
		both route replace 20.0.0.0/8 via 10.0.0.1 metric 3 && same_tables &&
		both route change 20.0.0.0/8 via 10.0.0.7 metric 3 && same_tables &&
		both_refuse "" route change 20.0.0.0/8 via 10.0.0.7 metric 4 &&
		both route replace prohibit 20.0.0.0/8 && same_tables && same_path 20.1.1.1
}

test_route_del_matches()
{
	addrs_up || return
	both route add 20.0.0.0/8 via 10.0.0.1 metric 1 && both route add 20.0.0.0/8 via 10.0.1.1 metric 2 &&
		both route add 20.0.0.0/8 dev gonet1 metric 3 &&
		both route add 20.0.0.0/8 via 10.0.0.9 metric 4 proto static &&
		both route add 20.0.0.0/8 via 10.0.0.9 metric 5 src 10.0.1.2 &&
		both route add prohibit 20.0.0.0/8 metric 6 && same_tables || return
	both_refuse "" route del 20.0.0.0/8 metric 9 && both_refuse "" route del 20.0.0.0/8 via 10.0.0.2 &&
		both_refuse "" route del 20.0.0.0/9 && both_refuse "" route del 20.0.0.0/8 proto kernel &&
		both_refuse "" route del blackhole 20.0.0.0/8 && same_tables &&
		both route del 20.0.0.0/8 dev gonet1 && same_tables &&
		both route del 20.0.0.0/8 proto static && same_tables &&
		both route del 20.0.0.0/8 via 10.0.0.9 src 10.0.1.2 && same_tables &&
		both route del prohibit 20.0.0.0/8 && same_tables &&
		both route del 20.0.0.0/8 dev gonet1 && same_tables &&
		both route del 20.0.0.0/8 && same_tables && both_refuse "" route del 20.0.0.0/8
}

# With `from` and `oif`, and to what is no single host.
test_special_destinations()
{
	local daddr

	addrs_up || return
	for daddr in 10.0.0.2 10.0.1.2 10.0.0.1 10.0.0.0 10.0.0.255 10.0.1.255 127.0.0.1 127.9.9.9 \
		1.2.3.4 224.0.0.1 239.1.2.3 240.1.1.1; do
		same_path "$daddr" || return
		same_path "$daddr" from 10.0.1.2 || return
		same_path "$daddr" oif gonet1 || return
		same_path "$daddr" from 10.0.0.2 oif gonet1 || return
	done
	same_path 255.255.255.255 oif gonet1 && same_path 255.255.255.255 from 10.0.1.2 || return
	# Without any hint the native stack does not know where to.
	path_is broadcast 255.255.255.255 dev gonet0 -- 255.255.255.255 || return
	both route add default via 10.0.1.1 || return
	for daddr in 1.2.3.4 224.0.0.1 239.1.2.3 240.1.1.1 255.255.255.255; do
		same_path "$daddr" || return
		same_path "$daddr" from 10.0.0.2 || return
		same_path "$daddr" oif gonet0 || return
		same_path "$daddr" oif gonet1 || return
	done
	# RFC 1122 3.2.1.3 (b): no destination, though the native stack takes it for one.
	no_path 0.1.2.3 && no_path 0.1.2.3 oif gonet1 || return
	both route add 239.0.0.0/8 via 10.0.0.9 && same_path 239.1.2.3 && same_path 239.1.2.3 oif gonet1
}

# Routes that are nested, doubled and refused, in the language of -batch.
random_routes()
{
	awk -v seed="$1" -v n="$2" '
	function pick(a, b)	{ return a + int(rand() * (b - a + 1)) }
	function cut(v, plen,	unit) { unit = 2 ^ (32 - plen); return v - v % unit }
	function text(v)	{ return int(v / 16777216) "." int(v / 65536) % 256 "." \
					 int(v / 256) % 256 "." v % 256 }
	BEGIN {
		srand(seed)
		for (i = 0; i < 24; i++)
			base[i] = pick(11, 126) * 16777216 + pick(0, 16777215)
		print "route add default via 10.0.0.254 metric 50"
		for (i = 0; i < n; i++) {
			plen = pick(0, 3) ? pick(8, 32) : pick(1, 32)
			v = base[pick(0, 23)]
			if (pick(0, 1))
				v += pick(-70000, 70000)
			v = cut(v, plen)
			if (v < 11 * 16777216 && plen > 3)
				v = cut(11 * 16777216, plen)
			to = text(v) "/" plen
			kind = pick(0, 11)
			metric = pick(0, 2) ? "" : " metric " pick(0, 3)
			verb = pick(0, 9) ? "add" : pick(0, 1) ? "replace" : "append"
			if (kind == 0)		words = "unreachable " to
			else if (kind == 1)	words = "prohibit " to
			else if (kind == 2)	words = "blackhole " to
			else if (kind < 5)	words = to " dev gonet" pick(0, 1)
			else			words = to " via 10.0." pick(0, 1) "." pick(1, 1) pick(0, 9)
			print "route " verb " " words metric
		}
	}'
}

# Addresses at and around the edges of the prefixes of a batch, and anywhere.
random_destinations()
{
	awk -v seed="$1" -v n="$2" '
	function pick(a, b)	{ return a + int(rand() * (b - a + 1)) }
	function text(v)	{ return int(v / 16777216) "." int(v / 65536) % 256 "." \
					 int(v / 256) % 256 "." v % 256 }
	BEGIN { srand(seed) }
	match($0, /[0-9.]+\/[0-9]+/) {
		split(substr($0, RSTART, RLENGTH), p, /[.\/]/)
		net[m] = ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4]
		size[m++] = 2 ^ (32 - p[5])
	}
	END {
		for (i = 0; i < n; i++) {
			j = pick(0, m - 1)
			v = net[j]
			k = pick(0, 5)
			if (k == 0)		v -= 1
			else if (k == 1)	v += size[j] - 1
			else if (k == 2)	v += size[j]
			else if (k == 3)	v += int(rand() * size[j])
			else if (k == 4)	v = pick(1, 223) * 16777216 + pick(0, 16777215)
			# no own network: sources are chosen there as the ARP tests want it
			if (v >= 16777216 && v < 3758096384)
				print "route get " text(v)
		}
	}' "$3"
}

test_random_tables()
{
	local round

	for round in 1 2; do
		addrs_up || return
		note "seed $((SEED + round))"
		random_routes $((SEED + round)) 300 >"$TMP/routes"
		ip -n "$REF" -4 -force -batch "$TMP/routes" 2>&1 | grep -c failed >"$TMP/native"
		stack -force -batch "$TMP/routes" 2>&1 | grep -c failed >"$TMP/stack"
		same_files "number of refusals, seed $((SEED + round))" || return
		same_tables || return
		random_destinations $((SEED + round)) 1500 "$TMP/routes" >"$TMP/gets"
		same_paths "$TMP/gets" || fail "seed $((SEED + round))" || return
		# and when half of them have gone
		sed -n 'n; s/^route [a-z]* /route del /p' "$TMP/routes" >"$TMP/dels"
		random_destinations "$round" 700 "$TMP/routes" >"$TMP/gets"
		ip -n "$REF" -4 -force -batch "$TMP/dels" 2>&1 | grep -c failed >"$TMP/native"
		stack -force -batch "$TMP/dels" 2>&1 | grep -c failed >"$TMP/stack"
		same_files "number of refused deletions, seed $((SEED + round))" || return
		same_tables && same_paths "$TMP/gets" || fail "seed $((SEED + round))" || return
	done
}

test_down_is_passed_over()
{
	addrs_up || return
	stack route add 20.0.0.0/8 via 10.0.0.1 metric 1 &&
		stack route add 20.0.0.0/8 via 10.0.1.1 metric 2 &&
		stack route add 20.1.0.0/16 dev gonet0 || return
	path_is via 10.0.0.1 -- 20.0.0.1 && path_is 20.1.0.1 dev gonet0 -- 20.1.0.1 || return
	for end in "stack link set dev" "native ip link set dev"; do
		$end gonet0 down || return
		path_is via 10.0.1.1 -- 20.0.0.1 && path_is via 10.0.1.1 -- 20.1.0.1 &&
			path_is local -- 10.0.0.2 && no_path 10.0.0.1 &&
			no_path 20.0.0.1 oif gonet0 || return
		$end gonet0 up || return
		path_is via 10.0.0.1 -- 20.0.0.1 && path_is 20.1.0.1 dev gonet0 -- 20.1.0.1 ||
			return
	done
	ask stack route add unreachable 20.0.0.0/8 && no_path 20.0.0.1 &&
		ask stack route del 20.0.0.0/8 && ask stack route del 20.0.0.0/8 &&
		ask stack route del 20.0.0.0/8 && no_path 20.0.0.1 &&
		path_is 20.1.0.1 dev gonet0 -- 20.1.0.1
}

test_device_takes_its_own()
{
	addrs_up && stack route add 20.0.0.0/8 via 10.0.1.1 && stack route add 21.0.0.0/8 dev gonet1 &&
		stack route add 22.0.0.0/8 via 10.0.0.1 src 10.0.1.2 &&
		stack route add 23.0.0.0/8 via 10.0.0.1 || return
	native ip link del gonet1 || return
	is "$(stack -j route show table all | jq '[.[] | select(.dev == "gonet1")] | length')" 0 &&
		is "$(stack -j addr show | jq '[.[].addr_info[]] | length')" 2 &&
		path_is via 10.0.0.1 -- 23.1.1.1 && no_path 22.1.1.1 || return
	native ip link add gonet1 type gonet && native ip link set gonet1 up &&
		stack addr add 10.0.1.2/24 dev gonet1 && path_is dev gonet1 -- 10.0.1.1
}

pair_new || exit
check "routes come and go" test_route_add_del
check "routes are refused as natively" test_route_errors
check "no gateway over a device that is down" test_gateway_over_down_device
check "add, append, prepend, replace, change" test_route_flags
check "deletion by what is given" test_route_del_matches
check "destinations that are no single host" test_special_destinations
check "random tables are those of the native stack" test_random_tables
check "routes over devices that are down are passed over" test_down_is_passed_over
check "a device takes its addresses and routes along" test_device_takes_its_own
finish
