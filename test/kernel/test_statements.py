"""Statements that cells allow in addition to those of scripts or modules."""

import json

import pytest
from client import TIMEOUT, kernel


@pytest.mark.parametrize(
    "code, expected",
    [
        ("const e1 = 1;\nexport { e1 };\ne1", "1"),
        ("export default 5", "5"),
        ("export default { a: 1 };", "{ a: 1 }"),
        ("export default function named() { return 7; }\nnamed()", "7"),
        ("export default class Whole { x = 1 }\nnew Whole().x", "1"),
        ("let semi = 1\nexport default function () { return 1; }", "[Function (anonymous)]"),
        ('export { join as joined } from "node:path";\njoined("a", "b")', "'a/b'"),
        ('export * from "node:os";\ntypeof cpus', "'function'"),
        ('export * as paths from "node:path";\npaths.sep', "'/'"),
        ('export type { Stats } from "node:fs";\nlet st: Stats | null = null;\nst', "null"),
        ("type T1 = number;\nexport type { T1 };\nexport type T2 = T1;\n1 satisfies T2", "1"),
        ('import fs = require("node:fs");\ntypeof fs.readFileSync', "'function'"),
        ('import type { Dirent } from "node:fs";\nlet de: Dirent | null = null;\nde', "null"),
        ("export = 6", "6"),
        ("@((c: unknown, _: unknown) => c as never) export class Decorated { x = 3 }\nnew Decorated().x", "3"),
        ("namespace M1 { export namespace M2 { export const z = 3; } }\nexport import M3 = M1.M2;\nM3.z", "3"),
        ("// @ts-nocheck\nconst nocheck: string = 6;\nnocheck", "6"),
        ("/* about */\n// @ts-nocheck: on purpose\nconst nocheck2: string = 6;\nnocheck2", "6"),
        ("// @ts-ignore\nconst ignored: string = 6;\nignored", "6"),
        ("// @ts-expect-error\nconst wrong: string = 6;\nwrong", "6"),
        ("{ a: 1, b: 2 }", "{ a: 1, b: 2 }"),
        ("/* an */ { a: [1], ...{ c: 3 } }; // object", "{ a: [ 1 ], c: 3 }"),
        ("{ a: await Promise.resolve(2), b: 3 }", "{ a: 2, b: 3 }"),
        ("{}", "{}"),
        ("{ e1 }", "{ e1: 1 }"),
        ("(function () { return typeof new.target; })()", "'undefined'"),
        ("'use strict'", "'use strict'"),
        ("#!/usr/bin/env node\n1 + 1", "2"),
        ("\ufeffconst bom = 1;\r\nbom", "1"),
    ],
)
def test_it_runs(session, code, expected):
    assert session.run(code).text == expected


@pytest.mark.parametrize("code", ["{ let q = 1; print(q); }", "{ print(1); }", "// only a comment", "/* only */", "'use strict'; const strict1 = 1;", "{ const q = 2; }", ";"])
def test_declarations_have_no_value(session, code):
    run = session.run(code)
    assert run.reply["status"] == "ok" and not run.of("execute_result")


def test_exported_declarations_are_visible_in_later_cells(session):
    session.run('export { basename } from "node:path";\nexport * from "node:url";')
    assert session.run("basename('/a/b') + typeof fileURLToPath").text == "'bfunction'"


def test_a_namespace_declared_again_replaces_types_and_values(session):
    session.run("namespace Again { export const a = 1; export interface P { x: number } }")
    session.run("namespace Again { export const b = 2; }")
    assert session.run("Again").text == "{ b: 2 }"
    assert "Property 'a' does not exist" in session.run("Again.a").error["evalue"]
    assert "no exported member 'P'" in session.run("let p: Again.P;").error["evalue"]
    both = "enum Level { Low = 1 }\nenum Level { High = 2 }\nfunction both() { return 1; }\nnamespace both { export const extra = 2; }\nclass Has {}\nnamespace Has { export const one = 1; }\n[Level.Low, Level.High, both(), both.extra, Has.one].join()"
    for _ in range(2):
        assert session.run(both).text == "'1,2,1,2,1'"
    session.run("enum Level { Top = 3 }\nfunction both() { return 5; }\nclass Has { x = 1; }")
    assert session.run("[Object.values(Level), both(), 'extra' in both, 'one' in Has].join()").text == "'Top,3,5,false,false'"
    assert "'extra' does not exist" in session.run("both.extra").error["evalue"]


def test_a_redeclared_global_has_its_later_type(session):
    session.run("declare global { interface Array<T> { last2(): T; first2: T }  var shared2: number; }\nglobalThis.shared2 = 4;")
    session.run("declare global { interface Array<T> { first2(): T }  var shared2: string; }\nglobalThis.shared2 = 'x';")
    assert session.run("shared2.toUpperCase()").text == "'X'"
    assert session.run("() => [1].first2() + [1].last2()").reply["status"] == "ok"


