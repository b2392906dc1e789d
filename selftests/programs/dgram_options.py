#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Options and requests of UDP sockets: cases of socket/dgram.sh."""
import array
import errno
import fcntl
import socket
import struct

from gonet_socket import NATIVE, STACK, bound, gonet, main, raises

IP_MTU_DISCOVER = 10
IP_MTU = 14
SIOCGONETIFCONF = 0x89e0


def options():
    s = gonet()
    get, put = s.getsockopt, s.setsockopt
    assert get(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_DGRAM
    assert get(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_UDP
    assert get(socket.SOL_IP, socket.IP_TTL) == 64
    raises(errno.EINVAL, put, socket.SOL_IP, socket.IP_TTL, 0)
    raises(errno.EINVAL, put, socket.SOL_IP, socket.IP_TTL, 256)
    put(socket.SOL_IP, socket.IP_TTL, -1)
    assert get(socket.SOL_IP, socket.IP_TTL) == 64
    raises(errno.ENOPROTOOPT, put, socket.SOL_IP, socket.IP_TRANSPARENT, 1)
    raises(errno.ENOPROTOOPT, put, socket.SOL_IP, socket.IP_OPTIONS, 0)
    raises(errno.ENOPROTOOPT, get, socket.SOL_IP, 9999)
    raises(errno.ENOPROTOOPT, put, socket.SOL_TCP, 1, 1)
    raises(errno.ENOTCONN, get, socket.SOL_IP, IP_MTU)
    s.connect((NATIVE, 9))
    assert get(socket.SOL_IP, IP_MTU) == 1500
    put(socket.SOL_IP, IP_MTU_DISCOVER, 2)
    s.send(bytes(1472))
    raises(errno.EMSGSIZE, s.send, bytes(1473))
    raises(errno.EINVAL, put, socket.SOL_IP, IP_MTU_DISCOVER, 6)


def shut():
    s = bound(gonet(), STACK)
    raises(errno.ENOTCONN, s.shutdown, socket.SHUT_RD)
    s = bound(gonet(), STACK)
    s.connect((NATIVE, 9))
    s.shutdown(socket.SHUT_WR)
    raises(errno.EPIPE, s.send, b"x")
    s.shutdown(socket.SHUT_RD)
    s.settimeout(None)
    assert s.recv(10) == b""


def interfaces():
    s = gonet()

    def ask(request, name, size=40):
        return fcntl.ioctl(s, request, struct.pack("16s24x", name.encode()))[16:size]

    assert socket.inet_ntoa(ask(0x8915, "gonet0")[4:8]) == STACK
    assert socket.inet_ntoa(ask(0x8915, "lo")[4:8]) == "127.0.0.1"
    assert socket.inet_ntoa(ask(0x891b, "gonet0")[4:8]) == "255.255.255.0"
    assert socket.inet_ntoa(ask(0x8919, "gonet0")[4:8]) == "10.0.0.255"
    assert struct.unpack_from("=i", ask(0x8921, "gonet0"))[0] == 1500
    index = struct.unpack_from("=i", ask(0x8933, "gonet0"))[0]
    assert index == socket.if_nametoindex("gonet0")
    name = fcntl.ioctl(s, 0x8910, struct.pack("16xi20x", index))[:16]
    assert name.rstrip(b"\0") == b"gonet0"
    assert struct.unpack_from("=H", ask(0x8913, "gonet0"))[0] & 0x43 == 0x43
    assert ask(0x8927, "gonet0")[2:8] != bytes(6)
    raises(errno.ENODEV, ask, 0x8915, "eth7")
    raises(errno.EOPNOTSUPP, ask, 0x8914, "gonet0")  # SIOCSIFFLAGS


def interface_list():
    s = gonet()
    room = array.array("B", bytes(400))

    def ask(size, address):
        got = fcntl.ioctl(s, SIOCGONETIFCONF, struct.pack("iP", size, address))
        return struct.unpack("iP", got)[0]

    address = room.buffer_info()[0]
    assert ask(0, 0) == 80
    assert ask(400, address) == 80
    names = {room[at:at + 16].tobytes().rstrip(b"\0"): socket.inet_ntoa(room[at + 20:at + 24])
             for at in (0, 40)}
    assert names == {b"lo": "127.0.0.1", b"gonet0": STACK}, names
    assert ask(79, address) == 40
    assert ask(0, address) == 0
    raises(errno.EINVAL, ask, -1, address)
    raises(errno.EFAULT, ask, 400, 1)


main(globals())
