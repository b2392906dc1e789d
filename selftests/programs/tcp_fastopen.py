# SPDX-License-Identifier: GPL-2.0
"""Fast Open (RFC 7413): the cases of tcp/fastopen.sh."""
import errno
import select
import socket
import threading

from tcp_peer import ALL, Conn, error_of, linger, listener
from tcp_wire import (STACK, WAIT, add, case, changed, counter, keep, main, stream, unequal, until,
                      wire)

MSG_FASTOPEN = 0x20000000
TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_KEY, TCP_FASTOPEN_NO_COOKIE = 23, 30, 33, 34
OPTION = 34
COOKIE = b"cookie!!"
addresses = (f"10.77.34.{n}" for n in range(1, 255))


def option(cookie=b""):
    return bytes([OPTION, 2 + len(cookie)]) + cookie


def set_tcp(s, name, value):
    s.setsockopt(socket.IPPROTO_TCP, name, value)


def info(s):
    """What TCP_INFO tells: its options, and why the SYN's data was not taken."""
    raw = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 128)
    return raw[5], raw[7] >> 1 & 3


def begun(addr, s, port=7):
    """The far end of a connection that a socket has begun, with its SYN."""
    conn = Conn(0, addr=addr, local=port)
    conn.ports = port, s.getsockname()[1]
    conn.key = addr, *conn.ports
    conn.sock = s
    conn.syn = conn.expect("S")
    conn.rcv_nxt = add(conn.syn.seq, 1)
    if "ts" in conn.syn.options:
        conn.ts_recent = conn.syn.options["ts"][0]
    return conn


def fast(addr, data=b"", before=None, port=7):
    """Opens by sendto(). Return: the far end, and what the call said."""
    s = stream()
    s.setblocking(False)
    if before:
        before(s)
    try:
        said = s.sendto(data, MSG_FASTOPEN, (addr, port))
    except OSError as e:
        said = -e.errno
    return begun(addr, s, port), said


def answer(conn, taken=0, more=b"", shift=7):
    """Answers a SYN, of whose data so many bytes are taken."""
    conn.rcv_nxt = add(conn.syn.seq, 1 + taken)
    conn.send("SA", options=conn.syn_options(ALL, shift=shift) + more)
    conn.ts, conn.shift, conn.window = True, conn.syn.options["wscale"], 65535 >> shift
    if not conn.sock.getblocking():
        conn.sock.settimeout(WAIT)
    return conn


def settled():
    """The dealer has heard what connections have told it: it has refused two others since."""
    for _ in range(2):
        conn = Conn(9)
        conn.send("S", options=b"")
        conn.expect("RA")


def known(addr, cookie=COOKIE):
    """Makes the stack know a cookie of this address."""
    conn, said = fast(addr, b"unheard")
    unequal(said, -errno.EINPROGRESS)
    unequal(conn.syn.options.get(OPTION), b"")
    unequal(conn.syn.data, b"")
    answer(conn, more=option(cookie)).expect_ack()
    settled()
    return conn


@case("a cookie is asked for, and used the next time (7413 4.2.1)")
def cookie():
    addr = next(addresses)
    conn = known(addr)
    unequal(info(conn.sock)[1], 1)
    conn.sock.sendall(b"then")
    conn.expect(data=b"then")
    before = counter("TcpExtTCPFastOpenActive")
    conn, said = fast(addr, b"at once")
    unequal(said, 7)
    unequal(conn.syn.options.get(OPTION), COOKIE)
    unequal(conn.syn.data, b"at once")
    answer(conn, 7).expect_ack()
    conn.nothing_but(None)
    conn.sock.sendall(b"more")
    seg = conn.expect(data=b"more")
    unequal(seg.seq, add(conn.syn.seq, 8))
    conn.send("PA", b"answer")
    unequal(conn.sock.recv(100), b"answer")
    assert info(conn.sock)[0] & 32, info(conn.sock)
    unequal(counter("TcpExtTCPFastOpenActive") - before, 1)
    # of the same address, to whatever port
    conn, said = fast(addr, b"elsewhere", port=8)
    unequal((said, conn.syn.data), (9, b"elsewhere"))


