#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=400
#
# The MTU of a path (RFC 1191): what a native router says is believed, forged messages
# are not, and what does not fit is not sent, or in fragments that do.
# shellcheck disable=SC2317,SC2329 # functions are called by name

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/pmtu_lib.sh"
. "$(dirname "$0")/icmp_error_lib.sh"

need jq ping tracepath traceroute gonet gonet-run python3

# mtu TO: what is known of the path, with "lock" if it is even narrower; or nothing
mtu()
{
	stack -j route get "$1" |
		jq -r '.[0].metrics[0] | if . then "\(.mtu)\(if .lock then " lock" else "" end)"
			else "" end'
}
is() { [ "$(mtu "$1")" = "$2" ]; }
becomes() { wait_for 10 is "$@" || fail "to $1 it is $(mtu "$1")"; }

# Has the router say it.
learn()
{
	! stack ping -q -c 1 -W 5 -M "do" -s 1472 "$1" || fail "answered" || return
	becomes "$1" 1400
}

test_learnt()
{
	is 192.168.9.2 '' && learn 192.168.9.2 || return
	stack route get 192.168.9.2 | grep -Eq '^ *cache expires (5[0-9]{2}|600)sec mtu 1400$' ||
		fail "$(stack route get 192.168.9.2)" || return
	stack -j route get 192.168.9.2 | jq -e '.[0].expires > 500 and .[0].expires <= 600'
}

test_for_one_destination()
{
	is 192.168.9.3 '' && is 192.168.9.1 ''
}

# Fragments of the path's size, which the router need not cut again.
test_fragments()
{
	local cut

	cut=$(native nstat -az IpFragCreates | awk '/IpFragCreates/ { print $2 }')
	counted IpFragOKs 1 stack ping -q -c 1 -W 5 -s 3000 192.168.9.2 || return
	[ "$(native nstat -az IpFragCreates | awk '/IpFragCreates/ { print $2 }')" = "$cut" ] ||
		fail "the router had to cut them"
}

test_refused_here()
{
	counted IpFragFails 1 not stack ping -q -c 1 -W 5 -M "do" -s 1373 192.168.9.2 || return
	stack ping -q -c 1 -W 5 -M "do" -s 1372 192.168.9.2
}
not() { ! "$@"; }

test_route_changes()
{
	stack route add 192.168.9.2 via 10.0.0.77 && is 192.168.9.2 '' || return
	stack route del 192.168.9.2 && is 192.168.9.2 1400
}

test_expires()
{
	native sysctl -q -w net.gonet.mtu_expires=2 && learn 192.168.9.3 || return
	native sysctl -q -w net.gonet.mtu_expires=600 && becomes 192.168.9.3 ''
}

test_ping()
{
	local said

	said=$(gonet-run -n "$NS" ping -c 2 -i 1 -W 5 -M "do" -s 1472 192.168.9.4)
	grep -q 'From 10.0.0.1 icmp_seq=1 .*mtu = 1400' <<<"$said" || fail "$said" || return
	becomes 192.168.9.4 1400 || return
	said=$(gonet-run -n "$NS" ping -c 1 -W 5 -M "do" -s 1472 192.168.9.4 2>&1)
	grep -Eq 'message too long, mtu[:=] ?1400' <<<"$said" || fail "$said" || return
	gonet-run -n "$NS" ping -q -c 1 -W 5 -M "do" -s 1372 192.168.9.4
}

test_tracepath()
{
	local said

	said=$(within 60 gonet-run -n "$NS" tracepath -n 192.168.9.5)
	grep -q 'Resume: pmtu 1400 hops 2 ' <<<"$said" || fail "$said"
}

test_traceroute()
{
	local said

	said=$(within 60 gonet-run -n "$NS" traceroute -n --mtu 192.168.9.6)
	grep -Eq '192\.168\.9\.6 .*F=1400|F=1400' <<<"$said" || fail "$said" || return
	grep -q ' 192\.168\.9\.6 ' <<<"$said" || fail "$said"
}

