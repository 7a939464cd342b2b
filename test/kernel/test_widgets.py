"""Widgets, by the messages of a widget manager, and `interact`."""

import time

from client import TIMEOUT, wait_until

VIEW = "application/vnd.jupyter.widget-view+json"


def send(session, kind, content, buffers=None):
    message = session.client.session.msg(kind, content)
    session.client.session.send(session.client.shell_channel.socket, message, buffers=buffers)


def messages_until(session, wanted):
    """Returns the iopub messages up to the first that is wanted."""
    seen = []
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        seen.append(session.client.get_iopub_msg(timeout=TIMEOUT))
        if wanted(seen[-1]):
            return seen
    raise AssertionError(f"it did not come; what came: {[m['msg_type'] for m in seen]}")


def opened(run):
    return next(m for m in run.messages if m["msg_type"] == "comm_open")


def change(session, model, **state):
    send(session, "comm_msg", {"comm_id": model, "data": {"method": "update", "state": state, "buffer_paths": []}})


def text_of(message):
    return message["content"].get("data", {}).get("text/plain") if message["msg_type"] in ("display_data", "update_display_data") else None


def test_a_widget_opens_a_model_of_anywidget(session):
    run = session.run("const w = widget({ esm: 'export default {}', css: 'p {}', state: { n: 1, bytes: Uint8Array.of(1, 255) } });\nw")
    message = opened(run)
    content = message["content"]
    assert content["target_name"] == "jupyter.widget" and message["metadata"] == {"version": "2.1.0"}
    state = content["data"]["state"]
    assert (state["_model_module"], state["_model_name"], state["_view_name"]) == ("anywidget", "AnyModel", "AnyView")
    assert state["_esm"] == "export default {}" and state["_css"] == "p {}" and state["n"] == 1 and "bytes" not in state
    assert content["data"]["buffer_paths"] == [["bytes"]] and bytes(message["buffers"][0]) == b"\x01\xff"
    assert run.result[VIEW] == {"version_major": 2, "version_minor": 0, "model_id": content["comm_id"]}


def test_state_is_synchronized_in_both_directions(session):
    run = session.run("const both = widget({ esm: '', state: { n: 1 } });\nboth.onChange('n', (n) => console.log('now', n));")
    model = opened(run)["content"]["comm_id"]
    change(session, model, n=5)
    printed = messages_until(session, lambda m: m["msg_type"] == "stream")[-1]
    assert printed["content"]["text"] == "now 5\n"
    assert session.run("both.get('n')").text == "5"
    update = next(m for m in session.run("both.set({ n: 6 });").messages if m["msg_type"] == "comm_msg")
    assert update["content"] == {"comm_id": model, "data": {"method": "update", "state": {"n": 6}, "buffer_paths": []}}
    send(session, "comm_msg", {"comm_id": model, "data": {"method": "request_state"}})
    answer = messages_until(session, lambda m: m["msg_type"] == "comm_msg")[-1]
    assert answer["content"]["data"]["state"]["n"] == 6 and answer["content"]["data"]["state"]["_model_name"] == "AnyModel"


