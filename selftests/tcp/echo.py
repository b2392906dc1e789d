# SPDX-License-Identifier: GPL-2.0
"""Servers that send back what they receive, and clients that look whether they do.

echo.py asyncio|selectors|threads server|client ADDRESS PORT [CERTIFICATE KEY]

Clients open all of their connections before they send, and send while they receive, more
than buffers hold; each has data of its own. Each ends its way first, and waits for the
end of the other.
"""
import asyncio
import errno
import hashlib
import selectors
import socket
import ssl
import sys
import threading

CONNECTIONS = 50
LARGE = 5		# so many of them send much more

KIND, ROLE, ADDRESS, PORT = sys.argv[1:4] + [int(sys.argv[4])]
CERTIFICATE, KEY = (sys.argv[5:7] + [None, None])[:2]


def data_of(number):
    """Differs from one connection to the other, and from place to place."""
    size = 2000000 if number < LARGE else number * 997
    block = hashlib.sha512(b"%d" % number).digest()
    return b"".join(block + b"%d" % i for i in range(size // 64 + 1))


def tls(server):
    if not CERTIFICATE:
        return None
    if server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, KEY)
        return context
    return ssl.create_default_context(cafile=CERTIFICATE)


async def asyncio_echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    writer.close()


async def asyncio_server():
    server = await asyncio.start_server(asyncio_echo, ADDRESS, PORT, ssl=tls(True), backlog=128)
    await server.serve_forever()


async def asyncio_client_one(number, opened):
    reader, writer = await asyncio.open_connection(ADDRESS, PORT, ssl=tls(False))
    data = data_of(number)
    opened.append(number)
    while len(opened) < CONNECTIONS:
        await asyncio.sleep(0.01)

    async def send():
        for at in range(0, len(data), 50000):
            writer.write(data[at:at + 50000])
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    sending = asyncio.create_task(send())
    got = await reader.readexactly(len(data))
    await sending
    assert got == data, f"connection {number}"
    if writer.can_write_eof():
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def asyncio_client():
    opened = []
    await asyncio.gather(*(asyncio_client_one(n, opened) for n in range(CONNECTIONS)))


def threads_echo(sock):
    with sock:
        while data := sock.recv(65536):
            sock.sendall(data)


def threads_server():
    listener = socket.create_server((ADDRESS, PORT), backlog=128)
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=threads_echo, args=(sock,), daemon=True).start()


class Echo:
    """A connection of the server by selectors: what it has received and not yet sent."""

    def __init__(self, selector, sock):
        sock.setblocking(False)
        self.selector, self.sock, self.waiting, self.ended = selector, sock, b"", False
        selector.register(sock, selectors.EVENT_READ, self)

    def ready(self, events):
        if events & selectors.EVENT_READ:
            data = self.sock.recv(65536)
            self.waiting += data
            self.ended = not data
        if self.waiting:
            try:
                self.waiting = self.waiting[self.sock.send(self.waiting):]
            except BlockingIOError:
                pass
        if self.ended and not self.waiting:
            self.selector.unregister(self.sock)
            self.sock.close()
            return
        wanted = 0
        if not self.ended and len(self.waiting) < 1000000:
            wanted |= selectors.EVENT_READ
        if self.waiting:
            wanted |= selectors.EVENT_WRITE
        self.selector.modify(self.sock, wanted, self)


def selectors_server():
    selector = selectors.DefaultSelector()
    listener = socket.create_server((ADDRESS, PORT), backlog=128)
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in selector.select():
            if key.data:
                key.data.ready(events)
                continue
            try:
                Echo(selector, listener.accept()[0])
            except BlockingIOError:
                pass


class Client:
    """A connection of the client by selectors."""

    def __init__(self, selector, number):
        self.selector, self.data, self.sent, self.got = selector, data_of(number), 0, []
        self.number, self.connected = number, False
        self.sock = socket.socket()
        self.sock.setblocking(False)
        error = self.sock.connect_ex((ADDRESS, PORT))
        assert error in (0, errno.EINPROGRESS), error
        selector.register(self.sock, selectors.EVENT_WRITE, self)

    def ready(self, events):
        """Whether it is done."""
        if not self.connected:
            error = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            assert error == 0, error
            self.connected = True
        if events & selectors.EVENT_WRITE and self.sent < len(self.data):
            self.sent += self.sock.send(self.data[self.sent:self.sent + 100000])
            if self.sent == len(self.data):
                self.sock.shutdown(socket.SHUT_WR)
        if events & selectors.EVENT_READ:
            data = self.sock.recv(65536)
            self.got.append(data)
            if not data:
                assert b"".join(self.got) == self.data, f"connection {self.number}"
                self.selector.unregister(self.sock)
                self.sock.close()
                return True
        wanted = selectors.EVENT_READ
        if self.sent < len(self.data):
            wanted |= selectors.EVENT_WRITE
        self.selector.modify(self.sock, wanted, self)
        return False


def selectors_client():
    selector = selectors.DefaultSelector()
    for number in range(CONNECTIONS):
        Client(selector, number)
    left = CONNECTIONS
    while left:
        ready = selector.select(60)
        assert ready, f"{left} connections wait for ever"
        left -= sum(key.data.ready(events) for key, events in ready)


function = globals()[f"{KIND}_{ROLE}"]
if asyncio.iscoroutinefunction(function):
    asyncio.run(function())
else:
    function()
