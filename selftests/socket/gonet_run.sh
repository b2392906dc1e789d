#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gonet: timeout=600
#
# gonet-run: what programs see of it, and what they get when their sockets are GoNet's;
# and the example that opens the family itself.
# shellcheck disable=SC2317,SC2329 # functions are called by name
# shellcheck disable=SC2016 # what another shell expands

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$(dirname "$0")/../lib.sh"

need gonet-run python3 cc setcap getent
python=/usr/bin/python3
echo_peer=$tree/build/tools/examples/udp_echo

# shellcheck source-path=SCRIPTDIR source=run_lib.sh
. "$(dirname "$0")/run_lib.sh"

# A UDP server of the native stack that sends back in capitals.
cat >"$TMP/server.py" <<'END'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.1", 7))
while True:
    data, peer = s.recvfrom(65536)
    s.sendto(data.upper(), peer)
END

# A client that says what it gets back.
cat >"$TMP/client.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.connect(("10.0.0.1", 7))
s.send(sys.argv[1].encode())
print(s.recv(65536).decode(), s.getsockname()[0])
END
client() { run "$python" "$TMP/client.py" "$1"; }

# A name server that knows one name.
cat >"$TMP/names.py" <<'END'
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.0.0.1", 53))
while True:
    data, peer = s.recvfrom(512)
    end = data.index(0, 12) + 5
    kind = struct.unpack(">H", data[end - 4:end - 2])[0]
    known = data[12:end - 4] == b"\x05there\x05gonet\x00" and kind == 1
    answer = b"\xc0\x0c" + struct.pack(">HHIH4B", 1, 1, 60, 4, 10, 0, 0, 1) if known else b""
    s.sendto(data[:2] + struct.pack(">HHHHH", 0x8180, 1, int(known), 0, 0) + data[12:end] + answer,
             peer)
END

answers() { [ "$(client x)" = "X 10.0.0.2" ]; }

test_client()
{
	[ "$(client hello)" = "HELLO 10.0.0.2" ]
}

# Without gonet-run there is no way there: the test would see if it were not used.
test_native()
{
	! native "$python" "$TMP/client.py" hello 2>/dev/null
}

test_example()
{
	[ -x "$echo_peer" ] || { skip "no $echo_peer"; return; }
	[ "$(native "$echo_peer" 10.0.0.1 7 one two)" = "$(printf 'ONE\nTWO')" ]
}

test_example_server()
{
	[ -x "$echo_peer" ] || { skip "no $echo_peer"; return; }
	background native "$echo_peer" 5007
	far "$python" - <<-'END'
	import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.settimeout(1)
	for attempt in range(20):
	    try:
	        s.sendto(b"hello", ("10.0.0.2", 5007))
	        data, peer = s.recvfrom(100)
	        break
	    except TimeoutError:
	        pass
	assert (data, peer) == (b"hello", ("10.0.0.2", 5007)), (data, peer)
	END
}

# What programs ask about their sockets.
test_domain()
{
	run "$python" - <<-'END'
	import ctypes, socket
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	domain = s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN)
	assert domain == socket.AF_INET, domain
	assert s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN, 2) == b"\x02\x00"
	assert s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_UDP
	assert socket.socket(fileno=s.detach()).family == socket.AF_INET
	libc = ctypes.CDLL(None, use_errno=True)
	fd = libc.syscall(ctypes.c_long(41), ctypes.c_long(2), ctypes.c_long(2), ctypes.c_long(0))
	s = socket.socket(fileno=fd)
	s.connect(("10.0.0.1", 7))
	assert s.getsockname()[0] == "10.0.0.2", s.getsockname()
	END
}

test_families()
{
	run "$python" - <<-'END'
	import errno, socket
	try:
	    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	    raise AssertionError("IPv6")
	except OSError as error:
	    assert error.errno == errno.EAFNOSUPPORT, error
	a, b = socket.socketpair()
	a.send(b"x")
	assert b.recv(1) == b"x"
	socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
	END
}

