"""The tour, run by the real kernel, and its saved outputs."""

import json
import pathlib
import re

import nbformat
import pytest
from execute import execute
from mimes import CONFUSION, GRADIENTS, TAPE, TENSOR
from nbconvert import HTMLExporter

TOUR = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "tour.ipynb"


@pytest.fixture(scope="module")
def tour():
    return execute(TOUR)


def outputs(notebook, mime):
    return [o["data"] for c in notebook.cells if c.cell_type == "code" for o in c.outputs if mime in o.get("data", {})]


def text(notebook):
    return "".join(o["text"] for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream")


def test_it_runs_without_errors_or_warnings(tour):
    kinds = {(o.output_type, o.get("name")) for c in tour.cells if c.cell_type == "code" for o in c.outputs}
    assert kinds == {("execute_result", None), ("display_data", None), ("stream", "stdout")}


def test_the_classifier_is_right_on_at_least_96_percent_of_the_test_set(tour):
    accuracy = float(re.search(r"test accuracy ([\d.]+) %", text(tour))[1])
    assert accuracy >= 96


def test_the_confusion_matrix_counts_the_test_set(tour):
    (matrix,) = [d[CONFUSION] for d in outputs(tour, CONFUSION)]
    diagonal = sum(matrix["counts"][i * 11] for i in range(10))
    assert sum(matrix["counts"]) == 269 and diagonal / 269 >= 0.96


def test_the_first_output_shows_2_4_6(tour):
    html = outputs(tour, TENSOR)[0]["text/html"]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == ["2", "4", "6"]


def test_tapes_have_lines_values_and_gradients(tour):
    tapes = [d[TAPE] for d in outputs(tour, TAPE)]
    assert len(tapes) == 3
    training = tapes[1]
    assert all(site is not None for site in training["rows"]["site"])
    assert all(count is not None for count in training["rows"]["value"]["count"])
    assert set(training["rows"]["gradientState"]) <= {"computed", "zero"}
    assert "100 % of these units are 0" in " ".join(f["text"] for f in tapes[2]["findings"])


def test_everything_has_fallbacks_and_stays_small(tour):
    for data in outputs(tour, TAPE):
        assert data["image/svg+xml"].startswith("<svg") and len(data["image/svg+xml"]) < 60_000
        assert data["text/plain"].startswith("Tape of ") and "text/html" not in data
    for data in outputs(tour, GRADIENTS):
        assert "<table>" in data["text/html"] and "image/svg+xml" not in data
    for mime in (TAPE, GRADIENTS, TENSOR):
        assert all(len(json.dumps(d[mime])) < 256_000 for d in outputs(tour, mime))


def test_nbconvert_shows_the_fallbacks(tour):
    html, _ = HTMLExporter().from_notebook_node(tour)
    assert html.count("data:image/svg+xml;base64,") + html.count("<svg xmlns") >= 3
    assert html.count('<th scope="row">fc1.weight</th>') == 2
    assert "<code>[3] float32" in html and ">predicted</th>" in html


def test_the_saved_tour_is_current():
    saved = nbformat.read(TOUR, 4)
    nbformat.validate(saved)
    assert len(outputs(saved, TAPE)) == 3 and len(outputs(saved, GRADIENTS)) == 2
    assert saved.metadata.kernelspec["name"] == "tapelab"
