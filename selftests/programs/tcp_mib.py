# SPDX-License-Identifier: GPL-2.0
"""Which counters of TCP something moves: one thing after the other, and what each has moved.

With WIRE_NATIVE it faces the native stack. `tcp_mib.py` prints a line of JSON for each thing that
it does; `tcp_mib.py GONET NATIVE` compares two such outputs, with a result for each.
"""
import json
import random
import re
import socket
import struct
import subprocess
import sys

MEANT = re.compile(r"Tcp")

# What only one of the stacks has, or counts by chance: with the reason.
OWN_WAY = {
    "TcpExtTCPHPHits": "header prediction",
    "TcpExtTCPHPAcks": "header prediction",
    "TcpExtTCPPureAcks": "those that header prediction leaves",
    "TcpExtTCPAutoCorking": "a queue of the device that is not empty",
    "TcpExtTCPBacklogCoalesce": "a socket that a system call has locked",
    "TcpExtTCPRcvCoalesce": "whether memory allows it",
    "TcpExtTCPWantZeroWindowAdv": "a window that would close and must not shrink",
    "TcpExtTCPHystartTrainDetect": "HyStart, not HyStart++",
    "TcpExtTCPHystartTrainCwnd": "HyStart, not HyStart++",
    "TcpExtTCPHystartDelayDetect": "HyStart, not HyStart++",
    "TcpExtTCPHystartDelayCwnd": "HyStart, not HyStart++",
    "TcpExtTcpTimeoutRehash": "flow labels",
    "TcpExtTcpDuplicateDataRehash": "flow labels",
    "TcpExtTCPDSACKRecvSegs": "not counted",
    "TcpExtTCPDSACKIgnoredNoUndo": "not counted",
    "TcpExtTCPDSACKIgnoredDubious": "not counted",
    "TcpExtDelayedACKs": "how fast this machine is",
    "TcpExtDelayedACKLocked": "a socket that a system call has locked",
    "TcpExtTCPSackShifted": "how the scoreboard is kept",
    "TcpExtTCPSackMerged": "how the scoreboard is kept",
    "TcpExtTCPSackShiftFallback": "how the scoreboard is kept",
    "TcpExtTCPSpuriousRtxHostQueues": "a queue of this host",
    "TcpExtPAWSOldAck": "newer kernels",
    "TcpExtBeyondWindow": "newer kernels",
    "TcpExtTSEcrRejected": "newer kernels",
    "TcpExtPAWSTimewait": "newer kernels",
}


def compared(ours, natives, known):
    """What one of them moves and the other does not, of what both may know."""
    return sorted(name for name in set(ours) ^ set(natives) if name in known and
                  name not in OWN_WAY)


def compare(gonet, native):
    with open(gonet) as f:
        ours = [json.loads(line) for line in f]
    with open(native) as f:
        theirs = [json.loads(line) for line in f]
    known = set(theirs.pop()["names"])
    ours.pop()
    assert len(ours) == len(theirs) > 15, (len(ours), len(theirs))
    for a, b in zip(ours, theirs):
        assert a["name"] == b["name"]
        wrong = compared(a["moved"], b["moved"], known)
        for name in wrong:
            print(f"# {name}: {a['moved'].get(name, 0)}, natively {b['moved'].get(name, 0)}")
        if not b["moved"] or b.get("failed") or a.get("failed"):
            print(f"# {a} natively {b}")
            wrong.append("nothing")
        print(f"{'not ok' if wrong else 'ok'} {a['name']}: as natively", flush=True)
    print("done")


if len(sys.argv) == 3:
    compare(*sys.argv[1:])
    sys.exit()

import tcp_segment                      # noqa: E402 pylint: disable=wrong-import-position
from tcp_peer import (ALL, Conn, accepted, add, calling, connected, linger,  # noqa: E402
                      listener, nodelay)
from tcp_wire import (NATIVE_NS, STACK, abandon, changed, stream, until,     # noqa: E402
                      wire)

things = []


def thing(name, *but):
    """Makes a function one that is done; counters that it may move by chance."""
    def note(function):
        things.append((name, function, but))
        return function
    return note


