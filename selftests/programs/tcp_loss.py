# SPDX-License-Identifier: GPL-2.0
"""What the stack does when segments are lost, and about ICMP errors: the cases of tcp/loss.sh."""
import errno
import socket
import struct
import time

import tcp_segment
from gonet_socket import pattern
from tcp_peer import Conn, accepted, calling, connected, doubling, error_of, listener, nodelay
from tcp_segment import add, diff, icmp_error, ipv4
from tcp_wire import PEER, STACK, case, changed, counter, keep, main, unequal, until, wire

BOTH = (accepted, connected)
IP_RECVERR = 11


def segments(conn, n):
    """The next n segments with data, as they were sent first."""
    out = []
    while len(out) < n:
        seg = conn.wait_for(lambda seg: seg.data)
        out.append(seg)
    return out


def warm(conn, data=b"warm"):
    """So that the round trip is known, and nothing is in flight."""
    for _ in range(3):
        conn.sock.sendall(data)
        conn.expect("A", data=data)
        conn.send("A")


@case("RTO: sent again, with the interval doubling (6298 5.4 to 5.6, MUST-20)")
def rto():
    for make in BOTH:
        conn = make()
        warm(conn)
        conn.sock.sendall(b"lost")
        times, seqs = [], set()
        for _ in range(6):
            seg = conn.expect("A", data=b"lost")
            times.append(seg.when)
            seqs.add(seg.seq)
        unequal(len(seqs), 1)
        doubling(times[1:])         # the first may be a probe of the tail
        conn.send("A")
        conn.sock.sendall(b"on")
        conn.expect("A", data=b"on")


@case("given up after tcp_retries2 timeouts: ETIMEDOUT (9293 3.8.3, R2)")
def given_up():
    with changed(tcp_retries2=2):
        conn = accepted()
        warm(conn)
        conn.sock.sendall(b"lost")
        n = 0
        while conn.get(8):
            n += 1
        assert 3 <= n <= 5, n
        until(lambda: error_of(conn.sock) == errno.ETIMEDOUT, 20)
        conn.send("A", ack=77)
        conn.expect("R", seq=77)


@case("TCP_USER_TIMEOUT: given up in time (5482)")
def user_timeout():
    conn = accepted()
    conn.sock.setsockopt(socket.IPPROTO_TCP, 18, 1500)
    warm(conn)
    conn.sock.sendall(b"lost")
    first = conn.get()
    last = first
    while seg := conn.get(4):
        last = seg
    until(lambda: error_of(conn.sock) == errno.ETIMEDOUT, 20)
    assert last.when - first.when < 3, last.when - first.when


def tail_probed():
    """Return: how many probes and how many timeouts it took to bring the tail."""
    conn = accepted()
    nodelay(conn.sock)
    warm(conn)
    before = counter("TcpExtTCPLossProbes"), counter("TcpExtTCPTimeouts")
    conn.sock.sendall(pattern(2 * 1448))
    first, last = segments(conn, 2)
    seg = conn.wait_for(lambda seg: seg.data)
    unequal(seg.seq, last.seq)
    conn.send("A", ack=first.seq, options=conn.options(tcp_segment.sack((last.seq, last.end))))
    conn.wait_for(lambda seg: seg.seq == first.seq)
    conn.send("A")
    return (counter("TcpExtTCPLossProbes") - before[0], counter("TcpExtTCPTimeouts") - before[1])


@case("a probe of the tail comes before the RTO (8985 7.2)")
def tail():
    # A machine that is busy may answer after more than an RTO; not always.
    seen = [tail_probed()]
    while seen[-1][1] and len(seen) < 30:
        seen.append(tail_probed())
    unequal(seen[-1], (1, 0))


def lose_first(conn, sacked, n=10):
    """Sends n segments, of which the peer acknowledges some but not the first."""
    conn.sock.sendall(pattern(n * 1448))
    sent = segments(conn, n)
    for count in range(1, sacked + 1):
        conn.send("A", ack=sent[0].seq, options=conn.options(
            tcp_segment.sack((sent[1].seq, sent[count].end))))
    return sent


def fast_timeouts():
    """How many there were meanwhile."""
    conn = accepted()
    warm(conn)
    before = counter("TcpExtTCPTimeouts")
    sent = lose_first(conn, 3)
    seg = conn.wait_for(lambda seg: seg.seq == sent[0].seq)
    assert seg.data == sent[0].data[:len(seg.data)]
    conn.send("A")
    return counter("TcpExtTCPTimeouts") - before


@case("fast retransmit: after three SACKed segments, before any timeout (6675 5, 8985)")
def fast():
    # As above: a busy machine may take an RTO to send the three.
    seen = [fast_timeouts()]
    while seen[-1] and len(seen) < 30:
        seen.append(fast_timeouts())
    unequal(seen[-1], 0)


