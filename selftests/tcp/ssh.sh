#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# ssh, scp, sftp and sshd, on GoNet and facing it.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run ssh scp sftp ssh-keygen

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

sshd=$(realpath "$servers/usr/sbin/sshd")
need "$sshd"

make_keys()
{
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/host" && ssh-keygen -q -t ed25519 -N '' -f "$TMP/id" &&
		cp "$TMP/id.pub" "$TMP/authorized" || return
	# The machine has no user for sshd, and perhaps a root who may not log in.
	{ getent passwd | grep -v '^sshd:'; echo 'sshd:x:65533:65534::/:/bin/false'; } \
		>"$TMP/passwd"
	{ grep -v '^root:' /etc/shadow; echo 'root:*:19000:0:99999:7:::'; } >"$TMP/shadow"
	mkdir -p /run/sshd
}

start_sshd()
{
	cat >"$TMP/sshd.conf" <<-END
	Port 2222
	ListenAddress $addr
	HostKey $TMP/host
	AuthorizedKeysFile $TMP/authorized
	PermitRootLogin yes
	StrictModes no
	UsePAM no
	PidFile none
	MaxStartups 100
	Subsystem sftp internal-sftp
	END
	# shellcheck disable=SC2016 # what another shell expands
	start unshare -m sh -c 'mount --bind "$0/passwd" /etc/passwd &&
		mount --bind "$0/shadow" /etc/shadow && exec "$@"' "$TMP" \
		"$sshd" -D -e -f "$TMP/sshd.conf"
	await 2222
}

options=(-F /dev/null -i "$TMP/id" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
	 -o LogLevel=ERROR -o BatchMode=yes)

remote() { "$client" timeout 100 ssh "${options[@]}" -p 2222 "root@$addr" "$@"; }

ssh_commands()
{
	local status

	start_sshd || return
	[ "$(remote echo "words from afar")" = "words from afar" ] || fail "no answer" || return
	remote exit 7
	status=$?
	[ "$status" = 7 ] || fail "status $status" || return
	[ "$(remote -tt tty </dev/null | tr -d '\r')" != "" ] || fail "no terminal" || return
	# both ways at once, and the end of the input arrives
	remote cat <"$TMP/file" >"$TMP/got" || return
	same "$TMP/file" "$TMP/got"
}

# Connections that are open side by side.
ssh_many()
{
	local pids=() i

	start_sshd || return
	for i in {1..8}; do
		remote "head -c 100000; cat >/dev/null" <"$TMP/file" >"$TMP/got.$i" &
		pids+=($!)
	done
	for i in {1..8}; do
		wait "${pids[i - 1]}" || fail "connection $i" || return
		same <(head -c 100000 "$TMP/file") "$TMP/got.$i" || return
	done
}

# Another connection within one, to where sshd can reach.
ssh_forward()
{
	start_sshd || return
	rm -f "$TMP/got"
	"$client" timeout 100 ssh "${options[@]}" -p 2222 -W "$addr:2222" "root@$addr" \
		</dev/null >"$TMP/banner"
	grep -q '^SSH-2.0' "$TMP/banner" || fail "$(cat "$TMP/banner")"
}

ssh_copies()
{
	start_sshd || return
	"$client" timeout 100 scp -q "${options[@]}" -P 2222 "$TMP/file" "root@$addr:$TMP/there" &&
		same "$TMP/file" "$TMP/there" || return
	"$client" timeout 100 scp -q "${options[@]}" -P 2222 "root@$addr:$TMP/there" "$TMP/back" &&
		same "$TMP/file" "$TMP/back" || return
	rm "$TMP/there" "$TMP/back"
	printf 'put %s %s\nget %s %s\n' "$TMP/file" "$TMP/there" "$TMP/there" "$TMP/back" \
		>"$TMP/batch"
	"$client" timeout 100 sftp -q "${options[@]}" -P 2222 -b "$TMP/batch" "root@$addr" &&
		same "$TMP/file" "$TMP/there" && same "$TMP/file" "$TMP/back"
}

check "keys" make_keys
numbers 5000000 >"$TMP/file"
everywhere "commands and data both ways" ssh_commands
both "8 at once" ssh_many
both "a forwarded connection" ssh_forward
everywhere "scp and sftp" ssh_copies
check "nothing in the kernel's log" dmesg_clean
finish
