# SPDX-License-Identifier: GPL-2.0
"""The native stack's own speed: with the module absent, loaded, and in use."""

from study.network import Network, module_load, module_unload
from study.part import Metric, Part, Plot


class This(Part):
    title = "The native stack beside the module"
    about = ("The native stack across a veth pair, with the module absent, loaded, and with a "
             "GoNet stack that has answered. What is native is not touched, so the ratio is 1 "
             "within noise.")
    order = 70
    contenders = ("absent", "loaded", "configured")
    network = False
    metrics = (
        Metric("ping_us", "mean round trip of a ping", "µs"),
        Metric("request_us", "median of TCP requests of 16 bytes", "µs"),
        Metric("mbit_s", "throughput of a TCP stream", "Mbit/s", "higher"),
    )
    plots = (Plot("ping_us", "The native stack's ping beside the module"),)

    def seconds(self, case, quick):
        return 3 * self.length(quick) + 2

    def length(self, quick):
        """Seconds of each of the three."""
        return 0.5 if quick else 3

    def end(self, net, case):
        module_load()

    def measure(self, net, contender, case, quick):
        module_unload()
        if contender != "absent":
            module_load()
        alone = Network()
        try:
            alone.up_native(gonet=contender == "configured")
            alone.pings("native", 1, 20)
            if contender == "configured":
                alone.pings("gonet", 1, 20)
            return {
                "ping_us": alone.pings("native", 1, 500 if quick else 5000)["mean_us"],
                "request_us": alone.load_near("native", "requests", "tcp", "16",
                                              str(self.length(quick)))["median_us"],
                "mbit_s": alone.load_near("native", "stream", "to", "1",
                                          str(self.length(quick)))["mbit_s"],
            }
        finally:
            alone.down()
