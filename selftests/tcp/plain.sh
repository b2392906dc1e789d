#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Programs that send what they read and write what they receive: nc, socat, openssl.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run nc socat openssl curl

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

plain_nc()
{
	# shellcheck disable=SC2016 # what another shell expands
	start sh -c 'nc -l -n "$1" 5100 >"$0/got.there"' "$TMP" "$addr"
	await 5100 || return
	"$client" timeout 100 nc -N -n "$addr" 5100 <"$TMP/here" || return
	wait_for 30 cmp -s "$TMP/here" "$TMP/got.there" ||
		same "$TMP/here" "$TMP/got.there" || return
	stop
	# shellcheck disable=SC2016 # what another shell expands
	start sh -c 'nc -N -l -n "$1" 5100 <"$0/there"' "$TMP" "$addr"
	await 5100 || return
	"$client" timeout 100 nc -n "$addr" 5100 </dev/null >"$TMP/got.here" || return
	same "$TMP/there" "$TMP/got.here"
}

# Whatever ends first, the other way goes on until its end: half-close.
plain_both_ways()
{
	# shellcheck disable=SC2016 # what another shell expands
	start sh -c 'socat -t 100 - TCP4-LISTEN:5107,bind="$1" <"$0/there" >"$0/got.there"' \
		"$TMP" "$addr"
	await 5107 || return
	"$client" timeout 100 socat -t 100 - TCP4:"$addr":5107 <"$TMP/here" >"$TMP/got.here" ||
		return
	wait_for 30 cmp -s "$TMP/here" "$TMP/got.there" ||
		same "$TMP/here" "$TMP/got.there" || return
	same "$TMP/there" "$TMP/got.here"
}

# nc's own word on ports that are open and those that are not.
plain_scan()
{
	start socat TCP4-LISTEN:5101,bind="$addr",reuseaddr,fork OPEN:/dev/null
	await 5101 || return
	"$client" timeout 30 nc -z -n "$addr" 5101 || fail "an open port" || return
	! "$client" timeout 30 nc -z -n "$addr" 5102 || fail "a closed port"
}

plain_socat()
{
	local i pids=()

	start socat -t 60 TCP4-LISTEN:5103,bind="$addr",reuseaddr,fork,backlog=50 EXEC:"tr a-z A-Z"
	await 5103 || return
	for i in {1..20}; do
		[ "$(echo "socat $i" | "$client" timeout 60 socat -t 20 - TCP4:"$addr":5103)" = \
			"SOCAT $i" ] || fail "the $i-th" || return
	done
	for i in {1..10}; do
		"$client" timeout 100 socat -t 30 - TCP4:"$addr":5103 <"$TMP/words" \
			>"$TMP/got.$i" &
		pids+=($!)
	done
	for i in {1..10}; do
		wait "${pids[i - 1]}" || fail "client $i" || return
		same <(tr '[:lower:]' '[:upper:]' <"$TMP/words") "$TMP/got.$i" || return
	done
}

# Options that socat sets, each of which must be there.
plain_options()
{
	local options=reuseaddr,fork,keepalive,keepidle=5,keepintvl=2,keepcnt=3

	start socat -t 60 TCP4-LISTEN:5104,bind="$addr",$options EXEC:cat
	await 5104 || return
	[ "$(echo word | "$client" timeout 60 socat -t 20 - \
		TCP4:"$addr":5104,nodelay,keepalive,linger=5,mss=900,sndbuf=20000,rcvbuf=20000)" = word ]
}

make_certificate()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=there.gonet -addext subjectAltName=IP:10.0.0.1,IP:10.0.0.2 \
		-keyout "$TMP/key.pem" -out "$TMP/cert.pem"
}

tls_data()
{
	# shellcheck disable=SC2016 # what another shell expands
	start sh -c 'sleep 1000 | openssl s_server -quiet -naccept 1 -cert "$0/cert.pem" -key "$0/key.pem" \
		-accept "$1:5105" >"$0/got"' "$TMP" "$addr"
	await 5105 || return
	# its end is told by the file's having come
	(cat "$TMP/here"; wait_for 60 cmp -s "$TMP/here" "$TMP/got") |
		"$client" timeout 100 openssl s_client -quiet -no_ign_eof -connect "$addr:5105" \
			-CAfile "$TMP/cert.pem" -verify_return_error
	same "$TMP/here" "$TMP/got"
}

tls_files()
{
	local version

	start env -C "$TMP" openssl s_server -WWW -cert "$TMP/cert.pem" -key "$TMP/key.pem" \
		-accept "$addr:5106"
	await 5106 || return
	for version in 1.2 1.3; do
		rm -f "$TMP/got"
		"$client" timeout 100 curl -sS --tlsv$version --tls-max $version \
			--cacert "$TMP/cert.pem" -o "$TMP/got" "https://$addr:5106/here" ||
			fail "TLS $version" || return
		same "$TMP/here" "$TMP/got" || return
	done
}

numbers 5000000 >"$TMP/here"
numbers 7000000 | tr 0-9 a-j >"$TMP/there"
head -c 300000 "$TMP/there" >"$TMP/words"
everywhere "nc" plain_nc
everywhere "both ways at once" plain_both_ways
both "nc -z" plain_scan
everywhere "socat" plain_socat
both "socat's options" plain_options
check "a certificate" make_certificate
everywhere "openssl s_server and s_client" tls_data
both "files by TLS" tls_files
check "nothing in the kernel's log" dmesg_clean
finish
