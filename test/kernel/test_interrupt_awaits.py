"""An interrupt ends code that awaits: nothing of the cell continues, and other cells are not affected."""

import json
import os
import time

import pytest
from client import TIMEOUT, is_running, wait_until

SLEEP = "const sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, ms); });\n"


def interrupted(session, code, shown=None):
    """
    Runs a cell that does not end, interrupts it once it has printed a text, and returns its outputs. Without a text, it is interrupted when the first line that is no
    import has run, and the program waits: a timer prints.
    """
    lines = code.split("\n")
    first = next(i for i, line in enumerate(lines) if not line.strip().startswith("import "))
    say = "" if shown else 'setTimeout(() => { console.log("waits"); }, 30);'
    mid = session.start("\n".join([*lines[:first], say, *lines[first:]]), shown or "waits")
    session.manager.interrupt_kernel()
    run = session.collect(mid)
    assert run.reply["status"] == "error", f"the cell ended with {run.reply}"
    assert run.error["ename"] == "KeyboardInterrupt", run.error
    return run


def value(session, code):
    run = session.run(code)
    assert run.reply["status"] == "ok", run.reply
    return json.loads(run.text)


def stands_still(session, name="c"):
    first = value(session, name)
    # many times the pauses of the programs
    time.sleep(0.15)
    assert value(session, name) == first, f"{name} went on counting after the interrupt"
    return first


LOOPS = {
    "a loop of awaits": "for (;;) { await sleep(10); c++; }",
    "a loop that swallows errors": "for (;;) { try { await sleep(10); } catch {} c++; }",
    "a loop that swallows rejections": "for (;;) { await sleep(10).catch(() => {}); c++; }",
    "an async function": "const go = async (): Promise<void> => { for (;;) { await sleep(10); c++; } };\nawait go();",
    "two loops in Promise.all": "const each = async (): Promise<void> => { for (;;) { await sleep(5); c++; } };\nawait Promise.all([each(), each()]);",
    "a loop that nobody awaits beside a loop": "void (async () => { for (;;) { await sleep(5); c++; } })();\nfor (;;) await sleep(20);",
    "a chain of then": "const chain = (): Promise<unknown> => sleep(5).then(() => { c++; }).then(chain);\nawait chain();",
    "a chain of then on files": 'import { promises as fs } from "node:fs";\nconst chain = (): Promise<unknown> => fs.stat(".").then(() => { c++; return chain(); });\nawait chain();',
    "a chain of immediates": "const spin = (): void => { c++; setImmediate(spin); };\nspin();\nawait new Promise(() => {});",
    "a chain of ticks": "const spin = (): void => { c++; process.nextTick(spin); };\nsetTimeout(spin, 100);\nawait new Promise(() => {});",
    "a chain of microtasks": "const spin = (): void => { c++; queueMicrotask(spin); };\nsetTimeout(spin, 100);\nawait new Promise(() => {});",
    "an interval": "setInterval(() => { c++; }, 5);\nawait new Promise(() => {});",
    "for await over an async generator": "async function* numbers() { for (let i = 0; ; i++) { await sleep(5); yield i; } }\nfor await (const n of numbers()) c++;",
    "for await over timers/promises": 'import { setInterval as every } from "node:timers/promises";\nfor await (const _ of every(5)) c++;',
    "progress over numbers": "for (const i of progress(1_000_000)) { await sleep(5); c++; }",
    "progress over an async generator": "async function* numbers() { for (let i = 0; ; i++) { await sleep(5); yield i; } }\nfor await (const n of progress(numbers())) c++;",
    "a promisified timer": 'import { promisify } from "node:util";\nconst wait = promisify(setTimeout);\nfor (;;) { await wait(5); c++; }',
    "reading files": 'import { readFile } from "node:fs/promises";\nfor (;;) { await readFile("/dev/null"); c++; }',
    "a message channel": "const { port1, port2 } = new MessageChannel();\nport1.on(\"message\", () => { c++; port2.postMessage(1); });\nport2.postMessage(1);\nawait new Promise(() => {});",
    "a class with async methods": "class Trainer { async step(): Promise<void> { await sleep(4); c++; } async train(): Promise<void> { for (;;) await this.step(); } }\nawait new Trainer().train();",
    "a finally that continues the loop": "for (;;) { try { await sleep(10); } finally { c++; continue; } }",
    "a finally that awaits for ever": "try { await sleep(1e6); } finally { for (;;) { await sleep(5); c++; } }",
    "a stream of bytes": 'import { createReadStream } from "node:fs";\ncreateReadStream("/dev/zero").on("data", () => { c++; });\nawait new Promise(() => {});',
    "AbortSignal.timeout in a loop": "for (;;) { const s = AbortSignal.timeout(5); await new Promise((done) => { s.onabort = done; }); c++; }",
}


