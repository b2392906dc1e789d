#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Options and control messages of TCP sockets: cases of socket/stream.sh."""
import errno
import socket
import struct
import termios
import time

from gonet_socket import NATIVE, STACK, bound, main, raises
from gonet_socket import gonet as any_gonet
from stream import LIMIT, each, from_native, gonet, listening, native, number, receive, wait_until

SO_TIMESTAMP = 29
IP_PKTINFO, IP_PKTOPTIONS, IP_RECVTTL, IP_RECVTOS = 8, 9, 12, 13
TCP_INQ = 36


def each_option(sock):
    """What every option of the level says, and what it takes."""
    said = {}
    numbers = (socket.TCP_MAXSEG, socket.TCP_CORK, socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL,
               socket.TCP_KEEPCNT, socket.TCP_SYNCNT, socket.TCP_LINGER2,
               socket.TCP_DEFER_ACCEPT, socket.TCP_WINDOW_CLAMP, socket.TCP_QUICKACK,
               socket.TCP_NODELAY, socket.TCP_USER_TIMEOUT, 25, TCP_INQ)
    for option in numbers:
        for value in (None, -1, 0, 1, 2, 5, 60, 88, 127, 128, 200, 300, 32767, 32768, 10**6):
            if option == socket.TCP_WINDOW_CLAMP and value == -1:
                continue
            try:
                if value is not None:
                    sock.setsockopt(socket.IPPROTO_TCP, option, value)
                said[option, value] = sock.getsockopt(socket.IPPROTO_TCP, option)
            except OSError as error:
                said[option, value] = errno.errorcode[error.errno]
        for length in range(4):
            try:
                sock.setsockopt(socket.IPPROTO_TCP, option, bytes(length))
                said[option, "length", length] = 0
            except OSError as error:
                said[option, "length", length] = errno.errorcode[error.errno]
    for name in (b"reno", b"cubic", b"reno\0", b"", b"none such"):
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name)
            said["cc", name] = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
        except OSError as error:
            said["cc", name] = errno.errorcode[error.errno]
    for length in (0, 1, 3, 4, 8, 100, 1000):
        said["info", length] = len(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, length)
                                   if length else b"")
    for level, option, value in ((socket.SOL_IP, socket.IP_TOS, 0xff),
                                 (socket.SOL_IP, socket.IP_TTL, 7),
                                 (socket.SOL_IP, socket.IP_MULTICAST_TTL, 7),
                                 (socket.SOL_IP, 10, 2), (socket.SOL_IP, 11, 1),
                                 (socket.SOL_IP, 24, 1), (socket.SOL_IP, 15, 1),
                                 (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
                                 (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
                                 (socket.SOL_SOCKET, socket.SO_RCVLOWAT, 100),
                                 (socket.SOL_SOCKET, socket.SO_RCVBUF, 50000),
                                 (socket.SOL_SOCKET, socket.SO_SNDBUF, 50000)):
        try:
            sock.setsockopt(level, option, value)
            said[level, option] = sock.getsockopt(level, option)
        except OSError as error:
            said[level, option] = errno.errorcode[error.errno]
    return said


def options():
    """Each option says and takes what it does natively, before and after connecting."""
    theirs, ours = each_option(native()), each_option(gonet())
    assert ours == theirs, {k: (v, theirs.get(k)) for k, v in ours.items() if v != theirs.get(k)}
    s = gonet()
    for option in (14, 19, 20, 29, 35):  # MD5, repair, keys, copying
        try:
            s.setsockopt(socket.IPPROTO_TCP, option, struct.pack("i", 1))
        except OSError as error:
            assert error.errno in (errno.ENOPROTOOPT, errno.EOPNOTSUPP), (option, error)
            continue
        raise AssertionError(f"option {option} was taken")
    raises(errno.EOPNOTSUPP, s.setsockopt, socket.SOL_SOCKET, 60, 1)  # SO_ZEROCOPY
    a, b = from_native()
    a.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    raises(errno.EINVAL, a.setsockopt, socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, 0)
    assert 500 <= a.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) <= 65535
    assert a.getsockopt(socket.SOL_IP, 14) == 1500  # IP_MTU
    b.close()


def fast_open():
    """Data in the SYN, once there is a cookie: between the stacks, and within this one."""
    for side in ("gonet", "ipv4"):
        with open(f"/proc/sys/net/{side}/tcp_fastopen", "w") as f:
            f.write("3")
    for client, server, addr in ((gonet, native, NATIVE), (native, gonet, STACK),
                                 (gonet, gonet, STACK)):
        listener = bound(server(), addr, timeout=LIMIT)
        listener.setsockopt(socket.IPPROTO_TCP, 23, 5)  # TCP_FASTOPEN
        listener.listen(5)
        end, turns, taken = time.monotonic() + LIMIT, 0, 0
        while taken < 5:
            c = client()
            assert c.sendto(b"hello", 0x20000000, listener.getsockname()) == 5  # MSG_FASTOPEN
            s = listener.accept()[0]
            assert receive(s, 5) == b"hello"
            s.sendall(b"you")
            assert receive(c, 3) == b"you"
            with_syn = [x.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 16)[5] & 32
                        for x in (c, s)]
            assert with_syn in ([0, 0], [32, 32]), with_syn
            taken += with_syn[0] // 32
            turns += 1
            assert turns > 1 or not taken, "before there was a cookie"
            assert time.monotonic() < end, (client, server, turns, taken)
            c.close()
            assert s.recv(1) == b""
            s.close()
        listener.close()


