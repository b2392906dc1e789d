# SPDX-License-Identifier: GPL-2.0
"""How connections begin: the cases of tcp/handshake.sh."""
import errno
import itertools
import random
import socket

import tcp_segment
from tcp_peer import ALL, Conn, accepted, calling, connected, error_of, listener, rising
from tcp_segment import NOP, add
from tcp_wire import STACK, case, changed, keep, main, stream, unequal, until, wire

SUBSETS = [c for n in range(5) for c in itertools.combinations(ALL, n)]


def exchange(conn):
    """Both sides say something, and hear it."""
    conn.sock.sendall(b"from the stack")
    seg = conn.wait_for(lambda seg: seg.data == b"from the stack")
    assert ("ts" in seg.options) == conn.ts, seg
    conn.send("A")
    conn.send("PA", b"from the peer")
    unequal(conn.sock.recv(100), b"from the peer")
    conn.expect_ack()


def check_syn_options(options, offered):
    """Only what was offered comes back (RFC 7323 1.3, 2.2, 3.2, RFC 2018 2)."""
    assert "mss" in options, options
    unequal(options["mss"], 1460)
    for name, kind in (("ws", "wscale"), ("sack", "sack_ok"), ("ts", "ts")):
        unequal(kind in options, name in offered, kind)


@case("listener: every combination of options (9293 3.10.7.2, 7323 1.3)")
def passive():
    for offered in SUBSETS:
        conn = accepted(options=offered)
        check_syn_options(conn.syn.options, offered)
        if "ts" in offered:
            assert conn.syn.options["ts"][1] >= 100000, conn.syn
        exchange(conn)


@case("connect(): every combination of options (9293 3.10.7.3)")
def active():
    for offered in SUBSETS:
        conn = connected(options=offered)
        exchange(conn)


@case("connect(): its SYN has all options, and an echo of 0 (7323 3.2)")
def own_syn():
    conn = calling()
    check_syn_options(conn.syn.options, ALL)
    unequal(conn.syn.options["ts"][1], 0)
    unequal(conn.syn.ack, 0)


@case("nothing is offered that net.gonet forbids")
def forbidden():
    for name, kind in (("tcp_window_scaling", "wscale"), ("tcp_sack", "sack_ok"),
                       ("tcp_timestamps", "ts")):
        with changed(**{name: 0}):
            conn = calling()
            assert kind not in conn.syn.options, conn.syn
            conn = accepted()
            assert kind not in conn.syn.options, conn.syn


@case("ECN: granted to who asks for it with both flags (3168 6.1.1)")
def ecn_granted():
    for flags, granted in (("SEC", True), ("S", False), ("SE", False), ("SC", False)):
        conn = accepted(flags=flags)
        unequal("E" in conn.syn.flags, granted, flags)
        assert "C" not in conn.syn.flags and not conn.syn.tos & 3, conn.syn
    with changed(tcp_ecn=0):
        assert "E" not in accepted(flags="SEC").syn.flags


@case("ECN: asked for where net.gonet.tcp_ecn is 1 (3168 6.1.1)")
def ecn_asked():
    unequal(set("EC") & set(calling().syn.flags), set())
    with changed(tcp_ecn=1):
        conn = calling()
        assert {"E", "C"} <= set(conn.syn.flags), conn.syn
        conn.send("SAE", options=b"")
        conn.expect_ack()
        conn.sock.settimeout(30)
        conn.sock.sendall(b"data")
        unequal(conn.expect("A", data=b"data").tos & 3, 2)


@case("the window of a SYN is never scaled (7323 2.2)")
def syn_window():
    conn = connected(window=1000, shift=7)
    conn.sock.setblocking(False)
    sent = conn.sock.send(b"x" * 8000)
    assert sent == 8000, sent
    got = 0
    while got < 1000:
        got += len(conn.expect("A").data)
    unequal(got, 1000)
    conn.nothing_but(lambda seg: seg.end == conn.rcv_nxt)      # the tail again
    server = listener()
    conn = Conn(server.getsockname()[1]).shake()
    assert conn.syn.window >= 16384, conn.syn


@case("data in a SYN is not lost (9293 3.10.7.2)")
def syn_data():
    server = listener()
    conn = Conn(server.getsockname()[1])
    conn.shake(data=b"early")
    conn.snd_nxt = add(conn.isn, 1)
    conn.send("PA", b"early")
    sock = keep(server.accept()[0])
    unequal(sock.recv(100), b"early")
    conn.expect_ack()


@case("data with the ACK of a handshake")
def ack_data():
    server = listener()
    conn = Conn(server.getsockname()[1]).shake()
    conn.send("PA", b"at once")
    sock = keep(server.accept()[0])
    unequal(sock.recv(100), b"at once")
    conn.expect_ack()


