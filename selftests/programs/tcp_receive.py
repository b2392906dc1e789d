# SPDX-License-Identifier: GPL-2.0
"""What the stack makes of segments with data: ACKs, SACK, timestamps, urgent data, garbage; the
cases of tcp/receive.sh."""
import random
import socket
import time

import tcp_segment
from gonet_socket import pattern
from tcp_peer import ALL, accepted, connected, nodelay, whole
from tcp_segment import NOP, add, ts
from tcp_wire import case, counter, main, unequal, wire

BOTH = (accepted, connected)
MSS = 1448


def settle(conn, n=40):
    """So much data that the ACKs at once with which a connection begins are over."""
    for _ in range(n):
        conn.send("PA", b"q" * MSS)
        conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
    drain(conn)


def drain(conn):
    conn.sock.setblocking(False)
    try:
        while conn.sock.recv(1 << 20):
            pass
    except BlockingIOError:
        pass
    conn.sock.settimeout(30)
    wire.ping()
    wire.waiting.pop(conn.key, None)


@case("an ACK is not put off by 500 ms or more (9293 3.8.6.3, MUST-40)")
def delayed():
    conn = accepted()
    settle(conn)
    for _ in range(3):
        before = time.time()
        conn.send("PA", b"alone")
        seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        assert seg.when - before < 0.5, seg.when - before


@case("every second full segment is acknowledged (9293 MUST-59, 5681 4.2)")
def every_second():
    conn = accepted()
    settle(conn)
    before = counter("TcpExtDelayedACKs")
    for _ in range(20):
        start = conn.snd_nxt
        conn.send("A", b"f" * MSS)
        conn.send("A", b"f" * MSS)
        conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        assert conn.snd_nxt == add(start, 2 * MSS)
        drain(conn)
    # On a slow machine the second of a pair may come late.
    late = counter("TcpExtDelayedACKs") - before
    assert late <= 5, f"{late} of 20 were put off"


@case("answers carry the ACK with them (9293 3.8.6.3)")
def piggyback():
    conn = accepted()
    nodelay(conn.sock)
    settle(conn)
    for _ in range(4):                  # question and answer, in turn
        conn.send("PA", b"question")
        unequal(conn.sock.recv(100), b"question")
        conn.sock.sendall(b"answer")
        conn.wait_for(lambda seg: seg.data == b"answer" and seg.ack == conn.snd_nxt)
        conn.send("A")


@case("data that comes twice is acknowledged at once, with a D-SACK (2883 4)")
def twice():
    for options in (ALL, ("mss",), ("mss", "sack")):
        conn = accepted(options=options)
        start = conn.snd_nxt
        conn.send("PA", b"once only")
        conn.expect_ack()
        conn.send("PA", b"once only", seq=start)
        seg = conn.expect_ack()
        unequal(seg.options.get("sack"),
                [(start, add(start, 9))] if "sack" in options else None)
        conn.send("PA", b" only, yes", seq=add(start, 4))       # half of it is new
        conn.snd_nxt = add(start, 14)
        conn.expect_ack()
        unequal(conn.sock.recv(100), b"once only, yes")


@case("SACK: the latest block first, then the others (2018 4)")
def sack_order():
    conn = accepted(options=("mss", "sack"))
    start = conn.snd_nxt
    block = lambda n: (add(start, 1000 * n), add(start, 1000 * n + 500))
    told = []
    for n in (5, 1, 3, 7, 9):
        conn.send("A", b"s" * 500, seq=block(n)[0])
        seg = conn.expect_ack(ack=start)
        told.insert(0, block(n))
        unequal(seg.options["sack"], told[:4], f"after {n}")
    conn.send("A", b"s" * 500, seq=block(7)[1])         # makes an old one longer
    seg = conn.expect_ack(ack=start)
    told.remove(block(7))
    told.insert(0, (block(7)[0], add(block(7)[1], 500)))
    unequal(seg.options["sack"][:2], told[:2])
    conn.send("A", b"s" * 1000, seq=start)              # fills the first gap
    conn.snd_nxt = add(start, 1500)
    seg = conn.expect_ack()
    assert block(1) not in seg.options["sack"], seg


