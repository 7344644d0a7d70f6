"""What a run has come to: samples by row and candidate, remarks and failures; to and from JSON."""

import json
import statistics


class Results:
    def __init__(self, about=None, rows=None):
        self.about = about or {}
        self.rows = rows or {}       # key: {title, unit, more}, in the order of the report
        self.samples = {}            # key: {candidate: [value or None, one a round]}
        self.remarks = {}            # key: {candidate: [text]}

    def add(self, row, candidate, value):
        self.rows.setdefault(row.key, {"title": row.title, "unit": row.unit, "more": row.more})
        self.samples.setdefault(row.key, {}).setdefault(candidate, []).append(value)

    def remark(self, key, candidate, text):
        self.remarks.setdefault(key, {}).setdefault(candidate, []).append(text)

    def values(self, key, candidate):
        return [value for value in self.samples.get(key, {}).get(candidate, []) if value is not None]

    def median(self, key, candidate):
        values = self.values(key, candidate)
        return statistics.median(values) if values else None

    def ratio(self, key, ours, theirs, other_key=None):
        """Median over the rounds of ours by theirs, taken within each round: what drifts, drifts for both."""
        pairs = zip(self.samples.get(key, {}).get(ours, []), self.samples.get(other_key or key, {}).get(theirs, []))
        ratios = [a / b for a, b in pairs if a is not None and b]
        return statistics.median(ratios) if ratios else None

    def spread(self, key, candidate):
        """Largest less smallest, by the median."""
        values = self.values(key, candidate)
        middle = statistics.median(values) if values else 0
        return (max(values) - min(values)) / middle if len(values) > 1 and middle else None

    def candidates(self):
        names = []
        for by_candidate in self.samples.values():
            names += [name for name in by_candidate if name not in names]
        order = self.about.get("candidates", [])
        return sorted(names, key=lambda name: order.index(name) if name in order else len(order))

    def best_peer(self, key):
        """The best of the other user-space stacks: (name, median)."""
        peers = [(self.median(key, name), name) for name in self.candidates() if name not in ("limit", "nutnode", "kernel over veth")]
        peers = [(value, name) for value, name in peers if value is not None]
        if not peers:
            return None, None
        value, name = (max if self.rows[key]["more"] else min)(peers)
        return name, value

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(vars(self), file, indent=1, ensure_ascii=False)

    @staticmethod
    def read(path):
        results = Results()
        with open(path, encoding="utf-8") as file:
            vars(results).update(json.load(file))
        return results
