#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Datagrams between the GoNet stack and the native one: cases of socket/dgram.sh."""
import array
import ctypes
import errno
import fcntl
import select
import signal
import socket
import struct
import termios
import threading
import time

from gonet_socket import NATIVE, STACK, bound, gonet, main, native, pair, pattern, raises

UDP_CORK = 1
SIOCOUTQ = 0x5411


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
    assert time.monotonic() - began > 0.1
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


main(globals())
