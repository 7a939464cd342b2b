"""Output of cells is well-formed, complete, in order, and in few messages, whatever its source."""

import time

import nbformat
import pytest
from client import TIMEOUT, kernel, wait_until
from nbclient import NotebookClient
from nbconvert import HTMLExporter

HALF = "'😀'.slice(0, 1)"
# each sends a lone surrogate to the front end
HALVES = {
    "stdout": f"console.log({HALF})",
    "stderr": f"console.error({HALF}, '😀'.slice(1))",
    "result": f"({{ [Symbol.for('Jupyter.display')]: () => ({{ 'text/plain': {HALF} }}) }})",
    "inspected": f"const m = new Map([[{HALF}, [{HALF}]]]); m",
    "html": f"display({{ 'text/html': {HALF} }})",
    "json": f"display({{ 'application/json': {{ [{HALF}]: [{HALF}, '\\\\ud83d', '\\\\' + {HALF}] }} }})",
    "error": f"const e = new Error({HALF}); e.name = {HALF}; throw e",
    "thrown text": f"throw {HALF}",
    "cut by inspect": "const long = 'x' + '😀'.repeat(20000); long",
    "cut by inspect, one further": "const longer = '😀'.repeat(20000); longer",
    "table": "print([{ a: 'x' + '😀'.repeat(100), b: '😀'.repeat(100) }])",
    "title of a chart": f"plot.line([1, 2], {{ title: {HALF} }})",
    "widget": f"widget({{ esm: '', state: {{ [{HALF}]: {HALF} }}, text: {HALF} }})",
    "progress": f"for (const _ of progress(2, {{ label: {HALF} }}));",
    "a flood": "for (let i = 0; i < 3000; i++) process.stdout.write('x' + '😀'.repeat(300));",
}


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """The cells that send lone surrogates, run as papermill and nbconvert do."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in HALVES.values()])
    folder = tmp_path_factory.mktemp("halves")
    NotebookClient(notebook, kernel_name="tapelab", allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return dict(zip(HALVES, notebook.cells, strict=True))


@pytest.mark.parametrize("what", HALVES)
def test_notebooks_with_lone_surrogates_can_be_saved(halves, what, tmp_path):
    """Saves, reads and converts a notebook of one cell."""
    notebook = nbformat.v4.new_notebook(cells=[halves[what]])
    file = tmp_path / "saved.ipynb"
    nbformat.write(notebook, file)
    again = nbformat.read(file, as_version=4)
    assert again.cells[0].outputs, "nothing was shown"
    html, _ = HTMLExporter().from_notebook_node(again)
    assert len(html.encode()) > 1000


def test_lone_surrogates_in_variables_panel_completion_and_comm(session):
    from test_protocol import comm, next_message

    comm(session, "comm_open", {"comm_id": "panel", "target_name": "tapelab.variables", "data": {}})
    next_message(session, "comm_msg")
    mid = session.send(f"const half = {HALF}; const long = 'x' + '😀'.repeat(100); const record = {{ [half]: 1 }}; createComm('t', {{ half }});")
    opened = next_message(session, "comm_open")
    assert opened["content"]["data"] == {"half": "\ufffd"}
    session.collect(mid)
    panel = next_message(session, "comm_msg")["content"]["data"]
    str(panel).encode()
    long = next(v for v in panel["variables"] if v["name"] == "long")
    assert "\\ud83d" not in long["value"] and "\ufffd" not in long["value"], long["value"]
    reply = session.request(session.client.complete("record.", 7))
    str(reply).encode()
    str(session.request(session.client.inspect("const y = '\\ud83d'; y", 21))).encode()


# --- floods


def timed(session, code, **options):
    start = time.monotonic()
    run = session.run(code, **options)
    return run, time.monotonic() - start


def outputs(run):
    return [m for m in run.messages if m["msg_type"] not in ("status", "execute_input")]


FLOODS = {
    "console.log": "for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);",
    "small pieces": "for (let i = 0; i < 100_000; i++) for (const piece of ['line', ' ', `${i}`, '\\n']) process.stdout.write(piece);",
    "after an await": "await null; for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);",
    "between awaits": "for (let i = 0; i < 100_000; i++) { console.log(`line ${i}`); await null; }",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_complete_in_few_messages(session, flood):
    run, seconds = timed(session, FLOODS[flood])
    assert run.stdout == "".join(f"line {i}\n" for i in range(100_000))
    assert len(outputs(run)) < 25 + 25 * seconds, f"{len(outputs(run))} messages in {seconds:.1f} s"


def test_a_flood_stays_below_the_limits_of_the_server(session):
    """Jupyter's server drops output beyond 1 MB or 1,000 messages a second, over 3 seconds."""
    mid = session.send("for (let i = 0; i < 60_000; i++) console.log('é\\u001b[31m' + 'x'.repeat(60));")
    arrived = []
    while True:
        frames = session.client.iopub_channel.socket.recv_multipart()
        message = session.client.session.deserialize(session.client.session.feed_identities(frames)[1])
        arrived.append((time.monotonic(), sum(map(len, frames)), message))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle" and message["parent_header"].get("msg_id") == mid:
            break
    streams = [(at, size) for at, size, m in arrived if m["msg_type"] == "stream"]
    for start, _ in streams:
        size = sum(s for at, s in streams if start <= at < start + 3)
        assert size < 3_000_000, f"{size} bytes within 3 seconds"
    text = "".join(m["content"]["text"] for _, _, m in arrived if m["msg_type"] == "stream")
    assert text == ("é\u001b[31m" + "x" * 60 + "\n") * 60_000


