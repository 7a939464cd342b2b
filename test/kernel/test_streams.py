"""What cells print: well-formed text, all of it, in order, in few messages, from wherever it comes."""

import time

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

HALF = "'😀'.slice(0, 1)"
# each hands half of a surrogate pair to something that leaves the kernel
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


@pytest.mark.parametrize("what", HALVES)
def test_half_a_surrogate_pair_can_be_saved(what, tmp_path):
    """The notebook is run, saved, read again, and converted, as papermill and nbconvert do."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(HALVES[what])])
    NotebookClient(notebook, kernel_name="tapelab", allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}).execute()
    file = tmp_path / "saved.ipynb"
    nbformat.write(notebook, file)
    again = nbformat.read(file, as_version=4)
    assert again.cells[0].outputs, "nothing was shown"
    html, _ = HTMLExporter().from_notebook_node(again)
    assert len(html.encode()) > 1000


def test_half_a_pair_in_the_variables_panel_completion_and_comm(session):
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
    run = session.run(code, timeout=120, **options)
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


def test_output_appears_while_a_flood_goes_on(session):
    mid = session.send("const end = Date.now() + 3000; while (Date.now() < end) console.log(Date.now());")
    began = time.monotonic()
    session.wait_for(mid, "stream")
    assert time.monotonic() - began < 1.5
    late = []
    for _ in range(10):
        text = session.wait_for(mid, "stream")["text"]
        late.append(time.time() - int(text.split()[-1]) / 1000)
    session.collect(mid)
    assert sorted(late)[5] < 0.7, f"seconds behind: {late}"


def test_streams_that_alternate_keep_their_order(session):
    run = session.run("for (let i = 0; i < 200; i++) { console.log('out', i); console.error('err', i); }")
    assert [line for c in run.of("stream") for line in c["text"].splitlines()] == [f"{name} {i}" for i in range(200) for name in ("out", "err")]


def test_streams_that_alternate_in_a_flood_are_complete(session):
    run, seconds = timed(session, "for (let i = 0; i < 30_000; i++) { console.log('out', i); console.error('err', i); }")
    assert run.stdout == "".join(f"out {i}\n" for i in range(30_000)) and run.stderr == "".join(f"err {i}\n" for i in range(30_000))
    assert len(outputs(run)) < 700 + 50 * seconds


def test_text_displays_results_and_errors_keep_their_order(session):
    run = session.run("for (let i = 0; i < 20; i++) { console.log('a', i); display(i); console.error('b', i); clearOutput({ wait: true }); }\nconsole.log('end');\nthrow new Error('x');")
    kinds = [m["msg_type"] for m in outputs(run)]
    assert kinds == ["stream", "display_data", "stream", "clear_output"] * 20 + ["stream", "error"]
    run = session.run("console.log('before');\n'result'")
    assert [m["msg_type"] for m in run.messages] == ["status", "execute_input", "stream", "execute_result", "status"]


def test_updates_of_a_display_in_a_loop_end_with_the_last(session):
    run, seconds = timed(session, "const shown = display(0); console.log('x'); for (let i = 1; i <= 50_000; i++) shown.update(i);")
    updates = run.of("update_display_data")
    assert updates[-1]["data"]["text/plain"] == "50000" and len(updates) < 10 + 25 * seconds


def test_many_displays_all_come(session):
    run, _ = timed(session, "for (let i = 0; i < 3000; i++) display(i);")
    assert [int(c["data"]["text/plain"]) for c in run.of("display_data")] == list(range(3000))


def test_progress_in_a_fast_loop(session):
    run, seconds = timed(session, "let n = 0; const bar = progress(200_000); for (const i of bar) { n += i; bar.note(`${i}`); }")
    assert len(outputs(run)) < 10 + 10 * seconds


def test_text_comes_before_a_question(session):
    mid = session.send("console.log('first'); prompt('name? ')", allow_stdin=True)
    assert session.wait_for(mid, "stream")["text"] == "first\n"
    session.client.get_stdin_msg(timeout=10)
    session.client.input("Ada")
    session.collect(mid)


def test_what_no_reader_could_take_is_left_out_with_a_note(session):
    """Beginning and end are there."""
    mid = session.send("const row = 'x'.repeat(999_999); for (let i = 0; i < 300; i++) console.log(`${i}`.padStart(3) + row); console.log('the end');")
    run = session.collect(mid, timeout=120)
    assert run.stdout.startswith("  0xxx") and run.stdout.endswith("the end\n")
    assert "lines (2" in run.stdout and "MB) were left out here: more waits than could be read]" in run.stdout
    assert session.run("1 + 1").text == "2"


def test_an_interrupted_flood_ends_at_once(session):
    mid = session.send("for (let i = 0; ; i++) console.log('x'.repeat(200), i);")
    session.wait_for(mid, "stream")
    time.sleep(2)
    start = time.monotonic()
    session.manager.interrupt_kernel()
    run = session.collect(mid)
    assert run.error["ename"] == "KeyboardInterrupt"
    assert time.monotonic() - start < 3, "what waited was still sent"
    assert "were left out here: the cell was interrupted]" in run.stdout
