#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# `gonet socket`: what it lists beside ss and beside what the sockets say of
# themselves, its options and filters, what it refuses, and listings while ten
# thousand sockets come and go. Most cases are functions of programs/socket_list.py.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq python3 ss setpriv unshare dot gonet
python3 -c "import yaml" || skip_all "no PyYAML here"

# Others than root may not be able to reach the tree.
chmod 755 "$TMP"
install -m 755 "$(command -v gonet)" "$TMP/gonet"
PATH=$TMP:$PATH

ns_new NS || exit
ns_new OTHER || exit
net_up 1 || exit

listing() { run_case 500 socket_list "$1"; }

# refused STATUS TEXT WORDS...: `gonet socket WORDS` says TEXT on stderr, exits with STATUS.
refused()
{
	local want=$1 text=$2 status

	shift 2
	stack socket "$@" >"$TMP/out" 2>"$TMP/err"
	status=$?
	[ "$status" = "$want" ] || fail "$*: status $status, not $want: $(cat "$TMP/err")" || return
	grep -Fq -- "$text" "$TMP/err" || fail "$* does not say '$text': $(cat "$TMP/err")" || return
	[ ! -s "$TMP/out" ] || fail "$* prints on stdout: $(cat "$TMP/out")"
}

test_refused()
{
	refused 255 'Option "-x" is unknown, try "gonet socket help".' -x || return
	refused 255 'Option "-x" is unknown' -ax || return
	refused 255 'Option "--nonsense" is unknown' -a --nonsense || return
	refused 255 'Option "-A" needs a value' -A || return
	refused 255 'Error: IPv6 is not supported yet.' -6 || return
	refused 255 'Error: argument "udp,x" is wrong: tcp, udp, raw, ping, inet or all' -A udp,x || return
	refused 255 'Error: argument "nonsense" is wrong: not an expression' nonsense || return
	refused 255 'Error: argument "nonsense" is wrong: name of a state' state nonsense || return
	refused 255 'Error: argument "" is wrong: name of a state' state || return
	refused 255 'Error: argument "65536" is wrong: a port' sport = :65536 || return
	refused 255 'Error: argument "-1" is wrong: a port' -- sport = :-1 || return
	refused 255 'Error: argument "no-such-service" is wrong' dport no-such-service || return
	refused 255 'Error: argument "300.0.0.1" is wrong' src 300.0.0.1 || return
	refused 255 'Error: argument "10.0.0.0/33" is wrong' dst 10.0.0.0/33 || return
	refused 255 'IPv6 is not supported yet' dst fe80::1 || return
	refused 255 'Error: argument "src" is wrong: only ports have an order' 'src < 10.0.0.1' || return
	refused 255 'Error: argument "a-name-that-is-too-long" is wrong' dev a-name-that-is-too-long || return
	refused 255 'Command line is not complete' sport || return
	refused 255 'Command line is not complete' sport = || return
	refused 255 'Command line is not complete' sport = 5 or || return
	refused 255 'Command line is not complete' not || return
	refused 255 '")" expected' '( sport = 5' || return
	refused 255 'not an expression' 'sport = 5 )' || return
	refused 255 'argument "(" is wrong: too deep' "$(printf '(%.0s' {1..200})" || return
	stack socket help | grep -q '^Usage: gonet socket' || return
	stack socket --help | grep -q '^Usage: gonet socket' || return
	stack so -ah | grep -q '^Usage: gonet socket'
}

# In another namespace there is nothing to see, with a stack and without one.
test_other()
{
	local pid

	mkfifo "$TMP/to" || return
	ip netns exec "$NS" python3 "$selftests/programs/hold.py" 5 <"$TMP/to" >"$TMP/held" &
	pid=$!
	exec 9>"$TMP/to"
	wait_for 60 grep -q open "$TMP/held" || return
	[ "$(stack -j socket -a | jq length)" = 6 ] || fail "not six sockets here" || return
	[ "$(gonet -n "$OTHER" -j socket -a)" = '[]' ] || fail "seen where there is no stack" || return
	NS=$OTHER net_up 1 || return
	[ "$(gonet -n "$OTHER" -j socket -a)" = '[]' ] || fail "seen in another stack" || return
	[ "$(gonet -n "$OTHER" socket -aH)" = '' ] || fail "seen in another stack" || return
	exec 9>&-
	wait "$pid" || return
	[ "$(stack -j socket -a)" = '[]' ] || fail "something is left"
}

# A batch has its options for each line.
test_batch()
{
	printf 'socket -aj\nsocket -a\n' | stack -batch - >"$TMP/out" || return
	[ "$(head -n 1 "$TMP/out")" = '[]' ] || fail "$(cat "$TMP/out")" || return
	grep -q '^Netid State ' "$TMP/out" || fail "JSON for what was to be text"
}

check "as ss lists the same sockets of the native stack" listing like_ss
check "filters select what ss's do" listing filters
check "ping sockets" listing ping
check "from socket() to close()" listing unbound
check "queues grow and shrink" listing queues
check "memory is what SO_MEMINFO says" listing memory
check "options and shutdown" listing options
check "who has it open" listing users
check "its reader and what that did" listing reader
check "everybody may list" listing rights
check "requests, and what the kernel selects and refuses" listing requests
check "what is refused" test_refused
check "a dump while sockets come and go before and behind it" listing interrupted
check "listings while ten thousand come and go" listing come_and_go
check "readers in the graph" listing graph
check "another namespace sees nothing" test_other
check "a batch" test_batch
check "when all are closed" listing leaves_nothing
check "nothing in the kernel's log" dmesg_clean
finish
