# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The shell library of the tests. A test begins with
#
#	. "$(dirname "$0")/../lib.sh"
#
# and ends with `finish`. It runs as root in the test VM, usually by selftests/run,
# which loads the module and sets `handoff`; it runs as well by itself, in any
# order with others, and removes what it made, however it ends.
#
# Results (KTAP)
#	plan N			how many there will be; without it they are counted
#	check NAME COMMAND...	a result: COMMAND, often a function, succeeds. What it
#				prints is shown only if it fails. It runs in this shell.
#	fail WHY...		in a check: `[ ... ] || fail "it is not" || return`
#	skip WHY...		in a check: `skip "no such thing here"; return`
#	ok NAME, not_ok NAME, skipped NAME WHY	results without a command
#	note WORDS...		a line of information
#	skip_all WHY...		ends the test: it cannot run here
#	need COMMAND...		the same if one of the commands is not there
#	finish			ends the test with the sum of its results
#
# Cleaning up
#	defer COMMAND...	runs at the end, in reverse order
#	background COMMAND...	starts it, and kills it at the end; its number is in $!
#	$TMP			a folder for files, removed at the end
#
# Networks
#	ns_add NAME		a network namespace, with lo up
#	ns_new VARIABLE		the same with a name that nobody else has
#	net_up [N]		N (1) devices gonet0, ..., each with 10.0.I.1/24 at the
#				native end and 10.0.I.2/24 at the stack's, in the
#				namespace $NS, or here if it is empty
#	net_down		removes them before the end
#	native COMMAND...	runs COMMAND in $NS
#	stack WORDS...		runs `gonet WORDS` for the stack of $NS
#	stack_answers [I]	the stack answers a ping by its I-th (0) address
#
# Programs
#	copy_gonet_run DIR	gonet-run and its library, for who may not look into this tree
#	run_case SECONDS PROGRAM CASE	a case of programs/PROGRAM.py succeeds in $NS
#
# Waiting and reading
#	wait_for SECONDS COMMAND...	until COMMAND succeeds
#	within SECONDS PROGRAM...	kills it when it takes longer
#	stat_of NAME		a counter of the stack of $NS, as `gonet stat` names it
#	counted NAME N COMMAND...	COMMAND succeeds, and NAME grows by N or more
#	dmesg_clean		the kernel has reported no error since the test began

