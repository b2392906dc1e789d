# SPDX-License-Identifier: GPL-2.0
"""The far end of a connection, of which every segment is written by hand."""
import errno
import random
import socket
import struct
import time

import tcp_segment
from tcp_segment import NOP, Segment, add, diff
from tcp_wire import (PEER, STACK, WAIT, keep, stream, unequal, wire)

ALL = ("mss", "ws", "sack", "ts")
ports = iter(range(20000, 60000))


class Conn:
    """The far end of a connection: what it has sent and heard."""

    def __init__(self, port, isn=None, local=None, addr=PEER):
        self.addr, self.ports = addr, (local or next(ports), port)
        self.key = addr, self.ports[0], port
        self.isn = random.getrandbits(32) if isn is None else isn
        self.snd_nxt, self.rcv_nxt, self.una = self.isn, 0, self.isn
        self.window, self.shift = 65535, 0
        self.ts, self.ts_recent, self.ts_base = False, 0, time.monotonic()
        self.syn = self.sock = None

    def ts_now(self):
        return int((time.monotonic() - self.ts_base) * 1000) + 100000

    def syn_options(self, options, mss=1460, shift=7):
        parts = []
        if "mss" in options:
            parts.append(tcp_segment.mss(mss))
        if "sack" in options:
            parts.append(tcp_segment.sack_ok())
        if "ts" in options:
            parts.append(tcp_segment.ts(self.ts_now(), self.ts_recent))
        if "ws" in options:
            parts.append(NOP + tcp_segment.wscale(shift))
        return b"".join(parts)

    def options(self, *more):
        out = NOP * 2 + tcp_segment.ts(self.ts_now(), self.ts_recent) if self.ts else b""
        return out + b"".join(more)

    def send(self, flags="A", data=b"", **how):
        """Sends a segment. Without seq= it is the next one, and moves on."""
        seq, ack = how.pop("seq", None), how.pop("ack", None)
        options = how.pop("options", None)
        seg = Segment(flags, self.snd_nxt if seq is None else seq,
                      (self.rcv_nxt if ack is None else ack) if "A" in flags or ack else 0,
                      how.pop("window", self.window),
                      self.options() if options is None else options,
                      data, how.pop("urgent", 0), self.ports)
        seg.offset = how.pop("offset", None)
        if seq is None:
            self.snd_nxt = seg.end
        wire.send(seg, self.addr, **how)
        return seg

    def get(self, wait=WAIT):
        """The next segment, or None."""
        seg = wire.get(self.key, wait)
        if seg and seg.seq == self.rcv_nxt and "R" not in seg.flags:
            self.rcv_nxt = seg.end
        if seg and "ts" in seg.options and "R" not in seg.flags:
            self.ts_recent = seg.options["ts"][0]
        return seg

    def expect(self, flags=None, wait=WAIT, ignore=None, **fields):
        """The next segment, which must be like this; those that ignore() names do not count."""
        until = time.monotonic() + wait
        while True:
            seg = self.get(max(until - time.monotonic(), 0))
            assert seg, f"no segment, awaited {flags} {fields}"
            if not ignore or not ignore(seg):
                break
        if flags is not None:
            unequal(set(seg.flags) - {"P"}, set(flags) - {"P"}, f"flags of {seg}")
        for name, value in fields.items():
            unequal(len(seg.data) if name == "len" else getattr(seg, name), value,
                    f"{name} of {seg}")
        return seg

    def expect_ack(self, ack=None, ignore=None, **fields):
        """An ACK alone, by default of all that was sent."""
        return self.expect("A", ignore=ignore, len=0, ack=self.snd_nxt if ack is None else ack,
                           **fields)

    def wait_for(self, condition, wait=WAIT, what=""):
        """Reads on until a segment is like this."""
        until = time.monotonic() + wait
        seen = []
        while True:
            seg = self.get(max(until - time.monotonic(), 0))
            assert seg, f"waited in vain for {what}, saw {seen[-8:]}"
            seen.append(seg)
            if condition(seg):
                return seg

    def nothing(self):
        """No segment is there, or comes, before the stack has answered a ping."""
        wire.ping()
        left = wire.waiting.get(self.key)
        assert not left, f"not silent: {left}"

    def probe(self, ignore=None, ack=None):
        """The connection lives, has heard all, and has said nothing since (RFC 9293 3.8.4).

        With a byte, as the answers to empty segments are throttled."""
        self.nothing_but(ignore)
        self.send("A", b"?", seq=add(self.snd_nxt, -1), ack=ack)
        return self.expect_ack(ignore=ignore)

    def nothing_but(self, ignore=None):
        wire.ping()
        left = [s for s in wire.waiting.get(self.key, []) if not ignore or not ignore(s)]
        assert not left, f"not silent: {left}"

    def gone(self, ignore=None):
        """There is no such connection.

        A segment that arrives while the connection goes is not answered."""
        self.nothing_but(ignore)
        ack = random.getrandbits(32)
        until = time.monotonic() + WAIT
        self.send("A", seq=self.snd_nxt, ack=ack, options=b"")
        while not wire.wait(self.key, 1) and time.monotonic() < until:
            self.send("A", seq=self.snd_nxt, ack=ack, options=b"")
        self.expect("R", seq=ack, ignore=ignore)

    def read_all(self, size, wait=WAIT):
        """Receives and acknowledges data in order. Return: it."""
        out = b""
        while len(out) < size:
            before = self.rcv_nxt
            seg = self.get(wait)
            assert seg, f"{len(out)} of {size} bytes"
            if seg.data and seg.seq == before:
                out += seg.data
            if seg.data:
                self.send("A")
        return out

    def shake(self, flags="S", options=ALL, **how):
        """Opens the connection to a listener."""
        data = how.pop("data", b"")
        raw = how.pop("raw", None)
        shift, mss = how.pop("shift", 7), how.pop("mss", 1460)
        self.send(flags, data, options=self.syn_options(options, mss, shift) if raw is None
                  else raw, window=how.pop("window", 65535))
        self.syn = self.get()
        assert self.syn, f"no answer to a SYN with {raw}"
        unequal(set(self.syn.flags) - set("E"), set("SA"), f"flags of {self.syn}")
        unequal(self.syn.ack, add(self.isn, 1), f"ack of {self.syn}")
        self.rcv_nxt = self.syn.end
        self.snd_nxt = add(self.isn, 1)
        self.agree(shift)
        return self

    def agree(self, shift):
        self.ts = "ts" in self.syn.options
        self.shift = self.syn.options.get("wscale", 0)
        if "wscale" in self.syn.options:
            self.window = 65535 >> min(shift, 14) or 1
        return self

    def space(self, seg):
        """Bytes of the window that a segment advertises."""
        return seg.window if "S" in seg.flags else seg.window << self.shift


