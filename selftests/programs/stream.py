#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""TCP sockets on the GoNet stack: the cases of socket/stream.sh.

A case that is about a connection runs for each of ROLES: the socket under test is the
first of the two; the other is of the native stack, or of the same one.
"""
import array
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time

from gonet_socket import NATIVE, STACK, bound, libc, main, pattern, raises
from gonet_socket import gonet as any_gonet
from gonet_socket import native as any_native

NOBODY = "10.0.0.99"
LIMIT = 60  # seconds, that no working test reaches
POLLRDHUP = 0x2000
SIOCOUTQNSD = 0x894B
SIOCATMARK = 0x8905
SO_TIMESTAMP = 29
SO_PEEK_OFF = 42
IP_PKTINFO, IP_PKTOPTIONS, IP_RECVTTL, IP_RECVTOS = 8, 9, 12, 13
TCP_INFO_STATE = {1: "ESTAB", 7: "CLOSE", 8: "CLOSE-WAIT", 10: "LISTEN"}
TCP_INQ = 36
RESET = struct.pack("ii", 1, 0)


def gonet(proto=0):
    """A stream socket on the GoNet stack."""
    return any_gonet(socket.SOCK_STREAM, proto)


def native():
    """One on the native stack."""
    return any_native(socket.SOCK_STREAM)


def listening(make, addr, backlog=128):
    """A socket that listens."""
    s = bound(make(), addr, timeout=LIMIT)
    s.listen(backlog)
    return s


def joined(client, server, addr):
    """Both ends of a connection, the client's first."""
    with listening(server, addr) as listener:
        a = client()
        a.settimeout(LIMIT)
        a.connect(listener.getsockname())
        b, name = listener.accept()
        assert name == a.getsockname(), (name, a.getsockname())
        b.settimeout(LIMIT)
    return a, b


def to_native():
    """A connection that the stack opens."""
    return joined(gonet, native, NATIVE)


def from_native():
    """One that the native stack opens."""
    return joined(native, gonet, STACK)[::-1]


def to_itself():
    """One within the stack."""
    return joined(gonet, gonet, STACK)


def by_loopback():
    """One by its loopback."""
    return joined(gonet, gonet, "127.0.0.1")


ROLES = (to_native, from_native, to_itself, by_loopback)


def each(case):
    """The case for each role."""
    def run():
        for role in ROLES:
            a, b = role()
            try:
                case(a, b)
            except BaseException:
                print("role", role.__name__, file=sys.stderr)
                raise
            a.close()
            b.close()
    return run


def receive(sock, size):
    """Exactly so many bytes."""
    data = bytearray()
    while len(data) < size:
        part = sock.recv(size - len(data))
        assert part, f"ended after {len(data)} of {size} bytes"
        data += part
    return bytes(data)


def number(sock, request):
    """What an ioctl says."""
    value = array.array("i", [-1])
    fcntl.ioctl(sock, request, value)
    return value[0]


def events(sock, wanted, seconds=LIMIT, until=None):
    """What poll() says, when it says anything (or all of `until`)."""
    poll = select.poll()
    poll.register(sock, wanted)
    end = time.monotonic() + seconds
    while True:
        found = poll.poll(max(0, end - time.monotonic()) * 1000)
        found = found[0][1] if found else 0
        if until is None or found & until == until or time.monotonic() >= end:
            return found
        time.sleep(0.01)


def wait_until(test, why=""):
    """Until something is true that will be."""
    end = time.monotonic() + LIMIT
    while not test():
        assert time.monotonic() < end, why or test
        time.sleep(0.01)


def error_of(sock):
    """SO_ERROR."""
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def state(sock):
    """The connection's state, by TCP_INFO."""
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[0]


def disconnect(sock):
    """connect() with AF_UNSPEC."""
    assert libc.connect(sock.fileno(), struct.pack("=H14x", 0), 16) == 0


