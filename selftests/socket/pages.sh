#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# System calls with buffers that end where memory does: what they return, and what becomes
# of the data, is as on the native stack. No byte of a connection is lost or comes twice,
# and no half of a datagram is sent.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

pages=$tree/build/selftests/socket/pages
need "$pages"
ns_new NS || exit

run() { native "$pages" "$1" >"$TMP/$1" || fail "$(tail -n 3 "$TMP/$1")"; }

same()
{
	[ "$(wc -l <"$TMP/gonet")" -gt 100 ] || fail "too little was tried" || return
	diff "$TMP/inet" "$TMP/gonet"
}

check "on the native stack" run inet
check "on this one" run gonet
check "they say the same" same
check "the kernel reports nothing" dmesg_clean
finish
