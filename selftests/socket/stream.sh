#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=900
#
# TCP sockets on the stack, each case facing sockets of the native one in both roles, and
# others of the same stack. The cases are functions of programs/stream.py.
. "$(dirname "$0")/../lib.sh"

need python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

# Not where the sources are: they may be read-only.
export PYTHONDONTWRITEBYTECODE=1
stream()
{
	local status

	within 200 ip netns exec "$NS" python3 "$tree/selftests/programs/stream.py" "$1" >"$TMP/said"
	status=$?
	cat "$TMP/said"
	[ $status = 0 ] || return $status
	grep -qx "passed $1" "$TMP/said"
}

check "bytes both ways" stream echo
check "names" stream names
check "a closed port refuses, at both ends" stream refused
check "connecting without waiting" stream unblocked
check "a peer that is not there" stream unanswered
check "who is no peer" stream wrong_peers
check "families, protocols, and a socket without a connection" stream families
check "listening, in every state" stream listener_states
check "who may bind to what" stream binding
check "time limits and signals" stream waiting
check "connections wait for accept() in order" stream backlog
check "megabytes each way" stream transfer
check "small writes" stream small_writes
check "megabytes both ways at once" stream both_ways
check "partial writes, and room again" stream partial
check "MSG_PEEK, MSG_WAITALL, MSG_TRUNC, MSG_DONTWAIT" stream flags
check "vectors" stream vectors
check "half closed, then wholly" stream halves
check "SHUT_RD" stream deaf
check "SIGPIPE" stream broken_pipe
check "closing what is unread is a reset" stream unread
check "a reset by the peer" stream reset_by_peer
check "a reset by SO_LINGER" stream reset_by_us
check "close waits with SO_LINGER" stream lingering
check "but no longer than it may" stream lingering_in_vain
check "what is written arrives after close" stream closed_at_once
check "connected to oneself" stream to_oneself
check "disconnect, and connect to another" stream disconnected
check "urgent data" stream urgent
check "SIGURG and SIGIO" stream signals
check "poll, epoll level and edge triggered" stream polls
check "SO_RCVLOWAT" stream low_marks
check "TCP_NOTSENT_LOWAT" stream unsent_mark
check "bytes in the queues" stream queues
check "TCP_CORK and MSG_MORE" stream corked
check "options, as natively" stream options
check "options that a child has of its listener" stream inherited
check "Fast Open" stream fast_open
check "TCP_INFO" stream information
check "control messages" stream control
check "how the segment came that opened a connection" stream opened_by
check "SO_PEEK_OFF" stream peeked
check "sendfile and splice" stream files
check "sockets that are passed on" stream passed_on
check "threads that wait while others shut down" stream threads
check "opened and closed as fast as can be" stream closing
check "500 connections" stream many

ports()
{
	local status

	native sysctl -q -w net.gonet.ip_local_port_range='2000 2599' || return
	stream ports
	status=$?
	native sysctl -q -w net.gonet.ip_local_port_range='32768 60999'
	return $status
}
check "ports run out" ports
check "ports below 1024 need a right" stream low_port
check "nothing in the kernel's log" dmesg_clean
finish
