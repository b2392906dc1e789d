#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""UDP on the GoNet stack, facing the native one: the cases of socket/dgram.sh."""
import array
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import termios
import time

from gonet_socket import NATIVE, STACK, bound, gonet, main, native, pattern, raises

UDP_CORK = 1
IP_RECVERR = 11
IP_PKTINFO = 8
IP_RECVTTL = 12
IP_RECVTOS = 13
IP_MTU_DISCOVER = 10
IP_MTU = 14
IP_RECVORIGDSTADDR = 20
SO_TIMESTAMP = 29
SO_TIMESTAMPING = 37
SIOCOUTQ = 0x5411
SIOCGONETIFCONF = 0x89e0
SOL_GONET = 318
GONET_REUSEPORT = 1


def pair():
    """A socket at each end."""
    return bound(gonet(), STACK), bound(native(), NATIVE)


def echo():
    ours, theirs = pair()
    for sender, receiver in ((ours, theirs), (theirs, ours)):
        sender.sendto(b"hello", receiver.getsockname())
        data, name = receiver.recvfrom(100)
        assert data == b"hello" and name == sender.getsockname(), (data, name)


def itself():
    for addr in ("127.0.0.1", STACK):
        a, b = bound(gonet(), addr), bound(gonet(), addr)
        a.sendto(b"round", b.getsockname())
        data, name = b.recvfrom(100)
        assert data == b"round" and name == a.getsockname(), (data, name)
    a = bound(gonet(), "0.0.0.0")
    a.sendto(b"any", ("0.0.0.0", a.getsockname()[1]))
    assert a.recvfrom(10) == (b"any", ("127.0.0.1", a.getsockname()[1]))


def names():
    s = gonet()
    assert s.getsockname() == ("0.0.0.0", 0), s.getsockname()
    raises(errno.ENOTCONN, s.getpeername)
    s.connect((NATIVE, 9))
    assert s.getpeername() == (NATIVE, 9)
    addr, port = s.getsockname()
    assert addr == STACK and port, (addr, port)
    raises(errno.EINVAL, s.bind, (STACK, 0))
    disconnect(s)
    raises(errno.ENOTCONN, s.getpeername)
    assert s.getsockname() == ("0.0.0.0", 0), s.getsockname()
    s.bind((STACK, 4000))
    s.connect((NATIVE, 9))
    disconnect(s)
    assert s.getsockname() == (STACK, 4000)
    raises(errno.EDESTADDRREQ, s.send, b"x")


def disconnect(s):
    from gonet_socket import libc
    assert libc.connect(s.fileno(), struct.pack("=H14x", 0), 16) == 0


def connected():
    ours, theirs = pair()
    other = bound(native(), NATIVE)
    ours.connect(theirs.getsockname())
    other.sendto(b"not you", ours.getsockname())
    theirs.sendto(b"you", ours.getsockname())
    assert ours.recv(100) == b"you"
    ours.send(b"sent")
    assert theirs.recvfrom(10) == (b"sent", ours.getsockname())
    ours.setblocking(False)
    raises(errno.EAGAIN, ours.recv, 10)


def refused():
    s = gonet()
    s.settimeout(20)
    s.connect((NATIVE, 7))
    s.send(b"is there anybody")
    raises(errno.ECONNREFUSED, s.recv, 10)
    s.settimeout(0)
    raises(errno.EAGAIN, s.recv, 10)
    # The other way: a closed port of the stack.
    n = native()
    n.settimeout(20)
    n.connect((STACK, 7))
    n.send(b"is there anybody")
    raises(errno.ECONNREFUSED, n.recv, 10)


def refused_unconnected():
    s = bound(gonet(), STACK)
    theirs = bound(native(), NATIVE)
    s.sendto(b"nobody", (NATIVE, 7))
    # What is answered later comes later: the error is there when this is.
    theirs.sendto(b"mark", s.getsockname())
    assert s.recv(10) == b"mark"
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