@each
def echo(a, b):
    for sender, receiver in ((a, b), (b, a)):
        sender.sendall(b"hello")
        assert receive(receiver, 5) == b"hello"


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
    assert time.monotonic() - began > 0.19
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


def waiting():
    s = listening(gonet, STACK)
    s.settimeout(None)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 200000))
    began = time.monotonic()
    raises(errno.EAGAIN, s.accept)
    assert time.monotonic() - began > 0.19
    a, b = to_native()
    a.settimeout(None)
    a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 200000))
    began = time.monotonic()
    raises(errno.EAGAIN, a.recv, 1)
    assert time.monotonic() - began > 0.19
    a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 200000))
    raises(errno.EAGAIN, send_for_ever, a)
    a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))

    class Interrupted(Exception):
        """From the signal's handler."""

    def handler(*_):
        raise Interrupted

    signal.signal(signal.SIGALRM, handler)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))
    for call in (s.accept, lambda: a.recv(1)):
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            call()
        except Interrupted:
            continue
        raise AssertionError("not interrupted")
    b.close()


def send_for_ever(sock):
    """Until it may not."""
    while True:
        sock.send(bytes(65536))


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


def transfer_some(sender, receiver, size, step):
    """Bytes from here to there, written in steps."""
    data = pattern(size)

    def send():
        for at in range(0, size, step):
            sender.sendall(data[at:at + step])
        sender.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=send)
    thread.start()
    got = bytearray()
    while True:
        part = receiver.recv(100000)
        if not part:
            break
        got += part
    thread.join()
    assert bytes(got) == data, f"{len(got)} of {size} bytes"


@each
def transfer(a, b):
    transfer_some(a, b, 3_000_000, 3_000_000)
    transfer_some(b, a, 3_000_000, 70_001)


@each
def small_writes(a, b):
    transfer_some(a, b, 20_000, 7)


@each
def both_ways(a, b):
    data = pattern(1_500_000)
    senders = [threading.Thread(target=s.sendall, args=(data,)) for s in (a, b)]
    got = {}

    def take(sock, key):
        got[key] = receive(sock, len(data))

    receivers = [threading.Thread(target=take, args=(s, i)) for i, s in enumerate((a, b))]
    for thread in senders + receivers:
        thread.start()
    for thread in senders + receivers:
        thread.join()
    assert got == {0: data, 1: data}


def fill(sock, step):
    """Writes until nothing has been taken for a while. Returns how much was."""
    sent = 0
    sock.setblocking(False)
    while True:
        try:
            sent += sock.send(bytes(step))
        except BlockingIOError:
            if not events(sock, select.POLLOUT, 1):
                return sent


@each
def partial(a, b):
    """What does not fit is not taken, and poll() tells when there is room again."""
    sent = fill(a, 100_000)
    assert sent
    edge = select.epoll()
    edge.register(a, select.EPOLLOUT | select.EPOLLET)
    assert edge.poll(0) == [] and events(a, select.POLLOUT, 0) == 0
    receive(b, sent)
    assert edge.poll(LIMIT) == [(a.fileno(), select.EPOLLOUT)]
    assert a.send(b"more") == 4
    assert receive(b, 4) == b"more"
    edge.close()


@each
def flags(a, b):
    b.sendall(b"abcdef")
    assert a.recv(3, socket.MSG_PEEK) == b"abc"
    assert a.recv(6, socket.MSG_PEEK | socket.MSG_WAITALL) == b"abcdef"
    assert a.recv(2) == b"ab"
    assert a.recv(100, socket.MSG_PEEK) == b"cdef"
    assert a.recv_into(bytearray(3), 3, socket.MSG_TRUNC) == 3
    assert a.recv(100) == b"f"
    a.settimeout(None)  # with a time limit Python would wait for data first
    raises(errno.EAGAIN, a.recv, 1, socket.MSG_DONTWAIT)
    threading.Timer(0.2, b.sendall, (b"later",)).start()
    b.sendall(b"now ")
    assert a.recv(9, socket.MSG_WAITALL) == b"now later"
    # The end of the data ends a wait for all of it.
    b.sendall(b"last")
    b.shutdown(socket.SHUT_WR)
    assert a.recv(100, socket.MSG_WAITALL) == b"last"
    assert a.recv(1) == b""


