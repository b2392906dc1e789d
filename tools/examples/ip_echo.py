#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Sends each WORD to ADDRESS in an IP packet of protocol 253, and prints what comes back.

usage: ip_echo.py ADDRESS WORD...

A raw socket of the native stack; gonet_echo.c is at the other end. If nobody is there,
the ICMP error about it is raised as the error of recv(), but by the native stack only
for words of 8 bytes and more: it wants as much of the packet that an error is about.
"""
import socket
import sys

PROTOCOL = 253
IP_RECVERR = 11

if len(sys.argv) < 3:
    sys.exit(__doc__)
with socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOL) as s:
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.settimeout(5)
    for word in sys.argv[2:]:
        s.sendto(word.encode(), (sys.argv[1], 0))
        try:
            packet = s.recv(65536)
        except OSError as error:
            sys.exit(f"{sys.argv[1]}: {error.strerror or error}")
        header = (packet[0] & 15) * 4
        print(packet[header:].decode(), f"ttl={packet[8]}")