@case("cookies of every length fit beside all options (7413 4.1.1)")
def lengths():
    for length in (4, 6, 8, 16):
        addr = next(addresses)
        known(addr, b"x" * length)
        conn, said = fast(addr, b"data")
        unequal(conn.syn.options.get(OPTION), b"x" * length)
        assert {"mss", "wscale", "sack_ok", "ts"} <= set(conn.syn.options), conn.syn
        unequal((said, conn.syn.data), (4, b"data"))
    addr = next(addresses)
    for odd in (b"xxx", b"xxxxx", b"xx"):
        known(addr, odd)


@case("data that the answer does not acknowledge is sent again (7413 4.2.1)")
def unacknowledged():
    addr = next(addresses)
    known(addr)
    before = counter("TcpExtTCPFastOpenActiveFail")
    conn, _ = fast(addr, b"at once")
    answer(conn, 0, option(b"newer...")).expect("A", data=b"at once", seq=add(conn.syn.seq, 1))
    unequal(info(conn.sock)[1], 2)
    unequal(counter("TcpExtTCPFastOpenActiveFail") - before, 1)
    settled()
    conn, _ = fast(addr, b"again")
    unequal(conn.syn.options.get(OPTION), b"newer...")


@case("as much of it as is acknowledged counts")
def partly():
    addr = next(addresses)
    known(addr)
    conn, _ = fast(addr, b"0123456789")
    answer(conn, 4).expect("A", data=b"456789", seq=add(conn.syn.seq, 5))
    conn.send("A")
    conn.sock.sendall(b"behind")
    conn.expect(data=b"behind")


@case("what was never sent is not acknowledged")
def beyond():
    addr = next(addresses)
    known(addr)
    conn, _ = fast(addr, b"data")
    conn.send("SA", ack=add(conn.syn.seq, 6), options=conn.syn_options(ALL))
    conn.expect("R", seq=add(conn.syn.seq, 6))


@case("a SYN that is sent again has neither data nor option, and the next one no data")
def lost():
    addr = next(addresses)
    known(addr)
    conn, _ = fast(addr, b"at once")
    again = conn.expect("S")
    unequal((again.data, again.options.get(OPTION), again.seq), (b"", None, conn.syn.seq))
    answer(conn).wait_for(lambda seg: seg.data == b"at once")
    unequal(info(conn.sock)[1], 3)
    settled()
    conn, said = fast(addr, b"carefully")
    unequal((said, conn.syn.data), (-errno.EINPROGRESS, b""))
    unequal(conn.syn.options.get(OPTION), None)


@case("no more than a segment goes with the SYN (7413 4.2.1)")
def large():
    addr = next(addresses)
    known(addr)
    data = bytes(range(256)) * 20
    conn, said = fast(addr, data)
    unequal((said, conn.syn.data), (1420, data[:1420]))
    answer(conn, 1420).expect_ack()


@case("a blocking call waits for the connection, and sends the rest")
def blocking():
    addr = next(addresses)
    known(addr)
    data = bytes(range(256)) * 20
    s = stream()
    s.setblocking(True)
    s.bind((STACK, 0))
    said = []
    caller = threading.Thread(target=lambda: said.append(s.sendto(data, MSG_FASTOPEN, (addr, 7))))
    caller.start()
    conn = begun(addr, s)
    unequal(conn.syn.data, data[:1420])
    assert not said, said
    answer(conn, 1420)          # acknowledged by itself, or with the rest
    unequal(conn.read_all(len(data) - 1420), data[1420:])
    caller.join(WAIT)
    unequal(said, [len(data)])


@case("refused, with data in the SYN")
def refused():
    addr = next(addresses)
    known(addr)
    conn, _ = fast(addr, b"data")
    conn.send("RA", ack=add(conn.syn.seq, 5), options=b"")
    select.select([], [conn.sock], [], WAIT)
    unequal(error_of(conn.sock), errno.ECONNREFUSED)


@case("simultaneous open, with data in our SYN (9293 3.5)")
def simultaneous():
    addr = next(addresses)
    known(addr)
    conn, _ = fast(addr, b"data")
    conn.send("S", options=conn.syn_options(ALL))
    seg = conn.expect("SA", seq=conn.syn.seq, ack=conn.snd_nxt)
    unequal((seg.data, seg.options.get(OPTION)), (b"", None))
    conn.ts, conn.shift, conn.window = True, seg.options["wscale"], 512
    conn.rcv_nxt = add(conn.syn.seq, 1)
    conn.send("A")
    conn.expect("A", data=b"data", seq=add(conn.syn.seq, 1))


