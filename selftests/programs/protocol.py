#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A protocol that a module adds to the stack: the cases of ip/protocol.sh."""
import errno
import os
import random
import select
import signal
import socket
import struct
import sys
import time

from gonet_socket import NATIVE, STACK, gonet, main, native, pattern, raises

ECHO = int(os.environ.get("ECHO", "253"))
IP_RECVERR = 11
BROADCAST = "10.0.0.255"


def raw(make, protocol=ECHO):
    s = make(socket.SOCK_RAW, protocol)
    s.settimeout(20)
    return s


def ends(packet):
    """Time to live, protocol, source and destination of a packet."""
    ttl, protocol, src, dst = struct.unpack(">8xBB2x4s4s", packet[:20])
    return ttl, protocol, socket.inet_ntoa(src), socket.inet_ntoa(dst)


def silent(s, seconds=0.5):
    assert not select.select([s], [], [], seconds)[0], s.recv(100)


def answered(s, data, ttl=64):
    s.setsockopt(socket.SOL_IP, socket.IP_TTL, ttl)
    s.sendto(data, (STACK, 0))
    packet = s.recv(65536)
    assert ends(packet) == (ttl - 1, ECHO, STACK, NATIVE), packet[:20]
    assert packet[20:] == data, f"{len(packet) - 20} bytes, not {len(data)}"


def sizes():
    s = raw(native)
    for seed, size in enumerate((0, 1, 7, 1479, 1480, 1481, 2960, 9000, 40000, 65515)):
        answered(s, pattern(size, seed))


def options():
    """A header with options is taken as any other; they do not come back."""
    s = raw(native)
    s.setsockopt(socket.SOL_IP, socket.IP_OPTIONS, b"\x01" * 8)
    s.sendto(b"with options", (STACK, 0))
    packet = s.recv(100)
    assert packet[0] == 0x45 and packet[20:] == b"with options", packet


def lives():
    """Each answer has one hop less, so two echoes would come to an end."""
    s = raw(native)
    answered(s, b"two", ttl=2)
    s.setsockopt(socket.SOL_IP, socket.IP_TTL, 1)
    s.sendto(b"one", (STACK, 0))
    silent(s)


def group():
    s = raw(native)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.bind((NATIVE, 0))
    s.sendto(b"all", (BROADCAST, 0))
    silent(s)


def itself():
    """The stack's own packets are answered, too, as long as they live."""
    ours = raw(gonet)
    ours.setsockopt(socket.SOL_IP, socket.IP_TTL, 4)
    ours.sendto(b"round", (STACK, 0))
    for ttl in (4, 3, 2, 1):
        packet = ours.recv(100)
        assert ends(packet) == (ttl, ECHO, STACK, STACK), packet[:20]
        assert packet[20:] == b"round"
    silent(ours)


def unreachable():
    """Protocol unreachable, when nobody has the number."""
    s = raw(native)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(b"to nobody", (STACK, 0))
    poll = select.poll()
    poll.register(s, 0)
    assert poll.poll(20000), "no error"
    raises(errno.ENOPROTOOPT, s.recv, 100)
    _, control, _, _ = s.recvmsg(2000, 512, socket.MSG_ERRQUEUE)
    _, _, kind, code = struct.unpack("=IBBB", control[0][2][:7])
    assert (kind, code) == (3, 2), (kind, code)
    assert socket.inet_ntoa(control[0][2][20:24]) == STACK


def copies():
    """Raw sockets of the stack have a copy, and the answer comes all the same."""
    ours, other, s = raw(gonet), raw(gonet, 252), raw(native)
    for size in (3, 5000):
        answered(s, pattern(size))
        packet = ours.recv(65536)
        assert ends(packet)[1:] == (ECHO, NATIVE, STACK) and packet[20:] == pattern(size)
    silent(other)
    other.close()
    ours.close()
    answered(s, b"alone")


def alone():
    """A raw socket has the number to itself, as before."""
    ours, s = raw(gonet), raw(native)
    s.sendto(b"heard", (STACK, 0))
    assert ours.recv(100)[20:] == b"heard"
    silent(s)


def unwanted():
    """Nobody here wants an answer, so the native stack sends errors about them."""
    s = native(socket.SOCK_RAW, socket.IPPROTO_RAW)
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, ECHO, 0,
                       socket.inet_aton(NATIVE), socket.inet_aton(STACK))
    s.sendto(head + b"8 bytes.", (STACK, 0))


def flood():
    """Datagrams of all sizes until it is killed; what comes back is what was sent."""
    s = raw(native)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    data = pattern(8000)
    count = {"sent": 0, "answers": 0, "wrong": 0}

    def end(*_):
        print(*(f"{name}={n}" for name, n in count.items()), flush=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    while True:
        size = random.choice((1, 100, 1400, 3000, 8000))
        try:
            s.sendto(data[:size], (STACK, 0))
            count["sent"] += 1
        except OSError:
            pass  # the way goes with its namespace
        while select.select([s], [], [], 0)[0]:
            packet = s.recv(65536)
            count["answers"] += 1
            count["wrong"] += packet[20:] != data[:len(packet) - 20]
        time.sleep(0.002)  # others are to have a CPU, too


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main(globals())
