#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: by-name timeout=600
#
# The throughput test of the paper (its figure 4): 1 to 100 clients at a time, each of which
# opens a connection for 4 kB and closes it, over the loopback of the stack and over the
# device. Every byte is sent back and compared. What is measured is printed, with the
# native stack's own loopback beside it.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq

# shellcheck source-path=SCRIPTDIR source=crowd_lib.sh
. "$(dirname "$0")/crowd_lib.sh"

measured=

# At least 100 connections, so that the time means something.
throughput()
{
	local connections=$(($1 < 20 ? 100 : $1 * 5))

	crowd_server 5200 || return
	measured=$(crowd short "$1" 4096 "$connections") || return
	echo "$measured"
}

for n in 1 2 5 10 20 50 100; do
	for roles in 'run run 127.0.0.1' 'run run 10.0.0.2' 'run far 10.0.0.1' \
		'far run 10.0.0.2' 'far far 127.0.0.1'; do
		read -r from to at <<<"$roles"
		one() { throughput "$n"; }
		check "$n at a time, from $from to $to at $at" in_role one "$from" "$to" "$at"
		note "$n at a time, $(family_of "$from") to $(family_of "$to"), $at: $measured"
	done
done
check "nothing is left" nothing_left
check "nothing in the kernel's log" dmesg_clean
finish
