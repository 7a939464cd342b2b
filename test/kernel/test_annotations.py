"""What lines of cells made: sent over a comm while the front end shows annotations, and not gathered otherwise."""

import time

import pytest
from client import TIMEOUT
from test_protocol import comm

SETUP = """import { F, manualSeed, nn, optim, randn, tensor, type Tensor } from "tapelab";
manualSeed(1);
class Net extends nn.Module {
  fc = new nn.Linear(6, 16);
  override forward(x: Tensor) {
    return this.fc(x).relu();
  }
}
const model = new Net();"""

RUN = """const x = randn([4, 6]);
const y = tensor([0, 1, 2, 0], { dtype: "int64" });
const h = model(x);
const loss = F.crossEntropy(h, y);
loss.backward();"""


@pytest.fixture()
def opened(session):
    comm(session, "comm_open", {"comm_id": "notes", "target_name": "tapelab.annotations", "data": {}})
    yield session
    comm(session, "comm_close", {"comm_id": "notes", "data": {}})


def messages(session, kind, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        message = session.client.get_iopub_msg(timeout=timeout)
        if message["msg_type"] == "comm_msg" and message["content"]["data"]["kind"] == kind:
            return message["content"]["data"]
    raise AssertionError(f"no message of kind {kind}")


def run(session, code, cell):
    """Runs a cell with an id, and returns the notes that are sent after it, by the number of the run and the line."""
    message = session.client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}, metadata={"cellId": cell})
    session.client.session.send(session.client.shell_channel.socket, message)
    while session.client.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"] != message["header"]["msg_id"]:
        pass
    while True:
        cells = messages(session, "notes")["cells"]
        if any(c["cellId"] == cell for c in cells):
            return {c["cellId"]: {n["line"]: n for n in c["lines"]} for c in cells}


def ask(session, file, line, wants_tape=False):
    comm(session, "comm_msg", {"comm_id": "notes", "data": {"request": 1, "file": file, "line": line, "wantsTape": wants_tape}})
    return messages(session, "line")


def test_lines_have_shapes_and_gradients(opened):
    opened.run(SETUP)
    notes = run(opened, RUN, "b")["b"]
    assert notes[1]["shape"] == [4, 6] and notes[1]["gradient"] is None
    assert notes[2]["shape"] == [4] and notes[2]["dtype"] == "int64"
    assert notes[3]["shape"] == [4, 16] and notes[3]["gradient"]["latest"] > 0, "the line that calls the module"
    assert notes[3]["op"] == "relu" and 0 <= notes[3]["dead"]["latest"] < 1
    assert notes[4]["shape"] == [] and notes[4]["value"] > 0 and notes[4]["gradient"]["latest"] == 1
    assert 5 not in notes


def test_lines_of_a_function_in_another_cell(opened):
    opened.run('import { tensor, type Tensor } from "tapelab";')
    notes = run(opened, "const w = tensor([1, 2], { requiresGrad: true });\nfunction f(a: Tensor) {\n  return a.mul(w).sum();\n}", "f")
    assert notes["f"][1]["shape"] == [2]
    later = run(opened, "f(tensor([3, 4])).backward();", "g")
    assert later["f"][3]["gradient"]["latest"] == 1 and later["g"][1]["shape"] == []


def test_a_leaf_has_the_norm_of_its_gradient(opened):
    opened.run('import { tensor } from "tapelab";')
    leaf = run(opened, "const leaf = tensor([3, 4], { requiresGrad: true });\nleaf.mul(2).sum().backward();", "leaf")["leaf"]
    assert leaf[1]["gradient"]["latest"] == pytest.approx(8**0.5, rel=0.01)
    # a later cell adds to it
    later = run(opened, "leaf.sum().backward();", "more")
    gradient = later["leaf"][1]["gradient"]
    assert gradient["latest"] == pytest.approx(18**0.5, rel=0.01) and gradient["min"] == pytest.approx(8**0.5, rel=0.01)
    assert later["leaf"][1]["count"] == 1 and "leaf" not in run(opened, "tensor([1]).add(1);", "other")


def test_a_loop_has_the_latest_and_a_range(opened):
    opened.run('import { tensor } from "tapelab";\nconst p = tensor([1, 1], { requiresGrad: true });')
    notes = run(opened, "for (let i = 1; i <= 5; i++) {\n  const s = p.mul(i);\n  const t = s.mul(i);\n  t.sum().backward();\n}", "loop")["loop"]
    assert notes[2]["count"] == 5 and notes[3]["count"] == 5
    gradient = notes[2]["gradient"]
    assert gradient["latest"] == pytest.approx(5 * 2**0.5, rel=0.01)
    assert gradient["min"] == pytest.approx(2**0.5, rel=0.01) and gradient["max"] == pytest.approx(5 * 2**0.5, rel=0.01)


def test_a_long_loop_takes_little_longer_and_the_last_iterations_are_known(opened):
    opened.run('import { randn, tensor } from "tapelab";\nconst q = randn([64, 64]);')
    loop = "const began = performance.now();\nlet r = q;\nfor (let i = 0; i < 30000; i++) {\n  r = q.mul(0.5);\n  r = r.add(i);\n}\nconsole.log(performance.now() - began);"
    notes = run(opened, loop, "long")["long"]
    assert notes[4]["count"] > 500 and notes[5]["shape"] == [64, 64]


def test_the_tensor_and_the_tape_of_a_line(opened):
    opened.run(SETUP)
    run(opened, RUN, "b")
    count = opened.run("1").reply["execution_count"] - 1
    found = ask(opened, f"cell[{count}]", 3, wants_tape=True)
    assert found["tensor"]["shape"] == [4, 16]
    assert found["tape"]["rows"]["label"][found["row"]] == "relu"
    assert ask(opened, f"cell[{count}]", 1)["tensor"]["shape"] == [4, 6]
    assert ask(opened, f"cell[{count}]", 4)["tensor"]["shape"] == []
    assert ask(opened, "cell[99]", 1) == {"kind": "line", "request": 1, "tensor": None, "tape": None, "row": -1}
    # what nothing refers to is not kept
    run(opened, "{ const temporary = model(x); temporary.sum().backward(); }", "c")
    assert ask(opened, f"cell[{count + 2}]", 1)["tape"] is None


def test_values_that_are_not_finite_and_errors(opened):
    opened.run('import { tensor } from "tapelab";\nconst z = tensor([-1, 1], { requiresGrad: true });')
    notes = run(opened, "const l = z.log();\nl.sum().backward();\nthrow new Error('stop');", "bad")["bad"]
    assert notes[1]["broken"] is True and notes[2]["value"] == "NaN"


def test_a_new_run_replaces_the_notes_and_a_page_that_is_reloaded_gets_them(opened):
    opened.run('import { ones } from "tapelab";')
    run(opened, "const a = ones([2]).mul(2);\nconst b = a.mul(3);", "x")
    assert sorted(run(opened, "\nconst c = ones([3]).mul(2);", "x")["x"]) == [2]
    comm(opened, "comm_open", {"comm_id": "other", "target_name": "tapelab.annotations", "data": {}})
    cells = messages(opened, "notes")["cells"]
    assert {c["cellId"]: [n["line"] for n in c["lines"]] for c in cells}["x"] == [2]
    comm(opened, "comm_close", {"comm_id": "other", "data": {}})


def test_nothing_is_sent_without_a_comm(session):
    result = session.run('import { ones } from "tapelab";\nconst n = ones([2]).mul(2);')
    assert not [m for m in result.messages if m["msg_type"] == "comm_msg"]
