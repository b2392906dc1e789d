# SPDX-License-Identifier: GPL-2.0
"""Concurrent pings: the paper's figure 3."""

from study.part import Metric, Part, Plot


class This(Part):
    title = "Concurrent pings"
    about = ("N echo requests at once from one generator in the native stack, and again when "
             "all are answered: the paper's figure 3. 50 rounds of that, of 56 bytes.")
    order = 10
    scaling = True
    metrics = (
        Metric("mean_us", "mean round trip", "µs"),
        Metric("median_us", "median round trip", "µs"),
        Metric("p99_us", "99th percentile of the round trip", "µs"),
        Metric("lost_percent", "lost", "%"),
    )
    plots = (
        Plot("mean_us", "Mean round trip of N concurrent pings", x="pings",
             x_title="concurrent pings", log="xy"),
        Plot("p99_us", "99th percentile of the round trip of N concurrent pings", x="pings",
             x_title="concurrent pings", log="xy"),
        *(Plot("mean_us", f"Mean round trip of {n} concurrent ping" + ("s" if n > 1 else ""),
               x="cpus", x_title="CPUs", where={"pings": n}, name=f"{n}-scaling")
          for n in (1, 1000)),
    )

    def cases(self, quick):
        counts = (1, 30, 1000) if quick else (1, 3, 10, 30, 100, 200, 400, 600, 800, 1000)
        return [{"pings": n} for n in counts]

    def requests(self, case, quick):
        """How often."""
        return 10 if quick and case["pings"] > 100 else 50

    def seconds(self, case, quick):
        return 0.4 + case["pings"] * self.requests(case, quick) * 80e-6

    def measure(self, net, contender, case, quick):
        net.pings(contender, 1, 5)
        found = net.pings(contender, case["pings"], self.requests(case, quick))
        found["lost_percent"] = 100 * (1 - found["received"] / found["sent"])
        return found
