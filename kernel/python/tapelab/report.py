"""What `tapelab grade` shows and writes: a progress bar, a table, and the files grades.csv and grades.json."""

import csv
import json
import sys


class Bar:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self, total):
        self.total, self.done = total, 0
        self.shown = sys.stderr.isatty()

    def step(self, student):
        self.done += 1
        if self.shown:
            filled = 30 * self.done // max(self.total, 1)
            end = "\n" if self.done == self.total else ""
            sys.stderr.write(f"\r[{'#' * filled}{'-' * (30 - filled)}] {self.done} of {self.total} {student[:30]:<30}{end}")
            sys.stderr.flush()


def write_results(out, rows, names):
    """Writes the results of a class, a row for each student."""
    with open(out / "grades.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["student", *names, "score", "max", "log"])
        for row in rows:
            writer.writerow([row["student"], *(row["scores"][name] for name in names), row["score"], row["max"], "; ".join(row["log"])])
    kept = [{key: value for key, value in row.items() if key != "digest"} for row in rows]
    (out / "grades.json").write_text(json.dumps(kept, indent=2), encoding="utf-8")


def print_table(rows, points):
    """Prints the scores to standard output, and the log to standard error."""
    lines = [["student", *points, "score"]]
    lines += [[row["student"], *(f"{row['scores'][name]:g}" for name in points), f"{row['score']:g} of {row['max']:g}"] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print("  ".join(text.ljust(width) if i == 0 else text.rjust(width) for i, (text, width) in enumerate(zip(line, widths))).rstrip())
    for row in rows:
        for text in row["log"]:
            print(f"{row['student']}: {text}", file=sys.stderr)
