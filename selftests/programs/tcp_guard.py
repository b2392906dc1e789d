# SPDX-License-Identifier: GPL-2.0
"""Keep-alives, and what a hostile peer can do: the cases of tcp/guard.sh."""
import errno
import random
import socket
import time

from gonet_socket import pattern
from tcp_peer import ALL, Conn, accepted, connected, error_of, listener, rising, whole
from tcp_segment import Segment, add, mss
from tcp_wire import PEER, case, changed, counter, keep, main, sysctl, unequal, until, wire

BOTH = (accepted, connected)
FLOOD = 20000


def keepalive(conn, idle=1, interval=1, count=3):
    for name, value in ((4, idle), (5, interval), (6, count)):
        conn.sock.setsockopt(socket.IPPROTO_TCP, name, value)
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


@case("keep-alive: none unless the program asks for it (9293 3.8.4, MUST-25)")
def keep_default():
    unequal(sysctl("tcp_keepalive_time"), "7200")
    conn = accepted()
    unequal(conn.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), 0)


@case("keep-alive: probes after the idle time, answered (9293 3.8.4, MUST-26 to 29)")
def keep_answered():
    for make in BOTH:
        conn = make()
        keepalive(conn)
        before = time.time()
        for _ in range(3):
            seg = conn.expect("A", seq=add(conn.rcv_nxt, -1))
            assert len(seg.data) <= 1
            assert 0.8 < seg.when - before < 3, seg.when - before
            conn.send("A")
            before = seg.when
        unequal(error_of(conn.sock), 0)


@case("keep-alive: nobody answers: ETIMEDOUT after the last, and a RST (MUST-27, SHLD-12)")
def keep_dead():
    conn = accepted()
    keepalive(conn, count=3)
    times = [conn.expect("A", seq=add(conn.rcv_nxt, -1)).when for _ in range(3)]
    for gap in rising(times):
        assert 0.8 < gap < 2.5, rising(times)
    seg = conn.expect()
    assert "R" in seg.flags, seg
    until(lambda: error_of(conn.sock) == errno.ETIMEDOUT)


@case("keep-alive: data puts it off")
def keep_busy():
    conn = accepted()
    keepalive(conn, idle=2)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        conn.send("PA", b"x")
        conn.wait_for(lambda seg: seg.ack == conn.snd_nxt and seg.seq == conn.rcv_nxt)
        assert not conn.get(0.5)


@case("keep-alive: probes of the peer are answered, with and without a byte (9293 3.8.4)")
def keep_peer():
    for make in BOTH:
        conn = make()
        for data in (b"", b"?"):
            conn.send("A", data, seq=add(conn.snd_nxt, -1))
            conn.expect_ack()
        conn.sock.setblocking(False)
        try:
            raise AssertionError(conn.sock.recv(10))
        except BlockingIOError:
            pass


def answers_before(conn, data):
    """Sends data. Return: how many ACKs come before that of it."""
    conn.send("PA", data)
    n = 0
    while conn.expect(len=0).ack != conn.snd_nxt:
        n += 1
    unequal(conn.sock.recv(100), data)
    return n


@case("challenge ACKs are throttled, good segments are not (5961 7)")
def throttled():
    conn = accepted()
    before = counter("TcpExtTCPChallengeACK")
    start, n = time.monotonic(), 6000
    for _ in range(n):
        conn.send("S", seq=add(conn.snd_nxt, 500), options=b"")
    answers = answers_before(conn, b"good")
    seconds = time.monotonic() - start
    sent = counter("TcpExtTCPChallengeACK") - before
    assert 1 <= sent <= 1600 * (int(seconds) + 2), (sent, seconds)
    assert 1 <= answers <= sent, (answers, sent)


@case("empty segments out of the window: an answer now and then (as natively)")
def tired():
    conn = accepted()
    start = time.monotonic()
    for _ in range(1000):
        conn.send("A", seq=add(conn.snd_nxt, -100))
    answers = answers_before(conn, b"good")
    seconds = time.monotonic() - start
    assert 1 <= answers <= 2 * seconds + 2, (answers, seconds)


