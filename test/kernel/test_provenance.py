"""Where nodes come from: call stacks, stale cells, declarations, and the tape of the run before."""

import re

import nbformat
import pytest
from mimes import DIFF, ORIGIN, TAPE
from nbclient import NotebookClient
from nbconvert import HTMLExporter

MODEL = """import { F, inspect, manualSeed, nn, randn, tape, tensor, type Tensor } from "tapelab";
class Net extends nn.Module {
  fc1 = new nn.Linear(6, 8);
  out = new nn.Linear(8, 3);
  override forward(x: Tensor) {
    const h = this.fc1(x).sigmoid();
    return this.out(h);
  }
}"""
RUN = """manualSeed(1);
const x = randn([4, 6]);
const y = tensor([0, 1, 2, 0], { dtype: "int64" });
const model = new Net();
function step() {
  return F.crossEntropy(model(x), y);
}
const loss = step();
loss.backward();"""


def run_cell(session, code, cell):
    """Runs code as a cell of JupyterLab, which sends its id. Each test has cells of its own."""
    client = session.client
    cell = f"{session.test} {cell}"
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    message = client.session.msg("execute_request", content, metadata={"cellId": cell})
    client.shell_channel.send(message)
    return session.collect(message["header"]["msg_id"])


def count(run):
    return run.reply["execution_count"]


@pytest.fixture
def own(session, request):
    session.test = request.node.name
    return session


def test_one_tape_is_compared_with_the_run_before_the_edit(own):
    model = count(run_cell(own, MODEL, "a"))
    before = count(run_cell(own, RUN, "b"))
    error = run_cell(own, "inspect.diff(loss)", "c").error
    assert error["evalue"].startswith("diff: no earlier run of the cell is kept: run the cell again"), error
    edited = count(run_cell(own, MODEL.replace("sigmoid", "relu"), "a"))
    after = count(run_cell(own, RUN, "b"))
    result = run_cell(own, "inspect.diff(loss)", "c").result
    data = result[DIFF]
    assert [side["name"] for side in data["sides"]] == [f"run {before}", f"run {after}"]
    assert [side["title"].split()[0] for side in data["sides"]] == ["loss", "loss"]
    assert data["sentences"][0] == f"The structure differs first at sigmoid Net, which became relu Net in cell [{edited}], line 6."
    text = result["text/plain"]
    assert re.match(rf"--- run {before}: loss [\d.]+, 6 ops\n\+\+\+ run {after}: loss [\d.]+, 6 ops\n2 ops differ, ", text), text
    assert re.search(rf"^− +sigmoid Net .* {model}:6 stale +◀ first in structure$", text, re.M), text
    assert re.search(rf"^\+ +relu Net .* {edited}:6$", text, re.M), text
    # equal random numbers gave equal parameters and data
    same = dict(zip(data["rows"]["name"], data["sides"][1]["value"]["state"], strict=True))
    assert same["fc1.weight"] == "equal" and same["x"] == "equal"


def test_a_tape_of_a_loop_is_kept_although_its_loss_was_local(own):
    loop = "for (let i = 0; i < 3; i++) { const l = w.mul(i).ACT().sum(); l.backward(); }\nconst last = w.mul(5).ACT().sum();"
    run_cell(own, 'import { inspect, tensor } from "tapelab";\nconst w = tensor([1, -2], { requiresGrad: true });', "a")
    run_cell(own, loop.replace("ACT", "exp").replace("const last = w.mul(5).exp().sum();", ""), "b")
    run_cell(own, loop.replace("ACT", "tanh"), "b")
    data = run_cell(own, "inspect.diff(last)", "c").result[DIFF]
    assert [n for n, m in zip(data["rows"]["name"], data["rows"]["mark"], strict=True) if m == "removed"] == ["exp"]


def test_without_ids_of_cells_no_run_is_kept(own):
    own.run(MODEL)
    own.run(RUN)
    own.run(RUN)
    assert "no earlier run" in own.run("inspect.diff(loss)").error["evalue"]


def test_an_origin_names_call_stack_and_declarations(own):
    (own.folder / "block.ts").write_text(
        'import { type Tensor } from "tapelab";\n\nexport function block(x: Tensor): Tensor {\n  return x.relu();\n}\n'
    )
    first = count(run_cell(own, 'import { inspect, tensor } from "tapelab";\nimport { block } from "./block.ts";\nconst data = tensor([[1, -2]]);', "a"))
    run = run_cell(
        own,
        "const w = tensor([[3], [4]], { requiresGrad: true });\nfunction forward() {\n  return block(data.matmul(w));\n}\nasync function later() {\n  await 0;\n  return forward();\n}",
        "b",
    )
    second = count(run)
    result = run_cell(own, "const h = await later();\ninspect.origin(h)", "c").result
    data = result[ORIGIN]
    text = result["text/plain"]
    assert f"Called from block block.ts:4 ← forward {second}:3 ← later {second}:7" in text, text
    assert data["sources"]["name"] == ["data", "w"] and data["sources"]["variable"] == ["data", "w"]
    assert re.search(rf"^data +data +\[1, 2\] .* {first}:3$", text, re.M), text
    assert re.search(rf"^w +variable +\[2, 1\] .* {second}:1$", text, re.M), text


