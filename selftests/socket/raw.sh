#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Raw sockets on the stack. The cases are functions of programs/icmp_socket.py.
. "$(dirname "$0")/../lib.sh"

need python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

raw() { run_case 60 icmp_socket "raw_$1"; }

check "who may" raw rights
check "which protocols, and what is refused" raw protocols
check "packets both ways, of every size" raw both_ways
check "a copy for each that wants it" raw each
check "protocol unreachable when nobody wants it" raw unwanted
check "an error about what was sent" raw error
check "the transports get their packets all the same" raw beside
check "ICMP_FILTER" raw filter
check "IP_HDRINCL" raw own_header
check "a full buffer: all that is lost is counted" raw buffers
check "sockets come and go while packets arrive" raw closing
check "ping -I, of raw sockets" \
	gonet-run -n "$NS" ping -q -c 3 -i 0.2 -W 5 -I 10.0.0.2 10.0.0.1
check "traceroute -I" sh -c \
	"gonet-run -n '$NS' traceroute -n -I -q 1 -w 5 10.0.0.1 | grep '^ *1 *10\.0\.0\.1 '"
check "no process of a socket is left" \
	sh -c "! ip netns exec '$NS' gonet proc | grep raw_reader"
check "the kernel reports nothing" dmesg_clean
finish
