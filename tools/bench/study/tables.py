# SPDX-License-Identifier: GPL-2.0
"""The results as JSON, as CSV, and as tables in Markdown."""

import csv
import json
import os

from . import contenders, stats
from .part import case_text


def number(value):
    """Four digits that mean something, without an exponent."""
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.4g}" if abs(value) >= 0.001 else f"{value:.6f}"


def write_json(folder, records, rows):
    """Everything: what was measured where, and the figures."""
    heads = [r for r in records if r["kind"] in ("study", "boot")]
    with open(os.path.join(folder, "results.json"), "w", encoding="utf-8") as file:
        json.dump({"measured": heads, "results": rows}, file, indent=1, sort_keys=True)


def write_csv(folder, rows):
    """A line for each figure."""
    with open(os.path.join(folder, "results.csv"), "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["part", "cpus", "case", "contender", "metric", "unit", "rounds", "median",
                      "low", "high", "ratio"])
        for row in rows:
            out.writerow([row["part"], row["cpus"], case_text(row["case"]), row["contender"],
                          row["metric"], row["unit"], row["rounds"], row["median"], row["low"],
                          row["high"], "" if row["ratio"] is None else row["ratio"]])


def _cell(row, base):
    if not row:
        return "-"
    text = number(row["median"])
    if row["rounds"] > 1:
        text += f" ({number(row['low'])} to {number(row['high'])})"
    if row["ratio"] is not None and row["contender"] != base:
        text += f", **{row['ratio']:.2f}**"
    return text


def _table(part, metric, rows):
    base = contenders.base_of(part.contenders)
    cpus = sorted({row["cpus"] for row in rows})
    cases = {}
    for row in rows:
        key = (row["cpus"], json.dumps(row["case"]))
        cases.setdefault(key, {})[row["contender"]] = row
    names = [c for c in part.contenders if any(c in found for found in cases.values())]
    head = (["CPUs"] if len(cpus) > 1 else []) + ["case"] + [contenders.LABELS[c] for c in names]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for (count, case), found in cases.items():
        cells = ([str(count)] if len(cpus) > 1 else []) + [case_text(json.loads(case)) or "-"]
        cells += [_cell(found.get(c), base) for c in names]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _measured(records):
    study = next(r for r in records if r["kind"] == "study")
    host, lines = study["host"], []
    lines.append(f"Host: {host['cpu']}, {host['cpus']} CPUs, {host['memory']}, "
                 f"Linux {host['kernel']}, load {host['load']:.1f} at the beginning.")
    for boot in {r["boot"]: r for r in records if r["kind"] == "boot"}.values():
        guest = boot["machine"]
        lines.append(f"VM: {boot['cpus']} CPUs ({guest['cpu']}), {guest['memory']}, "
                     f"Linux {guest['kernel']}, `{guest['version']}`, {study['machine']}.")
    lines.append(f"GoNet: {study['commit']}.")
    return lines


def report(folder, records, parts, rows, pictures, pages, complete):
    """The page that has it all."""
    lines = ["# GoNet beside other stacks", ""]
    if not complete:
        lines += ["**The run did not come to its end: what is here is what it had measured.**", ""]
    lines += ["  \n".join(_measured(records)), ""]
    lines += ["Medians over the rounds, least and greatest in parentheses; in bold the ratio to "
              "the native stack, the median of the ratios of each round. In every round all "
              "stacks are measured one after another, in an order that changes.", ""]
    for part in parts:
        mine = [row for row in rows if row["part"] == part.name]
        if not mine:
            continue
        lines += [f"## {part.title}", "", part.about, ""]
        for picture, title in pictures.get(part.name, ()):
            lines += [f"![{title}]({picture}.svg)", ""]
        for metric in part.metrics:
            chosen = [row for row in mine if row["metric"] == metric.name]
            if not chosen or (metric.name == "failed" and not any(r["high"] for r in chosen)):
                continue
            unit = f", {metric.unit}" if metric.unit else ""
            better = "" if metric.better == "none" else f" ({metric.better} is better)"
            lines += [f"{metric.title.capitalize()}{unit}{better}:", ""]
            lines += _table(part, metric, chosen) + [""]
    failed = stats.errors(records)
    if failed:
        lines += ["## What failed", ""]
        lines += [f"- {part}, {case_text(case)}, {contenders.LABELS[who]}: `{why}`"
                  for part, case, who, why in failed] + [""]
    if pages:
        lines += ["## Pages", ""] + [f"- {page}" for page in pages] + [""]
    with open(os.path.join(folder, "report.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
