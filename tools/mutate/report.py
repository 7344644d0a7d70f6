"""Counts by file and folder, and the list of survivors."""

import collections
import os

import results as kept

COLUMNS = ["changes", "tried", "killed", "timed out", "survived", "unreached", "equivalent"]


def classify(change, results, equivalent):
    row = results.of(change)
    if row is None:
        return "untried"
    if row["verdict"] in kept.KILLED:
        return row["verdict"]
    return "equivalent" if change.key in equivalent else row["verdict"]


def count(changes, results, equivalent):
    counts = collections.defaultdict(collections.Counter)
    for change in changes:
        verdict = classify(change, results, equivalent)
        for name in (change.file, os.path.dirname(change.file) + "/", "all"):
            counts[name]["changes"] += 1
            counts[name][verdict] += 1
            counts[name]["tried"] += verdict != "untried"
    return counts


def percentages(counter):
    """(of all that were tried, of those that are not equivalent), both in per cent."""
    killed = counter["killed"] + counter["timed out"]
    different = counter["tried"] - counter["equivalent"]
    return 100 * killed / max(1, counter["tried"]), 100 * killed / max(1, different)


def table(counts):
    width = max(map(len, counts)) + 2
    lines = ["".ljust(width) + "".join(column.rjust(11) for column in COLUMNS) + "  of all  of not equivalent"]
    for name in sorted(counts, key=lambda one: (one == "all", one.endswith("/"), one)):
        of_all, of_different = percentages(counts[name])
        figures = "".join(str(counts[name][column]).rjust(11) for column in COLUMNS)
        lines.append(f"{name.ljust(width)}{figures}{of_all:7.1f}%{of_different:9.1f}%")
    return "\n".join(lines)


def survivors(changes, results, equivalent, keys=False):
    """A line each: with its place for people, or as its key, which is what equivalent.txt wants."""
    lines = []
    for change in changes:
        verdict = classify(change, results, equivalent)
        if verdict in ("survived", "unreached"):
            note = "" if verdict == "survived" else "  (no test comes here)"
            if (results.of(change) or {}).get("impatient"):
                note = "  (slow tests left out)"
            lines.append(change.key if keys else f"{change.file}:{change.line}: {change.function}: {change.text}{note}")
    return lines
