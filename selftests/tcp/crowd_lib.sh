# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests with crowd.c, whose ends are each in a role, as in programs_lib.sh, which
# this includes; the program opens its sockets itself.
#
#	crowd_server PORT	starts a server, in the role of the server
#	crowd MODE...		runs a client of it, in the role of the client, with what
#				follows the port in the program's arguments
#	nothing_left		no connection of the stack's has a process or a socket

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/programs_lib.sh"

crowd_program=$tree/build/selftests/tcp/crowd
need "$crowd_program"

namespace_of() { if [ "$1" = far ]; then echo "$FAR"; else echo "$NS"; fi; }
family_of() { if [ "$1" = far ]; then echo native; else echo gonet; fi; }

crowd_server()
{
	crowd_port=$1
	ip netns exec "$(namespace_of "$server")" setsid "$crowd_program" \
		"$(family_of "$server")" "$addr" "$1" server </dev/null >>"$TMP/server" 2>&1 &
	started+=($!)
	await "$1"
}

crowd()
{
	ip netns exec "$(namespace_of "$client")" timeout "${crowd_limit:-300}" \
		"$crowd_program" "$(family_of "$client")" "$addr" "$crowd_port" "$@"
}

halves() { stack -j proc | jq '[.[] | select(.name | test("^tcp_(recv|send)/"))] | length'; }
no_halves() { [ "$(halves)" = 0 ]; }
no_sockets() { [ "$(stack -j socket -a | jq length)" = 0 ]; }

nothing_left()
{
	wait_for 90 no_halves || fail "$(halves) processes of connections" || return
	wait_for 30 no_sockets || fail "$(stack socket -a)"
}
