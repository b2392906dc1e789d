# SPDX-License-Identifier: GPL-2.0
"""Windows and segment sizes: the cases of tcp/window.sh."""
import errno
import socket
import threading

import tcp_segment
from gonet_socket import pattern, raises
from tcp_peer import ALL, Conn, accepted, connected, doubling, listener, nodelay, whole
from tcp_segment import add, diff
from tcp_wire import WAIT, case, keep, main, unequal, wire

BOTH = (accepted, connected)


def fill(conn, data):
    """Writes as much as the socket takes. Return: how much that is."""
    conn.sock.setblocking(False)
    sent = 0
    while sent < len(data):
        try:
            sent += conn.sock.send(data[sent:])
        except BlockingIOError:
            break
    conn.sock.settimeout(WAIT)
    return sent


@case("a window of 0 at once: probes, with the interval doubling (9293 3.8.6.1, MUST-36)")
def zero():
    for make in BOTH:
        conn = make(window=0)
        start = conn.rcv_nxt
        conn.sock.sendall(b"waiting")
        times = []
        for _ in range(4):
            seg = conn.expect("A")
            assert len(seg.data) <= 1, seg
            times.append(seg.when)
            conn.send("A", ack=start, window=0)
        doubling(times)
        conn.window = 1000
        conn.send("A", ack=start)
        conn.wait_for(lambda seg: seg.data in (b"waiting", b"aiting"))


@case("a closed window is probed for as long as the peer answers (9293 3.8.6.1, MUST-37)")
def patient():
    conn = accepted(window=0)
    conn.sock.setsockopt(socket.IPPROTO_TCP, 18, 60000)     # TCP_USER_TIMEOUT
    start = conn.rcv_nxt
    conn.sock.sendall(b"data")
    for _ in range(5):
        conn.expect("A", len=0)
        conn.send("A", ack=start, window=0)
    conn.send("A", ack=start, window=100)
    conn.expect("A", data=b"data")


@case("a window update lets data go at once (9293 3.8.6)")
def update():
    conn = accepted(window=0, options=("mss",))
    start = conn.rcv_nxt
    data = pattern(4000)
    conn.sock.sendall(data)
    conn.window = 1460
    conn.send("A", ack=conn.rcv_nxt)
    got = conn.wait_for(lambda seg: seg.data).data
    assert len(got) <= 1460, len(got)
    conn.nothing_but(lambda seg: diff(seg.end, start) <= 1460)
    conn.window = 65535
    conn.send("A")
    got += conn.read_all(4000 - len(got))
    unequal(got, data)


@case("never more than the window takes (9293 3.8.6)")
def bounded():
    conn = accepted(window=3000, options=("mss",))
    data = pattern(30000)
    fill(conn, data)
    got, edge = b"", add(conn.rcv_nxt, 3000)
    while len(got) < len(data):
        seg = conn.get()
        assert seg and diff(seg.end, edge) <= 0, f"{seg} beyond {edge}"
        got += seg.data if seg.end == conn.rcv_nxt else b""
        conn.send("A")
        edge = add(conn.rcv_nxt, 3000)
    unequal(got, data)


@case("the peer shrinks its window: what was sent is sent again, no more (9293 MUST-34, 35)")
def shrunk():
    conn = accepted(window=4380, options=("mss",))
    data = pattern(8000)
    fill(conn, data)
    start = conn.rcv_nxt
    while diff(conn.rcv_nxt, start) < 4380:
        assert conn.get()
    conn.rcv_nxt = add(start, 1460)
    conn.send("A", window=1460)         # the edge moves back by 1460
    for _ in range(3):
        seg = conn.wait_for(lambda seg: seg.data)
        assert diff(seg.end, add(start, 4380)) <= 0, seg
    conn.rcv_nxt = add(start, 1460)
    conn.window = 65535
    conn.send("A")
    unequal(data[:1460] + read_from(conn, data, 1460), data)


def read_from(conn, data, at):
    """Reads on from there, taking what comes twice as it comes."""
    base, out = conn.rcv_nxt, {}
    while sum(map(len, out.values())) < len(data) - at:
        seg = wire.get(conn.key)
        assert seg, f"{sum(map(len, out.values()))} of {len(data) - at}"
        if seg.data and seg.seq == conn.rcv_nxt:
            out[diff(seg.seq, base)] = seg.data
            conn.rcv_nxt = seg.end
        conn.send("A")
    return b"".join(out[offset] for offset in sorted(out))