@case("SACK: three blocks where there are timestamps (2018 3)")
def sack_ts():
    conn = accepted()
    start = conn.snd_nxt
    for n in (1, 3, 5, 7, 9):
        conn.send("A", b"s" * 100, seq=add(start, 1000 * n))
        seg = conn.expect_ack(ack=start)
    unequal(len(seg.options["sack"]), 3)
    unequal(seg.options["sack"][0], (add(start, 9000), add(start, 9100)))
    assert seg.hlen <= 60


@case("SACK: none where it was not agreed upon (2018 2)")
def sack_not():
    conn = accepted(options=("mss", "ts"))
    start = conn.snd_nxt
    conn.send("A", b"s" * 100, seq=add(start, 1000))
    seg = conn.expect_ack(ack=start)
    assert "sack" not in seg.options, seg


@case("a D-SACK of what is out of order names both (2883 4.2)")
def dsack_above():
    conn = accepted(options=("mss", "sack"))
    start = conn.snd_nxt
    part = add(start, 1000), add(start, 1500)
    conn.send("A", b"s" * 500, seq=part[0])
    unequal(conn.expect_ack(ack=start).options["sack"], [part])
    conn.send("A", b"s" * 500, seq=part[0])
    unequal(conn.expect_ack(ack=start).options["sack"], [part, part])


def shuffled(conn, data, cut):
    """Sends data in pieces out of order, some of them twice and overlapping."""
    start, pieces = conn.snd_nxt, []
    for at in range(0, len(data), cut):
        early = max(at - random.randrange(0, 40), 0)
        pieces.append((early, data[early:at + cut]))
    pieces += random.sample(pieces, len(pieces) // 3)
    random.shuffle(pieces)
    for at, part in pieces:
        conn.send("A", part, seq=add(start, at))
    conn.snd_nxt = add(start, len(data))


@case("data out of order, twice and overlapping arrives in order, once (9293 3.10.7.4)")
def disorder():
    for make in BOTH:
        conn = make()
        for n, cut in ((8000, 100), (20000, 700), (3000, 33)):
            data = pattern(n, cut)
            shuffled(conn, data, cut)
            unequal(whole(conn.sock, n), data)
            conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)


@case("the rest of data out of order, in pages, most of which comes again (9293 3.10.7.4)")
def rest_in_pages():
    for rest in (40, 5000):
        conn = accepted()
        first, data = conn.snd_nxt, pattern(9000)
        conn.send("A", data[1000:], seq=add(first, 1000), gso=MSS)
        conn.expect_ack(ack=first)
        conn.send("A", data[:-rest], seq=first, gso=MSS)
        conn.snd_nxt = add(first, 9000)
        unequal(whole(conn.sock, 9000), data)


@case("sequence numbers wrap at 2^32 within a transfer")
def wrap():
    for make in BOTH:
        for isn in (0xffffffff, 0xfffffff0, 0xffffff00, 0x7fffffff, 0x7fffff00, 0xffffe000):
            conn = make(isn=isn)
            data = pattern(20000, isn)
            for at in range(0, len(data), 1000):
                conn.send("A", data[at:at + 1000])
            unequal(whole(conn.sock, len(data)), data)
            shuffled(conn, data, 500)
            unequal(whole(conn.sock, len(data)), data)
            conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)


@case("PAWS: an old timestamp is dropped, and acknowledged (7323 5.3)")
def paws():
    conn = accepted()
    conn.send("PA", b"first")
    conn.expect_ack()
    old = NOP * 2 + ts(conn.ts_now() - 5000, conn.ts_recent)
    conn.send("PA", b"stale", seq=conn.snd_nxt, options=old)
    seg = conn.expect_ack()
    assert seg.options["ts"][1] >= 100000
    unequal(conn.sock.recv(100), b"first")
    conn.send("PA", b"-second")
    conn.expect_ack()
    unequal(conn.sock.recv(100), b"-second")


