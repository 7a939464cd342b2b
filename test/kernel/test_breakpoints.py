"""Breakpoints on the tape: stops in synchronous code, what a front end can do meanwhile, and what ends a stop."""

import sys
import time
import uuid
from pathlib import Path

import pytest
from client import TIMEOUT

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from mimes import STOP

TARGET = "tapelab.breakpoints"

LOOP = """import { tensor } from "tapelab";
const w = tensor([[0.5, -0.3]], { requiresGrad: true });
const losses: number[] = [];
function step(scale: number): number {
  const shifted = w.mul(scale);
  const loss = shifted.exp().sum();
  loss.backward();
  return loss.item();
}
for (let i = 0; i < 3; i++) losses.push(step(i + 1));
"""


class FrontEnd:
    """A front end that shows stops: one end of a comm."""

    def __init__(self, session):
        self.session = session
        self.id = uuid.uuid4().hex
        self.requests = 0
        self.others = []
        self.open()

    def send(self, kind, content):
        client = self.session.client
        client.shell_channel.send(client.session.msg(kind, content))

    def open(self):
        self.send("comm_open", {"comm_id": self.id, "target_name": TARGET, "data": {}})

    def close(self):
        self.send("comm_close", {"comm_id": self.id, "data": {}})

    def tell(self, kind, **data):
        self.send("comm_msg", {"comm_id": self.id, "data": {"kind": kind, **data}})

    def next(self, kind, timeout=TIMEOUT):
        """Returns the next message of a kind. Other messages of iopub are kept in `others`."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            message = self.session.client.get_iopub_msg(timeout=timeout)
            content = message["content"]
            if message["msg_type"] == "comm_msg" and content["comm_id"] == self.id:
                if content["data"]["kind"] == kind:
                    return content["data"]
            else:
                self.others.append(message)
        raise AssertionError(f"no {kind} arrived")

    def set(self, *breakpoints, **options):
        given = [
            {"id": str(i), "enabled": True, "phase": "forward", **b} for i, b in enumerate(breakpoints)
        ]
        self.tell("set", breakpoints=given, **options)

    def ask(self, kind, stop, code, frame=0, **options):
        self.requests += 1
        self.tell(kind, request=self.requests, stop=stop["data"]["stop"], frame=frame, code=code, **options)
        while True:
            answer = self.next("answer")
            if answer["request"] == self.requests:
                return answer["answer"]

    def value(self, stop, code, frame=0):
        answer = self.ask("evaluate", stop, code, frame)
        assert answer["status"] == "ok", answer
        return answer["data"]["text/plain"]

    def go(self, stop, how="continue"):
        self.tell("go", stop=stop["data"]["stop"], how=how)

    def end(self, message_id):
        """Collects the rest of an execution, with the messages that were kept."""
        kept = [m for m in self.others if m["parent_header"].get("msg_id") == message_id]
        self.others.clear()
        if any(m["msg_type"] == "status" and m["content"]["execution_state"] == "idle" for m in kept):
            reply = self.session.request(message_id)
            return type("Run", (), {"reply": reply, "messages": kept})()
        run = self.session.collect(message_id)
        run.messages[:0] = kept
        return run


@pytest.fixture
def front_end(session):
    front_end = FrontEnd(session)
    front_end.next("breakpoints")
    yield front_end
    front_end.set()
    front_end.close()
    session.run("import { inspect } from \"tapelab\"; for (const b of inspect.breakpoints()) b.remove();")


def displays(run):
    shown = [m for m in run.messages if m["msg_type"] in ("display_data", "update_display_data")]
    return [m["content"]["data"][STOP] for m in shown if STOP in m["content"]["data"]]


def where(stop):
    data = stop["data"]
    return data["moment"], data["op"]


def test_stops_in_a_synchronous_loop_evaluates_replaces_and_continues(session, front_end):
    front_end.set({"op": "exp"})
    message = session.send(LOOP)
    stop = front_end.next("stopped")
    data = stop["data"]
    assert (data["phase"], data["op"], data["scope"], data["outcome"]) == ("forward", "exp", "", "stopped")
    assert data["cells"]["file"][data["place"][0]].startswith("cell[") and data["place"][1] == 6
    assert [(t["role"], t["shape"]) for t in data["tensors"]] == [("operand", [1, 2]), ("result", [1, 2])]
    # the functions of the person with their variables, from the innermost
    assert [f["name"] for f in stop["frames"]] == ["step", ""]
    assert [f["line"] for f in stop["frames"]] == [6, 10]
    local = {v["name"]: v for v in stop["frames"][0]["scopes"][0]["variables"]}
    assert local["scale"]["value"] == "1" and local["shifted"]["type"] == "Tensor float32 [1, 2]"
    # TypeScript with arithmetic on tensors, the variables of the function and those of the notebook
    assert front_end.value(stop, "(shifted + 1).toArray()") == "[ [ 1.5, 0.7 ] ]" or "1.5" in front_end.value(stop, "(shifted + 1).toArray()")
    assert front_end.value(stop, "scale * 2 as number") == "2"
    assert front_end.value(stop, "losses.length") == "0"
    assert front_end.value(stop, "i", frame=1) == "0"
    assert front_end.value(stop, "$result.shape") == "[ 1, 2 ]"
    assert front_end.ask("evaluate", stop, "nothing.here") == {
        "status": "error",
        "message": "ReferenceError: nothing is not defined",
    }
    assert "SyntaxError" in front_end.ask("evaluate", stop, "1 +")["message"]
    refused = front_end.ask("replace", stop, "[1, 2, 3]", index=0)
    assert refused["status"] == "error" and "one of the same shape" in refused["message"]
    assert front_end.ask("replace", stop, "$result * 0 + 5", index=0)["status"] == "ok"
    front_end.go(stop)
    assert front_end.next("running")["outcome"] == "continued"
    second = front_end.next("stopped")
    assert second["data"]["count"] == 2
    assert front_end.value(second, "losses") == "[ 10 ]"
    front_end.tell("remove", id="0")
    front_end.go(second)
    run = front_end.end(message)
    assert run.reply["status"] == "ok"
    # the output keeps the last stop
    assert [(d["op"], d["outcome"], d["count"]) for d in displays(run)] == [
        ("exp", "continued", 1),
        ("exp", "continued", 2),
    ]
    assert session.run("losses[0]").text == "10"


def test_steps_over_ops_scopes_and_phases(session, front_end):
    code = """import { scope, tensor } from "tapelab";
    const x = tensor([1, 2], { requiresGrad: true });
    const h = scope("layer", () => x.mul(2).exp());
    h.sum().backward();
    """
    front_end.set({"op": "mul"})
    message = session.send(code)
    seen = []
    for how in ["step", "out", "step", "step", "out"]:
        stop = front_end.next("stopped")
        seen.append(where(stop))
        front_end.go(stop, how)
    assert seen == [
        ("result", "mul"),
        ("result", "exp"),
        ("result", "sum"),
        ("cotangent", "sum"),
        ("cotangent", "exp"),
    ]
    # the scope ends with the cell, so the last step does too
    assert front_end.end(message).reply["status"] == "ok"
    assert session.run("1 + 1").text == "2"


def test_stops_in_backward_and_replaces_a_cotangent(session, front_end):
    front_end.set({"op": "exp", "phase": "backward"})
    code = """import { tensor } from "tapelab";
    const leaf = tensor([0, 0], { requiresGrad: true });
    leaf.exp().sum().backward();
    leaf.grad!.toArray()
    """
    message = session.send(code)
    stop = front_end.next("stopped")
    assert where(stop) == ("cotangent", "exp")
    # the line of the forward call, and the frames of backward
    assert stop["data"]["place"][1] == 3
    assert [t["role"] for t in stop["data"]["tensors"]] == ["operand", "gradient"]
    assert front_end.ask("replace", stop, "[2, 3]", index=0)["status"] == "ok"
    front_end.go(stop)
    assert front_end.end(message).text == "[ 2, 3 ]"


def test_aborts_with_an_error_and_sound_state(session, front_end):
    front_end.set({"op": "exp"})
    message = session.send("""import { noGrad, scope, tensor } from "tapelab";
    const before = tensor([1, 2], { requiresGrad: true });
    noGrad(() => scope("inner", () => before.exp()));""")
    stop = front_end.next("stopped")
    front_end.go(stop, "abort")
    run = front_end.end(message)
    assert run.reply["ename"] == "Stopped" and "stopped at exp" in run.reply["evalue"]
    front_end.set()
    code = """import { isGradEnabled } from "tapelab";
    const after = before.mul(2); after.sum().backward();
    [isGradEnabled(), after.gradFn!.scope, before.grad!.toArray()]"""
    assert session.run(code).text == "[ true, null, [ 2, 2 ] ]"


def test_a_page_that_is_opened_again_gets_the_stop(session, front_end):
    front_end.set({"op": "exp"})
    message = session.send(LOOP)
    stop = front_end.next("stopped")
    second = FrontEnd(session)
    assert second.next("breakpoints")["breakpoints"][0]["text"] == "op exp"
    assert second.next("stopped")["data"] == stop["data"]
    assert second.ask("evaluate", {"data": {"stop": 99}}, "1")["status"] == "error"
    second.tell("enable", id="0", enabled=False)
    second.go(stop)
    assert second.next("running")["stop"] == stop["data"]["stop"]
    second.close()
    assert front_end.end(message).reply["status"] == "ok"


def test_breakpoints_are_set_while_a_synchronous_loop_runs(session, front_end):
    message = session.send("""import { tensor } from "tapelab";
    let rounds = 0;
    const end = Date.now() + 20_000;
    while (Date.now() < end && rounds >= 0) { if (rounds++ === 100) console.log("counting"); tensor([1]).exp(); }""")
    session.wait_for(message, "execute_input")
    session.wait_for(message, "stream")
    front_end.set({"op": "exp"})
    stop = front_end.next("stopped")
    assert int(front_end.value(stop, "rounds")) > 0
    front_end.value(stop, "rounds = -2")
    front_end.set()
    front_end.go(stop)
    assert front_end.end(message).reply["status"] == "ok"


def test_an_interrupt_ends_a_stop(session, front_end):
    front_end.set({"op": "exp"})
    message = session.send(LOOP)
    front_end.next("stopped")
    session.manager.interrupt_kernel()
    assert front_end.next("running")["outcome"] == "interrupted"
    reply = front_end.end(message).reply
    assert reply["ename"] == "KeyboardInterrupt"
    assert reply["evalue"].startswith("the cell was interrupted at cell["), "at the line of the program"
    # the next cell stops again
    message = session.send(LOOP)
    stop = front_end.next("stopped")
    front_end.set()
    front_end.go(stop)
    assert front_end.end(message).reply["status"] == "ok"


def test_async_cells_stop_too(session, front_end):
    front_end.set({"op": "exp"})
    message = session.send("""import { tensor } from "tapelab";
    async function later(n: number): Promise<number> {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return tensor(n).exp().mul(0).add(n).item();
    }
    await later(3) + 1""")
    stop = front_end.next("stopped")
    assert front_end.value(stop, "n") == "3"
    front_end.go(stop)
    assert front_end.end(message).text == "4"


def test_a_program_goes_on_without_its_front_end(session, front_end):
    front_end.set({"op": "exp"})
    session.run('import { inspect } from "tapelab"; inspect.setBreakTimeout(1);')
    message = session.send(LOOP)
    front_end.next("stopped")
    # no sign of life follows
    assert front_end.next("running")["outcome"] == "expired"
    run = front_end.end(message)
    assert run.reply["status"] == "ok"
    # its other stops pass by, with one note
    assert [d["outcome"] for d in displays(run)] == ["expired", "passed"]
    # a sign of life brings the stops back
    front_end.tell("alive")
    assert front_end.next("running")["stop"] == -1
    message = session.send(LOOP)
    for _ in range(5):
        time.sleep(0.5)
        front_end.tell("alive")
    stop = front_end.next("stopped")
    front_end.set()
    front_end.go(stop)
    assert front_end.end(message).reply["status"] == "ok"
    session.run('import { inspect } from "tapelab"; inspect.setBreakTimeout(120);')


def test_breakpoints_by_code_pass_with_a_note_where_no_front_end_is(session):
    code = """import { inspect, tensor } from "tapelab";
    inspect.breakWhen({ op: "exp" }, { phase: "forward" });
    for (let i = 0; i < 3; i++) tensor([i]).exp();
    inspect.breakpoints().map(String)"""
    options = {"store_history": True}
    for _ in range(2):
        run = session.run(code, **options)
        assert run.reply["status"] == "ok" and run.stderr == ""
        (note,) = displays(run)
        assert (note["outcome"], note["op"]) == ("passed", "exp")
        text = run.of("display_data")[0]["data"]["text/plain"]
        assert text.startswith("Did not stop after exp, cell [") and "no front end is there" in text
        assert "op exp, forward, 3 hits" in run.text and run.text.count("breakpoint") == 1
    session.run('import { inspect } from "tapelab"; for (const b of inspect.breakpoints()) b.remove();')


def test_displays_of_the_kernel_do_not_stop(session, front_end):
    front_end.set({})
    message = session.send('import { tensor } from "tapelab"; tensor([[1, 2], [3, 4]], { requiresGrad: true })')
    assert "1" in front_end.end(message).text


def test_a_restart_ends_a_stop(session):
    front_end = FrontEnd(session)
    front_end.next("breakpoints")
    front_end.set({"op": "exp"})
    session.send(LOOP)
    front_end.next("stopped")
    session.manager.restart_kernel(now=False)
    session.client.wait_for_ready(timeout=TIMEOUT)
    assert session.run("1 + 1").text == "2"


def test_a_debugger_statement_does_not_stop_where_no_debugger_is(session, front_end):
    front_end.set({"op": "exp"})
    message = session.send("""import { tensor } from "tapelab";
    tensor([1]).exp();
    debugger;
    "went on" """)
    front_end.go(front_end.next("stopped"))
    assert front_end.end(message).text == "'went on'"
