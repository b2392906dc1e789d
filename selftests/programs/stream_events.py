#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What TCP sockets tell of by poll and signals, urgent data too: cases of socket/stream.sh."""
import errno
import fcntl
import os
import select
import signal
import socket
import termios
import threading

from gonet_socket import main, raises
from stream import LIMIT, SIOCOUTQNSD, each, events, fill, number, receive, wait_until

SIOCATMARK = 0x8905


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


if __name__ == "__main__":
    main(globals())
