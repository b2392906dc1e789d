#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=900
#
# TCP sockets on the stack, each case facing sockets of the native one in both roles, and
# others of the same stack. The cases are functions of programs/stream_*.py.
. "$(dirname "$0")/../lib.sh"

need python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

stream() { run_case 200 "stream_$1" "$2"; }

check "bytes both ways" stream data echo
check "names" stream open names
check "a closed port refuses, at both ends" stream open refused
check "connecting without waiting" stream open unblocked
check "a peer that is not there" stream open unanswered
check "who is no peer" stream open wrong_peers
check "families, protocols, and a socket without a connection" stream open families
check "listening, in every state" stream open listener_states
check "who may bind to what" stream open binding
check "time limits and signals" stream data waiting
check "connections wait for accept() in order" stream open backlog
check "megabytes each way" stream data transfer
check "small writes" stream data small_writes
check "megabytes both ways at once" stream data both_ways
check "partial writes, and room again" stream data partial
check "MSG_PEEK, MSG_WAITALL, MSG_TRUNC, MSG_DONTWAIT" stream data flags
check "vectors" stream data vectors
check "half closed, then wholly" stream end halves
check "SHUT_RD" stream end deaf
check "SIGPIPE" stream end broken_pipe
check "closing what is unread is a reset" stream end unread
check "a reset by the peer" stream end reset_by_peer
check "a reset by SO_LINGER" stream end reset_by_us
check "close waits with SO_LINGER" stream end lingering
check "but no longer than it may" stream end lingering_in_vain
check "what is written arrives after close" stream end closed_at_once
check "connected to oneself" stream end to_oneself
check "disconnect, and connect to another" stream end disconnected
check "urgent data" stream events urgent
check "SIGURG and SIGIO" stream events signals
check "poll, epoll level and edge triggered" stream events polls
check "SO_RCVLOWAT" stream events low_marks
check "TCP_NOTSENT_LOWAT" stream events unsent_mark
check "bytes in the queues" stream data queues
check "TCP_CORK and MSG_MORE" stream data corked
check "options, as natively" stream options options
check "options that a child has of its listener" stream options inherited
check "Fast Open" stream options fast_open
check "TCP_INFO" stream options information
check "control messages" stream options control
check "how the segment came that opened a connection" stream options opened_by
check "SO_PEEK_OFF" stream data peeked
check "sendfile and splice" stream data files
check "sockets that are passed on" stream open passed_on
check "threads that wait while others shut down" stream data threads
check "opened and closed as fast as can be" stream open closing
check "500 connections" stream open many

ports()
{
	local status

	native sysctl -q -w net.gonet.ip_local_port_range='2000 2599' || return
	stream open ports
	status=$?
	native sysctl -q -w net.gonet.ip_local_port_range='32768 60999'
	return $status
}
check "ports run out" ports
check "ports below 1024 need a right" stream open low_port
check "nothing in the kernel's log" dmesg_clean
finish
