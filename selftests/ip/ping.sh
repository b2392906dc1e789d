#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The stack answers real pings: every size, pattern and number of them, every byte
# verified.
#
# gonet: timeout=600
. "$(dirname "$0")/../lib.sh"

need ping ip
pingmany=$tree/build/selftests/programs/pingmany
[ -x "$pingmany" ] || skip_all "pingmany is not built"

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

# As ping does: every reply, none twice, no byte changed.
ping_all() { native ping -q "$@" 10.0.0.2 | tee /dev/stderr | grep -q ' 0% packet loss'; }
no_wrong_byte() { ! native ping "$@" 10.0.0.2 2>&1 | tee /dev/stderr | grep -qE 'wrong data|DUP|100%'; }

check "ping" ping_all -c 5 -i 0.2
check "ping -f" ping_all -f -c 2000
check "ping -l 100: a burst" ping_all -c 100 -l 100
for size in 0 1 8 56 1472 1473 65507; do
	check "ping -s $size" ping_all -c 2 -i 0.2 -s "$size"
done
for pattern in 00 ff a5 0123456789abcdef; do
	check "ping -p $pattern" no_wrong_byte -c 2 -i 0.2 -s 1000 -p "$pattern"
done
check "ping -M do: as large as the MTU" ping_all -c 2 -i 0.2 -M 'do' -s 1472

too_large() { ! native ping -q -c 1 -W 1 -M 'do' -s 1473 10.0.0.2; }
check "ping -M do: not larger" too_large
check "ping -t 1: the stack is the last hop" ping_all -c 1 -t 1
check "ping -Q: the reply has the TOS of the request" ping_all -c 1 -Q 0xb8

tos_reflected()
{
	local file=$TMP/tos.pcap

	native tcpdump -i gonet0 -w "$file" --immediate-mode -U \
		'icmp[icmptype] == icmp-echoreply' 2>"$TMP/tos.log" &
	defer lib_kill $!
	wait_for 30 grep -q 'listening on' "$TMP/tos.log" || return
	native ping -q -c 1 -Q 0xb8 10.0.0.2 || return
	wait_for 30 sh -c "tcpdump -r '$file' -v 2>/dev/null | grep -q 'tos 0xb8'"
}
check "ping -Q: the TOS comes back" tos_reflected

# Sizes from nothing to all that IPv4 holds, and around each fragment boundary.
sweep()
{
	native ip link set gonet0 mtu "$1" || return
	within 200 ip netns exec "$NS" "$pingmany" -S "0:65507:$2" -e -b "$1" -w 20 10.0.0.2
}
check "sizes 0 to 65507 at MTU 68" sweep 68 3989
check "sizes 0 to 65507 at MTU 576" sweep 576 1499
check "sizes 0 to 65507 at MTU 1280" sweep 1280 997
check "sizes 0 to 65507 at MTU 1500" sweep 1500 499
check "sizes 0 to 65507 at MTU 9000" sweep 9000 499
native ip link set gonet0 mtu 1500

small_sizes() { within 60 ip netns exec "$NS" "$pingmany" -S 0:1600:1 -w 20 10.0.0.2; }
check "every size from 0 to 1600" small_sizes

thousand() { within 300 ip netns exec "$NS" "$pingmany" -n 1000 -r 50 -w 60 10.0.0.2; }
check "1000 pings at once, 50 rounds, none lost" thousand

fragmented_at_once() { within 100 ip netns exec "$NS" "$pingmany" -n 40 -r 5 -s 20000 -w 30 10.0.0.2; }
check "40 datagrams of 14 fragments at once, 5 rounds" fragmented_at_once

check "the stack still answers" stack_answers
check "the kernel reported nothing" dmesg_clean
finish
