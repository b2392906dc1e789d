#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""`gonet socket` and the dump below it: the cases of control/socket.sh."""
import collections
import errno
import json
import mmap
import os
import random
import re
import resource
import socket
import struct
import subprocess
import sys
import time

from gonet_socket import (AF_GONET, GONET_REUSEPORT, SOL_GONET, STACK, bound, gonet, libc, main,
                          native)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../control"))
import netlink_fuzz  # noqa: E402

LO = "127.0.0.1"
SOL_UDP = 17
SO_BROADCAST, SO_DONTROUTE, SO_NO_CHECK, SO_TIMESTAMP, SO_MEMINFO = 6, 5, 11, 29, 55
MEMS = ("rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued", "optmem",
        "backlog", "drops")
STABLE, COMING = 2000, 10000


def run(*words):
    """What a command prints; it must succeed and not complain."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    assert done.returncode == 0 and not done.stderr, (words, done)
    return done.stdout


def listed(*words):
    """The sockets that `gonet socket -j` lists."""
    return json.loads(run("gonet", "-j", "socket", *words))


def inode(sock):
    """The inode of a socket's file."""
    return os.fstat(sock.fileno()).st_ino


def eventually(check):
    """Waits until a check that asserts does not fail: packets are under way for a while."""
    end = time.monotonic() + 30
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > end:
                raise
        time.sleep(0.05)


def row(sock, *words):
    """What is listed of a socket, which must be there exactly once."""
    rows = [one for one in listed("-ae", *words) if one["inode"] == inode(sock)]
    assert len(rows) == 1, rows
    return rows[0]




def shapes(opens):
    """The same sockets on whichever stack."""
    def udp(addr, port):
        sock = bound(opens(), addr, port)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 50000)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 60000)
        return sock
    sockets = [udp(LO, 5001), udp("0.0.0.0", 5002), udp(LO, 5003), udp("0.0.0.0", 53),
               udp("0.0.0.0", 5005)]
    sockets[2].connect((LO, 5001))
    sockets[4].setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"gonet0")
    for proto in (1, 200):
        sock = opens(socket.SOCK_RAW, proto)
        sock.bind((LO, 0))
        sockets.append(sock)
    return sockets


def words_of(text):
    """The lines of a listing as sorted lists of words: blanks do not matter."""
    return sorted(line.split() for line in text.splitlines())


def both(*words):
    """What ss and we print with the same words; it has no name for raw sockets."""
    return words_of(run("ss", *words).replace("???", "raw")), \
        words_of(run("gonet", "socket", *words))


def like_ss():
    kept = shapes(gonet), shapes(native)
    assert len(kept[0]) == 7
    for words in ("-Hanuw", "-Hauw", "-Hlnuw", "-Hanuwm", "-HanuwmO",
                  "--no-header --all --numeric --udp --raw"):
        theirs, ours = both(*words.split())
        assert theirs == ours and theirs, (words, theirs, ours)
    # Where only one kind is asked for, ss leaves the column Netid out.
    for words, kind in (("-Hanu", "udp"), ("-Hanw", "raw")):
        theirs, ours = both(*words.split())
        assert [[kind] + line for line in theirs] == ours and ours, (words, theirs, ours)
    head = run("gonet", "socket", "-an").splitlines()[0]
    assert head.split() == run("ss", "-anuw").splitlines()[0].replace(
        "Process", "").split(), head


