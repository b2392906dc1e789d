#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: once timeout=600
#
# How many addresses and routes a stack takes: it says so, works on, and lists them
# all, each once and in order.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"

need jq awk gonet

is() { [ "$1" = "$2" ] || fail "is '$1', not '$2'"; }

dst_gateway() { stack -j route get "$@" | jq -r '.[0].gateway // "-"'; }

test_limit_of_addresses()
{
	awk 'BEGIN {
		for (i = 0; i < 4096; i++)
			print "addr add 172.16." int(i / 256) "." i % 256 "/32 dev gonet1"
	}' >"$TMP/addrs"
	stack -force -batch "$TMP/addrs" 2>"$TMP/err"
	grep -q "Too many addresses" "$TMP/err" || fail "no limit" || return
	is "$(stack -j addr show | jq '[.[].addr_info[]] | length')" 4096 || return
	is "$(stack -j addr show dev gonet1 |
		jq -r '[.[0].addr_info[].local] | unique | length')" 4094 || return
	stack addr flush dev gonet1 && is "$(stack -j addr show | jq '[.[].addr_info[]] | length')" 2
}

test_limit_of_routes()
{
	local n

	awk 'BEGIN {
		for (i = 0; i < 66000; i++)
			print "route add 60." int(i / 65536) "." int(i / 256) % 256 "." i % 256 " via 10.0.0.1"
	}' >"$TMP/routes"
	stack -batch "$TMP/routes" 2>"$TMP/err"
	grep -q "Too many routes" "$TMP/err" || fail "no limit" || return
	n=$(stack route show table all | wc -l)
	is "$n" 65536 || return
	is "$(dst_gateway 60.0.200.100)" 10.0.0.1 || return
	stack route show table main | awk '{ print $1 }' >"$TMP/listed"
	sort -t . -k 1,1n -k 2,2n -k 3,3n -k 4,4n -u "$TMP/listed" | diff - "$TMP/listed" >/dev/null ||
		fail "not listed in order, each once" || return
	stack addr del 10.0.0.2/24 dev gonet0 && is "$(stack route show table main | wc -l)" 0
}

test_limit_of_one_destination()
{
	local i

	for i in $(seq 1 300); do
		echo "route add 20.0.0.0/8 via 10.0.0.1 metric $i"
	done >"$TMP/routes"
	stack -batch "$TMP/routes" 2>"$TMP/err"
	grep -q "Too many routes to this destination" "$TMP/err" || fail "no limit" || return
	is "$(stack route show exact 20.0.0.0/8 | wc -l)" 256 || return
	for i in $(seq 1 256); do
		echo "route del 20.0.0.0/8 metric $(((i * 37) % 256 + 1))"
	done >"$TMP/routes"
	stack -batch "$TMP/routes" && is "$(stack route show exact 20.0.0.0/8 | wc -l)" 0
}

ns_new NS && net_up 2 || exit
check "4096 addresses" test_limit_of_addresses
check "256 routes to one destination" test_limit_of_one_destination
check "65536 routes" test_limit_of_routes
finish
