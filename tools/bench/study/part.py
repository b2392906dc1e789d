# SPDX-License-Identifier: GPL-2.0
"""What a part of the benchmark is, and where the parts are found."""

import importlib.util
import pathlib
from dataclasses import dataclass, field

PARTS = pathlib.Path(__file__).resolve().parent.parent / "parts"


@dataclass
class Metric:
    """A figure that a part measures."""

    name: str
    title: str
    unit: str
    better: str = "lower"  # or higher, or none


@dataclass
class Plot:
    """A picture of a metric: lines over a key of the cases, or bars without one."""

    metric: str
    title: str
    x: str = ""  # a key of the cases, or cpus: then over the numbers of CPUs
    x_title: str = ""
    log: str = ""  # the axes that are logarithmic, as gnuplot names them
    where: dict = field(default_factory=dict)  # the cases that it shows
    name: str = ""


class Part:
    """A file in parts/ defines one, as the class `This`.

    A case is a dict that says what is measured; a turn is one case, measured with every
    contender, one after another. Everything of a turn happens in one boot.
    """

    name = ""
    title = ""
    about = ""  # a sentence or two for the reader of the results
    order = 50  # its place among the others
    contenders = ("native", "gonet", "gonet0", "lwip")
    metrics = ()
    plots = ()
    scaling = False  # measured with other numbers of CPUs too
    quick_rounds = 3  # rounds when it is to be quick
    network = True  # wants the network of network.py, not the bare machine

    def cases(self, quick):
        """The cases, in order."""
        return [{}]

    def seconds(self, case, quick):
        """A guess at how long one contender takes."""
        return 2

    def begin(self, net, case):
        """Before a turn."""

    def end(self, net, case):
        """After a turn, also if it failed."""

    def measure(self, net, contender, case, quick):
        """Return metrics by name, or None where a contender cannot do this."""
        raise NotImplementedError


class HostPart(Part):
    """A part that needs no VM: it writes a page."""

    contenders = ()
    file = ""  # the page

    @property
    def link(self):
        """For the report, in Markdown."""
        return f"[{self.title}]({self.file}): {self.about}"

    def page(self, tree, out):
        """Write it to the folder `out`."""
        raise NotImplementedError


def load_parts():
    """All parts by name, in their order."""
    parts = []
    for file in PARTS.glob("*.py"):
        spec = importlib.util.spec_from_file_location("parts." + file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        this = module.This()
        this.name = this.name or file.stem
        parts.append(this)
    parts.sort(key=lambda part: (part.order, part.name))
    return {part.name: part for part in parts}


def case_text(case):
    """A case for people: its values, with the key where the value alone says nothing."""
    words = []
    for key, value in case.items():
        words.append(str(value) if isinstance(value, str) else f"{key} {value}")
    return ", ".join(words)
