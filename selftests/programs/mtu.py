#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What becomes of packets that may be too large for their path, as a transcript.

usage: mtu.py gonet|native CASE
       mtu.py sink

The same on the GoNet stack and on the native one, on the paths of ip/pmtu_lib.sh: what
calls return, what the queue of errors says, and what goes onto the first link. The sink,
at the far end, takes what arrives, so that nothing there is unreachable.
"""
import errno
import select
import socket
import struct
import sys
import time

import gonet_socket

DEVICE = "gonet0"
SOURCE = "10.0.0.2"
LINK, PATH = 1500, 1400
MARK = 9999
IP_HDRINCL, IP_MTU_DISCOVER, IP_RECVERR, IP_MTU = 3, 10, 11, 14
DONT, WANT, DO, PROBE, INTERFACE, OMIT = range(6)
UDP_CORK, UDP_SEGMENT, UDP_GRO = 1, 103, 104
SO_NO_CHECK = 11
ETH_P_ALL = 3
TIMEOUT = 20000

make = {"gonet": gonet_socket.gonet}.get(sys.argv[1], gonet_socket.native)


def say(*words):
    print(*words, flush=True)


def name_of(number):
    return errno.errorcode.get(number, number)


class Wire:
    """What leaves for a destination by the first link."""

    def __init__(self, to):
        self.to = to
        self.tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self.tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.tap.bind((DEVICE, ETH_P_ALL))
        self.tap.settimeout(TIMEOUT / 1000)
        self.marker = make()
        self.marker.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, DONT)

    def seen(self):
        """Since the last time, as (length, DF, MF, offset)."""
        self.marker.sendto(b"mark", (self.to, MARK))
        packets = []
        while True:
            data = self.tap.recv(65600)
            if len(data) < 28 or data[0] >> 4 != 4:
                continue
            if socket.inet_ntoa(data[12:16]) != SOURCE or socket.inet_ntoa(data[16:20]) != self.to:
                continue
            length, _, frag = struct.unpack_from("!HHH", data, 2)
            if data[9] == 17 and struct.unpack_from("!H", data, 22)[0] == MARK:
                return packets
            packets.append((length, "DF" if frag & 0x4000 else "-", "MF" if frag & 0x2000 else "-",
                            (frag & 0x1fff) * 8))


def refused(packets, size=65535):
    """How many of them the router will refuse, with datagrams of that size in them."""
    return sum(1 for packet in packets if min(packet[0], size + 28) > PATH and packet[1] == "DF")


def errors(s, expected):
    """The queue of errors, with as many as are expected; what the program did not know."""
    found = []
    poll = select.poll()
    poll.register(s, 0)
    while len(found) < expected:
        assert poll.poll(TIMEOUT), f"{len(found)} errors, not {expected}"
        found += drain(s)
    return found + drain(s)


def drain(s):
    found = []
    while True:
        try:
            data, ancillary, _, peer = s.recvmsg(2000, 512, socket.MSG_ERRQUEUE |
                                                 socket.MSG_DONTWAIT)
        except BlockingIOError:
            return found
        for level, kind, report in ancillary:
            if (level, kind) == (socket.SOL_IP, IP_RECVERR):
                number, origin, icmp, code, _, info, _ = struct.unpack_from("=IBBBBII", report)
                who = socket.inet_ntoa(report[20:24])
                found.append((name_of(number), origin, icmp, code, info, who, peer, len(data)))


def pending(s):
    return name_of(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def attempt(s, data, to=None):
    """Sends; what came of it."""
    try:
        return s.sendto(data, to) if to else s.send(data)
    except OSError as error:
        return name_of(error.errno)


def learn(to):
    """Have the path's MTU found out."""
    s = make()
    s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, PROBE)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.connect((to, 7))
    s.send(bytes(LINK - 28))
    errors(s, 1)
    return s.getsockopt(socket.SOL_IP, IP_MTU)


KINDS = {
    "udp": (socket.SOCK_DGRAM, 0, 28),
    "ping": (socket.SOCK_DGRAM, socket.IPPROTO_ICMP, 20),
    "raw": (socket.SOCK_RAW, 200, 20),
}


def payload(kind, size):
    """As a ping socket it must begin as an echo request."""
    head = b"\x08" if kind == "ping" else b""
    return head + bytes(size - len(head))


def modes(kind):
    """Every value of IP_MTU_DISCOVER."""
    to = "192.168.9.2"
    say("learnt", learn(to))
    wire = Wire(to)
    what, protocol, header = KINDS[kind]
    for mode in range(6):
        for total in (100, PATH, PATH + 1, LINK, LINK + 1, 3000, 65535, 65536):
            s = make(what, protocol)
            s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, mode)
            s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
            s.connect((to, 7))
            result = attempt(s, payload(kind, total - header))
            packets = wire.seen()
            found = errors(s, refused(packets) + isinstance(result, str))
            say(kind, mode, total, result, packets, found, pending(s),
                s.getsockopt(socket.SOL_IP, IP_MTU))
            s.close()


