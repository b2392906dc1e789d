#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Malformed and random netlink requests, with all rights and with none, while the
# stack has work to do. SEED and COUNT choose another run and a longer one.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need python3 setpriv gonet
python3 -c "import yaml" || skip_all "no PyYAML here"
ns_new NS || exit
net_up 1 || exit
# sockets to be listed; they go with the namespace
mkfifo "$TMP/to"
ip netns exec "$NS" python3 "$selftests/programs/hold.py" 12 <"$TMP/to" >"$TMP/held" &
exec 9>"$TMP/to"
wait_for 60 grep -q open "$TMP/held" || exit
seed=${SEED:-$RANDOM}
count=${COUNT:-15000}
fuzz=$selftests/control/netlink_fuzz.py
note "SEED=$seed"

test_fuzz()
{
	native python3 "$fuzz" "$count" "$seed"
}

# Two at once, and a third that may not change anything.
test_at_once()
{
	local pid status=0

	native python3 "$fuzz" $((count / 2)) $((seed + 1)) >"$TMP/1" 2>&1 &
	pid=$!
	native python3 "$fuzz" $((count / 2)) $((seed + 2)) >"$TMP/2" 2>&1 || status=1
	wait "$pid" || status=1
	cat "$TMP/1" "$TMP/2"
	return "$status"
}

test_nobody()
{
	local before after

	before=$(stack addr show lo; stack link show gonet0)
	native python3 "$fuzz" $((count / 4)) $((seed + 3)) 65534 || return
	after=$(stack addr show lo; stack link show gonet0)
	[ "$before" = "$after" ] || fail "something has changed"
}

test_stands()
{
	stack link set gonet0 up || return
	stack addr flush dev gonet0
	stack neigh flush dev gonet0
	stack neigh flush dev gonet0 nud all
	stack route flush root 0/0
	stack addr add 10.0.0.2/24 dev gonet0 || return
	native sysctl -q -w net.gonet.icmp_echo_ignore_all=0
	wait_for 20 stack_answers 0
}

ns_gone()
{
	local ns

	ns_new ns || return
	NS=$ns net_up 1 || return
	NS=$ns native python3 "$fuzz" 1000 $((seed + 4)) || return
	lib_ns_del "$ns"
}

check "random requests" test_fuzz
check "the stack stands" test_stands
check "two at once" test_at_once
check "with no rights" test_nobody
check "the stack still stands" test_stands
check "a namespace that goes after them" ns_gone
check "nothing in the kernel's log" dmesg_clean
finish