# said WORD SOURCE DESTINATION KEY=...: "fragmentation needed", from anywhere
said() { native python3 icmp_error.py 10.0.0.2 10.0.0.1 "$1" "$2" "$3" type=3 code=4 "${@:4}"; }

# A UDP socket on the stack at port 5000, or none
socket_up()
{
	cat >"$TMP/held.py" <<-'END'
	import sys, time
	sys.path.insert(0, sys.argv[1])
	from gonet_socket import bound, gonet
	s = bound(gonet(), "0.0.0.0", 5000)
	print("open", flush=True)
	time.sleep(10000)
	END
	background ip netns exec "$NS" python3 "$TMP/held.py" "$selftests/programs" \
		>"$TMP/held"
	wait_for 20 grep -q open "$TMP/held"
}

udp=(protocol=17 sport=5000 dport=7 total=1500)

# Those about what nobody here has sent. One that is believed comes last: whatever they
# did has been done by then.
test_forged()
{
	said 0.0.5.20 10.0.0.2 192.168.9.7 protocol=17 sport=5001 dport=7 total=1500 &&
		said 0.0.5.20 10.0.0.3 192.168.9.7 "${udp[@]}" &&
		said 0.0.5.20 0.0.0.0 192.168.9.7 "${udp[@]}" &&
		said 0.0.5.20 10.0.0.2 192.168.9.7 id=7 &&
		said 0.0.5.20 10.0.0.2 192.168.9.7 protocol=6 &&
		said 0.0.5.20 10.0.0.2 192.168.9.7 protocol=200 &&
		said 0.0.5.20 10.0.0.2 10.0.0.2 "${udp[@]}" &&
		said 0.0.5.20 10.0.0.2 255.255.255.255 "${udp[@]}" &&
		said 0.0.5.20 10.0.0.2 224.0.0.1 "${udp[@]}" &&
		said 0.0.5.20 10.0.0.2 127.0.0.1 "${udp[@]}" || return
	said 0.0.5.220 10.0.0.2 192.168.9.7 "${udp[@]}" || return
	said 0.0.5.224 10.0.0.2 192.168.9.7 "${udp[@]}" || return
	said 0.0.5.21 10.0.0.2 192.168.9.8 "${udp[@]}" && becomes 192.168.9.8 1301 || return
	is 192.168.9.7 '' && is 10.0.0.2 '' && is 127.0.0.1 ''
}

test_never_raised()
{
	said 0.0.5.22 10.0.0.2 192.168.9.8 "${udp[@]}" &&
		said 0.0.5.19 10.0.0.2 192.168.9.7 "${udp[@]}" && becomes 192.168.9.7 1299 || return
	is 192.168.9.8 1301 || return
	said 0.0.5.20 10.0.0.2 192.168.9.8 "${udp[@]}" && becomes 192.168.9.8 1300
}

# RFC 1191 5: routers that do not say it.
test_guessed()
{
	said 0.0.0.0 10.0.0.2 172.20.1.1 "${udp[@]}" && becomes 172.20.1.1 1492 || return
	said 0.0.0.0 10.0.0.2 172.20.1.1 "${udp[@]}" total=1492 && becomes 172.20.1.1 1006
}

test_floor()
{
	said 0.0.0.68 10.0.0.2 172.20.1.2 "${udp[@]}" && becomes 172.20.1.2 "552 lock" || return
	said 0.0.0.0 10.0.0.2 172.20.1.3 "${udp[@]}" total=500 && becomes 172.20.1.3 "552 lock" ||
		return
	stack route get 172.20.1.2 | grep -q 'mtu lock 552$' || return
	native sysctl -q -w net.gonet.min_pmtu=68 || return
	said 0.0.0.1 10.0.0.2 172.20.1.2 "${udp[@]}" && becomes 172.20.1.2 "68 lock" || return
	said 0.0.0.68 10.0.0.2 172.20.1.4 "${udp[@]}" && becomes 172.20.1.4 68 || return
	native sysctl -q -w net.gonet.min_pmtu=552
}

