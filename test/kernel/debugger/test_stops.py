"""Where breakpoints are, and when they stop the program."""

import pytest


@pytest.mark.parametrize("lines, expected", [([1], [2]), ([2], [2]), ([3], [5]), ([4], [5]), ([6], [6]), ([8], [9]), ([2, 5], [2, 5]), ([20], [None])])
def test_lines_without_code_move_to_the_next(session, debugger, lines, expected):
    code = "// a remark\nlet a = 1;\ninterface Shape { size: number }\n\nfunction grow(n: number) { return n + 1; }\na = grow(a);\n\ntype Name = string;\nconsole.log(a);"
    assert debugger.set_breakpoints(code, *lines) in (expected, [6 if e == 5 and lines != [2, 5] else e for e in expected])


def test_a_cell_that_runs_again_and_a_changed_one(session, debugger):
    code = "let counted = 1;\ncounted += 1;\ncounted;"
    debugger.set_breakpoints(code, 2)
    for _ in range(3):
        cell = session.send(code)
        debugger.stopped(2, "breakpoint")
        debugger.resume()
        assert debugger.finish(cell).text == "2"
    assert session.run(code + "\n").text == "2"


def test_a_breakpoint_that_is_set_while_the_cell_runs(session, debugger):
    code = "let n = 0; console.log('begun');\nwhile (n >= 0) {\n  n++;\n  n = n % 1000;\n}\nn;"
    cell = session.send(code)
    session.wait_for(cell, "stream")
    assert debugger.set_breakpoints(code, 4) == [4]
    debugger.stopped(4, "breakpoint")
    debugger.evaluate("n = -10")
    assert debugger.set_breakpoints(code) == []
    debugger.resume()
    assert debugger.finish(cell).text == "-10"


def test_a_breakpoint_in_a_function_of_an_earlier_cell(session, debugger):
    code = "function early(x: number) {\n  return x * 2;\n}"
    session.run(code)
    assert debugger.set_breakpoints(code, 2) == [2]
    cell = session.send("early(4)")
    debugger.stopped(2)
    assert [name for name, _, _ in debugger.stack()] == ["early", "<cell>"]
    debugger.resume()
    assert debugger.finish(cell).text == "8"


def test_conditions_counts_and_messages(session, debugger):
    code = "let t = 0;\nfor (let i = 0; i < 10; i++) {\n  t += i;\n}\nt;"
    cell = debugger.run(code, {"line": 3, "condition": "i === 7 && t > 0"})
    debugger.stopped(3)
    assert debugger.values()["i"] == "7"
    debugger.resume()
    assert debugger.finish(cell).text == "45"
    cell = debugger.run(code, {"line": 3, "hitCondition": ">= 9"})
    for i in ("8", "9"):
        debugger.stopped(3)
        assert debugger.values()["i"] == i
        debugger.resume()
    assert debugger.finish(cell).text == "45"
    cell = debugger.run(code, {"line": 3, "logMessage": "i is {i}, t {t * 2}", "condition": "i < 2"})
    assert debugger.finish(cell).stdout == "i is 0, t 0\ni is 1, t 0\n"
    cell = debugger.run(code, {"line": 3, "condition": "nowhere > 1"})
    debugger.stopped(3)
    debugger.set_breakpoints(code)
    debugger.resume()
    assert "nowhere is not defined" in debugger.finish(cell).stderr


def test_a_debugger_statement(session, debugger):
    cell = session.send("const before = 1;\ndebugger;\nbefore;")
    debugger.stopped(2, "breakpoint")
    debugger.resume()
    assert debugger.finish(cell).text == "1"


def test_the_state_after_a_reload(session, debugger):
    code = "let kept = 1;\nkept += 2;\nkept;"
    cell = debugger.run(code, 2)
    debugger.stopped(2)
    info = debugger.request("debugInfo")
    assert info["isStarted"] and info["stoppedThreads"] == [1]
    assert [(b["source"], [p["line"] for p in b["breakpoints"]]) for b in info["breakpoints"]] == [(debugger.request("dumpCell", code=code)["sourcePath"], [2])]
    debugger.resume()
    debugger.event("continued")
    assert debugger.request("debugInfo")["stoppedThreads"] == []
    debugger.finish(cell)


def test_without_a_debugger_nothing_stops(session):
    assert session.run("let free = 0;\ndebugger;\nfor (let i = 0; i < 5; i++) free += i;\nfree;").text == "10"
