#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=300
#
# A thousand sockets that receive at once, from senders on every CPU.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

crowd=$tree/build/selftests/socket/crowd
need "$crowd"

ns_new NS && net_up 1 || exit

readers() { stack -j proc | jq -r '.[].name' | grep -c '^udp_reader/'; }
none_left() { [ "$(readers)" = 0 ]; }

test_crowd()
{
	native "$crowd" 1000 20 "$1" || return
	wait_for 30 none_left
}

check "1000 receive what the stack itself sends" test_crowd inside
check "1000 receive what the native stack sends" test_crowd outside
check "no socket's buffer was full" [ "$(stat_of UdpRcvbufErrors)" = 0 ]
check "the kernel reports nothing" dmesg_clean
finish