test_not_discovered()
{
	native sysctl -q -w net.gonet.ip_no_pmtu_disc=1 || return
	said 0.0.5.20 10.0.0.2 172.20.1.5 "${udp[@]}" && becomes 172.20.1.5 "552 lock" || return
	native sysctl -q -w net.gonet.ip_no_pmtu_disc=2 || return
	counted ICMP_IGNORED 1 said 0.0.5.20 10.0.0.2 172.20.1.6 "${udp[@]}" || return
	native sysctl -q -w net.gonet.ip_no_pmtu_disc=3 || return
	counted ICMP_IGNORED 1 said 0.0.5.20 10.0.0.2 172.20.1.6 "${udp[@]}" || return
	native sysctl -q -w net.gonet.ip_no_pmtu_disc=0 || return
	is 172.20.1.6 ''
}

test_bound()
{
	bounded 'mtu 1300' 172.21 said 0.0.5.20 10.0.0.2 172.21.0.0 "${udp[@]}" count=1200 || return
	said 0.0.5.19 10.0.0.2 172.21.9.9 "${udp[@]}" && becomes 172.21.9.9 1299 || return
	is 192.168.9.2 '' && stack ping -q -c 1 -W 5 192.168.9.2
}

# A redirect and an MTU for the same destination do not disturb each other.
test_besides_redirects()
{
	said 0.0.5.20 10.0.0.2 172.20.2.1 "${udp[@]}" && becomes 172.20.2.1 1300 || return
	native python3 icmp_error.py 10.0.0.2 10.0.0.1 10.0.0.9 10.0.0.2 172.20.2.1 || return
	wait_for 10 via_9 172.20.2.1 || return
	is 172.20.2.1 1300 || return
	stack route get 172.20.2.1 | grep -Eq 'cache <redirected> expires [0-9]+sec mtu 1300$' || return
	said 0.0.4.176 10.0.0.2 172.20.2.1 "${udp[@]}" && becomes 172.20.2.1 1200 &&
		via_9 172.20.2.1
}
via_9() { stack route get "$1" | grep -q ' via 10.0.0.9 '; }

# Forgotten and learnt anew, the redirect too.
test_flushed()
{
	is 172.20.2.1 1200 && via_9 172.20.2.1 || return
	stack route flush cache && is 172.20.2.1 '' && not via_9 172.20.2.1 || return
	[ "$(count_known mtu)" = 0 ] || fail "$(count_known mtu) are still known" || return
	learn 192.168.9.9 && stack ping -q -c 1 -W 5 -s 3000 192.168.9.9 || return
	bounded 'mtu 1300' 172.21 said 0.0.5.20 10.0.0.2 172.21.0.0 "${udp[@]}" count=1200
}

test_device_goes()
{
	native ip link del gonet0 || return
	wait_for 10 not stack route get 172.21.9.9
}

path_up || { not_ok "a stack and a path"; finish; exit; }
cd "$(dirname "$0")" || exit
native sysctl -q -w net.gonet.ping_group_range='0 0'
check "a native router's message is heeded" test_learnt
check "for one destination only" test_for_one_destination
check "what is cut is cut for the path" test_fragments
check "what may not be cut is refused here" test_refused_here
check "as long as its route is there" test_route_changes
check "for net.gonet.mtu_expires" test_expires
check "ping -M do" test_ping
check "tracepath" test_tracepath
check "traceroute --mtu" test_traceroute
check "a socket" socket_up
check "forged messages" test_forged
check "it is never raised" test_never_raised
check "guessed when the router does not say" test_guessed
check "not below net.gonet.min_pmtu" test_floor
check "net.gonet.ip_no_pmtu_disc" test_not_discovered
check "for a bounded number of destinations" test_bound
check "besides a redirect" test_besides_redirects
check "route flush cache" test_flushed
check "the device goes with hundreds of them" test_device_goes
check "the kernel reported nothing" dmesg_clean
finish