def own_header():
    """IP_HDRINCL: the header says whether the packet may be cut."""
    to = "192.168.9.2"
    say("learnt", learn(to))
    wire = Wire(to)
    for mode in range(6):
        for total in (PATH, PATH + 1, LINK, LINK + 1):
            for frag in (0, 0x4000, 0x2000 | 100):
                s = make(socket.SOCK_RAW, 200)
                s.setsockopt(socket.SOL_IP, IP_HDRINCL, 1)
                s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, mode)
                s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
                s.connect((to, 0))
                packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 1234, frag, 64, 200, 0,
                                     bytes(4), socket.inet_aton(to)) + bytes(total - 20)
                result = attempt(s, packet)
                packets = wire.seen()
                found = errors(s, refused(packets) + isinstance(result, str))
                say("own header", mode, total, hex(frag), result, packets, found)
                s.close()


def first():
    """The message arrives: who is told, and what is then known."""
    for last, mode, queue, connect in ((3, WANT, 0, 1), (4, DO, 1, 1), (5, DO, 1, 0),
                                       (6, PROBE, 0, 1), (7, DONT, 1, 1), (8, OMIT, 1, 1)):
        to = f"192.168.9.{last}"
        wire = Wire(to)
        s = make()
        s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, mode)
        s.setsockopt(socket.SOL_IP, IP_RECVERR, queue)
        if connect:
            s.connect((to, 7))
        say("first", mode, queue, connect, attempt(s, bytes(LINK - 28), (to, 7)))
        packets = wire.seen()
        poll = select.poll()
        poll.register(s, 0)
        if refused(packets):
            assert poll.poll(TIMEOUT), "no error"
            say("pending", pending(s))
        say(packets, drain(s))
        c = make()
        c.connect((to, 7))
        say("now", c.getsockopt(socket.SOL_IP, IP_MTU), attempt(s, bytes(LINK - 28), (to, 7)),
            wire.seen())
        s.close()


def corked():
    """Put together from parts: the part that is one too many is refused."""
    to = "192.168.9.2"
    say("learnt", learn(to))
    wire = Wire(to)
    for mode in range(6):
        s = make()
        s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, mode)
        s.connect((to, 7))
        s.setsockopt(socket.SOL_UDP, UDP_CORK, 1)
        results = [attempt(s, bytes(700)), attempt(s, bytes(672)), attempt(s, bytes(1))]
        s.setsockopt(socket.SOL_UDP, UDP_CORK, 0)
        say("corked", mode, results, wire.seen())
        s.close()


def segment_options():
    s = make()
    for name in (UDP_SEGMENT, UDP_GRO):
        for value in (-1, 0, 1, 5, 1400, 65535, 65536):
            try:
                s.setsockopt(socket.SOL_UDP, name, value)
            except OSError as error:
                say(name, value, name_of(error.errno))
            say(name, value, s.getsockopt(socket.SOL_UDP, name))


def segment_messages():
    """The control message: its length and type."""
    to = "192.168.9.9"
    wire = Wire(to)
    s = make()
    for kind, value in ((UDP_SEGMENT, struct.pack("=H", 1000)), (UDP_SEGMENT, struct.pack("=I", 1000)),
                        (UDP_SEGMENT, b"\1"), (UDP_GRO, struct.pack("=I", 1000)),
                        (UDP_CORK, struct.pack("=I", 1)), (UDP_SEGMENT, struct.pack("=H", 0))):
        try:
            result = s.sendmsg([bytes(1300)], [(socket.SOL_UDP, kind, value)], 0, (to, 7))
        except OSError as error:
            result = name_of(error.errno)
        say("message", kind, value, result, wire.seen())


def segments():
    """What can be sent in segments, and what not."""
    for to in ("192.168.9.9", "192.168.9.2"):
        if to == "192.168.9.2":
            say("learnt", learn(to))
        wire = Wire(to)
        for mode in (WANT, DO, DONT, OMIT):
            for size, total in ((1000, 10500), (1000, 1000), (1000, 999), (1000, 0), (1372, 3000),
                                (1373, 3000), (1472, 3000), (1473, 3000), (1473, 1000), (3000, 1373),
                                (1, 90), (1, 160), (500, 63900), (500, 64100), (1000, 65508)):
                s = make()
                s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, mode)
                s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
                s.setsockopt(socket.SOL_UDP, UDP_SEGMENT, size)
                s.connect((to, 7))
                result = attempt(s, bytes(total))
                packets = wire.seen()
                say("segments", to, mode, size, total, result, packets)
                # What is learnt from it is known to the next.
                errors(s, refused(packets, size))
                s.close()
    s = make()
    s.connect((to, 7))
    s.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    s.setsockopt(socket.SOL_UDP, UDP_SEGMENT, 1000)
    say("without a checksum", attempt(s, bytes(3000)), attempt(s, bytes(500)))
    s = make()
    s.connect((to, 7))
    s.setsockopt(socket.SOL_UDP, UDP_SEGMENT, 1000)
    results = [s.send(bytes(700), socket.MSG_MORE), s.send(bytes(700), socket.MSG_MORE),
               s.send(bytes(700))]
    say("in parts", results, wire.seen())


CASES = {
    "udp": lambda: modes("udp"),
    "ping": lambda: modes("ping"),
    "raw": lambda: modes("raw"),
    "own_header": own_header,
    "first": first,
    "corked": corked,
    "segment_options": segment_options,
    "segment_messages": segment_messages,
    "segments": segments,
}

if sys.argv[1] == "sink":
    sinks = [gonet_socket.bound(make(), "0.0.0.0", port) for port in (7, MARK)]
    sinks.append(make(socket.SOCK_RAW, 200))
    say("ready")
    while True:
        time.sleep(1000)
CASES[sys.argv[2]]()
say("end")
