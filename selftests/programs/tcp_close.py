# SPDX-License-Identifier: GPL-2.0
"""How connections end: the cases of tcp/close.sh."""
import errno
import select
import socket
import struct

from tcp_peer import Conn, accepted, connected, doubling, error_of, linger, listener, whole
from tcp_segment import add, diff
from tcp_wire import (PEER, STACK, WAIT, case, changed, counter, keep, main, stream, unequal, until,
                      wire)

BOTH = (accepted, connected)
TCP_LINGER2 = 8


def fin(seg):
    return "F" in seg.flags


def wait_state(sock, *numbers):
    """TCP_INFO's first byte."""
    until(lambda: sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[0] in numbers)


def in_time_wait(make=accepted, **how):
    conn = make(**how)
    conn.sock.close()
    conn.expect("FA", len=0)
    conn.send("A")
    conn.send("FA")
    conn.expect_ack()
    return conn


@case("close() first, in all orders of FIN and ACK (9293 3.6)")
def first():
    for make in BOTH:
        for order in ("ack fin", "fin+ack", "fin ack"):
            conn = make()
            conn.sock.shutdown(socket.SHUT_WR)
            end = conn.expect("FA", len=0)
            if order == "ack fin":
                conn.send("A")
                wait_state(conn.sock, 5)        # FIN-WAIT-2
                conn.send("FA")
            elif order == "fin+ack":
                conn.send("FA")
            else:
                conn.send("FA", ack=end.seq)    # simultaneous: CLOSING
                conn.expect_ack(ignore=fin)
                conn.send("A")
            if order != "fin ack":
                conn.expect_ack(ignore=fin)
            wait_state(conn.sock, 6, 7)         # what the socket says of TIME-WAIT
            unequal(conn.sock.recv(10), b"")
            conn.sock.close()
            conn.send("FA", seq=add(conn.snd_nxt, -1))
            conn.expect_ack(ignore=fin)         # TIME-WAIT


@case("the peer first, in all orders (9293 3.6)")
def second():
    for make in BOTH:
        for data in (b"", b"the last words"):
            conn = make()
            conn.send("FA", data)
            conn.expect_ack()
            if data:
                unequal(conn.sock.recv(100), data)
            unequal(conn.sock.recv(100), b"")
            conn.sock.sendall(b"still here")
            conn.expect("A", data=b"still here")
            conn.send("A")
            conn.sock.close()
            conn.expect("FA", len=0)
            conn.send("A")
            conn.gone()


@case("half closed: data still comes in (9293 3.6.1)")
def half():
    for make in BOTH:
        conn = make()
        conn.sock.shutdown(socket.SHUT_WR)
        conn.expect("FA")
        conn.send("PA", b"more")
        unequal(conn.sock.recv(100), b"more")
        conn.expect_ack(ignore=fin)
        conn.send("PA", b"and more")
        unequal(conn.sock.recv(100), b"and more")
        conn.expect_ack()
        conn.send("FA")
        unequal(conn.sock.recv(100), b"")
        conn.expect_ack()


@case("data before the FIN, then the FIN, whatever the order of arrival")
def out_of_order_fin():
    conn = accepted()
    first = conn.snd_nxt
    conn.send("FA", b"world", seq=add(first, 6))
    conn.expect_ack(ack=first)
    conn.send("A", b"hello ", seq=first)
    conn.snd_nxt = add(first, 12)
    unequal(whole(conn.sock, 11), b"hello world")
    conn.expect_ack()


@case("FIN with the last data")
def fin_with_data():
    conn = accepted()
    conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    conn.sock.sendall(b"x" * 100)
    conn.nothing()
    conn.sock.close()
    seg = conn.expect("FA", data=b"x" * 100)
    conn.send("A")
    unequal(seg.end, conn.rcv_nxt)


@case("FIN is sent again, with the interval doubling (6298 5.5)")
def fin_again():
    conn = accepted()
    conn.sock.shutdown(socket.SHUT_WR)
    times = [conn.expect("FA").when for _ in range(6)]
    doubling(times[1:])         # the first may be a probe of the tail


@case("TIME-WAIT: the peer's FIN is answered again (9293 3.10.7.4)")
def time_wait_fin():
    conn = in_time_wait()
    for _ in range(3):
        conn.send("FA", seq=add(conn.snd_nxt, -1))
        seg = conn.expect_ack()
        unequal(seg.seq, conn.rcv_nxt)


