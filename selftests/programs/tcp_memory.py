#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Many connections that send more than their peers read.

	tcp_memory.py server PORT CONNECTIONS BYTES
	tcp_memory.py client ADDRESS PORT CONNECTIONS BYTES

The server accepts all, reads nothing until a line comes on its standard input, and then
BYTES and the end of each, whose content it verifies. The client sends as long as there is
room; when there has been none for a while it says "stuck" and how much it has sent, then
goes on. Both say "done". With "leave" for BYTES the client sends what there is room for,
says "stuck", waits for a line, and closes all.
"""

import select
import socket
import sys

QUIET_MS = 1500     # without room for so long it is stuck
PATIENCE_MS = 60000


def content(number, size):
    """The bytes that connection NUMBER sends."""
    return bytes((number * 31 + i * 7 + (i >> 8)) & 255 for i in range(8192)) * (size // 8192)


def say(*words):
    """A line for who has started this."""
    print(*words, flush=True)


class Reader:
    """The server's end of a connection."""

    def __init__(self, sock, size):
        self.sock = sock
        self.size = size
        self.got = bytearray()

    def read(self):
        """Returns whether there may be more."""
        data = self.sock.recv(65536)
        self.got += data
        if data:
            return True
        number = int.from_bytes(self.got[:4], "big")
        if self.got[4:] != content(number, self.size):
            sys.exit(f"connection {number}: {len(self.got)} bytes, not what was sent")
        return False


def server(port, count, size):
    """Accepts, waits, and reads."""
    listener = socket.create_server(("0.0.0.0", port), backlog=count)
    readers = {}
    for _ in range(count):
        sock, _ = listener.accept()
        readers[sock.fileno()] = Reader(sock, size)
    say("accepted")
    sys.stdin.readline()
    poll = select.poll()
    for number in readers:
        poll.register(number, select.POLLIN)
    while readers:
        events = poll.poll(PATIENCE_MS)
        if not events:
            sys.exit(f"{len(readers)} connections have stopped")
        for number, _ in events:
            if not readers[number].read():
                poll.unregister(number)
                readers.pop(number).sock.close()
    say("done")


class Writer:
    """The client's end of one."""

    def __init__(self, address, number, size):
        self.sock = socket.create_connection(address)
        self.sock.setblocking(False)
        self.rest = memoryview(number.to_bytes(4, "big") + content(number, size))

    def write(self):
        """Sends once. Returns the number of bytes."""
        try:
            sent = self.sock.send(self.rest)
        except BlockingIOError:
            return 0
        self.rest = self.rest[sent:]
        return sent


def fill(writers, patience):
    """Sends until all is sent, or nothing can be for so long. Returns the number of bytes."""
    poll = select.poll()
    total = 0
    for number in writers:
        poll.register(number, select.POLLOUT)
    while writers:
        events = poll.poll(patience)
        if not events:
            break
        for number, _ in events:
            writer = writers[number]
            total += writer.write()
            if not writer.rest:
                poll.unregister(number)
                writer.sock.shutdown(socket.SHUT_WR)
                writer.sock.setblocking(True)
                del writers[number]
    return total


def client(address, count, size):
    """Sends, says when it cannot, and goes on."""
    all_of_them = [Writer(address, number, size) for number in range(count)]
    writers = {writer.sock.fileno(): writer for writer in all_of_them}
    say("stuck", fill(writers, QUIET_MS))
    fill(writers, PATIENCE_MS)
    if writers:
        sys.exit(f"{len(writers)} connections have stopped")
    for writer in all_of_them:
        writer.sock.recv(1)
    say("done")


def leave(address, count):
    """Sends what there is room for, and closes."""
    writers = [Writer(address, number, 1 << 20) for number in range(count)]
    say("stuck", fill({writer.sock.fileno(): writer for writer in writers}, QUIET_MS))
    sys.stdin.readline()
    for writer in writers:
        writer.sock.close()
    say("done")


def main():
    """As the arguments say."""
    role, *rest = sys.argv[1:]
    if role == "server":
        server(*(int(number) for number in rest))
    elif rest[3] == "leave":
        leave((rest[0], int(rest[1])), int(rest[2]))
    else:
        client((rest[0], int(rest[1])), int(rest[2]), int(rest[3]))


main()