@each
def vectors(a, b):
    assert a.sendmsg([b"one", b"", b"two", bytes(1000)]) == 1006
    first, second = bytearray(4), bytearray(2)
    wait_until(lambda: number(b, termios.FIONREAD) == 1006)
    assert b.recvmsg_into([first, second]) == (6, [], 0, None)
    assert (first, second) == (b"onet", b"wo")
    receive(b, 1000)


@each
def halves(a, b):
    """Half closed, then wholly."""
    assert state(a) == 1
    a.sendall(b"question")
    a.shutdown(socket.SHUT_WR)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    raises(errno.EPIPE, a.send, b"x")
    assert receive(b, 8) == b"question" and b.recv(1) == b""
    found = events(b, select.POLLIN | select.POLLOUT | POLLRDHUP)
    assert found == select.POLLIN | select.POLLOUT | POLLRDHUP, hex(found)
    b.sendall(b"answer")
    b.close()
    assert receive(a, 6) == b"answer" and a.recv(1) == b"" and a.recv(1) == b""
    found = events(a, select.POLLIN | select.POLLOUT | POLLRDHUP, until=select.POLLHUP)
    assert found == (select.POLLIN | select.POLLOUT | select.POLLHUP | POLLRDHUP), hex(found)
    assert error_of(a) == 0


@each
def deaf(a, b):
    """SHUT_RD ends reading here, and changes nothing for the peer."""
    a.shutdown(socket.SHUT_RD)
    assert a.recv(1) == b""
    assert events(a, select.POLLIN | POLLRDHUP) == select.POLLIN | POLLRDHUP
    a.sendall(b"on")
    assert receive(b, 2) == b"on"


@each
def broken_pipe(a, b):
    """SIGPIPE, unless one does not want it."""
    caught = []
    signal.signal(signal.SIGPIPE, lambda *_: caught.append(1))
    a.shutdown(socket.SHUT_WR)
    raises(errno.EPIPE, a.send, b"x", socket.MSG_NOSIGNAL)
    assert not caught
    raises(errno.EPIPE, a.send, b"x")
    wait_until(lambda: caught)  # Python runs handlers when it likes


@each
def unread(a, b):
    """Closing what has not been read is a reset (RFC 2525 2.17)."""
    b.sendall(b"never read")
    wait_until(lambda: number(a, termios.FIONREAD) == 10)
    a.close()
    raises(errno.ECONNRESET, b.recv, 1)


@each
def reset_by_peer(a, b):
    a.sendall(b"x")
    wait_until(lambda: number(b, termios.FIONREAD) == 1)
    b.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    b.close()
    found = events(a, select.POLLIN | select.POLLOUT | POLLRDHUP, until=select.POLLERR)
    assert found == (select.POLLIN | select.POLLOUT | select.POLLERR | select.POLLHUP |
                     POLLRDHUP), hex(found)
    raises(errno.ECONNRESET, a.recv, 1)
    assert a.recv(1) == b""
    raises(errno.EPIPE, a.send, b"x", socket.MSG_NOSIGNAL)
    assert state(a) == 7
    raises(errno.ENOTCONN, a.getpeername)


@each
def reset_by_us(a, b):
    a.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    a.close()
    raises(errno.ECONNRESET, b.recv, 1)


@each
def lingering(a, b):
    """close() waits until the peer has everything."""
    a.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, LIMIT))
    a.sendall(b"lingers")
    began = time.monotonic()
    a.close()
    assert time.monotonic() - began < LIMIT / 2
    assert receive(b, 7) == b"lingers" and b.recv(1) == b""


def lingering_in_vain():
    """And no longer than it may, when the peer takes nothing."""
    a, b = to_native()
    b.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sent = fill(a, 65536)
    a.setblocking(True)
    a.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))
    began = time.monotonic()
    a.close()
    assert 0.9 < time.monotonic() - began < LIMIT / 2
    receive(b, sent)
    assert b.recv(1) == b""