def filters():
    kept = shapes(gonet), shapes(native)
    assert kept
    seen = set()
    for words in (
            "sport = :5001", "sport = 5001", "sport == 5001", "sport eq 5001", "sport != 5001",
            "sport < 5003", "sport <= 5003", "sport > 5001", "sport >= 5003", "dport = :5001",
            "dport != 5001", "sport = :domain", "src 127.0.0.1", "src 127.0.0.0/8",
            "src = 127.0.0.1", "src 127.0.0.1:5001", "src 127.0.0.0/8:5003",
            "src 10.0.0.0/8", "dst 127.0.0.1", "dst 127.0.0.1:5001", "dst 127.0.0.1:5002",
            "not sport = 5001", "! sport = 5001", "sport = 5001 or sport = 5002",
            "sport = 5001 || sport = 5002", "sport = 5001 and src 127.0.0.1",
            "sport = 5001 && dport = 5001", "sport = 5003 dport = 5001",
            "( sport = 5001 or sport = 5003 ) and dst 127.0.0.1",
            "not ( sport = 5001 or src 127.0.0.1 )"):
        theirs, ours = both("-Hanuw", *words.split())
        assert theirs == ours, (words, theirs, ours)
        seen.add(len(ours))
        # In one argument it means the same.
        assert words_of(run("gonet", "socket", "-Hanuw", words)) == ours, words
    assert len(seen) > 4, seen
    # Where only one state is asked for, ss leaves its column out, and older kernels do
    # not select raw sockets by their state.
    for words in ("", "-l", "-a", "state established", "state closed", "state unconnected",
                  "state established sport = 5003", "state established sport = 5001",
                  "state closed state established", "exclude established", "state all",
                  "state all exclude close", "state listening", "state connected",
                  "-l sport = 5001", "-l sport = 5003"):
        theirs, ours = ([[word for word in line if ":" in word] for line in lines]
                        for lines in both("-Hnu", *words.split()))
        assert sorted(theirs) == sorted(ours), (words, theirs, ours)
    # What ss has no equal for.
    def ports(*words):
        return sorted(one["local_port"] for one in listed(*words))
    assert ports("-au", "dev", "gonet0") == [5005]
    assert ports("-au", "dev", "=", "gonet0") == [5005]
    assert ports("-au", "dev != gonet0") == [53, 5001, 5002, 5003]
    assert ports("-au", "src != 127.0.0.1") == [53, 5002, 5005]
    assert ports("-au", "dst != 127.0.0.1:5001") == [53, 5001, 5002, 5005]
    assert ports("-A", "udp", "-a") == [53, 5001, 5002, 5003, 5005]
    assert ports("-A", "raw", "-a") == ports("-aw") == [1, 200]
    assert ports("-A", "raw,udp", "-a") == ports("-auw") == ports("-A", "inet", "-a")
    assert ports("-a", "--ping") == []
    assert ports("-a", "(sport=5001)|(sport=5002)") == [5001, 5002]
    assert ports("-a", "sport=:5001", "or", "(", "sport", "5002", ")") == [5001, 5002]
    assert ports("-a", "dst", "*:5001") == ports("-a", "dst :5001") == [5003]


def ping():
    if "1" in run("sysctl", "-n", "net.gonet.ping_group_range").split()[:1]:
        run("sysctl", "-q", "-w", "net.gonet.ping_group_range=0 0")
    sock = gonet(socket.SOCK_DGRAM, 1)
    one = row(sock)
    assert (one["netid"], one["protocol"], one["local_port"]) == ("ping", 1, 0), one
    sock.bind((LO, 77))
    one = row(sock, "--ping", "-i")
    assert (one["local"], one["local_port"]) == (LO, 77), one
    assert one["reader"]["name"] == "ping_reader/77", one
    assert "ping UNCONN 0 0 127.0.0.1:77 0.0.0.0:*".split() in words_of(
        run("gonet", "socket", "-a"))
    assert listed("-auw") == []


def unbound():
    """A socket is listed from socket() on, until close(), and has a name when it is bound."""
    sock = gonet()
    one = row(sock, "-i")
    assert (one["local"], one["local_port"], one["peer"], one["peer_port"]) == \
        ("0.0.0.0", 0, "0.0.0.0", 0), one
    assert "reader" not in one, one
    number = inode(sock)
    sock.bind((LO, 0))
    assert row(sock)["local_port"] == sock.getsockname()[1]
    again = gonet()
    assert row(again)["id"] > row(sock)["id"]
    sock.close()
    assert number not in [one["inode"] for one in listed("-ae")]
    sock = gonet()
    assert row(sock)["id"] > row(again)["id"]