@case("connect() waits for data (TCP_FASTOPEN_CONNECT)")
def deferred():
    addr = next(addresses)
    later = lambda s: set_tcp(s, TCP_FASTOPEN_CONNECT, 1)      # noqa: E731
    s = stream()
    later(s)
    s.setblocking(False)
    unequal(s.connect_ex((addr, 7)), errno.EINPROGRESS)
    conn = begun(addr, s)
    unequal(conn.syn.options.get(OPTION), b"")
    answer(conn, more=option(COOKIE)).expect_ack()
    settled()
    for blocking_call in (False, True):
        s = stream()
        later(s)
        s.setblocking(blocking_call)
        unequal(s.connect_ex((addr, 7)), 0)
        unequal(s.connect_ex((addr, 7)), errno.EISCONN)
        wire.ping()
        assert (addr, 7, s.getsockname()[1]) not in wire.waiting
        assert select.select([], [s], [], 0)[1]
        s.setblocking(False)
        unequal(s.send(b"first"), 5)
        conn = begun(addr, s)
        unequal((conn.syn.options.get(OPTION), conn.syn.data), (COOKIE, b"first"))
        answer(conn, 5).expect_ack()
        s.sendall(b"second")
        conn.expect(data=b"second")
    # given up before there was any
    s = stream()
    later(s)
    unequal(s.connect_ex((addr, 7)), 0)
    s.close()


@case("without a cookie, where that is wanted")
def without():
    addr = next(addresses)
    with changed(tcp_fastopen=5):
        conn, said = fast(addr, b"trusting")
    unequal((said, conn.syn.data, conn.syn.options.get(OPTION)), (8, b"trusting", None))
    answer(conn, 8).expect_ack()
    conn, said = fast(addr, b"trusting", lambda s: set_tcp(s, TCP_FASTOPEN_NO_COOKIE, 1))
    unequal((said, conn.syn.data, conn.syn.options.get(OPTION)), (8, b"trusting", None))
    conn, said = fast(addr, b"trusting")
    unequal((said, conn.syn.data, conn.syn.options.get(OPTION)), (-errno.EINPROGRESS, b"", b""))


@case("net.gonet.tcp_fastopen forbids it")
def forbidden():
    addr = next(addresses)
    with changed(tcp_fastopen=2):
        s = stream()
        for call in (lambda: s.sendto(b"x", MSG_FASTOPEN, (addr, 7)),
                     lambda: set_tcp(s, TCP_FASTOPEN_CONNECT, 1)):
            try:
                call()
            except OSError as e:
                unequal(e.errno, errno.EOPNOTSUPP)
            else:
                raise AssertionError("it is allowed")


@case("errors of the call, as natively")
def errors():
    addr = next(addresses)
    conn, _ = fast(addr)
    for expected in (errno.EALREADY, errno.EALREADY):
        try:
            conn.sock.sendto(b"x", MSG_FASTOPEN, (addr, 7))
        except OSError as e:
            unequal(e.errno, expected)
    answer(conn).expect_ack()
    try:
        conn.sock.sendto(b"x", MSG_FASTOPEN, (addr, 7))
        conn.sock.sendto(b"x", MSG_FASTOPEN, (addr, 7))
    except OSError as e:
        unequal(e.errno, errno.EISCONN)
    s = stream()
    try:
        s.send(b"x", MSG_FASTOPEN)
    except OSError as e:
        unequal(e.errno, errno.EINVAL)
    s.close()


def server(most=8, before=None):
    """A listener with Fast Open, where that is allowed."""
    def prepare(s):
        set_tcp(s, TCP_FASTOPEN, most)
        if before:
            before(s)
    return listener(before=prepare)


def syn(to, addr, cookie=None, data=b""):
    """The far end of a connection to a listener, which has answered its SYN."""
    conn = Conn(to.getsockname()[1], addr=addr)
    more = b"" if cookie is None else option(cookie)
    conn.send("S", data, options=conn.syn_options(ALL) + more)
    conn.syn = conn.expect("SA")
    conn.taken = conn.syn.ack - conn.isn - 1 & 0xffffffff
    conn.snd_nxt, conn.rcv_nxt = conn.syn.ack, add(conn.syn.seq, 1)
    return conn.agree(7)


def given(to, addr):
    """The cookie that a listener gives an address."""
    conn = syn(to, addr, b"")
    cookie = conn.syn.options.get(OPTION)
    conn.send("R", options=b"")
    return cookie