def errors():
    s = bound(gonet(), STACK)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(b"nobody here", (NATIVE, 7))
    poll = select.poll()
    poll.register(s, 0)
    assert poll.poll(20000) == [(s.fileno(), select.POLLERR)]
    data, ancillary, flags, name = s.recvmsg(100, 512, socket.MSG_ERRQUEUE)
    assert data == b"nobody here" and name == (NATIVE, 7), (data, name)
    assert flags & socket.MSG_ERRQUEUE
    level, kind, report = ancillary[0]
    assert (level, kind) == (socket.SOL_IP, IP_RECVERR)
    number, origin, icmp_type, code = struct.unpack_from("=IBBB", report)
    assert (number, origin, icmp_type, code) == (errno.ECONNREFUSED, 2, 3, 3)
    assert socket.inet_ntoa(report[20:24]) == NATIVE
    # As natively, who reads the queue has read the pending error.
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    s.setblocking(False)  # with a time limit Python would wait for data first
    raises(errno.EAGAIN, s.recvmsg, 100, 512, socket.MSG_ERRQUEUE)
    # A local error.
    s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, 2)
    raises(errno.EMSGSIZE, s.sendto, bytes(1473), (NATIVE, 7))
    data, ancillary, _, name = s.recvmsg(100, 512, socket.MSG_ERRQUEUE)
    number, origin = struct.unpack_from("=IB", ancillary[0][2])
    info = struct.unpack_from("=I", ancillary[0][2], 8)[0]
    assert (data, number, origin, info) == (b"", errno.EMSGSIZE, 1, 1500), ancillary


def truncated():
    ours, theirs = pair()
    ours.setblocking(True)
    for _ in range(3):
        theirs.sendto(b"0123456789", ours.getsockname())
    data, _, flags, _ = ours.recvmsg(4)
    assert data == b"0123" and flags & socket.MSG_TRUNC
    buf = bytearray(4)
    assert ours.recv_into(buf, 4, socket.MSG_TRUNC) == 10
    data, _, flags, _ = ours.recvmsg(10)
    assert data == b"0123456789" and not flags & socket.MSG_TRUNC


def peek():
    ours, theirs = pair()
    theirs.sendto(b"first", ours.getsockname())
    theirs.sendto(b"second", ours.getsockname())
    assert ours.recv(10, socket.MSG_PEEK) == b"first"
    assert ours.recv(10, socket.MSG_PEEK) == b"first"
    assert ours.recv(10) == b"first"
    assert ours.recv(10) == b"second"


def queues():
    ours, theirs = pair()
    count = array.array("i", [7])
    fcntl.ioctl(ours, termios.FIONREAD, count)
    assert count[0] == 0
    theirs.sendto(b"12345", ours.getsockname())
    theirs.sendto(b"1234567", ours.getsockname())
    assert ours.recv(10, socket.MSG_PEEK) == b"12345"
    fcntl.ioctl(ours, termios.FIONREAD, count)
    assert count[0] == 5
    fcntl.ioctl(ours, SIOCOUTQ, count)
    assert count[0] == 0


def polls():
    ours, theirs = pair()
    level, edge = select.epoll(), select.epoll()
    level.register(ours, select.EPOLLIN)
    edge.register(ours, select.EPOLLIN | select.EPOLLET)
    assert level.poll(0) == [] and edge.poll(0) == []
    assert select.select([], [ours], [], 0)[1] == [ours]
    theirs.sendto(b"1", ours.getsockname())
    assert edge.poll(20) == [(ours.fileno(), select.EPOLLIN)]
    assert edge.poll(0) == []
    assert level.poll(0) == level.poll(0) == [(ours.fileno(), select.EPOLLIN)]
    theirs.sendto(b"2", ours.getsockname())
    assert edge.poll(20) == [(ours.fileno(), select.EPOLLIN)]
    assert ours.recv(9) + ours.recv(9) == b"12"
    assert level.poll(0) == []


def waits():
    s = bound(gonet(), STACK)
    s.settimeout(None)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 200000))
    began = time.monotonic()
    raises(errno.EAGAIN, s.recv, 1)
    assert time.monotonic() - began > 0.19
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))

    class Interrupted(Exception):
        """From the signal's handler."""

    def handler(*_):
        raise Interrupted

    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        s.recv(1)
    except Interrupted:
        return
    raise AssertionError("not interrupted")


