#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# The device as a port of a bridge, with a host behind another port; VLANs; and
# the native stack as a router between the two.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=link.sh
. ./link.sh

n=bridge-n-$$	# the bridge, and the stack
h=bridge-h-$$	# a host
i=bridge-i-$$	# another, with a stack too
NS=$n
malform=$tree/build/selftests/wire/malform

# host NS NUMBER: a cable from the bridge to a namespace, whose end is eth0, 10.99.1.NUMBER
host()
{
	ip -n "$n" link add "port$2" type veth peer name eth0 netns "$1" &&
		ip -n "$n" link set "port$2" master br0 up &&
		ip -n "$1" addr add "10.99.1.$2/24" dev eth0 && ip -n "$1" link set eth0 up
}

build_up()
{
	ns_make "$n" && ns_make "$h" && ns_make "$i" || return
	ip -n "$n" link add br0 type bridge && ip -n "$n" link set br0 up || return
	ip -n "$n" link add gl0 type gonet && ip -n "$n" link set gl0 master br0 up || return
	gonet -n "$n" addr add 10.99.1.2/24 dev gl0 && host "$h" 11 && host "$i" 12 || return
	wait_for 20 answers "$h" 1
}

test_across()
{
	local size

	for size in 0 56 1472 1473 9000 65507; do
		ip netns exec "$h" ping -q -c 3 -i 0.05 -W 5 -s "$size" 10.99.1.2 >/dev/null ||
			fail "ping -s $size from the host" || return
		gonet -n "$n" ping -c 3 -i 0.05 -W 5 -s "$size" 10.99.1.11 >/dev/null ||
			fail "ping -s $size to the host" || return
	done
	bridge -n "$n" fdb show br br0 | grep -i -q "$(far_mac "$n" gl0) dev gl0" ||
		fail "the bridge has not learned the stack's address"
}

test_bridge_itself()
{
	ip -n "$n" addr add 10.99.1.1/24 dev br0 || return
	wait_for 10 answers "$n" 1 || fail "no answer to the bridge's own address" || return
	ip netns exec "$n" ping -q -c 3 -i 0.05 -s 5000 10.99.1.2 >/dev/null || return
	ip -n "$n" addr del 10.99.1.1/24 dev br0
}

# A second stack, whose device is a port too: stack talks to stack.
test_stack_to_stack()
{
	ip -n "$i" link add gl1 type gonet && ip -n "$i" link set gl1 netns "$n" &&
		ip -n "$n" link set gl1 master br0 up &&
		gonet -n "$i" addr add 10.99.1.22/24 dev gl1 || return
	wait_for 20 gonet -n "$n" ping -c 1 -W 2 10.99.1.22 || fail "no answer" || return
	gonet -n "$n" ping -c 5 -i 0.05 -s 20000 10.99.1.22 >/dev/null || fail "first to second" ||
		return
	gonet -n "$i" ping -c 5 -i 0.05 -s 20000 10.99.1.2 >/dev/null || fail "second to first" ||
		return
	ip netns exec "$h" ping -q -c 2 10.99.1.22 >/dev/null || fail "host to second" || return
	ip -n "$n" link del gl1
}

# Frames that leave the host's stack with or without their sums, large or cut.
test_veth_offloads()
{
	local f state

	for f in tx-checksumming scatter-gather generic-receive-offload \
		generic-segmentation-offload; do
		for state in off on; do
			ip netns exec "$h" ethtool -K eth0 "$f" "$state" >/dev/null &&
				ip netns exec "$n" ethtool -K port11 "$f" "$state" >/dev/null ||
				fail "$f" || return
			ip netns exec "$h" ping -q -c 2 -i 0.05 -s 3000 10.99.1.2 >/dev/null ||
				fail "ping with $f $state" || return
		done
	done
}