@case("fast retransmit: after three duplicate ACKs where there is no SACK (5681 3.2)")
def dupacks():
    conn = accepted(options=("mss",))
    warm(conn)
    before = counter("TcpExtTCPTimeouts")
    conn.sock.sendall(pattern(10 * 1460))
    sent = segments(conn, 10)
    for _ in range(3):
        conn.send("A", ack=sent[0].seq)
    conn.wait_for(lambda seg: seg.seq == sent[0].seq)
    conn.send("A", ack=sent[3].seq)     # a partial ACK: the next is lost as well (6582)
    conn.wait_for(lambda seg: seg.seq == sent[3].seq)
    conn.send("A")
    unequal(counter("TcpExtTCPTimeouts"), before)


@case("what is SACKed is not sent again (6675 4)")
def not_again():
    conn = accepted()
    warm(conn)
    sent = lose_first(conn, 0)
    for count in range(1, 10):
        if count == 4:
            continue
        blocks = [(sent[1].seq, sent[min(count, 3)].end)]
        if count > 4:
            blocks.insert(0, (sent[5].seq, sent[count].end))
        conn.send("A", ack=sent[0].seq, options=conn.options(tcp_segment.sack(*blocks)))
    again = set()
    while len(again) < 2:
        again.add(conn.wait_for(lambda seg: seg.data).seq)
    unequal(again, {sent[0].seq, sent[4].seq})
    conn.send("A")


@case("the peer takes SACKs back: all is sent again after a timeout (2018 8)")
def reneged():
    conn = accepted()
    warm(conn)
    sent = lose_first(conn, 9)
    end = sent[-1].end
    # Everything but what comes next is forgotten: each is acknowledged when it comes again.
    acked = sent[0].seq
    got = {}
    while acked != end:
        seg = conn.wait_for(lambda seg: seg.data)
        if seg.seq == acked:
            got[seg.seq] = seg.data
            acked = seg.end
            conn.send("A", ack=acked)
    unequal(b"".join(got[seq] for seq in sorted(got, key=lambda s: diff(s, sent[0].seq))),
            pattern(10 * 1448))


@case("SACK blocks that cannot be are ignored (2018, 2883)")
def impossible():
    conn = accepted()
    warm(conn)
    conn.sock.sendall(pattern(5 * 1448))
    sent = segments(conn, 5)
    una, end = sent[0].seq, sent[-1].end
    for block in ((add(end, 1), add(end, 500)), (end, add(end, 1 << 30)), (add(una, 900), una),
                  (add(una, -5000), add(una, -4000)), (una, una), (una, add(end, 1)),
                  (add(una, 1 << 31), add(una, 3 << 30))):
        conn.send("A", ack=una, options=conn.options(tcp_segment.sack(block)))
    conn.nothing_but(lambda seg: diff(end, seg.seq) > 0)
    conn.send("A")
    conn.sock.sendall(b"on")
    conn.wait_for(lambda seg: seg.data == b"on")


@case("after a timeout one segment, then two (5681 3.1)")
def slow_start():
    conn = accepted(options=("mss",))
    warm(conn)
    conn.sock.sendall(pattern(10 * 1460))
    sent = segments(conn, 10)
    seg = conn.wait_for(lambda seg: seg.seq == sent[0].seq)     # RTO
    unequal(len(seg.data), 1460)
    conn.send("A", ack=sent[1].seq)
    seg = conn.wait_for(lambda seg: seg.seq == sent[1].seq)
    conn.send("A")
    conn.sock.sendall(b"on")
    conn.wait_for(lambda seg: seg.data == b"on")


@case("the initial window is ten segments (6928 2)")
def initial():
    for make in BOTH:
        conn = make(options=("mss",))
        data = pattern(40 * 1460)
        conn.sock.setblocking(False)
        conn.sock.send(data)
        sent = segments(conn, 10)
        unequal(diff(sent[-1].end, sent[0].seq), 14600)
        conn.nothing_but(lambda seg: diff(seg.end, sent[0].seq) <= 14600)


# ICMP errors about a segment of ours, which is quoted.

def tell(conn, seg, kind, code, word=0, quoted=None, source=PEER):
    wire.send_packet(ipv4(source, STACK, icmp_error(kind, code, word,
                                                    quoted or seg.packet[:28]), proto=1))


HARD = ((3, 2, errno.ENOPROTOOPT), (3, 3, errno.ECONNREFUSED))
SOFT = ((3, 0), (3, 1), (3, 5), (11, 0), (11, 1), (12, 0))


@case("ICMP: what ends a connection that is being opened (9293 3.9.2.2, MUST-56)")
def icmp_syn():
    for kind, code, want in HARD:
        conn = calling()
        tell(conn, conn.syn, kind, code)
        until(lambda conn=conn, want=want: told(conn, want))


