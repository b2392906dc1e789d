#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""How TCP sockets shut down and close: cases of socket/stream.sh."""
import errno
import select
import signal
import socket
import struct
import termios
import threading
import time

from gonet_socket import NATIVE, STACK, bound, main, pattern, raises
from stream import (LIMIT, POLLRDHUP, RESET, disconnect, each, error_of, events, fill, gonet,
                    listening, native, number, receive, state, to_native, wait_until)


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
    assert 0.5 < time.monotonic() - began < LIMIT / 2
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


if __name__ == "__main__":
    main(globals())
