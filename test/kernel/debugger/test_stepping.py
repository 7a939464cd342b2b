"""Steps, the call stack, and going on, in cells and in the files that they import."""

import pytest


def lines_of_steps(debugger, cell, command, most=40):
    """Steps to the end of a cell, and returns the functions and lines."""
    lines = []
    while len(lines) < most:
        frame = debugger.frames()[0]
        lines.append((frame["name"], frame["line"]))
        debugger.request(command, threadId=1)
        while True:
            message = debugger.receive()
            if message["msg_type"] == "debug_event" and message["content"]["event"] == "stopped":
                break
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle" and message["parent_header"].get("msg_id") == cell:
                debugger.finish(cell)
                return lines
    raise AssertionError(f"the cell does not end: {lines}")


def test_over_a_loop_and_a_call(session, debugger):
    code = "function twice(n: number) {\n  const m = n * 2;\n  return m;\n}\nlet sum = 0;\nfor (let i = 0; i < 2; i++) {\n  sum += twice(i);\n}\nsum;"
    cell = debugger.run(code, 5)
    debugger.stopped(5, "breakpoint")
    assert lines_of_steps(debugger, cell, "next") == [("<cell>", line) for line in (5, 6, 7, 6, 7, 6, 9)]
    cell = debugger.run(code, 7)
    debugger.stopped(7)
    debugger.set_breakpoints(code)
    assert lines_of_steps(debugger, cell, "stepIn") == [
        ("<cell>", 7), ("twice", 2), ("twice", 3), ("<cell>", 6), ("<cell>", 7), ("twice", 2), ("twice", 3), ("<cell>", 6), ("<cell>", 9),
    ]


def test_into_a_module_and_out_of_it(session, debugger):
    session.run('import { nn, tensor, Tensor } from "tapelab";\nconst x = tensor([[1, 2, 3]]);')
    code = "class Net extends nn.Module {\n  linear = new nn.Linear(3, 2);\n  override forward(input: Tensor): Tensor {\n    const hidden = this.linear(input);\n    return hidden.relu() * 2;\n  }\n}\nconst net = new Net();\nconst y = net(x) + 1;\ny;"
    cell = debugger.run(code, 9)
    debugger.stopped(9)
    debugger.step("stepIn", 4)
    assert [name for name, _, _ in debugger.stack()] == ["forward", "<cell>"]
    scopes = debugger.scopes()["Locals"]
    assert scopes["this"]["type"] == "Net" and scopes["input"]["type"] == "Tensor float32 [1, 3]" and "not initialized" in scopes["hidden"]["value"]
    debugger.step("stepIn", 5)
    # a library is not entered
    debugger.step("stepIn")
    debugger.resume()
    assert debugger.finish(cell).reply["status"] == "ok"
    cell = debugger.run(code, 4)
    debugger.stopped(4)
    debugger.step("stepOut")
    assert debugger.stack()[0][0] == "<cell>"
    debugger.set_breakpoints(code)
    debugger.resume()
    debugger.finish(cell)


def test_async_functions(session, debugger):
    code = """async function fetchIt(n: number) {
  await new Promise((r) => setTimeout(r, 3));
  const doubled = n * 2;
  return doubled;
}
async function both() {
  const a = await fetchIt(1);
  const b = await fetchIt(2);
  return a + b;
}
const sum = await both();
sum;"""
    cell = debugger.run(code, 7)
    debugger.stopped(7)
    debugger.step("next", 8)
    debugger.step("next", 9)
    debugger.step("next", 11)
    debugger.resume()
    assert debugger.finish(cell).text == "6"
    cell = debugger.run(code, 3)
    debugger.stopped(3)
    assert [(name, line) for name, _, line in debugger.stack()] == [("fetchIt", 3), ("async both", 7), ("async (anonymous)", 11)]
    assert debugger.values()["n"] == "1"
    debugger.set_breakpoints(code)
    assert [line for _, line in lines_of_steps(debugger, cell, "next")] == [3, 4, 7, 8, 9, 11, 12]


def test_a_step_from_the_end_does_not_stop_the_next_cell(session, debugger):
    cell = debugger.run("let last = 1;\nlast += 1;", 2)
    debugger.stopped(2)
    debugger.request("next", threadId=1)
    debugger.finish(cell)
    assert session.run("last + 1").text == "3"
    assert session.run("[1, 2].map((n) => n * 2).length").text == "2"


def test_several_statements_of_a_line_are_one_step(session, debugger):
    cell = debugger.run("let p = 1; p += 1; p += 2;\np += 3;\np;", 1)
    debugger.stopped(1)
    debugger.step("next", 2)
    assert debugger.evaluate("p") == "4"
    debugger.resume()
    debugger.finish(cell)


def test_pause(session, debugger):
    cell = session.send("let rounds = 0;\nlet isOver = false; console.log('begun');\nwhile (!isOver) {\n  rounds += 1;\n}")
    session.wait_for(cell, "stream")
    debugger.request("pause", threadId=1)
    top = debugger.stopped(reason="pause")
    assert top["line"] in (3, 4, 5) and debugger.request("debugInfo")["stoppedThreads"] == [1]
    assert int(debugger.evaluate("rounds")) > 0
    debugger.evaluate("isOver = true")
    debugger.resume()
    assert debugger.event("continued")["allThreadsContinued"] is True
    assert debugger.finish(cell).reply["status"] == "ok"


def test_pause_of_an_awaiting_cell(session, debugger):
    cell = session.send("let ticks = 0; console.log('begun');\nwhile (ticks < 10_000) {\n  await new Promise((r) => setTimeout(r, 3));\n  ticks++;\n}")
    session.wait_for(cell, "stream")
    debugger.request("pause", threadId=1)
    debugger.stopped(reason="pause")
    debugger.evaluate("ticks = 10_000")
    debugger.resume()
    assert debugger.finish(cell).reply["status"] == "ok"


def test_steps_need_a_stop(session, debugger):
    for command in ("next", "stepIn", "stepOut", "stackTrace", "scopes"):
        assert "not stopped" in debugger.failure(command, threadId=1, frameId=1)


def test_threads(session, debugger):
    assert debugger.request("threads") == {"threads": [{"id": 1, "name": "main"}]}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_positions_with_characters_outside_of_the_basic_plane(session, debugger, end):
    code = end.join(["const smile = '😀', half = '½';", "let text = smile + half; text += '!';", "text;"])
    cell = debugger.run(code, 2)
    top = debugger.stopped(2)
    assert top["column"] == 5 or top["column"] == 12
    debugger.step("next", 3)
    debugger.resume()
    assert debugger.finish(cell).text == "'😀½!'"