def queues():
    ours, theirs = bound(gonet(), LO), bound(gonet(), LO)
    one = row(ours, "-m")
    assert one["recv_q"] == one["send_q"] == one["skmem"]["rmem_alloc"] == 0, one
    for count in (1, 2, 3):
        theirs.sendto(bytes(1000), ours.getsockname())

        def grown():
            one = row(ours, "-m")
            assert one["recv_q"] == one["skmem"]["rmem_alloc"] > 1000 * count, one
            return one
        one = eventually(grown)
    text = run("gonet", "socket", "-aH", f"sport = {ours.getsockname()[1]}").split()
    assert text[2] == str(one["recv_q"]), text
    for _ in range(3):
        ours.recv(2000)
    assert row(ours)["recv_q"] == 0
    # What is being put together waits to be sent.
    ours.setsockopt(SOL_UDP, 1, 1)
    ours.sendto(bytes(1000), theirs.getsockname())
    one = row(ours, "-m")
    assert one["send_q"] == one["skmem"]["wmem_alloc"] > 1000, one
    assert "cork" in one["opts"], one
    ours.setsockopt(SOL_UDP, 1, 0)
    theirs.recv(2000)

    def empty():
        assert row(ours)["send_q"] == 0, row(ours)
    eventually(empty)


def memory():
    """What is listed is what the socket says of itself."""
    ours, theirs = bound(gonet(), LO), bound(gonet(), LO)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4000)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 9000)
    for number in range(20):
        theirs.sendto(bytes(500 + number), ours.getsockname())

    def arrived():
        assert row(ours, "-i")["reader"]["messages"] == 20 and not row(theirs)["send_q"]
    eventually(arrived)

    def agree(sock):
        says = struct.unpack("=9I", sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))
        mem = row(sock, "-m")["skmem"]
        assert tuple(mem[name] for name in MEMS) == says, (mem, says)
        short = "skmem:(r%u,rb%u,t%u,tb%u,f%u,w%u,o%u,bl%u,d%u)" % says
        port = sock.getsockname()[1]
        assert run("gonet", "socket", "-amH", f"sport = {port}").split()[-1] == short
    eventually(lambda: agree(ours))
    eventually(lambda: agree(theirs))
    mem = row(ours, "-m")["skmem"]
    assert mem["drops"] > 0 and mem["rcvbuf"] == 8000 and mem["sndbuf"] == 18000, mem


def options():
    udp, icmp = gonet(), gonet(socket.SOCK_RAW, 1)
    switches = [
        (udp, socket.SOL_IP, 8, "pktinfo"), (udp, socket.SOL_IP, 12, "recvttl"),
        (udp, socket.SOL_IP, 13, "recvtos"), (udp, socket.SOL_IP, 20, "recvorigdst"),
        (udp, socket.SOL_IP, 11, "recverr"), (udp, socket.SOL_IP, 15, "freebind"),
        (udp, socket.SOL_IP, 24, "no_port"), (udp, SOL_UDP, 1, "cork"),
        (udp, SOL_UDP, 104, "gro"),
        (icmp, socket.SOL_IP, 3, "hdrincl"),
        (udp, socket.SOL_SOCKET, 2, "reuseaddr"), (udp, SOL_GONET, GONET_REUSEPORT, "reuseport"),
        (udp, socket.SOL_SOCKET, SO_BROADCAST, "broadcast"),
        (udp, socket.SOL_SOCKET, SO_DONTROUTE, "dontroute"),
        (udp, socket.SOL_SOCKET, SO_NO_CHECK, "no_check"),
        (udp, socket.SOL_SOCKET, SO_TIMESTAMP, "timestamp"),
    ]
    for sock, level, option, name in switches:
        sock.setsockopt(level, option, 0)
        before = row(sock)["opts"]
        sock.setsockopt(level, option, 1)
        assert sorted(row(sock)["opts"]) == sorted(before + [name]), (name, row(sock))
        sock.setsockopt(level, option, 0)
        assert row(sock)["opts"] == before, name
    for option, name in ((34, "no_multicast_loop"), (49, "no_multicast_all")):
        assert name not in row(udp)["opts"], row(udp)
        udp.setsockopt(socket.SOL_IP, option, 0)
        assert name in row(udp)["opts"], row(udp)
        udp.setsockopt(socket.SOL_IP, option, 1)
    udp.setsockopt(socket.SOL_IP, 11, 1)
    udp.setsockopt(socket.SOL_SOCKET, SO_BROADCAST, 1)
    udp.bind((LO, 5055))
    def text():
        return run("gonet", "socket", "-aHe", "sport = 5055")
    assert " opts:(recverr,broadcast) <->" in text(), text()
    udp.connect((LO, 5056))
    udp.shutdown(socket.SHUT_RD)
    assert text().rstrip().endswith(" -->") and row(udp)["shut_rd"], text()
    udp.shutdown(socket.SHUT_WR)
    assert text().rstrip().endswith(" ---") and row(udp)["shut_wr"], text()
    assert f" ino:{inode(udp)} sk:{row(udp)['id']:x} " in text(), text()


