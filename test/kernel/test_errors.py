"""Errors have source positions."""

import re

import pytest
from client import plain


def test_an_error_names_its_source_line(session):
    run = session.run("interface Long {\n  a: number;\n}\n\nfunction f(x: Long): never {\n  throw new RangeError(`no ${x.a}`);\n}\nf({ a: 3 });")
    error = run.error
    assert (error["ename"], error["evalue"]) == ("RangeError", "no 3")
    text = "\n".join(error["traceback"])
    assert "   6 |   throw new RangeError(`no ${x.a}`);" in text
    assert re.search(r"at f \(cell\[\d+\]:6:9\)", text)
    assert re.search(r"at \(cell\[\d+\]:8:1\)", text)
    assert run.reply["status"] == "error" and run.reply["ename"] == "RangeError" and plain(run.reply)["traceback"] == error["traceback"]


def test_stacks_have_frames_of_earlier_cells(session):
    defined = session.run("enum Kind { A, B }\n\nfunction thrower(k: Kind) {\n  throw new Error(Kind[k]);\n}").reply["execution_count"]
    text = "\n".join(session.run("const k = Kind.B;\nthrower(k);").error["traceback"])
    assert f"at thrower (cell[{defined}]:4:9)" in text
    assert f"at (cell[{defined + 1}]:2:1)" in text


def test_an_error_after_an_await_names_its_source_line(session):
    text = "\n".join(session.run("await Promise.resolve();\nawait (async () => {\n  throw new Error('late');\n})();").error["traceback"])
    assert re.search(r"cell\[\d+\]:3:9", text)


@pytest.mark.parametrize(
    ("code", "line", "frame"),
    [
        ("\nawait later(3)", "    at later (cell[{earlier}]:3:9)", "    at (cell[{cell}]:2:1)"),
        ("1;\nconst all = await Promise.all([later(4)]);", "    at later (cell[{earlier}]:3:9)", "    at (cell[{cell}]:2:13)"),
        ("const fs = await import('node:fs/promises');\n\nawait fs.readFile('/nonexistent')", "   3 | await fs.readFile('/nonexistent')", "    at (cell[{cell}]:3:1)"),
    ],
)
def test_the_stack_of_an_awaited_rejection_contains_the_await(session, code, line, frame):
    earlier = session.run("const later = async (n: number): Promise<number> => {\n  await null;\n  throw new Error(`late ${n}`);\n};").reply["execution_count"]
    run = session.run(code)
    text = "\n".join(run.error["traceback"])
    places = {"earlier": earlier, "cell": run.reply["execution_count"]}
    assert line.format(**places) in text and frame.format(**places) in text, text
    assert "async cell[" not in text


def test_a_compile_error_has_line_column_and_source(session):
    error = session.run("const n: number = 1;\nconst t: string = n * 2;").error
    assert error["ename"] == "CompileError"
    assert error["evalue"].startswith("2:7 Type 'number' is not assignable to type 'string'")
    assert "   2 | const t: string = n * 2;" in error["traceback"]
    assert "     |       ^" in error["traceback"]


def test_a_syntax_error_is_a_compile_error(session):
    error = session.run("const = 3;").error
    assert error["ename"] == "CompileError" and error["evalue"].startswith("1:7 ")


def test_thrown_values_that_are_not_errors(session):
    assert session.run("throw { code: 7 };").error["evalue"] == "{ code: 7 }"


def test_a_shape_error_of_the_engine_points_at_the_cell(session):
    session.run('import { randn } from "tapelab";')
    error = session.run("const a = randn([2, 3]);\na.matmul(randn([2, 3]));").error
    assert error["ename"] == "ShapeError"
    assert error["evalue"] == "matmul: inner sizes must agree ([m, k] @ [k, n]), but got [2, 3] and [2, 3]"
    assert any(re.fullmatch(r"    at \(cell\[\d+\]:2:3\)", line) for line in error["traceback"])
    assert not any("/dist/" in line for line in error["traceback"])


def test_queued_cells_are_aborted_after_an_error_and_later_ones_run(session):
    first = session.send("throw new Error('stop');")
    second = session.send("console.log('never');")
    session.collect(first)
    run = session.collect(second)
    assert run.reply["status"] == "aborted" and run.stdout == ""
    assert session.run("1").text == "1"


def test_stop_on_error_can_be_off(session):
    first = session.send("throw new Error('go on');", stop_on_error=False)
    second = session.send("2")
    session.collect(first)
    assert session.collect(second).text == "2"


