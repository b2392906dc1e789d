#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What UDP sockets are told beside the data: errors, control messages, and the times at
which datagrams are sent. Cases of socket/dgram.sh."""
import errno
import select
import socket
import struct
import time

from gonet_socket import NATIVE, STACK, bound, gonet, main, native, pair, raises

IP_RECVERR = 11
IP_PKTINFO = 8
IP_RECVTTL = 12
IP_RECVTOS = 13
IP_MTU_DISCOVER = 10
IP_RECVORIGDSTADDR = 20
SO_TIMESTAMP = 29
SO_TIMESTAMPING = 37


def refused():
    s = gonet()
    s.settimeout(20)
    s.connect((NATIVE, 7))
    s.send(b"is there anybody")
    raises(errno.ECONNREFUSED, s.recv, 10)
    s.settimeout(0)
    raises(errno.EAGAIN, s.recv, 10)
    # The other way: a closed port of the stack.
    n = native()
    n.settimeout(20)
    n.connect((STACK, 7))
    n.send(b"is there anybody")
    raises(errno.ECONNREFUSED, n.recv, 10)


def refused_unconnected():
    s = bound(gonet(), STACK)
    theirs = bound(native(), NATIVE)
    s.sendto(b"nobody", (NATIVE, 7))
    # What is answered later comes later: the error is there when this is.
    theirs.sendto(b"mark", s.getsockname())
    assert s.recv(10) == b"mark"
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


def errors():
    s = bound(gonet(), STACK)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.sendto(b"nobody here", (NATIVE, 7))
    poll = select.poll()
    poll.register(s, 0)
    assert poll.poll(20000) == [(s.fileno(), select.POLLERR)]
    data, ancillary, flags, name = s.recvmsg(100, 512, socket.MSG_ERRQUEUE)
    assert data == b"nobody here" and name == (NATIVE, 7), (data, name)
    assert flags & socket.MSG_ERRQUEUE
    level, kind, report = ancillary[0]
    assert (level, kind) == (socket.SOL_IP, IP_RECVERR)
    number, origin, icmp_type, code = struct.unpack_from("=IBBB", report)
    assert (number, origin, icmp_type, code) == (errno.ECONNREFUSED, 2, 3, 3)
    assert socket.inet_ntoa(report[20:24]) == NATIVE
    # As natively, who reads the queue has read the pending error.
    assert s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    s.setblocking(False)  # with a time limit Python would wait for data first
    raises(errno.EAGAIN, s.recvmsg, 100, 512, socket.MSG_ERRQUEUE)
    # A local error.
    s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, 2)
    raises(errno.EMSGSIZE, s.sendto, bytes(1473), (NATIVE, 7))
    data, ancillary, _, name = s.recvmsg(100, 512, socket.MSG_ERRQUEUE)
    number, origin = struct.unpack_from("=IB", ancillary[0][2])
    info = struct.unpack_from("=I", ancillary[0][2], 8)[0]
    assert (data, number, origin, info) == (b"", errno.EMSGSIZE, 1, 1500), ancillary


def control():
    ours, theirs = pair()
    for option in (IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR):
        assert ours.getsockopt(socket.SOL_IP, option) == 0
        ours.setsockopt(socket.SOL_IP, option, 1)
        assert ours.getsockopt(socket.SOL_IP, option) == 1
    ours.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
    theirs.setsockopt(socket.SOL_IP, socket.IP_TTL, 33)
    theirs.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x28)
    before = time.time()
    theirs.sendto(b"x", ours.getsockname())
    got = {(level, kind): data for level, kind, data in ours.recvmsg(10, 512)[1]}
    index, spec, addr = struct.unpack("=i4s4s", got[(socket.SOL_IP, IP_PKTINFO)])
    assert socket.if_indextoname(index) == "gonet0"
    assert socket.inet_ntoa(spec) == socket.inet_ntoa(addr) == STACK
    assert struct.unpack("=i", got[(socket.SOL_IP, socket.IP_TTL)]) == (33,)
    assert got[(socket.SOL_IP, socket.IP_TOS)] == b"\x28"
    assert got[(socket.SOL_IP, IP_RECVORIGDSTADDR)][2:8] == \
        struct.pack("!H", ours.getsockname()[1]) + socket.inet_aton(STACK)
    seconds, micro = struct.unpack("ll", got[(socket.SOL_SOCKET, SO_TIMESTAMP)])
    assert before - 1 < seconds + micro / 1e6 < time.time() + 1
    # And what is sent.
    theirs.setsockopt(socket.SOL_IP, IP_RECVTTL, 1)
    theirs.setsockopt(socket.SOL_IP, IP_RECVTOS, 1)
    wild = bound(gonet(), "0.0.0.0")
    for how in ("option", "message"):
        ancillary = []
        if how == "option":
            wild.setsockopt(socket.SOL_IP, socket.IP_TTL, 44)
            wild.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x48)
        else:
            ancillary = [(socket.SOL_IP, socket.IP_TTL, struct.pack("=i", 44)),
                         (socket.SOL_IP, socket.IP_TOS, struct.pack("=i", 0x48)),
                         (socket.SOL_IP, IP_PKTINFO, struct.pack(
                             "=i4s4s", socket.if_nametoindex("gonet0"),
                             socket.inet_aton(STACK), bytes(4)))]
        wild.sendmsg([b"a", b"b"], ancillary, 0, theirs.getsockname())
        data, messages, _, name = theirs.recvmsg(10, 512)
        assert data == b"ab" and name == (STACK, wild.getsockname()[1])
        got = {kind: data for _, kind, data in messages}
        assert struct.unpack("=i", got[socket.IP_TTL]) == (44,)
        assert got[socket.IP_TOS] == b"\x48"
    raises(errno.ENETUNREACH, wild.sendmsg, [b""], [(socket.SOL_IP, IP_PKTINFO, struct.pack(
        "=i4s4s", 0, socket.inet_aton(NATIVE), bytes(4)))], 0, theirs.getsockname())


def has_error(sock, seconds=20):
    """Waits for something in the queue of errors."""
    poll = select.poll()
    poll.register(sock, 0)
    return bool(poll.poll(seconds * 1000))


def sent_times(sock, to, flags):
    """What a socket is told of two datagrams: the kind of each time, its number, the data."""
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, flags)
    sock.sendto(b"first", to)
    sock.sendto(bytes(3000), to)
    told = []
    while len(told) < 4:
        assert has_error(sock), told
        data, control, flags, name = sock.recvmsg(5000, 500, socket.MSG_ERRQUEUE)
        assert flags & socket.MSG_ERRQUEUE and name is None, (flags, name)
        found = {(level, kind): value for level, kind, value in control}
        times = struct.unpack("=6q", found[socket.SOL_SOCKET, SO_TIMESTAMPING])
        assert abs(times[0] + times[1] / 1e9 - time.time()) < 30, times
        error = struct.unpack_from("=IBBBxII", found[socket.SOL_IP, IP_RECVERR])
        told.append((*error, data[-5:], len(data) > 2000))
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, 0)
    return sorted(told)


def times_sent():
    software, sched = 0x12, 0x100
    number, only = 0x80, 0x800
    ours, theirs = pair()
    other = bound(native(), NATIVE)
    for flags in (software | sched | number, software | sched | number | only, software | sched):
        mine = sent_times(ours, theirs.getsockname(), flags)
        reference = sent_times(other, theirs.getsockname(), flags)
        for told in mine, reference:  # how a large datagram is cut is no matter
            told[:] = [entry[:-2] + (entry[-2] == b"first",) for entry in told]
        assert mine == reference, (flags, mine, reference)
    # Asked for with a single datagram.
    ours.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, 0x10)
    ours.sendmsg([b"one"], [(socket.SOL_SOCKET, SO_TIMESTAMPING, struct.pack("=I", 2))], 0,
                 theirs.getsockname())
    ours.sendto(b"two", theirs.getsockname())
    assert has_error(ours)
    assert ours.recvmsg(500, 500, socket.MSG_ERRQUEUE)[0].endswith(b"one")
    assert not has_error(ours, 0.5)


main(globals())
