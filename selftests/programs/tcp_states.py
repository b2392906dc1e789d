# SPDX-License-Identifier: GPL-2.0
"""Every state with every flag combination: the cases of tcp/states.sh.

What a segment is answered by is computed by the rules of RFC 9293 3.10.7 and RFC 5961, and held
against what the stack does; then the connection must be where they say.
"""
import errno
import itertools

from tcp_peer import Conn, accepted, calling, error_of, linger, listener, nodelay
from tcp_segment import add
from tcp_wire import NATIVE_NS, WAIT, case, keep, main, unequal, until, wire

FLAGS = ["".join(c) for n in range(7) for c in itertools.combinations("FSRPAU", n)]
PLACES = {"exact": 0, "inside": 100, "old": -100, "beyond": 1 << 20}
SILENT, ACK, RST, SYNACK, ANY = "silence", "an ACK", "a RST", "a SYN with ACK", "anything"
SAME, OVER, MOVED = "the same", "over", "another"


def show(flags):
    return flags or "no flags"


# Connections in each state; the retransmissions of a FIN do not count.

def established():
    conn = accepted()
    nodelay(conn.sock)
    conn.ignore = lambda seg: False
    return conn


def fin_wait_1(conn=None):
    conn = conn or established()
    conn.sock.shutdown(1)
    fin = conn.expect("FA", len=0)
    conn.ignore = lambda seg: "F" in seg.flags and seg.seq == fin.seq
    conn.fin = fin
    # Its ACK is held back: what is sent from here on acknowledges what came before it.
    conn.unacked = fin.seq
    return conn


def fin_wait_2():
    conn = fin_wait_1()
    conn.unacked = None
    conn.send("A")
    return conn


def close_wait():
    conn = established()
    conn.send("FA")
    conn.expect_ack()
    return conn


def closing():
    conn = fin_wait_1()
    conn.send("FA", ack=conn.unacked)
    conn.expect_ack(ignore=conn.ignore)
    return conn


def last_ack():
    return fin_wait_1(close_wait())


def time_wait():
    conn = fin_wait_2()
    conn.send("FA")
    conn.expect_ack(ignore=conn.ignore)
    conn.ignore = lambda seg: False
    return conn


STATES = {"ESTABLISHED": established, "FIN-WAIT-1": fin_wait_1, "FIN-WAIT-2": fin_wait_2,
          "CLOSE-WAIT": close_wait, "CLOSING": closing, "LAST-ACK": last_ack}
HAS_FIN = ("CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT")


def rule(state, flags, place):
    """RFC 9293 3.10.7.4 with RFC 5961 3.2 and 4.2: the answer, and what becomes of the
    connection."""
    if "R" in flags:
        if place == "exact":
            return SILENT, OVER
        return (ACK if place == "inside" else SILENT), SAME
    if "S" in flags:
        return ACK, SAME
    if place in ("old", "beyond"):
        # Linux is silent then, too.
        return (ANY if NATIVE_NS and "A" not in flags else ACK), SAME
    if "A" not in flags:
        return SILENT, SAME
    if "F" in flags:
        if state in HAS_FIN:    # after the FIN there is nothing: Linux is silent
            return (ANY if NATIVE_NS else ACK), SAME
        return ACK, MOVED if place == "exact" else SAME
    return SILENT, SAME


def held_back(conn):
    """What the peer acknowledges so that the state stays."""
    return getattr(conn, "unacked", None)


def look(conn, want):
    """The answer is of the kind that is wanted, with numbers that are right."""
    if want == ANY:
        conn.nothing_but(lambda seg: True)
        wire.waiting.pop(conn.key, None)
        return
    seg = conn.expect("A", ignore=conn.ignore, len=0)
    unequal(seg.ack, conn.snd_nxt, f"ack of {seg}")
    unequal(seg.seq, conn.rcv_nxt, f"seq of {seg}")


def drop_ignored(conn):
    wire.drain()
    left = wire.waiting.get(conn.key, [])
    wire.waiting[conn.key] = [seg for seg in left if not conn.ignore(seg)]


def one(state, conn, flags, place):
    """Return: whether the connection can be used for the next."""
    want, then = rule(state, flags, place)
    drop_ignored(conn)
    # What is out of place has data: empty segments there are answered now and then only.
    data = b"?" if place in ("old", "beyond") else b""
    conn.send(flags, data, seq=add(conn.snd_nxt, PLACES[place]), ack=held_back(conn))
    if then == MOVED:
        conn.snd_nxt = add(conn.snd_nxt, 1)
    look_ignoring(conn, want)
    if then == OVER:
        conn.gone(ignore=conn.ignore)
        return False
    conn.probe(ignore=conn.ignore, ack=held_back(conn))
    return then == SAME and "F" not in flags


