"""Imports of files and packages: the type checker and the running cells load the same modules."""

import json
import os

import pytest
from client import kernel

FILES = {
    "dir/index.ts": "export const where: string = 'dir';",
    "a.service.ts": "export const service: string = 'service';",
    "m.mts": "export const m: number = 2;",
    "c.cts": "export = { c: 3 as number };",
    "j.jsx": "export const j = (() => 4)();",
    "view.tsx": "const React = { createElement: (tag: string) => tag };\ndeclare global { namespace JSX { interface IntrinsicElements { b: object } } }\nexport const view: unknown = <b />;",
    "awaits.ts": "export const awaited: number = await Promise.resolve(5);",
    "awaits.mjs": "import { awaited } from './awaits.ts';\nexport const twice = awaited * (await 2);",
    "engine.mjs": "import { tensor, Tensor } from 'tapelab';\nexport const made = tensor([1, 2]);\nexport { Tensor };",
    "old.cjs": "const { m } = require('./m.mts');\nexports.folder = __dirname;\nexports.m = m;\nexports.name = require.resolve('./dir');",
    "plain.js": "module.exports = function f(a) { return a + 1; };\nmodule.exports.more = 6;",
    "esm.js": "import { createRequire } from 'node:module';\nimport { dirname } from 'node:path';\nimport { fileURLToPath } from 'node:url';\nconst require = createRequire(import.meta.url);\nconst __dirname = dirname(fileURLToPath(import.meta.url));\nexport const own = [__dirname === import.meta.dirname, require('./old.cjs').m];",
    "names.ts": "export const names: string[] = [__dirname, __filename, import.meta.dirname, import.meta.filename];\nexport const other: string = import.meta.resolve('./dir');",
    "data.json": '{ "a": 7, "b": { "c": [1] } }',
    "lazy.ts": "export const lazy = async (name: string): Promise<number> => (await import(`./${name}`)).m;",
    "hash.ts": "import { inside } from '#inside';\nexport const hash: string = inside;",
    "src/inside.ts": "export const inside: string = 'inside';",
    "ping.ts": "import { pong } from './pong';\nexport function ping(n: number): string { return n === 0 ? 'ping' : pong(n - 1); }\nexport const first: string = pong(0);",
    "pong.ts": "import { ping } from './ping';\nexport function pong(n: number): string { return n === 0 ? 'pong' : ping(n - 1); }\nexport const early: string = ping(0);",
    "reexport.ts": "export * from './m.mjs';\nexport * as dir from './dir';\nexport { service as default, type Service } from './typed';",
    "typed.ts": "export interface Service { name: string }\nexport const service: Service = { name: 'typed' };",
    "enum.ts": "export enum Color { Red, Green }\nexport const enum Size { S = 1, L = 9 }\nexport namespace Space { export const x = 1; }\nexport class P { constructor(readonly n: number) {} }",
    "shebang.ts": "#!/usr/bin/env node\nexport const shebang: boolean = true;",
    "with space.ts": "export const spaced: boolean = true;",
    "declared.js": "export const declared = 8;",
    "declared.d.ts": "export declare const declared: 8;",
    "both.js": "export const both = 'js';",
    "both.ts": "export const both: string = 'ts';",
    "types.d.ts": "export interface OnlyType { x: number }",
    "package.json": '{ "name": "self", "type": "module", "imports": { "#inside": "./src/inside.js", "#all/*": "./src/*.ts" }, "exports": { "./feature": "./src/inside.js", ".": "./dir/index.js" } }',
    "node_modules/import-only/package.json": '{ "name": "import-only", "type": "module", "exports": { ".": { "types": "./i.d.ts", "import": "./i.js" } } }',
    "node_modules/import-only/i.js": "export const v = 42;\nexport default 7;",
    "node_modules/import-only/i.d.ts": "export declare const v: number;\ndeclare const d: number;\nexport default d;",
    "node_modules/waits/package.json": '{ "name": "waits", "type": "module", "exports": "./i.js" }',
    "node_modules/waits/i.js": "export const v = await Promise.resolve(5);\nexport default 'whole';",
    "node_modules/waits/i.d.ts": "export declare const v: number;\ndeclare const d: string;\nexport default d;",
    "node_modules/dual/package.json": '{ "name": "dual", "exports": { ".": { "import": { "types": "./i.d.mts", "default": "./i.mjs" }, "require": "./r.cjs" }, "./deep/*": { "types": "./deep/*.d.ts", "default": "./deep/*.js" } } }',
    "node_modules/dual/i.mjs": "export const by = 'import';",
    "node_modules/dual/i.d.mts": "export declare const by: string;",
    "node_modules/dual/r.cjs": "exports.by = 'require';",
    "node_modules/dual/deep/x.js": "exports.x = 'deep';",
    "node_modules/dual/deep/x.d.ts": "export declare const x: string;",
    "node_modules/source/package.json": '{ "name": "source", "main": "src/index.ts" }',
    "node_modules/source/src/index.ts": "export { n } from './n';\nexport enum E { A = 3 }",
    "node_modules/source/src/n.ts": "export const n: number = 11;",
    "node_modules/ships-both/package.json": '{ "name": "ships-both", "main": "index" }',
    "node_modules/ships-both/index.js": "exports.from = 'js';",
    "node_modules/ships-both/index.ts": "export const from: string = 'ts';",
    "node_modules/on-engine/package.json": '{ "name": "on-engine", "type": "module", "exports": "./i.js" }',
    "node_modules/on-engine/i.js": "import { Tensor } from 'tapelab';\nexport const check = (x) => x instanceof Tensor;",
}


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modules")
    write(folder, FILES)
    with kernel(folder) as s:
        s.folder = folder
        yield s