@case("FIN with the ACK of a handshake")
def ack_fin():
    server = listener()
    conn = Conn(server.getsockname()[1]).shake()
    conn.send("FA", b"all")
    sock = keep(server.accept()[0])
    unequal(sock.recv(100), b"all")
    unequal(sock.recv(100), b"")
    conn.expect_ack()


@case("FIN and data in a SYN with ACK (9293 3.10.7.3)")
def fin_in_syn():
    conn = calling()
    conn.send("SFA", b"short", options=conn.syn_options(ALL))
    conn.ts = True
    seg = conn.expect("A", len=0)
    if seg.ack != conn.snd_nxt:
        unequal(seg.ack, add(conn.isn, 1))
        conn.send("FA", b"short", seq=seg.ack)
        conn.expect_ack()
    conn.sock.settimeout(30)
    unequal(conn.sock.recv(100), b"short")
    unequal(conn.sock.recv(100), b"")


@case("simultaneous open (9293 3.5, MUST-10)")
def simultaneous():
    for answer in ("SA", "A"):
        conn = calling()
        conn.send("S", options=conn.syn_options(ALL))
        conn.ts = True
        seg = conn.expect("SA", seq=conn.syn.seq, ack=add(conn.isn, 1))
        check_syn_options(seg.options, ALL)
        conn.shift = seg.options["wscale"]
        conn.window = 65535 >> 7
        conn.rcv_nxt = add(conn.syn.seq, 1)
        if answer == "SA":
            conn.send("SA", seq=conn.isn, options=conn.syn_options(ALL))
        else:
            conn.send("A")
        until(lambda: not error_of(conn.sock) and writable(conn.sock))
        conn.sock.settimeout(30)
        exchange(conn)


def writable(sock):
    import select
    return bool(select.select([], [sock], [], 0)[1])


@case("simultaneous open: a RST ends it (9293 3.10.7.4)")
def simultaneous_reset():
    conn = calling()
    conn.send("S", options=b"")
    conn.expect("SA")
    conn.send("R", seq=add(conn.isn, 1))
    until(lambda: writable(conn.sock))
    unequal(error_of(conn.sock), errno.ECONNREFUSED)


@case("connect(): a RST refuses it (9293 3.10.7.3)")
def refused():
    conn = calling()
    conn.send("RA", seq=0, ack=conn.rcv_nxt)
    until(lambda: writable(conn.sock))
    unequal(error_of(conn.sock), errno.ECONNREFUSED)


@case("connect(): only a RST that acknowledges its SYN does (9293 3.10.7.3)")
def not_refused():
    conn = calling()
    for ack in (conn.syn.seq, add(conn.syn.seq, 2), random.getrandbits(32)):
        conn.send("RA", seq=0, ack=ack)
    conn.send("R", seq=0)
    conn.nothing()
    conn.send("SA", options=b"")
    conn.expect_ack()


@case("connect(): an ACK of what was not sent is refused (9293 3.5.1)")
def old_answer():
    conn = calling()
    for flags in ("A", "SA"):
        for ack in (conn.syn.seq, add(conn.syn.seq, 2), add(conn.syn.seq, 1 << 31)):
            conn.send(flags, seq=7000, ack=ack)
            conn.expect("R", seq=ack)
    conn.send("SA", options=b"")
    conn.expect_ack()


@case("an old SYN before the new one (9293 3.5.1, figure 8)")
def old_syn():
    server = listener()
    conn = Conn(server.getsockname()[1])
    isn = conn.isn
    conn.send("S", seq=add(isn, -70000))
    seg = conn.expect("SA", ack=add(isn, -69999))
    conn.send("R", seq=seg.ack)
    wire.ping()
    conn.shake()
    conn.send("A")
    keep(server.accept()[0])


@case("a SYN that comes twice is answered twice (9293 3.10.7.4)")
def syn_twice():
    server = listener()
    conn = Conn(server.getsockname()[1])
    conn.shake()
    first = conn.syn
    conn.send("S", seq=conn.isn, options=conn.syn_options(ALL))
    seg = conn.expect("SA", seq=first.seq, ack=first.ack)
    unequal(set(seg.options), set(first.options))
    conn.send("A")
    keep(server.accept()[0])


@case("SYN: sent again after 1, 2 and 4 s, then given up (6298 2.1, 5.5)")
def syn_again():
    with changed(tcp_syn_retries=3):
        conn = calling()
        times = [conn.syn.when]
        for _ in range(3):
            times.append(conn.expect("S", seq=conn.syn.seq).when)
        for gap, want in zip(rising(times), (1, 2, 4)):
            assert want * 0.85 < gap < want * 1.5, rising(times)
        until(lambda: writable(conn.sock))
        unequal(error_of(conn.sock), errno.ETIMEDOUT)


