#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# What ethtool shows and changes: the driver, features on and off, statistics.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=link.sh
. ./link.sh

ns=offload-$$
features='tx-checksumming scatter-gather tcp-segmentation-offload
	generic-segmentation-offload generic-receive-offload rx-checksumming'

native_field() { ip -n "$ns" -j link show gl0 | jq -r ".[0].$1"; }
tool() { ip netns exec "$ns" ethtool "$@"; }

feature() { tool -k gl0 | sed -n "s/^[\t ]*$1: \([a-z]*\).*/\1/p"; }

# Every size that changes how a packet travels: bare, one frame, fragments, many pages.
# At MTU 68 the largest are more fragments than a socket's send buffer can hold.
sizes_pass()
{
	local size sizes='0 56 1472 1473 8000 65507'

	[ "$(native_field mtu)" != 68 ] || sizes='0 20 21 1473 8000'
	for size in $sizes; do
		ip netns exec "$ns" ping -q -c 2 -i 0.05 -W 5 -S 400000 -s "$size" "$(stack_ip 1)" \
			>/dev/null ||
			fail "ping -s $size: $*" || return
		gonet -n "$ns" ping -c 2 -i 0.05 -W 5 -s "$size" "$(native_ip 1)" >/dev/null ||
			fail "gonet ping -s $size: $*" || return
	done
}

test_driver()
{
	tool -i gl0 | grep -qx 'driver: gonet' || fail "$(tool -i gl0)" || return
	tool -i gl0 | grep -q '^version: .' || fail "no version" || return
	tool gl0 | grep -q 'Link detected: yes' || fail "$(tool gl0)" || return
	gonet -n "$ns" link set dev gl0 down || return
	tool gl0 | grep -q 'Link detected: no' || fail "a link while the far end is down" || return
	gonet -n "$ns" link set dev gl0 up && wait_for 10 answers "$ns" 1
}

test_defaults()
{
	local f

	for f in $features tx-checksum-ip-generic tx-tcp-segmentation; do
		[ "$(feature "$f")" = on ] || fail "$f is '$(feature "$f")'" || return
	done
}

# Each off alone, then each on alone.
test_toggle()
{
	local f

	for f in $features; do
		tool -K gl0 "$f" off || fail "$f cannot be switched off" || return
		[ "$(feature "$f")" = off ] || fail "$f is still on" || return
		sizes_pass "$f off" || return
		tool -K gl0 "$f" on || fail "$f cannot be switched on again" || return
		[ "$(feature "$f")" = on ] || fail "$f is still off" || return
	done
}

# All off, then one after the other on, in an order in which none needs a later one.
test_all_off()
{
	local f

	for f in $features; do
		tool -K gl0 "$f" off || return
	done
	sizes_pass "all off" || return
	for f in $features; do
		tool -K gl0 "$f" on >/dev/null || return
		[ "$(feature "$f")" = on ] || fail "$f is still off" || return
		sizes_pass "on up to $f" || return
	done
}

# Features at the smallest and the largest MTU.
test_mtus()
{
	local mtu f

	for mtu in 68 9000 65535; do
		ip -n "$ns" link set gl0 mtu "$mtu" || return
		sizes_pass "MTU $mtu, all on" || return
		for f in scatter-gather tx-checksumming; do
			tool -K gl0 "$f" off || return
			sizes_pass "MTU $mtu, $f off" || return
			tool -K gl0 "$f" on || return
		done
	done
	for f in $features; do
		tool -K gl0 "$f" on || return
	done
	ip -n "$ns" link set gl0 mtu 1500
}

# Queued or handed over: ten frames went through either process.
test_statistics()
{
	local before after

	before=$(totals)
	ip netns exec "$ns" ping -q -c 10 -i 0.05 "$(stack_ip 1)" >/dev/null || return
	after=$(totals)
	[ "$(differences "$before" "$after")" = "10 10" ] || fail "$before -> $after" || return
	[ "$(tool -S gl0 | sed -n 's/ *peer_ifindex: //p')" = \
	  "$(gonet -n "$ns" -j link show dev gl0 | jq '.[0].ifindex')" ] ||
		fail "peer_ifindex is not the far end's number"
}

totals()
{
	tool -S gl0 | awk '/eth_rx_(queued|handed)/ { rx += $2 }
		/eth_tx_(queued|handed)/ { tx += $2 } END { print rx, tx }'
}

ns_make "$ns" && pair_up "$ns" gl0 1 || exit
pin_macs "$ns" gl0 1 || exit
check "ethtool shows the driver and the link" test_driver
check "the offloads are there and on" test_defaults
check "each offload off and on again" test_toggle
check "all off, and each alone" test_all_off
check "offloads at other MTUs" test_mtus
check "statistics count what passed" test_statistics
finish