@pytest.mark.parametrize(
    "code, expected",
    [
        ('import { where } from "./dir"; where', "'dir'"),
        ('import { where as slashed } from "./dir/"; slashed', "'dir'"),
        ('import { where as index } from "./dir/index.js"; index', "'dir'"),
        ('import { service } from "./a.service"; service', "'service'"),
        ('import { m } from "./m.mts"; m', "2"),
        ('import { m as emitted } from "./m.mjs"; emitted', "2"),
        ('import { m as bare } from "./m"; bare', "2"),
        ('import { service as ts } from "./a.service.ts"; ts', "'service'"),
        ('import { service as js } from "./a.service.js"; js', "'service'"),
        ('import c from "./c.cts"; c.c', "3"),
        ('import { j } from "./j"; j', "4"),
        ('import { view } from "./view"; view', "'b'"),
        ('import { awaited } from "./awaits"; awaited', "5"),
        ('import { twice } from "./awaits.mjs"; twice', "10"),
        ('(await import("./awaits.mjs")).twice', "10"),
        ('import { made, Tensor } from "./engine.mjs"; made instanceof Tensor', "true"),
        ('import { tensor, Tensor as OfCell } from "tapelab"; [made instanceof OfCell, tensor([1]) instanceof Tensor]', "[ true, true ]"),
        ('import old from "./old.cjs"; [old.folder === __dirname, old.m, old.name.endsWith("/dir/index.ts")]', "[ true, 2, true ]"),
        ('import f from "./plain.js"; [f(1), f.more]', "[ 2, 6 ]"),
        ('import { own } from "./esm.js"; own', "[ true, 2 ]"),
        ('import { names } from "./names"; names.every((name) => name.startsWith(__dirname))', "true"),
        ('import { other } from "./names"; other.endsWith("/dir/index.ts")', "true"),
        ('import data from "./data.json"; data.b.c', "[ 1 ]"),
        ('import { a } from "./data.json"; a', "7"),
        ('(await import("./data.json")).default.a', "7"),
        ('require("./data.json").a', "7"),
        ('import { lazy } from "./lazy"; await lazy("m.mjs")', "2"),
        ('import { hash } from "./hash"; hash', "'inside'"),
        ('import { inside } from "#all/inside"; inside', "'inside'"),
        ('import { inside as feature } from "self/feature"; feature', "'inside'"),
        ('import { where as self } from "self"; self', "'dir'"),
        ('import { ping, first } from "./ping"; import { early } from "./pong"; [ping(3), first, early]', "[ 'pong', 'pong', 'ping' ]"),
        ('import named, { m as starred, dir, type Service } from "./reexport"; const held: Service = named; [held.name, starred, dir.where]', "[ 'typed', 2, 'dir' ]"),
        ('import { Color, Size, Space, P } from "./enum"; [Color.Green, Size.L, Space.x, new P(4).n]', "[ 1, 9, 1, 4 ]"),
        ('import { shebang } from "./shebang"; shebang', "true"),
        ('import { spaced } from "./with space"; spaced', "true"),
        ('import { declared } from "./declared"; const eight: 8 = declared; eight', "8"),
        ('import { both } from "./both"; both', "'ts'"),
        ('import { both as emittedBoth } from "./both.js"; emittedBoth', "'ts'"),
        ('import type { OnlyType } from "./types"; const only: OnlyType = { x: 1 }; only.x', "1"),
        ('import { v } from "import-only"; v', "42"),
        ('import { v as waited } from "waits"; waited', "5"),
        ('import whole from "waits"; whole', "'whole'"),
        ('const dynamic = "waits"; (await import(dynamic)).v', "5"),
        ('import { by } from "dual"; by', "'import'"),
        ('require("dual").by', "'require'"),
        ('import { x } from "dual/deep/x"; x', "'deep'"),
        ('import { n, E } from "source"; [n, E.A]', "[ 11, 3 ]"),
        ('import { from } from "ships-both"; from', "'js'"),
        ('import { check } from "on-engine"; check(made)', "true"),
        ("[typeof require.resolve.paths, require.resolve('fs')]", "[ 'function', 'fs' ]"),
        ('import.meta.resolve("node:fs")', "'node:fs'"),
        ('import.meta.resolve("./dir").startsWith("file:///")', "true"),
        ('import { createRequire } from "node:module";\nconst own2 = createRequire(import.meta.url);\nown2("./data.json").a', "7"),
        ('own2("./dir").where + own2.resolve("./dir").endsWith("/dir/index.ts")', "'dirtrue'"),
    ],
)
def test_it_is_loaded(session, code, expected):
    assert session.run(code).text == expected


