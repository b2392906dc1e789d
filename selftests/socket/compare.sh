#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Every call and option of sockets on GoNet, beside the native stack.
# CASES, the beginning of a name, chooses some of them; see compare/run.h for what
# they are.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

compare=$tree/build/selftests/socket/compare
need "$compare" gonet-run

native_side()
{
	ns_new "$1" && ns_new "$2" || return
	ip link add gonet0 netns "${!1}" type veth peer name far0 netns "${!2}" || return
	ip -n "${!1}" addr add 10.0.0.2/24 brd + dev gonet0
	ip -n "${!2}" addr add 10.0.0.1/24 brd + dev far0
	ip -n "${!1}" link set gonet0 up
	ip -n "${!2}" link set far0 up
	ip netns exec "${!1}" sysctl -q -w net.ipv4.ping_group_range='0 2147483647' \
		net.ipv4.ip_unprivileged_port_start=1024
	wait_for 20 ip netns exec "${!1}" ping -q -c 1 -W 1 10.0.0.1 >/dev/null
}

# The native end stays beside the stack, since SO_BINDTODEVICE names it: the peers, of
# the native stack, are in the same namespace.
gonet_side()
{
	ns_new NS && net_up 1 || return
	native sysctl -q -w net.gonet.ip_unprivileged_port_start=1024 || return
	native sysctl -q -w net.gonet.ping_group_range='0 2147483647'
}

# Each case is a result of this test.
compare_all()
{
	local line planned=

	while read -r line; do
		case $line in
		"ok "*) ok "${line#ok * }" ;;
		"not ok "*) not_ok "${line#not ok * }" ;;
		"1.."*) planned=$line ;;
		"#"*) printf '%s\n' "$line" ;;
		esac
	done < <(within 500 "$compare" ${CASES:+-c "$CASES"} "$@")
	check "all cases were run" [ -n "$planned" ]
}

native_side near far || exit
if [ -n "${NATIVE:-}" ]; then
	# a case that is not the same twice would say nothing
	native_side near2 far2 || exit
	# shellcheck disable=SC2154 # ns_new sets them
	compare_all "$near" "$far" inet "$near2" "$far2"
else
	gonet_side || exit
	# shellcheck disable=SC2154
	compare_all "$near" "$far" gonet "$NS" "$NS"
fi
check "nothing in the kernel's log" dmesg_clean
finish
