#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Real programs on GoNet, by gonet-run, each with a native peer beyond the cable: as
# client and as server where there are both.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run ping traceroute tracepath nc dig dnsmasq curl socat iperf sockperf
chronyd=$tree/build/programs/chronyd
need "$chronyd"

# shellcheck source-path=SCRIPTDIR source=run_lib.sh
. "$(dirname "$0")/run_lib.sh"

# The two roles. A program is a function that takes who runs the client, who runs the
# server, and the server's address.
as_client() { "$1" run far 10.0.0.1; }
as_server() { "$1" far run 10.0.0.2; }

# A program in the background that is to end before the next check.
end() { pkill -KILL -P "$1"; wait "$1" 2>/dev/null; true; }

program_nc()
{
	local client=$1 server=$2 addr=$3 pid i

	background "$server" timeout 100 nc -u -l -n "$addr" 5008 >"$TMP/nc"
	pid=$!
	for ((i = 0; i < 30; i++)); do
		echo "through nc" | "$client" timeout 2 nc -u -n -w 1 "$addr" 5008
		grep -q "through nc" "$TMP/nc" && break
	done
	end "$pid"
	grep -q "through nc" "$TMP/nc" || fail "nothing came"
}

# $4: the client, given an address, port and word that is to come back in capitals
program_socat()
{
	local client=$1 server=$2 addr=$3 pid out i

	background "$server" socat -t 60 UDP4-RECVFROM:5009,bind="$addr",fork EXEC:"tr a-z A-Z"
	pid=$!
	for ((i = 0; i < 30; i++)); do
		out=$(echo "socat $i" | "$client" socat -t 2 - UDP4:"$addr":5009)
		[ "$out" = "SOCAT $i" ] && break
	done
	end "$pid"
	[ "$out" = "SOCAT $i" ] || fail "not from socat: $out"
}

# With more options of dnsmasq's.
name_server()
{
	"$1" dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root \
		--no-resolv --no-hosts --log-facility=- --address=/there.gonet/10.9.8.7 \
		--txt-record="long.gonet,$(printf 'x%.0s' {1..200}),$(printf 'y%.0s' {1..200})" "${@:2}"
}

# dig wants to see a stream socket before it believes that there is IPv4.
dig_there()
{
	local run=("$client")

	[ "$client" != run ] || run+=(-d)
	"${run[@]}" dig +notcp +tries=1 +time=5 +short @"$addr" "$@"
}
dig_answers() { [ "$(dig_there there.gonet)" = 10.9.8.7 ]; }

program_dns()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background name_server "$server"
	pid=$!
	wait_for 60 dig_answers || status=1
	[ "$(dig_there +bufsize=1232 long.gonet TXT | wc -c)" = 406 ] ||
		fail "a long answer: $(dig_there +bufsize=1232 long.gonet TXT)" || status=1
	dig_there -f - <<<$'there.gonet\nthere.gonet\nnot.there.gonet' | grep -c 10.9.8.7 |
		grep -qx 3 || fail "three at a time" || status=1
	end "$pid"
	return $status
}

tftp_gets() { "$client" curl -sS -m 60 -o "$TMP/got" "$@" "tftp://$addr/file"; }

program_tftp()
{
	local client=$1 server=$2 addr=$3 pid status=0

	chmod 755 "$TMP"
	mkdir -p "$TMP/tftp"
	head -c 300000 /dev/urandom >"$TMP/tftp/file"
	background name_server "$server" --port=0 --enable-tftp --tftp-root="$TMP/tftp"
	pid=$!
	wait_for 60 tftp_gets --tftp-blksize 1428 || status=1
	cmp "$TMP/tftp/file" "$TMP/got" || status=1
	tftp_gets --tftp-blksize 8000 || status=1
	cmp "$TMP/tftp/file" "$TMP/got" || status=1
	end "$pid"
	return $status
}

clock_client()
{
	"$client" timeout 30 "$chronyd" -u root -x -d -Q -t 20 "server $addr iburst" 'cmdport 0' 2>&1 |
		tee /dev/stderr | grep -q 'System clock wrong by'
}

program_clock()
{
	local client=$1 server=$2 addr=$3 pid status=0

	cat >"$TMP/chrony.conf" <<-END
	local stratum 5
	allow all
	cmdport 0
	pidfile $TMP/chrony.pid
	END
	background "$server" "$chronyd" -x -d -u root -f "$TMP/chrony.conf"
	pid=$!
	wait_for 90 clock_client || status=1
	end "$pid"
	return $status
}

# Its server's report comes back to the client over the same way.
program_iperf()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background "$server" iperf -s -u -B "$addr"
	pid=$!
	iperf_reports() {
		"$client" timeout 60 iperf -c "$addr" -u -b 2M -l 1000 -t 2 -P 2 |
			tee /dev/stderr | grep -q 'Server Report'
	}
	wait_for 100 iperf_reports || status=1
	end "$pid"
	return $status
}

program_sockperf()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background "$server" sockperf server -i "$addr" -p 11111
	pid=$!
	sockperf_reports() {
		"$client" timeout 60 sockperf ping-pong -i "$addr" -p 11111 -t 2 -m 200 |
			tee /dev/stderr | grep -q 'Summary: Latency is'
	}
	wait_for 100 sockperf_reports || status=1
	end "$pid"
	return $status
}

test_ping()
{
	native sysctl -q -w net.gonet.ping_group_range='0 2147483647' || return
	run ping -q -c 3 -i 0.2 -W 5 10.0.0.1 || fail "by a ping socket" || return
	native sysctl -q -w net.gonet.ping_group_range='1 0' || return
	run ping -q -c 3 -i 0.2 -W 5 10.0.0.1 || fail "by a raw socket" || return
	run ping -q -c 3 -i 0.2 -W 5 -s 20000 10.0.0.1 || fail "in fragments"
}

hop() { tee /dev/stderr | grep -q '^ *1:\? *10\.0\.0\.1 '; }

test_traceroute()
{
	run traceroute -n -q 1 -w 5 10.0.0.1 | hop || fail "over UDP" || return
	run traceroute -n -I -q 1 -w 5 10.0.0.1 | hop || fail "over ICMP"
}

test_tracepath()
{
	run timeout 100 tracepath -n 10.0.0.1 | tee /dev/stderr | grep -q 'Resume: pmtu 1500'
}

check "ping" test_ping
check "traceroute" test_traceroute
check "tracepath" test_tracepath
for program in nc socat dns tftp clock iperf sockperf; do
	check "$program, the client on GoNet" as_client "program_$program"
	check "$program, the server on GoNet" as_server "program_$program"
done
check "nothing in the kernel's log" dmesg_clean
finish
