#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Network namespaces: the device moves, its stack stays where the device was made;
# either namespace may go first, with traffic or without.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=link.sh
. ./link.sh

a=netns-a-$$	# where the stack is
b=netns-b-$$	# where the device goes

# What the test needs anew each time, for it deletes them.
both_make() { ns_make "$a" && ns_make "$b"; }
both_gone()
{
	ip netns del "$a" 2>/dev/null
	ip netns del "$b" 2>/dev/null
	return 0
}

# moved DEV NUMBER: made in A, moved to B, with an address on either side
moved()
{
	ip -n "$a" link add "$1" type gonet && ip -n "$a" link set "$1" netns "$b" &&
		crossing_up "$1" "$2"
}

crossing_up()
{
	ip -n "$b" addr add "$(native_ip "$2")/24" dev "$1" && ip -n "$b" link set "$1" up &&
		gonet -n "$a" addr add "$(stack_ip "$2")/24" dev "$1" &&
		wait_for 10 answers "$b" "$2"
}

gone() { ! ip -n "$1" link show "$2" >/dev/null 2>&1; }
far_gone() { ! gonet -n "$a" link show dev "$1" >/dev/null 2>&1; }

test_move()
{
	moved gl0 1 || fail "no answer from the stack in the other namespace" || return
	gone "$a" gl0 || fail "the device is still in the old namespace" || return
	gonet -n "$a" link show dev gl0 >/dev/null || fail "the stack lost its end" || return
	! gonet -n "$b" link show dev gl0 2>/dev/null || fail "a stack in the new namespace has it" ||
		return
	ip -n "$b" -d link show gl0 | grep -q 'link-netns' ||
		fail "the device does not tell where its stack is" || return
	gonet -n "$a" ping -c 3 -i 0.2 "$(native_ip 1)" >/dev/null ||
		fail "the stack does not reach the other namespace" || return
	ip netns exec "$b" ping -q -c 2 -s 20000 "$(stack_ip 1)" >/dev/null
}

test_carrier_across()
{
	gonet -n "$a" link set dev gl0 down || return
	[ "$(ip netns exec "$b" cat /sys/class/net/gl0/carrier)" = 0 ] || fail "still a carrier" ||
		return
	gonet -n "$a" link set dev gl0 up && wait_for 10 answers "$b" 1
}

# Its name in the new namespace is the new namespace's affair.
test_rename_across()
{
	ip -n "$b" link set gl0 down && ip -n "$b" link set gl0 name far0 &&
		ip -n "$b" link set far0 up || return
	gonet -n "$a" link show dev gl0 >/dev/null || fail "renamed in the stack" || return
	wait_for 10 answers "$b" 1 || return
	ip -n "$b" link set far0 down && ip -n "$b" link set far0 name gl0 &&
		ip -n "$b" link set gl0 up && wait_for 10 answers "$b" 1
}

test_and_back()
{
	ip -n "$b" link set gl0 netns "$a" || return
	gone "$b" gl0 || fail "still there" || return
	ip -n "$a" addr add "$(native_ip 1)/24" dev gl0 && ip -n "$a" link set gl0 up || return
	wait_for 10 answers "$a" 1 || fail "no answer at home" || return
	gonet -n "$a" addr show dev gl0 | grep -q "$(stack_ip 1)" || fail "the address is gone"
	ip -n "$a" link del gl0
}

# Made in one namespace for another in one go.
test_made_there()
{
	ip -n "$a" link add gl1 netns "$b" type gonet || return
	gonet -n "$a" link show dev gl1 >/dev/null || fail "the stack is not where it was made" ||
		return
	crossing_up gl1 2 || fail "no answer" || return
	ip -n "$b" link del gl1 || return
	wait_for 5 far_gone gl1 || fail "the stack still has it"
}

# Two stacks, each facing the other's native stack.
test_crossed()
{
	moved gl0 1 || return
	ip -n "$b" link add gl5 type gonet && ip -n "$b" link set gl5 netns "$a" || return
	ip -n "$a" addr add "$(native_ip 5)/24" dev gl5 && ip -n "$a" link set gl5 up &&
		gonet -n "$b" addr add "$(stack_ip 5)/24" dev gl5 || return
	wait_for 10 answers "$a" 5 || fail "the second stack does not answer" || return
	answers "$b" 1 || fail "the first stack does not answer" || return
	ip -n "$a" link del gl5 && ip -n "$b" link del gl0
}

