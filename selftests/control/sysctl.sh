#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: once
#
# The sysctls net.gonet.*: which there are, what they take, and that they do
# what they say.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet sysctl
ns_new NS || exit
net_up 1 || exit

get() { native sysctl -n "net.gonet.$1"; }
put() { native sysctl -q -w "net.gonet.$1=$2" 2>/dev/null; }

# name, default, least, greatest
limits()
{
	cat <<-'END'
	ip_default_ttl 64 1 255
	ipfrag_time 30 1 3600
	ipfrag_max 1024 0 65536
	ipfrag_high_thresh 4194304 0 1073741824
	icmp_ratelimit 1000 0 2147483647
	icmp_msgs_per_sec 1000 0 2147483647
	icmp_msgs_burst 50 0 2147483647
	icmp_echo_ignore_all 0 0 1
	icmp_echo_ignore_broadcasts 1 0 1
	accept_redirects 1 0 1
	redirect_time 300 1 3600
	ip_no_pmtu_disc 0 0 3
	mtu_expires 600 1 3600
	min_pmtu 552 68 65535
	ping_max 4096 0 65536
	igmp_max_memberships 20 0 65536
	igmp_max_msf 10 0 512
	ip_unprivileged_port_start 1024 0 65535
	tcp_moderate_rcvbuf 1 0 1
	tcp_window_scaling 1 0 1
	tcp_timestamps 1 0 1
	tcp_sack 1 0 1
	tcp_ecn 2 0 2
	tcp_syncookies 1 0 2
	tcp_fastopen 1 0 2147483647
	tcp_syn_retries 6 1 127
	tcp_synack_retries 5 0 255
	tcp_mtu_probing 0 0 2
	tcp_base_mss 1024 48 65535
	tcp_mtu_probe_floor 48 48 65535
	tcp_probe_interval 600 0 4294967295
	tcp_retries1 3 0 255
	tcp_retries2 15 0 255
	tcp_orphan_retries 0 0 255
	tcp_fin_timeout 60 0 86400
	tcp_max_syn_backlog 1024 0 65536
	tcp_max_tw_buckets 65536 0 65536
	tcp_tw_reuse 2 0 2
	tcp_keepalive_time 7200 1 32767
	tcp_keepalive_intvl 75 1 32767
	tcp_keepalive_probes 9 1 127
	tcp_slow_start_after_idle 1 0 1
	tcp_rfc1337 0 0 1
	tcp_abort_on_overflow 0 0 1
	tcp_notsent_lowat 4294967295 0 4294967295
	END
}

test_limits()
{
	local name default least greatest

	while read -r name default least greatest; do
		[ "$(get "$name")" = "$default" ] || fail "$name is $(get "$name")" || return
		put "$name" "$least" && put "$name" "$greatest" || fail "$name: a limit" || return
		! put "$name" $((greatest + 1)) || fail "$name: more than the greatest" || return
		[ "$least" = 0 ] || ! put "$name" $((least - 1)) ||
			fail "$name: less than the least" || return
		! put "$name" nonsense || fail "$name: nonsense" || return
		[ "$(get "$name")" = "$greatest" ] || fail "$name: changed by what it refused" || return
		put "$name" "$default" || return
	done < <(limits)
}

test_all_known()
{
	[ "$(native sysctl -a 2>/dev/null | grep -c '^net\.gonet\.')" = $(($(limits | wc -l) + 7)) ]
}

# Three sizes, and names, so not in the table.
test_tcp()
{
	[ "$(get tcp_rmem)" = "4096	131072	6291456" ] || fail "tcp_rmem" || return
	[ "$(get tcp_wmem)" = "4096	16384	4194304" ] || fail "tcp_wmem" || return
	! put tcp_rmem "nonsense" || fail "tcp_rmem: nonsense" || return
	put tcp_rmem "4096 65536 1048576" && [ "$(get tcp_rmem)" = "4096	65536	1048576" ] ||
		fail "tcp_rmem is not taken" || return
	[ "$(get tcp_available_congestion_control)" = "cubic reno" ] || fail "algorithms" || return
	[ "$(get tcp_congestion_control)" = cubic ] || fail "the default algorithm" || return
	! put tcp_congestion_control vegas || fail "an algorithm that there is not" || return
	put tcp_congestion_control reno && [ "$(get tcp_congestion_control)" = reno ] ||
		fail "an algorithm is not taken" || return
	put tcp_congestion_control cubic && put tcp_rmem "4096 131072 6291456"
}

# Three numbers of pages, by the memory of the machine.
test_tcp_mem()
{
	local before low pressure high pages

	before=$(get tcp_mem)
	read -r low pressure high <<<"$before"
	pages=$(($(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo) * 1024 /
		$(getconf PAGESIZE)))
	[ "$low" -lt "$pressure" ] && [ "$pressure" -lt "$high" ] && [ "$high" -lt "$pages" ] ||
		fail "$before" || return
	! put tcp_mem "1 2 nonsense" || fail "nonsense" || return
	! put tcp_mem "1 2 18446744073709551615" || fail "more than there can be" || return
	[ "$(get tcp_mem)" = "$before" ] || fail "changed by what it refused" || return
	put tcp_mem "10 20 30" && [ "$(get tcp_mem)" = "10	20	30" ] ||
		fail "not taken" || return
	native setpriv --bounding-set -net_admin --inh-caps -net_admin \
		sh -c 'echo 9 20 30 >/proc/sys/net/gonet/tcp_mem' || fail "not lowered" || return
	! native setpriv --bounding-set -net_admin --inh-caps -net_admin \
		sh -c 'echo 10 20 30 >/proc/sys/net/gonet/tcp_mem' ||
		fail "raised without a capability" || return
	[ "$(get tcp_mem)" = "9	20	30" ] || fail "raised all the same" || return
	put tcp_mem "$before"
}

# Two numbers, so not in the table.
test_port_range()
{
	[ "$(get ip_local_port_range)" = "32768	60999" ] || fail "the default" || return
	! put ip_local_port_range "0 60999" || fail "port 0" || return
	! put ip_local_port_range "1 65536" || fail "more than 65535" || return
	put ip_local_port_range "1 65535" && put ip_local_port_range "32768 60999"
}

test_group_range()
{
	[ "$(get ping_group_range)" = "1	0" ] || fail "the default" || return
	! put ping_group_range "-1 0" || fail "a negative one" || return
	! put ping_group_range "0 2147483648" || fail "too large" || return
	put ping_group_range "0 2147483647" && put ping_group_range "1 0"
}

test_ignore_all()
{
	stack_answers 0 || return
	put icmp_echo_ignore_all 1 || return
	! stack_answers 0 || fail "answered" || return
	put icmp_echo_ignore_all 0 || return
	stack_answers 0
}

test_ttl()
{
	put ip_default_ttl 33 || return
	native ping -c 1 10.0.0.2 | grep -q ttl=33 || fail "another TTL" || return
	put ip_default_ttl 64
}

test_ping_max()
{
	put ping_max 0 || return
	! stack ping -q -c 1 10.0.0.1 >/dev/null 2>&1 || fail "sent" || return
	put ping_max 4096 || return
	stack ping -q -c 1 10.0.0.1 >/dev/null
}

check "defaults and limits" test_limits
check "no others" test_all_known
check "those of TCP that are no numbers" test_tcp
check "pages of memory for connections" test_tcp_mem
check "icmp_echo_ignore_all" test_ignore_all
check "ip_default_ttl" test_ttl
check "ping_max" test_ping_max
check "ip_local_port_range" test_port_range
check "ping_group_range" test_group_range
check "nothing in the kernel's log" dmesg_clean
finish