@pytest.mark.parametrize("form", ["{}", "file://{}"])
@pytest.mark.parametrize("extension", ["", ".mts", ".mjs"])
def test_absolute_paths(session, form, extension):
    specifier = form.format(session.folder / "m") + extension
    assert session.run(f'import {{ m as absolute }} from "{specifier}"; absolute').text == "2"


@pytest.mark.parametrize(
    "code, words",
    [
        ('import { x } from "./nothing";', "Cannot find module './nothing'"),
        ('import { x } from "dual/hidden";', "Cannot find module 'dual/hidden'"),
        ('import { x } from "#nothing";', "Cannot find module '#nothing'"),
        ('require("./nothing")', "Cannot find module './nothing'"),
        ('await import("./noth" + "ing")', "Cannot find module './nothing'"),
        ('require("./awaits?again")', "only import and import() can load it"),
        ('require("./package.jso")', "Cannot find module './package.jso'"),
    ],
)
def test_a_missing_module_is_named(session, code, words):
    assert words in session.run(code).error["evalue"]


def test_a_file_that_is_not_a_module_is_an_error(session):
    write(session.folder, {"table.csv": "1,2"})
    assert "read it with fs.readFileSync" in session.run('require("./table.csv")').error["evalue"]


def test_imports_in_comments_and_strings_are_not_loaded(session):
    write(session.folder, {f"node_modules/{name}/index.js": f"globalThis.{name} = true;" for name in ["quoted", "commented"]})
    run = session.run('const text = `require("quoted") import "quoted"`; // require("commented")\n/* import "commented"; */ const g = globalThis as any;\n[g.quoted, g.commented]')
    assert run.text == "[ undefined, undefined ]"


@pytest.mark.parametrize("name", ["edited.ts", "edit.mts", "changed.mjs", "edited.cjs", "change.js", "edited.json"])
def test_an_edited_file_is_loaded_again(session, name):
    texts = {"ts": "export const value: number = {};", "js": "export const value = {};", "cjs": "exports.value = {};", "json": '{{ "value": {} }}'}
    text = texts.get(name.split(".")[1], texts["js"])
    for value in range(4):
        write(session.folder, {name: text.format(value)})
        assert session.run(f'import {{ value }} from "./{name}"; value').text == str(value)
        assert session.run(f'(await import("./{name}")).value').text == str(value)
        assert session.run(f'require("./{name}").value').text == str(value)