selftests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=${selftests%/*}
# in a kernel's tree all that is built is beside the tests
[ ! -d "$selftests/build" ] || tree=$selftests
export GONET_BUILD=${GONET_BUILD:-$tree/build/$(uname -r)}
TMP=$(mktemp -d)
NS=
lib_deferred=()
lib_finished=
lib_planned=
lib_ns_count=0

for lib_dir in "${GONET_BUILD%/*}/tools/gonet" "${GONET_BUILD%/*}/tools/preload"; do
	case :$PATH: in
	*:"$lib_dir":*) ;;
	*) PATH=$lib_dir:$PATH ;;
	esac
done
export PATH LC_ALL=C
# Not where the sources are: they may be read-only.
export PYTHONDONTWRITEBYTECODE=1

# The kernel's own functions for the format.
# shellcheck source=/dev/null
if ! . "$tree/build/kselftest/ktap_helpers.sh"; then
	echo "build/kselftest is not there: make tools" >&2
	exit 1
fi
ktap_print_header

note() { printf '# %s\n' "$*"; }

plan()
{
	lib_planned=$1
	ktap_set_plan "$1"
}

ok() { ktap_test_pass "$1"; }
not_ok() { ktap_test_fail "$1"; }

# The kernel's function takes no reason.
skipped()
{
	__ktap_test ok "$1" "SKIP $2"
	KTAP_CNT_SKIP=$((KTAP_CNT_SKIP + 1))
}

fail()
{
	printf '%s\n' "$*"
	return 1
}

skip()
{
	printf '%s\n' "$*" >"$TMP/.skip"
}

check()
{
	local name=$1 status

	shift
	rm -f "$TMP/.skip"
	"$@" >"$TMP/.output" 2>&1
	status=$?
	if [ -e "$TMP/.skip" ]; then
		skipped "$name" "$(cat "$TMP/.skip")"
		return 0
	fi
	if [ "$status" = 0 ]; then
		ok "$name"
		return 0
	fi
	tail -n 100 "$TMP/.output" | sed 's/^/#   /'
	note "  ($*: status $status)"
	not_ok "$name"
	return 1
}

# Every way out comes through here.
lib_exit()
{
	local status=$? i

	trap '' INT TERM
	if [ -z "$lib_finished" ]; then
		note "ended early, with status $status"
		not_ok "the test runs to its end"
		[ -n "$lib_planned" ] || ktap_set_plan $((KTAP_TESTNO - 1))
		ktap_print_totals
		status=1
	fi
	for ((i = ${#lib_deferred[@]} - 1; i >= 0; i--)); do
		eval "${lib_deferred[i]}" >>"$TMP/.cleaning" 2>&1
	done
	rm -rf "$TMP"
	exit "$status"
}
trap lib_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap : PIPE	# the write fails; what is started here has the signal as usual

finish()
{
	lib_finished=1
	[ -n "$lib_planned" ] || ktap_set_plan $((KTAP_TESTNO - 1))
	ktap_finished
}

skip_all()
{
	lib_finished=1
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

need()
{
	local command

	for command; do
		command -v "$command" >/dev/null || skip_all "no $command here"
	done
}

defer() { lib_deferred+=("$(printf '%q ' "$@")"); }

lib_kill()
{
	kill "$1" && wait "$1"
}

background()
{
	"$@" &
	defer lib_kill $!
}

lib_ns_del()
{
	local name=$1

	# Programs in it would keep it, and with it its stack.
	ip netns pids "$name" | xargs -r kill -KILL
	ip netns del "$name"
}

ns_add()
{
	ip netns add "$1" || return
	defer lib_ns_del "$1"
	ip -n "$1" link set lo up
}

ns_new()
{
	lib_ns_count=$((lib_ns_count + 1))
	printf -v "$1" 'gonet-%d-%d' $$ "$lib_ns_count"
	ns_add "${!1}"
}

native()
{
	if [ -n "$NS" ]; then
		ip netns exec "$NS" "$@"
	else
		"$@"
	fi
}

stack() { gonet ${NS:+-n "$NS"} "$@"; }

stack_answers() { native ping -q -c 1 -W 1 "10.0.${1:-0}.2" >/dev/null; }

net_up()
{
	local i n=${1:-1}

	for ((i = 0; i < n; i++)); do
		native ip link add "gonet$i" type gonet || return
		[ -n "$NS" ] || defer ip link del "gonet$i"
		native ip addr add "10.0.$i.1/24" dev "gonet$i" || return
		native ip link set "gonet$i" up || return
		stack addr add "10.0.$i.2/24" dev "gonet$i" || return
	done
	for ((i = 0; i < n; i++)); do
		wait_for 10 stack_answers "$i" || return
	done
}

net_down()
{
	local name

	for name in $(native ip -o link show type gonet | cut -d: -f2); do
		native ip link del "${name%@*}" || return
	done
}

lib_now() { echo "${EPOCHREALTIME/[.,]/}"; }

wait_for()
{
	local end=$(($(lib_now) + $1 * 1000000)) nap=0.01

	shift
	until "$@"; do
		if [ "$(lib_now)" -ge "$end" ]; then
			echo "waited in vain for: $*"
			return 1
		fi
		sleep "$nap"
		nap=0.1
	done
}

within()
{
	local seconds=$1

	shift
	timeout -k 5 "$seconds" "$@"
}

copy_gonet_run()
{
	local program library

	program=$(command -v gonet-run) || return
	library=${program%/*}/libgonet-preload.so
	[ -e "$library" ] || library=${program%/*}/../lib/gonet/libgonet-preload.so
	cp "$program" "$library" "$1"
}

run_case()
{
	local status

	within "$1" ${NS:+ip netns exec "$NS"} python3 "$selftests/programs/$2.py" "$3" \
		>"$TMP/said"
	status=$?
	cat "$TMP/said"
	[ "$status" = 0 ] || return "$status"
	grep -qx "passed $3" "$TMP/said"
}

stat_of()
{
	stack -j stat | jq -e --arg name "$1" \
		'[.. | objects | select(has($name)) | .[$name] | numbers] | add // 0'
}

counted()
{
	local name=$1 n=$2 before after

	shift 2
	before=$(stat_of "$name") || return
	"$@" || fail "failed: $*" || return
	after=$(stat_of "$name") || return
	[ $((after - before)) -ge "$n" ] || fail "$name grew by $((after - before)), not $n: $*"
}

lib_mark="selftest ${0##*/} $$"
{ echo "$lib_mark" >/dev/kmsg; } 2>/dev/null

dmesg_clean()
{
	local log line

	log=$(dmesg --notime | awk -v mark="$lib_mark" 'seen; index($0, mark) { seen = 1 }')
	line=$(LC_ALL=C awk -f "$selftests/reports.awk" "$selftests/reports" - <<<"$log")
	[ -z "$line" ] || { tail -n "+$line" <<<"$log" | head -n 1; false; }
}