def look_ignoring(conn, want):
    if want == SILENT:
        conn.nothing_but(conn.ignore)
        drop_ignored(conn)
    else:
        look(conn, want)


def table(state, make):
    conn = None
    for place in PLACES:
        for flags in FLAGS:
            conn = conn or make()
            try:
                if not one(state, conn, flags, place):
                    conn = None
            except AssertionError as error:
                raise AssertionError(f"{state}, {show(flags)} {place}: {error}") from error


def acks(state, make):
    """RFC 5961 5.2: an ACK of what was not sent, or too old, is challenged; a good one not."""
    conn = make()
    top = getattr(conn, "unacked", None) or conn.rcv_nxt
    for offset, want in ((1 << 20, ACK), (1 << 30, ACK), (-(1 << 30), ACK), (-(1 << 24), ACK)):
        drop_ignored(conn)
        conn.send("A", ack=add(top, offset))
        look_ignoring(conn, want)
        conn.probe(ignore=conn.ignore, ack=held_back(conn))
    conn.send("A", seq=add(conn.snd_nxt, 5), ack=held_back(conn))
    conn.nothing_but(conn.ignore)


for name, maker in STATES.items():
    case(f"{name}: every flag combination (9293 3.10.7.4, 5961 3.2, 4.2)")(
        lambda name=name, maker=maker: table(name, maker))
    case(f"{name}: ACKs out of range (5961 5.2)")(
        lambda name=name, maker=maker: acks(name, maker))


@case("TIME-WAIT: every flag combination (9293 3.10.7.4)")
def in_time_wait():
    for place, flags in itertools.product(PLACES, FLAGS):
        if "S" in flags and "A" not in flags and "R" not in flags:
            continue        # may open a new connection: close.sh
        if "R" in flags and place == "exact":
            continue        # RFC 1337: close.sh
        conn = in_time_wait.conn = getattr(in_time_wait, "conn", None) or time_wait()
        conn.send(flags, seq=add(conn.snd_nxt, PLACES[place]))
        wire.ping()
        for seg in wire.waiting.pop(conn.key, []):
            unequal((seg.flags, seg.seq, seg.ack, seg.data),
                    ("A", conn.rcv_nxt, conn.snd_nxt, b""), f"{show(flags)} {place}: {seg}")
        # The FIN that comes again is always answered.
        conn.send("FA", seq=add(conn.snd_nxt, -1))
        seg = conn.expect("A", seq=conn.rcv_nxt, ack=conn.snd_nxt, len=0)


def reset_rule(seg):
    """RFC 9293 3.10.7.1: what answers a segment that belongs to nobody."""
    if "R" in seg.flags:
        return None
    if "A" in seg.flags:
        return {"flags": "R", "seq": seg.ack}
    return {"flags": "RA", "seq": 0, "ack": seg.end}


@case("CLOSED: every flag combination, with and without data (9293 3.10.7.1)")
def closed():
    server = listener()
    port = server.getsockname()[1]
    server.close()
    for data, flags in itertools.product((b"", b"some data"), FLAGS):
        conn = Conn(port)
        want = reset_rule(conn.send(flags, data, ack=0x12345678))
        if want:
            seg = conn.expect(**want)
            unequal((seg.window, seg.data, seg.options), (0, b"", {}), str(seg))
        conn.send("A", seq=1, ack=77)
        conn.expect("R", seq=77)


@case("LISTEN: every flag combination (9293 3.10.7.2)")
def listening():
    server = listener(backlog=64)
    for flags in FLAGS:
        conn = Conn(server.getsockname()[1])
        conn.send(flags, ack=0x12345678)
        if "R" in flags or ("S" not in flags and "A" not in flags):
            pass
        elif "A" in flags:
            conn.expect("R", seq=0x12345678)
        elif "F" in flags:      # both are seen: taken for a SYN, or for neither
            wire.ping()
            assert all(map(answering, wire.waiting.pop(conn.key, [])))
        else:
            seg = conn.expect("SA", ack=add(conn.isn, 1))
            conn.send("R", seq=seg.ack)
        # Nothing was begun, or it is over.
        conn.send("A", seq=1, ack=77)
        conn.expect("R", seq=77, ignore=answering)