def test_the_types_of_an_edited_file_are_current(session):
    write(session.folder, {"grows.ts": "export const one = 1;"})
    assert "no exported member" in session.run('import { two } from "./grows"; two').error["evalue"]
    write(session.folder, {"grows.ts": "export const one = 1, two = 'two';"})
    assert session.run('import { two } from "./grows"; two').text == "'two'"
    write(session.folder, {"grows.ts": "export const one = 1;"})
    assert "no exported member" in session.run('import { two } from "./grows"; two').error["evalue"]


def test_a_file_that_is_created_later_is_found(session):
    write(session.folder, {"waiting.ts": "export { late } from './late';"})
    assert "Cannot find module './late'" in session.run('import { late } from "./waiting"; late').error["evalue"]
    write(session.folder, {"late.ts": "export const late = 'came';"})
    assert session.run('import { late } from "./waiting"; late').text == "'came'"
    (session.folder / "late.ts").unlink()
    assert "Cannot find module './late'" in session.run('import { late } from "./waiting"; late').error["evalue"]
    write(session.folder, {"late/index.ts": "export const late = 'folder';"})
    assert session.run('import { late } from "./waiting"; late').text == "'folder'"


def test_an_edit_reloads_only_the_importers_of_the_file(session):
    write(session.folder, {"leaf.ts": "export const leaf = 1;", "middle.mjs": "export { leaf } from './leaf.ts';", "top.ts": "import { leaf } from './middle.mjs';\nexport const top = leaf * 10;", "apart.ts": "export const state = { count: 0 };"})
    use = 'import { top } from "./top"; import { state } from "./apart"; [top, ++state.count]'
    assert session.run(use).text == "[ 10, 1 ]"
    assert session.run(use).text == "[ 10, 2 ]"
    write(session.folder, {"leaf.ts": "export const leaf = 2;"})
    assert session.run(use).text == "[ 20, 3 ]"


@pytest.mark.parametrize("name", ["throws.ts", "throws.mjs", "throws.cjs", "node_modules/throws-too/index.js"])
def test_a_module_that_throws_runs_once(session, name):
    specifier = "throws-too" if "node_modules" in name else f"./{name}"
    write(session.folder, {name: "globalThis.loads = (globalThis.loads ?? 0) + 1;\nthrow new RangeError('broken');".replace("globalThis", "(globalThis as any)" if name.endswith("ts") else "globalThis")})
    session.run("(globalThis as any).loads = 0;")
    assert session.run(f'import "{specifier}";').error["evalue"] == "broken"
    assert session.run("(globalThis as any).loads").text == "1"


def test_a_repaired_module_is_loaded(session):
    write(session.folder, {"mended.ts": "export const mended: number = 1;\nthrow new Error('not yet');"})
    assert session.run('import { mended } from "./mended"; mended').error["evalue"] == "not yet"
    write(session.folder, {"mended.ts": "export const mended: number = 2;"})
    assert session.run('import { mended } from "./mended"; mended').text == "2"


@pytest.mark.parametrize(
    "name, text, place",
    [
        ("bad/types.ts", "export const a = 1;\n\nexport const b: string = 2;", "bad/types.ts:3:14"),
        ("bad/chain.ts", "export const a: { x: { y: string } } = { x: { y: 1 } };\nexport const f: (a: string) => void = (a: number) => {};", "bad/chain.ts:1:47"),
        ("bad/syntax.ts", "export const a = 1;\nexport const b = = 2;", "bad/syntax.ts:2:18"),
        ("bad/syntax.mjs", "export const a = 1;\nexport const b = = 2;", "bad/syntax.mjs:2:18"),
        ("bad/view.tsx", "export const a = 1;\nexport const b: string = 2;", "bad/view.tsx:2:14"),
        ("bad/module.mts", "export const a = 1;\nexport const b: string = 2;", "bad/module.mts:2:14"),
        ("../outside/bad.ts", "export const a = 1;\nexport const b: string = 2;", "../outside/bad.ts:2:14"),
    ],
)
def test_a_type_error_in_a_file_has_its_position(session, name, text, place):
    write(session.folder, {name: text})
    prefix = "" if name.startswith("..") else "./"
    error = session.run(f'import {{ a }} from "{prefix}{name}"; a').error
    assert error["ename"] == "CompileError"
    assert f"    at ({place})" in error["traceback"]


