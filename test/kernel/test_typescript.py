"""The language of cells is TypeScript 6 with the library of Node 24."""

import json

import pytest
from client import kernel

RESOURCE = """
class Resource implements Disposable {
  constructor(readonly name: string) {}
  [Symbol.dispose]() { console.log("closed", this.name); }
}
class Slow implements AsyncDisposable {
  async [Symbol.asyncDispose]() { await null; console.log("closed slowly"); }
}
"""
DECORATORS = """
function logged<This, Args extends unknown[], R>(f: (this: This, ...args: Args) => R, context: ClassMethodDecoratorContext<This>) {
  return function (this: This, ...args: Args): R {
    console.log("called", String(context.name));
    return f.apply(this, args);
  };
}
function named<T extends abstract new (...args: never[]) => object>(c: T, { name }: ClassDecoratorContext<T>): T {
  console.log("class", name);
  return c;
}
"""


@pytest.fixture(scope="module")
def typescript(session):
    for code in (RESOURCE, DECORATORS):
        assert session.run(code).reply["status"] == "ok"
    return session


def shown(run):
    """Returns the output of a cell and its value."""
    assert run.reply["status"] == "ok", run.of("error")
    return run.stdout + (run.text if run.of("execute_result") else "")


@pytest.mark.parametrize(
    "code, expected",
    [
        ("function f() { using r = new Resource('a'); console.log('open', r.name); }\nf();", "open a\nclosed a\n"),
        ("{ using r = new Resource('b'); }\n1", "closed b\n1"),
        ("using r = new Resource('cell'); console.log('open'); r.name", "open\nclosed cell\n'cell'"),
        ("r.name", "'cell'"),
        ("await using s = new Slow(); console.log('open')", "open\nclosed slowly\n"),
        ("const loop = async () => { for (using x of [new Resource('1'), new Resource('2')]) console.log(x.name); };\nawait loop()", "1\nclosed 1\n2\nclosed 2\n"),
        ("const stack = new DisposableStack(); stack.defer(() => console.log('deferred')); stack.dispose()", "deferred\n"),
        ("class Adder { @logged add(x: number): number { return x + 1; } }\nnew Adder().add(2)", "called add\n3"),
        ("@named class Kept { accessor v = 3; static accessor w = 4; }\nnew Kept().v + Kept.w", "class Kept\n7"),
        ("new Kept().v", "3"),
        ("const tuple = <const T extends readonly unknown[]>(t: T): T => t;\nconst pair: readonly ['a', 1] = tuple(['a', 1]);\npair", "[ 'a', 1 ]"),
        ("const numbers: number[] = [1, null, 3].filter((x) => x !== null); numbers", "[ 1, 3 ]"),
        ("const isText = (x: unknown) => typeof x === 'string';\nconst texts: string[] = ['a', 1].filter(isText);\ntexts", "[ 'a' ]"),
        ("({ a: 1 }) satisfies Record<string, number>", "{ a: 1 }"),
        ("enum Level { Low, High = 'high'.length }\nconst enum Fixed { Z = 4 }\n[Level.High, Level[0], Fixed.Z]", "[ 4, 'Low', 4 ]"),
        ("Level.Low + Fixed.Z", "4"),
        ("class Point { constructor(public x = 1, readonly y = 2) {} }\nnew Point().y", "2"),
        ("import defer * as path from 'node:path'; path.basename('/a/b')", "'b'"),
        ("class Own { #p = 1; static s = 0; static { this.s = 5; } has(o: object) { return #p in o; } }\n[Own.s, new Own().has({})]", "[ 5, false ]"),
        ("module Old { export const a = 1; }\nOld.a", "1"),
        ("let n: number | null = null; n ??= 2; n", "2"),
        ("type First<T> = T extends [infer U extends string, ...unknown[]] ? U : never;\nconst first: First<['x', 1]> = 'x'; first", "'x'"),
    ],
)
def test_language_features(typescript, code, expected):
    assert shown(typescript.run(code)) == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("[3, 1].toSorted().with(0, 9).toReversed()", "[ 3, 9 ]"),
        ("new Set([1, 2]).union(new Set([3])).isSupersetOf(new Set([1]))", "true"),
        ("Object.groupBy([1, 2], (x) => (x > 1 ? 'many' : 'one')).many", "[ 2 ]"),
        ("Map.groupBy([1, 2], (x) => x % 2).get(0)", "[ 2 ]"),
        ("const { promise, resolve } = Promise.withResolvers<number>(); resolve(4); await promise", "4"),
        ("await Promise.try((x: number) => x + 1, 1)", "2"),
        ("'a\\ud800'.toWellFormed().isWellFormed()", "true"),
        ("Iterator.from([1, 2, 3]).filter((x) => x > 1).take(1).toArray()", "[ 2 ]"),
        ("function* count() { yield 1; yield 2; }\ncount().map((x) => x * 2).reduce((a, b) => a + b)", "6"),
        ("await Array.fromAsync((async function* () { yield 1; })())", "[ 1 ]"),
        ("RegExp.escape('a.b').endsWith('\\\\.b')", "true"),
        ("/(?<y>a)|(?<y>b)/.exec('b')?.groups?.y", "'b'"),
        ("/[\\p{L}--[a-z]]/v.test('B') && /(?i:A)b/.test('ab')", "true"),
        ("Error.isError(new TypeError('t', { cause: 1 }))", "true"),
        ("new Float16Array([1.1])[0] === Math.f16round(1.1)", "true"),
        ("new ArrayBuffer(8, { maxByteLength: 16 }).transfer(4).byteLength", "4"),
        ("new Intl.DurationFormat('en', { style: 'long' }).format({ hours: 2 })", "'2 hours'"),
        ("[1, 2, 3].findLast((x) => x < 3)", "2"),
        ("'abab'.replaceAll('a', 'c').at(-1)", "'b'"),
        ("new Float32Array([2, 1]).toSorted().findLastIndex((x) => x === 1)", "0"),
        ("structuredClone(new Map([[1, 2]])).get(1)", "2"),
        ("JSON.stringify({ a: JSON.rawJSON('1.00') })", "'{\"a\":1.00}'"),
        ("new Intl.Locale('de').getWeekInfo().firstDay", "1"),
        ("WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))", "true"),
        ("const wasm = await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), {}); Object.keys(wasm.instance.exports)", "[]"),
        ("new WebAssembly.Memory({ initial: 1 }).buffer.byteLength", "65536"),
    ],
)
def test_the_library_of_node_24(session, code, expected):
    assert shown(session.run(code)) == expected


