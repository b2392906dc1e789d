#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Ping sockets and raw ones on the GoNet stack: the cases of socket/{ping,raw}.sh."""
import errno
import os
import select
import socket
import struct
import subprocess
import time

from gonet_socket import NATIVE, STACK, bound, gonet, main, native, pattern, raises

ICMP = socket.IPPROTO_ICMP
IP_RECVERR = 11
SOL_RAW = 255
ICMP_FILTER = 1
ECHO_REPLY, UNREACHABLE, ECHO, EXCEEDED = 0, 3, 8, 11
SILENT = "10.0.0.99"


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def echo(data=b"", seq=1, kind=ECHO, code=0, ident=0):
    """An ICMP echo message, its checksum right."""
    head = struct.pack(">BBHHH", kind, code, 0, ident, seq)
    return head[:2] + struct.pack(">H", checksum(head + data)) + head[4:] + data


def ping_socket(addr=STACK, ident=0):
    return bound(gonet(socket.SOCK_DGRAM, ICMP), addr, ident)


def raw_socket(protocol, addr=None, make=gonet):
    s = make(socket.SOCK_RAW, protocol)
    s.settimeout(20)
    if addr:
        s.bind((addr, 0))
    return s


def answer(s, data=b"", seq=1):
    """Fails unless the answer to echo(data, seq) comes next."""
    got, name = s.recvfrom(65536)
    kind, code, _, ident, got_seq = struct.unpack(">BBHHH", got[:8])
    assert (kind, code, got_seq) == (ECHO_REPLY, 0, seq), got[:8]
    assert ident == s.getsockname()[1], (ident, s.getsockname())
    assert got[8:] == data, f"{len(got)} bytes"
    assert not checksum(got), "checksum"
    return name


def silent(s, seconds=0.3):
    assert not select.select([s], [], [], seconds)[0], s.recv(100)


def reported(s):
    """What the error queue says: errno, origin, type, code, who reported it, the data."""
    poll = select.poll()
    poll.register(s, 0)
    assert poll.poll(20000), "no error"
    pending = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    data, control, flags, name = s.recvmsg(2000, 512, socket.MSG_ERRQUEUE)
    assert flags & socket.MSG_ERRQUEUE
    level, kind, report = control[0]
    assert (level, kind) == (socket.SOL_IP, IP_RECVERR)
    number, origin, icmp, code = struct.unpack("=IBBB", report[:7])
    assert pending == number, (pending, number)
    return number, origin, icmp, code, socket.inet_ntoa(report[20:24]), data, name


def unreported(s):
    """Fails unless the error queue is empty."""
    s.setblocking(False)  # with a time limit Python would wait for data first
    raises(errno.EAGAIN, s.recv, 10, socket.MSG_ERRQUEUE)


# ping sockets

def refused():
    raises(errno.EACCES, gonet, socket.SOCK_DGRAM, ICMP)


def group():
    """By a group that is not the effective one."""
    os.setgroups([4321])
    os.setgid(65534)
    os.setuid(65534)
    s = ping_socket()
    s.sendto(echo(b"x"), (NATIVE, 0))
    answer(s, b"x")


def answered():
    for to in (NATIVE, "127.0.0.1", STACK):
        s = ping_socket("0.0.0.0")
        # neither identifier nor checksum are the program's to choose
        s.sendto(echo(b"hello", 7, ident=1)[:2] + b"\xff\xff" + echo(b"hello", 7)[4:], (to, 0))
        assert answer(s, b"hello", 7)[0] == to


def identifiers():
    a, b = ping_socket(ident=4000), ping_socket()
    assert a.getsockname() == (STACK, 4000)
    assert b.getsockname()[1] not in (0, 4000)
    alone = gonet(socket.SOCK_DGRAM, ICMP)
    alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    raises(errno.EADDRINUSE, alone.bind, (STACK, 4000))
    raises(errno.EADDRNOTAVAIL, gonet(socket.SOCK_DGRAM, ICMP).bind, (NATIVE, 0))
    raises(errno.EADDRNOTAVAIL, gonet(socket.SOCK_DGRAM, ICMP).bind, ("10.0.0.255", 0))
    a.sendto(echo(b"a"), (NATIVE, 0))
    answer(a, b"a")
    b.sendto(echo(b"b"), (NATIVE, 0))
    answer(b, b"b")
    silent(a, 0)
    a.close()
    assert ping_socket(ident=4000).getsockname() == (STACK, 4000)