def users():
    kept = [bound(opens(), LO, 5060) for opens in (gonet, native)]
    copy = os.dup(kept[0].fileno())
    name = f'("python3",pid={os.getpid()},fd=%d)'
    want = "users:(" + ",".join(sorted(name % fd for fd in (kept[0].fileno(), copy))) + ")"
    text = run("gonet", "socket", "-aupH").split()[-1]
    assert text == want, (text, want)
    os.close(copy)
    theirs, ours = (run(*words).split()[-1] for words in
                    (("ss", "-aupH"), ("gonet", "socket", "-aupH")))
    assert re.sub(r"fd=\d+", "", theirs) == re.sub(r"fd=\d+", "", ours), (theirs, ours)
    assert row(kept[0], "-p")["users"] == [
        {"name": "python3", "pid": os.getpid(), "fd": kept[0].fileno()}]
    # A name that would mislead a terminal, or who reads the line.
    with open("/proc/self/comm", "w", encoding="ascii") as file:
        file.write('a"\x1b[2J')
    assert run("gonet", "socket", "-aupH").split()[-1].startswith('users:(("a??[2J",pid=')


def reader():
    ours, theirs = bound(gonet(), LO, 5070), bound(gonet(), LO)
    before = row(ours, "-i")["reader"]
    assert before["name"] == "udp_reader/5070" and before["kind"] == "udp_reader", before
    for _ in range(7):
        theirs.sendto(b"x", ours.getsockname())
        ours.recv(1)

    def read():
        after = row(ours, "-i")["reader"]
        assert after["messages"] == before["messages"] + 7, (before, after)
        return after
    after = eventually(read)
    assert after["id"] == before["id"] and after["lost"] == after["waiting"] == 0, after
    procs = json.loads(run("gonet", "-j", "proc", str(after["id"])))
    assert procs[0]["name"] == after["name"] and procs[0]["messages"] == after["messages"]
    text = run("gonet", "socket", "-aiHO", "sport = 5070").split()[-1]
    assert re.fullmatch(r"reader:\(udp_reader/5070,id=%d,[a-z-]+,messages=%d,runs=\d+,"
                        r"wakeups=\d+,busy=[0-9.]+[a-z0-9]+,waiting=0,lost=0\)" %
                        (after["id"], after["messages"]), text), text
    assert len(run("gonet", "socket", "-aiH", "sport = 5070").splitlines()) == 2


def rights():
    """Everybody may list everything, but sees no files of others'."""
    os.seteuid(1000)
    theirs = bound(gonet(), LO, 5080)
    os.seteuid(0)
    ours = bound(gonet(), LO, 5081)
    assert row(theirs)["uid"] == 1000 and row(ours)["uid"] == 0
    assert " uid:1000 " in run("gonet", "socket", "-aeH", "sport = 5080")
    program = run("sh", "-c", "command -v gonet").strip()
    words = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "-j",
             "socket", "-aep")
    seen = {one["local_port"]: one for one in json.loads(run(*words))}
    assert seen[5080]["uid"] == 1000 and seen[5081]["uid"] == 0, seen
    assert seen[5080]["users"] == seen[5081]["users"] == [], seen
    # Who has no number in the user namespace of who asks is nobody there.
    seen = {one["local_port"]: one["uid"] for one in
            json.loads(run("unshare", "-Ur", program, "-j", "socket", "-ae"))}
    assert seen == {5080: 65534, 5081: 0}, seen


