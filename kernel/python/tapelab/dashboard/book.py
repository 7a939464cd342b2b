"""The dashboard as a notebook, which reads class.json beside it, to look further into the class."""

CELLS = [
    ("markdown", "# {title}: the class\n\nThis notebook reads `class.json`, which lies beside it. Change it as you like: each cell is a question about the class."),
    (
        "code",
        """import { readFileSync } from "node:fs";

interface Row { student: string; scores: Record<string, number>; score: number; max: number; seconds: number; answers: Record<string, string>; log: string[] }
interface Failure { test: string; check: string; count: number; students: string[] }
interface Hint { hint: string; count: number; students: string[] }
interface Alike { students: [string, string]; share: number; answers: string[] }
interface Statistics { failures: Failure[]; hints: Hint[]; alike: Alike[]; tests: { test: string; points: number }[] }

const { rows, statistics }: { rows: Row[]; statistics: Statistics } = JSON.parse(readFileSync("class.json", "utf8"));
print(`${rows.length} students, ${statistics.tests.length} tests`);""",
    ),
    ("markdown", "## Scores"),
    ("code", 'plot.histogram(rows.map((row) => row.score), { bins: 10, title: "Scores", xLabel: "points", yLabel: "students" })'),
    ("markdown", "Who has which points: a row for each student, the best first, a column for each test."),
    (
        "code",
        """const best = rows.toSorted((a, b) => b.score - a.score);
const tests = statistics.tests.map(({ test }) => test);
plot.heatmap(best.map(({ scores }) => statistics.tests.map(({ test, points }) => (scores[test] ?? 0) / (points || 1))), {
  title: "Share of the points", xNames: tests, yNames: best.map(({ student }) => student), width: 60 * tests.length, height: Math.min(600, 18 * rows.length),
})""",
    ),
    ("markdown", "## Checks that failed most, and hints that were given most"),
    ("code", 'print(statistics.failures.slice(0, 15).map(({ check, test, count, students }) => ({ check, test, students: count, who: students.slice(0, 5).join(", ") })));'),
    ("code", 'print(statistics.hints.slice(0, 15).map(({ hint, count, students }) => ({ hint, students: count, who: students.slice(0, 5).join(", ") })));'),
    ("markdown", "## Time of each notebook"),
    ("code", 'plot.histogram(rows.map((row) => row.seconds), { bins: 20, title: "Time", xLabel: "seconds", yLabel: "notebooks" })'),
    ("code", "print(rows.toSorted((a, b) => b.seconds - a.seconds).slice(0, 10).map(({ student, seconds, score }) => ({ student, seconds, score })));"),
    ("markdown", "## Answers that are alike\n\nThe share of the shorter answer that both have, without what many students have. Read both before you conclude anything."),
    ("code", 'print(statistics.alike.slice(0, 20).map(({ students, share, answers }) => ({ students: students.join(" and "), alike: `${(100 * share).toFixed(0)} %`, answers: answers.join(", ") })));'),
    (
        "code",
        """const [pair] = statistics.alike;
if (pair === undefined) print("No answers are alike.");
else for (const name of pair.students) {
  const { answers } = rows.find(({ student }) => student === name)!;
  print(`── ${name}\\n${pair.answers.map((answer) => answers[answer]).join("\\n\\n")}\\n`);
}""",
    ),
    ("markdown", "## One student"),
    (
        "code",
        """const look = (name: string): void => {
  const row = rows.find(({ student }) => student === name)!;
  print(`${name}: ${row.score} of ${row.max} points`);
  print(statistics.tests.map(({ test, points }) => ({ test, points: `${row.scores[test] ?? 0} of ${points}`, failed: statistics.failures.filter((f) => f.test === test && f.students.includes(name)).map(({ check }) => check).join(", ") })));
};
look(rows[0]!.student);""",
    ),
]


def notebook(title):
    """The JSON of the notebook."""
    cells = []
    for number, (kind, source) in enumerate(CELLS):
        text = source.replace("{title}", title) if kind == "markdown" else source
        lines = text.splitlines(keepends=True)
        cell = {"cell_type": kind, "id": f"dashboard-{number}", "metadata": {}, "source": lines}
        cells.append({**cell, "execution_count": None, "outputs": []} if kind == "code" else cell)
    kernel = {"name": "tapelab", "display_name": "TypeScript (Tapelab)", "language": "typescript"}
    return {"cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "typescript"}}, "nbformat": 4, "nbformat_minor": 5}