def native_counters():
    found = {}
    for path in ("/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat"):
        with open(path) as f:
            lines = f.read().splitlines()
        for names, values in zip(lines[::2], lines[1::2]):
            prefix, fields = names.split(":")
            found.update((prefix + field, int(value)) for field, value in
                         zip(fields.split(), values.split(":")[1].split()))
    return found


def counters():
    if NATIVE_NS:
        all_of_them = native_counters()
    else:
        said = subprocess.run(["gonet", "-j", "-s", "stat"], stdout=subprocess.PIPE, check=True)
        all_of_them = json.loads(said.stdout)["counters"]
    return {name: value for name, value in all_of_them.items() if MEANT.match(name)}


def ended(conn):
    """The peer's FIN, when the stack has sent its own."""
    conn.expect("FA")
    conn.send("A")
    conn.send("FA")
    conn.expect_ack()


@thing("a connection that a peer opens, and this host ends")
def passive():
    conn = accepted()
    conn.send("PA", b"question")
    conn.sock.recv(100)
    conn.expect_ack()
    conn.sock.send(b"answer")
    conn.read_all(6)
    conn.sock.close()
    ended(conn)


@thing("a connection that this host opens, and the peer ends")
def active():
    conn = connected()
    conn.send("FA")
    conn.expect_ack()
    conn.sock.close()
    conn.expect("FA")
    conn.send("A")
    wire.ping()


@thing("a connection that is refused")
def refused():
    conn = calling()
    conn.send("RA", ack=add(conn.syn.seq, 1))
    wire.ping()


@thing("a port that nobody has")
def closed():
    conn = Conn(1)
    conn.send("S", options=b"")
    conn.expect("RA")


@thing("a wrong checksum")
def wrong():
    conn = accepted()
    conn.send("PA", b"wrong", seq=conn.snd_nxt, bad_checksum=True)
    wire.ping()


@thing("a RST, when it is established")
def reset():
    conn = accepted()
    conn.send("R")
    wire.ping()


@thing("a RST in the window, but not at its edge")
def reset_elsewhere():
    conn = accepted()
    conn.send("R", seq=add(conn.snd_nxt, 10))
    conn.expect_ack()


@thing("a SYN in the window")
def syn():
    conn = accepted()
    conn.send("S", seq=add(conn.snd_nxt, 10), options=b"")
    conn.expect_ack()


@thing("a timestamp that is too old")
def paws():
    conn = accepted()
    conn.send("PA", b"first")
    conn.expect_ack()
    old = tcp_segment.NOP * 2 + tcp_segment.ts(conn.ts_now() - 5000, conn.ts_recent)
    conn.send("PA", b"stale", seq=conn.snd_nxt, options=old)
    conn.expect_ack()


@thing("data that comes twice")
def twice():
    conn = accepted()
    conn.send("PA", b"twice")
    conn.expect_ack()
    conn.send("PA", b"twice", seq=add(conn.snd_nxt, -5))
    conn.expect_ack()


@thing("data out of order, and the same again")
def disorder():
    conn = accepted()
    start = conn.snd_nxt
    for _ in range(2):
        conn.send("A", b"behind", seq=add(start, 10))
        conn.expect_ack(ack=start)
    conn.send("A", b"0123456789", seq=start)
    conn.expect_ack(ack=add(start, 16))


@thing("timeouts, and an ACK")
def timeouts():
    conn = accepted(options=("mss",))
    conn.sock.send(b"lost")
    for _ in range(3):
        conn.expect("A", data=b"lost")
    conn.send("A")
    wire.ping()


@thing("a tail loss probe")
def tail():
    conn = accepted()
    nodelay(conn.sock)
    conn.sock.send(b"0" * 3000)
    conn.read_all(3000)
    conn.sock.send(b"1" * 2000)
    got = [conn.get() for _ in range(2)]
    again = conn.wait_for(lambda seg: seg.end == got[-1].end and seg.data)
    assert again.data
    conn.send("A")
    wire.ping()


def burst(conn, size=1448, n=10):
    """So much that others are under way when some is lost. Return: segments."""
    for _ in range(2):
        conn.sock.sendall(bytes(4 * size))
        conn.read_all(4 * size)
    conn.sock.sendall(bytes(n * size))
    sent = []
    while not sent or diff_end(sent, n * size):
        sent.append(conn.wait_for(lambda seg: seg.data))
    return sent


