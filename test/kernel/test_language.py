"""Code in cells: packages, Node's library, declarations, and inspection."""

import json
import time

import pytest
from client import kernel


def package(folder, name, source, declarations, **manifest):
    where = folder / "node_modules" / name
    where.mkdir(parents=True)
    (where / "index.js").write_text(source)
    (where / "index.d.ts").write_text(declarations)
    (where / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0", **manifest}))


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modern")
    exports = {".": {"types": "./index.d.ts", "import": "./index.js"}}
    package(folder, "import-only", "export const v = 42;\nexport default 7;\n", "export declare const v: number;\ndeclare const d: number;\nexport default d;\n", type="module", exports=exports)
    package(folder, "awaits", "export const v = await Promise.resolve(5);\n", "export declare const v: number;\n", type="module", exports=exports)
    package(folder, "commonjs", "exports.v = 3;\n", "export declare const v: number;\n", main="index.js", types="index.d.ts")
    with kernel(folder) as s:
        s.folder = folder
        yield s


@pytest.mark.parametrize(
    "code, expected",
    [
        ('import { v } from "import-only"; v', "42"),
        ('import whole from "import-only"; whole', "7"),
        ('import { v as awaited } from "awaits"; awaited', "5"),
        ('import { v as common } from "commonjs"; common', "3"),
        ('(await import("import-only")).v', "42"),
        ('(await import("awaits")).v', "5"),
        ('import * as path from "node:path"; path.basename("/a/b")', "'b'"),
        ("[3, 1, 2].toSorted()", "[ 1, 2, 3 ]"),
        ("[1, 2, 3].findLast((x) => x < 3)", "2"),
        ("Object.groupBy([1, 2], (x) => String(x))['1']", "[ 1 ]"),
        ("new Set([1]).union(new Set([2])).size", "2"),
        ("typeof Promise.withResolvers<number>().resolve", "'function'"),
        ("await Array.fromAsync([1, 2])", "[ 1, 2 ]"),
        ("crypto.randomUUID().length", "36"),
        ("typeof fetch", "'function'"),
        ("'a'.isWellFormed()", "true"),
        ("const __x = 1; __x", "1"),
        ("__x + 1", "2"),
        ("export const exported = 3; exported", "3"),
        ("exported + 1", "4"),
        ("export function f1(): number { return 5; }\nf1()", "5"),
        ("let total = 0;\nfor await (const x of [Promise.resolve(1), 2]) total += await x;\ntotal", "3"),
        ("[1, 2, 3].values().map((x) => x * 2).toArray()", "[ 2, 4, 6 ]"),
    ],
)
def test_it_runs(session, code, expected):
    assert session.run(code).text == expected


def test_the_working_folder_is_the_notebooks(session):
    assert session.run("import.meta.dirname").text == f"'{session.folder}'"
    assert session.run("__dirname").text == f"'{session.folder}'"


def test_the_error_of_a_missing_package_says_how_to_install_it(session):
    error = session.run('import { x } from "@some/thing/deep";').error
    assert error["evalue"].startswith("1:19 Cannot find module '@some/thing/deep'")
    assert 'run "npm install @some/thing"' in error["evalue"]


def test_warnings_of_node_are_not_output_of_the_cell(session):
    run = session.run("process.emitWarning('old'); await new Promise((d) => setTimeout(d, 20)); 1")
    assert run.text == "1" and run.stderr == ""


def test_positions_behind_a_removed_export_are_right(session):
    assert session.run("export const good = 1; const bad: string = 2;").error["evalue"].startswith("1:30 ")


def test_a_package_that_is_installed_later_is_found(session):
    missing = 'import { v as late } from "comes-late"; late'
    assert "Cannot find module 'comes-late'" in session.run(missing).error["evalue"]
    package(session.folder, "comes-late", "exports.v = 9;\n", "export declare const v: number;\n", main="index.js", types="index.d.ts")
    assert session.run(missing).text == "9"
    assert session.run("late + 1").text == "10"


def test_an_edited_file_is_read_again(session):
    file = session.folder / "beside.ts"
    use = 'import { beside } from "./beside"; beside'
    assert "./beside" in session.run(use).error["evalue"]
    for value in ["1", "'text'"]:
        file.write_text(f"export const beside = {value};\n")
        # file time stamps are coarse
        for _ in range(50):
            run = session.run(use)
            if run.of("execute_result") and run.text == value:
                break
            time.sleep(0.1)
        assert run.text == value


def test_all_kinds_of_declarations_are_visible_in_later_cells(session):
    session.run(
        "namespace Space { export const a = 1; export interface Point { x: number } }\nenum Color { Red, Green }\ntype Pair = [number, string];\n"
        "interface Named { name: string }\nabstract class Base { abstract f(): number }\n"
        "declare global { interface Array<T> { second(): T } }\nArray.prototype.second = function () { return this[1]; };"
    )
    session.run("1 + 1")
    code = "const pair: Pair = [Color.Green, 'a'];\nconst named: Named = { name: 'n' };\nconst point: Space.Point = { x: Space.a };\nclass Derived extends Base { f() { return [1, 2].second(); } }\n[pair[0], named.name, point.x, new Derived().f()].join()"
    assert session.run(code).text == "'1,n,1,2'"


def test_detailed_inspection_includes_the_declaration(session):
    session.run("/** A place in the plane. */\nclass Place {\n  x = 1;\n  /** Its distance from the origin. */\n  far(): number { return this.x; }\n}\nconst place = new Place();")
    short = session.request(session.client.inspect("place.far()", 8, detail_level=0))["data"]
    assert "(method) Place.far(): number" in short["text/plain"] and "distance from the origin" in short["text/plain"]
    assert short["text/markdown"].startswith("```typescript\n")
    full = session.request(session.client.inspect("Place", 5, detail_level=1))["data"]
    assert "far(): number;" in full["text/plain"] and full["text/markdown"].count("```") >= 4
    assert "far(): number;" not in session.request(session.client.inspect("Place", 5, detail_level=0))["data"]["text/plain"]
    assert session.request(session.client.inspect("nothingOfThat", 5))["found"] is False
