# SPDX-License-Identifier: GPL-2.0
"""What TCP and IP say to each other, and programs to TCP: of tcp/interface.sh."""
import socket
import struct
import subprocess
from fcntl import ioctl

from tcp_peer import Conn, accepted, calling, connected, listener
from tcp_segment import Segment, checksum, icmp_error, ipv4
from tcp_wire import PEER, STACK, case, counter, main, stream, sysctl, unequal, wire

SIOCATMARK = 0x8905


def header(seg):
    """TOS and TTL of the packet that a segment came in."""
    return seg.packet[1], seg.packet[8]


def at_mark(sock):
    return struct.unpack("i", ioctl(sock, SIOCATMARK, struct.pack("i", 0)))[0]


def option(sock, name, value):
    sock.setsockopt(socket.IPPROTO_IP, name, value)


@case("IP_TOS and IP_TTL are in every segment, from the SYN on (9293 MUST-48, 49, SHLD-22)")
def chosen():
    def before(sock):
        option(sock, socket.IP_TOS, 0xb8)
        option(sock, socket.IP_TTL, 9)

    for make in (accepted, connected):
        conn = make(before=before)
        unequal(header(conn.syn), (0xb8, 9))
        conn.sock.sendall(b"data")
        unequal(header(conn.expect("A", data=b"data")), (0xb8, 9))
        conn.send("PA", b"answer")
        unequal(header(conn.expect_ack()), (0xb8, 9))


@case("and can be changed while the connection is open (9293 SHLD-21)")
def changed_later():
    for make in (accepted, connected):
        conn = make()
        unequal(header(conn.syn), (0, int(sysctl("ip_default_ttl"))))
        option(conn.sock, socket.IP_TOS, 0x20)
        option(conn.sock, socket.IP_TTL, 200)
        conn.sock.sendall(b"data")
        unequal(header(conn.expect("A", data=b"data")), (0x20, 200))


def with_options(seg, options):
    """The packet of a segment, with IP options."""
    plain = ipv4(PEER, STACK, seg.build(PEER, STACK))
    words = 5 + len(options) // 4
    head = bytearray(plain[:20])
    head[0] = 0x40 | words
    head[2:4] = struct.pack("!H", len(plain) + len(options))
    head[10:12] = b"\0\0"
    whole = bytes(head) + options
    head[10:12] = struct.pack("!H", checksum(whole))
    return bytes(head) + options + plain[20:]


@case("IP options that TCP does not know do no harm (9293 MUST-50)")
def ip_options():
    conn = accepted()
    for n, options in enumerate((b"\x01" * 4, b"\x94\x04\0\0", b"\x5e\x04ab", b"\x07\x07\x04\0\0\0\0\0")):
        data = b"%d" % n
        seg = Segment("PA", conn.snd_nxt, conn.rcv_nxt, conn.window, conn.options(), data, 0,
                      conn.ports)
        wire.send_packet(with_options(seg, options))
        conn.snd_nxt = seg.end
        conn.expect_ack()
        unequal(conn.sock.recv(10), data)


@case("an ICMP source quench changes nothing (9293 MUST-55)")
def quench():
    conn = accepted()
    cwnd = conn.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[80:84]
    conn.sock.sendall(b"data")
    seg = conn.expect("A", data=b"data")
    wire.send_packet(ipv4(PEER, STACK, icmp_error(4, 0, 0, seg.packet[:28]), proto=1))
    conn.nothing_but(lambda seg: seg.data == b"data")
    unequal(conn.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[80:84], cwnd)
    unequal(conn.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), 0)
    conn.send("A")


@case("PSH is on the last segment of what is written, and only there (9293 MUST-61)")
def push():
    conn = accepted(mss=1012)
    for size in (1, 999, 1000, 3500):
        conn.sock.sendall(bytes(size))
        got = b""
        while len(got) < size:
            seg = conn.expect("A")
            got += seg.data
            unequal("P" in seg.flags, len(got) == size, f"PSH at {len(got)} of {size}")
        conn.send("A")


