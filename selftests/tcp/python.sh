#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# Python's web server, asyncio and selectors, on GoNet and facing it.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run curl openssl

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

python=/usr/bin/python3
need "$python"
here=$(cd "$(dirname "$0")" && pwd)

python_http()
{
	start "$python" -m http.server --bind "$addr" --directory "$TMP/www" 8082
	await 8082 || return
	rm -f "$TMP"/got/*
	"$client" timeout 100 curl -sS --fail -o "$TMP/got/#1" "http://$addr:8082/{1,4k,1M}" &&
		diff -r "$TMP/www" "$TMP/got" || return
	# a client of its own
	"$client" timeout 100 "$python" - "$addr" "$TMP/www/1M" <<-'END'
	import sys, urllib.request
	with urllib.request.urlopen(f"http://{sys.argv[1]}:8082/1M", timeout=60) as answer:
	    assert answer.read() == open(sys.argv[2], "rb").read()
	END
}

# echo SERVER CLIENT OPTION...: kinds of servers and clients, see echo.py
echo_pair()
{
	local from=$1 to=$2

	shift 2
	start "$python" "$here/echo.py" "$from" server "$addr" 8083 "$@"
	await 8083 || return
	"$client" timeout 200 "$python" "$here/echo.py" "$to" client "$addr" 8083 "$@"
}

python_asyncio() { echo_pair asyncio asyncio; }
python_tls() { echo_pair asyncio asyncio "$TMP/cert.pem" "$TMP/key.pem"; }
python_selectors() { echo_pair selectors selectors; }
python_mixed() { echo_pair threads asyncio; }

make_certificate()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=there.gonet -addext subjectAltName=IP:10.0.0.1,IP:10.0.0.2 \
		-keyout "$TMP/key.pem" -out "$TMP/cert.pem"
}

mkdir "$TMP/www" "$TMP/got"
printf x >"$TMP/www/1"
numbers 4096 >"$TMP/www/4k"
numbers 1000000 >"$TMP/www/1M"
everywhere "http.server" python_http
everywhere "asyncio" python_asyncio
everywhere "selectors" python_selectors
both "threads and asyncio" python_mixed
check "a certificate" make_certificate
both "asyncio with TLS" python_tls
check "nothing in the kernel's log" dmesg_clean
finish