# From the wire, sums are not taken on trust: all wrong ones are dropped, and counted.
test_wrong_sums()
{
	local line class before want

	[ -x "$malform" ] || fail "$malform is not built" || return
	for class in ip_csum icmp_csum; do
		before=$(stat_of "${class^^}")
		line=$(ip netns exec "$h" "$malform" -i eth0 -m "$(far_mac "$n" gl0)" \
			-s 10.99.1.11 -d 10.99.1.2/24 -x 10.99.1.99 "$class") || return
		want=$(grep -o " ${class^^}=[0-9]*" <<<"$line")
		want=${want#*=}
		[ "${want:-0}" -gt 1000 ] || fail "$line" || return
		wait_for 10 stat_reaches "${class^^}" $((before + want)) ||
			fail "$(stat_of "${class^^}") after $before and $line" || return
		[ "$(stat_of "${class^^}")" = $((before + want)) ] ||
			fail "more were dropped: $(stat_of "${class^^}")" || return
	done
}

stat_reaches() { [ "$(stat_of "$1")" -ge "$2" ]; }

# Two hosts of the bridge talk TCP at full speed past the stack.
test_past_the_stack()
{
	background ip netns exec "$h" iperf3 -s -1 >/dev/null
	wait_for 10 listening || return
	within 60 ip netns exec "$i" iperf3 -c 10.99.1.11 -n 4M || return
	answers "$h" 1
}

listening() { ip netns exec "$h" ss -Hltn 'sport = 5201' | grep -q 5201; }

# A tag with VLAN 0 only has a priority; all others are another network's.
test_vlans()
{
	local before echoes

	ip -n "$h" link add link eth0 name vlan5 type vlan id 5 &&
		ip -n "$h" addr add 10.99.5.1/24 dev vlan5 && ip -n "$h" link set vlan5 up || return
	before=$(stat_of ETH_VLAN)
	! ip netns exec "$h" ping -q -c 2 -i 0.1 -W 1 10.99.5.2 >/dev/null || return
	[ "$(stat_of ETH_VLAN)" -gt "$before" ] || fail "frames of VLAN 5 are not counted" ||
		return
	ip -n "$h" link del vlan5
	before=$(stat_of ETH_VLAN)
	echoes=$(stat_of IcmpInEchos)
	ip -n "$h" link add link eth0 name vlan0 type vlan id 0 egress-qos-map 0:5 &&
		ip -n "$h" link set vlan0 up &&
		ip -n "$h" neigh add 10.99.1.2 lladdr "$(far_mac "$n" gl0)" nud permanent \
			dev vlan0 && ip -n "$h" route add 10.99.1.2/32 dev vlan0 src 10.99.1.11 ||
		return
	ip netns exec "$h" ping -q -c 4 -i 0.1 -W 1 10.99.1.2 >/dev/null
	wait_for 5 stat_reaches IcmpInEchos $((echoes + 4)) || fail "priority tags are not taken" ||
		return
	ip -n "$h" link del vlan0
	[ "$(stat_of ETH_VLAN)" = "$before" ] || fail "priority tags counted as VLANs"
}

# A VLAN device of the native stack on top of the device itself.
test_vlan_on_top()
{
	local before

	ip -n "$n" link add link gl0 name gl0.7 type vlan id 7 &&
		ip -n "$n" addr add 10.99.7.1/24 dev gl0.7 && ip -n "$n" link set gl0.7 up || return
	before=$(stat_of ETH_VLAN)
	! ip netns exec "$n" ping -q -c 2 -i 0.1 -W 1 10.99.7.2 >/dev/null || return
	wait_for 5 stat_reaches ETH_VLAN $((before + 1)) || fail "not counted" || return
	ip -n "$n" link del gl0.7 && answers "$h" 1
}

test_leave_and_join()
{
	ip -n "$n" link set gl0 nomaster || return
	! answers "$h" 1 || fail "an answer through no bridge" || return
	ip -n "$n" link set gl0 master br0 || return
	wait_for 20 answers "$h" 1 || fail "no answer after joining again"
}

test_leave_under_traffic()
{
	local pid

	ip netns exec "$h" ping -q -f -s 3000 10.99.1.2 >/dev/null 2>&1 &
	pid=$!
	for _ in 1 2 3 4 5; do
		ip -n "$n" link set gl0 nomaster && ip -n "$n" link set gl0 master br0 || return
	done
	ip -n "$n" link del gl0 || return
	kill "$pid"
	wait "$pid" 2>/dev/null
	return 0
}

# The native stack routes between the host's network and the stack's.
test_routed()
{
	ip -n "$n" link add gl0 type gonet && addresses_up "$n" gl0 3 || return
	gonet -n "$n" route add default via "$(native_ip 3)" || return
	ip -n "$n" addr add 10.99.1.1/24 dev br0 &&
		ip netns exec "$n" sysctl -q -w net.ipv4.ip_forward=1 &&
		ip -n "$h" route add default via 10.99.1.1 || return
	wait_for 20 answers "$h" 3 || fail "no answer through the router" || return
	ip netns exec "$h" ping -q -c 3 -i 0.05 -s 10000 "$(stack_ip 3)" >/dev/null || return
	gonet -n "$n" ping -c 3 -i 0.05 -s 10000 10.99.1.11 >/dev/null ||
		fail "the stack does not reach the host through its router" || return
	# the router's word when it has no way or the time is over
	refused "nreachable|100% packet loss" gonet -n "$n" ping -c 1 -W 2 203.0.113.1 || return
	ip netns exec "$n" sysctl -q -w net.ipv4.ip_forward=0
}

build_up || exit
check "pings cross the bridge both ways" test_across
check "the bridge's own address" test_bridge_itself
check "two stacks talk across the bridge" test_stack_to_stack
check "offloads of the host's device" test_veth_offloads
check "wrong sums from the wire are dropped" test_wrong_sums
check "hosts talk past the stack" test_past_the_stack
check "VLAN 0 is taken, others are dropped and counted" test_vlans
check "a VLAN device on top" test_vlan_on_top
check "leaving and joining the bridge" test_leave_and_join
check "leaving, joining and deletion under traffic" test_leave_under_traffic
check "the native stack routes to the stack" test_routed
finish
