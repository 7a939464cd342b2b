"""The notebook on nonsmooth problems, run by the real kernel."""

import pathlib
import re

import pytest
from execute import execute

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "nonsmooth.ipynb"
CHART = "application/vnd.vegalite.v5+json"


@pytest.fixture(scope="module")
def cells():
    return [c for c in execute(NOTEBOOK).cells if c.cell_type == "code"]


def text(cells):
    return "".join(o["text"] for c in cells for o in c.outputs if o.output_type == "stream")


def test_it_runs_without_errors_or_warnings(cells):
    assert {(o.output_type, o.get("name")) for c in cells for o in c.outputs} == {("execute_result", None), ("stream", "stdout")}


def test_each_problem_is_solved_for_which_the_plain_gradient_fails(cells):
    said = text(cells)
    stays, goes, tablets = re.search(r"stays at (\S+), smoothing goes to (\S+): (\d+) tablets", said).groups()
    assert float(stays) == 2 and 6.5 < float(goes) < 7.5 and tablets == "7"
    before, after = map(int, re.search(r"places off: (\d+) before, (\d+) after", said).groups())
    assert after <= 2 < before
    with_baseline, without = map(float, re.search(r"in the end: (\S+) with a baseline, (\S+) without", said).groups())
    assert with_baseline > 0.95 and with_baseline > without
    plain, fista = map(int, re.search(r"exact zeros: (\d+) by plain descent, (\d+) by FISTA", said).groups())
    assert plain == 0 and fista == 7


def test_each_section_has_a_chart_with_a_picture(cells):
    charts = [o["data"] for c in cells for o in c.outputs if CHART in o.get("data", {})]
    assert len(charts) == 4 and all("image/png" in d and "image/svg+xml" in d for d in charts)
    falling = [v["y"] for v in charts[3][CHART]["data"]["values"] if v["series"] == "FISTA"]
    assert falling[0] == 0.5 and falling[-1] is None, "FISTA reaches 0, which a logarithmic axis leaves out"
