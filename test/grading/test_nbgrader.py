"""Real nbgrader, from the released assignment to the feedback."""

import copy
import csv
import pathlib

import nbformat
import pytest
import exercise
from exercise import NUMBERS, SOFTMAX, TENSORS

INSPECTOR = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "inspector.ipynb"

def saved_views():
    """The cells with outputs of the inspector's notebook, as they are saved."""
    cells = nbformat.read(INSPECTOR, as_version=4).cells
    return [c for c in cells if c.cell_type == "code" and any("data" in o for o in c.outputs)]


def add_views(path):
    """Adds the views of the inspector to a graded notebook, as in courses that keep the outputs of submissions."""
    graded = nbformat.read(path, as_version=4)
    for shown in saved_views():
        if graded.nbformat_minor < 5:
            shown.pop("id", None)
        graded.cells.append(shown)
    nbformat.write(graded, path)


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def course(nbgrader, tmp_path_factory):
    """A course with an assignment that was released, submitted, graded and given back."""
    folder = tmp_path_factory.mktemp("course")
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    nbformat.write(nbformat.from_dict(exercise.source()), source / "work.ipynb")
    logs = [nbgrader(folder, "-m", "tapelab", "teaching", "init", ".")]
    logs.append(nbgrader(folder, "nbgrader", "generate_assignment", "ps1", "--create"))
    released = nbformat.read(folder / "release" / "ps1" / "work.ipynb", as_version=4)

    def submit(student, change):
        notebook = copy.deepcopy(released)
        change(notebook)
        place = folder / "submitted" / student / "ps1"
        place.mkdir(parents=True)
        nbformat.write(notebook, place / "work.ipynb")

    def solve(notebook):
        for c in notebook.cells:
            name = c.metadata.nbgrader.grade_id
            c.source = {"cube": NUMBERS, "square": TENSORS, "mySoftmax": SOFTMAX, "essay": "Because."}.get(name, c.source)

    def odd(notebook):
        solve(notebook)
        notebook.cells[2].metadata["tags"] = ["skip-execution"]
        notebook.cells[2].source = "1"
        notebook.cells.append(copy.deepcopy(notebook.cells[2]))
        del notebook.cells[4]
        notebook.cells.insert(1, nbformat.v4.new_code_cell("const check = 1; console.error('x'); throw new Error();"))
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}

    def cheat(notebook):
        notebook.cells[1].source = "const cube = () => process.exit(0);"

    def other_schema(notebook):
        solve(notebook)
        for number, c in enumerate(notebook.cells):
            c.metadata.nbgrader["schema_version"] = 99 if number % 2 else 0

    def scripted(notebook):
        solve(notebook)
        script = "<script>steal()</script> <img src=x onerror=steal()> [x](java&#115;cript:steal()) $\\href{javascript:steal()}{x}$ \\`<svg onload=steal()>\\`"
        notebook.cells[-1].source = f"{script}\n\n![drawn](attachment:drawn.png)"
        notebook.cells[-1]["attachments"] = {"drawn.png": {"image/png": PIXEL, "text/html": "<script>steal()</script>"}}
        notebook.cells += [nbformat.v4.new_markdown_cell(script), nbformat.v4.new_raw_cell(script)]

    def marked(notebook):
        solve(notebook)
        notebook.cells[1].source += "\n// BEGIN HIDDEN TESTS\n// BEGIN SOLUTION\n/// AUTOTEST cube(2)"
        notebook.cells[0].source += "\n// BEGIN HIDDEN TESTS"

    submit("ada", solve)
    submit("bob", odd)
    submit("eve", cheat)
    submit("none", lambda _: None)
    submit("marks", marked)
    submit("scripts", scripted)
    submit("schema", other_schema)
    submit("mark of the order", solve)
    submit("format 3", solve)
    submit("broken", solve)
    ordered = folder / "submitted" / "mark of the order" / "ps1" / "work.ipynb"
    ordered.write_bytes(b"\xef\xbb\xbf" + ordered.read_bytes())
    old = folder / "submitted" / "format 3" / "ps1" / "work.ipynb"
    old.write_text(nbformat.writes(nbformat.convert(nbformat.read(old, as_version=4), 3), version=3))
    (folder / "submitted" / "broken" / "ps1" / "work.ipynb").write_text('{"cells": [')
    link = folder / "submitted" / "link" / "ps1"
    link.mkdir(parents=True)
    (link / "work.ipynb").symlink_to(source / "work.ipynb")
    logs.append(nbgrader(folder, "nbgrader", "autograde", "ps1"))
    add_views(folder / "autograded" / "ada" / "ps1" / "work.ipynb")
    logs.append(nbgrader(folder, "nbgrader", "generate_feedback", "ps1"))
    logs.append(nbgrader(folder, "nbgrader", "export"))
    return folder, "\n".join(logs)


