"""The notebooks on models: each is run by the real kernel, and its scores must be those of a model that has learned."""

import concurrent.futures
import pathlib
import re

import nbformat
import pytest
from execute import execute
from nbconvert import HTMLExporter

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "models"
NUMBER = r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"


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


def vae(said):
    (difference,) = scores("klDivergence: #")(said)
    assert difference < 1e-5
    independent, bound = scores("independent pixels #, VAE at least # nats")(said)
    assert -270 < independent < -240 and bound > independent + 70


def gan(said):
    floor, noise = scores("to test images #, to noise #")(said)
    distance, rarest, most = scores("Fréchet distance to test images #; rarest digit # %, most frequent # %")(said)
    assert distance < 1 and floor < distance < noise
    assert rarest > 3 and most < 25


def diffusion(said):
    training, plain, guided = (scores(f"{row} # # %")(said) for row in ("training", "drawn, guidance 1", "drawn, guidance 2"))
    assert training[0] < plain[0] < 0.8 and plain[1] > 90 and guided[1] > 95


def neural_ode(said):
    assert all(15 < ratio < 17 for ratio in scores("ratios #, #")(said)), "the solver is of fourth order"
    differences = [scores(f"\n {steps} #")(said)[0] for steps in (1, 2, 4, 8)]
    assert all(8 < a / b < 32 for a, b in zip(differences, differences[1:])), "the adjoint differs by the error of the solver"
    today, classic, network = scores("as today #, Lotka–Volterra #, network #")(said)
    assert today < 0.2 and classic > 0.7 and network > 0.8


def lstm(said):
    perplexity, pairs = scores("test perplexity #, by pairs of characters #")(said)
    assert perplexity < 6.5 and 11 < pairs < 12.5


def transformer(said):
    before, after = scores("before position 30: #, from it on: at least #")(said)
    assert before == 0 and after > 0
    perplexity, pairs = scores("test perplexity #, by pairs of characters #")(said)
    assert perplexity < 8 and 11 < pairs < 12.5


def tables(said):
    (accuracy,) = scores("test accuracy # %")(said)
    (unscaled,) = scores("without the scale: # %")(said)
    assert accuracy >= 90 and unscaled <= accuracy
    r2, error, by_mean = scores("test R² #, mean absolute error #; by the mean alone #")(said)
    assert 0.4 < r2 < 0.65 and error < 0.8 * by_mean
    assert scores("iris, by petals: # %")(said)[0] >= 90


CHECKS = {
    "softmax-regression": softmax_regression,
    "mlp-resnet": mlp_resnet,
    "convolutional-networks": convolutional_networks,
    "lstm": lstm,
    "transformer": transformer,
    "vae": vae,
    "gan": gan,
    "diffusion": diffusion,
    "neural-ode": neural_ode,
    "tables": tables,
}


@pytest.fixture(scope="module")
def runs(request):
    """Starts the notebooks of the selected tests, two at a time."""
    selected = {item.name for item in request.session.items if item.path == request.path}
    names = [name for name in CHECKS if f"test_the_model_learns[{name}]" in selected]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(execute, FOLDER / f"{name}.ipynb") for name in names}


def code(notebook):
    return [c for c in notebook.cells if c.cell_type == "code"]


def text(notebook):
    """What the cells print, with single blanks: text, and tables."""
    outputs = [o for c in code(notebook) for o in c.outputs if o.output_type in ("stream", "display_data")]
    return re.sub(r"[ \t]+", " ", "\n".join(o["text"] if o.output_type == "stream" else o["data"]["text/plain"] for o in outputs))


def kinds(notebook):
    """The kinds of outputs of each cell."""
    return [[(o.output_type, o.get("name"), sorted(o.get("data", {}))) for o in c.outputs] for c in code(notebook)]


def test_all_notebooks_are_checked():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(CHECKS)


@pytest.mark.timeout(300)
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
