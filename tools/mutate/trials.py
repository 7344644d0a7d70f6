"""Tries changes: for each the cases that reach it, recent killers and quick ones that reach little first, until one fails."""

import collections
import concurrent.futures
import itertools
import tempfile

# Processor time of the first portion of cases that run before anybody looks; each further one is four times as long.
FIRST_PORTION = 0.05
MOST_CASES_AT_ONCE = 400
REMEMBERED_KILLERS = 12
QUICK = 0.5  # seconds


class Trials:
    def __init__(self, programs, runner, patience):
        self.programs = {program.label: program for program in programs}
        self.runner, self.patience = runner, patience
        self.reaching = collections.defaultdict(list)  # number -> [(seconds, label, case)], without the program's start
        self.breadth = {}  # (label, case) -> how many changes it reaches
        for program in programs:
            start = min(program.cases.values(), default=0)
            for case, numbers in program.reached.items():
                self.breadth[program.label, case] = len(numbers)
                for number in numbers:
                    self.reaching[number].append((max(0.001, program.cases[case] - start), program.label, case))
        self.killers = collections.defaultdict(collections.OrderedDict)  # file -> cases, the last one last

    def cases_for(self, change, known):
        """known: label -> digest of the programs that have let it pass before."""
        fresh = [one for one in self.reaching.get(change.number, ()) if known.get(one[1]) != self.programs[one[1]].told_by]
        killers = {one: -at for at, one in enumerate(self.killers[change.file])}
        # Who reaches little looks closely: a class's own tests come before those of whole nodes.
        return sorted(fresh, key=lambda one: (killers.get(one[1:], 1) if one[0] < 1 else 1, one[0] >= QUICK,
                                              self.breadth[one[1:]], one))

    def affordable(self, cases):
        """How many of them patience is enough for."""
        total, count = 0.0, 0
        for seconds, _, _ in cases:
            total += seconds
            if total > self.patience and count:
                break
            count += 1
        return count

    @staticmethod
    def portions(cases):
        lists, portion, spent, limit = [], [], 0.0, FIRST_PORTION
        for one in cases:
            portion.append(one)
            spent += one[0]
            if spent >= limit or len(portion) >= MOST_CASES_AT_ONCE:
                lists.append(portion)
                portion, spent, limit = [], 0.0, limit * 4
        return lists + [portion] if portion else lists

    def try_change(self, change, known):
        """A row of the results."""
        row = {"key": change.key, "file": change.file, "line": change.line, "context": change.context, "verdict": "survived",
               "by": "", "seconds": 0.0, "against": {}}
        if not self.reaching.get(change.number):
            row["verdict"] = "unreached"
            return row
        cases = self.cases_for(change, known)
        count = self.affordable(cases)
        left_out = {label for _, label, _ in cases[count:]}
        with tempfile.TemporaryDirectory(prefix="nutnet-mutate-") as scratch:
            for portion in self.portions(cases[:count]):
                grouped = collections.defaultdict(list)
                for seconds, label, case in portion:
                    grouped[label].append((case, seconds))
                for label, cases in grouped.items():
                    outcome = self.programs[label].run(self.runner, scratch, [case for case, _ in cases],
                                                       sum(seconds for _, seconds in cases), NUT_MUTATION_CHOSEN=str(change.number))
                    row["seconds"] = round(row["seconds"] + outcome.seconds, 3)
                    if outcome.status != 0:
                        row["verdict"] = "timed out" if outcome.timed_out else "killed"
                        row["by"] = f"{label} {outcome.failed_case()}".strip()
                        self.remember(change.file, label, outcome.failed_case())
                        return row
        row["against"] = {label: self.programs[label].told_by for _, label, _ in self.reaching[change.number] if label not in left_out}
        if left_out:
            row["impatient"] = True
        return row

    def remember(self, file, label, case):
        recent = self.killers[file]
        recent[(label, case)] = True
        recent.move_to_end((label, case))
        while len(recent) > REMEMBERED_KILLERS:
            recent.popitem(last=False)

    def run(self, work, jobs):
        """work: (change, known) pairs. Yields rows as they come; an interruption ends what runs and is passed on."""
        work = iter(work)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            try:
                waiting = {pool.submit(self.try_change, *one) for one in itertools.islice(work, jobs)}
                while waiting:
                    done, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
                    waiting |= {pool.submit(self.try_change, *one) for one in itertools.islice(work, len(done))}
                    for one in done:
                        yield one.result()
            except BaseException:
                self.runner.stop()
                raise
