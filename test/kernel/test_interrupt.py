"""Interrupt, shutdown, restart, and answers while a cell computes."""

import time

import pytest


def interrupt(session, code, after=0.6):
    """Starts a cell that would never end, and interrupts it."""
    mid = session.send(code)
    session.wait_for(mid, "execute_input")
    time.sleep(after)
    session.manager.interrupt_kernel()
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
        "await new Promise((done) => setTimeout(() => { while (true) {} }, 10));",
    ],
    ids=["a loop", "a loop after an await", "a pending await", "a loop in a timer"],
)
def test_an_interrupt_stops(session, code):
    session.run("let kept = 41;")
    interrupt(session, code)
    assert session.run("kept + 1").text == "42"


def test_completion_and_info_answer_while_a_cell_computes(session):
    session.run("1")
    mid = session.send("const until = Date.now() + 2500; while (Date.now() < until) {}")
    session.wait_for(mid, "execute_input")
    # the reply to the cell would be among these if they had to wait for it, and then it would be missed below
    assert "floor" in session.request(session.client.complete("Math.flo", 8))["matches"]
    assert session.request(session.client.kernel_info())["status"] == "ok"
    assert session.collect(mid).reply["status"] == "ok"


def test_an_interrupted_cell_prints_no_more(session):
    mid = session.send("for (let i = 0; ; i++) { console.log(`tick ${i}`); await new Promise((d) => setTimeout(d, 50)); }")
    session.wait_for(mid, "stream")
    session.manager.interrupt_kernel()
    session.collect(mid)
    time.sleep(0.4)
    run = session.run("'after'")
    assert run.text == "'after'" and run.stdout == ""
    late = []
    while session.client.iopub_channel.msg_ready():
        late.append(session.client.get_iopub_msg(timeout=1)["msg_type"])
    assert "stream" not in late


def test_restart_forgets_and_works(session):
    session.run("const before = 1;")
    session.manager.restart_kernel()
    session.client.wait_for_ready(timeout=60)
    assert session.run("typeof before").error["ename"] == "CompileError"
    assert session.run("1 + 1").text == "2"


def test_shutdown_ends_the_process_even_with_live_timers(tmp_path):
    from client import kernel

    with kernel(tmp_path) as own:
        own.run("setInterval(() => {}, 1000);")
        own.client.shutdown()
        for _ in range(50):
            if not own.manager.is_alive():
                return
            time.sleep(0.1)
        raise AssertionError("the process lives 5 s after the shutdown request")
