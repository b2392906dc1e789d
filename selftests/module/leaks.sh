# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What may be left of a stack that went: threads, memory, devices, messages.
# Sourced after lib.sh.

# Threads of the runtime that are alive.
our_threads() { ps -e -o ppid=,comm= | awk '$1 == 2 && $2 ~ /^(csp|gonet)/ { print $2 }'; }

no_threads()
{
	[ -z "$(our_threads)" ] || fail "threads: $(our_threads | tr '\n' ' ')"
}

# Objects in use in a slab cache; those that CPUs and half-empty slabs keep are
# given back first.
slab_objects()
{
	echo 1 >"/sys/kernel/slab/$1/shrink" 2>/dev/null
	cut -d' ' -f1 "/sys/kernel/slab/$1/objects"
}

leak_caches='skbuff_head_cache skbuff_fclone_cache task_struct
	kmalloc-32 kmalloc-64 kmalloc-96 kmalloc-128 kmalloc-192 kmalloc-256 kmalloc-512
	kmalloc-1k kmalloc-2k kmalloc-4k kmalloc-8k'

# One line for each cache: NAME OBJECTS.
caches_now()
{
	local cache

	for cache in $leak_caches; do
		[ -d "/sys/kernel/slab/$cache" ] || continue
		echo "$cache $(slab_objects "$cache")"
	done
}

# The same, and memory for each CPU, when the kernel has come to rest: dropping what only
# caches keep has what waits for RCU in batches (kfree_rcu()) freed, too, a little later.
memory_now()
{
	local before='' after n

	sync
	for ((n = 0; n < 10; n++)); do
		echo 3 >/proc/sys/vm/drop_caches
		after=$(caches_now)
		[ "$n" -gt 0 ] && memory_same "$after" "$before" 3 >/dev/null && break
		before=$after
		sleep 0.3
	done
	echo "$after"
	echo "percpu $(awk '$1 == "Percpu:" { print $2 }' /proc/meminfo)"
}

# memory_same BEFORE AFTER MOST: no cache has grown by more than MOST objects, of
# which each CPU's caches may hold some
memory_same()
{
	local most=$3 grown

	grown=$(awk -v most="$most" '
		NR == FNR { was[$1] = $2; next }
		$1 == "percpu" { if ($2 - was[$1] > 1024) print $1, was[$1], "->", $2, "kB"; next }
		$2 - was[$1] > most { print $1, was[$1], "->", $2 }' \
		<(echo "$1") <(echo "$2"))
	[ -z "$grown" ] || fail "grew by more than $most:" "$grown"
}
