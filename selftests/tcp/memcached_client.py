# SPDX-License-Identifier: GPL-2.0
"""Stores values in memcached by several connections at once, and gets them back by one.

memcached_client.py ADDRESS PORT
"""
import hashlib
import socket
import sys
import threading

PEER = (sys.argv[1], int(sys.argv[2]))
CONNECTIONS = 10
EACH = 100


def value(key, size):
    seed = hashlib.sha256(key.encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def connect():
    s = socket.create_connection(PEER, timeout=60)
    return s, s.makefile("rb")


def store(sock, reader, key, data):
    sock.sendall(b"set %s 0 0 %d\r\n%s\r\n" % (key.encode(), len(data), data))
    answer = reader.readline()
    assert answer == b"STORED\r\n", answer


def get(sock, reader, *keys):
    sock.sendall(b"get " + " ".join(keys).encode() + b"\r\n")
    found = {}
    while (line := reader.readline()) != b"END\r\n":
        word, key, _, size = line.split()
        assert word == b"VALUE", line
        found[key.decode()] = reader.read(int(size))
        assert reader.read(2) == b"\r\n"
    return found


def fill(number, failures):
    try:
        sock, reader = connect()
        for i in range(EACH):
            key = f"{number}.{i}"
            store(sock, reader, key, value(key, i * i))
        sock.close()
    except Exception as error:
        failures.append(error)


failures = []
threads = [threading.Thread(target=fill, args=(n, failures)) for n in range(CONNECTIONS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
sock, reader = connect()
for n in range(CONNECTIONS):
    keys = [f"{n}.{i}" for i in range(EACH)]
    found = get(sock, reader, *keys)
    assert found == {key: value(key, i * i) for i, key in enumerate(keys)}, n
store(sock, reader, "large", value("large", 3000000))
assert get(sock, reader, "large") == {"large": value("large", 3000000)}
sock.sendall(b"incr none 1\r\n")
assert reader.readline() == b"NOT_FOUND\r\n"
