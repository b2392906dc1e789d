#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
#
# What an open socket keeps: the stack of its namespace, when the namespace loses its
# name, and the module; and what is left when it is closed: nothing.
. "$(dirname "$0")/../lib.sh"

need python3 rmmod

handoff=$(cat /sys/module/gonet/parameters/handoff)
ns_new NS

# Starts it in $NS with $1 sockets; `release` lets it end.
hold()
{
	rm -f "$TMP/to" "$TMP/from"
	mkfifo "$TMP/to" || return
	ip netns exec "$NS" python3 "$selftests/programs/hold.py" "$1" \
		<"$TMP/to" >"$TMP/from" 2>&1 &
	holder=$!
	exec 9>"$TMP/to"
	wait_for 60 grep -q open "$TMP/from"
}

release()
{
	exec 9>&-
	wait "$holder"
	cat "$TMP/from"
	grep -q fine "$TMP/from"
}

no_device()
{
	hold 10 && release
}
check "a namespace without a device: the loopback works" no_device

namespace_goes()
{
	local name

	ns_new name || return
	NS=$name hold 100 || return
	ip netns del "$name" || return
	release
}
check "a namespace deleted under its sockets" namespace_goes

module_busy()
{
	hold 10 || return
	! rmmod gonet 2>"$TMP/rmmod" || fail "it went" || return
	cat "$TMP/rmmod"
	grep -qi 'in use' "$TMP/rmmod" || return
	release
}
check "rmmod is refused while a socket is open" module_busy

module_goes()
{
	local ko=${GONET_KO:-$GONET_BUILD/gonet.ko}

	wait_for 30 rmmod gonet || return
	insmod "$ko" "handoff=$handoff" || return
	hold 10 && release
}
check "and works after, as does loading it again" module_goes
check "the kernel reports nothing" dmesg_clean
finish
