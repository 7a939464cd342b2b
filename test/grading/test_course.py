"""
The course: solutions get all points, released versions none, wrong submissions what a teacher would give, and the lessons run. Every folder of
notebooks/course/source with an assignment is tested.
"""

import csv
import json
import pathlib
import shutil
import sys

import nbformat
import pytest
from coursework import ASSIGNMENTS, SOURCE, WRONG, assignment, graded_cells, points_of, submission, wrong_submissions

from tapelab import cli, judge

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "notebooks"))

from execute import execute

# the first test may set up the environment of nbgrader
pytestmark = pytest.mark.timeout(900)

CASES = [(name, case["name"]) for name in ASSIGNMENTS for case in wrong_submissions(name)]


@pytest.fixture(scope="module")
def released(nbgrader, tmp_path_factory):
    """The folder with the released version of each assignment, as nbgrader makes them."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "source").symlink_to(SOURCE)
    nbgrader(folder, "-m", "tapelab", "teaching", "init", ".")
    log = nbgrader(folder, "python", pathlib.Path(__file__).parent / "course" / "generate.py", *ASSIGNMENTS)
    assert sorted(path.name for path in (folder / "release").iterdir()) == ASSIGNMENTS, log
    return folder / "release"


@pytest.fixture(scope="module")
def grades(released, tmp_path_factory):
    """A function that returns the points of all submissions of an assignment, by their names; they are graded together, once."""
    known = {}

    def of(name):
        if name in known:
            return known[name]
        folder, out = tmp_path_factory.mktemp("submissions"), tmp_path_factory.mktemp("grades")
        notebook = assignment(name)
        made = {"solution": submission(notebook), "released": json.loads((released / name / "assignment.ipynb").read_text())}
        for case in wrong_submissions(name):
            made[case["name"]] = submission(notebook, case.get("cells"), case.get("edits"))
        for student, work in made.items():
            (folder / f"{student}.ipynb").write_text(json.dumps(work))
        data = SOURCE / name
        assert cli.main(["grade", str(folder), "--release", str(data / "assignment.ipynb"), "--data", str(data), "--out", str(out)]) == 0
        known[name] = {row["student"]: row for row in json.loads((out / "grades.json").read_text())}
        return known[name]

    return of


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_solution_gets_all_points_and_the_released_version_none(name, grades):
    points = points_of(assignment(name))
    solved, empty = grades(name)["solution"], grades(name)["released"]
    assert solved["scores"] == points and solved["log"] == [], hints(solved)
    assert empty["scores"] == dict.fromkeys(points, 0)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_wrong_submission_gets_the_points_that_a_teacher_would_give(name, case, grades):
    [wrong] = [each for each in wrong_submissions(name) if each["name"] == case]
    points = points_of(assignment(name))
    assert wrong["points"] and all(value < points[test] for test, value in wrong["points"].items()), wrong["points"]
    graded = grades(name)[case]
    assert graded["scores"] == {**points, **wrong["points"]}, hints(graded)


def hints(row):
    """The checks that failed, for the message of a test."""
    return {test["id"]: [check["hint"] for check in test["checks"] if not check["passed"]] for test in row["tests"]}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_ten_wrong_submissions(name):
    names = [case["name"] for case in wrong_submissions(name)]
    assert len(names) == len(set(names)) == 10
    assert all(case["why"] for case in wrong_submissions(name))
    assert (WRONG / f"{name}.toml").exists()


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_assignment_is_complete(name, released):
    notebook = assignment(name)
    cells = graded_cells(notebook)
    assert len(cells) == len(notebook["cells"]), "each cell has an id of its own"
    for grade_id, cell in cells.items():
        fields, source = judge.fields_of(cell), judge.text_of(cell)
        assert fields["schema_version"] == 3 and fields["locked"] == (not fields["solution"]), grade_id
        assert ("// BEGIN SOLUTION" in source) == fields["solution"], grade_id
        assert cell.get("outputs", []) == [], grade_id
    assert any("// BEGIN HIDDEN TESTS" in judge.text_of(cell) for cell in cells.values())
    text = (released / name / "assignment.ipynb").read_text()
    assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text and "not implemented" in text


def test_nbgrader_grades_a_submission_and_gives_feedback_that_teaches(released, nbgrader):
    name, folder = ASSIGNMENTS[0], released.parent
    [wrong] = [case for case in wrong_submissions(name) if case["name"] == "sum instead of mean"]
    answers = graded_cells(submission(assignment(name), edits=wrong["edits"]))
    place = folder / "submitted" / "ada" / name
    shutil.copytree(released / name, place)
    work = json.loads((place / "assignment.ipynb").read_text())
    for grade_id, cell in graded_cells(work).items():
        if judge.fields_of(cell)["solution"]:
            cell["source"] = answers[grade_id]["source"]
    (place / "assignment.ipynb").write_text(json.dumps(work))
    log = "".join(nbgrader(folder, "nbgrader", *command) for command in (["autograde", name], ["generate_feedback", name], ["export"]))
    points = sum({**points_of(assignment(name)), **wrong["points"]}.values())
    with open(folder / "grades.csv", newline="") as file:
        assert [float(row["score"]) for row in csv.DictReader(file) if row["assignment"] == name] == [points], log
    feedback = (folder / "feedback" / "ada" / name / "assignment.html").read_text()
    assert "Is 3 a size: a mean in the place of a sum" in feedback
    assert "toTheRight" in feedback and "best forward step" not in feedback, "visible tests are shown, hidden ones are not"


def printed_by(notebook):
    """The text that each cell prints, which may arrive in several pieces."""
    return ["".join(output.text for output in cell.outputs if output.output_type == "stream") for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_lesson_runs_and_is_saved_with_its_outputs(name):
    path = SOURCE / name / "lesson.ipynb"
    saved = nbformat.read(path, 4)
    ran = execute(path)
    for notebook in (saved, ran):
        outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert printed_by(saved) == printed_by(ran)
    pictures = [output for cell in saved.cells if cell.cell_type == "code" for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 3, "pictures are what GitHub shows"
    assert any("interact(" in cell.source for cell in saved.cells)
    assert [cell.execution_count for cell in saved.cells if cell.cell_type == "code"] == list(range(1, 1 + sum(cell.cell_type == "code" for cell in saved.cells)))
