"""The guided tour of the inspector, run by the real kernel."""

import pathlib
import sys

import pytest
from execute import execute

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from mimes import GRADIENTS, GRAPH, STEPS, STOP, TAPE, TENSOR, WATCH  # noqa: E402

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "inspector.ipynb"


@pytest.fixture(scope="module")
def cells():
    return [c for c in execute(NOTEBOOK).cells if c.cell_type == "code"]


def shown(cells, mime):
    return [o["data"] for c in cells for o in c.outputs if mime in o.get("data", {})]


def text(cells):
    return "".join(o["text"] for c in cells for o in c.outputs if o.output_type == "stream")


def test_it_runs_without_errors_or_warnings(cells):
    assert {(o.output_type, o.get("name")) for c in cells for o in c.outputs} == {("execute_result", None), ("display_data", None), ("stream", "stdout")}


def test_steps_are_products_that_add_up(cells):
    recorded, live = (data[STEPS] for data in shown(cells, STEPS))
    assert [data["pass"] for data in (recorded, live)] == ["complete", "complete"]
    said = text(cells)
    assert "backward step 1: square" in said and "to w; sum −1.59 after 2 of 2 consumers" in said and "w.grad = tensor(-1.5934)" in said


def test_a_breakpoint_leaves_a_note_where_nothing_shows_stops(cells):
    (data,) = shown(cells, STOP)
    assert data[STOP]["outcome"] == "passed" and data[STOP]["op"] == "log" and "log gave -Infinity" in data["text/html"]
    assert "norm above 1000000, op linear, scope blocks" in text(cells)


def test_the_function_to_debug_gives_a_column_of_nan(cells):
    *_, data = shown(cells, TENSOR)
    assert "4 NaN" in data["text/plain"]


def test_the_trainings_end_as_pictures_and_tables_with_an_alarm(cells):
    calm, wild = shown(cells, WATCH)
    assert calm[WATCH]["alarms"] == [] and "<svg" in calm["image/svg+xml"]
    assert [alarm["finding"]["cause"] for alarm in wild[WATCH]["alarms"]] == ["learning-rate-too-large"]
    tables = [o["data"]["text/html"] for c in cells for o in c.outputs if "text/html" in o.get("data", {})]
    assert sum("0 Linear" in table for table in tables) == 2
    assert "8 operations of that step were kept" in text(cells)


def test_the_tape_has_its_finding_in_all_forms(cells):
    (data,) = shown(cells, TAPE)
    assert [data[TAPE]["ops"]["name"][data[TAPE]["rows"]["op"][f["row"]]] for f in data[TAPE]["findings"]][-1] == "log"
    assert "! row" in data["text/plain"] and "<svg" in data["image/svg+xml"] and data["image/png"]


def test_the_graph_folds_the_blocks_in_all_forms(cells):
    (data,) = shown(cells, GRAPH)
    assert "Block × 12" in data["text/plain"] and "Block × 12" in data["image/svg+xml"] and data["image/png"]
    assert "flowchart TD" in text(cells) and "Block × 12" in text(cells)
    assert "tanh, matmul × " in text(cells)


def test_search_finds_and_says_what_it_does_not_understand(cells):
    said = text(cells)
    assert "'log'" in said and "There is no filter" in said and "20000 rows in the file" in said


def test_the_mended_model_has_gradients(cells):
    (data,) = shown(cells, GRADIENTS)
    assert set(data[GRADIENTS]["tensors"]["state"]) == {"computed"}