@case("TIME-WAIT: a SYN with a later sequence number opens anew (1122 4.2.2.13)")
def reuse_seq():
    server = listener()
    for options in ((), ("ts",)):
        conn = in_time_wait(server=server, options=options)
        old = conn.rcv_nxt
        again = Conn(conn.ports[1], isn=add(conn.snd_nxt, 1000), local=conn.ports[0])
        again.shake(options=())
        assert again.syn.seq != old
        again.send("A")
        keep(server.accept()[0])


@case("TIME-WAIT: a SYN with a later timestamp does, with any sequence number (6191 2)")
def reuse_ts():
    server = listener()
    conn = in_time_wait(server=server)
    again = Conn(conn.ports[1], isn=add(conn.snd_nxt, -50000), local=conn.ports[0])
    again.ts_base = conn.ts_base - 5
    again.shake()
    again.send("A")
    keep(server.accept()[0])


@case("TIME-WAIT: an old SYN is acknowledged, and opens nothing (9293 3.10.7.4, 5961 4.2)")
def no_reuse():
    for options in ((), ("ts",)):
        conn = in_time_wait(options=options)
        old = Conn(conn.ports[1], isn=add(conn.snd_nxt, -50000), local=conn.ports[0])
        old.ts_base = conn.ts_base + 90
        old.send("S", options=old.syn_options(options))
        conn.expect("A", seq=conn.rcv_nxt, ack=conn.snd_nxt)


@case("TIME-WAIT: a RST ends it, unless tcp_rfc1337 (1337 3)")
def rfc1337():
    conn = in_time_wait()
    conn.send("R")
    conn.gone()
    with changed(tcp_rfc1337=1):
        conn = in_time_wait()
        conn.send("R")
        conn.send("FA", seq=add(conn.snd_nxt, -1))
        conn.expect_ack()


def bind_to(port, reuse=False, addr=STACK):
    """What bind() says to a new socket."""
    s = stream()
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
        s.bind((addr, port))
        return 0
    except OSError as error:
        return error.errno
    finally:
        s.close()


