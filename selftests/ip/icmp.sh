#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP beyond echo: options, timestamps, errors and their limits, groups.
. "$(dirname "$0")/../lib.sh"

need ping ip python3

ns_new NS
net_up 1 || { not_ok "a device and a stack behind it"; finish; }

record_route()
{
	native ping -c 1 -R 10.0.0.2 >"$TMP/rr" || return
	cat "$TMP/rr"
	# Out, turned round at the stack, and back in.
	[ "$(grep -cE '^(RR:)?[[:space:]]+10\.0\.0\.[12]$' "$TMP/rr")" -ge 3 ] &&
		grep -qE '^[[:space:]]+10\.0\.0\.2$' "$TMP/rr"
}
check "record route: the stack adds itself and sends it back" record_route

timestamps()
{
	native ping -c 1 -T "$1" 10.0.0.2 >"$TMP/ts" || return
	cat "$TMP/ts"
	[ "$(grep -c . <(sed -n '/^TS:/,/^$/p' "$TMP/ts"))" -ge 3 ]
}
check "timestamp option: times" timestamps tsonly
check "timestamp option: times and addresses" timestamps tsandaddr

# One raw packet out, and the ICMP message about it.
icmp_about()
{
	native python3 - "$@" <<-'END'
	import socket, struct, sys, time

	def checksum(data):
	    data += b'\0' * (len(data) % 2)
	    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
	    while total >> 16:
	        total = (total & 0xffff) + (total >> 16)
	    return ~total & 0xffff

	what, want = sys.argv[1], sys.argv[2]
	back = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	back.settimeout(float(sys.argv[3]) if len(sys.argv) > 3 else 5)
	if what == 'protocol':
	    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
	    s.sendto(b'nobody is bound to this', ('10.0.0.2', 0))
	elif what == 'timestamp':
	    s = back
	    m = struct.pack('!BBHHHIII', 13, 0, 0, 7, 9, 1234, 0, 0)
	    s.sendto(m[:2] + struct.pack('!H', checksum(m)) + m[4:], ('10.0.0.2', 0))
	elif what == 'option':
	    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
	    # Record route with a pointer that points into its own header.
	    head = struct.pack('!BBHHHBBH4s4s', 0x47, 0, 36, 1, 0, 64, 1, 0,
	                       socket.inet_aton('10.0.0.1'), socket.inet_aton('10.0.0.2'))
	    icmp = struct.pack('!BBHHH', 8, 0, 0xf7fe, 0, 1)
	    s.sendto(head + b'\x07\x07\x02\0\0\0\0\0' + icmp, ('10.0.0.2', 0))
	elif what == 'broadcast':
	    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
	    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
	    s.sendto(b'to all', ('10.0.0.255', 0))
	elif what == 'about-error':
	    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	    m = struct.pack('!BBHI', 3, 1, 0, 0) + b'\x45' + b'\0' * 27
	    s.sendto(m[:2] + struct.pack('!H', checksum(m)) + m[4:], ('10.0.0.2', 0))
	end = time.monotonic() + back.gettimeout()
	while True:
	    back.settimeout(max(end - time.monotonic(), 0.01))
	    try:
	        data, (peer, _) = back.recvfrom(2000)
	    except socket.timeout:
	        print('no answer')
	        sys.exit(0 if want == 'none' else 1)
	    if peer != '10.0.0.2':
	        continue
	    icmp = data[(data[0] & 15) * 4:]
	    answer = '%d/%d' % (icmp[0], icmp[1])
	    print('answer', answer, icmp.hex())
	    if checksum(icmp):
	        sys.exit('its checksum is wrong')
	    if icmp[0] == 14:
	        ident, seq, sent, received, transmitted = struct.unpack('!HHIII', icmp[4:20])
	        assert (ident, seq, sent) == (7, 9, 1234)
	        now = int(time.time() * 1000) % 86400000
	        assert abs(received - now) < 60000 and abs(transmitted - now) < 60000
	    if answer == want:
	        sys.exit(0)
	    sys.exit('wanted ' + want)
	END
}
check "protocol nobody is bound to: unreachable, code 2" icmp_about protocol 3/2
check "timestamp: answered with the time" icmp_about timestamp 14/0
check "malformed option: parameter problem" icmp_about option 12/0
check "no error about a broadcast" icmp_about broadcast none 2
check "no error about an error" icmp_about about-error none 2

# net.gonet.icmp_ratelimit: after a burst, one a second to one host.
limited()
{
	local before after

	before=$(stat_of IcmpOutDestUnreachs)
	native python3 - <<-'END'
	import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
	for i in range(200):
	    s.sendto(b'x', ('10.0.0.2', 0))
	END
	wait_for 10 counted_at_least IpInUnknownProtos 200 || return
	after=$(stat_of IcmpOutDestUnreachs)
	note "$((after - before)) errors about 200 packets"
	[ $((after - before)) -le 12 ]
}
counted_at_least() { [ "$(stat_of "$1")" -ge "$2" ]; }
check "errors are rate limited" limited

broadcast_ignored() { ! native ping -b -q -c 1 -W 1 10.0.0.255; }
check "echo to a broadcast address: ignored" broadcast_ignored
broadcast_answered()
{
	native sysctl -q -w net.gonet.icmp_echo_ignore_broadcasts=0 || return
	native ping -b -c 1 -W 5 10.0.0.255 | tee /dev/stderr | grep -q 'from 10.0.0.2'
	local status=$?
	native sysctl -q -w net.gonet.icmp_echo_ignore_broadcasts=1
	return $status
}
check "echo to a broadcast address: answered where configured" broadcast_answered

ignore_all()
{
	native sysctl -q -w net.gonet.icmp_echo_ignore_all=1 || return
	! native ping -q -c 1 -W 1 10.0.0.2
	local status=$?
	native sysctl -q -w net.gonet.icmp_echo_ignore_all=0
	return $status
}
check "echo ignored where configured" ignore_all
check "the stack still answers" stack_answers
check "the kernel reported nothing" dmesg_clean
finish
