# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What the scripts of this folder share; sourced after lib.sh. NUMBER tells apart
# the cables of one test: its native end is 10.99.NUMBER.1, its stack's .2.

native_ip() { echo "10.99.$1.1"; }
stack_ip() { echo "10.99.$1.2"; }

# far NS WORDS: the command for the far ends in a namespace
far()
{
	local ns=$1

	shift
	gonet -n "$ns" link "$@"
}

# far_field NS DEV FIELD: of what `gonet -j link` says
far_field() { gonet -n "$1" -j link show dev "$2" | jq -r ".[0].$3"; }
far_mac() { far_field "$1" "$2" address; }
native_mac() { ip -n "$1" -j link show "$2" | jq -r '.[0].address'; }

# ns_make NS: a namespace in which nothing speaks that a test did not ask to
ns_make()
{
	ns_add "$1" &&
		ip netns exec "$1" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
}

# addresses_up NS DEV NUMBER: gives addresses to both ends of a cable
addresses_up()
{
	ip -n "$1" addr add "$(native_ip "$3")/24" dev "$2" && ip -n "$1" link set "$2" up &&
		gonet -n "$1" addr add "$(stack_ip "$3")/24" dev "$2"
}

# pair_up NS DEV NUMBER: makes a device whose two ends have addresses, and waits for it
pair_up()
{
	ip -n "$1" link add "$2" type gonet && addresses_up "$1" "$2" "$3" &&
		wait_for 10 answers "$1" "$3"
}

# answers NS NUMBER: the stack answers a ping from a namespace
answers() { ip netns exec "$1" ping -q -c 1 -W 2 "$(stack_ip "$2")" >/dev/null 2>&1; }

# pin_macs NS DEV NUMBER: no ARP any more, so that counts are exact
pin_macs()
{
	wait_for 30 announced "$1" || return
	ip -n "$1" neigh replace "$(stack_ip "$3")" lladdr "$(far_mac "$1" "$2")" \
		nud permanent dev "$2"
	gonet -n "$1" neigh replace "$(native_ip "$3")" lladdr "$(native_mac "$1" "$2")" \
		nud permanent dev "$2"
}

# announced NS: the stack has probed for its addresses and announced them
announced() { ! gonet -n "$1" -j proc | grep -q arp_acd; }

forget_macs()
{
	ip -n "$1" neigh del "$(stack_ip "$3")" dev "$2" 2>/dev/null
	gonet -n "$1" neigh del "$(native_ip "$3")" dev "$2" 2>/dev/null
	return 0
}

# differences "A B C" "D E F": D-A E-B F-C
differences()
{
	local -a before after
	local k out=''

	read -r -a before <<<"$1"
	read -r -a after <<<"$2"
	for k in "${!before[@]}"; do
		out+="${out:+ }$((after[k] - before[k]))"
	done
	echo "$out"
}

# refused TEXT COMMAND: it fails, and says why (TEXT is an extended expression)
refused()
{
	local text=$1 out

	shift
	if out=$("$@" 2>&1); then
		fail "was not refused: $*"
	elif ! grep -q -E -- "$text" <<<"$out" || [ -z "$out" ]; then
		fail "'$*' says '$out', not '$text'"
	fi
}
