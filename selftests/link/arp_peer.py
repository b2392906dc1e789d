# SPDX-License-Identifier: GPL-2.0
"""Hosts that are not there: ARP and echo packets made by hand, on a native device.

usage: arp_peer.py DEV COMMAND WORDS...

  send FIELD=VALUE...     one ARP packet; fields of ARP as in RFC 826: op, sha, spa,
                          tha, tpa; also hrd, pro, hln, pln, src and dst (of the
                          frame), len (bytes of ARP), times, gap (seconds)
  ask FIELD=VALUE...      the same, then prints the reply's `sha spa tha tpa dst`,
                          or fails after a second
  echo FIELD=VALUE...     echo requests from sha, spa to dst, tpa: size, times, gap
  watch SECONDS COUNT FIELD=VALUE...
                          until COUNT ARP packets from elsewhere have these fields;
                          prints `watching`, then each as `seconds op sha spa tpa
                          dst`; fails if there were fewer
  batch                   reads lines of fields, and sends what each says as `send`
  host SECONDS FIELD=VALUE...
                          prints `watching`, then is host sha, spa: answers requests
                          and prints the sequence numbers of the echo replies it
                          gets. echoes: sends so many echo requests to dst, tpa
                          first, of size bytes; ignore: does not hear the first so
                          many requests; other: another MAC address, in whose name
                          each answer is contradicted at once
  flood COUNT FIELD=VALUE...
                          COUNT requests for tpa, each from another address in
                          10.200.0.0/14 and another MAC address; with echo=1 they
                          are echo requests; each: how many from each address; rate:
                          how many addresses a second at most
"""
import ipaddress
import select
import socket
import struct
import sys
import time

EVERYBODY = 'ff:ff:ff:ff:ff:ff'
ETH_P_ALL = 3
PACKET_OUTGOING = 4


def mac(text):
    return bytes(int(byte, 16) for byte in text.split(':'))


def mac_text(raw):
    return ':'.join('%02x' % byte for byte in raw)


def addr(text):
    return ipaddress.IPv4Address(text).packed


def addr_text(raw):
    return str(ipaddress.IPv4Address(raw))


def fields_of(words):
    return dict(word.split('=', 1) for word in words)


def arp_frame(f):
    op = {'request': 1, 'reply': 2}.get(f.get('op', 'request')) or int(f['op'], 0)
    sha = mac(f['sha'])
    arp = struct.pack('!HHBBH', int(f.get('hrd', '1'), 0), int(f.get('pro', '0x800'), 0),
                      int(f.get('hln', 6)), int(f.get('pln', 4)), op)
    arp += sha + addr(f['spa']) + mac(f.get('tha', '00:00:00:00:00:00')) + addr(f['tpa'])
    arp += bytes(100)
    return mac(f.get('dst', EVERYBODY)) + mac(f.get('src', f['sha'])) + b'\x08\x06' + \
        arp[:int(f.get('len', 28))]