@pytest.mark.parametrize("code", LOOPS.values(), ids=LOOPS.keys())
def test_nothing_of_an_interrupted_cell_continues(session, code):
    session.run(SLEEP + 'let c = 0;\nconst count = (): void => { if (++c === 3) console.log("counts"); };')
    counting = code.replace("c++", "count()")
    # a `finally` block counts after the interrupt
    counts_later = "1e6); } finally" in code
    run = interrupted(session, counting.replace("const ", "var ") if "import" not in code else counting, None if counts_later else "counts")
    assert stands_still(session) > 0
    assert "while it waited at cell[" in run.error["evalue"] or "ticks" in code or "spin" in code or "continue" in code, run.error["evalue"]


def test_the_message_names_the_line_of_the_await(session):
    session.run(SLEEP)
    run = interrupted(session, "let n: number = 0;\nfor (;;) {\n  n++; await sleep(10);\n}")
    count = run.reply["execution_count"]
    assert f"cell[{count}]:4:8" in run.error["evalue"], run.error
    assert any("n++; await sleep(10);" in line for line in run.error["traceback"]), run.error["traceback"]


def test_the_message_shows_the_suspended_functions(session):
    session.run(SLEEP + "async function train(): Promise<void> {\n  for (;;) await sleep(5);\n}")
    run = interrupted(session, "const before = 1;\nawait train();")
    text = "\n".join(run.error["traceback"])
    assert "at train (cell[" in text and ":3:12)" in text, text
    assert ":3:1)" in text, text


def test_finally_blocks_run_innermost_first_and_may_await(session):
    session.run(SLEEP + "let log: string[] = [];")
    interrupted(
        session,
        """
        const inner = async (): Promise<void> => { try { await sleep(1e6); } finally { await sleep(30); log.push("inner"); } };
        try { await inner(); log.push("never"); } catch { log.push("caught"); } finally { log.push("outer"); }
        log.push("never");
        """,
    )
    assert session.run("log.join()").text == "'inner,outer'"


@pytest.mark.parametrize(
    "code",
    [
        "for (const x of items()) await sleep(1e6);",
        "for (const x of [1, 2]) for (const y of items()) await sleep(1e6);",
        "for (const x of items()) for (const y of [1, 2]) await sleep(1e6);",
        "for (const x of items()) { for (const y of new Set([1])) await sleep(1); for (const z of 'ab') { const go = async () => { for (const w of [3]) await sleep(1e6); }; await go(); } }",
        "for (const x of [1]) { try { await sleep(1e6); } finally { log.push('closed'); } }",
        "try { for (const x of [1]) await sleep(1e6); } finally { log.push('closed'); }",
        "const loop = async (n: number): Promise<void> => { for (const x of n === 0 ? items() : [1]) { await (n === 0 ? sleep(1e6) : loop(n - 1)); } };\nawait loop(2);",
    ],
)
def test_iterators_of_nested_loops_are_closed(session, code):
    session.run(SLEEP + "let log: string[] = [];\nfunction* items() { try { yield 1; yield 2; } finally { log.push('closed'); } }")
    interrupted(session, code)
    assert session.run("log").text == "[ 'closed' ]"
    session.run("log = [];")