def diff_end(sent, size):
    return sent[-1].end != add(sent[0].seq, size)


@thing("a fast retransmit by SACK")
def fast():
    conn = accepted()
    sent = burst(conn)
    for i in range(1, 5):
        conn.send("A", ack=sent[0].seq, options=conn.options(
            tcp_segment.sack((sent[1].seq, sent[i].end))))
    conn.wait_for(lambda seg: seg.seq == sent[0].seq)
    conn.send("A")
    wire.ping()


@thing("a fast retransmit by duplicate ACKs")
def duplicates():
    conn = accepted(options=("mss",))
    sent = burst(conn, 1460)
    for _ in range(4):
        conn.send("A", ack=sent[0].seq)
    conn.wait_for(lambda seg: seg.seq == sent[0].seq)
    conn.send("A")
    wire.ping()


@thing("a D-SACK about what was sent again")
def dsack():
    conn = accepted()
    sent = burst(conn)
    for i in range(1, 5):
        conn.send("A", ack=sent[0].seq, options=conn.options(
            tcp_segment.sack((sent[1].seq, sent[i].end))))
    conn.wait_for(lambda seg: seg.seq == sent[0].seq)
    conn.send("A", options=conn.options(tcp_segment.sack((sent[0].seq, sent[0].end))))
    wire.ping()


@thing("a window that is closed, and probed")
def probed():
    conn = accepted(window=0)
    conn.sock.send(b"waiting")
    for _ in range(2):
        conn.expect("A")
        conn.send("A", ack=add(conn.syn.seq, 1), window=0)
    conn.window = 500
    conn.send("A", ack=add(conn.syn.seq, 1))
    conn.wait_for(lambda seg: seg.data)
    conn.send("A", ack=add(conn.syn.seq, 8))
    wire.ping()


@thing("keep-alives that nobody answers")
def keepalives():
    conn = accepted()
    for name, value in ((4, 1), (5, 1), (6, 1)):
        conn.sock.setsockopt(socket.IPPROTO_TCP, name, value)
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    conn.wait_for(lambda seg: "R" in seg.flags)


@thing("close() with something unread")
def unread():
    conn = accepted()
    conn.send("PA", b"unread")
    conn.expect_ack()
    conn.sock.close()
    conn.wait_for(lambda seg: "R" in seg.flags)


@thing("close() with SO_LINGER of 0")
def lingers():
    conn = accepted()
    linger(conn.sock, 0)
    conn.sock.close()
    conn.wait_for(lambda seg: "R" in seg.flags)


@thing("data behind a close()")
def behind():
    conn = accepted()
    conn.sock.close()
    fin = conn.expect("FA")
    conn.send("PA", b"for nobody", ack=fin.seq)
    conn.wait_for(lambda seg: "R" in seg.flags)


