#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""How TCP sockets are bound and connected, listen and accept: cases of socket/stream.sh."""
import errno
import fcntl
import os
import select
import socket
import struct
import termios
import threading
import time

from gonet_socket import NATIVE, STACK, bound, libc, main, raises
from stream import (LIMIT, POLLRDHUP, RESET, by_loopback, disconnect, error_of, events,
                    from_native, gonet, listening, native, receive, state, to_itself, to_native,
                    wait_until)

NOBODY = "10.0.0.99"


def names():
    s = gonet()
    assert s.getsockname() == ("0.0.0.0", 0), s.getsockname()
    raises(errno.ENOTCONN, s.getpeername)
    s.bind((STACK, 4000))
    assert s.getsockname() == (STACK, 4000)
    raises(errno.EINVAL, s.bind, (STACK, 4001))
    listener = listening(native, NATIVE)
    s.connect(listener.getsockname())
    assert s.getpeername() == listener.getsockname()
    assert s.getsockname() == (STACK, 4000)
    peer, name = listener.accept()
    assert name == (STACK, 4000), name
    raises(errno.EISCONN, s.connect, (NATIVE, 9))
    peer.close()
    assert s.recv(1) == b""
    assert s.getpeername() == listener.getsockname()
    for a, b in (to_native(), from_native(), to_itself(), by_loopback()):
        assert a.getsockname() == b.getpeername() and a.getpeername() == b.getsockname()
    s = gonet()
    any_address = listening(gonet, "0.0.0.0")
    s.connect(("0.0.0.0", any_address.getsockname()[1]))
    assert s.getpeername()[0] == s.getsockname()[0] == "127.0.0.1", s.getpeername()
    assert any_address.accept()[0].getsockname() == s.getpeername()


def refused():
    for addr in (NATIVE, STACK, "127.0.0.1"):
        s = gonet()
        s.settimeout(None)
        raises(errno.ECONNREFUSED, s.connect, (addr, 7))
        assert error_of(s) == 0
        raises(errno.ENOTCONN, s.getpeername)
        raises(errno.ENOTCONN, s.recv, 1)
        # It may try another.
        listener = listening(native, NATIVE)
        s.connect(listener.getsockname())
        s.sendall(b"here")
        assert receive(listener.accept()[0], 4) == b"here"
    n = native()
    raises(errno.ECONNREFUSED, n.connect, (STACK, 7))


def unblocked():
    s = gonet()
    s.setblocking(False)
    raises(errno.EINPROGRESS, s.connect, (NATIVE, 7))
    found = events(s, select.POLLIN | select.POLLOUT | POLLRDHUP, until=select.POLLERR)
    assert found == (select.POLLIN | select.POLLOUT | select.POLLERR | select.POLLHUP |
                     POLLRDHUP), hex(found)
    assert error_of(s) == errno.ECONNREFUSED and error_of(s) == 0
    listener = listening(native, NATIVE)
    s = gonet()
    s.setblocking(False)
    raises(errno.EINPROGRESS, s.connect, listener.getsockname())
    assert events(s, select.POLLIN | select.POLLOUT | POLLRDHUP) == select.POLLOUT
    assert error_of(s) == 0
    s.connect(listener.getsockname())
    raises(errno.EISCONN, s.connect, listener.getsockname())
    raises(errno.EAGAIN, s.recv, 1)
    assert s.send(b"x") == 1


def unanswered():
    """A peer that is not there: nothing is known until ARP gives up."""
    s = gonet()
    s.setblocking(False)
    raises(errno.EINPROGRESS, s.connect, (NOBODY, 9))
    raises(errno.EALREADY, s.connect, (NOBODY, 9))
    assert state(s) == 2
    raises(errno.ENOTCONN, s.getpeername)
    raises(errno.EAGAIN, s.send, b"x")
    raises(errno.EAGAIN, s.recv, 1)
    assert events(s, select.POLLIN | select.POLLOUT, 0) == 0
    disconnect(s)
    assert error_of(s) == errno.ECONNRESET
    raises(errno.EINPROGRESS, s.connect, (NOBODY, 9))
    s.shutdown(socket.SHUT_RDWR)
    raises(errno.EINPROGRESS, s.connect, (NOBODY, 9))
    s.close()
    s = gonet()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 200000))
    began = time.monotonic()
    raises(errno.EINPROGRESS, s.connect, (NOBODY, 9))
    assert time.monotonic() - began > 0.1
    s.close()
    s = gonet()
    raises(errno.EHOSTUNREACH, s.connect, (NOBODY, 9))