def test_output_of_finally_blocks_is_shown(session):
    run = interrupted(session, 'try { await new Promise(() => {}); } finally { console.log("cleaned up"); }')
    assert run.stdout == "cleaned up\n"


def test_a_second_interrupt_does_not_wait_for_finally_blocks(session):
    session.run(SLEEP)
    # `finally` blocks have a second; on a busy machine the second interrupt may come too late
    for _ in range(20):
        mid = session.start("console.log('runs');\ntry { await new Promise(() => {}); } finally { console.log('tidies'); await sleep(700); console.log('waited'); await new Promise(() => {}); }")
        session.manager.interrupt_kernel()
        text = ""
        while "tidies" not in text:
            text += session.wait_for(mid, "stream")["text"]
        session.manager.interrupt_kernel()
        run = session.collect(mid)
        assert run.error["ename"] == "KeyboardInterrupt"
        text += run.stdout
        if "waited" not in text:
            break
    assert "waited" not in text
    assert session.run("1 + 1").text == "2"


def test_timers_of_earlier_cells_continue(session):
    session.run(SLEEP + "let early = 0, mine = 0;\nconst beat = setInterval(() => { early++; }, 5);\nvoid (async () => { for (;;) { await sleep(5); mine++; } })();")
    interrupted(session, "for (;;) await sleep(5);")
    before = value(session, "[early, mine]")
    # nor does an interrupt while no cell runs
    session.manager.interrupt_kernel()
    time.sleep(0.3)
    wait_until(lambda: all(now > then + 5 for now, then in zip(value(session, "[early, mine]"), before)), "the timers count")
    session.manager.restart_kernel()
    session.client.wait_for_ready(timeout=TIMEOUT)


def test_a_promise_of_an_earlier_cell_is_not_rejected(session):
    session.run("let settle = (_: string): void => {};\nconst ready = new Promise<string>((done) => { settle = done; });")
    interrupted(session, "await ready;")
    session.run("settle('ready');")
    assert session.run("await ready").text == "'ready'"


def test_training_keeps_its_weights(session):
    session.run(SLEEP + 'import { nn, noGrad, optim, randn, isGradEnabled } from "tapelab";\nconst net = new nn.Linear(4, 4);\nconst sgd = new optim.SGD(net.parameters(), { lr: 0.01 });\nconst x = randn([8, 4]);')
    loop = "for (;;) { sgd.zeroGrad(); (net(x) ** 2).sum().backward(); sgd.step(); await sleep(2); }"
    for code in [loop, "await noGrad(async () => { for (;;) { net(x); await sleep(2); } });"]:
        interrupted(session, code)
        assert value(session, "isGradEnabled()") is True
        first = session.run("net.weight.sum().item()").text
        time.sleep(0.1)
        assert session.run("net.weight.sum().item()").text == first


def test_async_functions_of_imported_files_end(session):
    (session.folder / "work.ts").write_text(
        "export let count = 0;\nexport const counted = () => count;\nconst sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, ms); });\n"
        "export async function work(): Promise<void> {\n  for (;;) {\n    try { await sleep(5); } catch {}\n    count++;\n  }\n}\n"
    )
    session.run('import { work, counted } from "./work";')
    run = interrupted(session, "const watcher = setInterval(() => { if (counted() > 2) { console.log('counts'); clearInterval(watcher); } }, 5);\nawait work();", "counts")
    assert stands_still(session, "counted()") > 0
    assert run.error["evalue"].endswith("while it waited at ./work.ts:6:11"), run.error
    assert any("   6 |     try { await sleep(5); } catch {}" in line for line in run.error["traceback"]), run.error
    assert "    at work (./work.ts:6:11)" in run.error["traceback"], run.error


