#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=400
#
# What an idle connection takes of memory: its socket and both halves with all that they
# hold, and what the kernel has for any open file besides. Both ends are GoNet's, so that
# nothing of the native stack counts.
#
#	CROWD=10000	so many connections instead of 1000
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq

# shellcheck source-path=SCRIPTDIR source=crowd_lib.sh
. "$(dirname "$0")/crowd_lib.sh"

# shellcheck source-path=SCRIPTDIR source=../module/leaks.sh
. "$(dirname "$0")/../module/leaks.sh"

slab=/sys/kernel/slab
[ -e "$slab/kmalloc-64/objects" ] || skip_all "no $slab here"

crowd=${CROWD:-1000}
most=8192	# bytes for each end
native sysctl -q -w net.gonet.ip_local_port_range='10000 65000'

# Checkers put more around an object than is in it.
plain() { [ "$(cat "$slab/kmalloc-64/slab_size")" = 64 ]; }

# NAME OBJECTS BYTES of each cache: of an object its share of the pages, or with checkers
# its own size. Those that are merged are named once, and of few objects it does not
# matter that some are free. One program, as on a slow machine many take minutes.
slabs()
{
	local dir dirs=() page checked=1 objects

	for dir in "$slab"/*; do
		[ ! -L "$dir" ] || continue
		read -r objects _ <"$dir/objects" || continue
		[ "$objects" -gt 500 ] || continue
		echo 1 >"$dir/shrink"
		dirs+=("$dir"/{object_size,order,objs_per_slab,objects})
	done
	plain && checked=0
	page=$(getconf PAGESIZE)
	awk -v page="$page" -v checked="$checked" '
		{ n = split(FILENAME, path, "/"); v[path[n]] = $1 }
		path[n] == "objects" {
			share = page * 2 ^ v["order"] / v["objs_per_slab"]
			print path[n - 1], $1, int(checked ? v["object_size"] : share) }' \
		"${dirs[@]}"
}

# What is neither free, be it in the lists of a CPU, nor a program's nor a cache of files, in
# bytes: slabs, pages, tables.
kernel_bytes()
{
	awk -v page="$(getconf PAGESIZE)" '
		$1 == "MemTotal:" { kb += $2 }
		$1 == "count:" { kb -= $2 * page / 1024 }
		$1 ~ /^(MemFree|Buffers|Cached|AnonPages|PageTables|KernelStack):$/ { kb -= $2 }
		END { print kb * 1024 }' /proc/meminfo /proc/zoneinfo
}

# The same when it does not become less any more: the stacks of threads that have gone are
# free only after a while (RCU).
settled_bytes()
{
	local before now n

	now=$(kernel_bytes)
	for ((n = 0; n < 20; n++)); do
		before=$now
		sleep 0.5
		now=$(kernel_bytes)
		[ "$now" -lt $((before - 500000)) ] || break
	done
	echo "$now"
}

# What has grown, for each end, largest first: BYTES NAME
grown()
{
	awk -v ends=$((2 * crowd)) '
		NR == FNR { was[$1] = $2; next }
		($2 - was[$1]) * $3 / ends >= 1 {
			printf "%.0f %s\n", ($2 - was[$1]) * $3 / ends, $1 }' \
		"$TMP/before" "$TMP/held" | sort -rn
}

is_held() { grep -q '^held' "$TMP/client"; }
is_held_or_over() { is_held || ! kill -0 "$holder" 2>/dev/null; }
no_threads_left() { [ "$(our_threads | wc -l)" -lt 16 ]; }

measure()
{
	[ "$(halves)" = $((4 * crowd)) ] || fail "$(halves) processes" || return
	wait_for 60 no_threads_left || fail "$(our_threads | wc -l) threads" || return
	slabs >"$TMP/held"
	pages_held=$(settled_bytes)
}

# The last round is over: the connections have sent and received, and are idle.
hold()
{
	local status

	crowd_server 5400 || return
	slabs >"$TMP/before"
	pages_before=$(settled_bytes)
	rm -f "$TMP/hold"
	mkfifo "$TMP/hold"
	crowd_limit=270 crowd hold "$crowd" 3000 3 <"$TMP/hold" >"$TMP/client" 2>&1 &
	holder=$!
	exec 7>"$TMP/hold"
	wait_for 250 is_held_or_over
	is_held || fail "$(cat "$TMP/client")"
	status=$?
	[ "$status" != 0 ] || measure
	status=$((status | $?))
	exec 7>&-
	wait "$holder" || fail "status $?: $(cat "$TMP/client")" || return
	return "$status"
}

# Both measures: of objects, and of all pages, which also has what no slab cache has. Of pages
# 4 MB may be others'.
little()
{
	local objects pages=$(((pages_held - pages_before) / (2 * crowd)))
	local others=$((4000000 / (2 * crowd)))

	objects=$(grown | awk '{ n += $1 } END { print n + 0 }')
	echo "$objects bytes of objects, $pages bytes of pages" | tee "$TMP/figure"
	[ "$objects" -gt 2000 ] || fail "that cannot be" || return
	[ "$objects" -le "$most" ] || fail "$(grown)" || return
	plain || return 0
	[ "$pages" -le $((most + others)) ] || fail "more than $most bytes, and $others for others"
}

check "$crowd connections within GoNet are idle, without threads" in_role hold run run 127.0.0.1
check "each end of one takes at most $most bytes" little
note "each end: $(cat "$TMP/figure")"
note "of which: $(grown | head -n 12 | tr '\n' ',')"
check "nothing is left" nothing_left
check "nothing in the kernel's log" dmesg_clean
finish
