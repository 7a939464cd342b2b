"""The list of variables that is sent to the variables panel."""

from test_widgets import messages_until, send


def told(session):
    return messages_until(session, lambda m: m["msg_type"] == "comm_msg")[-1]["content"]["data"]["variables"]


def test_an_open_panel_receives_the_variables(session):
    session.run('import { nn, tensor } from "tapelab";\nimport * as path from "node:path";\nconst w = tensor([[1, 2], [3, 4]]);\nconst one = tensor(2.5);\nconst net = new nn.Linear(2, 3);\nconst list = [[1, 2, 3], [4, 5, 6]];\nconst bytes = new Uint16Array(5);\nconst text = "abc";\nlet none = null;\nclass Own { a = 1; }\nconst own = new Own();\nfunction f() {}\n1 + 1')
    send(session, "comm_open", {"comm_id": "panel", "target_name": "tapelab.variables", "data": {}})
    assert {v["name"]: (v["type"], v["shape"], v["bytes"], v["value"]) for v in told(session)} == {
        "w": ("Tensor float32", [2, 2], 16, ""),
        "one": ("Tensor float32", [], 4, "2.5"),
        "net": ("Linear", None, 36, "9 parameters"),
        "list": ("Array", [2, 3], None, "[ [ 1, 2, 3 ], [ 4, 5, 6 ] ]"),
        "bytes": ("Uint16Array", [5], 10, "Uint16Array(5) [ 0, 0, 0, 0, 0 ]"),
        "text": ("string", None, 6, "'abc'"),
        "none": ("null", None, None, "null"),
        "own": ("Own", None, None, "Own { a: 1 }"),
    }
    run = session.run("const later = 'x'.repeat(1000);")
    variables = next((m for m in run.messages if m["msg_type"] == "comm_msg"), None)
    variables = variables["content"]["data"]["variables"] if variables else told(session)
    assert variables[-1]["name"] == "later" and variables[-1]["value"] == "'" + "x" * 79 + "…' length 1,000"
    send(session, "comm_close", {"comm_id": "panel", "data": {}})
    assert all(m["msg_type"] != "comm_msg" for m in session.run("const unseen = 1;").messages + session.run("1").messages)
