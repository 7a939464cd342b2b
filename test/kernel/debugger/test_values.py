"""Variables, their members, and expressions, while the program is stopped and while it runs."""

import pytest

setup = """import { nn, tensor, zeros } from "tapelab";
const w = tensor([[1, 2], [3, 4]], { requiresGrad: true });
w.mul(w).sum().backward();
const model = new nn.Linear(2, 1);
const names = new Map<string, number>([["a", 1], ["b", 2]]);
const big = Array.from({ length: 25_000 }, (_, i) => i);
const text = "line";
const empty: null = null;
class Point { #secret = 7; x = 1; get twice() { return this.x * 2; } reveal() { return this.#secret; } }
const point = new Point();"""

cell_code = "function inspectMe(n: number, scale = w) {\n  const list = [n, n + 1];\n  let result = scale * n;\n  return result;\n}\ninspectMe(3);"


@pytest.fixture(scope="module", autouse=True)
def prepared(session):
    assert session.run(setup).reply["status"] == "ok"


@pytest.fixture
def stopped(session, debugger):
    """A debugger that is stopped in the function, at its last line."""
    cell = debugger.run(cell_code, 4)
    debugger.stopped(4)
    yield debugger
    debugger.set_breakpoints(cell_code)
    debugger.resume()
    assert debugger.finish(cell).reply["status"] == "ok"


def test_scopes(stopped):
    scopes = stopped.scopes()
    assert list(scopes) == ["Locals", "Globals"]
    assert {name: v["value"] for name, v in scopes["Locals"].items() if name != "scale"} == {
        "n": "3", "list": "[ 3, 4 ]", "result": scopes["Locals"]["result"]["value"],
    }
    assert {"w", "model", "names", "big", "text", "point"} <= set(scopes["Globals"]) and not {"tensor", "nn", "inspectMe", "$tapelabLast"} & set(scopes["Globals"])


def test_members_of_a_tensor(stopped):
    tensor = stopped.scopes()["Globals"]["w"]
    assert tensor["type"] == "Tensor float32 [2, 2]" and tensor["indexedVariables"] == 2 and tensor["evaluateName"] == "w"
    members = stopped.children(tensor)
    assert members["dtype"]["value"] == "'float32'" and members["requiresGrad"]["value"] == "true"
    assert members["grad"]["value"] == "tensor([[2., 4.], [6., 8.]])" and members["1"]["value"].startswith("tensor([3., 4.]")
    row = stopped.children(members["1"])
    assert row["0"]["value"] == "3" and row["0"]["variablesReference"] == 0
    assert stopped.evaluate(members["grad"]["evaluateName"]).startswith("tensor([[2.")


def test_members_of_other_values(stopped):
    scopes = stopped.scopes()["Globals"]
    assert [v["value"] for v in stopped.children(scopes["names"]).values()] == ["1", "2"]
    assert "weight" in str(stopped.children(scopes["model"]))
    assert scopes["text"]["value"] == "'line'" and scopes["text"]["variablesReference"] == 0
    assert scopes["empty"]["value"] == "null"
    ranges = stopped.children(scopes["big"])
    assert list(ranges) == ["[0 … 9999]", "[10000 … 19999]", "[20000 … 24999]"]
    inner = stopped.children(ranges["[20000 … 24999]"])
    assert list(stopped.children(inner["[4900 … 4999]"])) [0] == "24900"
    page = stopped.children(scopes["big"], filter="indexed", start=24_998, count=10)
    assert [v["value"] for v in page.values()] == ["24998", "24999"]
    assert stopped.children(scopes["big"], filter="named") == {}


@pytest.mark.parametrize(
    "expression, result",
    [
        ("n + 1", "4"),
        ("scale * n", "tensor([[ 3., 6.], [ 9., 12.]], gradFn=<MulBackward>)"),
        ("w[0, 1]", "tensor(2., gradFn=<SelectBackward>)"),
        ("-w.detach()[1]", "tensor([-3., -4.])"),
        ("model(w).shape", "[ 2, 1 ]"),
        ("(w > 2).sum().item()", "2"),
        ("list.map((x) => x * n)", "[ 9, 12 ]"),
        ("big.length as number", "25000"),
        ("'a' + text", "'aline'"),
        ("w == null", "false"),
        ("point.reveal()", "7"),
        ("inspectMe.name", "'inspectMe'"),
        ("{ n, text }", "{ n: 3, text: 'line' }"),
        ("const q = n * 2; q + 1", "7"),
        ("typeof missing", "'undefined'"),
        ("n ** 2 % 5", "4"),
    ],
)
def test_expressions(stopped, expression, result):
    assert stopped.evaluate(expression) == result