def test_a_frame_in_a_file_has_its_source_line(session):
    write(session.folder, {"frame.ts": "interface Gone { x: number }\n\n\nexport function deep(x: Gone): never {\n  throw new Error(`deep ${x.x}`);\n}"})
    traceback = session.run('import { deep } from "./frame"; deep({ x: 1 })').error["traceback"]
    assert "    at deep (./frame.ts:5:9)" in traceback, traceback


def test_a_syntax_error_in_a_dynamically_imported_file_has_its_position(session):
    write(session.folder, {"late-syntax.mjs": "export const a = 1;\nexport const b = = 2;"})
    error = session.run('const lateName = "./late-syntax.mjs"; await import(lateName)').error
    assert error["ename"] == "SyntaxError" and "late-syntax.mjs:2:18" in error["evalue"]


def test_webassembly(session):
    # (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    bytes_ = bytes.fromhex("0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b")
    (session.folder / "add.wasm").write_bytes(bytes_)
    assert session.run('import { add } from "./add.wasm"; add(2, 3)').text == "5"
    assert "no exported member 'sub'" in session.run('import { sub } from "./add.wasm"; sub').error["evalue"]


def test_a_broken_addon_is_an_error(session):
    (session.folder / "broken.node").write_bytes(b"no library")
    assert "broken.node" in session.run('import addon from "./broken.node"; addon').error["evalue"]


def test_an_import_that_was_interrupted_can_be_repeated(session):
    write(session.folder, {"stuck.ts": "export const stuck: number = 1;\nconsole.log('runs');\nwhile ((globalThis as any).go !== true) {}"})
    message = session.start('import { stuck } from "./stuck"; stuck')
    session.manager.interrupt_kernel()
    assert session.collect(message).error["ename"] == "KeyboardInterrupt"
    session.run("(globalThis as any).go = true;")
    assert session.run('import { stuck } from "./stuck"; stuck').text == "1"


