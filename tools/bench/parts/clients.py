# SPDX-License-Identifier: GPL-2.0
"""Clients of 4 kB each: the paper's figure 4."""

from study.part import Metric, Part, Plot


class This(Part):
    title = "Clients of 4 kB each"
    about = ("N clients at a time, each of which opens a connection, sends 4 kB, and closes; "
             "the server looks at every byte: the paper's figure 4. As a thread for each "
             "client, started inside the measurement, as in the paper; and as a pool of "
             "threads that wait. Over the stack's loopback, and over the link from the "
             "native stack.")
    order = 20
    metrics = (
        Metric("mbit_s", "throughput", "Mbit/s", "higher"),
        Metric("failed", "failed clients", "", "lower"),
    )
    plots = tuple(
        Plot("mbit_s", f"N clients of 4 kB, {title}, {start}", x="clients",
             x_title="concurrent clients", log="x", where={"way": way, "start": start},
             name=f"{way}-{start}")
        for way, title in (("loopback", "over the loopback"), ("link", "over the link"))
        for start in ("thread", "pool"))

    def cases(self, quick):
        counts = (1, 100) if quick else (1, 2, 5, 10, 25, 50, 75, 100)
        return [{"way": way, "start": start, "clients": n}
                for way in ("loopback", "link") for start in ("thread", "pool")
                if not quick or (way, start) in (("loopback", "thread"), ("link", "pool"))
                for n in counts]

    def seconds(self, case, quick):
        return 0.3 + self.rounds(case, quick) * case["clients"] * 0.002

    def rounds(self, case, quick):
        """So that the time means something."""
        return max(3, (100 if quick else 400) // case["clients"])

    def measure(self, net, contender, case, quick):
        load = net.load_loop if case["way"] == "loopback" else net.load_near
        return load(contender, "clients", case["start"], str(case["clients"]), "4096",
                    str(self.rounds(case, quick)))
