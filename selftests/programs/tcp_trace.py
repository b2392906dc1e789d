#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tracepoints of TCP: what they say beside what is seen on the wire and what the sockets say."""
import json
import os
import re
import socket
import struct
import subprocess

from tcp_peer import ALL, Conn, accepted, add, calling, connected, linger, listener
from tcp_wire import STACK, case, changed, main, until, wire

TRACEFS = "/sys/kernel/tracing"
HERE = f"{TRACEFS}/instances/gonet-{os.getpid()}"


def write(path, text):
    with open(f"{HERE}/{path}", "w") as f:
        f.write(text)


def begin():
    """From here on; what was before is forgotten."""
    write("trace", "")


def events(name, conn=None):
    """The events of one kind since begin(), of one connection or of all: dictionaries."""
    with open(f"{HERE}/trace") as f:
        lines = re.findall(rf": gonet_tcp_{name}: (.*)", f.read())
    found = [dict(word.split("=", 1) for word in line.split()) for line in lines]
    if conn:
        found = [e for e in found if (e["saddr"], int(e["sport"])) == (STACK, conn.ports[1]) and
                 (e["daddr"], int(e["dport"])) == (conn.addr, conn.ports[0])]
    return found


def awaited(name, conn=None, n=1):
    until(lambda: len(events(name, conn)) >= n)
    return events(name, conn)


def states(conn):
    return [(e["oldstate"][4:], e["newstate"][4:]) for e in events("state", conn)]


def listed(conn):
    """The connection, as `gonet socket` lists it."""
    said = subprocess.run(["gonet", "-j", "socket", "-tein", f"sport = {conn.ports[1]}"],
                          stdout=subprocess.PIPE, check=True).stdout
    return next(s for s in json.loads(said) if s["peer_port"] == conn.ports[0])


def netns():
    return os.stat("/proc/self/ns/net").st_ino


@case("gonet_tcp_state: a connection that this host opens, and ends")
def active():
    begin()
    conn = connected()
    number = listed(conn)["id"]
    conn.sock.close()
    conn.expect("FA")
    conn.send("A")
    conn.send("FA")
    conn.expect_ack()
    want = [("CLOSE", "SYN_SENT"), ("SYN_SENT", "ESTABLISHED"), ("ESTABLISHED", "FIN_WAIT1"),
            ("FIN_WAIT1", "FIN_WAIT2"), ("FIN_WAIT2", "TIME_WAIT"), ("TIME_WAIT", "CLOSE")]
    until(lambda: states(conn) == want)
    for e in events("state", conn):
        assert int(e["socket"]) == number and int(e["netns"]) == netns(), e


@case("gonet_tcp_state: a listener, and a connection that a peer opens, and ends")
def passive():
    begin()
    server = listener()
    conn = accepted(server)
    number = listed(conn)["id"]
    conn.send("FA")
    conn.expect_ack()
    conn.sock.close()
    conn.expect("FA")
    conn.send("A")
    want = [("SYN_RECV", "ESTABLISHED"), ("ESTABLISHED", "CLOSE_WAIT"), ("CLOSE_WAIT", "LAST_ACK"),
            ("LAST_ACK", "CLOSE")]
    until(lambda: states(conn) == want)
    assert {int(e["socket"]) for e in events("state", conn)} == {number}
    server.close()
    found = [(e["oldstate"], e["newstate"], e["saddr"], e["dport"]) for e in events("state")
             if int(e["sport"]) == conn.ports[1] and e["dport"] == "0"]
    assert found == [("TCP_CLOSE", "TCP_LISTEN", STACK, "0"),
                     ("TCP_LISTEN", "TCP_CLOSE", STACK, "0")], found


@case("gonet_tcp_state: a connection that a peer opens by Fast Open, and its SYN-ACK again")
def early():
    with changed(tcp_fastopen=0x203):
        server = listener(before=lambda s: s.setsockopt(socket.IPPROTO_TCP, 23, 8))
        begin()
        conn = Conn(server.getsockname()[1])
        conn.send("S", b"early", options=conn.syn_options(ALL))
        for _ in range(2):
            conn.syn = conn.expect("SA", ack=add(conn.isn, 6))
    conn.sock = server.accept()[0]
    conn.snd_nxt, conn.rcv_nxt = conn.syn.ack, add(conn.syn.seq, 1)
    conn.agree(7)
    want = [("LISTEN", "SYN_RECV")]
    assert states(conn) == want, states(conn)
    e, = awaited("retransmit_synack", conn)
    assert e["timeouts"] == "1", e
    conn.send("PA", b"late")
    conn.expect_ack()
    want.append(("SYN_RECV", "ESTABLISHED"))
    assert states(conn) == want, states(conn)
    linger(conn.sock, 0)
    conn.sock.close()
    server.close()