PROJECT = {
    "package.json": '{ "name": "root", "workspaces": ["packages/*"] }',
    "tsconfig.json": '{\n  // of the whole project\n  "compilerOptions": { "baseUrl": ".", "strict": true, "paths": { "@/*": ["./src/*"], "~util": ["./src/util.ts"], }, },\n}',
    "src/util.ts": "import { part } from '@/part';\nexport const util: string = part + '!';",
    "src/part.ts": "export const part: string = 'part';",
    "src/deep/index.ts": "export const deep: number = 1;",
    "packages/lib/package.json": '{ "name": "@root/lib", "type": "module", "exports": { ".": "./src/index.ts", "./built": { "types": "./dist/built.d.ts", "default": "./dist/built.js" } } }',
    "packages/lib/src/index.ts": "export { inner } from './inner.js';",
    "packages/lib/src/inner.ts": "export const inner: number = 12;",
    "packages/lib/dist/built.js": "export const built = 13;",
    "packages/lib/dist/built.d.ts": "export declare const built: number;",
    "packages/loose/package.json": '{ "name": "loose", "main": "index.ts" }',
    "packages/loose/tsconfig.json": '{ "compilerOptions": { "strict": false } }',
    "packages/loose/index.ts": "export function loose(x) { return x; }",
    "packages/mapped/tsconfig.json": '{ "compilerOptions": { "paths": { "own/*": ["./lib/*"] } } }',
    "packages/mapped/index.ts": "export { own } from 'own/x';",
    "packages/mapped/lib/x.ts": "export const own: number = 14;",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    write(folder, PROJECT)
    (folder / "notebooks").mkdir()
    (folder / "node_modules" / "@root").mkdir(parents=True)
    os.symlink(folder / "packages" / "lib", folder / "node_modules" / "@root" / "lib")
    os.symlink(folder / "packages" / "loose", folder / "node_modules" / "loose")
    with kernel(folder / "notebooks") as s:
        s.folder = folder
        yield s


@pytest.mark.parametrize(
    "code, expected",
    [
        ('import { util } from "../src/util"; util', "'part!'"),
        ('import { util as mapped } from "@/util"; mapped', "'part!'"),
        ('import { util as exact } from "~util"; exact', "'part!'"),
        ('import { util as based } from "src/util"; based', "'part!'"),
        ('import { deep } from "@/deep"; deep', "1"),
        ('(await import("@/deep")).deep', "1"),
        ('require("@/deep").deep', "1"),
        ('import.meta.resolve("@/deep").endsWith("/src/deep/index.ts")', "true"),
        ('import { inner } from "@root/lib"; inner', "12"),
        ('import { built } from "@root/lib/built"; built', "13"),
        ('import { loose } from "loose"; loose(3)', "3"),
        ('import { own } from "../packages/mapped"; own', "14"),
    ],
)
def test_a_project_with_tsconfig_and_package_json(project, code, expected):
    assert project.run(code).text == expected


def test_a_linked_package_is_loaded_again(project):
    write(project.folder, {"packages/lib/src/inner.ts": "export const inner: string = 'edited';"})
    assert project.run('import { inner } from "@root/lib"; inner').text == "'edited'"


def completed(session, text):
    """Returns the completions at `|`, and the text with the first of them."""
    reply = session.request(session.client.complete(text.replace("|", ""), text.index("|")))
    matches = reply["matches"]
    plain = text.replace("|", "")
    return matches, plain[: reply["cursor_start"]] + (matches[0] if matches else "") + plain[reply["cursor_end"] :]


@pytest.mark.parametrize(
    "text, first",
    [
        ("import { where } from './di|", "import { where } from './dir"),
        ('import { where } from "./di|";', 'import { where } from "./dir";'),
        ("import './di|'", "import './dir'"),
        ("export * from './di|'", "export * from './dir'"),
        ('await import("./a.s|")', 'await import("./a.service")'),
        ('await import("./a.s|', 'await import("./a.service'),
        ("require('./a.s|')", "require('./a.service')"),
        ("require.resolve('./a.s|')", "require.resolve('./a.service')"),
        ("import.meta.resolve('./a.s|')", "import.meta.resolve('./a.service')"),
        ("type T = import('./typ|').Service", "type T = import('./typed').Service"),
        ("import data from './da|'", "import data from './data'"),
        ("import x from './src/in|'", "import x from './src/inside'"),
        ("import x from './src/|'", "import x from './src/inside'"),
        ("const e = '😀'; import x from './src/in|'", "const e = '😀'; import x from './src/inside'"),
        ("import x from 'import-o|'", "import x from 'import-only'"),
        ("import x from 'tapel|'", "import x from 'tapelab'"),
        ("import x from 'node:fs/p|'", "import x from 'node:fs/promises'"),
        ("import x from 'dual/de|'", "import x from 'dual/deep'"),
        ("import x from 'dual/deep/|'", "import x from 'dual/deep/x'"),
        ("import x from '#in|'", "import x from '#inside'"),
        ("import x from '#all/in|'", "import x from '#all/inside'"),
    ],
)
def test_module_names_are_completed(session, text, first):
    assert completed(session, text)[1] == first


def test_completed_file_names_have_the_required_extension(session):
    matches, _ = completed(session, "import x from './|'")
    assert {"dir", "src", "a.service", "m", "c", "view", "old", "both", "types"} <= set(matches)
    assert not {"both.ts", "both.js", "node_modules", "package.json", "types.d"} & set(matches)


def test_other_strings_are_not_completed_with_files(session):
    assert "dir" not in completed(session, "const other = './di|'")[0]


@pytest.mark.parametrize(
    "text, first",
    [
        ("import x from '@/pa|'", "import x from '@/part'"),
        ("import x from '@/|'", "import x from '@/deep'"),
        ("import x from '~u|'", "import x from '~util'"),
        ("import x from 'src/ut|'", "import x from 'src/util'"),
        ("import x from '@ro|'", "import x from '@root/lib'"),
        ("import x from '@root/lib/b|'", "import x from '@root/lib/built'"),
        ("import x from '../sr|'", "import x from '../src'"),
        ("import x from '../src/ut|'", "import x from '../src/util'"),
        ("import x from '..|'", "import x from '../'"),
    ],
)
def test_aliases_of_a_project_are_completed(project, text, first):
    assert completed(project, text)[1] == first
