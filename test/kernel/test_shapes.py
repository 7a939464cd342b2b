"""Errors of shapes are explained below their traceback."""

import re

import nbformat
from client import plain
from mimes import NUMERICS, SHAPES
from nbclient import NotebookClient
from nbconvert import HTMLExporter

SETUP = 'import { nn, randn, inspect, type Tensor } from "tapelab";\nconst x = randn([128, 64]);\nconst w = randn([128, 10]);'


def kinds(run):
    return [m["msg_type"] for m in run.messages if m["msg_type"] in ("error", "display_data", "execute_result", "stream")]


def test_the_traceback_comes_first_and_begins_with_the_message(session):
    session.run(SETUP)
    run = session.run("x.matmul(w);")
    assert kinds(run) == ["error", "display_data"]
    error = run.error
    assert error["ename"] == "ShapeError"
    assert error["evalue"] == "matmul: inner sizes must agree ([m, k] @ [k, n]), but got [128, 64] and [128, 10]"
    lines = error["traceback"]
    assert lines[0] == f"ShapeError: {error['evalue']}"
    assert lines[1] == "   1 | x.matmul(w);"
    at = lines.index("x has 64 columns (dim 1), w has 128 rows (dim 0); the two must be equal.")
    assert lines[at - 1] == "" and "  ✓ w = randn([64, 10])  fits, [128, 10]" in lines[at:]
    assert plain(run.reply)["traceback"] == lines
    data = run.of("display_data")[0]["data"]
    assert set(data) == {SHAPES, "image/svg+xml", "image/png", "text/plain"}
    assert data["text/plain"].startswith("ShapeError: matmul")
    assert not re.search(r"<(script|style|foreignObject)| (class|id|style)=", data["image/svg+xml"])
    origins = [(o["name"], o["origin"], o["place"]["line"]) for o in data[SHAPES]["operands"]]
    assert origins == [("x", "randn([128, 64])", 2), ("w", "randn([128, 10])", 3)]


def test_arithmetic_of_a_cell_is_explained_by_its_operands(session):
    session.run(SETUP)
    data = session.run("const m = x.mean(1);\nconst z = x * 2 - m;").of("display_data")[0]["data"][SHAPES]
    assert [o["name"] for o in data["operands"]] == ["x * 2", "m"]
    assert [f["code"] for f in data["fixes"] if f["warning"] is None] == ["x * 2 - m.unsqueeze(1)"]
    assert data["code"] == "const z = x * 2 - m;"


def test_a_call_of_a_module_names_its_path_and_the_lines_of_the_tape(session):
    session.run(
        "class Net extends nn.Module {\n  conv = new nn.Conv2d(3, 4, 3);\n  fc = new nn.Linear(36, 2);\n"
        "  forward(x: Tensor) {\n    const h = this.conv(x).relu();\n    return this.fc(h);\n  }\n}\nconst net = new Net();"
    )
    data = session.run("net(randn([8, 3, 5, 5]));").of("display_data")[0]["data"][SHAPES]
    assert data["module"] == "fc" and data["moduleText"] == "Linear(36, 2, bias=true)"
    assert data["fixes"][0] == {"code": "this.fc(h.flatten(1))", "shape": [8, 2], "dtype": "float32", "warning": None}
    assert [(s["op"], s["place"]["line"]) for s in data["tape"]["steps"]] == [("conv2d", 5), ("relu", 5)]
    assert session.run("inspect.explainError().tape!.data.rows.label").text == "[ 'conv 3×3', 'relu' ]"


def test_errors_that_are_not_of_tensors_have_no_picture(session):
    for code in ["throw new RangeError('no');", "randn([-1]);", "const n: number = 'a';", "null.x"]:
        assert kinds(session.run(code)) == ["error"], code


def test_an_error_that_no_code_awaits_has_a_picture_too(session):
    session.run(SETUP)
    run = session.run("void Promise.reject(0).catch(() => x.matmul(w));\nawait new Promise((done) => setTimeout(done, 2000));")
    assert kinds(run) == ["error", "display_data"]


def test_the_cells_behind_are_aborted_and_the_next_one_runs(session):
    session.run(SETUP)
    first = session.send("x.matmul(w);")
    second = session.send("1")
    assert session.collect(first).reply["status"] == "error"
    assert session.collect(second).reply["status"] == "aborted"
    assert session.run("2").text == "2"


def test_a_saved_notebook_shows_the_picture_without_scripts(session):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SETUP), nbformat.v4.new_code_cell("x.matmul(w);")])
    notebook.metadata.kernelspec = {"name": "tapelab", "display_name": "TypeScript (Tapelab)"}
    NotebookClient(notebook, allow_errors=True).execute()
    assert [o.output_type for o in notebook.cells[1].outputs] == ["error", "display_data"]
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    still = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert "image/svg+xml;base64," in still or "<svg" in still
    assert still.index("ShapeError") < still.index("svg")
    assert "x has 64 columns (dim 1), w has 128 rows (dim 0)" in still


def test_a_check_of_gradient_rules_reads_without_scripts(session):
    session.run('import { autograd, inspect, randn, type Tensor } from "tapelab";\nconst half = autograd.customGradient((x: Tensor) => [x.mul(x), (g: Tensor) => g.mul(x)]);')
    data = session.run("const y = half(randn([3]).requiresGrad_()).sum();\ninspect.checkTape(y)").result
    assert set(data) == {NUMERICS, "text/html", "text/plain"}
    assert "2 ops, 1 wrong, 1 agrees" in data["text/plain"]
    assert "a factor of 2 is missing" in data["text/plain"] and "a factor of 2 is missing" in data["text/html"]
    assert data[NUMERICS]["rows"][0]["at"]["line"] == 1
    assert "<table>" in data["text/html"] and not re.search(r"<(script|style|img)", data["text/html"])