@case("MSS is in SYNs only (9293 MUST-65)")
def mss_in_syn():
    for make in (accepted, connected):
        conn = make()
        assert "mss" in conn.syn.options
        conn.sock.sendall(b"data")
        segs = [conn.expect("A", data=b"data")]
        conn.send("PA", b"answer")
        segs.append(conn.expect_ack())
        conn.sock.shutdown(socket.SHUT_WR)
        segs.append(conn.expect("FA"))
        assert not any("mss" in seg.options for seg in segs), segs


@case("what is small and not pushed does not wait for ever (9293 MUST-60)")
def not_held():
    conn = accepted()
    conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    conn.sock.sendall(b"corked")
    conn.expect("A", data=b"corked")
    conn.send("A")


@case("URG is heard while no data is taken (9293 MUST-66, 32)")
def urgent_closed():
    conn = accepted(before=lambda s: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8000))
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    seg = conn.probe()
    while conn.space(seg) >= 100:
        size = min(400, conn.space(seg))
        conn.send("A", b"d" * size)
        seg = conn.wait_for(lambda seg: True)
        if seg.ack != conn.snd_nxt:     # memory is short before the window is
            conn.snd_nxt = seg.ack
            break
    unequal(at_mark(conn.sock), 0)
    conn.send("UA", b"", seq=conn.snd_nxt, urgent=5)
    wire.ping()
    conn.sock.recv(100000)
    # Where the mark is has been said then only.
    rest = b"12345"
    conn.send("PA", rest)
    conn.wait_for(lambda seg: seg.ack == conn.snd_nxt)
    unequal(conn.sock.recv(100), rest[:4])
    unequal(at_mark(conn.sock), 1)


@case("listeners of one port do not disturb each other, nor connections (9293 MUST-41, 42)")
def same_port():
    servers = []
    for addr in (STACK, "127.0.0.1"):
        s = stream()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((addr, servers[0].getsockname()[1] if servers else 0))
        s.listen(8)
        servers.append(s)
    conn = Conn(servers[0].getsockname()[1])
    conn.shake()
    conn.send("A")
    conn.sock = servers[0].accept()[0]
    inside = stream()
    inside.connect(servers[1].getsockname())
    servers[1].accept()[0].close()
    servers[0].close()
    servers[1].close()
    conn.send("PA", b"still")
    conn.expect_ack()
    unequal(conn.sock.recv(10), b"still")
    conn.sock.close()


@case("connect() chooses the own address by the route, or takes the program's (9293 MUST-43 to 45)")
def own_address():
    conn = calling()
    unequal(conn.sock.getsockname()[0], STACK)
    s = stream()
    s.setblocking(False)
    s.connect_ex((PEER, 4242))
    unequal(s.getsockname()[0], STACK)


@case("a redirect is forgotten when nobody answers (9293 MUST-20, R1)")
def redirected():
    # To where no host is: the neighbour is there for ever, and silent.
    nowhere, far = "10.0.0.8", "10.77.0.5"
    subprocess.run(["gonet", "neigh", "replace", nowhere, "lladdr", "02:00:00:00:00:08", "dev",
                    "gonet0", "nud", "permanent"], check=True)
    server = listener()
    conn = Conn(server.getsockname()[1], addr=far)
    conn.shake()
    conn.send("A")
    conn.sock = server.accept()[0]
    quoted = conn.syn.packet[:28]
    word, = struct.unpack("!I", socket.inet_aton(nowhere))
    wire.send_packet(ipv4(PEER, STACK, icmp_error(5, 1, word, quoted), proto=1))
    wire.ping()
    before = counter("TcpExtTCPTimeouts")
    conn.sock.sendall(b"data")
    seg = conn.expect("A", data=b"data")
    # The first, and those of the first timeouts, went to nobody.
    assert counter("TcpExtTCPTimeouts") - before >= int(sysctl("tcp_retries1")), seg
    conn.send("A")
    conn.sock.close()


main()
