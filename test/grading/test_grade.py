"""The command `tapelab grade`."""

import csv
import json
import os

import pytest
from exercise import NUMBERS, SETUP, TENSORS, release, submission

from tapelab import cli


@pytest.fixture
def folder(tmp_path):
    """A class of notebooks, a script, a notebook that cannot be read, and a folder with a notebook in it."""
    place = tmp_path / "class"
    (place / "dora").mkdir(parents=True)
    for name, made in {"release": release(), "ada": submission(), "bob": submission(cube="while (true) {}"), "dora/work": submission(square="")}.items():
        (place / f"{name}.ipynb").write_text(json.dumps(made))
    (place / "eve.ipynb").write_text("{broken")
    (place / "kim.ts").write_text(f"{SETUP}\n// %%\n{NUMBERS}\n// %%\n{TENSORS}\nthrow new Error();\n")
    (place / "link.ipynb").symlink_to(place / "ada.ipynb")
    return place


def graded(out):
    with open(out / "grades.csv", newline="") as file:
        return {row["student"]: [float(row[name]) for name in ("numbers", "tensors", "softmax", "score")] for row in csv.DictReader(file)}


@pytest.mark.timeout(300)
def test_a_folder(folder, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["grade", str(folder), "--out", str(out), "--cell-seconds", "4", "--call-seconds", "2", "--jobs", "2"]
    assert cli.main(command) == 0
    expected = {"ada": [2, 3, 1, 6], "bob": [0, 3, 1, 4], "dora": [2, 0, 1, 3], "eve": [0, 0, 0, 0], "kim": [2, 3, 0, 5]}
    assert graded(out) == expected
    shown = capsys.readouterr()
    assert ["ada", "2", "3", "1", "6", "of", "6"] in [line.split() for line in shown.out.splitlines()]
    assert "eve: the notebook cannot be read" in shown.err
    rows = json.loads((out / "grades.json").read_text())
    assert [row["student"] for row in rows] == sorted(expected) and rows[0]["tests"][0]["checks"]

    # what is graded already is not graded again; what has changed is
    times = {name: os.stat(out / "results" / f"{name}.json").st_mtime_ns for name in expected}
    (folder / "bob.ipynb").write_text(json.dumps(submission()))
    (out / "results" / "kim.json").unlink()
    assert cli.main(command) == 0
    assert graded(out) == {**expected, "bob": [2, 3, 1, 6]}
    changed = {name for name in expected if os.stat(out / "results" / f"{name}.json").st_mtime_ns != times[name]}
    assert changed == {"bob", "kim"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["nowhere"], "nowhere is not a folder"), (["."], "name it with --release")],
)
def test_errors(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=words):
        cli.main(["grade", *arguments])


def test_init_writes_a_configuration_once(tmp_path, capsys):
    assert cli.main(["teaching", "init", str(tmp_path)]) == 0
    assert "configure(c)" in (tmp_path / "nbgrader_config.py").read_text()
    with pytest.raises(SystemExit, match="exists"):
        cli.main(["teaching", "init", str(tmp_path)])
    assert cli.main(["teaching", "init", str(tmp_path), "--force"]) == 0
