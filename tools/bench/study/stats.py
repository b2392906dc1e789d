# SPDX-License-Identifier: GPL-2.0
"""From turns to figures: medians over the rounds, and how far these lie apart."""

import json
import statistics

from . import contenders


def summarise(records, parts):
    """A row for each part, number of CPUs, case, contender and metric.

    The ratio to the native stack is the median of the ratios of each turn, in which both
    were measured one after the other.
    """
    groups = {}
    for record in records:
        if record["kind"] != "turn" or record["part"] not in parts:
            continue
        key = (record["part"], record["cpus"], json.dumps(record["case"]))
        groups.setdefault(key, []).append(record)
    rows = []
    for (name, cpus, case), turns in groups.items():
        part = parts[name]
        base = contenders.base_of(part.contenders)
        for metric in part.metrics:
            for contender in part.contenders:
                row = _row(turns, metric.name, contender, base)
                if row:
                    rows.append({"part": name, "cpus": cpus, "case": json.loads(case),
                                 "metric": metric.name, "unit": metric.unit,
                                 "contender": contender, **row})
    return rows


def _value(turn, contender, metric):
    return (turn["results"].get(contender) or {}).get(metric)


def _row(turns, metric, contender, base):
    values, ratios = [], []
    for turn in turns:
        value = _value(turn, contender, metric)
        if value is None:
            continue
        values.append(value)
        other = _value(turn, base, metric) if base else None
        if other:
            ratios.append(value / other)
    if not values:
        return None
    return {
        "rounds": len(values),
        "median": statistics.median(values),
        "low": min(values),
        "high": max(values),
        "ratio": statistics.median(ratios) if ratios else None,
    }


def errors(records):
    """What failed: part, case, contender, why; each once."""
    seen = {}
    for record in records:
        if record["kind"] != "turn":
            continue
        for contender, result in record["results"].items():
            if result and "error" in result:
                key = (record["part"], json.dumps(record["case"]), contender)
                seen.setdefault(key, result["error"])
    return [(part, json.loads(case), contender, why)
            for (part, case, contender), why in seen.items()]
