#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Ping sockets on the stack. The cases are functions of programs/icmp_socket.py.
. "$(dirname "$0")/../lib.sh"

need python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

icmp() { run_case 60 icmp_socket "$1"; }

groups() { native sysctl -q -w net.gonet.ping_group_range="$1"; }

by_group() { groups '4321 4321' && icmp refused && icmp group; }

check "nobody may, unless it is allowed" icmp refused
check "a group may" by_group
groups '0 2147483647'
check "echo requests are answered" icmp answered
check "each has its own identifier" icmp identifiers
check "nothing but echo requests" icmp echo_only
check "every size, byte by byte" icmp sizes
check "a neighbour that does not answer" icmp unreachable
check "and what a UDP socket hears of it" icmp unreachable_udp
check "an error about a request" icmp exceeded
check "beside the stack's own pings" icmp beside
check "ping" gonet-run -n "$NS" ping -q -c 3 -i 0.2 -W 5 10.0.0.1
check "no process of a socket is left" \
	sh -c "! ip netns exec '$NS' gonet proc | grep ping_reader"
check "the kernel reports nothing" dmesg_clean
finish