@each
def closed_at_once(a, b):
    """What has been written arrives though nobody has the socket any more."""
    data = pattern(300_000)
    thread = threading.Thread(target=lambda: (a.sendall(data), a.close()))
    thread.start()
    assert receive(b, len(data)) == data and b.recv(1) == b""
    thread.join()


def to_oneself():
    """A socket connected to itself (9293 3.5), closed with what it does not read under way."""
    for addr in (STACK, "127.0.0.1"):
        for size in (1, 1000, 20_000, 200_000):
            s = bound(gonet(), addr, timeout=LIMIT)
            name = s.getsockname()
            s.connect(name)
            assert s.getpeername() == name
            s.sendall(b"to myself")
            assert receive(s, 9) == b"to myself"
            s.setblocking(False)
            assert s.send(bytes(size)) > 0
            s.close()
            wait_until(lambda name=name: free(name))


def free(name):
    """Whether nobody has a port, nor remembers it."""
    with gonet() as s:
        try:
            s.bind(name)
        except OSError as error:
            assert error.errno == errno.EADDRINUSE, error
            return False
    return True


@each
def disconnected(a, b):
    """connect() with AF_UNSPEC, and then to another."""
    disconnect(a)
    assert error_of(a) == errno.ECONNRESET
    raises(errno.ECONNRESET, b.recv, 1)
    raises(errno.ENOTCONN, a.getpeername)
    raises(errno.ENOTCONN, a.recv, 1)
    listener = listening(native, NATIVE)
    if a.getsockname()[0] != "127.0.0.1":
        a.connect(listener.getsockname())
        a.sendall(b"again")
        assert receive(listener.accept()[0], 5) == b"again"


@each
def urgent(a, b):
    for sender, receiver in ((a, b), (b, a)):
        sender.sendall(b"before")
        sender.send(b"!", socket.MSG_OOB)
        sender.sendall(b"after")
        assert events(receiver, select.POLLPRI) == select.POLLPRI
        assert receiver.recv(1, socket.MSG_OOB | socket.MSG_PEEK) == b"!"
        assert receiver.recv(1, socket.MSG_OOB) == b"!"
        raises(errno.EINVAL, receiver.recv, 1, socket.MSG_OOB)
        wait_until(lambda r=receiver: r.recv(100, socket.MSG_PEEK) == b"before")
        assert number(receiver, SIOCATMARK) == 0
        assert number(receiver, termios.FIONREAD) == 6
        assert receiver.recv(100) == b"before"
        assert number(receiver, SIOCATMARK) == 1
        assert receive(receiver, 5) == b"after"
        assert number(receiver, SIOCATMARK) == 0
    a.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    b.sendall(b"in")
    b.send(b"line", socket.MSG_OOB)
    wait_until(lambda: number(a, termios.FIONREAD) == 6)
    raises(errno.EINVAL, a.recv, 1, socket.MSG_OOB)
    assert a.recv(100) == b"inlin" and number(a, SIOCATMARK) == 1
    assert a.recv(100) == b"e"


@each
def signals(a, b):
    caught = []
    signal.signal(signal.SIGURG, lambda *_: caught.append("urg"))
    signal.signal(signal.SIGIO, lambda *_: caught.append("io"))
    fcntl.fcntl(a, fcntl.F_SETOWN, os.getpid())
    b.send(b"!", socket.MSG_OOB)
    wait_until(lambda: "urg" in caught)
    assert "io" not in caught
    fcntl.fcntl(a, fcntl.F_SETFL, fcntl.fcntl(a, fcntl.F_GETFL) | os.O_ASYNC)
    b.sendall(b"x")
    wait_until(lambda: "io" in caught)


