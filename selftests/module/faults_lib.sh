# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Having the kernel's allocations fail. Sourced after lib.sh.
#
#	faults_need		ends the test on a kernel that cannot
#	faults_in_module	what can fail from now on is what the module has called for,
#				directly or not: allocations, and copies from and to programs
#	faults_in_netlink	the same of what netlink has called for
#	faults_everywhere	the same of every allocation, whoever has called for it
#	faults_random PERCENT	so many of them fail, in whatever context; 0 for none
#	faults_once KIND N	one of the next N of a kind fails, for each N another, in
#				whatever context; and
#	faults_happened KIND	whether it has; no other will
#	faults_lasting		notes what there is for good; and
#	faults_nothing_left	whether there is nothing more
#
# In a thread that has written to its /proc/thread-self/fail-nth, that alone decides.

faults_debugfs=/sys/kernel/debug
faults_kinds='failslab fail_page_alloc fail_usercopy'

faults_need()
{
	local kind

	[ -e /proc/self/fail-nth ] || skip_all "this kernel has no fault injection"
	for kind in $faults_kinds; do
		[ -e "$faults_debugfs/$kind/require-start" ] ||
			skip_all "this kernel has no $kind, or no filter by callers"
	done
	for kind in $faults_kinds; do
		faults_set "$kind/probability" 0
		faults_set "$kind/verbose" 0
		# without its own warnings, such as that a page could not be had for a packet
		faults_set "$kind/stacktrace-depth" 32
	done
	faults_set failslab/ignore-gfp-wait N
	faults_set fail_page_alloc/ignore-gfp-wait N
	faults_set fail_page_alloc/ignore-gfp-highmem N
	faults_set fail_page_alloc/min-order 0
}

# What was there before comes back at the end.
faults_set()
{
	defer faults_write "$1" "$(cat "$faults_debugfs/$1")"
	faults_write "$1" "$2"
}

faults_write() { echo "$2" >"$faults_debugfs/$1"; }

# faults_under START END: of allocations and copies those count that a function there has
# called for
faults_under()
{
	local kind

	for kind in $faults_kinds; do
		faults_set "$kind/require-start" "$1"
		faults_set "$kind/require-end" "$2"
	done
}

# The module's functions; those of its beginning are elsewhere, and gone.
faults_in_module()
{
	local start size

	read -r size start < <(awk '$1 == "gonet" { print $2, $6 }' /proc/modules)
	faults_under "$start" "$(printf '0x%x' $((start + size)))"
}

# What begins with these functions, which are near each other, lies between them.
faults_in_netlink()
{
	local start end

	read -r start end < <(awk '$3 ~ /^(netlink_sendmsg|netlink_recvmsg|genl_rcv_msg|genl_dumpit)$/ {
			print $1 }' /proc/kallsyms | sort | sed -n '1p; $p' | tr '\n' ' ')
	# the last is a page at most
	faults_under "0x$start" "$(printf '0x%x' $((0x$end + 4096)))"
}

faults_everywhere()
{
	faults_under 0 0xffffffffffffffff
	# of copies none: of those that are not the module's much is to be seen elsewhere
	faults_set fail_usercopy/require-start 1
	faults_set fail_usercopy/require-end 1
}

faults_random()
{
	local kind

	for kind in failslab fail_page_alloc; do
		faults_set "$kind/times" -1
		faults_set "$kind/interval" 1
		faults_set "$kind/probability" "$1"
	done
}

# faults_once KIND N
faults_once()
{
	faults_write "$1/probability" 0
	faults_write "$1/interval" "$2"
	faults_write "$1/times" 1
	faults_write "$1/probability" 100
}

# faults_happened KIND: also lets no more happen
faults_happened()
{
	local left

	read -r left <"$faults_debugfs/$1/times"
	faults_write "$1/probability" 0
	[ "$left" = 0 ]
}

# Processes of the stack, and who has the module.
faults_processes() { stack -j proc | jq -r '.[].name' | sort; }

faults_lasting()
{
	faults_users=$(cat /sys/module/gonet/refcnt)
	faults_there=$(faults_processes)
}

faults_more() { comm -13 <(echo "$faults_there") <(faults_processes); }
faults_no_more() { [ -z "$(faults_more)" ]; }
faults_no_users() { [ "$(cat /sys/module/gonet/refcnt)" -le "$faults_users" ]; }

faults_nothing_left()
{
	if ! wait_for 90 faults_no_more; then
		faults_more
		stack socket -a
		return 1
	fi
	wait_for 30 faults_no_users || fail "users: $(cat /sys/module/gonet/refcnt)"
}
