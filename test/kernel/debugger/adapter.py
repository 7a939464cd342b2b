"""A client of the Debug Adapter Protocol for the tests."""

import time

from client import TIMEOUT, Run


class Debugger:
    """Sends debug requests to the kernel of a session, and receives its events."""

    def __init__(self, session, client_id="test"):
        self.session = session
        self.client = session.client
        self.sequence = 0
        self.messages = []
        self.request("initialize", clientID=client_id, adapterID="tapelab", pathFormat="path", linesStartAt1=True, columnsStartAt1=True)
        self.request("attach")

    def reply(self, command, **arguments):
        """Returns the response to a request, also one that failed."""
        self.sequence += 1
        content = {"type": "request", "seq": self.sequence, "command": command, "arguments": arguments}
        message = self.client.session.msg("debug_request", content)
        self.client.control_channel.send(message)
        while True:
            reply = self.client.get_control_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                assert reply["msg_type"] == "debug_reply"
                response = reply["content"]
                assert (response["type"], response["request_seq"], response["command"]) == ("response", self.sequence, command)
                return response

    def request(self, command, **arguments):
        """Returns the body of the response to a request."""
        response = self.reply(command, **arguments)
        assert response["success"], response
        return response["body"]

    def failure(self, command, **arguments):
        """Returns the message of a request that fails."""
        response = self.reply(command, **arguments)
        assert not response["success"], response
        return response["message"]

    def receive(self, timeout=TIMEOUT):
        message = self.client.get_iopub_msg(timeout=timeout)
        self.messages.append(message)
        return message

    def event(self, name, timeout=TIMEOUT):
        """Returns the body of the next event with a name."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            message = self.receive(timeout)
            if message["msg_type"] == "debug_event" and message["content"]["event"] == name:
                assert message["content"]["type"] == "event"
                return message["content"].get("body")
        raise AssertionError(f"no event {name} arrived")

    def stopped(self, line=None, reason=None):
        """Waits for the program to stop, and checks line and reason."""
        body = self.event("stopped")
        assert body["threadId"] == 1 and body["allThreadsStopped"] is True
        top = self.frames()[0]
        if line is not None:
            assert top["line"] == line, self.stack()
        if reason is not None:
            assert body["reason"] == reason, body
        return top

    def set_breakpoints(self, code, *lines):
        """Sets breakpoints in a cell, given by lines or as dictionaries, and returns the lines at which they are."""
        path = self.request("dumpCell", code=code)["sourcePath"]
        wanted = [line if isinstance(line, dict) else {"line": line} for line in lines]
        return self.set_in_file(path, *wanted)

    def set_in_file(self, path, *wanted):
        body = self.request("setBreakpoints", source={"path": str(path)}, breakpoints=list(wanted), sourceModified=False)
        assert all(b["source"]["path"] == str(path) for b in body["breakpoints"])
        return [b["line"] if b["verified"] else None for b in body["breakpoints"]]

    def run(self, code, *lines):
        """Sets breakpoints in a cell and starts it; returns the id of the request."""
        self.set_breakpoints(code, *lines)
        self.request("configurationDone")
        return self.session.send(code)

    def frames(self):
        return self.request("stackTrace", threadId=1)["stackFrames"]

    def stack(self):
        return [(f["name"], f["source"]["name"], f["line"]) for f in self.frames()]

    def scopes(self, frame=0):
        """Returns the variables of each scope of a frame, as dictionaries of their values."""
        scopes = self.request("scopes", frameId=self.frames()[frame]["id"])["scopes"]
        return {s["name"]: self.children(s) for s in scopes}

    def children(self, parent, **page):
        variables = self.request("variables", variablesReference=parent["variablesReference"], **page)["variables"]
        return {v["name"]: v for v in variables}

    def values(self, scope="Locals", frame=0):
        return {name: v["value"] for name, v in self.scopes(frame)[scope].items()}

    def evaluate(self, expression, frame=0, context="watch"):
        return self.request("evaluate", expression=expression, frameId=self.frames()[frame]["id"], context=context)["result"]

    def step(self, command, line=None):
        self.request(command, threadId=1)
        return self.stopped(line, "step")

    def resume(self):
        self.request("continue", threadId=1)

    def finish(self, message_id):
        """Waits for the end of a cell, and returns its reply and messages."""
        def is_idle(m):
            return m["msg_type"] == "status" and m["content"]["execution_state"] == "idle"

        while not any(is_idle(m) and m["parent_header"].get("msg_id") == message_id for m in self.messages):
            self.receive()
        own = [m for m in self.messages if m["parent_header"].get("msg_id") == message_id]
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message_id:
                return Run(reply["content"], own)

    def close(self):
        self.request("disconnect", restart=False, terminateDebuggee=True)
