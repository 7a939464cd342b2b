"""Backward passes by steps in cells: shown while `for await` takes them, small enough to send, and open to messages and interrupts."""

import json
import time

from mimes import STEPS
from test_widgets import messages_until, send

SETUP = """import { inspect, tensor } from "tapelab";
const sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, ms); });
const make = (ops: number) => { let x = tensor([1, 2], { requiresGrad: true }); for (let i = 0; i < ops; i++) x = x.mul(1.01); return x.sum(); };
"""


def size_of(data):
    return len(json.dumps(data, separators=(",", ":"), ensure_ascii=False))


def shown(run):
    """Returns the displays with steps, with their kind and display id."""
    return [
        (m["msg_type"], m["content"]["transient"].get("display_id"), m["content"]["data"])
        for m in run.messages
        if m["msg_type"] in ("display_data", "update_display_data") and STEPS in m["content"]["data"]
    ]


def test_for_await_shows_the_steps_as_they_are_taken(session):
    run = session.run(SETUP + "for await (const step of make(5).backwardSteps()) { await sleep(150); }")
    assert run.reply["status"] == "ok", run.reply
    displays = shown(run)
    assert [kind for kind, _, _ in displays][0] == "display_data"
    assert {kind for kind, _, _ in displays[1:]} == {"update_display_data"}
    assert len({display for _, display, _ in displays}) == 1
    positions = [data[STEPS]["position"] for _, _, data in displays]
    assert positions == sorted(positions) and positions[0] == 7 and positions[-1] == 12, positions
    # at most four a second, and the end
    assert 3 <= len({*positions}) <= 6, positions
    assert displays[0][2][STEPS]["pass"] == "part" and displays[-1][2][STEPS]["pass"] == "complete"
    assert "image/svg+xml" not in displays[0][2] and "image/svg+xml" in displays[-1][2]
    assert displays[0][2]["text/plain"].startswith("Steps of result")


def test_updates_of_a_large_tape_are_small(session):
    run = session.run(
        "const big = make(3000);\nfor await (const step of big.backwardSteps()) { if (step.index % 700 === 0) await sleep(260); if (step.index > 2200) break; }"
    )
    displays = shown(run)
    assert len(displays) >= 4
    for _, _, data in displays[:-1]:
        assert size_of(data[STEPS]) < 32_000
        assert data[STEPS]["tape"]["rows"]["op"], "the rows around the current step"
    last = displays[-1][2]
    assert size_of(last[STEPS]) < 256_000
    assert last[STEPS]["pass"] == "part" and last[STEPS]["totals"] == {"forward": 3001, "backward": 3001}


def test_a_loop_without_await_shows_nothing_by_itself(session):
    run = session.run("for (const step of make(2).backwardSteps()) print(step.op);")
    assert run.stdout.split() == ["sum", "mul", "mul"] and shown(run) == []
    run = session.run("const steps = make(2).backwardSteps();\nfor (const step of steps) { if (step.index === 2) break; }\nsteps")
    assert run.result[STEPS]["pass"] == "part" and run.result[STEPS]["position"] == 5
    assert session.run("const seen = [...make(2).backwardSteps()]; seen[0]").text.startswith("backward step 1: sum")


def test_messages_arrive_between_the_steps(session):
    session.run("let stop = false;\nonComm('test.stop', () => { stop = true; });")
    mid = session.send("let taken = 0;\nconsole.log('runs');\nfor await (const step of make(100_000).backwardSteps()) { taken = step.index; if (stop) break; }\ntaken > 0 && taken < 50_000")
    session.wait_for(mid, "stream")
    send(session, "comm_open", {"comm_id": "stop-1", "target_name": "test.stop", "data": {}})
    run = session.collect(mid)
    assert run.reply["status"] == "ok" and run.text == "true", run.reply


def test_an_interrupt_between_the_steps_leaves_the_graph_in_order(session):
    session.run("const w = tensor([1, 2], { requiresGrad: true });\nconst loss = w.mul(3).mul(w).sum();")
    mid = session.send("for await (const step of loss.backwardSteps()) { console.log(step.op); await sleep(60_000); }")
    session.wait_for(mid, "stream")
    time.sleep(0.1)
    session.manager.interrupt_kernel()
    run = session.collect(mid)
    assert run.reply["status"] == "error" and run.error["ename"] == "KeyboardInterrupt"
    assert session.run("w.grad === null").text == "true"
    assert session.run("loss.backward();\nw.grad!.toArray()").text == "[ 6, 12 ]"