@case("SYN with ACK: sent again after 1 and 2 s, then given up (6298 2.1, 5.5)")
def syn_ack_again():
    with changed(tcp_synack_retries=2):
        server = listener()
        conn = Conn(server.getsockname()[1]).shake()
        times = [conn.syn.when]
        for _ in range(2):
            times.append(conn.expect("SA", seq=conn.syn.seq).when)
        for gap, want in zip(rising(times), (1, 2)):
            assert want * 0.85 < gap < want * 1.5, rising(times)
        until(lambda: wire.drain() or gone(conn))


def gone(conn):
    conn.send("A", seq=conn.snd_nxt, ack=7, options=b"")
    return "R" in conn.get().flags and conn.rcv_nxt


@case("the ACK of a handshake is lost, data is not")
def ack_lost():
    server = listener()
    conn = Conn(server.getsockname()[1]).shake()
    conn.expect("SA", seq=conn.syn.seq)
    conn.send("PA", b"data")
    sock = keep(server.accept()[0])
    unequal(sock.recv(100), b"data")


@case("initial sequence numbers cannot be foreseen (6528)")
def isns():
    server = listener(backlog=64)
    seen = [Conn(server.getsockname()[1]).shake().syn.seq for _ in range(12)]
    assert len({seq >> 16 for seq in seen}) >= 10, seen


@case("a full backlog is silent, and takes the next when there is room (9293 3.9.1.2)")
def backlog():
    server = listener(backlog=0)
    port = server.getsockname()[1]
    Conn(port).shake().send("A")
    until(lambda: readable(server))
    late = Conn(port)
    late.send("S", options=late.syn_options(ALL))
    late.nothing()
    keep(server.accept()[0])
    late.snd_nxt = late.isn
    late.shake().send("A")
    keep(server.accept()[0])


def readable(sock):
    import select
    return bool(select.select([sock], [], [], 0)[0])


@case("no connection from or to groups and broadcasts (9293 MUST-46, 57, 63)")
def groups():
    server = listener()
    port = server.getsockname()[1]
    for source in ("224.0.0.5", "255.255.255.255", "10.0.0.255", "127.0.0.1", "0.0.0.0"):
        conn = Conn(port, addr=source)
        conn.send("S")
        conn.nothing()
    for target in ("224.0.0.1", "10.0.0.255", "255.255.255.255"):
        conn = Conn(port)
        seg = tcp_segment.Segment("S", conn.isn, ports=conn.ports)
        wire.send_packet(tcp_segment.ipv4(conn.addr, target, seg.build(conn.addr, target)))
        conn.nothing()
    s = stream()
    for target in ("224.0.0.1", "10.0.0.255", "255.255.255.255"):
        try:
            s.connect((target, 7))
        except OSError as error:
            assert error.errno in (errno.ENETUNREACH, errno.EACCES, errno.EINVAL), error
        else:
            raise AssertionError(f"connected to {target}")
    unequal(STACK, server.getsockname()[0])


@case("options: unknown, odd and broken ones in a SYN are survived (9293 MUST-5 to 7)")
def odd_options():
    for raw in (b"\x15\x12" + bytes(16), b"\xfe\x04ab", NOP * 40, bytes(40), b"\2\2" * 4,
                b"\2\4\5", b"\2\xff\5\xb4", b"\x63\0", b"\2", b"\2\4\5\xb4\2\4\5\xb4",
                b"\3\3", b"\x08\x0a\0\0", b"\4\3\0", b"\x22\3\1", bytes(range(1, 41))):
        server = listener()
        conn = Conn(server.getsockname()[1]).shake(raw=raw)
        conn.ts = False
        conn.send("A")
        conn.sock = keep(server.accept()[0])
        conn.sock.sendall(b"x")
        conn.expect("A", data=b"x")


@case("the headers of a SYN, for who wants them (TCP_SAVE_SYN)")
def saved():
    save, saved_syn = (socket.IPPROTO_TCP, 27), (socket.IPPROTO_TCP, 28)
    for how in (1, 2, 0):
        def wanted(s, how=how):
            s.setsockopt(*save, how)
        conn = accepted(before=wanted)
        if not how:
            unequal(conn.sock.getsockopt(*saved_syn, 200), b"")
            continue
        try:
            conn.sock.getsockopt(*saved_syn, 30)
        except OSError as e:
            unequal(e.errno, errno.EINVAL)
        else:
            raise AssertionError("there was no room for it")
        syn = conn.sock.getsockopt(*saved_syn, 200)
        if how == 2:
            unequal(syn[12:14], b"\x08\x00")
            syn = syn[14:]
        unequal((syn[0], syn[9], socket.inet_ntoa(syn[12:16]), socket.inet_ntoa(syn[16:20])),
                (0x45, 6, conn.addr, STACK))
        seg = tcp_segment.Segment.parse(syn[20:])
        unequal((seg.ports, seg.seq, seg.flags, seg.data), (conn.ports, conn.isn, "S", b""))
        unequal(seg.options["mss"], 1460)
        unequal(conn.sock.getsockopt(*saved_syn, 200), b"")


main()
