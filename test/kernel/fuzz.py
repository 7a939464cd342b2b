"""Sends random malformed messages to a kernel, and has cells send odd values. Usage: python test/kernel/fuzz.py [SEED] [COUNT]"""

import json
import random
import re
import sys
import tempfile
from queue import Empty

import zmq
from client import kernel

TYPES = [
    *(f"{name}_request" for name in ["execute", "inspect", "complete", "is_complete", "history", "comm_info", "kernel_info", "connect", "interrupt", "debug", "mystery"]),
    *["comm_open", "comm_msg", "comm_close", "input_reply", "execute_reply", "status", "", "__proto__"],
]
FIELDS = ["code", "cursor_pos", "detail_level", "user_expressions", "hist_access_type", "n", "session", "start", "stop", "pattern", "unique", "output", "raw", "comm_id", "target_name", "data", "value", "silent", "store_history", "allow_stdin", "stop_on_error", "seq", "command", "arguments", "__proto__"]


def nested(depth):
    return "[" * depth + "]" * depth


def odd_json(rng):
    """Returns the text of a JSON value, often of an unexpected type."""
    return rng.choice([
        "null", "true", "-1", "1e308", "1e999", "0.5", '""', '"x"', '"\\ud83d"', '"\\u0000"', '"range"', '"search"', '"**********b"', "[]", "{}",
        '{"__proto__": {"x": 1}}', '{"constructor": null}', '{"method": "request_states"}', '{"method": "update", "state": 5, "buffer_paths": [[1], null]}',
        json.dumps("x" * rng.randrange(100_000)), nested(rng.choice([5, 20_000])), '{"a": ' + nested(3000) + "}", json.dumps("😀" * 1000),
        '"const x: = ;"', '"`"', '"(" ', '"display(1)"', '"jupyter.widget.control"', '"control-1"',
    ])  # fmt: skip


def odd_header(rng, kind):
    plain = {"msg_id": f"fuzz-{rng.random()}", "msg_type": kind, "session": "s", "username": "u", "date": "", "version": "5.4"}
    members = {key: json.dumps(value) for key, value in plain.items()}
    if rng.random() < 0.3:
        members[rng.choice([*plain, "subshell_id", "more"])] = odd_json(rng)
    return "{" + ", ".join(f"{json.dumps(k)}: {v}" for k, v in members.items()) + "}"


def odd_message(rng, sign):
    """Returns the frames of a message: most are signed, and most follow the protocol."""
    kind = rng.choice(TYPES)
    content = "{" + ", ".join(f'"{f}": {odd_json(rng)}' for f in rng.sample(FIELDS, rng.randrange(8))) + "}"
    parts = [part.encode() for part in [odd_header(rng, kind), odd_json(rng), "{}", content]]
    damage = rng.random()
    if damage < 0.1:
        parts[rng.randrange(4)] = rng.choice([b"", b"\xff\xfe\x80", b"not json", b"[1", b'{"msg_id": "\xf0\x9f"}'])
    signature = sign(parts) if rng.random() < 0.9 else rng.choice([b"", b"0" * 64, b"\xff", b"x" * 10_000])
    frames = [b"<IDS|MSG>", signature, *parts, *(rng.randbytes(rng.randrange(200)) for _ in range(rng.randrange(3)))]
    if rng.random() < 0.1:
        frames = rng.sample(frames, rng.randrange(1, len(frames)))
    return frames



def is_alive(session):
    """Whether a cell returns its result. An earlier message may interrupt it, and an error of another cell may abort it."""
    return any("'alive'" in str(session.run("'alive'").of("execute_result")) for _ in range(10))


def send_odd_messages(session, seed, count):
    rng = random.Random(seed)
    info = session.client.get_connection_info()
    context = zmq.Context.instance()
    sockets = [context.socket(zmq.DEALER) for _ in range(3)]
    for socket, port in zip(sockets, ["shell_port", "control_port", "stdin_port"]):
        socket.linger = 0
        socket.connect(f"tcp://{info['ip']}:{info[port]}")
    heartbeat = context.socket(zmq.DEALER)
    heartbeat.linger = 0
    heartbeat.connect(f"tcp://{info['ip']}:{info['hb_port']}")
    for i in range(count):
        frames = odd_message(rng, session.client.session.sign)
        rng.choice(sockets).send_multipart(frames)
        if i % 20 == 0:
            heartbeat.send_multipart(rng.choice([[b"ping"], [b"", b"ping"], [b"", b"\xff" * 1000]]))
        if i % 100 == 99:
            assert is_alive(session), f"seed {seed}, after message {i}"
    for socket in [*sockets, heartbeat]:
        socket.close()
    assert is_alive(session), f"seed {seed}"



# --- values that cells send

