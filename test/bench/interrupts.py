"""Interrupts generated async programs at random moments, and checks that no part of them runs afterwards. Usage: interrupts.py [PROGRAMS] [SEED]"""

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))

SETUP = """
import { enableGrad, nn, optim, randn, isGradEnabled, noGrad } from "tapelab";
import { readFile } from "node:fs/promises";
import { spawn, execSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
let c = 0;
const bump = (): number => ++c;
const sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, ms); });
const nap = async (ms: number): Promise<void> => { try { await sleep(ms); } finally { bump(); } };
async function* numbers(n: number): AsyncGenerator<number> { for (let i = 0; i < n; i++) { await sleep(1); yield i; } }
const net = new nn.Linear(8, 8);
const sgd = new optim.SGD(net.parameters(), { lr: 1e-4 });
// overlapping async bodies share their modes, so grad mode is set here
const step = (): void => { enableGrad(() => { sgd.zeroGrad(); (net(randn([4, 8])) ** 2).sum().backward(); sgd.step(); }); bump(); };
// requests that were answered during the termination stay active, but run no code
const resources = (): string => process.getActiveResourcesInfo().filter((r) => !/Immediate|FSReqPromise/.test(r)).toSorted().join();
"""

# `@` stands for a block of statements, `#` for a small number
STATEMENTS = [
    "bump();",
    "await sleep(#); bump();",
    "await nap(#);",
    "await wait(#); bump();",
    "await null; bump();",
    "step(); await sleep(1);",
    "await noGrad(async () => { await sleep(#); bump(); });",
    "await sleep(#).then(bump).then(() => sleep(1)).catch(bump);",
    "await Promise.all([nap(#), sleep(#).then(bump)]);",
    "await Promise.race([sleep(#), new Promise(() => {})]); bump();",
    "await Promise.allSettled([nap(#), Promise.reject(1)]); bump();",
    "await readFile('/dev/null'); bump();",
    "setInterval(bump, #);",
    "setImmediate(function again() { bump(); setImmediate(again); });",
    "void (async () => { for (;;) { await sleep(#); bump(); } })();",
    "spawn('sleep', ['987']).on('exit', bump);",
    "for (let i = 0; i < 2e5; i++) bump();",
    "execSync('sleep 0.05'); bump();",
]
BLOCKS = [
    "for (let i = 0; i < 5; i++) { @ }",
    "for await (const n of numbers(6)) { bump(); @ }",
    "for (const n of progress(5)) { @ }",
    "for await (const n of progress(numbers(5))) { @ }",
    "try { @ } catch { bump(); }",
    "try { @ } finally { bump(); }",
    "try { @ } finally { await sleep(1); bump(); }",
    "await (async () => { @ })();",
    "await Promise.all([1, 2].map(async (n) => { @ }));",
    "await (async function named() { try { @ } catch { bump(); } @ })();",
    "{ class Job { async run(): Promise<void> { @ } } await new Job().run(); }",
]


def program(rng, depth=3):
    """Returns random statements, nested up to `depth` blocks."""
    parts = []
    for _ in range(rng.randint(1, 3)):
        text = rng.choice(BLOCKS if depth > 0 and rng.random() < 0.6 else STATEMENTS)
        while "@" in text:
            text = text.replace("@", program(rng, depth - 1), 1)
        while "#" in text:
            text = text.replace("#", str(rng.randint(1, 12)), 1)
        parts.append(text)
    return " ".join(parts)


def value(session, code):
    """The value of a cell, which the second of two interrupts may hit on a busy machine."""
    run = session.run(code)
    return run.text if run.reply["status"] == "ok" else session.run(code).text


def check(session, rng):
    """Interrupts one program, and returns a list of errors."""
    code = f"console.log('runs');\nfor (;;) {{ {program(rng)} await sleep(1); }}"
    before = session.run("resources()").text
    mid = session.send(code)
    session.wait_for(mid, "stream")
    time.sleep(rng.random() ** 2 * 0.4)
    for _ in range(rng.choice([1, 1, 1, 2])):
        session.manager.interrupt_kernel()
    run = session.collect(mid)
    wrong = []
    if run.reply["status"] != "error" or run.reply.get("ename") != "KeyboardInterrupt":
        wrong.append(f"the cell ended with {run.reply}")
    # by then a second interrupt was handled, and a child process that was killed has ended
    time.sleep(0.15)
    first = value(session, "c")
    time.sleep(0.12)
    if value(session, "c") != first:
        wrong.append("the program still runs")
    # a process may end late on a busy machine
    end = time.monotonic() + 30
    while (after := session.run("resources()").text) != before and time.monotonic() < end:
        time.sleep(0.1)
    if after != before:
        wrong.append(f"active resources: expected {before}, but got {after}")
    if session.run("[isGradEnabled(), (randn([3], { requiresGrad: true }) ** 2).sum().requiresGrad]").text != "[ true, true ]":
        wrong.append("the engine does not record ops")
    return [f"{what}: {code}" for what in wrong]


def soak(session, programs, seed, report=lambda text: None):
    """Interrupts many programs, and returns a list of errors."""
    session.run(SETUP)
    rng = random.Random(seed)
    wrong = []
    for i in range(programs):
        wrong += check(session, rng)
        if (i + 1) % 20 == 0:
            report(f"{i + 1:>5} programs, {len(wrong)} errors")
    return wrong


if __name__ == "__main__":
    from client import kernel

    given = [int(x) for x in sys.argv[1:]]
    programs, seed = [*given, *[200, 1][len(given) :]]
    with tempfile.TemporaryDirectory() as folder, kernel(folder) as session:
        wrong = soak(session, programs, seed, print)
    print("\n\n".join(wrong) or "no errors")
    sys.exit(1 if wrong else 0)
