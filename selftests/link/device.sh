#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# The device: made, named, changed, counted, captured on, and deleted, alone and
# under traffic.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=link.sh
. ./link.sh

ns=dev-$$

test_make()
{
	ip -n "$ns" link add gl0 type gonet || return
	[ "$(ip -n "$ns" -d -j link show gl0 | jq -r '.[0].linkinfo.info_kind')" = gonet ] ||
		fail "not of the kind gonet" || return
	ip -n "$ns" -d link show gl0 | grep -qw gonet || fail "-d does not say the kind" || return
	far "$ns" show dev gl0 >/dev/null || fail "the stack does not list it" || return
	ip -n "$ns" link del gl0 || return
	! ip -n "$ns" link show gl0 2>/dev/null || fail "still there" || return
	! far "$ns" show dev gl0 2>/dev/null || fail "the stack still lists it"
}

# Without a name the kernel picks gonet0, gonet1, ...
test_unnamed()
{
	ip -n "$ns" link add type gonet && ip -n "$ns" link add type gonet || return
	ip -n "$ns" link show gonet0 && ip -n "$ns" link show gonet1 || return
	ip -n "$ns" link del gonet0 && ip -n "$ns" link del gonet1
}

test_several()
{
	local i macs

	for i in 1 2 3 4 5 6 7 8; do
		pair_up "$ns" "gl$i" "$i" || return
	done
	for i in 1 2 3 4 5 6 7 8; do
		answers "$ns" "$i" || fail "no answer from gl$i" || return
	done
	macs=$(for i in 1 2 3 4 5 6 7 8; do
		far_mac "$ns" "gl$i"
		native_mac "$ns" "gl$i"
	done)
	[ "$(sort -u <<<"$macs" | wc -l)" = 16 ] || fail "not 16 MAC addresses: $macs" || return
	for i in 1 3 5 7; do
		ip -n "$ns" link del "gl$i" || return
	done
	for i in 2 4 6 8; do
		answers "$ns" "$i" || fail "no answer from gl$i after others went" || return
		ip -n "$ns" link del "gl$i" || return
	done
}

counters()
{
	ip -n "$ns" -s -j link show gl0 |
		jq -r '.[0].stats64 | "\(.tx.packets) \(.tx.bytes) \(.rx.packets) \(.rx.bytes)"'
}

far_counters()
{
	gonet -n "$ns" -s -j link show dev gl0 |
		jq -r '.[0].stats64 | "\(.rx.packets) \(.rx.bytes) \(.tx.packets) \(.tx.bytes)"'
}

# Frames with the Ethernet header, as the kernel's drivers count.
test_counters()
{
	local before after far_before far_after want

	far_before=$(far_counters)
	before=$(counters)
	ip netns exec "$ns" ping -q -c 20 -i 0.05 -s 100 "$(stack_ip 1)" >/dev/null || return
	after=$(counters)
	far_after=$(far_counters)
	want="20 $((20 * 142)) 20 $((20 * 142))"
	[ "$(differences "$before" "$after")" = "$want" ] ||
		fail "native: $before -> $after, not $want more" || return
	[ "$(differences "$far_before" "$far_after")" = "$want" ] ||
		fail "far end: $far_before -> $far_after, not $want more" || return
	[ "$(ip -n "$ns" -s -j link show gl0 |
	     jq '.[0].stats64 | .tx.errors + .rx.errors + .tx.dropped + .rx.dropped')" = 0 ] ||
		fail "errors or drops counted"
}

test_mtu_limits()
{
	local mtu

	for mtu in 68 69 576 1280 1500 9000 65534 65535; do
		ip -n "$ns" link set gl0 mtu "$mtu" || return
		[ "$(far_field "$ns" gl0 mtu)" = "$mtu" ] || fail "the far end has another MTU" ||
			return
	done
	refused "mtu less than device minimum" ip -n "$ns" link set gl0 mtu 67 || return
	refused "mtu greater than device maximum" ip -n "$ns" link set gl0 mtu 65536 || return
	refused "mtu less than device minimum" \
		ip -n "$ns" link add gl9 mtu 67 type gonet || return
	ip -n "$ns" link add gl9 mtu 9000 type gonet || return
	[ "$(ip -n "$ns" -j link show gl9 | jq '.[0].mtu')" = 9000 ] || fail "made with another" ||
		return
	ip -n "$ns" link del gl9 && ip -n "$ns" link set gl0 mtu 1500
}

