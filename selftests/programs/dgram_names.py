#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Addresses, ports and devices of UDP sockets: what they may be bound to, and who gets what
comes. Cases of socket/dgram.sh."""
import errno
import os
import resource
import socket
import struct
import time

from gonet_socket import (GONET_REUSEPORT, NATIVE, SOL_GONET, STACK, bound, gonet, libc, main,
                          native, raises)


def disconnect(s):
    assert libc.connect(s.fileno(), struct.pack("=H14x", 0), 16) == 0


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


def many():
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
    """With a range of 600 ports, which the script has set."""
    sockets = [bound(gonet(), STACK) for _ in range(600)]
    assert {s.getsockname()[1] for s in sockets} == set(range(40000, 40600))
    raises(errno.EADDRINUSE, gonet().bind, (STACK, 0))
    raises(errno.EAGAIN, gonet().connect, (NATIVE, 9))
    with sockets.pop(300) as s:
        left = s.getsockname()
    assert bound(gonet(), STACK).getsockname() == left


def low_port():
    """Without rights."""
    os.setgid(65534)
    os.setuid(65534)
    raises(errno.EACCES, gonet().bind, (STACK, 1023))
    gonet().bind((STACK, 1024))


main(globals())
