# SPDX-License-Identifier: GPL-2.0
"""Sends malformed and random requests to the netlink family "gonet".

usage: netlink_fuzz.py COUNT SEED [ID]

With ID as that user and group, who need not be able to open the files here.

Every request asks for a verdict, and must get one; a refusal must come with a
text, except where generic netlink itself refuses without looking at the message.
Prints what the verdicts were.
"""
import collections
import errno
import os
import random
import socket
import struct
import sys

import yaml

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_CAP_ACK, NETLINK_EXT_ACK = 10, 11
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLM_F_ACK_TLVS = 0x200
NLMSG_ERROR, NLMSG_DONE = 2, 3
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2
NLMSGERR_ATTR_MSG = 1

SPEC = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../../module/control/gonet.yaml")


def read_spec():
    """Commands: name, number, and the attributes of a request by name and number."""
    with open(SPEC, encoding="ascii") as file:
        spec = yaml.safe_load(file)
    sets = {}
    for attrs in spec["attribute-sets"]:
        names = [attr["name"] for attr in attrs["attributes"]]
        sets[attrs["name"]] = {name: number for number, name in enumerate(names, 1)}
    commands = []
    for number, command in enumerate(spec["operations"]["list"], 1):
        if "do" in command:
            attrs = sets[command["attribute-set"]]
            wanted = command["do"]["request"]["attributes"]
            commands.append((command["name"], number, {name: attrs[name] for name in wanted}))
    return commands


