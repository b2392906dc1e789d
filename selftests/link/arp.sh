#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=240
#
# ARP as the native end and arping see it: answers, what is learned, duplicate
# detection and defence of addresses (RFC 826, RFC 5227).

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/arp_lib.sh"

need arping jq python3
quiet_ns || exit 1

asked() { native arping -q -I gonet0 "$@"; }

# Host A is not there; its packets are made by hand.
A_MAC=02:00:00:00:00:aa A=10.0.0.100

answers_every_arping()
{
	asked -c 3 -w 10 10.0.0.2 || return
	native arping -I gonet0 -c 1 -w 5 10.0.0.2 | grep -q -i "\[$(far_mac)\]"
}

answer_is_complete()
{
	[ "$(peer ask sha=$A_MAC spa=$A tpa=10.0.0.2)" = \
		"$(far_mac) 10.0.0.2 $A_MAC $A $A_MAC" ]
}

answers_a_probe()
{
	[ "$(peer ask sha=$A_MAC spa=0.0.0.0 tpa=10.0.0.2)" = \
		"$(far_mac) 10.0.0.2 $A_MAC 0.0.0.0 $A_MAC" ]
}

answers_for_other_interface()
{
	peer ask sha=$A_MAC spa=$A tpa=10.0.1.2 | grep -q "^$(far_mac) 10.0.1.2"
}

answers_a_unicast_request()
{
	peer ask sha=$A_MAC spa=$A tpa=10.0.0.2 dst="$(far_mac)" | grep -q "^$(far_mac)"
}

silent_for()
{
	! peer ask sha=$A_MAC spa=$A tpa="$1" || fail "there is an answer for $1"
}

not_for_others()
{
	silent_for 10.0.0.77 && silent_for 127.0.0.1 && silent_for 10.0.0.255 &&
		silent_for 224.0.0.1 && silent_for 0.0.0.0
}

learns_who_asks()
{
	peer send sha=$A_MAC spa=10.0.0.101 tpa=10.0.0.2 || return
	wait_for 2 neigh_is 10.0.0.101 STALE $A_MAC
}

learns_nobody_else()
{
	local other

	peer send sha=$A_MAC spa=10.0.0.102 tpa=10.0.0.77 &&
		peer send op=reply sha=$A_MAC spa=10.0.0.103 tha="$(far_mac)" tpa=10.0.0.2 \
			dst="$(far_mac)" &&
		peer send sha=$A_MAC spa=10.0.0.104 tpa=10.0.0.104 &&
		peer send sha=$A_MAC spa=0.0.0.0 tpa=10.0.0.2 &&
		peer ask sha=$A_MAC spa=$A tpa=10.0.0.2 >"$TMP/.answer" || return
	for other in 10.0.0.102 10.0.0.103 10.0.0.104 0.0.0.0; do
		[ -z "$(neigh_state $other)" ] || fail "$other was learned" || return
	done
}

learns_a_changed_mac()
{
	peer send sha=$A_MAC spa=10.0.0.105 tpa=10.0.0.2 &&
		wait_for 2 neigh_is 10.0.0.105 STALE $A_MAC &&
		peer send sha=02:00:00:00:00:bb spa=10.0.0.105 tpa=10.0.0.2 &&
		wait_for 2 neigh_is 10.0.0.105 STALE 02:00:00:00:00:bb
}

# The native end gets another address and says so, as arping does it.
learns_gratuitous()
{
	local mac=$1

	shift
	stack_answers 0 || return
	neigh_mac_is 10.0.0.1 "$(native_mac)" || fail "it is not known before" || return
	native ip link set gonet0 address "$mac" || return
	native arping -q -I gonet0 "$@" -c 1 10.0.0.1
	wait_for 2 neigh_mac_is 10.0.0.1 "$mac" && stack_answers 0
}

