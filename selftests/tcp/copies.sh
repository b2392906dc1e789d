#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: by-name timeout=600
#
# Copies of trees of files: rsync's daemon, FTP, git over HTTP, on GoNet and facing it.
# shellcheck disable=SC2317,SC2329 # functions are called by name

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run rsync curl git

# shellcheck source-path=SCRIPTDIR source=programs_lib.sh
. "$(dirname "$0")/programs_lib.sh"

vsftpd=$servers/usr/sbin/vsftpd
python=/usr/bin/python3
need "$vsftpd"

make_tree()
{
	local i

	mkdir -p "$TMP/tree/deep/er"
	for i in {1..60}; do
		numbers $((i * i * 100)) >"$TMP/tree/deep/$i"
	done
	: >"$TMP/tree/empty"
	numbers 10000000 >"$TMP/tree/deep/er/large"
}

copy_rsync()
{
	rm -rf "$TMP/module" "$TMP/back"
	mkdir "$TMP/module"
	cat >"$TMP/rsyncd.conf" <<-END
	address = $addr
	port = 8730
	use chroot = no
	uid = root
	gid = root
	lock file = $TMP/rsync.lock
	[files]
	path = $TMP/module
	read only = no
	END
	start rsync --daemon --no-detach --config="$TMP/rsyncd.conf"
	await 8730 || return
	"$client" timeout 100 rsync -a "$TMP/tree/" "rsync://$addr:8730/files/" &&
		diff -r "$TMP/tree" "$TMP/module" || return
	"$client" timeout 100 rsync -az "rsync://$addr:8730/files/" "$TMP/back/" &&
		diff -r "$TMP/tree" "$TMP/back" || return
	# Where the two differ already, only what differs is sent.
	printf change | dd of="$TMP/back/deep/er/large" bs=1 seek=5000000 conv=notrunc status=none
	"$client" timeout 100 rsync -a --checksum --no-whole-file "$TMP/back/" \
		"rsync://$addr:8730/files/" && diff -r "$TMP/back" "$TMP/module"
}

# ftp_moves OPTION...: a file there and back
ftp_moves()
{
	rm -f "$TMP/ftp/put/large" "$TMP/got"
	"$client" timeout 100 curl -sS "$@" -T "$TMP/tree/deep/er/large" \
		"ftp://$addr:2121/put/large" || fail "up: $*" || return
	same "$TMP/tree/deep/er/large" "$TMP/ftp/put/large" || return
	"$client" timeout 100 curl -sS "$@" -o "$TMP/got" "ftp://$addr:2121/put/large" ||
		fail "down: $*" || return
	same "$TMP/tree/deep/er/large" "$TMP/got"
}

# With both who opens the connections for data.
copy_ftp()
{
	mkdir -p "$TMP/ftp/put" "$TMP/empty"
	cat >"$TMP/vsftpd.conf" <<-END
	listen=YES
	listen_address=$addr
	listen_port=2121
	background=NO
	run_as_launching_user=YES
	seccomp_sandbox=NO
	isolate=NO
	isolate_network=NO
	anonymous_enable=YES
	ftp_username=nobody
	no_anon_password=YES
	anon_root=$TMP/ftp
	anon_upload_enable=YES
	write_enable=YES
	anon_umask=022
	allow_writeable_chroot=YES
	secure_chroot_dir=$TMP/empty
	connect_from_port_20=NO
	END
	start "$vsftpd" "$TMP/vsftpd.conf"
	await 2121 || return
	ftp_moves && ftp_moves --disable-epsv && ftp_moves -P - && ftp_moves -P - --disable-eprt
}

in_git() { git -c user.name=n -c user.email=e@example.org -C "$@"; }

make_repository()
{
	rm -rf "$TMP/origin" "$TMP/git"
	git init -q "$TMP/origin" && cp -r "$TMP/tree/." "$TMP/origin" &&
		in_git "$TMP/origin" add . && in_git "$TMP/origin" commit -q -m first || return
	mkdir "$TMP/git"
	git clone -q --bare "$TMP/origin" "$TMP/git/tree.git" &&
		in_git "$TMP/git/tree.git" config http.receivepack true
}

copy_git()
{
	rm -rf "$TMP/clone" "$TMP/again"
	make_repository || return
	start "$python" "$(dirname "$0")/git_server.py" "$addr" 8081 "$TMP/git"
	await 8081 || return
	"$client" timeout 100 git clone -q "http://$addr:8081/tree.git" "$TMP/clone" &&
		in_git "$TMP/clone" fsck --full --strict && diff -r -x .git "$TMP/tree" "$TMP/clone" || return
	numbers 3000000 >"$TMP/clone/new"
	in_git "$TMP/clone" add new && in_git "$TMP/clone" commit -q -m second || return
	"$client" timeout 100 git -C "$TMP/clone" push -q || return
	in_git "$TMP/git/tree.git" fsck --full --strict || return
	[ "$(in_git "$TMP/clone" rev-parse HEAD)" = "$(in_git "$TMP/git/tree.git" rev-parse HEAD)" ]
}

export HOME=$TMP
make_tree
everywhere "rsync" copy_rsync
everywhere "FTP" copy_ftp
everywhere "git" copy_git
check "nothing in the kernel's log" dmesg_clean
finish