def reusing(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


@case("TIME-WAIT: the port is taken, but for who had SO_REUSEADDR and has it (socket(7))")
def keeps_port():
    for make in BOTH:
        for before in (None, reusing):
            if make is accepted:
                server = listener(before=before)
                conn = in_time_wait(server=server)
                server.close()
            else:
                conn = in_time_wait(make, before=before)
            port = conn.ports[1]
            for addr in (STACK, "0.0.0.0"):
                unequal(bind_to(port, addr=addr), errno.EADDRINUSE)
                unequal(bind_to(port, True, addr), 0 if before else errno.EADDRINUSE)
            unequal(bind_to(port, addr="127.0.0.1"), 0)
            conn.send("R")
            until(lambda port=port: not bind_to(port))


@case("TIME-WAIT: the port is free when the record goes, and while a program has the socket")
def frees_port():
    with changed(tcp_max_tw_buckets=1):
        first, second = in_time_wait(connected), in_time_wait(connected)
        until(lambda: not bind_to(first.ports[1]))
        unequal(bind_to(second.ports[1]), errno.EADDRINUSE)
        conn = connected()
        conn.sock.shutdown(socket.SHUT_WR)
        conn.expect("FA")
        conn.send("FA")
        conn.expect_ack()
        in_time_wait(connected)         # and the record is gone
        until(lambda: not bind_to(second.ports[1]))
        unequal(bind_to(conn.ports[1]), errno.EADDRINUSE)
        conn.sock.close()
        until(lambda: not bind_to(conn.ports[1]))


def call_again(conn, bind=False):
    """connect() to where a connection was, from its port. Return: the socket and the error."""
    s = stream()
    if bind:
        reusing(s)
        s.bind((STACK, conn.ports[1]))
    s.setblocking(False)
    return s, s.connect_ex((PEER, conn.ports[0]))


def opens_again(conn):
    """The SYN of another connection, which is behind all of the one before."""
    syn = conn.expect("S", ignore=lambda seg: "S" not in seg.flags)
    assert 65537 <= diff(syn.seq, conn.rcv_nxt), (syn, conn.rcv_nxt)
    again = Conn(conn.ports[1], local=conn.ports[0])
    again.rcv_nxt = syn.end
    again.send("SA", options=again.syn_options(("mss",)))
    again.expect_ack()


@case("TIME-WAIT: connect() chooses its port after a second, with tcp_tw_reuse and timestamps")
def recycled():
    before = counter("TcpExtTWRecycled")
    with changed(ip_local_port_range="2100 2100", tcp_tw_reuse=1):
        without = in_time_wait(connected, bind=False, options=("mss",))
        conn = in_time_wait(connected, bind=False)
        unequal(conn.ports[1], 2100)
        for reuse in (0, 2):
            with changed(tcp_tw_reuse=reuse):
                unequal(call_again(conn)[1], errno.EADDRNOTAVAIL)
        until(lambda: call_again(conn)[1] == errno.EINPROGRESS)
        opens_again(conn)
        unequal(call_again(without)[1], errno.EADDRNOTAVAIL)
    unequal(counter("TcpExtTWRecycled") - before, 1)


@case("TIME-WAIT: connect() from a given port has it at once, with timestamps")
def recycled_given():
    with changed(tcp_tw_reuse=0):
        conn = in_time_wait(connected, before=reusing)
        s, error = call_again(conn, bind=True)
        unequal(error, errno.EINPROGRESS)
        opens_again(conn)
        unequal(call_again(conn, bind=True)[1], errno.EADDRNOTAVAIL)
        conn = in_time_wait(connected, before=reusing, options=("mss",))
        unequal(call_again(conn, bind=True)[1], errno.EADDRNOTAVAIL)
        s.close()


@case("TIME-WAIT: connect() over the loopback chooses its port unless tcp_tw_reuse is 0")
def recycled_loopback():
    server = stream()
    server.bind(("127.0.0.1", 0))
    server.listen()

    def once():
        s = stream()
        error = s.connect_ex(server.getsockname())
        if not error:
            there = keep(server.accept()[0])
            s.close()
            unequal(there.recv(1), b"")
            there.close()
        return error

    with changed(ip_local_port_range="2200 2200"):
        for _ in range(2):
            until(lambda: once() == 0)
        with changed(tcp_tw_reuse=0):
            unequal(once(), errno.EADDRNOTAVAIL)


@case("TIME-WAIT: the number of records is bounded, the oldest goes")
def buckets():
    with changed(tcp_max_tw_buckets=4):
        server = listener()
        conns = [in_time_wait(server=server) for _ in range(8)]
        conns[0].gone()
        conns[-1].send("FA", seq=add(conns[-1].snd_nxt, -1))
        conns[-1].expect_ack()


@case("SO_LINGER of 0: a RST (9293 3.10.5)")
def linger_0():
    for make in BOTH:
        conn = make()
        conn.send("PA", b"unread")
        conn.expect_ack()
        linger(conn.sock, 0)
        conn.sock.close()
        seg = conn.expect()
        assert "R" in seg.flags and seg.seq == conn.rcv_nxt, seg
        conn.gone()


@case("close() with data unread: a RST (2525 2.17)")
def unread():
    for make in BOTH:
        conn = make()
        conn.send("PA", b"unread")
        conn.expect_ack()
        conn.sock.close()
        seg = conn.expect()
        assert "R" in seg.flags and seg.seq == conn.rcv_nxt, seg
        conn.gone()


@case("data after close(): a RST (1122 4.2.2.13, 9293 MAY-1, SHLD-3)")
def after_close():
    for make in BOTH:
        for acked in (True, False):
            conn = make()
            conn.sock.close()
            end = conn.expect("FA")
            conn.send("PA", b"too late", ack=None if acked else end.seq)
            seg = conn.expect(ignore=fin)
            assert "R" in seg.flags, seg
            until(lambda: is_gone(conn))


@case("close() with data unsent: data that comes is answered by a RST as well")
def after_early_close():
    for make in BOTH:
        conn = make(window=0)
        conn.sock.sendall(b"waiting")
        conn.sock.close()
        conn.send("PA", b"too late")
        seg = conn.wait_for(lambda seg: "R" in seg.flags)
        unequal(seg.data, b"")
        conn.gone()


@case("data unsent: FIN-WAIT-1 and LAST-ACK begin all the same (9293 3.10.4)")
def early_end():
    for make in BOTH:
        for passive in (False, True):
            conn = make(window=0)
            conn.sock.sendall(b"waiting")
            if passive:
                conn.send("FA")
                wait_state(conn.sock, 8)
            conn.sock.shutdown(socket.SHUT_WR)
            wait_state(conn.sock, 9 if passive else 4)
            conn.window = 1000
            conn.send("A")
            conn.wait_for(lambda seg: fin(seg) and seg.data in (b"waiting", b"aiting"))
            conn.send("A")
            wait_state(conn.sock, 7 if passive else 5)


def is_gone(conn):
    conn.send("A", ack=77, options=b"")
    return conn.expect().flags == "R"


@case("close() with SO_LINGER waits until the peer has it all")
def linger_waits():
    conn = accepted()
    linger(conn.sock, 5)
    conn.sock.sendall(b"data")
    import threading
    ended = threading.Event()
    thread = threading.Thread(target=lambda: (conn.sock.close(), ended.set()))
    thread.start()
    conn.wait_for(fin)
    assert not ended.is_set()
    conn.send("A")
    assert ended.wait(WAIT)
    thread.join()


@case("nobody's FIN-WAIT-2 ends after tcp_fin_timeout")
def orphan():
    with changed(tcp_fin_timeout=2):
        conn = accepted()
        conn.sock.close()
        start = conn.expect("FA").when
        conn.send("A")
        until(lambda: answered_by_reset(conn, start), 20)


def answered_by_reset(conn, start):
    """Old data does not keep it alive, nor is it a reason to end it."""
    conn.send("A", b"?", seq=add(conn.snd_nxt, -1))
    seg = conn.get(1)
    if not seg:
        return False    # that moment was the end
    if "R" in seg.flags:
        return True
    assert seg.when - start < 12, "still there"
    return False


@case("TCP_LINGER2 sets that time for one (tcp(7))")
def linger2():
    conn = accepted(before=lambda s: s.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, 1))
    conn.sock.close()
    start = conn.expect("FA").when
    conn.send("A")
    until(lambda: answered_by_reset(conn, start), 15)


