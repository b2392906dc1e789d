# SPDX-License-Identifier: GPL-2.0
"""Paths that lose large segments and do not say so (RFC 4821): the cases of tcp/mtu.sh."""
import socket

import tcp_segment
from tcp_peer import Conn, accepted, add, connected
from tcp_segment import diff
from tcp_wire import case, changed, counter, main, unequal

BOTH = (accepted, connected)
TCP_INFO_SND_MSS = slice(16, 20)


class Hole:
    """The far end of a path that takes no payload of more than so many bytes."""

    def __init__(self, conn: Conn, most):
        self.conn, self.most, self.start = conn, most, conn.rcv_nxt
        self.got, self.lost = {}, []

    def reach(self):
        """How much has arrived without a gap, and the ranges behind that."""
        end, behind = 0, []
        for at in sorted(self.got):
            after = at + len(self.got[at])
            if at <= end:
                end = max(end, after)
            elif behind and at <= behind[-1][1]:
                behind[-1][1] = max(behind[-1][1], after)
            else:
                behind.append([at, after])
        return end, behind

    def carry(self, data):
        """Has all of it sent, and receives it. Return: what has arrived."""
        end, given = 0, 0
        self.conn.sock.setblocking(False)
        while end < len(data):
            try:
                given += self.conn.sock.send(data[given:])
            except BlockingIOError:
                pass
            seg = self.conn.wait_for(lambda seg: seg.data)
            if len(seg.data) > self.most:
                self.lost.append(len(seg.data))
                self.conn.rcv_nxt = add(self.start, end)
                continue
            self.got[diff(seg.seq, self.start)] = seg.data
            end, behind = self.reach()
            self.conn.rcv_nxt = add(self.start, end)
            blocks = [(add(self.start, a), add(self.start, z)) for a, z in behind[:3]]
            more = (tcp_segment.NOP * 2, tcp_segment.sack(*blocks)) if blocks else ()
            self.conn.send("A", options=self.conn.options(*more))
        whole, at = b"", 0
        for start in sorted(self.got):
            part = self.got[start][max(at - start, 0):]
            whole, at = whole + part, at + len(part)
        return whole


def pattern(size):
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def through(conn, size, most):
    """Sends so much through a hole. Return: the hole."""
    hole = Hole(conn, most)
    assert hole.carry(pattern(size)) == pattern(size)
    return hole


def risen(conn, most, enough):
    """The same until segments are so large, for a probe takes a round trip. Return: lost."""
    lost = []
    for _ in range(8):
        lost += through(conn, 600_000, most).lost
        if size_of(conn) > enough:
            break
    return lost


def size_of(conn):
    """What the stack takes a full segment to be."""
    info = conn.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return int.from_bytes(info[TCP_INFO_SND_MSS], "little")


def black_hole(make):
    with changed(tcp_mtu_probing=1, tcp_base_mss=600, tcp_retries1=2):
        conn = make()
        unequal(size_of(conn), 1448)
        lost = through(conn, 20000, 1000).lost
        assert lost and max(lost) == 1448, lost
        assert 600 <= size_of(conn) <= 1000, size_of(conn)


@case("nobody answers: smaller segments (4821 7.7)")
def from_without():
    black_hole(accepted)


@case("the same for who has opened the connection")
def from_within():
    black_hole(connected)


@case("ever smaller, down to a floor")
def floor():
    with changed(tcp_mtu_probing=1, tcp_base_mss=900, tcp_mtu_probe_floor=200, tcp_retries1=1):
        conn = accepted()
        through(conn, 3000, 250)
        assert 200 <= size_of(conn) <= 250, size_of(conn)


@case("from the base up to what the path takes; what is too large is lost, and no more (4821 7.6)")
def upwards():
    with changed(tcp_mtu_probing=2, tcp_base_mss=600):
        for make in BOTH:
            arrived, lost = counter("TcpExtTCPMTUPSuccess"), counter("TcpExtTCPMTUPFail")
            conn = make()
            unequal(size_of(conn), 600)
            gone = risen(conn, 1100, 1100 - 8)
            assert 1100 - 8 < size_of(conn) <= 1100, size_of(conn)
            assert gone and len(set(gone)) <= 8, gone
            assert 1 <= counter("TcpExtTCPMTUPFail") - lost <= len(gone), gone
            assert counter("TcpExtTCPMTUPSuccess") - arrived >= 3


@case("all that the interface takes, if the path does")
def whole():
    with changed(tcp_mtu_probing=2, tcp_base_mss=600):
        conn = accepted()
        unequal(risen(conn, 1448, 1448 - 8), [])
        assert size_of(conn) > 1448 - 8, size_of(conn)


@case("nothing of this unless it is asked for")
def off():
    with changed(tcp_retries1=1):
        conn = accepted()
        conn.sock.sendall(b"x" * 2000)
        for _ in range(5):
            conn.wait_for(lambda seg: len(seg.data) == 1448)
        unequal(size_of(conn), 1448)


main()
