"""Jupyter's protocol: comms, input, history, user expressions, and malformed messages."""

import itertools
import time

import pytest
import zmq
from client import TIMEOUT


def comm(session, kind, content, buffers=None):
    """Sends a comm message to the kernel."""
    message = session.client.session.msg(kind, content)
    session.client.session.send(session.client.shell_channel.socket, message, buffers=buffers)
    return message["header"]["msg_id"]


def next_message(session, kind, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        message = session.client.get_iopub_msg(timeout=timeout)
        if message["msg_type"] == kind:
            return message
    raise AssertionError(f"no {kind} came")


def test_user_expressions(session):
    reply = session.run("const u = 20;", user_expressions={"sum": "u + 1", "bad": "nothing"}).reply
    assert reply["user_expressions"]["sum"] == {"status": "ok", "data": {"text/plain": "21"}, "metadata": {}}
    assert reply["user_expressions"]["bad"]["status"] == "error"
    assert reply["user_expressions"]["bad"]["ename"] == "CompileError"


def test_a_comm_that_the_kernel_opens(session):
    mid = session.send("const out = createComm('target', { a: 1 }, { buffers: [Uint8Array.of(1, 2, 255)] });\nout.onMessage(({ data, buffers }) => console.log('got', JSON.stringify(data), [...buffers[0]].join()));")
    opened = next_message(session, "comm_open")
    session.collect(mid)
    assert opened["content"]["target_name"] == "target" and opened["content"]["data"] == {"a": 1}
    assert bytes(opened["buffers"][0]) == b"\x01\x02\xff"
    identity = opened["content"]["comm_id"]
    info = session.request(session.client.comm_info())
    assert info["comms"] == {identity: {"target_name": "target"}}
    assert session.request(session.client.comm_info(target_name="other"))["comms"] == {}
    mid = comm(session, "comm_msg", {"comm_id": identity, "data": {"b": 2}}, buffers=[b"\x00\xfe"])
    stream = next_message(session, "stream")
    assert stream["content"]["text"] == 'got {"b":2} 0,254\n'
    assert stream["parent_header"]["msg_id"] == mid
    session.run("out.send({ c: 3 }); out.close();")
    assert session.run("out.isOpen").text == "false"
    assert session.request(session.client.comm_info())["comms"] == {}


def test_a_comm_that_the_front_end_opens(session):
    session.run("onComm('echo', (c, { data }) => { c.send({ hello: data.name }); c.onMessage((m) => c.send(m.data, { buffers: m.buffers })); });")
    comm(session, "comm_open", {"comm_id": "front-1", "target_name": "echo", "data": {"name": "lab"}})
    assert next_message(session, "comm_msg")["content"] == {"comm_id": "front-1", "data": {"hello": "lab"}}
    comm(session, "comm_msg", {"comm_id": "front-1", "data": {"x": 1}}, buffers=[b"abc"])
    echoed = next_message(session, "comm_msg")
    assert echoed["content"]["data"] == {"x": 1} and bytes(echoed["buffers"][0]) == b"abc"


def test_a_comm_to_an_unknown_target_is_closed(session):
    comm(session, "comm_open", {"comm_id": "front-2", "target_name": "nobody", "data": {}})
    assert next_message(session, "comm_close")["content"]["comm_id"] == "front-2"


def test_prompt_blocks_until_the_answer(session):
    mid = session.send("const name = prompt('name? ');\nconst secret = prompt('password', { password: true });\nname + secret", allow_stdin=True)
    request = session.client.get_stdin_msg(timeout=TIMEOUT)
    assert request["content"] == {"prompt": "name? ", "password": False}
    session.client.input("Ada")
    request = session.client.get_stdin_msg(timeout=TIMEOUT)
    assert request["content"]["password"] is True
    session.client.input("x")
    assert session.collect(mid).text == "'Adax'"


def test_prompt_can_be_interrupted(session):
    mid = session.send("prompt('waiting')", allow_stdin=True)
    session.client.get_stdin_msg(timeout=TIMEOUT)
    session.manager.interrupt_kernel()
    assert session.collect(mid).error["ename"] == "KeyboardInterrupt"
    assert session.run("1 + 1").text == "2"


def test_prompt_without_input_is_an_error(session):
    assert "nobody can be asked here" in session.run("prompt('x')", allow_stdin=False).error["evalue"]


def test_history(session):
    session.run("const h1 = 'first of these';")
    session.run("h1.length")
    session.run("'not stored'", store_history=False)
    tail = session.request(session.client.history(hist_access_type="tail", n=2, output=True))["history"]
    assert [source for _, _, source in tail] == [["const h1 = 'first of these';", None], ["h1.length", "14"]]
    number, line, _ = tail[-1]
    ranged = session.request(session.client.history(hist_access_type="range", session=0, start=line, stop=line + 1))["history"]
    assert ranged == [[number, line, "h1.length"]]
    found = session.request(session.client.history(hist_access_type="search", pattern="*first of*", n=1))["history"]
    assert found[-1][2] == "const h1 = 'first of these';"


def test_history_is_kept_over_a_restart(session):
    session.run("const kept = 'over a restart';")
    session.manager.restart_kernel()
    session.client.wait_for_ready(timeout=TIMEOUT)
    found = session.request(session.client.history(hist_access_type="search", pattern="*over a restart*"))["history"]
    assert found and found[-1][2] == "const kept = 'over a restart';"


def test_messages_with_a_wrong_signature_and_malformed_ones_are_dropped(session):
    info = session.client.get_connection_info()
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.connect(f"tcp://{info['ip']}:{info['shell_port']}")
    header = b'{"msg_id":"1","msg_type":"execute_request","session":"s","username":"u","date":"","version":"5.4"}'
    socket.send_multipart([b"<IDS|MSG>", b"0" * 64, header, b"{}", b"{}", b'{"code":"throw 1"}'])
    socket.send_multipart([b"nonsense"])
    socket.send_multipart([b"<IDS|MSG>", b"", b"not json", b"{}", b"{}", b"{}"])
    assert session.run("'alive'").text == "'alive'"
    assert not socket.poll(300)
    socket.close(0)


def test_unknown_messages_are_ignored(session):
    message = session.client.session.msg("mystery_request", {})
    session.client.shell_channel.send(message)
    run = session.run("'quiet'")
    assert run.text == "'quiet'" and run.stdout == "" and run.stderr == ""


REQUESTS = ["execute", "inspect", "complete", "is_complete", "history", "comm_info", "kernel_info", "connect", "interrupt", "debug"]
ODD = [None, [], 3, "text", {}]


def test_no_content_ends_the_kernel(session):
    """Sends signed requests whose fields have wrong types."""
    fields = ["code", "cursor_pos", "detail_level", "user_expressions", "hist_access_type", "n", "session", "pattern", "comm_id", "target_name", "data", "value", "silent"]
    for kind, odd in itertools.product([*[f"{r}_request" for r in REQUESTS], "comm_open", "comm_msg", "comm_close", "input_reply"], ODD):
        message = session.client.session.msg(kind, dict.fromkeys(fields, odd))
        session.client.shell_channel.send(message)
    for part in itertools.permutations([b"{}", b"[]", b"null"]):
        frames = [b"<IDS|MSG>", session.client.session.sign([*part, b"{}"]), *part, b"{}"]
        session.client.shell_channel.socket.send_multipart(frames)
    # consumes the replies, which would precede the next one
    assert session.run("'alive'").text == "'alive'"


@pytest.mark.parametrize("channel", ["shell_channel", "control_channel"])
@pytest.mark.parametrize("request_type, reply_type", [("kernel_info_request", "kernel_info_reply"), ("debug_request", "debug_reply"), ("connect_request", "connect_reply")])
def test_requests_are_answered_on_either_channel(session, channel, request_type, reply_type):
    message = session.client.session.msg(request_type, {"seq": 7, "type": "request", "command": "debugInfo"})
    channel = getattr(session.client, channel)
    channel.send(message)
    while (reply := channel.get_msg(timeout=TIMEOUT))["parent_header"]["msg_id"] != message["header"]["msg_id"]:
        pass
    assert reply["msg_type"] == reply_type
    if request_type == "debug_request":
        content = reply["content"]
        assert (content["type"], content["request_seq"], content["command"], content["success"]) == ("response", 7, "debugInfo", True)
    else:
        assert reply["content"]["status"] == "ok"


def test_kernel_info(session):
    info = session.request(session.client.kernel_info())
    assert info["protocol_version"] == "5.4" and info["supported_features"] == ["debugger"] and info["debugger"] is True
    assert info["language_info"]["name"] == "typescript" and info["language_info"]["pygments_lexer"] == "typescript"
    assert [set(link) for link in info["help_links"]] == [{"text", "url"}] * len(info["help_links"])
