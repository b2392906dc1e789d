# SPDX-License-Identifier: GPL-2.0
"""Sends ICMP messages about other packets, by whoever is said to send them.

usage: icmp_error.py TO FROM WORD SOURCE DESTINATION [key=NUMBER...]

To TO, from FROM: about packets from SOURCE to DESTINATION. WORD is what stands behind
the checksum, as an address: the gateway of a redirect, or the MTU of "fragmentation
needed", 0.0.5.120 for 1400.
Keys: type=N (5) and code=N (1) of the message, length=N of it in bytes (36), count=N,
for so many destinations in a row (1); of the packet that it is about protocol=N (1),
with UDP (17) sport=N and dport=N, id=N of an echo request (0), total=N for its length
(28).
"""
import socket
import struct
import sys


def checksum(data):
    """RFC 1071."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source, destination, payload, protocol=1, total=None):
    """A packet."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total or 20 + len(payload), 0, 0, 64,
                         protocol, 0, source, destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def error(keys, word, inner):
    """A message about the packet inner."""
    message = struct.pack("!BBH4s", keys["type"], keys["code"], 0, word) + inner
    message = message[:keys["length"]]
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def about(keys, source, destination, sequence):
    """The packet that a message is about."""
    if keys["protocol"] == 17:
        payload = struct.pack("!HHHH", keys["sport"], keys["dport"], keys["total"] - 20, 0)
    else:
        payload = struct.pack("!BBHHH", 8, 0, 0, keys["id"] or 1, sequence & 0xFFFF)
    return ipv4(source, destination, payload, keys["protocol"], keys["total"])


def main():
    """Does it."""
    to, sender, word, source, first = (socket.inet_aton(word) for word in sys.argv[1:6])
    keys = {"type": 5, "code": 1, "length": 36, "count": 1, "protocol": 1, "sport": 0,
            "dport": 0, "id": 0, "total": 28}
    for argument in sys.argv[6:]:
        key, number = argument.split("=")
        assert key in keys, key
        keys[key] = int(number)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for i in range(keys["count"]):
            destination = struct.pack("!I", struct.unpack("!I", first)[0] + i)
            message = error(keys, word, about(keys, source, destination, i))
            raw.sendto(ipv4(sender, to, message), (socket.inet_ntoa(to), 0))


main()
