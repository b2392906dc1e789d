# SPDX-License-Identifier: GPL-2.0
"""TCP segments and IPv4 packets, byte by byte (RFC 9293 3.1, RFC 791 3.1).

A segment's flags are letters: F S R P A U E C, and N for what is reserved next to them.
"""
import socket
import struct

LETTERS = "FSRPAUECN"
NOP = b"\1"


def add(seq, n):
    """Sequence numbers wrap."""
    return (seq + n) & 0xffffffff


def diff(a, b):
    """How far a is after b; negative before it."""
    d = (a - b) & 0xffffffff
    return d - (1 << 32) if d >= 1 << 31 else d


def mss(n):
    return struct.pack("!BBH", 2, 4, n)


def wscale(n):
    return struct.pack("!BBB", 3, 3, n)


def sack_ok():
    return b"\4\2"


def ts(value, echo=0):
    return struct.pack("!BBII", 8, 10, value & 0xffffffff, echo & 0xffffffff)


def sack(*blocks):
    data = b"".join(struct.pack("!II", left & 0xffffffff, right & 0xffffffff)
                    for left, right in blocks)
    return struct.pack("!BB", 5, 2 + len(data)) + data


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def flag_bits(letters):
    return sum(1 << LETTERS.index(letter) for letter in letters)


def parse_options(raw):
    """What well-formed options say; fails if these are not."""
    found, at = {}, 0
    while at < len(raw) and raw[at]:
        if raw[at] == 1:
            at += 1
            continue
        kind, size = raw[at], raw[at + 1]
        body = raw[at + 2:at + size]
        assert size >= 2 and at + size <= len(raw), raw.hex()
        assert kind not in found, raw.hex()
        at += size
        found[kind] = body
    out = {}
    for kind, body in found.items():
        if kind == 2:
            out["mss"], = struct.unpack("!H", body)
        elif kind == 3:
            out["wscale"], = body
        elif kind == 4:
            assert not body
            out["sack_ok"] = True
        elif kind == 5:
            assert len(body) % 8 == 0 and body
            out["sack"] = list(struct.iter_unpack("!II", body))
        elif kind == 8:
            out["ts"] = struct.unpack("!II", body)
        else:
            out[kind] = body
    return out


class Segment:
    """One segment; `when` is the time at which it arrived, in seconds."""

    def __init__(self, flags="", seq=0, ack=0, window=65535, options=b"", data=b"", urgent=0,
                 ports=(0, 0)):
        self.flags, self.seq, self.ack, self.window = flags, seq, ack, window
        self.options, self.data, self.urgent, self.ports = options, data, urgent, ports
        self.when, self.tos, self.offset = 0.0, 0, None

    @property
    def end(self):
        return add(self.seq, len(self.data) + ("S" in self.flags) + ("F" in self.flags))

    def build(self, saddr, daddr, bad_checksum=False, partial=False):
        """Its bytes, with a checksum or, if that is left to offloads, its beginning.
        self.offset overrides the data offset, in words."""
        options = self.options + b"\0" * (-len(self.options) % 4)
        words = 5 + len(options) // 4 if self.offset is None else self.offset
        raw = struct.pack("!HHIIHHHH", *self.ports, self.seq & 0xffffffff, self.ack & 0xffffffff,
                          words << 12 | flag_bits(self.flags), self.window, 0, self.urgent)
        raw += options + self.data
        pseudo = socket.inet_aton(saddr) + socket.inet_aton(daddr)
        pseudo += struct.pack("!HH", 6, len(raw))
        total = ~checksum(pseudo) & 0xffff if partial else checksum(pseudo + raw)
        if bad_checksum:
            total = total ^ 0x5555 or 1
        return raw[:16] + struct.pack("!H", total) + raw[18:]

    @classmethod
    def parse(cls, raw):
        sport, dport, seq, ack, word, window, _, urgent = struct.unpack_from("!HHIIHHHH", raw)
        size = (word >> 12) * 4
        assert 20 <= size <= len(raw), raw.hex()
        flags = "".join(letter for bit, letter in enumerate(LETTERS) if word >> bit & 1)
        seg = cls(flags, seq, ack, window, parse_options(raw[20:size]), raw[size:], urgent,
                  (sport, dport))
        seg.hlen = size
        return seg

    def split(self, size):
        """What segmentation offload would make of it."""
        if not size or len(self.data) <= size:
            return [self]
        parts = []
        for at in range(0, len(self.data), size):
            last = at + size >= len(self.data)
            part = Segment(self.flags if last else self.flags.replace("P", "").replace("F", ""),
                           add(self.seq, at), self.ack, self.window, self.options,
                           self.data[at:at + size], self.urgent, self.ports)
            part.hlen, part.when, part.tos = self.hlen, self.when, self.tos
            parts.append(part)
        return parts

    def __str__(self):
        return (f"<{self.flags} seq={self.seq} ack={self.ack} win={self.window} "
                f"len={len(self.data)} {self.options or ''}>")

    __repr__ = __str__


def ipv4(saddr, daddr, payload, proto=6, ident=0, tos=0, ttl=64):
    """A packet with its header."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, tos, 20 + len(payload), ident, 0, ttl, proto, 0,
                       socket.inet_aton(saddr), socket.inet_aton(daddr))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def icmp_error(kind, code, word, quoted):
    """An ICMP message about the packet of which it quotes the start (RFC 792)."""
    raw = struct.pack("!BBHI", kind, code, 0, word) + quoted
    return raw[:2] + struct.pack("!H", checksum(raw)) + raw[4:]
