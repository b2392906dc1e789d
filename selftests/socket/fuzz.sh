#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=600
#
# System calls with arguments by chance on AF_GONET, from processes without rights.
# SEED and COUNT choose another run and a longer one; FAMILY=inet fuzzes the native
# stack, to see what the fuzzer itself does.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

fuzz=$tree/build/selftests/socket/fuzz
need "$fuzz" gonet-run
users() { cat /sys/module/gonet/refcnt; }
before=$(users)
ns_new NS || exit
net_up 1 || exit
native sysctl -q -w net.ipv4.ping_group_range='0 2147483647'
[ -n "${FAMILY:-}" ] || native sysctl -q -w net.gonet.ping_group_range='0 2147483647'
# Connections that nobody has any more, and whose peers do not hear, end soon.
[ -n "${FAMILY:-}" ] || native sysctl -q -w net.gonet.tcp_orphan_retries=2 net.gonet.tcp_fin_timeout=2
# The native stack would look for a module with every wrong protocol.
modprobe=$(cat /proc/sys/kernel/modprobe)
defer sysctl -q -w "kernel.modprobe=$modprobe"
echo >/proc/sys/kernel/modprobe
seed=${SEED:-$RANDOM}
count=${COUNT:-1000000}
note "SEED=$seed COUNT=$count"

test_calls()
{
	native "$fuzz" "$count" "$seed" 500 ${FAMILY:+"$FAMILY"} >"$TMP/fuzz" 3>&-
	local status=$?

	sed 's/^#* */# /' "$TMP/fuzz" >&3
	return "$status"
}

# What the sockets sent may still be on its way.
test_stands() { wait_for 20 stack_answers 0; }

sockets_go()
{
	wait_for 60 no_users && return
	stack socket -a
	return 1
}

# Those of an earlier test may have ended meanwhile.
no_users() { [ "$(users)" -le "$before" ]; }

exec 3>&1
check "calls by chance" test_calls
check "the stack stands" test_stands
check "no socket outlives its programs" sockets_go
check "nothing in the kernel's log" dmesg_clean
finish
