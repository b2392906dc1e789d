#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments in any order, several times, overlapping, contradicting each other,
# missing, and in floods: what is whole is answered with every byte right, what is not
# is dropped for the right reason, and what is held meanwhile stays within the limits.
#
# gonet: alone
# gonet: timeout=400
. "$(dirname "$0")/../lib.sh"

need ip jq ping
fragments=$tree/build/selftests/wire/fragments
[ -x "$fragments" ] || skip_all "fragments is not built"

MAX=1024		# ipfrag_max
MEMORY_MAX=65536	# kB of the whole machine that a flood may take

send() { native "$fragments" "$@"; }
conf() { native sysctl -q -w "net.gonet.$1=$2"; }
reassemblies() { stack -j proc | jq '[.. | objects | select(.kind? == "ipv4_reasm")] | length'; }
none_left() { [ "$(reassemblies)" = 0 ]; }
# All processes of the machine, those included whose memory RCU has yet to free.
processes() { stack -j proc pool | jq '[.. | objects | .processes? | numbers] | add'; }
unused_kb() { awk '/^MemAvailable/ { print $2 }' /proc/meminfo; }

# answers WANT ARGUMENT...: what comes back
answers()
{
	local want=$1 got

	shift
	got=$(send "$@" | grep -v '^#')
	[ "$got" = "$want" ] || fail "$*: $got, not $want"
}

# nothing DROP N ARGUMENT...: nothing comes back, and N packets are dropped for DROP
nothing()
{
	local drop=$1 n=$2

	shift 2
	counted "$drop" "$n" answers nothing -w 300 "$@"
}

any_order()
{
	local order size

	for order in forward reverse alternate random random; do
		for size in 1480 552 48; do
			answers "reply 65515" -w 10000 -n 65515 "$order:$size" || return
		done
		answers "reply 4001" -w 10000 -n 4001 "$order:8" || return
		answers "reply 1488" -w 10000 -n 1488 "$order:1480" || return
	done
}

with_options() { answers "reply 65500" -n 65500 -o 01010101 random:1400; }

at_once()
{
	local i n=20

	for ((i = 0; i < n; i++)); do
		send -w 20000 -i $((1000 + i)) -n $((60000 + i)) \
			0:1480+ sleep:100 random:1480 >"$TMP/at_once.$i" &
	done
	wait_for 60 all_answered "$n"
}

all_answered()
{
	local i

	for ((i = 0; i < $1; i++)); do
		grep -qx "reply $((60000 + i))" "$TMP/at_once.$i" || return
	done
}

duplicates()
{
	counted FRAG_DUPLICATE 3 answers "reply 4000" \
		0:1480+ 0:1480+ 2960:1040 2960:1040 0:1480+ 1480:1480+
}

# RFC 5722: nor does anything come of what follows of the same datagram.
overlap()
{
	nothing FRAG_OVERLAP 4 0:1480+ 1472:1480+ 2960:1040 1480:1480+ &&
	nothing FRAG_OVERLAP 4 1480:1480+ 1488:8+ 2960:1040 0:1480+ &&
	nothing FRAG_OVERLAP 4 0:1480+~ 0:1472+ 1480:1480+ 2960:1040 &&
	nothing FRAG_OVERLAP 5 -i 7 0:1480+ 8:16+ forward:1480
}

contradiction()
{
	nothing FRAG_BAD 3 0:1480+ 2960:1040 3000:900 &&	# two ends
	nothing FRAG_BAD 3 0:1480+ 2960:1040 4000:1000+ &&	# more behind the end
	nothing FRAG_BAD 3 0:1480+ 2960:1040+ 1480:1000 &&	# an end before it
	nothing FRAG_BAD 3 0:1480+ 2960:1040+ 2960:1040	# the last, and not the last
}

# The datagram they claim to be of is answered all the same.
impossible()
{
	local one

	for one in 1480:0+ 1480:0 1480:7+ 65528:100 65512:100 65528:1480+; do
		counted FRAG_BAD 1 answers "reply 4000" "$one" 0:1480+ "$one" 1480:1480+ \
			2960:1040 || return
	done
	wait_for 15 none_left
}

# RFC 3168 5.3
congestion()
{
	answers "reply 2000 tos 3" -n 2000 0:1000+@2 1000:1000@3 &&
	answers "reply 2000 tos 3" -n 2000 0:1000+@3 1000:1000@1 &&
	answers "reply 2000 tos 1" -n 2000 0:1000+@1 1000:1000@2 &&
	nothing FRAG_BAD 2 -n 2000 0:1000+@0 1000:1000@3
}