@case("PAWS does not apply to a RST (7323 5.2)")
def paws_rst():
    conn = accepted()
    conn.send("R", options=NOP * 2 + ts(conn.ts_now() - 50000, 0))
    conn.gone()


@case("timestamps: the echo is of the segment that began what is acknowledged (7323 4.3)")
def echoes():
    conn = accepted()
    base = conn.ts_now() + 10
    opt = lambda n: NOP * 2 + ts(base + n, conn.ts_recent)
    start = conn.snd_nxt
    conn.send("PA", b"a", options=opt(0))
    unequal(conn.expect_ack().options["ts"][1], base)
    conn.send("A", b"c", seq=add(start, 2), options=opt(20))    # a gap: not its timestamp
    unequal(conn.expect_ack(ack=add(start, 1)).options["ts"][1], base)
    conn.send("A", b"b", seq=add(start, 1), options=opt(30))
    conn.snd_nxt = add(start, 3)
    unequal(conn.expect_ack().options["ts"][1], base + 30)


@case("timestamps are in every segment but RST once agreed upon (7323 3.2)")
def always():
    for make in BOTH:
        conn = make()
        conn.sock.sendall(b"data")
        assert "ts" in conn.expect("A", len=4).options
        conn.send("A")
        values = []
        for _ in range(5):
            values.append(conn.probe().options["ts"][0])
        unequal(values, sorted(values))
        conn.sock.shutdown(socket.SHUT_WR)
        assert "ts" in conn.expect("FA").options


@case("timestamps missing after they were agreed upon: data still counts (as natively)")
def missing():
    conn = accepted()
    conn.send("PA", b"bare", options=b"")
    unequal(conn.sock.recv(100), b"bare")
    conn.expect_ack()


@case("timestamps that were not agreed upon are not answered (7323 3.2)")
def unasked():
    conn = accepted(options=("mss",))
    conn.send("PA", b"x", options=NOP * 2 + ts(1, 1))
    seg = conn.expect_ack()
    unequal(seg.options, {})


@case("ECN: a mark is echoed until CWR, and an echo is answered by CWR (3168 6.1.2, 6.1.3)")
def ecn():
    conn = accepted(flags="SEC")
    for data, tos, flags, echoed in ((b"a", 2, "PA", False), (b"b", 3, "PA", True),
                                     (b"c", 2, "PA", True), (b"d", 2, "PAC", False)):
        conn.send(flags, data, tos=tos)
        seg = conn.expect(ack=conn.snd_nxt, len=0)
        unequal("E" in seg.flags, echoed, f"{data} {seg}")
        unequal(seg.tos & 3, 0)
    conn.sock.sendall(b"one")
    seg = conn.expect("A", data=b"one")
    unequal(seg.tos & 3, 2)
    conn.send("AE")
    conn.sock.sendall(b"two")
    seg = conn.expect(data=b"two")
    assert "C" in seg.flags, seg
    conn.send("A")
    conn.sock.sendall(b"three")
    assert "C" not in conn.expect(data=b"three").flags


def pointer(conn, at, data=b"abc", **how):
    conn.send("PAU", data, urgent=at, **how)


@case("urgent data: marked, read apart, and inline (9293 3.8.5, MUST-31)")
def urgent():
    conn = accepted()
    pointer(conn, 2)
    conn.expect_ack()
    unequal(conn.sock.recv(1, socket.MSG_OOB), b"b")
    unequal(conn.sock.recv(100), b"a")
    unequal(conn.sock.recv(100), b"c")
    conn = accepted()
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    pointer(conn, 3)
    unequal(conn.sock.recv(100), b"ab")
    unequal(conn.sock.recv(100), b"c")


@case("urgent pointers at 0, far beyond the data, backwards and again: survived")
def urgent_odd():
    conn = accepted()
    for at in (0, 1, 2, 65535, 1000, 3, 1, 0):
        pointer(conn, at)
        conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
    conn.send("AU", urgent=5)
    conn.probe()
    got, conn.sock = b"", conn.sock
    conn.send("PA", b"end")
    while not got.endswith(b"end"):
        more = conn.sock.recv(100)
        assert more
        got += more
    assert len(got) >= 24 + 3 - 8, got


