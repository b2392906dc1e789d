# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What ICMP errors teach the stack is forgotten when it is too much.
#
#	bounded WORD NET COMMAND...	COMMAND tells of 1200 destinations from NET.0.0 on; of
#					1024 of them `route get` then says WORD

count_known() { stack -force -batch "$TMP/gets" 2>&1 | grep -c "$1"; }

# Those that come too fast are lost, so they are said again.
bound_reached()
{
	"${@:2}" && [ "$(count_known "$1")" = 1024 ]
}

bounded()
{
	local word=$1 net=$2 i

	shift 2
	for ((i = 0; i < 1200; i++)); do
		echo "route get $net.$((i / 256)).$((i % 256))"
	done >"$TMP/gets"
	wait_for 60 bound_reached "$word" "$@" || fail "$(count_known "$word") of 1200"
}