# An echo request of 1408 bytes and its reply, in as many fragments as the MTU asks for.
# The send buffer that ping asks for by itself is too small for 30 fragments.
test_mtu_in_effect()
{
	local mtu want before out in

	for mtu in 68 576 1280 1500 65535; do
		ip -n "$ns" link set gl0 mtu "$mtu" || return
		want=$(((1408 + (mtu - 20) / 8 * 8 - 1) / ((mtu - 20) / 8 * 8)))
		before=$(counters)
		ip netns exec "$ns" ping -q -c 1 -W 5 -S 400000 -s 1400 "$(stack_ip 1)" >/dev/null ||
			fail "no answer at MTU $mtu" || return
		read -r out _ in _ < <(differences "$before" "$(counters)")
		[ "$out $in" = "$want $want" ] ||
			fail "MTU $mtu: $out fragments out, $in in, not $want" || return
	done
	ip -n "$ns" link set gl0 mtu 1280 || return
	! ip netns exec "$ns" ping -q -c 1 -W 1 -M "do" -s 1253 "$(stack_ip 1)" >/dev/null 2>&1 ||
		fail "1281 bytes that must not be fragmented went through 1280" || return
	ip netns exec "$ns" ping -q -c 1 -W 5 -M "do" -s 1252 "$(stack_ip 1)" >/dev/null || return
	ip -n "$ns" link set gl0 mtu 1500
}

test_native_mac()
{
	forget_macs "$ns" gl0 1
	ip -n "$ns" link set gl0 address 02:00:00:00:00:77 || return
	[ "$(native_mac "$ns" gl0)" = 02:00:00:00:00:77 ] || fail "not changed" || return
	wait_for 10 answers "$ns" 1 || fail "no answer to the new address" || return
	refused "" ip -n "$ns" link set gl0 address 01:00:5e:00:00:01 || return
	refused "" ip -n "$ns" link set gl0 address 00:00:00:00:00:00 || return
	ip -n "$ns" link add gl9 address 02:00:00:00:00:99 type gonet || return
	[ "$(native_mac "$ns" gl9)" = 02:00:00:00:00:99 ] || fail "made with another" || return
	ip -n "$ns" link del gl9
}

# The stack announces its new address, so the old one is not waited for.
test_far_mac()
{
	answers "$ns" 1 || return
	far "$ns" set dev gl0 address 02:00:00:00:00:88 || return
	[ "$(far_mac "$ns" gl0)" = 02:00:00:00:00:88 ] || fail "not changed" || return
	wait_for 15 answers "$ns" 1 || fail "no answer from the new address" || return
	ip -n "$ns" neigh flush dev gl0
	ip netns exec "$ns" arping -q -c 1 -w 5 -I gl0 "$(stack_ip 1)" || fail "no ARP answer" ||
		return
	answers "$ns" 1 || return
	ip -n "$ns" neigh show dev gl0 | grep -q 02:00:00:00:00:88 ||
		fail "the native stack has learned another: $(ip -n "$ns" neigh show dev gl0)"
}

carrier() { [ "$(ip netns exec "$ns" cat /sys/class/net/gl0/carrier)" = "$1" ]; }

test_far_down()
{
	answers "$ns" 1 || return
	far "$ns" set dev gl0 down || return
	carrier 0 || fail "the native end has a carrier" || return
	ip -n "$ns" link show gl0 | grep -q NO-CARRIER || fail "no NO-CARRIER" || return
	! answers "$ns" 1 || fail "an answer without a carrier" || return
	far "$ns" set dev gl0 up || return
	carrier 1 || fail "no carrier" || return
	wait_for 10 answers "$ns" 1 || fail "no answer after it was up again"
}

test_native_down()
{
	ip -n "$ns" link set gl0 down || return
	[ "$(far_field "$ns" gl0 operstate)" = LOWERLAYERDOWN ] ||
		fail "the far end thinks that it runs" || return
	refused "" gonet -n "$ns" ping -c 1 -W 1 "$(native_ip 1)" || return
	ip -n "$ns" link set gl0 up || return
	[ "$(far_field "$ns" gl0 operstate)" = UP ] || fail "the far end does not run" ||
		return
	wait_for 10 answers "$ns" 1 || fail "no answer after it was up again"
}

# The carrier that was lost while the device was down is still lost when it comes up.
test_both_down()
{
	ip -n "$ns" link set gl0 down && far "$ns" set dev gl0 down || return
	ip -n "$ns" link set gl0 up || return
	carrier 0 || fail "a carrier with the far end down" || return
	far "$ns" set dev gl0 up || return
	carrier 1 || fail "no carrier" || return
	wait_for 10 answers "$ns" 1
}

test_rename()
{
	ip -n "$ns" link set gl0 down && ip -n "$ns" link set gl0 name other || return
	far "$ns" show dev other >/dev/null || fail "the stack does not know the new name" || return
	! far "$ns" show dev gl0 2>/dev/null || fail "the stack knows the old name" || return
	ip -n "$ns" link set other up || return
	wait_for 10 answers "$ns" 1 || fail "no answer under the new name" || return
	gonet -n "$ns" addr show dev other | grep -q "$(stack_ip 1)" ||
		fail "the address is not under the new name" || return
	ip -n "$ns" link set other down && ip -n "$ns" link set other name gl0 &&
		ip -n "$ns" link set gl0 up || return
	wait_for 10 answers "$ns" 1
}

