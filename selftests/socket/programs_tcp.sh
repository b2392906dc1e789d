#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Real programs that speak TCP on GoNet, by gonet-run, each with a native peer beyond the
# cable: as client and as server.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run nc dig dnsmasq curl socat iperf3 python3

# shellcheck source-path=SCRIPTDIR source=run_lib.sh
. "$(dirname "$0")/run_lib.sh"

# The two roles. A program is a function that takes who runs the client, who runs the
# server, and the server's address.
as_client() { "$1" run far 10.0.0.1; }
as_server() { "$1" far run 10.0.0.2; }

# A program in the background that is to end before the next check.
end() { pkill -KILL -P "$1"; wait "$1" 2>/dev/null; true; }

mkdir "$TMP/www"
head -c 1000000 /dev/urandom >"$TMP/www/file"

http_gets()
{
	rm -f "$TMP/got"
	"$client" curl -sS -m 60 "$@" -o "$TMP/got" "http://$addr:8080/file" &&
		cmp "$TMP/www/file" "$TMP/got"
}

program_http()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background "$server" python3 -m http.server --bind "$addr" --directory "$TMP/www" 8080
	pid=$!
	wait_for 60 http_gets || status=1
	http_gets --http1.1 -Z "http://$addr:8080/file" -o "$TMP/again" || status=1
	end "$pid"
	return $status
}

# Half closed: the server answers when it has everything.
program_nc()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background "$server" socat -t 60 TCP4-LISTEN:5010,bind="$addr",reuseaddr,fork EXEC:sort
	pid=$!
	nc_sorts() {
		[ "$(printf 'b\na\n' | "$client" timeout 20 nc -N -n "$addr" 5010)" = $'a\nb' ]
	}
	wait_for 60 nc_sorts || status=1
	end "$pid"
	return $status
}

program_iperf3()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background "$server" iperf3 -s -B "$addr"
	pid=$!
	iperf3_says() { "$client" timeout 60 iperf3 -c "$addr" -t 2 "$@" | tee /dev/stderr |
			grep -q 'iperf Done'; }
	wait_for 100 iperf3_says || status=1
	iperf3_says -R || fail "the other way" || status=1
	iperf3_says -P 4 || fail "four at once" || status=1
	end "$pid"
	return $status
}

program_dns()
{
	local client=$1 server=$2 addr=$3 pid status=0

	background "$server" dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= \
		--user=root --no-resolv --no-hosts --log-facility=- --address=/there.gonet/10.9.8.7 \
		--bind-interfaces --listen-address="$addr"
	pid=$!
	dns_answers() {
		[ "$("$client" dig +tcp +tries=1 +time=5 +short @"$addr" there.gonet)" = 10.9.8.7 ]
	}
	wait_for 60 dns_answers || status=1
	end "$pid"
	return $status
}

# What programs ask about their sockets.
test_protocol()
{
	run python3 - <<-'END'
	import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
	assert s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_TCP
	assert s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN) == socket.AF_INET
	assert socket.socket(fileno=s.detach()).proto == socket.IPPROTO_TCP
	try:
	    socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
	    raise AssertionError("MPTCP")
	except OSError:
	    pass
	END
}

check "SO_PROTOCOL, SO_DOMAIN" test_protocol
for program in http nc iperf3; do
	check "$program, the client on GoNet" as_client "program_$program"
	check "$program, the server on GoNet" as_server "program_$program"
done
check "dns, the client on GoNet" as_client program_dns
check "dns, the server on GoNet" as_server program_dns
check "nothing in the kernel's log" dmesg_clean
finish
