#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""How TCP sockets send and receive: cases of socket/stream.sh."""
import errno
import os
import select
import signal
import socket
import struct
import termios
import threading
import time

from gonet_socket import STACK, libc, main, pattern, raises
from stream import (LIMIT, SIOCOUTQNSD, each, events, fill, gonet, listening, number, receive,
                    to_native, wait_until)

SO_PEEK_OFF = 42


@each
def echo(a, b):
    for sender, receiver in ((a, b), (b, a)):
        sender.sendall(b"hello")
        assert receive(receiver, 5) == b"hello"


def waiting():
    s = listening(gonet, STACK)
    s.settimeout(None)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 200000))
    began = time.monotonic()
    raises(errno.EAGAIN, s.accept)
    assert time.monotonic() - began > 0.1
    a, b = to_native()
    a.settimeout(None)
    a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 200000))
    began = time.monotonic()
    raises(errno.EAGAIN, a.recv, 1)
    assert time.monotonic() - began > 0.1
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


if __name__ == "__main__":
    main(globals())