# What the kernel answers without asking the family.
test_translated()
{
	run "$python" - <<-'END'
	import array, fcntl, socket, struct
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
	assert s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 1
	room = array.array("B", bytes(400))
	size = struct.unpack("iP", fcntl.ioctl(s, 0x8912, struct.pack("iP", 400,
	                                       room.buffer_info()[0])))[0]
	found = {room[at:at + 16].tobytes().rstrip(b"\0"): socket.inet_ntoa(room[at + 20:at + 24])
	         for at in range(0, size, 40)}
	assert found == {b"lo": "127.0.0.1", b"gonet0": "10.0.0.2"}, found
	other = socket.socketpair()[0]
	native = struct.unpack("iP", fcntl.ioctl(other, 0x8912, struct.pack("iP", 0, 0)))[0]
	assert native == 40, native
	END
}

# Stream sockets of the native stack, datagrams of this one.
test_datagrams()
{
	run -d "$python" - <<-'END'
	import socket
	socket.create_server(("127.0.0.1", 0))
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.connect(("10.0.0.1", 7))
	assert s.getsockname()[0] == "10.0.0.2", s.getsockname()
	END
}

# A forked child's, a thread's, and an executed program's sockets; one passed over.
test_descendants()
{
	run "$python" - "$TMP/client.py" <<-'END'
	import array, os, socket, subprocess, sys, threading

	def ask(word):
	    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	    s.settimeout(10)
	    s.connect(("10.0.0.1", 7))
	    s.send(word)
	    return s.recv(100)

	got = []
	threads = [threading.Thread(target=lambda: got.append(ask(b"t"))) for _ in range(8)]
	for thread in threads:
	    thread.start()
	for thread in threads:
	    thread.join()
	assert got == [b"T"] * 8, got
	child = os.fork()
	if not child:
	    os._exit(0 if ask(b"f") == b"F" else 1)
	assert os.waitpid(child, 0)[1] == 0
	out = subprocess.run([sys.executable, sys.argv[1], "deep"], stdout=subprocess.PIPE,
	                     check=True).stdout
	assert out == b"DEEP 10.0.0.2\n", out
	left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	socket.send_fds(left, [b"x"], [s.fileno()])
	s.close()
	fd = socket.recv_fds(right, 1, 1)[1][0]
	s = socket.socket(fileno=fd)
	s.settimeout(10)
	s.sendto(b"passed", ("10.0.0.1", 7))
	assert s.recv(100) == b"PASSED"
	END
}