def echo_only():
    s = ping_socket()
    for data in (echo(kind=ECHO_REPLY), echo(code=1), echo(kind=13), echo()[:7], b""):
        raises(errno.EINVAL, s.sendto, data, (NATIVE, 0))
    raises(errno.EMSGSIZE, s.sendto, echo(pattern(65508)), (NATIVE, 0))
    raises(errno.EDESTADDRREQ, s.send, echo())
    raises(errno.EOPNOTSUPP, s.sendto, echo(), socket.MSG_OOB, (NATIVE, 0))
    raises(errno.EACCES, s.sendto, echo(), ("10.0.0.255", 0))
    raises(errno.ENETUNREACH, s.sendto, echo(), ("192.0.2.1", 0))
    silent(s)


def sizes():
    s = ping_socket()
    s.connect((NATIVE, 0))
    for seq, size in enumerate((0, 1, 7, 1464, 1465, 1472, 1473, 9000, 40000, 65507)):
        s.send(echo(pattern(size, seq), seq))
        answer(s, pattern(size, seq), seq)


def unreachable():
    """A neighbour that does not answer, as if a router had said so."""
    s = ping_socket()
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(echo(b"lost", 3), (SILENT, 0))
    number, origin, kind, code, offender, data, name = reported(s)
    assert (number, origin, kind, code) == (errno.EHOSTUNREACH, 2, UNREACHABLE, 1)
    assert offender == STACK and name == (SILENT, 0), (offender, name)
    assert data[8:] == b"lost" and data[6:8] == b"\0\3", data


def unreachable_udp():
    s = bound(gonet(), STACK)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(b"lost", (SILENT, 5000))
    number, origin, kind, code, offender, data, name = reported(s)
    assert (number, origin, kind, code) == (errno.EHOSTUNREACH, 2, UNREACHABLE, 1)
    assert offender == STACK and name == (SILENT, 5000) and data == b"lost"


def exceeded():
    """An error that the native end makes up: only about what was sent here."""
    s, other = ping_socket(), ping_socket()
    for each in (s, other):
        each.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(echo(b"far", 9), (NATIVE, 0))
    answer(s, b"far", 9)
    inner = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 31, 1, 0, 1, 1, 0,
                        socket.inet_aton(STACK), socket.inet_aton("192.0.2.7"))
    inner += echo(b"far", 9, ident=s.getsockname()[1])
    message = struct.pack(">BBHI", EXCEEDED, 0, 0, 0) + inner
    message = message[:2] + struct.pack(">H", checksum(message)) + message[4:]
    native(socket.SOCK_RAW, ICMP).sendto(message, (STACK, 0))
    number, origin, kind, code, offender, data, name = reported(s)
    assert (number, origin, kind, code) == (errno.EHOSTUNREACH, 2, EXCEEDED, 0)
    assert offender == NATIVE and name == ("192.0.2.7", 0) and data[8:] == b"far"
    unreported(other)


def beside():
    """The stack's own pings go on."""
    s = ping_socket()
    for seq in range(5):
        s.sendto(echo(b"x", seq), (NATIVE, 0))
        subprocess.run(["gonet", "ping", "-q", "-c", "1", NATIVE], check=True)
        answer(s, b"x", seq)


# raw sockets

def raw_rights():
    s = raw_socket(200)
    os.setgid(65534)
    os.setuid(65534)
    raises(errno.EPERM, gonet, socket.SOCK_RAW, 200)
    s.sendto(b"kept", ("127.0.0.1", 0))
    assert s.recv(100)[20:] == b"kept"


