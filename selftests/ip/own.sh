#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Pings that the stack sends itself: to the native end, to its own addresses, to
# where there is no way, and through a router.
. "$(dirname "$0")/../lib.sh"

need ping ip tcpdump

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

own_ping() { stack ping "$@"; }
own_all() { own_ping -q "$@" | tee /dev/stderr | grep -q ' 0% packet loss'; }

check "to the native end" own_all -c 3 -i 0.2 10.0.0.1
check "to 127.0.0.1, inside the stack" own_all -c 3 -i 0.2 127.0.0.1
check "to its own address, inside the stack" own_all -c 3 -i 0.2 10.0.0.2
check "flood" own_all -f -c 500 10.0.0.1
for size in 0 1472 1473 65507; do
	check "with $size bytes" own_all -c 2 -i 0.2 -s "$size" 10.0.0.1
	check "with $size bytes to itself" own_all -c 2 -i 0.2 -s "$size" 10.0.0.2
done

nothing_on_the_wire()
{
	native tcpdump -i gonet0 -w "$TMP/own.pcap" --immediate-mode -U icmp 2>"$TMP/own.log" &
	defer lib_kill $!
	wait_for 30 grep -q 'listening on' "$TMP/own.log" || return
	own_all -c 3 -i 0.2 10.0.0.2 || return
	own_all -c 3 -i 0.2 127.0.0.1 || return
	# What follows on the wire is seen, so what went before would have been.
	own_all -c 1 10.0.0.1 || return
	wait_for 30 sh -c "tcpdump -n -r '$TMP/own.pcap' >'$TMP/own.txt' && grep -q reply '$TMP/own.txt'" ||
		return
	cat "$TMP/own.txt"
	! grep -qv '10\.0\.0\.1[: ]' "$TMP/own.txt"
}
check "what it sends to itself is on no wire" nothing_on_the_wire

no_such_host()
{
	own_ping -c 1 -W 10 10.0.0.77 >"$TMP/out" 2>&1
	local status=$?
	cat "$TMP/out"
	[ $status = 1 ] && grep -qi 'host unreachable' "$TMP/out"
}
check "to a host that is not there: host unreachable" no_such_host

no_way()
{
	own_ping -c 1 -W 5 192.0.2.1 >"$TMP/out" 2>&1
	local status=$?
	cat "$TMP/out"
	[ $status != 0 ] && grep -qi 'unreachable' "$TMP/out"
}
check "without a route: network unreachable" no_way

too_big()
{
	own_ping -c 1 -W 5 -M 'do' -s 1473 10.0.0.1 >"$TMP/out" 2>&1
	local status=$?
	cat "$TMP/out"
	[ $status != 0 ] && grep -qiE 'too long|too large|mtu' "$TMP/out"
}
check "don't fragment, larger than the MTU: message too long" too_big

# The native end routes to a host behind it.
ns_new BEHIND
native ip link add behind type veth peer name far netns "$BEHIND"
native ip addr add 10.1.0.1/24 dev behind
native ip link set behind up
ip -n "$BEHIND" addr add 10.1.0.2/24 dev far
ip -n "$BEHIND" link set far up
ip -n "$BEHIND" route add default via 10.1.0.1
native sysctl -q -w net.ipv4.ip_forward=1
stack route add default via 10.0.0.1

check "through a router" own_all -c 3 -i 0.2 -W 5 10.1.0.2
from_behind() { ip netns exec "$BEHIND" ping -q -c 3 -i 0.2 10.0.0.2; }
check "from behind the router" from_behind
expires()
{
	own_ping -c 1 -W 5 -t 1 10.1.0.2 >"$TMP/out" 2>&1
	cat "$TMP/out"
	grep -qi 'from 10.0.0.1.*time to live exceeded' "$TMP/out"
}
check "TTL 1: the router says that time is exceeded" expires
prohibited()
{
	native ip route add prohibit 10.1.9.0/24 || return
	own_ping -c 1 -W 5 10.1.9.1 >"$TMP/out" 2>&1
	cat "$TMP/out"
	grep -qiE 'from 10.0.0.1.*(filtered|prohibited)' "$TMP/out"
}
check "the router prohibits it" prohibited
traced()
{
	native traceroute --version >/dev/null 2>&1 || { skip "no traceroute here"; return; }
	ip netns exec "$BEHIND" traceroute -I -n -w 5 -q 1 10.0.0.2 | tee /dev/stderr |
		grep -qE '^ 2 +10\.0\.0\.2 '
}
check "traceroute -I ends at the stack" traced

check "the stack still answers" stack_answers
check "the kernel reported nothing" dmesg_clean
finish