def test_a_synchronous_loop_is_interrupted_within_its_body(session):
    mid = session.send("const l2 = w.mul(3).mul(w).sum();\nfor (const step of l2.backwardSteps()) { console.log(step.op); for (;;); }")
    session.wait_for(mid, "stream")
    time.sleep(0.1)
    session.manager.interrupt_kernel()
    run = session.collect(mid)
    assert run.reply["status"] == "error" and run.error["ename"] == "KeyboardInterrupt"
    assert session.run("w.grad = null;\nl2.backward();\nw.grad!.toArray()").text == "[ 6, 12 ]"


def test_a_step_knows_its_line(session):
    run = session.run("const u = tensor(2, { requiresGrad: true });\nconst v = u\n  .exp();\nconst [first] = v.backwardSteps();\n[first!.site!.line, first!.op]")
    assert run.text == "[ 3, 'exp' ]"


def act(session, comm, kind):
    send(session, "comm_msg", {"comm_id": comm, "data": {"kind": kind}})


def is_paused(message):
    """Whether a message shows a loop that waits."""
    return message["msg_type"] == "update_display_data" and message["content"]["data"][STEPS].get("live", {}).get("paused")


def start(session, code):
    """Runs a cell with a loop, and returns its message id and the state of the loop in the first display."""
    mid = session.send(code)
    return mid, session.wait_for(mid, "display_data")["data"][STEPS]["live"]


def open_comm(session, comm, live):
    send(session, "comm_open", {"comm_id": comm, "target_name": "tapelab.steps", "data": {"id": live["id"]}})


def test_a_page_pauses_a_loop_and_takes_single_steps(session):
    mid, live = start(session, "for await (const step of make(40).backwardSteps()) { await sleep(100); }")
    assert live["paused"] is False
    open_comm(session, "steps-1", live)
    act(session, "steps-1", "pause")
    paused = messages_until(session, is_paused)[-1]
    time.sleep(0.5)
    act(session, "steps-1", "step")
    stepped = messages_until(session, is_paused)[-1]
    before, after = [m["content"]["data"][STEPS]["position"] for m in (paused, stepped)]
    # of a step that ran when the pause arrived, no update is shown
    assert before + 1 <= after <= before + 2
    act(session, "steps-1", "continue")
    run = session.collect(mid)
    assert run.reply["status"] == "ok", run.reply
    assert "live" not in shown(run)[-1][2][STEPS]


def test_a_page_that_goes_leaves_no_loop_paused(session):
    loop = "for await (const step of make(40).backwardSteps()) { await sleep(20); }"
    mid, live = start(session, loop)
    open_comm(session, "steps-2", live)
    act(session, "steps-2", "pause")
    messages_until(session, is_paused)
    send(session, "comm_close", {"comm_id": "steps-2", "data": {}})
    assert session.collect(mid).reply["status"] == "ok"
    # nothing is heard of a page that was closed
    mid, live = start(session, f"inspect.setBreakTimeout(1);\n{loop}")
    open_comm(session, "steps-3", live)
    act(session, "steps-3", "pause")
    run = session.collect(mid)
    assert run.reply["status"] == "ok" and "no page has been there for 1 s" in run.stderr, run.stderr


def test_an_interrupt_ends_a_pause(session):
    mid, live = start(session, "inspect.setBreakTimeout(120);\nfor await (const step of make(40).backwardSteps()) { await sleep(20); }")
    open_comm(session, "steps-4", live)
    act(session, "steps-4", "pause")
    messages_until(session, is_paused)
    session.manager.interrupt_kernel()
    run = session.collect(mid)
    assert run.reply["status"] == "error" and run.error["ename"] == "KeyboardInterrupt"
    assert "live" not in shown(run)[-1][2][STEPS]
    assert session.run("1 + 1").text == "2"
