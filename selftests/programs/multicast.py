#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Multicast groups on the GoNet stack, facing the native one: socket/multicast.sh."""
import errno
import json
import socket
import struct
import subprocess
import time

from gonet_socket import NATIVE, STACK, bound, gonet, main, native, pattern, raises

GROUP = "239.1.1.1"
OTHER = "239.1.1.2"
SECOND = "10.0.0.5"  # of the native end, too
PORT = 5000

SOL_IP = socket.SOL_IP
IP_PKTINFO = 8
IP_RECVTTL = 12
IP_MULTICAST_IF = 32
IP_MULTICAST_TTL = 33
IP_MULTICAST_LOOP = 34
IP_ADD_MEMBERSHIP = 35
IP_DROP_MEMBERSHIP = 36
IP_UNBLOCK_SOURCE = 37
IP_BLOCK_SOURCE = 38
IP_ADD_SOURCE_MEMBERSHIP = 39
IP_DROP_SOURCE_MEMBERSHIP = 40
IP_MSFILTER = 41
MCAST_JOIN_GROUP = 42
MCAST_BLOCK_SOURCE = 43
MCAST_UNBLOCK_SOURCE = 44
MCAST_LEAVE_GROUP = 45
MCAST_JOIN_SOURCE_GROUP = 46
MCAST_LEAVE_SOURCE_GROUP = 47
MCAST_MSFILTER = 48
IP_MULTICAST_ALL = 49
EXCLUDE, INCLUDE = 0, 1


def addr(text):
    return socket.inet_aton(text)


def mreq(group, where=STACK, index=None):
    value = addr(group) + addr(where)
    return value if index is None else value + struct.pack("=i", index)


def join(sock, group, where=STACK, index=None):
    sock.setsockopt(SOL_IP, IP_ADD_MEMBERSHIP, mreq(group, where, index))
    return sock


def leave(sock, group, where=STACK, index=None):
    sock.setsockopt(SOL_IP, IP_DROP_MEMBERSHIP, mreq(group, where, index))


def source(sock, option, group, sender, where=STACK):
    sock.setsockopt(SOL_IP, option, addr(group) + addr(where) + addr(sender))


def storage(text):
    return struct.pack("=HH4s120x", socket.AF_INET, 0, addr(text))


def listener(group=None, port=PORT, family=gonet, where=STACK):
    """A socket bound to the port, a member of the group."""
    sock = family()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound(sock, "0.0.0.0", port)
    return join(sock, group, where) if group else sock


def sender(family=native, where=NATIVE):
    sock = family()
    bound(sock, where)
    sock.setsockopt(SOL_IP, IP_MULTICAST_IF, addr(where))
    return sock


def stat(name):
    said = json.loads(subprocess.check_output(["gonet", "-s", "-j", "stat"]))

    def look(value):
        if isinstance(value, list):
            return sum(look(item) for item in value)
        if isinstance(value, dict):
            own = value.get(name)
            return (own if isinstance(own, int) else 0) + sum(
                look(item) for item in value.values() if isinstance(item, (list, dict)))
        return 0
    return look(said)


