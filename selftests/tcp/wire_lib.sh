# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# A stack in $NS, and beside the native end a host that programs/tcp_wire.py is, segment by
# segment: 10.0.0.9, to which the stack knows the way.
#
#	wire_up			makes it
#	wire_cases PROGRAM [WORDS...]	runs the cases of programs/PROGRAM.py, or those
#				with one of the words in their names; each is a result

wire_peer=10.0.0.9
wire_mac=02:00:00:00:00:09

wire_up()
{
	ns_new NS && net_up 1 &&
		stack neigh replace "$wire_peer" lladdr "$wire_mac" dev gonet0 nud permanent &&
		stack route add 10.77.0.0/16 via "$wire_peer" || return
	WIRE_STACK_MAC=$(wire_stack_mac) || return
	export WIRE_STACK_MAC
	# Not where the sources are: they may be read-only.
	export PYTHONDONTWRITEBYTECODE=1
}

# The MAC address of the stack's end, of which a ping has told.
wire_stack_mac()
{
	native ip -j neigh show 10.0.0.2 dev gonet0 | jq -e -r '.[0].lladdr'
}

# Each line of the program that begins with "ok" or "not ok" is a result.
# shellcheck disable=SC2154 # $selftests is of lib.sh
wire_cases()
{
	local program=$1 line ended=

	shift
	while read -r line; do
		case $line in
		"ok "*) ok "${line#ok }" ;;
		"not ok "*) not_ok "${line#not ok }" ;;
		done) ended=1 ;;
		*) printf '%s\n' "$line" ;;
		esac
	done < <(native python3 "$selftests/programs/$program.py" "$@" 2>&1)
	[ -n "$ended" ] || not_ok "$program runs to its end"
}