@case("gonet_tcp_state: a connection that is refused")
def refused():
    begin()
    conn = calling()
    conn.send("RA", ack=add(conn.syn.seq, 1))
    want = [("CLOSE", "SYN_SENT"), ("SYN_SENT", "CLOSE")]
    until(lambda: states(conn) == want)
    e, = awaited("receive_reset", conn)
    assert e["state"] == "TCP_SYN_SENT", e


@case("gonet_tcp_retransmit: once for each segment that comes again")
def retransmit():
    conn = connected()
    begin()
    conn.sock.send(b"x" * 700)
    first = conn.get()
    again = [conn.get() for _ in range(3)]
    assert all((seg.seq, len(seg.data)) == (first.seq, 700) for seg in again), again
    found = awaited("retransmit", conn, 3)[:3]
    for e in found:
        assert (int(e["seq"], 16), int(e["len"]), e["state"]) == \
            (first.seq, 700, "TCP_ESTABLISHED"), e
        assert int(e["snd_una"], 16) == first.seq and e["err"] == "0", e
        assert int(e["snd_nxt"], 16) == add(first.seq, 700), e
    # The first may be a probe of the tail, which is no timeout.
    assert [e["ca_state"] for e in found[1:]] == ["Loss", "Loss"], found
    assert int(found[2]["timeouts"]) == int(found[1]["timeouts"]) + 1 > 1, found


@case("gonet_tcp_retransmit: a SYN")
def retransmit_syn():
    begin()
    conn = calling()
    again = conn.expect("SEC" if "E" in conn.syn.flags else "S", seq=conn.syn.seq)
    e = awaited("retransmit", conn)[0]
    assert (int(e["seq"], 16), e["len"], e["state"]) == (again.seq, "0", "TCP_SYN_SENT"), e


@case("gonet_tcp_retransmit_synack: an answer to a SYN")
def retransmit_synack():
    server = listener()
    conn = Conn(server.getsockname()[1])
    begin()
    conn.shake()
    conn.expect("SA", seq=conn.syn.seq)
    e = awaited("retransmit_synack", conn)[0]
    assert e["timeouts"] == "1" and int(e["netns"]) == netns(), e


@case("gonet_tcp_send_reset: for a port that nobody has, and of a connection")
def send_reset():
    begin()
    conn = Conn(1)
    conn.send("S", options=b"")
    conn.expect("RA")
    e, = awaited("send_reset", conn)
    assert (e["state"], e["socket"], e["seq"]) == ("UNKNOWN", "0", "0x0"), e
    conn = accepted()
    number = listed(conn)["id"]
    begin()
    linger(conn.sock, 0)
    conn.sock.close()
    seg = conn.expect("RA")
    e, = awaited("send_reset", conn)
    assert e["state"] == "TCP_ESTABLISHED" and int(e["socket"]) == number, e
    assert int(e["seq"], 16) == seg.seq, e


@case("gonet_tcp_receive_reset: one that is valid, and not one that is none")
def receive_reset():
    conn = connected()
    begin()
    conn.send("R", seq=add(conn.snd_nxt, 5))
    conn.expect_ack()
    assert not events("receive_reset", conn)
    conn.send("R")
    e, = awaited("receive_reset", conn)
    assert e["state"] == "TCP_ESTABLISHED", e


@case("gonet_tcp_probe: each ACK, with what TCP_INFO says after it")
def probe():
    conn = connected(mss=1000)
    begin()
    for _ in range(3):
        conn.sock.send(bytes(3000))
        conn.read_all(3000)
        wire.ping()
    until(lambda: events("probe", conn)[-1:] and
          int(events("probe", conn)[-1]["snd_una"], 16) == conn.rcv_nxt)
    found = events("probe", conn)
    info = conn.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 240)
    rtt, cwnd = struct.unpack_from("=I", info, 68)[0], struct.unpack_from("=I", info, 80)[0]
    assert len(found) >= 3, found
    acked = [int(e["snd_una"], 16) for e in found]
    assert acked[-1] == conn.rcv_nxt and int(found[-1]["snd_nxt"], 16) == conn.rcv_nxt, found[-1]
    last = {k: v if k == "ca_state" else int(v, 0) for k, v in found[-1].items()
            if k not in ("saddr", "daddr")}
    assert (last["srtt"], last["snd_cwnd"]) == (rtt, cwnd), (last, rtt, cwnd)
    assert last["pipe"] == 0 and last["ca_state"] == "Open" and last["mss"] == 988, last
    assert last["snd_wnd"] == conn.window << 7 and last["ssthresh"] == 0x7fffffff, last
    assert last["rcv_wnd"] > 0, last


subprocess.run(["mount", "-t", "tracefs", "nodev", TRACEFS], check=True)
os.mkdir(HERE)
try:
    write("buffer_size_kb", "1024")
    for event in ("state", "retransmit", "retransmit_synack", "send_reset", "receive_reset", "probe"):
        write(f"events/gonet/gonet_tcp_{event}/enable", "1")
    main()
finally:
    write("events/gonet/enable", "0")
    os.rmdir(HERE)