class Dump:
    """Dumps by hand."""

    def __init__(self):
        self.netlink = netlink_fuzz.Netlink()
        with open(netlink_fuzz.SPEC, encoding="ascii") as file:
            spec = netlink_fuzz.yaml.safe_load(file)
        names = [op["name"] for op in spec["operations"]["list"]]
        self.command = names.index("socket-get") + 1
        attrs = [one for one in spec["attribute-sets"] if one["name"] == "socket"][0]
        self.attrs = {one["name"]: number for number, one in enumerate(attrs["attributes"], 1)}

    def begin(self, dump=True, **values):
        """Sends a request. Returns its number."""
        data = struct.pack("=BBH", self.command, 1, 0)
        for name, value in values.items():
            data += netlink_fuzz.attribute(self.attrs[name.replace("_", "-")], value)
        return self.netlink.request(data, netlink_fuzz.NLM_F_DUMP if dump else
                                    netlink_fuzz.NLM_F_ACK)

    def sockets(self, sequence):
        """Yields the sockets that answer a request, attributes by name."""
        names = {number: name for name, number in self.attrs.items()}
        for kind, flags, payload in self.netlink.answers(sequence):
            if kind in (netlink_fuzz.NLMSG_DONE, netlink_fuzz.NLMSG_ERROR):
                error = -struct.unpack_from("=i", payload)[0]
                assert not error, os.strerror(error)
                return
            assert not flags & 0x10, "interrupted"
            yield {names[number]: value for number, value in
                   netlink_fuzz.parse(payload[4:])}

    def numbers(self, **values):
        """The numbers of the sockets that a dump with these attributes has."""
        return [struct.unpack("=Q", one["id"])[0] for one in self.sockets(self.begin(**values))]

    def refused(self, error, text, dump, **values):
        """The request is refused with an errno and a text."""
        verdict = self.netlink.verdict(self.begin(dump, **values))
        assert verdict[0] == error and text in (verdict[1] or ""), (values, verdict)


def requests():
    dump = Dump()
    sockets = [bound(gonet(), LO, 5090 + number) for number in range(50)]
    sockets += [gonet(socket.SOCK_RAW, 200), bound(gonet(), "0.0.0.0", 5200)]
    sockets[0].connect((LO, 5099))
    numbers = dump.numbers()
    assert len(numbers) == 52 and numbers == sorted(set(numbers)), numbers
    u8, u16, u32, u64 = (struct.Struct("=" + letter).pack for letter in "BHIQ")
    first, last = [numbers[0]], [numbers[51]]
    addr = socket.inet_aton(LO)
    for want, values in (
            (first, {"local_port": u16(5090)}), (first, {"remote_port": u16(5099)}),
            (first, {"states": u32(1 << 1)}), (numbers[1:], {"states": u32(1 << 7)}),
            (first, {"family": u8(2), "remote": addr}),
            (first, {"family": u8(2), "remote": addr, "remote_len": u8(8)}),
            (numbers[:50], {"family": u8(2), "local": addr}),
            (numbers, {"family": u8(2), "local": addr, "local_len": u8(0)}),
            (numbers, {"family": u8(2)}), (numbers, {"kinds": u32(7)}),
            ([numbers[50]], {"kinds": u32(4)}), ([numbers[50]], {"protocol": u8(200)}),
            (numbers[:50] + last, {"kinds": u32(1)}), (last, {"local_port": u16(5200)}),
            ([], {"local_port": u16(1)}), ([], {"kinds": u32(0)}), ([], {"states": u32(0)}),
            ([], {"local_port": u16(5090), "protocol": u8(200)})):
        assert dump.numbers(**values) == want, (values, want)
    one = list(dump.sockets(dump.begin(False, id=u64(numbers[0]))))
    assert len(one) == 1 and one[0]["inode"] == u64(inode(sockets[0])), one
    einval = errno.EINVAL
    dump.refused(einval, "Number of the socket missing", False)
    dump.refused(errno.ENOENT, "No such socket", False, id=u64(numbers[51] + 1))
    dump.refused(errno.ENOENT, "No such socket", False, id=u64((1 << 64) - 1))
    dump.refused(errno.ERANGE, "", False, id=u64(0))
    dump.refused(einval, "Only a dump", False, id=u64(numbers[0]), states=u32(2))
    dump.refused(einval, "not of one", True, id=u64(numbers[0]))
    dump.refused(einval, "Address family missing", True, local=addr)
    dump.refused(errno.EAFNOSUPPORT, "family", True, family=u8(10))
    dump.refused(einval, "Not the length", True, family=u8(2), local=addr * 4)
    dump.refused(einval, "Prefix longer", True, family=u8(2), local=addr, local_len=u8(33))
    dump.refused(einval, "without an address", True, remote_len=u8(8))
    dump.refused(einval, "", True, kinds=u32(16))
    dump.refused(einval, "", True, states=u32(1))
    sockets[0].close()
    dump.refused(errno.ENOENT, "No such socket", False, id=u64(numbers[0]))