# arping -D succeeds if nobody has the address
duplicate_found() { ! asked -D -c 2 -w 5 10.0.0.2; }
duplicate_not_found() { asked -D -c 2 -w 5 10.0.0.77; }

probes_and_announces()
{
	watching "$TMP/probes" watch 60 3 op=request spa=0.0.0.0 tpa=10.0.0.20 || return
	watching "$TMP/announced" watch 60 2 op=request spa=10.0.0.20 tpa=10.0.0.20 || return
	stack addr add 10.0.0.20/24 dev gonet0 || return
	tentative 10.0.0.20 || fail "it is not tentative" || return
	! asked -D -c 1 -w 2 10.0.0.20 || fail "it is not answered for" || return
	wait_for 20 saw "$TMP/announced" 2 || return
	cat "$TMP/probes" "$TMP/announced"
	saw "$TMP/probes" 3 && ! tentative 10.0.0.20 && ! dadfailed 10.0.0.20 || return
	# 1 to 2 s between probes, and 2 s between announcements
	seen "$TMP/probes" | awk '
		{ gap = $1 - last; last = $1 }
		NR > 1 && (gap < 0.9 || gap > 3) || $6 != "ff:ff:ff:ff:ff:ff" { bad = 1 }
		END { exit bad }' || fail "probes are not 1 to 2 s apart" || return
	seen "$TMP/announced" | awk '
		{ gap = $1 - last; last = $1 }
		NR > 1 && (gap < 1.8 || gap > 3) || $6 != "ff:ff:ff:ff:ff:ff" { bad = 1 }
		END { exit bad }' || fail "announcements are not 2 s apart"
}

conflict_while_probing()
{
	native ip addr add 10.0.0.30/24 dev gonet0 || return
	counted ArpConflicts 1 eval '
		stack addr add 10.0.0.30/24 dev gonet0 && wait_for 10 dadfailed 10.0.0.30
	' || return
	native ip addr del 10.0.0.30/24 dev gonet0 || return
	silent_for 10.0.0.30 && stack addr del 10.0.0.30/24 dev gonet0
}

# The loser of an address gets it when it is free and asked for again.
conflict_is_over()
{
	stack addr add 10.0.0.30/24 dev gonet0 || return
	wait_for 15 settled 10.0.0.30 || return
	! dadfailed 10.0.0.30 && stack addr del 10.0.0.30/24 dev gonet0
}

# One announcement in ten seconds, whatever is claimed; the address stays.
defends()
{
	watching "$TMP/defended" watch 60 9 op=request spa=10.0.0.2 tpa=10.0.0.2 || return
	counted ArpConflicts 5 peer send sha=$A_MAC spa=10.0.0.2 tpa=10.0.0.2 times=5 gap=0.1 ||
		return
	cat "$TMP/defended"
	saw "$TMP/defended" 1 && grep -q "request $(far_mac) 10.0.0.2 10.0.0.2 ff:" \
		"$TMP/defended" || return
	! dadfailed 10.0.0.2 && asked -c 1 -w 5 10.0.0.2 && [ -z "$(neigh_state 10.0.0.2)" ]
}

announces_again()
{
	watching "$TMP/again" watch 60 1 op=request spa=10.0.0.2 tpa=10.0.0.2 sha="$2" || return
	eval "$1" || return
	wait_for 5 saw "$TMP/again" 1
}

down_and_up()
{
	stack link set gonet0 down && stack link set gonet0 up
}

silent_when_down()
{
	stack link set gonet0 down || return
	! peer ask sha=$A_MAC spa=$A tpa=10.0.0.2 || fail "there is an answer" || return
	[ -z "$(neigh_state $A)" ] || fail "neighbours are still there" || return
	stack link set gonet0 up && wait_for 5 stack_answers
}

probed_when_up()
{
	stack link set gonet0 down && stack addr add 10.0.0.40/24 dev gonet0 || return
	sleep 2
	tentative 10.0.0.40 || fail "it is not tentative" || return
	watching "$TMP/late" watch 60 3 op=request spa=0.0.0.0 tpa=10.0.0.40 || return
	stack link set gonet0 up || return
	wait_for 6 saw "$TMP/late" 3 && wait_for 10 settled 10.0.0.40
}

