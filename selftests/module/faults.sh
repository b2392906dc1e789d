#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=1200
#
# System calls on the stack's sockets in which each allocation, and each copy from or to
# the program, fails once: an error that says so, and then all goes on. Nothing may be
# left behind.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=faults_lib.sh
. ./faults_lib.sh

walk=$tree/build/selftests/module/faults
need "$walk" jq
faults_need
exec 3>&1
ns_new NS && net_up 1 || exit
native sysctl -q -w net.gonet.ping_group_range='0 2147483647' \
	net.ipv4.ping_group_range='0 2147483647' \
	net.gonet.tcp_orphan_retries=2 net.gonet.tcp_fin_timeout=2

test_walk()
{
	native "$walk" "$1" 3>&- >"$TMP/walked"
	local status=$?

	sed 's/^/# /' "$TMP/walked" >&3
	return "$status"
}

# walk_all module|core: CASES, a pattern, chooses some
walk_all()
{
	local case

	for case in $("$walk" list "$1"); do
		# shellcheck disable=SC2053 # it is a pattern
		[[ $case == ${CASES:-*} ]] || continue
		check "$case: in the $1" test_walk "$case"
	done
}

faults_lasting
faults_in_module
walk_all module
faults_everywhere
walk_all core
check "no socket or process is left" faults_nothing_left
check "the stack stands" stack_answers 0
check "the kernel has reported nothing" dmesg_clean
finish