def test_frames_of_libraries_are_counted_between_those_of_cells(own):
    model, run = count(run_cell(own, MODEL, "a")), count(run_cell(own, RUN, "b"))
    data = run_cell(own, "tape(loss)", "c").result[TAPE]
    frames = data["frames"]
    frame = data["rows"]["frame"][1]
    stack = []
    while frame >= 0:
        cell, line, _ = frames["place"][frame]
        stack.append((frames["name"][frame], data["cells"]["count"][cell], line, frames["hidden"][frame]))
        frame = frames["caller"][frame]
    assert [s[:3] for s in stack] == [("Net.forward", model, 6), ("step", run, 6), ("", run, 8)]
    assert stack[0][3] == 0 and stack[1][3] > 0 and stack[2][3] == 0, stack


def test_nodes_of_a_cell_whose_text_has_changed_are_stale(own):
    model, run = count(run_cell(own, MODEL, "a")), count(run_cell(own, RUN, "b"))
    assert "stale" not in run_cell(own, "tape(loss)", "c").text
    # the same text again, then another one
    run_cell(own, MODEL, "a")
    assert "stale" not in run_cell(own, "tape(loss)", "c").text
    run_cell(own, MODEL.replace("sigmoid", "tanh"), "a")
    result = run_cell(own, "tape(loss)", "c").result
    assert re.search(rf"^ +sigmoid .* {model}:6 stale$", result["text/plain"], re.M), result["text/plain"]
    cells = result[TAPE]["cells"]
    assert dict(zip(cells["count"], cells["stale"], strict=True)) == {model: True, run: False}


def test_lines_of_a_cell_lead_to_their_nodes(own):
    model, run = count(run_cell(own, MODEL, "a")), count(run_cell(own, RUN, "b"))
    own.run(f"const at = (line: number, to = line, cell = {model}) => inspect.nodesAt(loss, {{ cell, line, to }}).nodes.map((n) => n.op.name).join();")
    assert own.run("at(6)").text == "'linear,sigmoid'"
    assert own.run("at(7)").text == "'linear'"
    assert own.run("at(6, 7)").text == "'linear,sigmoid,linear'"
    assert own.run(f"at(8, 8, {run})").text == "'linear,sigmoid,linear,logSoftmax,nll,mean'"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook that nbclient has run, which sends no ids of cells."""
    folder = tmp_path_factory.mktemp("notebook")
    cells = [
        MODEL,
        RUN,
        "tape(loss)",
        "inspect.origin(loss)",
        "const run = (f: (t: Tensor) => Tensor) => () => { const l = f(x.mul(model.fc1.weight.sum())).sum(); l.backward(); return l; };\n"
        "inspect.diff(run((t) => t.relu()), run((t) => t.tanh()))",
        "inspect.diff({ relu: run((t) => t.relu()), tanh: run((t) => t.tanh()), exp: run((t) => t.exp()) })",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, kernel_name="tapelab", timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def test_a_notebook_run_by_nbclient_has_hashes_by_which_cells_are_found(executed):
    cells = executed.cells[2].outputs[0]["data"][TAPE]["cells"]
    assert cells["id"] == [None, None] and cells["count"] == [1, 2]
    assert all(re.fullmatch(r"[0-9a-f]+", h) for h in cells["hash"]) and cells["stale"] == [False, False]


def test_nbconvert_shows_origins_and_diffs_without_scripts(executed):
    html, _ = HTMLExporter().from_notebook_node(executed)
    body = re.sub(r"<script.*?</script>", "", html[html.index("<main") :], flags=re.S)
    assert "Origin of loss" in body and re.search(r"<th[^>]*>linear fc1</th>", body)
    assert "<del>relu</del>" in body and "<ins>tanh</ins>" in body
    assert "The structure differs first at relu, which became tanh in cell [5], line 2." in body
    assert re.search(r"<th[^>]*>exp</th>", body), "the table of three tapes"
    for output in (o for c in executed.cells for o in c.outputs if "text/html" in o.get("data", {})):
        assert not re.search(r"<script|<style|class=", output["data"]["text/html"])


def test_the_words_survive_a_sanitizer_that_allows_no_tables(executed):
    html, _ = HTMLExporter(sanitize_html=True).from_notebook_node(executed)
    assert "which became tanh in cell [5], line 2." in html and "linear fc1" in html