def test_assignments(session, debugger):
    cell = debugger.run(cell_code, 3)
    frame = debugger.stopped(3)
    assert debugger.evaluate("n = 5") == "5" and debugger.evaluate("list[0] = 9") == "9" and debugger.evaluate("list[1] += 2") == "6"
    assert debugger.values()["n"] == "5" and debugger.values()["list"] == "[ 9, 6 ]"
    assert debugger.values()["result"] == "(not initialized)", "as before the expressions"
    debugger.request("setExpression", expression="n", value="n + 1", frameId=frame["id"])
    debugger.set_breakpoints(cell_code)
    debugger.resume()
    run = debugger.finish(cell)
    assert "6." in run.text and "24." in run.text


def test_errors_of_expressions(session, stopped):
    frame = stopped.frames()[0]["id"]
    assert "missing is not defined" in stopped.failure("evaluate", expression="missing + 1", frameId=frame, context="watch")
    assert "SyntaxError" in stopped.failure("evaluate", expression="n +", frameId=frame, context="hover")
    assert "await" in stopped.failure("evaluate", expression="await n", frameId=frame, context="watch")
    assert "ShapeError" in stopped.failure("evaluate", expression="w.reshape([5])", frameId=frame, context="watch")
    assert "no frame" in stopped.failure("evaluate", expression="n", frameId=99_999)


def test_a_reference_ends_with_the_stop(session, debugger):
    cell = debugger.run(cell_code, 4)
    debugger.stopped(4)
    reference = debugger.scopes()["Globals"]["w"]["variablesReference"]
    debugger.set_breakpoints(cell_code)
    debugger.resume()
    debugger.finish(cell)
    assert "run on" in debugger.failure("variables", variablesReference=reference)


def test_rich_values(stopped):
    frame = stopped.frames()[0]["id"]
    rich = stopped.request("richInspectVariables", variableName="w", frameId=frame)
    assert {"application/vnd.tapelab.tensor.v1+json", "text/html", "text/plain"} <= set(rich["data"])
    assert rich["data"]["application/vnd.tapelab.tensor.v1+json"]["gradient"] > 10
    # a member of an expanded value
    stopped.children(stopped.scopes()["Globals"]["w"])
    assert stopped.request("richInspectVariables", variableName="grad", frameId=frame)["data"]["application/vnd.tapelab.tensor.v1+json"]["shape"] == [2, 2]
    assert "not defined" in stopped.failure("richInspectVariables", variableName="nowhere", frameId=frame)


def test_variables_while_the_program_runs(session, debugger):
    variables = {v["name"]: v for v in debugger.request("inspectVariables")["variables"]}
    assert variables["text"]["value"] == "'line'" and variables["w"]["type"] == "Tensor float32 [2, 2]"
    assert debugger.children(variables["w"])["dtype"]["value"] == "'float32'"
    cell = session.send("let turns = 0; console.log('begun');\nwhile (turns >= 0) {\n  turns++;\n}")
    session.wait_for(cell, "stream")
    assert debugger.request("evaluate", expression="text.length", context="repl")["result"] == "4"
    debugger.request("pause", threadId=1)
    debugger.stopped()
    debugger.evaluate("turns = -5")
    debugger.resume()
    debugger.finish(cell)


def test_jupyterlab_is_given_values_of_primitives(session):
    from adapter import Debugger

    debugger = Debugger(session, "jupyterlab")
    variables = {v["name"]: v for v in debugger.request("inspectVariables")["variables"]}
    assert "type" not in variables["text"] and variables["w"]["type"] == "Tensor float32 [2, 2]"
    debugger.close()


def test_a_copied_variable_has_a_type_in_later_cells(session, debugger):
    cell = debugger.run(cell_code, 4)
    frame = debugger.stopped(4)
    debugger.request("copyToGlobals", srcVariableName="result", dstVariableName="kept", srcFrameId=frame["id"])
    debugger.set_breakpoints(cell_code)
    debugger.resume()
    debugger.finish(cell)
    assert session.run("(kept + 1).shape").text == "[ 2, 2 ]"