def inherited():
    listener = gonet()
    wanted = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
              (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 77),
              (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 5000),
              (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
              (socket.SOL_SOCKET, socket.SO_OOBINLINE, 1),
              (socket.SOL_IP, socket.IP_TTL, 33))
    for level, option, value in wanted:
        listener.setsockopt(level, option, value)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 30000)
    listener.bind((STACK, 0))
    listener.listen(1)
    c = native()
    c.connect(listener.getsockname())
    s = listener.accept()[0]
    for level, option, value in wanted:
        assert s.getsockopt(level, option) == value, (level, option)
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 60000
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 0
    assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1


@each
def information(a, b):
    a.sendall(bytes(10000))
    receive(b, 10000)
    b.sendall(bytes(5000))
    receive(a, 5000)
    wait_until(lambda: number(a, termios.TIOCOUTQ) == 0)
    info = a.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 248)
    assert info[0] == 1
    _, snd_mss, rcv_mss = struct.unpack_from("=III", info, 12)
    rtt = struct.unpack_from("=I", info, 68)[0]
    cwnd = struct.unpack_from("=I", info, 80)[0]
    assert snd_mss >= 500 and rcv_mss >= 500, (snd_mss, rcv_mss)
    assert 0 < rtt < 20_000_000 and cwnd >= 2, (rtt, cwnd)
    acked, received = struct.unpack_from("=QQ", info, 120)
    assert acked in (10000, 10001) and received == 5000, (acked, received)


@each
def control(a, b):
    a.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
    a.setsockopt(socket.IPPROTO_TCP, TCP_INQ, 1)
    b.sendall(b"hello")
    wait_until(lambda: number(a, termios.FIONREAD) == 5)
    data, ancillary, flags_set, name = a.recvmsg(2, 200)
    assert (data, flags_set, name) == (b"he", 0, None), (data, flags_set, name)
    found = {(level, kind): value for level, kind, value in ancillary}
    assert struct.unpack("=i", found.pop((socket.IPPROTO_TCP, TCP_INQ))) == (3,)
    seconds, _ = struct.unpack("=qq", found.pop((socket.SOL_SOCKET, SO_TIMESTAMP)))
    assert abs(seconds - time.time()) < 30 and not found
    # As natively, what concerns datagrams changes nothing, and what is unknown is refused.
    a.sendmsg([b"x"], [(socket.SOL_IP, 8, bytes(12))])
    raises(errno.EINVAL, a.sendmsg, [b"x"], [(socket.SOL_SOCKET, 999, bytes(4))])


def packet_options(sock):
    """What IP_PKTOPTIONS says: the interface, both addresses, TTL and TOS byte."""
    told = sock.getsockopt(socket.SOL_IP, IP_PKTOPTIONS, 200)
    assert told[:16] == struct.pack("=Qii", 28, socket.SOL_IP, 8), told
    index, spec, addr = struct.unpack("=i4s4s", told[16:28])
    ttl, tos = (struct.unpack_from("=Qiii", told, at) for at in (32, 56))
    assert (ttl[:3], tos[:3]) == ((20, socket.SOL_IP, 2), (20, socket.SOL_IP, 1)), told
    assert len(told) == 80 and spec == addr, told
    return index, socket.inet_ntoa(addr), ttl[3], tos[3]


def opened_by():
    device = socket.if_nametoindex("gonet0")
    for server, client, name in ((gonet, native, STACK), (native, gonet, NATIVE)):
        with listening(server, name) as listener, client() as a:
            for option in (IP_PKTINFO, IP_RECVTTL, IP_RECVTOS):
                listener.setsockopt(socket.SOL_IP, option, 1)
                a.setsockopt(socket.SOL_IP, option, 1)
            a.setsockopt(socket.SOL_IP, socket.IP_TTL, 33)
            a.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x28)
            a.connect(listener.getsockname())
            b, _ = listener.accept()
            assert packet_options(b) == (device, name, 33, 0x28), packet_options(b)
            assert packet_options(a) == (0, a.getsockname()[0], 1, 0), packet_options(a)
            b.setsockopt(socket.SOL_IP, IP_RECVTTL, 0)
            b.setsockopt(socket.SOL_IP, IP_RECVTOS, 0)
            assert len(b.getsockopt(socket.SOL_IP, IP_PKTOPTIONS, 200)) == 32
            b.setsockopt(socket.SOL_IP, IP_PKTINFO, 0)
            assert b.getsockopt(socket.SOL_IP, IP_PKTOPTIONS, 200) == b""
            b.close()
    raises(errno.ENOPROTOOPT, gonet().setsockopt, socket.SOL_IP, IP_PKTOPTIONS, 1)
    with any_gonet() as datagrams:
        raises(errno.ENOPROTOOPT, datagrams.getsockopt, socket.SOL_IP, IP_PKTOPTIONS, 200)


if __name__ == "__main__":
    main(globals())
