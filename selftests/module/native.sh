#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: noload timeout=400
#
# The native stack gives the same results with the module absent, loaded, and while
# the other stack is busy: its configuration, its routing, its traffic over veth. Its
# speed is reported and not judged.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../link/link.sh
. ../link/link.sh

ko=${GONET_KO:-$GONET_BUILD/gonet.ko}
one=native-1-$$
two=native-2-$$
busy=native-b-$$

loaded() { grep -q '^gonet ' /proc/modules; }

# Everything that can be seen of the native stack in a namespace and does not change
# with time or traffic.
configuration()
{
	ip netns exec "$one" sysctl -a 2>/dev/null |
		grep -E '^net\.(ipv4|ipv6|core|unix|netfilter)\.' |
		grep -v -E 'random|\.(flush|uuid)|nf_conntrack_count|netdev_rss_key|stable_secret|fs\.'
	ip -n "$one" -d addr show | sed 's/valid_lft.*//'
	ip -n "$one" route show table all
	ip -n "$one" -6 route show table all | grep -v ' expires '
	ip -n "$one" rule show
	ip netns exec "$one" ethtool -k eth0
	! command -v nft >/dev/null || ip netns exec "$one" nft list ruleset
	ip netns exec "$one" cat /proc/net/protocols | awk '{ print $1, $2 }' | grep -v -i gonet
	ip netns exec "$one" cat /proc/net/ptype | sed 1d | sort
	sysctl -a 2>/dev/null | grep -E '^net\.(ipv4|core)\.' | grep -v -E 'random|netdev_rss_key'
	ip route show table all
	ip rule show
	cat /proc/net/ptype
}

# No live patching, no probe, no hook in the native path.
hooks()
{
	cat /sys/kernel/debug/kprobes/list /sys/kernel/tracing/enabled_functions 2>/dev/null
	bpftool net 2>/dev/null
	ls /sys/kernel/livepatch 2>/dev/null
	cat /proc/sys/net/core/default_qdisc
}

# ping and TCP both ways between two namespaces; prints the figures.
traffic()
{
	local size out

	for size in 56 1472 1473 20000; do
		out=$(ip netns exec "$one" ping -q -c 50 -i 0.01 -s "$size" 10.98.1.2) ||
			fail "$out" || return
		grep -q '50 received, 0% packet loss' <<<"$out" || fail "$out" || return
		echo "ping -s $size: $(tail -n 1 <<<"$out")"
	done
	for out in '' -R; do
		ip netns exec "$two" iperf3 -s -1 >/dev/null &
		wait_for 10 listening || return
		# shellcheck disable=SC2086 # an option or none
		within 60 ip netns exec "$one" iperf3 -c 10.98.1.2 -t 3 $out -J >"$TMP/iperf3" ||
			fail "iperf3: $(cat "$TMP/iperf3")" || return
		wait $!
		echo "iperf3 $out: $(jq '.end.sum_received.bits_per_second / 1e6 | floor' \
			"$TMP/iperf3") Mbit/s"
	done
}

# IPv6 has its link-local addresses.
addressed() { ! ip -n "$one" addr show tentative | grep -q inet6; }

listening() { ip netns exec "$two" ss -Hltn 'sport = 5201' | grep -q 5201; }

# situation WORDS: the traffic passes, and the configuration is what it was
situation()
{
	local status

	traffic >"$TMP/figures"
	status=$?
	cat "$TMP/figures"
	sed "s/^/# $*: /" "$TMP/figures" >&3
	[ "$status" = 0 ] || return
	configuration >"$TMP/configuration.$1"
	hooks >"$TMP/hooks.$1"
	diff "$TMP/configuration.absent" "$TMP/configuration.$1" &&
		diff "$TMP/hooks.absent" "$TMP/hooks.$1"
}

test_busy()
{
	local status pid pids

	ns_make "$busy" && pair_up "$busy" gl0 1 || return
	ip netns exec "$busy" ping -q -f -s 3000 "$(stack_ip 1)" >/dev/null &
	pids=$!
	ip netns exec "$busy" gonet ping -f -s 500 "$(native_ip 1)" >/dev/null &
	pids+=" $!"
	situation busy
	status=$?
	for pid in $pids; do
		kill "$pid" || fail "a flood had ended before" || status=1
		wait "$pid"
	done
	answers "$busy" 1 || fail "the stack no longer answers" || return
	ip netns del "$busy"
	return "$status"
}

test_unloaded()
{
	rmmod gonet && situation unloaded
}

exec 3>&1
need iperf3 jq
! loaded || rmmod gonet || exit
defer eval 'loaded && rmmod gonet'
ns_add "$one" && ns_add "$two" || exit
ip -n "$one" link add eth0 type veth peer name eth0 netns "$two" || exit
for side in "$one 1" "$two 2"; do
	read -r name number <<<"$side"
	ip -n "$name" addr add "10.98.1.$number/24" dev eth0 && ip -n "$name" link set eth0 up ||
		exit
	ip -n "$name" route add 198.51.100.0/24 via "10.98.1.$((3 - number))" || exit
done
wait_for 10 ip netns exec "$one" ping -q -c 1 -W 1 10.98.1.2 >/dev/null || exit
wait_for 10 addressed || exit
check "the module is absent" situation absent
insmod "$ko" "handoff=${GONET_HANDOFF:-1}" || exit
check "the module is loaded" situation loaded
check "the other stack is busy" test_busy
check "the module is unloaded" test_unloaded
check "the kernel has reported nothing" dmesg_clean
finish
