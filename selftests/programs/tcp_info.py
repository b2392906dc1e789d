# SPDX-License-Identifier: GPL-2.0
"""What `gonet socket -i` says of a connection, beside what was seen of it: of tcp/info.sh."""
import json
import socket
import struct
import subprocess

import tcp_segment
from tcp_peer import accepted, add, connected, nodelay
from tcp_wire import case, main, unequal, until, wire


def gonet(*words):
    return json.loads(subprocess.run(["gonet", "-j", *words], stdout=subprocess.PIPE,
                                     check=True).stdout)


def listed(conn):
    return next(s for s in gonet("socket", "-tin", f"sport = {conn.ports[1]}")
                if s["peer_port"] == conn.ports[0])


def figures(conn):
    return listed(conn)["tcp_info"]


def are(info, **want):
    for name, value in want.items():
        unequal(info[name], value, name)


@case("sizes, options and windows are what was agreed upon")
def agreed():
    conn = accepted(mss=1000, shift=5)
    are(figures(conn), mss=988, advmss=1460, pmtu=1500, cwnd=10, snd_wscale=5, ts=True, sack=True,
        ecn=False, rcv_wscale=conn.shift, snd_wnd=conn.window << 5, ssthresh=0x7fffffff)
    conn = connected(options=("mss",), mss=600, window=5000)
    are(figures(conn), mss=600, pmtu=1500, ts=False, sack=False, snd_wnd=5000)
    assert "snd_wscale" not in figures(conn)


@case("what has arrived: segments, bytes, out of order")
def arrived():
    conn = accepted()
    conn.send("PA", b"x" * 100)
    conn.expect_ack()
    start = conn.snd_nxt
    conn.send("A", b"y" * 50, seq=add(start, 50))
    conn.expect_ack(ack=start)
    are(figures(conn), segs_in=3, data_segs_in=2, bytes_received=100, rcv_ooopack=1)
    conn.send("A", b"z" * 50, seq=start)
    conn.expect_ack(ack=add(start, 100))
    are(figures(conn), segs_in=4, data_segs_in=3, bytes_received=200, rcv_ooopack=1, segs_out=3,
        data_segs_out=0)


