"""The printed report: every row with every candidate, then the aims, then what was remarked."""

from suite.targets import TARGETS


def number(value):
    if value is None:
        return "–"
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}" if abs(value) >= 100 else f"{value:.3g}"


def share(value):
    return "–" if value is None else f"{value:.2f}"


def percent(value):
    return "" if value is None else f"±{value * 50:.0f} %"


def measured(results):
    """Markdown, one line a row: ours, its ratio to the limit and to the best peer, and all the others."""
    names = [name for name in results.candidates() if name != "nutnode"]
    lines = ["| measure | nutnode | spread | to the limit | to the best peer | " + " | ".join(names) + " |",
             "|---|" + "---:|" * (len(names) + 4)]
    for key, row in results.rows.items():
        best, value = results.best_peer(key)
        ours = results.median(key, "nutnode")
        cells = [number(ours), percent(results.spread(key, "nutnode")), share(results.ratio(key, "nutnode", "limit")),
                 f"{share(ours / value)} ({best})" if best and value and ours is not None else "–"]
        cells += [cell(results, key, name) for name in names]
        lines.append(f"| {row['title']}{', ' + row['unit'] if row['unit'] else ''} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(results, key, name):
    attempts = results.samples.get(key, {}).get(name)
    if attempts is None:
        return ""
    text = number(results.median(key, name))
    lost = attempts.count(None)
    return text if not lost else "failed" if lost == len(attempts) else f"{text} (failed {lost} of {len(attempts)})"


def aims(results):
    lines = ["| to reach | nutnode | beside | | ratio or value | aim | reached |", "|---|---:|---|---:|---:|---:|---|"]
    for target in TARGETS:
        if target.key not in results.rows:
            continue
        value, other, judged, reached = target.judge(results)
        aim = f"{'≥' if target.at_least else '≤'} {target.aim:,g}"
        word = "not measured" if reached is None else "yes" if reached else "**no**"
        lines.append(f"| {target.title} | {number(value)} | {target.beside} | {number(other) if target.beside else ''} | "
                     f"{share(judged) if target.beside else number(judged)} | {aim} | {word} |")
    return "\n".join(lines)


def remarks(results):
    return "\n".join(f"{results.rows[key]['title']}, {name}: {'; '.join(texts)}"
                     for key, by_name in results.remarks.items() for name, texts in by_name.items())


def compared(now, before):
    """Our figures then and now, and our ratio to the limit then and now."""
    then, today = before.about.get("when", "before"), now.about.get("when", "now")
    lines = [f"| measure | {then} | {today} | change | to the limit, before | now |", "|---|---:|---:|---:|---:|---:|"]
    for key, row in now.rows.items():
        new, old = now.median(key, "nutnode"), before.median(key, "nutnode")
        change = f"{(new / old - 1) * 100:+.0f} %" if new is not None and old else "–"
        lines.append(f"| {row['title']}{', ' + row['unit'] if row['unit'] else ''} | {number(old)} | {number(new)} | {change} | "
                     f"{share(before.ratio(key, 'nutnode', 'limit'))} | {share(now.ratio(key, 'nutnode', 'limit'))} |")
    return "\n".join(lines)
