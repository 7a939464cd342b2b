"""ipykernel's tests of its debugger (tests/test_debugger.py of ipykernel 7), for TypeScript."""

import os

import pytest
from adapter import Debugger


def test_initialize(session):
    debugger = Debugger(session)
    body = debugger.request("initialize", clientID="test-client")
    assert body["supportsConfigurationDoneRequest"] is True
    assert [f["filter"] for f in body["exceptionBreakpointFilters"]] == ["uncaught", "all"]
    debugger.close()


def test_attach(session):
    debugger = Debugger(session)
    assert debugger.event("initialized") == {}
    debugger.close()
    debugger.event("terminated")


@pytest.mark.parametrize("client_id", ["vscode", "jupyterlab"])
def test_info(session, client_id):
    debugger = Debugger(session, client_id)
    info = debugger.request("debugInfo")
    assert info["isStarted"] is True and info["hashMethod"] == "Murmur2" and info["richRendering"] is True and info["copyToGlobals"] is True
    assert info["breakpoints"] == [] and info["stoppedThreads"] == []
    debugger.close()
    assert debugger.request("debugInfo")["isStarted"] is False


def test_set_breakpoints(session, debugger):
    code = "function f(a: number, b: number) {\n  const c = a + b;\n  return c;\n}\nf(2, 3)"
    source = debugger.request("dumpCell", code=code)["sourcePath"]
    assert open(source).read() == code
    reply = debugger.request("setBreakpoints", breakpoints=[{"line": 2}], source={"path": source}, sourceModified=False)
    [breakpoint] = reply["breakpoints"]
    assert breakpoint["source"]["path"] == source and breakpoint["verified"] is True and breakpoint["line"] == 2
    info = debugger.request("debugInfo")
    assert source in [b["source"] for b in info["breakpoints"]]
    assert [b["line"] for b in info["breakpoints"][0]["breakpoints"]] == [2]
    assert os.path.dirname(source) + os.sep == info["tmpFilePrefix"] and source.endswith(info["tmpFileSuffix"])


def test_stop_on_breakpoint(session, debugger):
    code = "function f(a: number, b: number) {\n  const c = a + b;\n  return c;\n}\nf(2, 3)"
    cell = debugger.run(code, 2)
    top = debugger.stopped(2, "breakpoint")
    assert top["source"]["path"] == debugger.request("dumpCell", code=code)["sourcePath"]
    debugger.resume()
    assert debugger.finish(cell).text == "5"


@pytest.mark.parametrize("blank", ["\n", "\n\n", "  \n", "// remark\n\n"])
def test_breakpoint_in_a_cell_with_leading_empty_lines(session, debugger, blank):
    lines = blank.count("\n")
    code = f"{blank}function f(a: number, b: number) {{\n  const c = a + b;\n  return c;\n}}\nf(2, 3)"
    cell = debugger.run(code, lines + 2)
    debugger.stopped(lines + 2, "breakpoint")
    debugger.resume()
    assert debugger.finish(cell).text == "5"


def test_rich_inspect_not_at_breakpoint(session, debugger):
    name, value = "someText", "Hello the world"
    session.run(f'let {name} = "{value}";')
    variables = debugger.request("inspectVariables")["variables"]
    assert name in [v["name"] for v in variables]
    body = debugger.request("richInspectVariables", variableName=name)
    assert body["data"] == {"text/plain": f"'{value}'"}


def test_rich_inspect_at_breakpoint(session, debugger):
    code = "function f(a: number, b: number) {\n  const c = a + b;\n  return c;\n}\nf(2, 3)"
    cell = debugger.run(code, 2)
    frame = debugger.stopped(2)
    scopes = debugger.request("scopes", frameId=frame["id"])["scopes"]
    locals_ = debugger.children(next(s for s in scopes if s["name"] == "Locals"))
    assert {name: locals_[name]["value"] for name in ("a", "b")} == {"a": "2", "b": "3"}
    assert debugger.request("richInspectVariables", variableName="a", frameId=frame["id"])["data"] == {"text/plain": "2"}
    debugger.step("next", 3)
    debugger.resume()
    debugger.finish(cell)


def test_copy_to_globals(session, debugger):
    code = "function f(a: number, b: number) {\n  const c = a + b;\n  return c;\n}\nf(2, 3)"
    cell = debugger.run(code, 3)
    frame = debugger.stopped(3)
    locals_ = debugger.scopes()["Locals"]
    debugger.request("copyToGlobals", srcVariableName="c", dstVariableName="cCopy", srcFrameId=frame["id"])
    assert debugger.values("Globals")["cCopy"] == locals_["c"]["value"] == "5"
    assert "must be names" in debugger.failure("copyToGlobals", srcVariableName="c + 1", dstVariableName="d", srcFrameId=frame["id"])
    debugger.resume()
    debugger.finish(cell)
    assert session.run("cCopy * 2").text == "10"


def test_requests_before_the_start_are_refused(session):
    debugger = Debugger(session)
    debugger.close()
    assert "initialize" in debugger.failure("stackTrace", threadId=1)
    assert "no request" in debugger.failure("frobnicate")
