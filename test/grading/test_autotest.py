"""Tests that nbgrader makes from AUTOTEST lines by the real kernel, and their marks."""


import nbformat
import pytest
from exercise import cell, notebook, solution

from tapelab import cli

SOLUTION = """// BEGIN SOLUTION
const mean = (xs: number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const halves = (x: Tensor): Tensor => x * 0.5;
const greet = (name: string): string => `It's "${name}" \\\\ \\`ok\\``;
const table = { b: [1, 2], a: null };
const words = new Set(["b", "a"]);
// END SOLUTION"""

TESTS = ["/// AUTOTEST mean([1, 2, 4]); mean([])", "/// HASHED AUTOTEST halves(tensor([[1, 3]]))", '/// AUTOTEST greet("Ada")', "/// HASHED AUTOTEST table; words", "/// AUTOTEST mean([1, 3]) > 3; [3, mean([1, 1])]"]

WRONG = """const mean = (xs: number[]): number => xs.reduce((a, b) => a + b, 0);
const halves = (x: Tensor): Tensor => x * 2;
const greet = (name: string): string => `it's "${name}" \\\\ \\`ok\\``;
const table = { b: [1, 3], a: null };
const words = new Set(["a", "b"]);"""

RIGHT = SOLUTION.replace("// BEGIN SOLUTION\n", "").replace("\n// END SOLUTION", "")


def graded(name, points, source):
    return cell(source, grade_id=name, grade=True, locked=True, points=points)


@pytest.mark.timeout(900)
def test_autotest(nbgrader, tmp_path):
    cli.main(["teaching", "init", str(tmp_path)])
    made = notebook([cell('import { tensor, Tensor } from "tapelab";', grade_id="setup", locked=True), solution("work", SOLUTION), *(graded(f"t{i}", 2, source) for i, source in enumerate(TESTS, 1))])
    source = tmp_path / "source" / "ps1"
    source.mkdir(parents=True)
    nbformat.write(nbformat.from_dict(made), source / "work.ipynb")
    log = nbgrader(tmp_path, "nbgrader", "generate_assignment", "ps1", "--create")
    path = tmp_path / "release" / "ps1" / "work.ipynb"
    assert path.exists(), log
    text = path.read_text()
    assert "AUTOTEST" not in text and "2.33333" in text
    # what is hashed gives no value away
    assert "0.5,1.5" not in text and "hashOf" in text
    for student, code in (("ada", RIGHT), ("bob", WRONG), ("none", None)):
        released = nbformat.read(path, as_version=4)
        if code is not None:
            released.cells[1].source = code
        place = tmp_path / "submitted" / student / "ps1"
        place.mkdir(parents=True)
        nbformat.write(released, place / "work.ipynb")
    log += nbgrader(tmp_path, "nbgrader", "autograde", "ps1")
    scores = {}
    for student in ("ada", "bob", "none"):
        done = nbformat.read(tmp_path / "autograded" / student / "ps1" / "work.ipynb", as_version=4)
        scores[student] = list(done.metadata["tapelab"]["result"]["scores"].values())
    assert scores == {"ada": [2] * 5, "bob": [0] * 5, "none": [0] * 5}, log


def test_the_file_is_written_once(tmp_path):
    own = "tapelab: {}\n"
    (tmp_path / "autotests.yml").write_text(own)
    cli.main(["teaching", "init", str(tmp_path)])
    assert (tmp_path / "autotests.yml").read_text() == own
