"""The notebooks of the course: how a submission is made from an assignment, and which ones are wrong."""

import copy
import json
import pathlib
import re
import tomllib

from tapelab import judge

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks" / "course" / "source"
WRONG = pathlib.Path(__file__).parent / "course"
ASSIGNMENTS = sorted(path.name for path in SOURCE.iterdir() if (path / "assignment.ipynb").exists())

MARKED = re.compile(r"^([ \t]*)// BEGIN SOLUTION\n(.*?)^[ \t]*// END SOLUTION$", re.MULTILINE | re.DOTALL)


def assignment(name):
    """The instructor's notebook."""
    return json.loads((SOURCE / name / "assignment.ipynb").read_text())


def graded_cells(notebook):
    return {judge.fields_of(cell)["grade_id"]: cell for cell in notebook["cells"] if judge.fields_of(cell)}


def points_of(notebook):
    return {name: judge.fields_of(cell)["points"] for name, cell in graded_cells(notebook).items() if judge.is_test(cell)}


def submission(notebook, cells=None, edits=None):
    """
    The solved assignment, without the lines that mark solutions, some of its cells replaced by others (`cells`), or parts of the text of a cell, each of which
    occurs once, by others (`edits`).
    """
    made = copy.deepcopy(notebook)
    answers = {name: cell for name, cell in graded_cells(made).items() if judge.fields_of(cell)["solution"]}
    for cell in answers.values():
        cell["source"] = MARKED.sub(lambda found: found[2].rstrip("\n"), judge.text_of(cell))
    for name, source in (cells or {}).items():
        answers[name]["source"] = source.strip("\n")
    for name, pairs in (edits or {}).items():
        for old, new in pairs:
            assert answers[name]["source"].count(old) == 1, f"{old!r} is not in {name} once"
            answers[name]["source"] = answers[name]["source"].replace(old, new)
    return made


def wrong_submissions(name):
    """The wrong submissions of an assignment: `name`, `why`, `points` of the tests that do not give all, and `cells` or `edits` of the solution."""
    return tomllib.loads((WRONG / f"{name}.toml").read_text())["submission"]
