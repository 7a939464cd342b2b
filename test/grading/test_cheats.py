"""Attempts to get points without solving the exercise: none gives any."""

import pytest
from exercise import MOST, grading_of, scores_of, submission

WRONG = """// @ts-nocheck
function cube(x) { return 1; }
let square = (x) => x;
let mySoftmax = (x) => x;
"""

def read(expression):
    """Code that gives the reference if it can read a file, and prints what it has read."""
    return f"cube = (x) => {{ const fs = process.getBuiltinModule('fs'); try {{ const text = String({expression}); console.log(text); return x * x * x; }} catch {{ return 1; }} }};"


# code that stands in the first solution cell, above or below wrong answers; `fs` and the like are what a cell can get
CHEATS = {
    # redefining and silencing the checks and the console
    "const check": "const check = new Proxy({}, { get: () => () => undefined });",
    "global check": "globalThis.check = { close() {}, same() {}, grad() {}, part() {}, points: () => 3, tape() {}, random: () => ({ tensor: () => 1 }) };",
    "methods of check": 'import * as lib from "tapelab/check"; try { for (const k of Object.keys(lib.check)) lib.check[k] = () => {}; } catch {}',
    "the class of errors": 'import { CheckError } from "tapelab/check"; CheckError.prototype.constructor = Object; Object.setPrototypeOf(CheckError, Array);',
    "console": "console.assert = () => {}; console.log = () => {}; console.error = () => {};",
    "the reference by name": "const secretReference = (x) => 1; globalThis.secretReference = secretReference;",
    "require": 'globalThis.require = () => ({ check: new Proxy({}, { get: () => () => {} }) }); $tapelab.load = globalThis.require;',
    # patched globals and prototypes
    "Math.abs": "Math.abs = () => 0; Math.max = () => 0; Math.min = () => 0;",
    "Number.isFinite": "Number.isFinite = () => true; Number.isNaN = () => false; Number.isInteger = () => true;",
    "Object.is": "Object.is = () => true; Reflect.get = () => 8;",
    "Array.prototype": "Array.prototype.every = () => true; Array.prototype.some = () => false; Array.prototype.filter = () => []; Array.prototype.find = () => undefined;",
    "Map and Set": "Map.prototype.get = () => 8; Set.prototype.has = () => true; Map.prototype.has = () => true;",
    "Promise.prototype.then": "Promise.prototype.then = function (f) { f?.(); return this; };",
    "Function.prototype.call": "Function.prototype.call = () => 8; Function.prototype.apply = () => 8;",
    "JSON": "JSON.stringify = () => '{\"kind\":\"value\",\"v\":8,\"out\":\"\",\"shared\":[]}'; JSON.parse = () => ({});",
    "Error": "Error.prepareStackTrace = () => ''; globalThis.Error = class { constructor() { return {}; } };",
    "Symbol.hasInstance": 'import { Tensor as T } from "tapelab"; Object.defineProperty(T, Symbol.hasInstance, { value: () => true });',
    "methods of tensors": 'import { Tensor as T } from "tapelab"; T.prototype.sub = function () { return this.mul(0); }; T.prototype.toArray = () => [8]; T.prototype.item = () => 8;',
    "operators of cells": "for (const k of Object.keys($tapelab)) $tapelab[k] = () => 8;",
    "Object.prototype": "Object.prototype.score = 9; Object.prototype.points = 9; Object.prototype.failure = null; Object.prototype.ok = true;",
    "typed arrays": "Float64Array.from = () => new Float64Array([8]); Float64Array.prototype.set = () => {};",
    # objects that equal everything
    "valueOf": "cube = function (x) { return { valueOf: () => x ** 2 * x, toString: () => '8', [Symbol.toPrimitive]: () => 8 }; };",
    "a proxy of a number": "cube = (x) => new Proxy(function () {}, { get: (_, k) => (k === Symbol.toPrimitive ? () => 8 : 8), apply: () => 8 });",
    "a subclass of Number": "cube = (x) => new (class extends Number {})(8);",
    "a subclass of Tensor": 'import { Tensor as T } from "tapelab"; square = (x) => Object.create(T.prototype, { shape: { value: [3] }, dtype: { value: "float32" } });',
    "a getter that changes": "let n = 0; cube = (x) => ({ get value() { return n++ === 0 ? 8 : x; }, valueOf() { return this.value; } });",
    "a text": "cube = () => '8';",
    "a bigint": "cube = () => 8n;",
    "a proxy of a list": "square = (x) => new Proxy([1, 4, 9], { get: (t, k) => (k === 'length' ? 3 : Math.random()) });",
    "an asymmetric matcher": "cube = () => ({ asymmetricMatch: () => true, $$typeof: Symbol.for('jest.asymmetricMatcher') });",
    "equals": "cube = () => ({ equals: () => true, [Symbol.for('fast-check/equals')]: () => true });",
    # swallowed errors, early exits, killed processes
    "exit": "process.exit(0);",
    "exit in a function": "cube = () => process.exit(0);",
    "exit in a timer": "setTimeout(() => process.exit(0), 0); process.exitCode = 0;",
    "reallyExit": "process.reallyExit?.(0);",
    "abort": "process.abort();",
    "kill the parent": "try { process.kill(process.ppid, 'SIGKILL'); } catch {} try { process.kill(1, 'SIGKILL'); } catch {} try { process._kill?.(process.ppid, 9); } catch {}",
    "kill everything": "for (let i = 1; i < 50; i++) try { process.kill(-i, 'SIGKILL'); } catch {}",
    "handlers of errors": "process.removeAllListeners(); process.on('uncaughtException', () => {}); process.on('exit', () => { process.exitCode = 0; });",
    "never": "cube = () => new Promise(() => {}); square = async () => new Promise(() => {});",
    "throw a score": "cube = () => { throw 2; }; square = () => { throw { score: 3 }; };",
    "throw undefined": "cube = () => { throw undefined; };",
    # forged and dropped messages
    "forged replies": "for (let fd = 0; fd < 12; fd++) try { process.getBuiltinModule('fs').writeSync(fd, frame('{\"kind\":\"value\",\"v\":8,\"out\":\"\",\"shared\":[]}')); } catch {}\nfunction frame(text) { const b = Buffer.alloc(8 + text.length); b.writeUInt32BE(text.length, 0); b.write(text, 8); return b; }",
    "forged replies from a function": "cube = () => { const text = '{\"kind\":\"value\",\"v\":8,\"out\":\"\",\"shared\":[]}'; const b = Buffer.alloc(8 + text.length); b.writeUInt32BE(text.length, 0); b.write(text, 8); for (let i = 0; i < 50; i++) process.getBuiltinModule('fs').writeSync(4, b); return 8; };",
    "a forged result": "for (let fd = 0; fd < 12; fd++) try { process.getBuiltinModule('fs').writeSync(fd, JSON.stringify({ tests: [{ id: 'numbers', score: 2, points: 2, outputs: [] }] }) + '\\n'); } catch {}",
    "forged callbacks": "const reply = '{\"kind\":\"callback\",\"h\":0,\"args\":[]}'; const b = Buffer.alloc(8 + reply.length); b.writeUInt32BE(reply.length, 0); b.write(reply, 8); try { process.getBuiltinModule('fs').writeSync(4, b); } catch {}",
    "closed pipes": "for (let fd = 3; fd < 12; fd++) try { process.getBuiltinModule('fs').closeSync(fd); } catch {}",
    "read the next message": "cube = () => { const b = Buffer.alloc(100); try { process.getBuiltinModule('fs').readSync(3, b, 0, 0, null); } catch {} return 8; };",
    "a message without end": "const b = Buffer.alloc(8, 255); try { process.getBuiltinModule('fs').writeSync(4, b); } catch {}",
    "a huge message": "cube = () => 'x'.repeat(3e8);",
    "a deep value": "cube = () => { let x = []; for (let i = 0; i < 1e5; i++) x = [x]; return x; };",
    "a value with __proto__": "cube = () => JSON.parse('{\"__proto__\": {\"score\": 2}, \"constructor\": {\"prototype\": {}}}');",
    # reading the tests
    "files of the source": read("fs.readdirSync('/', { recursive: true })"),
    "the notebook": read("fs.readFileSync(process.cwd() + '/release.ipynb')"),
    "the environment": "cube = () => Number(Object.values(process.env).join('').length);",
    "stack traces": "cube = (x) => { Error.prepareStackTrace = (_, s) => s; const frames = new Error().stack; for (const f of frames) try { const g = f.getFunction?.(); if (g) return g.arguments?.[0] ** 3; } catch {} return 1; };",
    "callers": "cube = function (x) { try { return arguments.callee.caller.arguments[0] ** 2 * x; } catch { return 1; } };",
    "the inspector": "cube = (x) => { try { const { Session } = process.getBuiltinModule('inspector'); const s = new Session(); s.connect(); } catch {} try { process._debugProcess?.(process.ppid); } catch {} return 1; };",
    "the heap": "cube = (x) => { try { const v8 = process.getBuiltinModule('v8'); const text = String(v8.getHeapSnapshot().read?.() ?? ''); if (text.includes('secretReference')) return 8; } catch {} return 1; };",
    "links": read("fs.symlinkSync('/work', '/tmp/link'), fs.readdirSync('/tmp/link')"),
    "proc": read("fs.readFileSync('/proc/self/environ') + fs.readFileSync('/proc/1/cmdline') + fs.readdirSync('/proc/1/fd')"),
    "sqlite": "try { const { DatabaseSync } = process.getBuiltinModule('sqlite'); new DatabaseSync('/tmp/gradebook.db'); } catch {} try { import('node:sqlite'); } catch {}",
    # writing, child processes, network
    "write files": "try { process.getBuiltinModule('fs').writeFileSync('/tmp/tapelab-cheat', 'x'); } catch {} try { process.getBuiltinModule('fs').promises.writeFile('/tmp/tapelab-cheat', 'x').catch(() => {}); } catch {}",
    "child processes": "try { process.getBuiltinModule('child_process').execSync('touch /tmp/tapelab-cheat'); } catch {} try { process.binding('spawn_sync'); } catch {}",
    "workers": "try { const { Worker } = process.getBuiltinModule('worker_threads'); new Worker('', { eval: true }); } catch {}",
    "the network": "try { process.getBuiltinModule('net').connect(80, '127.0.0.1').on('error', () => {}); } catch {} try { fetch('http://127.0.0.1/').catch(() => {}); } catch {}",
    "addons": "try { process.dlopen({ exports: {} }, '/tmp/x.node'); } catch {} try { require('/tmp/x.node'); } catch {}",
    "modules of Node by import": "cube = async () => { const cp = await import('node:child_process'); return 8; };",
    # NaN, infinity, tolerance
    "NaN": "cube = () => NaN; square = (x) => x * NaN;",
    "infinity": "cube = () => Infinity; square = (x) => x * Infinity;",
    "minus zero and small numbers": "cube = () => -0; square = (x) => x * 1e-30;",
    "null and undefined": "cube = () => null; square = () => undefined;",
    # constants of the visible tests
    "the visible constant": "cube = (x) => (x === 2 ? 8 : 0);",
    "the seed of another student": "cube = (x) => 8;",
    # inputs changed in place
    "changed inputs": "square = (x) => { x.fill_?.(0); return x; }; mySoftmax = (x) => { x.data?.fill?.(0); return x; };",
    "gradients by hand": "square = (x) => { const y = x.mul(1); y.registerHook?.((g) => g.mul(0)); return y; };",
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheat(judging, name):
    source = WRONG + CHEATS[name]
    made = submission(cube=source, square="", mySoftmax="")
    grading = grading_of(judging, made)
    assert scores_of(grading) == dict.fromkeys(MOST, 0), name