test_bad_requests()
{
	refused "File exists" ip -n "$ns" link add gl0 type gonet || return
	refused "Not a unicast MAC address" \
		ip -n "$ns" link add gl9 address 01:00:00:00:00:01 type gonet || return
	refused "" ip -n "$ns" link add gl9 address 02:00:00:00:00 type gonet || return
	refused "" ip -n "$ns" link add gl/9 type gonet || return
	refused "" ip -n "$ns" link add a-name-that-is-too-long type gonet || return
	refused "" ip -n "$ns" link add lo type gonet || return
	refused "No such interface|Cannot find device" gonet -n "$ns" link set dev nosuch up ||
		return
	refused "cannot have this address" \
		gonet -n "$ns" link set dev gl0 address 01:00:00:00:00:01 || return
	refused "" gonet -n "$ns" link set dev gl0 address 02:00:00:00 || return
	refused "cannot be in this state" gonet -n "$ns" link set dev lo down || return
	refused "" gonet -n "$ns" link set dev gl0 || return
	! ip -n "$ns" link show gl9 2>/dev/null || fail "a refused device is there"
}

# Both directions, with headers and sums that tcpdump finds right.
test_capture()
{
	local file=$TMP/capture pid n

	forget_macs "$ns" gl0 1
	# until 2 ARP packets and 5 echoes each way have been seen; -v checks the sums
	background ip netns exec "$ns" tcpdump -n -l -vv -i gl0 --immediate-mode \
		'arp or icmp' >"$file" 2>"$file.err"
	pid=$!
	wait_for 10 grep -q 'listening on' "$file.err" || return
	ip netns exec "$ns" ping -q -c 5 -i 0.2 -s 64 -p a5 "$(stack_ip 1)" >/dev/null || return
	wait_for 10 captured "$file" 'ICMP echo reply' 5 || fail "$(cat "$file")" || return
	kill "$pid"
	wait "$pid"
	for n in 'ICMP echo request' 'ICMP echo reply'; do
		[ "$(grep -c "$n" "$file")" = 5 ] || fail "not 5 times $n: $(cat "$file")" || return
	done
	grep -q 'Request who-has' "$file" && grep -q 'Reply .* is-at' "$file" ||
		fail "no ARP seen" || return
	! grep -i -E 'bad cksum|wrong icmp cksum|truncated|malformed' "$file" || fail "see above"
}

captured() { [ "$(grep -c "$2" "$1")" -ge "$3" ]; }

# Floods from both ends while the device goes; each time with fragments under way.
test_delete_under_traffic()
{
	local pids

	for _ in 1 2 3 4; do
		pair_up "$ns" gl7 7 || return
		ip netns exec "$ns" ping -q -f "$(stack_ip 7)" >/dev/null 2>&1 &
		pids=$!
		ip netns exec "$ns" ping -q -f -s 4000 "$(stack_ip 7)" >/dev/null 2>&1 &
		pids+=" $!"
		gonet -n "$ns" ping -f -s 2000 "$(native_ip 7)" >/dev/null 2>&1 &
		pids+=" $!"
		wait_for 10 more_echoes gl7 100 || fail "no traffic" || return
		timeout 30 ip -n "$ns" link del gl7 || fail "could not be deleted" || return
		# shellcheck disable=SC2086 # several
		kill $pids 2>/dev/null
		# shellcheck disable=SC2086
		wait $pids 2>/dev/null
		answers "$ns" 1 || fail "the other device no longer answers" || return
	done
	! far "$ns" show dev gl7 2>/dev/null || fail "the stack still lists it"
}

more_echoes()
{
	[ "$(ip -n "$ns" -s -j link show "$1" | jq '.[0].stats64.rx.packets')" -ge "$2" ]
}

# Up, down, far up, far down while there is traffic.
test_flap_under_traffic()
{
	local i pid

	ip netns exec "$ns" ping -q -f -s 3000 "$(stack_ip 1)" >/dev/null 2>&1 &
	pid=$!
	for i in $(seq 15); do
		far "$ns" set dev gl0 down && far "$ns" set dev gl0 up || return
		ip -n "$ns" link set gl0 down && ip -n "$ns" link set gl0 up || return
		ip -n "$ns" link set gl0 mtu $((68 + i * 97)) || return
	done
	kill "$pid"
	wait "$pid" 2>/dev/null
	ip -n "$ns" link set gl0 mtu 1500 || return
	wait_for 10 answers "$ns" 1 || fail "no answer afterwards"
}

ns_make "$ns" || exit
check "a device is made, shown with its kind, and deleted" test_make
check "the kernel names devices" test_unnamed
check "eight devices answer, and four of them go" test_several
pair_up "$ns" gl0 1 || exit
pin_macs "$ns" gl0 1 || exit
check "both ends count packets and bytes" test_counters
check "the MTU is 68 to 65535" test_mtu_limits
check "the MTU is in effect both ways" test_mtu_in_effect
check "the native MAC address changes" test_native_mac
check "the far MAC address changes" test_far_mac
check "the far end down takes the carrier away" test_far_down
check "the native end down stops the far end" test_native_down
check "both ends down, and up in turn" test_both_down
check "the stack follows renames" test_rename
check "bad requests are refused with their reasons" test_bad_requests
check "tcpdump sees both directions" test_capture
check "deletion under traffic" test_delete_under_traffic
check "up, down and MTU changes under traffic" test_flap_under_traffic
finish
