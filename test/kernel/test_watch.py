"""Watched trainings: displays that are updated while a loop runs, and end as a picture and a table."""

import json
import time

import pytest
from mimes import WATCH
from test_protocol import comm, next_message

SETUP = """import { F, manualSeed, nn, optim, randint, randn, watch } from "tapelab";
manualSeed(1);
const model = new nn.Sequential(new nn.Linear(8, 32), new nn.ReLU(), new nn.Linear(32, 3));
const x = randn([32, 8]);
const y = randint(0, 3, [32]);
function step(optimizer: optim.Optimizer) {
  optimizer.zeroGrad();
  F.crossEntropy(model(x), y).backward();
  optimizer.step();
}"""
MAKE = "const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });\nconst run = watch(model, { optimizer });\n"


@pytest.fixture(autouse=True)
def prepared(session):
    session.run(SETUP)


def watches(messages, kind=None):
    return [
        m
        for m in messages
        if m["msg_type"] in ([kind] if kind else ["display_data", "update_display_data"]) and WATCH in m["content"]["data"]
    ]


def check_end(messages):
    """Checks the picture and the table of a cell that has ended."""
    shown = watches(messages)
    assert [m["msg_type"] for m in shown].count("display_data") == 1
    assert len({m["content"]["transient"]["display_id"] for m in shown}) == 1, "one display is updated"
    data = shown[-1]["content"]["data"]
    assert data[WATCH]["running"] is False
    assert "text/html" not in data and data["image/svg+xml"].startswith("<svg ") and "layer" in data["text/plain"]
    [table] = [m["content"]["data"] for m in messages if m["msg_type"] == "display_data" and "text/html" in m["content"]["data"]]
    assert "<table>" in table["text/html"] and "image/svg+xml" not in table
    return data


def test_updates_arrive_while_a_synchronous_loop_runs(session):
    enough = session.folder / "enough"
    enough.unlink(missing_ok=True)
    session.run('import { existsSync } from "node:fs";')
    began = time.monotonic()
    sent = session.send(f"{MAKE}while (!existsSync('enough')) step(optimizer);")
    messages = []
    # the cell would go on for ever if its updates waited for its end
    for _ in range(4):
        messages += session.until(sent, lambda m: watches([m]))
    enough.touch()
    messages += session.collect(sent).messages
    running = [m for m in watches(messages) if m["content"]["data"][WATCH]["running"]]
    assert len(running) <= 2 + 4 * (time.monotonic() - began), "at most 4 a second"
    steps = [m["content"]["data"][WATCH]["runs"][0]["steps"] for m in running]
    assert steps == sorted(set(steps))
    assert max(len(json.dumps(m["content"])) for m in running) < 32_000
    assert "image/png" in check_end(messages)


def test_each_cell_that_trains_has_a_display_of_its_own(session):
    assert not watches(session.run(MAKE).messages), "nothing before the first step"
    first = session.run("for (let i = 0; i < 5; i++) step(optimizer);")
    second = session.run("for (let i = 0; i < 5; i++) step(optimizer);\nrun.steps")
    ids = {watches(r.messages)[0]["content"]["transient"]["display_id"] for r in (first, second)}
    assert len(ids) == 2
    assert check_end(second.messages)[WATCH]["runs"][0]["steps"] == 10
    assert second.text == "10"


def test_a_stop_in_a_later_cell_updates_the_display_that_is_there(session):
    first = session.run(f"{MAKE}for (let i = 0; i < 5; i++) step(optimizer);")
    [shown] = {m["content"]["transient"]["display_id"] for m in watches(first.messages)}
    stopped = session.run("run.stop();")
    assert not watches(stopped.messages, "display_data")
    assert [m["content"]["transient"]["display_id"] for m in watches(stopped.messages)][-1] == shown
    assert "image/png" in watches(stopped.messages)[-1]["content"]["data"]
    # a new watch of the optimizer stops the one before
    session.run("const second = watch(model, { optimizer });\nstep(optimizer);")
    assert not watches(session.run("const third = watch(model, { optimizer });").messages, "display_data")
    # training and stop in one cell
    both = session.run("step(optimizer);\nthird.stop();")
    assert check_end(both.messages)[WATCH]["runs"][0]["steps"] == 1


def test_an_error_and_an_interrupt_keep_the_state(session):
    failed = session.run(f"{MAKE}for (let i = 0; i < 7; i++) step(optimizer);\nthrow new Error('enough');")
    assert failed.error["evalue"] == "enough"
    assert check_end(failed.messages)[WATCH]["runs"][0]["steps"] == 7
    sent = session.send("while (true) step(optimizer);")
    earlier = session.until(sent, lambda m: watches([m]) and m["content"]["data"][WATCH]["runs"][0]["steps"] > 7)
    session.manager.interrupt_kernel()
    stopped = session.collect(sent)
    stopped.messages[:0] = earlier
    assert stopped.error["ename"] == "KeyboardInterrupt"
    assert check_end(stopped.messages)[WATCH]["runs"][0]["steps"] > 7
    assert session.run("1 + 1").text == "2"


def test_a_view_gets_the_tapes_that_were_kept(session):
    run = session.run(
        "const fast = new optim.SGD(model.parameters(), { lr: 1e5 });\n"
        "const bad = watch(model, { optimizer: fast });\nfor (let i = 0; i < 40; i++) step(fast);"
    )
    data = check_end(run.messages)[WATCH]
    assert data["alarms"] and data["tapes"]
    step = data["tapes"][0]["step"]
    comm(session, "comm_open", {"comm_id": "w", "target_name": "tapelab.watch", "data": {"id": data["id"]}})
    comm(session, "comm_msg", {"comm_id": "w", "data": {"step": step}})
    answer = next_message(session, "comm_msg")["content"]["data"]
    assert answer["step"] == step and answer["tape"]["rows"]["label"]
    comm(session, "comm_msg", {"comm_id": "w", "data": {"step": 10_000}})
    assert next_message(session, "comm_msg")["content"]["data"]["tape"] is None
    comm(session, "comm_open", {"comm_id": "none", "target_name": "tapelab.watch", "data": {"id": "unknown"}})
    assert next_message(session, "comm_close")["content"]["comm_id"] == "none"
