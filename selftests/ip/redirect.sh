#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# ICMP redirects (RFC 1122 3.2.2.2): those of a native router are followed, others
# are not. The stack's gateway $NS is 10.0.0.1 on a bridge that its end of gonet0 and
# a second router share; behind that one, 10.0.0.9, is FAR.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/icmp_error_lib.sh"

need jq ping gonet python3

net_redirect()
{
	local i

	ns_new NS && ns_new OTHER && ns_new FAR || return
	native ip link add br0 type bridge && native ip link add gonet0 type gonet &&
		native ip link add other0 type veth peer name up0 netns "$OTHER" &&
		ip -n "$OTHER" link add far0 type veth peer name down0 netns "$FAR" || return
	native ip link set gonet0 master br0 && native ip link set other0 master br0 || return
	for i in gonet0 other0 br0; do
		native ip link set "$i" up || return
	done
	ip -n "$OTHER" link set up0 up && ip -n "$OTHER" link set far0 up &&
		ip -n "$FAR" link set down0 up || return
	native ip addr add 10.0.0.1/24 dev br0 && ip -n "$OTHER" addr add 10.0.0.9/24 dev up0 &&
		ip -n "$OTHER" addr add 192.168.9.1/24 dev far0 || return
	for i in 2 3 4 5; do
		ip -n "$FAR" addr add "192.168.9.$i/24" dev down0 || return
	done
	ip -n "$FAR" route add default via 192.168.9.1 &&
		native ip route add 192.168.9.0/24 via 10.0.0.9 || return
	native sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.br0.rp_filter=0 net.ipv4.conf.br0.send_redirects=1 &&
		ip netns exec "$OTHER" sysctl -q -w net.ipv4.ip_forward=1 || return
	stack addr add 10.0.0.2/24 dev gonet0 && stack route add default via 10.0.0.1 &&
		wait_for 20 stack_answers
}

# via GATEWAY TO: by the route; via GATEWAY TO redirected
via()
{
	local way

	way=$(stack route get "$2") || return
	[[ $way == *" via $1 "* ]] || return
	case $way in
	*redirected*)	[ "$3" = redirected ] ;;
	*)		[ -z "$3" ] ;;
	esac
}

# shellcheck disable=SC2016 # for awk
forwarded() { native awk '/^Ip: [0-9]/ { print $7 }' /proc/net/snmp; }

# said FROM GATEWAY SOURCE DESTINATION KEY=...: a redirect to the stack
said() { native python3 icmp_error.py 10.0.0.2 "$@"; }

test_followed()
{
	local before

	via 10.0.0.1 192.168.9.2 || return
	stack ping -q -c 1 -W 2 192.168.9.2 || return
	wait_for 10 via 10.0.0.9 192.168.9.2 redirected || return
	stack route get 192.168.9.2 | grep -q "^ *cache <redirected>$" || return
	stack -j route get 192.168.9.2 | jq -e '.[0].cache == ["redirected"]' || return
	before=$(forwarded)
	stack ping -q -c 3 -i 0.1 -W 2 192.168.9.2 || return
	[ "$(forwarded)" = "$before" ] || fail "the old gateway still forwards"
}

test_for_one_destination()
{
	via 10.0.0.1 192.168.9.3 && via 10.0.0.1 192.168.9.1
}

test_route_changes()
{
	stack route replace default via 10.0.0.77 && via 10.0.0.77 192.168.9.2 || return
	stack route add 192.168.9.2 via 10.0.0.78 && via 10.0.0.78 192.168.9.2 || return
	stack route del 192.168.9.2 && stack route replace default via 10.0.0.1 &&
		via 10.0.0.9 192.168.9.2 redirected
}

test_switched_off()
{
	native sysctl -q -w net.gonet.accept_redirects=0 || return
	via 10.0.0.1 192.168.9.2 || return
	counted ICMP_IGNORED 1 said 10.0.0.1 10.0.0.9 10.0.0.2 192.168.9.5 || return
	native sysctl -q -w net.gonet.accept_redirects=1 || return
	via 10.0.0.1 192.168.9.5 && via 10.0.0.9 192.168.9.2 redirected
}

test_expires()
{
	native sysctl -q -w net.gonet.redirect_time=2 || return
	stack ping -q -c 1 -W 2 192.168.9.3 || return
	wait_for 10 via 10.0.0.9 192.168.9.3 redirected || return
	native sysctl -q -w net.gonet.redirect_time=300 || return
	wait_for 10 via 10.0.0.1 192.168.9.3
}

# The next gateway may redirect once more.
test_twice()
{
	said 10.0.0.9 10.0.0.66 10.0.0.2 192.168.9.2 || return
	wait_for 10 via 10.0.0.66 192.168.9.2 redirected || return
	said 10.0.0.66 10.0.0.9 10.0.0.2 192.168.9.2 || return
	wait_for 10 via 10.0.0.9 192.168.9.2 redirected
}

# RFC 1122 3.3.1.4: a gateway that is not there is not used on.
test_dead_gateway()
{
	said 10.0.0.1 10.0.0.99 10.0.0.2 192.168.9.4 || return
	wait_for 10 via 10.0.0.99 192.168.9.4 redirected || return
	! stack ping -q -c 1 -W 10 192.168.9.4 || fail "answered by nobody" || return
	wait_for 10 via 10.0.0.1 192.168.9.4 || return
	stack ping -q -c 1 -W 2 192.168.9.4
}

# ignored WORDS...: as for said; nothing changes, and it is counted
ignored()
{
	counted ICMP_REDIRECT 1 said "$@" && via 10.0.0.1 192.168.9.5
}