@case("blind RSTs and SYNs into the window end nothing (5961 3, 4)")
def blind():
    conn = accepted()
    for n in range(500):
        where = random.randrange(1, 60000)
        conn.send("R" if n % 2 else "S", seq=add(conn.snd_nxt, where), options=b"")
    wire.ping()
    wire.waiting.pop(conn.key, None)
    conn.send("PA", b"alive")
    unequal(conn.sock.recv(100), b"alive")


def source(n):
    return f"10.77.{n >> 8}.{n & 255}"


def not_kept():
    return counter("TcpExtListenDrops") + counter("TcpExtSyncookiesSent")


def flood_syns(port, first, n):
    for i in range(first, first + n):
        seg = Segment("S", random.getrandbits(32), options=mss(1460),
                      ports=(1024 + i % 60000, port))
        wire.send(seg, source(i % 65000))


def forget_answers():
    """What answers the flood is not looked at."""
    wire.drain()
    for key in [key for key in wire.waiting if key[0] != PEER]:
        del wire.waiting[key]


@case(f"a flood of {FLOOD} SYNs while a client comes and goes (4987)")
def flood():
    server = listener(backlog=64)
    port = server.getsockname()[1]
    rounds, before = 20, not_kept()
    for n in range(rounds):
        flood_syns(port, n * FLOOD // rounds, FLOOD // rounds)
        forget_answers()
        conn = Conn(port)
        while True:         # as a client would, until it is answered
            conn.snd_nxt = conn.isn
            conn.send("S", options=conn.syn_options(ALL))
            conn.syn = conn.get(1)
            if conn.syn:
                break
            forget_answers()
        unequal(conn.syn.flags, "SA")
        conn.rcv_nxt = conn.syn.end
        conn.agree(7)
        conn.send("A")
        data = pattern(3000, n)
        conn.send("PA", data[:1400])
        conn.send("PA", data[1400:2800])
        conn.send("FA", data[2800:])
        sock = keep(server.accept()[0])
        unequal(whole(sock, 3000), data)
        sock.close()
        conn.wait_for(lambda seg: "F" in seg.flags)
        conn.send("A")
    # Hardly any of them are remembered.
    assert not_kept() - before > FLOOD * 9 // 10, not_kept() - before


@case("cookies: good ones open, forged and old ones do not (4987 3.6)")
def cookies():
    with changed(tcp_syncookies=2):
        server = listener()
        port = server.getsockname()[1]
        before = counter("TcpExtSyncookiesSent")
        for options in ((), ("mss",), ("mss", "ts"), ALL):
            conn = Conn(port).shake(options=options)
            conn.send("A")
            conn.sock = keep(server.accept()[0])
            conn.sock.sendall(b"x" * 3000)
            got = conn.read_all(3000)
            unequal(got, b"x" * 3000)
            conn.send("PA", b"back")
            unequal(conn.sock.recv(100), b"back")
        assert counter("TcpExtSyncookiesSent") - before >= 4
        # A cookie's lowest bits say which of eight MSS: a step of less may be good.
        for delta in (8, -8, 1 << 8, 1 << 20, 1 << 31):
            conn = Conn(port).shake()
            conn.send("A", ack=add(conn.rcv_nxt, delta))
            conn.expect("R", seq=add(conn.rcv_nxt, delta))


@case("out of order data from many connections is bounded, and comes to an end")
def memory():
    server = listener(backlog=128)
    port = server.getsockname()[1]
    conns = []
    for _ in range(20):
        conn = Conn(port).shake()
        conn.send("A")
        conn.sock = keep(server.accept()[0])
        conns.append(conn)
    for conn in conns:
        for n in range(1, 60):
            conn.send("A", b"g", seq=add(conn.snd_nxt, 2 * n))
    for conn in conns:
        data = b"." * 120
        conn.send("A", data, seq=conn.snd_nxt)
        conn.snd_nxt = add(conn.snd_nxt, 120)
        unequal(len(whole(conn.sock, 120)), 120)
        conn.wait_for(lambda seg, conn=conn: seg.ack == conn.snd_nxt)


@case("a window of millions, out of order a byte at a time: bounded")
def pieces():
    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20))
    for n in range(1, 20000):
        conn.send("A", b"p", seq=add(conn.snd_nxt, 2 * n))
        if n % 500 == 0:
            wire.ping()
            wire.waiting.pop(conn.key, None)
    conn.send("PA", b"in order")
    unequal(whole(conn.sock, 8), b"in order")


main()
