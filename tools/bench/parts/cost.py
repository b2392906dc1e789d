# SPDX-License-Identifier: GPL-2.0
"""What it costs: CPU time, context switches, wake-ups, hops handed off."""

import json
import os

from study.part import Metric, Part, Plot
from study.programs import run

HZ = os.sysconf("SC_CLK_TCK")


def cpu_seconds():
    """All CPUs together, all that is not idle."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, irq, soft = map(int, file.readline().split()[1:8])
    return (user + nice + system + irq + soft) / HZ


def switches():
    """Context switches of all CPUs."""
    with open("/proc/stat", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("ctxt"))


def gonet_counts(net):
    """What the stack's processes and channels have counted, of those that there are."""
    ns = net.end("gonet").ns
    channels = json.loads(run(["gonet", "-n", ns, "-j", "chan"]))
    procs = json.loads(run(["gonet", "-n", ns, "-j", "proc"]))
    tx = sum(c["handed"] + c["queued"] for c in channels if c["proc_name"].startswith("eth_"))
    return {
        "handed": sum(c["handed"] for c in channels),
        "queued": sum(c["queued"] for c in channels),
        "wakeups": sum(p["wakeups"] for p in procs),
        "packets": tx,
        "threads": sum(1 for p in procs if p.get("tid")),
    }


class This(Part):
    title = "What it costs"
    about = ("CPU time of all of the machine, client and server included, context switches, "
             "and GoNet's own counts: hops that were handed off and hops that were queued, "
             "and wake-ups of its threads, for each packet that its Ethernet processes saw. "
             "A connection's own processes end with it and are not in these. A stream is "
             "to the stack over the link, requests are of 16 bytes.")
    order = 60
    metrics = (
        Metric("cpu_s_per_gb", "CPU time for a gigabyte", "s/GB"),
        Metric("cpu_us_per_request", "CPU time for a request", "µs"),
        Metric("switches_per_mb", "context switches for a megabyte", "1/MB"),
        Metric("switches_per_request", "context switches for a request", ""),
        Metric("handed_per_packet", "hops handed off for a packet", "", "none"),
        Metric("queued_per_packet", "hops queued for a packet", "", "none"),
        Metric("wakeups_per_packet", "wake-ups of processes for a packet", ""),
        Metric("threads", "threads with work at the end", "", "none"),
    )
    plots = (
        Plot("cpu_s_per_gb", "CPU time for a gigabyte over TCP"),
        Plot("cpu_us_per_request", "CPU time for a request"),
    )

    def cases(self, quick):
        return [{"load": load} for load in ("stream", "tcp requests", "udp requests")
                if not quick or load[0] != "u"]

    def length(self, quick):
        """Seconds: CPU time is counted in ticks."""
        return 1 if quick else 3

    def seconds(self, case, quick):
        return self.length(quick) + 0.7

    def measure(self, net, contender, case, quick):
        ours = contender in ("gonet", "gonet0")
        words = (["stream", "to", "1"] if case["load"] == "stream" else
                 ["requests", case["load"].split()[0], "16"])
        counted = gonet_counts(net) if ours else None
        cpu, switched = cpu_seconds(), switches()
        done = net.load_near(contender, *words, str(self.length(quick)))
        cpu, switched = cpu_seconds() - cpu, switches() - switched
        if case["load"] == "stream":
            found = {"cpu_s_per_gb": cpu / (done["bytes"] / 1e9),
                     "switches_per_mb": switched / (done["bytes"] / 1e6)}
        else:
            found = {"cpu_us_per_request": 1e6 * cpu / done["requests"],
                     "switches_per_request": switched / done["requests"]}
        if ours:
            now = gonet_counts(net)
            packets = max(1, now["packets"] - counted["packets"])
            for name in ("handed", "queued", "wakeups"):
                found[f"{name}_per_packet"] = max(0, now[name] - counted[name]) / packets
            found["threads"] = now["threads"]
        return found
