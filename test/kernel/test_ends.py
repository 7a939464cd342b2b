"""The kernel ends with its parent process, and neither a cell nor a full heap ends it."""

import json
import os
import subprocess
import sys

import psutil
import pytest
from client import TIMEOUT, is_running, kernel, wait_until

PARENT = """
import sys, time
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name="tapelab")
manager.start_kernel(cwd=sys.argv[1])
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=100)
mid = client.execute(sys.argv[2])
while client.get_iopub_msg(timeout=100)["msg_type"] != "stream":
    pass
print(manager.provisioner.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
@pytest.mark.parametrize("code", ["1", "while (true) {}", "for (;;) await new Promise((d) => setTimeout(d, 5));", 'import { execSync } from "node:child_process";\nexecSync("sleep 654");'],
                         ids=["idle", "a loop", "a loop of awaits", "a child that is waited for"])
def test_the_kernel_ends_with_its_parent(tmp_path, code):
    said = f'console.log("runs");\n{code}'
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path), said], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        own = psutil.Process(pid)
        children = wait_until(lambda: own.children(recursive=True), "the child of the cell starts") if "sleep" in code else []
        assert is_running(pid)
        parent.kill()
    wait_until(lambda: not is_running(pid), "the kernel ends after its parent")
    wait_until(lambda: not any(is_running(child.pid) for child in children), "the child of the cell ends with the kernel")


@pytest.mark.parametrize(
    "code",
    [
        "process.exit(3);",
        "process.abort();",
        "process.kill(process.pid);",
        'process.kill(process.pid, "SIGKILL");',
        "(process as any).reallyExit(1);",
        'import { exit } from "node:process";\nexit();',
        'import { kill } from "node:process";\nkill(process.pid, 9);',
        "await new Promise((done) => setTimeout(done, 5));\nprocess.exit();",
        "setTimeout(() => process.exit(1), 10);\nawait new Promise((done) => setTimeout(done, 100));",
        "const leave = process.exit;\nleave(0);",
        'import { createRequire } from "node:module";\n(process as any).execve("/bin/true", ["true"]);',
    ],
)
def test_a_cell_cannot_end_the_kernel(session, code):
    session.run("var kept = 1;")
    error = session.run(code).error
    assert "would end the kernel" in error["evalue"], error
    assert session.run("kept").text == "1"


def test_workers_and_children_can_exit(session):
    code = """
    import { Worker } from "node:worker_threads";
    import { spawnSync } from "node:child_process";
    const worker = new Worker("process.exit(5)", { eval: true });
    const status: number = await new Promise((done) => worker.on("exit", done));
    [status, spawnSync(process.execPath, ["-e", "process.exit(7)"]).status, process.kill(process.pid, 0)];
    """
    assert session.run(code).text == "[ 5, 7, true ]"


def test_a_full_heap_stops_the_cell_with_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=600")
    with kernel(tmp_path) as own:
        own.run("let kept = 41;\nlet hoard: unknown[] = [];")
        for code in [
            "for (;;) hoard.push({ n: hoard.length, text: `item ${hoard.length}` });",
            "for (;;) { for (let i = 0; i < 2_000; i++) hoard.push(`item ${hoard.length}`.repeat(3).split('')); await new Promise((d) => setTimeout(d, 1)); }",
        ]:
            error = own.run(code).error
            assert error["ename"] == "OutOfMemory" and "of JavaScript objects" in error["evalue"], error
            assert own.run("hoard = [];\nkept + 1").text == "42"
        # garbage does not stop a cell
        assert own.run("let sum = 0;\nfor (let i = 0; i < 6e6; i++) sum += [i, `x${i}`].length;\nsum").text == "12000000"


def test_running_out_of_tensor_memory_is_an_error_of_the_cell(session):
    session.run('import { ones, zeros } from "tapelab";\nlet kept = ones([3]);\nlet hoard: unknown[] = [];')
    for code in ["hoard.push(zeros([1e9]));", "for (;;) hoard.push(zeros([4e8]));"]:
        error = session.run(code).error
        assert error["ename"] == "MemoryError" and "MB of tensors are in use, and the memory is full" in error["evalue"], error
        assert session.run("hoard = [];\nkept.sum().item()").text == "3"


@pytest.mark.skipif(os.name == "nt", reason="uses a POSIX shell")
@pytest.mark.parametrize(
    "code",
    [
        'execSync("sleep 432");',
        'spawnSync("sleep", ["432"]);',
        'execSync("trap \'\' INT TERM; sleep 432; sleep 432");',
        'execFileSync("sh", ["-c", "sleep 432; true"]);',
        'for (;;) { try { execSync("sleep 432"); } catch {} }',
    ],
)
def test_a_process_that_the_cell_blocks_on_is_interrupted(session, code):
    session.run('import { spawn, execSync, spawnSync, execFileSync } from "node:child_process";\nconst beside = spawn("sleep", ["433"]);')
    before = session.children()
    mid = session.send(code)
    blocking = wait_until(lambda: session.children() - before, "the process that the cell blocks on starts")
    session.manager.interrupt_kernel()
    assert session.collect(mid).error["ename"] == "KeyboardInterrupt"
    wait_until(lambda: not any(map(is_running, blocking | (session.children() - before))), "the processes that the cell blocked on end")
    assert json.loads(session.run("beside.exitCode === null && beside.signalCode === null").text), "another child was hit"
    session.run("beside.kill();")


def test_a_blocking_prompt_is_interrupted(session):
    mid = session.client.execute("const name = prompt('name?');\nname", allow_stdin=True)
    assert session.client.get_stdin_msg(timeout=TIMEOUT)["content"]["prompt"] == "name?"
    session.manager.interrupt_kernel()
    assert session.collect(mid).error["ename"] == "KeyboardInterrupt"
    mid = session.client.execute("prompt('again?')", allow_stdin=True)
    assert session.client.get_stdin_msg(timeout=TIMEOUT)["content"]["prompt"] == "again?"
    session.client.input("yes")
    assert session.collect(mid).text == "'yes'"


@pytest.mark.parametrize("code", ["process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');", "process.removeAllListeners();"])
def test_a_cell_cannot_remove_the_listeners_of_uncaught_errors(session, code):
    session.run(f"const kept = 5;\n{code}")
    late = "setTimeout(() => { throw new Error('late'); }, 1);\nawait new Promise((done) => setTimeout(done, 100));"
    assert session.run(late).error["evalue"] == "late"
    assert session.run("Promise.reject(new Error('late'));\nawait new Promise((done) => setTimeout(done, 100));").error["evalue"] == "late"
    mid = session.send("await new Promise(() => {});")
    session.wait_for(mid, "execute_input")
    session.manager.interrupt_kernel()
    assert session.collect(mid).error["ename"] == "KeyboardInterrupt"
    assert session.run("kept").text == "5"
