# SPDX-License-Identifier: GPL-2.0
"""A host that is not there: it faces the stack segment by segment.

Its address is PEER; the stack knows its MAC address by a static neighbour. All that is in
10.77.0.0/16 is its own, too. With WIRE_NATIVE=NETNS in the environment the cases face the native
stack of that namespace instead, which says whether they ask for what others do.
"""
import ctypes
import os
import select
import socket
import struct
import sys
import time
import traceback

import gonet_socket
from gonet_socket import STACK
from tcp_segment import Segment, add, checksum, ipv4

PEER = "10.0.0.9"
PEER_MAC = bytes.fromhex("020000000009")
WAIT = float(os.environ.get("WIRE_WAIT", 30))	# seconds that no working test reaches
SOL_PACKET, PACKET_VNET_HDR, SO_RCVBUFFORCE, SO_TIMESTAMPNS = 263, 15, 33, 35
NEEDS_CSUM, GSO_TCPV4 = 1, 1
NATIVE_NS = os.environ.get("WIRE_NATIVE")
DEV = os.environ.get("WIRE_DEV", "gonet0")
STACK_MAC = bytes.fromhex(os.environ["WIRE_STACK_MAC"].replace(":", ""))


class Wire:
    """The native end of the cable."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.bind((DEV, 0x800))
        if NATIVE_NS:
            with open(f"/run/netns/{NATIVE_NS}") as ns:
                assert not ctypes.CDLL(None).setns(ns.fileno(), 0)
        self.waiting = {}
        self.ident = 0

    def send_packet(self, packet, offload=bytes(10)):
        frame = STACK_MAC + PEER_MAC + b"\x08\x00" + packet
        self.sock.send(offload + frame)

    def send(self, seg, saddr=PEER, tos=0, gso=0, **how):
        """With gso= it stands for segments of that size; when it is large its data is in pages."""
        self.ident = (self.ident + 1) & 0xffff
        raw = seg.build(saddr, STACK, partial=bool(gso), **how)
        packet = ipv4(saddr, STACK, raw, ident=self.ident, tos=tos)
        if gso:
            self.send_packet(packet, struct.pack("=BBHHHH", NEEDS_CSUM, GSO_TCPV4,
                                                 34 + (raw[12] >> 4) * 4, gso, 34, 16))
        else:
            self.send_packet(packet)

    def read(self, until):
        """Puts what arrives where it belongs. Return: whether anything was there in time."""
        left = until - time.monotonic()
        if not select.select([self.sock], [], [], max(left, 0))[0]:
            return False
        raw, ancillary, _, _ = self.sock.recvmsg(70000, 128)
        when = next(struct.unpack("qq", data) for level, _, data in ancillary
                    if level == socket.SOL_SOCKET)
        self.take(raw, when[0] + when[1] / 1e9)
        return True

    def take(self, raw, when):
        flags, _, _, size, _, _ = struct.unpack_from("=BBHHHH", raw)
        frame = raw[10:]
        if frame[:6] != PEER_MAC:
            return
        head = frame[14:34]
        total, = struct.unpack_from("!H", head, 2)
        assert head[0] == 0x45 and not checksum(head) and total <= len(frame) - 14, frame.hex()
        saddr, daddr = socket.inet_ntoa(head[12:16]), socket.inet_ntoa(head[16:20])
        payload = frame[34:14 + total]
        if head[9] == 1:
            self.waiting.setdefault("icmp", []).append(payload)
            return
        if head[9] != 6:
            return
        if not flags & NEEDS_CSUM:
            pseudo = head[12:20] + struct.pack("!HH", 6, len(payload))
            assert not checksum(pseudo + payload), "checksum wrong: " + frame.hex()
        seg = Segment.parse(payload)
        seg.when, seg.tos = when, head[1]
        seg.packet = frame[14:14 + total]
        key = daddr, seg.ports[1], seg.ports[0]
        for part in seg.split(size):
            part.packet = seg.packet
            self.waiting.setdefault(key, []).append(part)
        assert saddr == STACK, saddr

    def wait(self, key, wait=WAIT):
        """Waits for a segment of a connection. Return: whether there is one."""
        until = time.monotonic() + wait
        while not self.waiting.get(key):
            if not self.read(until):
                return False
        return True

    def get(self, key, wait=WAIT):
        """The next segment of a connection, or None."""
        return self.waiting[key].pop(0) if self.wait(key, wait) else None

    def drain(self):
        while self.read(0):
            pass

    def ping(self):
        """Returns when the stack has answered: what was sent before has been taken in by then."""
        self.waiting.pop("icmp", None)
        echo = struct.pack("!BBHHH", 8, 0, 0, 0x7c9, self.ident) + b"wire"
        echo = echo[:2] + struct.pack("!H", checksum(echo)) + echo[4:]
        self.send_packet(ipv4(PEER, STACK, echo, proto=1))
        until = time.monotonic() + WAIT
        while not any(m[0] == 0 and m[4:8] == echo[4:8] for m in self.waiting.get("icmp", [])):
            assert self.read(until), "no answer to a ping"


wire = Wire()
opened = []
cases = []


def stream():
    """A stream socket of the stack that is tested, closed when the case is over."""
    if NATIVE_NS:
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    else:
        s = gonet_socket.gonet(socket.SOCK_STREAM)
    s.settimeout(WAIT)
    opened.append(s)
    return s


def keep(s):
    opened.append(s)
    s.settimeout(WAIT)
    return s


def sysctl(name, value=None):
    """Reads or sets net.gonet.NAME; of the native stack net.ipv4.NAME."""
    path = f"/proc/sys/net/{'ipv4' if NATIVE_NS else 'gonet'}/{name}"
    with open(path, "r+" if value is not None else "r") as f:
        if value is None:
            return f.read().strip()
        f.write(str(value))
    return None


class changed:
    """with changed(name=value): sysctls that differ for a while."""

    def __init__(self, **values):
        self.values = values

    def __enter__(self):
        self.old = {name: sysctl(name) for name in self.values}
        for name, value in self.values.items():
            sysctl(name, value)

    def __exit__(self, *_):
        for name, value in self.old.items():
            sysctl(name, value)


def counter(name):
    """A counter of the stack; of the native one, from nstat's files."""
    if not NATIVE_NS:
        import json
        import subprocess
        said = json.loads(subprocess.run(["gonet", "-j", "-s", "stat"], stdout=subprocess.PIPE,
                                         check=True).stdout)
        flat = {**said["counters"], **said["drops"]} if isinstance(said, dict) else said
        return flat.get(name, 0)
    for path in ("/proc/net/snmp", "/proc/net/netstat"):
        with open(path) as f:
            lines = f.read().splitlines()
        for names, values in zip(lines[::2], lines[1::2]):
            prefix, fields = names.split(":")
            for field, value in zip(fields.split(), values.split(":")[1].split()):
                if name == prefix + field:
                    return int(value)
    raise KeyError(name)


def case(name):
    """Makes a function a case, with one result of this name."""
    def note(function):
        cases.append((name, function))
        return function
    return note


def unequal(a, b, what=""):
    assert a == b, f"{what} {a!r}, not {b!r}"


def abandon():
    """Closes what a case has opened, without a trace on the wire that a later one could see."""
    for s in opened:
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        s.close()
    opened.clear()
    wire.drain()
    wire.waiting.clear()


def main():
    """Runs the cases, or those whose names have one of the arguments in them."""
    for name, function in cases:
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        began = time.monotonic()
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception:
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {name}", flush=True)
        abandon()
        print(f"# {time.monotonic() - began:.1f} s", flush=True)
    print("done", flush=True)


def until(condition, wait=WAIT):
    """Waits for what no segment tells of."""
    end = time.monotonic() + wait
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        wire.read(time.monotonic() + 0.01)


__all__ = ["PEER", "STACK", "WAIT", "abandon", "add", "case", "changed", "counter", "keep",
           "main", "stream", "sysctl", "unequal", "until", "wire", "NATIVE_NS"]
