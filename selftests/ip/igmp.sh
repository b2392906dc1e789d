#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# IGMP in its three versions: what routers are told of the stack's groups, and what it
# makes of what they and others say. A namespace for each case, since a querier that
# was heard is remembered. The cases are functions of programs/igmp.py; a bridge that
# snoops is the real thing.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need python3 tcpdump bridge

igmp()
{
	ns_new NS && native sysctl -q -w net.ipv6.conf.default.disable_ipv6=1 && net_up 1 || return
	run_case 150 igmp "$1"
}

check "what changes is said, twice" igmp changes
check "with the sources that are wanted" igmp sources
check "queries are answered" igmp answers
check "a querier of version 2" igmp version_2
check "a querier of version 1" igmp version_1
check "what nobody on the link can have sent is ignored" igmp ignored
check "when the link comes back all is said again" igmp link_changes
check "without an address" igmp without_address
check "reports that do not fit into one packet" igmp small_packets
check "a flood of queries" igmp flood

member() { background gonet-run -n "$NS" socat -u "UDP4-RECV:5000,ip-add-membership=$1:10.0.0.2" /dev/null; }
queried() { [ "$(stat_of IgmpInQueries)" -gt 0 ]; }
snooped() { native bridge mdb show dev br0 | grep -q "port gonet0 grp $1 "; }

# With VERSION of the bridge's querier
bridge_up()
{
	ns_new NS && net_up 1 || return
	native ip link add br0 type bridge mcast_snooping 1 mcast_querier 1 \
		mcast_igmp_version "$1" mcast_query_response_interval 100 \
		mcast_startup_query_interval 200 mcast_startup_query_count 5 || return
	native ip addr flush dev gonet0
	native ip addr add 10.0.0.1/24 dev br0
	native ip link set gonet0 master br0 && native ip link set br0 up
	wait_for 20 stack_answers
}

test_bridge()
{
	bridge_up "$1" || return
	member 239.1.1.1
	wait_for 30 snooped 239.1.1.1 || return
	wait_for 30 queried
}
check "a bridge that snoops, version 3" test_bridge 3
check "a bridge that snoops, version 2" test_bridge 2
check "the kernel reports nothing" dmesg_clean
finish
