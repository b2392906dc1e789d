#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Many datagrams in one call (UDP_SEGMENT, UDP_GRO), between the stack and the native
# one and inside the stack. The cases are functions of programs/segment.py.
. "$(dirname "$0")/../lib.sh"

need python3 jq

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; exit; }

segment() { run_case 120 segment "$1"; }

check "each by itself" segment apart
check "all together, for who asks" segment together
check "put together from parts" segment parts
check "every size" segment sizes
check "one packet on the cable" segment one_packet
check "a filter sees each" segment filtered
check "while the MTU changes" segment changing
note "cut on their way: $(stat_of IpFragOKs)"
lost() { [ "$(stat_of UDP_SEGMENT)" = 0 ]; }
check "all could be told apart" lost

# While the native end forges what it sends.
test_forged()
{
	local before after module=$GONET_BUILD/gso_forge.ko

	[ -e "$module" ] || { skip "no $module"; return; }
	before=$(stat_of UDP_SEGMENT) && native insmod "$module" || return
	defer rmmod gso_forge
	segment forged && rmmod gso_forge && after=$(stat_of UDP_SEGMENT) || return
	[ "$after" = $((before + 1)) ] || fail "$((after - before)) dropped, not one"
}
check "a packet that says it is more than it may be" test_forged
check "the kernel reports nothing" dmesg_clean
finish