@pytest.mark.parametrize(
    "code, message",
    [
        ("function pick<C extends string>(all: C[], one: NoInfer<C>) {}\npick(['a', 'b'], 'c')", "2:18 Argument of type '\"c\"' is not assignable"),
        ("Temporal.Now", "1:1 Cannot find name 'Temporal'"),
        ("new Map<number, number>().getOrInsert(1, 2)", "1:27 Property 'getOrInsert' does not exist"),
        ("new Uint8Array(2).toHex()", "1:19 Property 'toHex' does not exist"),
        ("document.title", "1:1 Cannot find name 'document'"),
        ("const shape = { a: 'x' } satisfies Record<string, number>;", "1:17 Type 'string' is not assignable to type 'number'"),
    ],
)
def test_unavailable_features_are_errors(session, code, message):
    assert session.run(code).error["evalue"].startswith(message)


def test_positions_behind_lowered_syntax_are_right(typescript):
    for before in ("using r2 = new Resource('x');", "@named class Deco { accessor a = 1; }", "enum Colour { Red }"):
        run = typescript.run(f"{before}\n  throw new Error('here')")
        assert any("2:9" in line for line in run.error["traceback"]), (before, run.error["traceback"])


def test_files_with_import_attributes(session):
    (session.folder / "data.json").write_text(json.dumps({"a": 7}))
    assert session.run("import data from './data.json' with { type: 'json' }; data.a").text == "7"
    assert session.run("import old from './data.json' assert { type: 'json' }; old.a").text == "7"
    assert session.run("(await import('./data.json', { with: { type: 'json' } })).default.a").text == "7"


LEGACY = """
const sealed = (target: object, key: string, descriptor: PropertyDescriptor) => void (descriptor.enumerable = true);
class Old { @sealed f() {} }
Object.keys(Old.prototype)
"""


def test_experimental_decorators_by_tsconfig(session, tmp_path):
    assert "2 arguments" in session.run(LEGACY).error["evalue"] or "decorator" in session.run(LEGACY).error["evalue"]
    (tmp_path / "tsconfig.json").write_text('{ "compilerOptions": { "experimentalDecorators": true } }')
    with kernel(tmp_path) as s:
        assert s.run(LEGACY).text == "[ 'f' ]"


@pytest.mark.parametrize(
    "options",
    [
        # TypeScript 6 reports these as deprecated or removed
        {"moduleResolution": "node", "target": "es5", "module": "amd", "baseUrl": ".", "outFile": "x.js", "downlevelIteration": True, "alwaysStrict": False, "esModuleInterop": False},
        {"noImplicitUseStrict": True, "keyofStringsOnly": True, "suppressImplicitAnyIndexErrors": True, "charset": "utf8", "importsNotUsedAsValues": "error"},
    ],
)
def test_deprecated_settings_do_not_stop_cells(tmp_path, options):
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
    with kernel(tmp_path) as s:
        assert s.run("import { basename } from 'node:path'; const each = [...new Set([1])].map((x) => x + 1); [basename('/a/b'), each]").text == "[ 'b', [ 2 ] ]"
        assert s.run("let untyped = (x) => x;").error["evalue"].startswith("1:16 Parameter 'x' implicitly has an 'any' type")