@thing("TCP_USER_TIMEOUT", "TcpExtTCPLostRetransmit")
def user_timeout():
    conn = accepted(options=("mss",))
    conn.sock.setsockopt(socket.IPPROTO_TCP, 18, 500)
    conn.sock.send(b"lost")
    until(lambda: conn.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


@thing("a SYN that is sent again")
def syn_again():
    conn = calling()
    conn.wait_for(lambda seg: "S" in seg.flags)
    conn.send("RA", ack=add(conn.syn.seq, 1))
    wire.ping()


@thing("an answer to a SYN that is sent again, and a RST to that")
def synack_again():
    conn = Conn(listener().getsockname()[1])
    conn.shake()
    conn.expect("SA", seq=conn.syn.seq)
    conn.send("R")
    wire.ping()


@thing("a SYN that comes twice")
def syn_twice():
    conn = Conn(listener().getsockname()[1])
    options = conn.syn_options(("mss",))
    for _ in range(2):
        conn.send("S", options=options, seq=conn.isn)
        seg = conn.expect("SA")
    conn.rcv_nxt, conn.snd_nxt = seg.end, add(conn.isn, 1)
    conn.send("A")
    wire.ping()


@thing("more connections than await accept()")
def overflow():
    server = listener(backlog=0)
    for _ in range(2):
        conn = Conn(server.getsockname()[1])
        conn.send("S", options=conn.syn_options(("mss",)), seq=conn.isn)
        conn.syn = seg = wire.get(conn.key, 0.5)
        if seg:
            conn.rcv_nxt, conn.snd_nxt = seg.end, add(conn.isn, 1)
            conn.send("A")
        wire.ping()


@thing("SYN cookies")
def cookies():
    with changed(tcp_syncookies=2):
        conn = Conn(listener().getsockname()[1])
        conn.shake()
        conn.send("A")
        wire.ping()
        other = Conn(conn.ports[1])
        other.snd_nxt, other.rcv_nxt = random.getrandbits(32), random.getrandbits(32)
        other.send("A", options=b"")
        other.expect("R")


def fast_listener():
    return listener(before=lambda s: s.setsockopt(socket.IPPROTO_TCP, 23, 8))


def fast_syn(server, cookie, data=b""):
    """A SYN with the option of Fast Open (RFC 7413), and its answer."""
    conn = Conn(server.getsockname()[1])
    conn.send("S", data, options=conn.syn_options(ALL) + bytes([34, 2 + len(cookie)]) + cookie)
    conn.syn = conn.expect("SA")
    conn.snd_nxt, conn.rcv_nxt = conn.syn.ack, add(conn.syn.seq, 1)
    return conn.agree(7)


@thing("Fast Open by a peer: a cookie, a SYN-ACK that comes again, a wrong cookie, a RST")
def fast_passive():
    with changed(tcp_fastopen=3):
        server = fast_listener()
        conn = fast_syn(server, b"")
        cookie = conn.syn.options[34]
        conn.send("R")
        conn = fast_syn(server, cookie, b"early")
        conn.expect("SA", ack=add(conn.isn, 6))
        conn.send("PA", b"late")
        conn.expect_ack()
        conn.sock = server.accept()[0]
        conn.sock.close()
        conn.wait_for(lambda seg: "R" in seg.flags)
        fast_syn(server, b"nonsense", b"early").send("R")
        conn = fast_syn(server, cookie, b"early")
        conn.send("R")
        wire.ping()


@thing("Fast Open by a program: a cookie, and then data in the SYN")
def fast_active():
    for data in (b"", b"early"):
        conn = Conn(0)
        conn.ts = True
        s = stream()
        s.bind((STACK, 0))
        s.setblocking(False)
        conn.ports = 7, s.getsockname()[1]
        conn.key = conn.addr, *conn.ports
        try:
            s.sendto(b"early", 0x20000000, (conn.addr, 7))
        except BlockingIOError:
            assert not data
        conn.syn = conn.expect("S", data=data)
        conn.rcv_nxt, conn.ts_recent = conn.syn.end, conn.syn.options["ts"][0]
        conn.send("SA", options=conn.syn_options(ALL) + bytes([34, 10]) + b"cookie!!")
        conn.expect_ack()
        linger(s, 0)
        s.close()
        conn.expect("RA")


@thing("TCP_DEFER_ACCEPT")
def defer():
    server = listener(before=lambda s: s.setsockopt(socket.IPPROTO_TCP, 9, 5))
    conn = Conn(server.getsockname()[1])
    conn.shake()
    conn.send("A")
    wire.ping()
    conn.send("PA", b"data")
    conn.expect_ack()


@thing("an ICMP error about what was not sent")
def forged():
    conn = calling()
    raw = conn.syn.packet[:24] + struct.pack("!I", add(conn.syn.seq, 1 << 20))
    wire.send_packet(tcp_segment.ipv4(conn.addr, STACK, tcp_segment.icmp_error(3, 3, 0, raw),
                                      proto=1))
    wire.ping()


def do(name, function, but):
    before = counters()
    line = {"name": name}
    try:
        function()
        wire.ping()
    except AssertionError as error:
        line["failed"] = str(error)
    after = counters()
    line["moved"] = {key: after[key] - before[key] for key in after
                     if after[key] != before[key] and key not in but + ("TcpCurrEstab",)}
    print(json.dumps(line), flush=True)
    abandon()


for each in things:
    do(*each)
print(json.dumps({"names": sorted(counters())}))