@each
def polls(a, b):
    level, edge = select.epoll(), select.epoll()
    level.register(a, select.EPOLLIN)
    edge.register(a, select.EPOLLIN | select.EPOLLET)
    assert level.poll(0) == [] and edge.poll(0) == []
    b.sendall(b"1")
    assert edge.poll(LIMIT) == [(a.fileno(), select.EPOLLIN)]
    assert edge.poll(0) == []
    assert level.poll(0) == level.poll(0) == [(a.fileno(), select.EPOLLIN)]
    b.sendall(b"2")
    assert edge.poll(LIMIT) == [(a.fileno(), select.EPOLLIN)]
    assert receive(a, 2) == b"12"
    assert level.poll(0) == []
    b.shutdown(socket.SHUT_WR)
    assert edge.poll(LIMIT) == [(a.fileno(), select.EPOLLIN)]
    level.close()
    edge.close()


@each
def low_marks(a, b):
    a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 100)
    b.sendall(bytes(99))
    wait_until(lambda: number(a, termios.FIONREAD) == 99)
    assert events(a, select.POLLIN, 0) == 0
    b.sendall(b"x")
    assert events(a, select.POLLIN) == select.POLLIN
    assert len(a.recv(1000)) == 100
    threading.Timer(0.2, b.sendall, (bytes(100),)).start()
    a.settimeout(None)
    assert len(a.recv(1000)) == 100
    a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
    b.sendall(b"x")
    assert a.recv(10) == b"x"


@each
def unsent_mark(a, b):
    """TCP_NOTSENT_LOWAT: hardly more is taken than can be sent."""
    a.setsockopt(socket.IPPROTO_TCP, 25, 20000)
    sent = fill(a, 1000)
    assert 0 < number(a, SIOCOUTQNSD) <= 21000, number(a, SIOCOUTQNSD)
    assert events(a, select.POLLOUT, 0) == 0
    edge = select.epoll()
    edge.register(a, select.EPOLLOUT | select.EPOLLET)
    assert edge.poll(0) == []
    receive(b, sent)
    assert edge.poll(LIMIT) == [(a.fileno(), select.EPOLLOUT)]
    edge.close()


@each
def queues(a, b):
    assert number(a, termios.FIONREAD) == 0 and number(a, termios.TIOCOUTQ) == 0
    b.sendall(bytes(1234))
    wait_until(lambda: number(a, termios.FIONREAD) == 1234)
    receive(a, 1000)
    assert number(a, termios.FIONREAD) == 234
    a.sendall(bytes(5000))
    wait_until(lambda: number(a, termios.TIOCOUTQ) == 0)
    assert number(a, SIOCOUTQNSD) == 0


@each
def corked(a, b):
    """
    What is corked leaves when the cork is drawn. As natively, it leaves without that
    after a fifth of a second, which may be over on a slow machine.
    """
    def cork():
        a.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        a.sendall(b"first ")
        a.sendall(b"second")
        a.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def more():
        a.send(b"first ", socket.MSG_MORE)
        a.send(b"second")

    for write in (cork, more):
        for _ in range(20):
            write()
            got = b.recv(100)
            if got == b"first second":
                break
            receive(b, 12 - len(got))
        assert got == b"first second", got


