#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds AF_GONET sockets open: prints a line when they are, and ends with its input."""
import socket
import sys

from gonet_socket import bound, gonet

sockets = [bound(gonet(), "127.0.0.1") for _ in range(int(sys.argv[1]))]
peer = bound(gonet(), "127.0.0.1")
for s in sockets:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    peer.sendto(b"unread", s.getsockname())
print("open", flush=True)
sys.stdin.read()
# Those that are left still work, whatever happened to the namespace's name.
for s in sockets:
    assert s.recv(10) == b"unread"
    peer.sendto(b"more", s.getsockname())
    assert s.recv(10) == b"more"
print("fine", flush=True)