@case("urgent data of ours: URG, and where it ends (9293 MUST-30)")
def urgent_sent():
    conn = accepted()
    nodelay(conn.sock)
    conn.sock.send(b"urgent", socket.MSG_OOB)
    seg = conn.expect("AU", data=b"urgent")
    assert seg.urgent in (5, 6), seg
    conn.send("A")
    conn.sock.send(b"usual")
    conn.expect("A", data=b"usual")


@case("wrong checksums are dropped and counted (9293 MUST-3)")
def checksums():
    conn = accepted()
    name = "TcpInCsumErrors"
    before = counter(name)
    for _ in range(20):
        conn.send("PA", b"wrong", seq=conn.snd_nxt, bad_checksum=True)
        conn.send("R", seq=conn.snd_nxt, bad_checksum=True)
    conn.probe()
    unequal(counter(name) - before, 40)
    conn.send("PA", b"right")
    unequal(conn.sock.recv(100), b"right")


@case("wrong data offsets are dropped and counted (9293 3.1)")
def offsets():
    conn = accepted(options=("mss",))
    before = counter("TcpInErrs")
    for words in (0, 1, 4, 6, 15):
        conn.send("PA", seq=conn.snd_nxt, offset=words)
    conn.probe()
    unequal(counter("TcpInErrs") - before, 5)


@case("options in any segment: garbage does no harm (9293 MUST-5 to 7)")
def garbage():
    conn = accepted(options=("mss",))
    rng = random.Random(1)
    expected = b""
    for n in range(200):
        raw = bytes(rng.randrange(256) for _ in range(rng.randrange(0, 41)))
        if n % 3 == 0:
            raw = tcp_segment.sack((1, 2), (3, 4), (5, 6), (7, 8)) + raw[:6]
        # Whatever looks like an MD5 signature is not for a connection without.
        raw = raw.replace(b"\x13", b"\x15").replace(b"\x1d", b"\x15")[:40]
        part = bytes([n])
        conn.send("PA", part, options=raw)
        conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        expected += part
    unequal(conn.sock.recv(1000, socket.MSG_WAITALL | socket.MSG_DONTWAIT), expected)


@case("reserved bits do not matter (9293 3.1)")
def reserved():
    conn = accepted()
    conn.send("PAN", b"reserved")
    unequal(conn.sock.recv(100), b"reserved")


@case("TCP_QUICKACK: an ACK waits for an answer to go with, or does not (9293 3.8.6.3)")
def quickack():
    conn = accepted()
    option = socket.IPPROTO_TCP, 12
    unequal(conn.sock.getsockopt(*option), 1)
    conn.send("PA", b"one")
    conn.expect_ack()
    whole(conn.sock, 3)
    for _ in range(3):
        conn.sock.setsockopt(*option, 0)
        unequal(conn.sock.getsockopt(*option), 0)
        # the send half has heard of what was set before
        conn.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)
        before = time.time()
        conn.send("PA", b"two")
        seg = conn.expect_ack()
        assert seg.when - before > 0.02, seg.when - before
        # an answer that comes before that takes the ACK with it
        conn.sock.setsockopt(*option, 0)
        conn.send("PA", b"three")
        unequal(whole(conn.sock, 8), b"twothree")
        conn.sock.sendall(b"answer")
        conn.expect("A", data=b"answer", ack=conn.snd_nxt)
        conn.send("A")
        conn.sock.setsockopt(*option, 1)
        unequal(conn.sock.getsockopt(*option), 1)
    # what has waited is acknowledged when the program says so
    conn.sock.setsockopt(*option, 0)
    conn.send("PA", b"four")
    whole(conn.sock, 4)
    before = time.time()
    conn.sock.setsockopt(*option, 1)
    assert conn.expect_ack().when - before < 0.02
    # and at once from then on
    for _ in range(3):
        before = time.time()
        conn.send("PA", b"five")
        assert conn.expect_ack().when - before < 0.02


main()