def sizes():
    ours, theirs = pair()
    for s in (ours, theirs):
        s.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)  # SO_RCVBUFFORCE
        s.setsockopt(socket.SOL_SOCKET, 32, 4 << 20)  # SO_SNDBUFFORCE
    itself_too = bound(gonet(), "127.0.0.1")
    alone = bound(gonet(), "127.0.0.1")
    for s in (itself_too, alone):
        s.setsockopt(socket.SOL_SOCKET, 32, 4 << 20)
        s.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)
    for size in (0, 1, 2, 7, 8, 100, 1471, 1472, 1473, 2952, 2953, 3700, 3900, 4096,
                 9000, 20001, 32768, 65506, 65507):
        data = pattern(size, size)
        for sender, receiver in ((ours, theirs), (theirs, ours), (alone, itself_too)):
            sender.sendto(data, receiver.getsockname())
            got = receiver.recv(70000)
            assert got == data, (size, len(got))
    raises(errno.EMSGSIZE, ours.sendto, bytes(65508), theirs.getsockname())
    raises(errno.EMSGSIZE, ours.sendto, bytes(70000), theirs.getsockname())


def corked():
    ours, theirs = pair()
    to = theirs.getsockname()
    ours.sendto(b"one ", socket.MSG_MORE, to)
    ours.sendto(b"two ", socket.MSG_MORE, to)
    ours.sendto(b"three", to)
    assert theirs.recv(100) == b"one two three"
    ours.setsockopt(socket.SOL_UDP, UDP_CORK, 1)
    parts = [pattern(n, n) for n in (1000, 5000, 1, 30000)]
    for part in parts:
        ours.sendto(part, to)
    ours.setsockopt(socket.SOL_UDP, UDP_CORK, 0)
    assert theirs.recv(65536) == b"".join(parts)
    ours.sendto(bytes(60000), socket.MSG_MORE, to)
    raises(errno.EMSGSIZE, ours.sendto, bytes(6000), socket.MSG_MORE, to)
    ours.sendto(b"whole", to)
    assert theirs.recv(100) == b"whole"
    ours.sendto(b"never sent", socket.MSG_MORE, to)
    ours.close()


def broadcast():
    # Not 0.0.0.0 alone: the native end, too, hears what the stack sends to all.
    ours = bound(gonet(), "0.0.0.0", 5000)
    theirs = bound(native(), "0.0.0.0", 5000)
    for sender, receiver, addr in ((ours, theirs, STACK), (theirs, ours, NATIVE)):
        for to in ("10.0.0.255", "255.255.255.255"):
            if to == "255.255.255.255" and sender is theirs:
                continue  # the native stack's default route decides, and it has none
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 0)
            raises(errno.EACCES, sender.sendto, b"all", (to, 5000))
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sender.sendto(b"all", (to, 5000))
            assert receiver.recvfrom(10) == (b"all", (addr, 5000))
    # Everybody at the port gets a copy.
    listeners = [gonet() for _ in range(3)]
    for s in listeners:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound(s, "0.0.0.0", 5001)
    theirs.sendto(b"many", ("10.0.0.255", 5001))
    for s in listeners:
        assert s.recv(10) == b"many"


def conflicts():
    a = bound(gonet(), STACK, 6000)
    raises(errno.EADDRINUSE, gonet().bind, (STACK, 6000))
    raises(errno.EADDRINUSE, gonet().bind, ("0.0.0.0", 6000))
    other = bound(gonet(), "127.0.0.1", 6000)
    other.close()
    raises(errno.EADDRNOTAVAIL, gonet().bind, ("10.0.0.77", 6000))
    raises(errno.EADDRNOTAVAIL, gonet().bind, (NATIVE, 6000))
    a.close()
    bound(gonet(), STACK, 6000).close()
    both = [gonet(), gonet()]
    for s in both:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound(s, STACK, 6000)
    raises(errno.EADDRINUSE, gonet().bind, (STACK, 6000))
    # The more special one gets it.
    wild, special = bound(gonet(), "0.0.0.0", 6001), None
    wild.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    special = gonet()
    special.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound(special, STACK, 6001)
    bound(native(), NATIVE).sendto(b"to", (STACK, 6001))
    assert special.recv(10) == b"to"


