"""The engine in cells, in a folder without node_modules."""

import base64

import pytest
from mimes import GRADIENTS, TAPE, TENSOR


def test_the_engine_imports_with_types(session):
    session.run('import { crossEntropy, gradients, nn, tape, Tensor, tensor } from "tapelab";')
    error = session.run("tensor([1]).matmull(3)").error
    assert "Property 'matmull' does not exist on type 'Tensor'" in error["evalue"]
    assert session.run("tensor([1]).reshape('a')").error["ename"] == "CompileError"


def test_completion_and_hover_know_the_engine(session):
    reply = session.request(session.client.complete("tensor([1]).logS", 16))
    assert "logSoftmax" in reply["matches"] and reply["cursor_start"] == 12 and reply["cursor_end"] == 16
    data = session.request(session.client.inspect("crossEntropy", 4))["data"]
    assert "CrossEntropyOptions" in data["text/plain"]
    assert "the cross-entropy of logits" in data["text/markdown"]
    assert session.request(session.client.inspect("nosuchname", 4))["found"] is False


@pytest.mark.parametrize(
    ("name", "documentation"),
    [
        ("add", "`input + alpha * other`"),
        ("tape", "one row an operation"),
        ("tensor([1]).relu", "The gradient at 0 is 0"),
        ("nn.Linear", "new nn.Linear(2, 3)"),
        ("nn.registerModuleForwardHook", "forward"),
        ("nn.functional.linear", "a weight [out, in]"),
        ("nn.init.xavierUniform_", "Glorot and Bengio"),
        ("nn.utils.clipGradNorm_", "at most `maxNorm`"),
        ("optim.Adam", "Kingma and Ba"),
        ("optim.registerOptimizerStepPreHook", "step"),
        ("autograd.grad", "with respect to `inputs`"),
        ("autograd.forwardAd.makeDual", "tangent"),
        ("func.vmap", "over a batch dimension of its arguments"),
        ("estimators.sparsemax", "simplex"),
        ("metrics.accuracy", "share of predictions that are right"),
        ("data.readCSV", "Reads a CSV file"),
        ("F.softmax", "dim"),
    ],
)
def test_hover_shows_the_documentation_of_public_functions(session, name, documentation):
    session.run('import { add, autograd, data, estimators, F, func, metrics, nn, optim, tape, tensor } from "tapelab";')
    text = session.request(session.client.inspect(name, len(name)))["data"]["text/plain"]
    # the first paragraph is the signature, not the documentation
    assert documentation in text.partition("\n\n")[2], f"hover over {name} shows {text!r}"
    assert "typeof" not in text and "from." not in text


def test_inspecting_an_argument_list_explains_the_function(session):
    code = "tensor([1]).logSoftmax("
    for text in (code, code + "0, { dtype: f("):
        reply = session.request(session.client.inspect(text, len(code)))
        assert "logSoftmax(dim: number" in reply["data"]["text/plain"]


def test_offsets_are_code_points(session):
    code = "'😀'; Math.flo"
    reply = session.request(session.client.complete(code, len(code)))
    assert (reply["cursor_start"], reply["cursor_end"]) == (len(code) - 3, len(code))


def test_a_tensor_is_displayed(session):
    data = session.run("tensor([[1, 2], [3, 4]])").result
    assert set(data) == {TENSOR, "text/html", "text/plain"}
    assert data[TENSOR]["shape"] == [2, 2] and data[TENSOR]["slices"][0]["values"] == [1, 2, 3, 4]
    assert "tensor([[1., 2.],\n        [3., 4.]])" in data["text/plain"]


def test_a_large_tensor_is_displayed_as_a_picture(session):
    data = session.run("tensor(Array.from({ length: 30 }, () => new Array(40).fill(0)))").result
    assert set(data) == {TENSOR, "image/svg+xml", "image/png", "text/plain"}
    assert data["text/plain"].count("...") == 7


def test_a_tape_is_displayed_with_cells_and_lines(session):
    session.run("class Net extends nn.Module {\n  fc = new nn.Linear(2, 3);\n  forward(x: Tensor): Tensor {\n    const h = this.fc.forward(x);\n    return h.relu();\n  }\n}\nconst net = new Net();\nconst x = tensor([[1, 2]]);")
    data = session.run("const loss = crossEntropy(\n  net.forward(x), tensor([1], { dtype: 'int32' }));\nloss.backward();\ntape(loss)").result
    assert set(data) == {TAPE, "image/svg+xml", "image/png", "text/plain"}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG") and len(data["image/png"]) < 140_000
    stored = data[TAPE]
    names = [stored["ops"]["name"][i] for i in stored["rows"]["op"]]
    assert names[:2] == ["linear", "relu"]
    assert [site[1] for site in stored["rows"]["site"][:3]] == [4, 5, 1]
    assert stored["leaves"]["name"][:3] == ["x", "fc.weight", "fc.bias"]
    assert stored["title"].startswith("loss ")
    assert set(stored["rows"]["gradientState"]) <= {"computed", "zero"}


def test_the_cell_id_of_the_request_is_kept(session):
    message = session.client.session.msg("execute_request", {"code": "tape(tensor([1], { requiresGrad: true }).mul(2))", "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}, metadata={"cellId": "cell-id-7"})
    session.client.shell_channel.send(message)
    assert session.collect(message["header"]["msg_id"]).result[TAPE]["cells"]["id"] == ["cell-id-7"]


def test_gradients_are_displayed(session):
    data = session.run("gradients(net)").result
    assert set(data) == {GRADIENTS, "text/html", "text/plain"}
    assert data[GRADIENTS]["tensors"]["name"] == ["fc.weight", "fc.bias"]
    assert "<th scope=\"row\">fc.weight</th>" in data["text/html"]


def test_typescript_files_beside_the_notebook_can_be_imported(session):
    (session.folder / "half.ts").write_text("export function half(x: number): number {\n  return x / 2;\n}\n")
    session.run('import { half } from "./half";')
    assert session.run("half(3)").text == "1.5"
    assert "Argument of type 'string'" in session.run("half('3')").error["evalue"]


def test_the_tape_watch_does_not_keep_the_memory_of_a_training_loop(session):
    session.run("const p = tensor([1], { requiresGrad: true });\nlet kept = 0;\nfor (let i = 0; i < 30000; i++) { const y = p.mul(2).sum(); y.backward(); kept = y.gradFn === null ? 0 : 1; }")
    state = session.run("const after = p.mul(2).sum(); tape(after)").result[TAPE]
    assert state["rows"]["value"]["count"] == [1, 1]