def wait_for(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def dropped(name, send):
    """The stack drops what is sent, for that reason."""
    before = stat(name)
    send()
    wait_for(lambda: stat(name) > before)


def empty(sock):
    sock.setblocking(False)
    raises(errno.EAGAIN, sock.recv, 10)
    sock.settimeout(20)


def groups(device="gonet0"):
    """What `gonet maddr` lists, with how many members."""
    said = json.loads(subprocess.check_output(["gonet", "-j", "maddr", "show", device]))
    return {item["address"]: item.get("users", 1) for item in said[0]["maddr"]} if said else {}


def received():
    ours = listener(GROUP)
    theirs = sender()
    theirs.sendto(b"hello", (GROUP, PORT))
    data, name = ours.recvfrom(100)
    assert data == b"hello" and name == theirs.getsockname(), (data, name)
    dropped("IP_NO_GROUP", lambda: theirs.sendto(b"no", (OTHER, PORT)))
    leave(ours, GROUP)
    dropped("IP_NO_GROUP", lambda: theirs.sendto(b"no", (GROUP, PORT)))
    empty(ours)
    join(ours, GROUP)
    theirs.sendto(b"again", (GROUP, PORT))
    assert ours.recv(100) == b"again"
    dropped("UDP_NO_PORT", lambda: theirs.sendto(b"nobody", (GROUP, PORT + 1)))


def sent():
    theirs = listener(GROUP, family=native, where=NATIVE)
    theirs.setsockopt(SOL_IP, IP_RECVTTL, 1)
    ours = gonet()
    raises(errno.ENETUNREACH, ours.sendto, b"no way", (GROUP, PORT))
    ours.setsockopt(SOL_IP, IP_MULTICAST_IF, addr(STACK))
    assert ours.getsockopt(SOL_IP, IP_MULTICAST_IF, 4) == addr(STACK)
    for ttl in (1, 7, 255):
        ours.setsockopt(SOL_IP, IP_MULTICAST_TTL, ttl)
        ours.sendto(b"out", (GROUP, PORT))
        data, ancillary, _, name = theirs.recvmsg(100, 100)
        assert data == b"out" and name[0] == STACK, (data, name)
        assert struct.unpack("=i", ancillary[0][2])[0] == ttl, ancillary
    # Without an interface: that of the address, or the routes'.
    bound(gonet(), STACK).sendto(b"bound", (GROUP, PORT))
    assert theirs.recv(100) == b"bound"
    subprocess.check_call(["gonet", "route", "add", "default", "via", NATIVE])
    gonet().sendto(b"routed", (GROUP, PORT))
    assert theirs.recv(100) == b"routed"
    subprocess.check_call(["gonet", "route", "del", "default"])
    # By number, and connected.
    ours = gonet()
    index = socket.if_nametoindex("gonet0")
    ours.setsockopt(SOL_IP, IP_MULTICAST_IF, mreq("0.0.0.0", "0.0.0.0", index))
    ours.connect((GROUP, PORT))
    assert ours.getsockname()[0] == STACK
    ours.send(b"connected")
    assert theirs.recv(100) == b"connected"


def looped():
    member, ours = listener(GROUP), sender(gonet, STACK)
    theirs = listener(GROUP, family=native, where=NATIVE)
    ours.sendto(b"both", (GROUP, PORT))
    assert member.recvfrom(10) == (b"both", ours.getsockname())
    assert theirs.recv(10) == b"both"
    ours.setsockopt(SOL_IP, IP_MULTICAST_LOOP, 0)
    ours.sendto(b"others", (GROUP, PORT))
    assert theirs.recv(10) == b"others"
    empty(member)
    # TTL 0 stays in the host.
    ours.setsockopt(SOL_IP, IP_MULTICAST_LOOP, 1)
    ours.setsockopt(SOL_IP, IP_MULTICAST_TTL, 0)
    ours.sendto(b"own", (GROUP, PORT))
    assert member.recv(10) == b"own"
    ours.setsockopt(SOL_IP, IP_MULTICAST_TTL, 1)
    ours.sendto(b"mark", (GROUP, PORT))
    assert theirs.recv(10) == b"mark" and member.recv(10) == b"mark"


def everybody():
    members = [listener(GROUP) for _ in range(3)]
    other, deaf = listener(), listener()
    deaf.setsockopt(SOL_IP, IP_MULTICAST_ALL, 0)
    bound_to_group = bound(gonet_reuse(), GROUP, PORT)
    elsewhere = bound(gonet_reuse(), STACK, PORT)
    sender().sendto(b"all", (GROUP, PORT))
    for sock in members + [other, bound_to_group]:
        assert sock.recv(10) == b"all"
    empty(deaf)
    empty(elsewhere)
    join(deaf, GROUP)
    sender().sendto(b"once", (GROUP, PORT))
    assert deaf.recv(10) == b"once"
    empty(elsewhere)


def gonet_reuse():
    sock = gonet()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return sock


def sources():
    one, two = sender(), sender(where=SECOND)
    ours = listener()
    source(ours, IP_ADD_SOURCE_MEMBERSHIP, GROUP, NATIVE)
    one.sendto(b"wanted", (GROUP, PORT))
    assert ours.recv(10) == b"wanted"
    dropped("IP_NO_GROUP", lambda: two.sendto(b"not", (GROUP, PORT)))
    # Who wants all of it does not change what this one gets.
    every = listener(GROUP)
    two.sendto(b"other", (GROUP, PORT))
    assert every.recv(10) == b"other"
    empty(ours)
    source(ours, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SECOND)
    two.sendto(b"both", (GROUP, PORT))
    assert ours.recv(10) == b"both" and every.recv(10) == b"both"
    source(every, IP_BLOCK_SOURCE, GROUP, SECOND)
    two.sendto(b"blocked", (GROUP, PORT))
    assert ours.recv(10) == b"blocked"
    empty(every)
    source(ours, IP_DROP_SOURCE_MEMBERSHIP, GROUP, SECOND)
    dropped("IP_NO_GROUP", lambda: two.sendto(b"neither", (GROUP, PORT)))
    source(every, IP_UNBLOCK_SOURCE, GROUP, SECOND)
    two.sendto(b"again", (GROUP, PORT))
    assert every.recv(10) == b"again"
    source(ours, IP_DROP_SOURCE_MEMBERSHIP, GROUP, NATIVE)
    assert groups()[GROUP] == 1, groups()
    raises(errno.EINVAL, source, ours, IP_DROP_SOURCE_MEMBERSHIP, GROUP, NATIVE)


def msfilter(mode, senders, group=GROUP, where=STACK):
    return (addr(group) + addr(where) + struct.pack("=II", mode, len(senders)) +
            b"".join(addr(sender) for sender in senders))


def filters():
    ours, two = listener(GROUP), sender(where=SECOND)
    ours.setsockopt(SOL_IP, IP_MSFILTER, msfilter(EXCLUDE, [SECOND, "10.0.0.9"]))
    dropped("IP_NO_GROUP", lambda: two.sendto(b"not", (GROUP, PORT)))
    raw_get = getfilter(ours, IP_MSFILTER, msfilter(INCLUDE, ["0.0.0.0"] * 4))
    assert raw_get == msfilter(EXCLUDE, [SECOND, "10.0.0.9"]), raw_get
    ours.setsockopt(SOL_IP, IP_MSFILTER, msfilter(INCLUDE, [SECOND]))
    two.sendto(b"now", (GROUP, PORT))
    assert ours.recv(10) == b"now"
    dropped("IP_NO_GROUP", lambda: sender().sendto(b"not", (GROUP, PORT)))
    # Room for fewer than there are: their number all the same.
    ours.setsockopt(SOL_IP, IP_MSFILTER, msfilter(EXCLUDE, [SECOND, "10.0.0.9"]))
    raw_get = getfilter(ours, IP_MSFILTER, msfilter(INCLUDE, ["0.0.0.0"]))
    assert raw_get == msfilter(EXCLUDE, [SECOND, "10.0.0.9"])[:20], raw_get
    # To want nothing of it is to leave it.
    ours.setsockopt(SOL_IP, IP_MSFILTER, msfilter(INCLUDE, []))
    assert GROUP not in groups()
    raises(errno.EINVAL, ours.setsockopt, SOL_IP, IP_MSFILTER, msfilter(EXCLUDE, [SECOND]))


def getfilter(sock, option, request):
    """getsockopt() that is told something, which Python's is not."""
    import ctypes
    from gonet_socket import libc
    buffer = ctypes.create_string_buffer(request, 8192)
    length = ctypes.c_uint32(len(request))
    if libc.getsockopt(sock.fileno(), SOL_IP, option, buffer, ctypes.byref(length)):
        raise OSError(ctypes.get_errno(), "getsockopt")
    return buffer.raw[:length.value]


def protocol_independent():
    """RFC 3678 5."""
    index = socket.if_nametoindex("gonet0")
    head = struct.pack("=I4x", index)
    ours, one, two = listener(), sender(), sender(where=SECOND)
    ours.setsockopt(SOL_IP, MCAST_JOIN_GROUP, head + storage(GROUP))
    raises(errno.EADDRINUSE, ours.setsockopt, SOL_IP, MCAST_JOIN_GROUP, head + storage(GROUP))
    one.sendto(b"joined", (GROUP, PORT))
    assert ours.recv(10) == b"joined"
    ours.setsockopt(SOL_IP, MCAST_BLOCK_SOURCE, head + storage(GROUP) + storage(SECOND))
    dropped("IP_NO_GROUP", lambda: two.sendto(b"not", (GROUP, PORT)))
    want = head + storage(GROUP) + struct.pack("=II", EXCLUDE, 1) + storage(SECOND)
    raw_get = getfilter(ours, MCAST_MSFILTER,
                        head + storage(GROUP) + struct.pack("=II", 7, 3) + bytes(3 * 128))
    assert raw_get == want, raw_get
    ours.setsockopt(SOL_IP, MCAST_UNBLOCK_SOURCE, head + storage(GROUP) + storage(SECOND))
    ours.setsockopt(SOL_IP, MCAST_MSFILTER,
                    head + storage(GROUP) + struct.pack("=II", INCLUDE, 1) + storage(SECOND))
    two.sendto(b"two", (GROUP, PORT))
    assert ours.recv(10) == b"two"
    ours.setsockopt(SOL_IP, MCAST_LEAVE_GROUP, head + storage(GROUP))
    ours.setsockopt(SOL_IP, MCAST_JOIN_SOURCE_GROUP, head + storage(GROUP) + storage(NATIVE))
    one.sendto(b"one", (GROUP, PORT))
    assert ours.recv(10) == b"one"
    ours.setsockopt(SOL_IP, MCAST_LEAVE_SOURCE_GROUP, head + storage(GROUP) + storage(NATIVE))
    assert GROUP not in groups()
    ipv6 = struct.pack("=HH124x", socket.AF_INET6, 0)
    raises(errno.EINVAL, ours.setsockopt, SOL_IP, MCAST_JOIN_GROUP, head + ipv6)
    raises(errno.EADDRNOTAVAIL, ours.setsockopt, SOL_IP, MCAST_BLOCK_SOURCE,
           head + ipv6 + storage(NATIVE))


def refused():
    """errno by errno; on the native stack as well, which must say the same."""
    for family, own in ((native, NATIVE), (gonet, STACK)):
        s = listener(family=family)

        def no(number, option, value):
            raises(number, s.setsockopt, SOL_IP, option, value)
        no(errno.EINVAL, IP_ADD_MEMBERSHIP, mreq("10.1.1.1", own))
        no(errno.ENODEV, IP_ADD_MEMBERSHIP, mreq(GROUP, "10.9.9.9"))
        no(errno.ENODEV, IP_ADD_MEMBERSHIP, mreq(GROUP, "0.0.0.0"))
        no(errno.ENODEV, IP_ADD_MEMBERSHIP, mreq(GROUP, own, 9999))
        no(errno.EINVAL, IP_ADD_MEMBERSHIP, mreq(GROUP, own)[:7])
        no(errno.EADDRNOTAVAIL, IP_DROP_MEMBERSHIP, mreq(GROUP, own))
        no(errno.ENODEV, IP_DROP_MEMBERSHIP, mreq(GROUP, "0.0.0.0"))
        no(errno.EADDRNOTAVAIL, IP_DROP_MEMBERSHIP, mreq(GROUP, "10.9.9.9"))
        no(errno.EADDRNOTAVAIL, IP_DROP_MEMBERSHIP, mreq(GROUP, own, 9999))
        join(s, GROUP, own)
        no(errno.EADDRINUSE, IP_ADD_MEMBERSHIP, mreq(GROUP, own))
        three = addr(GROUP) + addr(own) + addr("10.0.0.7")
        no(errno.EINVAL, IP_BLOCK_SOURCE, three[:-1])
        no(errno.EINVAL, IP_BLOCK_SOURCE, three + b"\0")
        no(errno.EADDRNOTAVAIL, IP_UNBLOCK_SOURCE, three)
        s.setsockopt(SOL_IP, IP_BLOCK_SOURCE, three)
        no(errno.EADDRNOTAVAIL, IP_BLOCK_SOURCE, three)
        no(errno.EINVAL, IP_ADD_SOURCE_MEMBERSHIP, three)
        no(errno.EINVAL, IP_BLOCK_SOURCE, addr(OTHER) + three[4:])
        no(errno.EINVAL, IP_BLOCK_SOURCE, addr("10.1.1.1") + three[4:])
        no(errno.ENODEV, IP_BLOCK_SOURCE, addr(GROUP) + addr("10.9.9.9") + three[8:])
        no(errno.EINVAL, IP_MSFILTER, msfilter(2, [], where=own))
        no(errno.EINVAL, IP_MSFILTER, msfilter(EXCLUDE, [], where=own)[:15])
        no(errno.EINVAL, IP_MSFILTER, msfilter(EXCLUDE, ["10.0.0.7"], where=own)[:-1])
        no(errno.ENOBUFS, IP_MSFILTER, msfilter(EXCLUDE, ["10.0.0.7"] * 11, where=own))
        no(errno.EADDRNOTAVAIL, IP_MULTICAST_IF, addr("10.9.9.9"))
        no(errno.EADDRNOTAVAIL, IP_MULTICAST_IF, mreq(GROUP, own, 9999))
        no(errno.EINVAL, IP_MULTICAST_IF, b"abc")
        no(errno.EINVAL, IP_MULTICAST_TTL, 256)
        no(errno.EINVAL, IP_MULTICAST_ALL, 2)
        raises(errno.EADDRNOTAVAIL, getfilter, s, IP_MSFILTER,
               msfilter(EXCLUDE, [], OTHER, own))
        raises(errno.ENODEV, getfilter, s, IP_MSFILTER,
               msfilter(EXCLUDE, [], OTHER, "10.9.9.9"))
        # A block of what was joined with an empty list makes no difference to leaving.
        leave(s, GROUP, "0.0.0.0", socket.if_nametoindex("gonet0"))
        no(errno.EADDRNOTAVAIL, IP_DROP_MEMBERSHIP, mreq(GROUP, own))


def limits():
    s = gonet()
    for number in range(20):
        join(s, f"239.2.0.{number}")
    raises(errno.ENOBUFS, join, s, "239.2.0.20")
    leave(s, "239.2.0.3")
    join(s, "239.2.0.20")
    for number in range(10):
        source(s, IP_BLOCK_SOURCE, "239.2.0.1", f"10.1.0.{number}")
    raises(errno.ENOBUFS, source, s, IP_BLOCK_SOURCE, "239.2.0.1", "10.1.0.10")
    subprocess.check_call(["sysctl", "-q", "-w", "net.gonet.igmp_max_memberships=21",
                           "net.gonet.igmp_max_msf=11"])
    join(s, "239.2.0.21")
    source(s, IP_BLOCK_SOURCE, "239.2.0.1", "10.1.0.10")
    subprocess.check_call(["sysctl", "-q", "-w", "net.gonet.igmp_max_memberships=20",
                           "net.gonet.igmp_max_msf=10"])
    # And of an interface, whoever joins.
    s.close()
    many = [gonet() for _ in range(60)]
    joined = 0
    try:
        for sock in many:
            for _ in range(20):
                join(sock, f"239.3.{joined // 256}.{joined % 256}")
                joined += 1
    except OSError as error:
        assert error.errno == errno.ENOBUFS, error
    assert joined == 1023, joined  # with 224.0.0.1
    assert len(groups()) == 1024, len(groups())
    for sock in many:
        sock.close()
    assert groups() == {"224.0.0.1": 1}, groups()


def closed():
    one, two = listener(GROUP), listener(GROUP)
    source(one, IP_ADD_SOURCE_MEMBERSHIP, OTHER, NATIVE)
    assert groups() == {"224.0.0.1": 1, GROUP: 2, OTHER: 1}, groups()
    one.close()
    assert groups() == {"224.0.0.1": 1, GROUP: 1}, groups()
    two.close()
    assert groups() == {"224.0.0.1": 1}, groups()


def interfaces():
    index = socket.if_nametoindex("gonet0")
    s = listener()
    join(s, GROUP, "0.0.0.0", index)
    assert GROUP in groups() and GROUP not in groups("lo")
    raises(errno.EADDRINUSE, join, s, GROUP)
    join(s, GROUP, "127.0.0.1")
    assert GROUP in groups("lo")
    local = sender(gonet, "127.0.0.1")
    local.sendto(b"lo", (GROUP, PORT))
    assert s.recvfrom(10) == (b"lo", local.getsockname())
    leave(s, GROUP, "127.0.0.1")
    assert GROUP in groups() and GROUP not in groups("lo")
    leave(s, GROUP, "0.0.0.0", index)
    assert GROUP not in groups()
    subprocess.check_call(["gonet", "route", "add", "239.0.0.0/8", "dev", "gonet0"])
    join(s, GROUP, "0.0.0.0")
    assert GROUP in groups()
    subprocess.check_call(["gonet", "route", "del", "239.0.0.0/8", "dev", "gonet0"])
    # By whatever it was joined, or by nothing but the group if there is a way to it.
    raises(errno.ENODEV, leave, s, GROUP, "0.0.0.0")
    leave(s, GROUP, STACK)


def raw_sockets():
    ours = gonet(socket.SOCK_RAW, 200)
    ours.settimeout(20)
    theirs = socket.socket(socket.AF_INET, socket.SOCK_RAW, 200)
    theirs.setsockopt(SOL_IP, IP_MULTICAST_IF, addr(NATIVE))
    dropped("IP_NO_GROUP", lambda: theirs.sendto(b"raw", (GROUP, 0)))
    join(ours, GROUP)
    theirs.sendto(b"raw", (GROUP, 0))
    assert ours.recv(100)[20:] == b"raw"
    deaf = gonet(socket.SOCK_RAW, 200)
    deaf.setsockopt(SOL_IP, IP_MULTICAST_ALL, 0)
    theirs.sendto(b"more", (GROUP, 0))
    assert ours.recv(100)[20:] == b"more"
    empty(deaf)


def large():
    """In fragments, both ways, and round."""
    data = pattern(30000)
    ours, theirs = listener(GROUP), listener(GROUP, family=native, where=NATIVE)
    out = sender()
    out.setsockopt(SOL_IP, IP_MULTICAST_LOOP, 0)
    out.sendto(data, (GROUP, PORT))
    assert ours.recv(65536) == data
    sender(gonet, STACK).sendto(data, (GROUP, PORT))
    assert ours.recv(65536) == data and theirs.recv(65536) == data


def information():
    ours = listener(GROUP)
    ours.setsockopt(SOL_IP, IP_PKTINFO, 1)
    sender().sendto(b"where", (GROUP, PORT))
    data, ancillary, _, _ = ours.recvmsg(100, 200)
    index, spec, destination = struct.unpack("=I4s4s", ancillary[0][2])
    assert data == b"where" and index == socket.if_nametoindex("gonet0")
    assert socket.inet_ntoa(spec) == STACK and socket.inet_ntoa(destination) == GROUP


def storm():
    """Members that come and go while packets arrive."""
    stay, theirs = listener(GROUP), sender()
    for _ in range(200):
        come = listener(GROUP)
        theirs.sendto(b"x", (GROUP, PORT))
        source(come, IP_BLOCK_SOURCE, GROUP, NATIVE)
        theirs.sendto(b"y", (GROUP, PORT))
        come.close()
        assert stay.recv(10) == b"x" and stay.recv(10) == b"y"
    assert groups()[GROUP] == 1


if __name__ == "__main__":
    main(globals())