def early(to, addr, cookie, data=b"early"):
    """A connection by Fast Open, whose handshake is not done."""
    conn = syn(to, addr, cookie, data)
    unequal(conn.taken, len(data))
    conn.sock = keep(to.accept()[0])
    return conn


@case("a listener gives cookies, and takes data with them (7413 4.2.2)")
def gives():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        to = server()
        asked = counter("TcpExtTCPFastOpenCookieReqd")
        cookie = given(to, addr)
        unequal(len(cookie), 8)
        unequal(counter("TcpExtTCPFastOpenCookieReqd") - asked, 1)
        unequal(given(to, addr), cookie)
        assert given(to, next(addresses)) != cookie
        taken = counter("TcpExtTCPFastOpenPassive")
        conn = early(to, addr, cookie)
        unequal(conn.syn.options.get(OPTION), None)
        unequal(counter("TcpExtTCPFastOpenPassive") - taken, 1)
        unequal(conn.sock.recv(100), b"early")
        assert select.select([], [conn.sock], [], 0)[1]
        unequal(info(conn.sock)[0] & 32, 32)
        # what answers it need not wait for the handshake
        conn.sock.sendall(b"answer")
        conn.expect("A", data=b"answer", seq=add(conn.syn.seq, 1))
        conn.send("PA", b"later")
        unequal(conn.sock.recv(100), b"later")
        conn.expect_ack()
        conn.sock.sendall(b"more")
        conn.expect("A", data=b"more")
        conn.send("A")
        # without data it is there at once, too
        conn = syn(to, addr, cookie)
        conn.sock = keep(to.accept()[0])
        conn.send("PA", b"data")
        unequal(conn.sock.recv(100), b"data")


@case("a cookie that is not good gives the one that is, and no data")
def not_good():
    addr, other = next(addresses), next(addresses)
    with changed(tcp_fastopen=3):
        to = server()
        cookie = given(to, addr)
        failed = counter("TcpExtTCPFastOpenPassiveFail")
        for wrong in (given(to, other), b"xxxxxxxx", cookie[:4], cookie + cookie):
            conn = syn(to, addr, wrong, b"early")
            unequal((conn.taken, conn.syn.options.get(OPTION)), (0, cookie))
            conn.send("PA", b"early")
            unequal(keep(to.accept()[0]).recv(100), b"early")
            conn.expect_ack()
        unequal(counter("TcpExtTCPFastOpenPassiveFail") - failed, 4)
        for odd in (None, b"x", b"xxx"):
            conn = syn(to, addr, odd, b"early")
            unequal((conn.taken, conn.syn.options.get(OPTION)), (0, None))


@case("where it is not allowed, or nobody has asked for it, there is none")
def not_allowed():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        cookie = given(server(), addr)
        unequal(given(server(0), addr), None)
        conn = syn(listener(), addr, cookie, b"early")
        unequal((conn.taken, conn.syn.options.get(OPTION)), (0, None))
    to = server()
    conn = syn(to, addr, cookie, b"early")
    unequal((conn.taken, conn.syn.options.get(OPTION)), (0, None))
    with changed(tcp_fastopen=0x403):
        unequal(given(listener(), addr), cookie)


@case("no more at once than TCP_FASTOPEN says (7413 5.1)")
def bounded():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        cookie = given(server(), addr)
        to = server(2)
        first, second = early(to, addr, cookie), early(to, addr, cookie)
        full = counter("TcpExtTCPFastOpenListenOverflow")
        conn = syn(to, addr, cookie, b"early")
        unequal((conn.taken, conn.syn.options.get(OPTION)), (0, None))
        unequal(counter("TcpExtTCPFastOpenListenOverflow") - full, 1)
        first.send("A")
        first.sock.sendall(b"x")
        first.expect("A", data=b"x")
        early(to, addr, cookie)
        # what is reset keeps its place for a while
        second.send("R", options=b"")
        try:
            second.sock.send(b"x")
            second.sock.recv(100)
            second.sock.recv(100)
        except OSError as e:
            assert e.errno in (errno.ECONNRESET, errno.EPIPE), e
        unequal(syn(to, addr, cookie, b"early").taken, 0)
        # and what the program gives up does not
        to = server(1)
        conn = early(to, addr, cookie)
        conn.sock.recv(100)
        linger(conn.sock, 0)
        conn.sock.close()
        conn.expect("RA")
        unequal(syn(to, addr, cookie, b"early").taken, 5)