def raw_protocols():
    for protocol, number in ((0, errno.EPROTONOSUPPORT), (-1, errno.EINVAL)):
        raises(number, gonet, socket.SOCK_RAW, protocol)
    s = raw_socket(200)
    assert s.getsockname() == ("0.0.0.0", 200)
    raises(errno.EADDRNOTAVAIL, s.bind, (NATIVE, 0))
    raises(errno.EDESTADDRREQ, s.send, b"x")
    raises(errno.EACCES, s.sendto, b"x", ("10.0.0.255", 0))
    raises(errno.EMSGSIZE, s.sendto, pattern(65516), (NATIVE, 0))
    s.setblocking(False)
    raises(errno.EOPNOTSUPP, s.recv, 10, socket.MSG_OOB)
    raises(errno.EOPNOTSUPP, s.setsockopt, SOL_RAW, ICMP_FILTER, 1)
    raises(errno.ENOPROTOOPT, gonet().setsockopt, SOL_RAW, ICMP_FILTER, 1)
    raises(errno.ENOPROTOOPT, gonet().setsockopt, socket.SOL_IP, socket.IP_HDRINCL, 1)


def header(packet):
    """Source, destination, protocol and length; fails when the checksum is wrong."""
    length, _, _, _, protocol, _, src, dst = struct.unpack(">xxHHHBBH4s4s", packet[:20])
    assert packet[0] == 0x45 and not checksum(packet[:20]), packet[:20]
    return socket.inet_ntoa(src), socket.inet_ntoa(dst), protocol, length


def raw_both_ways():
    ours, theirs = raw_socket(200, STACK), raw_socket(200, NATIVE, native)
    for sender, receiver in ((ours, theirs), (theirs, ours)):
        a, b = sender.getsockname()[0], receiver.getsockname()[0]
        for seed, size in enumerate((0, 1, 1480, 1481, 20000, 65515)):
            sender.sendto(pattern(size, seed), (b, 0))
            packet, name = receiver.recvfrom(65536)
            assert header(packet) == (a, b, 200, 20 + size), packet[:20]
            assert name == (a, 0) and packet[20:] == pattern(size, seed), size
    ours.sendto(b"more", socket.MSG_MORE, (NATIVE, 0))
    ours.sendto(b" than", socket.MSG_MORE, (NATIVE, 0))
    ours.sendto(b" one", (NATIVE, 0))
    assert theirs.recv(100)[20:] == b"more than one"


def raw_each():
    """Whoever has the protocol gets a copy, unless address or peer are others."""
    hears = [raw_socket(200), raw_socket(200, STACK), raw_socket(200)]
    hears[2].connect((NATIVE, 0))
    deaf = [raw_socket(201), raw_socket(200, "127.0.0.1"), raw_socket(200)]
    deaf[2].connect(("127.0.0.1", 0))
    raw_socket(200, NATIVE, native).sendto(b"all", (STACK, 0))
    for s in hears:
        assert s.recv(100)[20:] == b"all"
    for s in deaf:
        silent(s)


def raw_unwanted():
    """Protocol unreachable, and only when no raw socket wants it."""
    theirs = raw_socket(203, NATIVE, native)
    theirs.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    ours = raw_socket(203, STACK)
    theirs.sendto(b"wanted", (STACK, 0))
    assert ours.recv(100)[20:] == b"wanted"
    ours.bind(("127.0.0.1", 0))
    theirs.sendto(b"to nobody", (STACK, 0))
    number, _, kind, code, offender, _, _ = reported(theirs)
    assert (number, kind, code) == (errno.ENOPROTOOPT, UNREACHABLE, 2)
    assert offender == STACK
    silent(ours)
    unreported(theirs)


def raw_error():
    """What the native end says of a protocol that it does not know."""
    s = raw_socket(204, STACK)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(b"eight or more", (NATIVE, 0))
    number, origin, kind, code, offender, data, name = reported(s)
    assert (number, origin, kind, code) == (errno.ENOPROTOOPT, 2, UNREACHABLE, 2)
    assert offender == NATIVE and name == (NATIVE, 0) and data == b"eight or more"


def raw_beside():
    """A copy: the transport gets the packet all the same, and answers."""
    raw, udp, theirs = raw_socket(socket.IPPROTO_UDP), bound(gonet(), STACK), native()
    theirs = bound(theirs, NATIVE)
    theirs.sendto(b"both", udp.getsockname())
    assert udp.recv(10) == b"both"
    packet = raw.recv(100)
    assert header(packet)[:3] == (NATIVE, STACK, socket.IPPROTO_UDP) and packet[28:] == b"both"
    icmp = raw_socket(ICMP, STACK)
    asking = raw_socket(ICMP, NATIVE, native)
    asking.sendto(echo(b"x" * 3000, 5, ident=77), (STACK, 0))
    assert icmp.recv(4000)[20:] == echo(b"x" * 3000, 5, ident=77)
    assert asking.recv(4000)[20:] == echo(b"x" * 3000, 5, kind=ECHO_REPLY, ident=77)


