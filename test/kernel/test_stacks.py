"""All stacks have source positions and the user's own frames, in one format."""

import re

import pytest

PLACE = re.compile(r"    at (async )?([\w.<>$ ]+ )?\((cell\[\d+\]|\.?/[^()]*\.ts):\d+:\d+\)")
FOLDED = re.compile(r"    … (\d+ more inside libraries|the (line|\d+ lines) above (at least )?\d+ more times)")

WAYS = {
    "stack": "console.log(error.stack)",
    "console.error": "console.error(error)",
    "console.log of an object": "console.log({ error })",
    "in an array": "console.log([error])",
    "console.trace": "console.trace('here')",
    "captured": "const holder: { stack?: string } = {}; Error.captureStackTrace(holder); console.log(holder.stack)",
    "uncaught": "throw error",
    "from a timer": "setTimeout(() => { throw error; }, 1); await new Promise((done) => setTimeout(done, 50))",
    "rejected and forgotten": "void Promise.reject(error)",
    "a cause": "throw new Error('outer', { cause: error })",
    "the last value": "error",
    "by inspect": "console.log((await import('node:util')).inspect(error))",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_frames_are_those_of_the_user(session, way):
    made = session.run(
        "interface Erased {\n  a: number;\n}\nconst inner = (): Error => new RangeError('no');\nfunction make(x: Erased): Error {\n  return [x].map(() => inner())[0]!;\n}"
    ).reply["execution_count"]
    run = session.run(f"const none: null = null;\n{{ const error = make({{ a: 1 }});\n{way} }}" if way != "error" else "const error = make({ a: 1 });\nerror")
    results = [c["data"]["text/plain"] for c in run.of("execute_result")]
    text = "\n".join([run.stdout, run.stderr, *results, *(line for _ in run.of("error") for line in run.error["traceback"])])
    frames = [line for line in text.split("\n") if line.lstrip().startswith(("at ", "… "))]
    assert frames, f"no frames: {text}"
    for line in frames:
        # the stack of an error within an object is indented, and brackets may follow
        plain = "    " + line.strip().rstrip(",]}' +").replace("\\n", "")
        assert PLACE.fullmatch(plain) or FOLDED.fullmatch(plain), f"not in the notation: {line!r} of\n{text}"
    assert "/dist/" not in text and "node:internal" not in text, text
    if "captured" not in way and "trace" not in way and "holder" not in way:
        assert f"at inner (cell[{made}]:4:28)" in text and f"at make (cell[{made}]:6:" in text, text


def test_frames_of_files_have_source_lines(session):
    (session.folder / "work.ts").write_text("interface Gone { x: number }\n\nexport const call = (f: () => unknown): unknown => f();\nexport function fail(g: Gone): never {\n\tthrow new TypeError(`no ${g.x}`);\n}\n")
    run = session.run("import { call, fail } from './work';\ncall(() => fail({ x: 2 }));")
    cell = f"cell[{run.reply['execution_count']}]"
    assert run.error["traceback"] == [
        "TypeError: no 2",
        "   5 | \tthrow new TypeError(`no ${g.x}`);",
        "     | \t      ^",
        "    at fail (./work.ts:5:8)",
        f"    at ({cell}:2:12)",
        "    at call (./work.ts:3:52)",
        f"    at ({cell}:2:1)",
    ]
    assert "at fail (./work.ts:5:8)" in session.run("try { fail({ x: 3 }) } catch (e) { console.error(e) }").stderr


def test_libraries_are_counted(session):
    run = session.run("import { randn } from 'tapelab';\nconst product = () => randn([2, 3]).matmul(randn([2, 3]));\nproduct()")
    frames = [line for line in run.error["traceback"] if re.match(r"    (at|…) ", line)]
    assert re.fullmatch(r"    … \d+ more inside libraries", frames[0]) and "at product" in frames[1], frames


def test_repeated_frames_of_a_recursion_are_folded(session):
    run = session.run("const odd = (n: number): boolean => even(n + 1);\nconst even = (n: number): boolean => odd(n + 1);\nodd(0)")
    frames = [line for line in run.error["traceback"] if re.match(r"    (at|…) ", line)]
    assert run.error["ename"] == "RangeError" and len(frames) <= 4, frames
    assert re.fullmatch(r"    … the 2 lines above at least \d+ more times", frames[-1]), frames


def test_further_properties_are_shown(session):
    run = session.run("import { readFileSync } from 'node:fs';\nreadFileSync('/nonexistent')")
    assert any("code: 'ENOENT'" in line for line in run.error["traceback"]), run.error


def test_the_errors_of_an_aggregate_are_shown(session):
    run = session.run("const a = new Error('first');\nconst b = new TypeError('second');\nthrow new AggregateError([a, b], 'both');")
    text = "\n".join(run.error["traceback"])
    assert text.startswith("AggregateError: both") and "1 of 2: Error: first" in text and "2 of 2: TypeError: second" in text, text
    assert re.search(r"1 of 2.*?   1 \| const a.*?cell\[\d+\]:1:11", text, re.S), text


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("\t\tlet t = null as any; t.here", "here"),
        ("const s = '😀世界'; let t2 = null as any; t2.here", "here"),
        ("const l = [" + "1, " * 200 + "1]; let t3 = null as any; t3.here; " + "1; " * 100, "here"),
    ],
)
def test_the_caret_is_below_the_right_column(session, line, marked):
    traceback = session.run(line).error["traceback"]
    shown, carets = traceback[1], traceback[2]

    def width(text):
        return sum(1 if c == "\t" else 2 if ord(c) > 0x2E80 else 1 for c in text)

    assert len(shown) < 95, f"a line of {len(shown)} characters"
    before = shown[: shown.index(f".{marked}") + 1]
    assert width(carets[: carets.index("^")]) == width(before), f"\n{shown}\n{carets}"
    assert [c for c in before if c == "\t"] == [c for c in carets if c == "\t"]


def test_messages_do_not_contain_installation_folders(session):
    for code in ["require('not-there')", "await import('not-there')", "import x from 'not-there';", "const a: import('tapelab').Tensor = 3;"]:
        error = session.run(code).error
        text = "\n".join([error["evalue"], *error["traceback"]])
        assert "/kernel/" not in text and "/engine/" not in text and "node_modules/" not in text, text


def test_tracebacks_are_coloured(session):
    assert session.run("throw new TypeError('red');").colours.startswith("\x1b[1;31mTypeError\x1b[22;39m: red\n")


def test_a_program_may_set_prepare_stack_trace(session):
    run = session.run("Error.prepareStackTrace = (e, frames) => `mine ${frames.length > 0}`;\nconsole.log(new Error('x').stack);\nthrow new Error('own');")
    assert run.stdout == "mine true\n" and run.error["evalue"] == "own"
    run = session.run("Error.prepareStackTrace = (e, frames) => `${e}\\n${frames.map((f) => `    at ${f}`).join('\\n')}`;\ninterface Gone { a: 1 }\nthrow new Error('raw');")
    assert re.search(r"at \(cell\[\d+\]:3:7\)", "\n".join(run.error["traceback"])), "a stack that the program prepares has typed lines in the traceback"
    session.run("Reflect.deleteProperty(Error, 'prepareStackTrace')")
    assert session.run("const again: 1 = 1;\nconsole.log(new Error('x').stack)").stdout.endswith(":2:13)\n")
