"""Stops at exceptions: all of them, or those that no code of the notebook catches."""

import pytest

setup = """import { tensor } from "tapelab";
const x = tensor([1, 2]);
async function late() {
  await new Promise((r) => setTimeout(r, 2));
  throw new Error("late");
}"""

# code, the line of the exception, and whether it is caught
cases = {
    "function": ("function f() {\n  throw new Error('boom');\n}\nf();", 2, False),
    "op": ("const y = 1;\nx.reshape([3, 3]);", 2, False),
    "arithmetic": ("const z = 1;\nconst w = x +\n  tensor([1, 2, 3]);", 2, False),
    "caught": ("try {\n  JSON.parse('{');\n} catch {}", 2, True),
    "caught by a caller": ("function g() {\n  x.reshape([3]);\n}\ntry { g(); } catch {}", 2, True),
    "finally": ("try {\n  throw new Error('f');\n} finally {\n  x;\n}", 2, False),
    "in a catch block": ("try {\n  JSON.parse('{');\n} catch {\n  throw new Error('again');\n}", 4, False),
    "callback": ("[1].forEach(() => {\n  throw new Error('cb');\n});", 2, False),
    "async": ("await late();", 5, False),
    "async, caught": ("try {\n  await late();\n} catch {}", 5, True),
    "async, with a handler": ("await late().catch(() => {});", 5, True),
    "rejected promise": ("await Promise.reject(new Error('no'));", 1, False),
    "timer": ("setTimeout(() => {\n  throw new Error('tm');\n}, 2);\nawait new Promise((r) => setTimeout(r, 200));", 2, False),
}


def stops(session, debugger, code):
    """Runs a cell and returns the lines at which it stops."""
    cell = session.send(code)
    lines = []
    while True:
        message = debugger.receive()
        kind, content = message["msg_type"], message["content"]
        if kind == "debug_event" and content["event"] == "stopped":
            assert content["body"]["reason"] == "exception" and content["body"]["text"] != ""
            info = debugger.request("exceptionInfo", threadId=1)
            assert info["description"] == content["body"]["text"]
            lines.append(debugger.frames()[0]["line"])
            debugger.resume()
        if kind == "status" and content["execution_state"] == "idle" and message["parent_header"].get("msg_id") == cell:
            debugger.finish(cell)
            return lines


@pytest.fixture(scope="module", autouse=True)
def prepared(session):
    assert session.run(setup).reply["status"] == "ok"


@pytest.mark.parametrize("name", cases)
def test_uncaught_exceptions(session, debugger, name):
    code, line, is_caught = cases[name]
    debugger.request("setExceptionBreakpoints", filters=["uncaught"])
    assert stops(session, debugger, code) == ([] if is_caught else [line])


@pytest.mark.parametrize("name", cases)
def test_all_exceptions(session, debugger, name):
    code, line, _ = cases[name]
    debugger.request("setExceptionBreakpoints", filters=["all"])
    assert stops(session, debugger, code)[-1] == line


def test_no_filter(session, debugger):
    debugger.request("setExceptionBreakpoints", filters=["uncaught"])
    debugger.request("setExceptionBreakpoints", filters=[])
    assert stops(session, debugger, "throw new Error('nothing stops here')") == []


def test_variables_at_an_exception(session, debugger):
    debugger.request("setExceptionBreakpoints", filters=["uncaught"])
    cell = session.send("function h(n: number) {\n  const size = n * 2;\n  return x.reshape([size]);\n}\nh(3);")
    debugger.stopped(3, "exception")
    assert debugger.values()["size"] == "6"
    assert debugger.evaluate("x.shape[0] - size") == "-4"
    debugger.resume()
    assert debugger.finish(cell).reply["ename"] == "ShapeError"
