# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What the tests of ARP and neighbours share; sourced after lib.sh.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

# A namespace in which nothing speaks that was not asked to.
quiet_ns()
{
	ns_new NS && native sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
}

# peer COMMAND WORDS...: packets made by hand, on the native end of gonet0
peer() { native python3 -B "$here/arp_peer.py" gonet0 "$@"; }

far_mac() { stack -j link show dev gonet0 | jq -r '.[0].address'; }
native_mac() { native ip -j link show gonet0 | jq -r '.[0].address'; }

# neigh_field ADDR FIELD: of what `gonet -s -j neigh` says, or nothing
neigh_field()
{
	stack -j -s neigh show nud all |
		jq -r --arg dst "$1" ".[] | select(.dst == \$dst) | $2"
}

neigh_state() { neigh_field "$1" '.state[0]'; }
neigh_mac() { neigh_field "$1" .lladdr; }
neigh_mac_is() { [ "$(neigh_mac "$1")" = "$2" ]; }
neigh_state_is() { [ "$(neigh_state "$1")" = "$2" ]; }
neigh_is() { [ "$(neigh_field "$1" '.state[0] + " " + .lladdr')" = "$2 $3" ]; }
neigh_count() { stack -j neigh show nud all | jq length; }

# How many processes of a kind there are
procs() { stack -j proc | jq "[.. | objects | select(.kind? == \"$1\")] | length"; }

tentative() { stack addr show dev gonet0 | grep -q "inet $1/.*tentative"; }
dadfailed() { stack addr show dev gonet0 | grep -q "inet $1/.*dadfailed"; }

# settled ADDR: no longer probed for, nor announced
settled() { ! tentative "$1" && ! stack -j proc | grep -q "arp_acd/$1\""; }

# watching FILE COMMAND WORDS...: such a peer in the background, from when it is ready;
# what it sees goes to FILE
watching()
{
	local file=$1

	shift
	: >"$file"
	background peer "$@" >"$file"
	wait_for 20 grep -q -s watching "$file"
}

# seen FILE: the lines that a peer in the background has written so far
seen() { grep -v watching "$1"; }
saw() { [ "$(seen "$1" | wc -l)" = "$2" ]; }
saw_some() { [ "$(seen "$1" | wc -l)" -ge "$2" ]; }

# dropped NAME N COMMAND...: it makes the stack drop N packets or more for that reason
dropped()
{
	local name=$1 n=$2 before

	shift 2
	before=$(stat_of "$name") || return
	"$@" || fail "failed: $*" || return
	wait_for 3 drops_reach "$name" $((before + n))
}

drops_are() { [ "$(stat_of "$1")" = "$2" ]; }
drops_reach() { [ "$(stat_of "$1")" -ge "$2" ]; }
