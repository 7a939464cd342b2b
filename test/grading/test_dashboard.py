"""The dashboard of a graded class: its facts, its page and its notebook."""

import json
import pathlib
import subprocess
import sys

import nbformat
import pytest

from tapelab import cli, dashboard
from tapelab.dashboard import likeness, statistics

COPIED = """const relu = (x: Tensor): Tensor => {
  const positive = x.gt(0).to("float32"); // where x is above 0
  if (x.numel() === 0) return zeros([0]);
  const scaled = positive.mul(x).div(1).add(0);
  return scaled.reshape([...x.shape]).clone();
};"""
RENAMED = COPIED.replace("positive", "mask").replace("scaled", "out").replace("// where x is above 0", "// mine")
OWN = ["const relu = (x: Tensor): Tensor => x.clamp(0);", "const relu = (x: Tensor): Tensor => F.relu(x);", "const relu = (x: Tensor) => where(x.gt(0), x, zerosLike(x));"]


def row(student, scores, answer, seconds=1.0, checks=(), log=()):
    """A result, as tapelab grade writes it."""
    tests = [{"id": name, "points": 2, "score": score, "outputs": [], "checks": list(checks) if name == "values" else []} for name, score in scores.items()]
    for test in tests:
        if test["score"] < 2 and not test["checks"]:
            test["outputs"] = [{"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": []}]
    return {"student": student, "scores": scores, "score": sum(scores.values()), "max": 4, "log": list(log), "tests": tests, "answers": {"relu": answer}, "seconds": seconds}


def failed(hint):
    return [{"check": "check.shape", "passed": True, "hint": None}, {"check": "check.close", "passed": False, "hint": hint}]


ROWS = [
    row("ada", {"values": 2, "types": 2}, COPIED),
    row("bob", {"values": 0, "types": 2}, RENAMED, 9.0, failed("The result is 4 times too large.")),
    row("cy", {"values": 0, "types": 0}, OWN[0], 3.0, failed("The result is 12.5 times too large.")),
    row("di", {"values": 0, "types": 1}, OWN[1], 2.0, failed("The sign is wrong.")),
    row("<eve>", {"values": 0, "types": 0}, OWN[2], 0.5, log=["the notebook cannot be read"]),
]


def test_facts():
    facts = statistics.of(ROWS)
    assert facts["scores"] == {"bins": [2, 0, 1, 0, 0, 1, 0, 0, 0, 1], "mean": 1.4, "median": 1, "full": 1, "zero": 2}
    assert [[t["test"], t["all"], t["some"], t["none"]] for t in facts["tests"]] == [["values", 1, 0, 4], ["types", 2, 1, 2]]
    assert [[f["test"], f["check"], f["students"]] for f in facts["failures"]] == [
        ["types", "AssertionError", ["<eve>", "cy", "di"]],
        ["values", "check.close", ["bob", "cy", "di"]],
        ["values", "AssertionError", ["<eve>"]],
    ]
    assert [[h["hint"], h["count"]] for h in facts["hints"]] == [["The result is 4 times too large.", 2], ["The sign is wrong.", 1]]
    assert facts["times"]["notebooks"][0] == {"student": "bob", "seconds": 9.0} and facts["times"]["sum"] == 15.5
    assert [[a["students"], a["share"], a["answers"]] for a in facts["alike"]] == [[["ada", "bob"], 1.0, ["relu"]]]
    assert facts["ungraded"] == [{"student": "<eve>", "reason": "the notebook cannot be read"}]


def test_answers_of_many_students_are_not_alike():
    answers = {f"student {i}": {"relu": COPIED} for i in range(12)}
    assert likeness.pairs(answers) == []
    assert likeness.pairs({"ada": {"relu": COPIED}, "bob": {}}) == []


def test_an_empty_class():
    facts = statistics.of([])
    assert facts["students"] == 0 and facts["scores"]["mean"] is None
    assert "<h2>Scores</h2>" in dashboard.page.html(facts, "Nobody")


def test_page_and_notebook(tmp_path, capsys):
    out = tmp_path / "grades"
    out.mkdir()
    (out / "grades.json").write_text(json.dumps(ROWS))
    assert cli.main(["dashboard", str(out), "--title", "Week 1 & 2"]) == 0
    assert "dashboard.html" in capsys.readouterr().out
    page = (out / "dashboard.html").read_text()
    assert "<title>Week 1 &amp; 2: the class</title>" in page and "&lt;eve&gt;" in page and "<eve>" not in page
    assert "<q>The result is 4 times too large.</q>" in page and "ada and bob" in page
    notebook = nbformat.read(out / "dashboard.ipynb", as_version=4)
    nbformat.validate(notebook)


@pytest.mark.timeout(300)
def test_the_notebook_runs(tmp_path):
    dashboard.write(ROWS, tmp_path, "Week 1")
    execute = pathlib.Path(__file__).resolve().parents[1] / "notebooks" / "execute.py"
    subprocess.run([sys.executable, execute, tmp_path / "dashboard.ipynb"], check=True, timeout=250, cwd=tmp_path)
    notebook = nbformat.read(tmp_path / "dashboard.ipynb", as_version=4)
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in shown if output.output_type == "error"]
    text = str(shown)
    assert "5 students, 2 tests" in text and "ada and bob" in text and "The sign is wrong." in text
    assert sum("vegalite" in str(output.get("data", {})) for output in shown) == 3


def test_a_course_of_nbgrader(tmp_path):
    for student, result in (("ada", ROWS[0]), ("bob", ROWS[1])):
        place = tmp_path / "autograded" / student / "ps1"
        place.mkdir(parents=True)
        made = nbformat.v4.new_notebook(metadata={"tapelab": {"result": {key: value for key, value in result.items() if key != "student"}}})
        nbformat.write(made, place / "one.ipynb")
        nbformat.write(made, place / "two.ipynb")
    rows = dashboard.rows_of(tmp_path)
    assert [(each["student"], each["score"], each["max"], len(each["tests"])) for each in rows] == [("ada", 8, 8, 4), ("bob", 4, 8, 4)]
    other = tmp_path / "autograded" / "ada" / "ps2"
    other.mkdir()
    nbformat.write(made, other / "one.ipynb")
    with pytest.raises(ValueError, match="name one of ps1, ps2"):
        dashboard.rows_of(tmp_path)
    assert len(dashboard.rows_of(tmp_path, "ps2")) == 1


def test_there_is_no_class(tmp_path):
    with pytest.raises(SystemExit, match="has neither grades.json nor notebooks"):
        cli.main(["dashboard", str(tmp_path)])
