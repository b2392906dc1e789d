#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=1200
#
# Configuring and listing while each allocation of it, and each copy from or to the
# program, fails once: an error that says so and changes nothing, and then the same works.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=faults_lib.sh
. ./faults_lib.sh

fail_nth=$tree/build/selftests/module/fail_nth
need "$fail_nth" jq
faults_need
exec 3>&1
ns_new NS && net_up 1 || exit
faults_lasting
faults_in_module

sensible='Cannot allocate memory|No buffer space available|Bad address|[Nn]o memory|[Oo]ut of memory'

# The core does not look whether it has a copy of a new device's name, and then finds that the
# device has none.
nameless='Invalid argument'

# All that these commands change, but for what is different every time.
state()
{
	native ip -j -d link show type gonet |
		jq -c '.[] | [.ifname, .mtu, .flags - ["NO-CARRIER"]]'
	stack -j link show | jq -c '.[] | [.ifname, .mtu, .flags - ["NO-CARRIER"]]'
	stack -j addr show | jq -c '.[] | [.ifname, (.addr_info | map([.local, .prefixlen]))]'
	stack -j route show | jq -c '.[]'
	stack neigh show nud permanent
}

# walk UNDO COMMAND...: UNDO, a command as well, brings back what there was; after COMMAND
# it must succeed, after a failure of COMMAND there is nothing to undo
walk()
{
	local undo=$1 n status was is

	shift
	was=$(state)
	native "$@" || fail "without faults: $*" || return
	is=$(state)
	$undo || fail "undo: $undo" || return
	diff <(echo "$was") <(state) || fail "what there was does not come back" || return
	for ((n = 1; n < 2000; n++)); do
		native "$fail_nth" "$n" "$TMP/fired" "$@" 3>&- 4>&- >"$TMP/said" 2>&1
		status=$?
		if [ "$(cat "$TMP/fired")" = over ]; then
			[ "$status" = 0 ] || fail "step $n, nothing failed: $(cat "$TMP/said")" || return
		elif [ "$status" != 0 ]; then
			grep -qE "$sensible|$nameless" "$TMP/said" ||
				fail "step $n: status $status, $(cat "$TMP/said")" || return
			diff <(echo "$was") <(state) || fail "step $n: half done" || return
			native "$@" || fail "step $n: not again" || return
		fi
		diff <(echo "$is") <(state) || fail "step $n: not what it should be" || return
		$undo || fail "step $n: undo" || return
		[ "$(cat "$TMP/fired")" = fired ] || break
	done
	echo "# $*: $((n - 1)) steps" >&3
	# Without handoff it is the thread of a process that takes the memory.
	[ "$n" -gt 1 ] || [ "${GONET_HANDOFF:-1}" = 0 ] || fail "nothing was there to fail"
}

# listing FILTER COMMAND...: what it lists is whole, or it fails
listing()
{
	local filter=$1 n status was

	shift
	was=$(native "$@" | jq -S "$filter") || return
	[ -n "$was" ] || fail "nothing to list" || return
	for ((n = 1; n < 2000; n++)); do
		native "$fail_nth" "$n" "$TMP/fired" "$@" 3>&- 4>&- >"$TMP/said" 2>"$TMP/error"
		status=$?
		if [ "$status" != 0 ]; then
			[ "$(cat "$TMP/fired")" = fired ] || fail "step $n: nothing failed" || return
			grep -qE "$sensible" "$TMP/error" || fail "step $n: $(cat "$TMP/error")" ||
				return
		else
			diff <(echo "$was") <(jq -S "$filter" "$TMP/said") ||
				fail "step $n: not all" || return
		fi
		[ "$(cat "$TMP/fired")" = fired ] || break
	done
	echo "# $*: $((n - 1)) steps" >&3
	[ "$n" -gt 1 ] || fail "nothing was there to fail"
}

nip() { native ip "$@"; }

check "a device is added" walk "nip link del gf0" ip link add gf0 type gonet
nip link add gf1 type gonet || exit
check "goes up" walk "nip link set gf1 down" ip link set gf1 up
check "is unplugged" walk "stack link set dev gonet0 up" gonet link set dev gonet0 down
check "an address is added" walk "stack addr del 10.9.9.2/24 dev gonet0" \
	gonet addr add 10.9.9.2/24 dev gonet0
check "is deleted" walk "stack addr add 10.0.0.2/24 dev gonet0" \
	gonet addr del 10.0.0.2/24 dev gonet0
check "a route is added" walk "stack route del 10.7.0.0/16" \
	gonet route add 10.7.0.0/16 via 10.0.0.1
stack route add 10.8.0.0/16 via 10.0.0.1 || exit
check "is replaced" walk "stack route replace 10.8.0.0/16 via 10.0.0.1" \
	gonet route replace 10.8.0.0/16 via 10.0.0.9
check "a neighbour is added" \
	walk "stack neigh del 10.0.0.77 dev gonet0" \
	gonet neigh add 10.0.0.77 lladdr 02:00:00:00:00:77 dev gonet0 nud permanent

# but for what comes and goes by itself
lasting='map(select((.name + .proc_name) | contains("arp_") | not))'

mkfifo "$TMP/hold" || exit
native python3 "$selftests/programs/hold.py" 3 <"$TMP/hold" >"$TMP/held" 2>&1 &
holder=$!
exec 4>"$TMP/hold"	# its end is theirs
check "three sockets are open" wait_for 30 grep -q open "$TMP/held"
faults_in_netlink
check "devices are listed" listing 'map(.ifname)' gonet -j link show
check "addresses" listing 'map([.ifname, (.addr_info | map(.local))])' gonet -j addr show
check "routes" listing . gonet -j route show
check "processes" listing "$lasting | map(.name) | sort" gonet -j proc
check "channels" listing "$lasting | map([.proc_name, .name]) | sort" gonet -j chan
check "sockets" listing length gonet -j socket -a
check "counters" listing '[.. | objects | keys] | length' gonet -j stat

exec 4>&-
wait "$holder"
nip link del gf1
check "nothing is left" faults_nothing_left
check "the stack stands" wait_for 10 stack_answers 0
check "the kernel has reported nothing" dmesg_clean
finish