def each_option(sock):
    """What every option of the level says, and what it takes."""
    said = {}
    numbers = (socket.TCP_MAXSEG, socket.TCP_CORK, socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL,
               socket.TCP_KEEPCNT, socket.TCP_SYNCNT, socket.TCP_LINGER2,
               socket.TCP_DEFER_ACCEPT, socket.TCP_WINDOW_CLAMP, socket.TCP_QUICKACK,
               socket.TCP_NODELAY, socket.TCP_USER_TIMEOUT, 25, TCP_INQ)
    for option in numbers:
        for value in (None, -1, 0, 1, 2, 5, 60, 88, 127, 128, 200, 300, 32767, 32768, 10**6):
            if option == socket.TCP_WINDOW_CLAMP and value == -1:
                continue
            try:
                if value is not None:
                    sock.setsockopt(socket.IPPROTO_TCP, option, value)
                said[option, value] = sock.getsockopt(socket.IPPROTO_TCP, option)
            except OSError as error:
                said[option, value] = errno.errorcode[error.errno]
        for length in range(4):
            try:
                sock.setsockopt(socket.IPPROTO_TCP, option, bytes(length))
                said[option, "length", length] = 0
            except OSError as error:
                said[option, "length", length] = errno.errorcode[error.errno]
    for name in (b"reno", b"cubic", b"reno\0", b"", b"none such"):
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name)
            said["cc", name] = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
        except OSError as error:
            said["cc", name] = errno.errorcode[error.errno]
    for length in (0, 1, 3, 4, 8, 100, 1000):
        said["info", length] = len(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, length)
                                   if length else b"")
    for level, option, value in ((socket.SOL_IP, socket.IP_TOS, 0xff),
                                 (socket.SOL_IP, socket.IP_TTL, 7),
                                 (socket.SOL_IP, socket.IP_MULTICAST_TTL, 7),
                                 (socket.SOL_IP, 10, 2), (socket.SOL_IP, 11, 1),
                                 (socket.SOL_IP, 24, 1), (socket.SOL_IP, 15, 1),
                                 (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
                                 (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
                                 (socket.SOL_SOCKET, socket.SO_RCVLOWAT, 100),
                                 (socket.SOL_SOCKET, socket.SO_RCVBUF, 50000),
                                 (socket.SOL_SOCKET, socket.SO_SNDBUF, 50000)):
        try:
            sock.setsockopt(level, option, value)
            said[level, option] = sock.getsockopt(level, option)
        except OSError as error:
            said[level, option] = errno.errorcode[error.errno]
    return said


def options():
    """Each option says and takes what it does natively, before and after connecting."""
    theirs, ours = each_option(native()), each_option(gonet())
    assert ours == theirs, {k: (v, theirs.get(k)) for k, v in ours.items() if v != theirs.get(k)}
    s = gonet()
    for option in (14, 19, 20, 29, 35):  # MD5, repair, keys, copying
        try:
            s.setsockopt(socket.IPPROTO_TCP, option, struct.pack("i", 1))
        except OSError as error:
            assert error.errno in (errno.ENOPROTOOPT, errno.EOPNOTSUPP), (option, error)
            continue
        raise AssertionError(f"option {option} was taken")
    raises(errno.EOPNOTSUPP, s.setsockopt, socket.SOL_SOCKET, 60, 1)  # SO_ZEROCOPY
    a, b = from_native()
    a.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    raises(errno.EINVAL, a.setsockopt, socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, 0)
    assert 500 <= a.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 65535
    assert a.getsockopt(socket.SOL_IP, 14) == 1500  # IP_MTU
    b.close()


def fast_open():
    """Data in the SYN, once there is a cookie: between the stacks, and within this one."""
    for side in ("gonet", "ipv4"):
        with open(f"/proc/sys/net/{side}/tcp_fastopen", "w") as f:
            f.write("3")
    for client, server, addr in ((gonet, native, NATIVE), (native, gonet, STACK),
                                 (gonet, gonet, STACK)):
        listener = bound(server(), addr, timeout=LIMIT)
        listener.setsockopt(socket.IPPROTO_TCP, 23, 5)  # TCP_FASTOPEN
        listener.listen(5)
        end, turns, taken = time.monotonic() + LIMIT, 0, 0
        while taken < 5:
            c = client()
            assert c.sendto(b"hello", 0x20000000, listener.getsockname()) == 5  # MSG_FASTOPEN
            s = listener.accept()[0]
            assert receive(s, 5) == b"hello"
            s.sendall(b"you")
            assert receive(c, 3) == b"you"
            with_syn = [x.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 16)[5] & 32
                        for x in (c, s)]
            assert with_syn in ([0, 0], [32, 32]), with_syn
            taken += with_syn[0] // 32
            turns += 1
            assert turns > 1 or not taken, "before there was a cookie"
            assert time.monotonic() < end, (client, server, turns, taken)
            c.close()
            assert s.recv(1) == b""
            s.close()
        listener.close()


def inherited():
    listener = gonet()
    wanted = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
              (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 77),
              (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 5000),
              (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
              (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
              (socket.SOL_IP, socket.IP_TTL, 33))
    for level, option, value in wanted:
        listener.setsockopt(level, option, value)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 30000)
    listener.bind((STACK, 0))
    listener.listen(1)
    c = native()
    c.connect(listener.getsockname())
    s = listener.accept()[0]
    for level, option, value in wanted:
        assert s.getsockopt(level, option) == value, (level, option)
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 60000
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0
    assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1


@each
def information(a, b):
    a.sendall(bytes(10000))
    receive(b, 10000)
    b.sendall(bytes(5000))
    receive(a, 5000)
    wait_until(lambda: number(a, termios.TIOCOUTQ) == 0)
    info = a.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 248)
    assert info[0] == 1
    _, snd_mss, rcv_mss = struct.unpack_from("=III", info, 12)
    rtt = struct.unpack_from("=I", info, 68)[0]
    cwnd = struct.unpack_from("=I", info, 80)[0]
    assert snd_mss >= 500 and rcv_mss >= 500, (snd_mss, rcv_mss)
    assert 0 < rtt < 20_000_000 and cwnd >= 2, (rtt, cwnd)
    acked, received = struct.unpack_from("=QQ", info, 120)
    assert acked in (10000, 10001) and received == 5000, (acked, received)