test_not_from_the_gateway()
{
	ignored 10.0.0.9 10.0.0.9 10.0.0.2 192.168.9.5 && ignored 10.0.0.8 10.0.0.9 10.0.0.2 192.168.9.5 &&
		ignored 192.168.9.1 10.0.0.9 10.0.0.2 192.168.9.5 || return
	# nor to everybody
	counted ICMP_REDIRECT 1 native python3 icmp_error.py 10.0.0.255 10.0.0.1 10.0.0.9 10.0.0.2 \
		192.168.9.5 && via 10.0.0.1 192.168.9.5 || return
	# not any more
	ignored 10.0.0.1 10.0.0.66 10.0.0.2 192.168.9.2 && via 10.0.0.9 192.168.9.2 redirected
}

test_to_no_gateway()
{
	local gateway

	for gateway in 172.16.0.1 192.168.9.1 10.0.0.2 10.0.0.255 255.255.255.255 224.0.0.1 \
		127.0.0.1 0.0.0.0 0.0.0.9 10.0.0.1; do
		ignored 10.0.0.1 "$gateway" 10.0.0.2 192.168.9.5 || fail "$gateway" || return
	done
}

# Another way out, which the routes do not choose.
second_up()
{
	native ip link add gonet1 type gonet && native ip link set gonet1 up &&
		native ip addr add 10.7.0.1/24 dev gonet1 && stack addr add 10.7.0.2/24 dev gonet1 &&
		stack route add default via 10.7.0.1 metric 9
}

test_not_from_the_second()
{
	second_up || return
	counted ICMP_REDIRECT 1 native python3 icmp_error.py 10.7.0.2 10.7.0.1 10.7.0.9 10.7.0.2 \
		192.168.9.2 && via 10.0.0.9 192.168.9.2 redirected || return
	native ip link del gonet1
}

test_about_others()
{
	local to

	ignored 10.0.0.1 10.0.0.9 10.0.0.3 192.168.9.5 && ignored 10.0.0.1 10.0.0.9 0.0.0.0 192.168.9.5 ||
		return
	second_up || return
	for to in 10.0.0.5 10.0.0.2 10.7.0.2 10.7.0.5 127.0.0.1 224.0.0.1 255.255.255.255 10.0.0.255 0.0.0.0; do
		ignored 10.0.0.1 10.0.0.9 10.0.0.2 "$to" || fail "$to" || return
	done
	native ip link del gonet1
}

test_malformed()
{
	local length

	for length in 8 9 27 28 35; do
		counted ICMP_SHORT 1 said 10.0.0.1 10.0.0.9 10.0.0.2 192.168.9.5 "length=$length" ||
			return
	done
	counted ICMP_TYPE 1 said 10.0.0.1 10.0.0.9 10.0.0.2 192.168.9.5 code=4 &&
		counted ICMP_TYPE 1 said 10.0.0.1 10.0.0.9 10.0.0.2 192.168.9.5 code=255 &&
		via 10.0.0.1 192.168.9.5
}

# One for a network counts for the host.
test_every_code()
{
	local code

	for code in 0 1 2 3; do
		said 10.0.0.1 10.0.0.9 10.0.0.2 "192.168.8.$code" "code=$code" || return
		wait_for 10 via 10.0.0.9 "192.168.8.$code" redirected || return
	done
	via 10.0.0.1 192.168.8.4
}

test_bound()
{
	bounded redirected 172.20 said 10.0.0.1 10.0.0.9 10.0.0.2 172.20.0.0 count=1200 || return
	via 10.0.0.9 172.20.4.175 redirected || fail "the last one was not taken" || return
	# the oldest have gone
	via 10.0.0.1 192.168.9.2 && stack ping -q -c 1 -W 2 192.168.9.2
}

# What the routes hang on takes the redirects along.
test_address_goes()
{
	via 10.0.0.9 172.20.4.175 redirected || return
	stack addr del 10.0.0.2/24 dev gonet0 && stack addr add 10.0.0.2/24 dev gonet0 &&
		stack route add default via 10.0.0.1 && via 10.0.0.1 172.20.4.175
}

test_gateway_becomes_own()
{
	said 10.0.0.1 10.0.0.66 10.0.0.2 192.168.9.4 || return
	wait_for 10 via 10.0.0.66 192.168.9.4 redirected || return
	stack addr add 10.0.0.66/24 dev gonet0 && via 10.0.0.1 192.168.9.4 &&
		stack addr del 10.0.0.66/24 dev gonet0
}

test_device_goes()
{
	said 10.0.0.1 10.0.0.9 10.0.0.2 172.20.0.0 count=300 || return
	wait_for 10 via 10.0.0.9 172.20.0.0 redirected || return
	native ip link del gonet0
}

net_redirect || exit
cd "$(dirname "$0")" || exit
check "a native router's redirect is followed" test_followed
check "for one destination only" test_for_one_destination
check "as long as its route is there" test_route_changes
check "and net.gonet.accept_redirects is set" test_switched_off
check "for net.gonet.redirect_time" test_expires
check "the next gateway redirects too" test_twice
check "not to a gateway that is dead" test_dead_gateway
check "not from any other than the gateway in use" test_not_from_the_gateway
check "not from the gateway of another interface" test_not_from_the_second
check "not to what is no gateway on the link" test_to_no_gateway
check "not for packets that the stack cannot have sent there" test_about_others
check "malformed ones" test_malformed
check "of every code" test_every_code
check "for a bounded number of destinations" test_bound
check "until the last address goes" test_address_goes
check "not to a gateway that becomes an own address" test_gateway_becomes_own
check "the device goes with hundreds of them" test_device_goes
check "the kernel reported nothing" dmesg_clean
finish