unknown_protocol() { answers "error 3 2" -n 2000 -p 99 random:1000; }

# RFC 1122 3.3.2: Time Exceeded, code 1, but only about a fragment 0.
deadline()
{
	counted IpReasmTimeout 1 counted FRAG_TIMEOUT 2 \
		answers "error 11 1" -w 5000 0:1480+ 2960:1040 &&
	counted FRAG_TIMEOUT 2 answers nothing -w 2000 1480:1480+ 2960:1040 &&
	answers nothing -w 2000 0:1480+ 8:16+ &&
	wait_for 5 none_left
}


too_many()
{
	conf ipfrag_max 0 && nothing FRAG_LIMIT 3 forward:1480 && stack_answers 0 || return
	conf ipfrag_max $MAX && wait_for 20 answers "reply 4000" forward:1480
}

too_large()
{
	conf ipfrag_high_thresh 65536 && nothing FRAG_LIMIT 1 -n 65515 forward:1480 &&
	wait_for 20 answers "reply 4000" forward:1480 || return
	conf ipfrag_high_thresh 4194304 && answers "reply 65515" -n 65515 forward:1480
}

# flood SHED ARGUMENT...: while it lasts, which is until SHED fragments have been dropped for
# it, the largest datagrams get through. Each is of 45 fragments that share their queues with
# the flood, so now and then one is lost.
flood()
{
	local shed=$1 before most=0 n least used pings=0 answered=0 dropped flooder

	shift
	dropped=$(stat_of FRAG_LIMIT) || return
	shed=$((dropped + shed))
	least=$(unused_kb)
	before=$least
	ip netns exec "$NS" "$fragments" -w 0 "$@" flood:1000000000 >/dev/null 2>&1 &
	flooder=$!
	defer lib_kill $flooder
	while [ $pings -lt 200 ] && { [ $answered -lt 20 ] || [ "$dropped" -lt $shed ]; }; do
		native ping -q -c 5 -i 0.1 -W 3 -s 65507 10.0.0.2 >"$TMP/flood"
		n=$(awk '/received/ { print $4 }' "$TMP/flood")
		answered=$((answered + n))
		pings=$((pings + 5))
		n=$(processes)
		[ "$n" -le "$most" ] || most=$n
		used=$(unused_kb)
		[ "$used" -ge "$least" ] || least=$used
		dropped=$(stat_of FRAG_LIMIT) || break
	done
	lib_kill $flooder 2>/dev/null
	echo "$answered of $pings pings answered; at most $most processes, $((before - least)) kB"
	[ "$dropped" -ge $shed ] || fail "$((shed - dropped)) of the flood were not shed" || return
	[ $((answered * 5)) -ge $pings ] || fail "too few" || return
	[ "$most" -le $((8 * MAX)) ] || fail "$most processes" || return
	[ "$(reassemblies)" -le $MAX ] || fail "$(reassemblies) reassemblies at the end" || return
	[ $((before - least)) -le $MEMORY_MAX ] || fail "$((before - least)) kB"
}

smallest_mtu()
{
	native ip link set gonet0 mtu 68 || return
	answers "reply 65515" -w 20000 -n 65515 random:48
	local status=$?
	native ip link set gonet0 mtu 1500
	return $status
}

pending_at_the_end()
{
	send -w 0 flood:200 0:1480+ && [ "$(reassemblies)" -ge 200 ] && net_down
}

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

conf ipfrag_time 5
check "any order" any_order
check "the largest datagram at MTU 68" smallest_mtu
check "fragments with options" with_options
check "20 datagrams at once" at_once
check "duplicates are ignored" duplicates
check "overlapping fragments: the datagram is dropped" overlap
check "fragments that contradict each other: the same" contradiction
check "nothing is left after the deadline" wait_for 15 none_left
check "impossible fragments are ignored" impossible
check "ECN" congestion
check "an unknown protocol in fragments" unknown_protocol
conf ipfrag_time 1
check "the deadline" deadline
conf ipfrag_time 30
check "too many" too_many
check "too large together" too_large
check "a flood of small first fragments" flood 50000
check "a flood of large ones" flood 30000 -f 1480
check "the stack still answers" stack_answers
check "the device goes while fragments wait" pending_at_the_end
check "the kernel reported nothing" dmesg_clean
finish