ATOMS = [
    "1", "-0", "NaN", "1n", "'x'", "'\\ud83d'", "'\\udc00\\ud83d'", "''", "null", "undefined", "true", "Symbol('s')", "Symbol.iterator", "() => 1", "class A {}", "new Date(NaN)", "/x/g", "new Error('e')",
    "new Map([[1, 2]])", "new Set([1])", "new WeakMap()", "new ArrayBuffer(3)", "new Uint8Array(3)", "new BigInt64Array(2)", "Buffer.from('b')", "new DataView(new ArrayBuffer(2))", "new Proxy({}, {})",
    "Proxy.revocable({}, {}).revoke", "(() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy; })()", "new Proxy([], { get() { throw 1; } })", "new Proxy({}, { ownKeys() { throw 1; } })", "Object.create(null)",
    "{ toJSON() { throw new Error('t'); } }", "{ toJSON() { return this; } }", "{ toJSON: () => 1n }", "{ get g() { throw { toString() { throw 1; } }; } }", "circle", "deep(150)", "deep(100000)", "globalThis", "process",
    "Promise.resolve(1)", "Promise.reject(new Error('r')).catch(() => {}) && 1", "new Array(3)", "new String('s')", "Object(1n)", "function* g() {}", "open", "w", "tensorLike", "{ __proto__: null, a: 1 }", "{ ['__proto__']: 5 }",
    "{ [Symbol.for('Jupyter.display')]: 5 }", "{ [Symbol.for('Jupyter.display')]() { throw new Error('d'); } }", "{ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('i'); } }",
]  # fmt: skip
MIMES = ["text/plain", "text/html", "image/png", "image/svg+xml", "application/json", "application/vnd.vegalite.v5+json", "application/vnd.x+json", "application/x-y", "text/latex", "not a type", "application/vnd.jupyter.widget-view+json"]
USES = [
    "display(V)", "V", "display({ M: V })", "({ [Symbol.for('Jupyter.display')]: () => V })", "({ [Symbol.for('Jupyter.display')]: () => ({ M: V, N: V }) })", "({ [Symbol.for('Jupyter.display')]: async () => ({ M: V }) })",
    "display(1).update(V)", "display({ M: V }).update({ N: V })", "createComm(V)", "createComm('x', V)", "createComm('x', {}, V)", "open.send(V)", "open.send({ a: V }, { metadata: V })", "open.send({}, { buffers: V })", "open.send({}, { buffers: [V] })",
    "w.set({ a: V })", "w.set(V)", "widget({ esm: V, css: V, state: V, text: V })", "clearOutput({ wait: V })", "clearOutput(V)", "console.log(V)", "console.error('%d %s %o', V, V, V)", "print(V)", "print([{ a: V }])", "process.stdout.write(V)",
    "throw V", "throw Object.assign(new Error('x'), { message: V })", "throw Object.assign(new Error('x'), { name: V })", "throw Object.assign(new Error('x'), { stack: V })", "prompt(V)", "plot.line(V)", "plot.line([1], V)", "onComm(V, V)", "progress(V)", "interact(V, V)",
    "interact(() => V, { a: textbox('x') })", "const kept = V; kept", "setTimeout(() => { throw V; })", "Promise.reject(V)", "queueMicrotask(() => display(V))",
]  # fmt: skip
SETUP = """//
const circle: any = {}; circle.self = { circle };
const deep = (n: number): unknown => { let x: unknown = 1; for (let i = 0; i < n; i++) x = [x]; return x; };
const open = createComm("somewhere"); const w = widget({ esm: "", state: { kept: 1 } });
const tensorLike = (await import("tapelab")).tensor([1, NaN]);"""


def odd_value(rng, depth=0):
    if depth < 3 and rng.random() < 0.4:
        members = [odd_value(rng, depth + 1) for _ in range(rng.randrange(4))]
        if rng.random() < 0.5:
            return f"[{', '.join(members)}]"
        return "{" + ", ".join(f"{rng.choice(['a', 'b', chr(39) + chr(0xe9) + chr(39), '1'])}: {m}" for m in members) + "}"
    return rng.choice(ATOMS)


def odd_cell(rng):
    """Returns a cell that passes an odd value to a function which sends it. It may throw, and must end."""
    use = rng.choice(USES).replace("M", repr(rng.choice(MIMES))).replace("N", repr(rng.choice(MIMES)))
    return "".join(f"({odd_value(rng)} as any)" if part == "V" else part for part in re.split(r"\b(V)\b", use))


def run_odd_cells(session, seed, count):
    rng = random.Random(seed)
    assert session.run(SETUP).reply["status"] == "ok"
    for i in range(count):
        code = odd_cell(rng)
        try:
            run = session.run(code, stop_on_error=False, allow_stdin=False)
        except Empty:
            raise AssertionError(f"seed {seed}: no end of {code}") from None
        assert run.reply["status"] in ("ok", "error"), code
        json.dumps([m["content"] for m in run.messages], ensure_ascii=False).encode()
    assert session.run("w.get('kept')").text == "1", f"seed {seed}: the variables are gone"


def main():
    given = [int(a) for a in sys.argv[1:]]
    seed, count = given + [1, 2000][len(given) :]
    with kernel(tempfile.mkdtemp()) as session:
        send_odd_messages(session, seed, count)
        run_odd_cells(session, seed, count)
    print(f"seed {seed}: {count} messages and {count} cells, and the kernel is alive")


if __name__ == "__main__":
    main()