class Netlink:
    """A generic netlink socket."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.socket.bind((0, 0))
        self.socket.settimeout(20)
        self.socket.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sequence = 0
        self.family = GENL_ID_CTRL
        self.family = self.learn_family()

    def request(self, payload, flags, kind=None):
        """Sends a message. Returns its number."""
        self.sequence += 1
        header = struct.pack("=IHHII", 16 + len(payload), self.family if kind is None else kind,
                             NLM_F_REQUEST | flags, self.sequence, 0)
        self.socket.send(header + payload)
        return self.sequence

    def answers(self, sequence):
        """Yields type, flags and payload of the messages that answer a request."""
        while True:
            try:
                data = self.socket.recv(65536)
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    continue
                raise
            while len(data) >= 16:
                length, kind, flags, number, _ = struct.unpack_from("=IHHII", data)
                if number == sequence:
                    yield kind, flags, data[16:length]
                data = data[(length + 3) & ~3:]

    def verdict(self, sequence):
        """The error (0: none) that a request ended with, and its text."""
        for kind, flags, payload in self.answers(sequence):
            if kind not in (NLMSG_ERROR, NLMSG_DONE):
                continue
            error = -struct.unpack_from("=i", payload)[0]
            offset = 4 if kind == NLMSG_DONE else 20
            text = None
            if flags & NLM_F_ACK_TLVS:
                for number, value in parse(payload[offset:]):
                    if number == NLMSGERR_ATTR_MSG:
                        text = value.rstrip(b"\0").decode()
            return error, text
        return None

    def learn_family(self):
        """The number of the family."""
        sequence = self.request(struct.pack("=BBH", CTRL_CMD_GETFAMILY, 1, 0) +
                                attribute(CTRL_ATTR_FAMILY_NAME, b"gonet\0"), NLM_F_ACK)
        found = None
        for kind, _, payload in self.answers(sequence):
            if kind == NLMSG_ERROR:
                break
            for number, value in parse(payload[4:]):
                if number == CTRL_ATTR_FAMILY_ID:
                    found = struct.unpack("=H", value)[0]
        if found is None:
            sys.exit("the family is not there")
        return found


def parse(data):
    """Yields the attributes of a message."""
    while len(data) >= 4:
        length, number = struct.unpack_from("=HH", data)
        if length < 4:
            return
        yield number & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def attribute(number, value, length=None):
    """An attribute, padded; length in its header may be another than it has."""
    if length is None:
        length = 4 + len(value)
    return struct.pack("=HH", length & 0xffff, number) + value + bytes(-len(value) % 4)


class Fuzzer:
    """Makes requests up."""

    def __init__(self, rng):
        self.rng = rng
        self.commands = read_spec()

    def value(self):
        """Something that an attribute might hold."""
        rng = self.rng
        return rng.choice([
            lambda: struct.pack("=B", rng.choice([0, 1, 2, 10, 24, 32, 33, 128, 255])),
            lambda: struct.pack("=H", rng.choice([0, 1, 0x100, 0x400, 0x600, 0xffff])),
            lambda: struct.pack("=I", rng.choice([0, 1, 2, 3, 65507, 65508, 0xffffffff])),
            lambda: struct.pack("=Q", rng.getrandbits(64)),
            lambda: socket.inet_aton(rng.choice([
                "0.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.255", "127.0.0.1", "224.0.0.1",
                "255.255.255.255", "10.%d.0.0" % rng.randrange(256)])),
            lambda: rng.choice([b"gonet0\0", b"lo\0", b"\0", b"gonet0", b"x" * 300]),
            lambda: bytes([2, 0, 0, 0, 0, rng.randrange(256)]),
            lambda: b"",
            lambda: rng.randbytes(rng.randrange(64)),
        ])()

    def good(self, name):
        """Something that an attribute of that name should hold, or nothing."""
        rng = self.rng
        make = {
            "family": lambda: struct.pack("=B", 2),
            "ifindex": lambda: struct.pack("=I", 2),
            "ifname": lambda: b"gonet0\0",
            "address": lambda: bytes([2, 0, 0, 0, 0, 8]),
            "up": lambda: struct.pack("=B", rng.randrange(2)),
            "local-len": lambda: struct.pack("=B", rng.choice([0, 8, 32])),
            "remote": lambda: socket.inet_aton("10.0.0.1"),
            "remote-len": lambda: struct.pack("=B", rng.choice([0, 8, 32])),
            "local-port": lambda: struct.pack("=H", rng.choice([0, 53, 5000])),
            "remote-port": lambda: struct.pack("=H", rng.choice([0, 53, 5000])),
            "kinds": lambda: struct.pack("=I", rng.randrange(8)),
            "states": lambda: struct.pack("=I", rng.choice([2, 0x80, 0xffe])),
            "local": lambda: socket.inet_aton(f"10.0.{rng.randrange(4)}.9"),
            "dst": lambda: socket.inet_aton(rng.choice(["10.0.0.", "10.8.0."]) +
                                            str(rng.choice([0, 1, 8, 16]))),
            "src": lambda: socket.inet_aton("10.0.0.2"),
            "prefsrc": lambda: socket.inet_aton("10.0.0.2"),
            "broadcast": lambda: socket.inet_aton("10.0.0.255"),
            "gateway": lambda: socket.inet_aton("10.0.0.1"),
            "dst-len": lambda: struct.pack("=B", rng.choice([24, 28, 32])),
            "prefix-len": lambda: struct.pack("=B", rng.choice([8, 24, 32])),
            "type": lambda: struct.pack("=B", rng.choice([1, 1, 1, 6, 7, 8])),
            "scope": lambda: struct.pack("=B", rng.choice([0, 0, 253, 254])),
            "protocol": lambda: struct.pack("=B", rng.choice([2, 3, 4])),
            "metric": lambda: struct.pack("=I", rng.randrange(4)),
            "lladdr": lambda: bytes([2, 0, 0, 0, 0, 9]),
            "nl-flags": lambda: struct.pack("=H", rng.choice([0x600, 0x500, 0x400, 0xc00])),
            "name": lambda: rng.choice([b"IpInReceives\0", b"ETH_SHORT\0"]),
            "proc": lambda: struct.pack("=I", rng.randrange(1, 14)),
            "id": lambda: struct.pack("=I", rng.randrange(1, 14)),
            "socket": lambda: struct.pack("=Q", rng.randrange(1, 14)),
            "input": lambda: struct.pack("=I", rng.randrange(3)),
            "index": lambda: struct.pack("=I", rng.randrange(3)),
            "state": lambda: struct.pack("=B", rng.choice([2, 4, 128])),
            "seq": lambda: struct.pack("=H", rng.randrange(65536)),
            "size": lambda: struct.pack("=I", rng.choice([0, 56, 2000, 65507])),
            "ttl": lambda: struct.pack("=B", rng.choice([1, 64, 255])),
            "tos": lambda: struct.pack("=B", rng.randrange(256)),
            "timeout": lambda: struct.pack("=I", rng.choice([1, 100, 1000])),
            "pattern": lambda: b"\xff\x00",
        }
        return make.get(name, lambda: b"")()

    def plausible(self, attributes):
        """What the command may have, much of it as it should be."""
        rng = self.rng
        spoil = rng.choice([0, 0, 0, 0.1, 0.5])
        needed = ("family", "ifindex", "local", "dst", "lladdr", "name", "proc", "index", "input",
                  "id", "dst-len", "nl-flags")
        data = b""
        for name, number in attributes.items():
            if rng.random() < (0.95 if name in needed else 0.3):
                bad = rng.random() < spoil
                data += attribute(number, self.value() if bad else self.good(name))
        return data

    def selection(self, attributes):
        """A socket by its number, or a dump of some. Returns attributes and flags."""
        if self.rng.random() < 0.5:
            return attribute(attributes["id"], self.good("socket")), 0
        rest = {name: number for name, number in attributes.items() if name != "id"}
        return self.plausible(rest), NLM_F_DUMP

    def broken(self):
        """Attributes whose headers lie."""
        rng = self.rng
        data = b""
        for _ in range(rng.randrange(6)):
            value = self.value()
            length = rng.choice([None, 0, 1, 3, 4, 4 + len(value) + 1, 0xffff])
            number = rng.randrange(32) | rng.choice([0, 0, 0x4000, 0x8000, 0x3fe0])
            data += attribute(number, value, length)
        return data + rng.randbytes(rng.choice([0, 0, 1, 2, 3]))

    def request(self):
        """A message from its generic netlink header on, flags, and whether it is plausible."""
        rng = self.rng
        name, number, attributes = rng.choice(self.commands)
        if name == "socket-get" and rng.random() < 0.6:
            data, flags = self.selection(attributes)
            return struct.pack("=BBH", number, 1, 0) + data, flags, True
        if rng.random() < 0.7:
            data = self.plausible(attributes)
            flags = NLM_F_DUMP if rng.random() < 0.1 else 0
            return struct.pack("=BBH", number, 1, 0) + data, flags, True
        if rng.random() < 0.2:
            number = rng.randrange(256)
        data = self.broken() if rng.random() < 0.8 else rng.randbytes(rng.randrange(200))
        head = struct.pack("=BBH", number, rng.choice([1, 1, 1, 0, 255]),
                           rng.choice([0, 0, 0, 0xffff]))
        flags = rng.choice([0, 0, 0, NLM_F_DUMP, 0x100, 0x200, 0x400, 0x800, 0xf00])
        return (head + data)[:rng.choice([4000, 4000, 4000, 4000, 3, 5])], flags, False


# What the core refuses before there is anything to say a word about.
WORDLESS = (errno.EPERM, errno.EOPNOTSUPP, errno.EBUSY)


def main():
    """Does it."""
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    fuzzer = Fuzzer(random.Random(seed))
    if len(sys.argv) > 3:
        os.setgroups([])
        os.setgid(int(sys.argv[3]))
        os.setuid(int(sys.argv[3]))
    netlink = Netlink()
    verdicts = collections.Counter()
    wordless = collections.Counter()
    for number in range(count):
        payload, flags, plausible = fuzzer.request()
        try:
            error, text = netlink.verdict(netlink.request(payload, flags | NLM_F_ACK))
        except TimeoutError:
            sys.exit(f"request {number} of seed {seed} has no verdict: {payload.hex()}")
        verdicts[errno.errorcode.get(error, str(error))] += 1
        if error and not text:
            wordless[errno.errorcode.get(error, str(error))] += 1
            if plausible and error not in WORDLESS:
                sys.exit(f"request {number} of seed {seed} is refused without a word, "
                         f"{errno.errorcode.get(error)}: {payload.hex()}")
    print("verdicts", dict(verdicts))
    print("without a word", dict(wordless))
    if len(verdicts) < 5 or verdicts["0"] < count / (100 if verdicts["EPERM"] else 10):
        sys.exit("hardly any of the requests got far")


if __name__ == "__main__":
    main()
