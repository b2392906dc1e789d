#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: alone
# gonet: by-name timeout=600
#
# 1000 connections opened and closed a second; also on the native stack, for comparison.
#
#	RATE_SECONDS=60		for so long (20)
#	RATE=1000		so many a second
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need jq

# shellcheck source-path=SCRIPTDIR source=crowd_lib.sh
. "$(dirname "$0")/crowd_lib.sh"

# shellcheck source-path=SCRIPTDIR source=../module/leaks.sh
. "$(dirname "$0")/../module/leaks.sh"

rate=${RATE:-1000}
connections=$((rate * ${RATE_SECONDS:-20}))

# So many ports are in TIME-WAIT at the client's end afterwards; the next client's begin
# from another number.
for ns in "$NS" "$FAR"; do
	ip netns exec "$ns" sysctl -q -w net.ipv4.ip_local_port_range='1024 65535'
done
native sysctl -q -w net.gonet.ip_local_port_range='1024 65535' net.gonet.tcp_tw_reuse=1
far sysctl -q -w net.core.somaxconn=4096 net.ipv4.tcp_tw_reuse=1

opened() { crowd_server 800 && crowd rate "$rate" 100 "$connections" >"$TMP/client"; }

# A port that was a server's with many connections is free again.
again() { crowd_server 800 && crowd short 10 1000 100; }

# What is allocated once is, after a few; records of TIME-WAIT go after a minute.
warm_up() { crowd_server 800 && crowd rate "$rate" 100 "$rate" >/dev/null; }
memory_is_back() { memory_same "$memory_before" "$(memory_now)" $((connections / 5)); }

check "the first $rate" in_role warm_up run run 127.0.0.1
check "nothing is left of them" nothing_left
memory_before=$(memory_now)
for roles in 'run far 10.0.0.1' 'far run 10.0.0.2' 'run run 127.0.0.1' 'far far 127.0.0.1'; do
	read -r from to at <<<"$roles"
	name="$(family_of "$from") to $(family_of "$to")"
	check "$connections connections, $name" in_role opened "$from" "$to" "$at"
	note "$name: $(cat "$TMP/client")"
	check "no process or socket is left, $name" nothing_left
	check "the port is free, $name" in_role again "$from" "$to" "$at"
done
check "no memory is left" wait_for 200 memory_is_back
check "nothing in the kernel's log" dmesg_clean
finish
