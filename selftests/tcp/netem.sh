#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: by-name timeout=1800
#
# Data over paths that lose, reorder, repeat, spoil and delay packets, both ways, in
# segments as a wire carries them: every byte arrives, in order and unchanged. How fast is
# told by a table, beside the native stack over the same path, but is no result. Each round
# has seeds of its own for what happens to packets, the same for all stacks; before Linux 6.6
# there are none, and what is lost differs from one time to the next.
#
#	NETEM_ROUNDS=5		each path so often (1); the table has the medians
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run socat tc ethtool

tc=$tree/build/programs/tc	# which knows seeds
[ -x "$tc" ] || tc=tc

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

# The native end of the cable moves behind bridges, with two namespaces at other ports:
# $FAR, which GoNet faces, and $THIRD, which is native as well, for comparison. The wire
# between the bridges takes no large segments, nor do those to the namespaces; so what
# comes to the qdiscs behind them, one to each end, are segments as on a real wire.
build_path()
{
	ns_new MIDDLE && ns_new THIRD || return
	ip -n "$FAR" link set gonet0 netns "$MIDDLE" &&
		ip -n "$MIDDLE" link add br0 type bridge &&
		ip -n "$MIDDLE" link add br1 type bridge &&
		ip -n "$MIDDLE" link set gonet0 master br0 up &&
		ip -n "$MIDDLE" link set br0 up && ip -n "$MIDDLE" link set br1 up || return
	wire to-gonet "$MIDDLE" join && ip -n "$MIDDLE" link set join master br0 up &&
		wire to-far "$FAR" eth0 10.0.0.1/24 && wire to-third "$THIRD" eth0 10.0.0.3/24 ||
		return
	wait_for 20 far ping -q -c 1 -W 1 10.0.0.2 && wait_for 20 far ping -q -c 1 -W 1 10.0.0.3
}

