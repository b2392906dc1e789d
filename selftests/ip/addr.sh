#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# The addresses of the stack: what they imply, and how they are refused.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/route_lib.sh"

test_loopback_is_there()
{
	same_tables && same_path 127.0.0.1 && same_path 127.200.1.2 && same_path 127.255.255.255
}

test_addr_add_del()
{
	both addr add 10.0.0.2/24 dev gonet0 && same_tables &&
		both addr add 10.0.1.2/16 brd 10.0.255.255 dev gonet1 && same_tables &&
		both addr add 192.168.3.4/30 dev gonet1 && same_tables &&
		both addr del 10.0.1.2/16 dev gonet1 && same_tables &&
		both addr del 192.168.3.4/30 dev gonet1 && same_tables &&
		both addr del 10.0.0.2/24 dev gonet0 && same_tables
}

test_addr_short_networks()
{
	local plen

	for plen in 32 31 30 29 17 9 8 1; do
		both addr add "11.130.5.6/$plen" dev gonet0 && same_tables || return
		same_path 11.130.5.7 && same_path 11.130.5.4 && same_path 11.130.5.6 || return
		both addr del "11.130.5.6/$plen" dev gonet0 && same_tables || return
	done
}

test_addr_same_network_twice()
{
	local first

	for first in 10.0.0.2 10.0.0.3 10.0.0.4; do
		both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.0.3/24 dev gonet0 &&
			both addr add 10.0.0.4/24 dev gonet0 || return
		both addr del "$first/24" dev gonet0 || return
		# Only the source of the secondaries' local routes differs: theirs is their own.
		same routes route show table main && same addrs addr show || return
		path_is "$first" dev gonet0 -- "$first" && path_is broadcast -- 10.0.0.255 || return
		pair_clear
		same_tables || return
	done
}

test_addr_overlapping_networks()
{
	both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.0.200/25 dev gonet0 &&
		both addr add 10.0.0.2/16 dev gonet0 && same_tables &&
		both addr del 10.0.0.200/25 dev gonet0 && same_tables &&
		path_is broadcast -- 10.0.0.255 &&
		both addr del 10.0.0.2/24 dev gonet0 && same_tables &&
		path_is local -- 10.0.0.2
}

test_addr_on_two_devices()
{
	both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.0.2/24 dev gonet1 &&
		same_tables && same_path 10.0.0.9 && both addr del 10.0.0.2/24 dev gonet0 &&
		same_tables && same_path 10.0.0.9 && path_is local -- 10.0.0.2
}

test_addr_errors()
{
	both addr add 10.0.0.2/24 dev gonet0 || return
	both_refuse "already assigned" addr add 10.0.0.2/24 dev gonet0 &&
		both addr add 10.0.0.2/25 dev gonet0 &&
		both_refuse "" addr add 10.0.0.2/24 dev nosuch &&
		both_refuse "scope" addr add 10.0.0.3/24 scope link dev gonet0 &&
		both_refuse "not found" addr del 10.0.0.3/24 dev gonet0 &&
		both_refuse "not found" addr del 10.0.0.2/23 dev gonet0 &&
		both_refuse "not found" addr del 10.0.0.2/24 dev gonet1 && same_tables || return
	# Where the native stack takes what no host may have.
	! stack addr add 224.0.0.1/24 dev gonet0 || fail "a group as an own address" || return
	! stack addr add 255.255.255.255/32 dev gonet0 || fail "broadcast as an own address" ||
		return
	! stack addr add 0.0.0.0/8 dev gonet0 || fail "0.0.0.0 as an own address" || return
	same_tables
}

test_last_addr_takes_routes()
{
	both addr add 10.0.0.2/24 dev gonet0 && both addr add 10.0.1.2/24 dev gonet1 &&
		both route add 20.0.0.0/8 via 10.0.0.1 && both route add 21.0.0.0/8 dev gonet0 &&
		both route add 22.0.0.0/8 via 10.0.1.1 && both route add prohibit 23.0.0.0/8 &&
		both route add 24.0.0.0/8 via 10.0.1.1 src 10.0.0.2 && same_tables &&
		both addr del 10.0.0.2/24 dev gonet0 && same_tables
}

pair_new || exit
check "127.0.0.0/8 is there from the start" test_loopback_is_there
check "addresses come and go with what they imply" test_addr_add_del
check "networks of every size" test_addr_short_networks
check "three addresses of one network, and the first goes" test_addr_same_network_twice
pair_clear
check "addresses of overlapping networks" test_addr_overlapping_networks
pair_clear
check "an address on two devices" test_addr_on_two_devices
pair_clear
check "addresses are refused as natively" test_addr_errors
pair_clear
check "the last address takes the device's routes along" test_last_addr_takes_routes
finish
