#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: noload timeout=900
#
# Loading and unloading: 200 times, with devices, and while both stacks flood each
# other. Nothing may be left: no thread, device, packet or memory, and no message.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../link/link.sh
. ../link/link.sh
# shellcheck source=leaks.sh
. ./leaks.sh

ko=${GONET_KO:-$GONET_BUILD/gonet.ko}
handoff=${GONET_HANDOFF:-1}
cycles=${CYCLES:-200}
# Nothing is sent meanwhile, so the other form of CSP shows in a few of them.
[ "$handoff" = 1 ] || cycles=${CYCLES:-40}
malform=$tree/build/selftests/wire/malform
ns=load-$$

loaded() { grep -q '^gonet ' /proc/modules; }
load() { insmod "$ko" "handoff=$handoff" "$@"; }
unload() { within 60 rmmod gonet || fail "rmmod: $(cat /proc/modules)"; }

# What a load and an unload may not change.
devices() { ls /sys/class/net; }

gone()
{
	! loaded || fail "the module is loaded" || return
	[ "$(devices)" = "$devices" ] || fail "devices: $(devices)" || return
	[ ! -e /proc/sys/net/gonet ] || fail "sysctls are left" || return
	no_threads || return
	# Not by /sys/kernel/slab: of caches that were merged, the names stay there.
	! grep -i -E '^(gonet|csp)' /proc/slabinfo || fail "a slab cache is left"
}

test_modinfo()
{
	[ "$(modinfo -F license "$ko")" = GPL ] || fail "license" || return
	modinfo -F description "$ko" | grep -q . || fail "no description" || return
	modinfo -F alias "$ko" | grep -qx rtnl-link-gonet || fail "no alias for ip link" || return
	! modinfo -p "$ko" | grep -v ':.\+' || fail "a parameter is not described" || return
	modinfo -p "$ko" | grep -q "^handoff:" || fail "no handoff" || return
	modinfo -p "$ko" | grep -q "^create:" || fail "no create"
}

test_alone()
{
	load || return
	[ "$(devices)" = "$devices" ] || fail "loading made a device" || return
	[ "$(cat /sys/module/gonet/parameters/handoff)" = "$(tr 01 NY <<<"$handoff")" ] ||
		fail "handoff" || return
	unload && gone
}

test_create()
{
	load create=crt0 || return
	[ "$(ip -d -j link show crt0 | jq -r '.[0].linkinfo.info_kind')" = gonet ] ||
		fail "no device crt0" || return
	[ "$(cat /sys/module/gonet/parameters/create)" = crt0 ] || fail "the parameter" || return
	ip addr add 10.99.1.1/24 dev crt0 && ip link set crt0 up &&
		gonet addr add 10.99.1.2/24 dev crt0 || return
	wait_for 10 ping -q -c 1 -W 2 10.99.1.2 || return
	unload && gone || return
	load create=crt%d || return
	ip link show crt0 || return
	unload && gone
}

test_create_refused()
{
	local name

	# newer kernels keep "File exists" for a module that is there already
	refused "File exists|Device or resource busy" load create=lo && gone || return
	for name in a/b a-name-that-is-too-long; do
		refused "Invalid parameters|Invalid argument" load "create=$name" || return
		gone || return
	done
	refused "" load handoff=many || return
	refused "" load create=x0 handoff=2x || return
	gone
}

asked() { gonet -j proc | grep -q arp_request; }

# Each fourth time with a device in use, each fourth with an unanswered ping under way.
cycle()
{
	load || return
	case $(($1 % 4)) in
	1)
		ip link add ld0 type gonet && ip addr add 10.99.1.1/24 dev ld0 &&
			ip link set ld0 up && gonet addr add 10.99.1.2/24 dev ld0 || return
		wait_for 10 ping -q -c 1 -W 2 10.99.1.2 >/dev/null || return
		;;
	3)
		ip link add ld0 type gonet && ip addr add 10.99.1.1/24 dev ld0 &&
			ip link set ld0 up && gonet addr add 10.99.1.2/24 dev ld0 || return
		gonet ping -c 1 -W 5 10.99.1.77 >/dev/null 2>&1 &
		wait_for 10 asked || fail "the ping did not set out" || return
		unload || return
		kill $! 2>/dev/null
		wait $! 2>/dev/null
		return 0
		;;
	esac
	unload
}

# So many cycles. Return: 0, 1 if memory has grown by an object in every second one, 2 if
# anything else is wrong.
some_cycles()
{
	local n before

	before=$(memory_now)
	for ((n = 0; n < $1; n++)); do
		cycle "$n" || fail "cycle $n" || return 2
	done
	gone || return 2
	memory_same "$before" "$(memory_now)" $(($1 / 2))
}