@pytest.mark.timeout(1500)
def test_release_has_neither_solutions_nor_hidden_tests(course):
    folder, _ = course
    text = (folder / "release" / "ps1" / "work.ipynb").read_text()
    assert "return x * x * x" not in text and "secretReference" not in text
    assert 'throw new Error(\\"not implemented\\")' in text


@pytest.mark.timeout(1500)
def test_scores_in_the_database(course):
    folder, log = course
    with open(folder / "grades.csv", newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"ada": 6, "bob": 6, "eve": 0, "none": 0, "link": 0, "marks": 6, "scripts": 6, "schema": 6, "mark of the order": 6, "format 3": 6, "broken": 0}, log


@pytest.mark.timeout(1500)
def test_feedback_is_there_without_hidden_tests(course):
    folder, _ = course
    text = (folder / "feedback" / "eve" / "ps1" / "work.html").read_text()
    assert "secretReference" not in text
    assert "it ended the process" in text
    for student in ("marks", "mark of the order", "format 3"):
        assert "work.html" in [file.name for file in (folder / "feedback" / student / "ps1").iterdir()], course[1]
    none = (folder / "feedback" / "none" / "ps1" / "work.html").read_text()
    assert "not implemented" in none and "✗ values" in none


@pytest.mark.timeout(1500)
def test_feedback_shows_pictures_and_tables_of_the_views(course):
    folder, log = course
    text = (folder / "feedback" / "ada" / "ps1" / "work.html").read_text()
    shown = [o["data"] for c in saved_views() for o in c.outputs if "data" in o]
    pictures = sum("image/svg+xml" in data for data in shown)
    assert pictures > 3 and text.count("data:image/svg+xml;base64,") + text.count("<svg xmlns") >= pictures, log
    for data in shown:
        assert data.get("text/html", "").strip() in text
    assert "vnd.tapelab" not in text


@pytest.mark.timeout(1500)
def test_pages_of_teachers_run_no_code_of_students(course):
    folder, _ = course
    text = (folder / "feedback" / "scripts" / "ps1" / "work.html").read_text()
    assert text.count("steal()") >= 12
    for tag in ("<script>steal", "<img src=x", "<svg onload", "javascript:steal"):
        assert tag not in text
    # a picture of the student's is shown
    assert f"data:image/png;base64,{PIXEL}" in text
    graded = nbformat.read(folder / "autograded" / "scripts" / "ps1" / "work.ipynb", as_version=4)
    essay = next(c for c in graded.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "essay")
    assert essay.attachments == {"drawn.png": {"image/png": PIXEL}}


@pytest.mark.timeout(1500)
def test_links_count_as_empty(course):
    assert "is a link: it counts as an empty submission" in course[1]


@pytest.mark.timeout(1500)
def test_validate_agrees_with_autograde(course, nbgrader):
    folder, _ = course
    assert "passes all the tests" in nbgrader(folder, "nbgrader", "validate", "submitted/ada/ps1/work.ipynb")
    failed = nbgrader(folder, "nbgrader", "validate", "submitted/none/ps1/work.ipynb")
    assert "VALIDATION FAILED ON 4 CELL(S)" in failed
    assert "THE CONTENTS OF" in nbgrader(folder, "nbgrader", "validate", "submitted/bob/ps1/work.ipynb")
