# SPDX-License-Identifier: GPL-2.0
"""TCP streams by iperf3."""

import json

from study.network import NEAR, End
from study.part import Metric, Part, Plot
from study.programs import Failure, Server, run

WAYS = {
    "to": "from the native stack",
    "from": "to the native stack",
    "pair": "between two of the same stack",
}


class This(Part):
    title = "TCP streams"
    about = ("iperf3 between a native end and the stack, both ways, and between two of the "
             "same stack, joined by a bridge; MTU 1500 and 9000, offloads on and off. lwIP "
             "cannot run iperf3: its figures are those of our own program, which writes as "
             "much at a time, over lwIP's one link, of MTU 1500 without offloads.")
    order = 30
    scaling = True
    metrics = (Metric("mbit_s", "throughput", "Mbit/s", "higher"),)
    plots = tuple(
        Plot("mbit_s", f"iperf3, {title}, MTU 1500, offloads {offloads}",
             where={"way": way, "mtu": 1500, "offloads": offloads}, name=f"{way}-{offloads}")
        for way, title in WAYS.items() for offloads in ("on", "off")) + tuple(
        Plot("mbit_s", f"iperf3, 8 streams {title}, MTU 1500, offloads on", x="cpus",
             x_title="CPUs", name=f"{way}-scaling",
             where={"way": way, "mtu": 1500, "offloads": "on", "streams": 8})
        for way, title in WAYS.items())

    def cases(self, quick):
        streams, mtus = ((1, 8), (1500,)) if quick else ((1, 8, 64), (1500, 9000))
        return [{"way": way, "streams": n, "mtu": mtu, "offloads": offloads}
                for mtu in mtus for offloads in ("on", "off") for way in WAYS
                if not (quick and (way == "pair" or offloads == "off"))
                for n in streams]

    def length(self, quick):
        """Seconds of a measurement."""
        return 1 if quick else 4

    def seconds(self, case, quick):
        return self.length(quick) + 0.8

    def begin(self, net, case):
        net.set_links(case["mtu"], case["offloads"] == "on")

    def end(self, net, case):
        net.set_links()

    def measure(self, net, contender, case, quick):
        if contender == "lwip":
            return self.measure_lwip(net, case, quick)
        if case["way"] == "pair":
            server, client = net.end(contender, "b"), net.end(contender, "a")
        else:
            server, client = net.end(contender), End(NEAR, "")
        argv = ["iperf3", "-J", "-c", server.address, "-t", str(self.length(quick)),
                "-P", str(case["streams"])] + (["-R"] if case["way"] == "from" else [])
        listen = ["iperf3", "-s", "-1", "--forceflush", "-B", server.address]
        with Server(server.command(listen), "Server listening"):
            report = json.loads(run(client.command(argv), 60, check=False) or "{}")
        if "error" in report or "end" not in report:
            raise Failure("iperf3: " + report.get("error", "no report"))
        return {"mbit_s": report["end"]["sum_received"]["bits_per_second"] / 1e6}

    def measure_lwip(self, net, case, quick):
        """What lwIP's link can be."""
        if case["way"] == "pair" or case["mtu"] != 1500 or case["offloads"] != "off":
            return None
        return net.load_near("lwip", "stream", case["way"], str(case["streams"]),
                             str(self.length(quick)))
