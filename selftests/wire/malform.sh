#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=900
#
# Malformed frames from the native end: every field of Ethernet, ARP, IPv4 and ICMP
# broken in turn, and random mutations. malform knows from the RFCs which counter
# each frame raises; they must have grown by just that. Then the stack still answers
# and has kept nothing.
#
# SEED and RANDOM_FRAMES set the seed and the number of the random frames.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=../link/link.sh
. ../link/link.sh
# shellcheck source=../module/leaks.sh
. ../module/leaks.sh

malform=$tree/build/selftests/wire/malform
NS=malform-$$
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
random=${RANDOM_FRAMES:-100000}

# All counters, as lines NAME VALUE.
counters()
{
	stack -s -j stat |
		jq -r '.counters + .drops | to_entries[] | "\(.key) \(.value)"'
}

# Reassemblies and ARP requests that frames have started come to their end.
quiet() { ! stack -j proc | grep -q -E 'ipv4_reasm|arp_request'; }

# compare LINE BEFORE AFTER: what the stack counted is what it should have. An answer
# that cannot be delivered is dropped later, for reasons of its own.
compare()
{
	awk -v line="$1" '
		BEGIN {
			n = split(line, word)
			for (i = 2; i <= n; i++) {
				split(word[i], kv, "=")
				want[kv[1]] = kv[2]
			}
			split("ARP_FAILED ARP_QUEUE_FULL ARP_TABLE_FULL IP_NO_ROUTE", o)
			for (i in o)
				outgoing[o[i]] = 1
		}
		NR == FNR { was[$1] = $2; next }
		$1 ~ /^[A-Z_]+$/ || $1 in want || $1 ~ /^(IcmpOutEchoReps|ArpOutReplies)$/ {
			seen[$1] = 1
			grew = $2 - was[$1]
			if (grew < want[$1] || (grew > want[$1] + want["unsure"] &&
						!($1 in outgoing))) {
				print $1 " grew by " grew ", not " want[$1] + 0 \
					(want["unsure"] ? " to " want[$1] + want["unsure"] : "")
				bad = 1
			}
		}
		END {
			for (i in want)
				if (!(i in seen) && i !~ /^(sent|refused|unsure)$/) {
					print "no counter " i
					bad = 1
				}
			exit bad
		}' <(echo "$2") <(echo "$3")
}

compare_now() { compare "$1" "$2" "$(counters)"; }

# send_frames SEED NUMBER CLASS
send_frames()
{
	native "$malform" -S "$1" -n "$2" -i gl0 -m "$(far_mac "$NS" gl0)" -s "$(native_ip 1)" \
		-d "$(stack_ip 1)/24" -x 10.99.1.99 "$3"
}

test_class()
{
	local before line

	before=$(counters)
	line=$(send_frames "$seed" "$random" "$1") || fail "seed $seed" || return
	echo "$line" | tee -a "$TMP/lines"
	wait_for 30 quiet || return
	wait_for 10 compare_now "$line" "$before" || fail "seed $seed"
}

# The machine has not kept anything of it, and the stack has its usual processes.
settled() { [ "$(stack -j proc | jq length)" = "$processes" ]; }

# What waits for an answer, or for fragments, ends in its time.
test_kept()
{
	local now

	wait_for 45 settled || fail "processes left: $(stack proc)" || return
	now=$(memory_now)
	memory_same "$memory" "$now" 1500
}

test_answers()
{
	forget_macs "$NS" gl0 1
	wait_for 15 answers "$NS" 1 || return
	native arping -q -c 3 -w 10 -I gl0 "$(stack_ip 1)" || fail "no answer to ARP" || return
	native ping -q -c 5 -i 0.1 -s 20000 "$(stack_ip 1)" >/dev/null ||
		fail "no answer to fragments" || return
	stack ping -c 3 -i 0.1 "$(native_ip 1)"
}

test_enough()
{
	local total

	total=$(grep -o ' sent=[0-9]*' "$TMP/lines" | cut -d= -f2 | paste -sd+ | bc)
	note "$total frames" >&3
	[ "$total" -ge 100000 ] || fail "only $total"
}

[ -x "$malform" ] || skip_all "$malform is not built"
exec 3>&1
note "seed $seed"
ns_make "$NS" && pair_up "$NS" gl0 1 && pin_macs "$NS" gl0 1 || exit
native sysctl -q -w net.gonet.ipfrag_time=1 || exit
# Once for what is allocated once and kept.
send_frames 1 3000 random >/dev/null && wait_for 30 quiet || exit
memory=$(memory_now)
processes=$(stack -j proc | jq length)
for class in $("$malform" -l); do
	check "$class" test_class "$class"
done
check "as many as there should be" test_enough
check "nothing kept" test_kept
check "the stack answers" test_answers
check "the kernel has reported nothing" dmesg_clean
finish