def test_late_errors_are_shown_below_their_cell(session):
    mid = session.send("setTimeout(() => { throw new Error('from a timer'); }, 20); 'done'")
    run = session.collect(mid)
    assert run.reply["status"] == "ok"
    error = session.wait_for(mid, "error")
    assert error["evalue"] == "from a timer" and "setTimeout(() => { throw" in "".join(error["traceback"])
    assert session.run("1").text == "1"


def test_an_unhandled_rejection_is_an_error_of_the_cell_that_caused_it(session):
    first = session.send("void (async () => { await new Promise((d) => setTimeout(d, 300)); throw new Error('rejected late'); })(); 'started'")
    session.collect(first)
    session.run("'another cell'")
    assert session.wait_for(first, "error")["evalue"] == "rejected late"


def test_an_unhandled_rejection_fails_the_running_cell(session):
    for code in ["void Promise.reject(new RangeError('forgotten'));\n1", "void (async () => { throw new RangeError('forgotten'); })();\nawait new Promise((d) => setTimeout(d, 5000));"]:
        run = session.run(code)
        assert run.reply["status"] == "error" and run.error["evalue"] == "forgotten" and run.stderr == ""
    assert session.run("await Promise.reject(1).catch(() => 'handled')").text == "'handled'"


def test_functions_of_old_cells_still_have_source_lines(session):
    count = session.run("const lift = (x: number) => {\n  // its second line\n  throw new Error(`long ago ${x}`);\n};").reply["execution_count"]
    for i in range(120):
        session.run(f"const filler = {i};")
    text = "\n".join(session.run("lift(1)").error["traceback"])
    assert f"at lift (cell[{count}]:3:9)" in text and "3 |   throw new Error" in text


def test_output_can_be_cleared(session):
    run = session.run("console.log('a');\nclearOutput({ wait: true });\nconsole.log('b');")
    kinds = [(m["msg_type"], m["content"].get("text", m["content"].get("wait"))) for m in run.messages if m["msg_type"] in ("stream", "clear_output")]
    assert kinds == [("stream", "a\n"), ("clear_output", True), ("stream", "b\n")]


def test_messages_have_the_names_of_the_source(session):
    session.run("const made: any = { exports: {} }, five: any = 5, exports: any = {};")
    cases = {
        "made.train()": "made.train is not a function",
        "made.exports.train()": "made.exports.train is not a function",
        "exports.train()": "exports.train is not a function",
        "five()": "five is not a function",
        "five`a`": "five is not a function",
        "[...five]": "five is not iterable",
        "new five()": "five is not a constructor",
        "(() => { const { a } = made.none; })()": "Cannot destructure property 'a' of 'made.none' as it is undefined.",
        'import fs from "fs";\n(fs as any).none()': "fs.none is not a function",
        'import { join } from "path";\n(join as any)()()': None,
    }
    for code, message in cases.items():
        error = session.run(code).error
        assert message is None or error["evalue"] == message, f"{code}: {error['evalue']}"
        assert "exports.made" not in str(error) and "(0 ," not in str(error), error
    assert "TypeError: made.train is not a function" in session.run("try { made.train(); } catch (e) { console.error(e); }").stderr


def test_an_unterminated_string_is_one_error(session):
    for code, line, message in [
        ("const a = {", 1, "'}' expected."),
        ("[1, 2", 1, "']' expected."),
        ("if (true) {\n  1", 2, "'}' expected."),
        ("class A {", 1, "'}' expected."),
        ("await f(", 1, "')' expected."),
    ]:
        error = session.run(code).error
        assert error["evalue"].split("\n") == [f"{line}:{len(code.splitlines()[-1]) + 1} {message}"], f"{code}: {error['evalue']}"
    error = session.run("function (").error["evalue"]
    assert "export" not in error and "(Missing)" not in error, error
    error = session.run("%matplotlib inline").error["evalue"]
    assert "Cannot find name" not in error, error


def test_errors_of_nested_and_causing_aggregates_are_shown(session):
    inner = "new AggregateError([new Error('deep'), new TypeError('deeper')], 'inner')"
    traceback = "\n".join(session.run(f"throw new AggregateError([new Error('flat'), {inner}], 'outer')").error["traceback"])
    assert "2 of 2: AggregateError: inner" in traceback and "2 of 2, 1 of 2: Error: deep" in traceback, traceback
    traceback = "\n".join(session.run(f"throw new Error('outer', {{ cause: {inner} }})").error["traceback"])
    assert "Caused by: AggregateError: inner" in traceback and "2 of 2: TypeError: deeper" in traceback, traceback
    around = "const around: any = new AggregateError([], 'a');\nconst other = new AggregateError([around], 'b');\naround.errors.push(other, around);\nthrow around"
    assert session.run(around).error["ename"] == "AggregateError"