def test_a_reconnecting_front_end_gets_all_states(session):
    model = opened(session.run("const again = widget({ esm: '', state: { n: 7, data: Float32Array.of(1) } });"))["content"]["comm_id"]
    send(session, "comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
    send(session, "comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
    data = messages_until(session, lambda m: m["msg_type"] == "comm_msg")[-1]["content"]["data"]
    assert data["method"] == "update_states"
    assert data["states"][model]["model_name"] == "AnyModel" and data["states"][model]["state"]["n"] == 7
    assert [model, "state", "data"] in data["buffer_paths"]
    session.run("again.close();")
    assert model not in session.request(session.client.comm_info(target_name="jupyter.widget"))["comms"]


def test_interact_runs_at_once_and_on_each_change(session):
    run = session.run("interact(({ rate, on }) => { print(`rate ${rate.toFixed(1)}`); return on ? [1, 2] : undefined; }, { rate: slider(0, 1), on: checkbox(true) })")
    assert run.of("execute_result") == []
    assert [c["data"]["text/plain"] for c in run.of("display_data")] == ["controls: rate = 0.5, on = true", "rate 0.5\n", "[ 1, 2 ]"]
    message = opened(run)
    state = message["content"]["data"]["state"]
    assert [c["name"] for c in state["controls"]] == ["rate", "on"] and state["values"] == {"rate": 0.5, "on": True}
    change(session, message["content"]["comm_id"], values={"rate": 0.9, "on": False})
    texts = [t for t in map(text_of, messages_until(session, lambda m: text_of(m) == "")) if t is not None]
    # the output replaces that of the run before, and the output of the list is empty now
    assert texts == ["rate 0.9\n", ""]
    ids = {c["data"]["text/plain"]: c["transient"]["display_id"] for c in run.of("display_data")}
    assert len(set(ids.values())) == 3


def test_an_error_inside_of_interact_has_its_picture(session):
    run = session.run("import { zeros } from 'tapelab';\nconst table = zeros([2, 3]);\ninteract(({ n }) => table.matmul(zeros([Math.round(n), 4])), { n: slider(6, 8) });")
    _controls, error, picture = [c["data"] for c in run.of("display_data")]
    assert error["application/vnd.jupyter.stderr"].startswith("ShapeError: matmul")
    assert "table has 3 columns (dim 1)" in error["text/plain"]
    assert "application/vnd.tapelab.shapes.v1+json" in picture and "image/svg+xml" in picture


def test_only_the_latest_of_many_changes_is_run(session):
    run = session.run("let interactRuns = 0;\ninteract(({ n }) => { interactRuns++; print(`n ${n}`); }, { n: slider(0, 100) });")
    model = opened(run)["content"]["comm_id"]
    for n in range(60):
        change(session, model, values={"n": n})
    messages_until(session, lambda m: text_of(m) == "n 59\n")
    assert int(session.run("interactRuns").text) < 30


def test_a_superseded_run_is_aborted_and_its_output_discarded(session):
    run = session.run(
        "let aborted = 0, begun = 0;\nlet finish = (_: unknown): void => {};\ninteract(async ({ n }, { signal }) => {\n"
        "  begun = n;\n  signal.addEventListener('abort', () => aborted++);\n"
        "  await new Promise((done) => { if (n === 1) finish = done; else done(0); });\n  print(`done ${n}`);\n}, { n: dropdown([0, 1, 2]) });"
    )
    model = opened(run)["content"]["comm_id"]
    change(session, model, values={"n": 1})
    wait_until(lambda: session.run("begun").text == "1", "the first change runs")
    change(session, model, values={"n": 2})
    texts = [text_of(m) for m in messages_until(session, lambda m: text_of(m) == "done 2\n")]
    texts += [text_of(m) for m in session.run("finish(0);\nawait new Promise((r) => setTimeout(r, 50));\n1").messages]
    assert "done 1\n" not in texts and session.run("aborted >= 1").text == "true"


def test_an_error_of_a_run_is_shown_and_later_runs_work(session):
    run = session.run("interact(({ n }) => {\n  if (n > 1) throw new RangeError(`not ${n}`);\n  return n;\n}, { n: slider(0, 10, { value: 0 }) });")
    model = opened(run)["content"]["comm_id"]
    change(session, model, values={"n": 2})
    error = text_of(messages_until(session, lambda m: (text_of(m) or "").startswith("RangeError"))[-1])
    assert "RangeError: not 2" in error and "2 |   if (n > 1) throw" in error
    change(session, model, values={"n": 1})
    messages_until(session, lambda m: text_of(m) == "1")


def test_controls_and_values_have_types(session):
    assert session.run("interact(({ kind }) => kind === 'c', { kind: dropdown(['a', 'b']) });").error["ename"] == "CompileError"
    assert "slider: the value 3 is not between 0 and 1" in session.run("slider(0, 1, { value: 3 })").error["evalue"]
    assert "a logarithmic slider needs values above 0" in session.run("slider(0, 1, { log: true })").error["evalue"]
    assert session.run("slider(0.01, 1, { log: true }).value").text == "0.1"
    assert session.run("slider(0, 100).value + slider(0, 1).value").text == "50.5"
