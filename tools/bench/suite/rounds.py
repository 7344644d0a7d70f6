"""Interleaves: in every round each measure is taken of every candidate before the next measure begins."""

import subprocess
import sys

from suite.process import Failed


def run(context, candidates, measures, repeat, results):
    for turn in range(repeat):
        for measure in measures:
            if measure.once and turn > 0:
                continue
            # Every second round the other way about: nobody always comes after the same neighbour.
            order = candidates if turn % 2 == 0 else list(reversed(candidates))
            for candidate in order:
                if not candidate.can(measure.mode):
                    continue
                take(context, candidate, measure, results, f"{turn + 1}/{repeat}")


def take(context, candidate, measure, results, turn):
    context.remarks.clear()
    readings = {}
    running = None
    try:
        running = candidate.start(measure.mode)
        readings = measure.drive(context, candidate, running)
    except (Failed, OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        context.remark(f"FAILED: {error}")
    finally:
        if running:
            said = candidate.stop(running)
            if running.process.returncode not in (0, -15):
                context.remark(f"FAILED: ended with {running.process.returncode}: {said.strip()[-200:]}")
                readings = {}
    for row in measure.rows:
        results.add(row, candidate.name, readings.get(row.key))
    for text in context.remarks:
        results.remark(measure.rows[0].key, candidate.name, text)
    shown = ", ".join(f"{readings[row.key]:,.4g} {row.unit}" for row in measure.rows if row.key in readings)
    print(f"{turn} {measure.title():52} {candidate.name:16} {shown}  {'; '.join(context.remarks)}", file=sys.stderr, flush=True)