def families():
    from gonet_socket import libc
    s = gonet()
    name = struct.pack("=H", 18) + struct.pack("!H4s8x", 7000, socket.inet_aton(STACK))
    assert libc.bind(s.fileno(), name, 16) == 0
    assert s.getsockname() == (STACK, 7000)
    raises(errno.ESOCKTNOSUPPORT, gonet, socket.SOCK_SEQPACKET)
    raises(errno.EPROTONOSUPPORT, gonet, socket.SOCK_DGRAM, socket.IPPROTO_TCP)
    raises(errno.EOPNOTSUPP, s.listen, 1)
    raises(errno.EINVAL, s.sendto, b"", (NATIVE, 0))
    raises(errno.EOPNOTSUPP, s.sendto, b"", socket.MSG_OOB, (NATIVE, 9))
    raises(errno.ENETUNREACH, s.sendto, b"", ("192.0.2.1", 9))


def share_port(sock):
    """SO_REUSEPORT, by the option of the family's own where Linux refuses it."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        assert error.errno == errno.EOPNOTSUPP, error
        sock.setsockopt(SOL_GONET, GONET_REUSEPORT, 1)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 1


def has_error(sock, seconds=20):
    """Waits for something in the queue of errors."""
    poll = select.poll()
    poll.register(sock, 0)
    return bool(poll.poll(seconds * 1000))


def sent_times(sock, to, flags):
    """What a socket is told of two datagrams: the kind of each time, its number, the data."""
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, flags)
    sock.sendto(b"first", to)
    sock.sendto(bytes(3000), to)
    told = []
    while len(told) < 4:
        assert has_error(sock), told
        data, control, flags, name = sock.recvmsg(5000, 500, socket.MSG_ERRQUEUE)
        assert flags & socket.MSG_ERRQUEUE and name is None, (flags, name)
        found = {(level, kind): value for level, kind, value in control}
        times = struct.unpack("=6q", found[socket.SOL_SOCKET, SO_TIMESTAMPING])
        assert abs(times[0] + times[1] / 1e9 - time.time()) < 30, times
        error = struct.unpack_from("=IBBBxII", found[socket.SOL_IP, IP_RECVERR])
        told.append((*error, data[-5:], len(data) > 2000))
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, 0)
    return sorted(told)


def times_sent():
    software, sched = 0x12, 0x100
    number, only = 0x80, 0x800
    ours, theirs = pair()
    other = bound(native(), NATIVE)
    for flags in (software | sched | number, software | sched | number | only, software | sched):
        mine = sent_times(ours, theirs.getsockname(), flags)
        reference = sent_times(other, theirs.getsockname(), flags)
        for told in mine, reference:  # how a large datagram is cut is no matter
            told[:] = [entry[:-2] + (entry[-2] == b"first",) for entry in told]
        assert mine == reference, (flags, mine, reference)
    # Asked for with a single datagram.
    ours.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, 0x10)
    ours.sendmsg([b"one"], [(socket.SOL_SOCKET, SO_TIMESTAMPING, struct.pack("=I", 2))], 0,
                 theirs.getsockname())
    ours.sendto(b"two", theirs.getsockname())
    assert has_error(ours)
    assert ours.recvmsg(500, 500, socket.MSG_ERRQUEUE)[0].endswith(b"one")
    assert not has_error(ours, 0.5)


def reuseport():
    group = []
    for _ in range(4):
        s = gonet()
        share_port(s)
        group.append(bound(s, STACK, 7100))
    senders = [bound(native(), NATIVE) for _ in range(64)]
    for turn in range(2):
        for s in senders:
            s.sendto(str(s.getsockname()[1]).encode(), (STACK, 7100))
    got = {}
    for index, s in enumerate(group):
        s.setblocking(False)
        deadline = time.monotonic() + 20
        while sum(len(v) for v in got.values()) < 128:
            try:
                got.setdefault(index, []).append(s.recv(10))
            except BlockingIOError:
                if index < 3 or time.monotonic() > deadline:
                    break
                time.sleep(0.01)
    for s in group:  # what came while others were read
        try:
            while True:
                got.setdefault(group.index(s), []).append(s.recv(10))
        except BlockingIOError:
            pass
    assert sum(len(v) for v in got.values()) == 128, {k: len(v) for k, v in got.items()}
    assert len([v for v in got.values() if v]) == 4, "not spread"
    flows = [set(v) for v in got.values()]
    assert sum(len(f) for f in flows) == 64, "a flow went to two sockets"


def control():
    ours, theirs = pair()
    for option in (IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR):
        assert ours.getsockopt(socket.SOL_IP, option) == 0
        ours.setsockopt(socket.SOL_IP, option, 1)
        assert ours.getsockopt(socket.SOL_IP, option) == 1
    ours.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
    theirs.setsockopt(socket.SOL_IP, socket.IP_TTL, 33)
    theirs.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x28)
    before = time.time()
    theirs.sendto(b"x", ours.getsockname())
    got = {(level, kind): data for level, kind, data in ours.recvmsg(10, 512)[1]}
    index, spec, addr = struct.unpack("=i4s4s", got[(socket.SOL_IP, IP_PKTINFO)])
    assert socket.if_indextoname(index) == "gonet0"
    assert socket.inet_ntoa(spec) == socket.inet_ntoa(addr) == STACK
    assert struct.unpack("=i", got[(socket.SOL_IP, socket.IP_TTL)]) == (33,)
    assert got[(socket.SOL_IP, socket.IP_TOS)] == b"\x28"
    assert got[(socket.SOL_IP, IP_RECVORIGDSTADDR)][2:8] == \
        struct.pack("!H", ours.getsockname()[1]) + socket.inet_aton(STACK)
    seconds, micro = struct.unpack("ll", got[(socket.SOL_SOCKET, SO_TIMESTAMP)])
    assert before - 1 < seconds + micro / 1e6 < time.time() + 1
    # And what is sent.
    theirs.setsockopt(socket.SOL_IP, IP_RECVTTL, 1)
    theirs.setsockopt(socket.SOL_IP, IP_RECVTOS, 1)
    wild = bound(gonet(), "0.0.0.0")
    for how in ("option", "message"):
        ancillary = []
        if how == "option":
            wild.setsockopt(socket.SOL_IP, socket.IP_TTL, 44)
            wild.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x48)
        else:
            ancillary = [(socket.SOL_IP, socket.IP_TTL, struct.pack("=i", 44)),
                         (socket.SOL_IP, socket.IP_TOS, struct.pack("=i", 0x48)),
                         (socket.SOL_IP, IP_PKTINFO, struct.pack(
                             "=i4s4s", socket.if_nametoindex("gonet0"),
                             socket.inet_aton(STACK), bytes(4)))]
        wild.sendmsg([b"a", b"b"], ancillary, 0, theirs.getsockname())
        data, messages, _, name = theirs.recvmsg(10, 512)
        assert data == b"ab" and name == (STACK, wild.getsockname()[1])
        got = {kind: data for _, kind, data in messages}
        assert struct.unpack("=i", got[socket.IP_TTL]) == (44,)
        assert got[socket.IP_TOS] == b"\x48"
    raises(errno.ENETUNREACH, wild.sendmsg, [b""], [(socket.SOL_IP, IP_PKTINFO, struct.pack(
        "=i4s4s", 0, socket.inet_aton(NATIVE), bytes(4)))], 0, theirs.getsockname())


def options():
    s = gonet()
    get, put = s.getsockopt, s.setsockopt
    assert get(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_DGRAM
    assert get(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_UDP
    assert get(socket.SOL_IP, socket.IP_TTL) == 64
    raises(errno.EINVAL, put, socket.SOL_IP, socket.IP_TTL, 0)
    raises(errno.EINVAL, put, socket.SOL_IP, socket.IP_TTL, 256)
    put(socket.SOL_IP, socket.IP_TTL, -1)
    assert get(socket.SOL_IP, socket.IP_TTL) == 64
    raises(errno.ENOPROTOOPT, put, socket.SOL_IP, socket.IP_TRANSPARENT, 1)
    raises(errno.ENOPROTOOPT, put, socket.SOL_IP, socket.IP_OPTIONS, 0)
    raises(errno.ENOPROTOOPT, get, socket.SOL_IP, 9999)
    raises(errno.ENOPROTOOPT, put, socket.SOL_TCP, 1, 1)
    raises(errno.ENOTCONN, get, socket.SOL_IP, IP_MTU)
    s.connect((NATIVE, 9))
    assert get(socket.SOL_IP, IP_MTU) == 1500
    put(socket.SOL_IP, IP_MTU_DISCOVER, 2)
    s.send(bytes(1472))
    raises(errno.EMSGSIZE, s.send, bytes(1473))
    raises(errno.EINVAL, put, socket.SOL_IP, IP_MTU_DISCOVER, 6)


def shut():
    s = bound(gonet(), STACK)
    raises(errno.ENOTCONN, s.shutdown, socket.SHUT_RD)
    s = bound(gonet(), STACK)
    s.connect((NATIVE, 9))
    s.shutdown(socket.SHUT_WR)
    raises(errno.EPIPE, s.send, b"x")
    s.shutdown(socket.SHUT_RD)
    s.settimeout(None)
    assert s.recv(10) == b""


def interfaces():
    s = gonet()

    def ask(request, name, size=40):
        return fcntl.ioctl(s, request, struct.pack("16s24x", name.encode()))[16:size]

    assert socket.inet_ntoa(ask(0x8915, "gonet0")[4:8]) == STACK
    assert socket.inet_ntoa(ask(0x8915, "lo")[4:8]) == "127.0.0.1"
    assert socket.inet_ntoa(ask(0x891b, "gonet0")[4:8]) == "255.255.255.0"
    assert socket.inet_ntoa(ask(0x8919, "gonet0")[4:8]) == "10.0.0.255"
    assert struct.unpack_from("=i", ask(0x8921, "gonet0"))[0] == 1500
    index = struct.unpack_from("=i", ask(0x8933, "gonet0"))[0]
    assert index == socket.if_nametoindex("gonet0")
    name = fcntl.ioctl(s, 0x8910, struct.pack("16xi20x", index))[:16]
    assert name.rstrip(b"\0") == b"gonet0"
    assert struct.unpack_from("=H", ask(0x8913, "gonet0"))[0] & 0x43 == 0x43
    assert ask(0x8927, "gonet0")[2:8] != bytes(6)
    raises(errno.ENODEV, ask, 0x8915, "eth7")
    raises(errno.EOPNOTSUPP, ask, 0x8914, "gonet0")  # SIOCSIFFLAGS


def interface_list():
    s = gonet()
    room = array.array("B", bytes(400))

    def ask(size, address):
        got = fcntl.ioctl(s, SIOCGONETIFCONF, struct.pack("iP", size, address))
        return struct.unpack("iP", got)[0]

    address = room.buffer_info()[0]
    assert ask(0, 0) == 80
    assert ask(400, address) == 80
    names = {room[at:at + 16].tobytes().rstrip(b"\0"): socket.inet_ntoa(room[at + 20:at + 24])
             for at in (0, 40)}
    assert names == {b"lo": "127.0.0.1", b"gonet0": STACK}, names
    assert ask(79, address) == 40
    assert ask(0, address) == 0
    raises(errno.EINVAL, ask, -1, address)
    raises(errno.EFAULT, ask, 400, 1)


def to_device():
    here = gonet()
    here.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"gonet0\0")
    bound(here, "0.0.0.0", 7200)
    inside = gonet()
    inside.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
    bound(inside, "0.0.0.0", 7200)
    bound(native(), NATIVE).sendto(b"cable", (STACK, 7200))
    bound(gonet(), STACK).sendto(b"loop", (STACK, 7200))
    assert here.recv(10) == b"cable" and inside.recv(10) == b"loop"
    # Bound first, restricted later.
    late = bound(gonet(), "0.0.0.0", 7201)
    late.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
    n = native()
    n.settimeout(20)
    n.connect((STACK, 7201))
    n.send(b"x")
    raises(errno.ECONNREFUSED, n.recv, 1)


def buffers():
    ours, theirs = pair()
    room = ours.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    below = room // 4096  # datagrams of 1000 bytes that surely fit
    for i in range(below):
        theirs.sendto(pattern(1000, i), ours.getsockname())
    for i in range(below):
        assert ours.recv(1000) == pattern(1000, i), i
    # Above: what was sent is what comes, and what SO_RXQ_OVFL says was lost.
    ours.setsockopt(socket.SOL_SOCKET, 40, 1)  # SO_RXQ_OVFL
    sent = room // 256
    for i in range(sent):
        theirs.sendto(bytes(1000), ours.getsockname())
    got = lost = 0
    ours.settimeout(1)
    try:
        while True:
            ours.recvmsg(1000, 100)
            got += 1
    except socket.timeout:
        pass
    ours.settimeout(20)
    theirs.sendto(b"last", ours.getsockname())
    data, ancillary, _, _ = ours.recvmsg(1000, 100)
    assert data == b"last"
    lost = struct.unpack("=I", ancillary[0][2])[0]
    assert lost > 0 and got + lost == sent, (sent, got, lost)


def closing():
    import threading
    theirs = bound(native(), NATIVE)
    stop = threading.Event()
    port = 7300

    def flood():
        while not stop.is_set():
            theirs.sendto(bytes(100), (STACK, port))

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        for _ in range(200):
            s = bound(gonet(), STACK, port)
            s.recv(100)
            s.close()
    finally:
        stop.set()
        thread.join()


def filtered():
    import ctypes
    ours, theirs = pair()

    # Datagrams whose first payload byte is 'y' pass.
    code = struct.pack("=HBBI", 0x30, 0, 0, 8) + struct.pack("=HBBI", 0x15, 0, 1, ord("y")) + \
        struct.pack("=HBBI", 6, 0, 0, 0xffff) + struct.pack("=HBBI", 6, 0, 0, 0)
    room = ctypes.create_string_buffer(code)
    ours.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", 4, ctypes.addressof(room)))
    for data in (b"no", b"yes", b"not", b"yet"):
        theirs.sendto(data, ours.getsockname())
    assert ours.recv(10) == b"yes" and ours.recv(10) == b"yet"


def checksums():
    ours, theirs = pair()
    for sender, receiver in ((ours, theirs), (theirs, ours)):
        sender.setsockopt(socket.SOL_SOCKET, 11, 1)  # SO_NO_CHECK
        sender.sendto(b"unverified", receiver.getsockname())
        assert receiver.recv(20) == b"unverified"


def many():
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
    count = 10000
    sockets = [bound(gonet(), STACK) for _ in range(count)]
    ports = {s.getsockname()[1] for s in sockets}
    assert len(ports) == count
    theirs = bound(native(), NATIVE)
    for s in sockets[::97]:
        theirs.sendto(str(s.getsockname()[1]).encode(), s.getsockname())
        assert s.recv(10) == str(s.getsockname()[1]).encode()


def port_range():
    """With a range of ten ports, which the script has set."""
    sockets = [bound(gonet(), STACK) for _ in range(10)]
    assert {s.getsockname()[1] for s in sockets} == set(range(40000, 40010))
    raises(errno.EADDRINUSE, gonet().bind, (STACK, 0))
    raises(errno.EAGAIN, gonet().connect, (NATIVE, 9))


def low_port():
    """Without rights."""
    os.setgid(65534)
    os.setuid(65534)
    raises(errno.EACCES, gonet().bind, (STACK, 1023))
    gonet().bind((STACK, 1024))


if __name__ == "__main__":
    main(globals())
