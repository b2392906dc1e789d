# SPDX-License-Identifier: GPL-2.0
"""Request and response, one after another."""

from study.part import Metric, Part, Plot


class This(Part):
    title = "Request and response"
    about = ("One request after another from the native stack, each answered by the same "
             "bytes.")
    order = 40
    metrics = (
        Metric("median_us", "median", "µs"),
        Metric("p90_us", "90th percentile", "µs"),
        Metric("p99_us", "99th percentile", "µs"),
        Metric("p999_us", "99.9th percentile", "µs"),
    )
    plots = (
        Plot("median_us", "Request and response: median"),
        Plot("p99_us", "Request and response: 99th percentile"),
    )

    def cases(self, quick):
        return [{"protocol": protocol, "bytes": size}
                for protocol in ("tcp", "udp") for size in ((16,) if quick else (1, 16, 256))]

    def length(self, quick):
        """Seconds of a measurement."""
        return 0.5 if quick else 2

    def seconds(self, case, quick):
        return self.length(quick) + 0.4

    def measure(self, net, contender, case, quick):
        return net.load_near(contender, "requests", case["protocol"], str(case["bytes"]),
                             str(self.length(quick)))
