#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=300
#
# Floods of ARP requests, and of packets that make the stack ask: what they can make
# it keep is bounded, and others are still served.

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/arp_lib.sh"

need jq python3
quiet_ns || exit 1

MAX=1024		# entries
REQUESTS_MAX=256	# pending requests
FLOOD_NET=10.200.0.0/14	# where the flood says it comes from

flood() { peer flood "$@" tpa=10.0.0.2 dst="$(far_mac)"; }
new_host() { peer ask sha=02:00:00:00:00:cc spa="$1" tpa=10.0.0.2; }

bounded()
{
	local n

	n=$(neigh_count)
	[ "$n" -le $MAX ] || fail "$n neighbours"
}

set_up()
{
	net_up 1 && stack route add $FLOOD_NET dev gonet0 || return
	native ip link set gonet0 txqueuelen 10000
}

request_flood()
{
	counted ArpOutReplies 15000 flood 20000 || return
	bounded || return
	[ "$(neigh_count)" -ge $((MAX / 2)) ] || fail "the flood was not learned: $(neigh_count)"
}

still_serves()
{
	neigh_mac_is 10.0.0.1 "$(native_mac)" || fail "the neighbour in use is gone" || return
	stack_answers 0 && new_host 10.0.0.90 >"$TMP/.answer" && wait_for 2 neigh_known 10.0.0.90
}

neigh_known() { [ -n "$(neigh_mac "$1")" ]; }

announcement_flood()
{
	local before

	stack neigh flush dev gonet0 && stack_answers 0 || return
	before=$(neigh_count)
	flood 5000 op=reply || return
	[ "$(neigh_count)" -le "$before" ] || fail "$(neigh_count) neighbours, $before before"
}

# A host that answers gets its echo replies while others that do not exist make the
# stack ask for them all the time.
echo_flood()
{
	local n most=0 i

	watching "$TMP/host" host 60 sha=02:00:00:00:00:dd spa=10.0.0.91 || return
	peer flood 20000 tpa=10.0.0.2 dst="$(far_mac)" echo=1 size=512 rate=2000 &
	flooder=$!
	for ((i = 0; i < 5; i++)); do
		n=$(procs arp_request)
		[ "$n" -le "$most" ] || most=$n
		peer echo sha=02:00:00:00:00:dd spa=10.0.0.91 tpa=10.0.0.2 dst="$(far_mac)" \
			times=20 gap=0.1 || return
		bounded || return
		stack_answers 0 || fail "no answer to ping" || return
	done
	echo "at most $most requests; $(seen "$TMP/host" | wc -l) of 100 replies"
	# a listing is not of one moment: some end and others begin while it is made
	[ "$most" -le $((REQUESTS_MAX + 64)) ] || return
	[ "$most" -ge 100 ] || fail "that was no flood" || return
	saw_some "$TMP/host" 50
}

no_requests() { [ "$(procs arp_request)" = 0 ]; }

over()
{
	wait "$flooder"
	wait_for 10 no_requests && bounded
}

# Far more than may wait for all together
held_is_bounded()
{
	local held

	dropped ARP_QUEUE_FULL 100 flood 200 echo=1 each=10 size=1400 || return
	held=$(stack -s -j neigh show nud all | jq '[.[].queued] | add')
	echo "$held packets wait"
	# 4 MB, at no less than 2 KB each
	[ "$held" -le 2048 ]
}

check "device and addresses" set_up
check "probing ends" wait_for 15 settled 10.0.0.2
check "requests from 20000 senders fill no more than the table" request_flood
check "the neighbour in use is kept, and a new one learned" still_serves
check "announcements fill nothing" announcement_flood
check "packets from hosts that are not there start a bounded number of requests" echo_flood
check "which end soon after" over
check "what waits for all of them is bounded" held_is_bounded
check "the stack still serves" still_serves
check "nothing in the kernel's log" dmesg_clean
finish