def test_line_numbers_are_those_of_the_editor(session):
    error = session.run("const line = '\u2028';\r\nconst other = `\u2029`;\nnull!.x;").error
    assert error["evalue"].startswith("3:")
    error = session.run("const par = '\u2028\u2029';\nfunction thrower2() {\n  throw new Error('x');\n}\nthrower2();").error
    assert any(":3:9)" in line for line in error["traceback"])


def complete(session, code):
    session.client.is_complete(code)
    return session.client.get_shell_msg(timeout=TIMEOUT)["content"]["status"]


@pytest.mark.parametrize(
    "code, status",
    [
        ("const t = `a\n\n\n", "incomplete"),
        ("`${a", "incomplete"),
        ("/* open\n\n\n", "incomplete"),
        ("const r = /ab", "incomplete"),
        ("'a\\", "incomplete"),
        ("<div>", "incomplete"),
        ("f(", "incomplete"),
        ("{ a: 1,", "incomplete"),
        ("class A {", "incomplete"),
        ("{ a: 1, b: 2 }", "complete"),
        ("<number>(1 as unknown)", "complete"),
        ("await (1)", "complete"),
        ("`a`", "complete"),
        ("const a = 'x", "invalid"),
        ("const = 1", "invalid"),
        ("/ab\n1", "invalid"),
    ],
)
def test_whether_code_is_complete(session, code, status):
    assert complete(session, code) == status


def test_type_errors_as_warnings(session):
    run = session.run("//! types warn\nconst loose: string = 5;\nloose")
    assert run.text == "5" and run.stderr == ""
    [shown] = run.of("display_data")
    assert shown["data"]["text/plain"] == "TypeWarning: Type 'number' is not assignable to type 'string'.\n   2 | const loose: string = 5;\n     |       ^^^^^\n    at (cell[" + str(run.reply["execution_count"]) + "]:2:7)"
    assert "TypeWarning" in shown["data"]["text/html"]
    assert not session.run("//! types off\nconst loose2: string = 5;").of("display_data")
    assert session.run("const strict2: string = 5;").reply["status"] == "error"
    assert session.run("//! types warn\nconst = 5;").error["ename"] == "CompileError"
    assert session.run("//! types warn\nnoSuchName").error["ename"] == "ReferenceError"
    assert "//! types warn|off|error" in session.run("//! typos warn").error["evalue"]


def test_type_errors_as_warnings_of_a_project(tmp_path):
    (tmp_path / "tsconfig.json").write_text(json.dumps({"tapelab": {"types": "warn"}}))
    with kernel(tmp_path) as s:
        run = s.run("const loose: string = 5;\nloose")
        assert run.text == "5" and len(run.of("display_data")) == 1
        assert s.run("//! types error\nconst tight: string = 5;").error["ename"] == "CompileError"


@pytest.mark.parametrize("name", ["fs", "http", "http2", "https", "net", "stream", "worker_threads", "crypto", "path", "util", "test", "perf_hooks", "fs/promises", "zlib", "vm"])
def test_an_awaited_node_module_keeps_its_types(session, name):
    """Some of their types cannot be named in a declaration."""
    assert session.run(f"const kept = await import('node:{name}');\ntypeof kept").text == "'object'"
    run = session.run("const wrong: number = kept;")
    assert run.error["ename"] == "CompileError", "a later cell does not know its type"


def test_an_awaited_module_keeps_its_types_in_later_cells(session):
    session.run("const http = await import('node:http');")
    run = session.run("http.createServer((request) => { const n: number = request.method; });")
    assert "Type 'string | undefined' is not assignable to type 'number'" in run.error["evalue"], run.error
    assert session.run("const path = await import('node:path');\n[path.default.join('a', 'b'), path.join('c', 'd')]").text == "[ 'a/b', 'c/d' ]"
    assert session.run("const tapelab = await import('tapelab');\ntapelab.tensor([1]).toArray()").text == "[ 1 ]"


def test_types_that_declarations_cannot_name_are_not_errors(session):
    for code, value in [
        ("const mixin = <T extends new (...a: any[]) => object>(Base: T) => class extends Base { private hidden = 1; shown = 2 };\nnew (mixin(Object))().shown", "2"),
        ("function enclosing() { interface Local { a: number } return { l: { a: 4 } as Local }; }\nconst enclosed = enclosing();\nenclosed.l.a", "4"),
        ("const sym = Symbol('s');\nfunction keyed() { return { [sym]: 1 }; }\nkeyed()[sym]", "1"),
    ]:
        assert session.run(code).text == value
