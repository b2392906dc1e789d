#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=900
#
# UDP sockets on the stack, each case facing sockets of the native one. The cases are
# functions of programs/dgram*.py.
. "$(dirname "$0")/../lib.sh"

need python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

udp() { run_case 200 "$@"; }

check "datagrams both ways" udp dgram echo
check "datagrams inside the stack" udp dgram itself
check "names, connect and disconnect" udp dgram_names names
check "a connected socket hears its peer alone" udp dgram connected
check "a closed port refuses, at both ends" udp dgram_messages refused
check "an unconnected socket is not told" udp dgram_messages refused_unconnected
check "the queue of errors" udp dgram_messages errors
check "truncation" udp dgram truncated
check "peeking" udp dgram peek
check "bytes in the queues" udp dgram queues
check "poll, epoll level and edge triggered" udp dgram polls
check "time limits and signals" udp dgram waits
check "every size, byte by byte" udp dgram sizes
check "datagrams in parts" udp dgram corked
check "broadcast" udp dgram broadcast
check "who may bind to what" udp dgram_names conflicts
check "families, types and what is refused" udp dgram_names families
check "a shared port is spread by flow" udp dgram_names reuseport
check "control messages" udp dgram_messages control
check "options" udp dgram_options options
check "the times at which datagrams are sent" udp dgram_messages times_sent
check "shutdown" udp dgram_options shut
check "interface requests" udp dgram_options interfaces
check "the list of interfaces" udp dgram_options interface_list
check "restricted to a device" udp dgram_names to_device
check "a full buffer: nothing lost below it, all counted above" udp dgram buffers
check "close while datagrams arrive" udp dgram closing
check "a filter" udp dgram filtered
check "datagrams without a checksum" udp dgram checksums
check "ports below 1024 need a right" udp dgram_names low_port
check "10000 sockets" run_case 500 dgram_names many

range()
{
	native sysctl -q -w net.gonet.ip_local_port_range='40000 40599' || return
	udp dgram_names port_range || return
	native sysctl -q -w net.gonet.ip_local_port_range='32768 60999'
}
check "the range of ports" range

unwanted() { native python3 -c 'import socket; socket.socket(2, 2).sendto(b"x", ("10.0.0.2", 9))'; }
counts() { counted UdpNoPorts 1 unwanted && counted UdpInDatagrams 1 udp dgram echo &&
	counted UdpOutDatagrams 1 udp dgram echo && counted UdpRcvbufErrors 1 udp dgram buffers; }
check "counters" counts

check "no process of a socket is left" \
	sh -c "! ip netns exec '$NS' gonet proc | grep udp_reader"
check "the kernel reports nothing" dmesg_clean
finish