def test_output_appears_during_a_flood(session):
    seen = session.folder / "seen"
    seen.unlink(missing_ok=True)
    session.run('import { existsSync } from "node:fs";')
    mid = session.send("let ends = false; for (let next = 0, i = 0; !ends; ) if (Date.now() >= next) { console.log(i++); next = Date.now() + 1; ends = existsSync('seen'); }\nconsole.log('the end')")
    text = ""
    for _ in range(10):
        text += session.wait_for(mid, "stream")["text"]
    # the cell would go on for ever if its output waited for its end
    seen.touch()
    text += session.collect(mid).stdout
    *numbers, end = text.splitlines()
    assert numbers == [str(i) for i in range(len(numbers))] and end == "the end"


def test_alternating_streams_keep_their_order(session):
    run = session.run("for (let i = 0; i < 200; i++) { console.log('out', i); console.error('err', i); }")
    assert [line for c in run.of("stream") for line in c["text"].splitlines()] == [f"{name} {i}" for i in range(200) for name in ("out", "err")]


def test_alternating_streams_in_a_flood_are_complete(session):
    run, seconds = timed(session, "for (let i = 0; i < 30_000; i++) { console.log('out', i); console.error('err', i); }")
    assert run.stdout == "".join(f"out {i}\n" for i in range(30_000)) and run.stderr == "".join(f"err {i}\n" for i in range(30_000))
    assert len(outputs(run)) < 700 + 50 * seconds


def test_text_displays_results_and_errors_keep_their_order(session):
    run = session.run("for (let i = 0; i < 20; i++) { console.log('a', i); display(i); console.error('b', i); clearOutput({ wait: true }); }\nconsole.log('end');\nthrow new Error('x');")
    kinds = [m["msg_type"] for m in outputs(run)]
    assert kinds == ["stream", "display_data", "stream", "clear_output"] * 20 + ["stream", "error"]
    run = session.run("console.log('before');\n'result'")
    assert [m["msg_type"] for m in run.messages] == ["status", "execute_input", "stream", "execute_result", "status"]


def test_the_last_update_of_a_display_is_shown(session):
    run, seconds = timed(session, "const shown = display(0); console.log('x'); for (let i = 1; i <= 50_000; i++) shown.update(i);")
    updates = run.of("update_display_data")
    assert updates[-1]["data"]["text/plain"] == "50000" and len(updates) < 10 + 25 * seconds


def test_many_displays_all_arrive(session):
    run, _ = timed(session, "for (let i = 0; i < 3000; i++) display(i);")
    assert [int(c["data"]["text/plain"]) for c in run.of("display_data")] == list(range(3000))


def test_progress_in_a_fast_loop(session):
    run, seconds = timed(session, "let n = 0; const bar = progress(200_000); for (const i of bar) { n += i; bar.note(`${i}`); }")
    assert len(outputs(run)) < 10 + 10 * seconds


