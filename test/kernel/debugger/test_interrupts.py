"""Interrupts, the end of debugging, and restarts, while the program is stopped."""

import pytest
from adapter import Debugger
from client import TIMEOUT


def interrupt(session):
    message = session.client.session.msg("interrupt_request", {})
    session.client.control_channel.send(message)


codes = {
    "loop": ("let n = 0;\nwhile (true) {\n  n++;\n}", 3),
    "function": ("function f(k: number): number {\n  return k > 5 ? k : f(k + 1);\n}\nf(1);\nwhile (true);", 2),
    "async": ("let m = 0;\nwhile (true) {\n  await new Promise((r) => setTimeout(r, 2));\n  m++;\n}", 4),
}


@pytest.mark.parametrize("name", codes)
def test_an_interrupt_ends_a_stopped_cell(session, debugger, name):
    code, line = codes[name]
    cell = debugger.run(code, line)
    debugger.stopped(line)
    interrupt(session)
    debugger.event("continued")
    run = debugger.finish(cell)
    assert run.reply["ename"] == "KeyboardInterrupt" and f":{line}:" in run.error["evalue"]
    assert debugger.request("debugInfo")["stoppedThreads"] == []
    # breakpoints stop again, and other cells run
    assert session.run("1 + 1").text == "2"
    cell = debugger.run(code, line)
    debugger.stopped(line)
    interrupt(session)
    assert debugger.finish(cell).reply["status"] == "error"


def test_an_interrupt_is_not_held_up_by_a_breakpoint_in_a_finally_block(session, debugger):
    code = "let tidy = 0;\ntry {\n  while (true) await new Promise((r) => setTimeout(r, 2));\n} finally {\n  tidy = 1;\n}"
    cell = debugger.run(code, 5)
    session.wait_for(cell, "execute_input")
    interrupt(session)
    assert debugger.finish(cell).reply["ename"] == "KeyboardInterrupt"


def test_disconnect_lets_the_program_run_on(session):
    debugger = Debugger(session)
    cell = debugger.run("let d = 1;\nd += 1;\nd;", 2)
    debugger.stopped(2)
    debugger.close()
    assert debugger.finish(cell).text == "2"
    assert session.run("let d2 = 1;\nd2 += 1;\nd2;").text == "2"


def test_restart_of_a_stopped_kernel(session):
    debugger = Debugger(session)
    code = "let r = 1;\nr += 1;\nr;"
    debugger.run(code, 2)
    path = debugger.stopped(2)["source"]["path"]
    session.manager.restart_kernel(now=False)
    session.client.wait_for_ready(timeout=TIMEOUT)
    assert session.run("1 + 1").text == "2"
    debugger = Debugger(session)
    # the paths of cells are those of before
    assert debugger.set_in_file(path, {"line": 2}) == [2]
    cell = session.send(code)
    assert debugger.stopped(2)["source"]["path"] == path
    debugger.close()
    assert debugger.finish(cell).text == "2"
