"""Writes a file so that every change of it is compiled in, guarded by its number (point.h)."""

import pathlib
import re

PRELUDE = pathlib.Path(__file__).with_name("point.h")


def prelude(path):
    text = PRELUDE.read_text().replace("#pragma once\n", "")
    return f'#ifndef NUT_MUTATION_POINT\n#define NUT_MUTATION_POINT\n{text}#endif\n#line 1 "{path}"\n'


def rewrite(path, text, points, first):
    """The guarded text, and for each change its number: [(number, point, index of the change)]. Lines stay where they are."""
    numbers, changes, number = {}, [], first
    for point in points:
        numbers[id(point)] = number
        for at in range(len(point.changes)):
            changes.append((number + at, point, at))
        number += len(point.changes)

    def inner(start, end, around=None):
        """around: the point that asks for its own range, and must not be found in it again."""
        pieces, at = [], start
        candidates = points if around is None else points[points.index(around) + 1:]
        for point in candidates:
            if point.start >= at and point.end <= end:
                pieces += [text[at:point.start], written(point)]
                at = point.end
        return "".join(pieces + [text[at:end]])

    def written(point):
        out = point.write(numbers[id(point)], inner)
        # Changed texts of several lines would move what follows.
        wanted, got = text.count("\n", point.start, point.end), out.count("\n")
        if got > wanted:
            out = re.sub(r"//[^\n]*", "", out).replace("\n", " ") + "\n" * wanted
        return out + "\n" * (wanted - out.count("\n"))

    return prelude(path) + inner(0, len(text)), changes


def describe(text, point, at):
    """The change as a line: what stands around it, and {before => after} for what differs, in whole words."""
    old, new = text[point.start:point.end], point.changes[at]
    shortest = min(len(old), len(new))
    head = next((at for at in range(shortest) if old[at] != new[at]), shortest)
    while cuts_word(old, head) or cuts_word(new, head):
        head -= 1
    tail = next((at for at in range(shortest - head) if old[-1 - at] != new[-1 - at]), shortest - head)
    while cuts_word(old, len(old) - tail) or cuts_word(new, len(new) - tail):
        tail -= 1
    begin = text.rfind("\n", 0, point.start) + 1
    end = text.find("\n", point.end)
    before, after = text[begin:point.start] + old[:head], old[len(old) - tail:] + text[point.end:end if end >= 0 else None]
    line = f"{before}{{{old[head:len(old) - tail]} => {new[head:len(new) - tail]}}}{after}"
    return re.sub(r"\s+", " ", re.sub(r"//[^\n]*", "", line)).strip()


def cuts_word(text, at):
    return 0 < at < len(text) and re.match(r"\w\w", text[at - 1:at + 1]) is not None
