"""No message ends the kernel: values that JSON cannot represent are errors of the cell, and malformed requests are ignored."""

import itertools
import json

import pytest
from client import TIMEOUT
from fuzz import nested, run_odd_cells, send_odd_messages
from test_protocol import comm, next_message

UNWRITABLE = {
    "10n": "BigInt",
    "circle": "circular",
    "() => 1": "function",
    "Symbol('s')": "symbol",
    "new Map([[1, 2]])": "Map",
    "deep(5000)": "nested more than 200",
    "{ toJSON() { throw new Error('not me'); } }": "toJSON threw Error: not me",
    "{ get x() { throw new Error('not me'); } }": "getter threw Error: not me",
    "new Proxy({}, { ownKeys() { throw new Error('not me'); } })": "threw Error: not me",
    "[1, { a: [2, 3n] }]": "BigInt",
    "new BigInt64Array(2)": "BigInt",
    "Promise.resolve(1)": "Promise",
    "new Array(4e9)": "4000000000 elements",
}
SETUP = """const circle: Record<string, unknown> = {}; circle.self = { circle };
const deep = (n: number): unknown => { let x: unknown = 1; for (let i = 0; i < n; i++) x = [x]; return x; };
const open = createComm("somewhere");
const w = widget({ esm: "export default { render() {} }", state: { kept: 1 } });"""
WAYS = {
    "display": "display({ 'application/json': { rows: [1, VALUE] } });",
    "result": "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { rows: [1, VALUE] } }) })",
    "late": "({ [Symbol.for('Jupyter.display')]: async () => ({ 'application/vnd.x+json': { rows: [1, VALUE] } }) })",
    "update": "const shown = display(1); shown.update({ 'application/json': { rows: [1, VALUE] } });",
    "createComm": "createComm('there', { rows: [1, VALUE] });",
    "comm": "open.send({ rows: [1, VALUE] });",
    "comm metadata": "open.send({}, { metadata: { rows: [1, VALUE] } });",
    "widget": "widget({ esm: '', state: { rows: [1, VALUE] } });",
    "widget.set": "w.set({ kept: { rows: [1, VALUE] } });",
}


@pytest.fixture(scope="module")
def prepared(session):
    assert session.run(SETUP).reply["status"] == "ok"
    return session


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", UNWRITABLE)
def test_values_that_json_cannot_represent_are_type_errors_of_the_cell(prepared, way, value):
    error = prepared.run(WAYS[way].replace("VALUE", f"({value} as any)")).error
    assert error["ename"] == "TypeError", error
    assert UNWRITABLE[value] in error["evalue"] and "cannot be written as JSON" in error["evalue"]
    assert "rows[1]" in error["evalue"] or "deep" in value, f"the place is not named: {error['evalue']}"
    assert prepared.run("w.get('kept')").text == "1", "a value that could not be sent became the widget's state"


def test_the_error_names_the_path_and_the_line(session):
    error = session.run("const fine = 1;\ndisplay({ 'application/json': { a: { 'b c': [0, 10n] } } });").error
    assert error["evalue"] == 'display: data["application/json"].a["b c"][1] cannot be written as JSON: a BigInt; write Number(x) or String(x)'
    assert "    at (cell[" in error["traceback"][-1] and ":2:1)" in error["traceback"][-1]


@pytest.mark.parametrize("value", UNWRITABLE)
def test_user_expressions_that_json_cannot_represent(prepared, value):
    shown = f"({{ [Symbol.for('Jupyter.display')]: () => ({{ 'application/json': [({value} as any)] }}) }})"
    reply = prepared.run("1", user_expressions={"bad": shown, "good": "1 + 1", "__proto__": "3"}).reply
    assert reply["status"] == "ok"
    assert reply["user_expressions"]["bad"]["ename"] == "TypeError"
    assert reply["user_expressions"]["good"]["data"] == {"text/plain": "2"}
    assert reply["user_expressions"]["__proto__"]["data"] == {"text/plain": "3"}


def test_values_that_json_omits_or_writes_as_null(session):
    data = session.run("({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { nan: NaN, infinite: [-Infinity, undefined], gone: undefined, date: new Date(0), list: Float32Array.of(1, 2.5), boxed: new Number(3), twice: [same, same] } }) })".replace("same", "[4]")).result
    assert data["application/json"] == {"nan": None, "infinite": [None, None], "date": "1970-01-01T00:00:00.000Z", "list": [1, 2.5], "boxed": 3, "twice": [[4], [4]]}