# wire PORT NAMESPACE DEVICE [ADDRESS]: from a port of br1's
wire()
{
	ip -n "$MIDDLE" link add "$1" type veth peer name "$3" netns "$2" &&
		ip -n "$MIDDLE" link set "$1" master br1 up && ip -n "$2" link set "$3" up || return
	[ $# -lt 4 ] || ip -n "$2" addr add "$4" dev "$3" || return
	ip netns exec "$2" ethtool -K "$3" tx off tso off gso off gro off &&
		ip netns exec "$MIDDLE" ethtool -K "$1" tx off tso off gso off gro off
}

# The same to each end: netem's options, or none. What comes to GoNet, and to the native stack
# in its place, meets the same fate.
seed=			# of this round, if the kernel knows seeds
path()
{
	local port

	for port in to-gonet to-far to-third; do
		"$tc" -n "$MIDDLE" qdisc del dev "$port" root 2>/dev/null
		[ $# = 0 ] || netem_at "$port" "$@" || return
	done
}

netem_at()
{
	local port=$1 own=0

	shift
	[ "$port" != to-far ] || own=1
	"$tc" -n "$MIDDLE" qdisc add dev "$port" root netem "$@" ${seed:+seed $((2 * seed + own))}
}

# A kernel that does not know them ignores them.
know_seeds()
{
	seed=7
	path limit 100 2>/dev/null &&
		[ "$("$tc" -n "$MIDDLE" qdisc show | grep -cw "seed 1[45]")" = 3 ]
	local status=$?
	seed=
	return $status
}

third() { ip netns exec "$THIRD" "$@"; }

# Both ways at once, so acknowledgments travel with data. Where many of these are lost, too,
# the native stack takes the time that a segment has waited to be sent again for a round trip
# (its sender sees the timestamp of the first), so it may be silent for minutes; and what a
# program has left to the kernel must not be given up meanwhile.
patience=900
exchange()
{
	local size=$1 start

	head -c "$size" "$TMP/here" >"$TMP/a"
	head -c "$size" "$TMP/there" >"$TMP/b"
	: >"$TMP/got.a"
	# shellcheck disable=SC2016 # what another shell expands
	start sh -c 'socat -t "$3" - "TCP4-LISTEN:$2,bind=$1" <"$0/b" >"$0/got.a"' \
		"$TMP" "$addr" "$port" "$patience"
	await "$port" || return
	start=$(lib_now)
	"$client" timeout "$patience" socat -t "$patience" - TCP4:"$addr":"$port" <"$TMP/a" \
		>"$TMP/got.b" || fail "the client ended with $?" || return
	same "$TMP/b" "$TMP/got.b" || return
	wait_for "$patience" cmp -s "$TMP/a" "$TMP/got.a" || same "$TMP/a" "$TMP/got.a" || return
	took=$((($(lib_now) - start) / 1000))
}

# remember NAME BYTES COLUMN: for the table
remember() { [ -z "$took" ] || printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$took" >>"$TMP/table"; }

# What was remembered: medians, in Mbit/s each way.
show_table()
{
	awk -F '\t' '
		function rate(name, from, k) {
			k = n[name, from]
			return k ? sprintf("%.2f", size[name] * 8 / took[name, from, int((k + 1) / 2)] / 1000) : "?"
		}
		function row(a, b, c, d) { printf "# %-16s %16s %16s %16s\n", a, b, c, d }
		!($1 in size) { names[++rows] = $1; size[$1] = $2 }
		{
			for (i = ++n[$1, $3]; i > 1 && took[$1, $3, i - 1] > $4 + 0; i--)
				took[$1, $3, i] = took[$1, $3, i - 1]
			took[$1, $3, i] = $4 + 0
		}
		END {
			row("Mbit/s each way", "GoNet to native", "native to GoNet", "native to native")
			for (i = 1; i <= rows; i++)
				row(names[i], rate(names[i], "run"), rate(names[i], "far"), rate(names[i], "third"))
		}' "$TMP/table"
}

# netem NAME BYTES OPTION...
port=5800
netem()
{
	local name=$1 size=$2 from to at i

	shift 2
	one() { exchange "$size"; }
	for ((i = 0; i < ${NETEM_ROUNDS:-1}; i++)); do
		[ -z "$seeds" ] || seed=$((i + 1))
		while read -r from to at; do
			path "$@" || return
			took=
			port=$((port + 1))
			if [ "$from" = third ]; then
				in_role one third far 10.0.0.1 >/dev/null 2>&1
			else
				check "$name, from $from" in_role one "$from" "$to" "$at"
			fi
			remember "$name" "$size" "$from"
		done <<-'END'
		run far 10.0.0.1
		far run 10.0.0.2
		third far 10.0.0.1
		END
	done
	path
}

# Nothing passes for some seconds, in the midst of it.
test_blackout()
{
	local pid status

	path rate 20mbit limit 100 || return
	one() { exchange 10000000; }
	(
		wait_for 60 test -s "$TMP/got.a"
		path loss 100%
		sleep "${BLACKOUT:-5}"
		path rate 20mbit limit 100
	) &
	pid=$!
	in_role one "$@"
	status=$?
	wait "$pid"
	return "$status"
}

numbers 20000000 >"$TMP/here"
numbers 20000000 | tr 0-9 a-j >"$TMP/there"
check "the path" build_path
native sysctl -q -w net.gonet.tcp_orphan_retries=30
for ns in "$FAR" "$THIRD"; do
	ip netns exec "$ns" sysctl -q -w net.ipv4.tcp_orphan_retries=30
done
seeds=
know_seeds && seeds=yes
path
netem "nothing" 20000000
netem "delay" 5000000 delay 20ms limit 5000
netem "loss 0.1 %" 5000000 delay 2ms limit 5000 loss 0.1%
netem "loss 1 %" 2000000 delay 2ms limit 5000 loss 1%
netem "loss 5 %" 1000000 delay 2ms limit 5000 loss 5%
netem "loss 20 %" 50000 delay 2ms limit 5000 loss 20%
netem "loss in bursts" 1000000 delay 2ms limit 5000 loss gemodel 1% 20%
netem "reordering" 3000000 delay 5ms limit 5000 reorder 75% 50%
netem "duplication" 3000000 delay 2ms limit 5000 duplicate 10%
netem "corruption" 1000000 delay 2ms limit 5000 corrupt 2%
netem "jitter" 2000000 delay 10ms 8ms limit 5000
netem "a short queue" 3000000 rate 10mbit delay 5ms limit 20
netem "all of it" 300000 delay 5ms 4ms limit 5000 loss 2% duplicate 2% corrupt 1% reorder 5%
for roles in 'run far 10.0.0.1' 'far run 10.0.0.2'; do
	port=$((port + 1))
	# shellcheck disable=SC2086 # three words
	check "a blackout, from ${roles%% *}" test_blackout $roles
done
note "the same seeds for all: ${seeds:-no, this kernel has none}"
show_table
check "nothing in the kernel's log" dmesg_clean
finish