@case("what was sent, acknowledged, and is neither")
def sent():
    conn = accepted(mss=1012)
    nodelay(conn.sock)
    conn.sock.sendall(bytes(3000))
    conn.read_all(3000)
    wire.ping()
    are(figures(conn), bytes_sent=3000, bytes_acked=3000, data_segs_out=3, delivered=4, unacked=0,
        notsent=0, segs_in=4, segs_out=3, bytes_retrans=0, retrans_total=0)
    conn.window = 1500 >> 7
    conn.send("A")
    wire.ping()
    conn.sock.sendall(bytes(3000))
    conn.wait_for(lambda seg: seg.data)
    info = figures(conn)
    under_way = info["bytes_sent"] - info["bytes_retrans"] - 3000
    assert 0 < under_way <= 1500 and info["notsent"] == 3000 - under_way, info
    unequal(info["unacked"], -(-under_way // 1000))


@case("what was sent again, and what that did")
def again():
    conn = accepted(options=("mss", "sack"))
    conn.sock.sendall(bytes(500))
    for _ in range(3):
        conn.expect("A", len=500)
    info = figures(conn)
    are(info, retrans_total=2, bytes_retrans=1000, bytes_sent=1500, data_segs_out=3, cwnd=1,
        backoff=2, ca_state=4)
    assert info["rto"] > 350, info
    conn.send("A")
    until(lambda: figures(conn)["ca_state"] == 0)
    are(figures(conn), retrans_total=2, unacked=0, retrans=0, lost=0)


@case("D-SACKs, and a threshold once something was lost")
def dsack():
    conn = accepted()
    conn.sock.sendall(bytes(100))
    seg = conn.expect("A", len=100)
    conn.wait_for(lambda seg: seg.data)
    conn.send("A", options=conn.options(tcp_segment.sack((seg.seq, seg.end))))
    wire.ping()
    are(figures(conn), dsack_dups=1)


@case("times: the round trip, and since when it has been silent")
def times():
    conn = accepted()
    conn.sock.sendall(b"data")
    conn.expect("A", data=b"data")
    subprocess.run(["sleep", "0.15"], check=True)
    conn.send("A")
    conn.send("PA", b"answer")
    wire.ping()
    subprocess.run(["sleep", "0.2"], check=True)
    info = figures(conn)
    raw = conn.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
    rto, = struct.unpack_from("=I", raw, 8)
    rtt, = struct.unpack_from("=I", raw, 68)
    assert abs(info["rtt"] * 1000 - rtt) < 1 and abs(info["rto"] * 1000 - rto) < 1, info
    assert rto >= rtt + 200000 > 210000 and info["minrtt"] <= info["rtt"], info
    for name in ("lastrcv", "lastack"):
        assert 190 <= info[name] < 20000, info
    assert info["lastsnd"] >= info["lastrcv"], info


@case("rates are about what was seen")
def rates():
    conn = accepted()
    for _ in range(5):
        conn.sock.sendall(bytes(14480))
        conn.read_all(14480)
    wire.ping()
    info = figures(conn)
    assert info["delivery_rate"] > 0, info
    send = info["cwnd"] * info["mss"] * 8 * 1000 / info["rtt"]
    assert abs(info["send"] - send) <= send / 100 + 1, (info["send"], send)


def pause():
    subprocess.run(["sleep", "0.3"], check=True)


@case("what kept it from sending more, and for how long")
def limits():
    conn = accepted(window=0)
    pause()
    are(figures(conn), busy=0, rwnd_limited=0, sndbuf_limited=0)
    conn.sock.sendall(b"waiting")
    pause()
    info = figures(conn)
    assert 300 <= info["rwnd_limited"] <= info["busy"] and not info["sndbuf_limited"], info
    conn.window = 1000
    conn.send("A")
    conn.wait_for(lambda seg: seg.data in (b"waiting", b"aiting"))
    pause()
    conn.send("A")
    until(lambda: not figures(conn)["unacked"])
    info = figures(conn)
    assert info["busy"] >= info["rwnd_limited"] + 300, info
    pause()
    later = figures(conn)
    unequal([later[name] for name in ("busy", "rwnd_limited", "sndbuf_limited")],
            [info[name] for name in ("busy", "rwnd_limited", "sndbuf_limited")])

    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1))
    nodelay(conn.sock)
    conn.sock.setblocking(False)
    try:
        while True:
            conn.sock.send(bytes(500))
    except BlockingIOError:
        pause()
    info = figures(conn)
    assert 300 <= info["sndbuf_limited"] <= info["busy"] and not info["rwnd_limited"], info


@case("a rate that the program has kept low is said to be so")
def app_limited():
    conn = accepted()
    for _ in range(3):
        conn.sock.sendall(bytes(100))
        conn.read_all(100)
        wire.ping()
    are(figures(conn), app_limited=True)
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    conn.sock.sendall(bytes(200000))
    conn.read_all(200000)
    wire.ping()
    are(figures(conn), app_limited=False)


@case("congestion control, by name")
def control():
    conn = accepted()
    are(figures(conn), cc="cubic")
    conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    are(figures(conn), cc="reno")
    text = subprocess.run(["gonet", "socket", "-tiHO", f"sport = {conn.ports[1]}"], check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    for word in (" reno ", " cwnd:10", " mss:1448", " rtt:", " send:", " reader:(tcp_recv/"):
        assert word in text, (word, text)


@case("its two processes, as `gonet proc` shows them")
def processes():
    conn = accepted()
    found = listed(conn)
    procs = {p["id"]: p["name"] for p in gonet("proc")}
    for which, kind in (("reader", "tcp_recv"), ("sender", "tcp_send")):
        name = found[which]["name"]
        assert procs[found[which]["id"]] == name and name.startswith(kind + "/"), found[which]


main()
