# SPDX-License-Identifier: GPL-2.0
"""Connections opened and closed."""

from study.part import Metric, Part, Plot


class This(Part):
    title = "Connections a second"
    about = "Clients of the native stack, each of which opens a connection and closes it, again."
    order = 42
    metrics = (
        Metric("per_s", "connections a second", "1/s", "higher"),
        Metric("failed", "failed connections", ""),
    )
    plots = (Plot("per_s", "Connections opened and closed a second"),)

    def cases(self, quick):
        return [{"clients": n} for n in ((8,) if quick else (1, 8, 64))]

    def length(self, quick):
        """Seconds of a measurement."""
        return 0.5 if quick else 2

    def seconds(self, case, quick):
        return self.length(quick) + 0.4

    def measure(self, net, contender, case, quick):
        return net.load_near(contender, "connects", str(case["clients"]), str(self.length(quick)))
