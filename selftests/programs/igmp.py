#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the stack tells routers of its multicast groups: the cases of ip/igmp.sh.

Queries are made by hand and sent on the native end of gonet0; what the stack says to
them is what tcpdump reads in it.
"""
import queue
import re
import socket
import struct
import subprocess
import threading
import time

from gonet_socket import NATIVE, STACK, gonet, main
from multicast import (EXCLUDE, GROUP, INCLUDE, IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE,
                       IP_DROP_SOURCE_MEMBERSHIP, IP_MSFILTER, IP_UNBLOCK_SOURCE, SOL_IP, OTHER,
                       addr, dropped, groups, join, leave, msfilter, source, stat, wait_for)

DEVICE = "gonet0"
ALL = "224.0.0.1"
ALERT = b"\x94\x04\0\0"
S1, S2, S3 = "10.1.0.1", "10.1.0.2", "10.1.0.3"


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_packet(payload, dst, src=NATIVE, ttl=1, options=ALERT):
    length = 20 + len(options)
    header = struct.pack(">BBHHHBBH4s4s", 0x40 | length // 4, 0xc0, length + len(payload), 0, 0,
                         ttl, 2, 0, addr(src), addr(dst)) + options
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def igmp(data, wrong=0):
    """The message with its checksum, or one that is wrong."""
    return data[:2] + struct.pack(">H", checksum(data) ^ wrong) + data[4:]


def query(version, group="0.0.0.0", resp=1, sources=(), robustness=2, interval=125):
    if version < 3:
        return igmp(struct.pack(">BBH4s", 0x11, resp if version == 2 else 0, 0, addr(group)))
    return igmp(struct.pack(">BBH4sBBH", 0x11, resp, 0, addr(group), robustness, interval,
                            len(sources)) + b"".join(addr(one) for one in sources))


class Wire:
    """The native end of the cable: sends by hand, and has tcpdump tell what comes."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.bind((DEVICE, 0))
        self.mac = self.sock.getsockname()[4]
        self.lines = queue.Queue()
        self.dump = subprocess.Popen(
            ["tcpdump", "-i", DEVICE, "-Q", "in", "-n", "-t", "-l", "-vv", "--immediate-mode",
             "igmp"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while "listening on" not in self.dump.stderr.readline():
            assert self.dump.poll() is None, "no tcpdump"
        threading.Thread(target=self.read, daemon=True).start()
        self.seen = []

    def read(self):
        """Two lines of text are one packet."""
        head = ""
        for line in self.dump.stdout:
            if line[0] in " \t":
                self.lines.put(head.strip() + " " + line.strip())
            else:
                head = line

    def send(self, payload, dst=ALL, **fields):
        number = int.from_bytes(addr(dst), "big")
        mac = b"\x01\0\x5e" + (number & 0x7fffff).to_bytes(3, "big")
        frame = mac + self.mac + b"\x08\0" + ip_packet(payload, dst, **fields)
        self.sock.send(frame.ljust(60, b"\0"))

    def query(self, version, group="0.0.0.0", **fields):
        """A query, and it has been read when this returns."""
        before = stat("IgmpInQueries")
        self.send(query(version, group, **fields), ALL if group == "0.0.0.0" else group)
        wait_for(lambda: stat("IgmpInQueries") > before)

    def next(self, seconds=30):
        """What the next message says: to whom, and what."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"nothing more is said; so far {self.seen}") from None
        self.seen.append(line)
        assert re.match(r"IP \(tos 0xc0, ttl 1, id 0, offset 0, flags \[DF\], proto IGMP \(2\), "
                        r"length \d+, options \(RA\)\)", line), line
        assert "bad" not in line and "invalid" not in line and "|" not in line, line
        return re.sub(r"^.*\(RA\)\) ", "", line)

    def says(self, *wanted):
        """The next messages are these, by one for each."""
        for want in wanted:
            said = self.next()
            assert want in said, f"{said}, not {want}; {self.seen}"

    def quiet(self):
        assert self.lines.empty(), f"said: {self.lines.get()}"

    def flush(self, pattern):
        """Up to the first that has this in it."""
        while pattern not in self.next():
            pass

    def settle(self):
        """What is said once more has been said a second later (RFC 3376 8.11)."""
        try:
            while True:
                self.lines.get(timeout=3)
        except queue.Empty:
            pass


def v3(group, text):
    return f"{STACK} > 224.0.0.22: igmp v3 report, 1 group record(s) [gaddr {group} {text}]"


def changes():
    wire, member = Wire(), gonet()
    join(member, GROUP)
    wire.says(v3(GROUP, "to_ex { }"), v3(GROUP, "to_ex { }"))
    other = join(gonet(), GROUP)
    other.close()
    leave(member, GROUP)
    wire.says(v3(GROUP, "to_in { }"), v3(GROUP, "to_in { }"))
    # Left before it was said twice that it was joined.
    join(member, GROUP)
    wire.says(v3(GROUP, "to_ex { }"))
    member.close()
    wire.flush("to_in { }")
    wire.says(v3(GROUP, "to_in { }"))
    another = join(gonet(), OTHER)
    wire.says(v3(OTHER, "to_ex { }"))
    another.close()


def sources():
    wire, member = Wire(), gonet()
    source(member, IP_ADD_SOURCE_MEMBERSHIP, GROUP, S1)
    allow = v3(GROUP, f"allow {{ {S1} }}")
    wire.says(allow, allow)
    source(member, IP_ADD_SOURCE_MEMBERSHIP, GROUP, S2)
    allow = v3(GROUP, f"allow {{ {S2} }}")
    wire.says(allow, allow)
    source(member, IP_DROP_SOURCE_MEMBERSHIP, GROUP, S1)
    block = v3(GROUP, f"block {{ {S1} }}")
    wire.says(block, block)
    # Another socket wants all but two; the first wants one of these.
    every = gonet()
    join(every, GROUP)
    wire.says(v3(GROUP, "to_ex { }"), v3(GROUP, "to_ex { }"))
    source(every, IP_BLOCK_SOURCE, GROUP, S3)
    block = v3(GROUP, f"block {{ {S3} }}")
    wire.says(block, block)
    source(every, IP_BLOCK_SOURCE, GROUP, S2)
    source(every, IP_UNBLOCK_SOURCE, GROUP, S3)
    allow = v3(GROUP, f"allow {{ {S3} }}")
    wire.says(allow, allow)
    every.close()
    back = v3(GROUP, f"to_in {{ {S2} }}")
    wire.says(back, back)
    member.setsockopt(SOL_IP, IP_MSFILTER, msfilter(EXCLUDE, [S1]))
    to_ex = v3(GROUP, f"to_ex {{ {S1} }}")
    wire.says(to_ex, to_ex)
    member.setsockopt(SOL_IP, IP_MSFILTER, msfilter(INCLUDE, [S1, S3]))
    wire.says(v3(GROUP, f"to_in {{ {S1} {S3} }}"), v3(GROUP, f"to_in {{ {S1} {S3} }}"))
    member.close()
    block = v3(GROUP, f"block {{ {S1} {S3} }}")
    wire.says(block, block)


def answers():
    wire, member = Wire(), gonet()
    # Of 224.0.0.1 nothing is said, whoever asks.
    wire.query(3)
    wire.query(3, ALL)
    join(member, GROUP)
    source(member, IP_ADD_SOURCE_MEMBERSHIP, OTHER, S1)
    wire.says("to_ex")
    wire.settle()
    wire.query(3)
    said = wire.next()
    assert "2 group record(s)" in said and f"[gaddr {GROUP} is_ex {{ }}]" in said and \
        f"[gaddr {OTHER} is_in {{ {S1} }}]" in said, said
    wire.query(3, GROUP)
    wire.says(v3(GROUP, "is_ex { }"))
    wire.query(3, GROUP, sources=[S1, S2])
    wire.says(v3(GROUP, f"is_in {{ {S1} {S2} }}"))
    wire.query(3, OTHER, sources=[S2, S1])
    wire.says(v3(OTHER, f"is_in {{ {S1} }}"))
    # Nothing that is wanted is asked about, or no group that is joined.
    wire.query(3, OTHER, sources=[S2])
    dropped("IP_NO_GROUP", lambda: wire.send(query(3, "239.9.9.9"), "239.9.9.9"))
    # More than is remembered: all of it is said. And asked twice, answered once.
    wire.query(3, OTHER, sources=[f"10.2.0.{n}" for n in range(100)], resp=10)
    wire.query(3, OTHER, sources=[S2], resp=10)
    wire.says(v3(OTHER, f"is_in {{ {S1} }}"))
    # To an own address.
    before = stat("IgmpInQueries")
    mac = bytes.fromhex(open_mac().replace(":", ""))
    wire.sock.send(mac + wire.mac + b"\x08\0" + ip_packet(query(3, GROUP), STACK))
    wait_for(lambda: stat("IgmpInQueries") > before)
    wire.says(v3(GROUP, "is_ex { }"))
    assert f"gaddr {ALL} " not in " ".join(wire.seen), wire.seen


def open_mac():
    import json
    said = json.loads(subprocess.check_output(["gonet", "-j", "link", "show", "dev", DEVICE]))
    return said[0]["address"]


def v2(group):
    return f"{STACK} > {group}: igmp v2 report {group}"


def version_2():
    wire, member = Wire(), gonet()
    join(member, GROUP)
    wire.says("to_ex", "to_ex")
    wire.query(2)
    wire.says(v2(GROUP))
    wire.query(2, GROUP)
    wire.says(v2(GROUP))
    join(member, OTHER)
    wire.says(v2(OTHER), v2(OTHER))
    # The last to have reported says that it leaves; who was not does not.
    leave(member, OTHER)
    wire.says(f"{STACK} > 224.0.0.2: igmp leave {OTHER}")
    wire.send(igmp(struct.pack(">BBH4s", 0x16, 0, 0, addr(GROUP))), GROUP)
    wait_for(lambda: stat("IgmpInReports") > 0)
    leave(member, GROUP)
    # Another's report makes an own one needless.
    join(member, GROUP)
    wire.says(v2(GROUP), v2(GROUP))
    reports = stat("IgmpInReports")
    # Both to the same address, so that they are read in this order.
    wire.send(query(2, GROUP, resp=20), GROUP)
    wire.send(igmp(struct.pack(">BBH4s", 0x16, 0, 0, addr(GROUP))), GROUP)
    wait_for(lambda: stat("IgmpInReports") > reports)
    join(member, OTHER)
    wire.says(v2(OTHER), v2(OTHER))
    wire.quiet()
    # Asked by a new querier while an old one is about, the answer is of the old kind.
    wire.query(3, robustness=1, interval=1)
    assert {wire.next(), wire.next()} == {v2(GROUP), v2(OTHER)}, wire.seen
    # And when the old one has not been heard for long enough, of the new one.
    wire.query(2)
    assert {wire.next(), wire.next()} == {v2(GROUP), v2(OTHER)}, wire.seen
    wait_for(lambda: asked_new(wire))


def asked_new(wire):
    """Whether a query is answered in version 3 by now."""
    wire.query(3, robustness=1, interval=1)
    return "igmp v3 report" in wire.next()


def version_1():
    wire, member = Wire(), gonet()
    join(member, GROUP)
    wire.says("to_ex", "to_ex")
    wire.query(3, robustness=1, interval=1)
    wire.says("is_ex")
    wire.query(1)
    # Within ten seconds.
    wire.says(f"{STACK} > {GROUP}: igmp v1 report {GROUP}")
    join(member, OTHER)
    wire.says(f"{STACK} > {OTHER}: igmp v1 report {OTHER}")
    # Of leaving nothing is said: this comes next.
    leave(member, OTHER)
    wire.query(1)
    wire.says(f"igmp v1 report {GROUP}")


def ignored():
    wire, member = Wire(), gonet()
    join(member, GROUP)
    wire.says("to_ex", "to_ex")
    good = query(3)
    dropped("IGMP_IGNORED", lambda: wire.send(good, ttl=2))
    dropped("IGMP_IGNORED", lambda: wire.send(good, options=b""))
    dropped("IGMP_IGNORED", lambda: wire.send(query(2), options=b""))
    dropped("IGMP_IGNORED", lambda: wire.send(good, GROUP))
    dropped("IGMP_CSUM", lambda: wire.send(igmp(good[:2] + b"\0\0" + good[4:], wrong=1)))
    for length in (1, 7, 9, 10, 11):
        dropped("IGMP_SHORT", lambda n=length: wire.send(
            igmp((good[:2] + b"\0\0" + good[4:])[:n].ljust(4, b"\0")[:max(n, 4)])))
    many = struct.pack(">BBH4sBBH", 0x11, 1, 0, addr(GROUP), 2, 125, 3) + addr(S1) * 2
    dropped("IGMP_SHORT", lambda: wire.send(igmp(many), GROUP))
    dropped("IGMP_TYPE", lambda: wire.send(igmp(struct.pack(">BBHI", 0x13, 0, 0, 0))))
    dropped("IGMP_TYPE", lambda: wire.send(query(2, "10.1.1.1")))
    report = igmp(struct.pack(">BBH4s", 0x16, 0, 0, addr(OTHER)))
    dropped("IGMP_IGNORED", lambda: wire.send(report, GROUP))
    dropped("IP_NO_GROUP", lambda: wire.send(good, "239.9.9.9"))
    dropped("IP_MARTIAN_SOURCE", lambda: wire.send(good, src=STACK))
    # Of version 1 none has an alert; and nothing of the above was answered.
    wire.quiet()
    before = stat("IgmpInQueries")
    wire.send(query(1), options=b"")
    wait_for(lambda: stat("IgmpInQueries") > before)
    wire.says("igmp v1 report")


def link_changes():
    wire, member = Wire(), gonet()
    join(member, GROUP)
    source(member, IP_ADD_SOURCE_MEMBERSHIP, OTHER, S1)
    wire.settle()
    subprocess.check_call(["gonet", "link", "set", DEVICE, "down"])
    source(member, IP_ADD_SOURCE_MEMBERSHIP, OTHER, S2)
    subprocess.check_call(["gonet", "link", "set", DEVICE, "up"])
    for _ in range(2):
        said = wire.next()
        assert f"[gaddr {GROUP} to_ex {{ }}]" in said and \
            f"[gaddr {OTHER} allow {{ {S1} {S2} }}]" in said, said
    assert set(groups()) == {ALL, GROUP, OTHER}


def without_address():
    wire, member = Wire(), gonet()
    index = socket.if_nametoindex(DEVICE)
    subprocess.check_call(["gonet", "addr", "del", f"{STACK}/24", "dev", DEVICE])
    try:
        join(member, GROUP, "0.0.0.0", index)
        wire.says("0.0.0.0 > 224.0.0.22: igmp v3 report", "0.0.0.0 > 224.0.0.22")
        # A querier may have none, either.
        wire.send(query(3), src="0.0.0.0")
        wire.says("is_ex")
    finally:
        subprocess.check_call(["gonet", "addr", "add", f"{STACK}/24", "dev", DEVICE])


def small_packets():
    """What does not fit into one report is said in several."""
    wire = Wire()
    members = [gonet() for _ in range(2)]
    wanted = {f"239.5.{n // 20}.{n % 20}" for n in range(40)}
    for number, group in enumerate(sorted(wanted)):
        join(members[number // 20], group)
    for group in list(wanted)[:3]:
        for sock in members:
            for n in range(10):
                try:
                    source(sock, IP_BLOCK_SOURCE, group, f"10.3.0.{n}")
                except OSError:
                    break
    subprocess.check_call(["ip", "link", "set", DEVICE, "mtu", "68"])
    try:
        wire.settle()
        wire.query(3)
        while wanted:
            said = wire.next()
            assert int(re.search(r"v3 report, (\d+) group", said)[1]) <= 4, said
            wanted -= set(re.findall(r"gaddr (\S+) is_ex", said))
    finally:
        subprocess.check_call(["ip", "link", "set", DEVICE, "mtu", "1500"])


def flood():
    """However many queries come, what they are answered with is bounded."""
    members = [gonet() for _ in range(10)]
    for number in range(200):
        join(members[number // 20], f"239.6.0.{number}")
    wire = Wire()
    wire.dump.terminate()
    start, before = time.monotonic(), stat("IgmpOutReports")
    queries = stat("IgmpInQueries")
    while time.monotonic() < start + 10:
        for version in (2, 2, 2, 3, 1):
            wire.send(query(version, resp=1))
        wire.send(query(2, "239.6.0.7", resp=1), "239.6.0.7")
        wire.send(query(3, "239.6.0.8", sources=[S1] * 300, resp=0), "239.6.0.8")
    said, elapsed = stat("IgmpOutReports") - before, time.monotonic() - start
    print(f"# {stat('IgmpInQueries') - queries} queries, {said} reports in {elapsed:.1f} s")
    assert 0 < said <= 256 + 200 * (elapsed + 1), said
    subprocess.check_call(["ping", "-q", "-c", "3", "-W", "5", STACK],
                          stdout=subprocess.DEVNULL)
    for sock in members:
        sock.close()
    assert groups() == {ALL: 1}, groups()


if __name__ == "__main__":
    main(globals())