def test_text_arrives_before_an_input_request(session):
    mid = session.send("console.log('first'); prompt('name? ')", allow_stdin=True)
    assert session.wait_for(mid, "stream")["text"] == "first\n"
    session.client.get_stdin_msg(timeout=TIMEOUT)
    session.client.input("Ada")
    session.collect(mid)


def test_output_beyond_the_limit_is_replaced_by_a_note(tmp_path):
    """The beginning and the end are sent; a shutdown sends the waiting output at once."""
    with kernel(tmp_path) as session:
        flood = "for (let i = 0; i < 300; i++) console.log(`${i}`.padStart(3) + 'x'.repeat(999_999)); console.log('the end');"
        mid = session.send(f'import {{ writeFileSync }} from "node:fs";\n{flood}\nwriteFileSync("written", "");')
        wait_until((tmp_path / "written").exists, "the cell ends")
        session.client.shutdown()
        run = session.collect(mid)
    assert run.stdout.startswith("  0xxx") and run.stdout.endswith("the end\n")
    assert "lines (2" in run.stdout and "MB) were left out here: more waits than could be read]" in run.stdout


def test_an_interrupted_flood_ends_at_once(session):
    flooded = session.folder / "flooded"
    flooded.unlink(missing_ok=True)
    session.run('import { writeFileSync } from "node:fs";')
    mid = session.send("for (let i = 0; ; i++) { console.log('x'.repeat(200), i); if (i === 50_000) writeFileSync('flooded', ''); }")
    # 10 MB are printed, of which 2.6 MB may be sent at once
    wait_until(flooded.exists, "the flood is large")
    session.wait_for(mid, "stream")
    session.manager.interrupt_kernel()
    run = session.collect(mid)
    assert run.error["ename"] == "KeyboardInterrupt"
    assert "were left out here: the cell was interrupted]" in run.stdout


# --- sources of output


def files(folder):
    (folder / "speaks.ts").write_text("console.log('ts loads');\nexport const n = 1;\n")
    (folder / "talks.js").write_text("console.error('js loads');\nexports.n = 2;\n")
    (folder / "speaks.mjs").write_text("await null;\nconsole.log('mjs loads');\nexport const n = 3;\nsetTimeout(() => console.log('mjs later'), 50);\n")
    (folder / "child.cjs").write_text("console.log('child speaks', process.argv[2] ?? '');\nconsole.error('child complains');\nprocess.on('message', (m) => { console.log('child got', m); process.exit(); });\n")
    for kind, code in {"pkg-esm": "console.log('esm package loads');\nexport const n = 4;\n", "pkg-cjs": "console.log('cjs package loads');\nexports.n = 5;\n"}.items():
        package = folder / "node_modules" / kind
        package.mkdir(parents=True)
        (package / "package.json").write_text('{"name": "%s", "version": "1.0.0", "type": "%s", "exports": "./index.js"}' % (kind, "module" if "esm" in kind else "commonjs"))
        (package / "index.js").write_text(code)


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """A kernel with files beside the notebook."""
    folder = tmp_path_factory.mktemp("beside")
    files(folder)
    with kernel(folder) as session:
        session.folder = folder
        session.run("import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';\nimport { once } from 'node:events';")
        yield session


LOADS = {
    "import { n } from './speaks';\nn": ("ts loads\n", ""),
    "import { n as esm } from 'pkg-esm';\nesm": ("esm package loads\n", ""),
    "import { n as cjs } from 'pkg-cjs';\ncjs": ("cjs package loads\n", ""),
    "const { n: m } = await import('./speaks.mjs');\nawait new Promise((r) => setTimeout(r, 200));\nm": ("mjs loads\nmjs later\n", ""),
    "const { n: q } = require('./talks.js');\nq": ("", "js loads\n"),
}


@pytest.mark.parametrize("code", LOADS)
def test_output_of_a_loading_module_belongs_to_the_cell(beside, code):
    run = beside.run(code)
    assert (run.stdout, run.stderr) == LOADS[code], run.reply
    assert beside.run(code).stdout in ("", "mjs later\n"), "it was loaded twice"