def wrong_peers():
    for addr in ("255.255.255.255", "224.0.0.1", "10.0.0.255", "192.0.2.1"):
        s = gonet()
        raises(errno.ENETUNREACH, s.connect, (addr, 9))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        raises(errno.ENETUNREACH, s.connect, (addr, 9))
        assert s.getsockname() == ("0.0.0.0", 0)
    s = gonet()
    name = struct.pack("=H", 10) + bytes(26)
    assert libc.connect(s.fileno(), name, 28) == -1
    listener = listening(native, NATIVE)
    s.connect(listener.getsockname())


def families():
    for proto in (0, socket.IPPROTO_TCP):
        gonet(proto).close()
    for proto in (socket.IPPROTO_UDP, 255, 262):
        raises(errno.EPROTONOSUPPORT, gonet, proto)
    raises(errno.EINVAL, gonet, 263)
    s = gonet()
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_STREAM
    raises(errno.EPIPE, s.send, b"x")
    raises(errno.ENOTCONN, s.recv, 1)
    raises(errno.EINVAL, s.accept)
    raises(errno.ENOTCONN, s.shutdown, socket.SHUT_RDWR)
    raises(errno.EINVAL, s.shutdown, 3)
    assert events(gonet(), select.POLLIN | select.POLLOUT) == select.POLLOUT | select.POLLHUP


def listener_states():
    s = gonet()
    s.listen(5)  # gets a port
    port = s.getsockname()[1]
    assert port
    raises(errno.EISCONN, s.connect, (NATIVE, 9))
    raises(errno.ENOTCONN, s.recv, 1)
    raises(errno.EPIPE, s.send, b"x")
    raises(errno.EINVAL, fcntl.ioctl, s, termios.FIONREAD, bytes(4))
    s.listen(1)
    s.setblocking(False)
    raises(errno.EAGAIN, s.accept)
    assert events(s, select.POLLIN | select.POLLOUT, 0) == 0
    raises(errno.EADDRINUSE, gonet().bind, (STACK, port))
    s.shutdown(socket.SHUT_RD)
    raises(errno.EINVAL, s.accept)
    s.listen(1)  # a port that bind() has not chosen may be another now
    port = s.getsockname()[1]
    c = native()
    c.connect((STACK, port))
    assert events(s, select.POLLIN) == select.POLLIN
    a, name = s.accept()
    assert name == c.getsockname()
    raises(errno.EINVAL, a.listen, 1)
    raises(errno.EINVAL, a.accept)
    disconnect(s)
    raises(errno.EINVAL, s.accept)
    raises(errno.ECONNREFUSED, native().connect, (STACK, port))
    c.sendall(b"still")
    assert receive(a, 5) == b"still"


def binding():
    a = bound(gonet(), STACK)
    raises(errno.EADDRINUSE, gonet().bind, a.getsockname())
    raises(errno.EADDRINUSE, gonet().bind, ("0.0.0.0", a.getsockname()[1]))
    gonet().bind(("127.0.0.1", a.getsockname()[1]))
    raises(errno.EADDRNOTAVAIL, gonet().bind, ("10.0.0.77", 0))
    shared = []
    for _ in range(2):
        s = gonet()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((STACK, 4100))
        shared.append(s)
    shared[0].listen(1)
    raises(errno.EADDRINUSE, shared[1].listen, 1)
    shared[0].close()
    shared[1].listen(1)
    # A port that connections still have is free for who says so.
    listener = listening(gonet, STACK)
    name = listener.getsockname()
    c = native()
    c.connect(name)
    child = listener.accept()[0]
    listener.close()
    raises(errno.EADDRINUSE, gonet().bind, name)
    s = gonet()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    child.close()
    c.close()