@each
def control(a, b):
    a.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
    a.setsockopt(socket.IPPROTO_TCP, TCP_INQ, 1)
    b.sendall(b"hello")
    wait_until(lambda: number(a, termios.FIONREAD) == 5)
    data, ancillary, flags_set, name = a.recvmsg(2, 200)
    assert (data, flags_set, name) == (b"he", 0, None), (data, flags_set, name)
    found = {(level, kind): value for level, kind, value in ancillary}
    assert struct.unpack("=i", found.pop((socket.IPPROTO_TCP, TCP_INQ))) == (3,)
    seconds, _ = struct.unpack("=qq", found.pop((socket.SOL_SOCKET, SO_TIMESTAMP)))
    assert abs(seconds - time.time()) < 30 and not found
    # As natively, what concerns datagrams changes nothing, and what is unknown is refused.
    a.sendmsg([b"x"], [(socket.SOL_IP, 8, bytes(12))])
    raises(errno.EINVAL, a.sendmsg, [b"x"], [(socket.SOL_SOCKET, 999, bytes(4))])


def packet_options(sock):
    """What IP_PKTOPTIONS says: the interface, both addresses, TTL and TOS byte."""
    told = sock.getsockopt(socket.SOL_IP, IP_PKTOPTIONS, 200)
    assert told[:16] == struct.pack("=Qii", 28, socket.SOL_IP, 8), told
    index, spec, addr = struct.unpack("=i4s4s", told[16:28])
    ttl, tos = (struct.unpack_from("=Qiii", told, at) for at in (32, 56))
    assert (ttl[:3], tos[:3]) == ((20, socket.SOL_IP, 2), (20, socket.SOL_IP, 1)), told
    assert len(told) == 80 and spec == addr, told
    return index, socket.inet_ntoa(addr), ttl[3], tos[3]