def many_files():
    """Room for all the files that the cases below open."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))


def interrupted():
    """A dump during whose pauses sockets come and go, before and behind where it is."""
    many_files()
    dump = Dump()
    rng = random.Random(1)
    sockets = {}

    def opened():
        sock = gonet()
        sockets[inode(sock)] = sock

    for _ in range(1500):
        opened()
    start = set(sockets)
    seen = collections.Counter()
    closed = set()
    for count, one in enumerate(dump.sockets(dump.begin())):
        number = struct.unpack("=Q", one["inode"])[0]
        seen[number] += 1
        if count % 100:
            continue
        for number in rng.sample(sorted(sockets), 20):
            sockets.pop(number).close()
            closed.add(number)
        for _ in range(40):
            opened()
    # An inode's number may have been given again.
    stable = start - closed
    assert len(stable) > 1000 and len(closed) > 200, (len(stable), len(closed))
    assert all(seen[number] == 1 for number in stable), "not exactly once"
    assert max(seen.values()) == 1, "twice"
    assert not set(seen) - start, "one that is newer than the dump"


def churn(counter, seed):
    """Opens and closes sockets until it is killed."""
    many_files()
    rng = random.Random(seed)
    name = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(LO))
    while True:
        fds = []
        for _ in range(rng.randrange(1, 1000)):
            kind, proto = rng.choice([(2, 0), (2, 0), (2, 0), (3, 200)])
            fd = libc.socket(AF_GONET, kind, proto)
            assert fd >= 0
            if rng.random() < 0.5:
                assert libc.bind(fd, name, 16) == 0
            fds.append(fd)
        rng.shuffle(fds)
        for fd in fds:
            os.close(fd)
            struct.pack_into("=Q", counter, 8 * seed,
                             struct.unpack_from("=Q", counter, 8 * seed)[0] + 1)


def come_and_go():
    """Listings while ten thousand sockets come and go: what stays is there exactly once."""
    many_files()
    counter = mmap.mmap(-1, 4096)
    stay = [bound(gonet(), LO) if number % 2 else gonet() for number in range(STABLE)]
    want = {inode(sock) for sock in stay}
    children = []
    for seed in range(2):
        pid = os.fork()
        if not pid:
            try:
                for sock in stay:
                    sock.close()
                churn(counter, seed)
            finally:
                os._exit(1)
        children.append(pid)
    try:
        runs = others = gone = 0
        while runs < 8 or gone < COMING:
            rows = listed("-ae")
            counts = collections.Counter(one["inode"] for one in rows)
            numbers = [one["id"] for one in rows]
            assert numbers == sorted(set(numbers)), "listed twice, or out of order"
            wrong = {number: counts[number] for number in want if counts[number] != 1}
            assert not wrong, wrong
            others += len(rows) - STABLE
            gone = sum(struct.unpack_from("=2Q", counter))
            runs += 1
            for pid in children:
                assert os.waitpid(pid, os.WNOHANG) == (0, 0), "a child has died"
    finally:
        for pid in children:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
    print(runs, "listings,", others, "others seen,", gone, "gone")
    assert others > 0


def graph():
    """Readers are drawn up to a bound, and the others as one."""
    kept = [bound(gonet(), LO) for _ in range(300)]
    name = re.compile(r"udp_reader/\d+")
    dot = run("gonet", "graph")
    assert len(name.findall(dot)) == 8 and "and 292 more" in dot, dot
    assert '"in of 292' in dot and '"error of 292' in dot, dot
    assert run("gonet", "graph", "dot") and subprocess.run(
        ("dot", "-Tsvg"), input=dot, text=True, stdout=subprocess.PIPE, check=True).stdout
    assert len(set(name.findall(run("gonet", "-d", "graph")))) == 300
    text = run("gonet", "graph", "text")
    assert 0 < len(set(name.findall(text))) <= 4 and "more" in text, text
    assert len(set(name.findall(run("gonet", "-d", "graph", "text")))) == 300
    procs = json.loads(run("gonet", "-j", "graph"))["processes"]
    assert len([one for one in procs if one["kind"] == "udp_reader"]) == len(kept)


def leaves_nothing():
    """When they are closed there is nothing to list."""
    assert listed("-a") == [], listed("-a")
    kept = bound(gonet(), STACK)
    assert len(listed("-a")) == 1
    kept.close()
    assert listed("-a") == []


if __name__ == "__main__":
    main(globals())