@case("the window of this side closes, does not go back, and opens (9293 3.8.6, MUST-38)")
def own_window():
    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000))
    start, edges, taken = conn.snd_nxt, [], 0
    seg = conn.probe()
    while conn.space(seg):
        edges.append(diff(add(seg.ack, conn.space(seg)), start))
        conn.send("A", b"d" * min(1000, conn.space(seg)))
        seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        taken = diff(seg.ack, start)
    edges.append(diff(add(seg.ack, conn.space(seg)), start))
    # Where there is no room for rounding up, by less than the scale can say (7323 2.4).
    assert all(max(edges[:i + 1]) - edges[i] < 1 << conn.shift for i in range(len(edges))), edges
    # What was once offered is taken.
    left = max(edges) - diff(conn.snd_nxt, start)
    if left:
        conn.send("A", b"d" * left)
        seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        taken += left
    # What a peer sends beyond it is answered, and not taken (MUST-66: RST and URG are heard).
    conn.send("A", b"z", seq=conn.snd_nxt)
    seg = conn.expect_ack()
    unequal(seg.window, 0)
    unequal(len(conn.sock.recv(taken + 10, socket.MSG_WAITALL | socket.MSG_DONTWAIT)), taken)
    seg = conn.wait_for(lambda seg: seg.window)
    unequal(seg.ack, conn.snd_nxt)
    assert conn.space(seg) >= 1000, seg


@case("a RST is heard while the window is closed (9293 MUST-66)")
def reset_closed():
    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8000))
    seg = conn.probe()
    while conn.space(seg):
        conn.send("A", b"d" * min(500, conn.space(seg)))
        seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
    conn.send("R")
    conn.gone()


