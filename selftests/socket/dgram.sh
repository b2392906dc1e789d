#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# UDP sockets on the stack, each case facing sockets of the native one. The cases are
# functions of programs/dgram.py.
. "$(dirname "$0")/../lib.sh"

need python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

dgram() { run_case 200 dgram "$1"; }

check "datagrams both ways" dgram echo
check "datagrams inside the stack" dgram itself
check "names, connect and disconnect" dgram names
check "a connected socket hears its peer alone" dgram connected
check "a closed port refuses, at both ends" dgram refused
check "an unconnected socket is not told" dgram refused_unconnected
check "the queue of errors" dgram errors
check "truncation" dgram truncated
check "peeking" dgram peek
check "bytes in the queues" dgram queues
check "poll, epoll level and edge triggered" dgram polls
check "time limits and signals" dgram waits
check "every size, byte by byte" dgram sizes
check "datagrams in parts" dgram corked
check "broadcast" dgram broadcast
check "who may bind to what" dgram conflicts
check "families, types and what is refused" dgram families
check "a shared port is spread by flow" dgram reuseport
check "control messages" dgram control
check "options" dgram options
check "the times at which datagrams are sent" dgram times_sent
check "shutdown" dgram shut
check "interface requests" dgram interfaces
check "the list of interfaces" dgram interface_list
check "restricted to a device" dgram to_device
check "a full buffer: nothing lost below it, all counted above" dgram buffers
check "close while datagrams arrive" dgram closing
check "a filter" dgram filtered
check "datagrams without a checksum" dgram checksums
check "ports below 1024 need a right" dgram low_port
check "10000 sockets" dgram many

range()
{
	native sysctl -q -w net.gonet.ip_local_port_range='40000 40009' || return
	dgram port_range || return
	native sysctl -q -w net.gonet.ip_local_port_range='32768 60999'
}
check "the range of ports" range

unwanted() { native python3 -c 'import socket; socket.socket(2, 2).sendto(b"x", ("10.0.0.2", 9))'; }
counts() { counted UdpNoPorts 1 unwanted && counted UdpInDatagrams 1 dgram echo &&
	counted UdpOutDatagrams 1 dgram echo && counted UdpRcvbufErrors 1 dgram buffers; }
check "counters" counts

check "no process of a socket is left" \
	sh -c "! ip netns exec '$NS' gonet proc | grep udp_reader"
check "the kernel reports nothing" dmesg_clean
finish
