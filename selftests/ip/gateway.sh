#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# The routes of the stack at work: through gateways, by prefix and metric, and while
# they change.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/route_lib.sh"

test_conflict_withdraws()
{
	addrs_up || return
	stack addr add 10.0.7.2/24 dev gonet0 && native ip addr add 10.0.7.2/24 dev gonet0 || return
	wait_for 20 conflict_seen || fail "no conflict seen" || return
	no_path 10.0.7.2 && no_path 10.0.7.1 || return
	stack addr del 10.0.7.2/24 dev gonet0 && native ip addr del 10.0.7.2/24 dev gonet0
}

conflict_seen()
{
	# the question for this one names who asks
	native ping -q -c 1 -W 1 10.0.7.3 >/dev/null
	stack -j addr show dev gonet0 | jq -e '.[0].addr_info[] | select(.dadfailed)' >/dev/null
}

# NS is the gateway between the stack and FAR.
gateway_up()
{
	pair_clear
	ns_new FAR && ip -n "$NS" link add up0 type veth peer name down0 netns "$FAR" &&
		native ip addr add 192.168.9.1/24 dev up0 && native ip link set up0 up &&
		ip -n "$FAR" addr add 192.168.9.2/24 dev down0 && ip -n "$FAR" link set down0 up &&
		ip -n "$FAR" route add default via 192.168.9.1 &&
		native sysctl -q -w net.ipv4.ip_forward=1 &&
		native ip addr add 10.0.0.1/24 dev gonet0 && native ip addr add 10.0.1.1/24 dev gonet1 &&
		stack addr add 10.0.0.2/24 dev gonet0 && stack addr add 10.0.1.2/24 dev gonet1
}

far_answered() { ip netns exec "$FAR" ping -q -c 1 -W 1 "$1"; }

test_through_a_gateway()
{
	gateway_up || return
	! stack ping -c 1 -W 1 192.168.9.2 || fail "answered without a route" || return
	stack route add default via 10.0.0.1 || return
	wait_for 10 far_answered 10.0.0.2 || return
	stack ping -c 3 -i 0.2 -W 2 192.168.9.2 || return
	stack ping -c 1 -W 2 192.168.9.1
}

test_longest_prefix_carries()
{
	local n=0

	stack route add 192.168.9.0/24 via 10.0.1.1 && stack route add 192.168.9.2/32 via 10.0.0.1 ||
		return
	n=$(native cat /sys/class/net/gonet0/statistics/rx_packets)
	stack ping -c 3 -i 0.2 -W 2 192.168.9.2 || return
	[ $(($(native cat /sys/class/net/gonet0/statistics/rx_packets) - n)) -ge 3 ] ||
		fail "not by the longest prefix" || return
	stack route add 192.168.9.2/31 via 10.0.0.77 && stack ping -c 1 -W 2 192.168.9.2 || return
	stack route del 192.168.9.2/31 && stack route del 192.168.9.2 &&
		stack route del 192.168.9.0/24
}

test_metric_carries()
{
	stack route add 192.168.9.0/24 via 10.0.0.77 metric 20 &&
		stack route add 192.168.9.0/24 via 10.0.1.1 metric 10 &&
		stack ping -c 1 -W 2 192.168.9.2 && stack route del 192.168.9.0/24 metric 20 &&
		stack route del 192.168.9.0/24 metric 10
}

test_refusing_routes()
{
	local type

	for type in unreachable prohibit blackhole; do
		stack route add "$type" 192.168.9.2/32 || return
		! stack ping -c 1 -W 1 192.168.9.2 || fail "$type route answered" || return
		stack ping -c 1 -W 2 192.168.9.1 || return
		stack route del "$type" 192.168.9.2 || return
		stack ping -c 1 -W 2 192.168.9.2 || return
	done
}

# Sources follow the route: FAR sees where a packet comes from.
test_source_follows_route()
{
	stack addr add 10.5.5.5/32 dev gonet0 && native ip route add 10.5.5.5/32 dev gonet0 || return
	stack route add 192.168.9.2/32 via 10.0.0.1 src 10.5.5.5 || return
	path_is src 10.5.5.5 -- 192.168.9.2 &&
		stack ping -c 1 -W 2 192.168.9.2 || return
	stack addr del 10.5.5.5/32 dev gonet0 || return
	path_is src 10.0.0.2 -- 192.168.9.2
}

# While unrelated routes come and go, and the way itself is replaced, nothing is lost.
test_changes_under_traffic()
{
	local i pid

	for i in $(seq 1 250); do
		echo "route add 50.$i.0.0/16 via 10.0.0.1"
		echo "route add 50.$i.$i.0/24 dev gonet1"
		echo "route replace default via 10.0.$((i % 2)).1"
		echo "route replace 192.168.9.0/24 via 10.0.$((i / 2 % 2)).1"
	done >"$TMP/adds"
	for i in $(seq 1 250); do
		echo "route del 50.$i.0.0/16"
		echo "route del 50.$i.$i.0/24"
	done >"$TMP/dels"
	stack route replace 192.168.9.0/24 via 10.0.0.1 || return
	far_answered 10.0.0.2 && far_answered 10.0.1.2 || return
	ip netns exec "$FAR" ping -q -f -c 3000 -W 5 10.0.0.2 >"$TMP/ping" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		stack -batch "$TMP/adds" && stack -batch "$TMP/dels" || return
	done
	cat "$TMP/ping"
	wait "$pid" && grep -q " 0% packet loss" "$TMP/ping"
}

pair_new && addrs_up || exit
check "an address in conflict is not used" test_conflict_withdraws
check "pings through a gateway" test_through_a_gateway
check "the longest prefix carries the packet" test_longest_prefix_carries
check "the lowest metric carries the packet" test_metric_carries
check "unreachable, prohibit and blackhole" test_refusing_routes
check "the source follows the route" test_source_follows_route
check "changes under traffic lose nothing" test_changes_under_traffic
finish
