"""The changes of a tree: every one with a number to choose it by and a key that outlives edits elsewhere.

The sources are read from the checkout and written, guarded, into a copy. What was found in a file is kept beside the copy
and used again while the file stays the same.
"""

import collections
import concurrent.futures
import fnmatch
import hashlib
import json
import pathlib
import re
import subprocess

import rewrite

# Numbers are given by file, so that an edit of one leaves the others as they were built.
NUMBERS_A_FILE = 4096
CAPACITY = 1 << 20
# What only looks for our own mistakes, and the faults that the explorer puts back in: no behaviour of the stack.
NEVER = ["*_invariants.cc", "*/mutants*", "*/engine_observe.cc"]
# Lines that are there for those faults alone, and compiled to nothing elsewhere.
EXPLORERS = re.compile(r"\bMutated\(|\bMutantAccess::")
# Defaults of options are choices in a table; a test of one would be the table once more.
CHOICES = re.compile(r"(\w*Options|Parameters)::")
CLANG = ["-x", "c++", "-std=c++20", "-w"]
GCC = ["g++", "-std=c++20", "-w", "-Wno-narrowing", "-fsyntax-only", "-x", "c++"]


class Change:
    """One change: where it is, what it does, by what number it is chosen in the guarded build."""

    def __init__(self, row, number=0):
        self.file, self.line, self.function, self.text = row["file"], row["line"], row["function"], row["text"]
        self.context, self.at = row["context"], row["at"]
        self.number, self.occurrence = number, 1

    @property
    def key(self):
        times = f" #{self.occurrence}" if self.occurrence > 1 else ""
        return f"{self.file} | {self.function} | {self.text}{times}"


def digest(*texts):
    together = hashlib.sha256()
    for text in texts:
        together.update(text if isinstance(text, bytes) else text.encode())
        together.update(b"\0")
    return together.hexdigest()[:20]


def tracked(root):
    """Every file of the checkout that git does not ignore; all files where there is no git."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"], cwd=root,
                            capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


def write_if_new(path, data):
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class Tree:
    """The guarded copy of `root` below `state`."""

    def __init__(self, root, state, folders):
        self.root, self.state, self.copy = root, state, state / "tree"
        self.names = sorted(tracked(root))
        self.targets = [name for name in self.names if name.endswith((".h", ".cc")) and str(pathlib.PurePath(name).parent) in folders
                        and not any(fnmatch.fnmatch(name, pattern) for pattern in NEVER)]
        if not self.targets:
            raise ValueError(f"no sources in {', '.join(folders)}")
        if len(self.targets) * NUMBERS_A_FILE >= CAPACITY:
            raise ValueError(f"{len(self.targets)} files are more than there are numbers for: raise kCapacity in point.h")
        self.tools = digest(*[path.read_text() for path in sorted(pathlib.Path(__file__).parent.glob("*"))
                              if path.name in ("finder.py", "points.py", "rewrite.py", "point.h")])

    def write(self, tell, jobs):
        """Writes the copy and returns all changes. tell(text) hears of the progress."""
        targets = set(self.targets)
        for name in self.names:
            if name not in targets or not (self.copy / name).exists():
                write_if_new(self.copy / name, (self.root / name).read_bytes())
        wanted = set(self.names)
        for path in self.copy.rglob("*"):
            if path.is_file() and str(path.relative_to(self.copy)) not in wanted:
                path.unlink()
        changes = []
        work = [(self.root, self.state, name, 1 + slot * NUMBERS_A_FILE, self.tools) for slot, name in enumerate(self.targets)]
        with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
            try:
                for (_, _, name, _, _), found in zip(work, pool.map(guard, work)):
                    tell(f"read {name}")
                    write_if_new(self.copy / name, found["guarded"].encode("latin-1"))
                    changes += [Change(row, number) for number, row in found["changes"]
                                if not EXPLORERS.search(row["text"]) and not CHOICES.match(row["function"])]
            except BaseException:
                pool.shutdown(cancel_futures=True)  # what is under way ends; an interruption waits for nothing else
                raise
        self.number_occurrences(changes)
        return sorted(changes, key=lambda one: (one.file, one.number))

    @staticmethod
    def number_occurrences(changes):
        seen = collections.Counter()
        for one in sorted(changes, key=lambda one: (one.file, one.at, one.number)):
            seen[one.key] += 1
            one.occurrence = seen[one.key]


def guard(work):
    """The guarded text of a file and its changes, as {"guarded", "changes": [[number, row]]}; from what is kept, if it is."""
    root, state, name, first, tools = work
    source = (root / name).read_bytes()
    kept = state / "guarded" / digest(source, tools, name, str(first))
    if kept.is_file():
        return json.loads(kept.read_text())
    import finder  # needs clang, which a run from what is kept does not
    text = source.decode("latin-1")  # so that an offset is an octet
    guarded, numbered = compiling(root, name, text, finder.find(str(root / name), text, CLANG + [f"-I{root}"]), first)
    if len(numbered) > NUMBERS_A_FILE:
        raise ValueError(f"{name}: {len(numbered)} changes are more than there are numbers for")
    rows = [[number, {"file": name, "line": point.line, "function": point.function, "at": point.start,
                      "text": rewrite.describe(text, point, at), "context": digest(text[slice(*point.function_range)])}]
            for number, point, at in numbered]
    found = {"guarded": guarded, "changes": rows}
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_if_new(kept, json.dumps(found).encode())
    return found


def compiling(root, name, text, there, first):
    """Leaves out what the compiler does not take, line by line: first exchanged text, then everything there."""
    for kinds in (("swap", "extreme"), ("swap", "extreme", "relation", "negate", "circle"), None, None):
        guarded, numbered = rewrite.rewrite(name, text, there, first)
        run = subprocess.run(GCC + [f"-I{root}", "-"], input=guarded.encode("latin-1"), capture_output=True)
        errors = run.stderr.decode(errors="replace")
        lines = {int(line) for line in re.findall(rf"^{re.escape(name)}:(\d+):\d+: error", errors, re.M)}
        if run.returncode == 0:
            return guarded, numbered
        if not lines:
            raise ValueError(f"{name}: does not compile:\n{errors}")
        there = [one for one in there if not (kinds is None or one.kind in kinds)
                 or not any(one.line <= line <= one.line + text.count("\n", one.start, one.end) for line in lines)]
    raise ValueError(f"{name}: the guarded file does not compile:\n{errors}")