@case("a FIN that nobody answers is given up, and forgotten (9293 3.8.3, R2)")
def orphan_gone():
    with changed(tcp_orphan_retries=2):
        conn = accepted()
        conn.sock.close()
        conn.expect("FA")
        until(lambda: quiet_and_gone(conn), 25)


def quiet_and_gone(conn):
    seg = conn.get(1)
    if seg:
        return False
    conn.send("A", ack=add(conn.rcv_nxt, 99999), seq=add(conn.snd_nxt, 1 << 29), options=b"")
    seg = conn.get()
    return seg and "R" in seg.flags


@case("shutdown() for reading sends nothing, and takes no word of the peer back")
def shut_rd():
    conn = accepted()
    conn.sock.shutdown(socket.SHUT_RD)
    conn.nothing()
    unequal(conn.sock.recv(10), b"")
    conn.sock.sendall(b"writes")
    conn.expect("A", data=b"writes")
    conn.send("A")


@case("a listener that closes resets what it has not accepted (9293 3.10.4)")
def unaccepted():
    server = listener()
    port = server.getsockname()[1]
    conn = Conn(port).shake()
    conn.send("A")
    until(lambda: select.select([server], [], [], 0)[0])
    half_open = Conn(port).shake()
    server.close()
    seg = conn.expect()
    assert "R" in seg.flags, seg
    half_open.send("A")
    half_open.expect("R", ignore=lambda s: "S" in s.flags)


@case("poll() at each step of an end")
def polls():
    conn = accepted()
    poller = select.poll()
    rdhup = 0x2000
    poller.register(conn.sock, select.POLLIN | rdhup)
    unequal(poller.poll(0), [])
    conn.send("FA")
    until(lambda: poller.poll(0) == [(conn.sock.fileno(), select.POLLIN | rdhup)])
    conn.sock.shutdown(socket.SHUT_WR)
    conn.wait_for(fin)
    conn.send("A")
    until(lambda: poller.poll(0) ==
          [(conn.sock.fileno(), select.POLLIN | rdhup | select.POLLHUP)])
    unequal(error_of(conn.sock), 0)
    unequal(struct.calcsize("ii"), 8)
    try:
        conn.sock.send(b"x")
    except OSError as error:
        unequal(error.errno, errno.EPIPE)
    else:
        raise AssertionError("sent")
    wire.drain()


main()