# Memory that each time would leave is told from what is allocated once: the first
# quarter does not count. And what cycles leave behind they leave behind every time, of the
# same kind; the rest of the kernel may also come to keep some objects meanwhile, but not always.
test_cycles()
{
	local n status grown always=''

	for ((n = 0; n < cycles / 4; n++)); do
		cycle "$n" || fail "cycle $n" || return
	done
	for n in 1 2 3; do
		grown=$(some_cycles $((cycles * 3 / 4)))
		status=$?
		echo "$grown"
		[ "$status" = 1 ] || return "$status"
		grown=$(grep -o '[^ ]* [0-9]* -> ' <<<"$grown" | cut -d' ' -f1 | sort)
		[ "$n" = 1 ] || grown=$(comm -12 <(echo "$always") <(echo "$grown"))
		always=$grown
	done
	[ -z "$always" ]
}

# Floods from both ends, small and in fragments, with and without malformed frames.
flood()
{
	local size

	for size in 56 3000 60000; do
		ip netns exec "$ns" ping -q -f -s "$size" "$(stack_ip 1)" &
		ip netns exec "$ns" gonet ping -f -s "$size" "$(native_ip 1)" &
	done
	ip netns exec "$ns" "$malform" -i gl0 -m "$(far_mac "$ns" gl0)" -s "$(native_ip 1)" \
		-d "$(stack_ip 1)/24" -x 10.99.1.99 random ip_fragment &
}

received() { [ "$(ip -n "$ns" -s -j link show gl0 | jq '.[0].stats64.rx.packets')" -ge "$1" ]; }

flooded_cycle()
{
	local start

	load || return
	ns_make "$ns" && pair_up "$ns" gl0 1 || return
	flood >/dev/null 2>&1
	wait_for 30 received "$1" || fail "no traffic" || return
	start=$SECONDS
	unload || return
	[ $((SECONDS - start)) -le 20 ] || fail "rmmod took $((SECONDS - start)) s" || return
	gone || return
	lib_ns_del "$ns"
	wait
	return 0
}

test_flood()
{
	local n first after

	for n in 100 300 500 1000 200 400 150 800; do
		if [ "$n" = 500 ]; then
			first=$(memory_now)
		fi
		flooded_cycle "$n" || fail "with $n packets" || return
	done
	after=$(memory_now)
	memory_same "$first" "$after" 1000
}

# Stacks in several namespaces, with devices that have moved to others.
test_namespaces()
{
	local k

	load || return
	for k in 1 2 3 4 5 6; do
		ns_make "$ns-$k" && pair_up "$ns-$k" gl0 "$k" || return
	done
	for k in 1 3 5; do
		ip -n "$ns-$k" link set gl0 netns "$ns-$((k + 1))" name "moved$k" || return
	done
	unload || return
	for k in 1 2 3 4 5 6; do
		! ip -n "$ns-$k" link show type gonet | grep . || fail "a device is left" || return
		lib_ns_del "$ns-$k"
	done
	gone
}

# Half a datagram, a request nobody answers, an address being probed for: whatever
# waits is let go of at once.
test_waiting()
{
	local start

	load || return
	ns_make "$ns" && pair_up "$ns" gl0 1 || return
	ip netns exec "$ns" "$malform" -i gl0 -m "$(far_mac "$ns" gl0)" -s "$(native_ip 1)" \
		-d "$(stack_ip 1)/24" -x 10.99.1.99 ip_fragment >/dev/null || return
	gonet -n "$ns" ping -c 1 -W 30 10.99.1.77 >/dev/null 2>&1 &
	gonet -n "$ns" addr add 10.99.1.3/24 dev gl0 || return
	gonet -n "$ns" -j proc | grep -q ipv4_reasm || fail "nothing is being reassembled" || return
	start=$SECONDS
	unload || return
	[ $((SECONDS - start)) -le 10 ] || fail "rmmod took $((SECONDS - start)) s" || return
	gone || return
	lib_ns_del "$ns"
	wait
	return 0
}

! loaded || rmmod gonet || exit
defer eval 'loaded && rmmod gonet'
devices=$(devices)
check "modinfo describes the module" test_modinfo
check "loading alone changes nothing" test_alone
check "create= makes a device" test_create
check "create= with bad names" test_create_refused
check "loaded and unloaded $cycles times" test_cycles
check "unloaded with stacks in several namespaces" test_namespaces
check "unloaded while things wait" test_waiting
[ -x "$malform" ] && check "unloaded while flooded from both ends" test_flood
check "the kernel has reported nothing" dmesg_clean
finish
