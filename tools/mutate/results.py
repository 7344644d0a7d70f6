"""What became of the changes, a line of JSON each; the last line of a key counts. Beside it the list of equivalent ones."""

import json

KILLED = ("killed", "timed out")


class Results:
    def __init__(self, path):
        self.path, self.rows, self.ragged = path, {}, False
        if path.is_file():
            text = path.read_text()
            self.ragged = not text.endswith("\n") and text != ""
            for line in text.splitlines():
                try:
                    row = json.loads(line)
                    self.rows[row["key"]] = row
                except (ValueError, KeyError):
                    continue  # cut off by an interruption

    def of(self, change):
        """The row of this change, while the function around it is as it was."""
        row = self.rows.get(change.key)
        return row if row and row["context"] == change.context else None

    def add(self, row):
        self.rows[row["key"]] = row
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "a") as file:
            file.write("\n" * self.ragged + json.dumps(row) + "\n")
        self.ragged = False


def read_equivalent(path):
    """key -> reason. A line that starts with = is the reason for the keys below it, a line each, until the next empty line."""
    reasons, together = {}, None
    for number, line in enumerate(path.read_text().splitlines() if path.is_file() else [], 1):
        if not line.strip():
            together = None
        elif line.startswith("="):
            together = line[1:].strip()
        elif not line.startswith("#"):
            if not together or line.count(" | ") < 2:
                raise ValueError(f"{path.name}:{number}: a change is `file | function | text` below a line `= reason`: {line}")
            reasons[line.strip()] = together
    return reasons
