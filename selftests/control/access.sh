#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who may do what: everybody may look, and who administers the namespace may
# change; each stack is its namespace's and nobody else's.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq setpriv unshare gonet

# Others than root may not be able to reach the tree.
chmod 755 "$TMP"
install -m 755 "$(command -v gonet)" "$TMP/gonet"
PATH=$TMP:$PATH

ns_new NS || exit
ns_new OTHER || exit
for ns in "$NS" "$OTHER"; do
	ip -n "$ns" link add gonet0 type gonet
	ip -n "$ns" link set gonet0 up
	ip -n "$ns" addr add 10.0.0.1/24 dev gonet0
	gonet -n "$ns" addr add 10.0.0.2/24 dev gonet0
done

nobody() { native setpriv --reuid=65534 --regid=65534 --clear-groups gonet "$@"; }

test_look()
{
	local words

	for words in link addr 'route show table all' neigh maddr stat proc chan graph 'socket -ae' 'proc pool' \
		     'route get 10.0.0.1'; do
		# shellcheck disable=SC2086 # they are words
		nobody $words >/dev/null || fail "nobody may not: gonet $words" || return
	done
}

forbidden()
{
	local status

	"$@" >"$TMP/out" 2>&1
	status=$?
	[ "$status" = 2 ] || fail "$*: status $status" || return
	grep -q 'Operation not permitted' "$TMP/out" || fail "$*: $(cat "$TMP/out")"
}

# An address stops being tentative by itself.
settings()
{
	stack link
	stack addr | sed 's/ tentative//'
	stack route
}

test_change()
{
	local words before after

	before=$(settings)
	while read -r words; do
		# shellcheck disable=SC2086 # they are words
		forbidden nobody $words || return
	done <<-'END'
	link set gonet0 down
	link set gonet0 address 02:00:00:00:00:01
	addr add 10.0.0.9/24 dev gonet0
	addr del 10.0.0.2/24 dev gonet0
	route add unreachable 10.9.0.0/16
	route del 10.0.0.0/24
	route flush cache
	neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev gonet0
	neigh del 10.0.0.1 dev gonet0
	ping -c 1 10.0.0.1
	END
	after=$(settings)
	[ "$before" = "$after" ] || fail "something has changed"
}

# Root of a user namespace administers what belongs to it and nothing else.
test_user_namespace()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups unshare -Ur true 2>/dev/null ||
		{ skip "users may not make namespaces here"; return; }
	forbidden native unshare -Ur gonet addr add 10.0.0.9/24 dev gonet0 || return
	# its own: the module makes no device for it unless it is loaded
	setpriv --reuid=65534 --regid=65534 --clear-groups unshare -Urn sh -ec '
		ip link add gonet0 type gonet
		ip link set gonet0 up
		ip addr add 10.0.0.1/24 dev gonet0
		gonet addr add 10.0.0.2/24 dev gonet0
		gonet ping -q -c 1 10.0.0.1
		gonet addr flush dev gonet0'
}

test_other()
{
	stack addr add 10.77.0.1/24 dev gonet0 || return
	! gonet -n "$OTHER" addr | grep -q 10.77.0.1 || fail "seen in another namespace" || return
	gonet -n "/run/netns/$NS" addr | grep -q 10.77.0.1 || fail "not seen by path" || return
	stack addr del 10.77.0.1/24 dev gonet0
}

# A socket keeps its namespace when its owner goes elsewhere.
test_socket_stays()
{
	(exec gonet -n "$NS" monitor addr >"$TMP/events") &
	defer kill $!
	wait_for 5 monitor_listens || return
	gonet -n "$OTHER" addr add 10.88.0.1/24 dev gonet0 || return
	stack addr add 10.88.1.1/24 dev gonet0 || return
	wait_for 5 grep -q 10.88.1.1 "$TMP/events" || return
	! grep -q 10.88.0.1 "$TMP/events" || fail "an event of another namespace"
}

monitor_listens()
{
	stack addr add 10.88.99.1/32 dev gonet0
	stack addr del 10.88.99.1/32 dev gonet0
	[ -s "$TMP/events" ]
}

test_sysctl()
{
	native sysctl -q -w net.gonet.ip_default_ttl=99 || return
	[ "$(native sysctl -n net.gonet.ip_default_ttl)" = 99 ] || return
	[ "$(ip netns exec "$OTHER" sysctl -n net.gonet.ip_default_ttl)" = 64 ] ||
		fail "set in another namespace too"
}

check "everybody may look" test_look
check "who is nobody may not change" test_change
check "root of a user namespace" test_user_namespace
check "a stack is its namespace's" test_other
check "events stay in their namespace" test_socket_stays
check "settings stay in their namespace" test_sysctl
check "nothing in the kernel's log" dmesg_clean
finish
