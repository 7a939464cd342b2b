"""The dashboard as a page of HTML, without scripts, in the colours of the reader's system."""

import html as markup
import pathlib

STYLE = pathlib.Path(__file__).with_name("dashboard.css")

MOST_ROWS = 20


def text(value):
    return markup.escape(f"{value:g}" if isinstance(value, float) else str(value))


def table(caption, heads, rows):
    """A table; the first cell of a row is its heading, and numbers are on the right."""
    if not rows:
        return ""
    shown = rows[:MOST_ROWS]
    kinds = ["number" if all(isinstance(row[i], (int, float)) for row in shown) else "text" for i in range(len(heads))]
    head = "".join(f'<th scope="col" class="{kind}">{text(each)}</th>' for each, kind in zip(heads, kinds))
    body = ""
    for first, *others in shown:
        cells = "".join(f'<td class="{kind}">{text(each)}</td>' for each, kind in zip(others, kinds[1:]))
        body += f'<tr><th scope="row">{text(first)}</th>{cells}</tr>'
    more = f"<p>… and {len(rows) - MOST_ROWS} more, in class.json</p>" if len(rows) > MOST_ROWS else ""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table><caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'


def bars(bins):
    """The distribution of scores as a picture, with its numbers as text."""
    most = max([*bins, 1])
    width, height, gap = 52, 160, 6
    parts = []
    for i, count in enumerate(bins):
        tall = height * count / most
        x = i * width + gap / 2
        parts.append(f'<rect x="{x}" y="{20 + height - tall:.1f}" width="{width - gap}" height="{tall:.1f}" rx="2"/>')
        parts.append(f'<text class="count" x="{x + (width - gap) / 2}" y="{14 + height - tall:.1f}">{count}</text>')
        parts.append(f'<text x="{x + (width - gap) / 2}" y="{height + 38}">{10 * i}–{10 * i + 10}</text>')
    words = ", ".join(f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(bins))
    line = f'<line x1="0" x2="{len(bins) * width}" y1="{height + 20}" y2="{height + 20}"/>'
    return f'<svg viewBox="0 0 {len(bins) * width} {height + 46}" role="img" aria-label="Students by share of the points: {words}">{line}{"".join(parts)}</svg>'


def names(students, most=6):
    """A few names, and how many more there are."""
    more = f" and {len(students) - most} more" if len(students) > most else ""
    return ", ".join(students[:most]) + more


def card(value, label):
    return f'<div class="card"><dt>{text(label)}</dt><dd>{text(value)}</dd></div>'


def section(title, *parts):
    filled = [part for part in parts if part]
    return f"<section><h2>{text(title)}</h2>{''.join(filled) or '<p>None.</p>'}</section>"


def html(facts, title):
    """The page for the facts of a class."""
    scores, times = facts["scores"], facts["times"]
    cards = [card(facts["students"], "students")]
    if facts["students"]:
        cards += [card(f"{scores['mean']:g} of {facts['max']:g}", "mean score"), card(f"{scores['median']:g}", "median"), card(scores["full"], "full marks"), card(f"{times['median']:g} s", "a notebook (median)")]
    common = f"<p>Most common hint: <q>{text(facts['hints'][0]['hint'])}</q></p>" if facts["hints"] else ""
    sections = [
        section("Scores", "<p>Students by their share of the points, in percent.</p>", bars(scores["bins"])),
        section("Tests", table("Points of each test", ["test", "points", "mean", "all", "some", "none"], [[t["test"], t["points"], t["mean"], t["all"], t["some"], t["none"]] for t in facts["tests"]])),
        section("Failed checks", table("Checks by the number of students for whom they failed", ["check", "test", "students", "who"], [[f["check"], f["test"], f["count"], names(f["students"])] for f in facts["failures"]])),
        section("Hints", common, table("Hints by the number of students who got them", ["hint", "students", "who"], [[h["hint"], h["count"], names(h["students"])] for h in facts["hints"]])),
        section("Answers that are alike", "<p>The share of the shorter answer that both have, without what many students have. Read both answers before you conclude anything.</p>", table("Pairs of students", ["students", "alike", "answers"], [[" and ".join(a["students"]), f"{100 * a['share']:.0f} %", ", ".join(name or "own cells" for name in a["answers"])] for a in facts["alike"]])),
        section("Time", f"<p>{times['sum']:g} s for all notebooks.</p>", table("Seconds of each notebook, the slowest first", ["student", "seconds"], [[t["student"], t["seconds"]] for t in times["notebooks"]])),
        section("Log", table("Notebooks with a message of the grader", ["student", "message"], [[u["student"], u["reason"]] for u in facts["ungraded"]])),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{text(title)}: the class</title>
<style>
{STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
<h1>{text(title)}</h1>
<dl class="cards">{"".join(cards)}</dl>
{"".join(sections)}
</main>
</body>
</html>
"""
