#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Many datagrams in one call: the cases of socket/segment.sh."""
import errno
import os
import socket
import struct
import subprocess
import time

from gonet_socket import NATIVE, STACK, bound, gonet, main, native, pattern, raises

UDP_SEGMENT, UDP_GRO = 103, 104
SO_ATTACH_FILTER = 26
SIZE = 1000
WHOLE = pattern(10 * SIZE + 500)
PARTS = [WHOLE[at:at + SIZE] for at in range(0, len(WHOLE), SIZE)]


def ends():
    """Every sender with every receiver."""
    return ((lambda: bound(gonet(), STACK), lambda: bound(native(), NATIVE)),
            (lambda: bound(native(), NATIVE), lambda: bound(gonet(), STACK)),
            (lambda: bound(gonet(), STACK), lambda: bound(gonet(), STACK)),
            (lambda: bound(gonet(), "127.0.0.1"), lambda: bound(gonet(), "127.0.0.1")))


def receive(s, flags=0):
    """A message, and the size of datagrams that it says it is made of."""
    data, ancillary, _, _ = s.recvmsg(65536, 512, flags)
    sizes = [struct.unpack("=i", value)[0] for level, kind, value in ancillary
             if (level, kind) == (socket.SOL_UDP, UDP_GRO)]
    assert len(sizes) <= 1, ancillary
    return data, sizes[0] if sizes else 0


def send(sender, receiver, how):
    to = receiver.getsockname()
    if how == "option":
        sender.setsockopt(socket.SOL_UDP, UDP_SEGMENT, SIZE)
        assert sender.sendto(WHOLE, to) == len(WHOLE)
        sender.setsockopt(socket.SOL_UDP, UDP_SEGMENT, 0)
    else:
        message = [(socket.SOL_UDP, UDP_SEGMENT, struct.pack("=H", SIZE))]
        assert sender.sendmsg([WHOLE], message, 0, to) == len(WHOLE)


def apart():
    """A socket that does not ask gets each by itself."""
    for make_sender, make_receiver in ends():
        sender, receiver = make_sender(), make_receiver()
        for how in ("option", "message"):
            send(sender, receiver, how)
            for part in PARTS:
                data, size = receive(receiver)
                assert data == part and not size, (len(data), size)
        receiver.setblocking(False)
        raises(errno.EAGAIN, receiver.recv, 1)


def together():
    """One that does gets them as they were sent, and is told."""
    for make_sender, make_receiver in ends():
        sender, receiver = make_sender(), make_receiver()
        receiver.setsockopt(socket.SOL_UDP, UDP_GRO, 1)
        send(sender, receiver, "option")
        data, size = receive(receiver, socket.MSG_PEEK)
        assert data == WHOLE and size == SIZE, (len(data), size)
        data, size = receive(receiver)
        assert data == WHOLE and size == SIZE, (len(data), size)
        # A single one is nothing special, and no longer after it is switched off.
        sender.sendto(PARTS[0], receiver.getsockname())
        assert receive(receiver) == (PARTS[0], 0)
        receiver.setsockopt(socket.SOL_UDP, UDP_GRO, 0)
        send(sender, receiver, "message")
        for part in PARTS:
            assert receive(receiver) == (part, 0)


def parts():
    """Put together from parts that are no multiple of it."""
    for make_sender, make_receiver in ends():
        sender, receiver = make_sender(), make_receiver()
        sender.connect(receiver.getsockname())
        sender.setsockopt(socket.SOL_UDP, UDP_SEGMENT, SIZE)
        for at in range(0, len(WHOLE), 700):
            last = at + 700 >= len(WHOLE)
            sender.send(WHOLE[at:at + 700], 0 if last else socket.MSG_MORE)
        for part in PARTS:
            assert receive(receiver) == (part, 0)


def sizes():
    """Sizes at which something may go wrong, to a receiver of either kind."""
    for make_sender, make_receiver in ends():
        for gro in (0, 1):
            sender, receiver = make_sender(), make_receiver()
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            receiver.setsockopt(socket.SOL_UDP, UDP_GRO, gro)
            for size, total in ((1, 64), (7, 7 * 60), (100, 101), (100, 200), (127, 128 * 60),
                                (129, 8000), (1472, 60000), (1471, 65000), (1472, 1472),
                                (1400, 1399)):
                data = pattern(total, size)
                sender.setsockopt(socket.SOL_UDP, UDP_SEGMENT, size)
                sender.sendto(data, receiver.getsockname())
                got = b""
                while len(got) < total:
                    more, told = receive(receiver)
                    assert told == (size if gro and total > size else 0), (size, total, told)
                    assert told or len(more) <= size, (size, total, len(more))
                    got += more
                assert got == data, (size, total)


def one_packet():
    """It is one packet on the cable."""
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
    tap.bind(("gonet0", 0x800))
    tap.settimeout(20)
    sender, receiver = bound(gonet(), STACK), bound(native(), NATIVE)
    send(sender, receiver, "option")
    while True:
        data = tap.recv(65600)
        if data[9] == 17 and struct.unpack_from("!H", data, 22)[0] == receiver.getsockname()[1]:
            break
    assert len(data) == 28 + len(WHOLE), len(data)


def forged():
    """A packet of more datagrams than any may have is dropped, what comes after it is not."""
    sender, receiver = bound(native(), NATIVE), bound(gonet(), STACK)
    send(sender, receiver, "option")
    sender.sendto(b"after", receiver.getsockname())
    assert receive(receiver) == (b"after", 0)


def filtered():
    """The filter of a socket sees each by itself: this takes those of full size."""
    code = struct.pack("=HBBI", 0x80, 0, 0, 0)  # A = length
    code += struct.pack("=HBBI", 0x15, 0, 1, SIZE + 8) + struct.pack("=HBBI", 6, 0, 0, 65535)
    code += struct.pack("=HBBI", 6, 0, 0, 0)
    import ctypes
    memory = ctypes.create_string_buffer(code)
    for make_sender, make_receiver in ends():
        sender, receiver = make_sender(), make_receiver()
        receiver.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                            struct.pack("HL", 4, ctypes.addressof(memory)))
        send(sender, receiver, "option")
        sender.sendto(PARTS[0], receiver.getsockname())
        for part in PARTS[:-1] + PARTS[:1]:
            assert receive(receiver) == (part, 0)


def changing():
    """While the MTU goes up and down, what arrives is what was sent."""
    sender, receiver = bound(gonet(), STACK), bound(native(), NATIVE)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sender.setsockopt(socket.SOL_UDP, UDP_SEGMENT, SIZE)
    changes = subprocess.Popen(["sh", "-c", "while :; do ip link set gonet0 mtu 600;"
                                "ip link set gonet0 mtu 1500; done"])
    good = narrow = 0
    end = time.monotonic() + 8
    try:
        while time.monotonic() < end or not (good and narrow):
            assert time.monotonic() < end + 60, (good, narrow)
            sent = 0
            # Some at once, so that it changes while they are on their way, too.
            for _ in range(8):
                try:
                    sender.sendto(WHOLE, receiver.getsockname())
                    sent += 1
                except OSError as error:
                    assert error.errno == errno.EMSGSIZE, error
                    narrow += 1
            for part in PARTS * sent:
                assert receiver.recv(65536) == part
            good += sent
    finally:
        changes.terminate()
        changes.wait()
        os.system("ip link set gonet0 mtu 1500")


main(globals())
