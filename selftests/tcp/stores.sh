#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: by-name timeout=600
#
# Servers of data, redis, memcached and PostgreSQL, on GoNet and facing it.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run redis-cli redis-benchmark redis-check-rdb

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

python=/usr/bin/python3
memcached=$servers/usr/bin/memcached
need "$memcached"

redis() { "$client" timeout 100 redis-cli -h "$addr" -p 6380 "$@"; }

# Debian's redis-server is this program by another name.
start_redis()
{
	ln -sf "$(command -v redis-check-rdb)" "$TMP/redis-server"
	start "$TMP/redis-server" --bind "$addr" --port 6380 --dir "$TMP" --save '' \
		--protected-mode no --appendonly no
	await 6380
}

redis_values()
{
	local i

	start_redis || return
	redis -x set large <"$TMP/file" || return
	redis get large | head -c "$(stat -c %s "$TMP/file")" >"$TMP/got"
	same "$TMP/file" "$TMP/got" || return
	# as many commands as fit under way at once
	for i in {1..5000}; do
		echo "SET key$i value$i"
	done >"$TMP/commands"
	redis --pipe <"$TMP/commands" | grep -q 'errors: 0, replies: 5000' || fail "pipe" || return
	for i in {1..5000}; do
		echo "GET key$i"
	done >"$TMP/commands"
	same <(printf 'value%d\n' {1..5000}) <(redis <"$TMP/commands")
}

redis_load()
{
	start_redis || return
	"$client" timeout 1000 redis-benchmark -h "$addr" -p 6380 -n 5000 -c 50 -q \
		-t ping,set,get,incr,lpush,lrange_100,mset >"$TMP/report" 2>&1 ||
		fail "$(cat "$TMP/report")" || return
	tr '\r' '\n' <"$TMP/report"
	! grep -i error "$TMP/report" || return
	[ "$(redis get counter:__rand_int__)" = 5000 ] ||
		fail "counted $(redis get counter:__rand_int__)" || return
	"$client" timeout 1000 redis-benchmark -h "$addr" -p 6380 -n 20000 -c 20 -P 16 -q \
		-t set,get >"$TMP/report" 2>&1 && ! grep -i error "$TMP/report"
}

memcached_values()
{
	start "$memcached" -u root -l "$addr" -p 11212 -I 4m -m 256 -t 2
	await 11212 || return
	"$client" timeout 200 "$python" "$(dirname "$0")/memcached_client.py" "$addr" 11212
}

# PostgreSQL will not be run by root; its programs, and gonet-run's library, are where
# others may read them.
postgres=$TMP/postgres
bin=$postgres/lib/postgresql/15/bin
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

make_database()
{
	mkdir "$postgres" && mount --bind "$servers/usr" "$postgres" || return
	defer umount -l "$postgres"
	LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$postgres/lib/$(uname -m)-linux-gnu
	mkdir -m 700 "$TMP/data" && chown 65534:65534 "$TMP/data" &&
		install -d -o 65534 -g 65534 "$TMP/run" || return
	"${nobody[@]}" "$bin/initdb" -D "$TMP/data" -A trust -U postgres --no-sync --locale=C \
		-E UTF8
}

sql() { "$client" timeout 200 "$bin/psql" -h "$addr" -p 5433 -U postgres -XAtq "$@" postgres; }
sql_answers() { [ "$(sql -c 'select 1')" = 1 ]; }

start_postgres()
{
	cat >"$TMP/data/pg_hba.conf" <<-END
	host all all 0.0.0.0/0 trust
	END
	mkdir -p "$TMP/open"
	copy_gonet_run "$TMP/open" || return
	gonet_run=$TMP/open/gonet-run start "${nobody[@]}" "$bin/postgres" -D "$TMP/data" -h "$addr" \
		-p 5433 -k "$TMP/run" -c fsync=off -c jit=off -c shared_buffers=32MB \
		-c dynamic_shared_memory_type=mmap
	await 5433 && wait_for 60 sql_answers
}

# The bank of pgbench's: what was moved is what the accounts have.
postgres_bank()
{
	rm -f "$TMP/data/postmaster.pid"
	start_postgres || return
	"$client" timeout 200 "$bin/pgbench" -h "$addr" -p 5433 -U postgres -q -i -s 1 postgres &&
		"$client" timeout 200 "$bin/pgbench" -h "$addr" -p 5433 -U postgres -n -c 8 -j 2 -t 50 \
			postgres || return
	"$client" timeout 200 "$bin/pgbench" -h "$addr" -p 5433 -U postgres -n -c 4 -C -S -t 10 \
		postgres || return
	[ "$(sql -c 'select count(*) from pgbench_history')" = 400 ] || fail "transactions" || return
	[ "$(sql -c 'select (select sum(abalance) from pgbench_accounts) =
		(select sum(delta) from pgbench_history)')" = t ] || fail "sums"
}

postgres_copy()
{
	rm -f "$TMP/data/postmaster.pid"
	start_postgres || return
	sql -c 'drop table if exists numbers' -c 'create table numbers (n int)' &&
		seq 200000 | sql -c 'copy numbers from stdin' &&
		sql -c 'copy (select n from numbers order by n) to stdout' >"$TMP/got" &&
		same <(seq 200000) "$TMP/got"
}

numbers 3000000 >"$TMP/file"
everywhere "redis keeps values" redis_values
everywhere "redis-benchmark" redis_load
everywhere "memcached" memcached_values
check "a database" make_database
everywhere "pgbench" postgres_bank
everywhere "psql copies" postgres_copy
check "nothing in the kernel's log" dmesg_clean
finish
