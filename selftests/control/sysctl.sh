#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: once
#
# The sysctls net.gonet.*: which there are, what they take, and that they do
# what they say.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet sysctl
ns_new NS || exit
net_up 1 || exit

get() { native sysctl -n "net.gonet.$1"; }
put() { native sysctl -q -w "net.gonet.$1=$2" 2>/dev/null; }

# name, default, least, greatest
limits()
{
	cat <<-'END'
	ip_default_ttl 64 1 255
	ipfrag_time 30 1 3600
	ipfrag_max 1024 0 65536
	ipfrag_high_thresh 4194304 0 1073741824
	icmp_ratelimit 1000 0 2147483647
	icmp_msgs_per_sec 1000 0 2147483647
	icmp_msgs_burst 50 0 2147483647
	icmp_echo_ignore_all 0 0 1
	icmp_echo_ignore_broadcasts 1 0 1
	accept_redirects 1 0 1
	redirect_time 300 1 3600
	ip_no_pmtu_disc 0 0 3
	mtu_expires 600 1 3600
	min_pmtu 552 68 65535
	ping_max 4096 0 65536
	igmp_max_memberships 20 0 65536
	igmp_max_msf 10 0 512
	ip_unprivileged_port_start 1024 0 65535
	END
}

test_limits()
{
	local name default least greatest

	while read -r name default least greatest; do
		[ "$(get "$name")" = "$default" ] || fail "$name is $(get "$name")" || return
		put "$name" "$least" && put "$name" "$greatest" || fail "$name: a limit" || return
		! put "$name" $((greatest + 1)) || fail "$name: more than the greatest" || return
		[ "$least" = 0 ] || ! put "$name" $((least - 1)) ||
			fail "$name: less than the least" || return
		! put "$name" nonsense || fail "$name: nonsense" || return
		[ "$(get "$name")" = "$greatest" ] || fail "$name: changed by what it refused" || return
		put "$name" "$default" || return
	done < <(limits)
}

test_all_known()
{
	[ "$(native sysctl -a 2>/dev/null | grep -c '^net\.gonet\.')" = $(($(limits | wc -l) + 2)) ]
}

# Two numbers, so not in the table.
test_port_range()
{
	[ "$(get ip_local_port_range)" = "32768	60999" ] || fail "the default" || return
	! put ip_local_port_range "0 60999" || fail "port 0" || return
	! put ip_local_port_range "1 65536" || fail "more than 65535" || return
	put ip_local_port_range "1 65535" && put ip_local_port_range "32768 60999"
}

test_group_range()
{
	[ "$(get ping_group_range)" = "1	0" ] || fail "the default" || return
	! put ping_group_range "-1 0" || fail "a negative one" || return
	! put ping_group_range "0 2147483648" || fail "too large" || return
	put ping_group_range "0 2147483647" && put ping_group_range "1 0"
}

test_ignore_all()
{
	stack_answers 0 || return
	put icmp_echo_ignore_all 1 || return
	! stack_answers 0 || fail "answered" || return
	put icmp_echo_ignore_all 0 || return
	stack_answers 0
}

test_ttl()
{
	put ip_default_ttl 33 || return
	native ping -c 1 10.0.0.2 | grep -q ttl=33 || fail "another TTL" || return
	put ip_default_ttl 64
}

test_ping_max()
{
	put ping_max 0 || return
	! stack ping -q -c 1 10.0.0.1 >/dev/null 2>&1 || fail "sent" || return
	put ping_max 4096 || return
	stack ping -q -c 1 10.0.0.1 >/dev/null
}

check "defaults and limits" test_limits
check "no others" test_all_known
check "icmp_echo_ignore_all" test_ignore_all
check "ip_default_ttl" test_ttl
check "ping_max" test_ping_max
check "ip_local_port_range" test_port_range
check "ping_group_range" test_group_range
check "nothing in the kernel's log" dmesg_clean
finish
