"""Grades a class of generated submissions (right, wrong, odd, looping) twice, and prints the time and whether the marks are the same. Usage: grading.py [STUDENTS] [JOBS]"""

import collections
import contextlib
import io
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "kernel" / "python"), str(ROOT / "test" / "grading")]

from classes import KINDS, scores_in, write_class
from tapelab import cli


def graded(place, out, jobs):
    """Grades a class from the beginning; returns the seconds and the scores."""
    began = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        cli.main(["grade", str(place), "--out", str(out), "--jobs", str(jobs), "--again"])
    return time.monotonic() - began, scores_in(out)


def main():
    students, jobs = [*map(int, sys.argv[1:]), *(100, 2)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder, "class")
        expected = write_class(place, students)
        runs = [graded(place, pathlib.Path(folder, f"run-{i}"), jobs) for i in (1, 2)]
        kinds = collections.Counter(list(KINDS)[i % len(KINDS)] for i in range(students))
        print(f"{students} submissions, {jobs} at a time: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))
        for number, (seconds, scores) in enumerate(runs, 1):
            wrong = [student for student in expected if scores.get(student) != expected[student]]
            print(f"run {number}: {seconds:.0f} s, {seconds / students:.2f} s a submission, {len(wrong)} with other marks than expected{''.join(f' {student}' for student in wrong)}")
        same = runs[0][1] == runs[1][1]
        print("the marks of both runs are the same" if same else "the marks of the runs differ")
    return 0 if same and all(scores == expected for _, scores in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
