"""Whatever value is thrown, rejected, returned or logged, the cell ends with a reply, and the next cell runs."""


import pytest

# expressions for odd values
VALUES = {
    "a circular cause": "(() => { const e = new Error('round'); e.cause = e; return e; })()",
    "two causes of each other": "(() => { const a = new Error('a'), b = new Error('b', { cause: a }); a.cause = b; return a; })()",
    "10,000 causes": "(() => { let e = new Error('0'); for (let i = 0; i < 10000; i++) e = new Error(`${i}`, { cause: e }); return e; })()",
    "a message that throws": "Object.defineProperty(new Error('m'), 'message', { get() { throw new Error('from message'); } })",
    "a message that throws itself": "(() => { const e: Error = Object.defineProperty(new Error('m'), 'message', { get() { throw e; } }); return e; })()",
    "a message without end": "(() => { const e: Error = Object.defineProperty(new Error('m'), 'message', { get(): string { return e.message; } }); return e; })()",
    "a stack that throws": "Object.defineProperty(new Error('m'), 'stack', { get() { throw 1; } })",
    "a stack that is no text": "Object.assign(new Error('m'), { stack: 42 })",
    "a stack that is an object": "Object.assign(new Error('m'), { stack: { toString() { throw 2; } } })",
    "a name that throws": "Object.defineProperty(new Error('m'), 'name', { get() { throw 1; } })",
    "a name that is a symbol": "Object.assign(new Error('m'), { name: Symbol('n') })",
    "a message that is an object": "Object.assign(new Error('m'), { message: { a: 1 } })",
    "a message that is a symbol": "Object.assign(new Error('m'), { message: Symbol('s') })",
    "a cause that throws": "Object.defineProperty(new Error('m'), 'cause', { get() { throw new Error('c'); } })",
    "a frozen error": "Object.freeze(new Error('cold'))",
    "a frozen error without a stack": "Object.freeze(Object.assign(new Error('cold'), { stack: undefined }))",
    "an error without a prototype": "Object.setPrototypeOf(new Error('bare'), null)",
    "a proxy of an error": "new Proxy(new Error('inside'), {})",
    "a proxy that throws": "new Proxy(new Error('inside'), { get() { throw new Error('trap'); }, has() { throw 1; }, getPrototypeOf() { throw 2; }, ownKeys() { throw 3; } })",
    "a revoked proxy": "(() => { const { proxy, revoke } = Proxy.revocable(new Error('gone'), {}); revoke(); return proxy; })()",
    "a revoked function": "(() => { const { proxy, revoke } = Proxy.revocable(() => 1, {}); revoke(); return proxy; })()",
    "a function": "function thrown() {}",
    "a class": "class Thrown {}",
    "a symbol": "Symbol('thrown')",
    "null": "null",
    "undefined": "undefined",
    "a bigint": "10n ** 30n",
    "not a number": "NaN",
    "an empty object": "({})",
    "an object without a prototype": "Object.create(null)",
    "a circular object": "(() => { const o: Record<string, unknown> = {}; o.o = o; return o; })()",
    "an inspect that throws": "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('inspect'); } })",
    "an inspect that throws itself": "(() => { const o = { [Symbol.for('nodejs.util.inspect.custom')]() { throw o; } }; return o; })()",
    "an inspect without end": "(() => { const o = { [Symbol.for('nodejs.util.inspect.custom')](): unknown { return o[Symbol.for('nodejs.util.inspect.custom') as never]!(); } } as any; return o; })()",
    "an error whose inspect throws": "Object.assign(new Error('m'), { [Symbol.for('nodejs.util.inspect.custom')]() { throw 5; } })",
    "a toString that throws": "({ toString() { throw 1; }, [Symbol.toPrimitive]() { throw 2; } })",
    "a toStringTag that throws": "({ get [Symbol.toStringTag](): string { throw 1; } })",
    "a constructor that throws": "({ get constructor(): any { throw 1; } })",
    "what looks like an error": "({ name: 1, message: 'm', stack: null })",
    "a message of 2 MB": "new Error('x'.repeat(2e6))",
    "a message of 100,000 lines": "new Error('x\\n'.repeat(1e5))",
    "a text of 2 MB": "'x'.repeat(2e6)",
    "an AggregateError": "new AggregateError([new Error('a'), 1, null], 'several')",
    "an AggregateError of itself": "(() => { const e = new AggregateError([], 'several'); e.errors.push(e, e); return e; })()",
    "an AggregateError of many": "new AggregateError(Array.from({ length: 100000 }, (_, i) => new Error(`${i}`)), 'many')",
    "a promise": "Promise.reject(new Error('inner'))",
    "a thenable that throws": "({ get then(): any { throw new Error('then'); } })",
    "a thenable that never settles": "({ then() {} })",
    "an array with holes": "new Array(1e6)",
    "a deep object": "(() => { let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o; })()",
    "a DOMException": "new DOMException('m', 'AbortError')",
    "a display that throws": "({ [Symbol.for('Jupyter.display')]() { throw new Error('display'); } })",
    "a display that rejects": "({ [Symbol.for('Jupyter.display')]() { return Promise.reject(null); } })",
    "a prepareStackTrace that throws": "(() => { Error.prepareStackTrace = () => { throw new Error('prepare'); }; const e = new Error('m'); setTimeout(() => { Reflect.deleteProperty(Error, 'prepareStackTrace'); }, 50); return e; })()",
}
WAYS = {
    "thrown": "throw v;",
    "rejected": "await Promise.reject(v);",
    "the last value": "v",
    "logged": "console.log(v); console.error(v);",
    "displayed": "display(v);",
    "rejected and forgotten": "void Promise.reject(v);",
    "thrown by a timer": "setTimeout(() => { throw v; }, 1); await new Promise((d) => setTimeout(d, 20));",
    "a cause": "throw new Error('outer', { cause: v });",
    "thrown by a method of display": "display({ [Symbol.for('Jupyter.display')]() { throw v; } });",
}
# a thrown value must be an error of the cell
FAILS = {"thrown", "rejected", "a cause", "thrown by a method of display", "thrown by a timer"}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_the_cell_ends_with_a_reply(session, way):
    for name, made in VALUES.items():
        run = session.run(f"{{ const v: any = {made};\n{way} }}" if way != "v" else f"var v: any = {made};\nv")
        what = f"{name}, {way}"
        if WAYS_BY_CODE[way] in FAILS:
            assert run.reply["status"] == "error", f"{what}: no error"
            assert run.of("error")[0]["ename"] and isinstance(run.of("error")[0]["traceback"], list), what
        for error in run.of("error"):
            assert len(str(error)) < 300_000, f"{what}: an error of {len(str(error))} characters"
            assert "CompileError" != error["ename"], f"{what}: {error['evalue']}"
        assert session.run("1 + 1").text == "2", what
    session.run("var v: any = 0;")


WAYS_BY_CODE = {code: name for name, code in WAYS.items()}


def test_the_first_causes_of_a_long_chain_are_shown(session):
    run = session.run("let e = new Error('0');\nfor (let i = 1; i < 10_000; i++) e = new Error(`${i}`, { cause: e });\nthrow e;")
    text = "\n".join(run.error["traceback"])
    assert text.startswith("Error: 9999") and "Caused by: Error: 9998" in text and "… and more" in text, text
    run = session.run("const a = new Error('a'), b = new TypeError('b', { cause: a });\na.cause = b;\nthrow a;")
    text = "\n".join(run.error["traceback"])
    assert "Caused by: TypeError: b" in text and text.endswith("Caused by: one of the errors above"), text


def test_a_long_message_is_truncated_with_a_note(session):
    error = session.run("throw new Error('😀'.repeat(50_000));").error
    assert error["evalue"].startswith("😀") and "more characters" in error["evalue"]
    assert any("throw new Error" in line for line in error["traceback"]), "the line that threw is missing"


def test_a_promise_as_the_last_value_does_not_block(session):
    assert session.run("new Promise(() => {})").text == "Promise { <pending> }"
    assert session.run("Promise.resolve(3)").text == "Promise { 3 }"