def syn_sent_rule(flags, good):
    """RFC 9293 3.10.7.3: the answer, and the state."""
    if "A" in flags and not good:
        return (SILENT if "R" in flags else RST), SAME
    if "R" in flags:
        return SILENT, OVER if "A" in flags else SAME
    if "S" not in flags:
        return SILENT, SAME
    return (ACK if "A" in flags else SYNACK), MOVED


@case("SYN-SENT: every flag combination (9293 3.10.7.3)")
def syn_sent():
    for good, flags in itertools.product((True, False), FLAGS):
        conn = calling()
        iss, ack = conn.syn.seq, add(conn.syn.seq, 1 if good else 5000)
        want, then = syn_sent_rule(flags, good)
        sent = conn.send(flags, ack=ack, options=b"")
        again = lambda seg: set("SEC") >= set(seg.flags)
        if want == RST:
            conn.expect("R", seq=ack, ignore=again)
        elif want == ACK:
            seg = conn.expect("A", seq=add(iss, 1), ignore=again)
            assert seg.ack in (add(conn.isn, 1), sent.end), seg
        elif want == SYNACK:
            seg = conn.expect("SA", seq=iss, ignore=again)
            assert seg.ack in (add(conn.isn, 1), sent.end), seg
        else:
            conn.nothing_but(again)
        if then == OVER:
            until(lambda conn=conn: error_of_is(conn, errno.ECONNREFUSED))
        elif then == SAME:
            conn.send("A", seq=9, ack=add(iss, 9999), options=b"")
            conn.expect("R", seq=add(iss, 9999), ignore=again)
            unequal(error_of(conn.sock), 0)
        conn.sock.close()


def syn_received_rule(flags, place):
    """RFC 9293 3.10.7.4, and what is special of SYN-RECEIVED there."""
    if "R" in flags:
        if place == "exact":
            return SILENT, OVER
        return (ACK if place == "inside" else SILENT), SAME
    if "S" in flags:
        return ACK, SAME
    if place in ("old", "beyond"):
        return ACK, SAME
    if "A" not in flags:
        return SILENT, SAME
    return (ANY if "F" in flags else SILENT), MOVED


def answering(seg):
    """The SYN with ACK that is sent again, and what a connection says when it begins."""
    return "S" in seg.flags


def one_request(server, flags, place):
    conn = Conn(server.getsockname()[1]).shake()
    want, then = syn_received_rule(flags, place)
    conn.send(flags, seq=add(conn.snd_nxt, PLACES[place]))
    if want == ACK:
        seg = conn.expect("A", len=0, ignore=answering)
        unequal((seg.seq, seg.ack, seg.window),
                (conn.rcv_nxt, conn.snd_nxt, conn.syn.window >> conn.shift))
    elif want == SILENT:
        conn.nothing_but(answering)
    else:
        wire.ping()
        wire.waiting.pop(conn.key, None)
    if then == OVER:
        conn.send("A", ack=77)
        conn.expect("R", seq=77, ignore=answering)
        return
    conn.send("A")
    conn.sock = keep(server.accept()[0])
    conn.sock.sendall(b"x")
    conn.wait_for(lambda seg: seg.data == b"x")
    linger(conn.sock, 0)
    conn.sock.close()


@case("SYN-RECEIVED: every flag combination (9293 3.10.7.4, 5961)")
def syn_received():
    server = listener(backlog=64)
    for place, flags in itertools.product(PLACES, FLAGS):
        try:
            one_request(server, flags, place)
        except (AssertionError, TimeoutError) as error:
            raise AssertionError(f"{show(flags)} {place}: {error}") from error


@case("SYN-RECEIVED: an ACK of what was not sent is refused (9293 3.10.7.4)")
def syn_received_ack():
    server = listener()
    conn = Conn(server.getsockname()[1]).shake()
    for ack in (conn.syn.seq, add(conn.syn.seq, 2), add(conn.syn.seq, 1 << 31)):
        conn.send("A", ack=ack)
        conn.expect("R", seq=ack)
    conn.send("A")
    keep(server.accept()[0])


@case("a RST tells the program: ECONNRESET, or EPIPE after a FIN (9293 3.10.7.4)")
def reset_told():
    for make, want in ((established, errno.ECONNRESET), (close_wait, errno.EPIPE),
                       (fin_wait_1, errno.ECONNRESET), (fin_wait_2, errno.ECONNRESET)):
        conn = make()
        conn.send("R")
        until(lambda conn=conn: error_of_is(conn, want), WAIT)


def error_of_is(conn, want):
    got = error_of(conn.sock)
    assert got in (0, want), got
    return got == want


main()
