# SPDX-License-Identifier: GPL-2.0
"""Memory of what does nothing: sockets, connections, fragments that wait for others."""

import subprocess
import threading
import time

from study.network import NEAR
from study.part import Metric, Part, Plot
from study.programs import Failure, run

FIELDS = ("Slab:", "KernelStack:", "Percpu:", "PageTables:")

# Sends the first fragments of many datagrams, from a namespace.
FRAGMENTS = """
import socket, struct, sys
to, count = sys.argv[1], int(sys.argv[2])
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for i in range(count):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 524, i + 1, 0x2000, 64, 17, 0,
                       socket.inet_aton("0.0.0.0"), socket.inet_aton(to))
    s.sendto(head + bytes(504), (to, 0))
"""


def kernel_bytes():
    """What the kernel holds, without what it would give back."""
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3")
    with open("/proc/meminfo", encoding="ascii") as file:
        return 1024 * sum(int(line.split()[1]) for line in file if line.split()[0] in FIELDS)


class This(Part):
    title = "Memory"
    about = ("Kernel memory (slabs, stacks, per-CPU) for each bound UDP socket, for each end of a "
             "TCP connection over the stack's loopback, idle for some seconds, and for each "
             "datagram of which one fragment of 504 bytes has come.")
    order = 62
    contenders = ("native", "gonet", "gonet0")
    metrics = (Metric("bytes", "kernel memory for each", "bytes"),)
    plots = (Plot("bytes", "Kernel memory of what is idle"),)

    def cases(self, quick):
        return [{"what": what} for what in ("udp socket", "tcp end", "reassembly")]

    quick_rounds = 1  # it varies little, and takes long

    def seconds(self, case, quick):
        return 5

    def measure(self, net, contender, case, quick):
        if case["what"] == "reassembly":
            return self.reassembly(net, contender, 500)
        count = 1000 if quick else 5000
        kind = case["what"].split()[0]
        argv = net.load_loop_command(contender, "idle", kind, str(count))
        before = kernel_bytes()
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as holder:
            patience = threading.Timer(60, holder.kill)
            patience.start()
            word = holder.stdout.readline()
            patience.cancel()
            if word != "held\n":
                raise Failure(f"no {count} sockets")
            time.sleep(3)  # longer than linger_ms, so that threads are given back
            held = kernel_bytes()
            holder.stdin.close()
        return {"bytes": (held - before) / count / (2 if kind == "tcp" else 1)}

    @staticmethod
    def reassembly(net, contender, count):
        """Until they are given up, which takes half a minute by default."""
        end = net.end(contender)
        name = "net.gonet.ipfrag_time" if end.gonet else "net.ipv4.ipfrag_time"
        run(["ip", "netns", "exec", end.ns, "sysctl", "-q", "-w", f"{name}=3"])
        send = ["ip", "netns", "exec", NEAR, "python3", "-c", FRAGMENTS, end.address, str(count)]
        run(send)  # what is allocated once is
        time.sleep(4)
        before = kernel_bytes()
        run(send)
        held = kernel_bytes()
        time.sleep(4)
        run(["ip", "netns", "exec", end.ns, "sysctl", "-q", "-w", f"{name}=30"])
        return {"bytes": (held - before) / count}
