"""Interrupts, shutdown, restart, and replies while a cell computes."""

import os
import re
import signal
import time

import pytest
import zmq
from client import TIMEOUT, kernel, wait_until


SAY = 'console.log("runs");'


def by_message(session):
    session.manager.interrupt_kernel()


def by_signal(session):
    os.kill(session.manager.provisioner.pid, signal.SIGINT)


def interrupt(session, code, send, after=0.2):
    """Starts a cell that does not end, and interrupts it some time after it has begun, or after it has said that it runs."""
    mid = session.start(code if SAY in code else f"{SAY}\n{code}")
    time.sleep(after)
    send(session)
    error = session.wait_for(mid, "error")
    run = session.collect(mid)
    assert error["ename"] == "KeyboardInterrupt"
    assert run.reply["status"] == "error"


@pytest.mark.parametrize(
    "code",
    [
        "let n = 0; while (true) n++;",
        "await Promise.resolve(); while (true) {}",
        "await new Promise(() => {});",
        f"await new Promise((done) => setTimeout(() => {{ {SAY} while (true) {{}} }}, 10));",
        "await Promise.resolve().then(() => 1).then(() => { while (true) {} });",
        'import { tensor } from "tapelab";\nlet t = tensor([1, 2]);\nwhile (true) t = t * 0.5 + 1;',
    ],
    ids=["a loop", "a loop after an await", "a pending await", "a loop in a timer", "a loop in a promise chain", "a loop of operations"],
)
@pytest.mark.parametrize("send", [by_message, by_signal])
def test_an_interrupt_stops(session, code, send):
    if send is by_signal and os.name == "nt":
        pytest.skip("Windows has no such signal")
    session.run("let kept = 41;")
    interrupt(session, code, send)
    assert session.run("kept + 1").text == "42"


@pytest.fixture(scope="module")
def spinning(tmp_path_factory):
    """A kernel with a file beside the notebook whose function does not end."""
    folder = tmp_path_factory.mktemp("spinning")
    (folder / "work.ts").write_text(SPINNING)
    with kernel(folder) as own:
        own.run('import { tensor } from "tapelab";\nimport { spin } from "./work";')
        yield own


SPINNING = "export function spin(): void {\n  let n: number = 0;\n  for (;;) n++;\n}\n"


@pytest.mark.parametrize(
    ("code", "line", "frames"),
    [
        ("const a = 1;\nlet n = 0;\nwhile (true) n++;", "while (true) n++;", ["(@:3:1)"]),
        ("function f(): void { for (;;); }\nconst g = () => {\n  f();\n};\ng();", "function f", ["f (@:1:22)", "g (@:3:3)", "(@:5:1)"]),
        ("await null;\nfor (;;) {}", "for (;;) {}", ["(@:2:1)"]),
        ("const go = async () => {\n  await null;\n  for (;;);\n};\nawait go();", "for (;;);", ["(@:3:3)", "(@:5:1)"]),
        (f"setTimeout(() => {{ {SAY}\n  for (;;); }}, 10);\nawait new Promise(() => {{}});", "for (;;); }, 10)", ["(@:2:3)", "(@:3:1)"]),
        ("let t = tensor([1, 2]);\nwhile (true) t = t * 0.5 + 1;", "while (true) t = ", ["(@:2:"]),
        ("/(a+)+$/.test('a'.repeat(40) + 'b');", "/(a+)+$/.test", ["(@:1:10)"]),
        ("void 0;\nspin();", "   3 |   for (;;) n++;", ["work.ts:3:3)", "(@:2:1)"]),
    ],
    ids=["a loop", "functions", "after an await", "an async function", "a timer", "operations", "a native call", "a file"],
)
def test_the_message_names_the_running_line(spinning, code, line, frames):
    above = 0 if SAY in code else 1
    mid = spinning.start(f"{SAY}\n{code}" if above else code)
    time.sleep(0.2)
    spinning.manager.interrupt_kernel()
    run = spinning.collect(mid)
    name = f"cell[{run.reply['execution_count']}]"
    expected = [re.sub(r"@:(\d+)", lambda found: f"{name}:{int(found[1]) + above}", frame) for frame in frames]
    text = "\n".join(run.error["traceback"])
    assert run.error["evalue"].startswith("the cell was interrupted at "), run.error
    assert expected[0].split("(")[-1].rstrip(")") in run.error["evalue"], run.error
    assert line in text and "^" in text, text
    at = [text.find(frame) for frame in expected]
    assert -1 not in at and at == sorted(at), text