def opened_by():
    device = socket.if_nametoindex("gonet0")
    for server, client, name in ((gonet, native, STACK), (native, gonet, NATIVE)):
        with listening(server, name) as listener, client() as a:
            for option in (IP_PKTINFO, IP_RECVTTL, IP_RECVTOS):
                listener.setsockopt(socket.SOL_IP, option, 1)
                a.setsockopt(socket.SOL_IP, option, 1)
            a.setsockopt(socket.SOL_IP, socket.IP_TTL, 33)
            a.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x28)
            a.connect(listener.getsockname())
            b, _ = listener.accept()
            assert packet_options(b) == (device, name, 33, 0x28), packet_options(b)
            assert packet_options(a) == (0, a.getsockname()[0], 1, 0), packet_options(a)
            b.setsockopt(socket.SOL_IP, IP_RECVTTL, 0)
            b.setsockopt(socket.SOL_IP, IP_RECVTOS, 0)
            assert len(b.getsockopt(socket.SOL_IP, IP_PKTOPTIONS, 200)) == 32
            b.setsockopt(socket.SOL_IP, IP_PKTINFO, 0)
            assert b.getsockopt(socket.SOL_IP, IP_PKTOPTIONS, 200) == b""
            b.close()
    raises(errno.ENOPROTOOPT, gonet().setsockopt, socket.SOL_IP, IP_PKTOPTIONS, 1)
    with any_gonet() as datagrams:
        raises(errno.ENOPROTOOPT, datagrams.getsockopt, socket.SOL_IP, IP_PKTOPTIONS, 200)


@each
def peeked(a, b):
    a.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, 2)
    b.sendall(b"abcdefgh")
    wait_until(lambda: number(a, termios.FIONREAD) == 8)
    for part, then in ((b"cd", 4), (b"ef", 6)):
        assert a.recv(2, socket.MSG_PEEK) == part
        assert a.getsockopt(socket.SOL_SOCKET, SO_PEEK_OFF) == then
    assert a.recv(3) == b"abc"
    assert a.getsockopt(socket.SOL_SOCKET, SO_PEEK_OFF) == 3
    assert a.recv(100, socket.MSG_PEEK) == b"gh"
    threading.Timer(0.2, b.sendall, (b"later",)).start()
    assert a.recv(100, socket.MSG_PEEK) == b"later"
    a.settimeout(None)  # with a time limit Python would wait for data first
    raises(errno.EAGAIN, a.recv, 1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    assert receive(a, 10) == b"defghlater"
    assert a.getsockopt(socket.SOL_SOCKET, SO_PEEK_OFF) == 0
    a.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, -1)
    b.sendall(b"all")
    for _ in range(2):
        assert a.recv(100, socket.MSG_PEEK) == b"all"


@each
def files(a, b):
    """sendfile() and splice(), both ways."""
    data = pattern(200_000)
    with open("/tmp/stream.data", "wb+") as f:
        f.write(data)
        f.flush()
        thread = threading.Thread(target=a.sendfile, args=(f, 0))
        thread.start()
        assert receive(b, len(data)) == data
        thread.join()
    read_end, write_end = os.pipe()
    b.sendall(data[:5000])
    b.shutdown(socket.SHUT_WR)
    a.settimeout(None)
    got = b""
    while os_splice(a.fileno(), write_end, 5000):
        got += os.read(read_end, 5000)
    assert got == data[:5000], len(got)
    os.write(write_end, b"through a pipe")
    assert os_splice(read_end, a.fileno(), 14) == 14
    assert receive(b, 14) == b"through a pipe"
    os.close(read_end)
    os.close(write_end)
    os.unlink("/tmp/stream.data")


def os_splice(source, target, count):
    """splice(2), which this Python may not have."""
    done = libc.splice(source, None, target, None, count, 0)
    assert done >= 0, os.strerror(errno.EINVAL)
    return done


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


def threads():
    """A reader and an accepting thread learn that their socket is shut down."""
    a, b = to_native()
    listener = listening(gonet, STACK)
    listener.settimeout(None)
    a.settimeout(None)
    said = []

    def accepts():
        try:
            listener.accept()
        except OSError as error:
            said.append(error.errno)

    waiting_threads = [threading.Thread(target=lambda: said.append(a.recv(1))),
                       threading.Thread(target=accepts)]
    for thread in waiting_threads:
        thread.start()
    time.sleep(0.2)
    a.shutdown(socket.SHUT_RD)
    listener.shutdown(socket.SHUT_RD)
    for thread in waiting_threads:
        thread.join(LIMIT)
    assert sorted(said, key=str) == sorted([b"", errno.EINVAL], key=str), said
    b.close()


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