def waiting_connections(listener):
    """How many await accept(): tcpi_unacked, which says that for listeners."""
    info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32)
    return struct.unpack_from("I", info, 24)[0]


def backlog():
    listener = listening(gonet, STACK, 8)
    clients = [native() for _ in range(8)]
    for i, c in enumerate(clients):
        c.settimeout(LIMIT)
        c.connect(listener.getsockname())
        c.sendall(bytes([i]))
        # The last segment of a handshake may be overtaken by another connection's.
        wait_until(lambda n=i + 1: waiting_connections(listener) == n)
    for i in range(8):
        s, name = listener.accept()
        assert name == clients[i].getsockname()
        assert receive(s, 1) == bytes([i])
    # Whom nobody has accepted is reset when the listener goes.
    c = native()
    c.settimeout(LIMIT)
    c.connect(listener.getsockname())
    assert events(listener, select.POLLIN) == select.POLLIN
    listener.close()
    raises(errno.ECONNRESET, c.recv, 1)


def passed_on():
    """A connection that another process has, and one that a fork shares."""
    a, b = from_native()
    here, there = socket.socketpair(socket.AF_UNIX)
    pid = os.fork()
    if pid == 0:
        here.close()
        fd = socket.recv_fds(there, 1, 1)[1][0]
        other = socket.socket(socket.AF_INET, socket.SOCK_STREAM, fileno=fd)
        other.sendall(b"from the child")
        os._exit(0)
    socket.send_fds(here, [b"x"], [a.fileno()])
    a.close()
    assert receive(b, 14) == b"from the child"
    assert b.recv(1) == b""
    assert os.waitpid(pid, 0)[1] == 0


def closing():
    """Connections that are opened and closed as fast as they can be."""
    listener = listening(gonet, STACK)

    def serve():
        for _ in range(100):
            s = listener.accept()[0]
            s.sendall(b"hello")
            s.close()

    server = threading.Thread(target=serve)
    server.start()
    for i in range(100):
        c = native() if i % 2 else gonet()
        c.settimeout(LIMIT)
        c.connect(listener.getsockname())
        if i % 3:
            assert receive(c, 5) == b"hello" and c.recv(1) == b""
        c.close()
    server.join()


def many():
    listener = listening(gonet, STACK, 512)
    clients, servers = [], []
    for i in range(500):
        c = native()
        c.settimeout(LIMIT)
        c.connect(listener.getsockname())
        clients.append(c)
        servers.append(listener.accept()[0])
    for i, c in enumerate(clients):
        c.sendall(struct.pack("=I", i))
    for i, s in enumerate(servers):
        s.settimeout(LIMIT)
        assert receive(s, 4) == struct.pack("=I", i)
    for s in servers + clients:
        s.close()


def ports():
    """600 ports: each serves many peers, but is one of a peer's but once."""
    with gonet() as one, gonet() as other:
        for port, s in enumerate((one, other), 5300):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((STACK, port))
            s.listen(700)
        taken = []
        for _ in range(600):
            s = gonet()
            s.connect(one.getsockname())
            taken.append(s)
        assert len({s.getsockname()[1] for s in taken}) == 600
        raises(errno.EADDRNOTAVAIL, gonet().connect, one.getsockname())
        s = gonet()
        s.connect(other.getsockname())
        assert s.getsockname()[1] in {t.getsockname()[1] for t in taken}
        raises(errno.EADDRINUSE, gonet().bind, (STACK, 0))
        with gonet() as beside:
            beside.bind(("127.0.0.1", 0))
            assert beside.getsockname()[1] in {t.getsockname()[1] for t in taken}
        port = taken[0].getsockname()[1]
        taken[0].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        taken.pop(0).close()
        s = gonet()
        wait_until(lambda: not s.connect_ex(one.getsockname()))
        assert s.getsockname()[1] == port


def low_port():
    """Without rights."""
    os.setgid(65534)
    os.setuid(65534)
    raises(errno.EACCES, gonet().bind, (STACK, 1023))
    gonet().bind((STACK, 1024))


if __name__ == "__main__":
    main(globals())