SPEAK = "'node -e \"console.log(1); console.error(2); process.stdout.write(String.fromCharCode(27) + String.fromCharCode(91) + 31 + String.fromCharCode(109) + 3)\"'"
CHILDREN = {
    "spawn": "await once(spawn('sh', ['-c', 'echo 1; echo 2 >&2; printf \"\\\\033[31m3\"'], { stdio: 'inherit' }), 'exit');\nconsole.log(' done');",
    "spawn to process.stdout": "const to = [process.stdin, process.stdout, 2] as any;\nawait once(spawn('sh', ['-c', 'echo 1; echo 2 >&2; printf \"\\\\033[31m3\"'], { stdio: to }), 'close');\nconsole.log(' done');",
    "execSync": "execSync('echo 1; echo 2 >&2; printf \"\\\\033[31m3\"', { stdio: 'inherit' });\nconsole.log(' done');",
    "execFileSync": "execFileSync('sh', ['-c', 'echo 1; echo 2 >&2; printf \"\\\\033[31m3\"'], { stdio: ['inherit', 'inherit', 'inherit'] });\nconsole.log(' done');",
    "spawnSync": "const s = spawnSync('echo 1; echo 2 >&2; printf \"\\\\033[31m3\"', { stdio: 'inherit', shell: true });\nconsole.log(' done');",
}


@pytest.mark.parametrize("how", CHILDREN)
def test_output_of_a_child_that_inherits_belongs_to_the_cell(beside, how):
    run = beside.run(CHILDREN[how])
    assert run.reply["status"] == "ok", run.reply
    assert (run.stdout, run.stderr) == ("1\n\x1b[31m3 done\n", "2\n")


def test_a_forked_child_sends_and_receives_messages(beside):
    run = beside.run("const child = fork('./child.cjs', ['up']);\nchild.send('hello');\nconst [code] = await once(child, 'exit');\n[code, child.stdout]")
    assert (run.stdout, run.stderr) == ("child speaks up\nchild got hello\n", "child complains\n")
    assert run.text == "[ 0, null ]"


def test_a_child_that_reads_gets_no_input(beside):
    assert beside.run("execSync('cat; echo read', { stdio: 'inherit' });").stdout == "read\n"
    assert beside.run("await once(spawn('cat', { stdio: 'inherit' }), 'exit');").reply["status"] == "ok"
    assert beside.run("execSync('cat', { stdio: ['pipe', 'inherit', 'inherit'], input: 'given' });").stdout == "given"


def test_output_of_a_blocking_child_appears_while_it_runs(beside):
    early = beside.folder / "early"
    early.unlink(missing_ok=True)
    mid = beside.send("execSync('echo early; until [ -e early ]; do sleep 0.02; done; echo late', { stdio: 'inherit' });")
    assert beside.wait_for(mid, "stream")["text"] == "early\n"
    early.touch()
    assert beside.collect(mid).stdout == "late\n"


def test_output_of_a_child_after_its_cell(beside):
    mid = beside.send("spawn('sh', ['-c', 'sleep 0.5; echo after'], { stdio: 'inherit' });\n0")
    beside.collect(mid)
    assert beside.wait_for(mid, "stream")["text"] == "after\n"


def test_output_of_a_worker_thread_belongs_to_the_cell(beside):
    run = beside.run("import { Worker } from 'node:worker_threads';\nawait once(new Worker('console.log(`from the worker`)', { eval: true }), 'exit');\nawait new Promise((r) => setTimeout(r, 100));")
    assert run.stdout == "from the worker\n"


def test_incomplete_utf8_sequences_are_joined(session):
    run = session.run("const bytes = Buffer.from('añ😀€');\nfor (const b of bytes) { process.stdout.write(Buffer.of(b)); process.stderr.write(new Uint8Array([b])); }\nconsole.log();")
    assert run.stdout == "añ😀€\n" and run.stderr == "añ😀€"
    assert session.run("process.stdout.write(Buffer.from([0xe2, 0x82]));").stdout == "\ufffd"
    assert session.run("import { spawn } from 'node:child_process';\nconst c = spawn('sh', ['-c', `printf '\\\\342'; sleep 0.2; printf '\\\\202\\\\254'`]);\nc.stdout.pipe(process.stdout);\nawait new Promise((r) => c.on('close', r));").stdout == "€"


