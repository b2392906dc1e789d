#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=400
#
# Multicast groups: memberships of sockets, their sources, sending, and real programs,
# facing the native stack. Most cases are functions of programs/multicast.py.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need python3 socat gonet-run

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }
native ip addr add 10.0.0.5/24 dev gonet0

multicast() { run_case 100 multicast "$1"; }

check "a member receives, nobody else does" multicast received
check "sent to members beyond the cable" multicast sent
check "a copy for members in this host" multicast looped
check "every member gets a copy" multicast everybody
check "from certain sources" multicast sources
check "whole filters" multicast filters
check "the protocol-independent options" multicast protocol_independent
check "what is refused, and how" multicast refused
check "limits" multicast limits
check "a socket that is closed leaves its groups" multicast closed
check "interfaces by number, address and route" multicast interfaces
check "raw sockets" multicast raw_sockets
check "large datagrams" multicast large
check "by which interface and to which group" multicast information
check "members that come and go under load" multicast storm

# Whether the stack answers a ping to a group.
group_answers() { native ping -q -c 1 -W 1 -I gonet0 "$1" >/dev/null; }

test_ping()
{
	! group_answers 224.0.0.1 || fail "answered, though it is not to" || return
	native sysctl -q -w net.gonet.icmp_echo_ignore_broadcasts=0 || return
	wait_for 10 group_answers 224.0.0.1 || return
	! group_answers 239.7.7.7 || fail "answered without a member" || return
	native sysctl -q -w net.gonet.icmp_echo_ignore_broadcasts=1
}
check "a ping to a group is answered when it may be" test_ping

received() { grep -qs "$1" "$2"; }
joined() { stack maddr | grep -q "$1"; }

# socat, which joins by its option, on the stack; the native end sends.
test_socat_receives()
{
	background ip netns exec "$NS" gonet-run socat -u \
		UDP4-RECV:5010,ip-add-membership=239.4.4.4:10.0.0.2 "OPEN:$TMP/got,creat"
	wait_for 20 joined 239.4.4.4 || return
	echo "to the stack" | native socat -u - \
		UDP4-DATAGRAM:239.4.4.4:5010,ip-multicast-if=10.0.0.1 || return
	wait_for 20 received "to the stack" "$TMP/got"
}
check "socat under gonet-run receives" test_socat_receives

native_joined() { native ip maddr show dev gonet0 | grep -q "$1"; }

test_socat_sends()
{
	background ip netns exec "$NS" socat -u \
		UDP4-RECV:5011,ip-add-membership=239.4.4.5:10.0.0.1 "OPEN:$TMP/had,creat"
	wait_for 20 native_joined 239.4.4.5 || return
	echo "from the stack" | native gonet-run socat -u - \
		UDP4-DATAGRAM:239.4.4.5:5011,ip-multicast-if=10.0.0.2 || return
	wait_for 20 received "from the stack" "$TMP/had"
}
check "socat under gonet-run sends" test_socat_sends

test_list()
{
	stack maddr show dev gonet0 >"$TMP/list" || return
	cat "$TMP/list"
	grep -q $'^2:\tgonet0$' "$TMP/list" && grep -q $'^\tinet  224.0.0.1$' "$TMP/list" &&
		grep -q $'^\tinet  239.4.4.4$' "$TMP/list" || return
	stack -j maddr | jq -e '.[0].ifname == "lo" and .[0].maddr[0].address == "224.0.0.1" and
		(.[1].maddr | map(.address) == ["224.0.0.1", "239.4.4.4"])'
}
check "groups are listed" test_list

# The socket stays, and is a member of nothing.
test_device_goes()
{
	native ip link del gonet0 || return
	! joined 239.4.4.4 || return
	stack -j maddr | jq -e 'length == 1'
}
check "a device goes with its groups" test_device_goes
check "the kernel reports nothing" dmesg_clean
finish