@case("ICMP: what ends the record of a connection that a peer opens, and what does not (5927 4.1)")
def icmp_request():
    for kind, code in ((3, 0), (3, 1), (11, 0), (12, 0)):
        server = listener()
        conn = Conn(server.getsockname()[1]).shake()
        for offset in (-1, 1, 1 << 31):
            raw = conn.syn.packet[:24] + add(conn.syn.seq, offset).to_bytes(4, "big")
            tell(conn, conn.syn, kind, code, quoted=raw)
        for soft in ((3, 2), (3, 3), (3, 5), (4, 0)):
            tell(conn, conn.syn, *soft)
        wire.ping()
        conn.send("A")
        keep(server.accept()[0])
        conn = Conn(server.getsockname()[1]).shake()
        before = counter("TcpExtListenDrops")
        tell(conn, conn.syn, kind, code)
        until(lambda before=before: counter("TcpExtListenDrops") == before + 1)
        conn.send("A")
        conn.expect("R")


@case("ICMP: MSG_ERRQUEUE tells who has ended it, and what was sent (ip(7))")
def icmp_queue():
    for kind, code, want in HARD + ((11, 0, errno.EHOSTUNREACH),):
        conn = calling()
        router = "10.0.0.77"
        tell(conn, conn.syn, kind, code, source=router)
        until(lambda conn=conn, want=want: told(conn, want))
        data, control, flags, name = conn.sock.recvmsg(100, 512, socket.MSG_ERRQUEUE)
        unequal((data, name), (conn.syn.packet[20:28], (PEER, conn.ports[0])))
        (level, what, report), = control
        unequal((level, what), (socket.SOL_IP, IP_RECVERR))
        unequal(struct.unpack_from("=IBBB", report), (want, 2, kind, code))
        unequal(socket.inet_ntoa(report[20:24]), router)
        assert flags & socket.MSG_ERRQUEUE, flags
        try:
            conn.sock.recvmsg(100, 512, socket.MSG_ERRQUEUE)
            raise AssertionError("another")
        except BlockingIOError:
            pass


@case("ICMP: why nobody answers is told when the connection is given up (1122 4.2.3.9)")
def icmp_reason():
    conn = connected()
    conn.sock.setsockopt(socket.IPPROTO_TCP, 18, 500)
    conn.sock.sendall(b"data")
    tell(conn, conn.expect("A", data=b"data"), 3, 1)
    try:
        conn.sock.recv(1)
        raise AssertionError("data")
    except OSError as error:
        unequal(error.errno, errno.EHOSTUNREACH)


def told(conn, want):
    got = error_of(conn.sock)
    assert got in (0, want), got
    return got == want


@case("ICMP: nothing ends one that is open (9293 MUST-54 to 56, 5927 6)")
def icmp_open():
    for make in BOTH:
        conn = make()
        for kind, code in SOFT + tuple((kind, code) for kind, code, _ in HARD):
            conn.sock.sendall(b"data")
            seg = conn.expect("A", data=b"data")
            tell(conn, seg, kind, code)
            conn.nothing_but(lambda seg: seg.data == b"data")
            conn.send("A")
            until(lambda conn=conn: not error_of(conn.sock))    # of a soft one it tells once
        conn.sock.sendall(b"alive")
        conn.wait_for(lambda seg: seg.data == b"alive")


@case("ICMP: a program that asks is told (ip(7), IP_RECVERR)")
def icmp_recverr():
    conn = accepted()
    conn.sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    conn.sock.sendall(b"data")
    tell(conn, conn.expect("A", data=b"data"), 3, 1)
    until(lambda: told(conn, errno.EHOSTUNREACH))
    conn.send("A")
    conn.sock.sendall(b"alive")
    conn.wait_for(lambda seg: seg.data == b"alive")


@case("ICMP: messages about what was not sent are ignored (5927 4.1)")
def icmp_forged():
    conn = calling()
    for offset in (-1, 2, 1 << 20, 1 << 31):
        raw = conn.syn.packet[:24] + add(conn.syn.seq, offset).to_bytes(4, "big")
        tell(conn, conn.syn, 3, 3, quoted=raw)
    wire.ping()
    unequal(error_of(conn.sock), 0)
    conn.send("SA", options=b"")
    conn.expect_ack()


@case("ICMP: fragmentation needed: smaller segments, and sent again at once (1191 6.4)")
def icmp_mtu():
    # One destination each: what is believed of a path stays.
    conn = accepted(options=("mss",))
    data = pattern(5 * 1460)
    before = counter("TcpExtTCPTimeouts")
    conn.sock.sendall(data)
    sent = segments(conn, 5)
    told, first, got = time.time(), sent[0].seq, {}
    tell(conn, sent[0], 3, 4, 1000)
    while contiguous(got) < len(data):
        seg = conn.wait_for(lambda seg: seg.data)
        assert len(seg.data) <= 960 or seg.when < told + 0.05, seg
        got[diff(seg.seq, first)] = seg.data
        conn.rcv_nxt = add(first, contiguous(got))
        conn.send("A")
    assert all(part == data[at:at + len(part)] for at, part in got.items())
    unequal(counter("TcpExtTCPTimeouts"), before)
    conn = accepted(options=("mss",))
    conn.sock.sendall(data)
    assert all(len(seg.data) <= 960 for seg in segments(conn, 5))


def contiguous(got):
    end = 0
    for at in sorted(got):
        if at <= end:
            end = max(end, at + len(got[at]))
    return end


main()