def test_buffers_of_other_kinds(session):
    mid = session.send("const b = createComm('bytes', {}, { buffers: [new Uint8Array([1, 2, 3]).subarray(1), Float32Array.of(1).buffer, new DataView(new ArrayBuffer(2)), new Uint8Array(new SharedArrayBuffer(1))] as any });")
    opened = next_message(session, "comm_open")
    session.collect(mid)
    assert [bytes(b) for b in opened["buffers"]] == [b"\x02\x03", b"\x00\x00\x80?", b"\x00\x00", b"\x00"]
    assert session.run("b.send({}, { buffers: ['text'] as any })").error["evalue"].startswith("Comm: expected buffers to be typed arrays")
    assert session.run("b.send(5 as any)").error["evalue"].startswith("Comm: expected data to be an object")


@pytest.mark.parametrize("code", ["clearOutput({ wait: 1n } as any)", "const e = new Error('x'); (e as any).message = 10n; throw e", "display({ 'image/png': 10n })", "display({ 'text/html': {} })", "display({ 'application/vnd.x+json': 'no json' })"])
def test_random_values_do_not_end_the_kernel(session, code):
    session.run(code)
    assert session.run("'alive'").text == "'alive'"


def test_a_state_that_cannot_be_sent_does_not_block_the_others(session):
    session.run("const good = widget({ esm: '', state: { n: 7 } });\nconst inner: { x: unknown } = { x: 1 };\nconst turned = widget({ esm: '', state: { inner } });\ninner.x = 10n;")
    comm(session, "comm_open", {"comm_id": "control-1", "target_name": "jupyter.widget.control", "data": {}})
    comm(session, "comm_msg", {"comm_id": "control-1", "data": {"method": "request_states"}})
    states = next_message(session, "comm_msg")["content"]["data"]["states"]
    assert 7 in [s["state"].get("n") for s in states.values()], "one widget's state kept the others from being sent"


def test_no_output_of_a_cell_ends_the_kernel(session):
    """Passes random odd values to all functions that send them; `python test/kernel/fuzz.py` runs longer."""
    run_odd_cells(session, seed=16, count=150)


# --- messages of the front end


def test_no_message_of_the_front_end_ends_the_kernel(session):
    send_odd_messages(session, seed=16, count=400)


def test_a_large_message(session):
    comm(session, "comm_msg", {"comm_id": "nobody", "data": {"x": "y" * 30_000_000}}, buffers=[bytes(30_000_000)])
    assert session.run("'alive'").text == "'alive'"
    assert session.run(f"const large = '{'x' * 3_000_000}';\nlarge.length").text == "3000000"


def test_a_history_pattern_of_many_stars_does_not_block(session):
    session.run(f"const many = '{'a' * 5000}';")
    session.client.history(hist_access_type="search", pattern="*a" * 40 + "*b")
    # the time of a pattern that goes back and forth grows beyond any limit
    assert session.request(session.client.kernel_info())["status"] == "ok"


def test_an_unexpected_input_reply_is_ignored(session):
    for value in itertools.chain(["spurious"] * 3):
        session.client.input(value)
    mid = session.send("prompt('name? ')", allow_stdin=True)
    session.client.get_stdin_msg(timeout=TIMEOUT)
    session.client.input("Ada")
    assert session.collect(mid).text == "'Ada'", "an answer that came before the question was taken"


def test_every_request_ends_with_status_idle(session):
    """Includes messages that cannot be passed on."""
    message = session.client.session.msg("comm_msg", {"comm_id": "x", "data": {}})
    header, parent, metadata = (json.dumps(message[k], default=str).encode() for k in ("header", "parent_header", "metadata"))
    content = ('{"comm_id": "x", "data": {"a": ' + nested(100_000) + "}}").encode()
    parts = [header, parent, metadata, content]
    session.client.shell_channel.socket.send_multipart([b"<IDS|MSG>", session.client.session.sign(parts), *parts])
    states = []
    while states != ["busy", "idle"]:
        m = session.client.get_iopub_msg(timeout=TIMEOUT)
        if m["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            states.append(m["content"]["execution_state"])
