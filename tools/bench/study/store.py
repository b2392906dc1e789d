# SPDX-License-Identifier: GPL-2.0
"""Results on disk, a JSON record on each line.

Every turn is written when it is over, so that an interrupted run loses only the turn that
it was in. Kinds of records: study (what is measured, and on which host), boot (of which
VM), turn, and done (the parts whose measuring came to its end).
"""

import json
import os

NAME = "results.jsonl"


def read(folder):
    """All records that are whole."""
    records = []
    try:
        with open(os.path.join(folder, NAME), encoding="utf-8") as file:
            for line in file:
                try:
                    records.append(json.loads(line))
                except ValueError:
                    continue  # the end of an interrupted write
    except FileNotFoundError:
        pass
    return records


def append(folder, record):
    """Add a record, so that it survives what comes."""
    with open(os.path.join(folder, NAME), "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
        file.flush()
        os.fsync(file.fileno())


def rewrite(folder, records):
    """Replace all records."""
    path = os.path.join(folder, NAME)
    with open(path + ".new", "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record) + "\n")
    os.replace(path + ".new", path)


def begin(folder, study, parts):
    """Keep what belongs to the same study; return whether a run is continued.

    Parts that are asked for again after they were done are begun anew, others stay.
    """
    records = read(folder)
    head = next((r for r in records if r["kind"] == "study"), None)
    if not head or head["id"] != study["id"]:
        rewrite(folder, [study])
        return False
    done = {p for r in records if r["kind"] == "done" for p in r["parts"]}
    again = done.intersection(parts)
    kept = []
    for record in records:
        if record["kind"] == "turn" and record["part"] in again:
            continue
        if record["kind"] == "done":
            record["parts"] = [p for p in record["parts"] if p not in again]
        kept.append(record)
    rewrite(folder, kept)
    return any(r["kind"] == "turn" and r["part"] in parts for r in kept)