@case("no silly windows are offered (9293 3.8.6.2.2, MUST-39)")
def silly_receiver():
    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000),
                    options=("mss",))
    start, seg = conn.snd_nxt, conn.probe()
    while conn.space(seg):
        conn.send("A", b"d" * min(1000, conn.space(seg)))
        seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
    total = diff(conn.snd_nxt, start)
    for _ in range(20):                         # little by little
        unequal(len(conn.sock.recv(10)), 10)
    wire.ping()
    for seg in wire.waiting.get(conn.key, []):
        assert conn.space(seg) == 0 or conn.space(seg) >= min(1000, total // 2), seg


@case("no silly windows are used: small ones are waited out (9293 3.8.6.2.1, MUST-38)")
def silly_sender():
    conn = accepted(window=10000, options=("mss",))
    data = pattern(20000)
    fill(conn, data)
    first = conn.rcv_nxt
    while diff(conn.rcv_nxt, first) < 10000 // 1460 * 1460:
        assert conn.get()
    wire.ping()
    wire.waiting.pop(conn.key, None)
    conn.rcv_nxt = add(first, 10000 // 1460 * 1460)
    conn.send("A", window=100)
    seg = conn.get(0.1)
    assert not seg or seg.data == b"", f"sent into 100 bytes at once: {seg}"


@case("Nagle: one small segment at a time, unless TCP_NODELAY (9293 3.7.4)")
def nagle():
    conn = accepted()
    conn.sock.sendall(b"a")
    conn.expect("A", data=b"a")
    conn.sock.sendall(b"b")
    conn.sock.sendall(b"c")
    conn.nothing_but(lambda seg: seg.data == b"a")
    conn.send("A")
    conn.expect("A", data=b"bc", ignore=lambda seg: seg.data == b"a")
    nodelay(conn.sock)
    for what in (b"d", b"e"):
        conn.sock.sendall(what)
        conn.expect("A", data=what)


def most_in_flight(conn, size):
    """Sends so many bytes to a peer that acknowledges each segment."""
    thread = threading.Thread(target=conn.sock.sendall, args=(pattern(size),))
    thread.start()
    first, most = conn.rcv_nxt, 0
    acked = first
    while diff(conn.rcv_nxt, first) < size:
        # All that is under way is read before the next is acknowledged.
        seg = conn.get()
        assert seg, f"{diff(conn.rcv_nxt, first)} of {size}"
        most = max(most, diff(seg.end, acked))
        wire.ping()
        if not wire.waiting.get(conn.key):
            conn.send("A")
            acked = conn.rcv_nxt
    thread.join()
    return most


@case("window scales 0, 14, and 15 taken for 14 (7323 2.2, 2.3)")
def scales():
    for make in BOTH:
        for shift, window in ((0, 5000), (14, 1), (15, 1), (255, 1)):
            conn = make(shift=shift, window=window)
            most, take = most_in_flight(conn, 150000), window << min(shift, 14)
            assert take - 1460 < most <= take, (shift, most)


@case("windows are not scaled when the peer does not (7323 2.2)")
def unscaled():
    for make in BOTH:
        conn = make(options=("mss", "ts"), window=100)
        conn.sock.sendall(b"x" * 5000)
        seg = conn.wait_for(lambda seg: seg.data)
        assert len(seg.data) <= 100, seg
        unequal(conn.shift, 0)


def largest(conn, size):
    """Sends so many bytes. Return: the length of the largest segment, all of them right."""
    data = pattern(size, 7)
    thread = threading.Thread(target=conn.sock.sendall, args=(data,))
    thread.start()
    got, most = b"", 0
    while len(got) < size:
        before = conn.rcv_nxt
        seg = conn.get()
        assert seg, f"{len(got)} of {size}"
        most = max(most, len(seg.data) + seg.hlen - 20)
        got += seg.data if seg.seq == before else b""
        conn.send("A")
    thread.join()
    unequal(got, data)
    return most


@case("MSS: 536 where none is given, or 0 (9293 3.7.1, MUST-15)")
def mss_default():
    for make in BOTH:
        unequal(largest(make(options=()), 5000), 536)
        unequal(largest(make(options=("ts",)), 5000), 536)
        unequal(largest(make(raw=tcp_segment.mss(0), options=()), 5000), 536)


@case("MSS: as the peer says, options included (9293 3.7.1, 6691)")
def mss_said():
    for make in BOTH:
        for said in (100, 536, 1000, 1459, 1460):
            for options in (("mss",), ("mss", "ts"), ALL):
                got = largest(make(mss=said, options=options), 8 * said + 1)
                assert got <= said and got > said - 4, (said, options, got)


@case("MSS: 1 and other tiny ones, 65535: survived, never more than the link takes")
def mss_extreme():
    for make in BOTH:
        for said in (1, 5, 12, 13, 20, 47):
            for options in (("mss",), ("mss", "ts")):
                got = largest(make(mss=said, options=options), 300)
                assert got <= 88, (said, got)
        for said in (1461, 9000, 65535):
            unequal(largest(make(mss=said, options=("mss",)), 20000), 1460)


@case("TCP_MAXSEG: asked for, and kept to (9293 3.7.1)")
def maxseg():
    for make in BOTH:
        conn = make(before=lambda s: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 700),
                    options=("mss",))
        unequal(conn.syn.options["mss"], 700)
        unequal(largest(conn, 5000), 700)


@case("a receive buffer of the smallest size still receives")
def tiny_buffer():
    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1))
    total, seg = b"", conn.probe()
    data = pattern(20000)
    while len(total) < len(data):
        room = conn.space(seg)
        part = data[len(total):len(total) + min(room, 500)]
        if part:
            conn.send("PA", part)
            total += whole(conn.sock, len(part))
            seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        else:
            seg = conn.wait_for(conn.space)
    unequal(total, data)


@case("the program does not read: data waits, none is lost")
def not_read():
    server = listener(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 30000))
    conn = Conn(server.getsockname()[1]).shake()
    conn.send("A")
    conn.sock = keep(server.accept()[0])
    data, start, seg = pattern(100000), conn.snd_nxt, conn.probe()
    got = b""
    while len(got) < len(data):
        at = diff(conn.snd_nxt, start)
        part = data[at:at + min(1400, conn.space(seg))]
        if part:
            conn.send("A", part)
            seg = conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
        else:
            got += conn.sock.recv(1 << 20)
            if len(got) < len(data):
                seg = conn.wait_for(conn.space)
            continue
        if len(part) + at == len(data):
            got += whole(conn.sock, len(data) - len(got))
    unequal(got, data)
    conn.sock.setblocking(False)
    raises(errno.EAGAIN, conn.sock.recv, 1)


main()
