# SPDX-License-Identifier: GPL-2.0
"""Sockets of the family AF_GONET for Python, and a runner for test cases.

Python knows no addresses of other families, so a socket is opened by the C library
and then taken for one of AF_INET, whose addresses it has.
"""
import ctypes
import os
import socket
import sys

AF_GONET = 18
SOL_GONET = 318
GONET_REUSEPORT = 1
NATIVE = "10.0.0.1"
STACK = "10.0.0.2"

libc = ctypes.CDLL(None, use_errno=True)


def gonet(kind=socket.SOCK_DGRAM, proto=0):
    """A socket on the GoNet stack of this namespace."""
    fd = libc.socket(AF_GONET, kind | socket.SOCK_CLOEXEC, proto)
    if fd < 0:
        err = ctypes.get_errno()
        raise OSError(err, os.strerror(err))
    return socket.socket(socket.AF_INET, kind, proto, fileno=fd)


def native(kind=socket.SOCK_DGRAM, proto=0):
    """A socket on the native stack."""
    return socket.socket(socket.AF_INET, kind, proto)


def bound(sock, addr, port=0, timeout=20):
    """The socket, bound, and with a time limit that no working test reaches."""
    sock.bind((addr, port))
    sock.settimeout(timeout)
    return sock


def pair():
    """A UDP socket at each end."""
    return bound(gonet(), STACK), bound(native(), NATIVE)


def raises(number, function, *args):
    """Fails unless the call fails with this errno."""
    try:
        result = function(*args)
    except OSError as error:
        assert error.errno == number, f"{error}, not {os.strerror(number)}"
        return
    raise AssertionError(f"returned {result!r}, not {os.strerror(number)}")


def pattern(size, seed=0):
    """Bytes that tell their place: their period is prime to every length of a fragment."""
    at = seed % 251
    return (bytes(range(251)) * (size // 251 + 2))[at:at + size]


def main(cases):
    """Runs the cases that the arguments name, and says so: silence is no success."""
    for name in sys.argv[1:]:
        cases[name]()
        print("passed", name, flush=True)