test_environment()
{
	local out

	out=$(LD_PRELOAD=libm.so.6 run sh -c 'echo "$LD_PRELOAD"') || return
	[[ $out == libm.so.6:*/libgonet-preload.so ]] || fail "$out" || return
	out=$(run gonet-run sh -c 'echo "$LD_PRELOAD"') || return
	[[ $out == /*libgonet-preload.so && $out != *:* ]] || fail "twice: $out"
}

test_status()
{
	local status

	run sh -c 'exit 7'; status=$?
	[ "$status" = 7 ] || fail "exit 7 gave $status" || return
	run sh -c 'kill -TERM $$'; status=$?
	[ "$status" = 143 ] || fail "SIGTERM gave $status" || return
	run "$TMP/no-such-program"; status=$?
	[ "$status" = 127 ] || fail "nothing to run gave $status" || return
	run "$TMP"; status=$?
	[ "$status" = 126 ] || fail "a folder gave $status" || return
	gonet-run -n no-such-namespace true; status=$?
	[ "$status" = 125 ] || fail "no namespace gave $status" || return
	gonet-run; status=$?
	[ "$status" = 125 ] || fail "no command gave $status"
}

test_verbose()
{
	run -v "$python" "$TMP/client.py" x 2>&1 >/dev/null |
		grep -q 'socket(AF_INET, .* = [0-9]* of GoNet'
}

warned() { "$@" 2>&1 | tee /dev/stderr | grep -q "warning: .*$text"; }
quiet() { [ -z "$("$@" 2>&1)" ] || fail "it says: $("$@" 2>&1)"; }

test_static()
{
	local text='linked statically'

	echo 'int main(void) { return 0; }' >"$TMP/null.c"
	cc -static -o "$TMP/static" "$TMP/null.c" || return
	warned run "$TMP/static" || fail "no warning" || return
	printf '#!%s\n' "$TMP/static" >"$TMP/script"
	chmod +x "$TMP/script"
	warned run "$TMP/script" || fail "no warning for a script" || return
	cc -o "$TMP/dynamic" "$TMP/null.c" || return
	quiet run "$TMP/dynamic"
}

# As somebody else than root, to whom the bits make a difference; with a copy of
# gonet-run, since they may not look into this tree.
test_rights()
{
	local text dir=$TMP/open

	chmod 755 "$TMP" && mkdir -m 755 "$dir" || return
	copy_gonet_run "$dir" || return
	cp "$TMP/dynamic" "$dir/plain" && cp "$TMP/dynamic" "$dir/setuid" &&
		cp "$TMP/dynamic" "$dir/setgid" && cp "$TMP/dynamic" "$dir/caps" || return
	chmod 4755 "$dir/setuid" && chmod 2755 "$dir/setgid" || return
	setcap cap_net_raw=ep "$dir/caps" || return
	nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$dir/gonet-run" "$@"; }
	quiet nobody "$dir/plain" || return
	text='is setuid or setgid'
	warned nobody "$dir/setuid" || fail "setuid" || return
	warned nobody "$dir/setgid" || fail "setgid" || return
	text='file capabilities'
	warned nobody "$dir/caps" || fail "capabilities" || return
	quiet gonet-run "$dir/setuid" || fail "root" || return
	quiet gonet-run "$dir/caps" || fail "root"
}

# As it is installed, with the library elsewhere.
test_installed()
{
	local own=$TMP/open dir=$TMP/installed

	mkdir -p "$dir/bin" "$dir/lib/gonet" || return
	mv "$own/gonet-run" "$dir/bin/" && mv "$own/libgonet-preload.so" "$dir/lib/gonet/" ||
		return
	[ "$(native "$dir/bin/gonet-run" "$python" "$TMP/client.py" hello)" = "HELLO 10.0.0.2" ]
}

# With another resolv.conf in the program's own view of the files.
lookup()
{
	unshare -m sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' \
		"$TMP/resolv.conf" timeout 60 gonet-run -n "$NS" "$@"
}

resolves() { lookup getent ahostsv4 there.gonet | grep -q '^10\.0\.0\.1 '; }

test_names()
{
	background far "$python" "$TMP/names.py"
	echo 'nameserver 10.0.0.1' >"$TMP/resolv.conf"
	wait_for 60 resolves || return
	lookup "$python" -c \
		'import socket; assert socket.gethostbyname("there.gonet") == "10.0.0.1"'
}

background far "$python" "$TMP/server.py"
check "the server answers" wait_for 20 answers
check "a client" test_client
check "the native stack has no way there" test_native
check "the example as a client" test_example
check "the example as a server" test_example_server
check "SO_DOMAIN, SO_PROTOCOL, syscall()" test_domain
check "other families" test_families
check "SO_REUSEPORT, SIOCGIFCONF" test_translated
check "-d leaves stream sockets native" test_datagrams
check "threads, fork, exec, passed sockets" test_descendants
check "LD_PRELOAD of others is kept" test_environment
check "exit status and signals" test_status
check "-v tells of sockets" test_verbose
check "a warning for static programs" test_static
check "a warning for programs with rights" test_rights
check "as it is installed" test_installed
check "name lookup through the stack" test_names
check "nothing in the kernel's log" dmesg_clean
finish
