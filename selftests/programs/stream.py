# SPDX-License-Identifier: GPL-2.0
"""Connections of the GoNet stack, in every role: for the cases of socket/stream.sh.

A case that is about a connection runs for each of ROLES: the socket under test is the
first of the two; the other is of the native stack, or of the same one.
"""
import array
import fcntl
import select
import socket
import struct
import sys
import time

from gonet_socket import NATIVE, STACK, bound, libc
from gonet_socket import native as any_native
from gonet_socket import gonet as any_gonet

LIMIT = 60  # seconds, that no working test reaches
POLLRDHUP = 0x2000
SIOCOUTQNSD = 0x894B
TCP_INFO_STATE = {1: "ESTAB", 7: "CLOSE", 8: "CLOSE-WAIT", 10: "LISTEN"}
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
