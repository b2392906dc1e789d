# SPDX-License-Identifier: GPL-2.0
"""UDP streams: what is sent, what comes, what is lost."""

from study.part import Metric, Part, Plot


class This(Part):
    title = "UDP streams"
    about = ("As many datagrams as go, from one socket and from eight to one, over the link "
             "from the native stack and over the stack's loopback: those that come, and the "
             "share that is lost. Those of 8000 bytes are fragmented on the link.")
    order = 35
    metrics = (
        Metric("per_s", "datagrams received a second", "1/s", "higher"),
        Metric("mbit_s", "throughput", "Mbit/s", "higher"),
        Metric("lost_percent", "lost", "%"),
    )
    plots = (
        Plot("per_s", "UDP datagrams received, over the link", where={"way": "link"}),
    )

    def cases(self, quick):
        senders = (1,) if quick else (1, 8)
        return [{"way": way, "bytes": size, "senders": n}
                for way in (("link",) if quick else ("link", "loopback"))
                for size in ((16, 1400) if quick else (16, 1400, 8000)) for n in senders]

    def length(self, quick):
        """Seconds of a measurement."""
        return 0.5 if quick else 2

    def seconds(self, case, quick):
        return self.length(quick) + 0.7

    def measure(self, net, contender, case, quick):
        if contender == "lwip" and case["way"] == "loopback":
            return None  # it counts in the thread that receives, which its clients starve
        load = net.load_loop if case["way"] == "loopback" else net.load_near
        return load(contender, "flood", str(case["senders"]), str(case["bytes"]),
                    str(self.length(quick)))