TRAINING = """
import { isGradEnabled, nn, noGrad, optim, randn, tape, type Tensor } from "tapelab";
const net = new nn.Sequential(new nn.Linear(300, 400), new nn.ReLU(), new nn.Linear(400, 300));
const adam = new optim.Adam(net.parameters());
const batch = randn([256, 300]);
while (true) {
  const y = net.forward(batch);
  y.mul(y).mean().backward();
  adam.step();
  adam.zeroGrad();
  noGrad(() => net.forward(batch).sum());
}
"""


def test_an_interrupted_training_leaves_the_engine_usable(session):
    """Interrupts at random moments: in a multithreaded kernel, in backward, in an optimizer step, in `noGrad`, in a module's scope."""
    for after in [0.9, 0.31, 0.42, 0.53]:
        interrupt(session, TRAINING.replace("const ", "var "), by_message, after)
        check = """
        const w = randn([64, 64], { requiresGrad: true });
        const loss = w.matmul(w).sum();
        loss.backward();
        const right = w.sum(0).unsqueeze(1).expand([64, 64]).add(w.sum(1).unsqueeze(0).expand([64, 64]));
        [isGradEnabled(), w.grad!.sub(right).abs().max().item() < 1e-3, tape(loss).data.scopes.name.length];
        """
        assert session.run(check).text == "[ true, true, 0 ]"


@pytest.mark.parametrize("send", [by_message, by_signal])
def test_code_that_a_finished_cell_left_running_can_be_interrupted(session, send):
    mid = session.send(f"setTimeout(() => {{ {SAY} while (true) {{}} }}, 20);")
    session.collect(mid)
    assert session.wait_for(mid, "stream")["text"] == "runs\n"
    send(session)
    # messages and signals are not ordered: a cell that is sent now might be the one that is interrupted
    time.sleep(0.3)
    assert session.run("'free again'").text == "'free again'"


def test_an_interrupt_without_a_cell_changes_nothing(session):
    for send in [by_message, by_signal, by_signal]:
        send(session)
    time.sleep(0.3)
    assert session.run("1 + 1").text == "2"


def test_completion_and_info_answer_while_a_cell_computes(session):
    answered = session.folder / "answered"
    answered.unlink(missing_ok=True)
    session.run('import { existsSync } from "node:fs";')
    mid = session.start(f'{SAY} while (!existsSync("answered")) {{}}')
    # if these replies waited for the cell, its reply would be consumed here and missing below
    assert "floor" in session.request(session.client.complete("Math.flo", 8))["matches"]
    assert session.request(session.client.kernel_info())["status"] == "ok"
    heart = zmq.Context.instance().socket(zmq.REQ)
    info = session.client.get_connection_info()
    heart.connect(f"tcp://{info['ip']}:{info['hb_port']}")
    heart.send(b"beat")
    assert heart.poll(1000 * TIMEOUT) and heart.recv() == b"beat"
    heart.close(0)
    answered.touch()
    assert session.collect(mid).reply["status"] == "ok"


def test_an_interrupted_cell_has_no_further_output(session):
    mid = session.send("for (let i = 0; ; i++) { console.log(`tick ${i}`); await new Promise((d) => setTimeout(d, 50)); }")
    session.wait_for(mid, "stream")
    session.manager.interrupt_kernel()
    session.collect(mid)
    time.sleep(0.2)
    run = session.run("'after'")
    assert run.text == "'after'" and run.stdout == ""
    late = []
    while session.client.iopub_channel.msg_ready():
        late.append(session.client.get_iopub_msg(timeout=1)["msg_type"])
    assert "stream" not in late


def test_a_restarted_kernel_has_no_variables_and_works(session):
    session.run("const before = 1;")
    session.manager.restart_kernel()
    session.client.wait_for_ready(timeout=TIMEOUT)
    assert session.run("typeof before").error["ename"] == "CompileError"
    assert session.run("1 + 1").text == "2"


def test_shutdown_ends_the_process_despite_active_timers(tmp_path):
    with kernel(tmp_path) as own:
        own.run("setInterval(() => {}, 1000);")
        own.client.shutdown()
        wait_until(lambda: not own.manager.is_alive(), "the process lives after the shutdown request")