# The stack can have but one interface of a name.
test_name_taken()
{
	moved gl0 1 || return
	refused "has an interface of that name|File exists" ip -n "$a" link add gl0 type gonet ||
		return
	answers "$b" 1 || return
	ip -n "$b" link del gl0
}

test_device_side_goes()
{
	moved gl0 1 && ip netns del "$b" || return
	wait_for 10 far_gone gl0 || fail "the stack still has the device of a namespace that went"
}

test_stack_side_goes()
{
	moved gl0 1 && ip netns del "$a" || return
	wait_for 10 gone "$b" gl0 || fail "the device outlived the namespace of its stack"
}

flood_in()
{
	ip netns exec "$b" ping -q -f "$(stack_ip 1)" >/dev/null 2>&1 &
	pids="$!"
	ip netns exec "$b" ping -q -f -s 5000 "$(stack_ip 1)" >/dev/null 2>&1 &
	pids+=" $!"
	wait_for 10 received "$1" 200 || fail "no traffic"
}

flood_out()
{
	# shellcheck disable=SC2086 # several
	kill $pids 2>/dev/null
	# shellcheck disable=SC2086
	wait $pids 2>/dev/null
	return 0
}

received() { [ "$(ip -n "$b" -s -j link show "$1" | jq '.[0].stats64.rx.packets')" -ge "$2" ]; }

test_stack_goes_under_traffic()
{
	local pids

	for _ in 1 2 3; do
		both_gone
		both_make && moved gl0 1 && flood_in gl0 || return
		ip netns del "$a"
		wait_for 20 gone "$b" gl0 || fail "the device is still there" || return
		flood_out
	done
}

# The namespace itself goes with its last process.
test_device_goes_under_traffic()
{
	local pids

	for _ in 1 2 3; do
		both_gone
		both_make && moved gl0 1 && flood_in gl0 || return
		ip netns del "$b"
		flood_out
		wait_for 20 far_gone gl0 || fail "the stack still has it" || return
	done
}

# To and fro between the namespaces while the stack pings through it.
test_moves_under_traffic()
{
	local pid

	moved gl0 1 || return
	gonet -n "$a" ping -f -s 3000 "$(native_ip 1)" >/dev/null 2>&1 &
	pid=$!
	for _ in 1 2 3 4; do
		ip -n "$b" link set gl0 netns "$a" || return
		ip -n "$a" addr add "$(native_ip 1)/24" dev gl0 && ip -n "$a" link set gl0 up ||
			return
		wait_for 10 answers "$a" 1 || fail "no answer in the first" || return
		ip -n "$a" link set gl0 netns "$b" || return
		ip -n "$b" addr add "$(native_ip 1)/24" dev gl0 && ip -n "$b" link set gl0 up ||
			return
		wait_for 10 answers "$b" 1 || fail "no answer in the second" || return
	done
	kill "$pid"
	wait "$pid" 2>/dev/null
	ip -n "$b" link del gl0
}

# Ten stacks at once, and their end at once.
test_many()
{
	local i ns names=()

	for i in $(seq 10); do
		ns=netns-m$i-$$
		ns_make "$ns" && pair_up "$ns" gl0 "$i" || fail "namespace $i" || return
		names+=("$ns")
	done
	for i in $(seq 10); do
		answers "netns-m$i-$$" "$i" || fail "no answer in namespace $i" || return
	done
	for ns in "${names[@]}"; do
		ip netns del "$ns" || return
	done
}

both_make || exit
check "a device that moved is a cable between namespaces" test_move
check "the carrier follows the far end across namespaces" test_carrier_across
check "a name given in the other namespace stays there" test_rename_across
check "a device that comes back works" test_and_back
check "a device made for another namespace has its stack here" test_made_there
check "two stacks and two native stacks face each other" test_crossed
check "a name that the stack has is refused" test_name_taken
check "the device's namespace goes: the device goes" test_device_side_goes
both_gone; both_make || exit
check "the stack's namespace goes: the device goes" test_stack_side_goes
check "the stack's namespace goes under traffic" test_stack_goes_under_traffic
check "the device's namespace goes under traffic" test_device_goes_under_traffic
both_gone; both_make || exit
check "moves under traffic" test_moves_under_traffic
check "ten namespaces with a stack each" test_many
finish
