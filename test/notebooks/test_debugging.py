"""The notebook on trainings that do not learn, run by the real kernel."""

import pathlib
import re

import pytest
from execute import execute
from mimes import DIAGNOSIS

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "debugging.ipynb"


@pytest.fixture(scope="module")
def cells():
    return [c for c in execute(NOTEBOOK).cells if c.cell_type == "code"]


@pytest.fixture(scope="module")
def diagnoses(cells):
    return [o["data"] for c in cells for o in c.outputs if DIAGNOSIS in o.get("data", {})]


def test_it_runs_without_errors_or_warnings(cells):
    assert {(o.output_type, o.get("name")) for c in cells for o in c.outputs} == {("execute_result", None), ("stream", "stdout")}


def test_every_mended_model_learns(cells):
    said = "".join(o["text"] for c in cells for o in c.outputs if o.output_type == "stream")
    last = re.findall(r"^(\d+): .*→ (\d\.\d+)(?: after)?(?:, \d+ % right)?$", said, re.M)
    assert [int(n) for n, _ in last] == list(range(1, 11))
    assert all(float(loss) < (0.7 if n == "5" else 0.1) for n, loss in last)


def test_the_diagnoses_name_what_is_wrong_in_each_with_its_line(diagnoses):
    first = [d[DIAGNOSIS]["findings"][:1] for d in diagnoses]
    assert [f[0]["cause"] for f in first[:-1]] == [
        "softmax-twice",
        "gradients-accumulate",
        "loss-broadcast",
        "recurrent-over-batch",
        "round-trip",
        "root-at-zero",
        "vanishing",
        "not-in-optimizer",
        "state-carried-over",
        "inputs-not-normalized",
    ]
    assert all(any(place["at"] for place in f[0]["path"]) for f in first[:-1])
    assert first[-1] == [], "the sound training"


def test_readers_without_javascript_get_a_table(diagnoses):
    assert all("text/html" in d and "<script" not in d["text/html"] for d in diagnoses)
    assert diagnoses[0]["text/html"].count("<th scope=\"col\"") == 5