def test_encodings_callbacks_and_values_of_write(session):
    run = session.run("process.stdout.write('e282ac', 'hex'); process.stdout.write('w6k=', 'base64'); process.stdout.write('\\u00c3\\u00a9', 'latin1'); process.stdout.write('é', 'utf8');")
    assert run.stdout == "€éééé"[:2] + "éé"
    run = session.run("const order: string[] = [];\nconst values = [process.stdout.write('a', () => order.push('a')), process.stdout.write('b', 'utf8', () => order.push('b')), process.stdout.write(new Uint8Array([99]), () => order.push('c'))];\norder.push('sync');\nawait new Promise((r) => process.stdout.end('d', r as any));\nprocess.stdout.write('e');\n[values, order]")
    assert run.stdout == "abcde"
    assert run.text == "[ [ true, true, true ], [ 'sync', 'a', 'b', 'c' ] ]"
    assert "chunk" in session.run("process.stdout.write(5 as any)").error["evalue"]


def test_streams_have_the_methods_of_a_terminal(session):
    run = session.run("const { stdout } = process;\n[stdout.isTTY, stdout.columns, stdout.getWindowSize(), stdout.hasColors(), stdout.fd, stdout.cursorTo(0), stdout.clearLine(0), stdout.moveCursor(1, 0)]")
    assert run.text == "[\n  false, 80,\n  [ 80, 24 ], false,\n  1, true,\n  true, true\n]" or run.text.startswith("[ false, 80")
    assert run.stdout.startswith("\r")


def test_writes_to_file_descriptors_are_output_of_the_cell(session):
    run = session.run("import fs, { writeSync } from 'node:fs';\nwriteSync(1, 'a'); fs.writeSync(2, Buffer.from('xbx'), 1, 1); fs.writeSync(1, 'e282ac', null, 'hex'); fs.writeFileSync(1, 'c'); fs.appendFileSync('/dev/stdout', 'd');\nawait new Promise((r) => fs.write(1, 'e', r));\n[fs.writeSync(1, 'ü'), fs.writeSync(1, new Uint8Array([10]))]")
    assert (run.stdout, run.stderr, run.text) == ("a€cdeü\n", "b", "[ 2, 1 ]")


# --- last expressions

SILENT = ["display(1)", "const shown = display(2); shown", "display(3).update(4)", "process.stdout.write('x')", "process.stderr.write('x');", "const { stdout } = process;\nstdout.write('x')", "console.log('x')", "setTimeout(() => {}, 1)", "const t = setInterval(() => {}, 9);\nclearInterval(t);\nt", "setImmediate(() => {})", "plot.line([1, 2]).spec; undefined", "interact(() => 1, {})", "const p = progress(2); for (const _ of p); p", "require('fs').writeSync(1, 'x')", "clearOutput()", "process.stdout.cursorTo(0)"]


@pytest.mark.parametrize("code", SILENT)
def test_last_expressions_with_side_effects_have_no_result(session, code):
    run = session.run(code)
    assert run.reply["status"] == "ok" and run.of("execute_result") == []


def test_last_expressions_with_values_have_a_result(session):
    assert session.run("const list = [1];\nlist.push(2)").text == "2"
    assert session.run("const sink = { write: (x: string) => x.length };\nsink.write('abc')").text == "3"
    assert "loop over it" in session.run("progress(3)").text
    assert "image/png" in session.run("plot.line([1, 2])").result


# --- promises


def test_a_promise_as_the_result_is_shown_and_not_awaited(session):
    assert session.run("new Promise((r) => setTimeout(r, 20_000))").text == "Promise { <pending> }"
    assert session.run("Promise.resolve(5)").text == "Promise { 5 }"
    assert session.run("await Promise.resolve(5)").text == "5"


def test_an_unhandled_rejected_promise_is_reported_once(session):
    run = session.run("Promise.reject(new Error('nobody'))")
    assert run.error["evalue"] == "nobody"
    assert str(run.messages).count("nobody") - str(run.of("execute_input")).count("nobody") <= 4, "its stack was shown twice"
    mid = session.send("const later = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 300));\nlater")
    assert session.collect(mid).text == "Promise { <pending> }"
    assert session.wait_for(mid, "error")["evalue"] == "late"
    run = session.run("Promise.reject(new Error('handled')).catch(() => 'caught')")
    assert run.reply["status"] == "ok"
