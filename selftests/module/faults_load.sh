#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: noload timeout=900
#
# Loading the module while one allocation after another fails, and while no thread can be
# started: it says why and leaves nothing, or works. And a stack that would like more
# threads than it can have.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=leaks.sh
. ./leaks.sh
# shellcheck source=faults_lib.sh
. ./faults_lib.sh

fail_nth=$tree/build/selftests/module/fail_nth
faults=$tree/build/selftests/module/faults
ko=${GONET_KO:-$GONET_BUILD/gonet.ko}
handoff=${GONET_HANDOFF:-1}
threads_max=/proc/sys/kernel/threads-max
need "$fail_nth" jq
exec 3>&1

loaded() { [ -d /sys/module/gonet ]; }
unload() { within 60 rmmod gonet || fail "rmmod: $(cat /proc/modules)"; }

gone()
{
	! loaded || fail "the module is loaded" || return
	[ ! -e /proc/sys/net/gonet ] || fail "sysctls are left" || return
	[ ! -d /sys/class/net/flt0 ] || fail "the device is left" || return
	no_threads || return
	! grep -i -E '^(gonet|csp)' /proc/slabinfo || fail "a slab cache is left"
}

# What was loaded answers.
works()
{
	local status

	ip addr add 10.99.1.1/24 dev flt0 && ip link set flt0 up &&
		gonet addr add 10.99.1.2/24 dev flt0 || return
	wait_for 10 ping -q -c 1 -W 2 10.99.1.2 >/dev/null
	status=$?
	unload && gone && return "$status"
}

# The module's beginning, wherever near the last place it is loaded to: nothing else of
# modules is on the stack then. Of a cache that cannot be made the kernel says so with all
# its stack, so that is left out.
around_the_module()
{
	local base kind name start end

	read -r base < <(awk '$1 == "gonet" { print $6 }' /proc/modules)
	read -r start end < <(awk '$2 ~ /[tT]/ { print $1, $3 }' /proc/kallsyms | sort |
		awk 'at { print at, "0x" $1; exit } $2 == "__kmem_cache_create_args" { at = "0x" $1 }')
	[ -n "$end" ] || fail "no symbols" || return
	for kind in $faults_kinds; do
		faults_set "$kind/require-start" "$(printf '0x%x' $((base - (64 << 20))))"
		faults_set "$kind/require-end" "$(printf '0x%x' $((base + (64 << 20))))"
		faults_set "$kind/reject-start" "$start"
		faults_set "$kind/reject-end" "$end"
	done
}

test_load()
{
	local n status

	insmod "$ko" "handoff=$handoff" && around_the_module && unload || return
	for ((n = 1; n < 3000; n++)); do
		"$fail_nth" "$n" "$TMP/fired" insmod "$ko" "handoff=$handoff" create=flt0 \
			3>&- >"$TMP/said" 2>&1
		status=$?
		if [ "$status" = 0 ]; then
			works || fail "step $n: loaded, and does not work" || return
		else
			[ "$(cat "$TMP/fired")" = fired ] ||
				fail "nothing failed: $(cat "$TMP/said")" || return
			# invalid: the core did not look whether it has the device's name
			grep -qE 'Cannot allocate memory|No buffer space|Invalid' "$TMP/said" ||
				fail "step $n: $(cat "$TMP/said")" || return
			gone || fail "step $n" || return
		fi
		[ "$(cat "$TMP/fired")" = fired ] || break
	done
	echo "# insmod: $((n - 1)) steps" >&3
	[ "$n" -gt 20 ] || fail "nothing was there to fail"
}

# as_many N COMMAND...: with N more threads allowed in the machine than there are, those of
# COMMAND not counted; N may be below 0. Nothing here may start a process until the limit is what it was.
as_many()
{
	local more=$1 counts rest was status

	shift
	read -r was <"$threads_max"
	(
		read -r _ _ _ counts rest </proc/loadavg
		echo $((${counts#*/} + more)) >"$threads_max"
		exec "$@"
	)
	status=$?
	echo "$was" >"$threads_max"
	return "$status"
}

# The kernel wants room for 20 at least, which is fewer than there are. Some of the kernel's own
# may end or start meanwhile, so it begins with fewer than none.
test_no_thread()
{
	local n

	for ((n = -6; n < 20; n++)); do
		if as_many "$n" insmod "$ko" "handoff=$handoff" 2>"$TMP/said"; then
			unload && gone || return
			break
		fi
		grep -q 'Resource temporarily unavailable' "$TMP/said" ||
			fail "$n threads: $(cat "$TMP/said")" || return
		gone || fail "$n threads" || return
	done
	echo "# loaded with $n threads" >&3
	[ "$n" -gt -6 ] || fail "with no thread it was loaded" || return
	[ "$n" -lt 20 ] || fail "not even with $n"
}

# Every process gets its turn with the threads that there are.
test_few_threads()
{
	local ns=faults-$$ status

	insmod "$ko" handoff=0 linger_ms=100 && ns_add "$ns" && NS=$ns net_up 1 || return
	wait_for 10 idle || return
	as_many 0 ip netns exec "$ns" ping -q -c 20 -i 0.1 -W 10 -s 20000 10.0.0.2 >"$TMP/ping"
	status=$?
	[ "$status" = 0 ] && grep -q ' 0% packet loss' "$TMP/ping" ||
		fail "$(cat "$TMP/ping")" || return
	as_many 0 ip netns exec "$ns" "$faults" traffic 3 || return
	NS=$ns stack_answers 0 || return
	lib_ns_del "$ns"
	unload && gone
}

# The processes have given their threads back.
idle() { [ "$(our_threads | wc -l)" -le 10 ]; }

! loaded || rmmod gonet || exit
defer eval '! loaded || rmmod gonet'
was=$(cat "$threads_max")
defer eval "echo $was >$threads_max"
if [ -e /proc/self/fail-nth ]; then
	faults_need
	check "each allocation of insmod fails once" test_load
else
	skipped "each allocation of insmod fails once" "this kernel has no fault injection"
fi
check "insmod when threads cannot be started" test_no_thread
check "a stack that gets no more threads" test_few_threads
check "the kernel has reported nothing" dmesg_clean
finish
