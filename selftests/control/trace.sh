#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
#
# Tracepoints: the life of processes, and drops with their reason, in our own events
# and in the kernel's.
. "$(dirname "$0")/../lib.sh"

need ip ping python3

tracefs=/sys/kernel/tracing
[ -d $tracefs/events/gonet ] || mount -t tracefs tracefs $tracefs 2>/dev/null
[ -d $tracefs/events/gonet ] || skip_all "no tracefs here"

trace_on()
{
	local event

	echo >$tracefs/trace
	for event; do
		echo 1 >"$tracefs/events/$event/enable" || return
		defer sh -c "echo 0 >$tracefs/events/$event/enable"
	done
}

traced() { grep -qE "$1" $tracefs/trace; }
seen() { wait_for 10 traced "$1"; }

check "the events are there" trace_on csp/csp_proc_start csp/csp_proc_end csp/csp_thread \
	gonet/gonet_drop skb/kfree_skb

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

check "csp_proc_start: the layers" seen 'csp_proc_start: .*ipv4_tx'
check "csp_proc_start: the device's processes" seen 'csp_proc_start: .*eth_rx/gonet0'

short_lived()
{
	native ping -q -c 1 -s 3000 10.0.0.2 || return
	seen 'csp_proc_start: .*ipv4_reasm/10\.0\.0\.1' && seen 'csp_proc_end: .*ipv4_reasm/10\.0\.0\.1'
}
check "csp_proc_end: a reassembly that is complete" short_lived

# A packet of version 5 to the stack's MAC address.
bad_version()
{
	echo >$tracefs/trace
	native python3 - "$(native ip neigh show 10.0.0.2 | sed 's/.*lladdr \([^ ]*\).*/\1/')" <<-'END'
	import socket, sys
	s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	s.bind(('gonet0', 0))
	mac = bytes.fromhex(sys.argv[1].replace(':', ''))
	s.send(mac + b'\x02\0\0\0\0\x01' + b'\x08\0' + b'\x55' + b'\0' * 59)
	END
}
own_event() { bad_version && seen 'gonet_drop: .*IP_VERSION'; }
check "gonet_drop: the reason" own_event
kernels_event() { bad_version && seen 'kfree_skb: .*reason: IP_INHDR'; }
check "skb:kfree_skb: the kernel's reason that comes nearest" kernels_event

# Of a process that is new: others may have kept theirs from before.
threads()
{
	echo 0 >/sys/module/gonet/parameters/handoff
	echo >$tracefs/trace
	native ping -q -c 1 -s 3000 10.0.0.2 || return
	seen 'csp_thread: .*ipv4_reasm/10\.0\.0\.1.* attached'
}
before=$(cat /sys/module/gonet/parameters/handoff)
defer sh -c "echo $before >/sys/module/gonet/parameters/handoff"
check "csp_thread: a thread for a process that has work" threads

check "the kernel reported nothing" dmesg_clean
finish
