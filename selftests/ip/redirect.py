# SPDX-License-Identifier: GPL-2.0
"""Sends ICMP redirects, by whoever is said to send them.

usage: redirect.py TO FROM GATEWAY SOURCE DESTINATION [key=NUMBER...]

To TO, from FROM: packets from SOURCE to DESTINATION are better sent to GATEWAY.
Keys: code=N of the message (1), length=N of it in bytes (36), count=N, for so many
destinations in a row (1).
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


def ipv4(source, destination, payload):
    """A packet of ICMP."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, 1, 0,
                         source, destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def redirect(code, gateway, inner, length):
    """A redirect about the packet inner."""
    message = (struct.pack("!BBH4s", 5, code, 0, gateway) + inner)[:length]
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def main():
    """Does it."""
    to, sender, gateway, source, first = (socket.inet_aton(word) for word in sys.argv[1:6])
    keys = {"code": 1, "length": 36, "count": 1}
    for word in sys.argv[6:]:
        key, number = word.split("=")
        assert key in keys, key
        keys[key] = int(number)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for i in range(keys["count"]):
            destination = struct.pack("!I", struct.unpack("!I", first)[0] + i)
            inner = ipv4(source, destination, struct.pack("!BBHHH", 8, 0, 0, 1, i & 0xFFFF))
            message = redirect(keys["code"], gateway, inner, keys["length"])
            raw.sendto(ipv4(sender, to, message), (socket.inet_ntoa(to), 0))


main()
