"""Bundles of `display` and of results: bytes become base64, objects JSON, and `text/plain` is always present."""

import base64
import json

import nbformat
import pytest

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
BYTES = {
    "Buffer": f"Buffer.from('{PNG}', 'base64')",
    "Uint8Array": f"new Uint8Array(Buffer.from('{PNG}', 'base64'))",
    "ArrayBuffer": f"new Uint8Array(Buffer.from('{PNG}', 'base64')).buffer",
    "SharedArrayBuffer": f"(() => {{ const b = Buffer.from('{PNG}', 'base64'); const s = new SharedArrayBuffer(b.length); new Uint8Array(s).set(b); return s; }})()",
    "subarray": f"Buffer.concat([Buffer.from('xx'), Buffer.from('{PNG}', 'base64')]).subarray(2)",
    "DataView": f"new DataView(new Uint8Array(Buffer.from('{PNG}', 'base64')).buffer)",
    "base64": f"'{PNG}'",
    "data URL": f"'data:image/png;base64,{PNG}'",
}


@pytest.mark.parametrize("kind", BYTES)
def test_bytes_become_base64(session, kind):
    run = session.run(f"display({{ 'image/png': {BYTES[kind]} }})")
    [content] = run.of("display_data")
    assert content["data"]["image/png"] == PNG and content["data"]["text/plain"]
    shown = session.run(f"({{ [Symbol.for('Jupyter.display')]: () => ({{ 'image/png': {BYTES[kind]} }}) }})").result
    assert shown["image/png"] == PNG and shown["text/plain"]


def test_float_arrays_become_base64_of_their_bytes(session):
    [content] = session.run("display({ 'application/octet-stream': Float32Array.of(1, -2) })").of("display_data")
    assert base64.b64decode(content["data"]["application/octet-stream"]) == b"\x00\x00\x80?\x00\x00\x00\xc0"


VALUES = {
    "'text/html': '<b>x</b>'": "<b>x</b>",
    "'text/html': Buffer.from('<i>é</i>')": "<i>é</i>",
    "'text/html': ['<b>', 'x</b>']": "<b>x</b>",
    "'text/markdown': 5": "5",
    "'image/svg+xml': new TextEncoder().encode('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "'application/json': { a: [1, null] }": {"a": [1, None]},
    "'application/json': 'text'": "text",
    "'application/json': { list: Float32Array.of(1, 2.5) }": {"list": [1, 2.5]},
    "'application/vnd.x+json': { a: 1 }": {"a": 1},
    "'application/vnd.x+json': '{ \"a\": 1 }'": {"a": 1},
    "'application/vnd.x+json': Buffer.from('[1]')": [1],
    "'application/x-other': { a: 1 }": '{"a":1}',
}


@pytest.mark.parametrize("entry", VALUES)
def test_values_are_converted_by_mime_type(session, entry):
    [content] = session.run(f"display({{ {entry} }})").of("display_data")
    mime = entry.split("'")[1]
    assert content["data"][mime] == VALUES[entry]
    assert isinstance(content["data"]["text/plain"], str) and content["data"]["text/plain"]
    output = nbformat.v4.new_output("display_data", data=content["data"])
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])]))


@pytest.mark.parametrize("entry, message", [("'image/png': 5", "bytes or base64 for image/png, but got 5"), ("'text/html': { a: 1 }", "text for text/html"), ("'application/vnd.x+json': 'x'", "the text of one for application/vnd.x+json, but got 'x'")])
def test_values_that_do_not_fit_the_mime_type_are_errors(session, entry, message):
    error = session.run(f"display({{ {entry} }})").error
    assert error["ename"] == "TypeError" and message in error["evalue"]


def test_a_bundle_without_text_gets_one(session):
    data = session.run("display({ 'text/markdown': '**bold**' })").of("display_data")[0]["data"]
    assert data["text/plain"] == "**bold**"
    data = session.run("display({ 'text/plain': { a: [1] } })").of("display_data")[0]["data"]
    assert data["text/plain"] == "{ a: [ 1 ] }"


OTHERS = {
    "{ 'src/index.ts': 3, 'src/b.ts': 1 }": "{ 'src/index.ts': 3, 'src/b.ts': 1 }",
    "new Map([['a', 1]])": "Map(1) { 'a' => 1 }",
    "Uint8Array.of(1, 2)": "Uint8Array(2) [ 1, 2 ]",
    "Object.create(null)": "[Object: null prototype] {}",
    "new Proxy({}, { get() { throw new Error('no'); }, has() { throw new Error('no'); } })": "{}",
    "10n": "10n",
    "Symbol('s')": "Symbol(s)",
    "null": "null",
    "undefined": "undefined",
    "''": "''",
    "{}": "{}",
    "[]": "[]",
}


@pytest.mark.parametrize("value", OTHERS)
def test_objects_that_are_not_bundles_are_shown_as_text(session, value):
    [content] = session.run(f"display({value})").of("display_data")
    assert content["data"] == {"text/plain": OTHERS[value]}


def test_bundles_are_valid_json(session):
    run = session.run("display({ 'application/json': { big: 1e300, small: -0, text: '\\u2028\\u0000\\\\' } })")
    [content] = run.of("display_data")
    assert json.loads(json.dumps(content["data"]["application/json"])) == {"big": 1e300, "small": 0, "text": "\u2028\x00\\"}
