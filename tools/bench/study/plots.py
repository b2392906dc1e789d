# SPDX-License-Identifier: GPL-2.0
"""Pictures by gnuplot: an SVG and a PNG of each."""

import json
import os
import subprocess

from . import contenders
from .part import case_text

TERMINALS = (
    ("svg size 900,540 dynamic font 'sans,14' background '#ffffff'", "svg"),
    ("pngcairo size 900,540 font 'sans,11'", "png"),
)

# In the middle of each mark the median, and a bar from the least to the greatest.
COMMON = """
set title {title}
set ylabel {ylabel}
set key outside bottom center horizontal noenhanced
set grid ytics lc rgb '#cccccc' lw 0.5
set border 3
set xtics nomirror
set ytics nomirror
"""


CPUS = "cpus"  # as a plot's x: lines over the numbers of CPUs, if there are several


def _quote(text):
    """A string of gnuplot's."""
    return "'" + text.replace("'", "''") + "'"


def _draw(path, script):
    for terminal, suffix in TERMINALS:
        text = f"set terminal {terminal}\nset output {_quote(path + '.' + suffix)}\n{script}"
        done = subprocess.run(["gnuplot"], input=text, text=True, capture_output=True)
        if done.returncode or "error" in done.stderr.lower():
            raise RuntimeError(f"gnuplot: {path}: {done.stderr.strip()}")


def _log_ticks(points):
    values = sorted({x for x, *_ in points})
    return ", ".join(f"'{x:g}' {x:g}" for x in values)


def _lines(plot, head, rows, names):
    data, series, points = "", [], []
    for name in names:
        mine = sorted((row["cpus"] if plot.x == CPUS else row["case"][plot.x],
                       row["median"], row["low"], row["high"])
                      for row in rows if row["contender"] == name)
        if not mine:
            continue
        points += mine
        block = "$" + name
        data += block + " << END\n" + "".join("%g %g %g %g\n" % p for p in mine) + "END\n"
        series.append(f"{block} using 1:2:3:4 with yerrorlines lw 2 pt 7 ps 0.6 "
                      f"lc rgb {_quote(contenders.COLOURS[name])} "
                      f"title {_quote(contenders.LABELS[name])}")
    if not series:
        return ""
    script = head + f"set xlabel {_quote(plot.x_title or plot.x)}\n"
    if plot.log:
        script += f"set logscale {plot.log}\n"
    if plot.x == CPUS:
        script += f"set xtics ({_log_ticks(points)})\n"
    elif "x" in plot.log:
        # without one for each case where they would lie upon another
        shown = [p for p in points if len({q[0] for q in points}) <= 6 or
                 str(int(p[0])).strip("0") in ("1", "2", "3", "5")]
        script += f"set xtics ({_log_ticks(shown)})\n"
    if "y" not in plot.log:
        script += "set yrange [0:*]\n"
    return data + script + "plot " + ", ".join(series) + "\n"


def _bars(plot, head, rows, names):
    cases = list(dict.fromkeys(json.dumps(row["case"]) for row in rows))
    data, series = "", []
    for name in names:
        mine = {json.dumps(r["case"]): r for r in rows if r["contender"] == name}
        if not mine:
            continue
        block = "$" + name
        data += block + " << END\n"
        for case in cases:
            row = mine.get(case)
            figures = "NaN NaN NaN"
            if row:
                figures = "%g %g %g" % (row["median"], row["low"], row["high"])
            left = {k: v for k, v in json.loads(case).items() if k not in plot.where}
            label = case_text(left) or " "
            data += f'"{label}" {figures}\n'
        data += "END\n"
        series.append(f"{block} using 2:3:4:xtic(1) lc rgb {_quote(contenders.COLOURS[name])} "
                      f"title {_quote(contenders.LABELS[name])}")
    if not series:
        return ""
    return (data + head + "set style data histogram\nset style histogram errorbars gap 1 lw 1.5\n"
            "set style fill solid 0.9 border lc rgb '#444444'\nset bars 0.5\nset yrange [0:*]\n"
            "plot " + ", ".join(series) + "\n")


def _name(part, plot, cpus, many):
    words = [part.name, plot.metric] + ([plot.name] if plot.name else [])
    return "-".join(words) + (f"-{cpus}cpu" if many else "")


def draw(folder, part, rows):
    """All of a part's; return their names and titles."""
    drawn = []
    mine = [row for row in rows if row["part"] == part.name]
    counts = sorted({row["cpus"] for row in mine})
    for plot in part.plots:
        metric = next(m for m in part.metrics if m.name == plot.metric)
        for cpus in [None] * (len(counts) > 1) if plot.x == CPUS else counts:
            chosen = [row for row in mine
                      if row["metric"] == plot.metric and cpus in (None, row["cpus"])
                      and all(row["case"].get(k) == v for k, v in plot.where.items())]
            title = plot.title + (f", {cpus} CPU" + ("s" if cpus > 1 else "")
                                  if cpus and len(counts) > 1 else "")
            ylabel = metric.title + (f" [{metric.unit}]" if metric.unit else "")
            head = COMMON.format(title=_quote(title), ylabel=_quote(ylabel))
            make = _lines if plot.x else _bars
            script = make(plot, head, chosen, part.contenders)
            if script:
                name = _name(part, plot, cpus, cpus and len(counts) > 1)
                _draw(os.path.join(folder, name), script)
                drawn.append((name, title))
    return drawn