def listener(backlog=8, before=None):
    s = stream()
    if before:
        before(s)
    s.bind((STACK, 0))
    s.listen(backlog)
    return s


def accepted(server=None, before=None, isn=None, window=None, **how):
    """A connection that the peer has opened."""
    server = server or listener(before=before)
    conn = Conn(server.getsockname()[1], isn=isn)
    conn.shake(**how)
    if window is not None:
        conn.window = window
    conn.send("A")
    conn.sock = keep(server.accept()[0])
    return conn


def calling(before=None, port=None, bind=True):
    """A socket that connects, and the peer that has its SYN."""
    s = stream()
    conn = Conn(0)
    port = port or conn.ports[0]
    if before:
        before(s)
    if bind:
        s.bind((STACK, 0))
    s.setblocking(False)
    unequal(s.connect_ex((PEER, port)), errno.EINPROGRESS)
    conn.ports = port, s.getsockname()[1]
    conn.key = PEER, *conn.ports
    conn.sock = s
    conn.syn = conn.expect()
    unequal(set(conn.syn.flags) - set("EC"), {"S"})
    conn.rcv_nxt = conn.syn.end
    if "ts" in conn.syn.options:
        conn.ts_recent = conn.syn.options["ts"][0]
    return conn


def connected(before=None, isn=None, options=ALL, window=None, shift=7, mss=1460, raw=None,
              bind=True):
    """A connection that the stack has opened."""
    conn = calling(before, bind=bind)
    if isn is not None:
        conn.isn = conn.snd_nxt = isn
    options = [o for o in options if {"ws": "wscale", "sack": "sack_ok"}.get(o, o)
               in conn.syn.options]
    conn.send("SA", options=conn.syn_options(options, mss, shift) if raw is None else raw,
              window=65535 if window is None else min(window, 65535))
    conn.ts = "ts" in options
    conn.shift = conn.syn.options["wscale"] if "ws" in options else 0
    if "ws" in options:
        conn.window = 65535 >> min(shift, 14) or 1
    if window is not None:
        conn.window = window
    conn.expect_ack(ignore=lambda seg: seg.flags == conn.syn.flags)
    conn.sock.settimeout(WAIT)
    return conn


def whole(sock, size):
    """So many bytes of a socket; with a time limit MSG_WAITALL would not wait for them."""
    out = b""
    while len(out) < size:
        part = sock.recv(size - len(out))
        assert part, f"the end after {len(out)} of {size}"
        out += part
    return out


def error_of(sock):
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def nodelay(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def linger(sock, seconds):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, seconds))


def rising(times):
    """The gaps between moments."""
    return [b - a for a, b in zip(times, times[1:])]


def doubling(times):
    """The gaps between moments double; some may be late on a busy machine."""
    gaps = rising(times)
    assert gaps[-1] / gaps[0] > 0.55 * 2 ** (len(gaps) - 1), gaps
    for a, b in zip(gaps, gaps[1:]):
        assert 1.15 < b / a < 3.2, gaps


__all__ = ["ALL", "Conn", "accepted", "add", "calling", "connected", "diff", "doubling",
           "error_of", "linger", "listener", "nodelay", "rising", "whole"]
