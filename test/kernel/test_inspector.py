"""What the kernel sends to the inspector's panel: tapes after each cell, and answers to its requests."""

from test_widgets import messages_until, send

MODEL = """import { inspect, manualSeed, nn, tensor } from "tapelab";
manualSeed(0);
const net = new nn.Linear(2, 1);
const x = tensor([[1, 2]]);
const hidden = net(x);
const loss = hidden.square().sum();
loss.backward();"""


def told(session, kind):
    def wanted(m):
        return m["msg_type"] == "comm_msg" and m["content"]["data"]["kind"] == kind

    return messages_until(session, wanted)[-1]["content"]["data"]


def ask(session, **request):
    send(session, "comm_msg", {"comm_id": "inspector", "data": request})


def opened(session):
    send(session, "comm_open", {"comm_id": "inspector", "target_name": "tapelab.inspector", "data": {}})
    return told(session, "tapes")["tapes"]


def test_a_panel_receives_the_tapes_of_results(session):
    session.run(MODEL)
    (tape,) = opened(session)
    # `hidden` is part of the tape of `loss`
    assert tape["title"].startswith("loss ") and tape["ops"] == 3
    ask(session, kind="tape", id=tape["id"])
    data = told(session, "tape")["data"]
    assert data["ops"]["name"] == ["linear", "square", "sum"] and data["rows"]["gradientState"] == ["computed"] * 3
    ask(session, kind="gradients", id=tape["id"])
    gradients = told(session, "gradients")["data"]
    assert sorted(gradients["tensors"]["name"]) == ["bias", "weight"]
    ask(session, kind="memory")
    assert told(session, "memory")["data"]["title"].endswith("in tensors")


def test_requests_that_fail_say_why(session):
    session.run(MODEL)
    (tape,) = opened(session)
    ask(session, kind="tape", id=-1)
    assert "no longer has this tape" in told(session, "failed")["reason"]
    ask(session, kind="save", id=tape["id"], path="loss.json")
    assert "expected a path that ends in .tape.json" in told(session, "failed")["reason"]
    ask(session, kind="save", id=tape["id"], path="none/loss.tape.json")
    failed = told(session, "failed")
    assert failed["request"] == "save" and "ENOENT" in failed["reason"]
    ask(session, kind="dance")
    assert "does not know the request" in told(session, "failed")["reason"]
    assert session.run("1 + 1").text == "2"


def test_after_each_cell_while_the_panel_is_open(session):
    session.run(MODEL)
    (first,) = opened(session)
    run = session.run("const next = net(x).exp().sum();\nnext.backward();")
    tapes = next((m["content"]["data"]["tapes"] for m in run.messages if m["msg_type"] == "comm_msg"), None)
    tapes = tapes or told(session, "tapes")["tapes"]
    assert tapes[0] == first and tapes[1]["title"].startswith("next ")
    send(session, "comm_close", {"comm_id": "inspector", "data": {}})
    assert all(m["msg_type"] != "comm_msg" for m in session.run("const unseen = 1;").messages + session.run("1").messages)