def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def echo_frame(f, seq):
    data = bytes(int(f.get('size', 8)) // 2 * 2)
    icmp = struct.pack('!BBHHH', 8, 0, 0, 0x5a5a, seq) + data
    icmp = icmp[:2] + struct.pack('!H', checksum(icmp)) + icmp[4:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(icmp), seq & 0xffff, 0, 64, 1, 0)
    ip += addr(f['spa']) + addr(f['tpa'])
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    return mac(f['dst']) + mac(f['sha']) + b'\x08\x00' + ip + icmp


class Wire:
    """The native end of the cable."""

    def __init__(self, dev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.sock.bind((dev, ETH_P_ALL))
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE

    def send(self, frame):
        while True:
            try:
                return self.sock.send(frame)
            except OSError:  # ENOBUFS: the queue is full
                time.sleep(0.001)

    def frames(self, seconds):
        """Frames from the other end until the time is over."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                return
            frame, where = self.sock.recvfrom(65536)
            if where[2] != PACKET_OUTGOING:
                yield frame


def arp_of(frame):
    """The fields of an ARP frame as text, or None."""
    if len(frame) < 42 or frame[12:14] != b'\x08\x06':
        return None
    op = struct.unpack('!H', frame[20:22])[0]
    return {
        'op': {1: 'request', 2: 'reply'}.get(op, str(op)),
        'sha': mac_text(frame[22:28]), 'spa': addr_text(frame[28:32]),
        'tha': mac_text(frame[32:38]), 'tpa': addr_text(frame[38:42]),
        'dst': mac_text(frame[:6]), 'src': mac_text(frame[6:12]),
    }


def matches(arp, f):
    return arp is not None and all(arp[name] == value for name, value in f.items())


def cmd_send(wire, words):
    f = fields_of(words)
    frame = arp_frame(f)
    for _ in range(int(f.get('times', 1))):
        wire.send(frame)
        time.sleep(float(f.get('gap', 0)))
    return 0


def cmd_ask(wire, words):
    f = fields_of(words)
    wire.send(arp_frame(f))
    for frame in wire.frames(1):
        arp = arp_of(frame)
        if matches(arp, {'op': 'reply', 'spa': f['tpa']}):
            print(arp['sha'], arp['spa'], arp['tha'], arp['tpa'], arp['dst'])
            return 0
    return 1


def cmd_echo(wire, words):
    f = fields_of(words)
    for seq in range(int(f.get('times', 1))):
        wire.send(echo_frame(f, seq))
        time.sleep(float(f.get('gap', 0)))
    return 0


def cmd_watch(wire, words):
    seconds, count, f = float(words[0]), int(words[1]), fields_of(words[2:])
    print('watching', flush=True)
    began, seen = time.monotonic(), 0
    for frame in wire.frames(seconds):
        arp = arp_of(frame)
        if matches(arp, f):
            seen += 1
            print('%.1f' % (time.monotonic() - began), arp['op'], arp['sha'], arp['spa'],
                  arp['tpa'], arp['dst'], flush=True)
            if seen == count:
                break
    return seen < count


def cmd_batch(wire, _words):
    for line in sys.stdin:
        cmd_send(wire, line.split())
    return 0


def answer(wire, arp, spa, sha):
    wire.send(arp_frame({'op': 'reply', 'sha': sha, 'spa': spa, 'tha': arp['sha'],
                         'tpa': arp['spa'], 'dst': arp['src']}))


def cmd_host(wire, words):
    f = fields_of(words[1:])
    ignore = int(f.get('ignore', 0))
    print('watching', flush=True)
    for seq in range(int(f.get('echoes', 0))):
        wire.send(echo_frame(f, seq))
    for frame in wire.frames(float(words[0])):
        if matches(arp_of(frame), {'op': 'request', 'tpa': f['spa']}):
            ignore -= 1
            if ignore >= 0:
                continue
            answer(wire, arp_of(frame), f['spa'], f['sha'])
            if 'other' in f:
                answer(wire, arp_of(frame), f['spa'], f['other'])
        elif frame[:6] == mac(f['sha']) and frame[12:14] == b'\x08\x00' and frame[34] == 0:
            print(struct.unpack('!H', frame[40:42])[0], flush=True)
    return 0


def cmd_flood(wire, words):
    f = fields_of(words[1:])
    first = int(ipaddress.IPv4Address('10.200.0.1'))
    rate, began = float(f.get('rate', 0)), time.monotonic()
    for i in range(int(words[0])):
        f['spa'] = str(ipaddress.IPv4Address(first + i))
        f['sha'] = '02:fe:00:%02x:%02x:%02x' % (i >> 16, i >> 8 & 255, i & 255)
        frame = echo_frame(f, i & 0xffff) if 'echo' in f else arp_frame(f)
        for _ in range(int(f.get('each', 1))):
            wire.send(frame)
        if rate:
            time.sleep(max(0, began + i / rate - time.monotonic()))
    return 0


def main():
    commands = {name[4:]: fn for name, fn in globals().items() if name.startswith('cmd_')}
    if len(sys.argv) < 3 or sys.argv[2] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[2]](Wire(sys.argv[1]), sys.argv[3:]))


main()
