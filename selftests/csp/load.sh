#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: timeout=300
# gonet: noload
# gonet: once
#
# The module comes and goes many times, now and then with work in between, and
# leaves nothing: no thread, no slab object that grows, nothing in the log.

rounds=${ROUNDS:-50}
module=$(dirname "$GONET_KO")/csp_test.ko
if [ ! -e "$module" ]; then
	echo "1..0 # SKIP no $module"
	exit 4
fi
debugfs=/sys/kernel/debug
failed=0

# How much unreclaimable slab memory there is, KiB.
slab()
{
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

threads()
{
	cat /proc/[0-9]*/comm 2>/dev/null | grep -c -E '^(csp/|test/)'
}

result()
{
	if [ "$2" = 0 ]; then
		echo "ok $1 $3"
	else
		echo "not ok $1 $3"
		failed=1
	fi
}

# One coming and going; every tenth with a few of the runtime's tests.
round()
{
	insmod "$GONET_KO" || return
	if [ $(($1 % 10)) -eq 5 ]; then
		insmod "$module" 'only=proc__*' || return
		if grep '^not ok' "$debugfs/csp_test/results"; then
			return 1
		fi
		rmmod csp_test || return
	fi
	rmmod gonet
}

echo 'KTAP version 1'
echo '1..4'
[ -d "$debugfs/bdi" ] || mount -t debugfs debugfs "$debugfs"
if grep -q '^gonet ' /proc/modules; then
	rmmod gonet
fi

# the first rounds fill the kernel's own caches
for ((i = 1; i <= 10; i++)); do
	round "$i" || break
done
log=$(dmesg --level=emerg,alert,crit,err,warn | wc -l)
before=$(slab)
for ((; i > 10 && i <= rounds + 10; i++)); do
	round "$i" || break
done
echo "# $((i - 1)) rounds of $((rounds + 10))"
[ "$i" -gt $((rounds + 10)) ]
result 1 $? load__comes_and_goes

left=$(threads)
echo "# $left threads"
[ "$left" -eq 0 ]
result 2 $? load__leaves_no_thread

# Some of it is the kernel's own; a leak is one that grows with every round.
after=$(slab)
echo "# slab: $before KiB before, $after KiB after"
[ "$((after - before))" -lt $((16 * rounds)) ] || {
	sleep 1		# memory that RCU holds
	after=$(slab)
	[ "$((after - before))" -lt $((16 * rounds)) ]
}
result 3 $? load__leaves_no_memory

new=$(dmesg --level=emerg,alert,crit,err,warn | tail -n "+$((log + 1))")
[ -z "$new" ] || printf '# %s\n' "${new//$'\n'/$'\n'# }"
[ -z "$new" ]
result 4 $? load__leaves_no_message
exit "$failed"
