#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=900
#
# nginx, curl and ab, on GoNet and facing it.
#
#	HTTP_LARGE=1G		the size of the largest file, as head takes it (30M)
#	HTTP_REQUESTS=100000	how many requests ab makes of each kind (2000)
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run curl ab

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

nginx=$servers/usr/sbin/nginx
need "$nginx"
requests=${HTTP_REQUESTS:-2000}

make_files()
{
	mkdir -p "$TMP/www/put" "$TMP/got"
	printf x >"$TMP/www/1"
	numbers 4096 >"$TMP/www/4k"
	numbers 1000000 >"$TMP/www/1M"
	numbers "${HTTP_LARGE:-30M}" >"$TMP/www/large"
}

start_nginx()
{
	cat >"$TMP/nginx.conf" <<-END
	daemon off;
	worker_processes 2;
	user root;
	pid $TMP/nginx.pid;
	error_log stderr;
	events { worker_connections 4096; }
	http {
		access_log off;
		sendfile on;
		tcp_nopush on;
		keepalive_requests 1000000;
		client_max_body_size 0;
		client_body_temp_path $TMP/body;
		proxy_temp_path $TMP/proxy;
		fastcgi_temp_path $TMP/fastcgi;
		uwsgi_temp_path $TMP/uwsgi;
		scgi_temp_path $TMP/scgi;
		server {
			listen $addr:8080 backlog=511;
			root $TMP/www;
			location /put/ { dav_methods PUT; }
		}
	}
	END
	start "$nginx" -p "$TMP" -e stderr -c "$TMP/nginx.conf"
	await 8080
}

fetch() { "$client" timeout 1000 curl -sS --fail "$@"; }

http_sizes()
{
	local name

	start_nginx || return
	for name in 1 4k 1M large; do
		fetch -o "$TMP/got/$name" "http://$addr:8080/$name" || return
		same "$TMP/www/$name" "$TMP/got/$name" || return
		rm "$TMP/got/$name"
	done
}

http_upload()
{
	local name

	start_nginx || return
	for name in 1 1M large; do
		fetch -T "$TMP/www/$name" "http://$addr:8080/put/$name" || return
		same "$TMP/www/$name" "$TMP/www/put/$name" || return
		rm "$TMP/www/put/$name"
	done
}

# fetch_many CONNECTIONS OPTION...: 200 files in one call of curl's
fetch_many()
{
	local connections=$1 i opened

	shift
	rm -f "$TMP"/got/*
	opened=$(fetch "$@" -w '%{num_connects}\n' -o "$TMP/got/#1" \
			"http://$addr:8080/4k?[1-200]" | awk '{ n += $1 } END { print n }')
	for i in {1..200}; do
		same "$TMP/www/4k" "$TMP/got/$i" || return
	done
	[ "$opened" = "$connections" ] || fail "$opened connections: $*"
}

http_keepalive()
{
	start_nginx || return
	fetch_many 1 || return
	fetch_many 200 -H 'Connection: close'
}

http_parallel()
{
	local i

	start_nginx || return
	rm -f "$TMP"/got/*
	fetch -Z --parallel-max 20 -o "$TMP/got/#1" "http://$addr:8080/1M?[1-20]" || return
	for i in {1..20}; do
		same "$TMP/www/1M" "$TMP/got/$i" || return
	done
}

# A part of a file, and a transfer that is broken off and goes on.
http_ranges()
{
	start_nginx || return
	rm -f "$TMP"/got/*
	fetch -r 500000-500999 -o "$TMP/got/part" "http://$addr:8080/1M" || return
	same <(tail -c +500001 "$TMP/www/1M" | head -c 1000) "$TMP/got/part" || return
	head -c 333333 "$TMP/www/1M" >"$TMP/got/1M"
	fetch -C - -o "$TMP/got/1M" "http://$addr:8080/1M" || return
	same "$TMP/www/1M" "$TMP/got/1M"
}

# ab_run OPTION...: as many requests as are asked for, all answered with the whole file
ab_run()
{
	"$client" timeout 1000 ab -q -n "$requests" -c 20 "$@" "http://$addr:8080/4k" >"$TMP/ab" ||
		fail "$(cat "$TMP/ab")" || return
	cat "$TMP/ab"
	grep -q "^Complete requests: *$requests$" "$TMP/ab" &&
		grep -q '^Failed requests: *0$' "$TMP/ab" &&
		! grep -q 'Non-2xx' "$TMP/ab" &&
		grep -q "^HTML transferred: *$((requests * 4096)) bytes" "$TMP/ab"
}

http_ab() { start_nginx && ab_run; }
http_ab_keepalive() { start_nginx && ab_run -k; }

make_files
everywhere "files of every size" http_sizes
both "uploads" http_upload
both "keep-alive and not" http_keepalive
both "20 at once" http_parallel
both "parts of files" http_ranges
everywhere "$requests requests, each by a connection" http_ab
everywhere "$requests requests with keep-alive" http_ab_keepalive
check "nothing in the kernel's log" dmesg_clean
finish