@case("until the SYN-ACK is acknowledged nothing else is sent again")
def again():
    addr = next(addresses)
    with changed(tcp_fastopen=3, tcp_synack_retries=0):
        to = server()
        conn = early(to, addr, given(to, addr))
        conn.sock.sendall(b"answer")
        conn.expect("A", data=b"answer")
        seg = conn.expect("SA", seq=conn.syn.seq, ack=conn.syn.ack)
        unequal((seg.data, seg.options.get(OPTION)), (b"", None))
        # its SYN again, as it may not have heard
        conn.send("S", seq=conn.isn, options=conn.syn_options(ALL))
        conn.expect("SA", seq=conn.syn.seq, ack=conn.syn.ack)
        conn.send("A", ack=add(conn.syn.seq, 1))
        conn.expect("A", data=b"answer", seq=add(conn.syn.seq, 1))
        # nobody answers
        conn = early(to, addr, given(to, addr))
        unequal(conn.sock.recv(100), b"early")
        try:
            unequal(conn.sock.recv(100), None)
        except OSError as e:
            unequal(e.errno, errno.ETIMEDOUT)


@case("what acknowledges something else is refused")
def refuses():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        to = server()
        conn = early(to, addr, given(to, addr))
        conn.send("PA", b"forged", ack=conn.syn.seq)
        conn.expect("R", seq=conn.syn.seq)
        conn.send("PA", b"forged", ack=add(conn.syn.seq, 2))
        conn.expect("R", seq=add(conn.syn.seq, 2))
        conn.snd_nxt = conn.syn.ack
        conn.send("PA", b"true")
        conn.expect_ack()
        unequal(conn.sock.recv(100), b"earlytrue")


@case("closed before the handshake is done")
def closed():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        to = server()
        conn = early(to, addr, given(to, addr))
        conn.sock.recv(100)
        conn.sock.sendall(b"bye")
        conn.sock.close()
        conn.wait_for(lambda seg: "F" in seg.flags)
        unequal(conn.rcv_nxt, add(conn.syn.seq, 5))
        conn.send("FA")
        conn.expect_ack()


@case("keys of a listener, the new and the old one (TCP_FASTOPEN_KEY)")
def keys():
    addr = next(addresses)
    new, old = bytes(range(16)), bytes(range(16, 32))

    def keyed(key):
        return server(before=lambda s: s.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_KEY, key))

    with changed(tcp_fastopen=3):
        unequal(keyed(new + old).getsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_KEY, 40), new + old)
        unequal(server().getsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_KEY, 40),
                server().getsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_KEY, 40))
        ours, theirs = given(keyed(new), addr), given(keyed(old), addr)
        assert ours != theirs
        unequal(given(keyed(new + old), addr), ours)
        unequal(syn(keyed(new), addr, theirs, b"early").taken, 0)
        before = counter("TcpExtTCPFastOpenPassiveAltKey")
        conn = syn(keyed(new + old), addr, theirs, b"early")
        unequal((conn.taken, conn.syn.options.get(OPTION)), (5, ours))
        unequal(counter("TcpExtTCPFastOpenPassiveAltKey") - before, 1)
        conn = syn(keyed(new + old), addr, ours, b"early")
        unequal((conn.taken, conn.syn.options.get(OPTION)), (5, None))


@case("listeners that ask for no cookie")
def trusting():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        to = server(before=lambda s: set_tcp(s, TCP_FASTOPEN_NO_COOKIE, 1))
        unequal(syn(to, addr, None, b"early").taken, 5)
        unequal(syn(to, addr, b"", b"early").taken, 5)
    with changed(tcp_fastopen=0x203):
        unequal(syn(server(), addr, None, b"early").taken, 5)
        unequal(syn(listener(), addr, None, b"early").taken, 0)


@case("a listener that is closed with connections whose handshake is not done")
def unlistened():
    addr = next(addresses)
    with changed(tcp_fastopen=3):
        to = server()
        cookie = given(to, addr)
        accepted, waiting = early(to, addr, cookie), syn(to, addr, cookie, b"early")
        to.close()
        waiting.expect("RA")
        accepted.send("PA", b"later")
        until(lambda: accepted.sock.recv(100, socket.MSG_PEEK) == b"earlylater")


if __name__ == "__main__":
    main()
