#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=2400
#
# Allocations fail wherever the stack makes them, in its processes as in system calls,
# while there is traffic: pings, datagrams, fragments, connections, address resolution.
# Packets may be lost; data of connections may not, and afterwards all is as before.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=faults_lib.sh
. ./faults_lib.sh

program=$tree/build/selftests/module/faults
need "$program" jq
faults_need
exec 3>&1
ns_new NS && net_up 1 || exit
native sysctl -q -w net.gonet.tcp_orphan_retries=2 net.gonet.tcp_fin_timeout=2 \
	net.ipv4.tcp_orphan_retries=2 net.ipv4.tcp_fin_timeout=2
faults_lasting
faults_in_module

traffic() { native "$program" traffic "$1" 3>&- >"$TMP/traffic"; }

# Both ends have to ask for each other's address again.
forget()
{
	native ip neigh flush dev gonet0
	stack neigh flush dev gonet0
}

# so many percent for so many seconds
test_random()
{
	local percent=$1 seconds=$2 pings status before after

	before=$(stat_of NO_MEMORY) || return
	native ping -q -i 0.05 -s 3000 10.0.0.2 >/dev/null 2>&1 3>&- &
	pings=$!
	native gonet ping -i 0.05 -s 3000 10.0.0.1 >/dev/null 2>&1 3>&- &
	pings+=" $!"
	faults_random "$percent"
	traffic "$seconds"
	status=$?
	faults_random 0
	# shellcheck disable=SC2086 # two numbers
	kill $pings
	# shellcheck disable=SC2086
	wait $pings
	[ "$status" = 0 ] || return
	after=$(stat_of NO_MEMORY) || return
	[ "$after" -gt "$before" ] || fail "nothing has failed" || return
	echo "# $percent %: $(cat "$TMP/traffic"), $((after - before)) packets lost" >&3
}

# One allocation of all that the traffic makes, for each of them.
test_each()
{
	local kind=$1 n

	for ((n = 1; n < 2000; n++)); do
		forget
		faults_once "$kind" "$n"
		traffic 0 || fail "$kind, step $n" || return
		faults_happened "$kind" || break
	done
	echo "# $kind: $((n - 1)) steps" >&3
	[ "$n" -gt 1 ] || fail "nothing was there to fail"
}

# Nothing fails any more, so nothing is lost.
test_sound()
{
	local i

	for i in 0 1; do
		native ping -q -c 20 -i 0.02 -s 20000 -W 2 "10.0.0.2" | grep -q ' 0% packet loss' ||
			fail "pings get lost" || return
		native gonet ping -c 20 -i 0.02 -s 20000 -W 2 10.0.0.1 | grep -q ' 0% packet loss' ||
			fail "pings of the stack get lost" || return
		traffic "$i" || return
	done
}

check "traffic without faults" test_sound
check "2 % of all allocations fail" test_random 2 15
check "all works after" test_sound
check "10 % fail" test_random 10 15
check "all works after" test_sound
check "each allocation of a slab once" test_each failslab
check "each allocation of pages once" test_each fail_page_alloc
check "all works after" test_sound
check "nothing is left" faults_nothing_left
check "the kernel has reported nothing" dmesg_clean
finish
