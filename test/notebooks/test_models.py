"""The notebooks on models: each is run by the real kernel, and its scores must be those of a model that has learned."""

import concurrent.futures
import pathlib
import re

import nbformat
import pytest
from execute import execute
from nbconvert import HTMLExporter

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "models"
NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"


def scores(pattern):
    """Returns a function that finds the numbers of a line of the output; # stands for a number."""
    return lambda said: [float(v) for v in re.search(re.escape(pattern).replace(r"\#", NUMBER), said).groups()]


def softmax_regression(said):
    (difference,) = scores("largest difference: #")(said)
    assert difference < 1e-6, "the gradient by the formula"
    accuracy, loss = scores("test accuracy # %, cross-entropy #")(said)
    assert accuracy >= 93 and loss < 0.25


def mlp_resnet(said):
    (accuracy,) = scores("\ntest accuracy # %")(said)
    assert accuracy >= 94
    plain, skips = scores("60 layers: test accuracy # % without and # % with skip connections")(said)
    assert plain < 40 and skips >= 85


def convolutional_networks(said):
    assert min(scores("test accuracy: LeNet # %, ResNet # %")(said)) >= 95


CHECKS = {
    "softmax-regression": softmax_regression,
    "mlp-resnet": mlp_resnet,
    "convolutional-networks": convolutional_networks,
}


@pytest.fixture(scope="module")
def runs(request):
    """Starts the notebooks of the selected tests, two at a time."""
    names = [n for n in CHECKS if any(item.name.endswith(f"[{n}]") for item in request.session.items if item.path == request.path)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(execute, FOLDER / f"{name}.ipynb") for name in names}


def code(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def text(notebook):
    return "".join(o["text"] for c in code(notebook) for o in c.outputs if o.output_type == "stream")


def kinds(notebook):
    """The kinds of outputs of each cell, without those of loops that show their progress."""
    return [[(o.output_type, o.get("name"), sorted(o.get("data", {}))) for o in c.outputs] for c in code(notebook)]


def test_all_notebooks_are_checked():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_model_learns(runs, name):
    executed = runs[name].result()
    assert {(o.output_type, o.get("name")) for c in code(executed) for o in c.outputs} <= {("execute_result", None), ("display_data", None), ("stream", "stdout")}
    CHECKS[name](text(executed))
    saved = nbformat.read(FOLDER / f"{name}.ipynb", 4)
    assert kinds(saved) == kinds(executed), "the saved outputs are those of these cells"


@pytest.mark.parametrize("name", CHECKS)
def test_the_saved_notebook_reads_without_running(name):
    path = FOLDER / f"{name}.ipynb"
    saved = nbformat.read(path, 4)
    nbformat.validate(saved)
    assert saved.metadata.kernelspec["name"] == "tapelab" and path.stat().st_size < 700_000
    CHECKS[name](text(saved))
    shown = [o["data"] for c in code(saved) for o in c.outputs if "data" in o]
    assert any("image/png" in data for data in shown)
    html, _ = HTMLExporter().from_notebook_node(saved)
    assert html.count("<img") >= sum("image/png" in data for data in shown)