def raw_filter():
    deaf, hears = raw_socket(ICMP, STACK), raw_socket(ICMP, STACK)
    deaf.setsockopt(SOL_RAW, ICMP_FILTER, 1 << ECHO)
    assert deaf.getsockopt(SOL_RAW, ICMP_FILTER) == 1 << ECHO
    raw_socket(ICMP, NATIVE, native).sendto(echo(b"x"), (STACK, 0))
    assert hears.recv(100)[28:] == b"x"
    silent(deaf)
    deaf.setsockopt(SOL_RAW, ICMP_FILTER, 0)
    raw_socket(ICMP, NATIVE, native).sendto(echo(b"y"), (STACK, 0))
    assert deaf.recv(100)[28:] == b"y"


def raw_own_header():
    s, theirs = raw_socket(socket.IPPROTO_RAW), raw_socket(205, NATIVE, native)
    assert s.getsockopt(socket.SOL_IP, socket.IP_HDRINCL) == 1

    def packet(src, ident, data, ihl=5):
        return struct.pack(">BBHHHBBH4s4s", 0x40 | ihl, 0x10, 1, ident, 0, 33, 205, 0,
                           socket.inet_aton(src), socket.inet_aton(NATIVE)) + data

    for src, seen in (("0.0.0.0", STACK), ("10.0.0.77", "10.0.0.77")):
        s.sendto(packet(src, 0, b"mine"), (NATIVE, 0))
        got = theirs.recv(100)
        assert header(got) == (seen, NATIVE, 205, 24) and got[20:] == b"mine"
        assert got[1] == 0x10 and got[8] == 33, got
    s.sendto(packet(STACK, 0x1234, b""), (NATIVE, 0))
    assert theirs.recv(100)[4:6] == b"\x12\x34"
    s.sendto(packet("0.0.0.0", 0, pattern(1480)), (NATIVE, 0))
    assert theirs.recv(2000)[20:] == pattern(1480)
    raises(errno.EMSGSIZE, s.sendto, packet("0.0.0.0", 0, pattern(1481)), (NATIVE, 0))
    raises(errno.EINVAL, s.sendto, packet("0.0.0.0", 0, b"")[:19], (NATIVE, 0))
    raises(errno.EINVAL, s.sendto, packet("0.0.0.0", 0, b"", ihl=6), (NATIVE, 0))
    raises(errno.EINVAL, s.sendto, packet("0.0.0.0", 0, b"no header", ihl=4), (NATIVE, 0))
    silent(theirs)


def raw_buffers():
    """Nothing is lost below the limit, and what is lost above it is counted."""
    s, theirs = raw_socket(206, STACK), raw_socket(206, NATIVE, native)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000)
    s.setsockopt(socket.SOL_SOCKET, 40, 1)  # SO_RXQ_OVFL
    for _ in range(200):
        theirs.sendto(pattern(1000), (STACK, 0))
    got = lost = 0
    while select.select([s], [], [], 1)[0]:
        s.recv(2000)
        got += 1
    theirs.sendto(b"last", (STACK, 0))  # says how many were lost before it
    data, control, _, _ = s.recvmsg(2000, 100)
    assert data[20:] == b"last"
    lost = [struct.unpack("=I", data)[0] for _, kind, data in control if kind == 40]
    assert 0 < got < 200 and lost == [200 - got], (got, lost)


def raw_closing():
    """Sockets come and go while packets arrive."""
    theirs = raw_socket(207, NATIVE, native)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    deadline = time.monotonic() + 3
    rounds = 0
    while time.monotonic() < deadline:
        group = [raw_socket(207) for _ in range(8)]
        for _ in range(20):
            theirs.sendto(b"x", (STACK, 0))
        for s in group:
            s.close()
        rounds += 1
    assert rounds > 3, rounds


if __name__ == "__main__":
    main(globals())