def test_resources_of_the_cell_are_closed(session):
    session.run('let c = 0;\nimport net from "node:net";\nimport http from "node:http";\nimport { Worker } from "node:worker_threads";\nconst before = process.getActiveResourcesInfo().toSorted().join();')
    interrupted(
        session,
        """
        const server: net.Server = net.createServer((s: net.Socket) => { s.on("data", () => { c++; s.write("x"); }); }).listen(0, (): void => {
          const s: net.Socket = net.connect({ port: (server.address() as net.AddressInfo).port }, () => { s.write("x"); });
          s.on("data", () => { c++; s.write("x"); });
        });
        var web = http.createServer((_, answer) => { c++; setTimeout(() => answer.end("x"), 1); }).listen(0);
        new Worker("setInterval(() => {}, 5)", { eval: true });
        for (let n = 0; ; n++) { await fetch(`http://localhost:${(web.address() as net.AddressInfo).port}`); c++; if (n === 20) console.log("counts"); }
        """,
        "counts",
    )
    assert stands_still(session) > 0
    assert session.run("process.getActiveResourcesInfo().toSorted().join() === before || process.getActiveResourcesInfo()").text == "true"


@pytest.mark.skipif(__import__("os").name == "nt", reason="uses a POSIX shell")
@pytest.mark.parametrize(
    "code",
    [
        'spawn("sh", ["-c", "sleep 321; true"]);\nawait new Promise(() => {});',
        'await new Promise((done) => exec("sleep 321; true", done));',
        'const again = (): void => { spawn("sleep", ["321"]).on("exit", again); };\nagain();\nawait new Promise(() => {});',
        'await promisify(exec)("sleep 321");',
    ],
    ids=["spawn", "exec", "one that is started again", "a promisified exec"],
)
def test_child_processes_end(session, code):
    begun = session.send('import { spawn, exec } from "node:child_process";\nimport { promisify } from "node:util";\n' + code.replace("const ", "var "))
    session.wait_for(begun, "execute_input")
    children = wait_until(session.children, "the children of the cell start")
    session.manager.interrupt_kernel()
    assert session.collect(begun).error["ename"] == "KeyboardInterrupt"
    wait_until(lambda: not any(map(is_running, children)), "the children of the cell end")
    time.sleep(0.2)
    assert not any(map(is_running, session.children())), "children of the cell still run"
    assert session.run("1 + 1").text == "2"


@pytest.mark.skipif(os.name == "nt", reason="uses a POSIX shell")
def test_a_terminated_spawn_leaves_no_pipes(session):
    session.run(
        'import { fork, spawn } from "node:child_process";\nimport { writeFileSync } from "node:fs";\n'
        'writeFileSync("echo.cjs", "process.on(\'message\', (m) => process.send(m + 1));");\n'
        'const other = fork("./echo.cjs");\nconst pipes = (): number => process.getActiveResourcesInfo().filter((r) => r === "PipeWrap").length;\n'
        'const answer = await new Promise((done) => { other.once("message", done); other.send(1); });'
    )
    before = value(session, "pipes()")
    for _ in range(6):
        interrupted(session, 'for (let n = 0; ; n++) { spawn("/nonexistent/program"); if (n === 20) console.log("spawns"); }', "spawns")
        assert value(session, "pipes()") == before, "pipes are left open"
    # the channel to a child of another cell is open
    assert value(session, 'await new Promise((done) => { other.once("message", done); other.send(1); })') == 2
    session.run("other.kill();")


def test_resources_declared_by_using_are_disposed_of(session):
    session.run("let log: string[] = [];\nclass Lock { async [Symbol.asyncDispose](): Promise<void> { log.push('released'); } [Symbol.dispose](): void { log.push('closed'); } }")
    interrupted(session, "async function use(): Promise<void> { await using a = new Lock(); using b = new Lock(); await new Promise(() => {}); }\nawait use();")
    assert session.run("log.join()").text == "'closed,released'"
    session.run("log = []")
    interrupted(session, "using a = new Lock();\nawait new Promise(() => {});")
    assert session.run("log.join()").text == "'closed'"