new_mac_is_used()
{
	stack link set gonet0 address 02:00:00:00:77:77 || return
	peer ask sha=$A_MAC spa=$A tpa=10.0.0.2 | grep -q ^02:00:00:00:77:77 &&
		wait_for 3 stack_answers
}

# What is wrong with each packet, after the reason for which it must be dropped
bad_packets()
{
	cat <<-END
	ARP_SHORT len=27
	ARP_SHORT len=0
	ARP_HEADER hrd=6
	ARP_HEADER pro=0x86dd
	ARP_HEADER hln=8
	ARP_HEADER pln=16
	ARP_OP op=0
	ARP_OP op=3
	ARP_OP op=8
	ARP_SENDER sha=01:00:5e:00:00:01
	ARP_SENDER sha=ff:ff:ff:ff:ff:ff
	ARP_SENDER sha=00:00:00:00:00:00
	ARP_SENDER sha=$(far_mac)
	ARP_SENDER spa=224.0.0.1
	ARP_SENDER spa=255.255.255.255
	ARP_SENDER spa=127.0.0.1
	ARP_SENDER spa=0.0.0.1
	ARP_SENDER spa=10.0.0.255
	ARP_SENDER spa=10.0.1.2
	ARP_SENDER op=reply spa=0.0.0.0
	ARP_TARGET tpa=224.0.0.1
	ARP_TARGET tpa=127.0.0.1
	END
}

refuses()
{
	local reason n

	bad_packets | cut -d' ' -f1 | uniq -c >"$TMP/expected"
	while read -r n reason; do
		echo "$reason $(($(stat_of "$reason") + n))"
	done <"$TMP/expected" >"$TMP/totals"
	bad_packets | cut -d' ' -f2- | sed "s/^/src=$A_MAC sha=$A_MAC spa=$A tpa=10.0.0.2 /" |
		peer batch || return
	while read -r reason n; do
		wait_for 3 drops_are "$reason" "$n" ||
			fail "$reason: $(stat_of "$reason") instead of $n" || return
	done <"$TMP/totals"
}

check "devices and addresses" net_up 2
check "probing ends" wait_for 15 settled 10.0.0.2
check "arping is answered" answers_every_arping
check "an answer has the right addresses and goes to who asked" answer_is_complete
check "a probe is answered" answers_a_probe
check "a unicast request is answered" answers_a_unicast_request
check "an address of another interface is answered for" answers_for_other_interface
check "no answer for addresses that are not the stack's" not_for_others
check "who asks is learned" learns_who_asks
check "who does not ask is not learned" learns_nobody_else
check "another MAC address is learned" learns_a_changed_mac
check "gratuitous request is learned (arping -U)" learns_gratuitous 02:00:00:00:01:01 -U
sleep 1
check "gratuitous reply is learned (arping -A)" learns_gratuitous 02:00:00:00:01:02 -A
check "arping -D finds the stack's address" duplicate_found
check "arping -D does not find a free address" duplicate_not_found
check "malformed packets are dropped, each for its reason" refuses
check "a new address is probed for, announced, and in use" probes_and_announces
check "an address another host has is given up" conflict_while_probing
check "and taken when it is free" conflict_is_over
check "a conflict later is answered once in a while" defends
check "addresses are announced when the interface comes up" \
	announces_again down_and_up "$(far_mac)"
check "no answer from an interface that is down" silent_when_down
check "an address added meanwhile is probed for when it comes up" probed_when_up
check "a new MAC address is announced" \
	announces_again 'stack link set gonet0 address 02:00:00:00:66:66' 02:00:00:00:66:66
check "and used" new_mac_is_used
check "nothing in the kernel's log" dmesg_clean
finish
