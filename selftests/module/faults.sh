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

# Where the kernel's own code has a second way, such as to the nodes of an xarray, two
# allocations in a row have to fail: after ever more bytes, in steps smaller than such a node.
test_row()
{
	local space left=0 steps=0

	faults_set failslab/interval 1
	for ((space = 1; space < 1000000; space += 500)); do
		faults_write failslab/space "$space"
		faults_write failslab/times 2
		faults_write failslab/probability 100
		native "$walk" try "$1" 3>&- || return
		read -r left <"$faults_debugfs/failslab/times"
		[ "$left" != 2 ] || break
		steps=$((steps + 1))
	done
	echo "# $1: $steps steps" >&3
	[ "$steps" -gt 10 ] && [ "$left" = 2 ]
}

test_rows()
{
	local status

	test_row "$1"
	status=$?
	faults_write failslab/probability 0
	faults_write failslab/space 0
	return "$status"
}

faults_lasting
faults_in_module
walk_all module
for case in dgram ping stream; do
	check "sockets, of which two allocations in a row fail: $case" test_rows "many_$case"
done
faults_everywhere
walk_all core
check "no socket or process is left" faults_nothing_left
check "the stack stands" stack_answers 0
check "the kernel has reported nothing" dmesg_clean
finish
